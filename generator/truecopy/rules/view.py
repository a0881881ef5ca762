"""What the rules walk: an API with flat lists of its parts, made once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import TypeVar, cast

from truecopy.diagnostics import Diagnostic, Note, Place
from truecopy.ir import (
    Api,
    ArraySchema,
    Document,
    MediaType,
    NamedSchema,
    ObjectSchema,
    Operation,
    Origin,
    Parameter,
    Property,
    RefSchema,
    Response,
    Schema,
    UnionSchema,
)
from truecopy.records import record
from truecopy.source import Spot, resolve, spots

_Kind = TypeVar("_Kind", bound=Schema)


@record
class Written:
    """An operation and the document that describes it."""

    document: Document
    operation: Operation

    @property
    def place(self) -> Place:
        """Where its name is written."""
        return self.document.origin.key("operations", self.operation.name)


@record
class View:
    """An API, its operations, its schemas by name, and every schema node, each once.

    `parameters` has each parameter once, with the place of its name: those of api.yaml are
    shared by all operations. `named` leaves out what is only another name for itself, so that
    following references comes to an end; `stated` has every schema; `used` has the nodes of operations
    and events themselves, and `valued` those that state values.
    """

    api: Api
    operations: tuple[Written, ...]
    parameters: tuple[tuple[Parameter, Place], ...]
    schemas: tuple[NamedSchema, ...]
    stated: Mapping[str, Schema]
    named: Mapping[str, Schema]
    used: tuple[Schema, ...]
    valued: tuple[Schema, ...]
    kinds: Mapping[type[object], Sequence[Schema]]

    def of(self, kind: type[_Kind]) -> Sequence[_Kind]:
        """The schema nodes of one kind."""
        return cast("Sequence[_Kind]", self.kinds.get(kind, ()))

    @property
    def nodes(self) -> Iterator[Schema]:
        """Every schema node."""
        return chain.from_iterable(self.kinds.values())


def view(api: Api) -> View:
    """The lists, in the order in which things are written."""
    schemas = (
        *api.schemas,
        *(s for document in api.documents for s in document.schemas),
    )
    operations = tuple(Written(d, o) for d in api.documents for o in d.operations)
    parameters = tuple(_parameters(api, operations))
    roots = [parameter.schema for parameter, _ in parameters]
    for written in operations:
        roots += [m.schema for m in bodies(written.operation) if m.schema is not None]
        roots += [h.schema for r in written.operation.responses for h in r.headers]
    if api.webhooks is not None:
        roots += [header.schema for header in api.webhooks.headers]
        roots += [m.schema for _, m in api.webhooks.events if m.schema is not None]
    roots = list({id(root): root for root in roots}.values())
    stated = {s.name: s.schema for s in reversed(schemas)}
    named = {
        name: schema for name, schema in stated.items() if not circle(name, stated)
    }
    used = tuple(nodes(roots))
    kinds: dict[type[object], list[Schema]] = {}
    valued: list[Schema] = []
    for node in (*used, *nodes([s.schema for s in schemas])):
        kinds.setdefault(type(node), []).append(node)
        if node.enum or node.examples or node.const or node.default:
            valued.append(node)
    return View(
        api=api,
        operations=operations,
        parameters=parameters,
        schemas=schemas,
        stated=stated,
        named=named,
        used=used,
        valued=tuple(valued),
        kinds=kinds,
    )


def circle(start: str, stated: Mapping[str, Schema]) -> list[str]:
    """The way from a schema back to itself through references and unions alone."""
    ways = [[start]]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        schema = stated.get(way[-1])
        for name in () if schema is None else _aliases(schema):
            if name == start:
                return [*way, start]
            if name not in seen:
                seen.add(name)
                ways.append([*way, name])
    return []


def _aliases(schema: Schema) -> Iterator[str]:
    if isinstance(schema, RefSchema):
        yield schema.name
    elif isinstance(schema, UnionSchema):
        for branch in schema.branches:
            yield from _aliases(branch)


def _parameters(
    api: Api, operations: tuple[Written, ...]
) -> Iterator[tuple[Parameter, Place]]:
    shared: set[int] = set()
    for written in operations:
        for parameter in written.operation.parameters:
            if id(parameter) in shared:
                continue
            shared.add(id(parameter))
            yield parameter, parameter_place(api, written.operation, parameter)


def parameter_place(api: Api, operation: Operation, parameter: Parameter) -> Place:
    """Where the name of a parameter is written: in its operation or in api.yaml."""
    owner = api if is_shared(api, parameter) else operation
    return owner.origin.key("parameters", parameter.key)


def schema_place(api: Api, schema: NamedSchema) -> Place:
    """Where the name of a schema is written: in its document or in api.yaml."""
    owners = (d.origin for d in api.documents if d.name == schema.document)
    return next(owners, api.origin).key("schemas", schema.name)


def response_place(api: Api, operation: Operation, response: Response) -> Place:
    """Where the status of an answer is written: in its operation or in api.yaml."""
    owner = api if is_shared(api, response) else operation
    return owner.origin.key("responses", response.status)


def is_shared(api: Api, part: Parameter | Response) -> bool:
    """Whether a part of an operation is written in api.yaml, for all of them."""
    return part.origin.table.file == api.origin.table.file


def nodes(roots: list[Schema]) -> Iterator[Schema]:
    """The schemas and all that stand below them; references are not followed."""
    stack = roots
    while stack:
        node = stack.pop()
        yield node
        if type(node) is ObjectSchema:
            stack += [p.schema for p in node.properties]
            if node.additional is not None and not isinstance(node.additional, bool):
                stack.append(node.additional)
        elif type(node) is ArraySchema:
            stack.append(node.items)
        elif type(node) is UnionSchema:
            stack += node.branches


def bodies(operation: Operation) -> Iterator[MediaType]:
    """Every body that an operation sends or answers."""
    if operation.request is not None:
        yield from operation.request.contents
    for response in operation.responses:
        yield from response.contents or ()


def successes(operation: Operation) -> tuple[Response, ...]:
    """The answers that mean success: 2XX, or default where no 2XX is documented."""
    found = tuple(r for r in operation.responses if r.status.startswith("2"))
    return found or tuple(r for r in operation.responses if r.status == "default")


def key(origin: Origin, *names: str) -> Place:
    """The place of the first of these keys that is written, else the node's own.

    A dotted name means what stands below a key.
    """
    return _spots(origin, names)[0]


def said(origin: Origin, *names: str) -> Place:
    """The place of the value of the first of these keys that is written, else the node's own."""
    return _spots(origin, names)[1]


def _spots(origin: Origin, names: tuple[str, ...]) -> Spot:
    for name in names:
        path = resolve(origin.table, name)
        if path is not None:
            return spots(origin.table, path)
    return origin.place, origin.place


def deepest(origin: Origin, path: tuple[str, ...], fact: str = "") -> Place:
    """The place of the longest part of a path that is written: of a key that is too much, or of a value."""
    key_place, value_place = spots(origin.table, path)
    return key_place if fact in ("", "additionalProperties") else value_place


def wire(prop: Property) -> Place:
    """Where the wire name of a property stands, as near as the property knows."""
    return said(prop.origin, "name")


def doubted(origin: Origin, *names: str) -> bool:
    """Whether evidence says that the document does not simply state one of these facts.

    The empty name stands for the node itself.
    """
    return any(
        e.state != "stated" and (e.key in names or e.key.partition(".")[0] in names)
        for e in origin.evidence
    )


def warning(place: Place, rule: str, message: str, *notes: Note) -> Diagnostic:
    """A finding that a person should look at."""
    return Diagnostic(place, "warning", rule, message, notes)


def note(place: Place, rule: str, message: str, *notes: Note) -> Diagnostic:
    """A finding that is good to know."""
    return Diagnostic(place, "note", rule, message, notes)
