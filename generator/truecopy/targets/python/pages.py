"""Pagination: whether an iterator can be made of an operation, and of what its items are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from truecopy.code import Code, code, identifier, literal, names_of
from truecopy.diagnostics import Diagnostic
from truecopy.ir import (
    AnySchema,
    ArraySchema,
    NumberSchema,
    ObjectSchema,
    Operation,
    Pagination,
    RefSchema,
    Schema,
)
from truecopy.records import record
from truecopy.targets.python.directions import Direction
from truecopy.targets.python.layout import (
    Expr,
    call,
    keyword,
    several,
    statement,
    union,
)
from truecopy.targets.python.models import (
    JSON,
    Module,
    annotate,
    resolved,
    shared_module,
)
from truecopy.targets.python.naming import iterator, nested_name, type_name

FIRST = {"page": 1, "offset": 0}


@record
class Pages:
    """An operation whose pages can be walked: the iterator's name and the type of its items.

    `at` is where the request holds what changes from page to page, by the runtime's name for it.
    """

    rule: Pagination
    name: str
    item: Expr
    at: str | None
    first: int | None


def pages(
    module: Module, op: Operation, bodies: Iterable[tuple[Schema, str]]
) -> Pages | None:
    """What is generated for an operation with pages; `bodies` are its successes and their classes."""
    rule = op.pagination
    if rule is None:
        return None
    parameter = next((p for p in op.parameters if p.name == rule.parameter), None)
    at = f"{parameter.location}.{parameter.name}" if parameter else rule.parameter
    first: int | None = None
    if rule.style in FIRST:
        schema = parameter.schema if parameter else _member(module, op, rule.parameter)
        target = resolved(module.package, schema) if schema is not None else None
        if not isinstance(target, (NumberSchema, AnySchema)):
            message = f"no iterator over pages is generated: {rule.parameter} is no number to count with"
            place = rule.origin.key("parameter")
            module.findings.append(Diagnostic(place, "note", "not-generated", message))
            return None
        default = target.default.data if target.default is not None else None
        if isinstance(default, int) and default != FIRST[rule.style]:
            first = default
    found: list[Expr] = []
    for schema, path in bodies:
        for item in _items(module, schema, (path,), rule.items, "receive"):
            if item not in found:
                found.append(item)
    item = union(found) if found and JSON not in found else JSON
    return Pages(rule, iterator(op.name), item, at, first)


def _member(module: Module, op: Operation, name: str | None) -> Schema | None:
    """The schema of a member of the body."""
    for content in op.request.contents if op.request else ():
        body = resolved(module.package, content.schema) if content.schema else None
        if isinstance(body, ObjectSchema):
            for prop in body.properties:
                if prop.name == name:
                    return prop.schema
    return None


def _items(
    module: Module,
    schema: Schema,
    path: tuple[str, ...],
    steps: tuple[str, ...],
    direction: Direction,
) -> Iterator[Expr]:
    """The type of the items at a path of an answer, named as its classes name it."""
    if isinstance(schema, RefSchema):
        target = module.package.schemas[schema.name]
        home = module
        if target.document is None:
            # Types below a shared schema are api.py's: they are named here, and made there.
            home = shared_module(module.package)
        way = module.package.directions.get(schema.name, "receive")
        for item in _items(home, target.schema, (type_name(schema.name),), steps, way):
            if home is not module:
                shared = {*home.exports, *module.package.common}
                module.shared |= names_of([item]) & shared
            yield item
    elif steps and isinstance(schema, ObjectSchema):
        owner = nested_name(path)
        for prop in schema.properties:
            if prop.name == steps[0]:
                inner = (owner, prop.key)
                yield from _items(module, prop.schema, inner, steps[1:], direction)
    elif not steps and isinstance(schema, ArraySchema):
        below = (*path, "item")
        yield union(annotate(module, schema.items, below, direction, limits=False))
    else:
        yield JSON


def fact(found: Pages) -> Expr:
    """What the operation's constant says of its pages."""
    rule = found.rule
    items: list[Expr] = [literal(rule.style)]
    if rule.items:
        items.append(keyword(code("items"), several(map(literal, rule.items))))
    if found.at is not None:
        items.append(keyword(code("parameter"), literal(found.at)))
    if rule.next is not None:
        items.append(keyword(code("next"), several(map(literal, rule.next))))
    if found.first is not None:
        items.append(keyword(code("first"), literal(found.first)))
    return call(code("rt.Pagination"), items)


def member(found: Pages, method_: Code, maker: Code) -> Code:
    """The line that makes the iterator of the method."""
    return statement(code("{} = ", identifier(found.name)), call(maker, [method_]), 4)
