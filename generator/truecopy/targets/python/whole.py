"""Answers and events with all that is announced, and whether one is read as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from truecopy.ir import (
    ArraySchema,
    BooleanSchema,
    NumberSchema,
    ObjectSchema,
    RefSchema,
    Schema,
    StringSchema,
    UnionSchema,
)
from truecopy.source import Json
from truecopy.targets.python.directions import Direction
from truecopy.targets.python.models import is_optional
from truecopy.targets.python.samples import NoSample, Sampler
from truecopy.values import resolved

Above = tuple[str, ...]
# Names below names: each may lead to all others.
_MOST_NESTED = 4
_SCALARS = (StringSchema, NumberSchema, BooleanSchema)


def full(answers: Sampler, schema: Schema, above: Above = ()) -> Json:
    """A value with every member that an answer announces, but for what would never end; NoSample when there is none.

    `above` are the names that it is below.
    """
    if isinstance(schema, _SCALARS):
        return answers.sample(schema)
    match schema:
        case RefSchema(name=name):
            if name not in above and len(above) < _MOST_NESTED:
                return full(answers, answers.named[name], (*above, name))
            if schema.nullable:
                return None
            raise NoSample
        case ObjectSchema() if schema.properties:
            return dict(_announced(answers, schema, above))
        case ObjectSchema(additional=inner):
            value = answers.sample(schema)
            if inner is None or isinstance(inner, bool) or not isinstance(value, dict):
                return value
            try:
                return {key: full(answers, inner, above) for key in value}
            except NoSample:
                return value if schema.min_properties else {}
        case ArraySchema():
            return _listed(answers, schema, above)
        case UnionSchema():
            for value in _branches(answers, schema, above):
                if answers.allows(schema, value):
                    return value
            return answers.sample(schema)
        case _:
            return answers.sample(schema)


def fulls(answers: Sampler, schema: Schema) -> Iterator[Json]:
    """Such a value; of a union, one for each branch."""
    union = resolved(schema, answers.named)
    if isinstance(union, UnionSchema):
        yield from _branches(answers, union, ())
    else:
        yield full(answers, schema)


def _announced(
    answers: Sampler, schema: ObjectSchema, above: Above
) -> Iterator[tuple[str, Json]]:
    for p in schema.properties:
        if p.required is not False and not p.schema.write_only:
            try:
                yield p.name, full(answers, p.schema, above)
            except NoSample:
                if p.required:
                    yield p.name, answers.sample(p.schema)


def _listed(answers: Sampler, schema: ArraySchema, above: Above) -> Json:
    size = max(schema.min_items or 1, 1)
    if schema.max_items == 0 or size >= 10 or (schema.unique_items and size > 1):
        return answers.sample(schema)
    try:
        return [full(answers, schema.items, above)] * size
    except NoSample:
        return answers.sample(schema) if schema.min_items else []


def _branches(answers: Sampler, schema: UnionSchema, above: Above) -> Iterator[Json]:
    rule = schema.discriminator
    tags = {name: tag for tag, name in reversed(rule.mapping)} if rule else {}
    for branch in schema.branches:
        try:
            value = full(answers, branch, above)
        except NoSample:
            continue
        tag = tags.get(branch.name) if isinstance(branch, RefSchema) else None
        if rule is not None and tag is not None and isinstance(value, dict):
            value = {**value, rule.property: tag}
        yield value


def is_whole(
    schema: Schema,
    value: Json,
    answers: Sampler,
    directions: Mapping[str, Direction],
) -> bool:
    """Whether a value contradicts nothing, and has what is announced and no members but those of its class."""
    if not answers.allows(schema, value):
        return False
    try:
        return known(schema, value, answers, directions) == value
    except KeyError:
        return False


def known(
    schema: Schema,
    value: Json,
    answers: Sampler,
    directions: Mapping[str, Direction],
    direction: Direction = "receive",
) -> Json:
    """The value without members that its class does not have; KeyError when an announced one is absent."""

    if isinstance(schema, _SCALARS):
        return value

    def inner(schema: Schema, value: Json, direction: Direction = direction) -> Json:
        return known(schema, value, answers, directions, direction)

    if isinstance(schema, RefSchema):
        below = directions.get(schema.name, "receive")
        return inner(answers.named[schema.name], value, below)
    if isinstance(schema, ObjectSchema) and isinstance(value, dict):
        found: dict[str, Json] = {}
        for p in schema.properties:
            if direction == "receive" and p.schema.write_only:
                continue
            if p.name in value:
                found[p.name] = inner(p.schema, value[p.name])
            elif not is_optional(p, direction):
                raise KeyError(p.name)
        more, names = schema.additional, {p.name for p in schema.properties}
        if names and more in (None, False):
            return found
        rest = {name: item for name, item in value.items() if name not in names}
        if more is None or isinstance(more, bool):
            return found | rest
        return found | {name: inner(more, item) for name, item in rest.items()}
    if isinstance(schema, ArraySchema) and isinstance(value, list):
        return [inner(schema.items, item) for item in value]
    if isinstance(schema, UnionSchema) and value is not None:
        rule = schema.discriminator
        if rule is not None and isinstance(value, dict):
            told = value.get(rule.property)
            if all(told != tag for tag, _ in rule.mapping):
                raise KeyError(rule.property)
        chosen = answers.branch(schema, value)
        return value if chosen is None else inner(chosen[1], value)
    return value
