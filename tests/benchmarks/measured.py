"""Servers of metrics pages while they run, what they use, and who scrapes them."""

import base64
import contextlib
import ctypes
import http.client
import os
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(os.environ.get("SEADRAGON_BUILD", ROOT / "build")) / "bin"
NODE_EXPORTER = Path("/usr/bin/prometheus-node-exporter")

# What Prometheus 2.42 sends.
SCRAPE_HEADERS = {
    "User-Agent": "Prometheus/2.42.0",
    "Accept": "application/openmetrics-text;version=1.0.0,"
    "application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
    "X-Prometheus-Scrape-Timeout-Seconds": "10",
}
START_TIMEOUT = 10.0
SCRAPE_TIMEOUT = 5.0


class Access(NamedTuple):
    """What a client needs to know to be let in."""

    tls: ssl.SSLContext | None = None
    user: str = ""  # NAME:PASSWORD

    def headers(self) -> dict[str, str]:
        if not self.user:
            return {}
        return {"Authorization": "Basic " + base64.b64encode(self.user.encode()).decode()}


class Scraper:
    """Asks for one page again and again, on one connection or each time on a new one."""

    def __init__(self, address: str, access: Access = Access(), encoding: str = "gzip") -> None:
        self.address, self.access = address, access
        self.headers = SCRAPE_HEADERS | {"Accept-Encoding": encoding} | access.headers()
        self.kept: http.client.HTTPConnection | None = None

    def connect(self) -> http.client.HTTPConnection:
        if self.access.tls:
            return http.client.HTTPSConnection(
                self.address, timeout=SCRAPE_TIMEOUT, context=self.access.tls
            )
        return http.client.HTTPConnection(self.address, timeout=SCRAPE_TIMEOUT)

    def scrape_anew(self) -> bytes:
        with contextlib.closing(self.connect()) as connection:
            return self.ask(connection)

    def scrape(self) -> bytes:
        """On the connection of before. After a failure the next one makes a new connection."""
        self.kept = self.kept or self.connect()
        try:
            return self.ask(self.kept)
        except (OSError, http.client.HTTPException):
            self.close()
            raise

    def ask(self, connection: http.client.HTTPConnection) -> bytes:
        connection.request("GET", "/metrics", headers=self.headers)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise http.client.HTTPException(f"status {answer.status}")
        if answer.getheader("Content-Encoding", "identity") != self.headers["Accept-Encoding"]:
            raise http.client.HTTPException("not in the encoding that was asked for")
        return body

    def close(self) -> None:
        if self.kept:
            self.kept.close()
        self.kept = None


class Server:
    """A process that serves a metrics page."""

    def __init__(self, process: subprocess.Popen[str], address: str) -> None:
        self.process, self.address = process, address

    def cpu_seconds(self) -> float:
        """That all its threads have used. The clock that clock_getcpuclockid(3) finds: what
        /proc/PID/stat tells, in nanoseconds instead of hundredths."""
        return time.clock_gettime((~self.process.pid << 3) | 2)

    def waited_seconds(self) -> float:
        """That its threads could have run and had no processor (sched-stats of the kernel)."""
        return waited_for_processor(self.process.pid)

    def memory(self, field: str = "VmRSS") -> int:
        """Bytes in memory; VmHWM is the most that they ever were (proc_pid_status(5))."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1]) * 1024
        raise RuntimeError(f"{self.process.args!r} has ended")

    def open_files(self) -> int:
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def cpu_per_scrape(self, scrape: Callable[[], object], scrapes: int) -> float:
        begin = self.cpu_seconds()
        for _ in range(scrapes):
            scrape()
        return (self.cpu_seconds() - begin) / scrapes


def waited_for_processor(process: int) -> float:
    waited = 0
    for thread in Path(f"/proc/{process}/task").iterdir():
        waited += int((thread / "schedstat").read_text().split()[1])
    return waited * 1e-9


@contextlib.contextmanager
def running(command: Sequence[str | Path], address: str = "") -> Iterator[Server]:
    """Starts a server, waits until it serves at this address, and ends it. One that is given none
    prints it."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=None if address else subprocess.PIPE,
        stderr=subprocess.DEVNULL if address else None,
        text=True,
    )
    try:
        if process.stdout:
            address = process.stdout.readline().strip()
        await_listener(process, address)
        yield Server(process, address)
    finally:
        process.kill()
        process.communicate()


def await_listener(process: subprocess.Popen[str], address: str) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    host, _, port = address.rpartition(":")
    while True:
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{process.args!r} does not serve")
        with contextlib.suppress(OSError), socket.create_connection((host, int(port)), timeout=1):
            return
        time.sleep(0.01)


def free_address() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return "127.0.0.1:%d" % probe.getsockname()[1]


def exporter(web_config: Path | None = None) -> contextlib.AbstractContextManager[Server]:
    """Ours with all collectors of the host, and that of a process; there is no server to read."""
    address = free_address()
    command: list[str | Path] = [PROGRAMS / "seadragon-exporter", "--server.url", ""]
    command += [f"--web.listen-address={address}", "--process.command=seadragon-exporter"]
    if web_config:
        command += [f"--web.config.file={web_config}"]
    return running(command, address)


def node_exporter() -> contextlib.AbstractContextManager[Server]:
    """As Debian has it, with the collectors that it has by default."""
    address = free_address()
    return running([NODE_EXPORTER, f"--web.listen-address={address}"], address)


def endpoint(which: str) -> contextlib.AbstractContextManager[Server]:
    """A page of 1,000 series, by `seadragon` or by the `exposer` of prometheus-cpp."""
    return running([PROGRAMS / "endpoint_servers", which])


class Crowd(NamedTuple):
    answered: int
    failures: list[str]
    seconds: float


def scrape_at_once(server: Server, scrapers: int, scrapes: int) -> Crowd:
    """So many scrapers, each on a connection of its own, all at the same time."""
    answered: list[int] = []
    failures: list[str] = []

    def scrape_all() -> None:
        scraper = Scraper(server.address)
        for _ in range(scrapes):
            try:
                scraper.scrape()
                answered.append(1)
            except (OSError, http.client.HTTPException) as error:
                failures.append(f"{type(error).__name__}: {error}")
        scraper.close()

    threads = [threading.Thread(target=scrape_all) for _ in range(scrapers)]
    begin = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Crowd(len(answered), failures, time.monotonic() - begin)


def bcrypt(password: str, cost: int = 10) -> str:
    """As `htpasswd -B` makes it, by the C library: Python's module crypt is on its way out."""
    crypt = ctypes.CDLL("libcrypt.so.1").crypt
    crypt.restype = ctypes.c_char_p
    hashed: bytes | None = crypt(password.encode(), b"$2y$%02d$abcdefghijklmnopqrstuu" % cost)
    if not hashed or not hashed.startswith(b"$2y$"):
        raise RuntimeError("libcrypt knows no bcrypt")
    return hashed.decode()


def make_certificate(folder: Path) -> None:
    """server.crt and server.key of 127.0.0.1."""
    subprocess.run(
        ["openssl", "req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt"]
        + ["ec_paramgen_curve:P-256", "-days", "1", "-subj", "/CN=localhost", "-addext"]
        + ["subjectAltName=IP:127.0.0.1", "-keyout", "server.key", "-out", "server.crt"],
        cwd=folder,
        check=True,
        capture_output=True,
    )


def write_web_config(folder: Path, users: Mapping[str, str], with_tls: bool) -> Path:
    """A web configuration, in the format of all Prometheus exporters."""
    lines = ["basic_auth_users:"] + [f"  {name}: {bcrypt(word)}" for name, word in users.items()]
    if with_tls:
        make_certificate(folder)
        lines += ["tls_server_config:", "  cert_file: server.crt", "  key_file: server.key"]
    path = folder / "web.yml"
    path.write_text("\n".join(lines) + "\n")
    return path
