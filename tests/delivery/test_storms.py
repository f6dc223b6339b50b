"""Three hundred alerts at the same moment."""

import time
from datetime import datetime, timezone
from typing import NamedTuple

from alert_source import Alert
from inbox import alert
from lab import Lab
from mail_server import Mail
from outcome import Expected, Outcome, judge
from plays import after
from routing import RECIPIENTS, Change, shipped_times
from waiting import eventually

TITLE = "High CPU Usage"
NUMBER = 300
LISTED = 20  # in the text of a mail, before it says how many there are
MOST_BYTES = 102_000  # Gmail cuts what follows
# group_wait, and a while for each mail: the provider's server gets one after the other. Where
# nothing else runs one takes a twentieth of a second.
ALL_SECONDS = 10 + 0.25 * NUMBER * len(RECIPIENTS)
QUIET_SECONDS = 5.0


class Seen(NamedTuple):
    mails: list[Mail]
    seconds: float  # from the alerts to the last mail
    logins: int  # at the mail server
    outcomes: dict[str, Outcome]


def storm(lab: Lab, title: str, groups: int, change: Change) -> Seen:
    """One alert on each of the machines, through the spool; a mail of each group."""
    mail_server = lab.mail_server()
    spool = lab.spool(mail_server)
    alertmanager = lab.alertmanager(spool.relay, change=change)
    alerts = lab.alerts(alertmanager)
    begin, now = time.monotonic(), datetime.now(timezone.utc)
    name = "".join(TITLE.split())
    # All but the last one are sent together with it.
    alerts.alerts += [
        Alert(name, TITLE, "warning", f"llm{number}", now) for number in range(NUMBER - 1)
    ]
    alerts.fire(TITLE, instance=f"llm{NUMBER - 1}")

    def state() -> str:
        queued = len(spool.queued())
        return f"{len(mail_server.mails)} mails, {queued} queued\n{alertmanager.output}"

    expected = groups * [Expected(each, alert(TITLE), begin) for each in RECIPIENTS]
    eventually(lambda: len(mail_server.mails) >= len(expected), ALL_SECONDS + 60, state, every=0.5)
    last = max(mail.time for mail in mail_server.mails)
    time.sleep(QUIET_SECONDS)
    outcomes = {title: judge(expected, mail_server.mails, recovery=0)}
    return Seen(mail_server.mails, last - begin, len(mail_server.attempts_of("login")), outcomes)


def storm_as_shipped(lab: Lab) -> Seen:
    return storm(lab, f"{NUMBER} alerts at the same moment", NUMBER, shipped_times)


def storm_of_one_group(lab: Lab) -> Seen:
    """As if all alerts of a name were one group."""

    def by_name(configuration: dict) -> None:
        configuration["route"]["group_by"] = ["alertname"]

    return storm(lab, "The same, all in one group and so in one mail", 1, by_name)


@after(storm_as_shipped)
def test_of_three_hundred_alerts_none_is_lost_and_none_is_repeated(outcome: Seen) -> None:
    print(f"{len(outcome.mails)} mails in {outcome.seconds:.0f} s, {outcome.logins} logins")
    texts = [mail.message.get_body(("html",)).get_content() for mail in outcome.mails]
    for number in range(NUMBER):
        of_one = [mail for mail, text in zip(outcome.mails, texts) if f" on llm{number}<" in text]
        assert sorted(mail.recipient for mail in of_one) == sorted(RECIPIENTS), f"llm{number}"
    assert {mail.subject for mail in outcome.mails} == {alert(TITLE)}


@after(storm_as_shipped)
def test_all_of_them_come_within_minutes(outcome: Seen) -> None:
    assert outcome.seconds < ALL_SECONDS


@after(storm_of_one_group)
def test_a_group_of_three_hundred_is_one_mail_that_is_shown_whole(outcome: Seen) -> None:
    assert sorted(mail.recipient for mail in outcome.mails) == sorted(RECIPIENTS)
    for mail in outcome.mails:
        assert len(mail.message.as_bytes()) < MOST_BYTES
        text = mail.message.get_body(("plain",)).get_content()
        assert text.count(f"{TITLE} is what it is.") == LISTED
        assert f"{NUMBER} in all" in text
