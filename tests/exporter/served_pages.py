"""LLM servers whose pages the exporter reads: one in a process of its own, and some that say anything."""

import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from running import ROOT, eventually

SEADRAGON_PAGE = ROOT / "tests/fixtures/pages/seadragon.prom"


class PageProcess:
    """Python's http.server, which serves one page at /metrics."""

    def __init__(self, folder: Path, page: Path = SEADRAGON_PAGE) -> None:
        served = folder / "served"
        served.mkdir()
        shutil.copy(page, served / "metrics")
        self.output = folder / "http.server.log"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-u", "-m", "http.server", "0", "--bind=127.0.0.1"]
                + [f"--directory={served}"],
                stdout=output, stderr=output,
            )  # fmt: skip
        self.name = f"127.0.0.1:{eventually(self.port, self.output.read_text)}"
        self.url = f"http://{self.name}/metrics"

    def port(self) -> str | None:
        found = re.search(r" port (\d+) ", self.output.read_text())
        return found and found[1]

    def hang(self) -> None:
        """Stops it where it is; the kernel still takes its connections."""
        self.process.send_signal(signal.SIGSTOP)
        stat = Path(f"/proc/{self.process.pid}/stat")
        eventually(lambda: stat.read_text().rpartition(") ")[2][0] == "T", stat.read_text)

    def go_on(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


class Speech:
    """A connection whose request has come, and what is said on it."""

    def __init__(self, connection: socket.socket, over: threading.Event) -> None:
        self.connection = connection
        self.over = over

    def say(self, said: bytes) -> bool:
        """False when nobody listens any longer."""
        try:
            self.connection.sendall(said)
        except OSError:
            return False
        return not self.over.is_set()

    def pause(self, seconds: float) -> None:
        """As slow a speaker as this; not when it is all over."""
        self.over.wait(seconds)


class SpeakingServer:
    """Lets `speak` say something to whoever asks something, each on a thread of its own."""

    def __init__(self, speak: Callable[[Speech], object]) -> None:
        self.speak = speak
        self.over = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.name = "127.0.0.1:%d" % self.listener.getsockname()[1]
        self.url = f"http://{self.name}/metrics"
        self.threads: list[threading.Thread] = []
        self.accepting = threading.Thread(target=self.accept)
        self.accepting.start()

    def accept(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.threads.append(threading.Thread(target=self.answer, args=[connection]))
            self.threads[-1].start()

    def answer(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(20)
            asked = b""
            while b"\r\n\r\n" not in asked:
                piece = connection.recv(4096)
                if not piece:
                    return
                asked += piece
            self.speak(Speech(connection, self.over))

    def stop(self) -> None:
        self.over.set()
        self.listener.shutdown(socket.SHUT_RDWR)  # wakes accept()
        self.listener.close()
        for thread in (self.accepting, *self.threads):
            thread.join()
