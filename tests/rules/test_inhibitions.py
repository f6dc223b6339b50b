"""What the shipped alertmanager.yml hides of the alerts that fire together, asked of Alertmanager.

Each situation has an instance of its own name; the labels of its alerts are what the rules make of
its series."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
import yaml
from alert_rules import ROOT, alerts, records
from alert_routing import Alertmanager
from promtool import complaints, found_alerts
from running import eventually

AT = "25m"  # later than any alert here waits for
SAMPLES = 110
LIBRARY, EXPORTER, OTHER = "seadragon", "seadragon-exporter", "other"


class Situation(NamedTuple):
    """`told` and `hidden` are alerts, each with its job and its server, if it has one."""

    name: str
    series: dict[str, str]  # without the instance
    told: set[str]
    hidden: set[str]


def server(name: str, up: int, queue: int, job: str = EXPORTER) -> dict[str, str]:
    """What an exporter tells of a server that answers, or does not."""
    labels = f'job="{job}", server="{name}"'
    return {
        f"seadragon_server_up{{{labels}}}": f"{up}x{SAMPLES}",
        f"seadragon_server_queue_length{{{labels}}}": f"{queue}x{SAMPLES}",
    }


def stalled(name: str) -> dict[str, str]:
    """What it tells besides of one that produces no tokens."""
    labels = f'job="{EXPORTER}", server="{name}", kind="completion"'
    return {f"seadragon_server_tokens_total{{{labels}}}": f"7x{SAMPLES}"}


def waiting(job: str = EXPORTER, length: str = "20") -> dict[str, str]:
    """The view of all queues of an exporter."""
    return {f'seadragon:queue_length:current{{job="{job}"}}': f"{length}x{SAMPLES}"}


LATE = {f'seadragon_queue_oldest_wait_seconds{{job="{LIBRARY}", queue="chat"}}': f"99x{SAMPLES}"}
STALLED = {
    f'seadragon_queue_length{{job="{LIBRARY}", queue="chat"}}': f"4x{SAMPLES}",
    f'seadragon_queue_finished_total{{job="{LIBRARY}", queue="chat", outcome="completed"}}': (
        f"9x{SAMPLES}"
    ),
}
FIRST_TOKEN = "seadragon_generation_time_to_first_token_seconds"
SLOW = {
    f'{FIRST_TOKEN}_count{{job="{LIBRARY}"}}': f"0+5x{SAMPLES}",
    f'{FIRST_TOKEN}_bucket{{job="{LIBRARY}", le="2.5"}}': f"0x{SAMPLES}",
}
PAGE_GONE = {f'up{{job="{LIBRARY}"}}': f"0x{SAMPLES}"}


def killed(job: str) -> dict[str, str]:
    return {f'seadragon_host_oom_kills_total{{job="{job}"}}': f"0+1x{SAMPLES}"}


def memory_full(job: str) -> dict[str, str]:
    return {f'seadragon:memory_usage:percent{{job="{job}"}}': f"99x{SAMPLES}"}


def memory_shrinks(job: str) -> dict[str, str]:
    return {
        f'seadragon_host_memory_available_bytes{{job="{job}"}}': f"245-0.6x{SAMPLES}",
        f'seadragon_host_memory_total_bytes{{job="{job}"}}': f"1000x{SAMPLES}",
    }


def failures(job: str, of_a_hundred: int) -> dict[str, str]:
    requests = f'seadragon_http_outcomes_total{{job="{job}", outcome='
    return {
        f'{requests}"error"}}': f"0+{of_a_hundred}x{SAMPLES}",
        f'{requests}"completed"}}': f"0+{100 - of_a_hundred}x{SAMPLES}",
    }


SITUATIONS = [
    Situation(
        "a server that is gone hides what its exporter and its own page tell of its queue",
        server("chat", 0, 20) | waiting() | LATE | PAGE_GONE,
        {"SeadragonServerDown seadragon-exporter"},
        {"SeadragonQueueLong seadragon-exporter", "SeadragonQueueWaitHigh seadragon"},
    ),
    Situation(
        "a page that is gone hides what it told",
        LATE | PAGE_GONE,
        {"SeadragonServerMetricsDown seadragon"},
        {"SeadragonQueueWaitHigh seadragon"},
    ),
    Situation(
        "one of several servers that is gone hides its own queue alone",
        server("chat", 0, 20) | server("code", 1, 20) | waiting() | LATE,
        {
            "SeadragonServerDown seadragon-exporter chat",
            "SeadragonQueueLong seadragon-exporter code",
            "SeadragonQueueWaitHigh seadragon",
        },
        {"SeadragonQueueLong seadragon-exporter chat"},
    ),
    Situation(
        "a page that is gone hides what it told, and nothing of several servers",
        server("chat", 1, 20) | server("code", 1, 3) | waiting() | LATE | PAGE_GONE,
        {
            "SeadragonServerMetricsDown seadragon",
            "SeadragonQueueLong seadragon-exporter chat",
        },
        {"SeadragonQueueWaitHigh seadragon"},
    ),
    Situation(
        "another job's server that is gone hides nothing of an instance of the same name",
        server("chat", 0, 20, OTHER) | server("chat", 1, 20) | waiting() | LATE,
        {
            "SeadragonServerDown other",
            "SeadragonQueueLong seadragon-exporter",
            "SeadragonQueueWaitHigh seadragon",
        },
        set(),
    ),
    Situation(
        "another job's queue is hidden by nothing of an instance of the same name",
        server("chat", 0, 0) | server("chat", 1, 20, OTHER) | waiting(OTHER),
        {"SeadragonServerDown seadragon-exporter", "SeadragonQueueLong other"},
        set(),
    ),
    Situation(
        "a stalled queue hides its length, its growth, its waits and late answers",
        STALLED | server("chat", 1, 20) | waiting(length="20+1") | LATE | SLOW,
        {"SeadragonQueueStalled seadragon"},
        {
            "SeadragonQueueLong seadragon-exporter",
            "SeadragonQueueGrowing seadragon-exporter",
            "SeadragonQueueWaitHigh seadragon",
            "SeadragonGenerationFirstTokenLate seadragon",
        },
    ),
    Situation(
        "a stalled queue of a server that links nothing hides its length",
        server("vllm", 1, 20) | stalled("vllm") | waiting(),
        {"SeadragonQueueStalled seadragon-exporter"},
        {"SeadragonQueueLong seadragon-exporter"},
    ),
    Situation(
        "a stalled queue of one of several servers hides its own length alone",
        server("vllm", 1, 20) | stalled("vllm") | server("tgi", 1, 20) | waiting(),
        {
            "SeadragonQueueStalled seadragon-exporter vllm",
            "SeadragonQueueLong seadragon-exporter tgi",
        },
        {"SeadragonQueueLong seadragon-exporter vllm"},
    ),
    Situation(
        "a process killed for memory hides nothing of another job's machine of the same name",
        killed(OTHER) | memory_full(EXPORTER),
        {"SeadragonHostOomKill other", "SeadragonHostMemoryHigh seadragon-exporter"},
        set(),
    ),
    Situation(
        "many failures hide that there are steady ones",
        failures(LIBRARY, 50),
        {"SeadragonHttpErrorBudgetBurnFast seadragon"},
        {"SeadragonHttpErrorBudgetBurnSlow seadragon"},
    ),
    Situation(
        "many failures hide nothing of another job's instance of the same name",
        failures(LIBRARY, 50) | failures(OTHER, 10),
        {
            "SeadragonHttpErrorBudgetBurnFast seadragon",
            "SeadragonHttpErrorBudgetBurnSlow other",
        },
        {"SeadragonHttpErrorBudgetBurnSlow seadragon"},
    ),
    Situation(
        "steady failures are hidden by nothing of another instance",
        failures(LIBRARY, 10),
        {"SeadragonHttpErrorBudgetBurnSlow seadragon"},
        set(),
    ),
    # The last one hides something: see answered().
    Situation(
        "a process killed for memory hides full memory, and memory that shrinks",
        killed(EXPORTER) | memory_full(EXPORTER) | memory_shrinks(EXPORTER),
        {"SeadragonHostOomKill seadragon-exporter"},
        {
            "SeadragonHostMemoryHigh seadragon-exporter",
            "SeadragonHostMemoryRunningOut seadragon-exporter",
        },
    ),
]


def labels_of_all() -> list[dict[str, str]]:
    """Of the alerts that fire in any situation."""
    series = [
        {"series": f'{selector[:-1]}, instance="{situation.name}"}}', "values": values}
        for situation in SITUATIONS
        for selector, values in situation.series.items()
    ]
    names = {alert.split()[0] for each in SITUATIONS for alert in each.told | each.hidden}
    test = {
        "interval": "15s",
        "input_series": series,
        "alert_rule_test": [
            {"alertname": name, "eval_time": AT, "exp_alerts": []} for name in sorted(names)
        ],
    }
    concerned = [alerts()[name] for name in sorted(names)]
    return [labels for labels, _ in found_alerts(complaints(concerned, records(), [test]))]


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[dict]]:
    """What Alertmanager says of each alert."""
    shipped = yaml.safe_load((ROOT / "alertmanager/alertmanager.yml").read_text())
    nobody = [{"name": receiver["name"]} for receiver in shipped["receivers"]]
    parts = {name: shipped[name] for name in ("route", "inhibit_rules")}
    alertmanager = Alertmanager(
        tmp_path_factory.mktemp("alertmanager"), parts | {"receivers": nobody}
    )
    try:
        last = SITUATIONS[-1].name
        fired = sorted(labels_of_all(), key=lambda labels: labels["instance"] == last)
        alertmanager.post_alerts(fired)

        def hides_the_last() -> bool:
            """What hides alerts learns of them in their order, a moment after they were taken."""
            answered = alertmanager.get("alerts")
            return any(is_hidden(each) and instance(each) == last for each in answered)

        eventually(hides_the_last, lambda: str(alertmanager.get("alerts")))
        yield alertmanager.get("alerts")
    finally:
        alertmanager.stop()


def is_hidden(alert: dict) -> bool:
    return bool(alert["status"]["inhibitedBy"])


def instance(alert: dict) -> str:
    return alert["labels"]["instance"]


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.name)
def test_a_cause_hides_what_is_of_the_same_server_and_no_more(
    situation: Situation, answered: list[dict]
) -> None:
    found: dict[bool, set[str]] = {False: set(), True: set()}
    for alert in answered:
        if instance(alert) == situation.name:
            parts = [alert["labels"].get(name, "") for name in ("alertname", "job", "server")]
            found[is_hidden(alert)].add(" ".join(parts).strip())
    assert found == {False: situation.told, True: situation.hidden}
