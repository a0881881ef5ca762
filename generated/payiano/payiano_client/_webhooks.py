"""Events that the vendor sends: who sent one, when, which it is, and its payload.

This file is the same, byte for byte, in every generated package that has webhooks. It does
no I/O: hand it what your server received.
"""

# ruff: noqa: N818  (the name says what is wrong, as the runtime's do)

from __future__ import annotations

import hmac
import json
import re
import time
from binascii import b2a_base64
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from typing import Any, Generic, Literal, TypeAlias, TypeVar, Union, cast

import msgspec

from ._runtime import (
    APIError,
    CredentialsMissing,
    Headers,
    Mismatch,
    Operation,
    RawResponse,
    Reply,
    Response,
    read,
)

__all__ = ["SignatureInvalid", "WebhookEvent"]

Fields: TypeAlias = Mapping[str, str] | Iterable[tuple[str, str]]

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class SignatureInvalid(APIError, ValueError):
    """Not the vendor's event, or not one of now: do not act on it. ``reason`` tells."""

    reason: Literal["missing", "wrong", "old"]

    def __init__(self, reason: Literal["missing", "wrong", "old"], words: str) -> None:
        super().__init__(words, reason=reason)


class WebhookEvent(msgspec.Struct, Generic[T_co], frozen=True):
    """An event: ``data`` as the document types it, ``raw`` as it came.

    ``name`` is None where the event doesn't say which it is. Where ``mismatches`` is not
    empty, ``data`` may hold None in places whose type doesn't say so; it is None for an
    event that the document doesn't name."""

    name: str | None
    data: T_co
    headers: Headers
    raw: bytes
    mismatches: tuple[Mismatch, ...]

    def __repr__(self) -> str:
        data, wrong = type(self.data).__name__, len(self.mismatches)
        return f"WebhookEvent({self.name!r}, {data}, mismatches={wrong})"


class Timestamp(msgspec.Struct, frozen=True):
    """Where the time of sending stands: in a header, behind a prefix."""

    header: str
    prefix: str = ""


class Signature(msgspec.Struct, frozen=True):
    """What is signed, how, and where the signature stands. ``content`` is "flattened" or
    a text with ``{body}``, ``{timestamp}`` and headers in braces."""

    header: str
    prefix: str
    algorithm: Literal["sha1", "sha256", "sha512"]
    encoding: Literal["hex", "base64"]
    content: str = "{body}"
    timestamp: Timestamp | None = None


class Webhooks(msgspec.Struct, Generic[T_co], frozen=True, eq=False):
    """What the document says of events whose payloads are a ``T_co``: the types by name,
    where the name stands (a header, or a path in the payload), and what else each
    event's header has to hold."""

    events: Mapping[str, object]
    named_by: str | tuple[str, ...] | None = None
    signature: Signature | None = None
    headers: tuple[str, ...] = ()


def read_event(webhooks: Webhooks[T], headers: Headers, body: bytes) -> WebhookEvent[T]:
    """The event, decoded. Never raises for what differs from the document."""
    found = [
        Mismatch(f"headers.{name}", "missing", "a header", "nothing")
        for name in webhooks.headers
        if name not in headers
    ]
    where = webhooks.named_by
    name = headers.get(where) if isinstance(where, str) else _named(where, body)
    kind: object = None
    if where is None:
        kinds = tuple(webhooks.events.values())
        kind = cast("Any", Union)[kinds] if kinds else Any
    elif name is not None and name in webhooks.events:
        kind = webhooks.events[name]
    else:
        path = f"headers.{where}" if isinstance(where, str) else f"$.{'.'.join(where)}"
        words = "nothing" if name is None else "another name"
        found.append(Mismatch(path, "event", "the name of an event", words))
        return WebhookEvent(name, cast("T", None), headers, body, tuple(found))
    operation: Operation[Response[T]] = _as_operation(kind)
    answer = read(operation, RawResponse(200, headers, body))
    found += answer.mismatches
    return WebhookEvent(name, answer.data, headers, body, tuple(found))


@cache
def _as_operation(kind: object) -> Operation[Response[Any]]:
    """An event is read as if it were an answer."""
    return Operation(name="", method="POST", path="", responses={"200": Reply(kind)})


_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])  # reads no further than needed


def _named(path: tuple[str, ...] | None, body: bytes) -> str | None:
    if path is None:
        return None
    value: Any = body
    with suppress(msgspec.MsgspecError, ValueError, KeyError, RecursionError):
        for step in path:
            value = _OBJECT.decode(value)[step]
        return msgspec.json.decode(value, type=str)
    return None


def verify(
    signature: Signature,
    headers: Headers,
    body: bytes,
    secret: str | bytes,
    tolerance: float = 0.0,
    now: float | None = None,
) -> None:
    """Raises SignatureInvalid unless the event is signed with the secret and, where the
    document names a timestamp, at most ``tolerance`` seconds old."""
    if not secret:
        raise CredentialsMissing("the secret of the webhooks is empty")
    time_at, signed_at = signature.timestamp, ""
    if time_at is not None:
        signed_at = _marked(headers, time_at.header, time_at.prefix)[0]
    given = _marked(headers, signature.header, signature.prefix)
    content = _content(signature, headers, body, signed_at)
    key = _encoded(secret) if isinstance(secret, str) else secret
    digest = hmac.digest(key, content, signature.algorithm)
    if signature.encoding == "hex":
        right, given = digest.hex(), [each.lower() for each in given]
    else:
        right = b2a_base64(digest, newline=False).decode()
    # No shortcut: the time this takes says nothing of the signature.
    same = [hmac.compare_digest(_encoded(each), right.encode()) for each in given]
    if not any(same):
        raise SignatureInvalid("wrong", "the signature is not that of the body")
    if time_at is not None:
        age = (time.time() if now is None else now) - _seconds(signed_at)
        if not abs(age) <= tolerance:
            words = f"the event is not of the last {tolerance:g} seconds"
            raise SignatureInvalid("old", words)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _marked(headers: Headers, name: str, prefix: str) -> list[str]:
    """The whole header, or each of its parts that stands behind the prefix."""
    text = headers.get(name)
    if text is None:
        raise SignatureInvalid("missing", f"the header {name} is missing")
    if not prefix:
        return [text.strip()]
    found = re.findall(rf"(?:^|[,;\s]){re.escape(prefix)}([^,;\s]*)", text)
    if not found:
        raise SignatureInvalid("missing", f"the header {name} holds no {prefix}")
    return found


def _content(signature: Signature, headers: Headers, body: bytes, at: str) -> bytes:
    """The bytes that are signed."""
    if signature.content == "flattened":
        return _flattened(body)
    pieces = re.split(r"\{([^{}]*)\}", signature.content)
    parts = [_encoded(piece) for piece in pieces]
    for index in range(1, len(pieces), 2):
        name = pieces[index]
        if name == "body":
            parts[index] = body
        elif name == "timestamp":
            parts[index] = _encoded(at)
        else:
            parts[index] = _encoded(_marked(headers, name, "")[0])
    return b"".join(parts)


def _flattened(body: bytes) -> bytes:
    """``key=value`` joined with "&": keys dotted and sorted as text, null and blank
    values left out, strings without white space, numbers as JavaScript writes them."""
    try:
        pairs = dict(_leaves("", json.loads(body)))
    except (ValueError, RecursionError):
        raise SignatureInvalid("wrong", "the body is not JSON") from None
    text = "&".join(f"{key}={pairs[key]}" for key in sorted(pairs))
    return _encoded(text)


def _leaves(path: str, value: Any) -> Iterator[tuple[str, str]]:
    items: Any = None
    if isinstance(value, dict):
        items = cast("dict[str, Any]", value).items()
    elif isinstance(value, list):
        items = enumerate(cast("list[object]", value))
    if items is not None:
        for key, item in items:
            yield from _leaves(f"{path}.{key}" if path else f"{key}", item)
    elif isinstance(value, bool):
        yield path, "true" if value else "false"
    elif isinstance(value, float) and value.is_integer():
        yield path, str(int(value))
    elif value is not None:
        text = re.sub(r"\s+", "", str(cast("object", value)))
        if text:
            yield path, text


def _seconds(text: str) -> float:
    """A time as seconds since 1970; milliseconds have more digits. NaN for no time."""
    try:
        if re.fullmatch(r"[0-9]{1,16}(\.[0-9]{1,9})?", text):
            number = float(text)
            return number / 1000 if number > 1e11 else number
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError, OSError):
        return float("nan")
