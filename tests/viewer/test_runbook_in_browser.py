"""The page of the runbook in a browser, at night and on a telephone."""

import pytest
from browser import NARROW, WIDE, Browser
from conftest import Past

ALERT = "#seadragonmonitoringalertmanagerunreachable"  # the longest name


@pytest.fixture(params=[NARROW, WIDE], ids=["telephone", "desk"])
def opened(request: pytest.FixtureRequest, browser: Browser, past: Past) -> Browser:
    browser.resize(request.param)
    browser.driver.get("about:blank")  # nothing is selected, nothing scrolled
    browser.complaints()  # those of the page before
    browser.driver.get(f"{past.page}runbook.html{ALERT}")
    return browser


def test_no_line_makes_the_page_wider_than_the_window(opened: Browser) -> None:
    wide, window = opened.driver.execute_script(
        "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert wide <= window
    assert opened.complaints() == []


def test_what_is_too_long_scrolls_by_itself(opened: Browser) -> None:
    longest = opened.driver.execute_script(
        "const blocks = [...document.querySelectorAll('pre')];"
        "blocks.sort((a, b) => b.scrollWidth - a.scrollWidth);"
        "blocks[0].scrollLeft = 100;"
        "return blocks[0].scrollLeft"
    )
    assert longest == 100


def test_the_link_of_a_mail_shows_that_alert(opened: Browser) -> None:
    heading = opened.driver.execute_script(
        f"return document.querySelector('{ALERT}').getBoundingClientRect().top"
    )
    assert -1 < heading < 100  # scrolled to by whole pixels


def test_one_tap_selects_a_whole_command(opened: Browser) -> None:
    command = opened.driver.find_element("css selector", "pre.command")
    command.click()
    selected = opened.driver.execute_script("return getSelection().toString()")
    assert selected.strip() == command.text


def brightness(browser: Browser, scheme: str) -> tuple[float, float]:
    """Of the ink and the paper, 0 to 255."""
    browser.prefer(scheme)
    colors = browser.driver.execute_script(
        "const style = getComputedStyle(document.body);"
        "return [style.color, style.backgroundColor].map((each) => each.match(/\\d+/g).map(Number))"
    )
    ink, paper = (sum(color[:3]) / 3 for color in colors)
    return ink, paper


def test_it_is_dark_where_the_system_is(opened: Browser) -> None:
    ink, paper = brightness(opened, "light")
    assert paper - ink > 180
    ink, paper = brightness(opened, "dark")
    opened.prefer("light")
    assert ink - paper > 180
