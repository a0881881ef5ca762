"""A quick look for names that Python can't spell or spells alike: `check` plans an API only where one may be."""

from __future__ import annotations

from collections.abc import Iterable

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
        _below(schema, (type_name(name),), types, scopes)
    for op in operations:
        _operation(op, schemas, types, scopes)
    webhooks = api.webhooks
    if webhooks is not None:
        types += [(name, name) for name in {*RECEIVED, READER}]
        for name, event in webhooks.events:
            types.append((event_name(name), name))
            if event.schema is not None:
                _below(event.schema, (event_name(name),), types, scopes)
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
    op: Operation,
    schemas: dict[str, Schema],
    types: list[Named],
    scopes: list[Iterable[Named]],
) -> None:
    root = type_name(op.name)
    taken = [(argument(p.key), p.key) for p in op.parameters]
    for parameter in op.parameters:
        _below(parameter.schema, (root, parameter.key), types, scopes)
    for content in op.request.contents if op.request else ():
        schema = content.schema
        if schema is not None:
            _below(schema, (root + "Request",), types, scopes)
            while isinstance(schema, RefSchema) and schema.name in schemas:
                schema = schemas[schema.name]
            if isinstance(schema, ObjectSchema):
                taken += [(argument(p.key), p.key) for p in all_members(schema)]
    scopes.append(taken)
    for response in op.responses:
        status = status_name(response.status)
        types.append((root + status, op.name))
        for content in response.contents or ():
            if content.schema is not None:
                _below(content.schema, (f"{root}{status}Response",), types, scopes)


def _below(
    schema: Schema,
    path: tuple[str, ...],
    types: list[Named],
    scopes: list[Iterable[Named]],
) -> None:
    """The scopes of the classes below a schema join `scopes`; their names, and those of enums, join `types`."""
    if len(path) > 1 and literal_values(schema) is not None:
        types.append((nested_name(path), path[-1]))
    if type(schema) is ObjectSchema:
        extra = schema.additional
        if schema.properties and len(path) > 1:
            types.append((nested_name(path), path[-1]))
        members, owner = all_members(schema), nested_name(path)
        scopes.append([(spelt(p.key), p.key) for p in members])
        for p in members:
            _below(p.schema, (owner, p.key), types, scopes)
        if not schema.properties and extra is not None and not isinstance(extra, bool):
            _below(extra, (*path, "value"), types, scopes)
    elif type(schema) is ArraySchema:
        _below(schema.items, (*path, "item"), types, scopes)
    elif type(schema) is UnionSchema:
        for index, branch in enumerate(schema.branches, 1):
            _below(branch, (*path, f"option{index}"), types, scopes)
