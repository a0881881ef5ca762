"""The runtime of a generated API client: everything that is not particular to one API.

This file is the same, byte for byte, in every generated package; it needs msgspec and
httpx2 (with httpcore2, the pool beneath it) and nothing else. A call takes three
steps, and only the second does any I/O:

* ``build`` turns an operation and its arguments into a ``Request``, strictly: what
  the document does not allow is refused before anything is sent.
* ``Client`` and ``AsyncClient`` add the server, repeat what may be repeated within one
  deadline, and send each attempt through middleware, credentials, transport.
* ``read`` turns a ``RawResponse`` into a ``Response``, leniently: what differs from
  the document is listed in ``mismatches``, and the rest is decoded all the same.

Its sections: models; requests and answers; what an operation is; errors; types and
limits; writing, ``build``; reading, ``read``; servers and credentials; transports;
retries; middleware; clients; pages.

No text made here (``repr``, ``str``, log line, pickled error) shows a credential, a
header's value, a query or a body, except an error's own typed attributes.
"""

# ruff: noqa: A002, E701, N818  (errors are named after statuses as RFC 9110 has them, limits as JSON Schema has them)

from __future__ import annotations

import operator
import os
import re
import time
from collections import deque
from collections.abc import (
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import suppress
from datetime import date
from decimal import MAX_PREC, Context, Decimal
from functools import cache, lru_cache, partial, update_wrapper
from itertools import count
from math import isfinite
from sys import maxsize
from types import NoneType, UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Concatenate,
    Generic,
    Literal,
    NamedTuple,
    Never,
    ParamSpec,
    Protocol,
    Self,
    TypeAlias,
    TypeGuard,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

import msgspec
from msgspec import UNSET, UnsetType

if TYPE_CHECKING:
    import ssl
    from asyncio import AbstractEventLoop
    from dataclasses import dataclass as _readonly

    import httpcore2
    import httpx2

    Json: TypeAlias = (
        "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"
    )
else:
    Json = Any  # what msgspec decodes without a schema

    def _readonly(**_: object) -> Callable[[type], type]:
        """For the type checker alone: attributes that subclasses may narrow."""
        return lambda cls: cls


__all__ = [
    "UNSET",
    "APIError",
    "AsgiTransport",
    "AsyncCredential",
    "AsyncHttpxTransport",
    "AsyncMiddleware",
    "AsyncPagedItems",
    "AsyncRedirects",
    "AsyncTransport",
    "BadRequest",
    "BodyTooLarge",
    "BodyUnreadable",
    "CallTimeout",
    "ClientError",
    "ClosedError",
    "Conflict",
    "ConnectError",
    "ConnectTimeout",
    "Credential",
    "CredentialsMissing",
    "FailureInSuccess",
    "FilePart",
    "Forbidden",
    "Gone",
    "Headers",
    "HttpxTransport",
    "InternalServerError",
    "Json",
    "Middleware",
    "Mismatch",
    "NotFound",
    "PagedItems",
    "PaginationError",
    "RateLimitState",
    "RawResponse",
    "ReadError",
    "Redirects",
    "Request",
    "RequestInvalid",
    "RequestOptions",
    "Response",
    "ResponseMismatch",
    "ResponsePage",
    "ServerError",
    "ServiceUnavailable",
    "StatusError",
    "TokenError",
    "TooManyRequests",
    "Transport",
    "TransportError",
    "Unauthorized",
    "UnprocessableContent",
    "UnsetType",
    "Violation",
    "WsgiTransport",
]

P = ParamSpec("P")
T = TypeVar("T")
Item = TypeVar("Item")
T_co = TypeVar("T_co", covariant=True)
Item_co = TypeVar("Item_co", covariant=True)

MAX_BODY = 64 * 1024 * 1024
"""Bytes of an answer's body that the default transports accept, before and after
inflating."""

MAX_TIMEOUT = 24 * 24 * 60 * 60
"""Seconds; operating systems count a socket's milliseconds in 31 bits."""

Location: TypeAlias = Literal["path", "query", "header", "cookie"]
Style: TypeAlias = Literal[
    "simple", "label", "matrix", "form", "spaceDelimited", "pipeDelimited", "deepObject"
]
Credential: TypeAlias = str | Callable[[], str]
AsyncCredential: TypeAlias = str | Callable[[], str] | Callable[[], Awaitable[str]]


# --- Models and what the document says of their members -------------------------------


class Model(msgspec.Struct):
    """An object of the API. ``UNSET`` is "absent" and keeps its identity through
    pickle and copy; ``None`` is JSON's null; the two are never mixed up."""


class OpenModel(Model):
    """An object that holds members beside those that the document names, too: they are
    in its ``additional_properties``, by their names on the wire."""


class Limits(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """Bounds of a value, in the words of JSON Schema 2020-12 (Validation, section 6).

    They are enforced on what is sent and never on what is received. Lengths count
    code points. ``one_of`` lists the allowed values where ``Literal`` can't."""

    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    format: str | None = None
    minimum: int | float | None = None
    maximum: int | float | None = None
    exclusive_minimum: int | float | None = None
    exclusive_maximum: int | float | None = None
    multiple_of: int | float | None = None
    min_items: int | None = None
    max_items: int | None = None
    unique_items: bool = False
    min_properties: int | None = None
    max_properties: int | None = None
    one_of: tuple[Json, ...] | None = None


class Const(msgspec.Struct, frozen=True, eq=False):
    """The only value, where ``Literal`` can't say it; answers are held to it, too."""

    value: Json


class ReadOnly(msgspec.Struct, frozen=True, eq=False):
    """Marks a member of a model that travels both ways, and is in answers alone:
    if ``required``, in each of them."""

    required: bool = False


class WriteOnly(msgspec.Struct, frozen=True, eq=False):
    """Marks a member of a model that travels both ways, and is in requests alone:
    if ``required``, in each of them."""

    required: bool = False


def chars(
    least: int, most: int, *, pattern: str | None = None, format: str | None = None
) -> Limits:
    """The limits of a text of so many characters; at least 0 is no limit."""
    return Limits(
        min_length=least or None, max_length=most, pattern=pattern, format=format
    )


def between(
    minimum: float,
    maximum: float,
    *,
    multiple_of: float | None = None,
    format: str | None = None,
) -> Limits:
    """The limits of a number that lies between two others or equals one of them."""
    return Limits(
        minimum=minimum, maximum=maximum, multiple_of=multiple_of, format=format
    )


def items(least: int, most: int, *, unique_items: bool = False) -> Limits:
    """The limits of a list of so many items."""
    return Limits(min_items=least or None, max_items=most, unique_items=unique_items)


class Discriminator(msgspec.Struct, frozen=True, eq=False):
    """Which branch of a union of models an object is: the value of ``property`` on
    the wire names the class in ``mapping`` (OpenAPI 3.1, Discriminator Object)."""

    property: str
    mapping: Mapping[str, str]


class Mismatch(msgspec.Struct, frozen=True):
    """One difference between an answer and the document.

    ``path`` is JSONPath-like: ``$.items[0].kind``, and ``$.labels["a"]`` for a key that
    the document doesn't name; ``expected`` and ``found`` are short, without values."""

    path: str
    kind: str
    expected: str
    found: str


class Violation(msgspec.Struct, frozen=True):
    """One reason not to send a request; ``message`` tells no values."""

    path: str
    message: str
    rule: str


# --- Requests and answers -------------------------------------------------------------


class Headers(Mapping[str, str]):
    """Header fields: immutable, found by name in any case, in the order given.

    Fields that occur twice are joined with ", " (RFC 9110, 5.3); ``get_all`` keeps
    them apart. ``repr`` shows names only."""

    __slots__ = ("_by_name", "fields")

    def __init__(
        self, fields: Mapping[str, str] | Iterable[tuple[str, str]] = ()
    ) -> None:
        if isinstance(fields, Mapping):
            fields = cast("Mapping[str, str]", fields).items()
        self.fields: tuple[tuple[str, str], ...] = tuple(fields)
        self._by_name: dict[str, str] | None = None

    @property
    def by_name(self) -> dict[str, str]:
        """The values by name in lower case; made when a field is first asked for."""
        if self._by_name is None:
            values: dict[str, str] = {}
            for name, value in self.fields:
                key = name.lower()
                values[key] = f"{values[key]}, {value}" if key in values else value
            self._by_name = values
        return self._by_name

    def __getitem__(self, name: str) -> str:
        return self.by_name[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self.by_name)

    def __len__(self) -> int:
        return len(self.by_name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Headers) and self.by_name == other.by_name

    def __hash__(self) -> int:
        return hash(frozenset(self.by_name.items()))

    def __repr__(self) -> str:
        return f"Headers({', '.join(self)})"

    def get_all(self, name: str) -> tuple[str, ...]:
        """Every value of the field, in order; empty when it is absent."""
        name = name.lower()
        return tuple(value for key, value in self.fields if key.lower() == name)


class FilePart(msgspec.Struct, frozen=True):
    """A file in a multipart body; plain bytes do where its name and type say nothing.
    Without a ``media_type`` it has the document's, or application/octet-stream."""

    content: bytes
    filename: str = "file"
    media_type: str = ""

    def __repr__(self) -> str:
        return f"FilePart({len(self.content)} bytes)"


class Request(msgspec.Struct, frozen=True):
    """What a transport sends. ``build`` gives ``url`` as path and query; the client
    makes it absolute. Everything in it is checked and encoded. ``path`` is the
    template, ``attempt`` counts from one."""

    operation: str
    method: str
    url: str
    headers: Headers = Headers()
    body: bytes | None = None
    path: str = ""
    attempt: int = 1

    def __repr__(self) -> str:
        size = "no body" if self.body is None else f"{len(self.body)} bytes"
        url = self.url.partition("?")[0]
        return f"Request({self.operation}: {self.method} {url}, {self.headers}, {size})"


class RawResponse(msgspec.Struct, frozen=True):
    """What a transport receives: status, header fields and the whole body, inflated."""

    status: int
    headers: Headers = Headers()
    body: bytes = b""
    http_version: str | None = None

    def __repr__(self) -> str:
        return f"RawResponse({self.status}, {self.headers}, {len(self.body)} bytes)"


class Response(msgspec.Struct, Generic[T_co], frozen=True):
    """An answer: ``data`` as the document types it, ``raw`` as it came.

    Where ``mismatches`` is not empty, ``data`` may hold None in places whose type
    doesn't say so; each of them is listed."""

    data: T_co
    status: int
    headers: Headers
    raw: bytes
    mismatches: tuple[Mismatch, ...]

    @property
    def request_id(self) -> str | None:
        """The server's name for this request, made fit for a line of text."""
        return _request_id(self.headers)

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}({self.status}, {type(self.data).__name__}, "
            f"request_id={self.request_id!r}, mismatches={len(self.mismatches)})"
        )


Answer = TypeVar("Answer", bound=Response[Any])
Answer_co = TypeVar("Answer_co", bound=Response[Any], covariant=True)


class ResponsePage(Response[T_co], Generic[T_co, Item_co], frozen=True):
    """An answer that is one page of many; ``items`` is the list of ``data`` that goes on
    in the next one."""

    items: Sequence[Item_co]


Page = TypeVar("Page", bound=ResponsePage[Any, Any])
Page_co = TypeVar("Page_co", bound=ResponsePage[Any, Any], covariant=True)


class RateLimitState(msgspec.Struct, frozen=True):
    """What an answer's headers say of the calls that are allowed: how many there are,
    how many are left, and when that starts anew, in the document's own unit. None is
    what they don't say, or not as a number."""

    limit: float | None
    remaining: float | None
    reset: float | None


class RequestOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What one call does differently. ``timeout`` is in seconds, for all attempts
    together; ``headers`` are added (credentials and framing can't be replaced);
    ``server`` is a name of the client's servers; ``idempotency_key`` takes the place
    of a minted one; ``retries`` is how many attempts may follow the first."""

    timeout: float | None = None
    headers: Mapping[str, str] | None = None
    server: str | None = None
    idempotency_key: str | None = None
    retries: int | None = None

    def __repr__(self) -> str:
        names = ", ".join(self.headers or ())
        return f"RequestOptions({self.timeout}, {self.server}, headers: {names})"


# --- What an operation is -------------------------------------------------------------


class Parameter(msgspec.Struct, frozen=True, eq=False):
    """A parameter that is not the body. ``style`` and ``explode`` are OpenAPI's, by
    default those of the location; a path parameter is always required."""

    name: str
    location: Location
    type: object
    style: Style | None = None
    explode: bool | None = None
    required: bool = False


class Header(msgspec.Struct, frozen=True, eq=False):
    """A documented header of an answer, and the answer's attribute that has its value."""

    attribute: str
    name: str
    type: object
    required: bool = False
    explode: bool = False


class Reply(msgspec.Struct, frozen=True, eq=False):
    """A documented answer: its body's type (None: no body), the error it is raised as,
    its media type ("*/*": JSON whatever Content-Type says), and its headers. ``others``
    are media types that the document names beside it; bytes and text may come as any of
    them."""

    type: object
    error: StatusErrorClass | None = None
    media_type: str = "application/json"
    others: tuple[str, ...] = ()
    headers: tuple[Header, ...] = ()


class Failure(msgspec.Struct, frozen=True, eq=False):
    """How a success tells of a failure: the member at ``when`` equals ``equals``;
    ``status`` and ``message`` are where the body gives them, if it does. What is there
    is the error's ``code``, and its ``status`` if it can be one of HTTP's."""

    when: tuple[str, ...]
    equals: Json
    status: tuple[str, ...] = ()
    message: tuple[str, ...] = ()


class Idempotency(msgspec.Struct, frozen=True):
    """The header that makes a repeated call harmless. One key is minted per call, a
    version 4 UUID, and sent with each attempt; the limits hold for a caller's own."""

    header: str
    format: str | None = None
    min_length: int | None = None
    max_length: int | None = None


class Pagination(msgspec.Struct, frozen=True):
    """How the next page is asked for. ``items`` and ``next`` are paths of wire names in
    the body; ``parameter`` is a parameter such as ``query.page`` or a member of the
    body; ``first`` is the page or offset of a call that names none, if it is not the
    usual one."""

    style: Literal["cursor", "page", "offset", "link"]
    items: tuple[str, ...] = ()
    parameter: str = ""
    next: tuple[str, ...] = ()
    first: int | None = None


class Operation(
    msgspec.Struct, Generic[Answer_co], frozen=True, eq=False, kw_only=True
):
    """All that the document says of one operation, whose success is an ``Answer_co``:
    a ``Response``, or what ``answer`` names.

    ``security`` lists alternatives of scheme names that go together; ``servers`` the
    names of its servers, all if empty; ``rate_limit`` the headers with the limit, what
    remains of it and when it is reset; ``parts`` the media types of the members of a
    multipart body, where the document names them; ``deprecated`` what a caller is
    warned of, and ``deprecated_arguments`` of what if it is given: a parameter such as
    ``query.page`` or a member of the body."""

    name: str
    method: str
    path: str
    parameters: tuple[Parameter, ...] = ()
    body: str | None = None
    body_type: object = None
    body_required: bool = True
    parts: Mapping[str, str] = {}
    responses: Mapping[str, Reply]
    failure: Failure | None = None
    idempotency: Idempotency | None = None
    security: tuple[tuple[str, ...], ...] = ()
    servers: tuple[str, ...] = ()
    pagination: Pagination | None = None
    rate_limit: tuple[str | None, str | None, str | None] | None = None
    deprecated: str | None = None
    deprecated_arguments: Mapping[str, str] = {}
    answer: type[Answer_co] | None = None


AnyOperation: TypeAlias = Operation[Response[object]]


def _whereabouts(operation: AnyOperation | None) -> dict[str, str]:
    """The attributes of an error that say which operation it is about."""
    if operation is None:
        return {}
    method, path = operation.method, operation.path
    return {"operation": operation.name, "method": method, "path": path}


# --- Errors ---------------------------------------------------------------------------


@_readonly(frozen=True, init=False, eq=False, repr=False)
class APIError(Exception):
    """Whatever goes wrong with a call. ``path`` is the template, not the values;
    ``status`` and ``request_id`` are None before an answer came."""

    operation: str = ""
    method: str = ""
    path: str = ""
    status: int | None = None
    request_id: str | None = None

    def __init__(self, summary: str, **attributes: object) -> None:
        super().__init__(summary)
        self.__dict__.update(attributes)

    def __str__(self) -> str:
        where = " ".join(filter(None, (self.operation, self.method, self.path)))
        request = f" (request {self.request_id})" if self.request_id else ""
        return f"{where}{': ' if where else ''}{self.args[0]}{request}"

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self}>"

    def __reduce__(self) -> tuple[object, ...]:
        cls = type(self)
        two = cls.__bases__ if _BOTH.get(cls.__bases__) is cls else None
        return _without_init, (two or cls, *self.args), self.__dict__


def _without_init(
    cls: type[APIError] | tuple[StatusErrorClass, StatusErrorClass], *args: object
) -> APIError:
    made = _both(*cls) if isinstance(cls, tuple) else cls
    return made.__new__(made, *args)


class RequestInvalid(APIError, ValueError):
    """The arguments break the document's rules, or can't be written safely. Nothing
    was sent. ``violations`` lists every reason."""

    violations: tuple[Violation, ...]

    def __init__(
        self,
        violations: Iterable[Violation],
        *,
        operation: AnyOperation | None = None,
    ) -> None:
        found = tuple(violations)
        shown = [f"{v.path}: {v.message}" for v in found[:10]]
        if len(found) > 10:
            shown.append(f"and {len(found) - 10} more")
        where = _whereabouts(operation)
        super().__init__("; ".join(shown), violations=found, **where)


def _invalid(path: str, message: str, rule: str) -> RequestInvalid:
    return RequestInvalid([Violation(path, message, rule)])


class TransportError(APIError):
    """No answer came. ``sent`` is False when the request can't have reached the
    server, so that trying again is safe."""

    sent: bool

    def __init__(self, summary: str, *, sent: bool = True) -> None:
        super().__init__(summary, sent=sent)


class ResponseMismatch(APIError):
    """A success that differs from the document, under ``on_mismatch="raise"``."""

    headers: Headers
    raw: bytes
    mismatches: tuple[Mismatch, ...]

    def __init__(self, response: Response[object], *, operation: AnyOperation) -> None:
        super().__init__(
            f"{response.status} {_listed(response.mismatches)}",
            **_whereabouts(operation),
            status=response.status,
            request_id=response.request_id,
            headers=response.headers,
            raw=response.raw,
            mismatches=response.mismatches,
        )


def _listed(mismatches: Sequence[Mismatch]) -> str:
    # A key that the document doesn't name is a value, which no log line shows.
    cut = [(re.sub(r'\[".*', "[*]", m.path), m.kind) for m in mismatches[:10]]
    shown = ", ".join(f"{path} ({kind})" for path, kind in cut)
    more = f" and {len(mismatches) - 10} more" if len(mismatches) > 10 else ""
    return f"differs from the document at {shown}{more}"


_ERRORS: dict[int, StatusErrorClass] = {}


@_readonly(frozen=True, init=False, eq=False, repr=False, kw_only=True)
class StatusError(APIError):
    """An answer that is no success.

    ``error`` is the body as the document types it, else as plain JSON, else None.
    ``retry_after`` is in seconds, ``rate_limit`` None if the operation documents none.
    ``in_success`` tells that the HTTP status was a success; ``code`` and ``message``
    are what the body of that success tells of the failure, and ``status`` is its code
    if that is one of HTTP's."""

    status: int = 0
    error: object
    headers: Headers
    raw: bytes
    mismatches: tuple[Mismatch, ...]
    retry_after: float | None
    rate_limit: RateLimitState | None
    code: str | int | None
    message: str | None
    in_success: bool

    def __init_subclass__(cls, code: int = 0) -> None:
        """``code``: the status that the class stands for, or the first digit of it."""
        super().__init_subclass__()
        if code:
            _ERRORS[code] = cls

    def __init__(
        self,
        response: RawResponse,
        *,
        operation: AnyOperation | None = None,
        status: int | None = None,
        error: object = None,
        mismatches: tuple[Mismatch, ...] = (),
        code: str | int | None = None,
        message: str | None = None,
        in_success: bool = False,
    ) -> None:
        said = response.status if status is None else status
        words = (type(self).__doc__ or "").partition("\n")[0]
        phrase = words if words.startswith(f"{said} ") else f"{said}"
        if in_success:
            phrase = "a failure" if status is None else phrase.rstrip(".")
            phrase = f"{phrase}, told in the body of a {response.status}"
        limits = None if operation is None else operation.rate_limit
        super().__init__(
            phrase.rstrip("."),
            **_whereabouts(operation),
            status=said,
            request_id=_request_id(response.headers),
            error=error,
            headers=response.headers,
            raw=response.body,
            mismatches=mismatches,
            retry_after=_retry_after(response.headers.get("retry-after")),
            rate_limit=_rate_limit(limits, response.headers),
            code=code,
            message=message,
            in_success=in_success,
        )


StatusErrorClass: TypeAlias = type[StatusError]


# What adds nothing to its base but a name, and maybe a status: a line each.
# fmt: off
class TokenError(APIError): """The OAuth 2 server gave no token. ``status`` is its answer's."""
class CredentialsMissing(APIError): """The operation needs credentials that the client was not given."""
class ClosedError(APIError): """The client was closed before this call."""
class PaginationError(APIError): """A page came whose items can't be read, or that leads nowhere, elsewhere or back."""
class ConnectError(TransportError): """No connection: name resolution, refusal, TLS."""
class CallTimeout(TransportError): """No answer in time: ``timeout`` is over, or a step took too long."""
class ConnectTimeout(ConnectError, CallTimeout): """No connection in time, or none free in the pool."""
class ReadError(TransportError): """The connection broke, or what came is not HTTP."""
class BodyUnreadable(TransportError): """The answer's body is not what its content coding says. ``status`` tells what the answer was."""
class BodyTooLarge(TransportError): """The answer's body is larger than the transport accepts, as sent or inflated."""
class FailureInSuccess(StatusError): """The body of a success tells of a failure and names no status."""
class RedirectError(StatusError, code=3): """A 3xx that the document doesn't announce, and that was not followed."""
class ClientError(StatusError, code=4): """A 4xx: the request is at fault."""
class ServerError(StatusError, code=5): """A 5xx: the server is at fault."""
class BadRequest(ClientError, code=400): """400 Bad Request."""
class Unauthorized(ClientError, code=401): """401 Unauthorized."""
class PaymentRequired(ClientError, code=402): """402 Payment Required."""
class Forbidden(ClientError, code=403): """403 Forbidden."""
class NotFound(ClientError, code=404): """404 Not Found."""
class MethodNotAllowed(ClientError, code=405): """405 Method Not Allowed."""
class NotAcceptable(ClientError, code=406): """406 Not Acceptable."""
class ProxyAuthenticationRequired(ClientError, code=407): """407 Proxy Authentication Required."""
class RequestTimeout(ClientError, code=408): """408 Request Timeout."""
class Conflict(ClientError, code=409): """409 Conflict."""
class Gone(ClientError, code=410): """410 Gone."""
class LengthRequired(ClientError, code=411): """411 Length Required."""
class PreconditionFailed(ClientError, code=412): """412 Precondition Failed."""
class ContentTooLarge(ClientError, code=413): """413 Content Too Large."""
class URITooLong(ClientError, code=414): """414 URI Too Long."""
class UnsupportedMediaType(ClientError, code=415): """415 Unsupported Media Type."""
class RangeNotSatisfiable(ClientError, code=416): """416 Range Not Satisfiable."""
class ExpectationFailed(ClientError, code=417): """417 Expectation Failed."""
class MisdirectedRequest(ClientError, code=421): """421 Misdirected Request."""
class UnprocessableContent(ClientError, code=422): """422 Unprocessable Content."""
class Locked(ClientError, code=423): """423 Locked (RFC 4918)."""
class FailedDependency(ClientError, code=424): """424 Failed Dependency (RFC 4918)."""
class TooEarly(ClientError, code=425): """425 Too Early (RFC 8470)."""
class UpgradeRequired(ClientError, code=426): """426 Upgrade Required."""
class PreconditionRequired(ClientError, code=428): """428 Precondition Required (RFC 6585)."""
class TooManyRequests(ClientError, code=429): """429 Too Many Requests (RFC 6585)."""
class RequestHeaderFieldsTooLarge(ClientError, code=431): """431 Request Header Fields Too Large (RFC 6585)."""
class UnavailableForLegalReasons(ClientError, code=451): """451 Unavailable For Legal Reasons (RFC 7725)."""
class InternalServerError(ServerError, code=500): """500 Internal Server Error."""
class NotImplementedByServer(ServerError, code=501): """501 Not Implemented."""
class BadGateway(ServerError, code=502): """502 Bad Gateway."""
class ServiceUnavailable(ServerError, code=503): """503 Service Unavailable."""
class GatewayTimeout(ServerError, code=504): """504 Gateway Timeout."""
class HTTPVersionNotSupported(ServerError, code=505): """505 HTTP Version Not Supported."""
class VariantAlsoNegotiates(ServerError, code=506): """506 Variant Also Negotiates (RFC 2295)."""
class InsufficientStorage(ServerError, code=507): """507 Insufficient Storage (RFC 4918)."""
class LoopDetected(ServerError, code=508): """508 Loop Detected (RFC 5842)."""
class NetworkAuthenticationRequired(ServerError, code=511): """511 Network Authentication Required (RFC 6585)."""
# fmt: on


# --- Types: what may be sent, and how an answer is read -------------------------------

_Out: TypeAlias = list[Violation]
_Found: TypeAlias = list[Mismatch]
_WRONG: Any = object()  # a value of another type than the document says


class _Shape(msgspec.Struct, frozen=True, eq=False):
    """A type, read once, for what is sent (Python values, models among them) and for
    what is received (plain JSON)."""

    kind: str
    words: str
    fits: Callable[[Any], bool]  # a Python value, not looking inside
    exact: type | None = None  # a class whose direct instances all fit
    rules: tuple[_Rule, ...] = ()
    known: tuple[object, ...] = ()  # values of an enum, open or closed
    const: Const | None = None
    item: _Shape | None = None  # of an array or object
    model: type[msgspec.Struct] = msgspec.Struct
    branches: tuple[_Shape, ...] = ()
    discriminator: Discriminator | None = None
    nullable: bool = False
    optional: bool = False
    side: ReadOnly | WriteOnly | None = None  # of a call, that a member belongs to


class _Member(NamedTuple):
    name: str
    wire: str
    shape: _Shape
    has_default: bool


def _instance(of: type) -> Callable[[object], bool]:
    return lambda value: isinstance(value, of)


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_whole(value: object) -> bool:
    return _is_int(value) or (isinstance(value, float) and value.is_integer())


def _is_number(value: object) -> bool:
    return isfinite(value) if isinstance(value, float) else _is_int(value)


def _is_array(value: object) -> TypeGuard[Sequence[object]]:
    if isinstance(value, (list, tuple)):
        return True
    scalar = isinstance(value, (str, int, float, dict, bytes, bytearray, memoryview))
    return not scalar and isinstance(value, Sequence)


def _is_object(value: object) -> TypeGuard[Mapping[object, object]]:
    return isinstance(value, (dict, Mapping))


def _is_json(value: object) -> bool:
    if value is None or isinstance(value, (str, int, dict, list, msgspec.Struct)):
        return True
    return _is_number(value) or _is_array(value) or _is_object(value)


_BASIC: dict[object, _Shape] = {
    Any: _Shape("any", "any JSON value", _is_json),
    object: _Shape("any", "any JSON value", _is_json),
    None: _Shape("null", "null", _instance(NoneType), nullable=True),
    NoneType: _Shape("null", "null", _instance(NoneType), nullable=True),
    bool: _Shape("bool", "a boolean", _instance(bool), bool),
    int: _Shape("int", "an integer", _is_int, int),
    float: _Shape("float", "a number", _is_number),
    str: _Shape("str", "a string", _instance(str), str),
    bytes: _Shape("bytes", "bytes", _instance(bytes), bytes),
    FilePart: _Shape("file", "a file", _instance(FilePart), FilePart),
}


@cache
def _shape(of: object) -> _Shape:
    """The shape of a type. TypeError for a type that no document can mean."""
    if (basic := _BASIC.get(of)) is not None:
        return basic
    if isinstance(of, type) and issubclass(of, msgspec.Struct):
        words = f"an object ({of.__name__})"
        return _Shape("model", words, _instance(of), of, model=of)
    origin, args = get_origin(of), get_args(of)
    if origin is Annotated:
        return _annotated(_shape(args[0]), args[1:])
    if origin in (Union, UnionType):
        return _union(args)
    if origin is Literal:
        words = f"one of {_choices(args)}"
        return _Shape("literal", words, partial(_is_known, args), known=args)
    if origin in (list, Sequence):
        return _Shape("array", "an array", _is_array, item=_shape(args[0]))
    if origin in (dict, Mapping):
        return _Shape("object", "an object", _is_object, item=_shape(args[1]))
    raise TypeError(f"no JSON value has the type {of!r}")


def _annotated(shape: _Shape, metadata: tuple[object, ...]) -> _Shape:
    change = msgspec.structs.replace
    for each in metadata:
        if isinstance(each, Limits):
            shape = change(shape, rules=(*shape.rules, *_rules(each)))
        elif isinstance(each, Const):
            rules = (*shape.rules, *_rules(Limits(one_of=(each.value,))))
            shape = change(shape, rules=rules, const=each)
        elif isinstance(each, (ReadOnly, WriteOnly)):
            shape = change(shape, side=each)
        elif isinstance(each, Discriminator):
            if shape.kind == "model":
                shape = change(shape, kind="union", branches=(shape,))
            shape = change(shape, discriminator=each)
        elif get_origin(each) is Literal:
            rules = (*shape.rules, *_rules(Limits(one_of=get_args(each))))
            shape = change(shape, known=get_args(each), rules=rules)
    return shape


def _union(args: tuple[object, ...]) -> _Shape:
    shapes = [
        _shape(arg) for arg in args if arg is not UnsetType and arg is not NoneType
    ]
    if not shapes:
        shape = _shape(None)
    elif len(shapes) == 1:
        shape = shapes[0]
    elif any(each.kind == "any" for each in shapes):
        shape = _shape(Any)
    else:
        words = " or ".join(dict.fromkeys(each.words for each in shapes))
        fits = partial(_fits_any, tuple(shapes))
        shape = _Shape("union", words, fits, branches=tuple(shapes))
    return msgspec.structs.replace(
        shape,
        nullable=NoneType in args or any(each.nullable for each in (shape, *shapes)),
        optional=UnsetType in args or shape.optional,
    )


@cache
def _members(model: type[msgspec.Struct]) -> tuple[_Member, ...]:
    hints = get_type_hints(model, include_extras=True)
    return tuple(
        _Member(f.name, f.encode_name, _shape(hints[f.name]), not f.required)
        for f in msgspec.structs.fields(model)
        if f.name != _REST or not issubclass(model, OpenModel)
    )


_REST = "additional_properties"


@cache
def _rest(model: type[msgspec.Struct]) -> _Shape | None:
    """The shape of what a class holds beside its members; None where it holds no more."""
    if not issubclass(model, OpenModel):
        return None
    return _shape(get_type_hints(model, include_extras=True)[_REST])


def _is_due(shape: _Shape, side: type[ReadOnly | WriteOnly]) -> bool:
    """Whether what goes one way has to hold a member that its class doesn't require."""
    return isinstance(shape.side, side) and shape.side.required


def _every(shape: _Shape) -> Iterator[_Shape]:
    """A shape and those in it, each once."""
    todo, seen = [shape], {shape}
    while todo:
        yield (shape := todo.pop())
        below = [*shape.branches, *filter(None, [shape.item])]
        if shape.kind == "model":
            below += [m.shape for m in _members(shape.model)]
            below += filter(None, [_rest(shape.model)])
        todo += {each for each in below if each not in seen}
        seen.update(below)


def _presumed(shape: _Shape) -> tuple[bool, dict[type[msgspec.Struct], list[str]]]:
    """What msgspec lets pass or leaves out: whether there is a constant, which a default
    may stand for, or a model with members that the document doesn't name; and which
    members have a default, UNSET, only for what is sent."""
    due: dict[type[msgspec.Struct], list[str]] = {}
    special = False
    for each in _every(shape):
        special |= each.const is not None or issubclass(each.model, OpenModel)
        if each.kind == "model":
            members = _members(each.model)
            special |= any(m.has_default and not m.shape.optional for m in members)
            if names := [m.name for m in members if _is_due(m.shape, ReadOnly)]:
                due[each.model] = names
    return special, due


def _lacks(value: object, due: Mapping[type[msgspec.Struct], list[str]]) -> bool:
    """Whether a decoded answer lacks a member that is due anywhere in it."""
    if isinstance(value, msgspec.Struct):
        members = [getattr(value, name) for name in value.__struct_fields__]
        unset = (getattr(value, name) is UNSET for name in due.get(type(value), ()))
        return any(unset) or any(_lacks(each, due) for each in members)
    if isinstance(value, (list, dict)):
        inner = cast(
            "Iterable[object]", value.values() if isinstance(value, dict) else value
        )
        return any(_lacks(each, due) for each in inner)
    return False


def _is_known(known: tuple[object, ...], value: object) -> bool:
    if isinstance(value, str):
        return str.__str__(value) in known  # a member of an Enum is one, too
    return any(type(value) is type(each) and value == each for each in known)


def _fits_any(branches: tuple[_Shape, ...], value: object) -> bool:
    return any(branch.fits(value) for branch in branches)


def _accepts(shape: _Shape, value: Any) -> bool:
    """Whether a JSON value is of a type, not looking inside."""
    kind = shape.kind
    if value is None:
        return shape.nullable or kind == "any"
    if kind == "literal":
        return any(type(value) is type(known) for known in shape.known)
    if kind == "model":
        return isinstance(value, dict)
    if kind == "union":
        return any(_accepts(branch, value) for branch in shape.branches)
    return _is_whole(value) if kind == "int" else shape.fits(value)


def _check(shape: _Shape, value: Any, path: str, out: _Out) -> None:
    """Appends every violation in a Python value."""
    if value is UNSET:
        if not shape.optional or _is_due(shape, WriteOnly):
            out.append(Violation(path, "is required", "required"))
    elif value is None and shape.nullable:
        return
    elif type(value) is not shape.exact and not shape.fits(value):
        out.append(_misfit(shape, value, path or "body"))
    else:
        for types, name, words, holds, size in shape.rules:
            if not isinstance(value, types) or holds(value):
                continue
            if name == "one_of" or not isinstance(value, bool):  # which is no number
                got = f", got {_size(value)}" if size is not None else ""
                out.append(Violation(path or "body", words + got, name))
        if shape.kind == "union":
            _check_union(shape, value, path, out)
        elif not isinstance(value, (str, int, float)):
            _check_inside(shape.item or _shape(Any), value, path, out)


@cache
def _good(shape: _Shape) -> Callable[[Any], bool]:
    """A test that lets pass what has no violations, and is quicker than listing them.
    It may refuse a value that is right but unusual; then ``_check`` decides."""
    if isinstance(shape.side, ReadOnly) or issubclass(shape.model, OpenModel):
        return _no
    of: Any = {"float": float, "array": list}.get(shape.kind, shape.exact)
    rules = [r for r in shape.rules if of is None or issubclass(of, r.types)]
    sizes = [(r.name, r.size) for r in rules if of is str and r.size is not None]
    least = max((size for name, size in sizes if name == "min_length"), default=0)
    most = min((size for name, size in sizes if name == "max_length"), default=maxsize)
    holds = [r.holds for r in rules if of is not str or r.size is None]
    item = _good(shape.item) if shape.item is not None else _no

    def are_kept(value: Any) -> bool:
        for hold in holds:  # noqa: SIM110  (a generator would cost more than the test)
            if not hold(value):
                return False
        return True

    def is_plain(value: Any) -> bool:
        return value.__class__ is of and (not holds or are_kept(value))

    def is_text(value: Any) -> bool:
        fits = value.__class__ is str and least <= len(value) <= most
        return fits and (not holds or are_kept(value))

    def is_float(value: Any) -> bool:
        number = value.__class__ is int or (value.__class__ is of and isfinite(value))
        return number and are_kept(value)

    def is_array(value: Any) -> bool:
        return value.__class__ is of and all(map(item, value)) and are_kept(value)

    def is_model(value: Any) -> bool:
        if value.__class__ is not of:
            return False
        tests, members = _member_tests(shape.model), msgspec.structs.astuple(value)
        for (may_lack, test), member in zip(tests, members, strict=True):
            if not (may_lack if member is UNSET else test(member)):
                return False
        return not holds or are_kept(value)

    def is_word(value: Any) -> bool:
        return value.__class__ is str and value in shape.known

    tests = {"str": is_text, "int": is_plain, "float": is_float, "array": is_array}
    tests |= {"model": is_model, "literal": is_word}
    if not rules:
        tests |= {"bool": is_plain}
    test = tests.get(shape.kind, _no)
    return (lambda value: value is None or test(value)) if shape.nullable else test


def _no(_: object) -> bool:
    return False


@cache
def _member_tests(
    model: type[msgspec.Struct],
) -> tuple[tuple[bool, Callable[[Any], bool]], ...]:
    """Of each member whether it may be left out, and its test."""
    return tuple(
        (m.shape.optional and not _is_due(m.shape, WriteOnly), _good(m.shape))
        for m in _members(model)
    )


def _misfit(shape: _Shape, value: object, path: str) -> Violation:
    words, got = f"must be {shape.words}", type(value).__name__
    if value is None:
        return Violation(path, f"{words}, got null", "null")
    if shape.kind == "literal":
        return Violation(path, words, "enum")
    if isinstance(value, float) and not isfinite(value):
        got = "a number that JSON can't express"
    return Violation(path, f"{words}, got {got}", "type")


def _check_inside(item: _Shape, value: object, path: str, out: _Out) -> None:
    if isinstance(value, msgspec.Struct):
        prefix = f"{path}." if path else ""
        for name, wire, shape, _ in _members(value.__class__):
            member = getattr(value, name)
            if member is not UNSET and isinstance(shape.side, ReadOnly):
                words = "is read-only, leave it out"
                out.append(Violation(prefix + wire, words, "read_only"))
            else:
                _check(shape, member, prefix + wire, out)
        if (rest := _rest(value.__class__)) is not None:
            _check_rest(rest, value, path, out)
    elif _is_object(value):
        for key, each in value.items():
            if not isinstance(key, str):
                out.append(Violation(path or "body", "names must be strings", "type"))
            _check(item, each, _dotted(path, key), out)
    elif _is_array(value):
        for index, each in enumerate(value):
            _check(item, each, f"{path}[{index}]", out)


def _check_rest(shape: _Shape, value: msgspec.Struct, path: str, out: _Out) -> None:
    rest: Any = getattr(value, _REST)
    _check(shape, rest, path, out)
    wires = {member.wire for member in _members(value.__class__)}
    for name in wires.intersection(rest if _is_object(rest) else ()):
        words = f"has a name of its own, it is no part of {_REST}"
        out.append(Violation(_dotted(path, name), words, "additional_properties"))


def _dotted(path: str, name: object) -> str:
    return f"{path}.{name}" if path else str(name)


def _check_union(shape: _Shape, value: object, path: str, out: _Out) -> None:
    """The violations of the first branch that fits; none if any branch has none."""
    found: _Out = []
    for branch in shape.branches:
        if branch.fits(value):
            problems: _Out = []
            _check(branch, value, path, problems)
            found = found or problems
            if not problems:
                found = []
                break
    out.extend(found)
    rule = shape.discriminator
    if rule is not None and isinstance(value, msgspec.Struct):
        kind, name = dict(_pairs(value)).get(rule.property), type(value).__name__
        if not isinstance(kind, str) or rule.mapping.get(kind) != name:
            at = _dotted(path, rule.property)
            out.append(Violation(at, f"does not say {name}", "discriminator"))


def _typed(shape: _Shape, value: Any, path: str, found: _Found) -> Any:
    """A JSON value as a type; _WRONG, and a mismatch, where it can't be."""
    if not _accepts(shape, value):
        kind = "null" if value is None else "type"
        found.append(Mismatch(path, kind, _expected(shape), _json_words(value)))
        return None if value is None else _WRONG
    if value is None:
        return None
    item = shape.item or shape
    if shape.kind == "model":
        return _typed_model(shape.model, value, path, found)
    if shape.kind == "union":
        return _typed_union(shape, value, path, found)
    if shape.kind == "literal" and not _is_known(shape.known, value):
        found.append(Mismatch(path, "const", shape.words, "another value"))
    if shape.const is not None and not _json_equal(shape.const.value, value):
        words = _choices((shape.const.value,))
        found.append(Mismatch(path, "const", words, "another value"))
    if shape.kind == "array":
        items = (_typed(item, v, f"{path}[{i}]", found) for i, v in enumerate(value))
        return [None if each is _WRONG else each for each in items]
    if shape.kind == "object":
        pairs = ((k, _typed(item, v, _keyed(path, k), found)) for k, v in value.items())
        return {key: None if each is _WRONG else each for key, each in pairs}
    if shape.kind == "int":
        return int(value)
    if shape.kind == "float":
        with suppress(OverflowError):  # an integer beyond every float stays one
            return float(value)
    return value


def _expected(shape: _Shape) -> str:
    null = " or null" if shape.nullable and shape.kind not in ("null", "any") else ""
    return f"{shape.words}{null}"


def _keyed(path: str, key: str) -> str:
    """The path of a member that the document doesn't name."""
    return f'{path}["{ascii(key[:80])[1:-1]}"]'


def _typed_model(
    model: type[msgspec.Struct], value: dict[str, Any], path: str, found: _Found
) -> object:
    members: dict[str, Any] = {}
    for name, wire, shape, _ in _members(model):
        at = f"{path}.{wire}" if wire.isidentifier() else f"{path}[{wire!r}]"
        if wire in value:
            member = _typed(shape, value[wire], at, found)
            if member is _WRONG:
                member = UNSET if shape.optional else None
            members[name] = member
        else:
            members[name] = UNSET if shape.optional else None
            if not shape.optional or _is_due(shape, ReadOnly):
                found.append(Mismatch(at, "missing", _expected(shape), "nothing"))
    if (rest := _rest(model)) is not None:
        wires = {member.wire for member in _members(model)}
        more = {key: each for key, each in value.items() if key not in wires}
        empty = rest.optional and not more
        members[_REST] = UNSET if empty else _typed(rest, more, path, found)
    return model(**members)


def _typed_union(shape: _Shape, value: Any, path: str, found: _Found) -> object:
    """By discriminator, or else as the branch that the value differs least from,
    looking one level deep."""
    rule = shape.discriminator
    if rule is None or not isinstance(value, dict):
        fitting = [branch for branch in shape.branches if _accepts(branch, value)]
        nearest = min(fitting, key=lambda branch: _distance(branch, value))
        return _typed(nearest, value, path, found)
    kind = cast("dict[str, Any]", value).get(rule.property)
    wanted = rule.mapping.get(kind) if isinstance(kind, str) else None
    for branch in shape.branches:
        if branch.kind == "model" and branch.model.__name__ == wanted:
            return _typed(branch, value, path, found)
    at, words = f"{path}.{rule.property}", f"one of {_choices(tuple(rule.mapping))}"
    got = _json_words(kind) if rule.property in value else "nothing"
    found.append(Mismatch(at, "discriminator", words, got))
    return _WRONG


def _distance(shape: _Shape, value: Any) -> int:
    """How far a JSON value is from a type that accepts it."""
    if shape.kind == "literal":
        return int(value not in shape.known)
    if shape.kind == "int":
        return int(not _is_int(value))
    if shape.kind != "model":
        return 0
    members = _members(shape.model)
    strange = value.keys() - {member.wire for member in members}
    distance = 0 if issubclass(shape.model, OpenModel) else len(strange)
    for _, wire, member, has_default in members:
        if wire not in value:
            distance += 0 if member.optional or has_default else 2
        elif not _accepts(member, value[wire]):
            distance += 2
        elif member.known and value[wire] not in member.known:
            distance += 4
    return distance


# --- Limits ---------------------------------------------------------------------------


class _Rule(NamedTuple):
    """What ``holds`` of a value if it is of one of the ``types``."""

    types: tuple[type, ...]
    name: str
    words: str
    holds: Callable[[Any], object]
    size: int | None = None  # the bound, of a rule on how long a value is


_TEXTS, _NUMBERS = (str,), (int, float)
_ARRAYS, _OBJECTS = (list, tuple), (Mapping, msgspec.Struct)

_DATE = r"\d{4}-\d\d-\d\d"
_HOUR, _SECOND = r"([01]\d|2[0-3]):[0-5]\d", r":([0-5]\d|60)(\.\d+)?"
_OFFSET = r"([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)"
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_FORMATS = {
    "date": _DATE,
    "date-time": rf"{_DATE}[Tt ]{_HOUR}{_SECOND}{_OFFSET}",  # RFC 3339, 5.6
    "time": rf"{_HOUR}({_SECOND})?{_OFFSET}?",
    "duration": r"P(?=[\dT])(\d+Y)?(\d+M)?(\d+W)?(\d+D)?"
    r"(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?",  # RFC 3339, appendix A
    "uuid": r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}",
    "ulid": r"[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}",
    "email": r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f.][^@\s\x00-\x1f]{0,254}",
    "uri": r"[A-Za-z][A-Za-z0-9+.-]*:[!#-;=?-\[\]_a-z~$%]+",  # RFC 3986, 2
    "hostname": rf"(?=.{{1,253}}\Z){_LABEL}(\.{_LABEL})*",
    "ipv4": r"[0-9.]+",
    "ipv6": r"[0-9A-Fa-f:.]+",
    "decimal": r"[+-]?\d+(\.\d+)?",
    "byte": r"([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?",
    "country-code": r"[A-Z]{2,3}|[a-z]{2,3}",
    "currency-code": r"[A-Z]{3}|[a-z]{3}",
    "language-code": r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*",
    "int64": r"-?\d{1,20}",
    "unixtime": r"-?\d+(\.\d+)?",
}
_FORMAT_RANGES = {"int32": 2**31, "int64": 2**63}
_EXACT = Context(prec=MAX_PREC)


def _rules(limits: Limits) -> Iterator[_Rule]:
    """The limits as rules, in the order in which violations are listed."""
    low, high = limits.min_length, limits.max_length
    yield from _length_rules(_TEXTS, "length", "characters", low, high)
    yield from _length_rules((bytes, FilePart), "length", "bytes", low, high)
    low, high = limits.min_items, limits.max_items
    yield from _length_rules(_ARRAYS, "items", "items", low, high)
    low, high = limits.min_properties, limits.max_properties
    yield from _length_rules(_OBJECTS, "properties", "members", low, high)
    if limits.pattern is not None and (pattern := _pattern(limits.pattern)):
        words = f"must match {limits.pattern}"
        yield _Rule(_TEXTS, "pattern", words, pattern.search)
    words = f"must be a valid {limits.format}"
    if limits.format in _FORMATS:
        yield _Rule(_TEXTS, "format", words, partial(_has_format, limits.format))
    if limits.format in _FORMAT_RANGES:
        holds = partial(_is_within, _FORMAT_RANGES[limits.format])
        yield _Rule(_NUMBERS, "format", words, holds)
    for name, bound, words, compare in (
        ("minimum", limits.minimum, "at least", operator.le),
        ("maximum", limits.maximum, "at most", operator.ge),
        ("exclusive_minimum", limits.exclusive_minimum, "more than", operator.lt),
        ("exclusive_maximum", limits.exclusive_maximum, "less than", operator.gt),
        ("multiple_of", limits.multiple_of, "must be a multiple of", _divides),
    ):
        if bound is not None:
            words = f"{words} {_json_text(bound)}"
            yield _Rule(_NUMBERS, name, words, partial(compare, bound))
    if limits.unique_items:
        yield _Rule(_ARRAYS, "unique_items", "items must be unique", _is_unique)
    if limits.one_of is not None:
        words = f"must be one of {_choices(limits.one_of)}"
        yield _Rule((object,), "one_of", words, partial(_is_one_of, limits.one_of))


def _length_rules(
    types: tuple[type, ...], name: str, noun: str, low: int | None, high: int | None
) -> Iterator[_Rule]:
    size: Callable[[Any], int] = len if types in (_TEXTS, _ARRAYS) else _size

    def is_long(value: object) -> bool:
        return low is None or size(value) >= low

    def is_short(value: object) -> bool:
        return high is None or size(value) <= high

    if low is not None:
        words = f"at least {_counted(low, noun)}"
        yield _Rule(types, f"min_{name}", words, is_long, low)
    if high is not None:
        words = f"at most {_counted(high, noun)}"
        yield _Rule(types, f"max_{name}", words, is_short, high)


def _counted(count: int, nouns: str) -> str:
    return f"{count} {nouns[:-1] if count == 1 else nouns}"


def _size(value: Any) -> int:
    if isinstance(value, FilePart):
        return len(value.content)
    if isinstance(value, msgspec.Struct):
        return sum(1 for _ in _pairs(value))
    return len(value)


def _pattern(pattern: str) -> re.Pattern[str] | None:
    """A document's pattern (ECMA-262: ASCII classes, ``$`` is the very end), or None
    if Python can't express it."""
    if re.search(r"(?<!\\)(\\\\)*\$\Z", pattern):
        pattern = pattern[:-1] + r"\Z"
    try:
        return re.compile(pattern, re.ASCII)
    except re.error:
        return None


@cache
def _format(name: str) -> re.Pattern[str]:
    return re.compile(_FORMATS[name], re.ASCII)


def _has_format(name: str, text: str) -> bool:
    if not _format(name).fullmatch(text):
        return False
    try:
        if name in ("date", "date-time"):
            date.fromisoformat(text[:10])
        elif name == "int64":
            return _is_within(2**63, int(text))
        elif name in ("ipv4", "ipv6"):
            from ipaddress import IPv4Address, IPv6Address

            (IPv4Address if name == "ipv4" else IPv6Address)(text)
    except ValueError:
        return False
    return True


def _is_within(end: int, value: int | float) -> bool:
    return -end <= value < end and value % 1 == 0


def _divides(step: int | float, value: int | float) -> bool:
    if isinstance(value, int) and isinstance(step, int):
        return value % step == 0
    return not _EXACT.remainder(_decimal(value), _decimal(step))


def _decimal(number: int | float) -> Decimal:
    """The number that JSON has for it: 0.3 is three times 0.1."""
    return Decimal(number if isinstance(number, int) else repr(float(number)))


def _is_unique(values: Sequence[object]) -> bool:
    if {type(v) for v in values} == {str}:
        return len(set(values)) == len(values)
    plain = [int(v) if type(v) is float and v.is_integer() else v for v in values]
    try:
        texts = {
            msgspec.json.encode(v, enc_hook=_encode_hook, order="sorted") for v in plain
        }
    except (TypeError, ValueError):
        return True  # not JSON; another rule says so
    return len(texts) == len(plain)


def _is_one_of(allowed: tuple[Json, ...], value: object) -> bool:
    value = plain(value)
    return any(_json_equal(each, value) for each in allowed)


def _json_equal(a: Any, b: Any) -> bool:
    """Equality of JSON values: 1 equals 1.0 and does not equal true."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if _is_object(a) and _is_object(b):
        return a.keys() == b.keys() and all(_json_equal(a[k], b[k]) for k in a)
    if _is_array(a) and _is_array(b):
        return len(a) == len(b) and all(map(_json_equal, a, b))
    return bool(a == b)


def _choices(values: Sequence[object]) -> str:
    shown = ", ".join(_json_text(v) for v in values[:8])
    return f"{shown}, ... ({len(values)} values)" if len(values) > 8 else shown


def _json_text(value: object) -> str:
    return _encoder.encode(value).decode()


def _json_words(value: object) -> str:
    if isinstance(value, (list, dict)):
        return "an array" if isinstance(value, list) else "an object"
    return _BASIC[type(value)].words


# --- Writing values -------------------------------------------------------------------

_reserved = re.compile(rb"[^A-Za-z0-9._~-]")
_is_dots = re.compile(r"(\.|%2e){0,2}", re.IGNORECASE).fullmatch
_climbs = re.compile(r"(^|/)(\.|%2e){1,2}(/|\Z)", re.IGNORECASE).search
_header_value = re.compile(r"(?![ \t])[\t\x20-\x7e\x80-\xff]*(?<![ \t])").fullmatch
_header_name = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+").fullmatch
_is_word = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*", re.ASCII).fullmatch

_Flat: TypeAlias = str | list[str] | list[tuple[str, str]]


def _quote(text: str | bytes) -> str:
    """Percent-encoded as UTF-8; only unreserved characters stay (RFC 3986, 2.3)."""
    data = text if isinstance(text, bytes) else text.encode()
    return _reserved.sub(lambda m: b"%%%02X" % m[0][0], data).decode()


def _encodable(text: str) -> bool:
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:  # a lone surrogate
        return False


def _text(value: object, path: str, out: _Out) -> str:
    """A scalar as text; what is no scalar is a violation and gives ""."""
    if isinstance(value, str):
        if not _encodable(value):
            out.append(Violation(path, "is not Unicode text", "encoding"))
            return ""
        return str.__str__(value)
    if isinstance(value, bool) or _is_number(value):
        with suppress(ValueError):  # an integer of thousands of digits
            return _json_text(value)
    null = value is None
    message = "null can't be written here" if null else "can't be written here"
    out.append(Violation(path, message, "null" if null else "type"))
    return ""


def _pairs(value: object) -> Iterator[tuple[str, object]]:
    """The members of an object by their names on the wire, absent ones left out."""
    if isinstance(value, msgspec.Struct):
        names = value.__struct_fields__
        for name, wire in zip(names, value.__struct_encode_fields__, strict=True):
            if (member := getattr(value, name)) is UNSET:
                continue
            if name == _REST and isinstance(value, OpenModel):
                yield from _pairs(member)
            else:
                yield wire, member
    elif _is_object(value):
        for key, member in value.items():
            if member is not UNSET:
                yield str(key), member


def plain(value: object) -> object:
    """A value with dicts by names on the wire in place of models; files stay."""
    if isinstance(value, FilePart):
        return value
    if isinstance(value, msgspec.Struct) or _is_object(value):
        return {name: plain(member) for name, member in _pairs(value)}
    return [plain(each) for each in value] if _is_array(value) else value


def _flatten(value: object, path: str, out: _Out) -> _Flat:
    """The texts of a scalar, of an array's items or of an object's members."""
    if isinstance(value, (str, int, float)):
        return _text(value, path, out)
    if isinstance(value, msgspec.Struct) or _is_object(value):
        return [
            (_text(name, path, out), _text(member, f"{path}.{name}", out))
            for name, member in _pairs(value)
        ]
    if _is_array(value):
        return [_text(v, f"{path}[{i}]", out) for i, v in enumerate(value)]
    return _text(value, path, out)


class _Writer:
    """A parameter, ready to be written."""

    def __init__(self, parameter: Parameter) -> None:
        self.name, self.location = parameter.name, parameter.location
        self.at = f"{self.location}.{self.name}"
        self.shape = _shape(parameter.type)
        self.required = parameter.required or self.location == "path"
        usual = "simple" if self.location in ("path", "header") else "form"
        self.style, self.explode = parameter.style or usual, parameter.explode
        if self.explode is None:
            self.explode = self.style == "form"
        self.quoted = _quote(self.name)
        self.key = "" if self.style in ("simple", "label") else f"{self.quoted}="
        visible = {"spaceDelimited": " ", "pipeDelimited": "|"}.get(self.style, "")
        self.delimiter = _quote(visible) or ","  # between items that are not exploded
        self.forbidden = "" if self.explode else visible  # no encoding would hide it
        if self.location == "header":
            self.forbidden = ","
        elif self.style == "label" and self.explode:
            self.forbidden = "."
        first = {"label": ".", "matrix": ";"}.get(self.style, "")
        self.first, self.between = first, first or ","
        odd = self.location == "header" and not _header_name(self.name)
        self.good = _no if odd or self.style == "deepObject" else _good(self.shape)

    def pieces(self, value: object, validate: bool, out: _Out) -> Sequence[str]:
        """What is written of a value: nothing if it is absent, or must not be."""
        if (word := self.word(value)) is not None:
            return (word,)
        flat = self.flat(value, validate, out)
        if flat is None:
            return ()
        if self.location == "path":
            return (self.first + self.between.join(self.expand(flat)),)
        if self.location != "header":
            return self.expand(flat)
        text = ",".join(self.expand(flat, str))
        return (text,) if _check_header(self.name, text, self.at, out) else ()

    def word(self, value: Any) -> str | None:
        """What is written of a good value that is the same with and without encoding,
        as most are; None of others."""
        if value.__class__ not in (str, int, bool) or not self.good(value):
            return None
        try:
            text = value if value.__class__ is str else str(value).lower()
        except ValueError:  # an integer of thousands of digits
            return None
        return f"{self.first}{self.key}{text}" if _is_word(text) else None

    def flat(self, value: object, validate: bool, out: _Out) -> _Flat | None:
        """The texts of a parameter; None if it is not written, or must not be."""
        path, before = self.at, len(out)
        absent = value is UNSET or (value is None and self.shape.nullable)
        if absent and not self.required:
            return None
        if value is UNSET:
            out.append(Violation(path, "is required", "required"))
        elif value is None:
            out.append(Violation(path, "null can't be written here", "null"))
        elif validate:
            try:
                if not self.good(value):
                    _check(self.shape, value, path, out)
            except RecursionError:
                out.append(Violation(path, "is nested too deeply", "depth"))
        if len(out) > before:
            return None
        flat = _flatten(value, path, out)
        texts = [flat] if isinstance(flat, str) else _items(flat)
        if len(out) > before:
            return None
        if self.location == "path" and (not texts or any(map(_is_dots, texts))):
            message = "must not be empty, '.' or '..', however encoded"
            out.append(Violation(path, message, "path"))
        elif not texts and self.required:
            message = "must not be empty, it could not be written"
            out.append(Violation(path, message, "required"))
        if self.style == "deepObject" and texts and flat == texts:
            out.append(Violation(path, "must be an object in style deepObject", "type"))
        mark = self.forbidden
        if mark and not isinstance(flat, str) and any(mark in text for text in texts):
            message = f"must not contain {mark!r} in style {self.style}"
            out.append(Violation(path, message, "delimiter"))
        return flat if texts and len(out) == before else None

    def expand(self, flat: _Flat, quote: Callable[[str], str] = _quote) -> list[str]:
        """A value in pieces (RFC 6570, 3.2; OpenAPI 3.1, "Style Values")."""
        if isinstance(flat, str):
            return [self.key + quote(flat)]
        if not self.explode and self.style != "deepObject":
            return [self.key + self.delimiter.join(map(quote, _items(flat)))]
        pieces: list[str] = []
        for each in flat:
            if isinstance(each, str):
                pieces.append(self.key + quote(each))
            elif self.style == "deepObject":
                name, text = map(quote, each)
                pieces.append(f"{self.quoted}%5B{name}%5D={text}")
            else:
                pieces.append("=".join(map(quote, each)))
        return pieces


def _items(flat: list[str] | list[tuple[str, str]]) -> list[str]:
    """The items of an array, or the names and values of an object in turn."""
    return [t for each in flat for t in ((each,) if isinstance(each, str) else each)]


def _check_header(name: str, value: object, path: str, out: _Out) -> bool:
    """Whether a field is safe (RFC 9110, 5.5): no control characters, none outside
    Latin-1, no white space around it."""
    if not _header_name(name):
        out.append(Violation(path, "is no legal header name", "header"))
    elif not isinstance(value, str) or not _header_value(value):
        out.append(Violation(path, "is not safe in a header", "header"))
    else:
        return True
    return False


_NO_TYPES: Mapping[str, str] = {}


def _is_json_type(media_type: str) -> bool:
    known = ("application/json", "text/json")
    return media_type in known or media_type.endswith("+json")


def _encode_body(
    media_type: str, body: object, out: _Out, types: Mapping[str, str] = _NO_TYPES
) -> bytes | None:
    """The bytes of a body; a body that can't be written is a violation. ``types`` are
    the media types of parts."""
    kind = _essence(media_type)
    if _is_json_type(kind):
        try:
            return _encoder.encode(body)
        except (TypeError, ValueError, OverflowError):
            before = len(out)
            _refuse_unwritable(body, _root(body), out)
            if len(out) == before:
                out.append(Violation("body", "is not JSON", "encoding"))
            return None
    if kind in (_FORM, _MULTIPART):
        parts = _parts(body, types, out)
        return _form(parts) if kind == _FORM else _multipart(parts)
    if isinstance(body, (bytes, bytearray)):
        return bytes(body)
    if isinstance(body, str) and kind.startswith("text/"):
        charset = _content_type(media_type)[1]
        try:
            return body.encode(charset)
        except (LookupError, UnicodeEncodeError):
            out.append(Violation("body", f"can't be written in {charset}", "encoding"))
            return None
    out.append(Violation("body", f"can't be written as {kind}", "type"))
    return None


def _encode_hook(value: object) -> object:
    if isinstance(value, str):  # of a class of its own, as numpy's numbers are
        return str.__str__(value)
    if isinstance(value, (int, float)):
        return int(value) if isinstance(value, int) else float(value)
    if _is_object(value):
        return dict(value)
    if _is_array(value):
        return list(value)
    raise TypeError


_encoder = msgspec.json.Encoder(enc_hook=_encode_hook)
_FORM, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
_Part: TypeAlias = tuple[str, FilePart]


def _parts(body: object, types: Mapping[str, str], out: _Out) -> list[_Part]:
    """The members of a form: text as text, each item of an array by itself, what holds
    more than that as JSON (OpenAPI 3.1, "Encoding Object")."""
    parts: list[_Part] = []
    if not isinstance(body, msgspec.Struct) and not _is_object(body):
        out.append(Violation("body", "must be an object", "type"))
        return parts
    for name, value in _pairs(body):
        name = _text(name, "body", out)
        type_ = types.get(name, "")
        if _is_array(value) and not any(_is_nested(item) for item in value):
            for i, v in enumerate(value):
                parts.append((name, _part(name, v, type_, f"{name}[{i}]", out)))
        else:
            parts.append((name, _part(name, value, type_, name, out)))
    return parts


def _is_nested(value: object) -> bool:
    if isinstance(value, FilePart):
        return False
    return isinstance(value, msgspec.Struct) or _is_object(value) or _is_array(value)


def _part(name: str, value: object, type_: str, path: str, out: _Out) -> FilePart:
    """A member as a part; one without a file's name is text or JSON."""
    if isinstance(value, FilePart):
        usual = type_ or "application/octet-stream"
        media_type = value.media_type or usual
        value = msgspec.structs.replace(value, media_type=media_type)
        named = value.filename.isprintable() and _encodable(value.filename)
        if not named or not _header_value(value.media_type):
            message = "has a name or media type that is not safe in a header"
            out.append(Violation(path, message, "header"))
        return value
    if isinstance(value, (bytes, bytearray)):
        return FilePart(bytes(value), name, type_ or "application/octet-stream")
    if _is_nested(value):
        text = _encode_body("application/json", value, out) or b""
        return FilePart(text, "", type_ or "application/json")
    return FilePart(_text(value, path, out).encode(), "", type_)


def _form(parts: list[_Part]) -> bytes:
    pairs = (f"{_quote(name)}={_quote(part.content)}" for name, part in parts)
    return "&".join(pairs).encode()


def _multipart(parts: list[_Part]) -> bytes:
    """The parts between boundaries (RFC 7578). The boundary is made from what it
    separates: the same content gives the same bytes, and can't hold it."""
    from hashlib import sha256

    pieces: list[bytes] = []
    for name, part in parts:
        head = f'Content-Disposition: form-data; name="{_in_quotes(name)}"'
        if part.filename:
            head += f'; filename="{_in_quotes(part.filename)}"'
        media_type = part.media_type
        if not media_type and not part.content.isascii():
            media_type = "text/plain; charset=utf-8"
        if media_type:
            head += f"\r\nContent-Type: {media_type}"
        pieces.append(head.encode() + b"\r\n\r\n" + part.content + b"\r\n")
    boundary = sha256(b"".join(pieces)).hexdigest()[:32].encode()
    start = b"--" + boundary + b"\r\n"
    return b"".join(start + piece for piece in pieces) + b"--" + boundary + b"--\r\n"


def _in_quotes(text: str) -> str:
    """As browsers write names (HTML, "Multipart form data"): three escapes, no more."""
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _with_boundary(media_type: str, content: bytes) -> str:
    """What Content-Type says of a body: a multipart one ends with its boundary."""
    if _essence(media_type) != _MULTIPART:
        return media_type
    return f"{media_type}; boundary={content[-36:-4].decode()}"


def _root(body: object) -> str:
    """What the path of a violation begins with."""
    has_names = isinstance(body, msgspec.Struct) or _is_object(body)
    return "" if has_names else "body"


def _refuse_unwritable(value: object, path: str, out: _Out) -> None:
    """Refuses NaN and infinities, which the encoder would turn into null, and text that
    it can't write."""
    if isinstance(value, str):
        if not _encodable(value):
            out.append(Violation(path or "body", "is not Unicode text", "encoding"))
    elif isinstance(value, float):
        if not isfinite(value):
            out.append(Violation(path, "is not a JSON number", "type"))
    elif isinstance(value, msgspec.Struct) or _is_object(value):
        for name, member in _pairs(value):
            _refuse_unwritable(name, path, out)
            _refuse_unwritable(member, _dotted(path, name), out)
    elif _is_array(value):
        for index, item in enumerate(value):
            _refuse_unwritable(item, f"{path}[{index}]", out)


# --- build ----------------------------------------------------------------------------


class _Plan:
    """What is worth working out once per operation."""

    def __init__(self, operation: AnyOperation) -> None:
        self.writers = tuple(map(_Writer, operation.parameters))
        self.pieces = re.split(r"\{([^{}]*)\}", operation.path)
        self.segments = operation.path.count("/")
        self.body = _shape(operation.body_type)
        self.is_open = any(issubclass(s.model, OpenModel) for s in _every(self.body))
        self.is_good, self.body_required = _good(self.body), operation.body_required
        self.parts = operation.parts
        self.media_type = operation.body or ""
        media_type, charset, _ = _content_type(operation.body)
        if media_type.startswith("text/") and not charset:
            self.media_type = f"{operation.body}; charset=utf-8"
        replies = operation.responses
        self.readers = {status: _Reader(reply) for status, reply in replies.items()}
        self.decoders = {  # of answers that leave no question, if they match
            int(status): reader.decoder
            for status, reader in self.readers.items()
            if status[0] == "2"
            and status.isdecimal()
            and reader.is_json
            and not reader.error
            and not reader.due
            if not operation.failure and not _is_bare(operation, int(status))
        }
        good = sorted(status for status in replies if status.startswith("2"))
        self.success = self.readers[good[0]] if good else _UNDOCUMENTED
        self.answer = _answer_of(operation, self)
        first = sorted(replies, key=lambda status: not status.startswith("2"))
        told = [replies[status] for status in first]
        types = [
            t for r in told if r.type is not None for t in (r.media_type, *r.others)
        ]
        self.accept = ", ".join(dict.fromkeys(types)) or "*/*"

    def reader(self, status: int) -> _Reader | None:
        """How to read a status that the document names, alone or in a range."""
        key = str(status)
        return self.readers.get(key) or self.readers.get(f"{key[0]}XX")


def _answer_of(operation: AnyOperation, plan: _Plan) -> Callable[..., Any]:
    """What makes an operation's answer of the members of ``Response``."""
    rule, limits = operation.pagination, operation.rate_limit
    answer: Any = operation.answer or (Response if rule is None else ResponsePage)
    names = answer.__struct_fields__[len(Response.__struct_fields__) :]
    if not names:
        return cast("Callable[..., Any]", answer)

    def make(
        data: object,
        status: int,
        headers: Headers,
        raw: bytes,
        found: Iterable[Mismatch],
    ) -> object:
        more: dict[str, Any] = dict.fromkeys(names)
        if rule is not None:
            items: object = data
            for name in rule.items:
                items = dict(_pairs(items)).get(name)
            more["items"] = items if isinstance(items, list) else []
        if limits is not None:
            more["rate_limit"] = _rate_limit(limits, headers)
        found = list(found)
        reader = plan.reader(status) or plan.readers.get("default")
        if reader is not None and not reader.error:
            more |= reader.attributes(headers, found)
        return answer(data, status, headers, raw, tuple(found), **more)

    return make


_planning: dict[int, Any] = {}  # a lock for each process: a fork copies it as it is


@cache
def _plan(operation: AnyOperation) -> _Plan:
    """By one thread at a time: msgspec crashes where two prepare to read one class."""
    from threading import RLock

    with _planning.setdefault(os.getpid(), RLock()):
        return _Plan(operation)


def build(
    operation: AnyOperation,
    values: tuple[object, ...],
    body: object = UNSET,
    validate: bool = True,
) -> Request:
    """The request of one call, without server and credentials.

    ``values`` are in the order of ``operation.parameters``. Raises RequestInvalid with
    every violation. Without ``validate`` the document's limits are not looked at; what
    can't be written safely is refused all the same."""
    plan = _plan(operation)
    out: _Out = []
    paths: dict[str, str] = {}
    query: list[str] = []
    cookies: list[str] = []
    headers: dict[str, str] = {"Accept": plan.accept}
    for writer, value in zip(plan.writers, values, strict=True):
        pieces = writer.pieces(value, validate, out)
        if not pieces:
            continue
        if writer.location == "query":
            query.extend(pieces)
        elif writer.location == "cookie":
            cookies.extend(pieces)
        else:
            (paths if writer.location == "path" else headers)[writer.name] = pieces[0]
    if cookies:
        headers["Cookie"] = "; ".join(cookies)
    content = _content(plan, body, validate, out)
    if content is not None and not _has(headers, "content-type"):
        headers["Content-Type"] = _with_boundary(plan.media_type, content)
    url = "" if out else _join_path(plan, paths, out)
    if out:
        raise RequestInvalid(out, operation=operation)
    if query:
        url = f"{url}?{'&'.join(query)}"
    return Request(operation.name, operation.method, url, Headers(headers), content)


def _has(headers: Iterable[str], name: str) -> bool:
    return name.lower() in map(str.lower, headers)


def _join_path(plan: _Plan, paths: dict[str, str], out: _Out) -> str:
    """The path with its values, checked as a whole: as many segments as the template
    and none that a server could resolve (RFC 3986, 3.3)."""
    pieces = plan.pieces.copy()
    pieces[1::2] = [paths[name] for name in pieces[1::2]]
    path = "".join(pieces)
    if path.count("/") != plan.segments or _climbs(path):
        out.append(Violation("path", "must not leave the template", "path"))
    return path


def _is_blank(body: object) -> bool:
    is_model = isinstance(body, msgspec.Struct)
    return body is UNSET or (is_model and not any(_pairs(body)))


def _content(plan: _Plan, body: object, validate: bool, out: _Out) -> bytes | None:
    """The bytes of the body; None where there is none. An optional body of which no
    member is set is none."""
    if not plan.media_type or (not plan.body_required and _is_blank(body)):
        return None
    if body is UNSET:
        out.append(Violation("body", "is required", "required"))
        return None
    before = len(out)
    try:
        if not validate or not plan.is_good(body):
            refuse = partial(_check, plan.body) if validate else _refuse_unwritable
            refuse(body, _root(body), out)
        body = plain(body) if plan.is_open else body
        if len(out) > before:
            return None
        return _encode_body(plan.media_type, body, out, plan.parts)
    except RecursionError:
        out.append(Violation("body", "is nested too deeply", "depth"))
        return None


# --- Reading a body -------------------------------------------------------------------

_UNREADABLE: Any = object()  # a body that is no JSON
_TOO_DEEP = Mismatch("$", "depth", "JSON that can be read", "too deep a nesting")


class _Reader:
    """A reply and its decoder; None where only the lenient way reads the type."""

    def __init__(self, reply: Reply) -> None:
        self.type, self.error, self.shape = reply.type, reply.error, _shape(reply.type)
        self.media_type, *self.others = map(_essence, (reply.media_type, *reply.others))
        self.any_media = reply.media_type == "*/*"
        self.is_json = self.any_media or _is_json_type(self.media_type)
        self.decoder: msgspec.json.Decoder[object] | None = None
        special, self.due = _presumed(self.shape)
        if self.type not in (None, bytes) and not special:
            with suppress(TypeError):  # a union that msgspec doesn't decode
                self.decoder = msgspec.json.Decoder(cast("type[object]", self.type))
        self.headers = tuple((each, _shape(each.type)) for each in reply.headers)

    def decode(self, response: RawResponse, found: _Found, bare: bool) -> Any:
        """The body as the reply types it, as far as that goes. ``bare``: the method
        or status allows no body (RFC 9110, 6.4.1)."""
        body = response.body
        if self.type is None or bare:
            if body:
                words = f"{len(body)} bytes"
                found.append(Mismatch("$", "unexpected-body", "no body", words))
            return None
        said = response.headers.get("content-type")
        media_type, charset, right = _content_type(said)
        right = right or self.any_media
        if self.type is Any:
            if not body:
                return None
            if not right:
                is_text = media_type.startswith("text/")
                return _decode_text(body, charset, found) if is_text else body
        elif self.shape.kind in ("str", "bytes") and not self.is_json:
            if media_type and not self._is_expected(media_type):
                found.append(_other_type(self.media_type, media_type))
            is_text = self.shape.kind == "str"
            return _decode_text(body, charset, found) if is_text else body
        if self.type is bytes:
            return body
        if not body or body.isspace():
            found.append(Mismatch("$", "empty", "a JSON body", "an empty body"))
            return None
        right = right and (self.is_json or self.type is Any)
        if right and self.decoder is not None:
            try:
                data = self.decoder.decode(body)
                if not self.due or not _lacks(data, self.due):
                    return data
            except (msgspec.MsgspecError, ValueError, RecursionError):
                pass
        return self._decode_leniently(body, charset, "" if right else media_type, found)

    def _decode_leniently(
        self, body: bytes, charset: str, wrong_type: str, found: _Found
    ) -> object:
        notes: _Found = []
        value = _parse(body, charset, notes)
        if wrong_type:
            found.append(_other_type(self.media_type, wrong_type))
            if value is _UNREADABLE or not _accepts(self.shape, value):
                return None
        found.extend(notes)
        if value is _UNREADABLE:
            return None
        try:
            data = _typed(self.shape, value, "$", found)
        except RecursionError:
            found.append(_TOO_DEEP)
            return None
        return None if data is _WRONG else data

    def attributes(self, headers: Headers, found: _Found) -> dict[str, object]:
        """The documented headers by attribute, as they are typed; None if absent."""
        values: dict[str, object] = {}
        for header, shape in self.headers:
            text, path = headers.get(header.name), f"header.{header.name}"
            if text is None:
                values[header.attribute] = None
                if header.required:
                    found.append(Mismatch(path, "missing", shape.words, "nothing"))
            else:
                plain = _read_text(shape, text.strip(), header.explode)
                value = _typed(shape, plain, path, found)
                values[header.attribute] = None if value is _WRONG else value
        return values

    def _is_expected(self, media_type: str) -> bool:
        for known in (self.media_type, *self.others):
            family, star, _ = known.partition("*")  # image/* is any image
            if media_type == family or (star and media_type.startswith(family)):
                return True
        return False


@lru_cache
def _essence(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()


def _read_text(shape: _Shape, text: str, explode: bool) -> Any:
    """A header's text, of style simple, as the JSON value that its type asks for; the
    text itself where it can't be one."""
    if shape.kind == "union":
        values = [_read_text(branch, text, explode) for branch in shape.branches]
        fitting = [value for value in values if _accepts(shape, value)]
        return next((v for v in fitting if not isinstance(v, str)), text)
    if shape.kind == "array" and shape.item is not None:
        each = shape.item
        return [_read_text(each, t.strip(), explode) for t in text.split(",") if text]
    if shape.kind in ("model", "object"):
        return _read_members(shape, text, explode)
    if shape.kind in ("int", "float", "bool", "null", "literal"):
        with suppress(msgspec.MsgspecError, ValueError):
            value = msgspec.json.decode(text)
            if _accepts(shape, value) and text not in shape.known:
                return value
    return text


def _read_members(shape: _Shape, text: str, explode: bool) -> dict[str, Any]:
    """The members of an object: ``a=1,b=2`` if exploded, else ``a,1,b,2``."""
    parts = [part.strip() for part in text.split(",")]
    if explode:
        pairs = [(k, v) for k, _, v in (part.partition("=") for part in parts)]
    else:
        pairs = list(zip(parts[::2], parts[1::2], strict=False))
    shapes = {}
    if shape.kind == "model":
        shapes = {wire: inner for _, wire, inner, _ in _members(shape.model)}
    usual = shape.item or _shape(str)
    return {k: _read_text(shapes.get(k, usual), v, explode) for k, v in pairs}


def _other_type(expected: str, found: str) -> Mismatch:
    words = found[:80] if found.isascii() else "another"
    return Mismatch("$", "media-type", expected, words)


_UNDOCUMENTED = _Reader(Reply(Any))


@lru_cache
def _content_type(value: str | None) -> tuple[str, str, bool]:
    """Media type and charset, in lower case, "" where there is none; and whether the
    body may be JSON."""
    media_type, _, rest = (value or "").lower().partition(";")
    charset = rest.partition("charset=")[2].partition(";")[0].strip().strip('"')
    media_type = media_type.strip()
    return media_type, charset, not media_type or _is_json_type(media_type)


def _decode_text(body: bytes, charset: str, found: _Found) -> str:
    """Text in the charset that was announced, UTF-8 by default; what can't be decoded
    is replaced and listed."""
    body = body.removeprefix(b"\xef\xbb\xbf")
    try:
        return body.decode(charset or "utf-8")
    except (LookupError, ValueError):
        found.append(Mismatch("$", "charset", charset[:40] or "utf-8", "other bytes"))
        return body.decode("utf-8", "replace")


def _parse(body: bytes, charset: str, found: _Found) -> Any:
    """Plain JSON, or as near to it as can be read; each defect is listed."""
    body = body.removeprefix(b"\xef\xbb\xbf")  # RFC 8259, 8.1: may be ignored
    try:
        return msgspec.json.decode(body)
    except RecursionError:
        found.append(_TOO_DEEP)
        return _UNREADABLE
    except (msgspec.MsgspecError, ValueError):
        pass
    import json

    defects: list[str] = []
    defect: Callable[[str], Any] = defects.append  # its value is None
    encoding = json.detect_encoding(body)
    if encoding == "utf-8":
        try:
            text = body.decode()
        except UnicodeDecodeError:
            text = _decode_text(body, charset, [])
            found.append(Mismatch("$", "charset", "utf-8", "other bytes"))
    else:
        text = body.decode(encoding, "replace")
        found.append(Mismatch("$", "charset", "utf-8", encoding))
    try:
        value = json.loads(
            text,
            parse_constant=defect,
            parse_int=lambda t: int(t) if len(t) < 4300 else defect("a huge integer"),
            parse_float=lambda t: (
                n if isfinite(n := float(t)) else defect("a huge number")
            ),
        )
    except (ValueError, RecursionError) as error:
        deep = isinstance(error, RecursionError)
        words = f"{len(body)} bytes that are not"
        found.append(_TOO_DEEP if deep else Mismatch("$", "syntax", "JSON", words))
        return _UNREADABLE
    if defects or not found:
        words = ", ".join(dict.fromkeys(defects)) or "an illegal string"
        found.append(Mismatch("$", "syntax", "JSON", words))
    return value


# --- read -----------------------------------------------------------------------------

_REQUEST_IDS = (
    "x-request-id",
    "request-id",
    "x-correlation-id",
    "correlation-id",
    "x-amzn-requestid",
    "x-amz-request-id",
    "x-ms-request-id",
    "cf-ray",
)


def read(operation: Operation[Answer], response: RawResponse) -> Answer:
    """The answer, decoded. Raises StatusError's subclasses for what is no success;
    never raises for a body that differs from the document, but lists it."""
    plan, status = _plan(operation), response.status
    decoder = plan.decoders.get(status)
    said = response.headers.by_name.get("content-type")
    if decoder is not None and _content_type(said)[2]:
        try:
            data: Any = decoder.decode(response.body)
            answer: Answer
            answer = plan.answer(data, status, response.headers, response.body, ())
            return answer
        except (msgspec.MsgspecError, ValueError, RecursionError):
            pass  # what is wrong with it is found out below
    reader = plan.reader(status)
    ok = 200 <= status < 300 or (reader is not None and 300 <= status < 400)
    if not ok or (reader is not None and reader.error):
        raise _status_error(operation, response)
    _raise_told(operation, response)
    found: _Found = []
    reader = reader or plan.readers.get("default")
    if reader is None or reader.error:
        known = ", ".join(s for s in plan.readers if s.startswith("2"))
        if known or reader is not None:
            found.append(Mismatch("$", "status", known or "an error", str(status)))
        reader = plan.success if response.body else _UNDOCUMENTED
    data = reader.decode(response, found, _is_bare(operation, status))
    answer = plan.answer(data, status, response.headers, response.body, tuple(found))
    return answer


def _is_bare(asked: AnyOperation | Request, status: int) -> bool:
    return status in (204, 205, 304) or asked.method == "HEAD"


def _request_id(headers: Headers) -> str | None:
    for name in _REQUEST_IDS:
        if (value := headers.get(name)) is not None:
            return "".join(c for c in value[:128] if c.isprintable()) or None
    return None


def _retry_after(value: str | None) -> float | None:
    """Seconds to wait (RFC 9110, 10.2.3: a number of seconds, or a date)."""
    if value is None or len(value) > 64:
        return None
    if re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,15})?", value.strip()):
        return float(value)
    from email.utils import mktime_tz, parsedate_tz

    try:
        parsed = parsedate_tz(value)
        return None if parsed is None else max(0.0, mktime_tz(parsed) - time.time())
    except (ValueError, OverflowError, IndexError, TypeError):
        return None


_NUMBER_FIRST = r"([0-9]{1,15})(\.[0-9]{1,15})?\s*(?:[,;]|$)"


def _rate_limit(
    names: Iterable[str | None] | None, headers: Headers
) -> RateLimitState | None:
    if names is None:
        return None
    numbers: list[float | None] = []
    for name in names:
        found = re.match(_NUMBER_FIRST, headers.get(name or "", "").strip())
        text = "".join(filter(None, found.groups())) if found else ""
        numbers.append((float if "." in text else int)(text) if text else None)
    return RateLimitState(*numbers)


# Classes that are two at once, by those two; made when they are first raised.
_BOTH: dict[tuple[type, ...], StatusErrorClass] = {}


def _both(described: StatusErrorClass, usual: StatusErrorClass) -> StatusErrorClass:
    """What the document says of a range of statuses, and the class of the one that came:
    who catches either gets it."""
    if issubclass(described, usual):
        return described
    two = described, usual
    if two not in _BOTH:
        told = {"__module__": described.__module__, "__doc__": described.__doc__}
        both: object = type(described.__name__, two, told)
        _BOTH.setdefault(two, cast("StatusErrorClass", both))
    return _BOTH[two]


def described(error: StatusError) -> StatusErrorClass:
    """The class by which the document knows an error."""
    cls = type(error)
    return cls.__bases__[0] if _BOTH.get(cls.__bases__) is cls else cls


def _status_error(
    operation: AnyOperation,
    response: RawResponse,
    status: int | None = None,
    **told: Any,
) -> StatusError:
    """The error of an answer; ``status`` is one that the body of a success names."""
    inside = status is not None
    said = response.status if status is None else status
    plan = _plan(operation)
    reader = plan.reader(said) or plan.readers.get("default")
    cls = reader.error if reader is not None else None
    usual = _ERRORS.get(said) or _ERRORS.get(said // 100, StatusError)
    cls = usual if cls is None else _both(cls, usual)
    found: _Found = []
    error: object = None
    bare = _is_bare(operation, response.status)
    if reader is not None:
        error = reader.decode(response, found, bare)
    else:
        error = _UNDOCUMENTED.decode(response, [], bare)
        error = None if isinstance(error, (bytes, str)) else error
    more: dict[str, object] = {}
    if reader is not None:
        more = reader.attributes(response.headers, [] if inside else found)
    problem = cls(
        response,
        operation=operation,
        status=said,
        error=error,
        mismatches=tuple(found),
        in_success=inside,
        **told,
    )
    problem.__dict__.update(more)
    return problem


_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])  # reads no further than needed


def _raise_told(operation: AnyOperation, response: RawResponse) -> None:
    """Raises the failure that the body of a success tells of, if the rule finds one."""
    rule = operation.failure
    if rule is None:
        return
    value = _member(response.body, response.headers, rule.when)
    if value is UNSET or not _json_equal(rule.equals, value):
        return
    charset = _content_type(response.headers.get("content-type"))[1]
    body = _parse(response.body, charset, [])
    code = _at(body, rule.status) if rule.status else None
    text = _at(body, rule.message) if rule.message else None
    told: dict[str, Any] = {
        "code": code if isinstance(code, str) or _is_int(code) else None,
        "message": text if isinstance(text, str) else None,
    }
    if (status := _as_status(code)) is not None:
        raise _status_error(operation, response, status, **told)
    error = None if body is _UNREADABLE else body
    raise FailureInSuccess(
        response, operation=operation, error=error, in_success=True, **told
    )


def _member(body: bytes, headers: Headers, path: tuple[str, ...]) -> Any:
    """What a body has at a path of names, reading no more of it than that; UNSET if
    there is nothing."""
    try:
        raw: bytes | msgspec.Raw = body
        for name in path:
            raw = _OBJECT.decode(raw)[name]
        return msgspec.json.decode(raw)
    except (msgspec.ValidationError, KeyError):
        return UNSET  # no such member, or another type on the way there
    except (msgspec.MsgspecError, ValueError, RecursionError):
        _, charset, _ = _content_type(headers.get("content-type"))
        return _at(_parse(body, charset, []), path)


def _at(value: Any, path: tuple[str, ...]) -> Any:
    """The member at a path of names; UNSET if there is none."""
    for name in path:
        if not isinstance(value, dict) or name not in value:
            return UNSET
        value = cast("dict[str, Any]", value)[name]
    return value


def _as_status(value: object) -> int | None:
    """An error's status, given as a number or its digits."""
    if isinstance(value, str) and re.fullmatch(r"\s*[0-9]{3}\s*", value):
        value = int(value)
    if not _is_whole(value):
        return None
    status = int(cast(float, value))
    return status if 300 <= status < 600 else None


# --- Servers and credentials ----------------------------------------------------------

_base = re.compile(
    r"https?://(\[[^]/?#@\s\\]+\]|[^]:/?#@\s\\[]+)(:(?P<port>\d{0,5}))?(/[^?#\s\\]*)?",
    re.IGNORECASE | re.ASCII,
).fullmatch
_is_proxy = re.compile(
    r"https?://([^/?#@\s]*@)?(\[[^]/?#@\s]+\]|[^]:/?#@\s[]+)(:\d{1,5})?/?",
    re.IGNORECASE,
).fullmatch
_host_text = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*").fullmatch
_FRAMING = frozenset(
    ("host", "content-length", "transfer-encoding", "connection", "te", "upgrade")
)


class Variable(msgspec.Struct, frozen=True):
    """A part of a server's URL. Its value is the constructor's ``argument``, else the
    default; one that the document lacks is letters, digits, "-", "_" and single dots
    inside."""

    default: str | None
    enum: tuple[str, ...] = ()
    argument: str = ""


class Server(msgspec.Struct, frozen=True):
    """A base URL, with ``{variables}``."""

    url: str
    variables: Mapping[str, Variable] = {}


class Bearer(msgspec.Struct, frozen=True):
    """``Authorization: Bearer ...`` (RFC 6750). Fields name constructor arguments."""

    argument: str


class ApiKey(msgspec.Struct, frozen=True):
    """A key in a header, the query or a cookie."""

    argument: str
    location: Literal["header", "query", "cookie"]
    name: str
    prefix: str = ""


class Basic(msgspec.Struct, frozen=True):
    """``Authorization: Basic ...`` in UTF-8 (RFC 7617)."""

    username: str
    password: str


class ClientCredentials(msgspec.Struct, frozen=True):
    """A bearer token that the client fetches from ``token_url`` and keeps as long as it
    is good (RFC 6749, 4.4). ``in_body``: the server wants the id and secret there."""

    client_id: str
    client_secret: str
    token_url: str
    scopes: tuple[str, ...] = ()
    in_body: bool = False


Scheme: TypeAlias = Bearer | ApiKey | Basic | ClientCredentials


class Config(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """What a generated client tells its base class. ``credentials`` and ``variables``
    are by argument name, None meaning not given; ``timeout`` is in seconds."""

    package: str
    servers: Mapping[str, Server]
    schemes: Mapping[str, Scheme] = {}
    credentials: Mapping[str, AsyncCredential | None] = {}
    variables: Mapping[str, str | None] = {}
    server: str
    base_url: str | None = None
    timeout: float = 60.0
    retries: int = 2
    validate: bool = True
    on_mismatch: Literal["warn", "raise"] = "warn"

    def __repr__(self) -> str:
        return f"Config({self.package}, server={self.server!r})"


def environment(name: str) -> str | None:
    """An environment variable, None if unset or empty. Nothing else reads any."""
    return os.environ.get(name) or None


def required_environment(name: str) -> str:
    """An environment variable that has to be set; CredentialsMissing names it if not."""
    value = environment(name)
    if value is None:
        raise CredentialsMissing(f"the environment variable {name} is not set")
    return value


def _server_url(config: Config, name: str) -> str:
    """The base URL of a server, without a slash at the end."""
    if name not in config.servers:
        known = ", ".join(config.servers)
        raise _invalid("server", f"must be one of {known}", "server")
    server = config.servers[name]
    url = server.url
    for key, variable in server.variables.items():
        argument = variable.argument or key
        value = config.variables.get(argument)
        value = variable.default if value is None else value
        if value is None:
            raise _invalid(argument, f"is required for server {name}", "required")
        if variable.enum and value not in variable.enum:
            choices = _choices(variable.enum)
            raise _invalid(argument, f"must be one of {choices}", "enum")
        documented = variable.enum or value == variable.default
        if not documented and not _host_text(value):
            message = "may hold letters, digits, '-', '_' and single dots inside"
            raise _invalid(argument, message, "server")
        url = url.replace(f"{{{key}}}", value)
    return _checked_base(url, "server")


def _checked_base(url: str, argument: str) -> str:
    plain = url.isascii() and url.isprintable() and not _climbs(url)
    found = _base(url)
    if not found or not plain or int(found["port"] or 0) > 65535:
        message = "must be an http(s) URL without user, query and fragment"
        raise _invalid(argument, message, "server")
    return url[:5].lower() + url[5:].rstrip("/")


def _checked_timeout(seconds: float, argument: str) -> float:
    if not _is_number(seconds) or not 0 < seconds <= MAX_TIMEOUT:
        message = f"must be a number of seconds, more than 0, at most {MAX_TIMEOUT}"
        raise _invalid(argument, message, "timeout")
    return seconds


def _checked_retries(retries: int, argument: str) -> int:
    if not _is_int(retries) or not 0 <= retries <= 100:
        raise _invalid(argument, "must be a whole number, 0 to 100", "retries")
    return retries


def _choose_server(
    config: Config, operation: AnyOperation, name: str | None
) -> str | None:
    """The name of the server of a call; None means ``base_url``."""
    allowed = operation.servers
    if name is None:
        if config.base_url is not None:
            return None
        name = allowed[0] if len(allowed) == 1 else config.server
    if not allowed or name in allowed:
        return name
    message = f"must be one of {', '.join(allowed)} for this operation"
    raise _invalid("options.server", message, "server")


def _arguments(schemes: Iterable[Scheme]) -> list[str]:
    """The constructor arguments that hold the credentials of schemes."""
    names: list[str] = []
    for scheme in schemes:
        if isinstance(scheme, Basic):
            names += (scheme.username, scheme.password)
        elif isinstance(scheme, ClientCredentials):
            names += (scheme.client_id, scheme.client_secret)
        else:
            names.append(scheme.argument)
    return names


def _choose_schemes(config: Config, operation: AnyOperation) -> list[Scheme]:
    """The first alternative whose credentials are all given; none at all only if the
    document allows it and no other can be had."""
    wanted: list[str] = []
    for names in sorted(operation.security, key=lambda names: not names):
        schemes = [config.schemes[name] for name in names]
        needed = _arguments(schemes)
        if all(config.credentials.get(a) is not None for a in needed):
            return schemes
        wanted.append(" and ".join(needed))
    if not operation.security:
        return []
    raise CredentialsMissing(f"needs {', or '.join(wanted)}", **_whereabouts(operation))


class _Credential(msgspec.Struct, frozen=True, eq=False):
    """What a scheme adds to a request: a header field, or a piece of the query."""

    name: str
    text: str
    in_query: bool = False

    def __repr__(self) -> str:
        return f"_Credential({self.name})"


def _authorize(request: Request, credentials: Iterable[_Credential]) -> Request:
    """The request with credentials."""
    fields, url = list(request.headers.fields), request.url
    for each in credentials:
        if each.in_query:
            url = f"{url}{'&' if '?' in url else '?'}{each.name}={each.text}"
            continue
        name = each.name.lower()
        same = [field for field in fields if field[0].lower() == name]
        if not same:
            fields.append((each.name, each.text))
        elif name == "cookie":
            fields[fields.index(same[0])] = ("Cookie", f"{same[0][1]}; {each.text}")
        else:
            del fields, same, url  # from what a traceback shows
            raise _invalid(each.name, "is set twice", "header")
    return msgspec.structs.replace(request, url=url, headers=Headers(fields))


def _credential(scheme: Scheme, secrets: list[object]) -> _Credential:
    """What a scheme adds, if that can be written safely."""
    out: _Out = []
    values = _credential_texts(scheme, secrets, out)
    if not out:
        made = _made(scheme, values, out)
        if not made.in_query:
            _check_header(made.name, made.text, _arguments([scheme])[0], out)
        if not out:
            return made
    for texts in (secrets, values):  # which a traceback shows, here and above
        texts.clear()
    raise RequestInvalid(out)


def _credential_texts(
    scheme: Scheme, secrets: Sequence[object], out: _Out
) -> list[str]:
    texts: list[str] = []
    arguments = _arguments([scheme])
    for argument, secret in zip(arguments, secrets, strict=False):
        if not isinstance(secret, str) or not secret.isprintable():
            out.append(Violation(argument, "is no credential text", "credential"))
        elif not isinstance(scheme, Basic) and secret.strip() != (secret or None):
            message = "is empty or has white space around it"
            out.append(Violation(argument, message, "credential"))
        else:
            texts.append(secret)
    return texts


def _made(scheme: Scheme, values: list[str], out: _Out) -> _Credential:
    if isinstance(scheme, Basic):
        if ":" in values[0]:
            message = "must not contain ':'"
            out.append(Violation(scheme.username, message, "credential"))
        return _Credential("Authorization", f"Basic {_base64(':'.join(values))}")
    if not isinstance(scheme, ApiKey):
        return _Credential("Authorization", f"Bearer {values[0]}")
    text = scheme.prefix + values[0]
    if scheme.location == "query":
        return _Credential(_quote(scheme.name), _quote(text), in_query=True)
    if scheme.location == "cookie":
        if set(values[0]) & set(' ",;\\'):  # RFC 6265, 4.1.1
            message = "is not safe in a cookie"
            out.append(Violation(scheme.argument, message, "credential"))
        return _Credential("Cookie", f"{scheme.name}={text}")
    return _Credential(scheme.name, text)


def _base64(text: str) -> str:
    from binascii import b2a_base64

    return b2a_base64(text.encode(), newline=False).decode()


class _Token(msgspec.Struct, frozen=True, eq=False):
    """A bearer token and when to fetch another, by time.monotonic()."""

    text: str
    until: float

    def __repr__(self) -> str:
        return "_Token()"


class _Grant(msgspec.Struct):
    """The answer of a token endpoint (RFC 6749, 5.1)."""

    access_token: str
    token_type: str = "Bearer"
    expires_in: float | None = None


_GRANT = msgspec.json.Decoder(_Grant, strict=False)


def _fresh(token: _Token | None) -> _Token | None:
    return token if token is not None and time.monotonic() < token.until else None


def _token_request(
    scheme: ClientCredentials, secrets: list[object]
) -> Request | list[Violation]:
    """Asks for a token (RFC 6749, 4.4.2), the client named as 2.3.1 says."""
    out: _Out = []
    pair = _credential_texts(scheme, secrets, out)
    if out:
        return out
    form = {"grant_type": "client_credentials"}
    headers = {"Accept": "application/json"}
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    if scheme.scopes:
        form["scope"] = " ".join(scheme.scopes)
    if scheme.in_body:
        form["client_id"], form["client_secret"] = pair
    else:
        headers["Authorization"] = f"Basic {_base64(':'.join(map(_quote, pair)))}"
    body = "&".join(f"{key}={_quote(value)}" for key, value in form.items())
    url = _checked_base(scheme.token_url, "token_url")
    return Request("token", "POST", url, Headers(headers), body.encode())


def _read_token(answer: RawResponse) -> _Token:
    """The token in an answer. It is given up a little before it expires."""
    after, grant = _retry_after(answer.headers.get("retry-after")), None
    if answer.status == 200:
        with suppress(msgspec.MsgspecError, ValueError):
            grant = _GRANT.decode(answer.body)
    if grant is None or grant.token_type.lower() != "bearer":
        words = f"the token endpoint answered {answer.status} without a bearer token"
        raise TokenError(words, status=answer.status, retry_after=after)
    lasts = float("inf") if grant.expires_in is None else grant.expires_in
    return _Token(grant.access_token, time.monotonic() + lasts - min(30.0, lasts / 10))


def _before_the_call(error: TransportError) -> None:
    """Says of what went wrong that a token was to be fetched: the call itself was not sent."""
    error.args = (f"fetching a token: {error.args[0]}",)
    error.__dict__.update(sent=False)


def _reserved_headers(schemes: Iterable[Scheme]) -> frozenset[str]:
    """What a caller's own headers can't replace."""
    names = {"authorization"}
    for scheme in schemes:
        if isinstance(scheme, ApiKey) and scheme.location != "query":
            names.add("cookie" if scheme.location == "cookie" else scheme.name.lower())
    return _FRAMING | names


def _add_headers(
    headers: dict[str, str], extra: Mapping[str, str], reserved: frozenset[str]
) -> None:
    problems: _Out = []
    for name, value in extra.items():
        path = f"options.headers.{name if _header_name(name) else '?'}"
        if name.lower() in reserved:
            problems.append(Violation(path, "can't be replaced", "header"))
        elif _check_header(name, value, path, problems):
            for same in [h for h in headers if h.lower() == name.lower()]:
                del headers[same]
            headers[name] = value
    if problems:
        raise RequestInvalid(problems)


# --- Transports -----------------------------------------------------------------------


class Transport(Protocol):
    """Sends a request and returns the answer, whatever its status; ``timeout`` is the
    seconds that are left of the call. Raises TransportError. A ``close()`` is called,
    if there is one, when the client is closed."""

    def send(self, request: Request, timeout: float) -> RawResponse: ...


class AsyncTransport(Protocol):
    """The same for ``AsyncClient``, which cancels it when the time is over;
    ``aclose()`` is called if there is one."""

    async def send(self, request: Request, timeout: float) -> RawResponse: ...


class _Incoming:
    """An answer that is being received: status and header fields first, then the body,
    piece by piece, inflated, and never more of it than ``most`` bytes."""

    def __init__(
        self, status: int, fields: Iterable[tuple[bytes, bytes]], most: int
    ) -> None:
        self.status, self.most = status, most
        self.headers = Headers(
            [(k.decode("latin-1"), v.decode("latin-1")) for k, v in fields]
        )
        self.received = self.size = 0
        self.parts: list[bytes] = []
        self.zlib: Any = None

    def begin(self, request: Request, wire: _Wire | None = None) -> None:
        if wire is not None and not wire.size:
            raise ReadError("the answer was there before the request was sent")
        if _is_bare(request, self.status):
            return  # its fields tell of a body that others are sent
        coding = self.headers.by_name.get("content-encoding", "").strip().lower()
        if coding in ("gzip", "x-gzip", "deflate"):
            self.zlib = _decompressor()
        elif coding not in ("", "identity"):
            words = "the body has a content coding that was not asked for"
            raise BodyUnreadable(words)
        length = self.headers.by_name.get("content-length", "")
        if length.isdecimal() and len(length) < 20:
            self.limit(int(length))

    def limit(self, size: int) -> None:
        if size > self.most:
            self.parts.clear()
            raise BodyTooLarge(f"the body is larger than {self.most} bytes")

    def add(self, piece: bytes) -> None:
        self.received += len(piece)
        self.limit(self.received)
        if self.zlib is None:
            self.parts.append(piece)
            return
        while piece:
            if self.zlib.eof:  # another member (RFC 1952, 2.2)
                self.zlib = _decompressor()
            try:
                part = self.zlib.decompress(piece, self.most - self.size + 1)
            except Exception:
                words = "the body is not what its content coding says"
                raise BodyUnreadable(words) from None
            self.size += len(part)
            self.limit(self.size)
            self.parts.append(part)
            piece = self.zlib.unused_data or self.zlib.unconsumed_tail

    def end(self, version: object = None) -> RawResponse:
        if self.zlib is not None and self.received and not self.zlib.eof:
            raise ReadError("the body ends too early")
        body, said = b"".join(self.parts), None
        if isinstance(version, bytes):
            said = version.decode("latin-1")
        return RawResponse(self.status, self.headers, body, said)

    def is_all_of(self, wire: _Wire) -> bool:
        """Whether nothing was received after the answer. What is left over would pass
        for the answer to the next request on the connection."""
        if "transfer-encoding" in self.headers.by_name:
            return wire.last.endswith(b"\r\n\r\n")
        head = wire.first.find(b"\r\n\r\n") + 4
        return head > 3 and wire.size == head + self.received


class _Wire:
    """One side and the other of a connection: what is still to be sent, so that head
    and body leave together, and what was received since."""

    __slots__ = ("first", "last", "size", "unsent")

    def __init__(self) -> None:
        self.first = self.last = self.unsent = b""
        self.size = 0

    def send(self, data: bytes) -> bool:
        """Takes data; whether it has become so much that it should go."""
        self.first = self.last = b""
        self.size = 0
        self.unsent += data
        return len(self.unsent) > 65536

    def leave(self) -> bytes:
        data, self.unsent = self.unsent, b""
        return data

    def receive(self, data: bytes) -> bytes:
        self.first, self.last = self.first or data, data
        self.size += len(data)
        return data


def _decompressor() -> Any:
    import zlib

    return zlib.decompressobj(wbits=32 + zlib.MAX_WBITS)  # gzip or zlib, by its head


@lru_cache
def _authority(scheme: str, site: str) -> tuple[bytes, int | None, bytes]:
    """Host, port and Host header of a URL; parsing costs more than all else here."""
    from urllib.parse import urlsplit

    split = urlsplit(f"{scheme}://{site}")
    return (split.hostname or "").encode(), split.port, site.encode()


def _fields(request: Request, host: bytes) -> list[tuple[bytes, bytes]]:
    """The header fields, framing among them (RFC 9110, 7.2 and 8.6)."""
    fields = [(k.encode(), v.encode("latin-1")) for k, v in request.headers.fields]
    if all(name.lower() != "accept-encoding" for name, _ in request.headers.fields):
        fields.insert(0, (b"Accept-Encoding", b"gzip"))
    fields.insert(0, (b"Host", host))
    if request.body is not None or request.method in ("POST", "PUT", "PATCH"):
        fields.append((b"Content-Length", b"%d" % len(request.body or b"")))
    return fields


def _to_httpcore(request: Request, timeouts: dict[str, float]) -> httpcore2.Request:
    import httpcore2

    scheme, _, rest = request.url.partition("://")
    site, _, target = rest.partition("/")
    host, port, name = _authority(scheme, site)
    url = httpcore2.URL(
        scheme=scheme.encode(), host=host, port=port, target=f"/{target}".encode()
    )
    sent = httpcore2.Request(
        request.method.encode(),
        url,
        content=request.body or b"",
        extensions={"timeout": timeouts},
    )
    sent.headers = _fields(request, name)  # as an argument, they are checked once more
    return sent


def _problem(error: Exception, incoming: _Incoming | None) -> TransportError:
    """Our error for one beneath, with nothing of it that has seen a header: no cause,
    no frame. What is known of the answer goes with it."""
    from traceback import clear_frames

    clear_frames(error.__traceback__)  # which hold errors, and these them, and bodies
    problem = error if isinstance(error, TransportError) else _from_httpcore(error)
    problem.__context__ = problem.__cause__ = None
    if incoming is not None:
        status, request_id = incoming.status, _request_id(incoming.headers)
        problem.__dict__.update(status=status, request_id=request_id)
    return problem.with_traceback(None)


def _from_httpcore(error: Exception) -> TransportError:
    """Only a failure to connect keeps its text: others may quote what was sent."""
    import httpcore2

    name = type(error).__name__
    if isinstance(error, (httpcore2.ConnectTimeout, httpcore2.PoolTimeout)):
        return ConnectTimeout(f"no connection in time ({name})", sent=False)
    if isinstance(error, (httpcore2.ConnectError, httpcore2.ProxyError)):
        reason = "".join(c for c in str(error)[:200] if c.isprintable())
        return ConnectError(f"no connection: {reason}", sent=False)
    if isinstance(error, httpcore2.TimeoutException):
        return CallTimeout(f"no answer in time ({name})")
    if isinstance(error, (httpcore2.UnsupportedProtocol, httpcore2.LocalProtocolError)):
        return TransportError(f"the request can't be sent ({name})", sent=False)
    return ReadError(f"the connection broke ({name})")


class _Steps(NamedTuple):
    """The longest that each step may take, in seconds."""

    connect: float
    read: float
    write: float
    pool: float


class _Stream:
    """A connection of the sync pool. The timeouts that it is given are points in time,
    so that no drip of bytes outlasts the call."""

    def __init__(self, inner: httpcore2.NetworkStream, steps: _Steps) -> None:
        self.inner, self.steps, self.wire = inner, steps, _Wire()

    def read(self, max_bytes: int, timeout: float) -> bytes:
        if self.wire.unsent:
            import httpcore2

            with suppress(httpcore2.WriteError):  # there may be an answer all the same
                self.flush(timeout)
        left = _left(timeout, self.steps.read)
        return self.wire.receive(self.inner.read(max_bytes, left))

    def write(self, buffer: bytes, timeout: float) -> None:
        if self.wire.send(buffer):
            self.flush(timeout)

    def flush(self, timeout: float) -> None:
        data = self.wire.leave()
        for at in range(0, len(data), 65536):
            left = _left(timeout, self.steps.write)
            self.inner.write(data[at : at + 65536], left)

    def close(self) -> None:
        from socket import SHUT_RDWR

        with suppress(OSError):  # closing alone wakes no thread that waits to read
            self.inner.get_extra_info("socket").shutdown(SHUT_RDWR)
        self.inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None, timeout: float
    ) -> _Stream:
        left = _left(timeout, self.steps.connect, ConnectTimeout)
        inner = self.inner.start_tls(ssl_context, server_hostname, left)
        return _Stream(inner, self.steps)

    def get_extra_info(self, info: str) -> Any:
        return self.inner.get_extra_info(info)


class _Network:
    """Connects for the sync pool: one address after another, as long as time is left."""

    def __init__(self, steps: _Steps) -> None:
        self.steps = steps

    def connect_tcp(
        self, host: str, port: int, timeout: float, *_: object, **__: object
    ) -> _Stream:
        from socket import SOCK_STREAM, getaddrinfo

        import httpcore2

        try:
            found = getaddrinfo(host, port, type=SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore2.ConnectError(str(error)) from None
        addresses = [each[4] for each in found]
        for address in addresses:
            left = _left(timeout, self.steps.connect, ConnectTimeout)
            try:
                backend = httpcore2.SyncBackend()
                inner = backend.connect_tcp(str(address[0]), port, left)
                return _Stream(inner, self.steps)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                if address is addresses[-1]:
                    raise
        raise httpcore2.ConnectError("the host has no address")


def _left(
    deadline: float, step: float, late: type[TransportError] | None = None
) -> float:
    """The seconds that a step may take; the time being over is an error."""
    left = min(deadline - time.monotonic(), step)
    if left <= 0:
        cls = late or CallTimeout
        raise cls("no time is left", sent=late is None)
    return left


class _AsyncStream:
    """A connection of the async pool."""

    def __init__(self, inner: httpcore2.AsyncNetworkStream) -> None:
        self.inner, self.wire = inner, _Wire()

    async def read(self, max_bytes: int, timeout: float) -> bytes:
        if self.wire.unsent:
            import httpcore2

            with suppress(httpcore2.WriteError):  # there may be an answer all the same
                await self.flush(timeout)
        return self.wire.receive(await self.inner.read(max_bytes, timeout))

    async def write(self, buffer: bytes, timeout: float) -> None:
        if self.wire.send(buffer):
            await self.flush(timeout)

    async def flush(self, timeout: float) -> None:
        await self.inner.write(self.wire.leave(), timeout)

    async def aclose(self) -> None:
        await self.inner.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None, timeout: float
    ) -> _AsyncStream:
        inner = await self.inner.start_tls(ssl_context, server_hostname, timeout)
        return _AsyncStream(inner)

    def get_extra_info(self, info: str) -> Any:
        return self.inner.get_extra_info(info)


class _AsyncNetwork:
    """Connects for the async pool."""

    async def connect_tcp(
        self, host: str, port: int, timeout: float, *_: object, **__: object
    ) -> _AsyncStream:
        import httpcore2

        backend: Any = httpcore2.AnyIOBackend()
        return _AsyncStream(await backend.connect_tcp(host, port, timeout))


class _Pooled:
    """What the default transports are made with. TLS is verified, by ``verify`` if
    given; ``max_body`` bounds an answer, as sent and inflated; the others are seconds
    that a step may take, at most what is left of the call."""

    def __init__(
        self,
        *,
        verify: ssl.SSLContext | None = None,
        proxy: str | None = None,
        max_body: int = MAX_BODY,
        connect: float = 10.0,
        read: float = float("inf"),
        write: float = float("inf"),
        pool: float = float("inf"),
    ) -> None:
        from importlib import import_module

        # Not in the first call: what is forked while a thread imports waits for ever.
        for name in ("httpcore2", "httpx2", "encodings.idna"):
            import_module(name)
        if proxy is not None and not _is_proxy(proxy):
            raise _invalid("proxy", "must be an http(s) URL without a path", "proxy")
        self._verify, self._proxy, self._max_body = verify, proxy, max_body
        self._steps = _Steps(connect, read, write, pool)
        self._pools: dict[Any, Any] = {}

    def _settings(self) -> dict[str, Any]:
        """How to make a pool: httpx2's TLS and proxies, nothing from the environment."""
        import httpcore2
        import httpx2

        tls = self._verify or httpx2.create_ssl_context(trust_env=False)
        settings: dict[str, Any] = {"ssl_context": tls, "max_connections": 100}
        settings["keepalive_expiry"] = 5.0
        if self._proxy is not None:
            proxy = httpx2.Proxy(self._proxy)
            settings["proxy"] = httpcore2.Proxy(
                str(proxy.url), auth=proxy.raw_auth, ssl_context=tls
            )
        return settings


class HttpxTransport(_Pooled):
    """The connection pool beneath httpx2, without the client above it: no redirects,
    no cookies, no .netrc, no environment. It is built on the first call, shared by
    threads, and built anew in a forked process."""

    def _pool(self) -> httpcore2.ConnectionPool:
        pool = self._pools.get(os.getpid())
        if pool is None:
            import httpcore2

            network = cast("httpcore2.NetworkBackend", _Network(self._steps))
            built = httpcore2.ConnectionPool(
                **self._settings(), network_backend=network
            )
            pool = self._pools.setdefault(os.getpid(), built)  # one thread's, for all
        return cast("httpcore2.ConnectionPool", pool)

    def send(self, request: Request, timeout: float) -> RawResponse:
        deadline = time.monotonic() + timeout
        timeouts = {"connect": deadline, "read": deadline, "write": deadline}
        timeouts["pool"] = min(timeout, self._steps.pool)  # which is a duration
        incoming: _Incoming | None = None
        try:
            response: Any = self._pool().handle_request(_to_httpcore(request, timeouts))
            incoming = _Incoming(response.status, response.headers, self._max_body)
            stream = response.extensions["network_stream"]
            try:
                incoming.begin(request, stream.wire)
                for piece in response.stream:
                    incoming.add(piece)
                answer = incoming.end(response.extensions.get("http_version"))
                if not incoming.is_all_of(stream.wire):
                    stream.close()
            finally:
                response.close()
        except Exception as error:
            problem = _problem(error, incoming)
        else:
            return answer
        try:
            raise problem
        finally:
            del problem  # from its own traceback, which would keep the bodies

    def close(self) -> None:
        pool = self._pools.pop(os.getpid(), None)
        if pool is not None:
            pool.close()


class AsyncHttpxTransport(_Pooled):
    """The same for asyncio. Every event loop has a pool of its own, and what belongs to
    a loop that is closed is dropped untouched."""

    def _pool(self) -> httpcore2.AsyncConnectionPool:
        def make() -> httpcore2.AsyncConnectionPool:
            import httpcore2

            network = cast("httpcore2.AsyncNetworkBackend", _AsyncNetwork())
            settings = self._settings()
            return httpcore2.AsyncConnectionPool(**settings, network_backend=network)

        pools = cast("dict[Any, httpcore2.AsyncConnectionPool]", self._pools)
        return _of_loop(pools, make)

    async def send(self, request: Request, timeout: float) -> RawResponse:
        steps = self._steps._asdict().items()
        timeouts = {name: min(step, timeout) for name, step in steps}
        incoming: _Incoming | None = None
        try:
            sent = _to_httpcore(request, timeouts)
            response: Any = await self._pool().handle_async_request(sent)
            incoming = _Incoming(response.status, response.headers, self._max_body)
            stream = response.extensions["network_stream"]
            try:
                incoming.begin(request, stream.wire)
                async for piece in response.stream:
                    incoming.add(piece)
                answer = incoming.end(response.extensions.get("http_version"))
                if not incoming.is_all_of(stream.wire):
                    await stream.aclose()
            finally:
                await response.aclose()
        except Exception as error:
            problem = _problem(error, incoming)
        else:
            return answer
        try:
            raise problem
        finally:
            del problem  # from its own traceback, which would keep the bodies

    async def aclose(self) -> None:
        pool = self._pools.pop(_running(), None)
        if pool is not None:
            await pool.aclose()


def _running() -> tuple[int, AbstractEventLoop]:
    from asyncio import get_running_loop

    return os.getpid(), get_running_loop()


def _of_loop(
    things: dict[tuple[int, AbstractEventLoop], T], make: Callable[[], T]
) -> T:
    """What belongs to the running loop; of closed loops nothing is kept."""
    key = _running()
    if key not in things:
        for old in list(things):
            if old[1].is_closed():
                things.pop(old, None)
        things[key] = make()
    return things[key]


class WsgiTransport:
    """Calls a WSGI app in this process. The time of a call does not bound it."""

    def __init__(
        self, app: Callable[..., Iterable[bytes]], *, max_body: int = MAX_BODY
    ) -> None:
        self._app, self._max_body = app, max_body

    def send(self, request: Request, timeout: float) -> RawResponse:
        import httpx2

        del timeout
        response = httpx2.WSGITransport(self._app).handle_request(_to_httpx(request))
        incoming = _Incoming(response.status_code, response.headers.raw, self._max_body)
        try:
            incoming.begin(request)
            for piece in cast("Iterable[bytes]", response.stream):
                incoming.add(piece)
            return incoming.end()
        except TransportError as error:
            raise _problem(error, incoming) from None
        finally:
            response.close()


class AsgiTransport:
    """Calls an ASGI app in this process and event loop."""

    def __init__(
        self, app: Callable[..., Awaitable[None]], *, max_body: int = MAX_BODY
    ) -> None:
        self._app, self._max_body = app, max_body

    async def send(self, request: Request, timeout: float) -> RawResponse:
        import httpx2

        del timeout
        transport = httpx2.ASGITransport(cast(Any, self._app))
        response = await transport.handle_async_request(_to_httpx(request))
        incoming = _Incoming(response.status_code, response.headers.raw, self._max_body)
        try:
            incoming.begin(request)
            async for piece in cast("AsyncIterable[bytes]", response.stream):
                incoming.add(piece)
            return incoming.end()
        except TransportError as error:
            raise _problem(error, incoming) from None
        finally:
            await response.aclose()


def _to_httpx(request: Request) -> httpx2.Request:
    import httpx2

    url = httpx2.URL(request.url)
    stream = httpx2.ByteStream(request.body or b"")
    fields = _fields(request, url.netloc)
    return httpx2.Request(request.method, url, headers=fields, stream=stream)


# --- Retries --------------------------------------------------------------------------

_HARMLESS = frozenset(("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"))
_PASSING = frozenset((408, 429, 502, 503, 504))
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 8.0  # seconds, the most that is drawn
_RESERVE, _CALLS_PER_RETRY = 50, 4


def _may_retry(operation: AnyOperation, error: APIError) -> bool:
    """Whether the call may be sent once more: it never reached the server, or was
    turned away (429), or does no harm twice (RFC 9110, 9.2.2; an idempotency key)."""
    if isinstance(error, TokenError):
        return error.status in _PASSING
    if isinstance(error, TransportError):
        passing, unsent = isinstance(error, (ReadError, CallTimeout)), not error.sent
    else:
        passing, unsent = error.status in _PASSING, error.status == 429
    harmless = operation.method in _HARMLESS or operation.idempotency is not None
    return unsent or (passing and harmless)


def _jitter(longest: float) -> float:
    """Full jitter: anything between nothing and the longest."""
    from random import uniform

    return uniform(0.0, longest)


class _Budget:
    """The retries that a client has left: a reserve, and one more with every fourth
    call, so that an outage costs the server at most a quarter more. It has no lock,
    which a fork could leave locked for good."""

    def __init__(self) -> None:
        self.left = deque([None] * _RESERVE, maxlen=_RESERVE)
        self.calls = count(1)

    def add_call(self) -> None:
        if next(self.calls) % _CALLS_PER_RETRY == 0:
            self.left.append(None)

    def take(self) -> bool:
        try:
            self.left.pop()
        except IndexError:
            return False
        return True


# --- Middleware -----------------------------------------------------------------------


class Middleware(Protocol):
    """Stands around every attempt of every call, for tracing, metrics, caching. It gets
    the request before credentials are added and returns the answer, usually what
    ``call_next(request)`` gives; it may raise, change either, and send none or many."""

    def __call__(
        self, request: Request, call_next: Callable[[Request], RawResponse], /
    ) -> RawResponse: ...


class AsyncMiddleware(Protocol):
    """The same for ``AsyncClient``."""

    async def __call__(
        self,
        request: Request,
        call_next: Callable[[Request], Awaitable[RawResponse]],
        /,
    ) -> RawResponse: ...


def _around(
    middleware: Callable[[Request, Callable[[Request], T]], T],
    call_next: Callable[[Request], T],
) -> Callable[[Request], T]:
    return lambda request: middleware(request, call_next)


class Redirects:
    """Middleware that follows redirects, at most ``most`` in a row. Another host gets a
    GET or HEAD with Accept and User-Agent and nothing else, and may not send it back;
    from https to http no redirect is followed, and a body is sent again only where
    the status asks for it (307, 308)."""

    def __init__(self, most: int = 5) -> None:
        self.most = most

    def __call__(
        self, request: Request, call_next: Callable[[Request], RawResponse], /
    ) -> RawResponse:
        answer, home = call_next(request), request.url
        for _ in range(self.most):
            following = _redirected(request, answer, home)
            if following is None:
                break
            request, answer = following, call_next(following)
        return answer


class AsyncRedirects(Redirects):
    """The same for ``AsyncClient``."""

    async def __call__(  # type: ignore[override]
        self,
        request: Request,
        call_next: Callable[[Request], Awaitable[RawResponse]],
        /,
    ) -> RawResponse:
        answer, home = await call_next(request), request.url
        for _ in range(self.most):
            following = _redirected(request, answer, home)
            if following is None:
                break
            request, answer = following, await call_next(following)
        return answer


def _redirected(request: Request, answer: RawResponse, home: str) -> Request | None:
    """The request that a redirect asks for, if it may be sent (RFC 9110, 15.4)."""
    method, headers, body = request.method, request.headers, request.body
    location = answer.headers.get("location")
    if answer.status not in (301, 302, 303, 307, 308) or location is None:
        return None
    url = _target(request.url, location)
    if not url or (url[:5] == "http:" != request.url[:5]):
        return None
    if method not in ("GET", "HEAD"):
        if answer.status == 303:
            method, body = "GET", None
            fields = headers.fields
            headers = Headers([f for f in fields if f[0].lower() != "content-type"])
        elif answer.status < 307:
            return None
    if _site(url) != _site(request.url):
        reading = body is None and method in ("GET", "HEAD")
        if not reading or _site(url) == _site(home):
            return None
        keep = ("accept", "user-agent")
        headers = Headers([f for f in headers.fields if f[0].lower() in keep])
    change = msgspec.structs.replace
    return change(request, method=method, url=url, headers=headers, body=body)


_absolute = re.compile(r"(?=[!-\[\]-~]+\Z)https?://[^/?#@]+/.*").match


def _target(here: str, reference: str) -> str:
    """The absolute URL that a reference leads to; nothing if none can be asked there."""
    from urllib.parse import urljoin, urlsplit

    with suppress(ValueError):  # no port, or a broken address
        parts = urlsplit(urljoin(here, reference))
        url = parts._replace(path=parts.path or "/", fragment="").geturl()
        if _absolute(url) and parts.hostname and parts.port != 0:
            return url
    return ""


def _site(url: str) -> str:
    """Scheme, host and port of an absolute URL."""
    return "/".join(url.split("/", 3)[:3]).lower()


# --- Clients --------------------------------------------------------------------------


class _Route(NamedTuple):
    """Where the calls of an operation go, and with which credentials."""

    base: str
    schemes: list[Scheme]


class _Call(msgspec.Struct):
    """One call on its way; the request is without credentials."""

    operation: AnyOperation
    request: Request
    schemes: list[Scheme]
    timeout: float
    deadline: float  # by time.monotonic()
    retries: int  # that are left
    began: float = 0.0  # the attempt, by time.monotonic()
    tokens: dict[ClientCredentials, _Token] = {}
    refreshed: bool = False

    def left(self) -> float:
        """The seconds that are left of it."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise _late(self, sent=False)
        return left


def _late(call: _Call, sent: bool = True) -> CallTimeout:
    return CallTimeout(f"no answer within {call.timeout:g} seconds", sent=sent)


class _Base:
    """What both clients share; nothing here does I/O."""

    def __init__(self, config: Config) -> None:
        from logging import getLogger

        self._config = config
        self._closed = False
        self._log = getLogger(config.package)
        self._budget = _Budget()
        self._routes: dict[tuple[AnyOperation, str | None], _Route] = {}
        self._credentials: dict[Scheme, _Credential] = {}  # that never change
        self._tokens: dict[ClientCredentials, _Token] = {}
        self._timeout = _checked_timeout(config.timeout, "timeout")
        self._retries = _checked_retries(config.retries, "retries")
        self._reserved = _reserved_headers(config.schemes.values())
        self._urls: dict[str | None, str] = {}
        if config.base_url is None:
            self._urls[config.server] = _server_url(config, config.server)
        else:
            self._urls[None] = _checked_base(config.base_url, "base_url")

    def __repr__(self) -> str:
        state = ", closed" if self._closed else ""
        return f"{type(self).__name__}(server={self._config.server!r}{state})"

    def __reduce__(self) -> str | tuple[Any, ...]:
        raise TypeError("a client holds credentials and connections; don't pickle it")

    def _prepare(
        self,
        operation: AnyOperation,
        request: Request,
        options: RequestOptions | None,
    ) -> _Call:
        options = options or _NO_OPTIONS
        timeout, retries = self._timeout, self._retries
        if options.timeout is not None:
            timeout = _checked_timeout(options.timeout, "options.timeout")
        if options.retries is not None:
            retries = _checked_retries(options.retries, "options.retries")
        base, schemes = self._route(operation, options.server)
        headers = {"User-Agent": self._config.package, **dict(request.headers.fields)}
        if options.headers:
            _add_headers(headers, options.headers, self._reserved)
        if operation.idempotency or options.idempotency_key is not None:
            _add_idempotency_key(
                operation, headers, options.idempotency_key, self._config.validate
            )
        # A request for the page that a link names is absolute, and has its path.
        url = request.url if request.path else base + request.url
        change = msgspec.structs.replace
        request = change(
            request, url=url, headers=Headers(headers), path=operation.path
        )
        deadline = time.monotonic() + timeout
        self._budget.add_call()
        return _Call(operation, request, schemes, timeout, deadline, retries)

    def _route(self, operation: AnyOperation, name: str | None) -> _Route:
        route = self._routes.get((operation, name))
        if route is None:
            server = _choose_server(self._config, operation, name)
            if server not in self._urls:
                self._urls[server] = _server_url(self._config, cast(str, server))
            schemes = _choose_schemes(self._config, operation)
            route = self._routes[operation, name] = _Route(self._urls[server], schemes)
        return route

    def _begin(self, call: _Call) -> None:
        if self._closed:
            raise ClosedError("the client is closed")
        call.began = time.monotonic()

    def _schemes_for(self, call: _Call, request: Request) -> list[Scheme]:
        """None for a host that is not the call's: middleware may have changed it."""
        same = request is call.request or _site(request.url) == _site(call.request.url)
        return call.schemes if same else []

    def _kept(self, scheme: Scheme, secrets: list[object]) -> _Credential:
        """The credential of a scheme, kept if its arguments are nothing but texts."""
        made = _credential(scheme, secrets)
        given = [self._config.credentials[name] for name in _arguments([scheme])]
        if all(isinstance(each, str) for each in given):
            self._credentials[scheme] = made
        return made

    def _finished(self, call: _Call, answer: RawResponse) -> Any:
        """The outcome of a call that went well."""
        response = read(call.operation, answer)
        found = response.mismatches
        strict = bool(found) and self._config.on_mismatch == "raise"
        level = 30 if found and not strict else 10
        if self._log.isEnabledFor(level):
            words = f"{response.status} {_listed(found)}" if found else response.status
            self._report(level, call, words, response.status, response.request_id)
        if strict:
            raise ResponseMismatch(response, operation=call.operation)
        return response

    def _pause(self, call: _Call, error: APIError) -> float | None:
        """The seconds to wait before the next attempt; None if there is to be none."""
        pause, words = self._decide(call, error), type(error).__name__
        if pause is not None:
            words = f"{words}, again in {pause:.2f} s"
        level = 10 if pause is None else 20
        if self._log.isEnabledFor(level):
            self._report(level, call, words, error.status, error.request_id)
        if pause is not None:
            attempt = call.request.attempt + 1
            call.request = msgspec.structs.replace(call.request, attempt=attempt)
        return pause

    def _given_up(self, call: _Call) -> CallTimeout:
        """The error of a call whose time is over, noted as that of an attempt."""
        late = _late(call)
        self._pause(call, late)
        return late

    def _decide(self, call: _Call, error: APIError) -> float | None:
        if error.status == 401 and call.tokens and not call.refreshed:
            call.refreshed = True
            for scheme, token in call.tokens.items():
                if self._tokens.get(scheme) is token:
                    self._tokens.pop(scheme, None)
            return 0.0
        if not call.retries or not _may_retry(call.operation, error):
            return None
        longest = _FIRST_PAUSE * 2 ** (call.request.attempt - 1)
        pause = _jitter(min(longest, _LONGEST_PAUSE))
        pause += getattr(error, "retry_after", None) or 0.0
        if pause >= call.deadline - time.monotonic() or not self._budget.take():
            return None
        call.retries -= 1
        return pause

    def _report(
        self,
        level: int,
        call: _Call,
        words: object,
        status: int | None,
        request_id: str | None,
    ) -> None:
        """One line per attempt; nothing but these fields goes into it."""
        name, attempt = call.operation.name, call.request.attempt
        fields: dict[str, object] = {
            "operation": name,
            "method": call.operation.method,
            "path": call.operation.path,
            "status": status,
            "duration_ms": round((time.monotonic() - call.began) * 1000, 3),
            "attempt": attempt,
            "request_id": request_id,
        }
        self._log.log(level, "%s: attempt %d: %s", name, attempt, words, extra=fields)


_NO_OPTIONS = RequestOptions()


def _add_idempotency_key(
    operation: AnyOperation,
    headers: dict[str, str],
    key: str | None,
    validate: bool,
) -> None:
    rule, path = operation.idempotency, "options.idempotency_key"
    if rule is None:
        if key is not None:
            message = "this operation takes no idempotency key"
            raise _invalid(path, message, "idempotency")
        return
    if key is None and _has(headers, rule.header):
        return
    if key is None:
        from uuid import uuid4

        minted, most = uuid4(), rule.max_length or 36
        key = str(minted) if most >= 36 else minted.hex[:most]
    if validate:
        out: _Out = []
        _check(_key_shape(rule), key, path, out)
        if out:
            raise RequestInvalid(out)
    _add_headers(headers, {rule.header: key}, frozenset())


@cache
def _key_shape(rule: Idempotency) -> _Shape:
    limits = Limits(
        format=rule.format, min_length=rule.min_length, max_length=rule.max_length
    )
    return _annotated(_shape(str), (limits,))


def _warn(
    operation: AnyOperation, values: Sequence[object], body: object, level: int
) -> None:
    """Warns the caller of a client's method, so many frames above, of what it uses that
    is deprecated."""
    from warnings import warn

    texts, known = [operation.deprecated], operation.deprecated_arguments
    if known:
        pairs = zip(_plan(operation).writers, values, strict=True)
        given = [writer.at for writer, value in pairs if value is not UNSET]
        given += [name for name, _ in _pairs(body)]
        texts += [known.get(name) for name in given]
    for text in filter(None, texts):
        warn(text, DeprecationWarning, stacklevel=level)


def _locate(error: APIError, operation: AnyOperation) -> None:
    """Tells an error which call it belongs to, unless it knows."""
    if not error.operation:
        error.__dict__.update(_whereabouts(operation))


class Client(_Base):
    """A client of the API. Safe to share between threads and usable after a fork.
    Close it, or use it in a ``with`` statement."""

    def __init__(
        self,
        config: Config,
        transport: Transport | None = None,
        middleware: Sequence[Middleware] = (),
    ) -> None:
        super().__init__(config)
        self._transport = HttpxTransport() if transport is None else transport
        self._middleware = tuple(middleware)
        self._locks: dict[int, Any] = {}

    def _call(
        self,
        operation: Operation[Answer],
        values: tuple[object, ...],
        body: object,
        options: RequestOptions | None,
    ) -> Answer:
        if operation.deprecated or operation.deprecated_arguments:
            _warn(operation, values, body, 4)
        request = build(operation, values, body, self._config.validate)
        return self._send(operation, request, options)

    def _send(
        self,
        operation: Operation[Answer],
        request: Request,
        options: RequestOptions | None = None,
    ) -> Answer:
        try:
            call = self._prepare(operation, request, options)
            while True:
                try:
                    answer: Answer = self._finished(call, self._attempt(call))
                    return answer
                except (StatusError, TransportError, TokenError) as error:
                    pause = self._pause(call, error)
                    if pause is None:
                        raise
                time.sleep(pause)
        except APIError as error:
            _locate(error, operation)
            raise

    def _attempt(self, call: _Call) -> RawResponse:
        self._begin(call)
        send: Callable[[Request], RawResponse] = partial(self._transmit, call)
        for each in reversed(self._middleware):
            send = _around(each, send)
        return send(call.request)

    def _transmit(self, call: _Call, request: Request) -> RawResponse:
        """Sends a request with the credentials of the call."""
        request = self._authorized(call, request)
        return self._transport.send(request, call.left())

    def _authorized(self, call: _Call, request: Request) -> Request:
        schemes, kept = self._schemes_for(call, request), self._credentials
        held = [kept.get(s) or self._credential(call, s) for s in schemes]
        return _authorize(request, held) if held else request

    def _credential(self, call: _Call, scheme: Scheme) -> _Credential:
        if isinstance(scheme, ClientCredentials):
            return _credential(scheme, [self._token(call, scheme).text])
        return self._kept(scheme, self._ask(scheme))

    def _ask(self, scheme: Scheme) -> list[object]:
        given = [self._config.credentials[name] for name in _arguments([scheme])]
        return [each() if callable(each) else each for each in given]

    def _token(self, call: _Call, scheme: ClientCredentials) -> _Token:
        """The token of a scheme, fetched by one thread for all."""
        token = _fresh(self._tokens.get(scheme))
        if token is None:
            from threading import Lock

            lock = self._locks.setdefault(os.getpid(), Lock())
            if not lock.acquire(timeout=call.left()):
                raise _late(call, sent=False)
            try:
                token = _fresh(self._tokens.get(scheme))
                if token is None:
                    token = self._fetch(call, scheme)
                    self._tokens[scheme] = token
            finally:
                lock.release()
        call.tokens[scheme] = token
        return token

    def _fetch(self, call: _Call, scheme: ClientCredentials) -> _Token:
        request = _token_request(scheme, self._ask(scheme))
        if not isinstance(request, Request):
            raise RequestInvalid(request)
        try:
            return _read_token(self._transport.send(request, call.left()))
        except TransportError as error:
            _before_the_call(error)
            raise

    def close(self) -> None:
        """Closes the transport. Later calls raise ClosedError."""
        self._closed = True
        close = getattr(self._transport, "close", None)
        if callable(close):
            close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncClient(_Base):
    """The same with ``await``, for asyncio."""

    def __init__(
        self,
        config: Config,
        transport: AsyncTransport | None = None,
        middleware: Sequence[AsyncMiddleware] = (),
    ) -> None:
        super().__init__(config)
        self._transport = AsyncHttpxTransport() if transport is None else transport
        self._middleware = tuple(middleware)
        self._locks: dict[Any, Any] = {}

    async def _call(
        self,
        operation: Operation[Answer],
        values: tuple[object, ...],
        body: object,
        options: RequestOptions | None,
    ) -> Answer:
        if operation.deprecated or operation.deprecated_arguments:
            _warn(operation, values, body, 4)
        request = build(operation, values, body, self._config.validate)
        return await self._send(operation, request, options)

    async def _send(
        self,
        operation: Operation[Answer],
        request: Request,
        options: RequestOptions | None = None,
    ) -> Answer:
        from asyncio import timeout

        try:
            call = self._prepare(operation, request, options)
            limit = timeout(call.timeout)
            try:
                async with limit:
                    answer: Answer = await self._repeat(call)
                    return answer
            except TimeoutError:
                if not limit.expired():
                    raise
            raise self._given_up(call)
        except APIError as error:
            _locate(error, operation)
            raise

    async def _repeat(self, call: _Call) -> Any:
        from asyncio import sleep

        while True:
            try:
                return self._finished(call, await self._attempt(call))
            except (StatusError, TransportError, TokenError) as error:
                pause = self._pause(call, error)
                if pause is None:
                    raise
            await sleep(pause)

    async def _attempt(self, call: _Call) -> RawResponse:
        self._begin(call)
        send: Callable[[Request], Awaitable[RawResponse]] = partial(
            self._transmit, call
        )
        for each in reversed(self._middleware):
            send = _around(each, send)
        return await send(call.request)

    async def _transmit(self, call: _Call, request: Request) -> RawResponse:
        request = await self._authorized(call, request)
        return await self._transport.send(request, call.left())

    async def _authorized(self, call: _Call, request: Request) -> Request:
        schemes, kept = self._schemes_for(call, request), self._credentials
        held = [kept.get(s) or await self._credential(call, s) for s in schemes]
        return _authorize(request, held) if held else request

    async def _credential(self, call: _Call, scheme: Scheme) -> _Credential:
        if isinstance(scheme, ClientCredentials):
            return _credential(scheme, [(await self._token(call, scheme)).text])
        return self._kept(scheme, await self._ask(scheme))

    async def _ask(self, scheme: Scheme) -> list[object]:
        given: list[object] = []
        for name in _arguments([scheme]):
            value: object = self._config.credentials[name]
            value = value() if callable(value) else value
            given.append(await value if isinstance(value, Awaitable) else value)
        return given

    async def _token(self, call: _Call, scheme: ClientCredentials) -> _Token:
        """The token of a scheme, fetched by one task for all of its loop."""
        token = _fresh(self._tokens.get(scheme))
        if token is None:
            from asyncio import Lock

            async with _of_loop(self._locks, Lock):
                token = _fresh(self._tokens.get(scheme))
                if token is None:
                    token = await self._fetch(call, scheme)
                    self._tokens[scheme] = token
        call.tokens[scheme] = token
        return token

    async def _fetch(self, call: _Call, scheme: ClientCredentials) -> _Token:
        request = _token_request(scheme, await self._ask(scheme))
        if not isinstance(request, Request):
            raise RequestInvalid(request)
        try:
            return _read_token(await self._transport.send(request, call.left()))
        except TransportError as error:
            _before_the_call(error)
            raise

    async def aclose(self) -> None:
        """Closes the transport. Later calls raise ClosedError."""
        self._closed = True
        close = getattr(self._transport, "aclose", None)
        if callable(close):
            await cast("Awaitable[None]", close())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


def awaited(
    method: Callable[Concatenate[Never, P], Answer],
) -> Callable[Concatenate[AsyncClient, P], Coroutine[object, object, Answer]]:
    """An operation's method for ``AsyncClient``, made from that of ``Client``: all that
    differs is that ``_call`` gives something to await."""

    async def call(self: AsyncClient, /, *args: P.args, **kwargs: P.kwargs) -> Answer:
        begun = cast("Callable[..., Awaitable[Answer]]", method)
        return await begun(self, *args, **kwargs)

    call = update_wrapper(call, method)
    call.__qualname__ = f"Async{method.__qualname__}"
    return call


# --- Pages ----------------------------------------------------------------------------


class _Asked:
    """Stands in for a client where only what an operation's method asks for matters."""

    def _call(
        self,
        operation: AnyOperation,
        values: tuple[object, ...],
        body: object,
        options: RequestOptions | None,
    ) -> Self:
        if operation.deprecated or operation.deprecated_arguments:
            _warn(operation, values, body, 6)
        self.operation, self.values, self.body = operation, values, body
        self.options = options or _NO_OPTIONS
        return self


class _Walk:
    """The way from page to page; nothing here does I/O. What is asked for next stays
    the same until it came, so that a failed call can be made again."""

    def __init__(
        self, asked: _Asked, config: Config, urls: Mapping[str | None, str]
    ) -> None:
        self.asked, self.config, self.urls = asked, config, urls
        self.options = asked.options
        self.rule = cast(Pagination, asked.operation.pagination)
        self.page: ResponsePage[Any, Any] | None = None  # the last that came
        self.before: Sequence[object] = ()  # the items of the page before
        self.seen: set[object] = set()  # cursors, or URLs
        self.request: Request | None = self.build()
        usual = 1 if self.rule.style == "page" else 0
        self.at = usual if self.rule.first is None else self.rule.first
        if self.rule.style in ("page", "offset"):
            given = self.value()
            if given is not UNSET and given is not None:
                if not _is_int(given):
                    words = "must be a whole number to count pages from"
                    raise _invalid(self.rule.parameter, words, "type")
                self.at = cast(int, given)

    def next(self) -> Request | None:
        """The request for the next page; None if there is none."""
        if self.page is not None:
            self.request, self.page = self.after(self.page), None
        return self.request

    def after(self, page: ResponsePage[Any, Any]) -> Request | None:
        rule = self.rule
        if rule.style in ("page", "offset"):
            if not page.items:
                return None
            if page.items == self.before:
                raise self.error(page, "the page has the same items as the one before")
            self.before = page.items
            self.at += 1 if rule.style == "page" else len(page.items)
            return self.build(self.at)
        found = _member(page.raw, page.headers, rule.next) if rule.next else UNSET
        mark = found if rule.next else _next_link(page.headers)
        if mark is UNSET or mark is None or mark is False or mark == "":
            return None
        following: Callable[[Any], Request] = self.build
        if rule.style == "link":
            mark, following = self.target(page, mark), self.linked
        elif not isinstance(mark, str) and not _is_number(mark):
            raise self.error(page, "what should be the next cursor is no text")
        if mark in self.seen:
            raise self.error(page, "what names the next page was followed before")
        try:
            request = following(mark)
        except RequestInvalid:
            # A number in one place and its digits in the other are the same cursor.
            if (other := _other_spelling(mark)) is None:
                raise
            request = self.build(other)
        self.seen.add(mark)
        return request

    def came(self, page: ResponsePage[Any, Any]) -> None:
        """Takes a page that came. One whose items can't be read is not the last one."""
        if page.mismatches and not _is_bare(self.asked.operation, page.status):
            found: object = _member(page.raw, page.headers, self.rule.items)
            if found is UNSET:  # left out of an object, or there is no object
                whole: object = _member(page.raw, page.headers, ())
                found = None if isinstance(whole, dict) else "no object"
            if found is not None and not isinstance(found, list):
                raise self.error(page, "no list of items can be read of the page")
        self.page = page

    def target(self, page: ResponsePage[Any, Any], link: object) -> str:
        """The absolute URL of a link, on the origin that the credentials are for."""
        request, operation = cast(Request, self.request), self.asked.operation
        here = request.url
        if not request.path:  # it is the first, whose server the client has chosen
            server = _choose_server(self.config, operation, self.options.server)
            here = self.urls[server] + here
            self.seen.add(here)
        url = _target(here, link) if isinstance(link, str) else ""
        if url and _site(url) == _site(here):
            return url
        raise self.error(page, "the link to the next page is no URL of the same origin")

    def linked(self, url: str) -> Request:
        request, path = cast(Request, self.request), self.asked.operation.path
        return msgspec.structs.replace(request, url=url, path=path)

    def value(self) -> object:
        """What the caller gave for the parameter; UNSET if nothing."""
        for writer, value in zip(
            _plan(self.asked.operation).writers, self.asked.values, strict=True
        ):
            if writer.at == self.rule.parameter:
                return value
        return dict(_pairs(self.asked.body)).get(self.rule.parameter, UNSET)

    def build(self, value: object = UNSET) -> Request:
        """The request for the first page, or the one with a value of the parameter."""
        asked, name = self.asked, self.rule.parameter
        values, body = asked.values, asked.body
        if value is not UNSET:
            names = [writer.at for writer in _plan(asked.operation).writers]
            if name in names:
                at = names.index(name)
                values = (*values[:at], value, *values[at + 1 :])
            else:
                body = _with_member(body, name, value)
            self.options = msgspec.structs.replace(self.options, idempotency_key=None)
        return build(asked.operation, values, body, self.config.validate)

    def error(self, page: ResponsePage[Any, Any], words: str) -> PaginationError:
        where = _whereabouts(self.asked.operation)
        told: dict[str, object] = {"status": page.status, "request_id": page.request_id}
        return PaginationError(words, **where, **told)


def _other_spelling(mark: object) -> str | int | None:
    """A number as its digits, and digits as a number."""
    if isinstance(mark, str):
        return int(mark) if re.fullmatch(r"[0-9]{1,18}", mark) else None
    return str(mark) if _is_int(mark) else None


def _with_member(body: object, wire: str, value: object) -> object:
    """A body with one of its members, by the name on the wire, replaced."""
    if isinstance(body, msgspec.Struct):
        names = dict(
            zip(body.__struct_encode_fields__, body.__struct_fields__, strict=True)
        )
        return msgspec.structs.replace(body, **{names[wire]: value})
    return {**dict(_pairs(body)), wire: value}


_LINK = (
    r"""<([^<>]*)>((?:\s*;\s*[\w!#$%&'*+.^`|~-]+"""
    r"""(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s",;]*))?)*)"""
)
_LINK_PARAMETER = r"""([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",;]*))"""


def _next_link(headers: Headers) -> str | None:
    """The target of the Link header whose relation is ``next`` (RFC 8288, 3)."""
    for target, rest in re.findall(_LINK, headers.get("link", "")):
        said: dict[str, str] = {}
        for name, quoted, bare in re.findall(_LINK_PARAMETER, rest):
            said.setdefault(name.lower(), quoted or bare)  # the first counts
        if "next" in said.get("rel", "").lower().split() and "anchor" not in said:
            return cast(str, target).strip()
    return None


class PagedItems(Generic[Page_co]):
    """The items of all pages, one after another. Each page is a call of its own, made
    when its first item is due; after an error, going on asks for that page again.
    Threads that share it get each item once."""

    def __init__(self, send: Callable[..., Any], walk: _Walk) -> None:
        from threading import Lock

        self._send, self._walk, self._lock = send, walk, Lock()
        self._held: deque[Any] = deque()

    def _page(self) -> Page_co | None:
        request, walk = self._walk.next(), self._walk
        if request is not None:
            walk.came(self._send(walk.asked.operation, request, walk.options))
        return cast("Page_co | None", walk.page)

    def pages(self) -> Iterator[Page_co]:
        """The pages themselves, from the next one on, instead of their items."""
        while True:
            with self._lock:
                page = self._page()
            if page is None:
                return
            yield page

    def __iter__(self) -> Self:
        return self

    def __next__(self: PagedItems[ResponsePage[Any, Item]]) -> Item:
        with self._lock:
            while not self._held:
                page = self._page()
                if page is None:
                    raise StopIteration
                self._held.extend(page.items)
            return cast("Item", self._held.popleft())


class AsyncPagedItems(Generic[Page_co]):
    """The same for ``AsyncClient``, and for tasks that share it."""

    def __init__(self, send: Callable[..., Any], walk: _Walk) -> None:
        from asyncio import Lock

        self._send, self._walk, self._lock = send, walk, Lock()
        self._held: deque[Any] = deque()

    async def _page(self) -> Page_co | None:
        request, walk = self._walk.next(), self._walk
        if request is not None:
            walk.came(await self._send(walk.asked.operation, request, walk.options))
        return cast("Page_co | None", walk.page)

    async def pages(self) -> AsyncIterator[Page_co]:
        """The pages themselves, from the next one on, instead of their items."""
        while True:
            async with self._lock:
                page = await self._page()
            if page is None:
                return
            yield page

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self: AsyncPagedItems[ResponsePage[Any, Item]]) -> Item:
        async with self._lock:
            while not self._held:
                page = await self._page()
                if page is None:
                    raise StopAsyncIteration
                self._held.extend(page.items)
            return cast("Item", self._held.popleft())


def iterated(
    method: Callable[Concatenate[Never, P], Page],
) -> Callable[Concatenate[Client, P], PagedItems[Page]]:
    """An iterator over all items, made from the method that gets one page."""

    def walk(self: Client, /, *args: P.args, **kwargs: P.kwargs) -> PagedItems[Page]:
        return PagedItems(*_walked(self, method, args, kwargs))

    return update_wrapper(walk, method)


def async_iterated(
    method: Callable[Concatenate[Never, P], Page],
) -> Callable[Concatenate[AsyncClient, P], AsyncPagedItems[Page]]:
    """The same for ``AsyncClient``, made from the method of ``Client``."""

    def walk(
        self: AsyncClient, /, *args: P.args, **kwargs: P.kwargs
    ) -> AsyncPagedItems[Page]:
        return AsyncPagedItems(*_walked(self, method, args, kwargs))

    return update_wrapper(walk, method)


def _walked(
    client: Any, method: Callable[..., Any], args: Any, kwargs: Any
) -> tuple[Callable[..., Any], _Walk]:
    """What gets a page, and the way through them that a call of the method begins."""
    asked: _Asked = method(_Asked(), *args, **kwargs)
    return client._send, _Walk(asked, client._config, client._urls)
