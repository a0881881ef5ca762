"""A server on loopback that does what a script says, and notes what reached it."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType

GOOD = b'{"id":"1","n":1}'


Script = Callable[["Peer"], None]


@dataclass
class Received:
    """A request as it came."""

    method: str
    target: str
    headers: dict[str, str] = field(repr=False)
    body: bytes


class GoneError(Exception):
    """The client hung up."""


class ReplacedError(Exception):
    """The next request is for another script."""


@dataclass
class Peer:
    """One connection, as its script sees it."""

    server: Server
    sock: socket.socket
    buffer: bytes = b""
    request: Received = field(default_factory=lambda: Received("", "", {}, b""))
    answered: int = 0  # on this connection
    script: Script | None = None  # that runs

    def send(self, *pieces: bytes) -> None:
        try:
            for piece in pieces:
                self.sock.sendall(piece)
        except OSError:
            raise GoneError from None

    def answer(
        self, body: bytes = GOOD, status: bytes = b"200 OK", *fields: bytes
    ) -> None:
        """A whole and honest answer; JSON unless a field says otherwise."""
        if not any(f.lower().startswith(b"content-type") for f in fields):
            fields = (b"Content-Type: application/json", *fields)
        length = b"Content-Length: %d" % len(body)
        head = b"\r\n".join([b"HTTP/1.1 " + status, length, *fields])
        self.send(head + b"\r\n\r\n" + body)
        self.answered += 1

    def drip(self, text: bytes, pause: float = 0.03) -> None:
        """A byte at a time, until the client hangs up or the text ends."""
        for at in range(len(text)):
            self.send(text[at : at + 1])
            self.wait(pause)

    def wait(self, seconds: float) -> None:
        if self.server.stopped.wait(seconds):
            raise GoneError

    def stall(self) -> None:
        """Says nothing until the client hangs up."""
        self.sock.settimeout(20.0)
        with suppress(OSError):
            while self.sock.recv(65536):
                pass
        raise GoneError

    def hang_up(self) -> None:
        raise GoneError

    def reset(self) -> None:
        """Closes with RST instead of FIN."""
        linger = struct.pack("ii", 1, 0)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        raise GoneError

    def read_head(self) -> int:
        """Reads the next request's head; the bytes of body that are to come."""
        while b"\r\n\r\n" not in self.buffer:
            self.more()
        if self.script is not self.server.script:
            raise ReplacedError
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ")
        headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in lines)}
        self.request = Received(method, target, headers, b"")
        with self.server.lock:
            self.server.received.append(self.request)
        return int(headers.get("content-length", "0"))

    def read(self) -> None:
        """Reads the next request whole."""
        length = self.read_head()
        while len(self.buffer) < length:
            self.more()
        self.request.body, self.buffer = self.buffer[:length], self.buffer[length:]

    def more(self) -> None:
        try:
            data = self.sock.recv(65536)
        except OSError:
            raise GoneError from None
        if not data:
            raise GoneError
        self.buffer += data


def behave(peer: Peer) -> None:
    """What a server should do."""
    peer.read()
    peer.answer()


class Server:
    """Runs ``script`` for each request of each connection, until it hangs up."""

    def __init__(self, script: Script = behave) -> None:
        self.script = script
        self.received: list[Received] = []
        self.lock = threading.Lock()
        self.stopped = threading.Event()
        self.threads: list[threading.Thread] = []
        self.open = 0
        self.accepted = 0
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.port: int = self.listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Server:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stopped.set()
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def count(self) -> int:
        """How many requests have reached it, one more each time a script asks."""
        return len(self.received)

    def all_closed(self) -> bool:
        """Whether every connection ends within a few seconds."""
        for thread in self.threads:
            thread.join(5.0)
        return self.open == 0

    def _accept(self) -> None:
        while not self.stopped.is_set():
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            with self.lock:
                self.open += 1
                self.accepted += 1
            thread = threading.Thread(target=self._serve, args=(sock,), daemon=True)
            self.threads.append(thread)
            thread.start()

    def _serve(self, sock: socket.socket) -> None:
        peer = Peer(self, sock)
        try:
            while True:
                script = peer.script = self.script
                with suppress(ReplacedError):
                    script(peer)
        except GoneError:
            pass
        finally:
            sock.close()
            with self.lock:
                self.open -= 1
