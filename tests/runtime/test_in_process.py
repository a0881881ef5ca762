"""The transports that call an app in this process."""

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


def test_bodies_are_capped_and_inflated() -> None:
    def app(environ: object, start_response: Callable[..., Any]) -> Iterable[bytes]:
        del environ
        start_response("200 OK", [("Content-Encoding", "gzip")])
        return [gzip.compress(bytes(1000))]

    caller = Caller(False)
    assert len(caller.call(caller.client(rt.WsgiTransport(app))).raw) == 1000
    with pytest.raises(rt.BodyTooLarge) as caught:
        caller.call(caller.client(rt.WsgiTransport(app, max_body=999)), get())
    assert caught.value.status == 200


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
