"""What becomes of mails when the login at the provider's server, or its kind, is not right."""

import time
from typing import Any

from amtool import accepts
from bounds import AT_ONCE, DIRECT_LATE, SPOOL_LATE
from course import TITLE, Course, Way
from mail_server import PASSWORD
from outcome import Outcome
from routing import Change, mails, short_times
from seen import each_seen, seen
from waiting import eventually

DIRECT, SPOOL = Way.DIRECT, Way.SPOOL
LOCKED_SECONDS = 30
# Of the spool in that time: it leaves the server alone for its pause after each that is refused,
# however many mails wait.
MOST_LOGINS = 5


def lock(course: Course, *titles: str) -> None:
    """Counts the logins of LOCKED_SECONDS, in which an alert of each title waits."""
    course.start()
    course.mail_server.faults.locked = True
    for title in titles:
        course.fire(title)
    eventually(lambda: course.mail_server.attempts_of("login"), 30, course.state)
    time.sleep(LOCKED_SECONDS)
    course.remarks["logins"] = len(course.mail_server.attempts_of("login"))
    course.remarks["tried in vain"] = len(course.spool.reasons()) if course.way is SPOOL else None
    course.mail_server.faults.locked = False
    course.recovered()


def locked(course: Course) -> None:
    """The server refuses the login for 30 s."""
    lock(course, TITLE)


@seen(locked, DIRECT)
def test_without_a_spool_a_refused_login_is_tried_again_and_again(outcome: Outcome) -> None:
    assert outcome.is_flawless, outcome
    assert outcome.late < DIRECT_LATE
    assert outcome.remarks["logins"] > 8


@seen(locked, SPOOL)
def test_with_the_spool_a_refused_login_is_tried_so_rarely_that_no_account_is_locked(
    outcome: Outcome,
) -> None:
    assert outcome.is_flawless, outcome
    assert outcome.late < SPOOL_LATE
    assert outcome.remarks["logins"] <= MOST_LOGINS


def locked_with_ten_mails(course: Course) -> None:
    """The same, with ten mails waiting."""
    lock(course, *(f"Alert Number {number}" for number in range(5)))


@seen(locked_with_ten_mails, DIRECT)
def test_without_a_spool_each_mail_that_waits_has_logins_of_its_own(outcome: Outcome) -> None:
    assert outcome.is_flawless, outcome
    assert outcome.late < DIRECT_LATE
    assert outcome.remarks["logins"] > 5 * MOST_LOGINS


@seen(locked_with_ten_mails, SPOOL)
def test_with_the_spool_ten_mails_that_wait_need_no_more_logins_than_one(outcome: Outcome) -> None:
    assert outcome.remarks["tried in vain"] == outcome.expected == 10
    assert outcome.is_flawless, outcome
    assert outcome.late < SPOOL_LATE
    assert outcome.remarks["logins"] <= MOST_LOGINS


def wrong_password(course: Course) -> None:
    """The password is wrong, then its file is corrected (the spool is told to reload)."""
    course.start()
    if course.way is SPOOL:
        course.spool.set_password("wrong")
        course.spool.reload()
    else:
        course.alertmanager.password_file.write_text("wrong")
    course.fire()
    course.until_failing()
    course.alertmanager.password_file.write_text(PASSWORD)
    if course.way is SPOOL:
        course.spool.set_password(PASSWORD)
        course.spool.reload()
    course.recovered()


@seen(wrong_password, DIRECT)
def test_without_a_spool_a_corrected_password_needs_no_reload(outcome: Outcome) -> None:
    assert outcome.is_flawless, outcome
    assert outcome.late < DIRECT_LATE


@seen(wrong_password, SPOOL)
def test_the_spool_uses_a_corrected_password_after_a_reload(outcome: Outcome) -> None:
    assert outcome.is_flawless, outcome
    assert outcome.late < SPOOL_LATE


def without_password(course: Course, mistake: Change, password: str | None = PASSWORD) -> None:
    """Its configuration passes amtool check-config, and no mail is ever sent."""

    def change(configuration: dict[str, Any]) -> None:
        short_times(configuration)
        mistake(configuration)

    course.start(change=change)
    if password is None:
        course.alertmanager.password_file.unlink()
    else:
        course.alertmanager.password_file.write_text(password)
    course.remarks["accepted"] = accepts(course.alertmanager.configuration)
    course.fire()
    course.until_failing()


def newline_after_password(course: Course) -> None:
    """The password file ends with a newline."""
    without_password(course, lambda _: None, PASSWORD + "\n")


def no_password_file(course: Course) -> None:
    """The password file is missing."""
    without_password(course, lambda _: None, None)


def no_password(course: Course) -> None:
    """A user is set and no password."""
    without_password(course, lambda it: it["global"].pop("smtp_auth_password_file"))


def variable_for_a_user(course: Course) -> None:
    """The user is `${SMTP_USERNAME}`: Alertmanager reads no environment variables."""
    user = {"smtp_auth_username": "${SMTP_USERNAME}"}
    without_password(course, lambda it: it["global"].update(user))


def port_465_with_starttls(course: Course) -> None:
    """Port 465 and the default `smtp_require_tls: true`."""
    start_at_port_465(course, "127.0.0.46", True)
    course.fire()
    course.until_failing()


@each_seen(
    DIRECT,
    newline_after_password,
    no_password_file,
    no_password,
    variable_for_a_user,
    port_465_with_starttls,
)
def test_a_wrong_setting_that_alertmanager_accepts_loses_every_mail(outcome: Outcome) -> None:
    assert len(outcome.lost) == outcome.expected
    assert outcome.remarks["accepted"], "only at run time it shows"


def start_at_port_465(course: Course, address: str, require_starttls: bool) -> None:
    """Alertmanager does without STARTTLS at port 465 only; that is free at `address`."""

    def change(configuration: dict[str, Any]) -> None:
        short_times(configuration)
        configuration["global"]["smtp_smarthost"] = f"{address}:465"
        configuration["global"]["smtp_require_tls"] = require_starttls
        for mail in mails(configuration):
            mail["tls_config"]["server_name"] = "localhost"

    course.start(change=change, server={"address": address, "port": 465, "tls_at_once": True})
    course.remarks["accepted"] = accepts(course.alertmanager.configuration)


def port_465(course: Course) -> None:
    """none, the server at port 465 (`smtp_require_tls: false`; spool: `smtp_tls_wrappermode`)."""
    if course.way is SPOOL:
        settings = {"smtp_tls_wrappermode": "yes"}
        course.start(server={"tls_at_once": True}, spool={"settings": settings})
    else:
        start_at_port_465(course, "127.0.0.47", False)
    course.fire()


@seen(port_465, DIRECT, SPOOL)
def test_at_port_465_mails_come_at_once(outcome: Outcome) -> None:
    assert outcome.is_flawless, outcome
    assert outcome.late < AT_ONCE


def login_mechanism(course: Course) -> None:
    """none, the server offers AUTH LOGIN only."""
    course.start(server={"mechanism": "LOGIN"})
    course.fire()


@seen(login_mechanism, DIRECT, SPOOL)
def test_at_a_server_with_auth_login_only_mails_come_at_once(outcome: Outcome) -> None:
    assert outcome.is_flawless, outcome
    assert outcome.late < AT_ONCE


def ipv6(course: Course) -> None:
    """none, the server has an IPv6 address only."""
    _, prefix = course.lab.own_hosts("::1 localhost\n")
    course.start(
        server={"address": "::1"},
        spool={"prefix": prefix},
        alertmanager={"prefix": prefix},
    )
    course.fire()


@seen(ipv6, DIRECT, SPOOL)
def test_at_a_server_with_an_ipv6_address_only_mails_come_at_once(outcome: Outcome) -> None:
    assert outcome.is_flawless, outcome
    assert outcome.late < AT_ONCE
