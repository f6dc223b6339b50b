"""What every view must have: a comment that says what it means, the same text for every period, a
row in the docs, and a promtool test in every scenario."""

import re
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
VIEW_FILES = sorted((ROOT / "grafana/views").glob("*.yml"))
TEST_FILES = sorted(Path(__file__).parent.glob("*_views_test.yml"))
DOCS = (ROOT / "docs/views.md").read_text()

# How far each period looks back, and how often its group is evaluated.
PERIODS = {"hour": ("1h", "1m"), "day": ("1d", "1m"), "week": ("7d", "4m"), "month": ("30d", "4m")}

# The first word of a test's name. Every view is tested in each of them; what has no period has no
# `periods`. Only where nothing happens may it be enough that a view is absent.
SCENARIOS = {
    "steady": "all goes on as it went",
    "restart": "counters begin at 0 again",
    "gap": "scrapes fail, or are not tried",
    "first": "the first event ever, after a time without any",
    "late": "a series that begins within the period",
    "idle": "nothing happens",
    "stale": "the target has gone away",
    "instances": "two targets are kept apart",
    "periods": "hour, day, week and month look back as far as they say",
}

VIEW_NAME = re.compile(r"\b\w+:seadragon_\w+:\w+|\bseadragon:\w+:\w+")
METRIC_NAME = re.compile(r"(?<![:\w])seadragon_\w+(?!\w*:)")


class View(NamedTuple):
    """A rule that records one; a period view has one for each period."""

    name: str
    expression: str
    period: str
    file: str

    def metrics(self) -> set[str]:
        """The metrics it is made of, without the suffixes of a histogram."""
        return {
            re.sub("_(bucket|sum|count)$", "", name)
            for name in METRIC_NAME.findall(self.expression)
        }


def groups(path: Path) -> dict[str, dict]:
    return {group["name"]: group for group in yaml.safe_load(path.read_text())["groups"]}


def views() -> list[View]:
    return [
        View(rule["record"], rule["expr"], group.removeprefix(f"seadragon_{path.stem}_"), path.stem)
        for path in VIEW_FILES
        for group, content in groups(path).items()
        for rule in content["rules"]
    ]


RULES = views()
NAMES = {view.name: view.file for view in RULES}
OF_NOW = {view.name for view in RULES if view.period == "current"}


def views_read_by(expression: str, file: str) -> set[str]:
    """The views of a file that an expression selects."""
    if re.fullmatch(r'\{period="\w+"\}', expression):
        return {name for name, place in NAMES.items() if place == file} - OF_NOW
    pattern = re.search(r'__name__=~"([^"]+)"', expression)
    if pattern:
        return {name for name in NAMES if re.fullmatch(pattern[1], name)}
    return set(VIEW_NAME.findall(expression))


class Step(NamedTuple):
    """One expression of a test, and what promtool has to find."""

    place: str
    scenario: str
    read: set[str]
    expected: str

    def views(self) -> set[str]:
        """Those whose values it compares. A function takes the name off, but then it stands in the
        expression."""
        if self.scenario == "idle":
            return self.read
        return (
            self.read & set(VIEW_NAME.findall(f"{self.place} {self.expected}"))
            if self.expected
            else set()
        )


TESTS = [(path, test) for path in TEST_FILES for test in yaml.safe_load(path.read_text())["tests"]]
STEPS = [
    Step(
        f"{path.name}: {test['name']}: {step['expr']}",
        test["name"].split(":")[0],
        views_read_by(step["expr"], path.stem.split("_")[0]),
        " ".join(sample["labels"] for sample in step["exp_samples"]),
    )
    for path, test in TESTS
    for step in test["promql_expr_test"]
]
COVERED = {(step.scenario, view) for step in STEPS for view in step.views()}


def test_promtool_finds_nothing_wrong() -> None:
    subprocess.run(
        ["promtool", "check", "rules", "--lint=all", "--lint-fatal", *VIEW_FILES], check=True
    )


@pytest.mark.parametrize("path", VIEW_FILES, ids=lambda path: path.stem)
def test_the_periods_of_a_file_differ_only_in_period_range_and_interval(path: Path) -> None:
    found = groups(path)
    texts = []
    for period, (lookback, interval) in PERIODS.items():
        group = found[f"seadragon_{path.stem}_{period}"]
        assert group["interval"] == interval
        assert all(rule["labels"] == {"period": period} for rule in group["rules"])
        assert all(f"[{lookback}]" in rule["expr"] for rule in group["rules"])
        texts.append(
            [
                (rule["record"], rule["expr"].replace(f"[{lookback}]", "[]"))
                for rule in group["rules"]
            ]
        )
    assert texts == texts[:1] * len(PERIODS)


@pytest.mark.parametrize("view", RULES, ids=lambda view: f"{view.name}-{view.period}")
def test_a_view_is_kept_per_job_and_instance(view: View) -> None:
    groupings = re.findall(r"\bby \(([^)]*)\)", view.expression)
    assert all(labels.startswith("job, instance") for labels in groupings)
    # One that adds nothing up reads views, which are kept so.
    assert groupings or not view.metrics()


@pytest.mark.parametrize("path", VIEW_FILES, ids=lambda path: path.stem)
def test_a_comment_says_what_each_number_means(path: Path) -> None:
    before, period = "", ""
    for line in path.read_text().splitlines():
        if group := re.match(rf"  - name: seadragon_{path.stem}_(\w+)", line):
            period = group[1]
            if period in ("day", "week", "month"):
                assert (
                    before
                    == f"  # The same over the last {period}; the hour says what each number means."
                )
        elif view := re.match(r"      - record: (\S+)", line):
            assert period in ("day", "week", "month") or before.startswith("      # "), view[1]
        before = line


def test_the_documentation_lists_each_view_and_what_it_is_made_of() -> None:
    listed: dict[str, set[str]] = {}
    for row in re.findall(r"^\| `(?=\w*:?seadragon).*$", DOCS, re.MULTILINE):
        first, *_, made_of = row.strip("| ").split(" | ")
        named = re.findall(r"`(\w*:\S+)`", first)
        stem = named[0].rpartition(":")[0]
        for name in named:
            listed[stem + name if name.startswith(":") else name] = set(
                METRIC_NAME.findall(made_of)
            )
    assert listed.keys() == NAMES.keys()
    for view in RULES:
        assert listed[view.name] == view.metrics(), view.name


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("view", NAMES)
def test_a_view_is_tested_in_every_scenario(view: str, scenario: str) -> None:
    if scenario == "periods" and view in OF_NOW:
        assert (scenario, view) not in COVERED
    else:
        assert (scenario, view) in COVERED


def test_every_test_says_which_scenario_it_is() -> None:
    for path, test in TESTS:
        scenario, _, what = test["name"].partition(": ")
        assert scenario in SCENARIOS and what, f"{path.name}: {test['name']}"


def test_a_test_of_periods_expects_every_period() -> None:
    for step in STEPS:
        if step.scenario == "periods":
            assert set(re.findall(r'period="(\w+)"', step.expected)) == set(PERIODS), step.place


def test_no_test_reads_a_view_that_does_not_exist() -> None:
    for step in STEPS:
        assert step.read and step.read <= NAMES.keys(), step.place


def test_no_test_gives_a_metric_that_does_not_exist() -> None:
    documented = set(METRIC_NAME.findall((ROOT / "docs/metrics.md").read_text()))
    for path, test in TESTS:
        for series in test["input_series"]:
            name = re.sub("_(bucket|sum|count)$", "", series["series"].split("{")[0])
            assert name in documented, f"{path.name}: {name}"
