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
from truecopy.targets.python.bodies import request_name, sendings
from truecopy.targets.python.directions import all_members, crossed
from truecopy.targets.python.directions import schemas as schemas_of
from truecopy.targets.python.naming import (
    CONFIG,
    LIVE,
    OTHERS,
    READER,
    RECEIVED,
    RUNTIME,
    TYPES,
    argument,
    constant_name,
    credential_arguments,
    distribution,
    event_name,
    iterator,
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
    client = distribution(api)[2]
    shared += [(client, api.name), ("Async" + client, api.name)]
    scopes: list[Iterable[Named]] = [_settings(api)]
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
            for name in [name for name, _ in sendings(op)] or [op.name]:
                methods.append((method(name), name))
                if op.pagination is not None:
                    methods.append((iterator(name), name))
                types.append((constant_name(name), name))
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


def _settings(api: Api) -> list[Named]:
    """What the client's constructor takes."""
    found = [(name, name) for name in (*CONFIG, *OTHERS, LIVE)]
    for scheme in api.security_schemes:
        found += [(name, scheme.name) for name in credential_arguments(scheme, api)]
    variables = {v.name for server in api.servers for v in server.variables}
    return [*found, *((argument(name), name) for name in variables)]


def _operation(
    op: Operation,
    schemas: dict[str, Schema],
    types: list[Named],
    scopes: list[Iterable[Named]],
) -> None:
    root = type_name(op.name)
    own = [(argument(p.key), p.key) for p in op.parameters]
    scopes.append(own)
    for parameter in op.parameters:
        _met(parameter.schema, (root, parameter.key), types, scopes)
    for name, content in sendings(op):
        schema = content.schema
        if schema is not None:
            _met(schema, (request_name(name),), types, scopes)
            while isinstance(schema, RefSchema) and schema.name in schemas:
                schema = schemas[schema.name]
            if isinstance(schema, ObjectSchema):
                members = [(argument(p.key), p.key) for p in all_members(schema)]
                scopes.append([*own, *members])
    for response in op.responses:
        status = status_name(response.status)
        types.append((root + status, op.name))
        for header in response.headers:
            _met(header.schema, (root + status, header.name), types, scopes)
        for content in response.contents or ():
            if content.schema is not None:
                _met(content.schema, (f"{root}{status}Response",), types, scopes)
    types.append((root + "Answer", op.name))


def _met(
    schema: Schema,
    path: tuple[str, ...],
    types: list[Named],
    scopes: list[Iterable[Named]],
) -> None:
    """A schema without a name of its own: its class, or its enum, and what is below it."""
    listed = schema.enum or schema.const is not None
    if listed or (type(schema) is ObjectSchema and schema.properties):
        types.append((nested_name(path), path[-1]))
    _below(schema, path, types, scopes)


def _below(
    schema: Schema,
    path: tuple[str, ...],
    types: list[Named],
    scopes: list[Iterable[Named]],
) -> None:
    """The scopes of the classes below a schema join `scopes`; their names, and those of enums, join `types`."""
    if type(schema) is ObjectSchema:
        extra = schema.additional
        members, owner = all_members(schema), nested_name(path)
        scopes.append([(spelt(p.key), p.key) for p in members])
        for p in members:
            _met(p.schema, (owner, p.key), types, scopes)
        if not schema.properties and extra is not None and not isinstance(extra, bool):
            _met(extra, (*path, "value"), types, scopes)
    elif type(schema) is ArraySchema:
        _met(schema.items, (*path, "item"), types, scopes)
    elif type(schema) is UnionSchema:
        for index, branch in enumerate(schema.branches, 1):
            _met(branch, (*path, f"option{index}"), types, scopes)
