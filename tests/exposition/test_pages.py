"""The pages of ExpositionTest, read by programs that are not ours."""

import math
import subprocess
from pathlib import Path

from prometheus_client import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

PAGES = Path(__file__).parents[1] / "golden" / "exposition"
TEXT = (PAGES / "page.prom").read_text()
OPENMETRICS = (PAGES / "page.openmetrics").read_text()


def values(families: list[Metric]) -> dict[tuple, float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


def test_the_text_page_passes_promtool():
    check = subprocess.run(
        ["promtool", "check", "metrics"], input=TEXT, capture_output=True, text=True
    )
    assert (check.returncode, check.stdout, check.stderr) == (0, "", "")


def test_the_strict_parser_reads_the_openmetrics_page_with_its_exemplars():
    families = {family.name: family for family in parse_openmetrics(OPENMETRICS)}
    assert families["app_busy_seconds"].unit == "seconds"
    waits = families["app_wait_seconds"]
    exemplars = [sample.exemplar for sample in waits.samples if sample.exemplar]
    assert [exemplar.labels["request_id"] for exemplar in exemplars[:2]] == ["9f3c-2", 'a"b\\c']
    assert exemplars[0].value == 0.25
    assert float(exemplars[0].timestamp) == 1700000000.123


def test_both_pages_hold_the_same_values():
    text = values(list(parse_text(TEXT)))
    openmetrics = values(list(parse_openmetrics(OPENMETRICS)))
    assert text.keys() == openmetrics.keys()
    for series, value in text.items():
        other = float(openmetrics[series])
        assert value == other or (math.isnan(value) and math.isnan(other)), series
