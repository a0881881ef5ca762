"""What the tests of one operation send and what is answered, as JSON data."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import field

from truecopy.code import Code, code, identifier
from truecopy.ir import (
    Api,
    Example,
    Failure,
    Idempotency,
    MediaType,
    ObjectSchema,
    Operation,
    Property,
    Schema,
    Server,
    StringSchema,
)
from truecopy.json_values import at, holds
from truecopy.media_types import MULTIPART, is_form
from truecopy.records import record
from truecopy.source import Json
from truecopy.targets.python.bodies import (
    is_json,
    is_raw,
    is_text,
    part_of,
)
from truecopy.targets.python.directions import Direction, all_members
from truecopy.targets.python.limits import key_shape
from truecopy.targets.python.models import NONE, UNSET, is_file, sized
from truecopy.targets.python.planning import (
    Argument,
    Planned,
    Reply,
    part_types,
    sent_content,
)
from truecopy.targets.python.samples import NoSample, Sampler
from truecopy.targets.python.settings import Setting
from truecopy.targets.python.whole import full, is_whole
from truecopy.targets.python.wire import (
    form_bytes,
    json_bytes,
    multipart_bytes,
    written,
)
from truecopy.values import resolved

JSON = "application/json"
# Constants that a test module has of its own.
_OWN = frozenset({"SERVER", "CLIENTS", "FETCHING", "HEADERS"})
KEY = "7f0c1d2e-3b4a-4c5d-8e6f-0a1b2c3d4e5f"


@record
class Common:
    """What the tests of all operations of an API share."""

    api: Api
    settings: Sequence[Setting]
    directions: Mapping[str, Direction]
    requests: Sampler
    answers: Sampler
    shared: frozenset[str]
    members: dict[int, Mapping[str, Property]] = field(
        default_factory=dict[int, Mapping[str, Property]]
    )


@record
class Sampled:
    """A body that a documented answer may have; `whole` is it with its media type when it is certain to be read as a whole."""

    reply: Reply
    status: int
    content: MediaType | None
    value: Json
    body: bytes
    whole: tuple[bytes, str] | None


@record
class Suite:
    """What the tests of one operation are made from."""

    common: Common
    planned: Planned
    by_name: Mapping[str, Argument]
    body_schema: Schema | None
    places: Mapping[str, int]
    constants: Mapping[str, Json]
    minimal: Mapping[str, Json]
    sampled: Sequence[Sampled]
    answer: tuple[int, bytes, str]
    key: str | None

    @property
    def case(self) -> Code:
        """The constant of the test module that has all that is tried with the operation."""
        name = self.planned.constant
        return identifier(name + "_" if name in _OWN else name)

    def members(self, schema: ObjectSchema) -> Mapping[str, Property]:
        """The properties of an object by their names on the wire."""
        known = self.common.members.get(id(schema))
        if known is None:
            known = {p.name: p for p in all_members(schema)}
            self.common.members[id(schema)] = known
        return known


def suite_of(common: Common, planned: Planned) -> Suite | None:
    """What the tests of an operation are made from; None when no arguments are found to call it with."""
    schema = _body_schema(planned)
    members = [(a, a.member) for a in planned.arguments if a.member is not None]
    sampled = [_sampled(common, planned, reply) for reply in planned.replies]
    try:
        return Suite(
            common=common,
            planned=planned,
            by_name={a.name: a for a in planned.arguments},
            body_schema=schema,
            places={a.name: place for place, (a, _) in enumerate(members)},
            constants={
                a.name: member.schema.const.data
                for a, member in members
                if a.default not in (None, UNSET) and member.schema.const is not None
            },
            minimal=_minimal(common, planned, schema),
            sampled=sampled,
            answer=_answer(planned, sampled),
            key=_key(common, planned.op),
        )
    except NoSample:
        return None


def folded(known: Container[str], value: Mapping[str, Json]) -> Mapping[str, Json]:
    """The members of an object, those that the document does not name below no name."""
    rest = {name: item for name, item in value.items() if name not in known}
    named = {name: item for name, item in value.items() if name in known}
    return {**named, "": rest} if rest else named


def unfolded(members: Iterable[tuple[str, Json]]) -> dict[str, Json]:
    """The members of an object by their names on the wire."""
    found: dict[str, Json] = {}
    for name, value in members:
        found |= value if not name and isinstance(value, dict) else {name: value}
    return found


def _body_schema(planned: Planned) -> Schema | None:
    content = sent_content(planned)
    return None if content is None or is_raw(content.name) else content.schema


def _minimal(common: Common, planned: Planned, body: Schema | None) -> dict[str, Json]:
    """The arguments without which a call can't be made, by name."""
    found: dict[str, Json] = {}
    for a in planned.arguments:
        if a.default is None:
            found[a.name] = _needed(common, planned, body, a)
    model = planned.body.model if planned.body else None
    if model is not None and model.min_properties:
        whole = common.requests.sample(model)
        assert isinstance(whole, dict)
        members = {a.wire: a.name for a in planned.arguments if a.member is not None}
        whole = folded(members, whole)
        found |= {members[wire]: value for wire, value in whole.items()}
    return found


def _needed(common: Common, planned: Planned, body: Schema | None, a: Argument) -> Json:
    if a.parameter is not None or a.member is not None:
        return sent(common, a)
    if planned.body is not None and is_raw(planned.body.media_type):
        text = _raw_text(common, planned)
        return common.requests.sample(text) if text is not None else "a"
    return {"a": 1} if body is None else common.requests.sample(body)


def raw_text(suite: Suite) -> Schema | None:
    """What bounds a body that is sent as it is given."""
    return _raw_text(suite.common, suite.planned)


def _raw_text(common: Common, planned: Planned) -> Schema | None:
    content = sent_content(planned)
    if content is None or content.schema is None or not is_raw(content.name):
        return None
    inner = resolved(content.schema, common.requests.named)
    if not isinstance(inner, StringSchema):
        return None
    return content.schema if is_text(content.name) else sized(inner)


def sent(common: Common, a: Argument) -> Json:
    """A value of a parameter that a request can carry, or of a member of the body."""
    parameter = a.parameter
    if parameter is not None:
        return common.requests.sample(
            parameter.schema, lambda value: bool(written(parameter, value))
        )
    assert a.member is not None
    return common.requests.sample(a.member.schema)


def sent_or_none(common: Common, a: Argument) -> Json:
    """The same; None when there is none."""
    try:
        return sent(common, a)
    except NoSample:
        return None


def _answer(planned: Planned, sampled: Iterable[Sampled]) -> tuple[int, bytes, str]:
    """An answer of the first documented success, from the document's example where it has one."""
    successes = (
        s
        for s in sampled
        if s.reply.error is None and s.reply.response.status[0] == "2"
    )
    first = next(successes, None)
    if first is None:
        return 200, b"{}", JSON
    reply, status = first.reply, first.status
    media_type = JSON if is_json(reply.media_type) else reply.media_type
    if reply.response.contents is None and reply.annotation != NONE:
        return status, b"{}", "*/*"
    for example in planned.op.examples:
        told = example.response
        if (
            told is not None
            and told.status == status
            and raised(planned, example) is None
        ):
            return status, shown(reply, example), media_type
    return status, first.body, media_type


def reply_of(planned: Planned, status: int) -> Reply | None:
    """The documented answer of a status, by itself or in a class of statuses."""
    by_status = {r.response.status: r for r in planned.replies}
    text = str(status)
    return by_status.get(text) or by_status.get(f"{text[0]}XX")


def _key(common: Common, op: Operation) -> str | None:
    """A key for the attempts of a call, if it takes one: the document's, or the usual one where it can be."""
    if op.idempotency is None:
        return None
    shown = (key_shown(common, op.idempotency, example) for example in op.examples)
    return next(filter(None, shown), None) or _made_key(common, op.idempotency)


def key_shown(common: Common, rule: Idempotency, example: Example) -> str | None:
    """The key that a documented call has, if the client may send it."""
    headers = example.request.headers if example.request else ()
    for name, value in headers:
        key = str(value.data)
        if name.lower() == rule.header.lower() and common.requests.allows(
            key_shape(rule), key
        ):
            return key
    return None


def _made_key(common: Common, rule: Idempotency) -> str:
    shape = key_shape(rule)
    if common.requests.allows(shape, KEY):
        return KEY
    return str(common.requests.sample(shape))


def raised(planned: Planned, example: Example) -> Reply | str | None:
    """What a documented answer raises: a documented error, a class of the runtime by name, or nothing."""
    assert example.response is not None
    status, body = example.response.status, example.response.body
    if status >= 400 or (status >= 300 and reply_of(planned, status) is None):
        return _error_of(planned, status)
    failure = planned.op.failure
    if failure is None or body is None or not _fails(failure, body.data):
        return None
    inner = status_told(planned, example)
    return "FailureInSuccess" if inner == status else _error_of(planned, inner)


def status_told(planned: Planned, example: Example) -> int:
    """The status of a documented answer, or the one that its body has for a failure."""
    assert example.response is not None
    status, body, failure = (
        example.response.status,
        example.response.body,
        planned.op.failure,
    )
    if status >= 300 or failure is None or not failure.status or body is None:
        return status
    inner = at(body.data, failure.status) if _fails(failure, body.data) else None
    if isinstance(inner, str) and inner.isdigit():
        inner = int(inner)
    return inner if isinstance(inner, int) and 300 <= inner < 600 else status


def _error_of(planned: Planned, status: int) -> Reply | str:
    default = (r for r in planned.replies if r.response.status == "default")
    told = reply_of(planned, status) or next(default, None)
    return "StatusError" if told is None or told.error is None else told


def _fails(failure: Failure, body: Json) -> bool:
    return holds(body, failure.when, failure.equals.data)


def shown(reply: Reply | None, example: Example) -> bytes:
    """The bytes of a documented answer."""
    assert example.response is not None
    body = example.response.body
    if body is None:
        return b""
    media_type = example.response.media_type or (reply.media_type if reply else "*/*")
    if isinstance(body.data, str) and not is_json(media_type):
        return body.data.encode()
    return json_bytes(body.data)


def _sampled(common: Common, planned: Planned, reply: Reply) -> Sampled:
    content, status = reply.content, number(planned, reply.response.status)
    value: Json = None
    body, whole = b"", None
    if content is None:
        whole = b"{}", "*/*"
    elif not is_json(content.name):
        body = b"a"
        whole = body, content.name
    else:
        value = _sample(common, planned, content)
        body = json_bytes(value)
        if reply.annotation == code("bytes"):
            whole = b"a", "application/octet-stream"
        elif content.schema is None or is_whole(
            content.schema, value, common.answers, common.directions
        ):
            whole = body, "*/*" if content.name == "*/*" else JSON
    if reply.annotation == NONE or planned.op.method == "HEAD":
        whole = b"", JSON
    return Sampled(reply, status, content, value, body, whole)


def _sample(common: Common, planned: Planned, content: MediaType) -> Json:
    """A value that an answer may have."""
    if content.schema is None:
        return {}
    try:
        body = full(common.answers, content.schema)
    except NoSample:
        return {}
    failure = planned.op.failure
    if failure is not None and isinstance(body, dict) and _fails(failure, body):
        return {k: v for k, v in body.items() if k != failure.when[0]}
    return body


def number(planned: Planned, status: str) -> int:
    """A status code that only this entry of the operation's responses covers."""
    if status.isdigit():
        return int(status)
    taken = {r.response.status for r in planned.replies}
    families = (5, 4, 3) if status == "default" else (int(status[0]),)
    free = (
        n
        for family in families
        if status != "default" or f"{family}XX" not in taken
        for n in reversed(range(family * 100, family * 100 + 100))
        if str(n) not in taken
    )
    return next(free, 0)


def body_bytes(suite: Suite, given: Mapping[str, Json]) -> bytes:
    """The body of a call with these arguments."""
    body = suite.planned.body
    assert body is not None
    if body.model is None:
        value = given["body"]
        if is_raw(body.media_type):
            return str(value).encode()
        if is_json(body.media_type):
            return json_bytes(value)
        assert isinstance(value, dict)
        return _form_bytes(suite, [(name, item, False) for name, item in value.items()])
    names = {name for name in given if name in suite.places} | suite.constants.keys()
    chosen = [suite.by_name[n] for n in sorted(names, key=suite.places.__getitem__)]
    members = unfolded(
        (a.wire, given.get(a.name, suite.constants.get(a.name))) for a in chosen
    )
    if is_json(body.media_type):
        return json_bytes(members)
    files = {a.wire for a in chosen if sends_file(suite, a)}
    return _form_bytes(suite, [(n, v, n in files) for n, v in members.items()])


def _form_bytes(suite: Suite, members: Sequence[tuple[str, Json, bool]]) -> bytes:
    types = part_types(suite.planned, suite.common.requests.named)
    if types is not None:
        return multipart_bytes(members, types)
    return form_bytes((name, value) for name, value, _ in members)


def sends_file(suite: Suite, a: Argument) -> bool:
    """Whether an argument is a file of a multipart body, or several."""
    body = suite.planned.body
    if body is None or a.member is None or not is_form(body.media_type, MULTIPART):
        return False
    return is_file(part_of(a.member.schema, suite.common.requests.named))


def server_of(api: Api, op: Operation) -> Server:
    """The server that a call goes to: the first of the API, or else of the operation."""
    first = api.servers[0]
    if not op.servers or first.name in op.servers:
        return first
    return next(s for s in api.servers if s.name == op.servers[0])


def put(body: Mapping[str, Json], path: Sequence[str], value: Json) -> dict[str, Json]:
    """The object with a value at a path of names; what may be anything has to be an object to hold it."""
    first, *rest = path
    if rest:
        below = body.get(first)
        value = put(below if isinstance(below, dict) else {}, rest, value)
    return {**body, first: value}
