"""LLM servers that hang or mean no good: the scrape is answered in time, with the rest of the page."""

import random
import re
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from exporter_process import FIXTURE_TREES, Exporter, value_of, within
from running import eventually
from served_pages import SEADRAGON_PAGE, PageProcess, SpeakingServer, Speech

# What the scraper waits, in seconds.
DEADLINE = 1
MOST_MEGABYTES = 20
MEMORY_TOTAL = 25276514304

PAGE = SEADRAGON_PAGE.read_bytes()
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
# A server may send this much, and no byte more.
MOST_BYTES = 4 << 20


def page_in_time(exporter: Exporter) -> str:
    answer = exporter.get(headers=within(DEADLINE))
    assert answer.status == 200, answer
    assert answer.seconds < DEADLINE
    assert value_of(answer.text, "seadragon_host_memory_total_bytes") == MEMORY_TOTAL
    return answer.text


def server_series(page: str, server: str) -> set[str]:
    """Names of what is told of a server's page; what is told of its process does not depend on that."""
    names = re.findall(rf'^(seadragon_server_\w+)\{{server="{re.escape(server)}"', page, re.M)
    return {name for name in names if not name.startswith("seadragon_server_process_")}


def test_a_server_that_hangs_is_down_until_it_goes_on(
    start_exporter: Callable[..., Exporter], llm_server: PageProcess
):
    exporter = start_exporter(*FIXTURE_TREES, f"--server.url={llm_server.url}")
    up = 'seadragon_server_up{server="%s"}' % llm_server.name
    assert value_of(exporter.page(), up) == 1

    llm_server.hang()
    page = page_in_time(exporter)
    assert value_of(page, up) == 0
    assert server_series(page, llm_server.name) == {"seadragon_server_up"}
    assert value_of(page, 'seadragon_exporter_collector_success{collector="server"}') == 0
    assert value_of(page, 'seadragon_exporter_collector_success{collector="cpu"}') == 1
    assert value_of(page_in_time(exporter), up) == 0
    assert exporter.log.count("collector server fails") == 1

    llm_server.go_on()
    eventually(lambda: value_of(exporter.page(), up) == 1, exporter.page)
    queue_length = 'seadragon_server_queue_length{server="%s"}' % llm_server.name
    assert value_of(exporter.page(), queue_length) == 9
    exporter.await_log("collector server delivers again")


def test_a_server_that_hangs_takes_nothing_from_another(
    tmp_path: Path, start_exporter: Callable[..., Exporter], stops: ExitStack
):
    servers = {}
    for name in "chat", "embeddings":
        (tmp_path / name).mkdir()
        servers[name] = PageProcess(tmp_path / name)
        stops.callback(servers[name].stop)
    config = tmp_path / "exporter.yml"
    config.write_text(
        "servers:\n" + "".join(f"  - {{name: {n}, url: '{s.url}'}}\n" for n, s in servers.items())
    )
    exporter = start_exporter(*FIXTURE_TREES, f"--config.file={config}")
    whole = exporter.page()
    assert value_of(whole, 'seadragon_server_up{server="chat"}') == 1
    assert value_of(whole, 'seadragon_server_up{server="embeddings"}') == 1

    servers["chat"].hang()
    page = page_in_time(exporter)
    assert value_of(page, 'seadragon_server_up{server="chat"}') == 0
    assert server_series(page, "chat") == {"seadragon_server_up"}
    assert value_of(page, 'seadragon_server_up{server="embeddings"}') == 1
    assert value_of(page, 'seadragon_server_queue_length{server="embeddings"}') == 9
    assert server_series(page, "embeddings") == server_series(whole, "embeddings")


def over_and_over(speech: Speech, piece: bytes) -> None:
    while speech.say(piece):
        pass


def say_endless_page(speech: Speech) -> None:
    speech.say(OK + b"\r\n" + PAGE)
    over_and_over(speech, b"# more\n" * 9000)


def say_endless_page_in_chunks(speech: Speech) -> None:
    speech.say(OK + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(PAGE) + PAGE + b"\r\n")
    over_and_over(speech, b"10000\r\n" + b"#" * 0x10000 + b"\r\n")


def say_endless_header(speech: Speech) -> None:
    speech.say(OK + b"X-Long: ")
    over_and_over(speech, b"x" * 65536)


def say_endless_headers(speech: Speech) -> None:
    speech.say(OK)
    over_and_over(speech, b"X-Many: 1\r\n" * 6000)


def say_endless_status(speech: Speech) -> None:
    over_and_over(speech, b"H" * 65536)


def say_endless_chunk_size(speech: Speech) -> None:
    speech.say(OK + b"Transfer-Encoding: chunked\r\n\r\n")
    over_and_over(speech, b"0" * 65536)


def drip(speech: Speech, said: bytes) -> None:
    for byte in said:
        if not speech.say(bytes([byte])):
            return
        speech.pause(0.1)


def drip_answer(speech: Speech) -> None:
    drip(speech, OK + b"Content-Length: %d\r\n\r\n" % len(PAGE) + PAGE)


def drip_page(speech: Speech) -> None:
    speech.say(OK + b"Content-Length: %d\r\n\r\n" % len(PAGE))
    drip(speech, PAGE)


def filled(size: int) -> bytes:
    return PAGE + b"#" * (size - len(PAGE) - 1) + b"\n"


def say_too_much(speech: Speech) -> None:
    page = filled(MOST_BYTES + 1)
    speech.say(OK + b"Content-Length: %d\r\n\r\n" % len(page) + page)


def say_too_much_without_length(speech: Speech) -> None:
    speech.say(OK + b"Connection: close\r\n\r\n" + filled(MOST_BYTES + 1))


def promise_too_much(speech: Speech) -> None:
    speech.say(OK + b"Content-Length: 18446744073709551615\r\n\r\n" + PAGE)


def say_garbage(speech: Speech) -> None:
    speech.say(random.Random(20261128).randbytes(1 << 20))


def say_garbage_for_a_page(speech: Speech) -> None:
    garbage = random.Random(20261128).randbytes(1 << 20)
    speech.say(OK + b"Content-Length: %d\r\n\r\n" % len(garbage) + garbage)


def say_garbage_for_values(speech: Speech) -> None:
    page = PAGE.replace(b'seadragon_queue_length{queue="chat"} 7', b'seadragon_queue_length{queue="\xff\x00')
    assert page != PAGE
    speech.say(OK + b"Content-Length: %d\r\n\r\n" % len(page) + page)


def break_off(speech: Speech) -> None:
    speech.say(OK + b"Content-Length: %d\r\n\r\n" % (len(PAGE) + 1) + PAGE)


HOSTILE = [
    say_endless_page, say_endless_page_in_chunks, say_endless_header, say_endless_headers,
    say_endless_status, say_endless_chunk_size, drip_answer, drip_page, say_too_much,
    say_too_much_without_length, promise_too_much, say_garbage, say_garbage_for_a_page,
    say_garbage_for_values, break_off,
]  # fmt: skip


@pytest.mark.parametrize("speak", HOSTILE, ids=lambda speak: speak.__name__)
def test_a_hostile_server_is_down_and_costs_nothing(
    start_exporter: Callable[..., Exporter],
    speaking_server: Callable[[Callable[[Speech], object]], SpeakingServer],
    speak: Callable[[Speech], None],
):
    asked = []
    server = speaking_server(lambda speech: (asked.append(1), speak(speech)))
    exporter = start_exporter(*FIXTURE_TREES, f"--server.url={server.url}", "--server.name=llm")
    for _ in range(2):  # it does not learn to trust it
        page = page_in_time(exporter)
        assert value_of(page, 'seadragon_server_up{server="llm"}') == 0
        assert server_series(page, "llm") == {"seadragon_server_up"}
    assert len(asked) == 2
    assert exporter.megabytes("VmHWM") < MOST_MEGABYTES


def test_a_page_may_have_four_mebibytes(
    start_exporter: Callable[..., Exporter],
    speaking_server: Callable[[Callable[[Speech], object]], SpeakingServer],
):
    page = filled(MOST_BYTES)
    server = speaking_server(lambda speech: speech.say(OK + b"Content-Length: %d\r\n\r\n" % len(page) + page))
    exporter = start_exporter(*FIXTURE_TREES, f"--server.url={server.url}", "--server.name=llm")
    found = exporter.page()
    assert value_of(found, 'seadragon_server_up{server="llm"}') == 1
    assert value_of(found, 'seadragon_server_queue_length{server="llm"}') == 9
    assert exporter.megabytes("VmHWM") < MOST_MEGABYTES
