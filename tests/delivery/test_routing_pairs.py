"""Two Alertmanagers that know each other, of which one is killed; and one that comes late."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from inbox import alert, of_each, outcome_of, resolved, subjects
from lab import Lab
from mail_server import Mail
from outcome import Outcome
from plays import after
from prometheus import SHIPPED_FLAGS, kept
from routing import RECIPIENTS, direct
from routing_pair import GOSSIP_SECONDS, NEIGHBOUR_SECONDS, ROUND_SECONDS, Pair
from waiting import eventually

INSTANCE, QUEUE = "llm1", "Long Queue"
INTERVAL, INTERVAL_SECONDS = "2s", 2.0
RESEND_SECONDS = 5  # by default 60
FLAGS = [*SHIPPED_FLAGS, f"--rules.alert.resend-delay={RESEND_SECONDS}s"]
ALERT_SECONDS = 100.0  # for, the neighbour's wait, and the time until a dead one is missed
# After it each of a pair has looked at the alert once more.
QUIET_SECONDS = ROUND_SECONDS + NEIGHBOUR_SECONDS + 1


class Seen(NamedTuple):
    undisturbed: list[Mail]
    killed_before: list[Mail]
    killed_after: list[Mail]
    killed_at_once: list[Mail]
    dead_after: float  # seconds from the mail to the sender's death, in killed_at_once
    late_mails: list[Mail]
    late_after: float  # seconds from its start to the mail
    outcomes: dict[str, Outcome]


TITLES = {
    "undisturbed": "none, two Alertmanagers that know each other",
    "killed_before": "The one of them that mails first is killed (-9) before an alert begins",
    "killed_after": "It is killed after the mail, and comes back while the alert fires",
    "killed_at_once": "It is killed right after the mail, before it could tell the other one",
    "late": "The only Alertmanager is down when an alert begins",
}


def one_alert_for_all(lab: Lab) -> Seen:
    """One Prometheus names all of them: one alert begins, and in the end it ends."""
    names = ("undisturbed", "killed_before", "killed_after", "killed_at_once")
    with ThreadPoolExecutor(len(names)) as pool:
        pairs = dict(zip(names, pool.map(lambda name: Pair(lab.room(name)), names)))
        undisturbed, killed_before, killed_after, killed_at_once = pairs.values()
        late_room = lab.room("late")
        late_server = late_room.mail_server()
        late = late_room.alertmanager(direct(late_server))
        late.stop()
        for pair in pairs.values():
            pair.until_settled()
        killed_before.sender.kill()

        machines = lab.machines(INSTANCE)
        everybody = [each for pair in pairs.values() for each in pair.both] + [late]
        lab.prometheus(machines, everybody, interval=INTERVAL, change=kept("10s"), flags=FLAGS)
        machines[INSTANCE].queue.set(20)
        begin = time.monotonic()
        dead_after = pool.submit(killed_at_once.kill_sender_after_mails)
        for pair in pairs.values():
            pair.until_told(INSTANCE, alert(QUEUE), ALERT_SECONDS)
        time.sleep(5 * GOSSIP_SECONDS)
        killed_one = killed_after.sender
        killed_one.kill()

        start = time.monotonic()
        late.start()
        eventually(lambda: len(late_server.mails) == 2, 60, lambda: late.output)
        late_after = late_server.mails[-1].time - start

        killed_one.start()  # it joins again while the alert fires
        killed_after.until_settled()
        time.sleep(QUIET_SECONDS)
        machines[INSTANCE].queue.set(3)
        end = time.monotonic()
        for pair in pairs.values():
            pair.until_told(INSTANCE, resolved(QUEUE), ALERT_SECONDS)
        eventually(lambda: len(late_server.mails) == 4, 60, lambda: late.output)
        time.sleep(QUIET_SECONDS)
        mails = {name: pair.mail_server.mails for name, pair in pairs.items()}
        due = [(alert(QUEUE), begin), (resolved(QUEUE), end)]
        outcomes = {name: outcome_of(mails[name], INSTANCE, due) for name in names}
        outcomes["late"] = outcome_of(late_server.mails, INSTANCE, due, recovery=start)
        # It depends on the moment.
        outcomes["killed_at_once"].remarks["twice"] = f"up to **{len(RECIPIENTS)}**"
        return Seen(
            **mails,
            outcomes={TITLES[name]: outcome for name, outcome in outcomes.items()},
            dead_after=dead_after.result(),
            late_mails=late_server.mails,
            late_after=late_after,
        )


@after(one_alert_for_all)
def test_a_pair_mails_each_recipient_once(outcome: Seen) -> None:
    assert subjects(outcome.undisturbed, INSTANCE) == [alert(QUEUE), resolved(QUEUE)]


@after(one_alert_for_all)
def test_the_neighbour_mails_what_one_that_was_killed_before_cannot(outcome: Seen) -> None:
    assert subjects(outcome.killed_before, INSTANCE) == [alert(QUEUE), resolved(QUEUE)]


@after(one_alert_for_all)
def test_one_that_is_killed_after_the_mail_and_comes_back_repeats_nothing(outcome: Seen) -> None:
    assert subjects(outcome.killed_after, INSTANCE) == [alert(QUEUE), resolved(QUEUE)]


@after(one_alert_for_all)
def test_a_sender_killed_before_it_could_tell_its_neighbour_may_be_repeated_once(
    outcome: Seen,
) -> None:
    """Alertmanager mails at least once: it tells its neighbour after the mail, not before."""
    assert outcome.dead_after < 0.5
    for told in of_each(outcome.killed_at_once, INSTANCE).values():
        assert told in (
            [alert(QUEUE), resolved(QUEUE)],
            [alert(QUEUE), alert(QUEUE), resolved(QUEUE)],
        )


@after(one_alert_for_all)
def test_an_alertmanager_that_was_down_mails_within_the_resend_delay(outcome: Seen) -> None:
    assert subjects(outcome.late_mails, INSTANCE) == [alert(QUEUE), resolved(QUEUE)]
    # Prometheus sends with an evaluation; the alert is older than group_wait.
    assert outcome.late_after < RESEND_SECONDS + INTERVAL_SECONDS + 3
