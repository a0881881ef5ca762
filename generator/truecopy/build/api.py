"""Builds everything of an API but its schemas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from truecopy.build.reader import Cursor, File, value
from truecopy.build.schemas import SCHEMA_KEYS, build_schema
from truecopy.diagnostics import Diagnostic
from truecopy.ir import (
    STYLES,
    Api,
    Document,
    Example,
    ExampleRequest,
    ExampleResponse,
    Failure,
    Header,
    HttpScheme,
    Idempotency,
    KeyLocation,
    Location,
    MediaType,
    NamedSchema,
    Operation,
    PageStyle,
    Pagination,
    Parameter,
    RateLimit,
    RequestBody,
    Requirement,
    Response,
    SchemeType,
    SecurityScheme,
    Server,
    Signature,
    Style,
    Timestamp,
    TokenAuth,
    Value,
    Variable,
    Webhooks,
    parameter_slot,
)
from truecopy.source import Json, Table

JSON = "application/json"
_BODY_KEYS = frozenset({*SCHEMA_KEYS, "schema"})


def build(
    name: str, root: Table, documents: Iterable[tuple[str, Table]]
) -> tuple[Api, list[Diagnostic]]:
    """The API that a folder's files describe, and what in them can't become part of it.

    Documents come sorted by name; the files have satisfied their JSON Schemas.
    """
    file = File()
    at = file.enter(root, ())
    shared = _Shared(at)
    built = [_document(stem, table, shared) for stem, table in documents]
    api = Api(
        name=name,
        title=at.text("title") or name,
        description=at.text("description"),
        url=at.text("url"),
        version=at.text("version"),
        servers=tuple(_server(key, below) for key, below in at.children("servers")),
        security_schemes=shared.schemes,
        webhooks=_webhooks(at.child("webhooks")),
        schemas=_schemas(at, None),
        documents=tuple(document for document, _ in built),
        evidence=tuple(file.evidence),
        origin=at.origin(),
    )
    return api, [*file.findings, *(f for _, findings in built for f in findings)]


class _Shared:
    """What api.yaml says for every operation that does not say otherwise."""

    def __init__(self, at: Cursor) -> None:
        self.schemes = tuple(
            _scheme(key, below) for key, below in at.children("security")
        )
        self.security = _requirements(at)
        if self.security is None and len(self.schemes) == 1:
            self.security = (Requirement(schemes=((self.schemes[0].name, ()),)),)
        if self.security is None and self.schemes:
            message = "several security schemes: say with security_requirements which go together"
            at.refuse("security", "security-requirements", message)
        self.failure = _failure(at.child("failure"))
        self.rate_limit = _rate_limit(at.child("rate_limit"))
        self.parameters = tuple(
            _parameter(key, below) for key, below in at.children("parameters")
        )
        self.responses = _responses(at)


def _document(
    name: str, root: Table, shared: _Shared
) -> tuple[Document, list[Diagnostic]]:
    file = File()
    at = file.enter(root, ())
    head = at.child("document")
    assert head is not None
    document = Document(
        name=name,
        title=head.text("title") or name,
        description=head.text("description"),
        url=head.text("url"),
        version=head.text("version"),
        retrieved=head.text("retrieved"),
        language=head.text("language"),
        operations=tuple(
            _operation(key, below, shared) for key, below in at.children("operations")
        ),
        schemas=_schemas(at, name),
        evidence=tuple(file.evidence),
        origin=at.origin(),
    )
    return document, file.findings


def _schemas(at: Cursor, document: str | None) -> tuple[NamedSchema, ...]:
    return tuple(
        NamedSchema(
            name=key,
            document=document,
            schema=build_schema(below),
            origin=below.origin(),
        )
        for key, below in at.children("schemas")
    )


def _operation(name: str, at: Cursor, shared: _Shared) -> Operation:
    own = tuple(_parameter(key, below) for key, below in at.children("parameters"))
    slots = {parameter_slot(p.location, p.name) for p in own}
    inherited = tuple(
        p for p in shared.parameters if parameter_slot(p.location, p.name) not in slots
    )
    answers = _responses(at)
    statuses = {answer.status for answer in answers}
    common = tuple(a for a in shared.responses if a.status not in statuses)
    security = _requirements(at)
    return Operation(
        name=name,
        method=at.text("method") or "",
        path=at.text("path") or "",
        summary=at.text("summary"),
        description=at.text("description"),
        deprecated=bool(at.flag("deprecated")),
        sunset=at.text("sunset"),
        servers=at.texts("servers"),
        security=shared.security if security is None else security,
        permissions=at.texts("permissions"),
        webhooks=at.texts("webhooks"),
        idempotency=_idempotency(at.child("idempotency")),
        rules=at.texts("rules"),
        parameters=own + inherited,
        request=_request(at.child("request")),
        responses=answers + common,
        failure=_failure(at.child("failure")) or shared.failure,
        rate_limit=_rate_limit(at.child("rate_limit")) or shared.rate_limit,
        pagination=_pagination(at.child("pagination")),
        examples=tuple(_example(below) for below in at.entries("examples")),
        origin=at.origin(),
    )


def _parameter(key: str, at: Cursor) -> Parameter:
    location = cast("Location", at.text("in"))
    style = cast("Style | None", at.text("style")) or STYLES[location]
    explode = at.flag("explode")
    return Parameter(
        key=key,
        name=at.text("name") or key,
        location=location,
        required=at.flag("required"),
        style=style,
        explode=style == "form" if explode is None else explode,
        sunset=at.text("sunset"),
        schema=build_schema(at),
        origin=at.origin(),
    )


def _header(name: str, at: Cursor) -> Header:
    return Header(
        name=name,
        required=at.flag("required"),
        explode=bool(at.flag("explode")),
        schema=build_schema(at),
        origin=at.origin(),
    )


def _request(at: Cursor | None) -> RequestBody | None:
    if at is None:
        return None
    contents = _contents(at)
    if contents is None:
        contents = (
            MediaType(
                name=at.text("media_type") or JSON, schema=None, origin=at.origin(())
            ),
        )
    if not contents:
        message = "a request without a body has no 'request'"
        at.refuse("content", "request-body", message)
    return RequestBody(
        required=at.flag("required"),
        description=at.text("description"),
        contents=contents,
        origin=at.origin(),
    )


def _responses(at: Cursor) -> tuple[Response, ...]:
    return tuple(_response(key, below) for key, below in at.children("responses"))


def _response(status: str, at: Cursor) -> Response:
    return Response(
        status=status,
        description=at.text("description"),
        headers=tuple(_header(key, below) for key, below in at.children("headers")),
        contents=_contents(at),
        origin=at.origin(),
    )


def _contents(at: Cursor) -> tuple[MediaType, ...] | None:
    """The bodies of a request or answer; None when not even a media type is stated."""
    stated = [key for key in at.table if key in _BODY_KEYS and key != "description"]
    if "content" in at:
        for key in (*stated, *(["media_type"] if "media_type" in at else [])):
            at.refuse(
                key,
                "content",
                f"'{key}' stands beside content; put it below content",
            )
        return tuple(_media_type(key, below) for key, below in at.children("content"))
    if stated:
        return (_media_type(at.text("media_type") or JSON, at),)
    if "media_type" in at:
        return (
            MediaType(
                name=at.text("media_type") or JSON, schema=None, origin=at.origin(())
            ),
        )
    return None


def _media_type(name: str, at: Cursor) -> MediaType:
    if "schema" in at:
        if "type" in at:
            at.refuse(
                "schema",
                "content",
                "'schema' and 'type' say the same; keep one",
            )
        table = Table(at.table.file, at.table.start)
        for key, node in at.table.items():
            renamed = "type" if key == "schema" else key
            table.put(renamed, node, at.table.spots[key])
        schema = build_schema(Cursor(at.file, table, at.pointer))
        return MediaType(name=name, schema=schema, origin=at.origin({"schema"}))
    stated = any(key in SCHEMA_KEYS and key != "description" for key in at.table)
    schema_or_none = build_schema(at) if stated else None
    return MediaType(name=name, schema=schema_or_none, origin=at.origin(()))


def _server(name: str, at: Cursor) -> Server:
    return Server(
        name=name,
        url=at.text("url") or "",
        description=at.text("description"),
        variables=tuple(
            _variable(key, below) for key, below in at.children("variables")
        ),
        origin=at.origin(),
    )


def _variable(name: str, at: Cursor) -> Variable:
    return Variable(
        name=name,
        description=at.text("description"),
        enum=at.texts("enum"),
        default=at.text("default"),
        example=at.value("example"),
        origin=at.origin(),
    )


def _scheme(name: str, at: Cursor) -> SecurityScheme:
    return SecurityScheme(
        name=name,
        type=cast("SchemeType", at.text("type")),
        description=at.text("description"),
        scheme=cast("HttpScheme | None", at.text("scheme")),
        location=cast("KeyLocation | None", at.text("in")),
        parameter=at.text("name"),
        prefix=at.text("prefix") or "",
        example=at.text("example"),
        token_url=at.text("token_url"),
        token_auth=cast("TokenAuth | None", at.text("token_endpoint_auth_method")),
        scopes=tuple(sorted((at.named("scopes") or {}).items())),
        origin=at.origin(),
    )


def _requirements(at: Cursor) -> tuple[Requirement, ...] | None:
    if "security_requirements" not in at:
        return None
    stated = cast(
        "Sequence[Sequence[str] | Mapping[str, Sequence[str]]]",
        at.table["security_requirements"],
    )
    pairs: list[Iterable[tuple[str, Sequence[str]]]] = [
        r.items() if isinstance(r, Mapping) else [(s, ()) for s in r] for r in stated
    ]
    return tuple(
        Requirement(schemes=tuple((name, tuple(scopes)) for name, scopes in pair))
        for pair in pairs
    )


def _failure(at: Cursor | None) -> Failure | None:
    if at is None:
        return None
    when = cast("Mapping[str, Json]", at.table["when"])
    return Failure(
        when=tuple(str(when["property"]).split(".")),
        equals=value(when["equals"]),
        status=at.dotted("status"),
        message=at.dotted("message"),
        origin=at.origin(),
    )


def _rate_limit(at: Cursor | None) -> RateLimit | None:
    if at is None:
        return None
    return RateLimit(
        limit=at.text("limit"),
        remaining=at.text("remaining"),
        reset=at.text("reset"),
        origin=at.origin(),
    )


def _pagination(at: Cursor | None) -> Pagination | None:
    if at is None:
        return None
    return Pagination(
        style=cast("PageStyle", at.text("style")),
        parameter=at.text("parameter"),
        limit=at.text("limit"),
        next=at.dotted("next"),
        items=at.dotted("items") or (),
        origin=at.origin(),
    )


def _idempotency(at: Cursor | None) -> Idempotency | None:
    if at is None:
        return None
    return Idempotency(
        header=at.text("header") or "",
        required=at.flag("required"),
        description=at.text("description"),
        format=at.text("format"),
        min_length=at.count("minLength"),
        max_length=at.count("maxLength"),
        origin=at.origin(),
    )


def _example(at: Cursor) -> Example:
    request, response = at.table.get("request"), at.table.get("response")
    return Example(
        summary=at.text("summary"),
        request=_example_request(request) if isinstance(request, Table) else None,
        response=_example_response(response) if isinstance(response, Table) else None,
        origin=at.origin(),
    )


def _example_request(data: Mapping[str, Any]) -> ExampleRequest:
    return ExampleRequest(
        path=_pairs(data.get("path")),
        query=_pairs(data.get("query")),
        headers=_pairs(data.get("headers")),
        cookies=_pairs(data.get("cookies")),
        media_type=data.get("media_type"),
        body=value(data["body"]) if "body" in data else None,
    )


def _example_response(data: Mapping[str, Any]) -> ExampleResponse:
    headers: Mapping[str, str] = data.get("headers") or {}
    return ExampleResponse(
        status=data["status"],
        headers=tuple(headers.items()),
        media_type=data.get("media_type"),
        body=value(data["body"]) if "body" in data else None,
    )


def _pairs(data: Mapping[str, Json] | None) -> tuple[tuple[str, Value], ...]:
    return tuple((name, value(item)) for name, item in (data or {}).items())


def _webhooks(at: Cursor | None) -> Webhooks | None:
    if at is None:
        return None
    return Webhooks(
        signature=_signature(at.child("signature")),
        named_by=_named_by(at.child("event")),
        headers=tuple(_header(key, below) for key, below in at.children("headers")),
        events=tuple(
            (key, _media_type(JSON, below)) for key, below in at.children("events")
        ),
        origin=at.origin(),
    )


def _named_by(at: Cursor | None) -> str | tuple[str, ...] | None:
    return None if at is None else at.text("header") or at.dotted("property")


def _signature(at: Cursor | None) -> Signature | None:
    if at is None:
        return None
    return Signature(
        header=at.text("header") or "",
        prefix=at.text("prefix") or "",
        algorithm=at.text("algorithm") or "",
        encoding=at.text("encoding") or "",
        content=at.text("content") or "",
        timestamp=_timestamp(at.child("timestamp")),
        description=at.text("description"),
        origin=at.origin(),
    )


def _timestamp(at: Cursor | None) -> Timestamp | None:
    if at is None:
        return None
    return Timestamp(
        header=at.text("header") or "",
        prefix=at.text("prefix") or "",
        tolerance=at.count("tolerance"),
        origin=at.origin(),
    )
