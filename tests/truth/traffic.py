"""Made-up traffic; the same arguments make the same."""

import math
from collections.abc import Iterator, Sequence
from random import Random

from script import CHAT, MODELS, Request, Span

# With the durations below no quantile of a period lies near the end of its bucket, where one
# request more or less would make it another bucket's.
SECONDS_PER_TOKEN = 0.04
# What decides about a request: numbers between 0 and 1.
Chances = Sequence[float]
NUMBER_OF_CHANCES = 7
# Multiples of these, without their whole parts, fill the space between 0 and 1 more evenly than any
# random numbers, together as each alone: no kind of request ever comes in clusters.
EVEN_STEPS = tuple(math.sqrt(prime) % 1 for prime in (2, 3, 5, 7, 11, 13, 17))


def any_request(chances: Chances, ended: float, lists: float) -> Request:
    """Of every kind: answers of models and, as this share, of lists; errors, clients that leave."""
    kind, fate, wait, prefill, length, left, prompt = chances
    if kind < lists:
        status = 400 if fate < 0.1 else 200
        return Request(ended, MODELS, status, seconds=spread(wait, 0.012, 1.5))
    if fate < 0.08:
        return Request(ended, CHAT, 429, seconds=spread(wait, 0.004, 1.3))
    waited = spread(wait, 0.4, 2.5)
    first_token = waited + spread(prefill, 0.2, 1.6)
    tokens = 1 + int(spread(length, 60, 1.8))
    status, outcome = 200, "completed"
    if fate < 0.2:
        outcome, tokens = "client_abort", 1 + int(tokens * left)
    elif fate < 0.32:
        status, outcome = 500, "error"
    seconds = first_token + tokens * SECONDS_PER_TOKEN
    prompt_tokens = 10 + int(200 * prompt)
    return Request(
        ended, CHAT, status, outcome, seconds, waited, first_token, prompt_tokens, tokens
    )


def spread(chance: float, typical: float, factor: float) -> float:
    """Most often within `factor` of what is typical, seldom far beyond."""
    chance = min(max(chance, 1e-4), 1 - 1e-4)
    return typical * factor ** (0.55 * math.log(chance / (1 - chance)))


def even(span: Span, per_second: float, lists: float = 0) -> list[Request]:
    """As regular as can be: each part of it is like the whole."""
    number = int((span.end - span.begin) * per_second)
    return [
        any_request(
            [(place * step + 0.5) % 1 for step in EVEN_STEPS],
            span.begin + (place + 0.5) / per_second,
            lists,
        )
        for place in range(number)
    ]


def random(rng: Random, span: Span, per_second: float) -> list[Request]:
    """As of many clients that know nothing of each other."""
    return [
        any_request([rng.random() for _ in range(NUMBER_OF_CHANCES)], time, lists=0)
        for time in random_times(rng, span, per_second)
    ]


def random_times(rng: Random, span: Span, per_second: float) -> Iterator[float]:
    time = span.begin
    while (time := time - math.log(1 - rng.random()) / per_second) < span.end:
        yield time


def burst(rng: Random, begin: float, number: int) -> list[Request]:
    """Requests that come all at once: some are turned away, the others end one after the other."""
    turned_away = number // 3
    refused = [
        Request(begin + 0.1 * rng.random(), CHAT, 429, seconds=spread(rng.random(), 0.004, 1.3))
        for _ in range(turned_away)
    ]
    served = []
    for place in range(number - turned_away):
        seconds = 0.4 * place + spread(rng.random(), 0.5, 1.5)
        served.append(Request(begin + seconds, CHAT, 200, seconds=seconds))
    return refused + served
