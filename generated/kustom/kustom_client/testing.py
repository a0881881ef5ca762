"""A stand-in for the vendor, in-process: answers that are prepared, requests that are kept.

Hand a `Replay` to a client as its `transport`; nothing goes over the network.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Awaitable, Callable, Mapping
from typing import Any, Self, TypeVar

import msgspec

from ._runtime import (
    Headers,
    RawResponse,
    Request,
    RequestInvalid,
    Response,
    StatusError,
)

__all__ = [
    "AsyncReplay",
    "Replay",
    "async_outcome",
    "collected",
    "outcome",
    "plain",
    "refusals",
    "wrong",
]

T = TypeVar("T")


class _Prepared:
    """Answers that are prepared, and the requests that came."""

    def __init__(
        self,
        status: int = 200,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.answers: list[RawResponse] = []
        self.requests: list[Request] = []
        self.then(status, body, headers)

    def then(
        self,
        status: int = 200,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Self:
        """Prepares one answer more: for the next request, and for all that follow."""
        given = {"content-type": "application/json"} if headers is None else headers
        self.answers.append(RawResponse(status, Headers(given), body))
        return self

    def _reply(self, request: Request) -> RawResponse:
        """The answer to a request, which is kept."""
        self.requests.append(request)
        return self.answers[min(len(self.requests), len(self.answers)) - 1]


class Replay(_Prepared):
    """A transport that gives prepared answers, the last of them to every further request."""

    def send(self, request: Request, timeout: float) -> RawResponse:
        """Keeps the request; the timeout, in seconds, is never reached."""
        del timeout
        return self._reply(request)


class AsyncReplay(_Prepared):
    """The same for an async client."""

    async def send(self, request: Request, timeout: float) -> RawResponse:
        """Keeps the request; the timeout, in seconds, is never reached."""
        del timeout
        return self._reply(request)


async def collected(items: AsyncIterable[T]) -> list[T]:
    """All that an async iterator gives."""
    return [item async for item in items]


def plain(data: object) -> object:
    """Models as dicts by their names on the wire, members that are absent left out."""
    return msgspec.to_builtins(data, builtin_types=(bytes,))


def wrong(value: object) -> Any:
    """A value where its type says that it can't stand."""
    return value


def outcome(
    call: Callable[..., Response[Any]], arguments: Mapping[str, Any]
) -> Response[Any] | StatusError:
    """What a call returns, or the error of a status that it raises."""
    try:
        return call(**arguments)
    except StatusError as error:
        return error


async def async_outcome(
    call: Callable[..., Awaitable[Response[Any]]], arguments: Mapping[str, Any]
) -> Response[Any] | StatusError:
    """The same for an async client."""
    try:
        return await call(**arguments)
    except StatusError as error:
        return error


def refusals(
    call: Callable[..., object], arguments: Mapping[str, Any]
) -> tuple[str, ...]:
    """Where a call is refused before it is sent; empty when it goes out."""
    try:
        call(**arguments)
    except RequestInvalid as invalid:
        return tuple(violation.path for violation in invalid.violations)
    return ()
