"""OAuth 2 client credentials: a token is fetched once, kept, and fetched anew."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

import asyncio
import base64
import os
import threading
import time
from collections.abc import Generator
from typing import Any

import _runtime as rt
import msgspec
import pytest

from runtime.helpers import GOOD, Caller, Clock, answer, get, violations

URL = "https://id.acme.example/token"
OPERATION = get(method="POST", security=(("oauth",),))


class Vendor:
    """Gives tokens, and answers to none but the newest."""

    def __init__(self, *grants: rt.RawResponse | Exception, **more: object) -> None:
        self.grants, self.more = list(grants), more
        self.fetched: list[rt.Request] = []
        self.calls: list[str] = []
        self.valid = 0

    def answer(self, request: rt.Request) -> rt.RawResponse:
        if request.operation == "token":
            self.fetched.append(request)
            if self.grants:
                grant = self.grants.pop(0)
                if isinstance(grant, Exception):
                    raise grant
                return grant
            self.valid += 1
            body = {"access_token": f"t{self.valid}", "token_type": "bearer"}
            return answer(msgspec.json.encode(body | self.more))
        self.calls.append(request.headers["authorization"])
        known = request.headers["authorization"] == f"Bearer t{self.valid}"
        return answer(GOOD) if known else answer(b"{}", 401)


class Sync(Vendor):
    def send(self, request: rt.Request, timeout: float) -> rt.RawResponse:
        time.sleep(0)
        assert timeout > 0
        return self.answer(request)


class Elsewhere:
    """Lets other tasks run, for which no clock is asked."""

    def __await__(self) -> Generator[None]:
        yield


class Async(Vendor):
    async def send(self, request: rt.Request, timeout: float) -> rt.RawResponse:
        await Elsewhere()
        assert timeout > 0
        return self.answer(request)


def connect(
    caller: Caller, *grants: Any, scheme: rt.Scheme | None = None, **more: object
) -> tuple[Any, Any]:
    vendor = (Async if caller.asynchronous else Sync)(*grants, **more)
    scheme = scheme or rt.ClientCredentials("id", "secret", URL)
    client = caller.client(
        vendor, schemes={"oauth": scheme}, credentials={"id": "me:", "secret": "s/1"}
    )
    return client, vendor


def test_a_token_is_asked_for_as_rfc_6749_says(caller: Caller) -> None:
    client, vendor = connect(caller, expires_in=3600)
    for _ in range(3):
        assert caller.call(client, OPERATION).status == 200
    assert vendor.calls == ["Bearer t1"] * 3
    (request,) = vendor.fetched
    assert (request.method, request.url) == ("POST", URL)
    assert request.body == b"grant_type=client_credentials"
    assert dict(request.headers) == {
        "accept": "application/json",
        "content-type": "application/x-www-form-urlencoded",
        "authorization": "Basic " + base64.b64encode(b"me%3A:s%2F1").decode(),
    }
    scheme = rt.ClientCredentials("id", "secret", URL, ("a:read", "b"), in_body=True)
    client, vendor = connect(caller, scheme=scheme)
    assert caller.call(client, OPERATION).status == 200
    (request,) = vendor.fetched
    assert "authorization" not in request.headers
    assert request.body == (
        b"grant_type=client_credentials&scope=a%3Aread%20b"
        b"&client_id=me%3A&client_secret=s%2F1"
    )


@pytest.mark.parametrize(
    ("lasts", "good_for"),
    [(3600, 3570), ("3600", 3570), (100, 90), (0, 0), (None, float("inf"))],
)
def test_a_token_is_kept_until_shortly_before_it_expires(
    caller: Caller, clock: Clock, lasts: object, good_for: float
) -> None:
    more: dict[str, Any] = {} if lasts is None else {"expires_in": lasts}
    client, vendor = connect(caller, **more)
    caller.call(client, OPERATION)
    clock.now += max(0.0, min(good_for, 1e9) - 1)
    caller.call(client, OPERATION)
    assert len(vendor.fetched) == (2 if lasts == 0 else 1)
    clock.now += 2
    caller.call(client, OPERATION)
    assert len(vendor.fetched) == {0: 3, None: 1}.get(lasts, 2)  # type: ignore[call-overload]


def test_a_401_fetches_another_token_once(caller: Caller, clock: Clock) -> None:
    client, vendor = connect(caller)
    caller.call(client, OPERATION)
    vendor.valid = 7  # the vendor forgot the token
    assert caller.call(client, OPERATION, retries=0).status == 200
    assert vendor.calls == ["Bearer t1", "Bearer t1", "Bearer t8"]
    assert clock.slept == [0.0]

    def forget(request: rt.Request) -> rt.RawResponse:
        return original(request) if request.operation == "token" else answer(b"", 401)

    original, vendor.answer = vendor.answer, forget
    with pytest.raises(rt.Unauthorized):
        caller.call(client, OPERATION)
    assert len(vendor.fetched) == 3


def test_a_401_without_a_token_is_final(caller: Caller) -> None:
    client = caller.client(
        transport := caller.prepared(answer(b"", 401)),
        schemes={"oauth": rt.Bearer("token")},
        credentials={"token": "t"},
    )
    with pytest.raises(rt.Unauthorized):
        caller.call(client, OPERATION)
    assert len(transport.sent) == 1


@pytest.mark.parametrize(
    ("grant", "tries"),
    [
        (answer(b'{"error":"invalid_client"}', 401), 1),
        (answer(b'{"error":"invalid_scope"}', 400), 1),
        (answer(b"<p>", 200, content_type="text/html"), 1),
        (answer(b"{}"), 1),
        (answer(b'{"access_token":1}'), 1),
        (answer(b'{"access_token":"x","token_type":"mac"}'), 1),
        (answer(b"", 302, location="https://evil.example/"), 1),
        (answer(b"", 503), 3),
        (answer(b"", 429, retry_after="1"), 3),
        (answer(b"", 429, retry_after="3600"), 1),
    ],
)
def test_no_token(caller: Caller, clock: Clock, grant: Any, tries: int) -> None:
    client, vendor = connect(caller, *[grant] * 3)
    with pytest.raises(rt.TokenError) as caught:
        caller.call(client, OPERATION)
    assert (caught.value.status, caught.value.operation) == (grant.status, "get_x")
    assert (len(vendor.fetched), vendor.calls) == (tries, [])
    assert len(clock.slept) == tries - 1


@pytest.mark.usefixtures("clock")
def test_what_is_lost_while_a_token_is_fetched_is_tried_again(caller: Caller) -> None:
    client, vendor = connect(caller, rt.ReadError("lost"), rt.CallTimeout("late"))
    assert caller.call(client, OPERATION).status == 200
    assert (len(vendor.fetched), vendor.calls) == (3, ["Bearer t1"])


@pytest.mark.usefixtures("clock")
def test_an_error_tells_that_a_token_was_fetched(caller: Caller) -> None:
    """No connection to the vendor, or none to another server: that is not the same."""
    client, vendor = connect(caller, *(rt.ConnectError("lost") for _ in "abc"))
    with pytest.raises(
        rt.ConnectError, match=r"^get_x POST /x: fetching a token: lost"
    ):
        caller.call(client, OPERATION)
    assert vendor.calls == []


def test_unfit_credentials_are_not_sent(caller: Caller) -> None:
    for bad in ("", " a", "a\n", 7, None):
        client = caller.client(
            transport := caller.prepared(),
            schemes={"oauth": rt.ClientCredentials("id", "secret", URL)},
            credentials={"id": "me", "secret": lambda bad=bad: bad},
        )
        assert violations(caller.call, client, OPERATION) == {"secret": "credential"}
        assert transport.sent == []


def test_threads_fetch_one_token() -> None:
    client, vendor = connect(Caller(False))
    statuses: list[int] = []

    def call() -> None:
        statuses.append(Caller(False).call(client, OPERATION).status)

    for forgotten in (0, 5):
        vendor.valid = vendor.valid + forgotten
        threads = [threading.Thread(target=call) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert statuses == [200] * 40
    assert len(vendor.fetched) == 2


def test_tasks_fetch_one_token() -> None:
    client, vendor = connect(Caller(True))

    async def calls() -> list[int]:
        request = rt.build(OPERATION, ())
        sent = (client._send(OPERATION, request) for _ in range(50))
        return [each.status for each in await asyncio.gather(*sent)]

    for forgotten in (0, 5):
        vendor.valid = vendor.valid + forgotten
        assert asyncio.run(calls()) == [200] * 50
    assert len(vendor.fetched) == 2


def test_a_task_that_is_cancelled_leaves_the_token_to_others() -> None:
    client, vendor = connect(Caller(True))

    async def run() -> None:
        request = rt.build(OPERATION, ())
        first, second = (
            asyncio.create_task(client._send(OPERATION, request)) for _ in "ab"
        )
        await asyncio.sleep(0)
        first.cancel()
        assert (await second).status == 200
        assert first.cancelled()

    asyncio.run(run())
    assert vendor.calls == ["Bearer t1"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_fork_while_a_token_is_fetched_does_not_block_the_child() -> None:
    client, vendor = connect(Caller(False))
    assert isinstance(client, rt.Client)
    lock = client._locks.setdefault(os.getpid(), threading.Lock())
    with lock:  # another thread is fetching
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                code = 0 if Caller(False).call(client, OPERATION).status == 200 else 2
            finally:
                os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert vendor.fetched == []


def test_waiting_for_a_token_ends_with_the_call() -> None:
    client, _ = connect(Caller(False))
    lock = client._locks.setdefault(os.getpid(), threading.Lock())
    with lock, pytest.raises(rt.CallTimeout) as caught:
        Caller(False).call(client, OPERATION, timeout=0.05, retries=0)
    assert not caught.value.sent
