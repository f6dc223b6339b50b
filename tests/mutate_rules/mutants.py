"""Every rule, changed in one place."""

from collections.abc import Iterator
from typing import NamedTuple

from alert_rules import UNITS, Rule, seconds
from expression import changes

EVALUATION = 15  # seconds
OTHER_SEVERITY = {
    "critical": "warning",
    "warning": "critical",
    "info": "warning",
    "none": "critical",
}


class Mutant(NamedTuple):
    rule: Rule
    what: str
    content: dict | None  # None: the rule is deleted

    @property
    def name(self) -> str:
        return f"{self.rule.name}: {self.what}"

    @property
    def changed(self) -> Rule | None:
        return None if self.content is None else self.rule._replace(content=self.content)


def duration(length: int) -> str:
    unit = next(unit for unit, size in UNITS.items() if length % size == 0)
    return f"{length // UNITS[unit]}{unit}"


def durations(rule: Rule) -> Iterator[Mutant]:
    for key in ("for", "keep_firing_for"):
        others = [EVALUATION]
        if key in rule.content:
            length = seconds(rule.content[key])
            yield Mutant(rule, f"{key} is removed", without(rule.content, key))
            others = [length - EVALUATION, length + EVALUATION]
        for other in others:
            yield Mutant(
                rule, f"{key} becomes {duration(other)}", rule.content | {key: duration(other)}
            )


def without(content: dict, key: str) -> dict:
    return {name: value for name, value in content.items() if name != key}


def in_part(rule: Rule, part: str, what: str, values: dict) -> Mutant:
    return Mutant(rule, f"{part}: {what}", rule.content | {part: values})


def labels(rule: Rule) -> Iterator[Mutant]:
    for key, value in rule.labels.items():
        yield in_part(rule, "labels", f"{key} is removed", without(rule.labels, key))
        other = OTHER_SEVERITY.get(value, f"not_{value}")
        yield in_part(rule, "labels", f"{key} becomes {other}", rule.labels | {key: other})


def annotations(rule: Rule) -> Iterator[Mutant]:
    for key, value in rule.annotations.items():
        yield in_part(rule, "annotations", f"{key} is removed", without(rule.annotations, key))
        yield in_part(
            rule, "annotations", f"{key} is changed", rule.annotations | {key: value + "."}
        )


def mutants(rule: Rule) -> Iterator[Mutant]:
    for change in changes(rule.expression):
        yield Mutant(rule, change.what, rule.content | {"expr": change.expression})
    if "alert" in rule.content:
        yield from durations(rule)
        yield from labels(rule)
        yield from annotations(rule)
    yield Mutant(rule, "is deleted", None)
