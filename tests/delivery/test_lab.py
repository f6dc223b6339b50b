"""The parts that all other tests of delivery stand on."""

import smtplib
from contextlib import ExitStack

import pytest
from lab import Lab, open_lab
from routing import RECIPIENTS, SENDER
from waiting import eventually


def test_the_spool_takes_mail_from_our_sender_to_our_recipients_only(lab: Lab) -> None:
    spool = lab.spool(lab.mail_server())
    with smtplib.SMTP("127.0.0.1", spool.port) as client:
        client.ehlo()
        assert client.mail("somebody@example.org")[0] == 250
        assert client.rcpt(RECIPIENTS[0])[0] == 454
        client.rset()
        client.mail(SENDER)
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
