"""The shipped views, evaluated as a rule engine does it, at whatever time and on either server."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import yaml
from metric_server import MetricServer, Sample
from remote_write import coded_labels, coded_sample, coded_time, coded_value, message

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "grafana/views"
PERIODS = {"hour": 3600, "day": 86400, "week": 7 * 86400, "month": 30 * 86400}


class Rule(NamedTuple):
    view: str
    expression: str
    labels: dict[str, str]

    @property
    def period(self) -> str | None:
        """None of current values, and of views that are made of all periods at once."""
        return self.labels.get("period")

    def needs(self, views: Iterable[str]) -> bool:
        """Whether it is made of some of these views."""
        return any(re.search(rf"(?<![\w:]){v}(?![\w:])", self.expression) for v in views)


def shipped_rules(files: Iterable[Path] | None = None) -> list[Rule]:
    """Those of the views, unless other files of rules are named, in the order of evaluation."""
    found = []
    for file in files or sorted(FOLDER.glob("*.yml")):
        for group in yaml.safe_load(file.read_text())["groups"]:
            for rule in group["rules"]:
                if "record" in rule:
                    found.append(Rule(rule["record"], rule["expr"], rule.get("labels", {})))
    return found


def shipped_rule(view: str, period: str | None) -> Rule:
    """The one of a view, or of its period."""
    (rule,) = (rule for rule in shipped_rules() if (rule.view, rule.period) == (view, period))
    return rule


class Shown:
    """What views say at one moment."""

    def __init__(self) -> None:
        self.samples: dict[str, list[Sample]] = {}

    def add(self, view: str, samples: Iterable[Sample]) -> None:
        self.samples.setdefault(view, []).extend(samples)

    def value(self, view: str, labels: Mapping[str, str]) -> float | None:
        """Of the one series with these labels, whatever others it has; None where there is none."""
        wanted = labels.items()
        found = [s.value for s in self.samples.get(view, []) if wanted <= s.labels.items()]
        assert len(found) <= 1, f"{view} has {len(found)} series with {dict(labels)}"
        return found[0] if found else None


def evaluate(server: MetricServer, rules: Sequence[Rule], at: float) -> Shown:
    """Evaluates rules in their order and stores what they say, for those that are made of it.

    Times have to ascend from call to call.
    """
    shown = Shown()
    unseen: set[str] = set()  # written, but not flushed
    for rule in rules:
        if rule.needs(unseen):
            server.flush()
            unseen.clear()
        samples = evaluated(server, rule, at)
        shown.add(rule.view, samples)
        if samples:
            server.write(recorded(rule.view, samples, at))
            unseen.add(rule.view)
    server.flush()
    return shown


def evaluated_alone(server: MetricServer, rule: Rule, at: float) -> Shown:
    """What a rule says of what was stored, its own result not stored."""
    shown = Shown()
    shown.add(rule.view, evaluated(server, rule, at))
    return shown


def evaluated(server: MetricServer, rule: Rule, at: float) -> list[Sample]:
    samples = server.query(rule.expression, at)
    return [Sample({**sample.labels, **rule.labels}, sample.value) for sample in samples]


def recorded(view: str, samples: Iterable[Sample], at: float) -> bytes:
    time = coded_time(at)
    return message(
        (coded_labels({**s.labels, "__name__": view}), coded_sample(coded_value(s.value), time))
        for s in samples
    )
