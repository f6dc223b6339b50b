"""What becomes of mails that the server refuses for longer than the spool keeps them."""

import time

from bounds import AT_ONCE
from configurations import SHIPPED_RULES, read
from course import TITLE, Course, Way
from outcome import Outcome
from routing import RECIPIENTS, SENDER
from seen import each_seen, seen
from spool_configuration import setting
from waiting import eventually

SPOOL = Way.SPOOL
TAKEN, REFUSED = RECIPIENTS
UNKNOWN, SPAM = "550 5.1.1 no such user", "554 5.7.1 refused"
# Instead of a day. A mail is given up at the first try after it, and what then comes back to the
# sender is a mail as well, that waits and is given up.
LIFETIME_SECONDS, PATIENCE_SECONDS = 15.0, 90.0
OLDEST = "seadragon_mail_spool_oldest_seconds"


def start_with_short_lives(course: Course) -> None:
    course.patience = 1
    lifetime = f"{LIFETIME_SECONDS:g}s"
    settings = {"maximal_queue_lifetime": lifetime, "bounce_queue_lifetime": lifetime}
    course.start(spool={"settings": settings})


def note_until_nothing_waits(course: Course) -> None:
    """What the exporter tells of the spool until then, and afterwards."""
    exporter = course.lab.exporter(course.spool)
    eventually(course.spool.reasons, 30, course.state)
    end = time.monotonic() + PATIENCE_SECONDS
    oldest, reasons = 0.0, ""
    while course.spool.queued():
        assert time.monotonic() < end, course.state()
        oldest = max(oldest, *exporter.series(OLDEST).values())
        reasons += "".join(exporter.series("seadragon_mail_spool_reason_info"))
        time.sleep(0.5)
    waiting = sum(exporter.series("seadragon_mail_spool_messages").values())
    returned = [mail.message for mail in course.mail_server.mails if mail.recipient == SENDER]
    course.remarks |= {"oldest": oldest, "reasons": reasons, "waiting": waiting}
    course.remarks |= {"returned": returned, "log": course.spool.log}


def given_up(course: Course) -> None:
    """The server refuses one of two recipients (550) for longer than the spool keeps a mail."""
    start_with_short_lives(course)
    course.mail_server.faults.unknown_recipients = {REFUSED}
    course.fire()
    note_until_nothing_waits(course)


def all_given_up(course: Course) -> None:
    """It refuses each mail (554) for longer than that, also what comes back to the sender."""
    start_with_short_lives(course)
    course.mail_server.faults.reply_to_content = SPAM
    course.fire()
    note_until_nothing_waits(course)


@seen(given_up, SPOOL)
def test_a_mail_that_is_given_up_comes_back_to_the_sender_with_the_reason(outcome: Outcome) -> None:
    subject = f"[ALERT] Seadragon LLM: {TITLE}"
    assert [lost[:2] for lost in outcome.lost] == [(REFUSED, subject)]
    assert outcome.late < AT_ONCE, "the other recipient's"
    assert outcome.returned == 1 and not outcome.duplicated
    (message,) = outcome.remarks["returned"]
    told, _, mail = message.iter_parts()
    assert REFUSED in told.get_content() and UNKNOWN in told.get_content()
    assert mail.get_content()["Subject"] == subject


@seen(all_given_up, SPOOL)
def test_what_comes_back_and_is_refused_too_is_given_up_without_a_further_mail(
    outcome: Outcome,
) -> None:
    assert len(outcome.lost) == outcome.expected == len(RECIPIENTS)
    assert not outcome.returned and not outcome.duplicated
    expired = [line for line in outcome.remarks["log"].splitlines() if "status=expired" in line]
    senders = [sender for sender in ("", SENDER) for line in expired if f"from=<{sender}>" in line]
    assert senders == 2 * [""] + 2 * [SENDER], "a mail to each recipient, and what came back of it"
    assert outcome.remarks["log"].count("non-delivery notification") == 2


@each_seen(SPOOL, given_up, all_given_up)
def test_the_exporter_tells_of_it_for_as_long_as_it_waits_and_not_afterwards(
    outcome: Outcome,
) -> None:
    assert outcome.remarks["oldest"] > LIFETIME_SECONDS - 2
    assert UNKNOWN in outcome.remarks["reasons"] or SPAM in outcome.remarks["reasons"]
    assert outcome.remarks["waiting"] == 0


def test_mails_that_wait_are_an_alert_long_before_they_are_given_up() -> None:
    lifetimes = {setting("maximal_queue_lifetime"), setting("bounce_queue_lifetime")}
    assert lifetimes == {"1d"}
    groups = [read(SHIPPED_RULES / name)["groups"] for name in ("mail.yml", "thresholds.yml")]
    rules = [rule for file in groups for group in file for rule in group["rules"]]
    expressions = {rule.get("alert") or rule["record"]: rule["expr"] for rule in rules}
    threshold = "seadragon:threshold:mail_wait_seconds"
    assert expressions["SeadragonMailWaiting"].startswith(OLDEST)
    assert expressions["SeadragonMailWaiting"].endswith(f"max({threshold})")
    seconds = float(expressions[threshold].removeprefix("vector(").removesuffix(")"))
    assert seconds <= 3600
