"""Rows of the generated test of documented headers: all of them sent, then none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from truecopy.code import bytes_literal, literal
from truecopy.ir import (
    ArraySchema,
    BooleanSchema,
    Header,
    NumberSchema,
    Schema,
    StringSchema,
    UnionSchema,
)
from truecopy.source import Json
from truecopy.targets.python.calls import Common, Sampled, Suite
from truecopy.targets.python.layout import Expr, several
from truecopy.targets.python.planning import Reply
from truecopy.targets.python.samples import NoSample
from truecopy.targets.python.wire import scalar
from truecopy.values import resolved

_PLAIN = (StringSchema, NumberSchema, BooleanSchema, UnionSchema)


def rows(suite: Suite) -> Iterator[Expr]:
    """An answer, the values of its attributes, and the paths of what is missed."""
    yield from _limited(suite)
    common = suite.common
    for made in suite.sampled:
        typed = suite.planned.attributes.get(made.reply.response.status, ())
        found = [a for a in typed if a.header.name.lower() != "content-type"]
        if not found or not 200 <= made.status < 600:
            continue
        needed = [a.header.name for a in found if a.header.required is True]
        known = [(a, text) for a in found if (text := _sample(common, a.header))]
        if {a.header.name for a, _ in known}.issuperset(needed):
            sent = {a.header.name: text for a, (text, _) in known}
            values: dict[str, Json] = {a.name: value for a, (_, value) in known}
            yield _row(made, sent, values, [])
        nothing: dict[str, Json] = {a.name: None for a in found}
        missed = [f"header.{name}" for name in needed]
        yield _row(made, {}, nothing, missed)


def needed(common: Common, reply: Reply) -> dict[str, str] | None:
    """The headers that an answer has to have; None when no text for one is found."""
    every = (h for h in reply.response.headers if h.name.lower() != "content-type")
    headers = [h for h in every if h.required is True]
    found = {h.name: text for h in headers if (text := _sample(common, h))}
    texts = {name: text for name, (text, _) in found.items()}
    return texts if len(texts) == len(headers) else None


def _limited(suite: Suite) -> Iterator[Expr]:
    """A success and an error that tell of the rate limit."""
    limit = suite.planned.op.rate_limit
    if limit is None:
        return
    names = {"limit": limit.limit, "remaining": limit.remaining, "reset": limit.reset}
    answers = [made for made in suite.sampled if 200 <= made.status < 600]
    successes = [made for made in answers if made.reply.error is None]
    errors = [made for made in answers if made.reply.error]
    for made in (*successes[:1], *errors[:1]):
        reply = made.reply
        others = needed(suite.common, reply)
        numbers = {
            key: _number(suite.common, reply, name, n)
            for n, (key, name) in enumerate(names.items(), 1)
            if name
        }
        if others is None or None in numbers.values():
            continue
        sent = {name: str(numbers[key]) for key, name in names.items() if name}
        values: dict[str, Json] = {key: numbers.get(key) for key in names}
        yield _row(made, {**others, **sent}, {"rate_limit": values}, [])


def _number(common: Common, reply: Reply, name: str, usual: int) -> int | None:
    """A number that a header of an answer may have; None when what is described of it is no number."""
    found = (h for h in reply.response.headers if h.name.lower() == name.lower())
    header = next(found, None)
    allows = common.answers.allows
    if header is None or any(allows(header.schema, v) for v in (usual, str(usual))):
        return usual
    sample = _sample(common, header)
    return int(sample[0]) if sample and sample[0].isdigit() else None


def _row(
    made: Sampled,
    headers: dict[str, str],
    values: dict[str, Json],
    missed: Sequence[str],
) -> Expr:
    json = "application/json"
    media_type = made.reply.media_type
    media_type = json if media_type == "*/*" else media_type
    told = {"content-type": media_type, **headers}
    answer = several([literal(made.status), bytes_literal(made.body), literal(told)])
    return several([answer, literal(values), literal(list(missed))])


def _sample(common: Common, header: Header) -> tuple[str, Json] | None:
    """A header's text and the value that it stands for; None for what is not plain enough."""
    named = common.answers.named
    schema = resolved(header.schema, named)
    try:
        if isinstance(schema, ArraySchema):
            inner = resolved(schema.items, named)
            value = common.answers.sample(schema, lambda v: _texts(inner, v) != [])
            return ",".join(_texts(inner, value)), value
        value = common.answers.sample(
            header.schema, lambda v: _texts(schema, [v]) != []
        )
        return _texts(schema, [value])[0], value
    except NoSample:
        return None


def _texts(schema: Schema | None, values: Json) -> list[str]:
    """The values as texts of a header; none if one of them can't be."""
    plain = isinstance(schema, _PLAIN)
    if not plain or not isinstance(values, list):
        return []
    texts = [scalar(value) for value in values]
    safe = [
        t for t in texts if t and t.isascii() and t.isprintable() and t == t.strip()
    ]
    return safe if len(safe) == len(texts) and not any("," in t for t in safe) else []
