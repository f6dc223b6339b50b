"""The exporter's page as its readers take it: whole, strictly, in every format; and parts of it."""

import gzip
import re
import subprocess
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import pytest
from exporter_process import (
    FIXTURE_TREES,
    NO_SERVER,
    OPENMETRICS,
    TEXT,
    Answer,
    Exporter,
    families,
    request,
    value_of,
    within,
)
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text
from running import eventually
from served_pages import SEADRAGON_PAGE, SpeakingServer, Speech

COLLECTORS = {
    "cpu", "memory", "load", "pressure", "disk", "network", "cgroup", "process", "gpu", "exporter",
    "server",
}  # fmt: skip
SUCCESS = re.compile(r'^seadragon_exporter_collector_success\{collector="(\w+)"\} (\d)$', re.M)
DURATIONS = re.compile(r"^seadragon_exporter_collector_duration_seconds.*$", re.M)

# Name and labels of a series, and its value as text.
Samples = dict[tuple[str, frozenset[tuple[str, str]]], str]


class Formats(NamedTuple):
    """The page of one gathering, as four scrapers have it that asked at the same time."""

    text: Answer
    text_gzip: Answer
    openmetrics: Answer
    openmetrics_gzip: Answer


HEADERS = [
    within(10, accept) | {"Accept-Encoding": encoding}
    for accept in (TEXT, OPENMETRICS)
    for encoding in ("identity", "gzip")
]


@pytest.fixture
def page(
    start_exporter: Callable[..., Exporter],
    speaking_server: Callable[[Callable[[Speech], object]], SpeakingServer],
) -> Formats:
    """All collectors, on a machine and an LLM server that hold still. The server says nothing until
    all scrapers have asked, so that they share one gathering."""
    asked, told = threading.Event(), threading.Event()

    def speak(speech: Speech) -> None:
        asked.set()
        assert told.wait(10)
        body = SEADRAGON_PAGE.read_bytes()
        speech.say(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    server = speaking_server(speak)
    exporter = start_exporter(
        *FIXTURE_TREES, f"--server.url={server.url}", "--server.name=llm",
        "--process.command=llama-server", "--cpu.per-cpu",
    )  # fmt: skip
    url = exporter.url()

    def together() -> Formats | None:
        asked.clear()
        told.clear()
        with ThreadPoolExecutor(len(HEADERS)) as threads:
            first = threads.submit(request, url, HEADERS[0])
            assert asked.wait(10)
            others = [threads.submit(request, url, headers) for headers in HEADERS[1:]]
            await_read(exporter, connections=len(HEADERS))
            told.set()
            formats = Formats(first.result(), *(other.result() for other in others))
        # Durations tell one gathering from another: the one that came too late asks all again.
        durations = {tuple(DURATIONS.findall(plain(answer).decode())) for answer in formats}
        return formats if len(durations) == 1 else None

    return eventually(together, lambda: "they do not share a gathering")


def await_read(exporter: Exporter, connections: int) -> None:
    """Returns when it has read all that came on so many connections."""
    port = int(exporter.url().rpartition(":")[2].removesuffix("/metrics"))
    read = re.compile(rf" 0100007F:{port:04X} [0-9A-F]{{8}}:[0-9A-F]{{4}} 01 [0-9A-F]{{8}}:0{{8}} ")

    def all_read() -> bool:
        with open("/proc/net/tcp") as table:
            return len(read.findall(table.read())) >= connections

    eventually(all_read, lambda: "not all requests were read")


def plain(answer: Answer) -> bytes:
    is_gzip = answer.headers["Content-Encoding"] == "gzip"
    return gzip.decompress(answer.body) if is_gzip else answer.body


def samples(parse: Callable, text: str) -> Samples:
    found = [sample for family in parse(text) for sample in family.samples]
    series = {
        (sample.name, frozenset(sample.labels.items())): repr(float(sample.value))
        for sample in found
    }
    assert len(series) == len(found)
    return series


def test_all_formats_hold_the_same_whole_page(page: Formats):
    assert [answer.status for answer in page] == [200] * 4
    text, openmetrics = page.text.text, page.openmetrics.text
    success = dict(SUCCESS.findall(text))
    assert success.keys() == COLLECTORS
    # Whether there is a GPU whose driver answers is the machine's business.
    assert {name for name, value in success.items() if value != "1"} <= {"gpu"}

    assert page.text.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    check = subprocess.run(["promtool", "check", "metrics"], input=page.text.body, capture_output=True)
    assert (check.returncode, check.stdout, check.stderr) == (0, b"", b"")

    assert page.openmetrics.headers["Content-Type"] == (
        "application/openmetrics-text; version=1.0.0; charset=utf-8"
    )
    assert openmetrics.endswith("\n# EOF\n")
    strictly = samples(parse_openmetrics, openmetrics)
    assert strictly == samples(parse_text, text)
    assert strictly["seadragon_host_memory_total_bytes", frozenset()] == "25276514304.0"
    assert strictly["seadragon_server_queue_length", frozenset({("server", "llm")})] == "9.0"

    for compressed, identity in (
        (page.text_gzip, page.text),
        (page.openmetrics_gzip, page.openmetrics),
    ):
        assert compressed.headers["Content-Encoding"] == "gzip"
        assert identity.headers["Content-Encoding"] is None
        assert gzip.decompress(compressed.body) == identity.body
        assert len(compressed.body) < len(identity.body) / 2
        for answer in compressed, identity:
            assert answer.headers["Vary"] == "Accept, Accept-Encoding"

    counters = set(re.findall(r"^# TYPE (\S+) counter$", text, re.M))
    assert {"seadragon_host_cpu_seconds_total", "seadragon_server_tokens_total"} <= counters
    assert all(name.endswith("_total") for name in counters)
    others = set(re.findall(r"^# TYPE (\S+) (?!counter$)", text, re.M))
    assert not [name for name in others if name.endswith("_total")]
    named = set(re.findall(r"^# TYPE (\S+) counter$", openmetrics, re.M))
    assert {name + "_total" for name in named} == counters
    assert counters | others == families(text)  # a type each, and no empty family


@pytest.mark.parametrize("query", ["?collect[]=cpu&collect[]=load", "?collect%5B%5D=cpu&collect%5B%5D=load"])
def test_a_scraper_may_choose_collectors(start_exporter: Callable[..., Exporter], query: str):
    page = start_exporter(*FIXTURE_TREES, *NO_SERVER).page(query)
    assert set(dict(SUCCESS.findall(page))) == {"cpu", "load"}
    assert families(page) == {
        "seadragon_host_cpu_seconds_total", "seadragon_host_load_average", "seadragon_build_info",
        "seadragon_exporter_collector_success", "seadragon_exporter_collector_duration_seconds",
    }  # fmt: skip


def test_a_scraper_may_leave_collectors_out(start_exporter: Callable[..., Exporter]):
    exporter = start_exporter(*FIXTURE_TREES, *NO_SERVER)
    exporter.page()  # the first answer is counted only once it was given
    whole = exporter.page()
    page = exporter.page("?exclude[]=cpu&exclude[]=load")
    assert dict(SUCCESS.findall(whole)).keys() - dict(SUCCESS.findall(page)) == {"cpu", "load"}
    assert families(whole) - families(page) == {
        "seadragon_host_cpu_seconds_total", "seadragon_host_load_average",
    }  # fmt: skip
    assert value_of(page, "seadragon_host_memory_total_bytes") == 25276514304
    assert families(exporter.page()) == families(whole)


def test_a_scraper_may_choose_families(start_exporter: Callable[..., Exporter]):
    exporter = start_exporter(*FIXTURE_TREES, *NO_SERVER)
    query = "?name[]=seadragon_host_load_average&name[]=seadragon_build_info"
    assert families(exporter.page(query)) == {"seadragon_host_load_average", "seadragon_build_info"}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?collect[]=cpu&exclude[]=load", "collect[] and exclude[] exclude each other"),
        ("?collect[]=floppy", "floppy"),
        ("?exclude[]=floppy", "floppy"),
        ("?collect[]=memory", "memory"),  # switched off
    ],
)
def test_a_choice_that_cannot_be_is_answered_with_400(
    start_exporter: Callable[..., Exporter], query: str, said: str
):
    exporter = start_exporter(*FIXTURE_TREES, *NO_SERVER, "--no-collector.memory")
    answer = exporter.get("/metrics" + query)
    assert answer.status == 400
    assert said in answer.text
    assert exporter.get().status == 200
