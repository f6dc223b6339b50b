"""What is mailed of machines that are well, and of exporters and servers that go away."""

import time
from collections import Counter
from typing import NamedTuple

from inbox import alert, of_all, outcome_of, resolved, subjects
from lab import Lab
from mail_server import Mail
from outcome import Outcome
from plays import after
from routing import direct, short_times
from waiting import eventually

CPU, QUEUE = "High CPU Usage", "Long Queue"
EXPORTER, SERVER = "Exporter Down", "Server Down"
OUTAGE_SECONDS = 120.0
# From the crossing to the mail with the interval of the stack, and a while.
MAILED_SECONDS = 70.0
ON_ABSENCE = ("SeadragonMonitoringTargetsAbsent", "SeadragonMonitoringThresholdMissing")
# A third of what these wait for at least.
START_SECONDS = 20.0
SERVER_DOWN_KEPT_SECONDS = 120.0
ROUND_SECONDS = 12.0  # a group_interval of short_times, and a moment


class Seen(NamedTuple):
    mails: list[Mail]
    ever_fired: set[tuple[str, str]]
    pending_seconds: dict[str, float]
    before_return: set[str]  # told of the machine whose server was gone, until it was back
    outcomes: dict[str, Outcome]


def targets_come_and_go(lab: Lab) -> Seen:
    """Rules as shipped, and the interval of examples/stack: an exporter is away for 2 minutes
    while the machine is overloaded; a server is gone while its queue is still told to be long.
    """
    mail_server = lab.mail_server()
    alertmanager = lab.alertmanager(direct(mail_server), change=short_times)
    machines = lab.machines("calm", "blind", "gone")
    blind, gone = machines["blind"], machines["gone"]
    prometheus = lab.prometheus(machines, [alertmanager])

    def told(instance: str) -> Counter[str]:
        return of_all(mail_server.mails, instance)

    def state() -> str:
        return f"{[told(each) for each in machines.instances]}\n{alertmanager.output}"

    begin = time.monotonic()
    blind.busy.set(0.97)
    blind.queue.set(20)
    gone.server_is_up = False
    eventually(lambda: told("blind").total() == 2, MAILED_SECONDS, state)
    blind.exporter_is_up = False
    left_at = time.monotonic()
    is_back_at = left_at + OUTAGE_SECONDS

    # Its own alert has fired for a while when the queue's joins it.
    eventually(lambda: alert(SERVER) in told("gone"), MAILED_SECONDS + 60, state)
    gone.queue.set(20)
    eventually(
        lambda: prometheus.alerts("SeadragonQueueLong", "gone"), MAILED_SECONDS, state, every=0.5
    )
    time.sleep(ROUND_SECONDS)
    before_return = set(told("gone"))
    gone.server_is_up = True
    returned_at = time.monotonic()

    patience = SERVER_DOWN_KEPT_SECONDS + 4 * ROUND_SECONDS
    eventually(lambda: alert(QUEUE) in told("gone"), patience, state)
    time.sleep(max(0.0, is_back_at - time.monotonic()))
    blind.exporter_is_up = True
    back_at = time.monotonic()
    eventually(lambda: resolved(EXPORTER) in told("blind"), 4 * ROUND_SECONDS, state)
    time.sleep(2 * ROUND_SECONDS)
    mails = list(mail_server.mails)
    of_blind = [(alert(CPU), begin), (alert(QUEUE), begin)]
    of_blind += [(alert(EXPORTER), left_at), (resolved(EXPORTER), back_at)]
    of_gone = [(alert(SERVER), begin), (resolved(SERVER), returned_at), (alert(QUEUE), returned_at)]
    away = "An exporter is away for 2 minutes while its machine is overloaded"
    long = "A server is gone, and its queue counts as long until it is back and afterwards"
    return Seen(
        mails,
        prometheus.ever_fired(),
        prometheus.pending_seconds(),
        before_return,
        {away: outcome_of(mails, "blind", of_blind), long: outcome_of(mails, "gone", of_gone)},
    )


@after(targets_come_and_go)
def test_a_machine_that_is_well_is_never_mailed_about(outcome: Seen) -> None:
    assert subjects(outcome.mails, "calm") == []
    of_others = sum(len(subjects(outcome.mails, each)) for each in ("blind", "gone"))
    assert len(outcome.mails) == 2 * of_others, "nor are Prometheus and Alertmanager"


@after(targets_come_and_go)
def test_what_is_absent_before_the_first_scrape_is_so_for_far_less_than_alerts_wait(
    outcome: Seen,
) -> None:
    overloaded = {"SeadragonHostCpuHigh", "SeadragonQueueLong"}
    gone = {"SeadragonExporterDown", "SeadragonServerDown"}
    assert {name for name, _ in outcome.ever_fired} == {
        "SeadragonMonitoringWatchdog",
        *overloaded,
        *gone,
    }
    pending = {name: outcome.pending_seconds.get(name, 0.0) for name in ON_ABSENCE}
    assert max(pending.values()) <= START_SECONDS, pending


@after(targets_come_and_go)
def test_an_exporter_that_is_away_resolves_nothing_and_is_told_of_itself(outcome: Seen) -> None:
    told = subjects(outcome.mails, "blind")
    # The first two come at the same time.
    assert sorted(told[:2]) == [alert(CPU), alert(QUEUE)]
    assert told[2:] == [alert(EXPORTER), resolved(EXPORTER)]


@after(targets_come_and_go)
def test_a_server_that_is_gone_is_one_mail_without_its_queue(outcome: Seen) -> None:
    assert outcome.before_return == {alert(SERVER)}


@after(targets_come_and_go)
def test_a_silenced_alert_that_still_fires_is_mailed_when_its_cause_is_over(outcome: Seen) -> None:
    told = subjects(outcome.mails, "gone")
    assert told[0] == alert(SERVER)
    assert sorted(told[1:]) == [alert(QUEUE), resolved(SERVER)]
