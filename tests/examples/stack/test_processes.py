import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import processes
import pytest
from failure import Failure
from processes import Part, Processes
from waiting import is_alive, wait_for


@pytest.fixture
def running() -> Iterator[Processes]:
    started = Processes()
    yield started
    started.stop()


def part(tmp_path: Path, name: str, script: str, **more: object) -> Part:
    """A part that runs a shell script and is ready as soon as it has written a line."""
    log = tmp_path / f"{name}.log"
    return Part(name, ["bash", "-c", script], log, lambda: log.stat().st_size > 0, **more)


def test_a_part_is_started_with_its_environment_and_awaited(running: Processes, tmp_path: Path) -> None:
    fake = part(tmp_path, "fake", "sleep 0.3; echo $WORD; exec sleep 60", environment={"WORD": "hello"})
    running.start(fake)
    assert fake.log.read_text() == "hello\n"


def test_a_part_that_ends_before_it_is_ready_is_told_with_its_last_words(running: Processes, tmp_path: Path) -> None:
    fake = Part("the fake", ["bash", "-c", "seq 100; exit 3"], tmp_path / "fake.log", lambda: False)
    with pytest.raises(Failure) as failure:
        running.start(fake)
    assert "the fake ended with status 3" in str(failure.value)
    assert str(failure.value).endswith("  99\n  100") and "  85\n" not in str(failure.value)


def test_a_part_that_is_killed_later_is_noticed(running: Processes, tmp_path: Path) -> None:
    running.start(part(tmp_path, "fake", "echo ready; exec sleep 60"))
    running.check()
    os.kill(running.children[0].process.pid, 9)
    running.children[0].process.wait()
    with pytest.raises(Failure, match="fake ended by signal SIGKILL"):
        running.check()


def test_a_part_that_ended_can_be_left_out(running: Processes, tmp_path: Path) -> None:
    running.start(part(tmp_path, "mortal", "echo ready; exec sleep 60"))
    running.start(part(tmp_path, "other", "echo ready; exec sleep 60"))
    assert running.forget_ended() == []
    running.children[0].process.kill()
    running.children[0].process.wait()
    assert running.forget_ended() == ["mortal ended by signal SIGKILL."]
    running.check()
    assert [child.part.name for child in running.children] == ["other"]


def test_a_part_that_never_gets_ready_is_given_up(
    running: Processes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "START_SECONDS", 0.2)
    with pytest.raises(Failure, match="the fake was not ready"):
        running.start(Part("the fake", ["sleep", "60"], tmp_path / "fake.log", lambda: False))


def test_parts_end_in_reverse_order(running: Processes, tmp_path: Path) -> None:
    ends = tmp_path / "ends"
    for name in ("first", "second", "third"):
        at_the_end = f"trap 'echo {name} >>{ends}; exit' TERM"
        running.start(part(tmp_path, name, f"{at_the_end}; echo; while :; do sleep 0.05; done"))
    running.stop()
    assert ends.read_text().split() == ["third", "second", "first"]


def test_a_part_that_does_not_end_is_killed(
    running: Processes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "STOP_SECONDS", 0.2)
    running.start(part(tmp_path, "stubborn", "trap '' TERM; echo; while :; do sleep 0.05; done"))
    process = running.children[0].process
    running.stop()
    assert process.returncode == -9


def test_parts_die_with_the_one_who_started_them(tmp_path: Path) -> None:
    script = f"""
import sys
from pathlib import Path
sys.path[:0] = {sys.path!r}
from processes import Part, Processes
started = Processes()
log = Path({str(tmp_path / "fake.log")!r})
started.start(Part("fake", ["bash", "-c", "echo; exec sleep 60"], log, lambda: log.stat().st_size > 0))
print(started.children[0].process.pid, flush=True)
sys.stdin.read()
"""
    command = [sys.executable, "-B", "-c", script]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as supervisor:
        child = int(supervisor.stdout.readline())
        assert is_alive(child)
        supervisor.kill()
    assert wait_for(lambda: not is_alive(child))
