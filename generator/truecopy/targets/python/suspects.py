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
    return spellings(api) is None


def spellings(api: Api) -> list[str] | None:
    """What the documents take of the names that no others may have; None when planning them might find one wrong."""
    schemas = {name: named.schema for name, named in schemas_of(api).items()}
    shared: list[Named] = [(name, name) for name in {*RUNTIME, *TYPES}]
    shared.append((distribution(api)[2], api.name))
    scopes: list[Iterable[Named]] = []
    for named in api.schemas:
        shared.append((type_name(named.name), named.name))
        _below(named.schema, (type_name(named.name),), shared, scopes)
    webhooks = api.webhooks
    if webhooks is not None:
        shared += [(name, name) for name in {*RECEIVED, READER}]
        for name, event in webhooks.events:
            shared.append((event_name(name), name))
            if event.schema is not None:
                _below(event.schema, (event_name(name),), shared, scopes)
    types: list[Named] = []
    methods: list[Named] = []
    for document in api.documents:
        for named in document.schemas:
            types.append((type_name(named.name), named.name))
            _below(named.schema, (type_name(named.name),), types, scopes)
        for op in document.operations:
            methods.append((method(op.name), op.name))
            types.append((constant_name(op.name), op.name))
            _operation(op, schemas, types, scopes)
    modules = [(document.name, document.name) for document in api.documents]
    reserved = any(name in modules_of(api) for name, _ in modules)
    scopes += [[*shared, *types], methods, modules]
    if reserved or crossed(api) or any(map(_clashes, scopes)):
        return None
    return [*(f"type {n}" for n, _ in types), *(f"method {n}" for n, _ in methods)]


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
