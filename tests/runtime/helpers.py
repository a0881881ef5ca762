"""Short ways to say what most tests need."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from acme_client import _runtime as rt

ULID = "01ht3tph1szfa5b02qsay22hk1"
JSON = rt.Headers({"Content-Type": "application/json"})
GOOD = b'{"recipient":{"id":"1","kind":"billing","note":null},"extra":[1]}'


def get(path: str = "/x", *parameters: rt.Parameter, **more: object) -> rt.Operation:
    """A GET operation whose 200 is any JSON."""
    fields = {"name": "get_x", "method": "GET", "responses": {"200": rt.Reply(rt.Json)}}
    return rt.Operation(path=path, parameters=parameters, **(fields | more))


def post(body_type: object, media_type: str = "application/json", **more: object):
    """A POST operation with a body of a type."""
    return get(method="POST", body=media_type, body_type=body_type, **more)


def replying(type_: object, **more: object) -> rt.Operation:
    """A GET operation whose 200 is of a type."""
    return get(responses={"200": rt.Reply(type_, **more)})


def answer(body: bytes, status: int = 200, **headers: str) -> rt.RawResponse:
    fields = {"content-type": "application/json"}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    return rt.RawResponse(status, rt.Headers(fields), body)


def violations(call: Callable[[], object]) -> dict[str, str]:
    """The path and rule of each violation that a call is refused for."""
    with pytest.raises(rt.RequestInvalid) as caught:
        call()
    return {v.path: v.rule for v in caught.value.violations}


def mismatches(response: rt.Response) -> list[tuple[str, str]]:
    return [(m.path, m.kind) for m in response.mismatches]


class Fake:
    """A transport that answers from a list (the last answer again and again)."""

    def __init__(self, *answers: rt.RawResponse | Exception) -> None:
        self.answers = list(answers) or [answer(GOOD)]
        self.sent: list[rt.Request] = []
        self.timeouts: list[float] = []
        self.closed = 0

    def send(self, request: rt.Request, timeout: float) -> rt.RawResponse:
        self.sent.append(request)
        self.timeouts.append(timeout)
        each = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(each, Exception):
            raise each
        return each

    def close(self) -> None:
        self.closed += 1

    @property
    def headers(self) -> Mapping[str, str]:
        return self.sent[-1].headers


class AsyncFake(Fake):
    async def send(self, request: rt.Request, timeout: float) -> rt.RawResponse:
        return Fake.send(self, request, timeout)

    async def aclose(self) -> None:
        self.closed += 1
