"""Calls against a server that misbehaves, and all that is seen of them."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Awaitable, Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, cast

import _runtime as rt

from faults.misbehaviour import SCRIPTS
from faults.server import Server, behave

KEY = "Acme-Idempotency-Key"
SECRET = "hunter2"
TLS = ssl.create_default_context()


class Thing(rt.Model, kw_only=True):
    id: str
    n: float


class Sent(rt.Model, kw_only=True):
    text: str


def operation(method: str, **more: Any) -> rt.Operation[Any]:
    return rt.Operation(
        name="thing",
        method=method,
        path="/thing",
        responses={"200": rt.Reply(Thing), "204": rt.Reply(None)},
        failure=rt.Failure(when=("result",), equals="error", status=("status",)),
        security=(("token",),),
        **more,
    )


GET = operation("GET")
POST = operation("POST", body="application/json", body_type=Sent)
KEYED = operation(
    "POST",
    body="application/json",
    body_type=Sent,
    idempotency=rt.Idempotency(KEY, "uuid"),
)
LARGE = Sent(text="x" * (1 << 23))
# A call by its name in the table: the operation, its body, what came before it.
CALLS: dict[str, tuple[rt.Operation[Any], object]] = {
    "GET": (GET, rt.UNSET),
    "POST": (POST, Sent(text="x")),
    "POST with a key": (KEYED, Sent(text="x")),
    "large POST": (POST, LARGE),
    "second GET": (GET, rt.UNSET),
    "second POST": (POST, Sent(text="x")),
    "following GET": (GET, rt.UNSET),
}


@dataclass(frozen=True)
class Seen:
    """What came of a call."""

    outcome: str
    attempts: int
    received: int
    seconds: float
    keys: int
    error: rt.APIError | None


def times(fault: str) -> tuple[float, float]:
    """The seconds that a step and the whole call may take."""
    if any(word in fault for word in ("stall", "never")):
        return 0.4 if "once" in fault else 0.15, 10.0
    if any(word in fault for word in ("drip", "slowly", "endless-head")):
        return 5.0, 0.5
    return 5.0, 10.0


@contextmanager
def served(fault: str) -> Generator[tuple[Server, str]]:
    """A server with a fault, and its URL."""
    with ExitStack() as stack:
        server = stack.enter_context(Server(SCRIPTS.get(fault, behave)))
        url = server.url
        if fault.startswith("tls-"):
            url = url.replace("http:", "https:")
        elif fault == "refused":
            server.__exit__(None, None, None)
        elif fault == "impossible-name":
            url = f"http://{'a' * 64}.example"
        elif fault == "never-accepted":
            url = stack.enter_context(_full())
        yield server, url


@contextmanager
def _full() -> Generator[str]:
    """A listener whose queue is full, so that nobody is let in."""
    with (
        socket.create_server(("127.0.0.1", 0), backlog=0) as listener,
        ExitStack() as s,
    ):
        for _ in range(4):
            waiting = s.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def make(fault: str, name: str, asynchronous: bool) -> Seen:
    """Makes a call, and then a good one with the same client."""
    return asyncio.run(_make(fault, name, asynchronous))


async def _make(fault: str, name: str, asynchronous: bool) -> Seen:
    attempted: list[rt.Request] = []

    def count(request: rt.Request, call_next: Callable[[rt.Request], Any], /) -> Any:
        attempted.append(request)
        return call_next(request)

    step, whole = times(fault)
    with served(fault) as (server, url):
        transports = rt.AsyncHttpxTransport, rt.HttpxTransport
        transport = transports[not asynchronous](
            verify=TLS, max_body=1 << 24, connect=step, read=step, write=step
        )
        following = rt.AsyncRedirects() if asynchronous else rt.Redirects()
        middleware: Any = [following, count] if "following" in name else [count]
        config = rt.Config(
            package="acme_client",
            servers={},
            server="",
            base_url=url,
            timeout=whole,
            schemes={"token": rt.Bearer("token")},
            credentials={"token": SECRET},
        )
        kind: Any = rt.AsyncClient if asynchronous else rt.Client
        client: Any = kind(config, transport, middleware)
        op, body = CALLS[name]
        if name.startswith("second"):
            await _send(client, GET, rt.UNSET)
            await asyncio.sleep(0.05)
        attempted.clear()
        before, began = server.count(), time.monotonic()
        error = None
        try:
            answer = await _send(client, op, body)
            kinds = " ".join(m.kind for m in answer.mismatches)
            outcome = f"{answer.status} {kinds}".strip()
        except rt.APIError as problem:
            error, outcome = problem, type(problem).__name__
        seconds = time.monotonic() - began
        received, attempts = server.received[before:], len(attempted)
        if fault in SCRIPTS and not fault.startswith("tls-"):
            pool: Any = transport._pool()
            assert all(c.is_idle() for c in pool.connections), pool.connections
            server.script = behave
            await asyncio.sleep(0.02)
            fine = await _send(client, POST, Sent(text="fine"))
            assert (fine.data, fine.mismatches) == (Thing(id="1", n=1.0), ())
            assert server.received[-1].body == b'{"text":"fine"}'
        await _close(client)
        assert server.all_closed()
        keys = {r.headers.get(KEY.lower()) for r in received}
        return Seen(outcome, attempts, len(received), seconds, len(keys), error)


async def _send(client: Any, op: rt.Operation[Any], body: object) -> rt.Response[Any]:
    sent: object = client._send(op, rt.build(op, (), body))
    if isinstance(sent, Awaitable):
        sent = await cast("Awaitable[object]", sent)
    return cast("rt.Response[Any]", sent)


async def _close(client: Any) -> None:
    if isinstance(client, rt.AsyncClient):
        await client.aclose()
    else:
        client.close()
