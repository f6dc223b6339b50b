import argparse
from pathlib import Path

import pytest
from settings import Ports, parser, settings_from, spool_of


def test_the_default_ports_are_those_of_the_shipped_files() -> None:
    settings = settings_from(parser().parse_args([]))
    assert settings.ports == Ports(8080, 10300, 10301, 9090, 9093, 2525, 3000, 10325)


def test_a_port_base_lays_the_ports_side_by_side() -> None:
    settings = settings_from(parser().parse_args(["--port-base", "21000"]))
    assert settings.ports == Ports(21000, 21001, 21002, 21003, 21004, 21005, 21006, 21007)


def test_the_folder_of_the_spool_is_one_that_postfix_can_reach(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("settings.POSTFIX", tmp_path)
    first, second = (spool_of(tmp_path / name) for name in ("first", "second"))
    assert first != second and tmp_path not in first.parents


def test_without_postfix_or_root_there_is_no_spool(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("settings.POSTFIX", tmp_path / "missing")
    assert spool_of(tmp_path) is None
    monkeypatch.setattr("settings.POSTFIX", tmp_path)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert spool_of(tmp_path) is None


def test_a_state_directory_is_relative_to_the_caller(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert settings_from(parser().parse_args(["--state", "mine"])).state == tmp_path / "mine"


@pytest.mark.parametrize(
    "flags",
    [
        ["--port-base", "80"],
        ["--port-base", "65529"],
        ["--port-base", "many"],
        ["--scrape-interval", "5"],
        ["--resolve-after", "0s"],
        ["--no-traffic", "--overload"],
        ["--det"],
    ],
)
def test_what_cannot_be_meant_is_refused(flags: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refusal:
        parser().parse_args(flags)
    assert refusal.value.code == 2
    assert "error:" in capsys.readouterr().err


def test_every_flag_has_a_help_text() -> None:
    flags: argparse.ArgumentParser = parser()
    assert all(action.help for action in flags._actions)
