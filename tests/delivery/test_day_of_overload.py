"""How many mails an overload of a whole day is, in time that is compressed.

All times of Alertmanager's route, and the day itself, are divided by the same number. Alertmanager
looks every group_interval whether repeat_interval is over, and then it is not yet, by the time the
mail took: a warning comes again every 4 h and 1 min, which is 5 times within 24 h and 5 min.
"""

import re
import time
from collections.abc import Iterator
from typing import Any

from inbox import alert, of_all, of_each, resolved, subjects
from lab import Lab
from mail_server import Mail
from plays import after
from routing import SHIPPED, direct
from waiting import eventually

FACTOR = 480
OVERLOAD_SECONDS = 24 * 3600.0
# What keep_firing_for adds to it, less `for`.
KEPT_SECONDS = 5 * 60 - 15.0
WARNING, CRITICAL = "High CPU Usage", "Queue Stalled"
WARNED, ALARMED = "llm1", "llm2"
MOST_MAILS = 7  # the original program: 288, one every 5 minutes
UNITS = {"h": 3600, "m": 60, "s": 1}


def routes(route: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """It, and all below it."""
    yield route
    for below in route.get("routes", []):
        yield from routes(below)


def seconds(duration: str) -> float:
    parts = re.findall(r"(\d+)([hms])", duration)
    assert "".join(number + unit for number, unit in parts) == duration, duration
    return sum(float(number) * UNITS[unit] for number, unit in parts)


def compressed(configuration: dict[str, Any]) -> None:
    for route in routes(configuration["route"]):
        for name in ("group_wait", "group_interval", "repeat_interval"):
            if name in route:
                route[name] = f"{round(1000 * seconds(route[name]) / FACTOR)}ms"


def a_day(lab: Lab) -> list[Mail]:
    mail_server = lab.mail_server()
    alertmanager = lab.alertmanager(direct(mail_server), change=compressed)
    alerts = lab.alerts(alertmanager)
    end = time.monotonic() + (OVERLOAD_SECONDS + KEPT_SECONDS) / FACTOR
    warning = alerts.fire(WARNING, instance=WARNED)
    critical = alerts.fire(CRITICAL, severity="critical", instance=ALARMED)
    time.sleep(end - time.monotonic())
    alerts.resolve(warning, critical)
    for title, instance in ((WARNING, WARNED), (CRITICAL, ALARMED)):
        eventually(
            lambda: resolved(title) in of_all(mail_server.mails, instance),
            20,
            lambda: alertmanager.output,
        )
    return mail_server.mails


@after(a_day)
def test_a_day_of_overload_is_seven_mails_for_each_recipient(outcome: list[Mail]) -> None:
    told = subjects(outcome, WARNED)
    assert len(told) <= MOST_MAILS
    assert told == 6 * [alert(WARNING)] + [resolved(WARNING)]


@after(a_day)
def test_what_is_critical_is_told_every_hour_at_most(outcome: list[Mail]) -> None:
    # Every 61 minutes; a mail that takes a tenth of a second takes a minute of the day, and each
    # recipient has mails, and so rounds, of its own.
    for told in of_each(outcome, ALARMED).values():
        assert 20 <= told.count(alert(CRITICAL)) <= 24
        assert set(told[:-1]) == {alert(CRITICAL)} and told[-1] == resolved(CRITICAL)


def test_the_route_repeats_warnings_every_4_hours_and_critical_ones_every_hour() -> None:
    """What the numbers above stand on."""
    repeats = [route.get("repeat_interval") for route in routes(SHIPPED["route"])]
    assert repeats == ["4h", None, "1h"]
    assert SHIPPED["route"]["group_interval"] == "1m"
