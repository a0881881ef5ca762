"""A quick look for names that Python can't spell or spells alike: `check` plans an API only where one may be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from truecopy.ir import (
    Api,
    ArraySchema,
    ObjectSchema,
    Operation,
    RefSchema,
    Schema,
    UnionSchema,
)
from truecopy.names import words
from truecopy.targets.python.directions import all_members, crossed
from truecopy.targets.python.directions import schemas as schemas_of
from truecopy.targets.python.limits import literal_values
from truecopy.targets.python.naming import (
    READER,
    RECEIVED,
    RUNTIME,
    TYPES,
    argument,
    constant_name,
    distribution,
    event_name,
    method,
    modules_of,
    nested_name,
    spelt,
    status_name,
    type_name,
)

Named = tuple[str, str]


def suspicious(api: Api) -> bool:
    """Whether planning the API might find a name that is taken twice, reserved or can't be spelt."""
    operations = [op for document in api.documents for op in document.operations]
    schemas = {name: named.schema for name, named in schemas_of(api).items()}
    types: list[Named] = [(name, name) for name in {*RUNTIME, *TYPES}]
    types += [(distribution(api)[2], api.name)]
    types += [(type_name(name), name) for name in schemas]
    scopes: list[Iterable[Named]] = []
    scopes.append([(method(op.name), op.name) for op in operations])
    types += [(constant_name(op.name), op.name) for op in operations]
    scopes.append([(d.name, d.name) for d in api.documents])
    for name, schema in schemas.items():
        scopes += _below(schema, (type_name(name),), types)
    for op in operations:
        scopes += _operation(op, schemas, types)
    webhooks = api.webhooks
    if webhooks is not None:
        types += [(name, name) for name in {*RECEIVED, READER}]
        for name, event in webhooks.events:
            types.append((event_name(name), name))
            if event.schema is not None:
                scopes += _below(event.schema, (event_name(name),), types)
    modules = any(document.name in modules_of(api) for document in api.documents)
    return modules or crossed(api) or any(map(_clashes, (types, *scopes)))


def _clashes(names: Iterable[Named]) -> bool:
    seen: set[str] = set()
    for spelling, name in names:
        if spelling in seen or not words(name):
            return True
        seen.add(spelling)
    return False


def _operation(
    op: Operation, schemas: dict[str, Schema], types: list[Named]
) -> Iterator[Iterable[Named]]:
    root = type_name(op.name)
    taken = [(argument(p.key), p.key) for p in op.parameters]
    for parameter in op.parameters:
        yield from _below(parameter.schema, (root, parameter.key), types)
    for content in op.request.contents if op.request else ():
        schema = content.schema
        if schema is not None:
            yield from _below(schema, (root + "Request",), types)
            while isinstance(schema, RefSchema) and schema.name in schemas:
                schema = schemas[schema.name]
            if isinstance(schema, ObjectSchema):
                taken += [(argument(p.key), p.key) for p in all_members(schema)]
    yield taken
    for response in op.responses:
        status = status_name(response.status)
        types.append((root + status, op.name))
        for content in response.contents or ():
            if content.schema is not None:
                yield from _below(content.schema, (f"{root}{status}Response",), types)


def _below(
    schema: Schema, path: tuple[str, ...], types: list[Named]
) -> Iterator[Iterable[Named]]:
    """The scopes of the classes below a schema; their names, and those of enums, join `types`."""
    if literal_values(schema) is not None and len(path) > 1:
        types.append((nested_name(path), path[-1]))
    match schema:
        case ObjectSchema(properties=properties, additional=additional):
            if properties and len(path) > 1:
                types.append((nested_name(path), path[-1]))
            members, owner = all_members(schema), nested_name(path)
            yield [(spelt(p.key), p.key) for p in members]
            for p in members:
                yield from _below(p.schema, (owner, p.key), types)
            if (
                not properties
                and additional is not None
                and not isinstance(additional, bool)
            ):
                yield from _below(additional, (*path, "value"), types)
        case ArraySchema(items=items):
            yield from _below(items, (*path, "item"), types)
        case UnionSchema(branches=branches):
            for index, branch in enumerate(branches, 1):
                yield from _below(branch, (*path, f"option{index}"), types)
        case _:
            return
