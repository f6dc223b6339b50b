#!/usr/bin/env python3
"""Clients that want a metrics endpoint to answer nobody else, in a process of their own.

Silent ones that say nothing, slow ones that send a byte of their headers a second, readers that
ask for many pages at once and take 64 bytes a second, guessers that try one password after the
other. Who is thrown out comes again. They step back for whom they attack, on this machine: what
is measured is the server, not who got the processor. Prints a line when all have come once, and
when its input ends another with what happened.
"""

import argparse
import base64
import collections
import contextlib
import enum
import itertools
import json
import os
import selectors
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

REQUEST = b"GET /metrics HTTP/1.1\r\nHost: x\r\n"
PAGES_AT_ONCE = 64
BYTES_AT_ONCE = 64
SMALL_WINDOW = 2048
PACE = 1.0  # seconds between two bytes, or two readings
TICK = 0.05
PRIORITY = 5


class Kind(enum.Enum):
    SILENT = "silent"
    SLOW = "slow"
    READER = "readers"
    GUESSER = "guessers"


class Attackers(NamedTuple):
    """How many of each kind."""

    silent: int = 0
    slow: int = 0
    readers: int = 0
    guessers: int = 0


class Client:
    """One attacker, whose socket never blocks. What it does raises OSError once it is out."""

    def __init__(self, kind: Kind, number: int, attack: "Attack") -> None:
        self.kind, self.attack = kind, attack
        # Guessers come from an address each: of one address the endpoint checks one at a time.
        self.source = f"127.0.0.{2 + number}" if kind is Kind.GUESSER else ""
        # Every other silent client gets as far as to have a TLS session, and then says nothing.
        self.wants_tls = attack.tls is not None and (kind is not Kind.SILENT or number % 2 == 0)
        self.socket: socket.socket | None = None
        self.events = 0  # that are waited for
        self.on_event: Callable[[], None] = self.connected
        self.unsent = b""
        self.received = b""
        self.due: float | None = None  # when to send or to read again

    def come(self) -> None:
        self.socket = socket.socket()
        self.socket.setblocking(False)
        if self.kind is Kind.READER:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_WINDOW)
        if self.source:
            self.socket.bind((self.source, 0))
        self.attack.counts["came"] += 1
        self.socket.connect_ex(self.attack.address)
        self.wait_for(selectors.EVENT_WRITE, self.connected)

    def leave(self) -> None:
        assert self.socket
        self.wait_for(0)
        self.socket.close()
        self.socket = self.due = None
        self.attack.counts["thrown_out"] += 1

    def wait_for(self, events: int, then: Callable[[], None] | None = None) -> None:
        assert self.socket
        selector = self.attack.selector
        if events and self.events:
            selector.modify(self.socket, events, self)
        elif events:
            selector.register(self.socket, events, self)
        elif self.events:
            selector.unregister(self.socket)
        self.events = events
        self.on_event = then or self.on_event

    def connected(self) -> None:
        assert self.socket
        if error := self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            raise OSError(error, "cannot connect")
        if self.wants_tls and self.attack.tls:
            self.wait_for(0)
            self.socket = self.attack.tls.wrap_socket(self.socket, do_handshake_on_connect=False)
            self.shake_hands()
        else:
            self.begin()

    def shake_hands(self) -> None:
        assert isinstance(self.socket, ssl.SSLSocket)
        try:
            self.socket.do_handshake()
        except ssl.SSLWantReadError:
            self.wait_for(selectors.EVENT_READ, self.shake_hands)
        except ssl.SSLWantWriteError:
            self.wait_for(selectors.EVENT_WRITE, self.shake_hands)
        else:
            self.attack.counts["handshakes"] += 1
            self.begin()

    def begin(self) -> None:
        """What an attacker of this kind says."""
        if self.kind is Kind.GUESSER:
            self.guess()
        elif self.kind is Kind.READER:
            self.unsent = (REQUEST + self.attack.authorization + b"\r\n") * PAGES_AT_ONCE
            self.flush()
        else:
            self.wait_for(selectors.EVENT_READ, self.receive)
            if self.kind is Kind.SLOW:
                self.unsent = REQUEST + b"X-Slow: " + b"a" * 4096
                self.due = time.monotonic()

    def guess(self) -> None:
        guess = b"%s:guess%d" % (self.attack.name, next(self.attack.guesses))
        self.unsent = REQUEST + authorization(guess) + b"\r\n"
        self.received = b""
        self.flush()

    def flush(self) -> None:
        self.send(len(self.unsent))
        if self.unsent:
            self.wait_for(selectors.EVENT_WRITE, self.flush)
        elif self.kind is Kind.READER:
            self.wait_for(0)  # there would always be something to read
            self.due = time.monotonic() + PACE
        else:
            self.wait_for(selectors.EVENT_READ, self.receive)

    def send(self, most: int) -> None:
        assert self.socket
        with contextlib.suppress(BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            self.unsent = self.unsent[self.socket.send(self.unsent[:most]) :]

    def receive(self) -> None:
        assert self.socket
        try:
            piece = self.socket.recv(BYTES_AT_ONCE if self.kind is Kind.READER else 4096)
        except (BlockingIOError, ssl.SSLWantReadError):
            return
        if not piece:
            raise ConnectionResetError
        if self.kind is Kind.GUESSER:
            self.hear(piece)

    def hear(self, piece: bytes) -> None:
        """Guesses again when the answer is whole."""
        self.received += piece
        head, end, body = self.received.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r")[0]
        if end and len(body) >= int(length or 0):
            self.attack.counts["status_" + head[9:12].decode()] += 1
            self.guess()

    def on_time(self) -> None:
        """The next byte of a slow one, or for a reader."""
        self.due = time.monotonic() + PACE
        if self.kind is Kind.SLOW:
            self.send(1)
        else:
            self.receive()


class Attack:
    def __init__(self, arguments: argparse.Namespace) -> None:
        host, _, port = arguments.address.rpartition(":")
        self.address = (host, int(port))
        self.rate: float = arguments.rate
        self.tls: ssl.SSLContext | None = None
        if arguments.tls:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            self.tls.check_hostname = False
            self.tls.verify_mode = ssl.CERT_NONE
        self.authorization = authorization(arguments.user.encode()) if arguments.user else b""
        self.name = arguments.user.partition(":")[0].encode()
        self.guesses = itertools.count()
        self.counts: collections.Counter[str] = collections.Counter()
        self.selector = selectors.DefaultSelector()
        self.clients = [
            Client(kind, number, self)
            for kind in Kind
            for number in range(getattr(arguments, kind.value))
        ]

    def run(self) -> None:
        self.selector.register(sys.stdin, selectors.EVENT_READ)
        for client in self.clients:
            client.come()
        print("attacking", flush=True)
        coming, tick = 0.0, time.monotonic()
        while self.serve_events():
            now = time.monotonic()
            if now - tick < TICK:
                continue
            coming = min(self.rate, coming + self.rate * (now - tick))
            tick = now
            for client in self.clients:
                if client.socket is None and coming >= 1:
                    coming -= 1
                    client.come()
                elif client.due is not None and client.due <= now:
                    self.attempt(client, client.on_time)
        self.counts["held"] = sum(client.socket is not None for client in self.clients)
        print(json.dumps(self.counts), flush=True)

    def serve_events(self) -> bool:
        """False once the input has ended."""
        for key, _ in self.selector.select(TICK):
            if key.data is None:
                return False
            self.attempt(key.data, key.data.on_event)
        return True

    @staticmethod
    def attempt(client: Client, action: Callable[[], None]) -> None:
        try:
            action()
        except OSError:  # of which ssl.SSLError is one
            client.leave()


def authorization(user: bytes) -> bytes:
    return b"Authorization: Basic " + base64.b64encode(user) + b"\r\n"


class AttackProcess:
    """The attack as whoever is attacked sees it."""

    def __init__(
        self, address: str, attackers: Attackers, tls: bool = False, user: str = ""
    ) -> None:
        command = [sys.executable, str(Path(__file__)), address]
        command += [f"--{kind}={count}" for kind, count in attackers._asdict().items()]
        command += ["--tls"] * tls + [f"--user={user}"] * bool(user)
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> "AttackProcess":
        assert self.process.stdout
        if self.process.stdout.readline() != "attacking\n":
            raise RuntimeError("the attack did not begin")
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def end(self) -> dict[str, int]:
        """What happened: how many came, were thrown out, are still there, and got which status."""
        output, _ = self.process.communicate(timeout=30)
        if self.process.returncode != 0:
            raise RuntimeError("the attack broke off")
        counts: dict[str, int] = json.loads(output)
        return counts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("address", help="HOST:PORT")
    for kind in Kind:
        parser.add_argument(f"--{kind.value}", type=int, default=0, metavar="COUNT")
    parser.add_argument("--rate", type=float, default=200, help="that come again, a second")
    parser.add_argument("--tls", action="store_true")
    parser.add_argument("--user", default="", help="NAME:PASSWORD that readers know")
    os.setpriority(os.PRIO_PROCESS, 0, PRIORITY)
    Attack(parser.parse_args()).run()


if __name__ == "__main__":
    main()
