"""seadragon-alerts among what a caller hands down: its mask, signals, environment and output."""

import os
import subprocess
import sys
from pathlib import Path

from programs import LOGIN, Alerting, environment


def path_with_promtool(folder: Path, script: str) -> str:
    """A PATH with this one before the real one."""
    folder.mkdir()
    promtool = folder / "promtool"
    promtool.write_text(f"#!/bin/sh\n{script}\n")
    promtool.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


def test_folders_are_open_whatever_the_mask_of_the_caller(alerting: Alerting) -> None:
    alerting.folder = alerting.place / "new/alerting"
    command = ["sh", "-c", 'umask 077; exec "$@"', "sh", *alerting.command("configure", "--no-reload")]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert {path.stat().st_mode & 0o7777 for path in alerting.place.rglob("*") if path.is_dir()} == {0o755}


def test_a_check_that_fails_is_heard_by_who_ignores_the_ends_of_children(alerting: Alerting) -> None:
    path = path_with_promtool(alerting.place / "bin", "exit 1")
    ignore = "import os, signal, sys; signal.signal(signal.SIGCHLD, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])"
    command = [sys.executable, "-c", ignore, *alerting.command("check")]
    done = subprocess.run(command, env=environment(PATH=path), capture_output=True, text=True, timeout=120)
    assert done.returncode == 1 and "promtool refuses" in done.stderr


def test_a_temporary_folder_that_is_not_there_is_named(alerting: Alerting) -> None:
    done = alerting.run("check", TMPDIR="/none")
    assert done.returncode == 1 and done.stderr == "seadragon-alerts: TMPDIR names no folder\n"


def test_the_password_is_not_given_to_the_programs_that_check(alerting: Alerting) -> None:
    done = alerting.run("check", PATH=path_with_promtool(alerting.place / "bin", "env; exit 1"))
    assert done.returncode == 1 and "SMTP_USERNAME" in done.stderr
    assert LOGIN["SMTP_PASSWORD"] not in done.stderr


def test_a_reader_that_goes_away_does_not_end_a_run_halfway(alerting: Alerting) -> None:
    assert alerting.configure("--no-reload").returncode == 0
    reading, writing = os.pipe()
    os.close(reading)
    env = environment(ALERT_RECIPIENTS="third@example.org")
    command = alerting.command("configure", "--no-reload")
    done = subprocess.run(command, env=env, stdout=writing, stderr=subprocess.PIPE, text=True, timeout=120)
    os.close(writing)
    assert done.returncode == 1 and "output could not be written" in done.stderr
    assert "third@example.org" in (alerting.folder / "alertmanager.yml").read_text()
    assert not (alerting.place / ".alerting.new").exists()
