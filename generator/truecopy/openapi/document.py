"""The OpenAPI document: what all operations share, then the paths."""

from __future__ import annotations

from dataclasses import replace

from truecopy.ir import Api, Document, NamedSchema, Signature, Timestamp, Webhooks
from truecopy.openapi.notes import Object, dotted, evidence, notes, renamed, stated
from truecopy.openapi.operations import (
    UNDOCUMENTED,
    Names,
    header_object,
    media_type,
    operation_object,
    shared_answers,
)
from truecopy.openapi.paths import templates
from truecopy.openapi.schemas import schema_object
from truecopy.openapi.servers import scheme_object, server_object


def export(api: Api) -> Object:
    """The API as an OpenAPI 3.1 document: JSON data in a fixed order.

    Everything that OpenAPI has a word for is written with that word, the rest as
    `x-truecopy-*`, each at the object that it speaks of.
    """
    schemas = [*api.schemas, *(s for d in api.documents for s in d.schemas)]
    servers = {server.name: server_object(server) for server in api.servers}
    names = Names(
        named={each.name: each.schema for each in schemas},
        schemes=renamed(each.name for each in api.security_schemes),
        servers=servers,
        answers={},
    )
    names = replace(names, answers=shared_answers(api, names))
    docs = {"url": api.url} if api.url is not None else None
    return {
        "openapi": "3.1.0",
        "info": _info(api),
        **stated(externalDocs=docs),
        "servers": list(servers.values()),
        "tags": [_tag(document) for document in api.documents],
        "paths": _paths(api, names),
        **_webhooks(api.webhooks, names),
        **_components(api, schemas, names),
        **evidence(api.origin),
    }


def _info(api: Api) -> Object:
    """OpenAPI wants a version: the API's, else the documents', else 0."""
    documents = dict.fromkeys(d.version for d in api.documents if d.version)
    return {
        "title": api.title,
        **stated(description=api.description),
        "version": api.version or ", ".join(documents) or "0",
        **notes(name=api.name, no_version=True if api.version is None else None),
    }


def _tag(document: Document) -> Object:
    docs = (
        {"description": document.title, "url": document.url} if document.url else None
    )
    return {
        "name": document.name,
        **stated(description=document.description, externalDocs=docs),
        **notes(
            title=document.title,
            version=document.version,
            retrieved=document.retrieved,
            language=document.language,
        ),
        **evidence(document.origin),
    }


def _paths(api: Api, names: Names) -> Object:
    pairs = [(d.name, operation) for d in api.documents for operation in d.operations]
    found: dict[str, Object] = {}
    placed = zip(pairs, templates(operation for _, operation in pairs), strict=True)
    for (tag, operation), template in placed:
        exported = operation_object(operation, tag, template, names)
        found.setdefault(template.path, {})[operation.method.lower()] = exported
    return dict(found)


def _components(api: Api, schemas: list[NamedSchema], names: Names) -> Object:
    exported: Object = {}
    for each in schemas:
        schema = schema_object(each.schema, names.named, each.origin)
        exported[each.name] = schema | notes(document=each.document)
    schemes: Object = {}
    for scheme in api.security_schemes:
        name = names.schemes[scheme.name]
        schemes[name] = scheme_object(scheme, name)
    parts = stated(
        schemas=exported or None,
        responses=names.answers or None,
        securitySchemes=schemes or None,
    )
    return {"components": parts} if parts else {}


def _webhooks(webhooks: Webhooks | None, names: Names) -> Object:
    """Each event as a POST; what holds for all of them is repeated at each."""
    if webhooks is None:
        return {}
    signature = webhooks.signature and _signature(webhooks.signature)
    named_by = _named_by(webhooks.named_by)
    headers = {each.name: header_object(each, {}, names) for each in webhooks.headers}
    parameters = tuple(
        {"name": name, "in": "header", **each} for name, each in headers.items()
    )
    events: Object = {}
    for name, event in webhooks.events:
        post: Object = {
            **stated(parameters=parameters),
            "requestBody": {"content": {event.name: media_type(event, {}, names)}},
            "responses": UNDOCUMENTED,
            **notes(signature=signature, event=named_by),
        }
        events[name] = {"post": post}
    # What stands at no event stands here, with the evidence for the whole.
    alone = stated(signature=signature, event=named_by, headers=headers or None)
    alone = {} if events else alone
    whole = {**alone, **evidence(webhooks.origin)}
    return {**stated(webhooks=events or None), **notes(webhooks=whole or None)}


def _named_by(where: str | tuple[str, ...] | None) -> Object | None:
    if where is None:
        return None
    return {"header": where} if isinstance(where, str) else {"property": dotted(where)}


def _signature(each: Signature) -> Object:
    return {
        **stated(
            header=each.header,
            prefix=each.prefix or None,
            algorithm=each.algorithm,
            encoding=each.encoding,
            content=each.content,
            timestamp=each.timestamp and _timestamp(each.timestamp),
            description=each.description,
        ),
        **evidence(each.origin),
    }


def _timestamp(each: Timestamp) -> Object:
    return {
        **stated(
            header=each.header, prefix=each.prefix or None, tolerance=each.tolerance
        ),
        **evidence(each.origin),
    }
