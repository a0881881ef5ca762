"""A stand-in for the vendor, in-process: answers that are prepared, requests that are kept.

Hand a `Replay` to a client as its `transport`; nothing goes over the network. The rest is
what this package's own tests are made of: a `Case` is what a document says of an operation,
`Clients` make its calls and hold its facts, and what went over the wire is a `Call`.
"""

from __future__ import annotations

import asyncio
import copy
import json
import os
import pickle
from collections.abc import (
    AsyncIterable,
    Awaitable,
    Callable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from importlib import import_module
from inspect import Parameter, isawaitable, signature
from threading import Barrier
from time import sleep
from types import ModuleType, NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    Self,
    TypeAlias,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)
from unittest.mock import patch
from warnings import catch_warnings, simplefilter

import msgspec

from ._runtime import (
    UNSET,
    APIError,
    Discriminator,
    Headers,
    Mismatch,
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
    described,
    plain,
    read,
)

__all__ = [
    "AsyncReplay",
    "Call",
    "Case",
    "Clients",
    "Fact",
    "Replay",
    "astray",
    "lost",
    "models",
    "plain",
    "wrong",
]

T = TypeVar("T")

Prepared: TypeAlias = tuple[int, bytes] | tuple[int, bytes, Mapping[str, str]]
Sent: TypeAlias = tuple[str, str, bytes | None]
Asked: TypeAlias = tuple[str, str | None, bytes | None]
#: What is tried, what comes of it, and what has to.
Tried: TypeAlias = tuple[object, object, object]


_JSON = {"content-type": "application/json"}


# --- Transports that are handed to a client -------------------------------------------


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
        given = Headers(_JSON if headers is None else headers)
        self.answers.append(RawResponse(status, given, body))
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


class _Vendor(_Prepared):
    """Gives a token to whoever asks, and answers whoever has the newest, but forgets as
    many of them as told."""

    def __init__(self, case: Case, lasts: int, forgets: int) -> None:
        super().__init__()
        self.answers = [_raw(case.answer)]
        self._lasts, self._forgets = lasts, forgets
        self.asked: list[Request] = []

    def _reply(self, request: Request) -> RawResponse:
        if request.operation == "token":
            self.asked.append(request)
            grant = {"access_token": f"t{len(self.asked)}", "token_type": "Bearer"}
            body = json.dumps(grant | {"expires_in": self._lasts}).encode()
            return RawResponse(200, Headers(_JSON), body)
        newest = request.headers["authorization"] == f"Bearer t{len(self.asked)}"
        if not newest or self._forgets:
            self._forgets -= newest
            return RawResponse(401)
        return super()._reply(request)


class _SyncVendor(_Vendor, Replay):
    """The same for a sync client."""

    def send(self, request: Request, timeout: float) -> RawResponse:
        """Lets others come in between."""
        sleep(0.002)
        return super().send(request, timeout)


class _AsyncVendor(_Vendor, AsyncReplay):
    """The same for an async client."""

    async def send(self, request: Request, timeout: float) -> RawResponse:
        """Lets others come in between."""
        await asyncio.sleep(0)
        return await super().send(request, timeout)


# --- What a document says of an operation, and what the clients make of it --------------


class Case(msgspec.Struct, frozen=True, eq=False):
    """What a document says of one operation: the least arguments of a call and an answer;
    then what is to be tried, with what is expected of it."""

    name: str
    arguments: Mapping[str, Any] = {}
    answer: Prepared = (200, b"{}")
    #: How often it is sent when the server is busy, and the header of its idempotency key.
    attempts: int = 1
    key: str = ""
    #: Further answers, each with the class that it raises, if it does.
    answers: Sequence[tuple[Prepared, type[StatusError] | None]] = ()
    #: An answer without what it has to hold, and the paths where that is missed, between blanks.
    lacks: Sequence[tuple[Prepared, str]] = ()
    #: Bodies of a success that tell of a failure, each with the class that it raises and
    #: attributes.
    failures: Sequence[tuple[bytes, type[StatusError], Mapping[str, Any]]] = ()
    #: The violation's path, the argument, its values within a bound and beyond it.
    bounds: Sequence[tuple[str, str, Sequence[Any], Sequence[Any]]] = ()
    #: Arguments beside the least ones, the URL behind the server's, and headers.
    parameters: Sequence[tuple[Mapping[str, Any], str, Mapping[str, str]]] = ()
    #: Arguments beside the least ones, and the bytes of the body.
    bodies: Sequence[tuple[Mapping[str, Any], bytes]] = ()
    #: Arguments that are text in the path.
    paths: Sequence[str] = ()
    #: An answer, the attributes that its headers become, and headers that are missed.
    headers: Sequence[tuple[Prepared, Mapping[str, Any], Sequence[str]]] = ()
    #: Arguments beside the least ones, and what each warning of what is deprecated names.
    warns: Sequence[tuple[Mapping[str, Any], Sequence[Sequence[str]]]] = ()
    #: The request for its OAuth 2 token: URL, header `authorization`, body.
    token: Asked | None = None

    def __str__(self) -> str:
        return self.name


class Call(msgspec.Struct, frozen=True, eq=False):
    """What went over the wire, and what became of the answer."""

    server: str
    request: Request
    told: Response[Any] | StatusError
    warnings: Sequence[str]

    @property
    def sent(self) -> Sent:
        """The method, the URL behind that of the server, and the body."""
        return _sent(self.request, self.server)

    def headers(self, names: Mapping[str, object]) -> dict[str, str | None]:
        """What was sent in the headers of these names."""
        return {name: self.request.headers.get(name) for name in names}

    @property
    def outcome(self) -> tuple[type[StatusError] | None, int]:
        """The class of the error that was raised, if one was, and the status."""
        told = self.told
        cls = described(told) if isinstance(told, StatusError) else None
        return cls, told.status

    @property
    def in_success(self) -> bool:
        """Whether a failure was found in the body of a success."""
        return isinstance(self.told, StatusError) and self.told.in_success

    @property
    def data(self) -> object:
        """The answer's data, or the error's: objects as dicts by their names on the
        wire, members that are absent left out."""
        told = self.told
        return plain(told.error if isinstance(told, StatusError) else told.data)

    @property
    def body(self) -> object:
        """The answer's body, which the data has to be all of."""
        raw, kind = self.told.raw, self.told.headers.get("content-type") or ""
        if isinstance(self.data, bytes):
            return raw
        if raw and ("json" in kind or kind == "*/*"):
            return json.loads(raw)
        return raw.decode() if isinstance(self.data, str) else raw or None

    @property
    def mismatches(self) -> Sequence[Mismatch]:
        """Where the answer is not what the document describes."""
        return self.told.mismatches

    def attributes(self, names: Mapping[str, object]) -> object:
        """The attributes of these names, which documented headers become."""
        return plain({name: getattr(self.told, name) for name in names})

    @property
    def missed_headers(self) -> list[str]:
        """Where the document announces headers that did not come."""
        paths = [mismatch.path for mismatch in self.mismatches]
        return [path for path in paths if path.startswith("header.")]


class Fact(msgspec.Struct, frozen=True, eq=False):
    """What a document says of one operation in one respect, and how to try it."""

    name: str
    tries: Callable[[], Iterable[Tried]]

    def __str__(self) -> str:
        return self.name

    def contradictions(self) -> list[Tried]:
        """What was tried and came out otherwise than the document says."""
        return [tried for tried in self.tries() if tried[1] != tried[2]]


class Clients:
    """Both clients of the API, made anew for each call with the same settings. What the
    sync client does and the async one doesn't is an AssertionError."""

    def __init__(
        self,
        sync: type[Any],
        asynchronous: type[Any],
        server: str,
        /,
        **settings: object,
    ) -> None:
        self._sync, self._async, self._server = sync, asynchronous, server
        self._settings = settings

    def call(
        self,
        case: Case,
        arguments: Mapping[str, Any] | None = None,
        answer: Prepared | None = None,
    ) -> Call:
        """Makes one call with each client, with the arguments of the case and these. The
        bytes of the answer are kept, whatever becomes of it."""
        given = {**case.arguments, **(arguments or {})}
        replay, areplay = _both(answer or case.answer)
        method, other = self._methods(case.name, replay, areplay)
        told, warned = _warned(partial(_outcome, method, given))
        again = _warned(lambda: asyncio.run(_async_outcome(other, given)))
        request = _alike(replay.requests, areplay.requests)[0]
        _alike((_essence(told), warned), (_essence(again[0]), again[1]))
        if request.operation != case.name:
            raise AssertionError(f"another operation is named: {request.operation}")
        if told.raw != replay.answers[0].body:
            raise AssertionError(f"these bytes did not come: {told.raw!r}")
        return Call(self._server, request, told, warned)

    def facts(self, *cases: Case) -> list[Fact]:
        """What the cases say, each kind of fact by itself; of what a document doesn't say
        there is none."""
        kinds: Mapping[str, Callable[[Case], Iterator[Tried]]] = {
            "attempts": self._attempts,
            "answers": self._answers,
            "lacks": self._lacks,
            "failures": self._failures,
            "headers": self._headers,
            "bounds": self._bounds,
            "parameters": self._parameters,
            "bodies": self._bodies,
            "paths": self._paths,
            "warns": self._warns,
        }
        return [
            Fact(f"{case.name}-{kind}", partial(tries, case))
            for case in cases
            for kind, tries in kinds.items()
            if getattr(case, kind)
        ]

    def _attempts(self, case: Case) -> Iterator[Tried]:
        """Once more where that does no harm and is in time, with one idempotency key."""
        yield 503, self._sent_times(case, 503), case.attempts
        yield 429, self._sent_times(case, 429), 2
        yield "429, too late", self._sent_times(case, 429, wait=10**7), 1

    def _answers(self, case: Case) -> Iterator[Tried]:
        """Each documented status is read as a whole; an error raises its own class."""
        for answer, error in case.answers:
            call = self.call(case, answer=answer)
            yield answer, call.outcome, (error, answer[0])
            yield answer, (call.data, call.mismatches), (call.body, ())

    def _lacks(self, case: Case) -> Iterator[Tried]:
        """What an answer has to hold and lacks is listed, and nothing else."""
        for answer, paths in case.lacks:
            call = self.call(case, answer=answer)
            yield answer, " ".join(each.path for each in call.mismatches), paths

    def _failures(self, case: Case) -> Iterator[Tried]:
        """A failure inside a success is raised."""
        for body, error, told in case.failures:
            call = self.call(case, answer=(200, body))
            yield body, (call.outcome[0], call.in_success), (error, True)
            yield body, call.attributes(told), told

    def _headers(self, case: Case) -> Iterator[Tried]:
        """Documented headers are attributes, and listed where they should be and are not."""
        for answer, values, missed in case.headers:
            call = self.call(case, answer=answer)
            yield answer, call.attributes(values), values
            yield answer, call.missed_headers, missed

    def _bounds(self, case: Case) -> Iterator[Tried]:
        """The last value that the document allows is sent, the next is refused."""
        method, _ = self._methods(case.name, *_both(case.answer))
        for path, name, within, beyond in case.bounds:
            for value in within:
                yield value, _refusals(method, {**case.arguments, name: value}), []
            for value in beyond:
                paths = _refusals(method, {**case.arguments, name: value})
                yield value, paths, paths if path in paths else [path]

    def _parameters(self, case: Case) -> Iterator[Tried]:
        """What is given is sent in its place, written as the document says."""
        for arguments, url, headers in case.parameters:
            call = self.call(case, arguments)
            yield arguments, (call.sent[1], call.headers(headers)), (url, headers)

    def _bodies(self, case: Case) -> Iterator[Tried]:
        """What is given is sent, null as null, and nothing else is."""
        for arguments, body in case.bodies:
            yield arguments, self.call(case, arguments).sent[2], body

    def _paths(self, case: Case) -> Iterator[Tried]:
        """A path value can't lead to another path."""
        method, _ = self._methods(case.name, *_both(case.answer))
        for name in case.paths:
            for value in ("", ".", "..", "%2e%2e", "%2E."):
                paths = _refusals(method, {**case.arguments, name: value})
                yield (name, value), bool(paths), True

    def _warns(self, case: Case) -> Iterator[Tried]:
        """Who calls what is deprecated is warned, where the call is made."""
        for arguments, words in case.warns:
            told = self.call(case, arguments).warnings
            yield arguments, len(told), len(words)
            for text, each in zip(told, words, strict=False):
                yield text, [word for word in each if word in text], [*each]

    def _sent_times(self, case: Case, status: int, wait: int = 0) -> int:
        """How often a call is sent that may be tried once more, when the first answer has
        this status and asks to wait so many seconds; always with the same key."""
        options = case.arguments.get("options", RequestOptions())
        options = msgspec.structs.replace(options, retries=1, idempotency_key=None)
        given = {**case.arguments, "options": options}
        replay, areplay = _both((status, b"", {"retry-after": str(wait)}), case.answer)
        method, other = self._methods(case.name, replay, areplay)
        with patch(f"{__package__}._runtime._jitter", _at_once):
            _warned(partial(_outcome, method, given))
            _warned(lambda: asyncio.run(_async_outcome(other, given)))
        for requests in (replay.requests, areplay.requests):
            keys = {request.headers.get(case.key) for request in requests}
            if len(keys) != 1 or (None in keys) != (not case.key):
                raise AssertionError(f"the keys of one call: {keys}")
        return _alike(len(replay.requests), len(areplay.requests))

    def walk(
        self, case: Case, name: str, *pages: Prepared
    ) -> tuple[Sequence[object], Sequence[Sent]]:
        """All that an iterator over pages gives, and what it asks for."""
        replay, areplay = _both(*pages)
        method, other = self._methods(name, replay, areplay)
        (items, _), (others, _) = (
            _warned(lambda: list(method(**case.arguments))),
            _warned(lambda: asyncio.run(_collected(other(**case.arguments)))),
        )
        sent, also = (
            [_sent(each, self._server) for each in transport.requests]
            for transport in (replay, areplay)
        )
        return _alike(items, others), _alike(sent, also)

    def tokens(self, *cases: Case, secrets: Sequence[str]) -> list[Fact]:
        """How the cases get a token, those that need one; the secrets are nobody's to know."""
        return [
            Fact(f"{case.name}-token", partial(self._tokens, case, secrets))
            for case in cases
            if case.token is not None
        ]

    def _tokens(self, case: Case, secrets: Sequence[str]) -> Iterator[Tried]:
        """A token is fetched as documented and kept; another when it is over or refused."""
        yield "alone", self._asked(case), [case.token]
        yield "at once", self._asked(case, at_once=4), [case.token]
        yield "over", self._asked(case, lasts=0), [case.token] * 2
        yield "refused", self._asked(case, forgets=1), [case.token] * 2
        for secret in secrets:
            yield secret, self._tells(case, secret), []

    def _asked(
        self, case: Case, *, at_once: int = 1, lasts: int = 3600, forgets: int = 0
    ) -> Sequence[Asked]:
        """What is asked for tokens when a call is made twice, by so many at once: tokens
        last so many seconds, and the vendor forgets so many of them before."""
        vendor = _SyncVendor(case, lasts, forgets)
        avendor = _AsyncVendor(case, lasts, forgets)
        method, other = self._methods(case.name, vendor, avendor)

        async def calls() -> None:
            for _ in range(2):
                made = [other(**case.arguments) for _ in range(at_once)]
                await asyncio.gather(*made)

        together = Barrier(at_once)

        def one(_: int) -> None:
            together.wait()
            method(**case.arguments)

        def twice() -> None:
            with ThreadPoolExecutor(at_once) as pool:
                for _ in range(2):
                    list(pool.map(one, range(at_once)))
            asyncio.run(calls())

        _warned(twice)
        asked = _alike(vendor.asked, avendor.asked)
        return [
            (each.url, each.headers.get("authorization"), each.body) for each in asked
        ]

    def _tells(self, case: Case, secret: str) -> Sequence[str]:
        """The texts that tell a secret: of the clients, and of the error of a call that
        gets no token."""
        methods = self._methods(case.name, *_both((400, b"{}")))
        texts = [repr(getattr(method, "__self__", None)) for method in methods]
        for method in methods:
            try:
                made, _ = _warned(partial(method, **case.arguments))
                if isawaitable(made):
                    _warned(partial(asyncio.run, _awaited(made)))
            except APIError as error:
                texts += [repr(error), repr(vars(error))]
        return [text for text in texts if secret in text]

    def settings(
        self, given: Mapping[str, Any], variables: Mapping[str, str] | None = None
    ) -> Mapping[str, object]:
        """What clients go by that get these arguments beside their settings, or beside
        what environment variables hold."""

        def found(client: type[Any], transport: object) -> Mapping[str, object]:
            if variables is None:
                made = client(**self._settings, **given, transport=transport)
            else:
                with patch.dict(os.environ, variables, clear=True):
                    made = client.from_env(**given, transport=transport)
            if made._transport is not transport:
                raise AssertionError("another transport would be used")
            config = msgspec.structs.asdict(made._config)
            return {**config, "middleware": made._middleware}

        replay, areplay = _both((204, b""))
        return _alike(found(self._sync, replay), found(self._async, areplay))

    def base_url(self, server: str, given: Mapping[str, object]) -> str | None:
        """Where calls go for which a server is named, with these arguments beside the
        settings; None if that is refused."""
        least = Operation[Any](
            name="reach", method="GET", path="/", responses={"204": Reply(None)}
        )
        settings = {**self._settings, **given, "server": server}
        urls: list[str | None] = []
        pairs = zip((self._sync, self._async), _both((204, b"")), strict=True)
        for client, transport in pairs:
            try:
                made = client(transport=transport, **settings)
                called = made._call(least, (), None, None)
            except RequestInvalid:
                urls.append(None)
                continue
            if isawaitable(called):
                asyncio.run(_awaited(called))
            urls.append(transport.requests[0].url[:-1])
        return _alike(*urls)

    def live(self, case: Case, server: str) -> Response[Any]:
        """Calls the vendor, with the credentials that the environment has."""
        with self._sync.from_env(server=server) as client:
            return cast("Response[Any]", getattr(client, case.name)(**case.arguments))

    def _methods(
        self, name: str, replay: Replay, areplay: AsyncReplay
    ) -> tuple[Callable[..., Any], Callable[..., Any]]:
        """The method of this name of either client."""
        given = {"retries": 0, **self._settings}
        client = self._sync(transport=replay, **given)
        other = self._async(transport=areplay, **given)
        return getattr(client, name), getattr(other, name)


def wrong(value: object) -> Any:
    """A value where its type says that it can't stand."""
    return value


def lost() -> list[str]:
    """The names that the package exports and that are not there, or not listed."""
    package: Any = import_module(__name__.rpartition(".")[0])
    listed = dir(package)
    return [n for n in package.__all__ if n not in listed or not hasattr(package, n)]


def _both(*answers: Prepared) -> tuple[Replay, AsyncReplay]:
    """The same answers, prepared for either client."""
    replay, areplay = Replay(), AsyncReplay()
    replay.answers = areplay.answers = [_raw(each) for each in answers]
    return replay, areplay


def _raw(answer: Prepared) -> RawResponse:
    headers = answer[2] if len(answer) == 3 else _JSON
    return RawResponse(answer[0], Headers(headers), answer[1])


def _alike(one: T, other: T) -> T:
    if one != other:
        raise AssertionError(f"sync and async are not alike: {one!r}, {other!r}")
    return one


def _sent(request: Request, server: str) -> Sent:
    return request.method, request.url.removeprefix(server), request.body


def _outcome(
    call: Callable[..., Response[Any]], arguments: Mapping[str, Any]
) -> Response[Any] | StatusError:
    """What a call returns, or the error of a status that it raises."""
    try:
        return call(**arguments)
    except StatusError as error:
        return error


async def _async_outcome(
    call: Callable[..., Awaitable[Response[Any]]], arguments: Mapping[str, Any]
) -> Response[Any] | StatusError:
    """The same for an async client."""
    try:
        return await call(**arguments)
    except StatusError as error:
        return error


def _essence(told: Response[Any] | StatusError) -> object:
    """What two outcomes that are alike have the same."""
    return (type(told), vars(told)) if isinstance(told, StatusError) else told


def _warned(make: Callable[[], T]) -> tuple[T, Sequence[str]]:
    """What is made, and what whoever makes it is warned of as deprecated."""
    with catch_warnings(record=True) as caught:
        simplefilter("always")
        made = make()
    here = [each for each in caught if each.filename == __file__]
    kind = DeprecationWarning
    return made, [str(each.message) for each in here if each.category is kind]


async def _collected(items: AsyncIterable[T]) -> list[T]:
    return [item async for item in items]


def _refusals(
    call: Callable[..., object], arguments: Mapping[str, Any]
) -> Sequence[str]:
    """Where a call is refused before it is sent; empty when it goes out."""
    try:
        _warned(partial(call, **arguments))
    except RequestInvalid as invalid:
        return [violation.path for violation in invalid.violations]
    return []


async def _awaited(made: Awaitable[T]) -> T:
    return await made


def _at_once(longest: float) -> float:
    return 0.0 * longest


# --- Ways to the wire and back --------------------------------------------------------


def models(module: ModuleType) -> list[type[Model]]:
    """The classes of objects that a module has."""
    classes = [each for each in vars(module).values() if isinstance(each, type)]
    return [each for each in classes if issubclass(each, Model)]


def _files(model: type[Model]) -> bool:
    return any("FilePart" in text for text in model.__annotations__.values())


def astray(model: type[Model]) -> list[Model]:
    """Values of a class that are others when they were written and read, pickled, or
    copied: each member has each of a few values of its type in one of them at least; none
    of a class with files, which is sent in parts and never read. An AssertionError if
    members need no names."""
    kinds = {each.kind for each in signature(model).parameters.values()}
    if not kinds <= {Parameter.KEYWORD_ONLY}:
        raise AssertionError(f"{model.__name__} takes values without their names")
    if _files(model):
        return []
    reply = {"200": Reply(model)}
    operation = Operation[Any](name="read", method="GET", path="/", responses=reply)
    headers = Headers(_JSON)

    def returned(value: Model) -> Sequence[object]:
        written = RawResponse(200, headers, msgspec.json.encode(plain(value)))
        answer = read(operation, written)
        return answer.data, pickle.loads(pickle.dumps(value)), copy.deepcopy(value)

    values = cast("Sequence[Model]", _values(model))
    return [value for value in values if any(x != value for x in returned(value))]


_TEXT = 'aZ0 ~"\\/\n\0\x7f\u00e9\u2028\uffff\U0001f4e6'
_ANYTHING: Sequence[Any] = (None, True, 1, 1.5, "a", [], {}, [1], {"a": {"b": 2}})
_SCALARS: dict[object, Sequence[Any]] = {
    UnsetType: (UNSET,),
    None: (None,),
    NoneType: (None,),
    bool: (True, False),
    int: (0, -(2**63), 2**63 - 1),
    float: (0.5, -1e300, 5e-324),
    str: (_TEXT, ""),
    bytes: (b"\0\xff", b""),
    Any: _ANYTHING,
    object: _ANYTHING,
}


@cache
def _values(of: Any, depth: int = 2) -> Sequence[Any]:
    """A few values of a type; limits are left aside, as they take no part in reading."""
    origin, args = get_origin(of), get_args(of)
    if depth < -64:
        return ()  # no value is nested without an end
    if isinstance(of, type) and issubclass(of, Model):
        return _instances(of, depth)
    if origin is Literal:
        return args
    if origin is Annotated:
        return _annotated(args[0], args[1:], depth)
    if origin in (Union, UnionType):
        return [v for each in _apart(args, depth) for v in _values(each, depth)]
    if origin in (list, Sequence):
        items = _values(args[0], depth - 1) if depth > 0 else ()
        return ([*items], []) if items else ([],)
    if origin in (dict, Mapping):
        items = _values(args[1], depth - 1) if depth > 0 else ()
        keyed = {_TEXT[at:]: item for at, item in enumerate(items[: len(_TEXT)])}
        return (keyed, {}) if items else ({},)
    return _SCALARS.get(cast("object", of), ())


def _instances(model: type[Model], depth: int) -> Sequence[Model]:
    """Values of a class: as many as the member with the most values has."""
    hints = get_type_hints(model, include_extras=True)
    members = {name: _values(hint, depth - 1) for name, hint in hints.items()}
    if not all(members.values()):
        return ()
    most = max(map(len, members.values()), default=1)
    made = [
        model(
            **{
                name: values[(number + place) % len(values)]
                for place, (name, values) in enumerate(members.items())
            }
        )
        for number in range(most)
    ]
    return list(map(_with_rest, made)) if issubclass(model, OpenModel) else made


def _with_rest(value: Any) -> Any:
    """An object that says as an answer does that it has no further members."""
    rest = "additional_properties"
    default = next(f.default for f in msgspec.structs.fields(value) if f.name == rest)
    absent = not value.additional_properties and default is UNSET
    return msgspec.structs.replace(value, **{rest: UNSET}) if absent else value


def _annotated(of: Any, metadata: Sequence[object], depth: int) -> Sequence[Any]:
    for each in metadata:
        if get_origin(each) is Literal:
            return _values(each, depth)
        if isinstance(each, Discriminator):
            branches = get_args(of) or (of,)
            return [v for branch in branches for v in _tagged(branch, each, depth)]
    return _values(of, depth)


def _tagged(model: Any, rule: Discriminator, depth: int) -> Sequence[Any]:
    """Values of a branch that say which branch they are."""
    fields = msgspec.structs.fields(model)
    member = next(f.name for f in fields if f.encode_name == rule.property)
    tag = next(tag for tag, name in rule.mapping.items() if name == model.__name__)
    change = msgspec.structs.replace
    return [change(value, **{member: tag}) for value in _values(model, depth)]


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
