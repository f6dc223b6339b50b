"""The life of a stack from start to end, with programs that only sleep."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from state import running_pid
from waiting import is_alive, wait_for

STACK = str(ROOT / "examples/stack")

# What `up` does after it has built, with two programs of one's own.
SUPERVISOR = """
import sys
from pathlib import Path
sys.path.insert(0, {stack!r})
import stack
from detached import run_detached
from processes import Part
from settings import Settings

settings = Settings(state=Path({state!r}), keep_going={keep_going!r})

def start(settings, processes):
    for name, script in {scripts!r}.items():
        log = settings.log(name)
        processes.start(Part(name, ["bash", "-c", script], log, lambda: "ready" in log.read_text()))
    for child in processes.children:
        print("pid", child.process.pid, flush=True)

stack.start = start
stack.summary = lambda settings, detached: "All is ready."
stack.live_line = lambda settings: "alive"
if {detached!r}:
    sys.exit(run_detached(lambda ready: stack.run(settings, True, ready)))
sys.exit(stack.run(settings, False, lambda log: None))
"""

SLEEPER = "echo ready; exec sleep 60"
SLEEPERS = {"first": SLEEPER, "second": SLEEPER}


def command(state: Path, scripts: dict[str, str], detached: bool, keep_going: bool = False) -> list[str]:
    choices = {"scripts": scripts, "detached": detached, "keep_going": keep_going}
    script = SUPERVISOR.format(stack=STACK, state=str(state), **choices)
    return [sys.executable, "-B", "-c", script]


def up(state: Path, scripts: dict[str, str], **choices: bool) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(state, scripts, **choices), capture_output=True, text=True, timeout=60)


def down(state: Path) -> subprocess.CompletedProcess[str]:
    program = f"{STACK}/down"
    return subprocess.run([program, "--state", str(state)], capture_output=True, text=True, timeout=60)


def pids(output: str) -> list[int]:
    return [int(line.split()[1]) for line in output.splitlines() if line.startswith("pid ")]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_programs_and_is_no_failure(number: signal.Signals, tmp_path: Path) -> None:
    with subprocess.Popen(command(tmp_path, SLEEPERS, False), stdout=subprocess.PIPE, text=True) as stack:
        lines = [stack.stdout.readline() for _ in range(3)]
        while "alive" not in lines[-1]:
            lines.append(stack.stdout.readline())
        stack.send_signal(number)
        rest = stack.stdout.read()
    assert stack.returncode == 0 and "stopped" in rest
    assert len(pids("".join(lines))) == 2
    assert not any(is_alive(pid) for pid in pids("".join(lines)))
    assert running_pid(tmp_path) is None


def test_a_crash_is_told_with_the_log_and_ends_everything(tmp_path: Path) -> None:
    scripts = {"first": SLEEPER, "the model": "echo ready; sleep 1; echo out of memory; exit 7"}
    stack = up(tmp_path, scripts, detached=False)
    assert stack.returncode == 1
    assert "examples/stack/up: the model ended with status 7." in stack.stderr
    assert f"The end of {tmp_path}/log/the model.log:\n  ready\n  out of memory" in stack.stderr
    assert len(pids(stack.stdout)) == 2 and not any(is_alive(pid) for pid in pids(stack.stdout))


def test_a_detached_stack_runs_on_until_down(tmp_path: Path) -> None:
    stack = up(tmp_path, SLEEPERS, detached=True)
    assert stack.returncode == 0 and "All is ready." in stack.stdout
    supervisor = running_pid(tmp_path)
    assert supervisor is not None and os.getsid(supervisor) != os.getsid(0)
    assert all(is_alive(pid) for pid in pids(stack.stdout))

    stopped = down(tmp_path)
    assert stopped.returncode == 0 and "Stopped the stack" in stopped.stdout
    assert not is_alive(supervisor) and not any(is_alive(pid) for pid in pids(stack.stdout))


def test_a_detached_start_that_fails_is_told_at_once(tmp_path: Path) -> None:
    stack = up(tmp_path, {"first": SLEEPER, "broken": "echo no such model; exit 2"}, detached=True)
    assert stack.returncode == 1
    assert "broken ended with status 2" in stack.stderr and "no such model" in stack.stderr
    assert running_pid(tmp_path) is None


def test_ctrl_c_during_a_detached_start_ends_it(tmp_path: Path) -> None:
    slow = command(tmp_path, SLEEPERS, True)
    slow[-1] = slow[-1].replace('stack.summary = lambda settings, detached: "All is ready."', SLOW_SUMMARY)
    with subprocess.Popen(slow, stdout=subprocess.PIPE, text=True) as stack:
        started = stack.stdout.readline() + stack.stdout.readline()
        stack.send_signal(signal.SIGINT)
        stack.stdout.read()
    assert stack.returncode == 128 + signal.SIGINT
    assert len(pids(started)) == 2 and wait_for(lambda: not any(is_alive(pid) for pid in pids(started)))
    assert running_pid(tmp_path) is None


SLOW_SUMMARY = "import time; stack.summary = lambda settings, detached: time.sleep(60)"


def test_a_crash_of_a_detached_stack_is_in_its_log(tmp_path: Path) -> None:
    assert up(tmp_path, {"first": SLEEPER, "brief": "echo ready; sleep 1; exit 9"}, detached=True).returncode == 0
    assert wait_for(lambda: running_pid(tmp_path) is None)
    assert "brief ended with status 9" in (tmp_path / "log/stack.log").read_text()


def test_the_others_run_on_after_a_crash_when_asked_to(tmp_path: Path) -> None:
    scripts = {"first": SLEEPER, "brief": "echo ready; sleep 1; exit 9"}
    stack = up(tmp_path, scripts, detached=True, keep_going=True)
    log = tmp_path / "log/stack.log"
    assert wait_for(lambda: "brief ended with status 9." in log.read_text())
    assert running_pid(tmp_path) is not None and is_alive(pids(stack.stdout)[0])
    assert down(tmp_path).returncode == 0
    assert not is_alive(pids(stack.stdout)[0])


@pytest.mark.parametrize("folder", [".", "never/made"])
def test_down_is_content_when_nothing_runs(folder: str, tmp_path: Path) -> None:
    stopped = down(tmp_path / folder)
    assert stopped.returncode == 0 and "No stack runs in" in stopped.stdout
    assert list(tmp_path.iterdir()) == []
