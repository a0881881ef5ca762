"""What the tests of one operation send and what is answered, as JSON data."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from truecopy.code import (
    literal,
)
from truecopy.ir import (
    Api,
    ArraySchema,
    ObjectSchema,
    RefSchema,
    Schema,
    UnionSchema,
    Value,
)
from truecopy.source import Json
from truecopy.targets.python.models import Direction
from truecopy.targets.python.planning import Argument, Planned, Reply, is_json
from truecopy.targets.python.samples import NoSample, sample

KEY = "7f0c1d2e-3b4a-4c5d-8e6f-0a1b2c3d4e5f"


UNSAFE = ("", ".", "..", "%2e%2e", "%2E.")


@dataclass(frozen=True, slots=True)
class Suite:
    """What the tests of one operation are made from."""

    api: Api
    planned: Planned
    by_name: Mapping[str, Argument]
    named: Mapping[str, Schema]
    directions: Mapping[str, Direction]
    minimal: Mapping[str, Json]
    answer: tuple[int, bytes]


def minimal(planned: Planned, named: Mapping[str, Schema]) -> dict[str, Json]:
    """The arguments without which a call can't be made, by name."""
    found: dict[str, Json] = {}
    for a in planned.arguments:
        if a.default is not None:
            continue
        if a.parameter is not None:
            found[a.name] = sample(a.parameter.schema, named)
        elif a.member is not None:
            found[a.name] = sample(a.member.schema, named)
        else:
            found[a.name] = _raw_body(planned, named)
    return found


def _raw_body(planned: Planned, named: Mapping[str, Schema]) -> Json:
    request = planned.op.request
    body = planned.body
    assert request is not None
    assert body is not None
    content = next(c for c in request.contents if c.name == body.media_type)
    if not is_json(content.name):
        return "a"
    if content.schema is None:
        return {"a": 1}
    if _holds_model(content.schema, named):
        raise NoSample
    return sample(content.schema, named)


def _holds_model(schema: Schema, named: Mapping[str, Schema], depth: int = 0) -> bool:
    """Whether Python spells a value of the schema with a class, not with plain data."""
    if depth > 20:
        return True
    match schema:
        case RefSchema(name=name):
            return _holds_model(named[name], named, depth + 1)
        case ObjectSchema(properties=properties, additional=additional):
            inner = (
                additional
                if additional is not None and not isinstance(additional, bool)
                else None
            )
            return bool(properties) or (
                inner is not None and _holds_model(inner, named, depth + 1)
            )
        case ArraySchema(items=items):
            return _holds_model(items, named, depth + 1)
        case UnionSchema(branches=branches):
            return any(_holds_model(branch, named, depth + 1) for branch in branches)
        case _:
            return False


def answer(planned: Planned, named: Mapping[str, Schema]) -> tuple[int, bytes]:
    """An answer of the first documented success, from the document's example where it has one."""
    reply = next(
        (r for r in planned.replies if r.error is None and r.response.status[0] in "2"),
        None,
    )
    if reply is None:
        return 200, b"{}"
    status = number(planned, reply.response.status)
    for example in planned.op.examples:
        if example.response is not None and example.response.status == status:
            return status, encoded(example.response.body)
    return status, sample_body(reply, named)


def encoded(body: Value | None) -> bytes:
    return b"" if body is None else compact(body.data)


def compact(data: Json) -> bytes:
    """JSON as the client writes it: no white space, UTF-8."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def sample_body(reply: Reply, named: Mapping[str, Schema]) -> bytes:
    for content in reply.response.contents or ():
        if content.name == reply.media_type or reply.media_type == "*/*":
            if content.schema is not None and is_json(content.name):
                try:
                    return compact(full(content.schema, named))
                except NoSample:
                    return b"{}"
            return b"{}" if is_json(content.name) else b"a"
    return b""


def full(schema: Schema, named: Mapping[str, Schema], depth: int = 0) -> Json:
    """A value with every member that an answer announces."""
    if isinstance(schema, RefSchema):
        return full(named[schema.name], named, depth + 1)
    if isinstance(schema, ObjectSchema) and schema.properties and depth < 12:
        return {
            p.name: full(p.schema, named, depth + 1)
            for p in schema.properties
            if p.required is not False and not p.schema.write_only
        }
    if isinstance(schema, ArraySchema) and depth < 8 and schema.max_items != 0:
        return [full(schema.items, named, depth + 1)] * max(schema.min_items or 1, 1)
    return sample(schema, named, depth)


def number(planned: Planned, status: str) -> int:
    """A status code that only this entry of the operation's responses covers."""
    if status.isdigit():
        return int(status)
    taken = {r.response.status for r in planned.replies}
    first = (
        range(500, 600)
        if status == "default"
        else range(int(status[0]) * 100, int(status[0]) * 100 + 100)
    )
    return next(n for n in reversed(first) if str(n) not in taken)


def sample_type(schema: Schema, named: Mapping[str, Schema]) -> Json:
    """A sample, or None when there is none."""
    try:
        return sample(schema, named)
    except NoSample:
        return None


def body_bytes(members: Sequence[Argument], given: Mapping[str, Json]) -> bytes:
    body: dict[str, Json] = {}
    for a in members:
        constant_ = a.member.schema.const if a.member else None
        if a.name in given:
            body[a.wire] = given[a.name]
        elif (
            a.default is not None
            and constant_ is not None
            and a.default == literal(constant_.data)
        ):
            body[a.wire] = constant_.data
    return compact(body)
