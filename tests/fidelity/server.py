"""A vendor's site on this machine, with everything that a page's server may do."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar


@dataclass
class Answer:
    """What the server answers at a path. `pause` is in seconds, before each of the body's `pieces`."""

    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    status: int = 200
    pieces: int = 1
    pause: float = 0
    # Bytes that are announced and never come.
    lacking: int = 0


@dataclass
class Site:
    """A running server: its address, what it answers, and the headers of each request that it got."""

    url: str
    answers: dict[str, Answer]
    asked: list[Mapping[str, str]]


class Handler(BaseHTTPRequestHandler):
    """Answers from the table, 404 elsewhere; an ETag that is asked for makes it 304."""

    site: ClassVar[Site]

    def do_GET(self) -> None:
        """One request."""
        self.site.asked.append({k.lower(): v for k, v in self.headers.items()})
        answer = self.site.answers.get(self.path, Answer(status=404))
        same = answer.headers.get("ETag", "-") == self.headers.get("If-None-Match")
        if same:
            answer = Answer(status=304)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body) + answer.lacking))
        self.end_headers()
        step = max(len(answer.body) // answer.pieces, 1)
        try:
            for at in range(0, len(answer.body), step):
                time.sleep(answer.pause)
                self.wfile.write(answer.body[at : at + step])
        except (BrokenPipeError, ConnectionResetError):
            pass

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Says nothing."""


@contextmanager
def site(answers: dict[str, Answer]) -> Generator[Site]:
    """Serves answers by path until the block ends."""
    found = Site("", answers, [])

    class Own(Handler):
        site = found

    server = ThreadingHTTPServer(("127.0.0.1", 0), Own)
    server.daemon_threads = True
    found.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def bomb(size: int) -> bytes:
    """Gzip that is a thousandth of what it unpacks to."""
    return gzip.compress(bytes(size), mtime=0)
