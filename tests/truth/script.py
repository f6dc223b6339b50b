"""What happens to a server, event by event: the truth that figures are held against."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

CHAT = "/v1/chat/completions"
MODELS = "/v1/models"


class Span(NamedTuple):
    """Seconds since the epoch, without the end itself."""

    begin: float
    end: float

    def has(self, time: float) -> bool:
        return self.begin <= time < self.end


class Request(NamedTuple):
    """A request that ended. Times are seconds."""

    ended: float
    route: str
    status: int = 200
    outcome: str = "completed"
    seconds: float = 0.01
    waited: float | None = None  # in the queue; None for what never was in it
    first_token: float | None = None  # after it entered the queue
    prompt_tokens: int = 0
    completion_tokens: int = 0

    @property
    def is_error(self) -> bool:
        return self.status >= 400

    @property
    def wasted_tokens(self) -> int:
        return 0 if self.outcome == "completed" else self.completion_tokens

    @property
    def wasted_seconds(self) -> float:
        if self.outcome == "completed" or self.waited is None:
            return 0
        return self.seconds - self.waited


class Script:
    """The lives of a server and the requests that ended in them.

    Its counters begin at 0 with each life; between two lives nobody is served and nobody answers a
    scrape. In a silence requests go on, but no scrape is answered. Requests outside all lives are
    left out: they were not served.
    """

    def __init__(
        self, lives: Sequence[Span], requests: Sequence[Request], silences: Sequence[Span] = ()
    ) -> None:
        self.lives = sorted(lives)
        self.silences = sorted(silences)
        ended = sorted(requests)
        self.requests = [request for request in ended if self.life_at(request.ended)]
        self._times = [request.ended for request in self.requests]

    def life_at(self, time: float) -> Span | None:
        return span_at(self.lives, time)

    def answers_at(self, time: float) -> bool:
        return bool(self.life_at(time)) and not span_at(self.silences, time)

    def between(self, begin: float, end: float) -> list[Request]:
        """The requests that ended after `begin` and not after `end`."""
        return self.requests[bisect_right(self._times, begin) : bisect_right(self._times, end)]


def span_at(spans: Sequence[Span], time: float) -> Span | None:
    """The one that has this time, of spans in their order."""
    index = bisect_right(spans, (time, float("inf"))) - 1
    return spans[index] if index >= 0 and spans[index].has(time) else None
