"""What becomes of mails when Alertmanager itself is restarted, killed or down."""

import time

from alert_source import Alert
from bounds import AT_ONCE, ROUND
from course import TITLE, Course, Way
from outcome import Outcome
from routing import RECIPIENTS
from seen import seen
from waiting import eventually

DIRECT, SPOOL = Way.DIRECT, Way.SPOOL
# What --data.maintenance-interval is shipped as.
MAINTENANCE_SECONDS = 60


def restarted(course: Course) -> None:
    """Alertmanager is restarted while an alert fires."""
    course.start()
    alert = course.fire()
    course.until_noted()
    course.alertmanager.stop()
    course.alertmanager.start()
    time.sleep(ROUND + 2)  # in which a second mail would come
    course.resolve(alert)


@seen(restarted, DIRECT, SPOOL)
def test_a_restart_neither_repeats_nor_loses_a_mail(outcome: Outcome) -> None:
    assert outcome.is_flawless, outcome
    assert outcome.late < ROUND + AT_ONCE


def killed(course: Course) -> None:
    """Alertmanager is killed (-9) after the mail and started again."""
    course.start()
    course.fire()
    course.until_noted()
    course.alertmanager.kill()
    course.alertmanager.start()


@seen(killed, DIRECT, SPOOL)
def test_after_a_kill_a_mail_is_repeated_because_it_was_not_noted(outcome: Outcome) -> None:
    assert not outcome.lost
    assert not outcome.false_resolved
    assert outcome.duplicated == len(RECIPIENTS)


def killed_with_maintenance(course: Course) -> None:
    """The same, a moment after `--data.maintenance-interval`."""
    course.start()
    alert = course.fire()
    course.until_noted()
    delivered = time.time()
    notes = course.alertmanager.storage / "nflog"
    eventually(
        lambda: notes.exists() and notes.stat().st_mtime > delivered,
        MAINTENANCE_SECONDS + 15,
        course.state,
    )
    course.alertmanager.kill()
    course.alertmanager.start()
    time.sleep(ROUND + 2)
    course.resolve(alert)


@seen(killed_with_maintenance, DIRECT, SPOOL)
def test_after_a_kill_nothing_is_repeated_that_was_noted(outcome: Outcome) -> None:
    assert outcome.is_flawless, outcome


def stopped_while_sending(course: Course) -> None:
    """Alertmanager is restarted after the server took a mail and before it said goodbye."""
    course.start()
    stop_while_sending(course)
    course.alertmanager.start()


def stop_while_sending(course: Course) -> Alert:
    course.mail_server.faults.farewell_seconds = 30
    alert = course.fire()
    course.until_delivered()
    course.alertmanager.stop()
    course.mail_server.faults.farewell_seconds = 0
    return alert


@seen(stopped_while_sending, DIRECT)
def test_a_mail_in_whose_sending_alertmanager_was_stopped_is_repeated(outcome: Outcome) -> None:
    assert not outcome.lost
    assert not outcome.false_resolved
    assert outcome.duplicated == len(RECIPIENTS)


def stopped_while_sending_then_resolved(course: Course) -> None:
    """The same, and the alert ends before Alertmanager is back."""
    course.start()
    alert = stop_while_sending(course)
    course.resolve(alert)
    course.alertmanager.start()


@seen(stopped_while_sending_then_resolved, DIRECT)
def test_of_a_mail_in_whose_sending_alertmanager_was_stopped_the_end_is_lost(
    outcome: Outcome,
) -> None:
    assert {lost.subject for lost in outcome.lost} == {f"[RESOLVED] Seadragon LLM: {TITLE}"}
    assert not outcome.duplicated


def down_at_the_begin(course: Course) -> None:
    """Alertmanager is down when an alert begins."""
    course.start()
    course.alertmanager.stop()
    course.fire()
    time.sleep(5)
    course.alertmanager.start()
    course.recovered()


@seen(down_at_the_begin, DIRECT, SPOOL)
def test_an_alert_that_began_without_alertmanager_is_mailed_when_it_is_back(
    outcome: Outcome,
) -> None:
    assert outcome.is_flawless, outcome
    assert outcome.late < AT_ONCE


def down_at_the_end(course: Course) -> None:
    """Alertmanager is down when an alert ends that was mailed."""
    course.start()
    alert = course.fire()
    course.until_noted()
    course.alertmanager.stop()
    course.resolve(alert)
    time.sleep(5)
    course.alertmanager.start()
    course.recovered()


@seen(down_at_the_end, DIRECT, SPOOL)
def test_the_end_of_an_alert_is_mailed_when_alertmanager_is_back(outcome: Outcome) -> None:
    assert outcome.is_flawless, outcome
    assert outcome.late < ROUND + AT_ONCE


def down_throughout(course: Course) -> None:
    """An alert begins and ends while Alertmanager is down."""
    course.patience = 25
    course.start()
    course.alertmanager.stop()
    alert = course.fire()
    time.sleep(2)
    course.resolve(alert)
    course.alertmanager.start()
    course.recovered()


@seen(down_throughout, DIRECT, SPOOL)
def test_an_alert_that_comes_and_goes_without_alertmanager_is_lost_even_with_a_spool(
    outcome: Outcome,
) -> None:
    assert len(outcome.lost) == outcome.expected


QUEUE_LONG, QUEUE_STALLED = "Seadragon Queue Long", "Seadragon Queue Stalled"


def ends_inhibited(course: Course) -> None:
    """An alert ends while another one inhibits it, and begins anew afterwards."""
    course.start()
    queue_long = course.fire(QUEUE_LONG)
    course.until_noted()
    queue_stalled = course.fire(QUEUE_STALLED)
    course.until_noted()
    course.resolve(queue_long)
    time.sleep(ROUND + 2)
    course.resolve(queue_stalled)
    course.until_noted()
    course.fire(QUEUE_LONG)


@seen(ends_inhibited, DIRECT, SPOOL)
def test_the_end_of_an_inhibited_alert_is_told_and_so_is_its_next_begin(outcome: Outcome) -> None:
    assert outcome.is_flawless, outcome
    assert outcome.late < 3 * ROUND + AT_ONCE


def pauses_inhibited(course: Course) -> None:
    """An alert ends and begins anew while another one inhibits it (no further mail is due)."""
    course.start()
    queue_long = course.fire(QUEUE_LONG)
    course.until_noted()
    queue_stalled = course.fire(QUEUE_STALLED)
    course.until_noted()
    course.alerts.resolve(queue_long)
    time.sleep(ROUND + 2)
    course.alerts.fire(QUEUE_LONG)
    course.resolve(queue_stalled)


@seen(pauses_inhibited, DIRECT, SPOOL)
def test_an_alert_that_pauses_while_it_is_inhibited_is_one_alert(outcome: Outcome) -> None:
    assert outcome.is_flawless, outcome
