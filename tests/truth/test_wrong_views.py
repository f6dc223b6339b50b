"""Each of these views is wrong in a way in which views often are, and is found out."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pytest
from claims import Claim
from conftest import Past, Servers
from played import questions
from scenarios import END
from single_errors import CASES, VIEW
from views import PERIODS, Rule, Shown, evaluated_alone, shipped_rule

REQUESTS, ERRORS = "seadragon:http_requests:count", VIEW
DURATION = "seadragon:http_request_duration_seconds:"
GOODPUT = "seadragon:generation_goodput:ratio"
SUM = r"sum by \(job, instance\) \(increase\((\w+)\[1d\]\)\)"
MINUTES = r"sum by (job, instance) (sum_over_time(increase(\1[1m])[1d:1m]))"
DIFFERENCE = r"sum by (job, instance) (\1 - \1 offset 1d)"
COUNTER = "seadragon_http_errors_total"
STATUS = 'seadragon_http_requests_total{status=~"%s"}'


class Wrong(NamedTuple):
    """`pattern` of the right view, replaced."""

    what: str
    view: str
    period: str | None
    pattern: str
    replacement: str


WRONG_VIEWS = [
    Wrong("not rounded", REQUESTS, "hour", r"^round\((.*)\)$", r"\1"),
    Wrong("minutes added up", REQUESTS, "day", SUM, MINUTES),
    Wrong("the difference to a day ago", REQUESTS, "day", SUM, DIFFERENCE),
    Wrong("half the period", REQUESTS, "day", r"\[1d\]", "[12h]"),
    Wrong("all instances together", REQUESTS, "hour", "job, instance", "job"),
    Wrong("each status born with its first error", ERRORS, "hour", COUNTER, STATUS % "[4-9].."),
    Wrong("only errors of the server", ERRORS, "hour", COUNTER, STATUS % "5.."),
    Wrong("0 errors of 0 requests", "seadragon:http_errors:ratio", None, r"\((\S+) > 0\)", r"\1"),
    Wrong("the mean since the start", DURATION + "mean", "hour", r"increase\((\w+)\[1h\]\)", r"\1"),
    Wrong("half for 95 of 100", DURATION + "p95", None, r"0\.95", "0.5"),
    Wrong("waiting for a disk is work", "seadragon:cpu_usage:mean", "hour", r"\|iowait", ""),
    Wrong("memory at its most", "seadragon:memory_usage:mean", "day", "avg_over", "min_over"),
    Wrong("the last length", "seadragon:queue_length:mean", "hour", "avg_over", "last_over"),
    Wrong("what was wasted", GOODPUT, None, "1 -", "0 +"),
    Wrong("prompts are produced", GOODPUT, None, r'\{kind="completion"\}', ""),
]


def claims_of(wrong: Wrong, past: Past) -> Iterator[Claim]:
    """All that is true of the view that is to be replaced."""
    periods = PERIODS if wrong.period is None else [wrong.period]
    for question in questions(past.played):
        if question.figure.view == wrong.view and question.period in periods:
            yield question.claim(END)
    for case in CASES:
        if case.claim.view == wrong.view and case.period in periods:
            yield case.claim


def found_out(shown: Shown, claims: Iterable[Claim]) -> list[str]:
    """The scenarios in which the truth is another."""
    return [
        f"{claim.labels['instance']}: {claim.shown(shown)}, not {claim.truth}"
        for claim in claims
        if not claim.is_met(shown)
    ]


@pytest.mark.parametrize("wrong", WRONG_VIEWS, ids=[wrong.what for wrong in WRONG_VIEWS])
def test_is_found_out(wrong: Wrong, past: Past, servers: Servers) -> None:
    right = shipped_rule(wrong.view, wrong.period)
    expression = re.sub(wrong.pattern, wrong.replacement, right.expression)
    assert expression != right.expression, f"{wrong.pattern} is not in {right.expression}"

    claims = list(claims_of(wrong, past))

    def found_of(rule: Rule) -> list[str]:
        return found_out(evaluated_alone(servers.prometheus, rule, END), claims)

    assert not found_of(right)
    assert found_of(right._replace(expression=expression))
