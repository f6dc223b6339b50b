"""Every format that is served, read by the Prometheus that will read it."""

import functools
import gzip
import math
import operator
import random
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

from running import PageServer, Prometheus, eventually, fetch

TEXT = "text/plain;version=0.0.4"
OPENMETRICS = "application/openmetrics-text;version=1.0.0"
PROTOBUF = (
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"
)
FORMATS = [TEXT, OPENMETRICS, PROTOBUF]

# Log-normal, as times to answer are: half of them below 0.2 s.
NUMBERS = random.Random(7)
WAITS = [NUMBERS.lognormvariate(math.log(0.2), 1.2) for _ in range(20_000)]

FEATURES = {
    "plain": "",
    "exemplars": "exemplar-storage",
    "native": "native-histograms,exemplar-storage",
}

# Name and labels of a series, and its value as text: NaN is equal to NaN.
Series = dict[tuple[str, frozenset[tuple[str, str]]], str]


@pytest.fixture(scope="module")
def scraping(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Prometheus]]:
    """A Prometheus for each set of features, each with a page-server that nobody else asks."""
    started: dict[str, Prometheus] = {}
    with ExitStack() as stops:
        for name, features in FEATURES.items():
            folder = tmp_path_factory.mktemp(name)
            server = PageServer(folder / "answers", WAITS)
            stops.callback(server.stop)
            started[name] = Prometheus(folder, features, server)
            stops.callback(started[name].stop)
        for prometheus in started.values():
            prometheus.await_scrapes()
        yield started


@pytest.fixture
def plain(scraping: dict[str, Prometheus]) -> Prometheus:
    return scraping["plain"]


@pytest.fixture
def native(scraping: dict[str, Prometheus]) -> Prometheus:
    return scraping["native"]


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageServer]:
    server = PageServer(tmp_path_factory.mktemp("still") / "answers")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageServer]:
    server = PageServer(tmp_path_factory.mktemp("busy") / "answers", (), "busy")
    # The last bucket to be written to.
    last_bucket = re.compile(rb'page_traced_seconds_bucket{le="\+Inf"} \d+ # ')
    eventually(
        lambda: last_bucket.search(fetch(server.page, OPENMETRICS).body),
        lambda: "the writers do not begin",
    )
    yield server
    server.stop()


def changing_pages(server: PageServer, accept: str, number: int) -> Iterator[str]:
    """Pages each of which is another than the one before: while one is made and read, the writers
    may not have had a processor."""
    page = ""
    for _ in range(number):

        def changed(before: str = page) -> str | None:
            body = gzip.decompress(fetch(server.page, accept, encoding="gzip").body).decode()
            return body if body != before else None

        page = eventually(changed, lambda: "the page does not change")
        yield page


def exposed(address: str) -> Series:
    """All series of a page, as its text has them; an empty label is none to Prometheus."""
    page = fetch(address, TEXT).body.decode()
    return {
        (sample.name, frozenset(label for label in sample.labels.items() if label[1])): repr(
            float(sample.value)
        )
        for family in parse_text(page)
        for sample in family.samples
    }


def stored(prometheus: Prometheus, job: str) -> Series:
    """All series of a page, as Prometheus has them; a native histogram's value is "native"."""
    series: Series = {}
    for found in prometheus.query('{job="%s"}' % job):
        labels = found["metric"]
        name = labels.pop("__name__")
        if name != "up" and not name.startswith("scrape_"):
            del labels["job"], labels["instance"]
            value = repr(float(found["value"][1])) if "value" in found else "native"
            series[name, frozenset(labels.items())] = value
    return series


def with_native(series: Series, is_native: re.Pattern[str]) -> Series:
    """Where Prometheus reads native buckets of a family it takes nothing else of it."""
    expected: Series = {}
    for (name, labels), value in series.items():
        stem = re.sub("_(bucket|sum|count)$", "", name)
        if stem != name and is_native.fullmatch(stem):
            plain_labels = frozenset(label for label in labels if label[0] != "le")
            expected[stem, plain_labels] = "native"
        else:
            expected[name, labels] = value
    return expected


def test_prometheus_asks_for_openmetrics_where_it_has_no_features(plain: Prometheus):
    assert plain.server.next_answer() == (
        "application/openmetrics-text; version=1.0.0; charset=utf-8 gzip"
    )


def test_prometheus_asks_for_protobuf_where_it_reads_native_histograms(native: Prometheus):
    assert native.server.next_answer() == (
        "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; "
        "encoding=delimited gzip"
    )


@pytest.mark.parametrize("features", ["plain", "exemplars"])
def test_openmetrics_arrives_with_every_series_and_its_exact_value(
    scraping: dict[str, Prometheus], features: str
):
    series = exposed(scraping[features].server.page)
    assert series["page_level_ratio", frozenset({("tank", "north")})] == "0.30000000000000004"
    assert series["page_answer_seconds_bucket", frozenset({("le", "1.0")})] == "2.0"
    assert stored(scraping[features], "page") == series


def test_protobuf_arrives_with_every_series_and_its_exact_value(native: Prometheus):
    series = exposed(native.server.page)
    read = stored(native, "page")
    assert read == with_native(series, re.compile("page_wait_seconds"))
    assert read["page_answer_seconds_bucket", frozenset({("le", "1.0")})] == "2.0"
    # It remains a native histogram where nothing was observed yet.
    assert read["page_wait_seconds", frozenset({("queue", "idle")})] == "native"


def test_a_monitor_arrives_with_every_series(plain: Prometheus, native: Prometheus):
    page = exposed(plain.server.monitor)
    assert stored(plain, "monitor").keys() == page.keys()
    every_histogram = re.compile(".*")
    read = stored(native, "monitor")
    assert read.keys() == with_native(exposed(native.server.monitor), every_histogram).keys()
    assert "native" in read.values()


@pytest.mark.parametrize(
    ("features", "counter", "unit"),
    [("plain", "page_busy_seconds", "seconds"), ("native", "page_busy_seconds_total", "")],
)
def test_metadata_has_type_help_and_unit(
    scraping: dict[str, Prometheus], features: str, counter: str, unit: str
):
    found = scraping[features].get("targets/metadata", match_target='{job="page"}')
    metadata = {entry["metric"]: (entry["type"], entry["help"], entry["unit"]) for entry in found}
    assert metadata[counter] == ("counter", "Busy.", unit)
    assert metadata["page_sessions"] == ("gauge", "Sessions.", "")
    assert metadata["page_answer_seconds"] == ("histogram", "Answers.", unit)
    events = metadata[counter.replace("busy_seconds", "events")]
    assert events == ("counter", 'Events, "quoted" and \\ with\na line.', "")


@pytest.mark.parametrize("features", ["exemplars", "native"])
def test_exemplars_name_the_requests(scraping: dict[str, Prometheus], features: str):
    now = time.time()
    found = scraping[features].get(
        "query_exemplars", query="page_answer_seconds_bucket", start=now - 300, end=now + 1
    )
    exemplars = {
        series["seriesLabels"]["le"]: (exemplar["labels"], float(exemplar["value"]))
        for series in found
        for exemplar in series["exemplars"]
    }
    assert exemplars == {
        "0.25": ({"request_id": "request-1"}, 0.125),
        "1.0": ({"request_id": "request-2"}, 0.5),
        "+Inf": ({"request_id": "request-3"}, 7.5),
    }


@pytest.mark.parametrize("quantile", [0.5, 0.9, 0.99])
def test_a_native_histogram_knows_its_quantiles(native: Prometheus, quantile: float):
    truth = sorted(WAITS)[math.ceil(quantile * len(WAITS)) - 1]
    estimate = native.value(f'histogram_quantile({quantile}, page_wait_seconds{{queue="chat"}})')
    assert estimate == pytest.approx(truth, rel=0.02)


def test_a_native_histogram_knows_count_and_sum(native: Prometheus):
    chat = 'page_wait_seconds{queue="chat"}'
    assert native.value(f"histogram_count({chat})") == len(WAITS)
    assert native.value(f"histogram_sum({chat})") == functools.reduce(operator.add, WAITS, 0.0)


@pytest.mark.parametrize("accept", FORMATS)
def test_a_compressed_page_is_the_page(still: PageServer, accept: str):
    as_it_is = fetch(still.page, accept)
    compressed = fetch(still.page, accept, encoding="gzip")
    assert as_it_is.headers["Content-Encoding"] is None
    assert compressed.headers["Content-Encoding"] == "gzip"
    media_type = accept.split(";")[0]
    for answer in as_it_is, compressed:
        assert answer.headers["Content-Type"].startswith(media_type)
        assert int(answer.headers["Content-Length"]) == len(answer.body)
    assert gzip.decompress(compressed.body) == as_it_is.body
    assert len(compressed.body) < len(as_it_is.body) / 4


@pytest.mark.parametrize("page", ["page", "monitor"])
def test_the_text_page_passes_promtool_as_it_is_served(still: PageServer, page: str):
    text = fetch(getattr(still, page), TEXT).body
    check = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True)
    assert (check.returncode, check.stdout, check.stderr) == (0, b"", b"")


def test_the_strict_parser_reads_openmetrics_pages_while_they_change(busy: PageServer):
    traced_buckets: set[str] = set()
    for page in changing_pages(busy, OPENMETRICS, 50):
        samples = [sample for family in parse_openmetrics(page) for sample in family.samples]
        traced = [sample for sample in samples if sample.name == "page_traced_seconds_bucket"]
        assert len(traced) == 4
        # An exemplar may be missing for once: its writer has lost the processor while writing it.
        for sample in filter(operator.attrgetter("exemplar"), traced):
            step = int(sample.exemplar.labels["request_id"].removeprefix("request-"))
            assert sample.exemplar.value == step % 400 / 100
            traced_buckets.add(sample.labels["le"])
    assert traced_buckets == {"0.25", "1.0", "2.5", "+Inf"}


@pytest.mark.parametrize("accept", [TEXT, OPENMETRICS])
def test_sum_and_buckets_are_of_the_same_moment_however_busy_the_writers(
    busy: PageServer, accept: str
):
    line = re.compile(r'page_ones_(sum|count|bucket\{le="\+Inf"\}) (\S+)')
    counts: list[float] = []
    for page in changing_pages(busy, accept, 200):
        found = {name: float(value) for name, value in line.findall(page)}
        assert len(found) == 3
        assert len(set(found.values())) == 1, found
        counts.append(found["count"])
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]
