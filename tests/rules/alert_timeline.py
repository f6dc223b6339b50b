"""Makes promtool tests from alert_series.yml and from the rules: how long an alert waits and is
kept is read from its rule, the table only says what its series look like.

A test is a row of phases. A counter begins at 1000, so what was counted before the first scrape is
part of each of them. A second instance is well all the time, and so is a second job's instance of
the same name."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml
from alert_rules import FOLDER, Rule, alerts, seconds
from promtool import EVALUATION

TABLE = Path(__file__).with_name("alert_series.yml")
COUNTED_BEFORE = 1000
FIRING = 300  # seconds that an alert fires before its cause ends
OTHERS = [{"instance": "llm2"}, {"job": "other"}]


class Series(NamedTuple):
    """A selector, and the values while all is well, at the limit, and while it is not."""

    selector: str
    good: str
    bad: str
    at: str | None = None


class Case(NamedTuple):
    alert: Rule
    name: str  # of the alert, and what is special
    labels: dict[str, str]  # of the series and of the alert
    drops: list[str]  # labels of the series that the alert has not
    series: list[Series]
    every: int  # seconds between samples
    before: int  # how long all is well at first
    delay: int  # from the first bad sample until the condition holds
    lasts: int  # from the first good sample until it does not
    stale: int  # from the end of the series until it does not
    twins: bool  # whether others are well all the time


class Phase(NamedTuple):
    values: str  # good, at, bad; restart; or what promtool writes: stale
    length: int  # seconds


def case(name: str, row: dict, named: dict[str, Rule]) -> Case:
    time = {key: seconds(row.get(key, default)) for key, default in TIMES.items()}
    lasts = time["lasts"]
    return Case(
        named[name.split(",")[0]],
        name,
        {"job": "seadragon-exporter", "instance": "llm1"} | row.get("labels", {}),
        row.get("drops", []),
        [Series(selector, **values) for selector, values in row["series"].items()],
        time["every"],
        time["before"],
        time["delay"],
        lasts,
        seconds(row["stale"]) if "stale" in row else lasts,
        "alone" not in row,
    )


TIMES = {"every": "15s", "before": "5m", "delay": "0s", "lasts": "0s"}


@cache
def cases(folder: Path = FOLDER) -> list[Case]:
    named = alerts(folder)
    table = yaml.load(TABLE.read_text(), yaml.BaseLoader)  # +1 stays a text
    return [case(name, row, named) for name, row in table.items()]


def number(value: float) -> str:
    return f"{value:.12g}"


class Notation:
    """Values of one series in promtool's notation, phase by phase."""

    def __init__(self, begin: float = COUNTED_BEFORE) -> None:
        self.parts: list[str] = []
        self.count = begin

    def add(self, values: str, samples: int) -> None:
        if values == "restart":
            self.count = 0
        if samples == 0:
            return
        if values.startswith("+"):  # a counter goes on from where it is
            step = float(values)
            self.parts.append(f"{number(self.count + step)}+{number(step)}x{samples - 1}")
            self.count += step * samples
        elif values == "stale":
            self.parts.append(f"stale _x{samples - 1}")
        elif values == "_":
            self.parts.append(f"_x{samples}")
        else:  # a level, or a line such as 300-0.6, which goes on where it was
            self.parts.append(f"{values}x{samples - 1}")

    def __str__(self) -> str:
        return " ".join(self.parts)


def input_series(found: Case, phases: list[Phase]) -> list[dict]:
    made = []
    for one in found.series:
        bad_one, good_one = Notation(), Notation()
        for phase in phases:
            values = getattr(one, phase.values, phase.values)
            bad_one.add(values or one.good, phase.length // found.every)
            good_one.add(one.good, phase.length // found.every)
        made.append({"series": with_labels(one.selector, found.labels), "values": str(bad_one)})
        for other in OTHERS if found.twins else []:
            labels = found.labels | other
            made.append({"series": with_labels(one.selector, labels), "values": str(good_one)})
    return made


def with_labels(selector: str, labels: dict[str, str]) -> str:
    name, _, own = selector.rstrip("}").partition("{")
    return (
        name
        + "{"
        + ", ".join([*([own] if own else []), *(f'{k}="{v}"' for k, v in labels.items())])
        + "}"
    )


def labels_of(found: Case) -> dict[str, str]:
    labels = found.labels | found.alert.labels
    return {key: value for key, value in labels.items() if key not in found.drops}


def firing(found: Case, time: int) -> dict:
    labels = {"alertname": found.alert.name, "alertstate": "firing"} | labels_of(found)
    sample = "ALERTS{" + ", ".join(f'{key}="{value}"' for key, value in labels.items()) + "}"
    return {
        "expr": alerts_named(found),
        "eval_time": f"{time}s",
        "exp_samples": [{"labels": sample, "value": 1}],
    }


def not_firing(found: Case, time: int) -> dict:
    return {"expr": alerts_named(found), "eval_time": f"{time}s", "exp_samples": []}


def never_fired(found: Case, time: int) -> dict:
    return {
        "expr": f"count_over_time({alerts_named(found)}[{time}s])",
        "eval_time": f"{time}s",
        "exp_samples": [],
    }


def alerts_named(found: Case) -> str:
    return f'ALERTS{{alertname="{found.alert.name}", alertstate="firing"}}'


def group(found: Case, what: str, phases: list[Phase], steps: list[dict], **more: object) -> dict:
    return {
        "name": f"{found.name}: {what}",
        "interval": f"{found.every}s",
        "input_series": input_series(found, phases),
        "promql_expr_test": steps,
        **more,
    }


def bad_long_enough(found: Case) -> int:
    return found.delay + seconds(found.alert.wait) + FIRING


def first_firing(found: Case) -> int:
    return found.before + found.delay + seconds(found.alert.wait)


def fires_and_ends(found: Case) -> dict:
    wait, kept = seconds(found.alert.wait), seconds(found.alert.kept)
    bad = bad_long_enough(found)
    fires, ends = first_firing(found), found.before + bad + found.lasts + kept
    return group(
        found,
        f"fires after {wait} s, and ends {kept} s after its cause",
        [Phase("good", found.before), Phase("bad", bad), Phase("good", found.lasts + kept + 60)],
        [
            never_fired(found, fires - EVALUATION),
            firing(found, fires),
            firing(found, ends - EVALUATION),
            not_firing(found, ends),
        ],
    )


def is_silent_at_the_limit(found: Case) -> dict | None:
    if all(one.at is None for one in found.series):
        return None
    length = found.before + bad_long_enough(found)
    return group(
        found, "is silent exactly at its limit", [Phase("at", length)], [never_fired(found, length)]
    )


def passes_over_one_sample(found: Case) -> dict | None:
    if found.alert.wait == "0s":
        return None
    wait = seconds(found.alert.wait) + found.delay + found.lasts + 60
    phases = [Phase("good", found.before), Phase("bad", found.every), Phase("good", wait)]
    return group(
        found, "passes over a single sample", phases, [never_fired(found, found.before + wait)]
    )


def ends_when_its_series_do(found: Case) -> dict | None:
    if any(one.bad in ("stale", "_") for one in found.series):
        return None
    bad, kept = bad_long_enough(found), seconds(found.alert.kept)
    ends = found.before + bad + found.stale + kept
    return group(
        found,
        "ends when its series do",
        [Phase("good", found.before), Phase("bad", bad), Phase("stale", found.stale + kept + 60)],
        [firing(found, ends - EVALUATION), not_firing(found, ends)],
    )


def only_counts(found: Case) -> bool:
    return all(one.bad.startswith("+") for one in found.series)


def is_silent_when_counters_begin_again(found: Case) -> dict | None:
    if not only_counts(found):
        return None
    phases = [Phase("good", found.before), Phase("restart", 0), Phase("good", found.before)]
    steps = [never_fired(found, found.before * 2)]
    return group(found, "is silent when counters begin again", phases, steps)


def fires_although_counters_begin_again(found: Case) -> dict | None:
    """As they do when the server is restarted, here when the condition begins to hold."""
    if not only_counts(found):
        return None
    begin = [Phase("good", found.before), Phase("bad", found.delay), Phase("restart", 0)]
    phases = [*begin, Phase("bad", seconds(found.alert.wait) + found.every)]
    fires = first_firing(found)
    steps = [never_fired(found, fires - EVALUATION), firing(found, fires)]
    return group(found, "fires although counters begin again", phases, steps)


def is_one_alert_while_it_swings(found: Case) -> dict | None:
    kept = seconds(found.alert.kept)
    if (
        kept == 0
        or found.delay
        or found.lasts
        or any("+" in one.bad or "-" in one.bad for one in found.series)
    ):
        return None
    bad, gap = bad_long_enough(found), kept - EVALUATION
    again = [Phase("bad", found.every), Phase("good", gap)]
    phases = [Phase("good", found.before), Phase("bad", bad), Phase("good", gap), *again, *again]
    gaps = [
        found.before + bad + gap + turn * (found.every + gap) - EVALUATION for turn in (0, 1, 2)
    ]
    since = f'ALERTS_FOR_STATE{{alertname="{found.alert.name}"}} == {found.before}'
    begun = {
        "expr": f"count({since})",
        "eval_time": f"{gaps[-1]}s",
        "exp_samples": [{"labels": "{}", "value": 1}],
    }
    return group(
        found,
        "is one alert while it swings",
        phases,
        [*(firing(found, time) for time in gaps), begun],
    )


MAKERS: list[Callable[[Case], dict | None]] = [
    fires_and_ends,
    is_silent_at_the_limit,
    passes_over_one_sample,
    ends_when_its_series_do,
    is_silent_when_counters_begin_again,
    fires_although_counters_begin_again,
    is_one_alert_while_it_swings,
]


def groups_of(found: Case) -> list[dict]:
    return [made for maker in MAKERS if (made := maker(found))]
