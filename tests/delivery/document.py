"""What docs/delivery.md and the end of a run say of each fault: tables in Markdown."""

import math
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from course import Run, Way
from outcome import Outcome
from plays import Play, Told

BY_WAY, OF_EVENTS = "Fault by fault", "Event by event"
HEADERS = {
    BY_WAY: [
        "fault",
        *(f"{way.value}: {what}" for way in Way for what in ("lost", "late", "twice")),
    ],
    OF_EVENTS: ["fault", "lost", "late", "twice", "false RESOLVED"],
}
NOT_PLAYED = "-"
# So that another run says the same of most faults.
STEPS = [0, 3, 5, 10, 15, 20, 30, 45, 60, 75, 90, 120, 150]

Results = Mapping[Run | Play, Any]


@dataclass
class Table:
    """Of the faults of one module."""

    header: list[str]
    lines: dict[str, list[str]] = field(default_factory=dict)  # the other cells, by the fault

    def __str__(self) -> str:
        ruler = "|---" + "|--:" * (len(self.header) - 1) + "|"
        lines = [[fault, *cells] for fault, cells in self.lines.items()]
        first, *others = [f"| {' | '.join(cells)} |" for cells in (self.header, *lines)]
        return "\n".join([first, ruler, *others]) + "\n"


# The tables by what their modules are about, in each of the sections.
Sections = dict[str, dict[str, Table]]


def late(outcome: Outcome) -> str:
    """The seconds of the latest mail, rounded up; nothing where none came."""
    if len(outcome.lost) == outcome.expected:
        return "never"
    if "late" in outcome.remarks:
        return outcome.remarks["late"]
    step = next((step for step in STEPS if outcome.late <= step), math.ceil(outcome.late))
    return f"{step} s"


def bold(number: int) -> str:
    return f"**{number}**" if number else "0"


def cells(outcome: Outcome) -> list[str]:
    """Lost, late, twice."""
    lost = f"**{len(outcome.lost)} of {outcome.expected}**" if outcome.lost else "0"
    if outcome.returned:
        lost += f", {outcome.returned} returned"
    return [lost, late(outcome), outcome.remarks.get("twice") or bold(outcome.duplicated)]


def sections(results: Results) -> Sections:
    """In the order of the modules, and of the faults in each of them."""
    found: Sections = {BY_WAY: {}, OF_EVENTS: {}}

    def table(section: str, of: Callable[..., Any]) -> Table:
        meaning = (sys.modules[of.__module__].__doc__ or "").strip()
        return found[section].setdefault(meaning, Table(HEADERS[section]))

    def place_of(run: Run) -> tuple[str, int]:
        return run.fault.__module__, run.fault.__code__.co_firstlineno

    for run in sorted((run for run in results if isinstance(run, Run)), key=place_of):
        not_played = [NOT_PLAYED] * (len(HEADERS[BY_WAY]) - 1)
        line = table(BY_WAY, run.fault).lines.setdefault(run.title, not_played)
        place = 3 * list(Way).index(run.way)
        line[place : place + 3] = cells(results[run])
    for play, seen in results.items():
        if isinstance(play, Play) and isinstance(seen, Told):
            lines = table(OF_EVENTS, play.events).lines
            for fault, outcome in seen.outcomes.items():
                lines[fault] = [*cells(outcome), bold(outcome.false_resolved)]
    return found


def text_of(found: Sections) -> str:
    parts = []
    for section, its in found.items():
        parts.append(f"## {section}\n")
        parts += [f"### {meaning}\n\n{table}" for meaning, table in its.items()]
    return "\n".join(parts)


def read(text: str) -> Sections:
    """What text_of() wrote."""
    found: Sections = {}
    for line in text.splitlines():
        if line.startswith("## "):
            section = found.setdefault(line[3:], {})
        elif line.startswith("### "):
            meaning = line[4:]
        elif line.startswith("| "):
            first, *others = line[2:-2].split(" | ")
            if meaning in section:
                section[meaning].lines[first] = others
            else:
                section[meaning] = Table([first, *others])
    return found


def updated(page: str, results: Results, is_whole: bool) -> str:
    """The page with what was played in it. Seconds stay, as they are others in each run.

    Nothing is said of what was not played, unless everything was: then there is no such thing.
    """
    begin = page.index(f"## {BY_WAY}\n")
    shown, played = read(page[begin:]), sections(results)
    for section, tables in played.items():
        others = shown.setdefault(section, {})
        for meaning, table in tables.items():
            was = others.get(meaning, Table([]))
            its = {
                fault: line_updated(was.lines.get(fault), line, is_whole)
                for fault, line in table.lines.items()
            }
            table.lines = its if is_whole else was.lines | its
        played[section] = tables if is_whole else others | tables
    return page[:begin] + text_of(played)


def line_updated(was: list[str] | None, line: list[str], is_whole: bool) -> list[str]:
    def is_kept(old: str, new: str) -> bool:
        return without_seconds(old) == without_seconds(new) or (new == NOT_PLAYED and not is_whole)

    if was is None or len(was) != len(line):
        return line
    return [old if is_kept(old, new) else new for old, new in zip(was, line)]


def without_seconds(cell: str) -> str:
    return re.sub(r"^\d+ s$", "N s", cell)
