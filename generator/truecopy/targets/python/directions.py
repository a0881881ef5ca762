"""Which way the schemas of an API travel, and what a class holds on its way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from truecopy.ir import (
    Api,
    ArraySchema,
    Document,
    NamedSchema,
    ObjectSchema,
    Operation,
    Origin,
    Property,
    RefSchema,
    Schema,
    UnionSchema,
)

Direction = Literal["send", "receive", "both"]

ADDITIONAL = "additional_properties"


def directions(
    schemas: Mapping[str, NamedSchema], roots: Sequence[tuple[Schema, Direction]]
) -> dict[str, Direction]:
    """Whether each named schema is sent, received or both."""
    found: dict[str, Direction] = {}
    todo = list(roots)
    while todo:
        schema, direction = todo.pop()
        for reference in references(schema):
            name = reference.name
            known = found.get(name)
            merged: Direction = direction if known in (None, direction) else "both"
            if known != merged and name in schemas:
                found[name] = merged
                todo.append((schemas[name].schema, merged))
    return found


def references(schema: Schema, in_classes: bool = True) -> Iterator[RefSchema]:
    """The references in a schema, or in its type as it is written out: a class is a name in it."""
    todo = [schema]
    while todo:
        node = todo.pop()
        if type(node) is RefSchema:
            yield node
        elif type(node) is ArraySchema:
            todo.append(node.items)
        elif type(node) is UnionSchema:
            todo += reversed(node.branches)
        elif type(node) is ObjectSchema and (in_classes or not node.properties):
            if node.additional is not None and not isinstance(node.additional, bool):
                todo.append(node.additional)
            todo += [prop.schema for prop in reversed(node.properties)]


def additional(schema: ObjectSchema, direction: Direction) -> Property | None:
    """The member of a class that holds what the document does not name; on the wire it has no name."""
    if not schema.properties or schema.additional in (None, False):
        return None
    here = schema.origin
    return Property(
        key=ADDITIONAL,
        name="",
        required=direction == "receive",
        sunset=None,
        schema=ObjectSchema(
            additional=schema.additional,
            description="Members beside the named ones, by their names on the wire.",
            origin=Origin(here.pointer, here.table, (), ()),
        ),
        origin=here,
    )


def all_members(
    schema: ObjectSchema, direction: Direction = "send"
) -> tuple[Property, ...]:
    """The members of a class, whichever way they go."""
    rest = additional(schema, direction)
    return schema.properties if rest is None else (*schema.properties, rest)


def schemas(api: Api) -> dict[str, NamedSchema]:
    """All named schemas of an API."""
    own = (schema for document in api.documents for schema in document.schemas)
    return {schema.name: schema for schema in (*api.schemas, *own)}


def crossed(api: Api) -> bool:
    """Whether somebody refers to a schema that a document of another writes."""
    home = {s.name: d.name for d in api.documents for s in d.schemas}
    shared = [named.schema for named in api.schemas]
    if api.webhooks is not None:
        shared += [e.schema for _, e in api.webhooks.events if e.schema is not None]
        shared += [header.schema for header in api.webhooks.headers]
    seen = [("", schema) for schema in shared]
    for document in api.documents:
        seen += [(document.name, named.schema) for named in document.schemas]
        seen += [(document.name, schema) for schema, _ in roots_of(document)]
    return any(
        home.get(ref.name, where) != where
        for where, schema in seen
        for ref in references(schema)
    )


def roots_of(document: Document) -> list[tuple[Schema, Direction]]:
    """The schemas of the operations of a document themselves, and which way each travels."""
    found: list[tuple[Schema, Direction]] = []
    for op in document.operations:
        found += _sent(op)
        found += _received(op)
    return found


def _sent(op: Operation) -> Iterable[tuple[Schema, Direction]]:
    for parameter in op.parameters:
        yield parameter.schema, "send"
    for content in op.request.contents if op.request else ():
        if content.schema is not None:
            yield content.schema, "send"


def _received(op: Operation) -> Iterable[tuple[Schema, Direction]]:
    for response in op.responses:
        for header in response.headers:
            yield header.schema, "receive"
        for content in response.contents or ():
            if content.schema is not None:
                yield content.schema, "receive"
