"""A stand-in for the vendor, in-process: answers that are prepared, requests that are kept.

Hand a `Replay` to a client as its `transport`; nothing goes over the network.
"""

from __future__ import annotations

import asyncio
import copy
import pickle
from collections.abc import AsyncIterable, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from inspect import isawaitable
from types import ModuleType, NoneType, UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Literal,
    Self,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)
from unittest.mock import patch

import msgspec

from ._runtime import (
    UNSET,
    Discriminator,
    Headers,
    Model,
    OpenModel,
    Operation,
    RawResponse,
    ReadOnly,
    Reply,
    Request,
    RequestInvalid,
    RequestOptions,
    Response,
    StatusError,
    UnsetType,
    plain,
    read,
)

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

__all__ = [
    "AsyncReplay",
    "Replay",
    "async_outcome",
    "attempt",
    "collected",
    "models",
    "outcome",
    "plain",
    "refusals",
    "round_trips",
    "wrong",
]

T = TypeVar("T")

_LETTERS = 'aZ0 ~"\\/\n\0\x7f\u00e9\u2028\uffff\U0001f4e6'

_ANYTHING: list[Any] = [None, True, 1, 1.5, "a", [], {}, [1], {"a": {"b": 2}}]


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


def attempt(call: Callable[..., object], arguments: Mapping[str, Any]) -> None:
    """Makes a call that may be tried once more, at once and with a key of its own."""
    change = msgspec.structs.replace
    options = arguments.get("options", RequestOptions())
    options = change(options, retries=1, idempotency_key=None)
    with patch(f"{__package__}._runtime._jitter", _at_once), suppress(StatusError):
        answer = call(**{**arguments, "options": options})
        if isawaitable(answer):
            asyncio.run(_awaited(answer))


def _at_once(longest: float) -> float:
    return 0.0 * longest


async def _awaited(answer: Awaitable[object]) -> object:
    return await answer


def models(module: ModuleType) -> list[type[Model]]:
    """The classes of objects that a module has, but for those with files: these are sent
    in parts and never read."""
    classes = [each for each in vars(module).values() if isinstance(each, type)]
    return [each for each in classes if issubclass(each, Model) and not _files(each)]


def _files(model: type[Model]) -> bool:
    return any("FilePart" in text for text in model.__annotations__.values())


def round_trips(model: type[Model]) -> None:
    """Holds a few values of a class against their own way to the wire and back."""
    from hypothesis import HealthCheck, given, settings

    reply = {"200": Reply(model)}
    operation = Operation[Any](name="read", method="GET", path="/", responses=reply)
    headers = Headers({"content-type": "application/json"})

    @settings(
        max_examples=10,
        derandomize=True,
        deadline=None,
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
            HealthCheck.filter_too_much,
        ],
    )
    @given(values(model))
    def hold(value: Model) -> None:
        written = RawResponse(200, headers, msgspec.json.encode(plain(value)))
        answer = read(operation, written)
        assert answer.data == value
        assert pickle.loads(pickle.dumps(value)) == copy.deepcopy(value) == value

    if not values(model).is_empty:  # as where a file is required, which is no JSON
        hold()


@cache
def values(of: Any, depth: int = 2) -> SearchStrategy[Any]:
    """Values of a type; limits are left aside, as they take no part in reading."""
    from hypothesis import strategies as st

    texts = st.text(_LETTERS, max_size=4)
    origin, args = get_origin(of), get_args(of)
    if depth < -64:
        return st.nothing()  # no value is nested without an end
    if isinstance(of, type) and issubclass(of, Model):
        hints = get_type_hints(of, include_extras=True)
        made = st.builds(of, **{k: values(v, depth - 1) for k, v in hints.items()})
        return made.map(_apart_from_named) if issubclass(of, OpenModel) else made
    if origin is Literal:
        return st.sampled_from(args)
    if origin is Annotated:
        return _annotated(args[0], args[1:], depth)
    if origin in (Union, UnionType):
        return st.one_of([values(each, depth) for each in _apart(args, depth)])
    if origin in (list, Sequence):
        if depth <= 0:
            return st.lists(st.nothing())
        return st.lists(values(args[0], depth - 1), max_size=2)
    if origin in (dict, Mapping):
        if depth <= 0:
            return st.dictionaries(texts, st.nothing())
        return st.dictionaries(texts, values(args[1], depth - 1), max_size=2)
    scalars: dict[object, SearchStrategy[Any]] = {
        UnsetType: st.just(UNSET),
        None: st.none(),
        NoneType: st.none(),
        bool: st.booleans(),
        int: st.integers(-(2**63), 2**63 - 1),
        float: st.floats(allow_nan=False, allow_infinity=False),
        str: texts,
        bytes: st.binary(max_size=8),
        Any: st.sampled_from(_ANYTHING),
        object: st.sampled_from(_ANYTHING),
    }
    return scalars.get(cast("object", of), st.nothing())


def _apart_from_named(value: Any) -> Any:
    """An object whose further members have names of their own; that it has none is said
    as an answer says it."""
    fields = msgspec.structs.fields(value)
    rest = dict(value.additional_properties or {})
    named = {f.encode_name for f in fields if f.name != "additional_properties"}
    kept = {name: each for name, each in rest.items() if name not in named}
    default = next(f.default for f in fields if f.name == "additional_properties")
    if not kept and default is UNSET:
        return msgspec.structs.replace(value, additional_properties=UNSET)
    return msgspec.structs.replace(value, additional_properties=kept)


def _annotated(of: Any, metadata: Sequence[object], depth: int) -> SearchStrategy[Any]:
    from hypothesis import strategies as st

    for each in metadata:
        if get_origin(each) is Literal:
            return values(each, depth)
        if isinstance(each, Discriminator):
            branches = get_args(of) or (of,)
            return st.one_of([_tagged(branch, each, depth) for branch in branches])
    return values(of, depth)


def _tagged(model: Any, rule: Discriminator, depth: int) -> SearchStrategy[Any]:
    """Values of a branch that say which branch they are."""
    fields = msgspec.structs.fields(model)
    member = next(f.name for f in fields if f.encode_name == rule.property)
    tag = next(tag for tag, name in rule.mapping.items() if name == model.__name__)

    def say(value: Any) -> Any:
        return msgspec.structs.replace(value, **{member: tag})

    return values(model, depth).map(say)


def _is_due(of: Any) -> bool:
    """Whether answers have to hold a member that its class doesn't require."""
    metadata = get_args(of)[1:] if get_origin(of) is Annotated else ()
    return any(isinstance(each, ReadOnly) and each.required for each in metadata)


def _apart(args: Sequence[Any], depth: int) -> Sequence[Any]:
    """The branches of a union that can be told apart on the wire."""
    if any(_is_due(each) for each in args):
        args = [each for each in args if each is not UnsetType]
    absent = [each for each in args if each in (UnsetType, NoneType)]
    if absent and depth <= 0:
        return absent
    if Any in args:
        return [Any, *absent]
    return list({_kind(each): each for each in reversed(args)}.values())


def _kind(of: Any) -> object:
    origin, args = get_origin(of), get_args(of)
    if origin is Annotated:
        return _kind(args[0])
    if origin in (list, Sequence):
        return "array"
    if origin in (dict, Mapping, Union, UnionType):
        return "object"
    if isinstance(of, type) and issubclass(of, Model):
        return "object"
    return cast("object", of)
