"""What docs/accuracy.md says of the rows: tables in Markdown."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, product
from types import MappingProxyType

from bounds import percent
from claims import COUNT, NOW, RATIO
from fleets import FLEETS
from panels import Compared
from table import HEADER, MOST_APART, Row, table, worst_rows
from views import PERIODS

KINDS = {
    COUNT.text(): "counts",
    RATIO.text(): "means, ratios",
    "its bucket": "quantiles",
    "1 point": "CPU, memory",
}


def scenario_tables(rows: Iterable[Row], meanings: Mapping[str, str] = MappingProxyType({})) -> str:
    """A heading and a table for each section, in the order of their first rows."""
    sections: dict[str, list[Row]] = {}
    for each in rows:
        sections.setdefault(each.section, []).append(each)
    parts = []
    for section, rows_of_it in sections.items():
        meaning = f"{meanings[section]}\n\n" if section in meanings else ""
        parts.append(f"### {section}\n\n{meaning}{table([HEADER, *joined(rows_of_it)])}")
    return "\n".join(parts)


def joined(rows: Iterable[Row]) -> Iterator[list[str]]:
    """Their cells, figure by figure; periods that differ in nothing else share a line."""
    by_figure: dict[str, list[Row]] = {}
    for row in rows:
        by_figure.setdefault(row.figure, []).append(row)

    def but_for_period(row: Row) -> list[str]:
        figure, _, *others = row.cells()
        return [figure, *others]

    for of_figure in by_figure.values():
        for (figure, *others), alike in groupby(of_figure, but_for_period):
            yield [figure, ", ".join(row.period for row in alike), *others]


OWN = """\
The cards and tables of the page *Overview*, and *Routes* of *Requests*, ask for any period and for
all chosen instances together, with queries of their own. Each is asked for 1 h, 1 d, 7 d and 30 d,
where a scenario is as long, of several servers together and of each alone. A line is the worst
period and route of a figure.
"""


def own_table(rows: Iterable[Row]) -> str:
    meanings = "".join(f"- *{fleet.name}*: {fleet.meaning}\n" for fleet in FLEETS)
    lines = [("scenario", *HEADER), *((row.section, *row.cells()) for row in worst_rows(rows))]
    return f"{OWN}\n{meanings}\n{table(lines)}"


def summary(rows: Sequence[Row]) -> str:
    """The worst error of each kind of figure in each period."""
    lines = [("figures", "period", "rows", "Prometheus", "VictoriaMetrics", "bound")]
    for (bound, kind), period in product(KINDS.items(), [*PERIODS, NOW]):
        chosen = [row for row in rows if (row.bound.text(), row.period) == (bound, period)]
        if chosen:
            lines.append((kind, period, str(len(chosen)), *worst_errors(chosen), bound))
    return table(lines)


def worst_errors(rows: Iterable[Row]) -> tuple[str, str]:
    """Of Prometheus and of VictoriaMetrics."""
    verdicts = [row.worst.verdicts(row.bound) for row in rows]
    first, second = (max(of_one, key=lambda v: v.size).error for of_one in zip(*verdicts))
    return first, second


def dashboard_table(compared: Iterable[Compared]) -> str:
    """A line for each dashboard: its worst query."""
    worst: dict[str, Compared] = {}
    for each in compared:
        title = each.asked.dashboard
        worst[title] = max(worst.get(title, each), each, key=lambda other: other.apart)
    lines = [("dashboard", "apart at most", "in the panel", "bound", "met")]
    for title, each in worst.items():
        is_met = "yes" if each.apart <= MOST_APART else "NO"
        shown = percent(each.apart).removeprefix("+")
        lines.append((title, shown, each.asked.panel.title, RATIO.text(), is_met))
    return table(lines)
