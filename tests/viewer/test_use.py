"""What a reader does: by keyboard, on a telephone, in the dark, from one dashboard to the next."""

from collections.abc import Iterator

import pytest
from browser import NARROW, WIDE, Browser
from conftest import Past
from page import Page
from selenium.webdriver.common.keys import Keys


@pytest.fixture
def page(browser: Browser, past: Past) -> Iterator[Page]:
    opened = Page(browser, past.page)
    opened.open("seadragon-overview")
    opened.loaded()
    yield opened
    browser.resize(WIDE)
    browser.prefer("light")


# What is in the document between two tasks can be painted.
WATCH_FOR_BLANK_PANELS = """
window.blank = [];
new MutationObserver(() => {
  for (const panel of document.querySelectorAll('section[data-state=ok]')) {
    if (!panel.lastElementChild.childElementCount) window.blank.push(panel.ariaLabel);
  }
}).observe(document, {subtree: true, childList: true, attributes: true});
"""


def focused(page: Page) -> dict[str, str]:
    """What the keyboard would act on now."""
    return page.run("""
        const at = document.activeElement;
        const named = at.labels?.[0] ?? at;
        const style = getComputedStyle(at);
        return {
          tag: at.tagName.toLowerCase(),
          name: (at.getAttribute('aria-label') ?? named.innerText ?? '').trim(),
          ring: at.matches(':focus-visible') ? 'seen' : '',
        };
    """)


def press(page: Page, key: str) -> None:
    page.browser.driver.switch_to.active_element.send_keys(key)


def tab_to(page: Page, name: str) -> None:
    """Presses Tab until the element of this name has the focus."""
    passed = []
    for _ in range(150):
        press(page, Keys.TAB)
        here = focused(page)
        passed.append(here["name"])
        if name in here["name"]:
            assert here["ring"], f"the focus on {name} cannot be seen"
            return
    raise AssertionError(f"no Tab leads to {name}, only to {passed}")


def test_no_panel_is_seen_before_what_it_shows(page: Page) -> None:
    run_on_load = {"source": WATCH_FOR_BLANK_PANELS}
    driver = page.browser.driver
    watch = driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", run_on_load)
    try:
        page.open("seadragon-overview")
        page.loaded()
        assert page.run("return window.blank") == []
    finally:
        driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", watch)


def test_everything_can_be_reached_by_keyboard(page: Page) -> None:
    for name in (
        "Last Hour",
        "job",
        "instance",
        "Refresh now",
        "About CPU Usage",
        "About Total Requests",
    ):
        tab_to(page, name)


def test_the_period_is_chosen_by_keyboard(page: Page) -> None:
    tab_to(page, "Last Hour")
    press(page, Keys.ARROW_RIGHT)
    page.until(lambda: "from=now-24h" in page.browser.driver.current_url, "the day in the address")
    page.until(lambda: "129," in page.panel("Total Requests").text, "the requests of a day")


def test_an_instance_is_chosen_by_keyboard_and_then_alone_in_every_panel(page: Page) -> None:
    assert {row[0] for row in page.panel("CPU usage over time").rows} == {"llm1", "llm2"}
    tab_to(page, "instance")
    press(page, Keys.ENTER)
    tab_to(page, "llm1")
    press(page, Keys.SPACE)
    page.until(
        lambda: [r[0] for r in page.panel("CPU usage over time").rows] == ["llm1"], "llm1 alone"
    )
    assert "40.0%" in page.panel("CPU Usage").text
    assert "var-instance=llm1" in page.browser.driver.current_url


def test_each_dashboard_is_one_step_away_with_period_and_choice_kept(page: Page) -> None:
    page.open("seadragon-overview", **{"from": "now-7d", "to": "now", "var-instance": "llm1"})
    page.loaded()
    links = page.run(
        "return [...document.querySelectorAll('nav a')].map((a) => [a.textContent, a.href])"
    )
    assert len(links) >= 7
    for title, address in links:
        page.browser.driver.get(address)
        page.loaded()
        assert title in page.run("return document.title")
        for kept in ("from=now-7d", "var-instance=llm1"):
            assert kept in page.browser.driver.current_url


def test_figures_lead_to_the_dashboard_that_explains_them(page: Page) -> None:
    links = page.run(
        """return [...document.querySelectorAll('section[data-panel] a[href*="dashboard="]')]
                        .map((a) => [a.closest('section').getAttribute('aria-label'), a.href])"""
    )
    targets = {address.split("dashboard=")[1].split("&")[0] for _, address in links}
    assert {"seadragon-requests", "seadragon-queue", "seadragon-host"} <= targets
    for address in {address for _, address in links}:
        page.browser.driver.get(address)
        page.loaded()
        assert page.alert() == ""


def test_descriptions_are_told_to_the_keyboard(page: Page) -> None:
    tab_to(page, "About CPU Usage")
    assert "seadragon:cpu_usage:percent" in focused(page)["name"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_as_light_or_dark_as_the_system(page: Page, scheme: str) -> None:
    page.browser.prefer(scheme)
    page.open("seadragon-overview")
    page.loaded()
    color = page.run("return getComputedStyle(document.body).backgroundColor")
    brightness = (
        sum(int(part) for part in color.removeprefix("rgb(").removesuffix(")").split(",")) / 3
    )
    assert (brightness > 128) == (scheme == "light"), color


def test_on_a_telephone_panels_stand_below_each_other(page: Page) -> None:
    page.browser.resize(NARROW)
    page.open("seadragon-overview")
    page.loaded()
    widths = page.run(
        """return [...document.querySelectorAll('section[data-panel][data-type=timeseries]')]
                         .map((section) => section.getBoundingClientRect().width)"""
    )
    assert min(widths) > 0.9 * NARROW
    layout = page.layout()
    assert layout["overflow"] == 0 and layout["smallest"] >= 11


def test_every_request_goes_to_prometheus(page: Page, past: Past) -> None:
    page.open("seadragon-overview")
    page.loaded()
    asked = page.run("return performance.getEntriesByType('resource').map((entry) => entry.name)")
    assert asked and all(
        address.startswith(f"http://{past.prometheus.address}/") for address in asked
    )


def test_the_console_stays_empty(page: Page) -> None:
    page.browser.complaints()
    page.open("seadragon-overview")
    page.loaded()
    assert page.browser.complaints() == []
