"""The page of dashboards, as far as the stack has to do with it."""

from pathlib import Path

import pytest
from parts import prometheus
from settings import Settings
from viewer import SITE, build_viewer


def scripts(folder: Path, viewer: str) -> Path:
    """A setup folder whose scripts only say that they ran."""
    for name, status in (("install", "exit 1"), ("viewer", viewer)):
        (folder / name).write_text(f"#!/bin/sh\necho {name} $*\n{status}\n")
        (folder / name).chmod(0o755)
    return folder


def test_a_page_that_is_there_is_served_though_node_cannot_be_installed(tmp_path: Path) -> None:
    assert build_viewer(scripts(tmp_path, "exit 0")) == SITE


def test_the_stack_starts_without_the_page_and_says_so(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert build_viewer(scripts(tmp_path, "echo npm is missing >&2; exit 1")) is None
    told = capfd.readouterr()
    assert told.out == "install viewer\nviewer\nexamples/stack/up: the stack starts without the page of dashboards\n"
    assert told.err == "npm is missing\n"


def test_prometheus_serves_the_page_where_there_is_one(tmp_path: Path) -> None:
    flag = f"--web.user-assets={SITE}"
    assert flag in prometheus(Settings(state=tmp_path, viewer=SITE)).command
    assert not any("user-assets" in str(word) for word in prometheus(Settings(state=tmp_path)).command)
