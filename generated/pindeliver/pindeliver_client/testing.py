"""A stand-in for the vendor, in-process: answers that are prepared, requests that are kept.

Hand a `Replay` to a client as its `transport`; nothing goes over the network.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from ._runtime import (
    Headers,
    RawResponse,
    Request,
    RequestInvalid,
)

__all__ = ["AsyncReplay", "Replay", "plain", "refusals", "wrong"]


class _Prepared:
    """One answer for every request, and the requests that came."""

    def __init__(
        self,
        status: int = 200,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        given = {"content-type": "application/json"} if headers is None else headers
        self.answer = RawResponse(status, Headers(given), body)
        self.requests: list[Request] = []


class Replay(_Prepared):
    """A transport that gives every request the same answer and keeps the requests."""

    def send(self, request: Request, timeout: float) -> RawResponse:
        """Keeps the request; the timeout, in seconds, is never reached."""
        del timeout
        self.requests.append(request)
        return self.answer


class AsyncReplay(_Prepared):
    """The same for an async client."""

    async def send(self, request: Request, timeout: float) -> RawResponse:
        """Keeps the request; the timeout, in seconds, is never reached."""
        del timeout
        self.requests.append(request)
        return self.answer


def plain(data: object) -> object:
    """Models as dicts by their names on the wire, members that are absent left out."""
    return msgspec.to_builtins(data, builtin_types=(bytes,))


def wrong(value: object) -> Any:
    """A value where its type says that it can't stand."""
    return value


def refusals(
    call: Callable[..., object], arguments: Mapping[str, Any]
) -> tuple[str, ...]:
    """Where a call is refused before it is sent; empty when it goes out."""
    try:
        call(**arguments)
    except RequestInvalid as invalid:
        return tuple(violation.path for violation in invalid.violations)
    return ()
