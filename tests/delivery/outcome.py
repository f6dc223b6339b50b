"""What became of the mails that somebody should get."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mail_server import Mail
from routing import SENDER


class Expected(NamedTuple):
    """A mail that a recipient should get."""

    recipient: str
    subject: str
    due: float  # when the alert began or ended; time.monotonic()


@dataclass(frozen=True)
class Outcome:
    """Of a fault that is over."""

    expected: int
    lost: list[Expected]
    late: float  # seconds of the latest mail, after the fault or, if that was later, its alert
    duplicated: int  # mails beyond those that are expected
    false_resolved: int  # mails that told of an end that had not come
    returned: int  # mails at the sender's own address, with one inside that nobody took
    remarks: dict[str, Any] = field(default_factory=dict)

    @property
    def is_flawless(self) -> bool:
        """Each mail came exactly once, however late."""
        return not (self.lost or self.duplicated or self.false_resolved or self.returned)


def missing(expected: Sequence[Expected], mails: Sequence[Mail]) -> list[Expected]:
    """Those that nobody got so far."""
    return judge(expected, mails, 0).lost


def judge(
    expected: Sequence[Expected],
    mails: Sequence[Mail],
    recovery: float,
    remarks: dict[str, Any] | None = None,
) -> Outcome:
    """`recovery` is when the fault was over; time.monotonic()."""
    dues: dict[tuple[str, str], list[Expected]] = {}
    for each in expected:
        dues.setdefault((each.recipient, each.subject), []).append(each)
    comings: dict[tuple[str, str], list[Mail]] = {key: [] for key in dues}
    false_resolved = returned = 0
    for mail in mails:
        if mail.recipient == SENDER:
            returned += 1
            continue
        key = (mail.recipient, mail.subject)
        of_key = dues.get(key, [])
        if mail.subject.startswith("[RESOLVED]") and not (of_key and of_key[0].due <= mail.time):
            false_resolved += 1
        else:
            comings.setdefault(key, []).append(mail)
    lost: list[Expected] = []
    late, duplicated = 0.0, 0
    for key, came in comings.items():
        due = dues.get(key, [])
        lost += due[len(came) :]
        duplicated += max(0, len(came) - len(due))
        for mail, its in zip(came, due):
            late = max(late, mail.time - max(its.due, recovery))
    counts = (duplicated, false_resolved, returned)
    return Outcome(len(expected), lost, late, *counts, remarks or {})
