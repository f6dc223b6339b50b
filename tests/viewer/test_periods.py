"""The period that is chosen changes the figures, to what a month of known traffic makes them."""

import pytest
from browser import Browser
from conftest import Past
from figures import read_figure
from page import Page
from past import PERIODS

HOURS = {"Last Hour": 1, "Last Day": 24, "Last Week": 7 * 24, "Last Month": 30 * 24}


@pytest.fixture
def page(browser: Browser, past: Past) -> Page:
    return Page(browser, past.page)


def figure(page: Page, title: str, unit: str) -> float:
    """The only figure of a panel."""
    (text,) = page.panel(title).text.strip().splitlines()[1:]
    return read_figure(text, unit).value


def requests(page: Page) -> float:
    return figure(page, "Total Requests", "locale")


@pytest.mark.parametrize("first", HOURS)
def test_every_figure_of_a_period_is_that_period_s(page: Page, past: Past, first: str) -> None:
    page.open("seadragon-overview")
    page.loaded()
    page.choose_period(first)
    expected = sum(life.requests for life in past.lives) * 60 * HOURS[first]
    # Nothing was scraped since the past was made: an hour is short of a minute or two.
    tolerance = 0.01 if HOURS[first] > 1 else 0.1
    page.until(
        lambda: requests(page) == pytest.approx(expected, rel=tolerance), f"{expected} requests"
    )

    errors = sum(life.errors for life in past.lives) / sum(life.requests for life in past.lives)
    assert figure(page, "Error Rate", "percentunit") == pytest.approx(errors, abs=0.0005)
    (row,) = page.panel("Top Endpoints").rows
    assert row[0] == "/v1/chat/completions"
    assert read_figure(row[1], "locale").value == requests(page)


def test_the_period_stands_in_the_address_and_the_way_back_leads_to_the_one_before(
    page: Page,
) -> None:
    page.open("seadragon-overview")
    page.loaded()
    hour = requests(page)
    page.choose_period("Last Week")
    page.until(lambda: requests(page) > 100 * hour, "a week of requests")
    assert "from=now-7d" in page.browser.driver.current_url
    page.browser.driver.back()
    page.until(lambda: requests(page) == pytest.approx(hour, rel=0.05), "the hour again")


def test_an_address_that_was_sent_shows_the_same(page: Page, past: Past) -> None:
    page.open("seadragon-overview", **{"from": "now-24h", "to": "now", "var-instance": "llm2"})
    page.loaded()
    assert requests(page) == pytest.approx(past.lives[1].requests * 60 * 24, rel=0.01)
    assert "40" not in page.panel("CPU Usage").text and "20.0%" in page.panel("CPU Usage").text


def test_a_period_in_which_nothing_was_has_no_traffic_instead_of_zeros(page: Page) -> None:
    page.open("seadragon-overview", **{"from": "now-400d", "to": "now-399d"})
    page.loaded()
    for title in ("Total Requests", "Avg Response Time", "Error Rate"):
        panel = page.panel(title)
        assert (panel.state, panel.text.splitlines()[1:]) == ("empty", ["No traffic"])


def test_the_last_hour_day_week_and_month_of_each_job_and_instance_stand_in_their_order(
    page: Page, past: Past
) -> None:
    page.open("seadragon-overview")
    page.loaded()
    table = page.panel("All periods")
    column = {
        name: table.head.index(name) for name in ("Job", "Instance", "Period", "Requests", "Errors")
    }
    shown = [tuple(row[index] for index in column.values()) for row in table.rows]
    lives = sorted(past.lives, key=lambda life: (life.instance, life.job))
    assert shown == [
        (
            life.job,
            life.instance,
            period,
            f"{life.requests * 60 * hours:,}",
            f"{life.errors * 60 * hours:,}",
        )
        for life in lives
        for period, hours in PERIODS.items()
    ]


def test_the_average_of_a_period_is_that_of_all_its_machines(page: Page) -> None:
    page.open("seadragon-overview", **{"from": "now-7d", "to": "now"})
    page.loaded()
    for title, average in (
        ("CPU Usage", "30.0%"),
        ("Memory Usage", "45.0%"),
        ("Queue Length", "2"),
        ("Active Requests", "4"),
    ):
        assert page.panel(title).text.split()[-2:] == ["Avg", average], page.panel(title)
