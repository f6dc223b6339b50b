"""Several servers of one job, each on a machine of its own: what the Overview adds up."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import NamedTuple

from host_page import Host, HostPage
from library_page import LibraryPage
from scenarios import END, HOUR, MINUTE
from scrapes import messages, scrape_times, scrapes_of_library, scrapes_of_machine
from script import CHAT, MODELS, Script, Span
from steps import Steps
from traffic import even

INTERVAL = 15.0
# So many that a request at the edge of a period is less than 1 % of any kind of them.
PER_SECOND = 2
# Longer than an hour.
SPAN = Span(END - 3 * HOUR, END)
USUAL_ROUTES = (CHAT, MODELS)
# Two more than a panel of the busiest five shows, and which part of the requests each has.
MANY_ROUTES = {
    CHAT: 0.22, "/v1/embeddings": 0.19, MODELS: 0.17, "/v1/completions": 0.14, "/tokenize": 0.11,
    "/health": 0.09, "/rerank": 0.08,
}  # fmt: skip
# Places in a circle that this takes are spread evenly, however many they are.
GOLDEN = 0.618033988749895


class Member(NamedTuple):
    name: str
    script: Script
    host: Host
    routes: Sequence[str] = USUAL_ROUTES


class Fleet(NamedTuple):
    name: str
    meaning: str
    members: tuple[Member, ...]
    periods: tuple[str, ...] = ("hour", "day")
    # While nobody sees one of several servers, nobody knows what the sum of all is.
    has_known_sums: bool = True

    @property
    def exporter(self) -> str:
        """The job of the exporters beside the servers, whose job is the fleet's name."""
        return f"{self.name}, exporters"

    def messages(self) -> Iterator[bytes]:
        """What was scraped of them."""
        for member in self.members:
            yield from self._scraped(member)

    def _scraped(self, member: Member) -> Iterator[bytes]:
        rng = Random(f"scrapes of {member.name}, {self.name}")
        # A scrape after the end tells that a server is there no longer.
        span = Span(member.script.lives[0].begin, END)
        instance = {"instance": f"{member.name}, {self.name}"}

        def page() -> LibraryPage:
            return LibraryPage(member.routes)

        scrapes = scrapes_of_library(member.script, page, scrape_times(span, INTERVAL, rng))
        yield from messages(page().series, scrapes, {**instance, "job": self.name})
        times = scrape_times(span, INTERVAL, rng)
        machine = scrapes_of_machine(member.script, member.host, times)
        series = HostPage(member.host).series
        yield from messages(series, machine, {**instance, "job": self.exporter})


def constant(busy: float, memory_used: float, waiting: float, active: float) -> Host:
    return Host(*(Steps([0], [value]) for value in (busy, memory_used, waiting, active)))


def served(life: Span) -> Span:
    """A server begins to when a scrape has seen it."""
    return Span(life.begin + 2 * INTERVAL, min(life.end, END))


def server(
    name: str,
    lives: Sequence[Span],
    host: Host,
    silences: Sequence[Span] = (),
    lists: float = 0.4,
) -> Member:
    requests = [request for life in lives for request in even(served(life), PER_SECOND, lists)]
    return Member(name, Script(lives, requests, silences), host)


def for_good(begin: float) -> Span:
    return Span(begin, END + 1)


def successors() -> Fleet:
    first, second = END - 23 * HOUR, END - 46 * MINUTE
    return Fleet(
        "successors",
        "One server for 3 hours, then another for most of a day, then a third.",
        (
            server("first", [Span(END - 26 * HOUR, first)], constant(0.9, 0.8, 10, 2), lists=0),
            server("second", [Span(first + MINUTE, second)], constant(0.2, 0.4, 10, 6), lists=0),
            server("third", [for_good(second + MINUTE)], constant(0.5, 0.6, 10, 4), lists=0),
        ),
        periods=("hour", "day", "week", "month"),
    )


def reboot() -> Fleet:
    end = END - 39 * MINUTE
    lives = [Span(SPAN.begin, end), for_good(end + 45)]
    return Fleet(
        "a reboot",
        "One of two machines boots within the hour.",
        (
            server("steady", [for_good(SPAN.begin)], constant(0.8, 0.7, 6, 3)),
            server("booted", lives, constant(0.3, 0.4, 4, 1), lists=0),
        ),
    )


def silent_for_a_while(name: str) -> Member:
    """Works most where nobody sees it."""
    gap = Span(END - 38 * MINUTE, END - 28 * MINUTE)
    busy = Steps([0, *gap], [0.2, 0.95, 0.2])
    host = constant(0, 0.5, 7, 2)._replace(busy=busy)
    return server(name, [for_good(SPAN.begin)], host, [gap])


def gap_while_busy() -> Fleet:
    return Fleet(
        "a gap while busy",
        "One server, whose machine is most busy while no scrape is answered for 10 minutes.",
        (silent_for_a_while("alone"),),
    )


def gap_of_one() -> Fleet:
    return Fleet(
        "a gap of one of two",
        "The same beside another server that answers all the time.",
        (
            silent_for_a_while("silent"),
            server("steady", [for_good(SPAN.begin)], constant(0.6, 0.6, 4, 3), lists=0),
        ),
        has_known_sums=False,
    )


def one_born_late() -> Fleet:
    return Fleet(
        "one born late",
        "A second server was started for the first time 50 minutes ago.",
        (
            server("first", [for_good(SPAN.begin)], constant(0.7, 0.5, 5, 3)),
            server("second", [for_good(END - 50 * MINUTE)], constant(0.3, 0.8, 9, 1), lists=0),
        ),
    )


def many_routes() -> Fleet:
    def route(place: int) -> str:
        part = place * GOLDEN % 1
        for name, share in MANY_ROUTES.items():
            part -= share
            if part < 0:
                return name
        return CHAT  # where rounding left something

    life = for_good(END - 2 * HOUR)
    anywhere = even(served(life), 3 * PER_SECOND)
    requests = [request._replace(route=route(i)) for i, request in enumerate(anywhere)]
    host = constant(0.5, 0.5, 3, 2)
    member = Member("alone", Script([life], requests), host, tuple(MANY_ROUTES))
    return Fleet("many routes", "One server with 7 routes.", (member,))


FLEETS = (
    successors(), reboot(), gap_while_busy(), gap_of_one(), one_born_late(), many_routes(),
)  # fmt: skip
