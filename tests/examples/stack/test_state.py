import os
from pathlib import Path

import pytest
from failure import Failure
from state import check_not_running, running_pid, take


def test_a_state_directory_is_made_with_its_folders(tmp_path: Path) -> None:
    state = tmp_path / "new/state"
    with take(state):
        assert running_pid(state) == os.getpid()
        assert sorted(path.name for path in state.iterdir()) == ["log", "mail", "stack.pid"]
    assert running_pid(state) is None


def test_what_a_former_run_left_is_removed(tmp_path: Path) -> None:
    with take(tmp_path):
        (tmp_path / "mail/0001.eml").touch()
        (tmp_path / "prometheus.yml").touch()
    with take(tmp_path):
        assert sorted(path.name for path in tmp_path.iterdir()) == ["log", "mail", "stack.pid"]
        assert not list((tmp_path / "mail").iterdir())


def test_a_directory_with_other_peoples_files_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(Failure, match="is not empty and no stack made it"):
        take(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Failure, match="cannot use .*/file/state"):
        take(tmp_path / "file/state")


def test_a_second_stack_in_the_same_state_says_so_and_touches_nothing(tmp_path: Path) -> None:
    with take(tmp_path):
        (tmp_path / "mail/0001.eml").touch()
        for second in (check_not_running, take):
            with pytest.raises(Failure, match=f"running already in {tmp_path} \\(process {os.getpid()}\\)"):
                second(tmp_path)
        assert (tmp_path / "mail/0001.eml").exists()
