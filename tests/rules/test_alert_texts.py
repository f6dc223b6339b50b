"""What each alert says, against the files in tests/golden/alerts. UPDATE_GOLDEN=1 rewrites them."""

import os

import pytest
from alert_rules import ROOT, alerts, records
from alert_texts import page, texts
from alert_timeline import Case, cases
from promtool import complaints, found_alerts

GOLDEN = ROOT / "tests/golden/alerts"
NAMES = list(alerts())


def first_case(name: str) -> Case:
    return next(case for case in cases() if case.alert.name == name)


@pytest.mark.parametrize("name", NAMES)
def test_an_alert_says_what_its_golden_file_says(name: str) -> None:
    said = page(first_case(name), records())
    path = GOLDEN / f"{name}.txt"
    if "UPDATE_GOLDEN" in os.environ:
        path.write_text(said)
    assert path.read_text() == said


def test_there_is_a_golden_file_for_each_alert_and_no_other() -> None:
    assert sorted(path.stem for path in GOLDEN.iterdir()) == sorted(NAMES)


@pytest.mark.parametrize(
    "name, title, description",
    [
        (
            "SeadragonHostCpuHigh",
            "High CPU Usage",
            "CPU usage is at 93.2%, which is above the 90% threshold.",
        ),
        (
            "SeadragonHostMemoryHigh",
            "High Memory Usage",
            "Memory usage is at 91.5%, which is above the 90% threshold.",
        ),
        (
            "SeadragonQueueLong",
            "Long Queue",
            "Queue length is 12, which is above the threshold of 10.",
        ),
    ],
)
def test_the_three_mails_say_what_the_original_said(
    name: str, title: str, description: str
) -> None:
    _, said = texts(first_case(name), records())
    assert (said["title"], said["description"]) == (title, description)


def other_alerts_told_of(busy: dict[str, dict[str, str]], time: str) -> str:
    """What the mail about the CPU says of other alerts, when each instance's views are these."""
    tests = [
        {
            "interval": "15s",
            "input_series": [
                {"series": f'{view}{{job="e", instance="{instance}"}}', "values": values}
                for instance, views in busy.items()
                for view, values in views.items()
            ],
            "alert_rule_test": [
                {"alertname": "SeadragonHostCpuHigh", "eval_time": time, "exp_alerts": []}
            ],
        }
    ]
    names = [
        "SeadragonHostCpuHigh",
        "SeadragonHostMemoryHigh",
        "SeadragonQueueLong",
        "SeadragonMonitoringWatchdog",
    ]
    found = found_alerts(complaints([alerts()[name] for name in names], records(), tests))
    return next(texts["also"] for labels, texts in found if labels["instance"] == "llm1")


def test_a_mail_names_what_else_fires_on_its_instance_when_it_is_written() -> None:
    cpu, memory, queue = (
        "seadragon:cpu_usage:percent",
        "seadragon:memory_usage:percent",
        "seadragon:queue_length:current",
    )
    elsewhere = {memory: "99x40", queue: "99x40"}
    busy = {
        "llm1": {cpu: "99x40", memory: "50x10 99x20 50x10", queue: "3x20 99x20"},
        "llm2": elsewhere,
    }
    assert other_alerts_told_of(busy, "15s") == ""
    assert other_alerts_told_of(busy, "45s") == "SeadragonHostCpuHigh"
    assert other_alerts_told_of(busy, "4m") == "SeadragonHostCpuHigh, SeadragonHostMemoryHigh"
    assert (
        other_alerts_told_of(busy, "7m")
        == "SeadragonHostCpuHigh, SeadragonHostMemoryHigh, SeadragonQueueLong"
    )


@pytest.mark.parametrize(("job", "told"), [("seadragon", False), ("node", True)])
def test_a_missing_exporter_is_told_with_the_page_of_the_server_that_is_missing_too(
    job: str, told: bool
) -> None:
    name = "SeadragonMonitoringTargetsAbsent"
    test = {
        "interval": "15s",
        "input_series": [{"series": f'up{{job="{job}", instance="llm1"}}', "values": "1x40"}],
        "alert_rule_test": [{"alertname": name, "eval_time": "6m", "exp_alerts": []}],
    }
    ((_, said),) = found_alerts(complaints([alerts()[name]], records(), [test]))
    assert ("none of the job seadragon," in said["description"]) == told


def test_of_an_exporter_that_reads_several_servers_the_mail_names_the_one() -> None:
    chat = '{job="e", instance="llm1", server="chat"}'
    series = {
        f"seadragon_server_up{chat}": "0x40",
        'seadragon_server_up{job="e", instance="llm1", server="code"}': "1x40",
        f"seadragon_server_queue_length{chat}": "20+9x40",
        f'seadragon_server_tokens_total{chat[:-1]}, kind="completion"}}': "7x40",
    }
    names = [
        "SeadragonQueueGrowing",
        "SeadragonQueueLong",
        "SeadragonQueueStalled",
        "SeadragonServerDown",
    ]
    test = {
        "interval": "15s",
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "alert_rule_test": [
            {"alertname": name, "eval_time": "9m", "exp_alerts": []} for name in names
        ],
    }
    found = found_alerts(complaints([alerts()[name] for name in names], records(), [test]))
    assert {labels["alertname"]: said["summary"] for labels, said in found} == {
        "SeadragonQueueGrowing": "More requests come to chat on llm1 than it answers.",
        "SeadragonQueueLong": "Requests wait for chat on llm1.",
        "SeadragonQueueStalled": "Requests wait for chat on llm1 and none is worked on.",
        "SeadragonServerDown": "The exporter on llm1 gets no answer from the LLM server chat.",
    }
    (down,) = (said for labels, said in found if labels["alertname"] == "SeadragonServerDown")
    assert down["description"] == (
        "The LLM server chat has not answered the exporter on llm1 for more than 1 minute."
    )
