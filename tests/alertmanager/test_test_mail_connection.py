"""The test mail on its way to a server that speaks: names, ports, TLS and certificates."""

import time
from pathlib import Path

from certificates import Certificate, make_authority
from mail_servers import context_of, free_port
from odd_certificates import make_expired, make_foreign
from sending import IN_A_HURRY, Send, Speaking, Start, to_do


def test_port_465_speaks_tls_from_the_first_byte(provider: Start, send: Send) -> None:
    server = provider(at_once=True)
    assert send(server.port, tls="implicit").returncode == 0
    assert len(server.inbox.mails) == 1


def test_starttls_on_a_port_that_speaks_tls_at_once_is_told(provider: Start, send: Send) -> None:
    sent = send(provider(at_once=True).port, **IN_A_HURRY)
    assert sent.returncode == 1
    assert "set smtp.port (SMTP_PORT) to 465" in to_do(sent)


def test_tls_at_once_on_a_port_for_starttls_is_told(provider: Start, send: Send) -> None:
    sent = send(provider().port, tls="implicit", **IN_A_HURRY)
    assert sent.returncode == 1
    assert "set smtp.port (SMTP_PORT) to 587" in to_do(sent)


def test_a_name_without_an_address_is_told(send: Send) -> None:
    sent = send(587, host="smtp.invalid")
    assert sent.returncode == 1
    assert 'correct smtp.server (SMTP_SERVER): no address belongs to "smtp.invalid"' in to_do(sent)


def test_a_port_where_nothing_listens_is_told(send: Send) -> None:
    port = free_port()
    assert f"smtp.port (SMTP_PORT) or smtp.server (SMTP_SERVER): nothing listens at localhost:{port}" in (
        to_do(send(port))
    )


def test_a_server_that_never_greets_is_given_up(speaking: Speaking, send: Send) -> None:
    server = speaking(lambda speech: speech.hear())
    began = time.monotonic()
    sent = send(server.port, **IN_A_HURRY)
    assert time.monotonic() - began < 10
    assert "failed at greeting" in sent.stdout
    assert "never greets" in to_do(sent)


def test_a_server_without_starttls_gets_no_password(provider: Start, send: Send) -> None:
    server = provider(tls=None)
    assert "offers no STARTTLS" in to_do(send(server.port))
    assert server.logins == []


def test_a_certificate_of_an_unknown_authority_is_told(provider: Start, send: Send, tmp_path: Path) -> None:
    other = make_authority(tmp_path, "other")
    sent = send(provider().port, ca=other.cert)
    assert "failed at TLS" in sent.stdout
    assert f"{other.cert} has not" in to_do(sent)


def test_a_certificate_of_another_name_is_told(
    provider: Start, send: Send, authority: Certificate, tmp_path: Path
) -> None:
    foreign = make_foreign(tmp_path, authority)
    sent = send(provider(tls=context_of(foreign)).port)
    assert 'set smtp.server (SMTP_SERVER) to a name that the server\'s certificate is for: "localhost"' in (to_do(sent))


def test_a_certificate_that_has_expired_is_told(
    provider: Start, send: Send, authority: Certificate, tmp_path: Path
) -> None:
    expired = make_expired(tmp_path, authority)
    assert "not valid today" in to_do(send(provider(tls=context_of(expired)).port))


def test_a_file_of_authorities_that_is_not_there_is_told(provider: Start, send: Send) -> None:
    sent = send(provider().port, ca="/nowhere/ca.pem")
    assert "set smtp.ca_file to a file of certificates" in to_do(sent)
