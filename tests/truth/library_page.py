"""The page of a server that links the library, as far as views read it."""

from collections.abc import Sequence

from script import CHAT, MODELS, Request
from series import Histogram, Page

METHODS = {CHAT: "POST", MODELS: "GET"}
MODEL, QUEUE = "tiny", "chat"
OUTCOMES = ("completed", "client_abort", "server_abort", "error")
# Of those that the library shows with 0 before their first request. Other statuses are not there
# until then.
USUAL_STATUSES = (200, 400, 429, 500)
WASTE_REASONS = ("cancelled_running", "error")
WASTED_BY = {"client_abort": "cancelled_running", "error": "error"}


class LibraryPage(Page):
    """What the library says since its server began.

    `routes` are those registered. Histograms cost most of the samples; whoever needs only counts
    leaves them out, as whoever needs no work in a queue leaves out `work`.
    """

    def __init__(
        self,
        routes: Sequence[str] = (CHAT, MODELS),
        rare_statuses: Sequence[int] = (),
        has_durations: bool = True,
        has_work: bool = False,
    ) -> None:
        super().__init__()
        self.requests: dict[tuple[str, int], int] = {}
        self.outcomes: dict[tuple[str, str], int] = {}
        self.errors: dict[str, int] = {}
        self.durations: dict[str, Histogram] = {}
        for route in routes:
            self._add_route(route, rare_statuses, has_durations)
        self.work = Work(self) if has_work else None

    def _add_route(self, route: str, rare_statuses: Sequence[int], has_durations: bool) -> None:
        method = METHODS.get(route, "POST")
        for status in (*USUAL_STATUSES, *rare_statuses):
            self.requests[route, status] = self.add(
                "seadragon_http_requests_total",
                0.0 if status in USUAL_STATUSES else None,
                method=method,
                route=route,
                status=str(status),
            )
        for outcome in OUTCOMES:
            name = "seadragon_http_outcomes_total"
            self.outcomes[route, outcome] = self.add(name, route=route, outcome=outcome)
        self.errors[route] = self.add("seadragon_http_errors_total", route=route)
        if has_durations:
            name = "seadragon_http_request_duration_seconds"
            self.durations[route] = Histogram(self, name, method=method, route=route)

    def tell(self, request: Request) -> None:
        """Counts a request that ended."""
        self.count(self.requests[request.route, request.status])
        self.count(self.outcomes[request.route, request.outcome])
        if request.is_error:
            self.count(self.errors[request.route])
        if self.durations:
            self.durations[request.route].observe(request.seconds)
        if self.work:
            self.work.tell(request)


class Work:
    """The part of the page about the queue and what the model did."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.wait = Histogram(page, "seadragon_queue_wait_seconds", queue=QUEUE)
        name = "seadragon_generation_time_to_first_token_seconds"
        self.first_token = Histogram(page, name, model=MODEL)
        name = "seadragon_generation_tokens_total"
        self.tokens = {
            kind: page.add(name, model=MODEL, kind=kind) for kind in ("prompt", "completion")
        }
        name = "seadragon_generation_wasted_{}_total"
        self.wasted = {
            (unit, reason): page.add(name.format(unit), model=MODEL, reason=reason)
            for unit in ("tokens", "seconds")
            for reason in WASTE_REASONS
        }

    def tell(self, request: Request) -> None:
        if request.waited is None:
            return
        self.wait.observe(request.waited)
        if request.first_token is not None:
            self.first_token.observe(request.first_token)
        self.page.count(self.tokens["prompt"], request.prompt_tokens)
        self.page.count(self.tokens["completion"], request.completion_tokens)
        reason = WASTED_BY.get(request.outcome)
        if reason:
            self.page.count(self.wasted["tokens", reason], request.wasted_tokens)
            self.page.count(self.wasted["seconds", reason], request.wasted_seconds)
