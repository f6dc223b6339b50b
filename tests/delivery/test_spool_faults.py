"""What becomes of mails when the spool itself is down, killed, full, or cannot find the server."""

import time

from bounds import SPOOL_LATE
from course import TITLE, Course, Way
from outcome import Outcome
from seen import seen
from waiting import eventually

SPOOL = Way.SPOOL
OTHER = "Long Queue"


def spool_down(course: Course) -> None:
    """The spool is down; one alert begins and ends meanwhile, another one stays."""
    course.patience = 30
    course.start()
    course.spool.stop()
    brief = course.fire()
    course.fire(OTHER)
    failed = "alertmanager_notification_requests_failed_total"
    eventually(lambda: course.alertmanager.value(failed) >= 4, 30, course.state, every=0.5)
    course.resolve(brief)
    time.sleep(25)
    course.spool.start()
    course.recovered()


@seen(spool_down, SPOOL)
def test_an_alert_that_comes_and_goes_while_the_spool_is_down_is_lost(outcome: Outcome) -> None:
    assert {lost.subject for lost in outcome.lost} == {
        f"[ALERT] Seadragon LLM: {TITLE}",
        f"[RESOLVED] Seadragon LLM: {TITLE}",
    }
    assert not outcome.duplicated
    assert outcome.late < 20


def spool_killed(course: Course) -> None:
    """The whole spool is killed (-9) with ten mails in its queue; an alert begins meanwhile."""
    course.start()
    course.mail_server.close()
    for number in range(5):
        course.fire(f"Alert Number {number}")
    course.until_failing()
    course.spool.kill_group()
    course.remarks["queued"] = len(course.missing())
    course.fire(OTHER)
    time.sleep(5)
    course.mail_server.open()
    course.spool.start()
    course.recovered()


@seen(spool_killed, SPOOL)
def test_a_killed_spool_has_lost_nothing_that_it_had_taken(outcome: Outcome) -> None:
    assert outcome.remarks["queued"] == 10
    assert outcome.is_flawless, outcome
    assert outcome.late < SPOOL_LATE


def master_killed(course: Course) -> None:
    """The spool's first process is killed (-9) and started again."""
    course.start()
    course.mail_server.close()
    course.fire()
    course.until_failing()
    course.spool.kill()
    course.mail_server.open()
    course.spool.start()
    course.recovered()


@seen(master_killed, SPOOL)
def test_a_spool_whose_first_process_was_killed_starts_again(outcome: Outcome) -> None:
    assert outcome.is_flawless, outcome
    assert outcome.late < SPOOL_LATE


def killed_in_a_conversation(course: Course) -> None:
    """The spool is killed (-9) while the server takes a mail."""
    course.start()
    course.mail_server.faults.content_seconds = 6
    course.fire()
    eventually(lambda: course.mail_server.attempts_of("recipient"), 20, course.state)
    time.sleep(1)
    course.spool.kill_group()
    course.remarks["taken"] = len(course.mail_server.mails)
    course.mail_server.faults.content_seconds = 0
    course.spool.start()
    course.recovered()


@seen(killed_in_a_conversation, SPOOL)
def test_a_mail_that_the_server_had_not_taken_when_the_spool_was_killed_comes_once(
    outcome: Outcome,
) -> None:
    assert outcome.remarks["taken"] == 0
    assert outcome.is_flawless, outcome
    assert outcome.late < SPOOL_LATE


def reloaded_in_a_conversation(course: Course) -> None:
    """The spool is reloaded while the server takes a mail, which it then refuses (451)."""
    course.patience = 120
    course.start()
    course.mail_server.faults.content_seconds = 5
    course.mail_server.faults.reply_to_content = "451 4.7.1 try again later"
    course.fire()
    eventually(lambda: course.mail_server.attempts_of("recipient"), 20, course.state)
    course.spool.reload()
    eventually(lambda: course.mail_server.attempts_of("content"), 20, course.state)
    course.mail_server.faults.content_seconds = 0
    course.mail_server.faults.reply_to_content = None
    course.recovered()


@seen(reloaded_in_a_conversation, SPOOL)
def test_a_mail_in_whose_sending_the_spool_was_reloaded_is_soon_tried_again(
    outcome: Outcome,
) -> None:
    assert outcome.is_flawless, outcome
    assert outcome.late < 60 + SPOOL_LATE, "with a wake-up of 300 s in master.cf: 5 minutes"


def disk_full(course: Course) -> None:
    """The disk of the spool is full."""
    queue = course.lab.small_disk(course.lab.folder / "spool/queue", megabytes=24)
    course.start()
    filling = queue / "filling"
    filling.write_bytes(bytes(20 << 20))
    course.fire()
    failed = "alertmanager_notification_requests_failed_total"
    eventually(lambda: course.alertmanager.value(failed) >= 2, 30, course.state, every=0.5)
    course.remarks["log"] = course.spool.log
    filling.unlink()
    course.recovered()


@seen(disk_full, SPOOL)
def test_a_spool_without_space_says_so_in_time_for_alertmanager_to_try_again(
    outcome: Outcome,
) -> None:
    assert "Insufficient system storage" in outcome.remarks["log"]
    assert outcome.is_flawless, outcome
    assert outcome.late < 20


def many_in_an_outage(course: Course) -> None:
    """20 alerts begin and end while the server is down."""
    course.patience = 2 * SPOOL_LATE
    course.start()
    course.mail_server.close()
    alerts = [course.fire(f"Alert Number {number}") for number in range(20)]
    eventually(lambda: len(course.spool.queued()) == 40, 60, course.state, every=0.5)
    time.sleep(1)  # the Date of a mail is in whole seconds
    course.resolve(*alerts)
    eventually(lambda: len(course.spool.queued()) == 80, 60, course.state, every=0.5)
    course.mail_server.open()
    course.recovered()
    course.until_delivered(2 * SPOOL_LATE)
    mails = course.mail_server.mails
    dates = {(mail.recipient, mail.subject): mail.message["Date"].datetime for mail in mails}
    course.remarks["dates"] = [
        (date, dates[recipient, subject.replace("[ALERT]", "[RESOLVED]")])
        for (recipient, subject), date in dates.items()
        if subject.startswith("[ALERT]")
    ]


@seen(many_in_an_outage, SPOOL)
def test_many_mails_come_in_any_order_and_their_dates_tell_which_was_first(
    outcome: Outcome,
) -> None:
    assert outcome.is_flawless, outcome
    assert outcome.late < 2 * SPOOL_LATE
    assert len(outcome.remarks["dates"]) == 40
    assert all(begin < end for begin, end in outcome.remarks["dates"])


def flushed(course: Course) -> None:
    """The server is down for 20 s, and the spool is flushed (`postqueue -f`) when it is back."""
    course.start()
    course.mail_server.close()
    course.fire()
    course.until_failing()
    time.sleep(20)
    course.mail_server.open()
    course.spool.flush()
    course.recovered()


@seen(flushed, SPOOL)
def test_a_flushed_spool_delivers_all_at_once(outcome: Outcome) -> None:
    assert outcome.is_flawless, outcome
    assert outcome.late < 5
