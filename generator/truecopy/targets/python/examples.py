"""Tests from the calls that a document shows, exact to the byte."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    Example,
    Location,
    Schema,
    SecurityScheme,
    Server,
    parameter_slot,
)
from truecopy.json_values import identity
from truecopy.records import record
from truecopy.source import Json
from truecopy.targets.python import docs
from truecopy.targets.python.bodies import is_json, is_raw
from truecopy.targets.python.calls import (
    JSON,
    Suite,
    body_bytes,
    folded,
    key_shown,
    raised,
    reply_of,
    server_of,
    shown,
    status_told,
)
from truecopy.targets.python.layout import (
    Bracket,
    Expr,
    assignment,
    call,
    definition,
    entry,
    keyword,
    several,
    statement,
)
from truecopy.targets.python.literals import arguments, tree
from truecopy.targets.python.planning import Argument, Planned, Reply
from truecopy.targets.python.settings import sample_of
from truecopy.targets.python.views import ExampleTest
from truecopy.targets.python.whole import known
from truecopy.targets.python.wire import content_type, encoded, written
from truecopy.values import read_text, violations

_REFUSED = (
    "The client may not send the document's request; the document's answer is read."
)


@record
class _Told:
    """What a prepared answer becomes: an error's class or none, and its data where it is certain."""

    status: int
    outcome: int
    body: bytes
    media_type: str
    error: Code | None
    clean: bool | None
    data: Code | None
    headers: Sequence[tuple[str, str]] = ()


@record
class Exchange:
    """A call whose every byte is known, what it sends, and what it is told."""

    kind: str
    lines: Sequence[str]
    values: Mapping[str, Json]
    key: str | None
    body: bytes | None
    headers: Mapping[str, str]
    told: _Told


@record
class Usual:
    """The headers that most calls of a test module have, as a constant of its own; None when no two are alike."""

    headers: Mapping[str, str]
    constant: Code | None


def exchanges(suite: Suite) -> list[Exchange]:
    """The calls that the document shows, after the smallest that it allows unless that is among them."""
    op = suite.planned.op
    shown = [
        _documented(suite, number, example)
        for number, example in enumerate(op.examples, 1)
        if example.response is None or example.response.status >= 200
    ]
    least = identity(dict(suite.minimal)), suite.key
    if any((identity(dict(each.values)), each.key) == least for each in shown):
        return shown
    lines = ["The least that the document allows, byte for byte."]
    told = _least_told(suite)
    return [_exchange(suite, "least", lines, suite.minimal, suite.key, told), *shown]


def _documented(suite: Suite, number: int, example: Example) -> Exchange:
    values, rule = _shown(suite, example), suite.planned.op.idempotency
    summary = docs.sentence(example.summary) if example.summary else ""
    lines = [summary or "What the document shows, byte for byte."]
    if values is None:
        values, lines = suite.minimal, [_REFUSED]
    key = key_shown(suite.common, rule, example) if rule is not None else None
    kind, told = f"example_{number}", _told(suite, example)
    return _exchange(suite, kind, lines, values, key or suite.key, told)


def _exchange(
    suite: Suite,
    kind: str,
    lines: Sequence[str],
    values: Mapping[str, Json],
    key: str | None,
    told: _Told,
) -> Exchange:
    body = body_of(suite, values)
    headers = dict(_headers(suite, values, body, key))
    return Exchange(kind, lines, values, key, body, headers, told)


def usual(found: Iterable[Exchange]) -> Usual:
    """What most calls have in their headers."""
    counted = Counter(tuple(each.headers.items()) for each in found if each.headers)
    pairs, times = next(iter(counted.most_common(1)), ((), 0))
    if times < 2:
        return Usual({}, None)
    constant = assignment(code("HEADERS"), None, named_texts(dict(pairs)), 0)
    return Usual(dict(pairs), constant)


def named_texts(texts: Mapping[str, str]) -> Bracket:
    """Texts by name, as a dict."""
    items = [entry(name, literal(value)) for name, value in texts.items()]
    return Bracket(EMPTY, "{", items, "}")


def test_of(suite: Suite, exchange: Exchange, usual: Usual) -> ExampleTest:
    """The test that a call sends this to the byte, and of what it makes of the answer."""
    told, headers = exchange.told, code("HEADERS")
    if exchange.headers != usual.headers:
        headers = code("headers")
    name = identifier(f"test_{suite.planned.name}_{exchange.kind}")
    url = expected_url(suite, exchange.values)
    return ExampleTest(
        definition=definition(code("def {}", name), [], code("None"), 0),
        doc=docstring(exchange.lines, 4),
        call=statement(
            code("call = "),
            call(code("CLIENTS.call"), list(_given_to(suite, exchange))),
            4,
        ),
        sent=statement(
            code("assert call.sent == "), sent(suite, url, exchange.body), 4
        ),
        headers=headers if exchange.headers else None,
        own_headers=(
            assignment(headers, None, named_texts(exchange.headers), 4)
            if exchange.headers and headers == code("headers")
            else None
        ),
        outcome=statement(
            code("assert call.outcome == "),
            several([told.error or code("None"), literal(told.outcome)]),
            4,
        ),
        clean=told.clean is True,
        unclean=told.clean is False,
        data=told.data,
    )


def _given_to(suite: Suite, exchange: Exchange) -> Iterator[Expr]:
    """The arguments of a call: what is not as in the case."""
    yield suite.case
    usual = {name: identity(value) for name, value in suite.minimal.items()}
    more = {
        name: value
        for name, value in exchange.values.items()
        if usual.get(name, ...) != identity(value)
    }
    key = None if exchange.key == suite.key else exchange.key
    if more or key:
        yield arguments(suite, more, key)
    told = exchange.told
    answer = told.status, told.body, told.media_type
    if answer != suite.answer or told.headers:
        yield keyword(code("answer"), prepared(*answer, dict(told.headers)))


def sent(suite: Suite, url: str, body: bytes | None) -> Expr:
    """The method, the URL behind that of the API's first server, and the body."""
    return several(
        [
            literal(suite.planned.op.method),
            literal(behind(suite, url)),
            literal(None) if body is None else bytes_literal(body),
        ]
    )


def behind(suite: Suite, url: str) -> str:
    """What a URL has behind that of the API's first server."""
    return url.removeprefix(base_url(suite.common.api.servers[0]))


def prepared(
    status: int,
    body: bytes,
    media_type: str = JSON,
    headers: Mapping[str, str] | None = None,
) -> Expr:
    """An answer that a test prepares."""
    items: list[Expr] = [literal(status), bytes_literal(body)]
    if headers or media_type != JSON:
        items.append(named_texts({"content-type": media_type, **(headers or {})}))
    return several(items)


def _shown(suite: Suite, example: Example) -> Mapping[str, Json] | None:
    """The arguments of a documented request; None when the client may not send them."""
    request = example.request
    if request is None:
        return suite.minimal
    by_place = {
        "path": request.path,
        "query": request.query,
        "header": request.headers,
        "cookie": request.cookies,
    }
    given = {
        parameter_slot(place, name): value.data
        for place, pairs in by_place.items()
        for name, value in pairs
    }
    body = request.body
    planned = suite.planned.body
    if planned is not None and planned.model is not None and body is not None:
        if not isinstance(body.data, dict):
            return None
        wires = {a.wire for a in suite.planned.arguments if a.member is not None}
        members = folded(wires, body.data)
        given |= {("body", name): value for name, value in members.items()}
    elif body is not None:
        given["body", "body"] = body.data
    values = dict(suite.minimal)
    for a in suite.planned.arguments:
        key = _key(a)
        if key in given:
            value = given[key]
            if not _may_send(suite, a, value):
                return None
            values[a.name] = _given(suite, a, value)
        elif body is not None and a.member is not None and a.name in values:
            return None
    return values


def _key(a: Argument) -> tuple[str, str]:
    """Where a request has the value of an argument."""
    return parameter_slot(a.parameter.location if a.parameter else "body", a.wire)


def _schema_of(suite: Suite, a: Argument) -> Schema | None:
    if a.parameter is not None:
        return a.parameter.schema
    return a.member.schema if a.member is not None else suite.body_schema


def _given(suite: Suite, a: Argument, value: Json) -> Json:
    """A documented value as a caller gives it."""
    schema, requests = _schema_of(suite, a), suite.common.requests
    if schema is None:
        return value
    if a.parameter is not None:
        value = read_text(schema, value, requests.named)
    return requests.normal(schema, value)


def _may_send(suite: Suite, a: Argument, value: Json) -> bool:
    sent = _given(suite, a, value)
    schema, body = _schema_of(suite, a), suite.planned.body
    if schema is not None and not suite.common.requests.allows(schema, sent):
        return False
    if a.parameter is not None:
        return written(a.parameter, sent) is not None
    raw = schema is None and body is not None and is_raw(body.media_type)
    return not raw or isinstance(value, str)


def body_of(suite: Suite, values: Mapping[str, Json]) -> bytes | None:
    """The bytes of the body; None where there is none."""
    body = suite.planned.body
    if body is None or (body.model is None and "body" not in values):
        return None
    empty = not suite.constants and not any(n in suite.places for n in values)
    if body.model is not None and empty and not body.required:
        return None
    return body_bytes(suite, values)


def _least_told(suite: Suite) -> _Told:
    status, body, media_type = suite.answer
    reply = reply_of(suite.planned, status)
    clean, data = None, None
    whole = next((s.whole for s in suite.sampled if s.reply is reply), None)
    if reply is not None and whole == (body, media_type):
        clean = not any(h.required for h in reply.response.headers) or None
        data = code("assert call.data == call.body") if body else None
    return _Told(status, status, body, media_type, None, clean, data)


def _told(suite: Suite, example: Example) -> _Told:
    if example.response is None:
        return _least_told(suite)
    outcome, status = status_told(suite.planned, example), example.response.status
    reply = reply_of(suite.planned, status)
    body = shown(reply, example)
    default = reply.media_type if reply is not None else "*/*"
    media_type = example.response.media_type or default
    if "*" in media_type or is_json(media_type):
        media_type = JSON
    error = raised(suite.planned, example)
    if isinstance(error, str):
        class_ = code("rt.{}", identifier(error))
        return _Told(status, outcome, body, media_type, class_, None, None)
    if error is not None and status < 300:
        class_ = code("_m.{}", identifier(error.error or "x"))
        return _Told(status, outcome, body, media_type, class_, None, None)
    clean, data = _decoded(suite, example, reply or error, body)
    named = error.error if error is not None else None
    class_or_none = code("_m.{}", identifier(named)) if named else None
    headers = _answered(example, reply)
    if clean and not _are_as_described(suite, headers, reply):
        clean = None
    return _Told(status, outcome, body, media_type, class_or_none, clean, data, headers)


def _answered(example: Example, reply: Reply | None) -> tuple[tuple[str, str], ...]:
    """The headers of a documented answer that its status is described with."""
    assert example.response is not None
    described = reply.response.headers if reply is not None else ()
    known = {header.name.lower() for header in described} - {"content-type"}
    given = example.response.headers
    return tuple((name, text) for name, text in given if name.lower() in known)


def _are_as_described(
    suite: Suite, given: Iterable[tuple[str, str]], reply: Reply | None
) -> bool:
    texts = {name.lower(): text for name, text in given}
    for header in reply.response.headers if reply is not None else ():
        text, named = texts.get(header.name.lower()), suite.common.answers.named
        if text is None:
            if header.required:
                return False
            continue
        value = read_text(header.schema, text, named)
        if any(violations(header.schema, value, named, "response")):
            return False
    return True


def _decoded(
    suite: Suite, example: Example, reply: Reply | None, body: bytes
) -> tuple[bool | None, Code | None]:
    """Whether a documented answer is as the document describes it, and its data as the client has it."""
    assert example.response is not None
    value = example.response.body
    if reply is None or value is None or suite.planned.op.method == "HEAD":
        return None, None
    content = reply.content
    same_type = example.response.media_type in (None, reply.media_type)
    if content is None or not same_type or "*" in content.name:
        return None, None
    if reply.annotation == code("bytes"):
        return True, _expected(bytes_literal(body))
    if not is_json(content.name):
        return True, _expected(literal(value.data))
    if content.schema is None:
        return True, _expected(tree(value.data))
    answers, directions = suite.common.answers, suite.common.directions
    broken = violations(content.schema, value.data, answers.named, "response")
    facts = {violation.fact for violation in broken}
    if facts:
        return (False if facts <= {"type", "required"} else None), None
    try:
        data = known(content.schema, value.data, answers, directions)
        return True, _expected(tree(data))
    except KeyError:
        return False, None


def _expected(data: Expr) -> Code:
    """The statement that holds the data; what can't be opened has a line of its own."""
    if isinstance(data, Bracket):
        return statement(code("assert call.data == "), data, 4)
    before = assignment(code("expected: object"), None, data, 4)
    return code("{}\n    assert call.data == expected", before)


def expected_url(suite: Suite, values: Mapping[str, Json]) -> str:
    """The URL as the document and RFC 6570 say."""
    op = suite.planned.op
    path = op.path
    for a in suite.planned.arguments:
        if a.parameter is not None and a.parameter.location == "path":
            text = written(a.parameter, values[a.name])
            path = path.replace("{" + a.wire + "}", text or "")
    query = _written(suite, values, "query")
    query += [
        f"{encoded(scheme.parameter or '')}={encoded(secret)}"
        for scheme, secret in _credentials(suite)
        if scheme.location == "query"
    ]
    base = base_url(server_of(suite.common.api, op))
    return base + path + ("?" + "&".join(query) if query else "")


def base_url(server: Server, given: Mapping[str, str] | None = None) -> str:
    """The URL of a server, with these values of its variables or those that the tests have."""
    url = server.url
    for variable in server.variables:
        value = sample_of(server, variable) if given is None else given[variable.name]
        url = url.replace("{" + variable.name + "}", value)
    return url.rstrip("/")


def _written(suite: Suite, values: Mapping[str, Json], location: Location) -> list[str]:
    texts = [
        written(a.parameter, values[a.name])
        for a in suite.planned.arguments
        if a.parameter is not None
        and a.parameter.location == location
        and a.name in values
    ]
    return [text for text in texts if text]


def of_parameters(
    suite: Suite, values: Mapping[str, Json]
) -> Iterator[tuple[str, str]]:
    """The headers that parameters become; cookies are one, the credentials among them."""
    for a in suite.planned.arguments:
        if a.parameter is not None and a.parameter.location == "header":
            text = written(a.parameter, values[a.name]) if a.name in values else ""
            if text:
                yield a.wire, text
    cookies = _written(suite, values, "cookie")
    cookies += [
        f"{scheme.parameter}={secret}"
        for scheme, secret in _credentials(suite)
        if scheme.location == "cookie"
    ]
    if cookies:
        yield "cookie", "; ".join(cookies)


def _first_way(suite: Suite) -> Sequence[tuple[str, Sequence[str]]]:
    """The schemes that the first way to authorize a call has, with their scopes."""
    ways = [requirement.schemes for requirement in suite.planned.op.security or ()]
    return next(filter(None, ways), ())


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _credentials(suite: Suite) -> Iterator[tuple[SecurityScheme, str]]:
    """The schemes of that way, with what is sent for each."""
    schemes = {scheme.name: scheme for scheme in suite.common.api.security_schemes}
    for scheme in (schemes[name] for name, _ in _first_way(suite)):
        given = [s.sample for s in suite.common.settings if s.scheme == scheme.name]
        if scheme.type == "apiKey":
            yield scheme, scheme.prefix + given[0]
        elif scheme.scheme == "basic":
            yield scheme, f"Basic {_base64(':'.join(given))}"
        else:
            yield scheme, f"Bearer {given[0]}"


def _headers(
    suite: Suite, values: Mapping[str, Json], body: bytes | None, key: str | None
) -> Iterator[tuple[str, str]]:
    """What the document says of the header, by name."""
    yield from of_parameters(suite, values)
    for scheme, secret in _credentials(suite):
        if scheme.location == "header":
            yield scheme.parameter or "", secret
        elif scheme.location is None:
            yield "authorization", secret
    if body is not None and suite.planned.body is not None:
        yield "content-type", content_type(suite.planned.body.media_type, body)
    accepted = list(_accepted(suite.planned))
    if len(accepted) > 1:
        yield "accept", ", ".join(accepted)
    idempotency = suite.planned.op.idempotency
    if idempotency is not None and key is not None:
        yield idempotency.header, key


def _accepted(planned: Planned) -> dict[str, None]:
    """The media types of all answers, those of successes first."""
    replies = [r for r in planned.replies if r.annotation != code("None")]
    replies.sort(key=lambda reply: not reply.response.status.startswith("2"))
    found: dict[str, None] = {}
    for reply in replies:
        found[reply.media_type] = None
        found |= dict.fromkeys(c.name for c in reply.response.contents or ())
    return found


def token(suite: Suite) -> Expr | None:
    """What is asked for the token of a call, if it needs one that the client fetches (RFC 6749, 4.4.2)."""
    schemes = {scheme.name: scheme for scheme in suite.common.api.security_schemes}
    for name, scopes in _first_way(suite):
        scheme = schemes[name]
        if scheme.type == "oauth2":
            settings = [s for s in suite.common.settings if s.scheme == name]
            pair = [quote(s.sample, safe="") for s in settings if not s.instead]
            form = {"grant_type": "client_credentials"}
            if scopes:
                form["scope"] = " ".join(scopes)
            basic = literal(f"Basic {_base64(':'.join(pair))}")
            if scheme.token_auth == "client_secret_post":
                form["client_id"], form["client_secret"] = pair
                basic = literal(None)
            asked = "&".join(f"{k}={quote(v, safe='')}" for k, v in form.items())
            url = literal(scheme.token_url)
            return several([url, basic, bytes_literal(asked.encode())])
    return None
