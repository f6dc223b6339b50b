"""What is played to the views: the lives of servers, each with one thing that is hard to count."""

from collections.abc import Callable, Iterator
from random import Random
from typing import NamedTuple

from host_page import Host
from library_page import LibraryPage
from script import CHAT, Script, Span
from steps import Steps
from traffic import burst, even, random

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
# 2025-06-30 12:00 UTC. Figures of the past are the same whenever they are asked for.
END = 1751284800.0
# When figures are read: a period ends, or begins, at minutes 46, 53 and 0 of an hour. What happens
# all at once does so at other minutes; what is lost at the edges of a period is another matter.
ENDS = (END - 14 * MINUTE, END - 7 * MINUTE, END)


class Length(NamedTuple):
    """How long a scenario is played, and which periods it is long enough for."""

    name: str
    span: Span
    interval: float  # of the scrapes
    per_second: float  # requests, where there are some all the time
    periods: tuple[str, ...]


SHORT = Length("26 h", Span(END - 26 * HOUR, END), 15, 1, ("hour", "day"))
LONG = Length("31 d", Span(END - 31 * DAY, END), 120, 0.02, ("week", "month"))
# Of a server that has no more than this behind it.
YOUNG = SHORT._replace(periods=("hour", "day", "week", "month"))


class Scenario(NamedTuple):
    name: str
    meaning: str
    script: Callable[[Random, Length], Script]
    page: Callable[[], LibraryPage]
    lengths: tuple[Length, ...]
    host: Callable[[Random, Length], Host] | None = None


def hours(span: Span) -> Iterator[float]:
    """Each full hour in it, the last one first."""
    time = END - HOUR
    while time > span.begin:
        yield time
        time -= HOUR


def every(number: int, span: Span) -> list[float]:
    """One full hour in `number`, in their order, that before the end among them."""
    return list(hours(span))[::number][::-1]


def play_steady(rng: Random, length: Length) -> Script:
    return Script([length.span], even(length.span, 2 * length.per_second, lists=0.25))


def play_neighbour(rng: Random, length: Length) -> Script:
    return Script([length.span], random(rng, length.span, length.per_second / 2))


def play_bursts(rng: Random, length: Length) -> Script:
    begins = [hour + minute * MINUTE for hour in hours(length.span) for minute in (10, 31.5)]
    bursts = (burst(rng, begin, 40 + int(80 * rng.random())) for begin in begins)
    return Script([length.span], [request for requests in bursts for request in requests])


def play_restarts(rng: Random, length: Length) -> Script:
    """Ends without a word, five times a day, and is back after 5 to 90 s."""
    ends = [hour + (10 + 20 * rng.random()) * MINUTE for hour in every(5, length.span)]
    begins = [end + 5 + 85 * rng.random() for end in ends]
    lives = [Span(*life) for life in zip([length.span.begin, *begins], [*ends, END + 1])]
    return Script(lives, random(rng, length.span, length.per_second))


def play_gaps(rng: Random, length: Length) -> Script:
    gaps = [Span(hour + 12 * MINUTE, hour + 22 * MINUTE) for hour in every(8, length.span)]
    return Script([length.span], random(rng, length.span, length.per_second), gaps)


def play_born_late(rng: Random, length: Length) -> Script:
    """Serves half a minute after its birth, when a scrape has seen it."""
    birth = END - 50 * MINUTE
    served = Span(birth + 30, END)
    return Script([Span(birth, END + 1)], even(served, 1))


def play_stopped(rng: Random, length: Length) -> Script:
    life = Span(length.span.begin, END - 25 * MINUTE)
    return Script([life], random(rng, life, length.per_second))


def play_idle(rng: Random, length: Length) -> Script:
    return Script([length.span], [])


def play_host(rng: Random, length: Length) -> Host:
    """Every quantity changes every 7 minutes, in the middle between the times of reading."""
    step = 7 * MINUTE
    last = END - step / 2
    number = int((last - length.span.begin) / step) + 2
    times = [last - step * place for place in reversed(range(number))]

    def steps(low: float, high: float, decimals: int) -> Steps:
        return Steps(times, [round(low + (high - low) * rng.random(), decimals) for _ in times])

    return Host(steps(0.1, 0.95, 3), steps(0.3, 0.9, 3), steps(0, 14, 0), steps(0, 3, 0))


def page_with_work() -> LibraryPage:
    return LibraryPage(has_work=True)


def page_of_chat() -> LibraryPage:
    return LibraryPage(routes=[CHAT])


BOTH = (SHORT, LONG)
SCENARIOS = (
    Scenario("steady", "Requests of all kinds all the time.", play_steady, page_with_work, BOTH,
             play_host),
    Scenario("neighbour", "A second instance of the same job, with a quarter as many.",
             play_neighbour, page_of_chat, (SHORT,)),
    Scenario("bursts", "Nothing but two bursts an hour, of 40 to 120 requests each.", play_bursts,
             page_of_chat, BOTH),
    Scenario("restarts", "The server crashes five times a day and is back after 5 to 90 s.",
             play_restarts, page_of_chat, BOTH),
    Scenario("gaps", "Three times a day no scrape is answered for 10 minutes.", play_gaps,
             page_of_chat, BOTH),
    Scenario("born late", "The server was started for the first time 50 minutes ago.",
             play_born_late, page_of_chat, (YOUNG,)),
    Scenario("stopped", "The server ended 25 minutes ago.", play_stopped, page_of_chat, (SHORT,)),
    Scenario("idle", "The server runs and has no request at all.", play_idle, page_of_chat,
             (YOUNG,)),
)  # fmt: skip
