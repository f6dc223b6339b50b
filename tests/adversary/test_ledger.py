"""The books of the queue when the server is killed, and when all its clients leave at once."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hostile import Clients
from server import STREAM, Server, eventually

CLIENTS = 100
FLAGS = ("--tokens-per-second=50", "--slots=8", f"--queue={CLIENTS}", f"--http-threads={2 * CLIENTS}")


def expect_balance(server: Server) -> dict[str, int]:
    """One scrape, added up as PromQL would; returns what stands in the books."""
    books = server.queue_books()
    ended = sum(value for name, value in books.items() if name.startswith("finished_"))
    assert books["received"] == ended + books["length"] + books["active"], books
    assert books["imbalance"] == 0, books
    return books


@contextmanager
def clients_that_come_and_go(port: int) -> Iterator[None]:
    """A dozen clients that read a stream for a moment and leave, over and over, whatever happens."""
    over = threading.Event()

    def come_and_go(seed: int) -> None:
        clients = Clients(port)
        clients.random = random.Random(seed)
        while not over.is_set():
            try:
                (client,) = clients.start_streams(STREAM, 1)
                over.wait(clients.random.random() / 10)
                clients.drop(client)
            except (OSError, AssertionError):  # the server is gone for a while
                over.wait(0.01)

    threads = [threading.Thread(target=come_and_go, args=[seed]) for seed in range(12)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    started: list[Server] = []

    def start(**ports: int) -> Server:
        started.append(Server(tmp_path, *FLAGS, **ports))
        return started[-1]

    yield start
    for one in started:
        one.kill()


def test_balances_from_its_first_scrape_on_after_being_killed_at_any_moment(server: Callable[..., Server]):
    running = server()
    moments = random.Random(20261128)
    with clients_that_come_and_go(running.port):
        for _ in range(5):
            eventually(lambda: expect_balance(running)["received"] > 20, running.page)
            time.sleep(moments.random() / 5)
            running.kill()
            running = server(port=running.port, metrics_port=running.metrics_port)
            expect_balance(running)
    eventually(lambda: expect_balance(running)["active"] == 0, running.page)
    books = expect_balance(running)
    assert books["length"] == 0
    assert books["finished_cancelled_running"] > 0
    assert books["finished_abandoned"] == 0


def test_balances_when_all_clients_leave_at_once(server: Callable[..., Server]):
    running = server()
    clients = Clients(running.port)
    streams = clients.start_streams(STREAM, CLIENTS)
    books = expect_balance(running)
    assert (books["received"], books["length"], books["active"]) == (CLIENTS, CLIENTS - 8, 8)
    eventually(lambda: running.tokens("completion") >= 80, running.page)

    scrapes = []
    leaving = threading.Thread(target=lambda: [clients.drop(stream) for stream in streams])
    leaving.start()
    eventually(lambda: scrapes.append(expect_balance(running)) or scrapes[-1]["active"] == 0, running.page)
    leaving.join()
    eventually(lambda: running.in_flight() == 0, running.page)
    books = expect_balance(running)
    assert books["received"] == CLIENTS
    assert books["length"] == books["active"] == 0
    assert books["finished_cancelled_running"] >= 8
    assert books["finished_cancelled_queued"] + books["finished_cancelled_running"] == CLIENTS
    # Three that were told of it by different parts of the server agree.
    aborted = sum(
        value
        for (_, outcome), value in running.samples("seadragon_http_outcomes_total").items()
        if outcome == "client_abort"
    )
    assert aborted == CLIENTS
    wasted = running.samples("seadragon_generation_wasted_tokens_total")
    assert wasted["seadragon-ngram", "cancelled_running"] == running.tokens("completion") > 0
    assert running.samples("seadragon_generation_wasted_seconds_total")["seadragon-ngram", "cancelled_running"] > 0
