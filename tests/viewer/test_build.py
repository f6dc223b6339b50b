"""The folder that setup/viewer makes, which Prometheus serves as it lies."""

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT
from shipped import dashboards

TOOLS = """
bash cat cp cut dirname find grep mkdir mktemp mv rm sed sha256sum
sort tail head flock xargs date env sh tr uname git ls touch awk comm
""".split()


@pytest.fixture
def bare_path(tmp_path: Path) -> Path:
    """A PATH with the usual programs, and without Node.js."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in TOOLS:
        if found := shutil.which(tool):
            (folder / tool).symlink_to(found)
    return folder


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """What the page is made of, in a checkout where nothing was built yet."""
    checkout = tmp_path / "checkout"
    ignored = shutil.ignore_patterns("node_modules")
    shutil.copytree(ROOT / "grafana", checkout / "grafana", ignore=ignored)
    shutil.copytree(ROOT / "setup", checkout / "setup")
    shutil.copytree(ROOT / "alertmanager", checkout / "alertmanager")
    return checkout


def test_without_node_it_says_what_is_missing_and_leaves_nothing(
    sources: Path, bare_path: Path
) -> None:
    environment = os.environ | {"PATH": str(bare_path)}
    built = subprocess.run(
        [sources / "setup/viewer"], env=environment, capture_output=True, text=True
    )
    assert built.returncode != 0
    assert "Node.js" in built.stderr and "setup/install viewer" in built.stderr
    assert not (sources / "build/viewer/index.html").exists()


@pytest.fixture(params=["refuses every connection", "never answers"])
def dead_registry(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an npm registry that cannot be used."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        if request.param == "refuses every connection":
            server.close()
        yield address


def test_without_a_registry_it_says_so_instead_of_trying_on(
    sources: Path, dead_registry: str, tmp_path: Path
) -> None:
    environment = os.environ | {
        "npm_config_registry": dead_registry,
        "npm_config_cache": str(tmp_path / "cache"),
    }
    built = subprocess.run(
        [sources / "setup/viewer"], env=environment, capture_output=True, text=True, timeout=60
    )
    assert built.returncode != 0
    assert "the npm registry does not answer" in built.stderr and dead_registry in built.stderr
    assert not (sources / "build/viewer/index.html").exists()


def test_the_folder_holds_the_page_and_nothing_else(site: Path) -> None:
    files = {str(file.relative_to(site)) for file in site.rglob("*") if file.is_file()}
    icons = {
        file
        for file in files
        if file.startswith("public/build/img/icons/") and file.endswith(".svg")
    }
    shipped = {f"dashboards/{dashboard.uid}.json" for dashboard in dashboards()}
    assert files - icons == {
        "index.html",
        "runbook.html",
        "viewer.js",
        "viewer.css",
        "dashboards/index.json",
        *shipped,
    }
    assert not any(file.is_symlink() for file in site.rglob("*")), "Prometheus would follow it"
    assert (
        str(ROOT) not in (site / "viewer.js").read_text()
    ), "a path of this machine is in the page"


def test_the_index_names_each_dashboard_with_the_overview_first(site: Path) -> None:
    index = json.loads((site / "dashboards/index.json").read_text())
    assert {entry["uid"] for entry in index} == {dashboard.uid for dashboard in dashboards()}
    assert index[0]["uid"] == "seadragon-overview"
    for entry in index:
        assert (
            json.loads((site / "dashboards" / entry["file"]).read_text())["title"] == entry["title"]
        )


def test_a_second_time_there_is_nothing_to_do(site: Path, bare_path: Path) -> None:
    before = {file: file.stat().st_mtime_ns for file in site.rglob("*")}
    environment = os.environ | {"PATH": str(bare_path)}
    again = subprocess.run([ROOT / "setup/viewer"], env=environment, capture_output=True, text=True)
    assert again.returncode == 0, "it asks for Node.js although nothing changed: " + again.stderr
    assert {file: file.stat().st_mtime_ns for file in site.rglob("*")} == before


def build(checkout: Path, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """Builds with the packages that are there: npm, which would begin by removing them, refuses."""
    npm = tmp_path / "refusing/npm"
    npm.parent.mkdir(exist_ok=True)
    npm.write_text("#!/bin/sh\nexit 1\n")
    npm.chmod(0o755)
    environment = os.environ | {"PATH": f"{npm.parent}:{os.environ['PATH']}"}
    return subprocess.run(
        [checkout / "setup/viewer"], env=environment, capture_output=True, text=True, timeout=600
    )


@pytest.fixture
def built(site: Path, sources: Path, tmp_path: Path) -> Path:
    """A checkout of its own in which the page was built, with the packages that the site's has."""
    packages = "grafana/viewer/node_modules"
    (sources / packages).symlink_to(site.parents[1] / packages)
    first = build(sources, tmp_path)
    assert first.returncode == 0, first.stderr
    return sources


def test_a_changed_runbook_is_laid_out_without_bundling_again(built: Path, tmp_path: Path) -> None:
    program = built / "build/viewer/viewer.js"
    before = program.read_bytes()
    with (built / "alertmanager/runbook.md").open("a") as runbook:
        runbook.write("\nAnd then sleep.\n")
    again = build(built, tmp_path)
    assert again.returncode == 0 and "bundling" not in again.stdout, again.stderr
    assert "<p>And then sleep.</p>" in (built / "build/viewer/runbook.html").read_text()
    assert program.read_bytes() == before


def test_a_runbook_that_leads_nowhere_leaves_the_page_as_it_was(
    built: Path, tmp_path: Path
) -> None:
    page = built / "build/viewer/runbook.html"
    before = page.read_text()
    with (built / "alertmanager/runbook.md").open("a") as runbook:
        runbook.write("\nSee [the other](#seadragonothers).\n")
    again = build(built, tmp_path)
    assert again.returncode != 0
    assert "runbook.md" in again.stderr and "#seadragonothers" in again.stderr
    assert page.read_text() == before
