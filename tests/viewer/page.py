"""The page of dashboards as its reader has it: what is written on it, and what can be chosen."""

import time
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from browser import Browser

# Whatever a machine with two busy cores may need to draw a dashboard.
SECONDS = 60

READ_PANELS = """
return [...document.querySelectorAll('section[data-panel]')].map((section) => {
  const text = (cell) => cell.textContent.trim();
  const cells = (row, kind) => [...row.querySelectorAll(kind)].map(text);
  const table = section.querySelector('table');
  return {
    id: Number(section.dataset.panel),
    title: section.getAttribute('aria-label'),
    state: section.dataset.state,
    text: section.innerText,
    head: table ? cells(table, 'thead th') : [],
    rows: table ? [...table.querySelectorAll('tbody tr')].map((row) => cells(row, 'th, td')) : [],
  };
});
"""

# The smallest letters that a reader meets, and what is cut off or sticks out.
READ_LAYOUT = """
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
let smallest = 1000;
while (texts.nextNode()) {
  const { parentElement, textContent } = texts.currentNode;
  if (!textContent.trim() || !parentElement.getClientRects().length) continue;
  smallest = Math.min(smallest, parseFloat(getComputedStyle(parentElement).fontSize));
}
const {scrollWidth, clientWidth} = document.documentElement;
return {smallest, overflow: scrollWidth - clientWidth};
"""


@dataclass(frozen=True)
class PanelOnPage:
    id: int
    title: str
    state: str  # ok, empty, error or loading
    text: str  # all that can be read in it
    head: list[str]  # of its table, or of the hidden one that tells a graph's last values
    rows: list[list[str]]


class Page:
    """One dashboard in a browser."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser = browser
        self.address = address

    def open(self, dashboard: str = "", **parameters: str) -> None:
        """Loads the page anew; parameters are those of its address. Refreshes only if told to."""
        chosen = {"refresh": "", **parameters}
        if dashboard:
            chosen["dashboard"] = dashboard
        self.browser.driver.get(f"{self.address}?{urllib.parse.urlencode(chosen)}")

    def run(self, script: str, *arguments: Any) -> Any:
        return self.browser.driver.execute_script(script, *arguments)

    def panels(self) -> list[PanelOnPage]:
        return [PanelOnPage(**panel) for panel in self.run(READ_PANELS)]

    def panel(self, title: str) -> PanelOnPage:
        (found,) = (panel for panel in self.panels() if panel.title == title)
        return found

    def until(self, condition: Callable[[], Any], what: str) -> Any:
        """What the condition returns once it is true; else fails and tells what was awaited."""
        deadline = time.monotonic() + SECONDS
        while not (found := condition()):
            missed = f"{what}: not within {SECONDS} s; the page says:"
            assert time.monotonic() < deadline, f"{missed}\n{self.text()}"
            time.sleep(0.1)
        return found

    def text(self) -> str:
        return self.run("return document.body.innerText")

    def loaded(self) -> float:
        """Waits until everything is drawn; the time (Unix) up to which the numbers go."""
        return self.until(self.time_if_drawn, "the dashboard is drawn")

    def time_if_drawn(self) -> float | None:
        return self.run("""
            const time = document.querySelector('header time');
            const main = document.querySelector('main');
            const panels = [...document.querySelectorAll('section[data-panel]')];
            const blank = ({dataset, lastElementChild}) => dataset.state === 'loading' ||
              dataset.state === 'ok' && !lastElementChild.childElementCount;
            const complete = main?.getAttribute('aria-busy') === 'false' && panels.length;
            return time && complete && !panels.some(blank) ? Date.parse(time.dateTime) / 1000 : null;
        """)

    def alert(self) -> str:
        """What the page says went wrong; empty when nothing did."""
        return self.run("return document.querySelector('[role=alert]')?.innerText ?? ''")

    def choose_period(self, name: str) -> None:
        self.run(
            """[...document.querySelectorAll('fieldset label')]
                 .find((label) => label.textContent === arguments[0]).click()""",
            name,
        )

    def layout(self) -> dict[str, float]:
        return self.run(READ_LAYOUT)

    def photograph(self, file: Path, width: int) -> None:
        """The whole page, however high it is at this width."""
        self.browser.resize(width)
        self.loaded()
        self.browser.resize(width, self.run("return document.documentElement.scrollHeight"))
        self.loaded()
        self.browser.driver.save_screenshot(str(file))
        self.browser.resize(width)
