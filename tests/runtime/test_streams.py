"""Beneath the default transports: TLS, what leaves when, which steps may take how long."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

import asyncio
import gzip
import socket
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

import _runtime as rt
import httpcore2
import pytest

from runtime.helpers import Caller, Clock, violations, wrong

STEPS = rt._Steps(connect=1.0, read=2.0, write=3.0, pool=4.0)
SIZE = 65536


class Peer:
    """The other side of a connection: what came, within which times, and what it says."""

    def __init__(self, says: bytes = b"", hears: bool = True) -> None:
        self.says, self.hears = says, hears
        self.heard: list[int] = []
        self.times: list[float] = []
        self.tls: tuple[object, ...] = ()

    def read(self, most: int, timeout: float) -> bytes:
        self.times.append(timeout)
        return self.says[:most]

    def write(self, data: bytes, timeout: float) -> None:
        if not self.hears:
            raise httpcore2.WriteError
        self.times.append(timeout)
        self.heard.append(len(data))

    def start_tls(self, *given: object) -> Peer:
        self.tls = given
        return self


class AsyncPeer(Peer):
    """The same for asyncio."""

    async def read(self, most: int, timeout: float) -> bytes:  # type: ignore[override]
        return super().read(most, timeout)

    async def write(self, data: bytes, timeout: float) -> None:  # type: ignore[override]
        super().write(data, timeout)

    async def start_tls(self, *given: object) -> Peer:  # type: ignore[override]
        return super().start_tls(*given)


class Line:
    """A connection of either pool to a peer, each of whose steps gives up at 1010."""

    def __init__(self, caller: Caller, says: bytes = b"", hears: bool = True) -> None:
        self.asynchronous = caller.asynchronous
        self.peer = (AsyncPeer if self.asynchronous else Peer)(says, hears)
        inner: Any = self.peer
        self.stream: Any = (
            rt._AsyncStream(inner)
            if self.asynchronous
            else rt._Stream(wrong(inner), STEPS)
        )

    def do(self, step: str, *given: object) -> Any:
        done = getattr(self.stream, step)(*given, 1010.0)
        return asyncio.run(_of(done)) if self.asynchronous else done


async def _of(awaitable: Any) -> Any:
    return await awaitable


@pytest.mark.usefixtures("clock")
def test_head_and_body_leave_together(caller: Caller) -> None:
    line = Line(caller, b"HTTP/1.1 204 No Content\r\n\r\n")
    line.do("write", b"head")
    line.do("write", b"body")
    assert line.peer.heard == []
    assert line.do("read", 8) == b"HTTP/1.1"
    assert line.peer.heard == [8]
    assert line.do("read", 8) == b"HTTP/1.1"
    assert line.peer.heard == [8]


@pytest.mark.usefixtures("clock")
def test_much_leaves_at_once(caller: Caller) -> None:
    line = Line(caller)
    line.do("write", bytes(SIZE))
    assert line.peer.heard == []
    line.do("write", b"1")
    whole = [SIZE + 1] if caller.asynchronous else [SIZE, 1]
    assert line.peer.heard == whole
    line.do("read", 1)
    assert line.peer.heard == whole


@pytest.mark.usefixtures("clock")
def test_an_early_answer_is_read_though_nobody_listens(caller: Caller) -> None:
    line = Line(caller, b"HTTP/1.1 413", hears=False)
    line.do("write", b"request")
    assert line.do("read", 99) == b"HTTP/1.1 413"


def test_each_step_ends_with_the_call(clock: Clock) -> None:
    line = Line(Caller(False), b"answer")
    line.do("write", b"request")
    line.do("read", 9)
    clock.now = 1009.0
    line.do("write", b"request")
    line.do("read", 9)
    line.do("start_tls", "context", "host")
    assert line.peer.times == [3.0, 2.0, 1.0, 1.0]
    assert line.peer.tls == ("context", "host", 1.0)
    clock.now = 1010.0
    with pytest.raises(rt.CallTimeout) as caught:
        line.do("read", 9)
    assert caught.value.sent
    with pytest.raises(rt.ConnectTimeout) as early:
        line.do("start_tls", "context", "host")
    assert not early.value.sent


class Network:
    """Addresses that a name stands for; those with a problem let nobody connect."""

    def __init__(self, *problems: Exception | None) -> None:
        self.problems = [*problems]
        self.tried: list[tuple[str, int, float]] = []

    def addresses(self, host: str, port: int, **_: object) -> list[Any]:
        return [(0, 0, 0, "", (f"{host}{n}", port)) for n in range(len(self.problems))]

    def connect_tcp(self, host: str, port: int, timeout: float) -> object:
        self.tried.append((host, port, timeout))
        problem = self.problems[len(self.tried) - 1]
        if problem is not None:
            raise problem
        return self

    def connect(self, monkeypatch: pytest.MonkeyPatch) -> rt._Stream:
        monkeypatch.setattr(socket, "getaddrinfo", self.addresses)
        monkeypatch.setattr(httpcore2, "SyncBackend", lambda: self)
        return rt._Network(STEPS).connect_tcp("a", 80, 1010.0, local_address=None)


REFUSED, LATE = httpcore2.ConnectError("refused"), httpcore2.ConnectTimeout("late")


@pytest.mark.usefixtures("clock")
def test_one_address_after_another_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network(REFUSED, LATE, None, None)
    assert network.connect(monkeypatch).inner is wrong(network)
    assert network.tried == [("a0", 80, 1.0), ("a1", 80, 1.0), ("a2", 80, 1.0)]


def test_nobody_is_there(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    for problems, error, words in (
        ((REFUSED, LATE), httpcore2.ConnectTimeout, "late"),
        ((LATE, REFUSED), httpcore2.ConnectError, "refused"),
        ((), httpcore2.ConnectError, "the host has no address"),
    ):
        with pytest.raises(error, match=words):
            Network(*problems).connect(monkeypatch)
    clock.now = 1009.75
    network = Network(REFUSED)
    with pytest.raises(httpcore2.ConnectError):
        network.connect(monkeypatch)
    assert network.tried == [("a0", 80, 0.25)]
    clock.now = 1010.0
    with pytest.raises(rt.ConnectTimeout) as caught:
        network.connect(monkeypatch)
    assert not caught.value.sent


def test_a_name_that_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise OSError("no such name")

    network = Network()
    monkeypatch.setattr(network, "addresses", unknown)
    with pytest.raises(httpcore2.ConnectError, match="no such name"):
        network.connect(monkeypatch)


@pytest.mark.usefixtures("clock")
def test_how_long_each_step_may_take(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, float]] = []

    def sync(request: Any) -> None:
        asked.append(request.extensions["timeout"])
        raise httpcore2.ReadTimeout

    async def later(request: Any) -> None:
        sync(request)

    request = rt.Request("x", "GET", "https://acme.example/")
    kind = rt.AsyncHttpxTransport if caller.asynchronous else rt.HttpxTransport
    transport: Any = kind(connect=1.0, read=2.0, write=3.0, pool=4.0)
    pool = SimpleNamespace(handle_request=sync, handle_async_request=later)
    monkeypatch.setattr(transport, "_pool", lambda: pool)
    for timeout in (2.5, 9.0):
        with pytest.raises(rt.CallTimeout):
            asyncio.run(_of(transport.send(request, timeout)))
    if caller.asynchronous:  # durations
        first = {"connect": 1.0, "read": 2.0, "write": 2.5, "pool": 2.5}
        second = {"connect": 1.0, "read": 2.0, "write": 3.0, "pool": 4.0}
    else:  # the end of the call, which each step holds against its own
        first = {"connect": 1002.5, "read": 1002.5, "write": 1002.5, "pool": 2.5}
        second = {"connect": 1009.0, "read": 1009.0, "write": 1009.0, "pool": 4.0}
    assert asked == [first, second]


def incoming(
    head: dict[str, str], body: bytes, method: str = "GET", status: int = 200
) -> rt._Incoming:
    fields = [(name.encode(), value.encode()) for name, value in head.items()]
    found = rt._Incoming(status, fields, 99)
    found.begin(rt.Request("x", method, "https://a.example/"))
    found.add(body)
    return found


@pytest.mark.parametrize(
    ("length", "is_large"),
    [("99", False), ("100", True), ("-1", False), ("1e9", False), ("9" * 19, True)],
)
def test_a_length_that_is_told_is_believed(length: str, is_large: bool) -> None:
    if is_large:
        with pytest.raises(rt.BodyTooLarge, match=r"larger than 99 bytes$"):
            incoming({"Content-Length": length}, b"")
    else:
        incoming({"Content-Length": length}, b"")


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 304)])
def test_a_body_that_is_told_of_and_not_sent(method: str, status: int) -> None:
    """The fields are those of the answer to a GET (RFC 9110, 9.3.2)."""
    for head in ({"Content-Length": "100"}, {"Content-Encoding": "br"}):
        assert incoming(head, b"", method, status).end().body == b""


def test_no_more_is_inflated_than_is_accepted() -> None:
    found = incoming({"Content-Encoding": "gzip"}, gzip.compress(bytes(50)))
    assert found.size == 50
    found.most = 400  # so that not what came is too much
    with pytest.raises(rt.BodyTooLarge):
        found.add(gzip.compress(bytes(100_000)))
    assert (found.size, found.parts) == (401, [])


CHUNKED = {"Transfer-Encoding": "chunked"}


@pytest.mark.parametrize(
    ("head", "received", "is_all"),
    [
        ({"Content-Length": "2"}, [b"HTTP/1.1 200\r\n\r\nab"], True),
        ({"Content-Length": "2"}, [b"HTTP/1.1 200\r\n\r\n", b"ab"], True),
        ({"Content-Length": "2"}, [b"HTTP/1.1 200\r\n\r\nabHTTP"], False),
        ({"Content-Length": "2"}, [b"HTTP/1.1 200\r\n\r\n", b"abHTTP"], False),
        ({"Content-Length": "2"}, [b"HTTP/1.1 200\r\n", b"\r\nab"], False),
        (CHUNKED, [b"HTTP/1.1 200\r\n\r\n", b"2\r\nab\r\n0\r\n\r\n"], True),
        (CHUNKED, [b"HTTP/1.1 200\r\n\r\n", b"2\r\nab\r\n0\r\n\r\nHTTP"], False),
    ],
)
def test_what_is_left_over_is_no_answer(
    head: dict[str, str], received: list[bytes], is_all: bool
) -> None:
    wire = rt._Wire()
    for data in received:
        assert wire.receive(data) == data
    assert incoming(head, b"ab").is_all_of(wire) is is_all


@pytest.mark.parametrize(
    ("error", "expected", "sent", "words"),
    [
        (
            httpcore2.ConnectTimeout(),
            rt.ConnectTimeout,
            False,
            "no connection in time (ConnectTimeout)",
        ),
        (
            httpcore2.PoolTimeout(),
            rt.ConnectTimeout,
            False,
            "no connection in time (PoolTimeout)",
        ),
        (
            httpcore2.ConnectError("a\n" + "b" * 300),
            rt.ConnectError,
            False,
            "no connection: a" + "b" * 198,
        ),
        (
            httpcore2.ProxyError("403"),
            rt.ConnectError,
            False,
            "no connection: 403",
        ),
        (
            httpcore2.ReadTimeout("key"),
            rt.CallTimeout,
            True,
            "no answer in time (ReadTimeout)",
        ),
        (
            httpcore2.WriteTimeout("key"),
            rt.CallTimeout,
            True,
            "no answer in time (WriteTimeout)",
        ),
        (
            httpcore2.LocalProtocolError("key"),
            rt.TransportError,
            False,
            "the request can't be sent (LocalProtocolError)",
        ),
        (
            httpcore2.UnsupportedProtocol("key"),
            rt.TransportError,
            False,
            "the request can't be sent (UnsupportedProtocol)",
        ),
        (
            httpcore2.RemoteProtocolError("key"),
            rt.ReadError,
            True,
            "the connection broke (RemoteProtocolError)",
        ),
    ],
)
def test_errors_beneath(
    error: Exception, expected: type[rt.TransportError], sent: bool, words: str
) -> None:
    found = rt._problem(error, None)
    assert (type(found), found.sent, str(found)) == (expected, sent, words)
    assert (found.status, found.request_id) == (None, None)


def test_what_is_known_of_an_answer_that_breaks() -> None:
    begun = incoming({"X-Request-Id": "r-1"}, b"")
    for error in (httpcore2.ReadError("key"), rt.ReadError("it is odd")):
        found = rt._problem(error, begun)
        assert (type(found), found.status, found.request_id) == (
            rt.ReadError,
            200,
            "r-1",
        )


@pytest.mark.parametrize("kind", [rt.HttpxTransport, rt.AsyncHttpxTransport])
def test_a_usual_pool(kind: type[rt.HttpxTransport | rt.AsyncHttpxTransport]) -> None:
    transport, endless = kind(), float("inf")
    assert transport._steps == (10.0, endless, endless, endless)
    assert transport._max_body == rt.MAX_BODY
    settings = transport._settings()
    assert settings.keys() == {"ssl_context", "max_connections", "keepalive_expiry"}
    assert (settings["max_connections"], settings["keepalive_expiry"]) == (100, 5.0)


@pytest.mark.parametrize(
    "proxy",
    [
        "",
        "proxy.example:3128",
        "socks5://ann:secret@proxy.example",
        "http://[",
        "http://proxy.example:port",
        "http://proxy.example/path",
    ],
)
def test_what_is_no_proxy_is_refused_at_once(proxy: str) -> None:
    for transport in (rt.HttpxTransport, rt.AsyncHttpxTransport):
        assert violations(transport, proxy=proxy) == {"proxy": "proxy"}


@pytest.mark.parametrize("proxy", ["https://proxy.example/", "HTTP://[::1]:3128"])
def test_what_is_a_proxy(proxy: str) -> None:
    assert "proxy" in rt.HttpxTransport(proxy=proxy)._settings()


def test_a_proxy_with_a_password() -> None:
    context = ssl.create_default_context()
    proxy = "http://ann:p%40ss@proxy.example:3128"
    settings = rt.HttpxTransport(verify=context, proxy=proxy)._settings()
    assert settings["ssl_context"] is context
    made = settings["proxy"]
    assert (made.url.host, made.url.port) == (b"proxy.example", 3128)
    assert made.headers == [(b"Proxy-Authorization", b"Basic YW5uOnBAc3M=")]
    assert made.ssl_context is context


@pytest.mark.parametrize(
    ("site", "host", "port"),
    [
        ("acme.example", b"acme.example", None),
        ("Acme.example:8443", b"acme.example", 8443),
        ("[::1]:80", b"::1", 80),
    ],
)
def test_where_a_request_goes(site: str, host: bytes, port: int | None) -> None:
    request = rt.Request("x", "GET", f"https://{site}/a/b?c=d")
    sent = rt._to_httpcore(request, {})
    assert (sent.url.scheme, sent.url.host, sent.url.port, sent.url.target) == (
        b"https",
        host,
        port,
        b"/a/b?c=d",
    )
    assert sent.headers == [(b"Host", site.encode()), (b"Accept-Encoding", b"gzip")]


def test_a_caller_names_the_content_codings() -> None:
    """It is sent once, as it is given."""
    asked = rt.Headers({"accept-Encoding": "identity"})
    request = rt.Request("x", "GET", "https://acme.example/", headers=asked)
    sent = rt._to_httpcore(request, {})
    assert sent.headers == [
        (b"Host", b"acme.example"),
        (b"accept-Encoding", b"identity"),
    ]


# --- TLS, without certificates: both sides agree on ciphers that need none --------------


def unnamed(side: int) -> ssl.SSLContext:
    """One side of TLS between two who don't say who they are."""
    context = ssl.SSLContext(side)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("aNULL:@SECLEVEL=0")
    return context


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "6")
        self.end_headers()
        self.wfile.write(b"secret")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


class Server(ThreadingHTTPServer):
    names: list[str | None]

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # clients that do not trust the server are part of the tests


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    context = unnamed(ssl.PROTOCOL_TLS_SERVER)
    with Server(("127.0.0.1", 0), Handler) as server:
        server.names = []
        context.sni_callback = lambda _, name, __: server.names.append(name)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def fetched(caller: Caller, server: Server, verify: ssl.SSLContext | None) -> bytes:
    request = rt.Request("x", "GET", f"https://localhost:{server.server_port}/")
    if not caller.asynchronous:
        transport = rt.HttpxTransport(verify=verify)
        try:
            return transport.send(request, 5.0).body
        finally:
            transport.close()

    async def run() -> bytes:
        transport = rt.AsyncHttpxTransport(verify=verify)
        try:
            return (await transport.send(request, 5.0)).body
        finally:
            await transport.aclose()

    return asyncio.run(run())


def test_tls(caller: Caller, server: Server) -> None:
    assert fetched(caller, server, unnamed(ssl.PROTOCOL_TLS_CLIENT)) == b"secret"
    assert server.names[-1] == "localhost"


def test_a_server_without_a_certificate_is_not_trusted(
    caller: Caller, server: Server
) -> None:
    with pytest.raises(rt.ConnectError) as caught:
        fetched(caller, server, None)
    assert not caught.value.sent
