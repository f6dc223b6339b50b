"""A queue that swings around its threshold."""

import time
from typing import NamedTuple

from inbox import alert, outcome_of, resolved, subjects
from lab import Lab
from outcome import Outcome
from plays import after
from prometheus import kept
from routing import direct

INSTANCE, QUEUE = "llm1", "Long Queue"
LONG, SHORT = 20, 3
# Above the threshold for longer than `for`, below it for less than alerts are kept.
INTERVAL = "2s"
LONG_SECONDS, SHORT_SECONDS, SWINGS = 38.0, 15.0, 3
# In all rules that keep alerts, instead of minutes.
KEPT_SECONDS = 25
# A few intervals, a round of Alertmanager, and a while.
LAST_MAIL_SECONDS = KEPT_SECONDS + 26.0


class Seen(NamedTuple):
    kept: list[str]
    not_kept: list[str]
    outcomes: dict[str, Outcome]


def queue_swings(lab: Lab) -> Seen:
    """Two Prometheus read the same machine: one keeps alerts, the other one does not."""
    machines = lab.machines(INSTANCE)
    rooms = {name: lab.room(name) for name in ("kept", "not_kept")}
    servers = {name: each.mail_server() for name, each in rooms.items()}
    for name, duration in (("kept", f"{KEPT_SECONDS}s"), ("not_kept", "0s")):
        alertmanager = rooms[name].alertmanager(direct(servers[name]))
        change = kept(duration)
        rooms[name].prometheus(machines, [alertmanager], interval=INTERVAL, change=change)
    queue, begin = machines[INSTANCE].queue, time.monotonic()
    moment = begin
    for _ in range(SWINGS):
        queue.set(LONG, at=moment)
        queue.set(SHORT, at=moment + LONG_SECONDS)
        moment += LONG_SECONDS + SHORT_SECONDS
    end = moment - SHORT_SECONDS
    time.sleep(end + LAST_MAIL_SECONDS - time.monotonic())
    mails = {name: server.mails for name, server in servers.items()}
    # Whoever reads the mails wants to know of one queue that was long, once.
    ends = {"kept": end, "not_kept": begin + LONG_SECONDS}
    kept_one, other = [
        outcome_of(mails[name], INSTANCE, [(alert(QUEUE), begin), (resolved(QUEUE), ends[name])])
        for name in ends
    ]
    return Seen(
        **{name: subjects(each, INSTANCE) for name, each in mails.items()},
        outcomes={
            f"A queue swings around its threshold {SWINGS} times": kept_one,
            "The same, without `keep_firing_for`": other,
        },
    )


@after(queue_swings)
def test_a_queue_that_swings_is_one_alert_and_one_end(outcome: Seen) -> None:
    assert outcome.kept == [alert(QUEUE), resolved(QUEUE)]


@after(queue_swings)
def test_it_is_keeping_alerts_that_does_it(outcome: Seen) -> None:
    assert outcome.not_kept == SWINGS * [alert(QUEUE), resolved(QUEUE)]
