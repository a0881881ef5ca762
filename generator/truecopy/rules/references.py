"""Names that refer to something: schemas, security schemes, scopes, servers, events."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from truecopy.diagnostics import Diagnostic, Place, error, shown, suggestion
from truecopy.ir import RefSchema, Requirement, Schema, UnionSchema
from truecopy.rules.view import View, key, nodes, note, said, schema_place

_TYPES = ("string", "integer", "number", "boolean", "array", "object", "null")


def _unknown(
    what: str, name: str, known: Collection[str], others: Iterable[str] = ()
) -> str:
    hint = suggestion(name, [*known, *others])
    if not hint:
        hint = (
            f"; known are {', '.join(sorted(known))}" if known else "; there are none"
        )
    return f"there is no {what} {shown(name)} in this API{hint}"


def reference_schema(view: View) -> Iterator[Diagnostic]:
    """A type that begins with a capital letter names a schema of the API.

    Passes:

        request: {schema: Parcel}
        schemas:
          Parcel: {type: object}

    Fails:

        request: {schema: Parcle}
        schemas:
          Parcel: {type: object}
    """
    for node in view.of(RefSchema):
        if node.name not in view.stated:
            place = key(node.origin, "type", "schema")
            message = _unknown("schema", node.name, view.stated, _TYPES)
            yield error(place, "reference-schema", message)


def schema_unused(view: View) -> Iterator[Diagnostic]:
    """A named schema is there for an operation or an event, or for another schema that is.

    Passes:

        request: {schema: Parcel}
        schemas:
          Parcel: {type: object}

    Fails:

        request: {type: object}
        schemas:
          Parcel: {type: object}
    """
    if not view.operations and view.api.webhooks is None:
        # api.yaml is written first.
        return
    reached: set[str] = set()
    ways: list[Iterable[Schema]] = [view.used]
    while ways:
        for name in _names(ways.pop()):
            if name not in view.stated:
                # Any of those that nothing seems to use may be meant.
                return
            if name not in reached:
                reached.add(name)
                ways += [nodes([view.named[name]])] if name in view.named else []
    for schema in view.schemas:
        if schema.name not in reached and schema.name in view.named:
            place = schema_place(view.api, schema)
            message = f"no operation and no event uses the schema {shown(schema.name)}"
            yield note(place, "schema-unused", message)


def _names(found: Iterable[Schema]) -> Iterator[str]:
    """The names of schemas that nodes refer to."""
    for node in found:
        if type(node) is RefSchema:
            yield node.name
        elif type(node) is UnionSchema and node.discriminator is not None:
            yield from (name for _, name in node.discriminator.mapping)


def reference_mapping(view: View) -> Iterator[Diagnostic]:
    """A discriminator's mapping leads to schemas of the API.

    Passes:

        request:
          oneOf: [{type: Card}]
          discriminator: {property: kind, mapping: {card: Card}}
        schemas:
          Card: {properties: {kind: {type: string, required: true}}}

    Fails:

        request:
          oneOf: [{type: Card}]
          discriminator: {property: kind, mapping: {card: Crad}}
        schemas:
          Card: {properties: {kind: {type: string, required: true}}}
    """
    for node in view.of(UnionSchema):
        if node.discriminator is not None:
            for value, name in node.discriminator.mapping:
                if name not in view.stated:
                    place = said(
                        node.discriminator.origin, f"mapping.{value}", "mapping"
                    )
                    message = _unknown("schema", name, view.stated)
                    yield error(place, "reference-mapping", message)


def _requirements(view: View) -> Iterator[tuple[str, tuple[str, ...], Place]]:
    """Each security scheme that something requires, its scopes, and where."""
    seen: set[int] = set()
    for written in view.operations:
        operation = written.operation
        requirements: Iterable[Requirement] = operation.security or ()
        own = "security_requirements" in operation.origin.table
        origin = operation.origin if own else view.api.origin
        if id(operation.security) in seen:
            continue
        seen.add(id(operation.security))
        for index, requirement in enumerate(requirements):
            base = f"security_requirements.{index}"
            for inner, (name, scopes) in enumerate(requirement.schemes):
                place = said(
                    origin, f"{base}.{name}", f"{base}.{inner}", base, "security"
                )
                yield name, scopes, place


def reference_security(view: View) -> Iterator[Diagnostic]:
    """A security requirement names security schemes of api.yaml.

    Passes:

        security: {token: {type: http, scheme: bearer}}
        security_requirements: [[token]]

    Fails:

        security: {token: {type: http, scheme: bearer}}
        security_requirements: [[tokn]]
    """
    known = [scheme.name for scheme in view.api.security_schemes]
    for name, _, place in _requirements(view):
        if name not in known:
            message = _unknown("security scheme", name, known)
            yield error(place, "reference-security", message)


def reference_scope(view: View) -> Iterator[Diagnostic]:
    """Scopes that an operation requires are scopes of an OAuth 2 scheme.

    Passes:

        security:
          login:
            type: oauth2
            flow: clientCredentials
            token_url: https://auth.acme.example/token
            scopes: {parcels.read: Read parcels.}
        security_requirements: [{login: [parcels.read]}]

    Fails:

        security: {token: {type: http, scheme: bearer}}
        security_requirements: [{token: [parcels.read]}]
    """
    schemes = {scheme.name: scheme for scheme in view.api.security_schemes}
    for name, scopes, place in _requirements(view):
        scheme = schemes.get(name)
        if scheme is None or not scopes:
            continue
        if scheme.type != "oauth2":
            message = f"{shown(name)} is not OAuth 2 and has no scopes; write them as permissions"
            yield error(place, "reference-scope", message)
            continue
        known = [scope for scope, _ in scheme.scopes]
        for scope in scopes:
            if known and scope not in known:
                yield error(place, "reference-scope", _unknown("scope", scope, known))


def reference_server(view: View) -> Iterator[Diagnostic]:
    """The servers of an operation are servers of api.yaml.

    Passes:

        servers: [live]

    Fails:

        servers: [staging]
    """
    known = [server.name for server in view.api.servers]
    for written in view.operations:
        operation = written.operation
        for index, name in enumerate(operation.servers):
            if name not in known:
                place = key(operation.origin, f"servers.{index}", "servers")
                yield error(place, "reference-server", _unknown("server", name, known))


def reference_webhook(view: View) -> Iterator[Diagnostic]:
    """The events that an operation causes are listed, once api.yaml lists events.

    Passes:

        # specs/acme/api.yaml
        title: Acme
        servers: {live: {url: https://api.acme.example}}
        webhooks: {events: {parcel.sent: {type: object}}}
        # specs/acme/send.yaml
        document: {title: Send}
        operations: {send: {method: POST, path: /parcels, webhooks: [parcel.sent]}}

    Fails:

        # specs/acme/api.yaml
        title: Acme
        servers: {live: {url: https://api.acme.example}}
        webhooks: {events: {parcel.sent: {type: object}}}
        # specs/acme/send.yaml
        document: {title: Send}
        operations: {send: {method: POST, path: /parcels, webhooks: [parcel.send]}}
    """
    if view.api.webhooks is None or not view.api.webhooks.events:
        return
    known = [name for name, _ in view.api.webhooks.events]
    for written in view.operations:
        operation = written.operation
        for index, name in enumerate(operation.webhooks):
            if name not in known:
                place = key(operation.origin, f"webhooks.{index}", "webhooks")
                yield error(place, "reference-webhook", _unknown("event", name, known))
