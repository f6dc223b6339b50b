"""What becomes of mails while the provider's mail server is down, slow, or refuses them."""

import time
from typing import Any

from bounds import AT_ONCE, DIRECT_LATE, ROUND, SPOOL_LATE
from course import TITLE, Course, Way
from outcome import Outcome
from routing import mails, shipped_times, short_times
from seen import seen

OTHER = "Long Queue"
DIRECT, SPOOL = Way.DIRECT, Way.SPOOL


def none(course: Course) -> None:
    """none."""
    course.start()
    alert = course.fire()
    course.until_delivered()
    course.resolve(alert)


@seen(none, DIRECT, SPOOL)
def test_without_a_fault_each_mail_comes_once_and_at_once(outcome: Outcome) -> None:
    assert outcome.is_flawless, outcome
    assert outcome.late < ROUND + AT_ONCE


def none_with_shipped_times(course: Course) -> None:
    """none, with the times that are shipped (the first mail after 10 s, a change after 60 s)."""
    course.patience = 90
    course.start(change=shipped_times)
    alert = course.fire()
    course.until_delivered()
    course.resolve(alert)


@seen(none_with_shipped_times, DIRECT, SPOOL)
def test_as_shipped_an_alert_is_mailed_and_a_minute_later_its_end(outcome: Outcome) -> None:
    assert outcome.is_flawless, outcome
    assert outcome.late < 60 + AT_ONCE


def down(course: Course) -> None:
    """The server is down for 20 s; the alert still fires afterwards."""
    course.start()
    course.mail_server.close()
    course.fire()
    course.until_failing()
    time.sleep(20)
    course.mail_server.open()
    course.recovered()


@seen(down, DIRECT)
def test_a_mail_of_an_alert_that_outlasts_the_outage_is_late(outcome: Outcome) -> None:
    assert outcome.is_flawless, outcome
    assert outcome.late < DIRECT_LATE


@seen(down, SPOOL)
def test_with_the_spool_such_a_mail_is_late_too(outcome: Outcome) -> None:
    assert outcome.is_flawless, outcome
    assert outcome.late < SPOOL_LATE


def down_for_longer_than_a_round(course: Course) -> None:
    """The server is down for 75 s; shipped times, the alert still fires afterwards."""
    course.patience = 90
    course.start(change=shipped_times)
    course.mail_server.close()
    course.fire()
    course.until_failing()
    time.sleep(75)
    course.mail_server.open()
    course.recovered()


@seen(down_for_longer_than_a_round, DIRECT, SPOOL)
def test_as_shipped_tries_go_on_beyond_a_round(outcome: Outcome) -> None:
    assert outcome.is_flawless, outcome
    assert outcome.late < 60


def comes_and_goes_in_an_outage(course: Course) -> None:
    """One alert begins and ends while the server is down, another one stays."""
    course.start()
    course.mail_server.close()
    brief = course.fire()
    course.fire(OTHER)
    course.until_failing()
    course.resolve(brief)
    time.sleep(25)  # Alertmanager looks at it once more, and finds nothing left to say
    course.mail_server.open()
    course.recovered()


@seen(comes_and_goes_in_an_outage, DIRECT)
def test_without_a_spool_an_alert_that_comes_and_goes_in_an_outage_is_lost(
    outcome: Outcome,
) -> None:
    assert {lost.subject for lost in outcome.lost} == {
        f"[ALERT] Seadragon LLM: {TITLE}",
        f"[RESOLVED] Seadragon LLM: {TITLE}",
    }
    assert len(outcome.lost) == 4
    assert not outcome.duplicated


@seen(comes_and_goes_in_an_outage, SPOOL)
def test_with_the_spool_both_mails_of_such_an_alert_come(outcome: Outcome) -> None:
    assert outcome.is_flawless, outcome
    assert outcome.late < SPOOL_LATE


def ends_in_an_outage(course: Course) -> None:
    """An alert that was mailed ends while the server is down."""
    course.start()
    alert = course.fire()
    course.until_delivered()
    course.mail_server.close()
    course.resolve(alert)
    course.until_failing()
    time.sleep(12)
    course.mail_server.open()
    course.recovered()


@seen(ends_in_an_outage, DIRECT, SPOOL)
def test_the_end_of_an_alert_is_told_after_the_outage(outcome: Outcome) -> None:
    assert outcome.is_flawless, outcome
    assert outcome.late < SPOOL_LATE


def silent(course: Course) -> None:
    """The server accepts connections and never greets; it recovers, old connections stay open."""
    course.start()
    course.mail_server.faults.silent = True
    course.fire()
    course.until_failing()
    course.mail_server.faults.silent = False
    course.recovered()
    course.fire(OTHER)
    deadline = time.monotonic() + course.patience
    while course.missing() and time.monotonic() < deadline:
        time.sleep(0.5)
    course.remarks["stuck"] = sorted({mail.subject for mail in course.missing()})
    if course.remarks["stuck"]:
        course.remarks["late"] = "with the connection's end"
    course.mail_server.hang_up()


@seen(silent, DIRECT)
def test_without_a_spool_a_silent_connection_holds_a_mail_for_as_long_as_it_lives(
    outcome: Outcome,
) -> None:
    assert outcome.remarks["stuck"] == [f"[ALERT] Seadragon LLM: {TITLE}"], "and no other alert"
    assert outcome.is_flawless, outcome


@seen(silent, SPOOL)
def test_with_the_spool_no_mail_waits_for_a_silent_connection(outcome: Outcome) -> None:
    assert outcome.remarks["stuck"] == []
    assert outcome.is_flawless, outcome
    assert outcome.late < SPOOL_LATE + 15


UNKNOWN_NAME = "mail.seadragon.invalid"


def unknown_name(course: Course) -> None:
    """The name of the server cannot be resolved for 15 s."""
    hosts, prefix = course.lab.own_hosts("127.0.0.1 localhost\n")

    def change(configuration: dict[str, Any]) -> None:
        short_times(configuration)
        if course.way is DIRECT:
            port = course.mail_server.port
            configuration["global"]["smtp_smarthost"] = f"{UNKNOWN_NAME}:{port}"
            for mail in mails(configuration):
                mail["tls_config"]["server_name"] = "localhost"

    settings = {"smtp_tls_secure_cert_match": "localhost"}
    spool = {"prefix": prefix, "host": UNKNOWN_NAME, "settings": settings}
    course.start(change=change, spool=spool, alertmanager={"prefix": prefix})
    course.fire()
    course.until_failing()
    time.sleep(15)
    with hosts.open("a") as file:
        file.write(f"127.0.0.1 {UNKNOWN_NAME}\n")
    course.recovered()


@seen(unknown_name, DIRECT, SPOOL)
def test_a_mail_waits_until_the_name_of_the_server_is_known(outcome: Outcome) -> None:
    assert outcome.is_flawless, outcome
    assert outcome.late < SPOOL_LATE


def slow(course: Course) -> None:
    """The server takes 12 s over each mail, longer than a round."""
    course.start()
    course.mail_server.faults.content_seconds = 12
    course.fire()


@seen(slow, DIRECT, SPOOL)
def test_a_slow_server_gets_a_mail_once(outcome: Outcome) -> None:
    assert outcome.is_flawless, outcome
    assert outcome.late < SPOOL_LATE


def unknown_recipient(course: Course) -> None:
    """The server does not know one of two recipients."""
    course.start()
    course.mail_server.faults.unknown_recipients = {course.recipients.pop()}
    alert = course.fire()
    course.until_delivered()
    course.resolve(alert)
    course.until_delivered()
    if course.way is SPOOL:
        course.remarks["reasons"] = course.spool.reasons()


@seen(unknown_recipient, DIRECT, SPOOL)
def test_the_other_recipient_gets_every_mail_at_once(outcome: Outcome) -> None:
    assert outcome.is_flawless, outcome
    assert outcome.late < ROUND + AT_ONCE


@seen(unknown_recipient, SPOOL)
def test_the_spool_says_which_recipient_the_server_does_not_know(outcome: Outcome) -> None:
    assert outcome.remarks["reasons"]
    assert all("550 5.1.1 no such user" in reason for reason in outcome.remarks["reasons"])


def unknown_recipient_in_a_common_entry(course: Course) -> None:
    """The same, with both recipients in one `to`, as the shipped configuration has it not."""

    def change(configuration: dict[str, Any]) -> None:
        short_times(configuration)
        first, *others = mails(configuration)
        first["to"] = ", ".join(mail["to"] for mail in (first, *others))
        for receiver in configuration["receivers"]:
            its = receiver.get("email_configs", [])
            receiver["email_configs"] = [mail for mail in its if mail is first]

    course.start(change=change)
    course.mail_server.faults.unknown_recipients = {course.recipients.pop()}
    course.fire()


@seen(unknown_recipient_in_a_common_entry, DIRECT)
def test_without_a_spool_an_unknown_recipient_in_a_common_entry_loses_it_for_all(
    outcome: Outcome,
) -> None:
    assert len(outcome.lost) == outcome.expected == 1


@seen(unknown_recipient_in_a_common_entry, SPOOL)
def test_with_the_spool_the_other_recipient_gets_it_at_once(outcome: Outcome) -> None:
    assert outcome.is_flawless, outcome
    assert outcome.late < AT_ONCE
