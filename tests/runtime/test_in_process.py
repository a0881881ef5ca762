"""The transports that call an app in this process."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import _runtime as rt
import msgspec
import pytest

from runtime.helpers import Caller, get, post

SEEN: list[tuple[str, str, str, dict[str, str], bytes]] = []


def wsgi(
    environ: dict[str, Any], start_response: Callable[..., Any]
) -> Iterable[bytes]:
    headers = {k[5:]: v for k, v in environ.items() if k.startswith("HTTP_")}
    body = environ["wsgi.input"].read()
    query, method = environ["QUERY_STRING"], environ["REQUEST_METHOD"]
    SEEN.append((method, environ["PATH_INFO"], query, headers, body))
    start_response("200 OK", [("Content-Type", "application/json")])
    return [b'{"a"', b":1}"]


async def asgi(
    scope: Any, receive: Callable[[], Any], send: Callable[[Any], Any]
) -> None:
    body = (await receive())["body"]
    headers = {
        k.decode().upper().replace("-", "_"): v.decode() for k, v in scope["headers"]
    }
    query = scope["query_string"].decode()
    SEEN.append((scope["method"], scope["path"], query, headers, body))
    fields = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200, "headers": fields})
    await send({"type": "http.response.body", "body": b'{"a"', "more_body": True})
    await send({"type": "http.response.body", "body": b":1}"})


@pytest.fixture
def transport(caller: Caller) -> Any:
    SEEN.clear()
    return rt.AsgiTransport(asgi) if caller.asynchronous else rt.WsgiTransport(wsgi)


def test_a_call(caller: Caller, transport: Any) -> None:
    operation = post(dict[str, int], path="/x/{id}")
    operation = msgspec.structs.replace(
        operation,
        parameters=(rt.Parameter("id", "path", str), rt.Parameter("q", "query", str)),
        security=(("token",),),
    )
    client = caller.client(
        transport, schemes={"token": rt.Bearer("token")}, credentials={"token": "t"}
    )
    answer = caller.call(client, operation, values=("a b", "c"), body={"n": 1})
    assert (answer.data, answer.headers["content-type"]) == (
        {"a": 1},
        "application/json",
    )
    ((method, path, query, headers, body),) = SEEN
    assert (method, path, query, body) == ("POST", "/x/a b", "q=c", b'{"n":1}')
    assert headers["AUTHORIZATION"] == "Bearer t"
    assert headers["HOST"] == "api.acme.example"
    caller.call(caller.client(transport), get())
    assert SEEN[-1][0::4] == ("GET", b"")


def zipped(caller: Caller, most: int | None = None, coding: str = "gzip") -> Any:
    """The transport to an app that answers with a thousand bytes, inflated."""
    body = gzip.compress(bytes(1000))
    more: dict[str, Any] = {} if most is None else {"max_body": most}

    def wsgi(environ: object, start_response: Callable[..., Any]) -> Iterable[bytes]:
        del environ
        start_response("200 OK", [("Content-Encoding", coding), ("Request-Id", "r-1")])
        return [body[:9], body[9:]]

    async def asgi(scope: object, receive: object, send: Callable[[Any], Any]) -> None:
        del scope, receive
        fields = [(b"content-encoding", coding.encode()), (b"request-id", b"r-1")]
        await send({"type": "http.response.start", "status": 200, "headers": fields})
        start, rest = {"body": body[:9], "more_body": True}, {"body": body[9:]}
        await send({"type": "http.response.body", **start})
        await send({"type": "http.response.body", **rest})

    if caller.asynchronous:
        return rt.AsgiTransport(asgi, **more)
    return rt.WsgiTransport(wsgi, **more)


def test_bodies_are_capped_and_inflated(caller: Caller) -> None:
    for most in (None, 1000):
        assert len(caller.call(caller.client(zipped(caller, most))).raw) == 1000
    for transport, kind in (
        (zipped(caller, 999), rt.BodyTooLarge),
        (zipped(caller, coding="br"), rt.BodyUnreadable),
    ):
        with pytest.raises(kind) as caught:
            caller.call(caller.client(transport), get())
        assert (caught.value.status, caught.value.request_id) == (200, "r-1")
        assert caught.value.__cause__ is caught.value.__context__ is None
    assert zipped(caller)._max_body == rt.MAX_BODY


class Pieces(list[bytes]):
    """A body that counts how often it is closed (PEP 3333)."""

    closed = 0

    def close(self) -> None:
        self.closed += 1


@pytest.mark.parametrize(("most", "size"), [(9, 9), (9, 10)])
def test_the_app_is_told_that_its_body_is_done_with(most: int, size: int) -> None:
    pieces = Pieces([bytes(size)])

    def app(environ: object, start_response: Callable[..., Any]) -> Iterable[bytes]:
        del environ
        start_response("200 OK", [])
        return pieces

    with suppress(rt.BodyTooLarge):
        caller = Caller(False)
        caller.call(caller.client(rt.WsgiTransport(app, max_body=most)), get())
    assert pieces.closed == 1


def test_what_the_app_raises_comes_through() -> None:
    def app(environ: object, start_response: object) -> Iterable[bytes]:
        del environ, start_response
        raise ZeroDivisionError

    caller = Caller(False)
    with pytest.raises(ZeroDivisionError):
        caller.call(caller.client(rt.WsgiTransport(app)))
