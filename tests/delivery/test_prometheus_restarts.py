"""A Prometheus that is restarted or killed, while an alert is pending and while it fires."""

import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from inbox import alert, of_all, outcome_of, resolved, subjects
from lab import Lab
from outcome import Outcome
from plays import after
from prometheus import SHIPPED_FLAGS, Prometheus
from routing import direct
from waiting import eventually

INSTANCE = "llm1"
MEMORY, NAME = "High Memory Usage", "SeadragonHostMemoryHigh"
# In all rules that wait: longer than what Alertmanager was told holds.
FOR_SECONDS, PENDING_SECONDS = 30.0, 20.0
INTERVAL = "2s"
FLAGS_WITHOUT_GRACE = [flag for flag in SHIPPED_FLAGS if "for-grace-period" not in flag]
assert len(FLAGS_WITHOUT_GRACE) < len(SHIPPED_FLAGS)
# What Alertmanager was told holds for four times as long: 4 minutes unless it is set.
HASTY_FLAGS = [*SHIPPED_FLAGS, "--rules.alert.resend-delay=5s"]


def wait(rule: dict[str, Any]) -> None:
    if "for" in rule:
        rule["for"] = f"{FOR_SECONDS:g}s"


class Seen(NamedTuple):
    subjects: list[str]
    seconds: float  # from the crossing to the first mail, without those for which it was away
    outcomes: dict[str, Outcome]


def restart(
    lab: Lab,
    title: str,
    end: Callable[[Prometheus], None],
    when: str,
    away: float,
    flags: Sequence[str] = SHIPPED_FLAGS,
) -> Seen:
    """`end` is called while the alert is pending, or 5 s after it was mailed."""
    mail_server = lab.mail_server()
    alertmanager = lab.alertmanager(direct(mail_server))
    machines = lab.machines(INSTANCE)
    prometheus = lab.prometheus(
        machines, [alertmanager], interval=INTERVAL, change=wait, flags=flags
    )

    def is_mailed() -> bool:
        return bool(of_all(mail_server.mails, INSTANCE))

    def state() -> str:
        return f"{mail_server.mails}\n{alertmanager.output}\n{prometheus.output}"

    crossing = time.monotonic()
    machines[INSTANCE].memory.set(93)
    if when == "pending":
        eventually(lambda: prometheus.alerts(NAME, INSTANCE, "pending"), 30, state)
        time.sleep(PENDING_SECONDS)
    else:
        eventually(is_mailed, 60, state)
        time.sleep(5)
    ended = time.monotonic()
    end(prometheus)
    time.sleep(away)
    prometheus.start()
    recovery = time.monotonic()
    was_away = recovery - ended
    eventually(is_mailed, 90, state)
    # Long enough for `for`, and for a round of Alertmanager before and after it.
    time.sleep(FOR_SECONDS + 25)
    first = min(mail.time for mail in mail_server.mails)
    outcome = outcome_of(mail_server.mails, INSTANCE, [(alert(MEMORY), crossing)], recovery)
    told = subjects(mail_server.mails, INSTANCE)
    return Seen(told, first - crossing - was_away, {title: outcome})


def restarted_while_pending(lab: Lab) -> Seen:
    title = "Prometheus is restarted while an alert is pending"
    return restart(lab, title, Prometheus.stop, "pending", away=3)


def killed_while_pending(lab: Lab) -> Seen:
    title = "It is killed (-9) then, and started again"
    return restart(lab, title, Prometheus.kill, "pending", away=3)


def restarted_while_pending_with_default_flags(lab: Lab) -> Seen:
    title = "It is restarted then, without `--rules.alert.for-grace-period=0s`"
    return restart(lab, title, Prometheus.stop, "pending", away=3, flags=FLAGS_WITHOUT_GRACE)


def restarted_while_firing(lab: Lab) -> Seen:
    title = "Prometheus is restarted while an alert fires"
    return restart(lab, title, Prometheus.stop, "firing", away=3)


def killed_while_firing(lab: Lab) -> Seen:
    title = "It is killed (-9) while an alert fires, and started again"
    return restart(lab, title, Prometheus.kill, "firing", away=3)


def away_for_a_minute_while_firing(lab: Lab) -> Seen:
    title = "It is away for a minute while an alert fires"
    return restart(lab, title, Prometheus.stop, "firing", away=60)


def away_for_a_minute_while_firing_with_a_short_resend_delay(lab: Lab) -> Seen:
    title = "The same, with `--rules.alert.resend-delay=5s`: what it told holds for 20 s"
    return restart(lab, title, Prometheus.stop, "firing", away=60, flags=HASTY_FLAGS)


def restarted_while_firing_without_grace(lab: Lab) -> Seen:
    """It is believed for 20 s, as with the default an alert whose `for` is 5 minutes is for 4."""
    title = (
        "It is restarted, and what it told holds for less than `for`, "
        "without `--rules.alert.for-grace-period=0s`"
    )
    flags = [flag for flag in HASTY_FLAGS if flag not in SHIPPED_FLAGS]
    return restart(lab, title, Prometheus.stop, "firing", away=3, flags=flags)


# The time for which it is away does not count as pending, nor do the two evaluations after it. The
# rest is for the scrape, the view, the alert, group_wait, and a machine that is busy.
ON_TIME_SECONDS = FOR_SECONDS + 18


@after(restarted_while_pending, killed_while_pending)
def test_what_was_pending_is_mailed_once_and_on_time(outcome: Seen) -> None:
    assert outcome.subjects == [alert(MEMORY)]
    assert FOR_SECONDS < outcome.seconds < ON_TIME_SECONDS


@after(restarted_while_pending_with_default_flags)
def test_without_the_shipped_flag_it_is_pending_anew(outcome: Seen) -> None:
    assert outcome.subjects == [alert(MEMORY)]
    assert outcome.seconds > PENDING_SECONDS + FOR_SECONDS > ON_TIME_SECONDS


@after(restarted_while_firing, killed_while_firing, away_for_a_minute_while_firing)
def test_what_was_firing_is_mailed_once_and_not_resolved(outcome: Seen) -> None:
    assert outcome.subjects == [alert(MEMORY)]


@after(away_for_a_minute_while_firing_with_a_short_resend_delay)
def test_one_that_is_away_for_longer_than_it_is_believed_resolves_falsely(outcome: Seen) -> None:
    """The price of a short --rules.alert.resend-delay, of which four are how long."""
    assert outcome.subjects == [alert(MEMORY), resolved(MEMORY), alert(MEMORY)]


@after(restarted_while_firing_without_grace)
def test_without_the_shipped_flag_what_waits_longer_than_it_is_believed_resolves_falsely(
    outcome: Seen,
) -> None:
    assert outcome.subjects == [alert(MEMORY), resolved(MEMORY), alert(MEMORY)]
