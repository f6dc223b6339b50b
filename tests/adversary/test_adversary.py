"""A server under hostile clients: its counts stay exact, its log unforged, its page valid."""

import json
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile import ODD_BYTES, Clients, headers_of
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from server import KEY, STREAM, Server, eventually

HEAD = b"GET /v1/models HTTP/1.1\r\nHost: x\r\n"
LEAVING = 200


@pytest.fixture(params=["text", "json"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    # With a thread for each of the clients that leave.
    flags = ["--tokens-per-second=1", "--queue=256", "--http-threads=300"]
    started = Server(tmp_path, f"--log-format={request.param}", *flags)
    yield started
    started.kill()


def send_odd_bytes_everywhere(clients: Clients) -> None:
    for odd in ODD_BYTES:
        target_safe = odd.replace(b" ", b"%20")
        for head in (
            b"GET /" + target_safe + b" HTTP/1.1\r\nHost: x\r\n",
            b"GET /v1/models?q=" + target_safe + b" HTTP/1.1\r\nHost: x\r\n",
            HEAD + b"X-Request-ID: " + odd + b"\r\n",
            HEAD + b"X-Request-ID: ok" + odd + b"\r\n" + KEY,
            HEAD + b"User-Agent: " + odd + b"\r\n" + KEY,
            HEAD + b"X-Forwarded-For: " + odd + b", " + odd + b"\r\n" + KEY,
            HEAD + b"Authorization: Bearer " + odd + b"\r\n",
            HEAD + b"X-API-Key: " + odd + b"\r\n",
            HEAD + b"X-" + target_safe.replace(b":", b"") + b": 1\r\n" + KEY,
        ):
            answer = clients.ask(head)
            names = [line.split(b":")[0].lower() for line in headers_of(answer)]
            assert b"x-injected" not in names, answer
            assert names.count(b"x-request-id") == 1, answer
            (request_id,) = (h for h in headers_of(answer) if h.lower().startswith(b"x-request-id"))
            assert re.fullmatch(rb"X-Request-ID: [A-Za-z0-9._-]{1,64}", request_id), request_id
        body = b'{"model": "' + odd + b'", "messages": [{"role": "user", "content": "' + odd + b'"}]}'
        clients.ask(
            b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\n" + KEY
            + b"Content-Length: %d\r\n" % len(body), body,
        )  # fmt: skip


def send_too_much(clients: Clients) -> None:
    large = b"a" * 65536
    many = b"".join(b"X-%d: 1\r\n" % i for i in range(5000))
    heads = [
        HEAD + b"X-Large: " + large + b"\r\n",
        HEAD + b"X-Request-ID: " + large + b"\r\n",
        HEAD + many,
        b"GET /" + large + b" HTTP/1.1\r\nHost: x\r\n",
        large + b" / HTTP/1.1\r\nHost: x\r\n",
    ]
    clients.ask_all([(head, b"") for head in heads])


def leave_at_every_stage(clients: Clients) -> None:
    clients.leave(b"", is_counted=False)
    # cpp-httplib 0.11 answers what breaks off with 400, whether or not somebody is there.
    clients.leave(b"GET /v1/mod", is_counted=True)
    clients.leave(HEAD, is_counted=True)
    clients.leave(HEAD + b"X-Half: ", is_counted=True)
    clients.leave(HEAD + KEY + b"\r\n", is_counted=True)  # does not wait for its answer
    clients.leave(STREAM[:-10], is_counted=True)  # a body that never comes whole
    clients.leave(STREAM, is_counted=True)


def test_counts_stay_exact_the_log_unforged_and_the_page_valid(server: Server):
    clients = Clients(server.port)
    before = set(re.findall(r"^(seadragon_http_[^ ]+) ", server.page(), re.M))
    send_odd_bytes_everywhere(clients)
    send_too_much(clients)
    leave_at_every_stage(clients)
    streams = clients.start_streams(STREAM, LEAVING)
    assert server.in_flight() >= LEAVING
    for stream in streams:
        clients.drop(stream)
    eventually(lambda: server.in_flight() == 0, server.in_flight)

    # Each request that an answer was seen to, under its status; the others once as well.
    asked = sum(clients.statuses.values()) + clients.unanswered
    counted = server.statuses()
    assert sum(counted.values()) == asked
    for status, answers in clients.statuses.items():
        assert counted[str(status)] >= answers, (status, counted, clients.statuses)
    outcomes = Counter()
    for (_, outcome), value in server.samples("seadragon_http_outcomes_total").items():
        outcomes[outcome] += int(value)
    assert sum(outcomes.values()) == asked
    assert outcomes["client_abort"] in (LEAVING, LEAVING + 1)  # the one that did not read may have it all
    errors = sum(count for status, count in counted.items() if status >= "400" and status != "unknown")
    assert sum(server.samples("seadragon_http_errors_total").values()) == errors
    durations = server.samples("seadragon_http_request_duration_seconds_count")
    assert sum(durations.values()) == asked
    assert server.samples("seadragon_queue_imbalance") == {("chat",): 0}

    # No stranger made a series: what is new are statuses and methods that were not seen before.
    after = set(re.findall(r"^(seadragon_http_[^ ]+) ", server.page(), re.M))
    routes = {match for name in after - before for match in re.findall(r'route="([^"]*)"', name)}
    assert routes <= {"unmatched", "/v1/models", "/v1/chat/completions"}
    check = subprocess.run(
        ["promtool", "check", "metrics"], input=server.page(), capture_output=True, text=True
    )
    assert (check.returncode, check.stdout, check.stderr) == (0, "", "")
    assert list(parse_openmetrics(server.page("application/openmetrics-text; version=1.0.0")))

    dropped = server.samples("seadragon_log_dropped_total")
    server.stop()
    assert dropped == {(): 0}
    expect_unforged_log(server.log, asked, counted)


PLAIN = (
    r"(?:[!#-&(-\[\]-_a-~\u00a1-\u061b\u061d-\u167f\u1681-\u1fff\u2010-\u2027\u2030-\u205e"
    r"\u206a-\u2fff\u3001-\U0010ffff]|\\x[0-9A-F]{2})*"
)
TEXT_LINE = re.compile(
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} - seadragon - (?:INFO - (?:"
    rf"Request (started): {PLAIN} {PLAIN} \(ID: ([A-Za-z0-9._-]{{1,64}})\)|"
    rf"Request (completed): {PLAIN} {PLAIN} - Status: (\d{{3}}|unknown) - Time: \d+\.\d{{4}}s "
    r"\(ID: ([A-Za-z0-9._-]{1,64})\)|"
    r"Metrics are served at http://127.0.0.1:\d+/metrics))"
)


def expect_unforged_log(log: Path, asked: int, counted: Counter[str]) -> None:
    """As many lines as requests, each of one form, with the statuses that the page has."""
    text = log.read_bytes().decode()  # strictly UTF-8
    assert text.endswith("\n")
    started, completed = Counter(), Counter()
    statuses: Counter[str] = Counter()
    for line in text[:-1].split("\n"):
        if line.startswith("{"):
            entry = json.loads(line)
            event, request_id = entry["event"], entry.get("request_id")
            assert event in ("request_started", "request_completed", "message"), line
            status = entry.get("status")
            is_completed = event == "request_completed"
            assert len(entry.get("path", "")) <= 256 and len(entry.get("user_agent", "")) <= 128, line
            assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]", line), line
            if event == "message":
                continue
            assert entry.get("user") in (None, "anna"), line
        else:
            match = TEXT_LINE.fullmatch(line)
            assert match, line
            if not (match[1] or match[3]):
                continue
            is_completed = match[3] is not None
            request_id, status = match[2] or match[5], match[4]
            assert len(line) < 1200, line
        (completed if is_completed else started)[request_id] += 1
        if is_completed:
            statuses[str(status)] += 1
    assert started == completed
    assert sum(completed.values()) == asked
    assert statuses == counted
    assert "sk-example" not in text
