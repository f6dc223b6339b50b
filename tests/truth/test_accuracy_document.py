"""docs/accuracy.md has the tables that these tests measure. UPDATE_GOLDEN=1 rewrites them."""

import os
import re

from conftest import ROOT, Minute, Past
from document import dashboard_table, own_table, scenario_tables, summary
from panels import Compared
from scenarios import SCENARIOS
from table import HEADER

DOCUMENT = ROOT / "docs/accuracy.md"
FIRST_HEADING = "## The worst of all\n"
# Below these a table differs from run to run, or with the dashboards.
CHANGING = re.compile("### real time|## Dashboards")


def measured(past: Past, minute: Minute, panels: list[Compared]) -> str:
    meanings = {scenario.name: scenario.meaning for scenario in SCENARIOS}
    parts = [
        f"{FIRST_HEADING}\nOf the past that is made up.\n\n{summary(past.rows)}",
        f"## Figure by figure\n\n{scenario_tables(past.rows + minute.rows, meanings)}",
        f"## The Overview's own figures\n\n{own_table(past.own_rows)}",
        "## Dashboards on both servers\n\nWhere every metric there is grows steadily, every query "
        f"of every panel:\n\n{dashboard_table(panels)}",
    ]
    return "\n".join(parts)


def lasting(text: str) -> list[str]:
    """The lines without what is another in each run."""
    found, is_changing = [], False
    for line in text.splitlines():
        if line.startswith("#"):
            is_changing = bool(CHANGING.match(line))
        if line.startswith("|") and is_changing:
            # A figure and its period, or a dashboard; its bound and whether it is met.
            cells = line.split(" | ")
            first = 2 if len(cells) == len(HEADER) else 1
            line = " | ".join(cells[:first] + cells[-2:])
        found.append(line)
    return found


def test_the_document_is_what_was_measured(
    past: Past, minute: Minute, panels: list[Compared]
) -> None:
    text = DOCUMENT.read_text()
    prose = text[: text.index(FIRST_HEADING)]
    expected = prose + measured(past, minute, panels)
    if os.environ.get("UPDATE_GOLDEN"):
        DOCUMENT.write_text(expected)
    shown, wanted = lasting(DOCUMENT.read_text()), lasting(expected)
    assert shown == wanted, "docs/accuracy.md differs; UPDATE_GOLDEN=1 rewrites it"
