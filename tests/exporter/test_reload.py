"""POST /-/reload, where --web.enable-lifecycle allows it."""

import contextlib
import http.client
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from certificates import bcrypt
from exporter_process import FIXTURE_TREES, NO_SERVER, Answer, Exporter, families, request, within

CPU = "seadragon_host_cpu_seconds_total"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "exporter.yml"
    path.write_text("collectors: {cpu: true}\n")
    return path


@pytest.fixture
def exporter(start_exporter: Callable[..., Exporter], config: Path) -> Exporter:
    started = start_exporter(
        *FIXTURE_TREES, *NO_SERVER, "--web.enable-lifecycle", f"--config.file={config}"
    )
    started.urls()  # it has read its file
    return started


def reload(exporter: Exporter, method: str = "POST", headers: dict[str, str] = within(10)) -> Answer:
    return request(exporter.url("/-/reload"), headers, method)


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_the_file_is_read_again(exporter: Exporter, config: Path, method: str):
    assert CPU in families(exporter.page())
    config.write_text("collectors: {cpu: false}\n")
    assert CPU in families(exporter.page())  # not before it is told to
    assert reload(exporter, method).status == 200
    assert CPU not in families(exporter.page())
    config.write_text("collectors: {cpu: true}\n")
    assert reload(exporter, method).status == 200
    assert CPU in families(exporter.page())


def test_a_bad_file_is_answered_with_its_place_and_changes_nothing(exporter: Exporter, config: Path):
    before = families(exporter.page("?exclude[]=exporter"))
    config.write_text("collectors: {cpu: false}\ncolectors: {}\n")
    answer = reload(exporter)
    assert answer.status == 500
    assert f'{config}:2: unknown key "colectors"' in answer.text
    assert f"{config}:2: " in exporter.log
    assert families(exporter.page("?exclude[]=exporter")) == before
    config.write_text("collectors: {cpu: false}\n")
    assert reload(exporter).status == 200
    assert CPU not in families(exporter.page())


def test_a_file_that_is_gone_changes_nothing(exporter: Exporter, config: Path):
    config.unlink()
    answer = reload(exporter)
    assert answer.status == 500
    assert str(config) in answer.text
    assert CPU in families(exporter.page())


def test_only_post_and_put_reload(exporter: Exporter, config: Path):
    config.write_text("collectors: {cpu: false}\n")
    for method in "GET", "HEAD", "DELETE":
        assert reload(exporter, method).status in (404, 405)
    assert CPU in families(exporter.page())


@pytest.mark.parametrize(("method", "status"), [("POST", 405), ("PUT", 405), ("GET", 404)])
def test_nothing_is_read_again_where_it_was_not_allowed(
    start_exporter: Callable[..., Exporter], config: Path, method: str, status: int
):
    exporter = start_exporter(*FIXTURE_TREES, *NO_SERVER, f"--config.file={config}")
    exporter.urls()
    config.write_text("collectors: {cpu: false}\n")
    assert reload(exporter, method).status == status
    assert CPU in families(exporter.page())


def test_a_stranger_may_not_reload(
    start_exporter: Callable[..., Exporter], config: Path, tmp_path: Path
):
    web = tmp_path / "web.yml"
    web.write_text(f"basic_auth_users: {{anna: {bcrypt('Gans')}}}\n")
    exporter = start_exporter(
        *FIXTURE_TREES, *NO_SERVER, "--web.enable-lifecycle",
        f"--config.file={config}", f"--web.config.file={web}",
    )  # fmt: skip
    known = within(10) | {"Authorization": "Basic YW5uYTpHYW5z"}
    assert request(exporter.url(), known).status == 200
    config.write_text("collectors: {cpu: false}\n")
    assert reload(exporter).status == 401
    assert CPU in families(request(exporter.url(), known).text)
    assert reload(exporter, headers=known).status == 200
    assert CPU not in families(request(exporter.url(), known).text)


def test_it_ends_well_in_the_middle_of_reloads(start_exporter: Callable[..., Exporter], config: Path):
    for _ in range(5):
        exporter = start_exporter(
            *FIXTURE_TREES, *NO_SERVER, "--web.enable-lifecycle", f"--config.file={config}"
        )
        url = exporter.url("/-/reload")
        with ThreadPoolExecutor(4) as reloaders:
            answered = threading.Event()

            def reload_until_it_is_gone() -> None:
                with contextlib.suppress(OSError, http.client.HTTPException):
                    while True:
                        request(url, method="POST")
                        answered.set()

            for _ in range(4):
                reloaders.submit(reload_until_it_is_gone)
            assert answered.wait(10)
            exporter.stop()
