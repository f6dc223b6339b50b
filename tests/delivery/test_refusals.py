"""What becomes of mails that the provider's server refuses, or whose connection it cuts."""

import time

from bounds import DIRECT_LATE, SPOOL_LATE
from course import Course, Way
from outcome import Outcome
from seen import seen
from waiting import eventually

DIRECT, SPOOL = Way.DIRECT, Way.SPOOL
BELIEVED_SENT = {"notifications_total": 2, "notifications_failed_total": 0}
REFUSED_SECONDS = 12  # longer than a round of Alertmanager


def refuse_content(course: Course, reply: str) -> None:
    course.start()
    course.mail_server.faults.reply_to_content = reply
    course.fire()
    course.until_failing()
    time.sleep(REFUSED_SECONDS)
    course.mail_server.faults.reply_to_content = None
    course.recovered()
    note_what_alertmanager_believes(course)


def note_what_alertmanager_believes(course: Course) -> None:
    for name in ("notifications_total", "notifications_failed_total"):
        course.remarks[name] = course.alertmanager.value(f"alertmanager_{name}")


def refused_for_now(course: Course) -> None:
    """451 after the content (greylisting)."""
    refuse_content(course, "451 4.7.1 try again later")


def refused_for_good(course: Course) -> None:
    """554 after the content (taken for spam)."""
    refuse_content(course, "554 5.7.1 refused")


def cut(course: Course) -> None:
    """The connection is cut after the content, twice for each mail."""
    course.start()
    course.mail_server.faults.cuts = 2 * len(course.recipients)
    course.fire()
    refused = len(course.recipients) * (2 if course.way is SPOOL else 1)  # direct: no second try
    eventually(lambda: len(course.mail_server.attempts_of("content")) >= refused, 120, course.state)
    course.recovered()
    time.sleep(REFUSED_SECONDS)
    note_what_alertmanager_believes(course)


@seen(refused_for_now, DIRECT)
def test_without_a_spool_a_mail_refused_after_its_content_is_lost(outcome: Outcome) -> None:
    assert len(outcome.lost) == outcome.expected
    assert outcome.remarks == BELIEVED_SENT


@seen(refused_for_now, SPOOL)
def test_with_the_spool_a_mail_refused_for_now_is_late(outcome: Outcome) -> None:
    assert outcome.is_flawless, outcome
    assert outcome.late < SPOOL_LATE


@seen(refused_for_good, DIRECT)
def test_without_a_spool_a_mail_taken_for_spam_is_lost(outcome: Outcome) -> None:
    assert len(outcome.lost) == outcome.expected
    assert outcome.remarks == BELIEVED_SENT


@seen(refused_for_good, SPOOL)
def test_with_the_spool_a_mail_taken_for_spam_comes_when_it_is_no_longer(outcome: Outcome) -> None:
    assert outcome.is_flawless, outcome
    assert outcome.late < SPOOL_LATE


@seen(cut, DIRECT)
def test_without_a_spool_a_mail_whose_connection_is_cut_is_lost(outcome: Outcome) -> None:
    assert len(outcome.lost) == outcome.expected
    assert outcome.remarks["notifications_failed_total"] == 0


@seen(cut, SPOOL)
def test_with_the_spool_a_mail_whose_connection_is_cut_comes_once(outcome: Outcome) -> None:
    assert outcome.is_flawless, outcome
    assert outcome.late < SPOOL_LATE


def refused_at_the_recipient(course: Course) -> None:
    """451 in answer to the recipient."""
    course.start()
    course.mail_server.faults.reply_to_recipient = "451 4.3.0 try again later"
    course.fire()
    course.until_failing()
    time.sleep(REFUSED_SECONDS)
    course.mail_server.faults.reply_to_recipient = None
    course.recovered()


@seen(refused_at_the_recipient, DIRECT)
def test_a_mail_refused_before_its_content_is_late(outcome: Outcome) -> None:
    assert outcome.is_flawless, outcome
    assert outcome.late < DIRECT_LATE


@seen(refused_at_the_recipient, SPOOL)
def test_with_the_spool_a_mail_refused_before_its_content_is_late(outcome: Outcome) -> None:
    assert outcome.is_flawless, outcome
    assert outcome.late < SPOOL_LATE
