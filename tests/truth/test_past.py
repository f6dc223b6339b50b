"""Views of a past that is known event by event: servers crash, are silent, idle, or just begun."""

import pytest
from bounds import InBucket, Unbounded
from conftest import Past, Servers
from scenarios import END
from single_errors import CASES, SECTION, TOO_EARLY, TOO_LATE, VIEW, Kind
from table import HEADER, MOST_APART, Row, table
from views import evaluated_alone, shipped_rule, shipped_rules

# Parts of quantiles, which are held to the truth themselves.
INTERMEDIATE = "le:"


def said(rows: list[Row]) -> str:
    return table([("scenario", *HEADER), *((row.section, *row.cells()) for row in rows)])


def test_every_figure_is_within_its_bound(past: Past) -> None:
    print(said(past.rows))
    missed = [row for row in past.rows if not row.is_met]
    assert not missed, said(missed)


def test_every_view_has_its_truth(past: Past) -> None:
    named = " ".join(row.figure for row in past.rows)
    views = {rule.view for rule in shipped_rules() if not rule.view.startswith(INTERMEDIATE)}
    assert not [view for view in sorted(views) if f"`{view}`" not in named]


def test_a_single_error_shows_as_one_wherever_it_falls(past: Past) -> None:
    tried = [row for row in past.rows if row.section == SECTION]
    seen = [row for row in tried if not isinstance(row.bound, Unbounded)]
    assert len(seen) >= 8
    for row in seen:
        assert row.worst == (1, 1, 1), said([row])


def test_every_figure_of_a_panel_with_a_query_of_its_own_is_within_its_bound(past: Past) -> None:
    missed = [row for row in past.own_rows if not row.is_met]
    assert not missed, said(missed)


def test_both_servers_show_the_same_of_panels_with_queries_of_their_own(past: Past) -> None:
    compared = [row for row in past.own_rows if not isinstance(row.bound, Unbounded)]
    assert len(compared) > 300
    apart = [row for row in compared if row.apart > MOST_APART]
    assert not apart, said(apart)


def is_comparable(row: Row) -> bool:
    """Whether both servers must show the same. What falls at the edge of a period is in it for one
    and not for the other: that is less than 1 % of a count or a mean, but one request more may move
    a high quantile further within its bucket, unless every part of the traffic is like the whole.
    """
    if isinstance(row.bound, InBucket):
        return row.section == "steady"
    return not isinstance(row.bound, Unbounded)


def test_both_servers_show_the_same(past: Past) -> None:
    compared = [row for row in past.rows if is_comparable(row)]
    assert len(compared) > 150
    apart = [row for row in compared if row.apart > MOST_APART]
    assert not apart, said(apart)


@pytest.mark.parametrize(("kind", "later"), [(TOO_LATE, 20), (TOO_EARLY, -20)])
def test_an_error_at_the_edge_shows_a_scrape_later_and_for_as_long(
    kind: Kind, later: float, past: Past, servers: Servers
) -> None:
    """A period is as long as it says, but begins and ends up to an interval of scraping late."""
    for server in servers:
        shown = evaluated_alone(server, shipped_rule(VIEW, "hour"), END + later)
        for case in CASES:
            if case.kind is kind:
                assert case.claim.shown(shown) == 1, (server.name, case)
