"""Rows of the generated tests of documented answers: those that no call of the document shows, and those that lack something."""

from __future__ import annotations

from collections.abc import Iterator

from truecopy.code import code, identifier, literal
from truecopy.ir import ArraySchema, MediaType, ObjectSchema, RefSchema, Schema
from truecopy.source import Json
from truecopy.targets.python.bodies import is_json
from truecopy.targets.python.calls import Suite
from truecopy.targets.python.directions import Direction
from truecopy.targets.python.examples import prepared
from truecopy.targets.python.header_rows import needed
from truecopy.targets.python.layout import Expr, several
from truecopy.targets.python.models import is_model, is_optional
from truecopy.targets.python.wire import json_bytes
from truecopy.values import resolved


def rows(suite: Suite) -> Iterator[Expr]:
    """An answer that is prepared, and the class that it raises."""
    shown = {e.response.status for e in suite.planned.op.examples if e.response}
    for made in suite.sampled:
        reply, status, body = made.reply, made.status, made.whole
        if status < 200:
            continue
        if status >= 300 and reply.error is None:
            # `default` where it is what success has: what fails raises its status's class.
            continue
        headers = needed(suite.common, reply)
        if body is None or headers is None:
            continue
        raised = (
            code("_m.{}", identifier(reply.error)) if reply.error else literal(None)
        )
        if status not in (suite.answer[0], *shown):
            yield several([prepared(status, *body, headers), raised])
        if body[0] and _may_be_null(suite, made.content):
            yield several([prepared(status, b"null", body[1], headers), raised])


def _may_be_null(suite: Suite, content: MediaType | None) -> bool:
    if content is None or content.schema is None or not is_json(content.name):
        return False
    inner = resolved(content.schema, suite.common.answers.named)
    return content.schema.nullable or (inner is not None and inner.nullable)


def lacking(suite: Suite) -> Iterator[Expr]:
    """An answer whose objects are empty but for other objects, and the paths of what is missed in them."""
    known = set[str]()
    for made in suite.sampled:
        body, headers = made.whole, needed(suite.common, made.reply)
        schema = made.content.schema if made.content else None
        if schema is None or headers is None or made.status < 200:
            continue
        if body is None or body[0] != made.body:
            continue
        missed: list[str] = []
        left = json_bytes(_emptied(suite, schema, made.value, "$", missed))
        if missed and (told := f"{left!r}{missed}") not in known:
            known.add(told)
            paths = literal(" ".join(missed))
            yield several([prepared(made.status, left, body[1], headers), paths])


def _emptied(
    suite: Suite,
    schema: Schema,
    value: Json,
    path: str,
    missed: list[str],
    direction: Direction = "receive",
    above: tuple[Schema, ...] = (),
) -> Json:
    """A value of objects and lists whose objects have no other members."""
    if isinstance(schema, RefSchema):
        direction = suite.common.directions.get(schema.name, "receive")
    schema = _opened(suite, schema)
    if isinstance(schema, ArraySchema) and isinstance(value, list):
        items = enumerate(value[:1])
        return [
            _emptied(suite, schema.items, v, f"{path}[{i}]", missed, direction, above)
            for i, v in items
        ]
    if not isinstance(schema, ObjectSchema) or not isinstance(value, dict):
        return value
    left: dict[str, Json] = {}
    above = (*above, schema)
    for prop in schema.properties:
        name, inner = prop.name, _opened(suite, prop.schema)
        at = f"{path}.{name}" if name.isidentifier() else f"{path}[{name!r}]"
        while isinstance(inner, ArraySchema):
            inner = _opened(suite, inner.items)
        is_held = is_model(inner) and name in value
        if is_held and all(inner is not each for each in above):
            left[name] = _emptied(
                suite, prop.schema, value[name], at, missed, direction, above
            )
        elif prop.schema.write_only:
            continue
        elif prop.required or not is_optional(prop, direction):
            missed.append(at)
    return left


def _opened(suite: Suite, schema: Schema) -> Schema:
    """What a name stands for."""
    return resolved(schema, suite.common.answers.named) or schema
