"""Which failures are tried again, when, how often, and never."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from email.utils import formatdate
from typing import Any

import _runtime as rt
import pytest

from runtime.helpers import (
    GOOD,
    AsyncFake,
    Caller,
    Clock,
    Fake,
    answer,
    get,
    violations,
)

OK = answer(GOOD)
KEYED = rt.Idempotency("Acme-Idempotency-Key", "uuid")
LOST = rt.ReadError("the connection broke")
UNSENT = rt.ConnectError("no connection", sent=False)
HARMLESS = ("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "POST with a key")
HARMFUL = ("POST", "PATCH")


def operation(method: str) -> rt.Operation[Any]:
    name, _, key = method.partition(" ")
    return get(method=name, idempotency=KEYED if key else None)


@pytest.fixture(autouse=True)
def half(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Draws the middle of every pause, and notes the longest that it could have been."""
    drawn: list[float] = []

    def jitter(longest: float) -> float:
        drawn.append(longest)
        return longest / 2

    monkeypatch.setattr(rt, "_jitter", jitter)
    return drawn


@pytest.mark.parametrize("method", [*HARMLESS, *HARMFUL])
@pytest.mark.parametrize(
    ("failure", "always"),
    [
        (UNSENT, True),
        (rt.ConnectTimeout("late", sent=False), True),
        (answer(b"{}", 429), True),
        (LOST, False),
        (rt.CallTimeout("late"), False),
        *((answer(b"{}", status), False) for status in (408, 502, 503, 504)),
    ],
    ids=str,
)
def test_what_is_tried_again(
    caller: Caller, clock: Clock, method: str, failure: Any, always: bool
) -> None:
    transport = caller.prepared(failure, failure, OK)
    client = caller.client(transport)
    if always or method in HARMLESS:
        assert caller.call(client, operation(method)).status == 200
        assert [r.attempt for r in transport.sent] == [1, 2, 3]
        assert clock.slept == [0.25, 0.5]
        assert (
            len({dict(r.headers).get("acme-idempotency-key") for r in transport.sent})
            == 1
        )
    else:
        with pytest.raises(rt.APIError):
            caller.call(client, operation(method))
        assert [r.attempt for r in transport.sent] == [1]
        assert clock.slept == []


@pytest.mark.parametrize(
    "failure",
    [
        *(answer(b"{}", status) for status in (400, 401, 404, 409, 425, 500, 501, 301)),
        rt.BodyTooLarge("large"),
        rt.BodyUnreadable("no gzip"),
        rt.TransportError("odd"),
    ],
    ids=str,
)
def test_what_is_never_tried_again(caller: Caller, clock: Clock, failure: Any) -> None:
    transport = caller.prepared(failure)
    with pytest.raises(rt.APIError):
        caller.call(caller.client(transport), get())
    assert (len(transport.sent), clock.slept) == (1, [])


def test_the_last_failure_is_raised(caller: Caller, clock: Clock) -> None:
    transport = caller.prepared(LOST, UNSENT, answer(b"{}", 503))
    with pytest.raises(rt.ServiceUnavailable) as caught:
        caller.call(caller.client(transport))
    assert caught.value.__context__ is None
    assert len(clock.slept) == 2


def test_a_failure_inside_a_success_counts_as_its_status(
    caller: Caller, clock: Clock
) -> None:
    rule = rt.Failure(when=("ok",), equals=False, status=("code",))
    busy = answer(b'{"ok":false,"code":429}')
    transport = caller.prepared(busy, OK)
    assert caller.call(caller.client(transport), get(method="POST", failure=rule))
    assert len(clock.slept) == 1
    broken = caller.prepared(answer(b'{"ok":false,"code":503}'), OK)
    with pytest.raises(rt.ServiceUnavailable):
        caller.call(caller.client(broken), get(method="POST", failure=rule))


@pytest.mark.parametrize("retries", [0, 1, 7])
def test_how_often(
    caller: Caller, clock: Clock, half: list[float], retries: int
) -> None:
    for client, option in (
        (caller.client(failing := caller.prepared(LOST), retries=retries), None),
        (caller.client(chosen := caller.prepared(LOST)), retries),
    ):
        half.clear()
        with pytest.raises(rt.ReadError):
            caller.call(client, retries=option)
        assert half == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0][:retries]
    assert len(failing.sent) == len(chosen.sent) == retries + 1
    assert sum(clock.slept) == sum(half)


@pytest.mark.parametrize("bad", [-1, 101, 1.0, True, "1"])
def test_retries_are_counted(caller: Caller, bad: Any) -> None:
    assert violations(caller.client, retries=bad) == {"retries": "retries"}
    client = caller.client(caller.prepared())
    assert violations(caller.call, client, retries=bad) == {
        "options.retries": "retries"
    }


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("value", "pause"),
    [
        ("7", 7.25),
        ("0", 0.25),
        ("1.5", 1.75),
        (formatdate(1_800_000_000 + 1000 + 20, usegmt=True), 20.25),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.25),
        ("soon", 0.25),
    ],
)
def test_retry_after(
    caller: Caller, clock: Clock, status: int, value: str, pause: float
) -> None:
    busy = answer(b"{}", status, retry_after=value)
    assert caller.call(caller.client(caller.prepared(busy, OK))).status == 200
    assert clock.slept == [pause]


@pytest.mark.parametrize("value", ["60", "86400", formatdate(4e9, usegmt=True)])
def test_a_retry_after_that_does_not_fit_is_raised_at_once(
    caller: Caller, clock: Clock, value: str
) -> None:
    busy = answer(b"{}", 429, retry_after=value)
    with pytest.raises(rt.TooManyRequests) as caught:
        caller.call(caller.client(caller.prepared(busy, OK)))
    assert caught.value.retry_after is not None
    assert caught.value.retry_after >= 60
    assert clock.slept == []
    longer = caller.client(caller.prepared(answer(b"", 429, retry_after="60"), OK))
    assert caller.call(longer, timeout=90).status == 200


def test_attempts_share_one_deadline(caller: Caller, clock: Clock) -> None:
    transport = caller.prepared(LOST)
    with pytest.raises(rt.ReadError):
        caller.call(caller.client(transport, retries=100), timeout=10)
    assert transport.timeouts == [10, 9.8, 9.2, 8.2, 6.2, 2.2]
    assert sum(clock.slept) < 10


@pytest.mark.parametrize("late", [60, 61])
def test_no_attempt_begins_too_late(caller: Caller, clock: Clock, late: int) -> None:
    def token() -> str:
        clock.now += late
        return "t"

    client = caller.client(
        transport := caller.prepared(),
        schemes={"token": rt.Bearer("token")},
        credentials={"token": token},
    )
    with pytest.raises(rt.CallTimeout, match=r"within 60 seconds$") as caught:
        caller.call(client, get(security=(("token",),)))
    assert (caught.value.sent, transport.sent) == (False, [])


@pytest.mark.usefixtures("clock")
def test_an_outage_costs_a_quarter_more(caller: Caller) -> None:
    transport = caller.prepared(answer(b"{}", 503))
    client = caller.client(transport)
    for _ in range(1000):
        with pytest.raises(rt.ServiceUnavailable):
            caller.call(client)
    assert len(transport.sent) == 1000 + 50 + 250
    for paid in (False, False, False, True):
        transport.answers[:] = [answer(b"{}", 503), OK]
        with suppress(rt.ServiceUnavailable):
            caller.call(client)
            assert paid
    assert transport.answers == [OK]


@pytest.mark.usefixtures("clock")
def test_no_more_than_the_reserve_is_saved_up(caller: Caller) -> None:
    transport = caller.prepared(OK)
    client = caller.client(transport)
    for _ in range(40):
        caller.call(client)
    transport.answers[:] = [answer(b"{}", 503)]
    for _ in range(60):
        with pytest.raises(rt.ServiceUnavailable):
            caller.call(client)
    assert len(transport.sent) == 40 + 60 + 50 + 15


def test_full_jitter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    drawn = [rt._jitter(8.0) for _ in range(200)]
    assert all(0 <= each <= 8 for each in drawn)
    assert min(drawn) < 2 < 6 < max(drawn)


def test_keys_are_held_against_the_document(caller: Caller) -> None:
    def keyed(**limits: Any) -> rt.Operation[Any]:
        return get(method="POST", idempotency=rt.Idempotency("Key", **limits))

    transport = caller.prepared()
    client = caller.client(transport)
    for limits, bad in (
        ({"format": "uuid"}, "k-1"),
        ({"max_length": 5}, "k" * 6),
        ({"min_length": 5}, "k" * 4),
    ):
        refused = violations(caller.call, client, keyed(**limits), idempotency_key=bad)
        assert list(refused) == ["options.idempotency_key"]
    free = caller.client(transport, validate=False)
    caller.call(free, keyed(format="uuid"), idempotency_key="k-1")
    assert transport.headers["key"] == "k-1"
    for most, length in ((20, 20), (32, 32), (35, 32), (36, 36), (99, 36)):
        caller.call(client, keyed(max_length=most))
        key = transport.headers["key"]
        assert (len(key), key.count("-")) == (length, 4 if length == 36 else 0)
    assert list(violations(caller.call, client, keyed(min_length=50))) == [
        "options.idempotency_key"
    ]


class Stalling(AsyncFake):
    """Takes as long as it is let."""

    async def send(self, request: rt.Request, timeout: float) -> rt.RawResponse:
        self.reply(request, timeout)
        await asyncio.Event().wait()
        raise AssertionError


def test_an_async_call_ends_when_its_time_is_over(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caller, transport = Caller(True), Stalling()
    caplog.set_level(logging.DEBUG, "acme_client")
    with pytest.raises(rt.CallTimeout, match=r"no answer within 0\.05 s") as caught:
        caller.call(caller.client(transport), timeout=0.05)
    assert caught.value.__context__ is None
    assert (caught.value.operation, caught.value.sent) == ("get_x", True)
    assert [r.getMessage() for r in caplog.records] == ["get_x: attempt 1: CallTimeout"]
    assert len(transport.sent) == 1


def test_an_async_call_can_be_cancelled() -> None:
    async def run() -> None:
        for transport in (Stalling(), AsyncFake(answer(b"", 429, retry_after="30"))):
            client = Caller(True).client(transport)
            assert isinstance(client, rt.AsyncClient)
            task = asyncio.create_task(client._send(get(), rt.build(get(), ())))
            while not transport.sent:
                await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(run())


def test_a_timeout_of_someone_else_is_not_ours() -> None:
    def token() -> str:
        raise TimeoutError("the vault is slow")

    for caller in (Caller(False), Caller(True)):
        client = caller.client(
            caller.prepared(),
            schemes={"token": rt.Bearer("token")},
            credentials={"token": token},
        )
        with pytest.raises(TimeoutError, match="the vault is slow"):
            caller.call(client, get(security=(("token",),)))


@pytest.mark.usefixtures("clock")
def test_a_client_closed_between_attempts_stays_closed() -> None:
    class Closing(Fake):
        def send(self, request: rt.Request, timeout: float) -> rt.RawResponse:
            client.close()
            return super().send(request, timeout)

    client = rt.Client(
        rt.Config(package="p", servers={"s": rt.Server("https://a")}, server="s"),
        transport := Closing(LOST),
    )
    with pytest.raises(rt.ClosedError):
        client._send(get(), rt.build(get(), ()))
    assert len(transport.sent) == 1
