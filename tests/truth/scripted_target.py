"""A server that plays a script in real time and is scraped while it does."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from library_page import LibraryPage
from script import Script, Span

CONTENT_TYPE = "text/plain; version=0.0.4"


class ScriptedTarget:
    """From `play` on it shows what happened until then. Where the script says that nobody answers,
    and before, a connection ends without a word."""

    def __init__(self, new_page: Callable[[], LibraryPage]) -> None:
        self.new_page = new_page
        self.script = Script([], [])
        self.life: Span | None = None
        self.page = new_page()
        self.told_until = 0.0
        self.lock = threading.Lock()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(self))
        self.address = "127.0.0.1:%d" % self.server.server_port
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def play(self, script: Script) -> None:
        """Its times are those of the clock."""
        with self.lock:
            self.script = script

    def text(self) -> str | None:
        with self.lock:
            now = time.time()
            life = self.script.life_at(now)
            if life is None or not self.script.answers_at(now):
                return None
            if life != self.life:
                self.life, self.page, self.told_until = life, self.new_page(), life.begin
            for request in self.script.between(self.told_until, now):
                self.page.tell(request)
            self.told_until = now
            return self.page.text()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def handler_of(target: ScriptedTarget) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text = target.text()
            if text is None:
                return
            # A scraper may have given up by now.
            with suppress(ConnectionError):
                self.send_response(200)
                self.send_header("Content-Type", CONTENT_TYPE)
                self.end_headers()
                self.wfile.write(text.encode())

        def log_message(self, *arguments: object) -> None:
            """Says nothing."""

    return Handler
