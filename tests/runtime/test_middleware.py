"""What stands around every attempt, and the redirects that are followed on request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import _runtime as rt
import msgspec
import pytest

from runtime.helpers import GOOD, Caller, Clock, answer, get

SCHEMES = {"token": rt.Bearer("token")}
SECURED = get("/x/{id}", rt.Parameter("id", "path", str), security=(("token",),))


class Tracing:
    """Notes what it sees of every attempt, and adds a header."""

    def __init__(self, name: str, caller: Caller) -> None:
        self.name, self.asynchronous = name, caller.asynchronous
        self.seen: list[tuple[object, ...]] = []

    def __call__(
        self, request: rt.Request, call_next: Callable[[rt.Request], Any], /
    ) -> Any:
        headers = rt.Headers([*request.headers.fields, ("Traceparent", self.name)])
        request = msgspec.structs.replace(request, headers=headers)
        self.seen.append((request.operation, request.path, request.attempt))
        return (
            self.later(call_next, request) if self.asynchronous else call_next(request)
        )

    async def later(
        self, call_next: Callable[[rt.Request], Awaitable[Any]], request: rt.Request
    ) -> Any:
        return await call_next(request)


@pytest.mark.usefixtures("clock")
def test_every_attempt_passes_through(caller: Caller) -> None:
    outer, inner = Tracing("outer", caller), Tracing("inner", caller)
    transport = caller.prepared(answer(b"{}", 503), answer(GOOD))
    client = caller.client(
        transport, [outer, inner], schemes=SCHEMES, credentials={"token": "t"}
    )
    assert caller.call(client, SECURED, values=("a/b",)).status == 200
    assert outer.seen == [("get_x", "/x/{id}", 1), ("get_x", "/x/{id}", 2)]
    assert inner.seen == outer.seen
    for request in transport.sent:
        assert request.headers.get_all("traceparent") == ("outer", "inner")
        assert request.headers["authorization"] == "Bearer t"


def test_credentials_are_added_behind_it_and_for_the_own_host_alone(
    caller: Caller,
) -> None:
    seen: list[rt.Request] = []
    urls = iter(
        [
            "https://api.acme.example/y",
            "https://API.acme.example/y",
            "https://api.acme.example.evil.example/y",
            "https://api.acme.example@evil.example/y",
            "http://api.acme.example/y",
            "https://api.acme.example:444/y",
            "https://api.acme.example?y",
        ]
    )

    def turning(request: rt.Request, call_next: Callable[[rt.Request], Any], /) -> Any:
        seen.append(request)
        return call_next(msgspec.structs.replace(request, url=next(urls)))

    transport = caller.prepared()
    client = caller.client(
        transport, [turning], schemes=SCHEMES, credentials={"token": "t"}
    )
    for _ in range(7):
        caller.call(client, SECURED, values=("a",))
    assert all("authorization" not in request.headers for request in seen)
    got = ["authorization" in request.headers for request in transport.sent]
    assert got == [True, True, False, False, False, False, False]


def test_it_may_answer_by_itself_or_refuse(caller: Caller) -> None:
    def cached(request: rt.Request, call_next: Callable[..., Any], /) -> Any:
        del request, call_next
        ready = answer(b"[1]")

        async def later() -> rt.RawResponse:
            return ready

        return later() if caller.asynchronous else ready

    def refusing(request: rt.Request, call_next: Callable[..., Any], /) -> Any:
        del request, call_next
        raise KeyError("no")

    transport = caller.prepared()
    assert caller.call(caller.client(transport, [cached])).data == [1]
    with pytest.raises(KeyError):
        caller.call(caller.client(transport, [refusing]))
    assert transport.sent == []


def redirecting(
    caller: Caller, *answers: rt.RawResponse, most: tuple[int, ...] = (3,)
) -> tuple[Any, Any]:
    transport = caller.prepared(*answers)
    kind: Any = rt.AsyncRedirects if caller.asynchronous else rt.Redirects
    following = kind(*most)
    return caller.client(transport, [following], retries=0), transport


def moved(status: int, location: str) -> rt.RawResponse:
    return answer(b"", status, location=location)


@pytest.mark.parametrize(
    ("method", "status", "sent"),
    [
        *(("GET", status, "GET") for status in (301, 302, 303, 307, 308)),
        *(("HEAD", status, "HEAD") for status in (301, 302, 303, 307, 308)),
        *(("POST", status, None) for status in (300, 301, 302, 304, 305, 306)),
        *(("POST", status, "POST with body") for status in (307, 308)),
        *(("DELETE", status, "DELETE") for status in (307, 308)),
        ("POST", 303, "GET"),
        ("DELETE", 303, "GET"),
        ("DELETE", 302, None),
    ],
)
def test_redirects(caller: Caller, method: str, status: int, sent: str | None) -> None:
    client, transport = redirecting(caller, moved(status, "/y"), answer(GOOD))
    body = b"b" if method == "POST" else rt.UNSET
    operation = get(
        method=method,
        body="application/octet-stream" if body else None,
        body_type=bytes,
    )
    if sent is None:
        with pytest.raises(rt.RedirectError):
            caller.call(client, operation, body=body)
        assert len(transport.sent) == 1
        return
    caller.call(client, operation, body=body, headers={"x-mine": "1"})
    last = transport.sent[-1]
    assert last.url == "https://api.acme.example/y"
    assert last.method == sent.partition(" ")[0]
    assert (last.body == b"b") is ("body" in sent)
    assert ("content-type" in last.headers) is (last.body is not None)
    assert last.headers["x-mine"] == "1"


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("y", "https://api.acme.example/y"),
        ("?a=b", "https://api.acme.example/x?a=b"),
        ("//other.example/y", "https://other.example/y"),
        ("https://other.example/y#z", "https://other.example/y"),
        ("http://api.acme.example/y", None),
        ("https://user:word@other.example/y", None),
        ("ftp://other.example/y", None),
        ("https://other.example", "https://other.example/"),  # RFC 3986, 6.2.3
        ("https://other.example?a=b", "https://other.example/?a=b"),
        ("https://other.example:99999/", None),
        ("https://other.example:word/", None),
        ("https://:443/", None),
        ("https://\u00e9.example/", None),
        ("https://other.example/\u00e9", None),
        ("javascript:1", None),
        ("https://[/", None),
    ],
)
def test_where_redirects_lead(caller: Caller, location: str, url: str | None) -> None:
    client, transport = redirecting(caller, moved(302, location), answer(GOOD))
    if url is None:
        with pytest.raises(rt.RedirectError):
            caller.call(client)
    else:
        caller.call(client)
        assert transport.sent[-1].url == url


def test_what_is_no_redirect(caller: Caller) -> None:
    created = answer(GOOD, 201, location="/y")
    client, transport = redirecting(caller, created)
    assert caller.call(client).status == 201
    nowhere = answer(b"", 302)
    client, lost = redirecting(caller, nowhere)
    with pytest.raises(rt.RedirectError):
        caller.call(client)
    assert (len(transport.sent), len(lost.sent)) == (1, 1)


@pytest.mark.parametrize(("most", "sent"), [((), 6), ((3,), 4), ((0,), 1)])
def test_redirects_end(caller: Caller, most: tuple[int, ...], sent: int) -> None:
    client, transport = redirecting(caller, moved(302, "/x"), most=most)
    with pytest.raises(rt.RedirectError):
        caller.call(client)
    assert len(transport.sent) == sent


def test_what_is_redirected_is_still_one_attempt(caller: Caller, clock: Clock) -> None:
    client, transport = redirecting(
        caller, moved(302, "/y"), answer(b"{}", 503), moved(302, "/y"), answer(GOOD)
    )
    assert caller.call(client, retries=1).status == 200
    assert [r.attempt for r in transport.sent] == [1, 1, 2, 2]
    assert len(clock.slept) == 1
