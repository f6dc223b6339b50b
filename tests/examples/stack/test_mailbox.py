import smtplib
import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from configurations import make_certificate
from mailbox import Mailbox

USER, PASSWORD = "monitoring@example.org", "a secret"


@pytest.fixture
def mailbox(tmp_path: Path, free_port: int) -> Iterator[Mailbox]:
    make_certificate(tmp_path)
    mails = tmp_path / "mail"
    box = Mailbox(free_port, mails, USER, PASSWORD, tmp_path / "certificate.pem", tmp_path / "key.pem")
    box.start()
    yield box
    box.stop()


@pytest.fixture
def client(mailbox: Mailbox, tmp_path: Path) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP("127.0.0.1", mailbox.port, timeout=10) as client:
        client.starttls(context=ssl.create_default_context(cafile=tmp_path / "certificate.pem"))
        yield client


def message(recipient: str = "ops@example.org", body: str = "CPU usage is at 93.2%.\n.a dot\n") -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "[ALERT] Seadragon LLM: High CPU Usage", USER, recipient
    mail.set_content(body)
    return mail


def test_a_mail_becomes_a_file_as_it_was_sent(client: smtplib.SMTP, tmp_path: Path) -> None:
    client.login(USER, PASSWORD)
    client.send_message(message())
    (file,) = (tmp_path / "mail").iterdir()
    assert file.name == "0001_ops@example.org.eml"
    assert file.read_bytes() == message().as_bytes().replace(b"\n", b"\r\n")


def test_mails_are_numbered_in_the_order_of_their_arrival(client: smtplib.SMTP, tmp_path: Path) -> None:
    client.login(USER, PASSWORD)
    for recipient in ("ops@example.org", "second@example.org"):
        client.send_message(message(recipient))
    names = sorted(file.name for file in (tmp_path / "mail").iterdir())
    assert names == ["0001_ops@example.org.eml", "0002_second@example.org.eml"]


def test_a_recipient_cannot_name_a_file_elsewhere(client: smtplib.SMTP, tmp_path: Path) -> None:
    client.login(USER, PASSWORD)
    client.sendmail(USER, '"../../x"@example.org', "Subject: x\n\n")
    (file,) = (tmp_path / "mail").iterdir()
    assert file.parent == tmp_path / "mail" and "/" not in file.name


def test_a_wrong_password_is_refused(client: smtplib.SMTP, tmp_path: Path) -> None:
    with pytest.raises(smtplib.SMTPAuthenticationError):
        client.login(USER, PASSWORD + "\n")
    with pytest.raises(smtplib.SMTPAuthenticationError):
        client.login("somebody@example.org", PASSWORD)
    assert not list((tmp_path / "mail").iterdir())


def test_no_mail_is_taken_without_a_login(client: smtplib.SMTP, tmp_path: Path) -> None:
    with pytest.raises(smtplib.SMTPResponseException) as refusal:
        client.send_message(message())
    assert refusal.value.smtp_code == 530
    assert not list((tmp_path / "mail").iterdir())


def test_no_login_is_offered_without_encryption(mailbox: Mailbox) -> None:
    with smtplib.SMTP("127.0.0.1", mailbox.port, timeout=10) as client:
        client.ehlo()
        assert client.has_extn("starttls") and not client.has_extn("auth")
        assert client.mail(USER)[0] == 530


def test_only_plain_is_offered_which_every_client_can(client: smtplib.SMTP) -> None:
    client.ehlo()
    assert client.esmtp_features["auth"].split() == ["PLAIN"]
