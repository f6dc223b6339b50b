"""Servers on which exactly one request of a period goes wrong: it must show, wherever it falls."""

from collections.abc import Iterator
from itertools import repeat
from random import Random
from typing import NamedTuple

from bounds import Bound, Unbounded
from claims import COUNT, Claim
from library_page import LibraryPage
from played import LIBRARY
from scenarios import END, HOUR, MINUTE
from scrapes import messages, scrape_times, scrapes_of_library
from script import CHAT, Request, Script, Span
from table import Both, Row, row
from traffic import random_times
from views import PERIODS

SECTION = "one error in the period"
VIEW = "seadragon:http_errors:count"
# A status that no server shows before it has sent it.
FIRST_EVER, USUAL = 502, 500
# There was a time before the period, and there is one after it.
BEFORE, AFTER = 3 * HOUR, MINUTE


class Kind(NamedTuple):
    """`placements` says how often it is tried in each period, each time at another moment."""

    name: str
    placements: dict[str, int]
    bound: Bound = COUNT

    def __str__(self) -> str:
        return self.name


FIRST = Kind("the first error ever", {"hour": 40, "day": 10, "week": 3, "month": 3})
ONE_MORE = Kind("one more after earlier ones", {"hour": 40, "day": 10})
RESTARTED = Kind("the first one after a restart", {"hour": 40, "day": 10})
TOO_EARLY = Kind("one just before the period's first scrape", {"hour": 10}, Unbounded())
TOO_LATE = Kind("one just after the period's last scrape", {"hour": 10}, Unbounded())
KINDS = (FIRST, ONE_MORE, RESTARTED, TOO_EARLY, TOO_LATE)
# So that a day is as many scrapes as are worth it.
INTERVALS = {"hour": 15.0, "day": 60.0, "week": 120.0, "month": 120.0}


class Case(NamedTuple):
    kind: Kind
    period: str
    number: int

    @property
    def instance(self) -> str:
        return f"{self.kind.name}, {self.period}, {self.number}"

    def scrapes(self) -> list[float]:
        rng = Random(f"scrapes of {self.instance}")
        span = Span(END - PERIODS[self.period] - BEFORE, END + AFTER)
        return scrape_times(span, INTERVALS[self.period], rng)

    def error_time(self, rng: Random, scrapes: list[float]) -> float:
        """Between two scrapes of the period, but for the kinds that are not."""
        seen = [time for time in scrapes if END - PERIODS[self.period] < time <= END]
        if self.kind is TOO_EARLY:
            return rng.uniform(END - PERIODS[self.period], seen[0])
        if self.kind is TOO_LATE:
            return rng.uniform(seen[-1], END)
        return rng.uniform(seen[0], seen[-1])

    def script(self) -> Script:
        rng = Random(self.instance)
        scrapes = self.scrapes()
        span = Span(scrapes[0] - MINUTE, END + HOUR)
        error = self.error_time(rng, scrapes)
        begin = END - PERIODS[self.period]
        requests = [Request(time, CHAT) for time in random_times(rng, span, 1 / 120)]
        requests.append(Request(error, CHAT, FIRST_EVER if self.kind is FIRST else USUAL))
        lives = [span]
        if self.kind in (ONE_MORE, RESTARTED):
            requests += [Request(begin - late * MINUTE, CHAT, USUAL) for late in (90, 60, 30)]
        if self.kind is RESTARTED:
            # Long enough before the error for a scrape of the new life.
            restart = max(begin - MINUTE, error - rng.uniform(2, 4) * INTERVALS[self.period])
            lives = [Span(span.begin, restart), Span(restart + 1, span.end)]
        return Script(lives, requests)

    def messages(self) -> Iterator[bytes]:
        def page() -> LibraryPage:
            return LibraryPage([CHAT], rare_statuses=[FIRST_EVER], has_durations=False)

        scrapes = scrapes_of_library(self.script(), page, self.scrapes())
        return messages(page().series, scrapes, {"job": LIBRARY, "instance": self.instance})

    @property
    def claim(self) -> Claim:
        labels = {"instance": self.instance, "period": self.period}
        return Claim(VIEW, labels, self.kind.bound, 1)


CASES = [
    Case(kind, period, number)
    for kind in KINDS
    for period, times in kind.placements.items()
    for number in range(times)
]


def single_error_rows(shown: Both) -> list[Row]:
    """`shown` is what both servers say at the end of all periods."""
    found = []
    for kind in KINDS:
        for period, times in kind.placements.items():
            claims = [case.claim for case in CASES if case[:2] == (kind, period)]
            alike = row(SECTION, claims, repeat(shown, times))
            found.append(alike._replace(figure=f"{alike.figure}, {kind.name}, {times} times"))
    return found
