"""Scrapes of pages whose times are made up, as a Prometheus would have stored them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from random import Random
from typing import NamedTuple

from host_page import Host, HostPage
from library_page import LibraryPage
from remote_write import STALE, coded_labels, coded_sample, coded_time, coded_value, message
from script import Script, Span
from series import Series

# Scrapes in a message. Prometheus looks through all of a series' last commit for each chunk it
# reads, so that a month in one message would make every query slow.
BATCH = 500
# How far from its time a scrape is at most, as a share of the interval.
JITTER = 0.05


class Scrape(NamedTuple):
    time: float
    values: Sequence[float | None] | None  # None when nobody answered


def scrape_times(span: Span, interval: float, rng: Random) -> list[float]:
    """As they fall with a busy Prometheus; in whole milliseconds, as it stores them."""
    first = span.begin + interval * rng.random()
    number = int((span.end - first) / interval)
    times = (first + interval * (i + JITTER * (2 * rng.random() - 1)) for i in range(number + 1))
    return [round(time, 3) for time in times if time <= span.end]


def scrapes_of_library(
    script: Script, new_page: Callable[[], LibraryPage], times: Iterable[float]
) -> Iterator[Scrape]:
    requests = iter(script.requests)
    upcoming = next(requests, None)
    life, page = None, new_page()
    for time in times:
        current = script.life_at(time)
        if current != life:
            life, page = current, new_page()
        while upcoming and upcoming.ended <= time:
            if life and upcoming.ended >= life.begin:
                page.tell(upcoming)
            upcoming = next(requests, None)
        yield Scrape(time, page.values.copy() if script.answers_at(time) else None)


def scrapes_of_host(host: Host, times: Iterable[float]) -> Iterator[Scrape]:
    page = HostPage(host)
    for time in times:
        page.turn_to(time)
        yield Scrape(time, page.values.copy())


def scrapes_of_machine(script: Script, host: Host, times: Iterable[float]) -> Iterator[Scrape]:
    """Of one that boots with each life of its server, and is as silent as that is."""
    life, page = None, HostPage(host)
    for time in times:
        current = script.life_at(time)
        if current and current != life:
            life, page = current, HostPage(host, current.begin)
        answers = script.answers_at(time)
        if answers:
            page.turn_to(time)
        yield Scrape(time, page.values.copy() if answers else None)


def messages(
    series: Sequence[Series], scrapes: Iterable[Scrape], target: Mapping[str, str]
) -> Iterator[bytes]:
    """What remote write sends of these scrapes; `target` are labels that all series get.

    A series ends with a stale marker where a scrape fails or does not have it any more.
    """
    labels = [coded_labels({**dict(s.labels), **target, "__name__": s.name}) for s in series]
    was_there = [False] * len(series)
    absent: Sequence[None] = [None] * len(series)
    remaining = iter(scrapes)
    while batch := list(islice(remaining, BATCH)):
        times = [coded_time(scrape.time) for scrape in batch]
        rows = [absent if scrape.values is None else scrape.values for scrape in batch]
        parts = []
        for place, column in enumerate(zip(*rows)):
            samples, was_there[place] = coded_column(column, times, was_there[place])
            if samples:
                parts.append((labels[place], samples))
        if parts:
            yield message(parts)


def coded_column(
    column: Sequence[float | None], times: Sequence[bytes], was_there: bool
) -> tuple[bytes, bool]:
    """The samples of a series, and whether it is there at the end."""
    # Most samples are as the one before, so their code is made once.
    samples = []
    last, code = None, b""
    for value, time in zip(column, times):
        if value is None:
            if was_there:
                samples.append(coded_sample(STALE, time))
        else:
            if value != last:
                last, code = value, coded_value(value)
            samples.append(b"\x12\x10\x09" + code + time)
        was_there = value is not None
    return b"".join(samples), was_there
