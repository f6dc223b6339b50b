"""What docs/delivery.md and the end of a run say of each fault: tables in Markdown."""

import math
import sys
from collections.abc import Mapping, Sequence

from course import Fault, Run, Way
from outcome import Outcome

HEADER = [
    "fault",
    *(f"{way.value}: {what}" for way in Way for what in ("lost", "late", "twice")),
]
NOT_PLAYED = ["-"] * 3
# So that another run says the same of most faults.
STEPS = [3, 5, 10, 15, 20, 30, 45, 60, 75, 90]


def late(outcome: Outcome) -> str:
    """The seconds of the latest mail, rounded up; nothing where none came."""
    if len(outcome.lost) == outcome.expected:
        return "never"
    if "late" in outcome.remarks:
        return outcome.remarks["late"]
    step = next((step for step in STEPS if outcome.late <= step), math.ceil(outcome.late))
    return f"{step} s"


def cells(outcome: Outcome | None) -> list[str]:
    """Lost, late, twice."""
    if not outcome:
        return NOT_PLAYED
    lost = f"**{len(outcome.lost)} of {outcome.expected}**" if outcome.lost else "0"
    return [lost, late(outcome), f"**{outcome.duplicated}**" if outcome.duplicated else "0"]


def sections(outcomes: Mapping[Run, Outcome]) -> dict[str, list[list[str]]]:
    """What each module is about and the lines of its table, in the order of its faults."""
    faults: dict[str, dict[Fault, None]] = {}
    for run in outcomes:
        faults.setdefault(run.fault.__module__, {})[run.fault] = None
    found: dict[str, list[list[str]]] = {}
    for module, its in faults.items():
        meaning = (sys.modules[module].__doc__ or "").strip()
        in_order = sorted(its, key=lambda fault: fault.__code__.co_firstlineno)
        found[meaning] = [line(fault, outcomes) for fault in in_order]
    return found


def line(fault: Fault, outcomes: Mapping[Run, Outcome]) -> list[str]:
    ways = [cells(outcomes.get(Run(fault, way))) for way in Way]
    return [Run(fault, Way.DIRECT).title, *ways[0], *ways[1]]


def table(lines: Sequence[Sequence[str]]) -> str:
    rows = [f"| {' | '.join(cells)} |" for cells in (HEADER, *lines)]
    return "\n".join([rows[0], "|---" + "|--:" * (len(HEADER) - 1) + "|", *rows[1:]]) + "\n"


def tables(outcomes: Mapping[Run, Outcome]) -> str:
    parts = [f"### {meaning}\n\n{table(lines)}" for meaning, lines in sections(outcomes).items()]
    return "\n".join(parts)
