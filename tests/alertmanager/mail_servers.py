"""Mail servers to send to: one as strict as a provider, and one that says whatever it is told."""

import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER = "monitoring@example.org"
PASSWORD = "Zq7!tr0ubadour&3"


class Inbox:
    """Takes mails, but for the recipients and contents it was told to refuse."""

    def __init__(self) -> None:
        self.mails: list[Envelope] = []
        self.sessions: list[Session] = []
        self.refused_sender = ""
        self.refused_recipients: dict[str, str] = {}
        self.reply_to_content = "250 2.0.0 Ok: queued as 4F2A"

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refused_sender:
            return self.refused_sender
        envelope.mail_from = address
        return "250 2.1.0 Ok"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused_recipients:
            return self.refused_recipients[address]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.reply_to_content.startswith("250"):
            self.mails.append(envelope)
            self.sessions.append(session)
        return self.reply_to_content


class Provider(Controller):
    """On a free port of 127.0.0.1, from start() to stop()."""

    def __init__(
        self, tls: ssl.SSLContext | None, *, at_once: bool = False, offers: tuple[str, ...] = ("PLAIN",)
    ) -> None:
        self.inbox = Inbox()
        self.logins: list[tuple[str, bool]] = []
        known = ("PLAIN", "LOGIN")
        super().__init__(
            self.inbox,
            hostname="127.0.0.1",
            port=free_port(),
            ssl_context=tls if at_once else None,
            tls_context=None if at_once else tls,
            require_starttls=bool(tls) and not at_once,
            auth_required=bool(offers),
            auth_require_tls=bool(tls) and not at_once,
            authenticator=self.login,
            auth_exclude_mechanism=[name for name in known if name not in offers],
            ident="provider",
        )

    def login(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: object) -> AuthResult:
        right = isinstance(login, LoginPassword) and login == LoginPassword(USER.encode(), PASSWORD.encode())
        self.logins.append((mechanism, right))
        return AuthResult(success=right, handled=False)


class Speech:
    """One connection, line by line."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.lines: BinaryIO = connection.makefile("rb")

    def say(self, *lines: str) -> None:
        self.connection.sendall("".join(f"{line}\r\n" for line in lines).encode())

    def hear(self) -> str:
        line = self.lines.readline().decode(errors="replace")
        if not line:
            raise ConnectionError("the other side has gone")
        return line.rstrip()

    def hear_content(self) -> None:
        while self.hear() != ".":
            pass

    def begin_tls(self, context: ssl.SSLContext) -> None:
        self.lines.close()
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.lines = self.connection.makefile("rb")


class SpeakingServer:
    """Hands each connection to `speak`, and closes it when that returns."""

    def __init__(self, speak: Callable[[Speech], object]) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.speak = speak
        self.count = 0
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.count += 1
            threading.Thread(target=self.talk, args=(connection,), daemon=True).start()

    def talk(self, connection: socket.socket) -> None:
        speech = Speech(connection)
        try:
            self.speak(speech)
        except OSError:
            pass  # the other side has gone
        finally:
            speech.lines.close()
            speech.connection.close()

    def stop(self) -> None:
        self.listener.shutdown(socket.SHUT_RD)
        self.listener.close()
        self.thread.join()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def context_of(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context
