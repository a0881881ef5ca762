"""Tests from the calls that a document shows, exact to the byte."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from truecopy.code import (
    EMPTY,
    Code,
    bytes_literal,
    code,
    docstring,
    identifier,
    literal,
)
from truecopy.ir import (
    ArraySchema,
    Example,
    ObjectSchema,
    Parameter,
    RefSchema,
    Schema,
    SecurityScheme,
)
from truecopy.source import Json
from truecopy.targets.python import docs
from truecopy.targets.python.calls import KEY, Suite, body_bytes, encoded
from truecopy.targets.python.layout import Bracket, assignment, call, definition
from truecopy.targets.python.literals import arguments, tree
from truecopy.targets.python.models import Direction, is_optional
from truecopy.targets.python.naming import spelt
from truecopy.targets.python.planning import is_json
from truecopy.targets.python.settings import sample_of
from truecopy.targets.python.views import (
    ExampleTest,
)
from truecopy.values import violations


def examples(suite: Suite) -> Iterator[ExampleTest]:
    for number, example in enumerate(suite.planned.op.examples, 1):
        test = _example(suite, number, example)
        if test is not None:
            yield test


def _example(suite: Suite, number: int, example: Example) -> ExampleTest | None:
    planned = suite.planned
    values = _shown(suite, example)
    if values is None:
        return None
    status, body = suite.answer
    data: Json = None
    clean: bool | None = None
    if example.response is not None:
        if example.response.status >= 300 or example.response.media_type not in (
            None,
            "application/json",
        ):
            return None
        status, body = example.response.status, encoded(example.response.body)
        clean, data = _decoded(suite, example)
    url = expected_url(suite, values)
    members = [a for a in planned.arguments if a.member is not None]
    sent: bytes | None = None
    if (
        planned.body is not None
        and planned.body.model is not None
        and is_json(planned.body.media_type)
    ):
        sent = body_bytes(members, values)
    summary = (
        docs.sentence(example.summary) or "What the document shows, byte for byte."
    )
    return ExampleTest(
        definition=definition(
            code("def {}", identifier(f"test_{planned.name}_example_{number}")),
            [],
            code("None"),
            0,
        ),
        doc=docstring([summary], 4),
        arguments=arguments(suite, values, code("arguments: dict[str, Any]"), 4),
        replay=replay(status, bytes_literal(body)),
        verb=literal(planned.op.method),
        url=assignment(code("url"), None, literal(url), 4) if url is not None else None,
        body=(
            assignment(code("body"), None, bytes_literal(sent), 4)
            if sent is not None
            else None
        ),
        headers=assignment(
            code("headers"), None, Bracket(EMPTY, "{", tuple(_headers(suite)), "}"), 4
        ),
        status=literal(status),
        clean=clean is True,
        unclean=clean is False,
        data=_data(data) if clean else None,
    )


def replay(status: int, body: Code) -> Code:
    return assignment(
        code("replay"), None, call(code("testing.Replay"), [literal(status), body]), 4
    )


def _data(data: Json) -> Code:
    return assignment(code("expected: object"), None, tree(data), 4)


def _shown(suite: Suite, example: Example) -> dict[str, Json] | None:
    """The arguments of a documented request; None when the client may not send them."""
    request = example.request
    values: dict[str, Json] = dict(suite.minimal)
    if request is None:
        return values
    by_place = {
        "path": request.path,
        "query": request.query,
        "header": request.headers,
        "cookie": request.cookies,
    }
    given = {
        (place, name): value.data
        for place, pairs in by_place.items()
        for name, value in pairs
    }
    body = request.body.data if request.body is not None else None
    for a in suite.planned.arguments:
        if a.parameter is not None:
            key = (a.parameter.location, a.wire)
            if key in given:
                values[a.name] = given[key]
        elif a.member is not None and isinstance(body, Mapping) and a.wire in body:
            values[a.name] = body[a.wire]
        elif a.member is None and request.body is not None:
            values[a.name] = body
    for a in suite.planned.arguments:
        schema = (
            a.parameter.schema if a.parameter else a.member.schema if a.member else None
        )
        if (
            schema is not None
            and a.name in values
            and any(violations(schema, values[a.name], suite.named, "request"))
        ):
            return None
    return values


def _decoded(suite: Suite, example: Example) -> tuple[bool, Json]:
    """Whether a documented answer is as the document describes it, and its data as the client has it."""
    assert example.response is not None
    reply = next(
        (
            r
            for r in suite.planned.replies
            if r.response.status in (str(example.response.status), "2XX")
        ),
        None,
    )
    value = example.response.body
    if reply is None or value is None:
        return True, value.data if value is not None else None
    content = next(
        (c for c in reply.response.contents or () if c.schema is not None), None
    )
    if content is None or content.schema is None:
        return True, value.data
    if any(violations(content.schema, value.data, suite.named, "response")):
        return False, None
    try:
        return True, known(content.schema, value.data, suite)
    except KeyError:
        return False, None


def known(
    schema: Schema, value: Json, suite: Suite, direction: Direction = "receive"
) -> Json:
    """The value without members that its class does not have; KeyError when an announced one is absent."""
    if isinstance(schema, RefSchema):
        below = suite.directions.get(schema.name, "receive")
        return known(suite.named[schema.name], value, suite, below)
    if (
        isinstance(schema, ObjectSchema)
        and schema.properties
        and isinstance(value, Mapping)
    ):
        found: dict[str, Json] = {}
        for p in schema.properties:
            if direction == "receive" and p.schema.write_only:
                continue
            if p.name in value:
                found[p.name] = known(p.schema, value[p.name], suite, direction)
            elif not is_optional(p, direction):
                raise KeyError(p.name)
        return found
    if isinstance(schema, ArraySchema) and isinstance(value, list):
        return [known(schema.items, item, suite, direction) for item in value]
    return value


def expected_url(suite: Suite, values: Mapping[str, Json]) -> str | None:
    """The URL as RFC 6570 says; None for styles that this second opinion does not know."""
    op = suite.planned.op
    server = next(
        (s for s in suite.api.servers if not op.servers or s.name in op.servers),
        suite.api.servers[0],
    )
    if server is not suite.api.servers[0]:
        return None
    url = server.url.rstrip("/")
    for variable in server.variables:
        url = url.replace("{" + variable.name + "}", sample_of(variable))
    path = op.path
    query: list[str] = []
    for a in suite.planned.arguments:
        if a.parameter is None or a.name not in values:
            continue
        pieces = _pieces(a.parameter, values[a.name])
        if pieces is None:
            return None
        if a.parameter.location == "path":
            path = path.replace("{" + a.wire + "}", ",".join(pieces))
        elif a.parameter.location == "query" and values[a.name] is not None:
            name = quote(a.wire, safe="-._~")
            query += (
                [f"{name}={p}" for p in pieces]
                if a.parameter.explode
                else [f"{name}={','.join(pieces)}"]
            )
    for scheme in _used(suite):
        if scheme.location == "query":
            return None
    return url + path + ("?" + "&".join(query) if query else "")


def _pieces(parameter: Parameter, value: Json) -> list[str] | None:
    if parameter.style not in ("simple", "form") or isinstance(value, Mapping):
        return None
    items = value if isinstance(value, list) else [value]
    if any(isinstance(item, (float, list, Mapping)) for item in items):
        return None
    texts = [
        json.dumps(item) if isinstance(item, (bool, int)) else str(item)
        for item in items
    ]
    return [quote(text, safe="-._~") for text in texts]


def _used(suite: Suite) -> list[SecurityScheme]:
    security = suite.planned.op.security
    if not security:
        return []
    names = {name for name, _ in security[0].schemes}
    return [scheme for scheme in suite.api.security_schemes if scheme.name in names]


def _headers(suite: Suite) -> Iterator[Code]:
    """What must be sent beside the parameters, by name."""
    for scheme in _used(suite):
        argument = spelt(scheme.name)
        if scheme.type == "apiKey" and scheme.location == "header":
            yield code(
                "{}: {}",
                literal(scheme.parameter),
                literal(f"{scheme.prefix}{argument}-1"),
            )
        elif (
            scheme.scheme == "basic"
            and sum(s.scheme == "basic" for s in suite.api.security_schemes) == 1
        ):
            pair = base64.b64encode(b"username-1:password-1").decode()
            yield code("{}: {}", literal("authorization"), literal(f"Basic {pair}"))
        elif scheme.scheme == "bearer" or scheme.type == "oauth2":
            yield code(
                "{}: {}", literal("authorization"), literal(f"Bearer {argument}-1")
            )
    idempotency = suite.planned.op.idempotency
    if idempotency is not None:
        yield code("{}: {}", literal(idempotency.header), literal(KEY))
