"""What recipients were told of a machine."""

import re
from collections import Counter
from collections.abc import Sequence

from mail_server import Mail
from outcome import Expected, Outcome, judge
from routing import RECIPIENTS


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


def outcome_of(
    mails: Sequence[Mail], instance: str, due: Sequence[tuple[str, float]], recovery: float = 0
) -> Outcome:
    """Of the mails about the machine; `due` are their subjects, and when each became true."""
    expected = [Expected(each, *subject) for subject in due for each in RECIPIENTS]
    return judge(expected, [mail for mail in list(mails) if is_about(mail, instance)], recovery)


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
