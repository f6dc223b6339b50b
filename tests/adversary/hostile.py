"""Clients that mean no good: they send any bytes, leave at any moment, and remember what they saw."""

import random
import socket
import struct
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

ODD_BYTES = [
    b"\xff\xfe", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\x01", b"\x1b[2J\x1b[31m",
    b"\x7f", b"\xc2\x9b31m", b"\xe2\x80\xae", b"\xe2\x80\xa8", b"\"", b"'", b"\\", b"`",
    b"%0d%0aX-Injected:%20yes", b"%00", b"%ff%fe", b"%0aRequest%20completed:%20GET%20/forged",
    b" - Status: 200 - Time: 0.0000s (ID: forged)", b"\xc2\xa0-\xc2\xa0Status:\xc2\xa0200",
    b"\xe3\x80\x80-\xe2\x80\x8bStatus:\xe2\x80\xaf200", b"{\"event\":\"forged\"}",
]  # fmt: skip


class Clients:
    """All that is asked through one of these counts: `statuses` are those of the answers that came,
    `unanswered` the requests that the server must have counted without the client seeing a status."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.statuses: Counter[int] = Counter()
        self.unanswered = 0
        self.random = random.Random(20261124)

    def connect(self) -> socket.socket:
        client = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return client

    def ask(self, head: bytes, body: bytes = b"") -> bytes:
        """The whole answer to one request; the server closes."""
        (answer,) = self.ask_all([(head, body)])
        return answer

    def ask_all(self, requests: list[tuple[bytes, bytes]]) -> list[bytes]:
        """The same for several at once, each on a connection of its own."""

        def answer_to(request: tuple[bytes, bytes]) -> bytes:
            head, body = request
            with self.connect() as client:
                self.send(client, head + b"Connection: close\r\n\r\n" + body)
                return self.read_all(client)

        with ThreadPoolExecutor(len(requests)) as threads:
            answers = list(threads.map(answer_to, requests))
        for (head, _), answer in zip(requests, answers, strict=True):
            assert answer.startswith(b"HTTP/1."), (head[:200], answer[:200])
            self.statuses[int(answer[9:12])] += 1
        return answers

    def start_streams(self, request: bytes, count: int) -> list[socket.socket]:
        """Clients that have the beginning of a stream, all at once."""
        clients = [self.connect() for _ in range(count)]
        for client in clients:
            client.sendall(request)
        for client in clients:
            received = b""
            while b"data:" not in received and b": waiting" not in received:
                piece = client.recv(4096)
                assert piece, received
                received += piece
            assert received[9:12] == b"200", received[:200]
            self.statuses[200] += 1
        return clients

    def leave(self, sent: bytes, is_counted: bool) -> None:
        """Sends these bytes and is gone, with a reset every other time."""
        client = self.connect()
        self.send(client, sent)
        self.unanswered += is_counted
        self.drop(client)

    def drop(self, client: socket.socket) -> None:
        if self.random.random() < 0.5:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()

    @staticmethod
    def send(client: socket.socket, sent: bytes) -> None:
        try:
            client.sendall(sent)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the server has heard enough; what it said can still be read

    @staticmethod
    def read_all(client: socket.socket) -> bytes:
        received = b""
        try:
            while piece := client.recv(65536):
                received += piece
        except ConnectionResetError:
            pass
        return received


def headers_of(answer: bytes) -> list[bytes]:
    return answer.split(b"\r\n\r\n", 1)[0].split(b"\r\n")[1:]
