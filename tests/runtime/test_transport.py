"""The default transports against a real server on loopback."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

import asyncio
import gc
import gzip
import os
import socket
import subprocess
import sys
import threading
import zlib
from collections.abc import Awaitable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Protocol

import _runtime as rt
import pytest

from runtime import acme
from runtime.helpers import GOOD, ULID, Caller, get

LIMIT = 1 << 20
BOMB = gzip.compress(bytes(8 * LIMIT))


SEEN: list[dict[str, str]] = []
ANSWERS: dict[str, tuple[int, dict[str, str], bytes]] = {
    "/good": (200, {"Content-Type": "application/json"}, GOOD),
    "/gzip": (200, {"Content-Encoding": "gzip"}, gzip.compress(GOOD)),
    "/members": (
        200,
        {"Content-Encoding": "gzip"},
        gzip.compress(b"a") + gzip.compress(b"b"),
    ),
    "/deflate": (200, {"Content-Encoding": "deflate"}, zlib.compress(GOOD)),
    "/xgzip": (200, {"Content-Encoding": "X-GZip"}, gzip.compress(GOOD)),
    "/identity": (200, {"Content-Encoding": "identity"}, GOOD),
    "/empty": (200, {"Content-Encoding": "gzip"}, b""),
    "/brotli": (200, {"Content-Encoding": "br"}, GOOD),
    "/notgzip": (200, {"Content-Encoding": "gzip"}, GOOD),
    "/cut": (200, {"Content-Encoding": "gzip"}, gzip.compress(GOOD)[:-9]),
    "/bomb": (200, {"Content-Encoding": "gzip"}, BOMB),
    "/large": (200, {}, bytes(LIMIT + 1)),
    "/fits": (200, {}, bytes(LIMIT)),
    "/moved": (302, {"Location": "/good", "Set-Cookie": "a=b"}, b""),
    "/none": (204, {}, b""),
    "http://acme.example/proxied": (200, {}, GOOD),
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        SEEN.append({k.lower(): v for k, v in self.headers.items()})
        if self.path == "/broken":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
            self.close_connection = True
            return
        if self.path == "/noise":
            self.wfile.write(b"\0noise\r\n\r\n")
            self.close_connection = True
            return
        if self.path == "/slow":
            threading.Event().wait(0.5)
            self.close_connection = True
            return
        if self.path == "/chunks":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            try:
                for _ in range(3):
                    self.wfile.write(b"80000\r\n" + bytes(0x80000) + b"\r\n")
                self.wfile.write(b"0\r\n\r\n")
            except OSError:
                pass
            self.close_connection = True
            return
        status, headers, body = ANSWERS[self.path]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_PATCH(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        SEEN.append({k.lower(): v for k, v in self.headers.items()})
        SEEN[-1]["body"] = body.decode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(GOOD)))
        self.end_headers()
        self.wfile.write(GOOD)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


class Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        pass  # clients that hang up are part of the tests


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    with Server(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class Fetch(Protocol):
    """Sends a GET by one of the default transports."""

    def __call__(
        self, path: str, timeout: float = 10.0, proxy: str | None = None
    ) -> rt.RawResponse: ...


@pytest.fixture(params=["sync", "async"])
def fetch(request: pytest.FixtureRequest, base: str) -> Fetch:
    """Sends a GET by either default transport, which has no connection left then but one
    for the next call."""

    def get(path: str) -> rt.Request:
        return rt.Request("x", "GET", path if "://" in path else f"{base}{path}")

    def all_idle(transport: rt.HttpxTransport | rt.AsyncHttpxTransport) -> bool:
        return all(
            c.is_idle() for p in transport._pools.values() for c in p.connections
        )

    def sync(
        path: str, timeout: float = 10.0, proxy: str | None = None
    ) -> rt.RawResponse:
        transport = rt.HttpxTransport(max_body=LIMIT, proxy=proxy)
        try:
            return transport.send(get(path), timeout)
        finally:
            assert all_idle(transport)
            transport.close()

    def through_asyncio(
        path: str, timeout: float = 10.0, proxy: str | None = None
    ) -> rt.RawResponse:
        async def run() -> rt.RawResponse:
            transport = rt.AsyncHttpxTransport(max_body=LIMIT, proxy=proxy)
            try:
                return await transport.send(get(path), timeout)
            finally:
                assert all_idle(transport)
                await transport.aclose()

        return asyncio.run(run())

    return sync if request.param == "sync" else through_asyncio


def test_answers_come_as_they_are(fetch: Fetch) -> None:
    response = fetch("/good")
    assert (response.status, response.body, response.http_version) == (
        200,
        GOOD,
        "HTTP/1.1",
    )
    assert response.headers["content-type"] == "application/json"
    assert fetch("/none").body == b""
    assert fetch("/gzip").body == GOOD
    assert fetch("/deflate").body == GOOD
    assert fetch("/members").body == b"ab"
    assert fetch("/xgzip").body == GOOD
    assert fetch("/identity").body == GOOD
    assert fetch("/empty").body == b""
    assert SEEN[-1]["accept-encoding"] == "gzip"


def test_a_proxy_is_asked(fetch: Fetch, base: str) -> None:
    assert fetch("http://acme.example/proxied", proxy=base).body == GOOD


def test_redirects_are_not_followed(fetch: Fetch) -> None:
    before = len(SEEN)
    assert fetch("/moved").status == 302
    assert len(SEEN) == before + 1
    fetch("/good")
    assert "cookie" not in SEEN[-1]


def test_bodies_are_capped(fetch: Fetch) -> None:
    assert len(fetch("/fits").body) == LIMIT
    assert len(BOMB) < 10_000
    for path in ("/large", "/bomb", "/chunks"):
        with pytest.raises(rt.BodyTooLarge, match=r"larger than 1048576 bytes$"):
            fetch(path)


@pytest.mark.parametrize(
    ("path", "error", "status"),
    [
        ("/brotli", rt.BodyUnreadable, 200),
        ("/notgzip", rt.BodyUnreadable, 200),
        ("/cut", rt.ReadError, 200),
        ("/broken", rt.ReadError, 200),
        ("/noise", rt.ReadError, None),
    ],
)
def test_broken_answers(
    fetch: Fetch, path: str, error: type[rt.TransportError], status: int | None
) -> None:
    with pytest.raises(error) as caught:
        fetch(path)
    assert (caught.value.sent, caught.value.status) == (True, status)
    assert caught.value.__cause__ is caught.value.__context__ is None


def test_timeouts(fetch: Fetch) -> None:
    with pytest.raises(rt.CallTimeout):
        fetch("/slow", 0.05)


def test_no_connection() -> None:
    transport = rt.HttpxTransport()
    with pytest.raises(rt.ConnectError) as caught:
        transport.send(rt.Request("x", "GET", "http://127.0.0.1:1/"), 5.0)
    assert not caught.value.sent
    with pytest.raises(rt.TransportError) as odd:
        transport.send(rt.Request("x", "GET", "gopher://a/"), 5.0)
    assert not odd.value.sent
    transport.close()


def test_a_client_end_to_end(
    base: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with acme.Acme(token="hunter2", base_url=base) as api:
        response = api.update_recipient(ULID, city="Cairo é")
        assert "hunter2" not in repr(api) + repr(response)
    seen = SEEN[-1]
    assert response.data.recipient.kind == "billing"
    assert seen["authorization"] == "Bearer hunter2"
    assert seen["content-type"] == "application/json"
    assert seen["body"] == '{"city":"Cairo é"}'
    assert seen["host"] == base.removeprefix("http://")


def test_an_async_client_end_to_end(base: str) -> None:
    async def run() -> None:
        async with acme.AsyncAcme(token="t", base_url=base) as api:
            calls = (api.update_recipient(ULID, city="Cairo") for _ in range(5))
            for response in await asyncio.gather(*calls):
                assert response.data.recipient.id == "1"

    asyncio.run(run())


def test_an_async_client_serves_one_event_loop_after_another(base: str) -> None:
    api = acme.AsyncAcme(token="t", base_url=base)
    transport = api._transport
    assert isinstance(transport, rt.AsyncHttpxTransport)
    pools: list[object] = []

    async def call() -> None:
        assert (await api.update_recipient(ULID)).status == 200
        pools.append(transport._pool())
        assert (await api.update_recipient(ULID)).status == 200
        assert transport._pool() is pools[-1]

    asyncio.run(call())
    asyncio.run(call())
    assert pools[0] is not pools[1]
    assert list(transport._pools.values()) == [pools[1]]
    asyncio.run(api.aclose())  # from a third loop, which has nothing to close


def test_two_event_loops_share_an_async_client(base: str) -> None:
    api = acme.AsyncAcme(token="t", base_url=base)
    statuses: list[int] = []

    async def calls() -> None:
        for _ in range(5):
            statuses.append((await api.update_recipient(ULID)).status)

    threads = [threading.Thread(target=asyncio.run, args=(calls(),)) for _ in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 10


def test_threads_share_a_client(base: str) -> None:
    statuses: list[int] = []
    with acme.Acme(token="t", base_url=base) as api:

        def work() -> None:
            statuses.extend(api.update_recipient(ULID).status for _ in range(5))

        threads = [threading.Thread(target=work) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert statuses == [200] * 25


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_client_survives_a_fork(base: str) -> None:
    with acme.Acme(token="t", base_url=base) as api:
        api.update_recipient(ULID)
        transport = api._transport
        assert isinstance(transport, rt.HttpxTransport)
        before = dict(transport._pools)
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                fine = api.update_recipient(ULID).status == 200
                code = 0 if fine and transport._pools != before else 2
            finally:
                os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
        assert api.update_recipient(ULID).status == 200
        assert transport._pools == before


_FIRST_CALL = """
import sys, _runtime as rt
get = rt.Operation(name="x", method="GET", path="/good", responses={"200": rt.Reply(rt.Json)})
with rt.Client(rt.Config(package="x", servers={}, server="x", base_url=sys.argv[1])) as client:
    before = {*sys.modules}
    client._call(get, (), rt.UNSET, None)
print(*{*sys.modules} - before)
"""


def test_a_first_call_imports_nothing(base: str) -> None:
    """A fork while another thread imports leaves the child waiting for that thread."""
    where = {"PYTHONPATH": rt.__file__.rpartition("/")[0]}
    done = subprocess.run(
        [sys.executable, "-c", _FIRST_CALL, base],
        env=where,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("\n", "")


def test_importing_costs_no_transport() -> None:
    template = Path(rt.__file__)
    code = (
        f"import sys; sys.path.insert(0, {str(template.parent)!r}); import _runtime; "
        "print(*sorted({'httpx2', 'asyncio', 'email', 'dataclasses', 'logging', "
        "'ssl', 'json', 'threading'} & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == ""


@pytest.mark.parametrize(
    ("method", "body", "length"),
    [
        ("GET", None, []),
        ("DELETE", None, []),
        ("POST", None, [b"0"]),
        ("PUT", None, [b"0"]),
        ("PATCH", None, [b"0"]),
        ("GET", b"ab", [b"2"]),
        ("POST", b"ab", [b"2"]),
    ],
)
def test_a_length_is_sent_where_a_body_is_expected(
    method: str, body: bytes | None, length: list[bytes]
) -> None:
    request = rt.Request("o", method, "https://a.example/x", body=body)
    fields = rt._fields(request, b"a.example")
    assert [value for name, value in fields if name == b"Content-Length"] == length


@pytest.mark.parametrize(
    ("late", "expected", "sent"),
    [(None, rt.CallTimeout, True), (rt.ConnectTimeout, rt.ConnectTimeout, False)],
)
def test_who_is_late_before_a_connection_has_sent_nothing(
    late: type[rt.TransportError] | None, expected: type[rt.TransportError], sent: bool
) -> None:
    with pytest.raises(rt.TransportError) as caught:
        rt._left(0.0, 1.0, late)
    assert (type(caught.value), caught.value.sent) == (expected, sent)


def test_closing_leaves_no_connection_open(base: str) -> None:
    transport = rt.HttpxTransport()
    transport.send(rt.Request("o", "GET", f"{base}/good"), 5.0)
    (pool,) = transport._pools.values()
    assert len(pool.connections) == 1
    transport.close()
    assert pool.connections == []


def test_closing_ends_the_calls_of_other_threads() -> None:
    """A thread that waits for an answer does not wait until the time of its call is over."""
    asked, errors = threading.Event(), list[type[Exception]]()
    with socket.create_server(("127.0.0.1", 0)) as server:
        transport = rt.HttpxTransport()

        def call() -> None:
            port = server.getsockname()[1]
            try:
                transport.send(
                    rt.Request("o", "GET", f"http://127.0.0.1:{port}/"), 30.0
                )
            except rt.APIError as error:
                errors.append(type(error))

        def answer() -> None:
            peer = server.accept()[0]
            peer.recv(4096)
            asked.set()
            peer.recv(4096)
            peer.close()

        threads = [threading.Thread(target=each) for each in (call, answer)]
        for each in threads:
            each.start()
        assert asked.wait(10.0)
        transport.close()
        for each in threads:
            each.join(10.0)
            assert not each.is_alive()
    assert errors == [rt.ReadError]


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("/broken", rt.ReadError),
        ("/brotli", rt.BodyUnreadable),
        ("/slow", rt.CallTimeout),
        ("/good", rt.FailureInSuccess),
        ("", rt.ConnectError),
    ],
)
def test_an_error_that_was_dealt_with_keeps_nothing(
    caller: Caller, base: str, path: str, error: type[rt.APIError]
) -> None:
    """Bodies would pile up until the garbage collector comes to what refers to itself."""
    if not path:
        with socket.create_server(("127.0.0.1", 0)) as closed:
            base = f"http://127.0.0.1:{closed.getsockname()[1]}"
    operation = get(path or "/x", failure=rt.Failure(("extra",), [1]))

    def fail() -> None:
        servers = {"live": rt.Server(base)}
        api: Any = caller.client(servers=servers, retries=0, timeout=0.2)
        with suppress(error):
            sent = api._send(operation, rt.build(operation, ()))
            asyncio.run(dealt_with(sent))

    async def dealt_with(sent: Awaitable[object]) -> None:
        with suppress(error):
            await sent

    fail()
    gc.collect()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        fail()
        gc.collect()
        kept = [x for x in gc.garbage if isinstance(x, (rt.Request, rt.RawResponse))]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
    assert not kept
