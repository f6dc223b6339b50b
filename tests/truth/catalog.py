"""Every metric there is, as docs/metrics.md has it."""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"\| `(\w+)` \| (counter|gauge|histogram) \| (.*?) \| (.*) \|")


class Metric(NamedTuple):
    name: str
    type: str
    labels: tuple[str, ...]
    bounds: tuple[float, ...]  # of a histogram's buckets, without infinity


@cache
def metrics() -> dict[str, Metric]:
    found = {}
    for name, kind, labels, meaning in ROW.findall((ROOT / "docs/metrics.md").read_text()):
        bounds = re.search(r"Buckets up to ([\d. ]+)\.$", meaning)
        found[name] = Metric(
            name,
            kind,
            tuple(re.findall(r"`(\w+)`", labels)),
            tuple(map(float, bounds[1].split())) if bounds else (),
        )
    assert found, "docs/metrics.md has no table of metrics"
    return found


def bounds_of(histogram: str) -> tuple[float, ...]:
    return metrics()[histogram].bounds
