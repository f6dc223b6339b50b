"""A mail server that keeps what it gets: one .eml file per mail, in a folder.

As strict as a provider: STARTTLS and a login are required.
"""

import argparse
import hmac
import logging
import re
import signal
import ssl
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


class Folder:
    """Writes each mail that was accepted to a file: 0001_ops@example.org.eml."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.path.mkdir(exist_ok=True)
        self.count = len(list(path.glob("*.eml")))

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.count += 1
        recipients = re.sub(r"[^\w@.+-]", "_", ",".join(envelope.rcpt_tos))[:100]
        file = self.path / f"{self.count:04}_{recipients}.eml"
        # Whoever watches the folder sees whole mails only.
        unfinished = file.with_suffix(".part")
        unfinished.write_bytes(envelope.original_content)
        unfinished.rename(file)
        return "250 OK"


class Mailbox(Controller):
    """Serves on 127.0.0.1 from start() to stop(), on a thread of its own."""

    def __init__(self, port: int, folder: Path, user: str, password: str, certificate: Path, key: Path) -> None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate, key)

        def login(server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: object) -> AuthResult:
            accepted = isinstance(login, LoginPassword) and is_login(login, user, password)
            return AuthResult(success=accepted, handled=False)

        super().__init__(
            Folder(folder),
            hostname="127.0.0.1",
            port=port,
            tls_context=tls,
            require_starttls=True,
            auth_required=True,
            authenticator=login,
            auth_exclude_mechanism=["LOGIN"],
        )


def is_login(login: LoginPassword, user: str, password: str) -> bool:
    name_is_right = hmac.compare_digest(login.login, user.encode())
    return hmac.compare_digest(login.password, password.encode()) and name_is_right


def main() -> None:
    flags = argparse.ArgumentParser(description=__doc__)
    flags.add_argument("--port", type=int, required=True)
    flags.add_argument("--folder", type=Path, required=True, help="where the mails go")
    flags.add_argument("--user", required=True)
    flags.add_argument("--password-file", type=Path, required=True)
    flags.add_argument("--certificate", type=Path, required=True)
    flags.add_argument("--key", type=Path, required=True)
    chosen = flags.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")

    # Blocked before the thread of the server is made, so that it inherits this.
    signals = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    password = chosen.password_file.read_text()
    mailbox = Mailbox(chosen.port, chosen.folder, chosen.user, password, chosen.certificate, chosen.key)
    mailbox.start()
    signal.sigwait(signals)
    mailbox.stop()


if __name__ == "__main__":
    main()
