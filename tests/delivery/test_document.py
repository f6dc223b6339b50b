"""How outcomes come into a page."""

import pytest
from course import Course, Run, Way
from document import updated
from outcome import Expected, Outcome
from plays import Play

PROSE = "# Delivery\n\nProse.\n\n"
LOST = [Expected("ops@example.org", "[ALERT]", 0)]


class Seen:
    def __init__(self, outcome: Outcome) -> None:
        self.outcomes = {"A storm": outcome}


def rain(course: Course) -> None:
    """Rain."""


def hail(course: Course) -> None:
    """Hail."""


def storm(lab: object) -> None:
    """Never played: its outcome is given."""


def outcome(late: float = 2, lost: bool = False, false: int = 0) -> Outcome:
    return Outcome(2, LOST if lost else [], late, 0, false, returned=int(lost))


RAIN, HAIL = Run(rain, Way.SPOOL), Run(hail, Way.SPOOL)
RAIN_DIRECT, STORM = Run(rain, Way.DIRECT), Play(storm)
ALL = {
    HAIL: outcome(lost=True),
    RAIN: outcome(),
    RAIN_DIRECT: outcome(),
    STORM: Seen(outcome(false=2)),
}
PAGE = updated(f"{PROSE}## Fault by fault\n", ALL, is_whole=True)


def test_a_page_has_each_fault_in_the_order_of_the_source() -> None:
    assert PAGE.startswith(PROSE)
    lines = [line for line in PAGE.splitlines() if line.startswith("|")]
    assert [lines[place] for place in (2, 3, 6)] == [
        "| Rain | 0 | 3 s | 0 | 0 | 3 s | 0 |",
        "| Hail | - | - | - | **1 of 2**, 1 returned | 3 s | 0 |",
        "| A storm | 0 | 3 s | 0 | **2** |",
    ]


@pytest.mark.parametrize("is_whole", [False, True])
def test_a_page_that_tells_what_was_seen_stays_as_it_is(is_whole: bool) -> None:
    assert updated(PAGE, ALL, is_whole) == PAGE


def test_other_seconds_are_no_news() -> None:
    assert updated(PAGE, ALL | {RAIN: outcome(late=40)}, True) == PAGE


def test_what_was_lost_otherwise_is_news_also_where_nothing_else_was_played() -> None:
    page = updated(PAGE, {RAIN: outcome(lost=True)}, False)
    assert page == PAGE.replace(
        "| Rain | 0 | 3 s | 0 | 0 | 3 s |", "| Rain | 0 | 3 s | 0 | **1 of 2**, 1 returned | 3 s |"
    )


def test_a_false_end_is_news() -> None:
    assert updated(PAGE, {STORM: Seen(outcome())}, False) == PAGE.replace("| **2** |", "| 0 |")


def test_a_fault_that_is_not_there_is_news() -> None:
    without = "\n".join(line for line in PAGE.split("\n") if "Hail" not in line)
    assert updated(without, {HAIL: ALL[HAIL]}, False) == PAGE


def test_a_fault_that_is_no_longer_played_goes_when_all_others_were() -> None:
    some = {run: each for run, each in ALL.items() if run != HAIL}
    assert updated(PAGE, some, False) == PAGE
    assert "Hail" not in updated(PAGE, some, True)


def test_a_way_that_is_no_longer_played_goes_when_all_others_were() -> None:
    some = {run: each for run, each in ALL.items() if run != RAIN_DIRECT}
    assert updated(PAGE, some, False) == PAGE
    assert "| Rain | - | - | - | 0 |" in updated(PAGE, some, True)
