"""The parts that all other tests of delivery stand on."""

import smtplib
from contextlib import ExitStack

import pytest
from alertmanager import RECIPIENTS, direct
from lab import Lab, open_lab
from waiting import eventually

TITLE = "High CPU Usage"
ALERT, RESOLVED = f"[ALERT] Seadragon LLM: {TITLE}", f"[RESOLVED] Seadragon LLM: {TITLE}"


@pytest.mark.parametrize("way", ["direct", "spool"])
def test_without_a_fault_each_recipient_gets_each_mail_once(lab: Lab, way: str) -> None:
    mail_server = lab.mail_server()
    relay = direct(mail_server) if way == "direct" else lab.spool(mail_server).relay
    alertmanager = lab.alertmanager(relay)
    alerts = lab.alerts(alertmanager)
    alert = alerts.fire(TITLE)
    eventually(lambda: len(mail_server.mails) == 2, 20, lambda: alertmanager.output)
    alerts.resolve(alert)
    eventually(lambda: len(mail_server.mails) == 4, 40, lambda: alertmanager.output)
    for recipient in RECIPIENTS:
        to_one = [mail.subject for mail in mail_server.mails if mail.recipient == recipient]
        assert to_one == [ALERT, RESOLVED]


def test_the_spool_takes_mail_from_our_sender_to_our_recipients_only(lab: Lab) -> None:
    spool = lab.spool(lab.mail_server())
    with smtplib.SMTP("127.0.0.1", spool.port) as client:
        client.ehlo()
        assert client.mail("somebody@example.org")[0] == 250
        assert client.rcpt(RECIPIENTS[0])[0] == 454
        client.rset()
        client.mail("monitoring@example.org")
        assert client.rcpt("somebody@example.org")[0] == 454
        assert client.rcpt(RECIPIENTS[0])[0] == 250


def test_nothing_is_left_running_after_a_test_that_fails() -> None:
    with pytest.raises(ZeroDivisionError), ExitStack() as stops:
        lab = open_lab(stops)
        spool = lab.spool(lab.mail_server())
        lab.alerts(lab.alertmanager(spool.relay))
        assert len(lab.processes()) > 2
        _ = 1 / 0
    eventually(lambda: not lab.processes(), 10, lambda: f"still there: {lab.processes()}")
    assert not lab.folder.exists()
