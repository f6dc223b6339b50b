"""The dashboards as they are shipped, and their queries as Grafana asks them."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "grafana/dashboards"

# What the selectors of all jobs and instances are; the scrape interval of the data source.
ALL = ".+"


def fine_interval(period: str) -> str:
    """Grafana's for a panel of 11,000 points, where the data source has a sample every 15 s."""
    number, unit = int(period[:-1]), period[-1]
    seconds = number * {"s": 1, "m": 60, "h": 3600, "d": 86400}[unit]
    return f"{next(each for each in (15, 30, 60, 120, 300) if each >= seconds / 11_000)}s"


@dataclass(frozen=True)
class Target:
    ref_id: str
    expression: str
    legend: str
    instant: bool

    def asked(
        self, period: str, rate_interval: str = "1m", interval: str = "", **variables: str
    ) -> str:
        """The PromQL once variables and macros are put in; periods as Prometheus writes them."""
        values = {"job": ALL, "instance": ALL, **variables}
        values |= {"__range": period, "__rate_interval": rate_interval}
        values |= {"__interval": interval or fine_interval(period)}
        return re.sub(r"\$\{?(\w+)\}?", lambda name: values[name[1]], self.expression)


@dataclass(frozen=True)
class Panel:
    id: int
    title: str
    kind: str
    unit: str
    targets: list[Target]
    units: dict[str, str]  # of the columns and series that have one of their own, by name
    names: dict[str, str]  # of a table's columns, by the name of the field


@dataclass(frozen=True)
class Dashboard:
    uid: str
    title: str
    panels: list[Panel]


def unit_overrides(config: dict[str, Any]) -> dict[str, str]:
    return {
        override["matcher"]["options"]: entry["value"]
        for override in config.get("overrides", [])
        for entry in override["properties"]
        if entry["id"] == "unit"
    }


def panel(content: dict[str, Any]) -> Panel:
    targets = [
        Target(t["refId"], t["expr"], t.get("legendFormat", ""), t.get("instant", False))
        for t in content["targets"]
    ]
    names: dict[str, str] = {}
    for step in content.get("transformations", []):
        names |= step["options"].get("renameByName", {})
        hidden = {
            name
            for name, is_hidden in step["options"].get("excludeByName", {}).items()
            if is_hidden
        }
        names = {field: name for field, name in names.items() if name not in hidden}
    config = content["fieldConfig"]
    unit = config["defaults"]["unit"]
    overrides = unit_overrides(config)
    return Panel(content["id"], content["title"], content["type"], unit, targets, overrides, names)


def dashboards() -> list[Dashboard]:
    """All of them; a panel within a collapsed row counts as any other."""
    found = []
    for file in sorted(FOLDER.glob("*.json")):
        content = json.loads(file.read_text())
        inner = [p for outer in content["panels"] for p in [outer, *outer.get("panels", [])]]
        panels = [panel(p) for p in inner if p["type"] != "row"]
        found.append(Dashboard(content["uid"], content["title"], panels))
    return found
