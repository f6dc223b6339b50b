"""A provider's mail server: STARTTLS, a login, and the faults that such servers show.

It writes down each mail that it accepted and each attempt that it did not.
"""

import asyncio
import email
import email.policy
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any, NamedTuple

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from configurations import SMTP_USER, make_certificate
from free_ports import free_port
from mailbox import is_login

PASSWORD = "a password: with #signs"
MECHANISMS = {"PLAIN", "LOGIN"}


class Mail(NamedTuple):
    """What a recipient got."""

    time: float  # time.monotonic()
    recipient: str
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])


class Attempt(NamedTuple):
    """What a client tried."""

    time: float  # time.monotonic()
    step: str  # connect, login, recipient, content
    answer: str  # the reply, "silence" or "cut"


@dataclass
class Faults:
    """What the server does wrong; every one can be set and cleared while it runs."""

    silent: bool = False  # new connections are accepted and never greeted, and stay so
    locked: bool = False  # each login is refused
    reply_to_recipient: str | None = None
    unknown_recipients: set[str] = field(default_factory=set)
    reply_to_content: str | None = None
    cuts: int = 0  # so many connections are cut instead of a reply to the content
    content_seconds: float = 0  # from the content to the reply
    farewell_seconds: float = 0  # from QUIT to the reply


class Silence(asyncio.Protocol):
    """A connection on which nothing is ever said."""

    def __init__(self, open_connections: set[asyncio.Transport]) -> None:
        self.open_connections = open_connections

    def connection_made(self, transport: asyncio.Transport) -> None:
        self.open_connections.add(transport)


class Conversation(SMTP):
    """A connection that the server can end."""

    # As most servers ask; Alertmanager understands these only.
    AuthLoginUsernameChallenge = "Username:"
    AuthLoginPasswordChallenge = "Password:"

    def __init__(self, open_connections: set[asyncio.Transport], *others: Any, **more: Any) -> None:
        super().__init__(*others, **more)
        self.open_connections = open_connections
        self.connection: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:
        # It is called for TLS once more, on top of the same connection.
        self.connection = self.connection or transport
        self.open_connections.add(self.connection)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.open_connections.discard(self.connection)
        super().connection_lost(error)


class MailServer:
    """Serves on localhost, from its making to stop(), on a thread of its own.

    `tls_at_once` is how port 465 does it, without STARTTLS. `mechanism` is the one it offers.
    """

    def __init__(
        self,
        folder: Path,
        address: str = "127.0.0.1",
        port: int | None = None,
        tls_at_once: bool = False,
        mechanism: str = "PLAIN",
    ) -> None:
        folder.mkdir(exist_ok=True)
        make_certificate(folder)
        self.authority = folder / "certificate.pem"
        self.user = SMTP_USER
        self.address, self.port = address, port or free_port()
        self.faults = Faults()
        self.mails: list[Mail] = []
        self.attempts: list[Attempt] = []
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(self.authority, folder / "key.pem")
        self._tls_at_once = tls_at_once
        self._excluded = MECHANISMS - {mechanism}
        self._connections: set[asyncio.Transport] = set()
        self._listener: asyncio.Server | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.open()

    @property
    def name(self) -> str:
        """How clients name it: certificates are checked by name."""
        return f"localhost:{self.port}"

    def open(self) -> None:
        """Listens, after close()."""
        self._in_loop(self._open)

    def close(self) -> None:
        """As if its machine were down: connections end, and new ones are refused."""
        self._in_loop(self._close)

    def hang_up(self) -> None:
        """Ends all connections; new ones are welcome."""
        self._in_loop(self._hang_up)

    def stop(self) -> None:
        """For good."""
        self.close()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def attempts_of(self, step: str) -> list[Attempt]:
        return [attempt for attempt in self.attempts if attempt.step == step]

    def mails_to(self, recipient: str, subject: str) -> list[Mail]:
        """In the order in which they came."""
        wanted = (recipient, subject)
        return [mail for mail in self.mails if (mail.recipient, mail.subject) == wanted]

    # Hooks of aiosmtpd, called in the thread of the loop.

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        is_unknown = address in self.faults.unknown_recipients
        fault = "550 5.1.1 no such user" if is_unknown else self.faults.reply_to_recipient
        if not fault:
            envelope.rcpt_tos.append(address)
        return self._answered("recipient", fault or "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.faults.cuts > 0:
            self.faults.cuts -= 1
            self._answered("content", "cut")
            server.transport.abort()
            await self._loop.create_future()  # the end of the connection ends this too
        await asyncio.sleep(self.faults.content_seconds)
        if not self.faults.reply_to_content:
            self._keep(envelope)
        return self._answered("content", self.faults.reply_to_content or "250 OK")

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        await asyncio.sleep(self.faults.farewell_seconds)
        return "221 2.0.0 Bye"

    def _keep(self, envelope: Envelope) -> None:
        message = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        now = time.monotonic()
        self.mails += [Mail(now, recipient, message) for recipient in envelope.rcpt_tos]

    def _login(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: object
    ) -> AuthResult:
        is_right = isinstance(login, LoginPassword) and is_login(login, self.user, PASSWORD)
        accepted = is_right and not self.faults.locked
        self._answered("login", "235" if accepted else "535")
        return AuthResult(success=accepted, handled=False)

    def _answered(self, step: str, answer: str) -> str:
        self.attempts.append(Attempt(time.monotonic(), step, answer))
        return answer

    def _converse(self) -> asyncio.Protocol:
        if self.faults.silent:
            self._answered("connect", "silence")
            return Silence(self._connections)
        self._answered("connect", "220")
        return Conversation(
            self._connections,
            self,
            hostname="localhost",
            loop=self._loop,
            tls_context=None if self._tls_at_once else self._tls,
            require_starttls=not self._tls_at_once,
            auth_require_tls=not self._tls_at_once,
            auth_required=True,
            authenticator=self._login,
            auth_exclude_mechanism=self._excluded,
        )

    async def _open(self) -> None:
        tls = self._tls if self._tls_at_once else None
        self._listener = await self._loop.create_server(
            self._converse, self.address, self.port, family=socket.AF_UNSPEC, ssl=tls
        )

    async def _close(self) -> None:
        if self._listener:
            self._listener.close()
            self._listener = None
        await self._hang_up()

    async def _hang_up(self) -> None:
        for connection in self._connections.copy():
            if not connection.is_closing():
                connection.abort()
        self._connections.clear()
        # Tasks of ended conversations take note of it.
        await asyncio.sleep(0.05)

    def _in_loop(self, act: Callable[[], object]) -> None:
        asyncio.run_coroutine_threadsafe(act(), self._loop).result(timeout=30)
