"""A real Postfix of its own, as Alertmanager's spool is, and mail servers that it cannot please."""

import os
import signal
import smtplib
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from running import eventually, free_address

MASTER = "/usr/lib/postfix/sbin/master"

MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
myhostname = seadragon.localhost
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mydestination =
local_transport = error:no local mail
local_recipient_maps =
mynetworks = 127.0.0.0/8
relayhost = [{host}]:{port}
smtp_host_lookup = native
queue_run_delay = 1h
minimal_backoff_time = 1h
maximal_backoff_time = 1h
smtp_connection_cache_on_demand = no
soft_bounce = yes
"""

PROCESSES = """\
{address} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
pickup unix n - n 60 1 pickup
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
showq unix n - n - - showq
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """Tries a mail once when it comes, and then when it is told to. It does not run at first."""

    def __init__(self) -> None:
        # Not within pytest's folders: they are their owner's, and Postfix has users of its own.
        self.folder = tempfile.TemporaryDirectory(prefix="postfix-")
        folder = Path(self.folder.name)
        folder.chmod(0o755)
        self.config, self.queue = folder / "etc", folder / "queue"
        self.log = folder / "mail.log"
        self.address, self.relay = free_address(), free_address()
        self.process: subprocess.Popen[bytes] | None = None
        for made in (self.config, self.queue, folder / "data"):
            made.mkdir()
        subprocess.run(["chown", "postfix", folder / "data"], check=True)
        host, port = self.relay.split(":")
        (self.config / "main.cf").write_text(MAIN.format(folder=folder, host=host, port=port))
        (self.config / "master.cf").write_text(PROCESSES.format(address=self.address))
        subprocess.run(["postfix", "-c", self.config, "check"], check=True)

    def start(self) -> None:
        # A group of its own, which is what master ends with itself.
        self.process = subprocess.Popen(
            [MASTER, "-c", self.config, "-d"], start_new_session=True
        )
        eventually(self.greets, self.said)

    def greets(self) -> bool:
        assert self.process.poll() is None, self.said()
        try:
            with self.connected():
                return True
        except OSError:
            return False

    def connected(self) -> smtplib.SMTP:
        host, port = self.address.split(":")
        return smtplib.SMTP(host, int(port), timeout=20)

    def said(self) -> str:
        return self.log.read_text() if self.log.exists() else "it said nothing"

    def hand_over(self, *recipients: str) -> None:
        with self.connected() as smtp:
            text = "Subject: High CPU Usage\r\n\r\nx\r\n"
            smtp.sendmail("mon@seadragon.example", recipients, text)

    def try_again(self) -> None:
        subprocess.run(["postqueue", "-c", self.config, "-f"], check=True)

    def hold_all(self) -> None:
        command = ["postsuper", "-c", self.config, "-h", "ALL"]
        subprocess.run(command, check=True, capture_output=True)

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """All its processes stand still; the kernel still takes connections."""
        os.killpg(self.process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self.process.pid, signal.SIGCONT)

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.terminate()
        self.process.wait(timeout=20)
        self.process = None

    def remove(self) -> None:
        self.stop()
        self.folder.cleanup()


class RefusingServer:
    """An SMTP server that says `refusal` to every recipient, or takes every mail without one."""

    def __init__(self, address: str, refusal: bytes | None) -> None:
        host, port = address.split(":")
        self.refusal = refusal
        self.listener = socket.create_server((host, int(port)))
        self.threads = [threading.Thread(target=self.accept)]
        self.threads[0].start()

    def accept(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.threads.append(threading.Thread(target=self.answer, args=[connection]))
            self.threads[-1].start()

    def answer(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as lines:
            connection.settimeout(20)
            connection.sendall(b"220 refusing.example\r\n")
            in_text = False
            for line in lines:
                if in_text and line != b".\r\n":
                    continue
                verb = line[:4].upper()
                answer = b"250 ok"
                if not in_text and verb == b"RCPT" and self.refusal:
                    answer = self.refusal
                if not in_text and verb == b"DATA":
                    answer = b"354 go on" if not self.refusal else b"503 no recipient"
                in_text = answer.startswith(b"354")
                connection.sendall(answer + b"\r\n")
                if verb == b"QUIT":
                    return

    def stop(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)  # wakes accept()
        self.listener.close()
        for thread in self.threads:
            thread.join()
