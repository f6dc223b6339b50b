"""The alert rules as the files say them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import yaml

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "alertmanager/rules"

UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}


def seconds(duration: str) -> int:
    """What promtool's 1h30m is in seconds."""
    parts = re.findall(r"(\d+)([dhms])", duration)
    if "".join(number + unit for number, unit in parts) != duration:
        raise ValueError(f"{duration!r} is no duration")
    return sum(int(number) * UNITS[unit] for number, unit in parts)


class Rule(NamedTuple):
    """An alert or a record."""

    name: str
    file: str  # without .yml
    group: str
    content: dict

    @property
    def expression(self) -> str:
        return self.content["expr"]

    @property
    def wait(self) -> str:
        return self.content.get("for", "0s")

    @property
    def kept(self) -> str:
        return self.content.get("keep_firing_for", "0s")

    @property
    def labels(self) -> dict[str, str]:
        return self.content["labels"]

    @property
    def annotations(self) -> dict[str, str]:
        return self.content["annotations"]


def rules(folder: Path, kind: str) -> Iterator[Rule]:
    for path in sorted(folder.glob("*.yml")):
        for group in yaml.load(path.read_text(), yaml.CSafeLoader)["groups"]:
            for rule in group["rules"]:
                if kind in rule:
                    yield Rule(rule[kind], path.stem, group["name"], rule)


def alerts(folder: Path = FOLDER) -> dict[str, Rule]:
    return {rule.name: rule for rule in rules(folder, "alert")}


def records(folder: Path = FOLDER) -> dict[str, Rule]:
    return {rule.name: rule for rule in rules(folder, "record")}


def read_by(rule: Rule, recorded: dict[str, Rule]) -> list[Rule]:
    """The records that a rule's expression and texts need, each before those that read it."""
    found: dict[str, Rule] = {}
    for name, record in recorded.items():
        if re.search(rf"(?<![\w:]){name}(?![\w:])", str(rule.content)) and record != rule:
            found |= {needed.name: needed for needed in read_by(record, recorded)} | {name: record}
    return list(found.values())
