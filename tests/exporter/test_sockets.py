"""Where the exporter serves: sockets in the file system, several addresses, sockets of systemd."""

import re
import signal
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from exporter_process import (
    ANY_PORT,
    EXPORTER,
    FIXTURE_TREES,
    NO_SERVER,
    Exporter,
    request,
    run_to_its_end,
    value_of,
)
from running import eventually, free_address

MEMORY_TOTAL = 25276514304


def curl(path: Path, url: str = "http://localhost/metrics") -> subprocess.CompletedProcess[str]:
    command = ["curl", "--silent", "--show-error", "--fail", "--max-time", "10", "--unix-socket", path]
    return subprocess.run([*command, url], capture_output=True, text=True, timeout=20)


def memory_total(page: str) -> float | None:
    return value_of(page, "seadragon_host_memory_total_bytes")


def scraped_by_curl(path: Path) -> str:
    done = curl(path)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.fixture
def socket_path(tmp_path: Path) -> Path:
    path = tmp_path / "exporter.sock"
    assert len(str(path)) < 108, "pytest's folder is too deep for a socket"
    return path


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


def test_curl_scrapes_a_socket_in_the_file_system(
    start_exporter: Callable[..., Exporter], socket_path: Path
):
    exporter = start_exporter(*FIXTURE_TREES, *NO_SERVER, addresses=[f"unix:{socket_path}"])
    (url,) = exporter.urls()
    assert str(socket_path) in url
    assert memory_total(scraped_by_curl(socket_path)) == MEMORY_TOTAL
    healthy = curl(socket_path, "http://localhost/-/healthy")
    assert (healthy.returncode, healthy.stdout) == (0, "OK\n")


def test_several_addresses_serve_the_same_page(
    start_exporter: Callable[..., Exporter], socket_path: Path
):
    addresses = [f"unix:{socket_path},{ANY_PORT}", "localhost:0"]
    if has_ipv6():
        addresses.append("[::1]:0")
    exporter = start_exporter(*FIXTURE_TREES, *NO_SERVER, addresses=addresses)
    urls = [url for url in exporter.urls() if url.startswith("http://")]
    assert len(set(urls)) == len(urls) >= 2 + has_ipv6()
    for url in urls:
        answer = request(url)
        assert answer.status == 200
        assert memory_total(answer.text) == MEMORY_TOTAL
    assert any("[::1]" in url for url in urls) or not has_ipv6()
    assert memory_total(scraped_by_curl(socket_path)) == MEMORY_TOTAL


def test_a_socket_that_a_killed_exporter_left_is_taken_over(
    start_exporter: Callable[..., Exporter], tmp_path: Path, socket_path: Path
):
    address = [f"unix:{socket_path}"]
    killed = Exporter(tmp_path, *FIXTURE_TREES, *NO_SERVER, addresses=address)
    killed.urls()
    killed.process.kill()
    killed.process.wait()
    assert socket_path.exists()
    start_exporter(*FIXTURE_TREES, *NO_SERVER, addresses=address).urls()
    assert memory_total(scraped_by_curl(socket_path)) == MEMORY_TOTAL


def test_a_socket_that_answers_is_not_taken_from_another(
    start_exporter: Callable[..., Exporter], socket_path: Path
):
    start_exporter(*FIXTURE_TREES, *NO_SERVER, addresses=[f"unix:{socket_path}"]).urls()
    second = run_to_its_end(f"--web.listen-address=unix:{socket_path}", *FIXTURE_TREES)
    assert second.returncode == 1
    assert str(socket_path) in second.stderr
    assert memory_total(scraped_by_curl(socket_path)) == MEMORY_TOTAL


def activated(start: Callable[..., Exporter], *listening: str) -> Exporter:
    """Started by systemd's own program, which listens and starts it at the first connection."""
    listens = [f"--listen={address}" for address in listening]
    program = ["systemd-socket-activate", *listens, EXPORTER]
    flags = ["--web.systemd-socket", *FIXTURE_TREES, *NO_SERVER]
    exporter = start(*flags, addresses=(), program=program)
    for address in listening:
        exporter.await_log(f"Listening on {address}")
    return exporter


def test_it_serves_on_a_port_that_systemd_hands_over(start_exporter: Callable[..., Exporter]):
    address = free_address()
    exporter = activated(start_exporter, address)
    # The connection that starts it is answered too.
    answer = request(f"http://{address}/metrics")
    assert answer.status == 200
    assert memory_total(answer.text) == MEMORY_TOTAL
    assert exporter.urls() == [f"http://{address}/metrics"]


def test_it_serves_on_all_sockets_that_systemd_hands_over(
    start_exporter: Callable[..., Exporter], socket_path: Path
):
    address = free_address()
    exporter = activated(start_exporter, str(socket_path), address)
    assert memory_total(scraped_by_curl(socket_path)) == MEMORY_TOTAL
    assert memory_total(request(f"http://{address}/metrics").text) == MEMORY_TOTAL
    assert len(exporter.urls()) == 2
    # What is systemd's stays where it is, for the next one that systemd starts.
    exporter.process.send_signal(signal.SIGTERM)
    eventually(lambda: exporter.process.poll() is not None, lambda: exporter.log)
    assert socket_path.exists()


def test_it_says_what_is_missing_where_systemd_hands_nothing_over():
    ended = run_to_its_end("--web.systemd-socket", *FIXTURE_TREES, *NO_SERVER)
    assert ended.returncode == 1
    assert re.search(r" error .*systemd.*no socket.*\.socket unit", ended.stderr), ended.stderr
