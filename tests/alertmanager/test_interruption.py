"""seadragon-alerts, and who presses Ctrl-C while it is at work."""

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from programs import Alerting, environment


@pytest.fixture(autouse=True)
def interruptions() -> Iterator[None]:
    """Programs hear SIGINT, also where these tests run in the background of a shell."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def interrupting(folder: Path, program: str) -> str:
    """A PATH on which the program interrupts who has called it, and then does its work."""
    folder.mkdir()
    script = folder / program
    script.write_text(f'#!/bin/sh\nkill -INT $PPID\nexec {shutil.which(program)} "$@"\n')
    script.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


@pytest.mark.parametrize("program", ["promtool", "amtool"])
def test_an_interrupted_run_leaves_nothing_behind(configured: Alerting, tmp_path: Path, program: str) -> None:
    before = configured.files()
    path = interrupting(tmp_path / "bin", program)
    done = configured.configure("--no-reload", ALERT_RECIPIENTS="third@example.org", PATH=path)
    assert done.returncode == -signal.SIGINT
    assert configured.files() == before


def test_an_interrupted_check_leaves_nothing_in_the_temporary_folder(alerting: Alerting, tmp_path: Path) -> None:
    path = interrupting(tmp_path / "bin", "promtool")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    assert alerting.run("check", PATH=path, TMPDIR=str(temporary)).returncode == -signal.SIGINT
    assert list(temporary.iterdir()) == []


@contextmanager
def interrupting_alertmanager(run: list[subprocess.Popen[str]]) -> Iterator[str]:
    """Takes every reload, and interrupts the run that asks for the first one; its URL."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self.answer(b"alertmanager_config_last_reload_successful 1\n")

        def do_POST(self) -> None:
            if run:
                run.pop().send_signal(signal.SIGINT)
            self.answer(b"")

        def log_message(self, *words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_files_are_taken_back_when_a_run_is_interrupted_among_reloads(configured: Alerting) -> None:
    runs: list[subprocess.Popen[str]] = []
    with interrupting_alertmanager(runs) as url:
        configured.write_settings({"alertmanager": {"url": url}, "prometheus": {"url": "http://127.0.0.1:1"}})
        before = configured.files()
        run = subprocess.Popen(
            configured.command("configure"),
            env=environment(ALERT_RECIPIENTS="third@example.org"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        runs.append(run)
        _, told = run.communicate(timeout=60)
    assert run.returncode == -signal.SIGINT
    assert "interrupted" in told and "the files are again as they were before" in told
    assert configured.files() == before


def test_who_ignores_interruptions_is_not_interrupted(configured: Alerting, tmp_path: Path) -> None:
    path = interrupting(tmp_path / "bin", "promtool")
    command = ["sh", "-c", 'trap "" INT; exec "$@"', "sh", *configured.command("configure", "--no-reload")]
    env = environment(ALERT_RECIPIENTS="third@example.org", PATH=path)
    assert subprocess.run(command, env=env, capture_output=True, timeout=60).returncode == 0
    assert "third@example.org" in (configured.folder / "alertmanager.yml").read_text()
