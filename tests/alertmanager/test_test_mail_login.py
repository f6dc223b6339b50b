"""The login of the test mail: what Alertmanager would do, and no secret on the screen."""

import base64

import pytest
from certificates import Certificate
from conversations import begin, take_mail
from mail_servers import PASSWORD, USER, Speech
from sending import Send, Speaking, Start, to_do


def test_a_wrong_password_is_told_and_never_shown(provider: Start, send: Send) -> None:
    sent = send(provider().port, password="hunter2hunter2", verbose=1)
    assert sent.returncode == 1
    assert "ops@example.org: failed at AUTH: 535" in sent.stdout
    assert "correct smtp.username (SMTP_USERNAME) or smtp.password (SMTP_PASSWORD)" in to_do(sent)
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
    assert "takes no login on port" in to_do(sent)


def test_mechanisms_that_alertmanager_does_not_know_are_told(
    speaking: Speaking, send: Send, certificate: Certificate
) -> None:
    server = speaking(lambda speech: begin(speech, certificate, "AUTH CRAM-MD5 XOAUTH2"))
    assert "Alertmanager logs in with PLAIN or LOGIN only" in to_do(send(server.port))


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


def assert_hides(password: str, text: str) -> None:
    plain = base64.b64encode(f"\0{USER}\0{password}".encode()).decode()
    for secret in (password, base64.b64encode(password.encode()).decode(), plain):
        assert secret not in text
