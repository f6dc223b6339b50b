"""Machines whose CPU, memory or queue crosses its threshold at random moments, and their mails."""

import time
from collections.abc import Sequence
from itertools import cycle
from math import inf
from random import Random
from typing import NamedTuple

from inbox import alert, is_about
from lab import Lab
from machines import CPU_WINDOW_SECONDS, Machine
from mail_server import Mail
from prometheus import Prometheus
from routing import RECIPIENTS, shipped_times

SEED = 8
CPU, MEMORY, QUEUE = "High CPU Usage", "High Memory Usage", "Long Queue"
TITLES = (CPU, MEMORY, QUEUE)
OVERLOAD_SECONDS = 60.0

# From half busy to fully busy: the mean of a minute is above 90 % when 48 of its 60 s were full,
# and no longer when 12 were not.
CPU_BEFORE, CPU_LIMIT = 0.5, 0.9
CPU_LAG_SECONDS = CPU_WINDOW_SECONDS * (CPU_LIMIT - CPU_BEFORE) / (1 - CPU_BEFORE)
CPU_REST_SECONDS = CPU_WINDOW_SECONDS - CPU_LAG_SECONDS

# What was true for a minute before the first crossing, so that the views are what they will be.
SETTLED_SECONDS = 65.0
SPREAD_SECONDS = 45.0  # three of the longest intervals
PATIENCE_SECONDS = 90.0

# So many crossings for each interval, and the Prometheus among which they are divided: one for
# each folder of rules, by whose name it evaluates a view and its alert at other times. In the first
# one the alerts of CPU and memory come 14.2 s after their views, nearly the worst there can be.
NUMBER = 24
LONGEST = "15s"  # of the intervals that are recommended
RULES = {LONGEST: ("rules3", "rules", "rules7", "rules1"), "5s": ("rules",)}


class Delay(NamedTuple):
    """From the moment at which the true value exceeds its threshold to the last of the mails."""

    title: str
    seconds: float  # infinity: no mail


class Crossing(NamedTuple):
    machine: Machine
    title: str
    moment: float

    def delay(self, mails: Sequence[Mail]) -> Delay:
        about = [mail for mail in mails if is_about(mail, self.machine.instance)]
        assert {mail.subject for mail in about} <= {alert(self.title)}
        assert len(about) <= len(RECIPIENTS), f"a mail too many: {about}"
        latest = max(mail.time for mail in about) if len(about) == len(RECIPIENTS) else inf
        return Delay(self.title, latest - self.moment)


def overload(machine: Machine, title: str, moment: float) -> Crossing:
    """Its true value is above the threshold from `moment` on, for OVERLOAD_SECONDS."""
    end = moment + OVERLOAD_SECONDS
    if title == CPU:
        machine.busy.set(1.0, at=moment - CPU_LAG_SECONDS)
        machine.busy.set(CPU_BEFORE, at=end - CPU_REST_SECONDS)
    else:
        quantity, high = (machine.memory, 93.0) if title == MEMORY else (machine.queue, 20)
        low = quantity.at(moment)
        quantity.set(high, at=moment)
        quantity.set(low, at=end)
    return Crossing(machine, title, moment)


class Measured(NamedTuple):
    of_interval: dict[str, list[Delay]]
    # Seconds from the evaluation of a view to that of its alert, of each Prometheus with LONGEST.
    alert_after_view: list[float]


def measure(lab: Lab) -> Measured:
    """All intervals at the same time.

    Everything but the interval is as shipped, and the spool is between Alertmanager and the mail
    server.
    """
    mail_server = lab.mail_server()
    alertmanager = lab.alertmanager(lab.spool(mail_server).relay, change=shipped_times)
    of_interval: dict[str, list[Machine]] = {interval: [] for interval in RULES}
    servers: dict[tuple[str, str], Prometheus] = {}
    for interval, folders in RULES.items():
        for rules in folders:
            names = [f"{interval}-{rules}-{place}" for place in range(NUMBER // len(folders))]
            machines = lab.machines(*names)
            of_interval[interval] += [machines[name] for name in names]
            part = lab.room(f"{interval}-{rules}")
            servers[interval, rules] = part.prometheus(
                machines, [alertmanager], interval=interval, rules=rules
            )
    random, begin = Random(SEED), time.monotonic() + SETTLED_SECONDS
    crossings = {
        interval: [
            overload(machine, title, begin + random.uniform(0, SPREAD_SECONDS))
            for machine, title in zip(machines, cycle(TITLES))
        ]
        for interval, machines in of_interval.items()
    }
    end = begin + SPREAD_SECONDS + PATIENCE_SECONDS
    expected = len(RECIPIENTS) * NUMBER * len(RULES)
    while len(mail_server.mails) < expected and time.monotonic() < end:
        time.sleep(0.5)
    mails = list(mail_server.mails)
    delays = {name: [each.delay(mails) for each in found] for name, found in crossings.items()}
    phases = [
        servers[LONGEST, rules].seconds_between("seadragon_host_current", "seadragon_host_alerts")
        for rules in RULES[LONGEST]
    ]
    return Measured(delays, phases)
