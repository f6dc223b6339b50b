"""Every panel of every dashboard on the running stack: it has data, and the page shows what Prometheus says.

Before test_stack.py, whose last tests kill the server."""

import json
import os
import re
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import NARROW, WIDE, Browser
from conftest import ROOT, Stack, eventually, fetch
from figures import read_figure
from page import Page, PanelOnPage
from questions import Question, asked
from shipped import Dashboard, Panel, Target, dashboards

PERIOD = 900  # seconds; begins before the stack, so that all its traffic is in it
SCRAPES = "1s"  # what the stack is started with; no point of a graph is nearer to the next
PICTURES = ROOT / "build/pictures"

# Not every machine has these; where the pages have them, panels must show them.
OF_SOME_MACHINES = re.compile(
    r"seadragon_host_(cgroup|pressure|network)_\w+|seadragon_server_process_(file|shared)_memory_bytes"
    r"|seadragon_mail_spool_\w+"
)

# Not every alert belongs to a job, an instance and a server.
OF_SOME_ALERTS = {"job", "instance", "server"}


def by_uid(dashboard: Dashboard) -> str:
    return dashboard.uid


@pytest.fixture(scope="module")
def lively(stack: Stack, tally: dict) -> Stack:
    """The stack once all traffic is scraped, and every period has its view."""
    eventually(
        lambda: stack.value('sum(seadragon:http_requests:count{period="month"})') is not None, 60, "a month's view"
    )
    return stack


def ask(stack: Stack, path: str, parameters: dict[str, str]) -> list[dict[str, Any]]:
    """What Prometheus answers, series by series."""
    url = f"http://127.0.0.1:{stack.base + 3}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
    return json.loads(fetch(url))["data"]["result"]


def may_be_empty(stack: Stack, expression: str) -> bool:
    """Whether the query needs a metric that this machine does not have, or an alert, and there is none."""
    if expression.startswith("ALERTS{"):  # test_stack.py looks at this panel when something fires
        return json.loads(fetch(f"http://127.0.0.1:{stack.base + 3}/api/v1/alerts"))["data"]["alerts"] == []
    pages = stack.library() + stack.exporter()
    return any(f"\n{found[0]}" not in pages for found in OF_SOME_MACHINES.finditer(expression))


@pytest.mark.parametrize("dashboard", dashboards(), ids=by_uid)
def test_every_query_finds_data_with_the_labels_it_shows(lively: Stack, dashboard: Dashboard) -> None:
    missing = []
    for panel in dashboard.panels:
        for target in panel.targets:
            expression = target.asked(f"{PERIOD}s", rate_interval=f"{PERIOD}s")
            found = ask(lively, "query", {"query": expression})
            if not found and not may_be_empty(lively, expression):
                missing.append(f"{panel.title}: {expression}")
            shown = set(re.findall(r"\{\{(\w+)\}\}", target.legend))
            shown |= {name for name in panel.names if name != "Time" and not name.startswith("Value")}
            for label in shown - OF_SOME_ALERTS:
                if any(label not in series["metric"] for series in found):
                    missing.append(f"{panel.title}: no label {label} in {expression}")
    assert not missing, "\n".join(missing)


def complaints(page: Page, panels: list[PanelOnPage], stack: Stack, dashboard: Dashboard) -> list[str]:
    """Panels that show no data, but those whose every query may be empty."""
    shipped = {panel.id: panel for panel in dashboard.panels}
    found = []
    for panel in panels:
        needed = [target.asked(f"{PERIOD}s") for target in shipped[panel.id].targets]
        if panel.state != "ok" and not all(may_be_empty(stack, one) for one in needed):
            found.append(f"{panel.title} ({panel.state}): {panel.text}")
    return found


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("dashboard", dashboards(), ids=by_uid)
def test_every_panel_is_drawn_at_both_widths(
    lively: Stack, browser: Browser, dashboard: Dashboard, width: int
) -> None:
    page = Page(browser, lively.page)
    browser.resize(width)
    browser.complaints()
    page.open(dashboard.uid, **{"from": "now-15m", "to": "now"})
    page.loaded()
    panels = page.panels()
    assert {panel.id for panel in panels} == {panel.id for panel in dashboard.panels}
    assert page.alert() == ""
    assert complaints(page, panels, lively, dashboard) == []
    assert browser.complaints() == []
    layout = page.layout()
    assert layout["overflow"] == 0, "the page is wider than the screen"
    assert layout["smallest"] >= 11, "letters too small to be read"
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.photograph(PICTURES / f"{dashboard.uid}-{width}.png", width)


@pytest.mark.parametrize("dashboard", dashboards(), ids=by_uid)
def test_the_numbers_on_screen_are_those_of_prometheus(
    lively: Stack, browser: Browser, dashboard: Dashboard
) -> None:
    page = Page(browser, lively.page)
    browser.resize(WIDE)
    # A moment ago, so that no scrape is under way that Prometheus knows of now and did not when the page asked.
    end = int(time.time()) - 5
    asked(browser)
    page.open(dashboard.uid, **{"from": str((end - PERIOD) * 1000), "to": str(end * 1000)})
    page.loaded()
    questions = asked(browser)
    shown = {panel.id: panel for panel in page.panels()}
    wrong = []
    for panel in dashboard.panels:
        compare = {"timeseries": last_values, "table": cells}.get(panel.kind, large_figures)
        wrong += [f"{panel.title}: {fault}" for fault in compare(lively, panel, shown[panel.id], questions, end)]
    assert not wrong, "\n".join(wrong)


def answers(stack: Stack, panel: Panel, end: int) -> list[list[dict[str, Any]]]:
    """What Prometheus answers to each query of a panel, in its own words of time."""
    return [
        ask(stack, "query", {"query": target.asked(f"{PERIOD}s", interval=SCRAPES), "time": str(end)})
        for target in panel.targets
    ]


def named(target: Target, series: dict[str, Any]) -> str:
    """What the legend calls a series."""
    return re.sub(r"\{\{(\w+)\}\}", lambda label: series["metric"].get(label[1], ""), target.legend)


def large_figures(
    stack: Stack, panel: Panel, shown: PanelOnPage, questions: list[Question], end: int
) -> Iterator[str]:
    found = [(t, s) for t, answer in zip(panel.targets, answers(stack, panel, end)) for s in answer]
    expected = [(named(target, series), float(series["value"][1])) for target, series in found]
    texts = shown.text.splitlines()[1:]
    # One alone needs no name.
    pairs = [(expected[0][0], texts[0])] if len(texts) == 1 and expected else list(zip(texts[::2], texts[1::2]))
    if [name for name, _ in pairs] != [name for name, _ in expected]:
        yield f"shows {texts} of {expected}"
        return
    for (name, text), (_, value) in zip(pairs, expected):
        if not read_figure(text, panel.unit).shows(value):
            yield f"shows {text} for {name}, which is {value}"


def cells(stack: Stack, panel: Panel, shown: PanelOnPage, questions: list[Question], end: int) -> Iterator[str]:
    """Row by row: the cells of a row belong to the labels in it."""
    labels = {field: name for field, name in panel.names.items() if not field.startswith(("Value", "Time"))}
    named_rows = {tuple(row[shown.head.index(n)] for n in labels.values() if n in shown.head): row for row in shown.rows}
    if len(named_rows) != len(shown.rows):
        yield f"has rows that cannot be told apart: {shown.rows}"
    several = len(panel.targets) > 1
    for target, found in zip(panel.targets, answers(stack, panel, end)):
        field = f"Value #{target.ref_id}" if several else "Value"
        seen = set()
        for series in found:
            key = tuple(series["metric"].get(f, "") for f, name in labels.items() if name in shown.head)
            seen.add(key)
            if key not in named_rows:
                yield f"has no row {key} of {target.expression}"
            elif name := panel.names.get(field):
                text = named_rows[key][shown.head.index(name)]
                value = float(series["value"][1])
                if not read_figure(text, panel.units.get(name, panel.unit)).shows(value):
                    yield f"{key}, {name}: shows {text} for {value}"
        if field in panel.names:
            column = shown.head.index(panel.names[field])
            extra = [key for key, row in named_rows.items() if row[column] and key not in seen]
            if extra:
                yield f"shows values of nothing in {panel.names[field]}: {extra}"


def last_values(
    stack: Stack, panel: Panel, shown: PanelOnPage, questions: list[Question], end: int
) -> Iterator[str]:
    """The hidden table of a graph against the same range query, asked once more."""
    expected = []
    for target in panel.targets:
        mine = [question for question in questions if question.path == "query_range" and question.is_of(target)]
        if not mine:
            yield f"was never asked for: {target.expression}"
            continue
        if not end - 60 <= float(mine[0].parameters["end"]) <= end:
            yield f"was asked for another time: {mine[0].parameters}"
        for series in ask(stack, "query_range", mine[0].parameters):
            numbers = [float(text) for _, text in series["values"] if text != "NaN"]
            expected += [(named(target, series).strip(), number) for number in numbers[-1:]]
    if [row[0] for row in shown.rows] != [name for name, _ in expected]:
        yield f"has the lines {shown.rows} of {expected}"
        return
    for (name, text), (_, value) in zip(shown.rows, expected):
        if not read_figure(text, panel.unit).shows(value):
            yield f"{name} ends at {text} for {value}"


def test_the_overview_is_what_opens_and_it_lives(lively: Stack, browser: Browser) -> None:
    page = Page(browser, lively.page)
    browser.resize(WIDE)
    page.open(refresh="5s")
    page.loaded()
    assert "Overview" in page.run("return document.title")
    before = read_figure(page.panel("Total Requests").text.splitlines()[1], "locale").value
    assert before > 0
    url = f"http://127.0.0.1:{lively.base + 3}/-/healthy"
    first = page.loaded()
    assert "Healthy" in urllib.request.urlopen(url, timeout=10).read().decode()
    page.until(lambda: (page.time_if_drawn() or 0) > first, "a refresh")


def pictures_of_the_documentation() -> list[Path]:
    return sorted((ROOT / "docs/images").glob("*.png"))


def test_the_documentation_shows_each_dashboard() -> None:
    assert {file.stem for file in pictures_of_the_documentation()} >= {d.uid for d in dashboards()}
    assert os.path.getsize(ROOT / "docs/images/seadragon-overview.png") > 10_000
