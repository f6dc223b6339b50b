"""A fault from its begin to its end, and what became of each mail."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from enum import Enum
from threading import BoundedSemaphore
from typing import Any, NamedTuple

from alert_source import Alert, AlertSource
from lab import Lab, open_lab
from mail_server import MailServer
from outcome import Expected, Outcome, judge, missing
from routing import RECIPIENTS, Alertmanager, Change, direct, short_times
from spool import Spool
from waiting import eventually

TITLE = "High CPU Usage"

# How long all mails may take after the fault before those that are not there count as lost. Longer
# than two rounds of an Alertmanager with short_times, or three of the spool.
DIRECT_PATIENCE, SPOOL_PATIENCE = 25.0, 75.0
# A second mail comes with the next round of Alertmanager, if at all.
QUIET_SECONDS = 12.0

# So many courses start at a time: what is timed is not to wait for processors.
STARTS = BoundedSemaphore(6)


class Way(Enum):
    DIRECT = "direct"
    SPOOL = "spool"


@dataclass
class Course:
    """The parts while a fault takes its course; a fault calls start() first.

    It fires and resolves alerts here, so that each recipient's mails are expected, and says
    when all is well again.
    """

    lab: Lab
    way: Way
    expected: list[Expected] = field(default_factory=list)
    recipients: list[str] = field(default_factory=lambda: list(RECIPIENTS))
    remarks: dict[str, Any] = field(default_factory=dict)
    recovery: float = 0.0
    patience: float = 0.0
    mail_server: MailServer = field(init=False)
    spool: Spool = field(init=False)  # of Way.SPOOL only
    alertmanager: Alertmanager = field(init=False)
    alerts: AlertSource = field(init=False)

    def start(
        self,
        change: Change = short_times,
        server: dict[str, Any] | None = None,
        spool: dict[str, Any] | None = None,
        alertmanager: dict[str, Any] | None = None,
    ) -> None:
        """All parts, in good health. `change` is made to Alertmanager's configuration."""
        self.patience = self.patience or (
            DIRECT_PATIENCE if self.way is Way.DIRECT else SPOOL_PATIENCE
        )
        with STARTS:
            self.mail_server = self.lab.mail_server(**(server or {}))
            relay = direct(self.mail_server)
            if self.way is Way.SPOOL:
                self.spool = self.lab.spool(self.mail_server, **(spool or {}))
                relay = self.spool.relay
            self.alertmanager = self.lab.alertmanager(relay, change=change, **(alertmanager or {}))
            self.alerts = self.lab.alerts(self.alertmanager)

    def fire(self, title: str = TITLE) -> Alert:
        self._expect("ALERT", title)
        return self.alerts.fire(title)

    def resolve(self, *alerts: Alert) -> None:
        for alert in alerts:
            self._expect("RESOLVED", alert.title)
        self.alerts.resolve(*alerts)

    def recovered(self) -> None:
        """From now on nothing stands in the way of any mail."""
        self.recovery = time.monotonic()

    def until_delivered(self, seconds: float = 60) -> None:
        """Waits for every mail expected so far."""
        eventually(lambda: not self.missing(), seconds, self.state)

    def until_noted(self) -> None:
        """The same, and until Alertmanager has taken note of it."""
        self.until_delivered()
        mails, noted = len(self.expected), "alertmanager_notification_latency_seconds_count"
        eventually(lambda: self.alertmanager.value(noted) >= mails, 20, self.state)

    def until_failing(self, seconds: float = 60) -> None:
        """Waits until each mail that is missing was tried in vain."""
        eventually(lambda: self._failures() >= len(self.missing()), seconds, self.state, every=0.5)

    def missing(self) -> list[Expected]:
        return missing(self.expected, list(self.mail_server.mails))

    def state(self) -> str:
        """For a person who wonders why it does not go on."""
        queue = self.spool.queued() if self.way is Way.SPOOL else "none"
        return (
            f"missing: {self.missing()}\nattempts: {self.mail_server.attempts[-10:]}\n"
            f"queue: {queue}\n{self.alertmanager.output}"
        )

    def outcome(self) -> Outcome:
        """Waits until all mails are there, or for as long as there is hope."""
        hope = max([self.recovery, *(each.due for each in self.expected)]) + self.patience
        while self.missing() and time.monotonic() < hope:
            time.sleep(0.1)
        time.sleep(QUIET_SECONDS)
        return judge(self.expected, self.mail_server.mails, self.recovery, self.remarks)

    def _expect(self, status: str, title: str) -> None:
        now, subject = time.monotonic(), f"[{status}] Seadragon LLM: {title}"
        self.expected += [Expected(recipient, subject, now) for recipient in self.recipients]

    def _failures(self) -> int:
        if self.way is Way.SPOOL:
            return len(self.spool.reasons())
        refused = [each for each in self.mail_server.attempts if each.answer[0] not in "23"]
        failed = self.alertmanager.value("alertmanager_notification_requests_failed_total")
        return max(len(refused), int(failed))


Fault = Callable[[Course], None]


class Run(NamedTuple):
    """A fault, and how mails are delivered meanwhile."""

    fault: Fault
    way: Way

    @property
    def title(self) -> str:
        """What the table calls the fault."""
        return (self.fault.__doc__ or "").strip().removesuffix(".")

    def play(self) -> Outcome:
        """From the start of all parts to their end, after which none is left."""
        with ExitStack() as stops:
            lab = open_lab(stops)
            course = Course(lab, self.way)
            self.fault(course)
            outcome = course.outcome()
        eventually(lambda: not lab.processes(), 10, lambda: f"still there: {lab.processes()}")
        return outcome
