"""Short ways to say what most tests need."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import _runtime as rt
import pytest

ULID = "01ht3tph1szfa5b02qsay22hk1"
JSON = rt.Headers({"Content-Type": "application/json"})
GOOD = b'{"recipient":{"id":"1","kind":"billing","note":null},"extra":[1]}'


def get(path: str = "/x", *parameters: rt.Parameter, **more: Any) -> rt.Operation[Any]:
    """A GET operation whose 200 is any JSON."""
    more.setdefault("method", "GET")
    more.setdefault("responses", {"200": rt.Reply(rt.Json)})
    return rt.Operation(name="get_x", path=path, parameters=parameters, **more)


def post(
    body_type: object, media_type: str = "application/json", **more: Any
) -> rt.Operation[Any]:
    """A POST operation with a body of a type."""
    return get(method="POST", body=media_type, body_type=body_type, **more)


def replying(type_: object, **more: Any) -> rt.Operation[Any]:
    """A GET operation whose 200 is of a type."""
    return get(responses={"200": rt.Reply(type_, **more)})


def answer(body: bytes, status: int = 200, **headers: str) -> rt.RawResponse:
    fields = {"content-type": "application/json"}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    return rt.RawResponse(status, rt.Headers(fields), body)


def wrong(value: object) -> Any:
    """A value where its type says that it can't stand."""
    return value


def violations(
    call: Callable[..., object], *arguments: object, **named: object
) -> dict[str, str]:
    """The path and rule of each violation that a call is refused for."""
    with pytest.raises(rt.RequestInvalid) as caught:
        call(*arguments, **named)
    return {v.path: v.rule for v in caught.value.violations}


def mismatches(response: rt.Response[object]) -> list[tuple[str, str]]:
    return [(m.path, m.kind) for m in response.mismatches]


class _Prepared:
    """Answers from a list (the last answer again and again)."""

    def __init__(self, *answers: rt.RawResponse | Exception) -> None:
        self.answers = list(answers) or [answer(GOOD)]
        self.sent: list[rt.Request] = []
        self.timeouts: list[float] = []
        self.closed = 0
        self.before: Callable[[rt.Request], object] | None = None

    def reply(self, request: rt.Request, timeout: float) -> rt.RawResponse:
        self.sent.append(request)
        self.timeouts.append(round(timeout, 1))
        if self.before is not None:
            self.before(request)
        each = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(each, Exception):
            raise each
        return each

    @property
    def headers(self) -> Mapping[str, str]:
        return self.sent[-1].headers


class Fake(_Prepared):
    """A transport that answers from a list."""

    def send(self, request: rt.Request, timeout: float) -> rt.RawResponse:
        return self.reply(request, timeout)

    def close(self) -> None:
        self.closed += 1


class AsyncFake(_Prepared):
    """The same for an async client."""

    async def send(self, request: rt.Request, timeout: float) -> rt.RawResponse:
        return self.reply(request, timeout)

    async def aclose(self) -> None:
        self.closed += 1


class Clock:
    """Stands in for the module ``time`` of the runtime: it passes when someone sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return 1_800_000_000.0 + self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    async def async_sleep(self, seconds: float) -> None:
        self.sleep(seconds)


class Caller:
    """Makes calls with either client: what is said of one holds for the other."""

    def __init__(self, asynchronous: bool) -> None:
        self.asynchronous = asynchronous

    def prepared(self, *answers: rt.RawResponse | Exception) -> Fake | AsyncFake:
        return AsyncFake(*answers) if self.asynchronous else Fake(*answers)

    def client(
        self, transport: Any = None, middleware: Any = (), **config: Any
    ) -> rt.Client | rt.AsyncClient:
        config.setdefault("package", "acme_client")
        config.setdefault("servers", {"live": rt.Server("https://api.acme.example")})
        config.setdefault("server", "live")
        cls = rt.AsyncClient if self.asynchronous else rt.Client
        return cls(rt.Config(**config), transport, middleware)

    def call(
        self,
        client: rt.Client | rt.AsyncClient,
        operation: rt.Operation[Any] | None = None,
        /,
        *,
        values: tuple[object, ...] = (),
        body: object = rt.UNSET,
        **options: Any,
    ) -> rt.Response[Any]:
        operation = operation or get()
        request = rt.build(operation, values, body)
        send: Any = client._send
        sent: Any = send(operation, request, rt.RequestOptions(**options))
        if not self.asynchronous:
            answer: rt.Response[Any] = wrong(sent)
            return answer
        return asyncio.run(_await(sent))


async def _await(awaitable: Awaitable[rt.Response[Any]]) -> rt.Response[Any]:
    return await awaitable
