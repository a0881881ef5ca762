"""Servers, credentials, options, the two clients and what they never show."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

import asyncio
import base64
import inspect
import logging
import os
import warnings
from collections.abc import Mapping
from typing import Any

import _runtime as rt
import msgspec
import pytest

from runtime import acme
from runtime.helpers import (
    GOOD,
    ULID,
    AsyncFake,
    Fake,
    answer,
    get,
    violations,
    wrong,
)

SECRET = "hunter2"
KEY = "550e8400-e29b-41d4-a716-446655440000"


def client(**more: Any) -> tuple[acme.Acme, Fake]:
    fake = Fake()
    more.setdefault("token", SECRET)
    more.setdefault("transport", fake)
    return acme.Acme(**more), fake


@pytest.mark.usefixtures("clock")
def test_a_call_as_it_goes_out() -> None:
    api, fake = client(timeout=7)
    response = api.update_recipient(ULID, city="Cairo", include=["recipient.country"])
    (request,) = fake.sent
    assert request.url == (
        f"https://api.acme.example/v1/recipients/{ULID}?include=recipient.country"
    )
    assert (request.method, request.body) == ("PATCH", b'{"city":"Cairo"}')
    assert dict(request.headers) == {
        "user-agent": "acme_client",
        "accept": "application/json",
        "content-type": "application/json",
        "acme-idempotency-key": request.headers["acme-idempotency-key"],
        "authorization": "Bearer hunter2",
    }
    assert fake.timeouts == [7]
    assert response.data.recipient.id == "1"


def test_the_async_method_is_the_sync_one_awaited() -> None:
    method = acme.AsyncAcme.update_recipient
    assert inspect.iscoroutinefunction(method)
    assert method.__qualname__ == "AsyncAcme.update_recipient"
    assert method.__doc__ == acme.Acme.update_recipient.__doc__ is not None
    assert inspect.signature(method) == inspect.signature(acme.Acme.update_recipient)
    fake = AsyncFake()
    api = acme.AsyncAcme(token=SECRET, transport=fake)
    asyncio.run(api.update_recipient(ULID, city="Cairo", position=None))
    assert fake.sent[0].body == b'{"city":"Cairo","position":null}'
    misspelt: dict[str, Any] = {"ctiy": "Cairo"}
    with pytest.raises(TypeError, match="ctiy"):
        asyncio.run(api.update_recipient(ULID, **misspelt))


def send(
    api: acme.Acme, security: tuple[tuple[str, ...], ...], **more: Any
) -> rt.Response[Any]:
    operation = get("/x", rt.Parameter("q", "query", str), security=security, **more)
    return api._send(operation, rt.build(operation, (rt.UNSET,)))


@pytest.mark.parametrize(
    ("given", "security", "found"),
    [
        ({}, (), {}),
        ({"token": "t"}, (), {}),
        ({"token": "t"}, (("token",),), {"authorization": "Bearer t"}),
        ({"key": "k"}, (("token",), ("key",)), {"x-api-key": "Key k"}),
        (
            {"token": "t", "key": "k"},
            (("token",), ("key",)),
            {"authorization": "Bearer t"},
        ),
        (
            {"token": "t", "key": "k"},
            (("token", "key"),),
            {"authorization": "Bearer t", "x-api-key": "Key k"},
        ),
        ({"session": "s"}, (("cookie",),), {"cookie": "sid=s"}),
        (
            {"username": "é", "password": "a:b"},
            (("basic",),),
            {"authorization": "Basic " + base64.b64encode("é:a:b".encode()).decode()},
        ),
        (
            {"username": "u", "password": ""},
            (("basic",),),
            {"authorization": "Basic dTo="},
        ),
        ({}, ((), ("token",)), {}),
        ({"token": "t"}, ((), ("token",)), {"authorization": "Bearer t"}),
        (
            {"token": lambda: "called"},
            (("token",),),
            {"authorization": "Bearer called"},
        ),
    ],
)
def test_credentials(
    given: Mapping[str, Any],
    security: tuple[tuple[str, ...], ...],
    found: dict[str, str],
) -> None:
    fake = Fake()
    send(acme.Acme(**given, transport=fake), security)
    usual = {"user-agent", "accept"}
    assert {k: v for k, v in fake.headers.items() if k not in usual} == found


def test_a_key_in_the_query() -> None:
    fake = Fake()
    api = acme.Acme(key="a&b", transport=fake)
    send(api, (("query_key",),))
    assert fake.sent[0].url == "https://api.acme.example/v1/x?api%20key=a%26b"
    operation = get("/x", rt.Parameter("q", "query", str), security=(("query_key",),))
    api._send(operation, rt.build(operation, ("1",)))
    assert fake.sent[1].url.endswith("/x?q=1&api%20key=a%26b")


def test_a_cookie_joins_the_parameters() -> None:
    fake = Fake()
    operation = get("/x", rt.Parameter("a", "cookie", str), security=(("cookie",),))
    api = acme.Acme(session="s", transport=fake)
    api._send(operation, rt.build(operation, ("1",)))
    assert fake.headers["cookie"] == "a=1; sid=s"


def test_missing_credentials_are_named() -> None:
    api = acme.Acme(username="u", transport=Fake())
    with pytest.raises(rt.CredentialsMissing) as caught:
        send(api, (("token",), ("key", "basic")))
    assert (
        str(caught.value)
        == "get_x GET /x: needs token, or key and username and password"
    )


@pytest.mark.parametrize(
    "bad", ["", "a\n", "a\r\nX: y", "a\0", " a", "a ", "€", "\ud800", 1, None, b"x"]
)
@pytest.mark.parametrize("scheme", ["token", "key"])
def test_unsafe_credentials_are_refused_without_showing_them(
    bad: object, scheme: str
) -> None:
    fake = Fake()
    api = acme.Acme(**{scheme: wrong(lambda: bad)}, transport=fake)
    with pytest.raises(rt.RequestInvalid) as caught:
        send(api, ((scheme,),))
    assert [v.path for v in caught.value.violations] == [scheme]
    assert caught.value.operation == "get_x"
    assert not fake.sent


def test_a_credential_cannot_add_a_cookie() -> None:
    api = acme.Acme(session="a; admin=1", transport=Fake())
    assert violations(lambda: send(api, (("cookie",),))) == {"session": "credential"}


def test_a_colon_in_a_username_is_refused() -> None:
    api = acme.Acme(username="a:b", password="c", transport=Fake())
    assert violations(lambda: send(api, (("basic",),))) == {"username": "credential"}


def test_two_credentials_in_one_header_are_refused() -> None:
    api = acme.Acme(token="t", username="a", password="c", transport=Fake())
    assert violations(lambda: send(api, (("token", "basic"),)))


def test_credentials_are_asked_for_in_every_attempt() -> None:
    tokens = iter(["a", "b"])
    api, fake = client(token=lambda: next(tokens))
    for _ in "ab":
        api.update_recipient(ULID)
    assert [r.headers["authorization"] for r in fake.sent] == ["Bearer a", "Bearer b"]


def test_servers_and_variables() -> None:
    api, fake = client(server="shop", shop="my-shop_1.x")
    api.update_recipient(ULID)
    api.update_recipient(ULID, options=rt.RequestOptions(server="sandbox"))
    api.update_recipient(ULID, options=rt.RequestOptions(server="live"))
    bases = [request.url.partition("/recipients")[0] for request in fake.sent]
    assert bases == [
        "https://my-shop_1.x.acme.example/v1",
        "https://sandbox.acme.example/v1",
        "https://api.acme.example/v1",
    ]
    api, fake = client(server="shop", shop="s", version="v2")
    api.update_recipient(ULID)
    assert fake.sent[0].url.startswith("https://s.acme.example/v2/")


UNFIT = {"shop": "server"}


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        *(({"shop": bad}, UNFIT) for bad in ["", ".", "..", "a/b", "a@b", "a?b"]),
        *(({"shop": bad}, UNFIT) for bad in ["é", "a b", "a:1", "a\n", ".a", "a..b"]),
        *(({"shop": bad}, UNFIT) for bad in ["a#b", "a%2fb", "a\\b", "a."]),
        ({}, {"shop": "required"}),
        ({"shop": "a", "version": "v3"}, {"version": "enum"}),
    ],
)
def test_unfit_variables_are_refused(
    given: dict[str, str], refused: dict[str, str]
) -> None:
    assert violations(lambda: client(server="shop", **given)) == refused


def test_unknown_servers_are_refused() -> None:
    assert violations(lambda: client(server="nope")) == {"server": "server"}
    api, _ = client()
    options = rt.RequestOptions(server="nope")
    assert violations(lambda: api.update_recipient(ULID, options=options)) == {
        "server": "server"
    }
    shop = rt.RequestOptions(server="shop")
    assert violations(lambda: api.update_recipient(ULID, options=shop)) == {
        "shop": "required"
    }


def test_operations_with_servers_of_their_own() -> None:
    api, fake = client()
    send(api, (), servers=("sandbox",))
    assert fake.sent[0].url == "https://sandbox.acme.example/v1/x"
    among = {"options.server": "server"}
    assert violations(lambda: send(api, (), servers=("sandbox", "shop"))) == among
    operation = get(servers=("sandbox", "shop"))
    api._send(operation, rt.build(operation, ()), rt.RequestOptions(server="sandbox"))
    live = rt.RequestOptions(server="live")
    refused = violations(lambda: api._send(operation, rt.build(operation, ()), live))
    assert refused == among


def test_base_url_overrides() -> None:
    api, fake = client(base_url="HTTP://localhost:8080/api/")
    api.update_recipient(ULID)
    assert fake.sent[0].url == f"http://localhost:8080/api/recipients/{ULID}"


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "x",
        "ftp://a",
        "https://",
        "https://u:p@a",
        "https://a?b",
        "https://a#b",
        "https://a/../b",
        "https://a/%2E%2e",
        "https://a b",
        "https://a\n",
        "//a",
        "https://a\\b",
        "https://é.example",
        "https://a:port",
        "https://a:65536",
        f"https://a:{'0' * 5000}1",
    ],
)
def test_unfit_base_urls_are_refused(bad: str) -> None:
    assert violations(lambda: client(base_url=bad)) == {"base_url": "server"}


@pytest.mark.usefixtures("clock")
def test_options() -> None:
    api, fake = client()
    options = rt.RequestOptions(
        timeout=1.5, headers={"X-More": "1", "accept": "x/y"}, idempotency_key=KEY
    )
    api.update_recipient(ULID, options=options)
    assert fake.timeouts == [1.5]
    assert fake.headers["x-more"] == "1"
    assert fake.headers["accept"] == "x/y"
    assert fake.headers["acme-idempotency-key"] == KEY


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "x"},
        {"content-length": "1"},
        {"Transfer-Encoding": "x"},
        {"Connection": "x"},
        {"TE": "x"},
        {"Upgrade": "x"},
        {"AUTHORIZATION": "x"},
        {"x-api-key": "x"},
        {"Cookie": "x"},
        {"X\r\nY": "x"},
        {"": "x"},
        {"X": "a\nb"},
        {"X": " a"},
        {"X": "€"},
        {"X": 1},
    ],
)
def test_options_cannot_replace_credentials_or_framing(headers: dict[str, str]) -> None:
    api, fake = client()
    options = rt.RequestOptions(headers=headers)
    refused = violations(lambda: api.update_recipient(ULID, options=options))
    (name,) = headers
    shown = name if name.replace("-", "").isalnum() else "?"
    assert refused == {f"options.headers.{shown}": "header"}
    assert not fake.sent


@pytest.mark.parametrize(
    "bad", [0, -1, 0.0, float("nan"), float("inf"), 1e7, True, "5", None]
)
def test_timeouts_are_positive_and_finite(bad: Any) -> None:
    assert violations(client, timeout=bad) == {"timeout": "timeout"}
    api, fake = client()
    if bad is not None:
        options = rt.RequestOptions(timeout=bad)
        refused = violations(api.update_recipient, ULID, options=options)
        assert refused == {"options.timeout": "timeout"}
    assert not fake.sent


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("good", [1, 0.5, rt.MAX_TIMEOUT])
def test_timeouts_that_a_socket_can_count(good: float) -> None:
    import socket

    api, fake = client(timeout=good)
    api.update_recipient(ULID)
    api.update_recipient(ULID, options=rt.RequestOptions(timeout=2))
    assert fake.timeouts == [good, 2]
    with socket.socket() as counting:
        counting.settimeout(good)


def test_a_refused_timeout_tells_which_call_it_is_about() -> None:
    api, _ = client()
    with pytest.raises(rt.RequestInvalid, match="a number of seconds") as caught:
        api.update_recipient(ULID, options=rt.RequestOptions(timeout=-1))
    assert caught.value.operation == "update_recipient"


def test_idempotency_keys() -> None:
    api, fake = client()
    api.update_recipient(ULID)
    api.update_recipient(ULID)
    first, second = (r.headers["acme-idempotency-key"] for r in fake.sent)
    assert first != second
    assert len(first) == 36
    bad = rt.RequestOptions(idempotency_key="a\nb")
    assert violations(lambda: api.update_recipient(ULID, options=bad))
    operation = get()
    key = rt.RequestOptions(idempotency_key="k")
    refused = violations(lambda: api._send(operation, rt.build(operation, ()), key))
    assert refused == {"options.idempotency_key": "idempotency"}


def test_a_header_that_is_an_argument_is_sent_once() -> None:
    names = ("content-TYPE", "idem")
    operation = get(
        "/x",
        *(rt.Parameter(name, "header", str) for name in names),
        method="POST",
        body="application/json",
        body_type=rt.Json,
        idempotency=rt.Idempotency("Idem"),
    )
    api, fake = client()
    api._send(operation, rt.build(operation, ("application/x", "k-1"), 1))
    api._send(operation, rt.build(operation, (rt.UNSET, rt.UNSET), 1))
    given, usual = (request.headers for request in fake.sent)
    assert [given.get_all(name) for name in names] == [("application/x",), ("k-1",)]
    assert usual.get_all("content-type") == ("application/json",)
    assert len(usual["idem"]) == 36


def test_validation_can_be_turned_off() -> None:
    api, fake = client(validate=False)
    api.update_recipient("short", city="")
    assert fake.sent[0].body == b'{"city":""}'
    assert violations(lambda: api.update_recipient(".."))


def test_mismatches_are_logged_without_values(caplog: pytest.LogCaptureFixture) -> None:
    body = GOOD.replace(b'"note":null', b'"note":{"hunter2":1}')
    api, _ = client(transport=Fake(answer(body)))
    with caplog.at_level(logging.DEBUG):
        response = api.update_recipient(ULID)
    assert len(response.mismatches) == 1
    (record,) = caplog.records
    assert (record.name, record.levelname) == ("acme_client", "WARNING")
    assert record.getMessage() == (
        "update_recipient: attempt 1: "
        "200 differs from the document at $.recipient.note (type)"
    )
    assert SECRET not in repr(record.__dict__)


def test_mismatches_can_be_raised() -> None:
    body = GOOD.replace(b'"id"', b'"other"')
    api, _ = client(transport=Fake(answer(body, x_request_id="r")), on_mismatch="raise")
    with pytest.raises(rt.ResponseMismatch) as caught:
        api.update_recipient(ULID)
    error = caught.value
    assert (error.raw, error.status, error.request_id) == (body, 200, "r")
    assert [m.path for m in error.mismatches] == ["$.recipient.id"]
    assert "$.recipient.id (missing)" in str(error)
    api, _ = client(on_mismatch="raise")
    assert api.update_recipient(ULID).mismatches == ()


def test_nothing_shows_a_secret() -> None:
    api, fake = client(key=SECRET)
    api.update_recipient(ULID, city=SECRET * 2)
    send(api, (("query_key",),))
    options = rt.RequestOptions(headers={"X": SECRET}, idempotency_key=SECRET)
    shown = [api, api._config, options, *fake.sent, fake.headers, acme._SCHEMES]
    assert SECRET not in "".join(map(repr, shown))
    assert SECRET not in "".join(map(str, shown))


def test_closing() -> None:
    api, fake = client()
    with api as same:
        assert same is api
    api.close()
    assert fake.closed == 2
    with pytest.raises(rt.ClosedError, match="the client is closed") as caught:
        api.update_recipient(ULID)
    assert caught.value.operation == "update_recipient"
    assert "closed" in repr(api)


def test_transports_need_no_close() -> None:
    class Bare:
        def send(self, request: rt.Request, timeout: float) -> rt.RawResponse:
            raise rt.ConnectError(f"{request.method} {timeout}", sent=False)

    with pytest.raises(rt.ConnectError), acme.Acme(token="t", transport=Bare()) as api:
        api.update_recipient(ULID)


def test_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACME_TOKEN", "t")
    monkeypatch.setenv("ACME_EMPTY", "")
    assert rt.environment("ACME_TOKEN") == "t"
    assert rt.environment("ACME_EMPTY") is None
    assert rt.environment("ACME_NOT_THERE") is None
    assert "ACME_NOT_THERE" not in os.environ
    assert rt.required_environment("ACME_TOKEN") == "t"
    with pytest.raises(rt.CredentialsMissing, match="ACME_EMPTY"):
        rt.required_environment("ACME_EMPTY")


def test_async() -> None:
    async def run() -> None:
        async def token() -> str:
            await asyncio.sleep(0)
            return "awaited"

        for credential in (token, lambda: "awaited", "awaited"):
            fake = AsyncFake()
            async with acme.AsyncAcme(token=credential, transport=fake) as api:
                response = await api.update_recipient(ULID, city="Cairo")
            assert response.data.recipient.id == "1"
            assert fake.headers["authorization"] == "Bearer awaited"
            assert fake.closed == 1
            with pytest.raises(rt.ClosedError):
                await api.update_recipient(ULID)

    asyncio.run(run())


def test_async_errors() -> None:
    async def run() -> None:
        api = acme.AsyncAcme(token=SECRET, transport=AsyncFake(answer(b"{}", 404)))
        with pytest.raises(acme.UpdateRecipientNotFound):
            await api.update_recipient(ULID)
        broken = acme.AsyncAcme(
            token=SECRET, transport=AsyncFake(rt.CallTimeout("late"))
        )
        with pytest.raises(rt.CallTimeout) as caught:
            await broken.update_recipient(ULID)
        assert caught.value.operation == "update_recipient"
        assert SECRET not in repr(api)

    asyncio.run(run())


def test_an_async_credential_is_no_credential_of_the_sync_client() -> None:
    async def token() -> str:
        return "x"

    coroutine = token()
    api = acme.Acme(token=wrong(lambda: coroutine), transport=Fake())
    assert violations(lambda: api.update_recipient(ULID)) == {"token": "credential"}
    coroutine.close()


def test_requests_are_values() -> None:
    request = acme.build_update_recipient(
        True, ULID, body=acme.UpdateRecipientRequest(city="x" * 5)
    )
    assert msgspec.structs.replace(request, url="/y") != request
    with pytest.raises(AttributeError):
        wrong(request).url = "/y"
    assert "xxxxx" not in repr(request)


OLD = get(deprecated="old is deprecated; it may be gone from 2027-01-31")


class Old(rt.Client):
    """As the generator writes one, with an operation that is deprecated."""

    def old(self, /) -> rt.Response[Any]:
        return self._call(OLD, (), rt.UNSET, None)


class AsyncOld(rt.AsyncClient):
    old = rt.awaited(Old.old)


PARTLY_OLD = get(
    "/x",
    rt.Parameter("size", "query", int),
    rt.Parameter("page", "query", int),
    method="POST",
    body="application/json",
    body_type=acme.Position,
    deprecated_arguments={"query.size": "size is deprecated", "lat": "lat is, too"},
)


class PartlyOld(rt.Client):
    def old(self, body: object, *values: int | rt.UnsetType) -> rt.Response[Any]:
        return self._call(PARTLY_OLD, values, body, None)


def test_a_deprecated_argument_that_is_given_warns_the_caller() -> None:
    config = rt.Config(package="old", servers={"a": rt.Server("https://a")}, server="a")
    client, body = PartlyOld(config, Fake()), acme.Position(lat=1, lng=2)

    def given() -> None:
        client.old(body, 1, rt.UNSET)

    with pytest.warns(DeprecationWarning, match=" is") as caught:
        given()
    assert [(str(w.message), w.lineno) for w in caught] == [
        (text, given.__code__.co_firstlineno + 1)
        for text in ("size is deprecated", "lat is, too")
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(rt.RequestInvalid):
            client.old({"lng": 2}, rt.UNSET, 1)


def test_a_deprecated_operation_warns_its_caller() -> None:
    """At the line that calls it, once for each: what the usual filters go by."""
    config = rt.Config(package="old", servers={"a": rt.Server("https://a")}, server="a")

    async def run() -> None:
        await AsyncOld(config, AsyncFake()).old()

    def both() -> None:
        Old(config, Fake()).old()
        asyncio.run(run())

    with pytest.warns(DeprecationWarning, match="gone from 2027-01-31") as caught:
        both()
    assert [(w.filename, w.lineno) for w in caught] == [
        (__file__, each.__code__.co_firstlineno + 1) for each in (both, run)
    ]
