"""Courses of events that are no fault of the mail server, and what a test sees of them."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from alertmanager import RECIPIENTS, Alertmanager
from lab import Lab, open_lab
from machines import Machines
from mail_server import Mail
from prometheus import Prometheus
from waiting import eventually


class Play(NamedTuple):
    """What happens in a lab, from its opening to its end; it has a thread of its own."""

    events: Callable[[Lab], Any]

    def play(self) -> Any:
        with ExitStack() as stops:
            lab = open_lab(stops)
            outcome = self.events(lab)
        eventually(lambda: not lab.processes(), 10, lambda: f"still there: {lab.processes()}")
        return outcome


def after(*events: Callable[[Lab], Any]) -> pytest.MarkDecorator:
    """The argument `outcome` of a test is what these events returned; one test for each."""
    plays, names = [Play(each) for each in events], [each.__name__ for each in events]
    return pytest.mark.parametrize("outcome", plays, indirect=True, ids=names)


def room(lab: Lab, name: str) -> Lab:
    """A folder in that of the lab, for a second program of a kind; it ends with the lab."""
    folder: Path = lab.folder / name
    folder.mkdir()
    folder.chmod(0o755)
    return Lab(folder, lab.stops)


def machines_of(lab: Lab, *instances: str) -> Machines:
    machines = Machines(*instances)
    lab.stops.callback(machines.stop)
    return machines


def prometheus_of(
    lab: Lab, machines: Machines, alertmanagers: Sequence[Alertmanager], **how: object
) -> Prometheus:
    """Running."""
    prometheus = Prometheus(lab.folder / "prometheus", machines, alertmanagers, **how)
    lab.stops.callback(prometheus.stop)
    prometheus.start()
    return prometheus


def is_about(mail: Mail, instance: str) -> bool:
    """The HTML part names the job and the machine."""
    page = mail.message.get_body(("html",)).get_content()
    return re.search(rf" on {re.escape(instance)}[,<]", page) is not None


def alert(title: str) -> str:
    """The subject of the mail."""
    return f"[ALERT] Seadragon LLM: {title}"


def resolved(title: str) -> str:
    return f"[RESOLVED] Seadragon LLM: {title}"


def of_each(mails: Sequence[Mail], instance: str) -> dict[str, list[str]]:
    """The subjects of the mails about the machine, by recipient, in the order of their arrival."""
    about = [mail for mail in list(mails) if is_about(mail, instance)]
    return {
        each: [mail.subject for mail in about if mail.recipient == each] for each in RECIPIENTS
    }


def of_all(mails: Sequence[Mail], instance: str) -> Counter[str]:
    """How often every recipient got each subject, at least."""
    first, *others = map(Counter, of_each(mails, instance).values())
    for other in others:
        first &= other
    return first


def subjects(mails: Sequence[Mail], instance: str) -> list[str]:
    """What each recipient was told of the machine; the same for all, or it fails."""
    told = list(of_each(mails, instance).values())
    assert all(sorted(each) == sorted(told[0]) for each in told), f"not the same: {told}"
    return told[0]
