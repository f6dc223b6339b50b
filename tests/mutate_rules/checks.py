"""Runs the tests that can notice a changed rule, the quickest first."""

import inspect
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import test_alerts
import yaml
from alert_rules import FOLDER, ROOT, Rule, alerts, read_by, records
from alert_texts import page
from alert_timeline import Case, cases, groups_of
from mutants import Mutant
from promtool import complaints
from test_alert_boundaries import groups_with_stricter_copies

STORIES = Path(test_alerts.__file__).parent
NO_EXPRESSION = ("parse error", "error parsing")


class NoExpression(ValueError):
    """What Prometheus refuses to load is no mutant."""


class Changed:
    """All rules, with one of them changed or deleted."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant
        self.alerts = alerts()
        self.records = records()
        rules = self.alerts if "alert" in mutant.rule.content else self.records
        name = mutant.rule.name
        if mutant.changed is None:
            del rules[name]
        else:
            rules[name] = mutant.changed

    def cases(self) -> Iterator[Case]:
        """Those of the alerts that the change can touch."""
        touched = readers()[self.mutant.rule.name]
        for case in cases():
            if case.alert.name in touched and case.alert.name in self.alerts:
                yield case._replace(alert=self.alerts[case.alert.name])


@cache
def readers() -> dict[str, set[str]]:
    """For each rule the alerts that depend on it; an alert on itself."""
    found = {name: {name} for name in alerts()} | {name: set() for name in records()}
    for alert in alerts().values():
        for record in read_by(alert, records()):
            found[record.name].add(alert.name)
    return found


def breaks_what_every_alert_must_have(changed: Changed) -> bool:
    test_alerts.ALERTS, test_alerts.RECORDS = changed.alerts, changed.records
    test_alerts.NAMES = sorted(changed.alerts)
    for name, test in vars(test_alerts).items():
        if (
            not name.startswith("test_")
            or name == test_alerts.test_promtool_finds_nothing_wrong.__name__
        ):
            continue
        try:
            if "alert" not in inspect.signature(test).parameters:
                test()
            elif changed.mutant.changed and "alert" in changed.mutant.changed.content:
                test(changed.mutant.changed)
        except (AssertionError, KeyError, ValueError):
            return True
    return False


def says_something_else(changed: Changed) -> bool:
    seen = set()
    for case in changed.cases():
        if case.alert.name not in seen:  # the first case of each alert, as in test_alert_texts.py
            seen.add(case.alert.name)
            golden = ROOT / f"tests/golden/alerts/{case.alert.name}.txt"
            try:
                if page(case, changed.records) != golden.read_text():
                    return True
            except ValueError as error:
                refuse_no_expression(str(error))
                return True
    return False


def fires_at_another_time(changed: Changed) -> bool:
    def groups(name: str) -> list[dict]:
        found = [case for case in changed.cases() if case.alert.name == name]
        return [group for case in found for group in groups_of(case)]

    return fails(changed, groups)


def fires_by_a_stricter_copy_of_a_threshold(changed: Changed) -> bool:
    return fails(changed, lambda name: groups_with_stricter_copies(alerts()[name]))


def fails(changed: Changed, groups: Callable[[str], list[dict]]) -> bool:
    """Whether these tests of an alert, by its name, do of any that the change can touch."""
    for name in sorted({case.alert.name for case in changed.cases()}):
        complaint = complaints([changed.alerts[name]], changed.records, groups(name))
        refuse_no_expression(complaint)
        if complaint:
            return True
    return False


def changes_a_story(changed: Changed, folder: Path) -> bool:
    """Runs the hand-written tests that load the rule's file and name an alert that it can touch."""
    rule = changed.mutant.rule
    shutil.rmtree(folder / "alertmanager", ignore_errors=True)
    shutil.copytree(FOLDER, folder / "alertmanager/rules")
    (folder / "grafana").mkdir(exist_ok=True)
    shutil.copytree(ROOT / "grafana/views", folder / "grafana/views", dirs_exist_ok=True)
    path = folder / f"alertmanager/rules/{rule.file}.yml"
    path.write_text(yaml.safe_dump(file_with(changed.mutant, path), allow_unicode=True))
    tests = folder / "tests/rules"
    tests.mkdir(parents=True, exist_ok=True)
    for story in stories_about(rule):
        shutil.copy(story, tests)
        run = subprocess.run(["promtool", "test", "rules", tests / story.name], capture_output=True)
        if run.returncode != 0:
            return True
    return False


def file_with(mutant: Mutant, path: Path) -> dict:
    content = yaml.safe_load(path.read_text())
    for group in content["groups"]:
        rules = [mutant.content if rule == mutant.rule.content else rule for rule in group["rules"]]
        group["rules"] = [rule for rule in rules if rule is not None]
    content["groups"] = [group for group in content["groups"] if group["rules"]]
    return content


def stories_about(rule: Rule) -> list[Path]:
    """Those that load the rule's file: first those that name an alert that the rule can touch."""
    touched = re.compile("|".join(rf"\b{name}\b" for name in readers()[rule.name] | {rule.name}))
    loading = [
        path
        for path in sorted(STORIES.glob("*_test.yml"))
        if f"alertmanager/rules/{rule.file}.yml" in path.read_text()
    ]
    return sorted(loading, key=lambda path: not touched.search(path.read_text()))


def refuse_no_expression(complaint: str) -> None:
    if any(words in complaint for words in NO_EXPRESSION):
        raise NoExpression(complaint)


def killer(mutant: Mutant, folder: Path) -> str | None:
    """What notices the change; nothing if no test does."""
    changed = Changed(mutant)
    rules = ("rules", lambda: breaks_what_every_alert_must_have(changed))
    runs: list[tuple[str, Callable[[], bool]]] = [
        ("texts", lambda: says_something_else(changed)),
        ("boundaries", lambda: fires_at_another_time(changed)),
        ("copies", lambda: fires_by_a_stricter_copy_of_a_threshold(changed)),
        ("stories", lambda: changes_a_story(changed, folder)),
    ]
    # How a changed expression looks is no proof that a test sees what it does.
    only_expression = mutant.changed and mutant.changed.expression != mutant.rule.expression
    checks = [*runs, rules] if only_expression else [rules, *runs]
    return next((name for name, check in checks if check()), None)
