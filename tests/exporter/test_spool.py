"""The collector mail with a real Postfix: what it tells of a spool, and to whom."""

import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from exporter_process import NO_SERVER, Exporter, value_of
from postfix_spool import Postfix, RefusingServer
from running import eventually

QUEUES = ("incoming", "active", "deferred", "hold")
REASON = re.compile(r'^seadragon_mail_spool_reason_info\{reason="(.*)"\} 1$', re.M)


@pytest.fixture
def postfix(stops: ExitStack) -> Postfix:
    """Its mails go to a server that is not there yet."""
    postfix = Postfix()
    stops.callback(postfix.remove)
    return postfix


@pytest.fixture
def page(postfix: Postfix, start_exporter: Callable[..., Exporter]) -> Iterator[Callable[[], str]]:
    exporter = start_exporter(f"--mail.spool={postfix.queue}", *NO_SERVER)
    yield lambda: exporter.page("?collect[]=mail")
    assert "collector mail fails" not in exporter.log


def waiting(page: str) -> dict[str, float | None]:
    series = 'seadragon_mail_spool_messages{{queue="{}"}}'
    return {queue: value_of(page, series.format(queue)) for queue in QUEUES}


def is_up(page: str) -> float | None:
    return value_of(page, "seadragon_mail_spool_up")


def oldest(page: str) -> float | None:
    return value_of(page, "seadragon_mail_spool_oldest_seconds")


def test_a_spool_that_is_down_is_told_as_a_fact(page: Callable[[], str], postfix: Postfix):
    text = page()
    assert is_up(text) == 0
    assert re.findall("^seadragon_mail_spool_.*$", text, re.M) == ["seadragon_mail_spool_up 0"]
    assert value_of(text, 'seadragon_exporter_collector_success{collector="mail"}') == 1
    postfix.start()
    assert is_up(page()) == 1
    postfix.stop()
    assert is_up(page()) == 0


def test_an_empty_spool_has_every_queue(page: Callable[[], str], postfix: Postfix):
    postfix.start()
    text = page()
    assert is_up(text) == 1
    assert waiting(text) == {"incoming": 0, "active": 0, "deferred": 0, "hold": 0}
    assert oldest(text) == 0
    assert REASON.findall(text) == []


def test_a_mail_that_cannot_be_delivered_waits_with_its_reason(
    page: Callable[[], str], postfix: Postfix
):
    postfix.start()
    postfix.hand_over("ops@seadragon.example")
    text = eventually(lambda: deferred(page()), page)
    assert waiting(text) == {"incoming": 0, "active": 0, "deferred": 1, "hold": 0}
    assert 0 <= oldest(text) < 60
    assert REASON.findall(text) == [f"connect to {postfix.relay}: Connection refused"]
    eventually(lambda: oldest(page()) > oldest(text), page)


def deferred(page: str) -> str | None:
    return page if waiting(page)["deferred"] else None


def test_the_words_of_the_server_are_told(
    page: Callable[[], str], postfix: Postfix, stops: ExitStack
):
    said = b"550 5.1.1 No such \"user\" here 4SdK3m9A8B7C1234"
    stops.callback(RefusingServer(postfix.relay, said).stop)
    postfix.start()
    postfix.hand_over("ops@seadragon.example", "two@seadragon.example")
    text = eventually(lambda: deferred(page()), page)
    assert waiting(text)["deferred"] == 1  # a mail, however many wait for it
    host = postfix.relay.partition(":")[0]
    assert REASON.findall(text) == [
        rf"host {host} said: 550 5.1.1 No such \"user\" here ... (in reply to RCPT TO command)"
    ]


def test_a_mail_that_was_delivered_waits_no_longer(
    page: Callable[[], str], postfix: Postfix, stops: ExitStack
):
    postfix.start()
    postfix.hand_over("ops@seadragon.example")
    eventually(lambda: deferred(page()), page)
    stops.callback(RefusingServer(postfix.relay, refusal=None).stop)
    postfix.try_again()
    eventually(lambda: sum(waiting(page()).values()) == 0, page)
    text = page()
    assert oldest(text) == 0
    assert REASON.findall(text) == []


def test_a_mail_that_somebody_holds_back_waits_too(page: Callable[[], str], postfix: Postfix):
    postfix.start()
    postfix.hand_over("ops@seadragon.example")
    postfix.hand_over("ops@seadragon.example")
    eventually(lambda: waiting(page())["deferred"] == 2, page)
    postfix.hold_all()
    text = page()
    assert waiting(text) == {"incoming": 0, "active": 0, "deferred": 0, "hold": 2}
    assert REASON.findall(text) == []


def test_a_spool_that_hangs_delays_no_scrape(page: Callable[[], str], postfix: Postfix):
    postfix.start()
    assert is_up(page()) == 1
    with postfix.hanging():
        text = page()
    assert is_up(text) == 0
    taken = 'seadragon_exporter_collector_duration_seconds{collector="mail"}'
    assert value_of(text, taken) < 4
    assert is_up(page()) == 1


@pytest.mark.parametrize("groups", [[], ["postdrop"]])
def test_only_members_of_the_group_may_ask(
    postfix: Postfix, start_exporter: Callable[..., Exporter], groups: list[str]
):
    postfix.start()
    exporter = start_exporter(
        f"--mail.spool={postfix.queue}", *NO_SERVER, user="nobody", groups=groups
    )
    text = exporter.page("?collect[]=mail")
    may = float(bool(groups))
    assert value_of(text, 'seadragon_exporter_collector_success{collector="mail"}') == may
    assert is_up(text) == (1 if groups else None)
    if not groups:
        assert (
            f"collector mail fails: {postfix.queue}/public/showq: Permission denied; root may ask "
            "the spool, and who is in the group postdrop: add this user to it\n" in exporter.log
        )


def test_postqueue_tells_the_same(page: Callable[[], str], postfix: Postfix):
    postfix.start()
    for _ in range(3):
        postfix.hand_over("ops@seadragon.example", "two@seadragon.example")
    text = eventually(lambda: waiting(page())["deferred"] == 3 and page(), page)
    listed = subprocess.run(
        ["postqueue", "-c", postfix.config, "-j"], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert len(listed) == sum(waiting(text).values()) == 3
