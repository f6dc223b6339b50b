"""What the exporter needs: little memory, always the same, and no privileges."""

import http.client
import os
import pwd
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from exporter_process import EXPORTER, OPENMETRICS, Exporter, families, value_of, within
from served_pages import PageProcess

SETTLED, SCRAPES = 500, 2000
MOST_GROWTH_MEGABYTES = 1


def test_memory_does_not_grow_from_scrape_to_scrape(
    start_exporter: Callable[..., Exporter], llm_server: PageProcess
):
    exporter = start_exporter(f"--server.url={llm_server.url}", "--server.name=llm")
    address = exporter.url().removeprefix("http://").removesuffix("/metrics")
    # As Prometheus asks.
    headers = within(10, OPENMETRICS) | {"Accept-Encoding": "gzip"}

    def scrape(times: int) -> None:
        connection = http.client.HTTPConnection(address, timeout=20)
        for i in range(times):
            if i % 100 == 99:  # now and then it begins anew
                connection.close()
            connection.request("GET", "/metrics", headers=headers)
            answer = connection.getresponse()
            assert answer.status == 200
            assert answer.read()
        connection.close()

    scrape(SETTLED)
    settled = exporter.megabytes("VmRSS")
    scrape(SCRAPES - SETTLED)
    grown = exporter.megabytes("VmRSS")
    assert grown - settled < MOST_GROWTH_MEGABYTES
    page = exporter.page()
    assert value_of(page, 'seadragon_exporter_requests_total{code="200"}') == SCRAPES
    assert value_of(page, 'seadragon_server_up{server="llm"}') == 1


@pytest.fixture
def readable_folder() -> Iterator[Path]:
    """One that every user may read; pytest's own are its user's."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def test_nobody_sees_as_much_of_the_machine_as_root(
    start_exporter: Callable[..., Exporter], llm_server: PageProcess, readable_folder: Path
):
    binary = Path(shutil.copy(EXPORTER, readable_folder))
    binary.chmod(0o755)
    flags = [f"--server.url={llm_server.url}", "--server.name=llm"]
    # Only root can be somebody else; whoever is not is nobody in particular.
    is_root = os.geteuid() == 0
    uid = pwd.getpwnam("nobody").pw_uid if is_root else os.geteuid()
    as_nobody = start_exporter(*flags, program=[binary], user="nobody" if is_root else None)

    page = as_nobody.page()
    assert as_nobody.status("Uid").split() == [str(uid)] * 4
    for capabilities in "CapPrm", "CapEff", "CapAmb":
        assert int(as_nobody.status(capabilities), 16) == 0

    host = {name for name in families(page) if name.startswith("seadragon_host_")}
    assert {
        "seadragon_host_cpu_seconds_total", "seadragon_host_memory_available_bytes",
        "seadragon_host_load_average", "seadragon_host_disk_available_bytes",
    } <= host  # fmt: skip
    assert value_of(page, 'seadragon_server_up{server="llm"}') == 1
    failed = re.findall(r'^seadragon_exporter_collector_success\{collector="(\w+)"\} 0$', page, re.M)
    assert set(failed) <= {"gpu"}  # a library without a driver fails for anybody

    assert f" as user {uid}; " in as_nobody.log
    assert "root" not in as_nobody.log
    if is_root:
        assert as_nobody.status("Groups") == ""
        as_root = start_exporter(*flags)
        assert families(page) == families(as_root.page())
        assert "runs as root, which it does not need" in as_root.log
