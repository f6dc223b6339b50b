"""The test mail against servers as they are and as they go wrong: what is told, and what to change."""

import base64
import email
import email.policy
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from certificates import NEW_KEY, Certificate, make_authority, make_certificate, openssl
from mail_servers import PASSWORD, USER, Provider, SpeakingServer, Speech, context_of, free_port

Send = Callable[..., subprocess.CompletedProcess[str]]
Start = Callable[..., Provider]
Speaking = Callable[[Callable[[Speech], object]], SpeakingServer]

IN_A_HURRY = {"deadline_ms": 1000}


def last_line(sent: subprocess.CompletedProcess[str]) -> str:
    """What is to be done."""
    advice = [line for line in sent.stdout.splitlines() if line.startswith("  To do: ")]
    assert len(advice) == 1, sent.stdout + sent.stderr
    return advice[0]


def test_each_recipient_gets_a_mail_over_a_session_of_its_own(provider: Start, send: Send) -> None:
    server = provider()
    sent = send(server.port, "ops@example.org", "second@example.org")
    assert sent.returncode == 0, sent.stdout + sent.stderr
    assert sent.stdout.splitlines()[1:] == [
        "ops@example.org: accepted: 250 2.0.0 Ok: queued as 4F2A",
        "second@example.org: accepted: 250 2.0.0 Ok: queued as 4F2A",
    ]
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


def test_port_465_speaks_tls_from_the_first_byte(provider: Start, send: Send) -> None:
    server = provider(at_once=True)
    assert send(server.port, tls="implicit").returncode == 0
    assert len(server.inbox.mails) == 1


def test_starttls_on_a_port_that_speaks_tls_at_once_is_told(provider: Start, send: Send) -> None:
    sent = send(provider(at_once=True).port, **IN_A_HURRY)
    assert sent.returncode == 1
    assert "set smtp.port (SMTP_PORT) to 465" in last_line(sent)


def test_tls_at_once_on_a_port_for_starttls_is_told(provider: Start, send: Send) -> None:
    sent = send(provider().port, tls="implicit", **IN_A_HURRY)
    assert sent.returncode == 1
    assert "set smtp.port (SMTP_PORT) to 587" in last_line(sent)


def test_a_name_without_an_address_is_told(send: Send) -> None:
    sent = send(587, host="smtp.invalid")
    assert sent.returncode == 1
    assert 'correct smtp.server (SMTP_SERVER): no address belongs to "smtp.invalid"' in last_line(sent)


def test_a_port_where_nothing_listens_is_told(send: Send) -> None:
    port = free_port()
    assert f"smtp.port (SMTP_PORT) or smtp.server (SMTP_SERVER): nothing listens at localhost:{port}" in (
        last_line(send(port))
    )


def test_a_server_that_never_greets_is_given_up(speaking: Speaking, send: Send) -> None:
    server = speaking(lambda speech: speech.hear())
    began = time.monotonic()
    sent = send(server.port, **IN_A_HURRY)
    assert time.monotonic() - began < 10
    assert "failed at greeting" in sent.stdout
    assert "never greets" in last_line(sent)


def test_a_server_without_starttls_gets_no_password(provider: Start, send: Send) -> None:
    server = provider(tls=None)
    assert "offers no STARTTLS" in last_line(send(server.port))
    assert server.logins == []


def test_a_certificate_of_an_unknown_authority_is_told(provider: Start, send: Send, tmp_path: Path) -> None:
    other = make_authority(tmp_path, "other")
    sent = send(provider().port, ca=other.cert)
    assert "failed at TLS" in sent.stdout
    assert f"{other.cert} has not" in last_line(sent)


def test_a_certificate_of_another_name_is_told(
    provider: Start, send: Send, authority: Certificate, tmp_path: Path
) -> None:
    foreign = make_foreign(tmp_path, authority)
    sent = send(provider(tls=context_of(foreign)).port)
    assert 'set smtp.server (SMTP_SERVER) to a name that the server\'s certificate is for: "localhost"' in (
        last_line(sent)
    )


def test_a_certificate_that_has_expired_is_told(
    provider: Start, send: Send, authority: Certificate, tmp_path: Path
) -> None:
    expired = make_expired(tmp_path, authority)
    assert "not valid today" in last_line(send(provider(tls=context_of(expired)).port))


def test_a_file_of_authorities_that_is_not_there_is_told(provider: Start, send: Send) -> None:
    sent = send(provider().port, ca="/nowhere/ca.pem")
    assert "set smtp.ca_file to a file of certificates" in last_line(sent)


def test_a_wrong_password_is_told_and_never_shown(provider: Start, send: Send) -> None:
    sent = send(provider().port, password="hunter2hunter2", verbose=1)
    assert sent.returncode == 1
    assert "ops@example.org: failed at AUTH: 535" in sent.stdout
    assert "correct smtp.username (SMTP_USERNAME) or smtp.password (SMTP_PASSWORD)" in last_line(sent)
    assert_hides("hunter2hunter2", sent.stdout + sent.stderr)


def test_a_server_that_repeats_the_password_cannot_make_it_shown(
    speaking: Speaking, send: Send, certificate: Certificate
) -> None:
    def speak(speech: Speech) -> None:
        begin(speech, certificate, "AUTH PLAIN")
        speech.hear()
        speech.say("334 ")
        answer = speech.hear()
        speech.say(f"535 no {answer} no {base64.b64decode(answer).decode()} no")

    sent = send(speaking(speak).port)
    assert "535 no *** no" in sent.stdout
    assert_hides(PASSWORD, sent.stdout + sent.stderr)


def test_a_server_without_a_login_is_told(speaking: Speaking, send: Send, certificate: Certificate) -> None:
    sent = send(speaking(lambda speech: begin(speech, certificate)).port)
    assert "takes no login on port" in last_line(sent)


def test_mechanisms_that_alertmanager_does_not_know_are_told(
    speaking: Speaking, send: Send, certificate: Certificate
) -> None:
    server = speaking(lambda speech: begin(speech, certificate, "AUTH CRAM-MD5 XOAUTH2"))
    assert "Alertmanager logs in with PLAIN or LOGIN only" in last_line(send(server.port))


@pytest.mark.parametrize("prompts, fails", [(("Username:", "Password:"), False), (("User Name", "Pass"), True)])
def test_a_login_that_only_others_can_answer_is_warned_of(
    prompts: tuple[str, str], fails: bool, speaking: Speaking, send: Send, certificate: Certificate
) -> None:
    def speak(speech: Speech) -> None:
        begin(speech, certificate, "AUTH LOGIN PLAIN")
        assert speech.hear() == "AUTH LOGIN"
        for prompt in prompts:
            speech.say("334 " + base64.b64encode(prompt.encode()).decode())
            speech.hear()
        speech.say("235 2.7.0 fine")
        take_mail(speech, "250 2.0.0 taken")

    sent = send(speaking(speak).port)
    assert "ops@example.org: accepted: 250 2.0.0 taken" in sent.stdout
    assert sent.returncode == (1 if fails else 0)
    assert ('asks "User Name"' in sent.stdout) == fails


def test_an_unknown_recipient_keeps_no_mail_from_the_others(provider: Start, send: Send) -> None:
    server = provider()
    server.inbox.refused_recipients = {"gone@example.org": "550 5.1.1 no such user"}
    sent = send(server.port, "gone@example.org", "ops@example.org")
    assert sent.returncode == 1
    assert "gone@example.org: failed at RCPT TO: 550 5.1.1 no such user\n" in sent.stdout
    assert "To do: correct or remove gone@example.org in recipients (ALERT_RECIPIENTS)" in last_line(sent)
    assert [mail.rcpt_tos for mail in server.inbox.mails] == [["ops@example.org"]]


def test_a_refused_sender_is_told(provider: Start, send: Send) -> None:
    server = provider()
    server.inbox.refused_sender = "550 5.7.1 not your address"
    sent = send(server.port)
    assert "failed at MAIL FROM: 550 5.7.1 not your address" in sent.stdout
    assert "set smtp.from" in last_line(sent)


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
    assert change in last_line(sent)


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
    assert "ends connections" in last_line(sent)


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
    assert "the server hangs" in last_line(sent)


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


def begin(speech: Speech, certificate: Certificate, *offers: str) -> None:
    """Up to the second EHLO."""
    speech.say("220 provider")
    speech.hear()
    speech.say("250-provider", "250 STARTTLS")
    if speech.hear() != "STARTTLS":
        raise ConnectionError
    speech.say("220 go ahead")
    speech.begin_tls(context_of(certificate))
    speech.hear()
    lines = ["provider", *offers]
    speech.say(*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}")


def log_in(speech: Speech) -> None:
    speech.hear()
    speech.say("334 ")
    speech.hear()
    speech.say("235 2.7.0 fine")


def take_mail(speech: Speech, reply: str) -> None:
    for _ in ("MAIL", "RCPT"):
        speech.hear()
        speech.say("250 ok")
    speech.hear()
    speech.say("354 go on")
    speech.hear_content()
    if reply:
        speech.say(reply)


def assert_hides(password: str, text: str) -> None:
    plain = base64.b64encode(f"\0{USER}\0{password}".encode()).decode()
    for secret in (password, base64.b64encode(password.encode()).decode(), plain):
        assert secret not in text


def make_foreign(folder: Path, authority: Certificate) -> Certificate:
    made = Certificate(folder / "foreign.crt", folder / "foreign.key")
    openssl(
        *NEW_KEY, "-subj", "/CN=foreign", "-keyout", made.key, "-out", made.cert,
        "-CA", authority.cert, "-CAkey", authority.key,
        "-addext", "subjectAltName=DNS:foreign.example.org", "-addext", "basicConstraints=critical,CA:false",
    )  # fmt: skip
    return made


def make_expired(folder: Path, authority: Certificate) -> Certificate:
    """As make_certificate(), but of yesterday."""
    made = make_certificate(folder, "localhost", authority)
    request = folder / "expired.csr"
    openssl("req", "-new", "-key", made.key, "-subj", "/CN=localhost", "-out", request)
    extensions = folder / "expired.ext"
    extensions.write_text("subjectAltName=DNS:localhost\nbasicConstraints=critical,CA:false\n")
    openssl(
        "x509", "-req", "-in", request, "-CA", authority.cert, "-CAkey", authority.key, "-CAcreateserial",
        "-days", "-1", "-extfile", extensions, "-out", made.cert,
    )  # fmt: skip
    return made
