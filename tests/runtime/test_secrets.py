"""No credential is seen anywhere but in the request to its own host."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

import logging
import pickle
import traceback
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import _runtime as rt
import msgspec
import pytest
from faults.server import Peer, Server, behave

from runtime.helpers import GOOD, Caller, answer, get

SECRET = "hunter2-hunter2"
SCHEMES: Mapping[str, rt.Scheme] = {
    "bearer": rt.Bearer("one"),
    "header": rt.ApiKey("one", "header", "X-Api-Key"),
    "query": rt.ApiKey("one", "query", "key"),
    "cookie": rt.ApiKey("one", "cookie", "sid"),
    "basic": rt.Basic("one", "two"),
    "oauth": rt.ClientCredentials("one", "two", "https://id.acme.example/token"),
    "oauth-in-body": rt.ClientCredentials(
        "one", "two", "https://id.acme.example/t", in_body=True
    ),
}
TOKEN = answer(b'{"access_token":"%s","token_type":"Bearer"}' % SECRET.encode())


def given() -> str:
    return SECRET


def client(
    caller: Caller, transport: Any, middleware: Any = (), **more: Any
) -> rt.Client | rt.AsyncClient:
    return caller.client(
        transport,
        middleware,
        schemes=SCHEMES,
        credentials={"one": given, "two": SECRET},
        retries=1,
        **more,
    )


def operation(scheme: str, method: str = "GET") -> rt.Operation[Any]:
    body = "application/json" if method == "POST" else None
    return get(
        method=method,
        body=body,
        body_type=dict[str, str],
        responses={"200": rt.Reply(dict[str, int])},
        security=((scheme,),),
    )


def hold(*shown: object) -> None:
    """None of these shows the secret, in any of the ways that a thing is shown."""
    for each in shown:
        texts = [repr(each), str(each), f"{each!a}"]
        if isinstance(each, BaseException):
            for lead in (each, each.__cause__, each.__context__):
                if lead is not None:
                    trace = traceback.TracebackException.from_exception(
                        lead, capture_locals=True
                    )
                    own = [f for f in trace.stack if f.filename != __file__]
                    texts += traceback.StackSummary.from_list(own).format()
                    texts += trace.format_exception_only()
            texts.append(repr(pickle.dumps(each)))
            texts.append(repr(each.__dict__))
        assert SECRET not in "".join(texts)


ANSWERS: dict[str, rt.RawResponse | Exception] = {
    "fine": answer(b'{"a":1}'),
    "mismatch": answer(b'{"a":"x"}'),
    "not-found": answer(b'{"a":1}', 404),
    "refused": answer(b"{}", 401),
    "busy": answer(b"{}", 503, retry_after="0"),
    "moved": answer(b"", 302, location="https://elsewhere.example/"),
    "lost": rt.ReadError("the connection broke"),
    "unsent": rt.ConnectError("no connection", sent=False),
    "late": rt.CallTimeout("late"),
    "wrong": ValueError("a bug of the transport"),
}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("kind", ANSWERS)
@pytest.mark.parametrize("strict", ["warn", "raise"])
@pytest.mark.usefixtures("clock")
def test_nothing_shows_a_secret(
    caller: Caller,
    caplog: pytest.LogCaptureFixture,
    scheme: str,
    kind: str,
    strict: str,
) -> None:
    transport = caller.prepared()

    def before(request: rt.Request) -> None:
        hold(request, request.headers)
        token = request.operation == "token"
        transport.answers[:] = [TOKEN if token else ANSWERS[kind]]

    transport.before = before
    api = client(caller, transport, on_mismatch=strict)
    with caplog.at_level(logging.DEBUG):
        try:
            hold(caller.call(api, operation(scheme)))
        except Exception as error:
            hold(error)
    hold(api, api._config, api._tokens, transport, [r.__dict__ for r in caplog.records])
    assert caplog.records or kind == "wrong"
    sent = transport.sent[-1]
    assert SECRET in sent.url + "".join(sent.headers.values()) or scheme == "basic"
    with pytest.raises(TypeError, match="don't pickle it"):
        pickle.dumps(api)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("bad", [f"{SECRET}\n", f" {SECRET}", f"{SECRET}\u20ac", ""])
def test_a_credential_that_is_refused_is_not_shown(
    caller: Caller, scheme: str, bad: str
) -> None:
    token = msgspec.json.encode({"access_token": bad})
    transport = caller.prepared(answer(token if "oauth" in scheme else b"{}"))
    api = caller.client(
        transport, schemes=SCHEMES, credentials={"one": lambda: bad, "two": lambda: bad}
    )
    try:
        caller.call(api, operation(scheme))
    except (rt.RequestInvalid, rt.TokenError) as error:
        hold(error)
    else:
        assert scheme == "basic" or (scheme == "query" and "\u20ac" in bad)


def resets(peer: Peer) -> None:
    peer.read()
    peer.reset()


def babbles(peer: Peer) -> None:
    peer.read()
    peer.send(b"garbage\r\n\r\n")
    peer.hang_up()


def cuts(peer: Peer) -> None:
    peer.read()
    peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
    peer.hang_up()


@pytest.mark.parametrize("scheme", ["bearer", "header", "query", "cookie", "basic"])
@pytest.mark.parametrize("script", [behave, resets, babbles, cuts])
def test_nothing_below_shows_a_secret(
    caller: Caller, caplog: pytest.LogCaptureFixture, scheme: str, script: Any
) -> None:
    """The same with the default transports, whose frames and loggers are others'."""
    with Server(script) as server:
        api = client(caller, None, base_url=server.url)
        with caplog.at_level(logging.DEBUG):
            try:
                hold(caller.call(api, operation(scheme, "POST"), body={"a": "x"}))
            except rt.APIError as error:
                hold(error)
        assert server.count() == 1
    assert any(r.name.startswith("httpcore2") for r in caplog.records)
    hold([r.__dict__ for r in caplog.records if r.name != "asyncio"], api._transport)


@pytest.mark.parametrize("scheme", ["bearer", "header", "query", "cookie", "basic"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_another_host_gets_no_secret(caller: Caller, scheme: str, status: int) -> None:
    def moves(peer: Peer) -> None:
        peer.read()
        to = f"Location: {other.url}/there".encode()
        peer.answer(b"", b"%d Moved" % status, to, b"Set-Cookie: a=b")

    def moves_back(peer: Peer) -> None:
        peer.read()
        peer.answer(b"", b"302 Found", f"Location: {server.url}/again".encode())

    following = rt.AsyncRedirects() if caller.asynchronous else rt.Redirects()
    for script, outcome in ((behave, 200), (moves_back, 302)):
        with Server(script) as other, Server(moves) as server:
            api = client(caller, None, [following], base_url=server.url)
            options: dict[str, Any] = {"headers": {"X-Mine": SECRET}}
            if outcome == 200:
                assert (
                    caller.call(api, operation(scheme), **options).raw
                    == b'{"id":"1","n":1}'
                )
            else:
                with pytest.raises(rt.RedirectError):
                    caller.call(api, operation(scheme), **options)
            assert (server.count(), other.count()) == (1, 1)
            (arrived,) = other.received
            assert arrived.target == "/there"
            assert arrived.headers.keys() == {
                "host",
                "accept-encoding",
                "accept",
                "user-agent",
            }
            with suppress(rt.RedirectError):  # a 303 asks for a GET
                caller.call(api, operation(scheme, "POST"), body={"a": SECRET})
            assert (server.count(), other.count()) == (2, 1 + (status == 303))
            assert SECRET not in repr([(r.headers, r.body) for r in other.received])


def test_one_host_keeps_its_credentials_through_a_redirect(caller: Caller) -> None:
    def moves(peer: Peer) -> None:
        peer.read()
        if peer.request.target == "/x":
            peer.answer(b"", b"307 Temporary Redirect", b"Location: y?a=b#c")
        else:
            peer.answer(GOOD)

    following = rt.AsyncRedirects() if caller.asynchronous else rt.Redirects()
    with Server(moves) as server:
        api = client(caller, None, [following], base_url=server.url)
        assert (
            caller.call(api, operation("header", "POST"), body={"a": "b"}).status == 200
        )
        first, second = server.received
    assert (first.target, second.target) == ("/x", "/y?a=b")
    assert first.headers == second.headers
    assert second.headers["x-api-key"] == SECRET
    assert (second.method, second.body) == ("POST", b'{"a":"b"}')


def test_tls_is_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    """By what the system trusts: no variable of the environment names another file."""
    import ssl

    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/at/all.pem")
    for transport in (rt.HttpxTransport(), rt.AsyncHttpxTransport()):
        context = transport._settings()["ssl_context"]
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname
