"""The verdicts that all other tests of delivery rely on."""

from email.message import EmailMessage

from mail_server import Mail
from outcome import Expected, judge
from routing import SENDER

ALERT = "[ALERT] Seadragon LLM: High CPU Usage"
RESOLVED = "[RESOLVED] Seadragon LLM: High CPU Usage"
OPS, SECOND = "ops@example.org", "second@example.org"


def mail(time: float, subject: str, recipient: str = OPS) -> Mail:
    message = EmailMessage()
    message["Subject"] = subject
    return Mail(time, recipient, message)


def test_each_mail_once_is_flawless_and_late_by_the_latest() -> None:
    expected = [Expected(OPS, ALERT, 10), Expected(OPS, RESOLVED, 20)]
    outcome = judge(expected, [mail(11, ALERT), mail(23, RESOLVED)], recovery=0)
    assert outcome.is_flawless
    assert outcome.late == 3


def test_what_was_due_in_a_fault_is_late_by_the_time_since_its_end() -> None:
    outcome = judge([Expected(OPS, ALERT, 10)], [mail(72, ALERT)], recovery=70)
    assert outcome.late == 2


def test_a_mail_that_only_the_other_recipient_got_is_lost() -> None:
    expected = [Expected(OPS, ALERT, 10), Expected(SECOND, ALERT, 10)]
    outcome = judge(expected, [mail(11, ALERT, SECOND)], recovery=0)
    assert outcome.lost == [expected[0]]
    assert not outcome.duplicated


def test_a_second_mail_is_a_duplicate() -> None:
    outcome = judge([Expected(OPS, ALERT, 10)], [mail(11, ALERT), mail(12, ALERT)], recovery=0)
    assert outcome.duplicated == 1
    assert not outcome.is_flawless


def test_a_mail_of_something_else_is_a_mail_too_many() -> None:
    assert judge([], [mail(11, "Postfix SMTP server: errors")], recovery=0).duplicated == 1


def test_an_end_that_is_told_before_it_came_is_false() -> None:
    expected = [Expected(OPS, ALERT, 10), Expected(OPS, RESOLVED, 20)]
    outcome = judge(expected, [mail(11, ALERT), mail(19, RESOLVED)], recovery=0)
    assert outcome.false_resolved == 1
    assert outcome.lost == [expected[1]], "the true one"


def test_an_end_that_never_came_is_false() -> None:
    outcome = judge([Expected(OPS, ALERT, 10)], [mail(11, ALERT), mail(12, RESOLVED)], recovery=0)
    assert outcome.false_resolved == 1


def test_what_comes_back_to_the_sender_is_neither_a_duplicate_nor_flawless() -> None:
    expected = [Expected(OPS, ALERT, 10)]
    back = mail(30, "Undelivered Mail Returned to Sender", SENDER)
    outcome = judge(expected, [mail(11, ALERT), back], recovery=0)
    assert outcome.returned == 1 and not outcome.duplicated
    assert outcome.late == 1
    assert not outcome.is_flawless
