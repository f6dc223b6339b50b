"""The test mail at a server that it has logged in to: what is told, and what to change."""

import email
import email.policy
import time

import pytest
from certificates import Certificate
from conversations import begin, log_in, take_mail
from mail_servers import USER, Speech
from sending import IN_A_HURRY, Send, Speaking, Start, to_do


def test_each_recipient_gets_a_mail_over_a_session_of_its_own(provider: Start, send: Send) -> None:
    server = provider()
    sent = send(server.port, "ops@example.org", "second@example.org")
    assert sent.returncode == 0, sent.stdout + sent.stderr
    _, *accepted, note = sent.stdout.splitlines()
    assert accepted == [
        "ops@example.org: accepted: 250 2.0.0 Ok: queued as 4F2A",
        "second@example.org: accepted: 250 2.0.0 Ok: queued as 4F2A",
    ]
    assert note.startswith("Note: without a spool ")
    assert [mail.rcpt_tos for mail in server.inbox.mails] == [["ops@example.org"], ["second@example.org"]]
    assert server.inbox.sessions[0] is not server.inbox.sessions[1]
    assert server.logins == [("PLAIN", True), ("PLAIN", True)]


def test_the_mail_says_what_sent_it_and_is_answered_by_no_machine(provider: Start, send: Send) -> None:
    server = provider()
    send(server.port)
    [sent] = server.inbox.mails
    mail = email.message_from_bytes(sent.original_content, policy=email.policy.default)
    assert mail["Subject"] == "[TEST] Seadragon LLM: Test Mail"
    assert (mail["From"], mail["To"]) == (USER, "ops@example.org")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"].startswith("<")
    assert abs(mail["Date"].datetime.timestamp() - time.time()) < 60
    assert "seadragon-alerts test-mail" in mail.get_content()
    assert not mail.defects


def test_an_unknown_recipient_keeps_no_mail_from_the_others(provider: Start, send: Send) -> None:
    server = provider()
    server.inbox.refused_recipients = {"gone@example.org": "550 5.1.1 no such user"}
    sent = send(server.port, "gone@example.org", "ops@example.org")
    assert sent.returncode == 1
    assert "gone@example.org: failed at RCPT TO: 550 5.1.1 no such user\n" in sent.stdout
    assert "To do: correct or remove gone@example.org in recipients (ALERT_RECIPIENTS)" in to_do(sent)
    assert [mail.rcpt_tos for mail in server.inbox.mails] == [["ops@example.org"]]


def test_a_refused_sender_is_told(provider: Start, send: Send) -> None:
    server = provider()
    server.inbox.refused_sender = "550 5.7.1 not your address"
    sent = send(server.port)
    assert "failed at MAIL FROM: 550 5.7.1 not your address" in sent.stdout
    assert "set smtp.from" in to_do(sent)


@pytest.mark.parametrize(
    "reply, change",
    [
        ("451 4.7.1 greylisted", "try again in some minutes"),
        ("552 5.2.3 too large", "refuses what the mail says"),
        ("554 5.7.1 spam", "refuses what the mail says"),
    ],
)
def test_a_refusal_of_the_content_is_told(reply: str, change: str, provider: Start, send: Send) -> None:
    server = provider()
    server.inbox.reply_to_content = reply
    sent = send(server.port)
    assert sent.returncode == 1
    assert f"failed at end of DATA: {reply}" in sent.stdout
    assert change in to_do(sent)


def test_a_connection_cut_after_the_content_is_a_failure(
    speaking: Speaking, send: Send, certificate: Certificate
) -> None:
    def speak(speech: Speech) -> None:
        begin(speech, certificate, "AUTH PLAIN")
        log_in(speech)
        take_mail(speech, "")

    sent = send(speaking(speak).port)
    assert sent.returncode == 1
    assert "failed at end of DATA" in sent.stdout
    assert "ends connections" in to_do(sent)


def test_a_server_that_hangs_after_the_content_is_given_up(
    speaking: Speaking, send: Send, certificate: Certificate
) -> None:
    def speak(speech: Speech) -> None:
        begin(speech, certificate, "AUTH PLAIN")
        log_in(speech)
        take_mail(speech, "")
        speech.hear()

    sent = send(speaking(speak).port, **IN_A_HURRY)
    assert sent.returncode == 1
    assert "the server hangs" in to_do(sent)


def test_a_bad_farewell_unmakes_no_mail(speaking: Speaking, send: Send, certificate: Certificate) -> None:
    def speak(speech: Speech) -> None:
        begin(speech, certificate, "AUTH PLAIN")
        log_in(speech)
        take_mail(speech, "250 taken")
        assert speech.hear() == "QUIT"
        speech.say("500 what?")

    assert send(speaking(speak).port).returncode == 0


def test_a_server_commands_no_terminal(speaking: Speaking, send: Send) -> None:
    sent = send(speaking(lambda speech: speech.say("554 \x1b[2J\x07 go away \u202e")).port)
    assert "554 ?[2J? go away ?" in sent.stdout
    assert "\x1b" not in sent.stdout


@pytest.mark.parametrize("address", ["a@b\r\nBcc: x@y", "a b@c", "a@b,c@d", "<a@b>", "nobody", "ü@example.org"])
def test_an_address_that_would_be_more_than_one_is_refused(address: str, provider: Start, send: Send) -> None:
    server = provider()
    for sent in (send(server.port, address), send(server.port, from_=address)):
        assert sent.returncode == 2
        assert "is no address for a mail" in sent.stderr
    assert server.inbox.mails == []
