"""What the operations of an API need of what they share: which way schemas travel, classes of uploads, security."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, cast

from truecopy.ir import Api, Document, RefSchema
from truecopy.media_types import MULTIPART, is_form
from truecopy.records import record
from truecopy.targets.python.bodies import request_name, sendings
from truecopy.targets.python.directions import (
    Direction,
    directions,
    references,
    roots_of,
    schemas,
)
from truecopy.targets.python.naming import type_name

# The alternatives of an operation: schemes that go together, each with its scopes.
Security = tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]


@record
class Uses:
    """Which named schemas are sent and received, which classes of api.yaml's are multipart bodies, all security once."""

    directions: Mapping[str, Direction]
    uploads: frozenset[str]
    security: tuple[Security, ...]


NOTHING: Final = Uses({}, frozenset(), ())


def uses(api: Api) -> Uses:
    """What all documents and events of an API need."""
    roots = [root for document in api.documents for root in roots_of(document)]
    for _, event in api.webhooks.events if api.webhooks else ():
        if event.schema is not None:
            roots.append((event.schema, "receive"))
    common = {type_name(schema.name) for schema in api.schemas}
    return Uses(
        directions=directions(schemas(api), roots),
        uploads=frozenset(
            name
            for document in api.documents
            for name in uploads(document)
            if name in common
        ),
        security=_security(api.documents),
    )


def wants(document: Document) -> Iterator[str]:
    """What a document needs of what is shared, and the ways through its own schemas, a text for each."""
    for schema, way in roots_of(document):
        yield from (f"{way} {ref.name}" for ref in references(schema))
    for named in document.schemas:
        yield from (f"{named.name} has {r.name}" for r in references(named.schema))
    yield from (f"uploads {name}" for name in uploads(document))
    yield from (f"security {each}" for each in _security((document,)))


def stored(uses: Uses, api: Api) -> object:
    """As JSON data; of schemas those of api.yaml."""
    shared = sorted(schema.name for schema in api.schemas)
    ways = uses.directions
    return {
        "directions": {name: ways[name] for name in shared if name in ways},
        "uploads": sorted(uses.uploads),
        "security": uses.security,
    }


def completed(own: Uses, data: object, api: Api) -> Uses | None:
    """What some of the documents need, with what all of them need as it was stored.

    None when they need something of what is shared that nobody needed.
    """
    whole = cast("Mapping[str, object]", data)
    shared = cast("Mapping[str, Direction]", whole["directions"])
    forms = frozenset(cast("list[str]", whole["uploads"]))
    security = cast("tuple[Security, ...]", _tuples(whole["security"]))
    for name in {schema.name for schema in api.schemas} & own.directions.keys():
        if shared.get(name) not in (own.directions[name], "both"):
            return None
    if not own.uploads <= forms:
        return None
    if not {*own.security} <= {*security}:
        return None
    return Uses({**own.directions, **shared}, forms, security)


def together(one: Uses, other: Uses) -> Uses:
    """What two sets of documents need."""
    ways = dict(one.directions)
    for name, way in other.directions.items():
        ways[name] = way if ways.get(name, way) == way else "both"
    security = tuple(sorted({*one.security, *other.security}))
    return Uses(ways, one.uploads | other.uploads, security)


def _tuples(data: object) -> object:
    if isinstance(data, list):
        return tuple(_tuples(item) for item in cast("list[object]", data))
    return data


def uploads(document: Document) -> Iterator[str]:
    """The names that the classes of a document's multipart bodies get."""
    for op in document.operations:
        for name, content in sendings(op):
            if is_form(content.name, MULTIPART):
                schema = content.schema
                if isinstance(schema, RefSchema):
                    yield type_name(schema.name)
                else:
                    yield request_name(name)


def _security(documents: Iterable[Document]) -> tuple[Security, ...]:
    found = {
        tuple(requirement.schemes for requirement in op.security)
        for document in documents
        for op in document.operations
        if op.security
    }
    return tuple(sorted(found))
