"""Starts the whole stack, watches over it and ends it; the programs are children of this process."""

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from configurations import make_all
from detached import run_detached
from failure import Failure
from parts import BUILT, parts
from ports import check_ports
from processes import Processes
from readiness import wait_for_targets, wait_for_views
from settings import ROOT, Settings, parser, settings_from
from state import check_not_running, take
from summary import live_line, summary
from viewer import build_viewer

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
INTERRUPTED = 128 + signal.SIGINT
LIVE_SECONDS = 2
LOGGED_SECONDS = 60


def say(text: str) -> None:
    print(text, flush=True)


def complain(failure: Failure) -> None:
    print(f"examples/stack/up: {failure}", file=sys.stderr, flush=True)


def build() -> None:
    if subprocess.run([ROOT / "setup/build", *BUILT], check=False).returncode != 0:
        raise Failure("the programs could not be built; nothing was started")


def start(settings: Settings, processes: Processes) -> None:
    say("configuring")
    make_all(settings)
    for part in parts(settings):
        say(f"starting {part.name}")
        processes.start(part)
    say("waiting until Prometheus has read both metrics pages")
    wait_for_targets(settings, processes)
    say("waiting until each view has a value")
    wait_for_views(settings, processes)


def watch(settings: Settings, processes: Processes) -> None:
    """Shows how the stack is doing until a program ends, which throws Failure, or a signal comes."""
    next_line = 0.0
    while True:
        if settings.keep_going:
            for ended in processes.forget_ended():
                say(f"\n{ended}")
        processes.check()
        if time.monotonic() >= next_line:
            if sys.stdout.isatty():
                print(f"\r\033[K{live_line(settings)}", end="", flush=True)
                next_line = time.monotonic() + LIVE_SECONDS
            else:
                say(live_line(settings))
                next_line = time.monotonic() + LOGGED_SECONDS
        time.sleep(0.2)


def interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def run(settings: Settings, detached: bool, ready: Callable[[Path], None]) -> int:
    """Holds the stack from the first program to the last; returns the status of `up`."""
    for number in SIGNALS:
        signal.signal(number, interrupt)
    processes = Processes()
    status = INTERRUPTED
    try:
        with take(settings.state):
            try:
                start(settings, processes)
                say(summary(settings, detached))
                ready(settings.log("stack"))
                status = 0
                watch(settings, processes)
            finally:
                for number in SIGNALS:
                    signal.signal(number, signal.SIG_IGN)
                say("\nstopping")
                processes.stop()
                if settings.spool:
                    shutil.rmtree(settings.spool, ignore_errors=True)
    except Failure as failure:
        complain(failure)
        return 1
    except KeyboardInterrupt:
        say("stopped")
    return status


def main() -> int:
    arguments = parser().parse_args()
    settings = settings_from(arguments)
    try:
        check_not_running(settings.state)
        check_ports(settings)
        build()
        settings = replace(settings, viewer=build_viewer())
    except Failure as failure:
        complain(failure)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    if arguments.detach:
        return run_detached(lambda ready: run(settings, True, ready))
    return run(settings, False, lambda log: None)


if __name__ == "__main__":
    sys.exit(main())
