"""What the page shows when it cannot know: that it cannot, and never the numbers from before."""

import re
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Browser
from conftest import LIVES, Past, serving
from page import Page
from past import make_blocks
from running import AnyPrometheus, eventually

NUMBER = re.compile(r"\d")
# 90 a minute; nothing was scraped since the past was made, which may be two minutes ago.
HOUR = re.compile(r"\b5,[1234]\d\d\b")


@pytest.fixture
def mortal(site: Path, tmp_path: Path) -> Iterator[AnyPrometheus]:
    """A Prometheus with figures, which the test may stop."""
    make_blocks(LIVES, tmp_path / "data")
    prometheus = serving(tmp_path, site)
    eventually(lambda: prometheus.query("seadragon_build_info"), prometheus.complaints)
    yield prometheus
    prometheus.process.send_signal(signal.SIGCONT)
    prometheus.process.terminate()
    prometheus.process.wait(timeout=20)


def live(mortal: AnyPrometheus, browser: Browser) -> Page:
    """The Overview with numbers on it, which it renews."""
    page = Page(browser, f"http://{mortal.address}/user/")
    page.open("seadragon-overview", refresh="5s")
    page.loaded()
    assert page.alert() == "" and HOUR.search(page.panel("Total Requests").text)
    return page


def test_without_prometheus_there_is_an_error_and_no_number(
    mortal: AnyPrometheus, browser: Browser
) -> None:
    page = live(mortal, browser)
    mortal.process.terminate()
    page.until(page.alert, "an error at the top")
    assert "Prometheus does not answer" in page.alert()
    for panel in page.panels():
        assert panel.state == "error", panel
        shown = panel.text.replace(panel.title, "").replace(mortal.address, "")
        assert not NUMBER.search(shown), f"an old number: {panel}"
    assert page.run("return document.querySelector('header time')") is None


def test_numbers_that_are_not_renewed_are_not_called_current(
    mortal: AnyPrometheus, browser: Browser
) -> None:
    page = live(mortal, browser)
    mortal.process.send_signal(signal.SIGSTOP)
    page.until(lambda: "Waiting for Prometheus" in page.text(), "that it waits")
    assert page.run("return document.querySelector('main').getAttribute('aria-busy')") == "true"
    assert page.run("return document.querySelector('header time')") is None
    mortal.process.send_signal(signal.SIGCONT)
    page.loaded()
    assert page.alert() == "" and HOUR.search(page.panel("Total Requests").text)


def test_a_prometheus_that_scrapes_nothing_of_ours_is_told_from_an_idle_server(
    site: Path, tmp_path: Path, browser: Browser
) -> None:
    empty = serving(tmp_path, site)
    try:
        eventually(lambda: empty.get("targets") is not None, empty.complaints)
        page = Page(browser, f"http://{empty.address}/user/")
        page.open()
        page.until(lambda: "scraped" in page.text(), "what to look after")
    finally:
        empty.stop()


def test_a_dashboard_that_does_not_exist_is_named(browser: Browser, past: Past) -> None:
    page = Page(browser, past.page)
    page.open("seadragon-typo")
    page.until(lambda: "seadragon-typo" in page.alert(), "the unknown dashboard")
    assert (
        page.run("return [...document.querySelectorAll('nav a')].length") > 0
    ), "no way to another one"


def test_a_chosen_job_that_does_not_exist_is_named_above_its_empty_panels(
    browser: Browser, past: Past
) -> None:
    page = Page(browser, past.page)
    page.open("seadragon-overview", **{"var-job": "renamed"})
    page.loaded()
    notices = page.run(
        "return [...document.querySelectorAll('[role=status]')].map((n) => n.innerText)"
    )
    assert 'job "renamed" is not among what Prometheus has in this period' in notices
    page.open("seadragon-overview", **{"var-job": "seadragon"})
    page.loaded()
    assert "is not among" not in page.text()


def test_a_broken_query_is_told_in_its_panel_and_nowhere_else(
    site: Path, tmp_path: Path, browser: Browser
) -> None:
    """As after an update of Prometheus that knows a function no more."""
    broken = tmp_path / "site"
    shutil.copytree(site, broken)
    file = broken / "dashboards/seadragon-overview.json"
    file.write_text(
        file.read_text().replace(
            "round(sum(increase(seadragon_http_outcomes_total", "round(sum(incr(x"
        )
    )
    folder = tmp_path / "prometheus"
    folder.mkdir()
    make_blocks(LIVES, folder / "data")
    prometheus = serving(folder, broken)
    try:
        eventually(lambda: prometheus.query("seadragon_build_info"), prometheus.complaints)
        page = Page(browser, f"http://{prometheus.address}/user/")
        page.open("seadragon-overview")
        page.loaded()
        panel = page.panel("Total Requests")
        assert panel.state == "error" and 'unknown function with name "incr"' in panel.text
        assert page.panel("CPU Usage").state == "ok" and page.alert() == ""
    finally:
        prometheus.stop()
