"""The runtime of a generated API client: everything that is not particular to one API.

This file is the same, byte for byte, in every generated package; it needs msgspec and
httpx2 and nothing else. It has three parts, and only the last does any I/O:

* ``build`` turns an operation and its arguments into a ``Request``, strictly: what
  the document does not allow is refused before anything is sent.
* ``read`` turns a ``RawResponse`` into a ``Response``, leniently: what differs from
  the document is listed in ``mismatches``, and the rest is decoded all the same.
* ``Client`` and ``AsyncClient`` add server, credentials and transport.

No text made here (``repr``, ``str``, log line, pickled error) shows a credential, a
header's value, a query or a body, except an error's own typed attributes.
"""

# ruff: noqa: N818  (error classes carry the names that RFC 9110 gives the statuses)

from __future__ import annotations

import os
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from decimal import Context, Decimal
from functools import cache, lru_cache
from types import UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Generic,
    Literal,
    NamedTuple,
    Protocol,
    Self,
    TypeAlias,
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
    from dataclasses import dataclass as _readonly
    from types import TracebackType

    import httpx2

    Json: TypeAlias = (
        "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"
    )
else:
    Json = Any  # what msgspec decodes without a schema

    def _readonly(**_: object) -> Callable[[type], type]:
        """For the type checker alone: attributes that subclasses may narrow."""
        return lambda cls: cls


__all__ = ["UNSET", "UnsetType"]

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

MAX_BODY = 64 * 1024 * 1024
"""Bytes of an answer's body that the default transports accept, before and after
inflating."""

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
    read_only: bool = False


class Discriminator(msgspec.Struct, frozen=True, eq=False):
    """Which branch of a union of models an object is: the value of ``property`` on
    the wire names the class in ``mapping`` (OpenAPI 3.1, Discriminator Object)."""

    property: str
    mapping: Mapping[str, str]


class Mismatch(msgspec.Struct, frozen=True):
    """One difference between an answer and the document.

    ``path`` is JSONPath-like (``$.items[0].kind``; keys the document doesn't name are
    written ``[*]``); ``expected`` and ``found`` are short and tell no values."""

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

    __slots__ = ("_found", "fields")

    fields: tuple[tuple[str, str], ...]
    _found: dict[str, str] | None

    def __init__(
        self, fields: Mapping[str, str] | Iterable[tuple[str, str]] = ()
    ) -> None:
        if isinstance(fields, (dict, Mapping)):
            fields = cast("Mapping[str, str]", fields).items()
        self.fields = tuple(fields)
        self._found = None

    def _by_name(self) -> dict[str, str]:
        if self._found is None:  # most requests are never asked
            found: dict[str, str] = {}
            for name, value in self.fields:
                key = name.lower()
                found[key] = f"{found[key]}, {value}" if key in found else value
            self._found = found
        return self._found

    def __getitem__(self, name: str) -> str:
        return self._by_name()[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name())

    def __len__(self) -> int:
        return len(self._by_name())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Headers) and self._by_name() == other._by_name()

    def __hash__(self) -> int:
        return hash(frozenset(self._by_name().items()))

    def __reduce__(self) -> tuple[type[Headers], tuple[object]]:
        return Headers, (self.fields,)

    def __repr__(self) -> str:
        return f"Headers({', '.join(self)})"

    def get_all(self, name: str) -> tuple[str, ...]:
        """Every value of the field, in order; empty when it is absent."""
        name = name.lower()
        return tuple(value for key, value in self.fields if key.lower() == name)


class Request(msgspec.Struct, frozen=True):
    """What a transport sends. ``build`` gives ``url`` as path and query; the client
    makes it absolute. Everything in it is checked and encoded."""

    operation: str
    method: str
    url: str
    headers: Headers = Headers()
    body: bytes | None = None

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
    request_id: str | None
    mismatches: tuple[Mismatch, ...]

    def __repr__(self) -> str:
        return (
            f"Response({self.status}, {type(self.data).__name__}, "
            f"request_id={self.request_id!r}, mismatches={len(self.mismatches)})"
        )


class RequestOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What one call does differently. ``timeout`` is in seconds; ``headers`` are added
    (credentials and framing can't be replaced); ``server`` is a name of the client's
    servers; ``idempotency_key`` takes the place of a minted one."""

    timeout: float | None = None
    headers: Mapping[str, str] | None = None
    server: str | None = None
    idempotency_key: str | None = None

    def __repr__(self) -> str:
        names = ", ".join(self.headers or ())
        return f"RequestOptions({self.timeout}, {self.server}, headers: {names})"


# --- Errors ---------------------------------------------------------------------------


def _rebuild(
    cls: type[BaseException], args: tuple[object, ...], state: dict[str, object]
) -> BaseException:
    error = cls.__new__(cls, *args)
    error.args = args
    error.__dict__.update(state)
    return error


@_readonly(frozen=True, init=False, eq=False, repr=False)
class APIError(Exception):
    """Whatever goes wrong with a call. ``path`` is the template, not the values;
    ``status`` and ``request_id`` are None before an answer came."""

    operation: str
    method: str
    path: str
    status: int | None
    request_id: str | None

    def __init__(
        self,
        summary: str,
        *,
        operation: str = "",
        method: str = "",
        path: str = "",
        status: int | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(summary)
        self.__dict__.update(
            operation=operation,
            method=method,
            path=path,
            status=status,
            request_id=request_id,
        )

    def __str__(self) -> str:
        where = " ".join(filter(None, (self.operation, self.method, self.path)))
        request = f" (request {self.request_id})" if self.request_id else ""
        return f"{where}{': ' if where else ''}{self.args[0]}{request}"

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self}>"

    def __reduce__(self) -> tuple[Callable[..., BaseException], tuple[object, ...]]:
        return _rebuild, (type(self), self.args, dict(self.__dict__))


class RequestInvalid(APIError, ValueError):
    """The arguments break the document's rules, or can't be written safely. Nothing
    was sent. ``violations`` lists every reason."""

    violations: tuple[Violation, ...]

    def __init__(
        self, violations: Iterable[Violation], *, operation: Operation[object] | None
    ) -> None:
        found = tuple(violations)
        shown = [f"{v.path}: {v.message}" for v in found[:10]]
        if len(found) > 10:
            shown.append(f"and {len(found) - 10} more")
        super().__init__("; ".join(shown), **_whereabouts(operation))
        self.__dict__["violations"] = found


class CredentialsMissing(APIError):
    """The operation needs credentials that the client was not given."""


class ClosedError(APIError):
    """The client was closed before this call."""


class TransportError(APIError):
    """No answer came. ``sent`` is False when the request can't have reached the
    server, so that trying again is safe."""

    sent: bool

    def __init__(self, summary: str, *, sent: bool = True) -> None:
        super().__init__(summary)
        self.__dict__["sent"] = sent


class ConnectError(TransportError):
    """No connection: name resolution, refusal, TLS."""


class CallTimeout(TransportError):
    """A step of the call took longer than ``timeout``."""


class ConnectTimeout(ConnectError, CallTimeout):
    """No connection in time, or none free in the pool."""


class ReadError(TransportError):
    """The connection broke, or what came is not HTTP."""


class BodyTooLarge(TransportError):
    """The answer's body is larger than the transport accepts, as sent or inflated."""


class ResponseMismatch(APIError):
    """A success that differs from the document, under ``on_mismatch="raise"``."""

    headers: Headers
    raw: bytes
    mismatches: tuple[Mismatch, ...]

    def __init__(
        self, response: Response[object], *, operation: Operation[object]
    ) -> None:
        super().__init__(
            f"{response.status} {_listed(response.mismatches)}",
            **_whereabouts(operation),
            status=response.status,
            request_id=response.request_id,
        )
        self.__dict__.update(
            headers=response.headers,
            raw=response.raw,
            mismatches=response.mismatches,
        )


@_readonly(frozen=True, init=False, eq=False, repr=False)
class StatusError(APIError):
    """An answer that is no success.

    ``error`` is the body as the document types it, else as plain JSON, else None.
    ``retry_after`` is in seconds. ``in_success`` tells that the HTTP status was a
    success and ``status`` and ``message`` were found in the body."""

    status: int
    error: object
    headers: Headers
    raw: bytes
    mismatches: tuple[Mismatch, ...]
    retry_after: float | None
    message: str | None
    in_success: bool

    def __init__(
        self,
        response: RawResponse,
        *,
        operation: Operation[object] | None = None,
        status: int | None = None,
        error: object = None,
        mismatches: tuple[Mismatch, ...] = (),
        message: str | None = None,
        in_success: bool = False,
    ) -> None:
        code = response.status if status is None else status
        words = (type(self).__doc__ or "").partition("\n")[0]
        phrase = words if words.startswith(f"{code} ") else f"{code}"
        inside = f" inside a {response.status}" if in_success else ""
        super().__init__(
            f"{phrase.rstrip('.')}{inside}",
            **_whereabouts(operation),
            status=code,
            request_id=_request_id(response.headers),
        )
        self.__dict__.update(
            error=error,
            headers=response.headers,
            raw=response.body,
            mismatches=mismatches,
            retry_after=_retry_after(response.headers.get("retry-after")),
            message=message,
            in_success=in_success,
        )


class FailureInSuccess(StatusError):
    """The body of a success tells of a failure and names no status."""


class RedirectError(StatusError):
    """A 3xx that the document doesn't announce; redirects are never followed."""


class ClientError(StatusError):
    """A 4xx: the request is at fault."""


class ServerError(StatusError):
    """A 5xx: the server is at fault."""


class BadRequest(ClientError):
    """400 Bad Request."""


class Unauthorized(ClientError):
    """401 Unauthorized."""


class PaymentRequired(ClientError):
    """402 Payment Required."""


class Forbidden(ClientError):
    """403 Forbidden."""


class NotFound(ClientError):
    """404 Not Found."""


class MethodNotAllowed(ClientError):
    """405 Method Not Allowed."""


class NotAcceptable(ClientError):
    """406 Not Acceptable."""


class ProxyAuthenticationRequired(ClientError):
    """407 Proxy Authentication Required."""


class RequestTimeout(ClientError):
    """408 Request Timeout."""


class Conflict(ClientError):
    """409 Conflict."""


class Gone(ClientError):
    """410 Gone."""


class LengthRequired(ClientError):
    """411 Length Required."""


class PreconditionFailed(ClientError):
    """412 Precondition Failed."""


class ContentTooLarge(ClientError):
    """413 Content Too Large."""


class URITooLong(ClientError):
    """414 URI Too Long."""


class UnsupportedMediaType(ClientError):
    """415 Unsupported Media Type."""


class RangeNotSatisfiable(ClientError):
    """416 Range Not Satisfiable."""


class ExpectationFailed(ClientError):
    """417 Expectation Failed."""


class MisdirectedRequest(ClientError):
    """421 Misdirected Request."""


class UnprocessableContent(ClientError):
    """422 Unprocessable Content."""


class Locked(ClientError):
    """423 Locked (RFC 4918)."""


class FailedDependency(ClientError):
    """424 Failed Dependency (RFC 4918)."""


class TooEarly(ClientError):
    """425 Too Early (RFC 8470)."""


class UpgradeRequired(ClientError):
    """426 Upgrade Required."""


class PreconditionRequired(ClientError):
    """428 Precondition Required (RFC 6585)."""


class TooManyRequests(ClientError):
    """429 Too Many Requests (RFC 6585)."""


class RequestHeaderFieldsTooLarge(ClientError):
    """431 Request Header Fields Too Large (RFC 6585)."""


class UnavailableForLegalReasons(ClientError):
    """451 Unavailable For Legal Reasons (RFC 7725)."""


class InternalServerError(ServerError):
    """500 Internal Server Error."""


class NotImplementedByServer(ServerError):
    """501 Not Implemented."""


class BadGateway(ServerError):
    """502 Bad Gateway."""


class ServiceUnavailable(ServerError):
    """503 Service Unavailable."""


class GatewayTimeout(ServerError):
    """504 Gateway Timeout."""


class HTTPVersionNotSupported(ServerError):
    """505 HTTP Version Not Supported."""


class VariantAlsoNegotiates(ServerError):
    """506 Variant Also Negotiates (RFC 2295)."""


class InsufficientStorage(ServerError):
    """507 Insufficient Storage (RFC 4918)."""


class LoopDetected(ServerError):
    """508 Loop Detected (RFC 5842)."""


class NetworkAuthenticationRequired(ServerError):
    """511 Network Authentication Required (RFC 6585)."""


_REGISTERED: dict[int, type[StatusError]] = {
    int(str(cls.__doc__)[:3]): cls
    for family in (ClientError, ServerError)
    for cls in family.__subclasses__()
}
_FAMILIES: dict[int, type[StatusError]] = {
    3: RedirectError,
    4: ClientError,
    5: ServerError,
}
StatusErrorClass: TypeAlias = type[StatusError]


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


class Reply(msgspec.Struct, frozen=True, eq=False):
    """A documented answer: its body's type (None: no body), the error it is raised as,
    and its media type ("*/*": JSON whatever Content-Type says)."""

    type: object
    error: StatusErrorClass | None = None
    media_type: str = "application/json"


class Failure(msgspec.Struct, frozen=True, eq=False):
    """How a success tells of a failure: the member at ``when`` equals ``equals``;
    ``status`` and ``message`` are where the body gives them, if it does."""

    when: tuple[str, ...]
    equals: Json
    status: tuple[str, ...] = ()
    message: tuple[str, ...] = ()


class Idempotency(msgspec.Struct, frozen=True):
    """The header that makes a repeated call harmless; one key is minted per call."""

    header: str
    format: str = "uuid"


class Operation(msgspec.Struct, Generic[T_co], frozen=True, eq=False, kw_only=True):
    """All that the document says of one operation, whose success is a ``T_co``.

    ``security`` lists alternatives of scheme names that go together; ``servers`` the
    names of its servers, all if empty."""

    name: str
    method: str
    path: str
    parameters: tuple[Parameter, ...] = ()
    body: str | None = None
    body_type: object = None
    body_required: bool = True
    responses: Mapping[str, Reply]
    failure: Failure | None = None
    idempotency: Idempotency | None = None
    security: tuple[tuple[str, ...], ...] = ()
    servers: tuple[str, ...] = ()


class _Whereabouts(NamedTuple):
    operation: str
    method: str
    path: str


def _whereabouts(operation: Operation[object] | None) -> dict[str, Any]:
    if operation is None:
        return {}
    return _Whereabouts(operation.name, operation.method, operation.path)._asdict()


# --- Shapes: types, read once ---------------------------------------------------------


class _Shape(msgspec.Struct, frozen=True, eq=False):
    """A type as the checker and the lenient reader need it."""

    kind: Literal[
        "any",
        "null",
        "bool",
        "int",
        "float",
        "str",
        "bytes",
        "literal",
        "array",
        "object",
        "model",
        "union",
    ]
    words: str
    limits: tuple[Limits, ...] = ()
    values: tuple[object, ...] = ()  # of a literal, or known values of an open one
    item: _Shape | None = None  # of an array or object
    model: type[msgspec.Struct] | None = None
    branches: tuple[_Shape, ...] = ()
    discriminator: Discriminator | None = None
    nullable: bool = False
    optional: bool = False


class _Member(NamedTuple):
    name: str
    wire: str
    shape: _Shape
    has_default: bool
    check: _Check


_Kind: TypeAlias = Literal["any", "null", "bool", "int", "float", "str", "bytes"]
_SCALARS: dict[object, tuple[_Kind, str]] = {
    Any: ("any", "any JSON value"),
    object: ("any", "any JSON value"),
    None: ("null", "null"),
    type(None): ("null", "null"),
    bool: ("bool", "a boolean"),
    int: ("int", "an integer"),
    float: ("float", "a number"),
    str: ("str", "a string"),
    bytes: ("bytes", "bytes"),
}


@cache
def _shape(of: object) -> _Shape:
    """The shape of a type. TypeError for a type that no document can mean."""
    if (scalar := _SCALARS.get(of)) is not None:
        return _Shape(*scalar)
    if isinstance(of, type) and issubclass(of, msgspec.Struct):
        return _Shape("model", f"an object ({of.__name__})", model=of)
    origin, args = get_origin(of), get_args(of)
    if origin is Annotated:
        return _annotated(_shape(args[0]), args[1:])
    if origin in (Union, UnionType):
        return _union(args)
    if origin is Literal:
        return _Shape("literal", f"one of {_choices(args)}", values=args)
    if origin in (list, Sequence):
        return _Shape("array", "an array", item=_shape(args[0]))
    if origin in (dict, Mapping):
        return _Shape("object", "an object", item=_shape(args[1]))
    raise TypeError(f"no JSON value has the type {of!r}")


def _annotated(shape: _Shape, metadata: tuple[object, ...]) -> _Shape:
    changes: dict[str, Any] = {}
    limits = tuple(m for m in metadata if isinstance(m, Limits))
    if limits:
        changes["limits"] = shape.limits + limits
    for each in metadata:
        if isinstance(each, Discriminator):
            changes["discriminator"] = each
            if shape.kind == "model":
                changes.update(kind="union", branches=(shape,))
        elif get_origin(each) is Literal and shape.kind == "str":
            changes["values"] = get_args(each)
    if limits and shape.kind == "union":
        changes["branches"] = tuple(_annotated(b, limits) for b in shape.branches)
    return msgspec.structs.replace(shape, **changes)


def _union(args: tuple[object, ...]) -> _Shape:
    nullable = type(None) in args
    optional = UnsetType in args
    shapes = [_shape(a) for a in args if a is not UnsetType and a is not type(None)]
    if not shapes:
        return msgspec.structs.replace(_shape(None), nullable=True, optional=optional)
    if len(shapes) == 1:
        shape = shapes[0]
    elif any(s.kind == "any" for s in shapes):
        shape = _shape(Any)
    else:
        words = " or ".join(dict.fromkeys(s.words for s in shapes))
        shape = _Shape("union", words, branches=tuple(shapes))
    return msgspec.structs.replace(
        shape,
        nullable=nullable or shape.nullable or any(s.nullable for s in shapes),
        optional=optional or shape.optional,
    )


@cache
def _members(model: type[msgspec.Struct]) -> tuple[_Member, ...]:
    hints = get_type_hints(model, include_extras=True)
    return tuple(
        _Member(
            field.name,
            field.encode_name,
            shape := _shape(hints[field.name]),
            not field.required,
            _checker(shape),
        )
        for field in msgspec.structs.fields(model)
    )


def _choices(values: Sequence[object]) -> str:
    shown = ", ".join(_json_text(v) for v in values[:8])
    return f"{shown}, ... ({len(values)} values)" if len(values) > 8 else shown


def _json_text(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _json_equal(a: object, b: object) -> bool:
    """Equality of JSON values: 1 equals 1.0 and does not equal true."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, dict) and isinstance(b, Mapping):
        one = cast("dict[str, object]", a)
        two = cast("Mapping[str, object]", b)
        return one.keys() == two.keys() and all(
            _json_equal(v, two[k]) for k, v in one.items()
        )
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        left, right = cast("list[object]", a), cast("list[object]", b)
        return len(left) == len(right) and all(map(_json_equal, left, right))
    return a == b


# --- Checking what is sent ------------------------------------------------------------

_Check: TypeAlias = Callable[[object, str, list[Violation]], None]
_Rule: TypeAlias = Callable[[Any], tuple[str, str] | None]

_DATE = r"\d{4}-\d\d-\d\d"
_TIME = r"([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?"
_OFFSET = r"([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)"
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_FORMAT_PATTERNS = {
    "date": _DATE,
    "date-time": rf"{_DATE}[Tt]{_TIME}{_OFFSET}",  # RFC 3339, 5.6
    "time": rf"{_TIME}{_OFFSET}?",
    "duration": r"P(?=[\dT])(\d+Y)?(\d+M)?(\d+W)?(\d+D)?"
    r"(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?",  # RFC 3339, appendix A
    "uuid": r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}",
    "ulid": r"[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}",
    "email": r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f.][^@\s\x00-\x1f]{0,254}",
    "uri": r"[A-Za-z][A-Za-z0-9+.-]*:[!#-;=?-\[\]_a-z~$%]+",  # RFC 3986, 2
    "hostname": rf"(?=.{{1,253}}\Z){_LABEL}(\.{_LABEL})*",
    "decimal": r"[+-]?\d+(\.\d+)?",
    "byte": r"([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?",
    "country-code": r"[A-Za-z]{2}",
    "currency-code": r"[A-Za-z]{3}",
    "language-code": r"[A-Za-z]{2,3}",
}
_FORMAT_RANGES = {"int32": 2**31, "int64": 2**63}
_EXACT = Context(prec=1000)


@cache
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
def _format(name: str) -> Callable[[str], object] | None:
    """A test of a string format; None for a format that is not known."""
    if name in ("ipv4", "ipv6"):
        from ipaddress import IPv4Address, IPv6Address

        address = IPv4Address if name == "ipv4" else IPv6Address
        return _succeeds(lambda text: address(text) and "%" not in text)
    if name not in _FORMAT_PATTERNS:
        return None
    match = re.compile(_FORMAT_PATTERNS[name], re.ASCII).fullmatch
    if name in ("date", "date-time"):
        return _succeeds(lambda text: match(text) and date.fromisoformat(text[:10]))
    return match


def _succeeds(test: Callable[[str], object]) -> Callable[[str], object]:
    def safe(text: str) -> object:
        try:
            return test(text)
        except ValueError:
            return False

    return safe


def _rules(limits: Limits, kind: str) -> Iterator[_Rule]:
    """The rules of ``limits`` that concern values of this kind."""
    if kind in ("str", "literal", "any"):
        yield from _length_rules(
            str, "characters", limits.min_length, limits.max_length, "length"
        )
        yield from _text_rules(limits)
    if kind in ("int", "float", "literal", "any"):
        yield from _number_rules(limits)
    if kind in ("array", "any"):
        yield from _length_rules(
            (list, tuple), "items", limits.min_items, limits.max_items, "items"
        )
        if limits.unique_items:
            yield lambda value: (
                None if _unique(value) else ("unique_items", "items must be unique")
            )
    if kind in ("object", "model", "any"):
        yield from _length_rules(
            (Mapping, msgspec.Struct),
            "members",
            limits.min_properties,
            limits.max_properties,
            "properties",
        )
    if (allowed := limits.one_of) is not None:
        words = f"must be one of {_choices(allowed)}"
        yield lambda value: (
            None
            if any(_json_equal(a, _plain(value)) for a in allowed)
            else ("one_of", words)
        )


def _length_rules(
    of: Any, noun: str, least: int | None, most: int | None, name: str
) -> Iterator[_Rule]:
    def size(value: Any) -> int:
        if isinstance(value, msgspec.Struct):
            return sum(
                getattr(value, field) is not UNSET for field in value.__struct_fields__
            )
        return len(value)

    if least is not None:
        yield lambda value: (
            (f"min_{name}", f"at least {least} {noun}, got {size(value)}")
            if isinstance(value, of) and size(value) < least
            else None
        )
    if most is not None:
        yield lambda value: (
            (f"max_{name}", f"at most {most} {noun}, got {size(value)}")
            if isinstance(value, of) and size(value) > most
            else None
        )


def _text_rules(limits: Limits) -> Iterator[_Rule]:
    if limits.pattern is not None and (found := _pattern(limits.pattern)) is not None:
        search, words = found.search, f"must match {limits.pattern}"
        yield lambda value: (
            None if not isinstance(value, str) or search(value) else ("pattern", words)
        )
    if limits.format is not None and (test := _format(limits.format)) is not None:
        wrong = ("format", f"must be a valid {limits.format}")
        yield lambda value: (
            None if not isinstance(value, str) or test(value) else wrong
        )


def _number_rules(limits: Limits) -> Iterator[_Rule]:
    def rule(name: str, words: str, holds: Callable[[Any], bool]) -> _Rule:
        broken = (name, words)
        return lambda value: (
            broken
            if isinstance(value, (int, float))
            and not isinstance(value, bool)
            and not holds(value)
            else None
        )

    if (low := limits.minimum) is not None:
        yield rule("minimum", f"at least {_number(low)}", lambda v: v >= low)
    if (high := limits.maximum) is not None:
        yield rule("maximum", f"at most {_number(high)}", lambda v: v <= high)
    if (above := limits.exclusive_minimum) is not None:
        yield rule(
            "exclusive_minimum", f"more than {_number(above)}", lambda v: v > above
        )
    if (below := limits.exclusive_maximum) is not None:
        yield rule(
            "exclusive_maximum", f"less than {_number(below)}", lambda v: v < below
        )
    if (step := limits.multiple_of) is not None:
        words = f"must be a multiple of {_number(step)}"
        yield rule("multiple_of", words, lambda v: _is_multiple(v, step))
    if (bound := _FORMAT_RANGES.get(limits.format or "")) is not None:
        words = f"must be a valid {limits.format}"
        yield rule("format", words, lambda v: -bound <= v < bound)


def _is_multiple(value: int | float, step: int | float) -> bool:
    if isinstance(value, int) and isinstance(step, int):
        return value % step == 0
    return not _EXACT.remainder(Decimal(_number(value)), Decimal(_number(step)))


def _unique(values: Any) -> bool:
    plain = [int(v) if type(v) is float and v.is_integer() else v for v in values]
    try:
        texts = {msgspec.json.encode(v, order="sorted") for v in plain}
    except (TypeError, ValueError):
        return True  # not JSON; another rule says so
    return len(texts) == len(plain)


def _checker(shape: _Shape) -> _Check:
    """A function that appends every violation of ``shape`` in a value."""
    kind, words = shape.kind, f"must be {shape.words}"
    nullable = shape.nullable or kind == "null"
    optional = shape.optional
    rules = tuple(rule for each in shape.limits for rule in _rules(each, kind))
    if kind == "union":
        rules = ()  # the branches have them
    fits, inner = _FITS[kind](shape), _inner(shape)

    def check(value: object, path: str, out: list[Violation]) -> None:
        if value is None and kind != "any":
            if not nullable:
                out.append(Violation(path, f"{words}, got null", "null"))
        elif value is UNSET:
            if not optional:
                out.append(Violation(path, "is required", "required"))
        elif not fits(value):
            rule = "enum" if kind == "literal" else "type"
            got = "" if kind == "literal" else f", got {_python_words(value)}"
            out.append(Violation(path, f"{words}{got}", rule))
        else:
            for broken in rules:
                if (problem := broken(value)) is not None:
                    out.append(Violation(path, problem[1], problem[0]))
            if inner is not None:
                inner(value, path, out)

    return check


def _python_words(value: object) -> str:
    if isinstance(value, float) and not _finite(value):
        return "a number that JSON can't express"
    return type(value).__name__


def _finite(value: float) -> bool:
    return value - value == 0


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return _is_int(value) or (isinstance(value, float) and _finite(value))


def _is_array(value: object) -> bool:
    if isinstance(value, (list, tuple)):
        return True
    if isinstance(value, (str, int, float, dict, bytes, bytearray, memoryview)):
        return False
    return isinstance(value, Sequence)


def _is_object(value: object) -> bool:
    return isinstance(value, (dict, Mapping))


def _is_json(value: object) -> bool:
    if value is None or isinstance(value, (str, int, dict, list, msgspec.Struct)):
        return True
    return _is_number(value) or _is_array(value) or _is_object(value)


def _fits_literal(shape: _Shape) -> Callable[[object], bool]:
    allowed = {(type(v), v) for v in shape.values}
    return lambda value: (
        value.__hash__ is not None and (type(value), value) in allowed
    ) or (isinstance(value, str) and (str, str(value)) in allowed)


def _fits_union(shape: _Shape) -> Callable[[object], bool]:
    tests = tuple(_FITS[b.kind](b) for b in shape.branches)
    return lambda value: any(test(value) for test in tests)


def _fits_model(shape: _Shape) -> Callable[[object], bool]:
    model = cast("type[msgspec.Struct]", shape.model)
    return lambda value: isinstance(value, model)


_FITS: dict[str, Callable[[_Shape], Callable[[object], bool]]] = {
    "any": lambda _: _is_json,
    "null": lambda _: lambda value: value is None,
    "bool": lambda _: lambda value: isinstance(value, bool),
    "int": lambda _: _is_int,
    "float": lambda _: _is_number,
    "str": lambda _: lambda value: isinstance(value, str),
    "bytes": lambda _: lambda value: isinstance(value, bytes),
    "literal": _fits_literal,
    "array": lambda _: _is_array,
    "object": lambda _: _is_object,
    "model": _fits_model,
    "union": _fits_union,
}


def _inner(shape: _Shape) -> _Check | None:
    """The check of what is inside a value that fits."""
    if shape.kind == "any":
        return _check_json
    if shape.kind == "model":
        return _check_model
    if shape.kind == "union":
        return _check_union(shape)
    if shape.item is None:
        return None
    each = _checker(shape.item)

    def check_array(value: Any, path: str, out: list[Violation]) -> None:
        for index, item in enumerate(value):
            each(item, f"{path}[{index}]", out)

    def check_object(value: Any, path: str, out: list[Violation]) -> None:
        for key, item in value.items():
            if not isinstance(key, str):
                out.append(Violation(path or "body", "names must be strings", "type"))
            each(item, _dotted(path, key), out)

    return check_array if shape.kind == "array" else check_object


def _dotted(path: str, name: object) -> str:
    return f"{path}.{name}" if path else str(name)


def _check_model(value: Any, path: str, out: list[Violation]) -> None:
    prefix = f"{path}." if path else ""
    for name, wire, shape, _, check in _members(value.__class__):
        member = getattr(value, name)
        if member is UNSET and shape.optional:
            continue
        if shape.optional and any(limits.read_only for limits in shape.limits):
            out.append(
                Violation(prefix + wire, "is read-only, leave it out", "read_only")
            )
        else:
            check(member, prefix + wire, out)


def _check_json(value: Any, path: str, out: list[Violation]) -> None:
    if isinstance(value, msgspec.Struct):
        _check_model(cast(object, value), path, out)
    elif _is_object(value):
        _JSON_OBJECT(cast(object, value), path, out)
    elif _is_array(value):
        _JSON_ARRAY(value, path, out)


_ANY = _Shape("any", "a JSON value")
_JSON_OBJECT = cast(_Check, _inner(_Shape("object", "", item=_ANY)))
_JSON_ARRAY = cast(_Check, _inner(_Shape("array", "", item=_ANY)))


def _check_union(shape: _Shape) -> _Check:
    tests = tuple((_FITS[b.kind](b), _checker(b), b) for b in shape.branches)
    rule = shape.discriminator

    def check(value: Any, path: str, out: list[Violation]) -> None:
        first: list[Violation] | None = None
        for fits, branch, _ in tests:
            if not fits(value):
                continue
            problems: list[Violation] = []
            branch(value, path, problems)
            if not problems:
                first = None
                break
            first = problems if first is None else first
        out.extend(first or ())
        if rule is not None and isinstance(value, msgspec.Struct):
            at = next(
                (m for m in _members(type(value)) if m.wire == rule.property), None
            )
            kind: Any = getattr(value, at.name) if at is not None else None
            if at is None or rule.mapping.get(kind) != type(value).__name__:
                out.append(
                    Violation(
                        _dotted(path, rule.property),
                        f"does not say {type(value).__name__}",
                        "discriminator",
                    )
                )

    return check


def _plain(value: object) -> object:
    return msgspec.to_builtins(value) if isinstance(value, msgspec.Struct) else value


# --- Writing values -------------------------------------------------------------------

_UNRESERVED = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
_QUOTED = [chr(b) if b in _UNRESERVED else f"%{b:02X}" for b in range(256)]
_all_unreserved = re.compile(r"[A-Za-z0-9._~-]*").fullmatch
_header_value = re.compile(r"(?![ \t])[\t\x20-\x7e\x80-\xff]*(?<![ \t])").fullmatch
_header_name = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+").fullmatch

_Pairs: TypeAlias = list[tuple[str, str]]
_Flat: TypeAlias = str | list[str] | _Pairs


def _quote(text: str) -> str:
    """Percent-encoded as UTF-8; only unreserved characters stay (RFC 3986, 2.3)."""
    if _all_unreserved(text):
        return text
    return "".join([_QUOTED[byte] for byte in text.encode()])


def _number(value: int | float) -> str:
    return msgspec.json.encode(value).decode()


def _text(value: object, path: str, out: list[Violation]) -> str:
    """A scalar as text; what is no scalar is a violation and gives ""."""
    if isinstance(value, str):
        if not _encodable(value):
            out.append(Violation(path, "is not Unicode text", "encoding"))
            return ""
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if _is_number(value):
        try:
            return _number(cast(float, value))
        except ValueError:
            pass
    message = "null can't be written here" if value is None else "can't be written here"
    out.append(Violation(path, message, "null" if value is None else "type"))
    return ""


def _encodable(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:  # a lone surrogate
        return False
    return True


def _pairs(value: object) -> Iterator[tuple[str, object]]:
    """The members of an object by their names on the wire, absent ones left out."""
    if isinstance(value, msgspec.Struct):
        names = zip(
            value.__struct_fields__, value.__struct_encode_fields__, strict=True
        )
        for name, wire in names:
            if (member := getattr(value, name)) is not UNSET:
                yield wire, member
    else:
        for key, member in cast("Mapping[str, object]", value).items():
            if member is not UNSET:
                yield str(key), member


def _flatten(value: object, path: str, out: list[Violation]) -> _Flat:
    if isinstance(value, (str, int, float)):
        return _text(value, path, out)
    if isinstance(value, (msgspec.Struct, Mapping)):
        return [
            (_text(k, path, out), _text(v, f"{path}.{k}", out))
            for k, v in _pairs(cast(object, value))
        ]
    if _is_array(value):
        return [
            _text(item, f"{path}[{index}]", out)
            for index, item in enumerate(cast("Sequence[object]", value))
        ]
    return _text(value, path, out)


class _Writer(NamedTuple):
    """A parameter, ready to be written."""

    name: str
    location: Location
    path: str
    style: Style
    explode: bool
    required: bool
    nullable: bool
    check: _Check


_STYLES: dict[Location, Style] = {
    "path": "simple",
    "query": "form",
    "header": "simple",
    "cookie": "form",
}


def _writer(parameter: Parameter) -> _Writer:
    style = parameter.style or _STYLES[parameter.location]
    shape = _shape(parameter.type)
    return _Writer(
        parameter.name,
        parameter.location,
        f"{parameter.location}.{parameter.name}",
        style,
        style == "form" if parameter.explode is None else parameter.explode,
        parameter.required or parameter.location == "path",
        shape.nullable,
        _checker(shape),
    )


def _delimited(
    flat: list[str] | _Pairs, delimiter: str, writer: _Writer, out: list[Violation]
) -> list[str]:
    """The items of an array, or the names and values of an object in turn. A value
    that contains a delimiter which encoding can't hide is refused."""
    items: list[str] = []
    for item in flat:
        items.extend((item,) if isinstance(item, str) else item)
    if delimiter and any(delimiter in item for item in items):
        message = f"must not contain {delimiter!r} in style {writer.style}"
        out.append(Violation(writer.path, message, "delimiter"))
    return items


def _write_path(writer: _Writer, flat: _Flat, out: list[Violation]) -> str:
    """RFC 6570, 3.2.2 (simple), 3.2.5 (label) and 3.2.7 (matrix)."""
    style, explode = writer.style, writer.explode
    before, between = {"label": (".", "."), "matrix": (";", ";")}.get(style, ("", ","))
    name = _quote(writer.name)
    if isinstance(flat, str):
        return f";{name}={_quote(flat)}" if style == "matrix" else before + _quote(flat)
    if not explode:
        items = _delimited(flat, "", writer, out)
        start = f";{name}=" if style == "matrix" else before
        return start + ",".join(map(_quote, items))
    dot = "." if style == "label" else ""
    _delimited(flat, dot, writer, out)
    key = f"{name}=" if style == "matrix" else ""
    return before + between.join(
        key + _quote(i) if isinstance(i, str) else f"{_quote(i[0])}={_quote(i[1])}"
        for i in flat
    )


def _write_query(writer: _Writer, flat: _Flat, out: list[Violation]) -> list[str]:
    """OpenAPI 3.1, "Style Values"; the delimiters of the non-RFC styles are encoded."""
    name, style = _quote(writer.name), writer.style
    if isinstance(flat, str):
        return [f"{name}={_quote(flat)}"]
    if style == "deepObject":
        return [
            f"{name}%5B{_quote(item[0])}%5D={_quote(item[1])}"
            for item in flat
            if not isinstance(item, str)
        ]
    if writer.explode:
        return [
            f"{name}={_quote(i)}" if isinstance(i, str) else "=".join(map(_quote, i))
            for i in flat
        ]
    if not flat:
        return []
    visible = {"spaceDelimited": " ", "pipeDelimited": "|"}.get(style, "")
    items = _delimited(flat, visible, writer, out)
    return [f"{name}={(_quote(visible) or ',').join(map(_quote, items))}"]


def _write_header(writer: _Writer, flat: _Flat, out: list[Violation]) -> str:
    """Style simple. Nothing is encoded in a header, so a comma inside is refused."""
    if isinstance(flat, str):
        return flat
    items = _delimited(flat, ",", writer, out)
    if writer.explode and not all(isinstance(i, str) for i in flat):
        return ",".join(map("=".join, zip(items[::2], items[1::2], strict=True)))
    return ",".join(items)


_PERCENT_DOT = re.compile("%2e", re.IGNORECASE)


def _is_dots(segment: str) -> bool:
    return _PERCENT_DOT.sub(".", segment) in ("", ".", "..")


def _check_header(
    name: str, value: object, path: str, out: list[Violation]
) -> str | None:
    """The value if it is safe (RFC 9110, 5.5): no control characters, none outside
    Latin-1, no white space around it."""
    if not _header_name(name):
        out.append(Violation(path, "is no legal header name", "header"))
    elif not isinstance(value, str) or not _header_value(value):
        out.append(Violation(path, "is not safe in a header", "header"))
    else:
        return value
    return None


def _is_json_type(media_type: str) -> bool:
    return media_type in ("application/json", "text/json") or media_type.endswith(
        "+json"
    )


def _encode_body(media_type: str, body: object, out: list[Violation]) -> bytes | None:
    """The bytes of a body; a body that can't be written is a violation."""
    kind = media_type.partition(";")[0].strip().lower()
    if _is_json_type(kind):
        try:
            return msgspec.json.encode(body, enc_hook=_encode_hook)
        except (TypeError, ValueError, OverflowError):
            out.append(Violation("body", "is not JSON", "encoding"))
            return None
    if kind == "application/x-www-form-urlencoded":
        return _encode_form(body, out)
    if isinstance(body, (bytes, bytearray)):
        return bytes(body)
    if isinstance(body, str) and kind.startswith("text/") and _encodable(body):
        return body.encode()
    out.append(Violation("body", f"can't be written as {kind}", "type"))
    return None


def _encode_hook(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(cast("Mapping[str, object]", value))
    if isinstance(value, Sequence):
        return list(cast("Sequence[object]", value))
    raise TypeError


def _encode_form(body: object, out: list[Violation]) -> bytes | None:
    if not isinstance(body, (msgspec.Struct, Mapping)):
        out.append(Violation("body", "must be an object", "type"))
        return None
    pieces: list[str] = []
    for name, value in _pairs(cast(object, body)):
        key = _quote(_text(name, "body", out))
        values = cast("list[object]", value) if _is_array(value) else [value]
        for index, item in enumerate(values):
            path = f"{name}[{index}]" if values is value else name
            pieces.append(f"{key}={_quote(_text(item, path, out))}")
    return "&".join(pieces).encode()


def _refuse_infinite(value: object, path: str, out: list[Violation]) -> None:
    """Refuses NaN and infinities, which the encoder would turn into null."""
    if isinstance(value, float):
        if not _finite(value):
            out.append(Violation(path or "body", "is not a JSON number", "type"))
    elif isinstance(value, (msgspec.Struct, Mapping)):
        for name, member in _pairs(cast(object, value)):
            _refuse_infinite(member, _dotted(path, name), out)
    elif _is_array(value):
        for index, item in enumerate(cast("Sequence[object]", value)):
            _refuse_infinite(item, f"{path}[{index}]", out)


# --- build ----------------------------------------------------------------------------


class _Plan:
    """What is worth working out once per operation."""

    __slots__ = (
        "accept",
        "check_body",
        "pieces",
        "probe",
        "readers",
        "segments",
        "success",
        "where",
        "writers",
    )

    def __init__(self, operation: Operation[object]) -> None:
        self.writers = tuple(map(_writer, operation.parameters))
        self.pieces = re.split(r"\{([^{}]*)\}", operation.path)
        self.segments = operation.path.count("/")
        body = None if operation.body is None else _shape(operation.body_type)
        self.check_body = None if body is None else _checker(body)
        self.readers = {
            status: _Reader(reply) for status, reply in operation.responses.items()
        }
        self.accept = _accept(operation.responses)
        good = sorted(s for s in self.readers if s.startswith("2"))
        self.success = self.readers[good[0]] if good else _UNDOCUMENTED
        self.probe = _probe(operation.failure)


_PLANS: dict[Operation[object], _Plan] = {}


def _plan(operation: Operation[object]) -> _Plan:
    plan = _PLANS.get(operation)
    if plan is None:
        plan = _PLANS[operation] = _Plan(operation)
    return plan


def _accept(replies: Mapping[str, Reply]) -> str:
    """The media types of all answers, those of successes first."""
    order = sorted(replies.items(), key=lambda item: not item[0].startswith("2"))
    types = dict.fromkeys(r.media_type for _, r in order if r.type is not None)
    return ", ".join(types) or "*/*"


def build(
    operation: Operation[object],
    values: tuple[object, ...],
    body: object = UNSET,
    validate: bool = True,
) -> Request:
    """The request of one call, without server and credentials.

    ``values`` are in the order of ``operation.parameters``. Raises RequestInvalid with
    every violation. Without ``validate`` the document's limits are not looked at; what
    can't be written safely is refused all the same."""
    plan = _plan(operation)
    out: list[Violation] = []
    paths: dict[str, str] = {}
    query: list[str] = []
    cookies: list[str] = []
    headers: dict[str, str] = {"Accept": plan.accept}
    for writer, value in zip(plan.writers, values, strict=True):
        before = len(out)
        if _given(writer, value, out, validate):
            flat = _flatten(value, writer.path, out)
            if len(out) == before:
                _write(writer, flat, out, paths, query, cookies, headers)
    if cookies:
        headers["Cookie"] = "; ".join(cookies)
    content = _content(operation, plan, body, validate, out)
    if content is not None and "content-type" not in map(str.lower, headers):
        headers["Content-Type"] = cast(str, operation.body)
    url = "" if out else _join_path(plan, paths, out)
    if out:
        raise RequestInvalid(out, operation=operation)
    if query:
        url = f"{url}?{'&'.join(query)}"
    return Request(operation.name, operation.method, url, Headers(headers), content)


def _given(
    writer: _Writer, value: object, out: list[Violation], validate: bool
) -> bool:
    """Whether a parameter is to be written; violations go to ``out``."""
    if value is UNSET:
        if writer.required:
            out.append(Violation(writer.path, "is required", "required"))
        return False
    if value is None and writer.nullable and not writer.required:
        return False
    before = len(out)
    if value is None:
        out.append(Violation(writer.path, "null can't be written here", "null"))
    elif validate:
        try:
            writer.check(value, writer.path, out)
        except RecursionError:
            out.append(Violation(writer.path, "is nested too deeply", "depth"))
    return len(out) == before


def _write(
    writer: _Writer,
    flat: _Flat,
    out: list[Violation],
    paths: dict[str, str],
    query: list[str],
    cookies: list[str],
    headers: dict[str, str],
) -> None:
    if writer.location == "path":
        texts = [flat] if isinstance(flat, str) else _delimited(flat, "", writer, out)
        if not texts or any(map(_is_dots, texts)):
            message = "must not be empty, '.' or '..', however encoded"
            out.append(Violation(writer.path, message, "path"))
        paths[writer.name] = _write_path(writer, flat, out)
        return
    if not flat and not isinstance(flat, str):
        if writer.required:
            message = "must not be empty, it could not be written"
            out.append(Violation(writer.path, message, "required"))
    elif writer.location == "query":
        query.extend(_write_query(writer, flat, out))
    elif writer.location == "cookie":
        cookies.extend(_write_query(writer, flat, out))
    else:
        text = _write_header(writer, flat, out)
        if _check_header(writer.name, text, writer.path, out) is not None:
            headers[writer.name] = text


def _join_path(plan: _Plan, paths: dict[str, str], out: list[Violation]) -> str:
    """The path with its values, checked as a whole: as many segments as the template
    and none that a server could resolve (RFC 3986, 3.3)."""
    pieces = plan.pieces
    path = "".join(
        paths.get(piece, "") if index % 2 else piece
        for index, piece in enumerate(pieces)
    )
    for name in pieces[1::2]:
        if name not in paths:
            out.append(Violation(f"path.{name}", "is required", "required"))
    segments = path.split("/")
    if len(segments) != plan.segments + 1 or any(
        _PERCENT_DOT.sub(".", segment) in (".", "..") for segment in segments
    ):
        out.append(Violation("path", "must not leave the template", "path"))
    return path


def _content(
    operation: Operation[object],
    plan: _Plan,
    body: object,
    validate: bool,
    out: list[Violation],
) -> bytes | None:
    if operation.body is None or plan.check_body is None:
        return None
    if not operation.body_required and _is_blank(body):
        return None
    if body is UNSET:
        out.append(Violation("body", "is required", "required"))
        return None
    is_object = isinstance(body, (msgspec.Struct, Mapping))
    before = len(out)
    try:
        if validate:
            plan.check_body(body, "" if is_object else "body", out)
        else:
            _refuse_infinite(body, "", out)
        return _encode_body(operation.body, body, out) if len(out) == before else None
    except RecursionError:
        out.append(Violation("body", "is nested too deeply", "depth"))
        return None


def _is_blank(body: object) -> bool:
    """Whether there is no body: absent, or an object of absent members only."""
    if isinstance(body, msgspec.Struct):
        fields = body.__struct_fields__
        return all(getattr(body, field) is UNSET for field in fields)
    return body is UNSET


# --- Reading leniently ----------------------------------------------------------------

_WRONG: Any = object()  # a value of another type than the document says
_UNREADABLE: Any = object()  # a body that is no JSON

_JSON_WORDS: dict[type, str] = {
    bool: "a boolean",
    int: "an integer",
    float: "a number",
    str: "a string",
    list: "an array",
    dict: "an object",
    type(None): "null",
}


class _Reader:
    """A reply and its decoder; None where only the lenient way reads the type."""

    __slots__ = ("decoder", "is_json", "reply")

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        self.is_json = reply.media_type == "*/*" or _is_json_type(reply.media_type)
        self.decoder: msgspec.json.Decoder[object] | None = None
        if reply.type is not None and reply.type is not bytes:
            with suppress(TypeError):  # a union that msgspec doesn't decode
                self.decoder = msgspec.json.Decoder(cast("type[object]", reply.type))


_UNDOCUMENTED = _Reader(Reply(Any))


def _decode(
    reader: _Reader, response: RawResponse, found: list[Mismatch], bare: bool
) -> object:
    """The body as the reply types it, as far as that goes. ``bare``: the method or
    status allows no body (RFC 9110, 6.4.1)."""
    reply, body = reader.reply, response.body
    if reply.type is None or bare:
        if body:
            words = f"{len(body)} bytes"
            found.append(Mismatch("$", "unexpected-body", "no body", words))
        return None
    media_type, charset = _content_type(response.headers)
    if reply.type is Any:
        if not body:
            return None
        if media_type and not _is_json_type(media_type) and reply.media_type != "*/*":
            is_text = media_type.startswith("text/")
            return _decode_text(body, charset, found) if is_text else body
    elif not reader.is_json:
        _compare_media_type(reply.media_type, media_type, found)
        if reply.type is bytes:
            return body
        if reply.type is str:
            return _decode_text(body, charset, found)
    elif reply.type is bytes:
        return body
    if not body or body.isspace():
        found.append(Mismatch("$", "empty", "a JSON body", "an empty body"))
        return None
    right = not media_type or _is_json_type(media_type) or reply.media_type == "*/*"
    if right and reader.decoder is not None:
        try:
            return reader.decoder.decode(body)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            pass
    return _decode_leniently(reader, response, media_type if not right else "", found)


def _decode_leniently(
    reader: _Reader, response: RawResponse, wrong_type: str, found: list[Mismatch]
) -> object:
    notes: list[Mismatch] = []
    _, charset = _content_type(response.headers)
    value = _parse(response.body, charset, notes)
    shape = _shape(reader.reply.type)
    if wrong_type:
        words = wrong_type[:80] if wrong_type.isascii() else "another"
        found.append(Mismatch("$", "media-type", reader.reply.media_type, words))
        if value is _UNREADABLE or not _fits_json(shape, value):
            return None
    found.extend(notes)
    if value is _UNREADABLE:
        return None
    try:
        data = _walk(shape, value, "$", found)
    except RecursionError:
        found.append(_TOO_DEEP)
        return None
    return None if data is _WRONG else data


_TOO_DEEP = Mismatch("$", "depth", "JSON that can be read", "too deep a nesting")


def _content_type(headers: Headers) -> tuple[str, str]:
    """Media type and charset, in lower case; "" where there is none."""
    value = headers.get("content-type")
    if value is None:
        return "", ""
    media_type, _, rest = value.lower().partition(";")
    charset = ""
    if "charset=" in rest:
        charset = rest.partition("charset=")[2].partition(";")[0].strip().strip('"')
    return media_type.strip(), charset


def _compare_media_type(expected: str, media_type: str, found: list[Mismatch]) -> None:
    expected = expected.partition(";")[0].strip().lower()
    pattern = expected.removesuffix("*") if expected.endswith("/*") else expected
    same = media_type.startswith(pattern) if pattern != expected else False
    if media_type and media_type != expected and not same and expected != "*/*":
        words = media_type[:80] if media_type.isascii() else "another"
        found.append(Mismatch("$", "media-type", expected, words))


def _decode_text(body: bytes, charset: str, found: list[Mismatch]) -> str:
    """Text in the charset that was announced, UTF-8 by default; what can't be decoded
    is replaced and listed."""
    body = body.removeprefix(b"\xef\xbb\xbf")
    for name in dict.fromkeys(("utf-8", charset) if not charset else (charset,)):
        try:
            return body.decode(name)
        except (LookupError, ValueError):
            pass
    found.append(Mismatch("$", "charset", charset[:40] or "utf-8", "other bytes"))
    return body.decode("utf-8", "replace")


def _parse(body: bytes, charset: str, found: list[Mismatch]) -> Any:
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

    def constant(text: str) -> Any:
        defects.append(text)
        return None

    def integer(text: str) -> Any:
        return int(text) if len(text) < 4300 else constant("a huge integer")

    def real(text: str) -> Any:
        number = float(text)
        return number if _finite(number) else constant("a huge number")

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
            text, parse_constant=constant, parse_int=integer, parse_float=real
        )
    except RecursionError:
        found.append(_TOO_DEEP)
        return _UNREADABLE
    except ValueError:
        words = f"{len(body)} bytes that are not"
        found.append(Mismatch("$", "syntax", "JSON", words))
        return _UNREADABLE
    if defects or not found:
        words = ", ".join(dict.fromkeys(defects)) or "an illegal string"
        found.append(Mismatch("$", "syntax", "JSON", words))
    return value


def _json_words(value: object) -> str:
    return _JSON_WORDS.get(type(value), "something else")


def _fits_json(shape: _Shape, value: Any) -> bool:
    """Whether a value's JSON type is that of the shape."""
    kind = shape.kind
    if value is None:
        return shape.nullable or kind in ("null", "any")
    if kind == "literal":
        return any(type(value) is type(known) for known in shape.values)
    if kind == "union":
        return any(_fits_json(branch, value) for branch in shape.branches)
    if kind == "int":
        return _is_int(value) or (isinstance(value, float) and value.is_integer())
    if kind in ("object", "model"):
        return isinstance(value, dict)
    if kind == "array":
        return isinstance(value, list)
    return kind != "bytes" and _FITS[kind](shape)(value)


def _walk(shape: _Shape, value: Any, path: str, found: list[Mismatch]) -> Any:
    """A JSON value as the shape types it; _WRONG, and a mismatch, where it can't be."""
    if value is None:
        if not _fits_json(shape, None):
            found.append(Mismatch(path, "null", shape.words, "null"))
        return None
    kind = shape.kind
    if not _fits_json(shape, value):
        found.append(Mismatch(path, "type", shape.words, _json_words(value)))
        return _WRONG
    if kind == "model":
        model = cast("type[msgspec.Struct]", shape.model)
        return _walk_model(model, value, path, found)
    if kind == "array":
        item = cast(_Shape, shape.item)
        return [
            _or_none(_walk(item, each, f"{path}[{index}]", found))
            for index, each in enumerate(value)
        ]
    if kind == "object":
        item, inside = cast(_Shape, shape.item), f"{path}[*]"
        return {k: _or_none(_walk(item, v, inside, found)) for k, v in value.items()}
    if kind == "union":
        branch = _branch(shape, value, path, found)
        return _WRONG if branch is None else _walk(branch, value, path, found)
    if kind == "int":
        return int(value)
    if kind == "float":
        try:
            return float(value)
        except OverflowError:
            return value
    return value


def _or_none(value: Any) -> Any:
    return None if value is _WRONG else value


def _walk_model(
    model: type[msgspec.Struct],
    value: dict[str, Any],
    path: str,
    found: list[Mismatch],
) -> Any:
    members: dict[str, Any] = {}
    for name, wire, shape, has_default, _ in _members(model):
        at = f"{path}.{wire}" if wire.isidentifier() else f"{path}[{wire!r}]"
        if wire in value:
            member = _walk(shape, value[wire], at, found)
            if member is _WRONG:
                member = UNSET if shape.optional else None
            members[name] = member
        elif shape.optional:
            members[name] = UNSET
        elif not has_default:
            found.append(Mismatch(at, "missing", shape.words, "nothing"))
            members[name] = None
    return model(**members)


def _branch(
    shape: _Shape, value: Any, path: str, found: list[Mismatch]
) -> _Shape | None:
    """The branch of a union that a value is: by discriminator, by JSON type, and at
    last the one it differs least from, looking one level deep."""
    rule = shape.discriminator
    if rule is not None and isinstance(value, dict):
        named = cast("dict[str, Any]", value).get(rule.property)
        wanted = rule.mapping.get(named) if isinstance(named, str) else None
        for branch in shape.branches:
            if branch.model is not None and branch.model.__name__ == wanted:
                return branch
        words = f"one of {_choices(tuple(rule.mapping))}"
        at = f"{path}.{rule.property}"
        found.append(Mismatch(at, "discriminator", words, _json_words(named)))
        return None
    fitting = [b for b in shape.branches if _fits_json(b, value)]
    return min(fitting, key=lambda b: _distance(b, value)) if fitting else None


def _distance(shape: _Shape, value: Any) -> int:
    if shape.kind == "literal":
        return 0 if value in shape.values else 1
    if shape.kind == "int":
        return int(not _is_int(value))
    if shape.kind != "model":
        return 0
    members = _members(cast("type[msgspec.Struct]", shape.model))
    distance = len(value.keys() - {m.wire for m in members})
    for _, wire, member, has_default, _ in members:
        if wire not in value:
            distance += 0 if member.optional or has_default else 2
        elif not _fits_json(member, value[wire]):
            distance += 0 if value[wire] is None and member.nullable else 2
        elif member.values and value[wire] not in member.values:
            distance += 4
    return distance


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


def read(operation: Operation[T], response: RawResponse) -> Response[T]:
    """The answer, decoded. Raises StatusError's subclasses for what is no success;
    never raises for a body that differs from the document, but lists it."""
    plan = _plan(operation)
    status = response.status
    key = f"{status}"
    reader = plan.readers.get(key) or plan.readers.get(f"{key[0]}XX")
    documented = reader is not None
    if reader is None:
        reader = plan.readers.get("default")
    ok = 200 <= status < 300 or (documented and 300 <= status < 400)
    if not ok or (documented and reader is not None and reader.reply.error):
        raise _status_error(operation, response)
    if plan.probe is not None and (told := _told(operation, plan.probe, response)):
        raise told
    found: list[Mismatch] = []
    if reader is None or reader.reply.error is not None:
        known = ", ".join(s for s in plan.readers if s.startswith("2"))
        found.append(Mismatch("$", "status", known or "an error", key))
        reader = plan.success
        if not response.body:
            reader = _UNDOCUMENTED
    bare = status in (204, 205, 304) or operation.method == "HEAD"
    data = _decode(reader, response, found, bare)
    return Response(
        cast(T, data),
        status,
        response.headers,
        response.body,
        _request_id(response.headers),
        tuple(found),
    )


def _request_id(headers: Headers) -> str | None:
    """The server's name for this request, made fit for a line of text."""
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
    import time
    from email.utils import mktime_tz, parsedate_tz

    try:
        parsed = parsedate_tz(value)
        return None if parsed is None else max(0.0, mktime_tz(parsed) - time.time())
    except (ValueError, OverflowError, IndexError, TypeError):
        return None


def _status_error(
    operation: Operation[object],
    response: RawResponse,
    status: int | None = None,
    message: str | None = None,
) -> StatusError:
    """The error of an answer; ``status`` is one that the body of a success names."""
    inside = status is not None
    code = response.status if status is None else status
    readers = _plan(operation).readers
    key = str(code)
    reader = readers.get(key) or readers.get(f"{key[0]}XX") or readers.get("default")
    cls = reader.reply.error if reader is not None else None
    if cls is None:
        cls = _REGISTERED.get(code) or _FAMILIES.get(code // 100, StatusError)
    found: list[Mismatch] = []
    error: object = None
    bare = response.status in (204, 205, 304) or operation.method == "HEAD"
    if reader is not None:
        error = _decode(reader, response, found, bare)
    if reader is None or (inside and found):
        found = []
        error = _decode(_UNDOCUMENTED, response, [], bare)
        error = None if isinstance(error, (bytes, str)) else error
    return cls(
        response,
        operation=operation,
        status=code,
        error=error,
        mismatches=tuple(found),
        message=message,
        in_success=inside,
    )


def _probe(failure: Failure | None) -> msgspec.json.Decoder[object] | None:
    """A decoder of nothing but the member that a failure rule looks at."""
    if failure is None:
        return None
    of: Any = Any
    for index in range(len(failure.when)):
        field = msgspec.field(name=failure.when[-1 - index], default=UNSET)
        of = msgspec.defstruct("Probe", [("it", of | UnsetType, field)])
    return msgspec.json.Decoder(of)


def _told(
    operation: Operation[object],
    probe: msgspec.json.Decoder[object],
    response: RawResponse,
) -> StatusError | None:
    """The failure that the body of a success tells of, if the rule finds one."""
    rule = cast(Failure, operation.failure)
    value: Any
    try:
        value = probe.decode(response.body)
        for _ in rule.when:
            value = value.it
    except msgspec.ValidationError:
        return None  # another type on the way there
    except (msgspec.MsgspecError, ValueError, RecursionError, AttributeError):
        plain = _parse(response.body, _content_type(response.headers)[1], [])
        value = _at(plain, rule.when)
    if value is UNSET or not _json_equal(rule.equals, value):
        return None
    body = _parse(response.body, "", [])
    status = _as_status(_at(body, rule.status)) if rule.status else None
    text = _at(body, rule.message) if rule.message else None
    message = text if isinstance(text, str) else None
    if status is not None:
        return _status_error(operation, response, status, message)
    error = None if body is _UNREADABLE else body
    return FailureInSuccess(
        response, operation=operation, error=error, message=message, in_success=True
    )


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
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 300 <= value < 600 else None


# --- Servers and credentials ----------------------------------------------------------

_base = re.compile(r"https?://[^/?#@\s\\]+(/[^?#\s\\]*)?", re.IGNORECASE).fullmatch
_host_text = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*").fullmatch


class Variable(msgspec.Struct, frozen=True):
    """A part of a server's URL. Its value is the constructor's ``argument``, else the
    default; it is letters, digits, "-", "_" and single dots inside."""

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


Scheme: TypeAlias = Bearer | ApiKey | Basic


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


def _invalid(path: str, message: str, rule: str) -> RequestInvalid:
    return RequestInvalid([Violation(path, message, rule)], operation=None)


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
        if not _host_text(value):
            message = "may hold letters, digits, '-', '_' and single dots inside"
            raise _invalid(argument, message, "server")
        url = url.replace(f"{{{key}}}", value)
    return _checked_base(url, "server")


def _checked_base(url: str, argument: str) -> str:
    dots = any(
        _PERCENT_DOT.sub(".", segment) in (".", "..") for segment in url.split("/")
    )
    if not _base(url) or not url.isascii() or not url.isprintable() or dots:
        message = "must be an http(s) URL without user, query and fragment"
        raise _invalid(argument, message, "server")
    return url.rstrip("/")


def _choose_server(
    config: Config, operation: Operation[object], options: RequestOptions | None
) -> str | None:
    """The name of the server of a call; None means ``base_url``."""
    allowed = operation.servers
    name = options.server if options is not None else None
    if name is None:
        if config.base_url is not None:
            return None
        if not allowed or config.server in allowed:
            return config.server
        if len(allowed) == 1:
            return allowed[0]
    elif not allowed or name in allowed:
        return name
    message = f"must be one of {', '.join(allowed)} for this operation"
    raise _invalid("options.server", message, "server")


def _arguments(scheme: Scheme) -> tuple[str, ...]:
    if isinstance(scheme, Basic):
        return (scheme.username, scheme.password)
    return (scheme.argument,)


def _choose_schemes(config: Config, operation: Operation[object]) -> list[Scheme]:
    """The first alternative whose credentials are all given; none at all only if the
    document allows it and no other can be had."""
    wanted: list[str] = []
    for names in sorted(operation.security, key=lambda names: not names):
        schemes = [config.schemes[name] for name in names]
        needed = [a for scheme in schemes for a in _arguments(scheme)]
        if all(config.credentials.get(a) is not None for a in needed):
            return schemes
        wanted.append(" and ".join(needed))
    if not operation.security:
        return []
    raise CredentialsMissing(f"needs {', or '.join(wanted)}", **_whereabouts(operation))


def _authorize(
    schemes: Iterable[Scheme],
    secrets: Mapping[str, object],
    headers: dict[str, str],
    url: str,
) -> str:
    """Adds credentials to ``headers``, and returns the URL with those in its query."""
    for scheme in schemes:
        values: list[str] = []
        for argument in _arguments(scheme):
            value = secrets[argument]
            if not isinstance(value, str) or not value.isprintable():
                raise _invalid(argument, "is no credential text", "credential")
            if not isinstance(scheme, Basic) and value.strip() != (value or None):
                message = "is empty or has white space around it"
                raise _invalid(argument, message, "credential")
            values.append(value)
        if isinstance(scheme, ApiKey) and scheme.location == "query":
            if not _encodable(values[0]):
                raise _invalid(scheme.argument, "is no credential text", "credential")
            joint = "&" if "?" in url else "?"
            key = _quote(scheme.name)
            url = f"{url}{joint}{key}={_quote(scheme.prefix + values[0])}"
            continue
        name, text = _credential_header(scheme, values)
        problems: list[Violation] = []
        _check_header(name, text, _arguments(scheme)[0], problems)
        if name != "Cookie" and name.lower() in map(str.lower, headers):
            problems.append(Violation(name, "is set twice", "header"))
        if problems:
            raise RequestInvalid(problems, operation=None)
        before = headers.get(name)
        headers[name] = text if before is None else f"{before}; {text}"
    return url


def _credential_header(scheme: Scheme, values: list[str]) -> tuple[str, str]:
    if isinstance(scheme, Bearer):
        return "Authorization", f"Bearer {values[0]}"
    if isinstance(scheme, Basic):
        from binascii import b2a_base64

        if ":" in values[0]:
            raise _invalid(scheme.username, "must not contain ':'", "credential")
        try:
            pair = ":".join(values).encode()
        except UnicodeEncodeError:
            raise _invalid(
                scheme.username, "is not Unicode text", "credential"
            ) from None
        return "Authorization", f"Basic {b2a_base64(pair, newline=False).decode()}"
    if scheme.location == "cookie":
        if set(values[0]) & set(' ",;\\'):  # RFC 6265, 4.1.1
            raise _invalid(scheme.argument, "is not safe in a cookie", "credential")
        return "Cookie", f"{scheme.name}={scheme.prefix}{values[0]}"
    return scheme.name, scheme.prefix + values[0]


_FRAMING = frozenset(
    ("host", "content-length", "transfer-encoding", "connection", "te", "upgrade")
)


def _scheme_headers(schemes: Iterable[Scheme]) -> frozenset[str]:
    names = {"authorization"}
    for scheme in schemes:
        if isinstance(scheme, ApiKey) and scheme.location != "query":
            name = "cookie" if scheme.location == "cookie" else scheme.name
            names.add(name.lower())
    return frozenset(names)


def _add_headers(
    headers: dict[str, str], extra: Mapping[str, str], forbidden: frozenset[str]
) -> None:
    problems: list[Violation] = []
    for name, value in extra.items():
        path = f"options.headers.{name if _header_name(name) else '?'}"
        if name.lower() in forbidden:
            problems.append(Violation(path, "can't be replaced", "header"))
        elif (text := _check_header(name, value, path, problems)) is not None:
            for same in [h for h in headers if h.lower() == name.lower()]:
                del headers[same]
            headers[name] = text
    if problems:
        raise RequestInvalid(problems, operation=None)


# --- Transports -----------------------------------------------------------------------


class Transport(Protocol):
    """Sends a request and returns the answer, whatever its status; ``timeout`` is in
    seconds and for each step (connect, write, read). Raises TransportError. A
    ``close()`` is called, if there is one, when the client is closed."""

    def send(self, request: Request, timeout: float) -> RawResponse: ...


class AsyncTransport(Protocol):
    """The same for ``AsyncClient``; ``aclose()`` is called if there is one."""

    async def send(self, request: Request, timeout: float) -> RawResponse: ...


class _Body:
    """Collects a body piece by piece and inflates it, never more than ``most``."""

    def __init__(self, headers: Headers, most: int) -> None:
        coding = headers.get("content-encoding", "").strip().lower()
        self.most, self.received, self.size = most, 0, 0
        self.parts: list[bytes] = []
        self.zlib: Any = None
        if coding in ("gzip", "x-gzip", "deflate"):
            self.zlib = _decompressor()
        elif coding not in ("", "identity"):
            raise ReadError("the body has a content coding that was not asked for")
        length = headers.get("content-length", "")
        if length.isdecimal() and len(length) < 20 and int(length) > most:
            raise BodyTooLarge(f"the body is larger than {most} bytes")

    def add(self, piece: bytes) -> None:
        self.received += len(piece)
        if self.zlib is None:
            self._keep(piece)
        elif self.received > self.most:
            raise BodyTooLarge(f"the body is larger than {self.most} bytes")
        else:
            self._inflate(piece)

    def _inflate(self, piece: bytes) -> None:
        while piece:
            if self.zlib.eof:  # another member (RFC 1952, 2.2)
                self.zlib = _decompressor()
            try:
                self._keep(self.zlib.decompress(piece, self.most - self.size + 1))
            except BodyTooLarge:
                raise
            except Exception:
                raise ReadError(
                    "the body is not what its content coding says"
                ) from None
            piece = (
                self.zlib.unused_data if self.zlib.eof else self.zlib.unconsumed_tail
            )

    def _keep(self, piece: bytes) -> None:
        self.size += len(piece)
        if self.size > self.most:
            self.parts.clear()
            raise BodyTooLarge(f"the body is larger than {self.most} bytes")
        self.parts.append(piece)

    def all(self) -> bytes:
        if self.zlib is not None and self.received and not self.zlib.eof:
            raise ReadError("the body ends too early")
        return b"".join(self.parts)


def _decompressor() -> Any:
    import zlib

    return zlib.decompressobj(wbits=32 + zlib.MAX_WBITS)  # gzip or zlib, by its head


@lru_cache(maxsize=256)
def _url(text: str) -> httpx2.URL:
    """A parsed URL; parsing costs more than anything else here does."""
    import httpx2

    return httpx2.URL(text)


def _to_httpx(request: Request, timeout: float) -> httpx2.Request:
    """httpx2's request. ``stream=`` adds no header, so the framing is written here
    (RFC 9110, 7.2 and 8.6)."""
    import httpx2

    url, body = _url(request.url), request.body
    fields = [(k.encode(), v.encode("latin-1")) for k, v in request.headers.fields]
    fields = [(b"Host", url.netloc), (b"Accept-Encoding", b"gzip"), *fields]
    if body is not None or request.method in ("POST", "PUT", "PATCH"):
        fields.append((b"Content-Length", b"%d" % len(body or b"")))
    steps = dict.fromkeys(("connect", "read", "write", "pool"), timeout)
    return httpx2.Request(
        request.method,
        url,
        headers=fields,
        stream=httpx2.ByteStream(body or b""),
        extensions={"timeout": steps},
    )


def _head(response: httpx2.Response) -> tuple[Headers, str | None]:
    fields = response.headers.raw
    version = response.extensions.get("http_version")
    return (
        Headers((k.decode("latin-1"), v.decode("latin-1")) for k, v in fields),
        version.decode("ascii", "replace") if isinstance(version, bytes) else None,
    )


def _from_httpx(error: Exception) -> TransportError:
    """Our error for one of httpx2's. Only a failure to connect keeps its text: others
    may quote what was sent."""
    import httpx2

    name = type(error).__name__
    if isinstance(error, (httpx2.ConnectTimeout, httpx2.PoolTimeout)):
        return ConnectTimeout(f"no connection in time ({name})", sent=False)
    if isinstance(error, (httpx2.ConnectError, httpx2.ProxyError)):
        reason = "".join(c for c in str(error)[:200] if c.isprintable())
        return ConnectError(f"no connection: {reason}", sent=False)
    if isinstance(error, httpx2.TimeoutException):
        return CallTimeout(f"no answer in time ({name})")
    if isinstance(error, (httpx2.UnsupportedProtocol, httpx2.LocalProtocolError)):
        return TransportError(f"the request can't be sent ({name})", sent=False)
    return ReadError(f"the connection broke ({name})")


class HttpxTransport:
    """httpx2's connection pool, without the client above it: no redirects, no cookies,
    no .netrc, no environment. It is built on the first call, shared by threads, and
    built anew in a forked process. TLS is verified, by ``verify`` if given."""

    def __init__(
        self,
        *,
        verify: ssl.SSLContext | None = None,
        proxy: str | None = None,
        max_body: int = MAX_BODY,
    ) -> None:
        from threading import Lock

        self._verify, self._proxy, self._max_body = verify, proxy, max_body
        self._built: tuple[int, httpx2.HTTPTransport] | None = None
        self._lock, self._new_lock, self._pid = Lock(), Lock, os.getpid()

    def _pool(self) -> httpx2.HTTPTransport:
        built, pid = self._built, os.getpid()
        if built is not None and built[0] == pid:
            return built[1]
        if self._pid != pid:  # the lock may have been held by a thread that is no more
            self._lock, self._pid = self._new_lock(), pid
        with self._lock:
            built = self._built
            if built is None or built[0] != pid:
                import httpx2

                verify = True if self._verify is None else self._verify
                built = pid, httpx2.HTTPTransport(
                    verify=verify, trust_env=False, proxy=self._proxy
                )
                self._built = built
        return built[1]

    def send(self, request: Request, timeout: float) -> RawResponse:
        import httpx2

        try:
            response = self._pool().handle_request(_to_httpx(request, timeout))
            try:
                headers, version = _head(response)
                body = _Body(headers, self._max_body)
                for piece in cast("Iterable[bytes]", response.stream):
                    body.add(piece)
            finally:
                response.close()
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise _from_httpx(error) from None
        return RawResponse(response.status_code, headers, body.all(), version)

    def close(self) -> None:
        built, self._built = self._built, None
        if built is not None and built[0] == os.getpid():
            built[1].close()


class AsyncHttpxTransport:
    """The same for asyncio; it belongs to the event loop of its first call."""

    def __init__(
        self,
        *,
        verify: ssl.SSLContext | None = None,
        proxy: str | None = None,
        max_body: int = MAX_BODY,
    ) -> None:
        self._verify, self._proxy, self._max_body = verify, proxy, max_body
        self._built: tuple[int, httpx2.AsyncHTTPTransport] | None = None

    def _pool(self) -> httpx2.AsyncHTTPTransport:
        if self._built is None or self._built[0] != os.getpid():
            import httpx2

            verify = True if self._verify is None else self._verify
            self._built = os.getpid(), httpx2.AsyncHTTPTransport(
                verify=verify, trust_env=False, proxy=self._proxy
            )
        return self._built[1]

    async def send(self, request: Request, timeout: float) -> RawResponse:
        import httpx2

        try:
            sent = _to_httpx(request, timeout)
            response = await self._pool().handle_async_request(sent)
            try:
                headers, version = _head(response)
                body = _Body(headers, self._max_body)
                async for piece in cast("httpx2.AsyncByteStream", response.stream):
                    body.add(piece)
            finally:
                await response.aclose()
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise _from_httpx(error) from None
        return RawResponse(response.status_code, headers, body.all(), version)

    async def aclose(self) -> None:
        built, self._built = self._built, None
        if built is not None and built[0] == os.getpid():
            await built[1].aclose()


# --- Clients --------------------------------------------------------------------------


def _listed(mismatches: Sequence[Mismatch]) -> str:
    shown = ", ".join(f"{m.path} ({m.kind})" for m in mismatches[:10])
    more = f" and {len(mismatches) - 10} more" if len(mismatches) > 10 else ""
    return f"differs from the document at {shown}{more}"


class _Call(NamedTuple):
    """One call before its credentials are asked for."""

    request: Request
    headers: dict[str, str]
    schemes: list[Scheme]
    timeout: float


class _Base:
    """What both clients share; nothing here does I/O."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._closed = False
        self._urls: dict[str | None, str] = {}
        self._reserved = _FRAMING | _scheme_headers(config.schemes.values())
        if config.base_url is None:
            self._urls[config.server] = _server_url(config, config.server)
        else:
            self._urls[None] = _checked_base(config.base_url, "base_url")

    def __repr__(self) -> str:
        state = ", closed" if self._closed else ""
        return f"{type(self).__name__}(server={self._config.server!r}{state})"

    @property
    def _validate(self) -> bool:
        return self._config.validate

    def _prepare(
        self,
        operation: Operation[object],
        request: Request,
        options: RequestOptions | None,
    ) -> _Call:
        config = self._config
        if self._closed:
            raise ClosedError("the client is closed", **_whereabouts(operation))
        server = _choose_server(config, operation, options)
        if server not in self._urls:
            self._urls[server] = _server_url(config, cast(str, server))
        headers = {"User-Agent": config.package, **dict(request.headers.fields)}
        timeout = config.timeout
        key = None
        if options is not None:
            timeout = timeout if options.timeout is None else options.timeout
            _add_headers(headers, options.headers or {}, self._reserved)
            key = options.idempotency_key
        self._add_key(operation, headers, key)
        absolute = msgspec.structs.replace(
            request, url=self._urls[server] + request.url
        )
        schemes = _choose_schemes(config, operation)
        return _Call(absolute, headers, schemes, timeout)

    def _add_key(
        self, operation: Operation[object], headers: dict[str, str], key: str | None
    ) -> None:
        rule = operation.idempotency
        if rule is None:
            if key is not None:
                message = "this operation takes no idempotency key"
                raise _invalid("options.idempotency_key", message, "idempotency")
        elif key is not None:
            given = {rule.header: key}
            _add_headers(headers, given, frozenset())
        elif rule.header.lower() not in map(str.lower, headers):
            from uuid import uuid4

            headers[rule.header] = str(uuid4())

    def _finish(self, call: _Call, secrets: Mapping[str, object]) -> Request:
        headers = dict(call.headers)
        url = _authorize(call.schemes, secrets, headers, call.request.url)
        return msgspec.structs.replace(call.request, url=url, headers=Headers(headers))

    def _checked(self, operation: Operation[T], response: Response[T]) -> Response[T]:
        if response.mismatches:
            if self._config.on_mismatch == "raise":
                raise ResponseMismatch(response, operation=operation)
            from logging import getLogger

            getLogger(self._config.package).warning(
                "%s: %d %s",
                operation.name,
                response.status,
                _listed(response.mismatches),
            )
        return response


def _locate(error: APIError, operation: Operation[object]) -> None:
    """Tells an error that was raised by a transport which call it belongs to."""
    if not error.operation:
        error.__dict__.update(_whereabouts(operation))


class Client(_Base):
    """A client of the API. Safe to share between threads and usable after a fork.
    Close it, or use it in a ``with`` statement."""

    def __init__(self, config: Config, transport: Transport | None = None) -> None:
        super().__init__(config)
        self._transport = HttpxTransport() if transport is None else transport

    def _send(
        self,
        operation: Operation[T],
        request: Request,
        options: RequestOptions | None = None,
    ) -> Response[T]:
        try:
            call = self._prepare(operation, request, options)
            answer = self._attempt(call)
        except APIError as error:
            _locate(error, operation)
            raise
        return self._checked(operation, read(operation, answer))

    def _attempt(self, call: _Call) -> RawResponse:
        secrets: dict[str, object] = {}
        for argument in (a for s in call.schemes for a in _arguments(s)):
            value = self._config.credentials[argument]
            secrets[argument] = value() if callable(value) else value
        return self._transport.send(self._finish(call, secrets), call.timeout)

    def close(self) -> None:
        """Closes the transport. Later calls raise ClosedError."""
        self._closed = True
        close = getattr(self._transport, "close", None)
        if callable(close):
            close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class AsyncClient(_Base):
    """The same with ``await``. It belongs to one event loop."""

    def __init__(self, config: Config, transport: AsyncTransport | None = None) -> None:
        super().__init__(config)
        self._transport = AsyncHttpxTransport() if transport is None else transport

    async def _send(
        self,
        operation: Operation[T],
        request: Request,
        options: RequestOptions | None = None,
    ) -> Response[T]:
        try:
            call = self._prepare(operation, request, options)
            answer = await self._attempt(call)
        except APIError as error:
            _locate(error, operation)
            raise
        return self._checked(operation, read(operation, answer))

    async def _attempt(self, call: _Call) -> RawResponse:
        secrets: dict[str, object] = {}
        for argument in (a for s in call.schemes for a in _arguments(s)):
            value: object = self._config.credentials[argument]
            value = value() if callable(value) else value
            secrets[argument] = await value if isinstance(value, Awaitable) else value
        return await self._transport.send(self._finish(call, secrets), call.timeout)

    async def aclose(self) -> None:
        """Closes the transport. Later calls raise ClosedError."""
        self._closed = True
        close = getattr(self._transport, "aclose", None)
        if callable(close):
            await cast("Awaitable[None]", close())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()
