"""The generated test of an iterator over pages: a first page, and a last one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from truecopy.code import EMPTY, bytes_literal, code, identifier, literal
from truecopy.json_values import at
from truecopy.source import Json
from truecopy.targets.python.bodies import is_json
from truecopy.targets.python.calls import Suite, reply_of, sent_or_none
from truecopy.targets.python.examples import body_of, expected_url, sent
from truecopy.targets.python.layout import (
    Bracket,
    Expr,
    call,
    definition,
    several,
    statement,
)
from truecopy.targets.python.pages import FIRST, Pages
from truecopy.targets.python.planning import Argument
from truecopy.targets.python.views import WalkTest
from truecopy.targets.python.wire import json_bytes

_HEADERS = {"content-type": "application/json"}


def walk(suite: Suite) -> WalkTest | None:
    """The test; None when no two pages can be made up."""
    found = suite.planned.pages
    status, sample, _ = suite.answer
    if found is None or not is_json(_media_type(suite)) or not sample:
        return None
    body: Json = json.loads(sample)
    items = at(body, found.rule.items)
    if not isinstance(items, list) or not items:
        return None
    if found.rule.style == "link":
        following = _linked(suite, found, body)
    else:
        following = _counted(suite, found, body, len(items))
    if following is None:
        return None
    values, url, (first, last) = following
    given: list[Expr] = [suite.case, literal(found.name)]
    pages = [_answer(status, *first), _answer(status, *last)]
    return WalkTest(
        definition=definition(
            code("def {}", identifier(f"test_{found.name}")), [], code("None"), 0
        ),
        walked=statement(
            code("items, sent = "), call(code("CLIENTS.walk"), [*given, *pages]), 4
        ),
        total=literal(len(items) * (1 if found.rule.style in FIRST else 2)),
        sent=statement(
            code("assert sent == "),
            Bracket(
                EMPTY,
                "[",
                [
                    _sent(suite, expected_url(suite, suite.minimal), suite.minimal),
                    _sent(suite, url, values),
                ],
                "]",
            ),
            4,
        ),
    )


def _sent(suite: Suite, url: str, values: Mapping[str, Json]) -> Expr:
    return sent(suite, url, body_of(suite, values))


def _media_type(suite: Suite) -> str:
    reply = reply_of(suite.planned, suite.answer[0])
    return "" if reply is None else reply.media_type


Told = tuple[Json, Mapping[str, str]]
Following = tuple[Mapping[str, Json], str, tuple[Told, Told]]


def _linked(suite: Suite, found: Pages, body: Json) -> Following | None:
    """The second page is where the first one's link leads."""
    if any(s.location == "query" for s in suite.common.api.security_schemes):
        return None
    url = expected_url(suite, suite.minimal)
    url += ("&" if "?" in url else "?") + "page=2"
    if found.rule.next is None:
        link = {"link": f'<{url}>; rel="next"'}
        return suite.minimal, url, ((body, _HEADERS | link), (body, _HEADERS))
    first = _with(body, found.rule.next, url)
    last = _with(body, found.rule.next, None)
    return suite.minimal, url, ((first, _HEADERS), (last, _HEADERS))


def _counted(suite: Suite, found: Pages, body: Json, size: int) -> Following | None:
    """The second page is what a parameter asks for: the next cursor, page or offset."""
    rule = found.rule
    places = {_place(a): a for a in suite.planned.arguments}
    argument = places.get(found.at or "")
    if argument is None:  # it is inside of `body`
        return None
    if rule.style in FIRST:
        usual = FIRST[rule.style] if found.first is None else found.first
        start = suite.minimal.get(argument.name, usual)
        assert isinstance(start, int)
        mark: Json = start + (1 if rule.style == "page" else size)
        schema = argument.parameter or argument.member
        if schema is None or not suite.common.requests.allows(schema.schema, mark):
            return None
        pages = body, _with(body, rule.items, [])
    else:
        mark = sent_or_none(suite.common, argument)
        if not isinstance(mark, (str, int)) or mark in ("", False):
            return None
        steps = rule.next or ()
        pages = _with(body, steps, mark), _with(body, steps, None)
    values = {**suite.minimal, argument.name: mark}
    first, last = pages
    return values, expected_url(suite, values), ((first, _HEADERS), (last, _HEADERS))


def _place(a: Argument) -> str:
    return f"{a.parameter.location}.{a.wire}" if a.parameter else a.wire


def _with(body: Json, path: Sequence[str], value: Json) -> Json:
    """The body with a value at a path."""
    if not path:
        return value
    inside = body if isinstance(body, dict) else {}
    return {**inside, path[0]: _with(inside.get(path[0]), path[1:], value)}


def _answer(status: int, body: Json, headers: Mapping[str, str]) -> Expr:
    told: list[Expr] = [literal(status), bytes_literal(json_bytes(body))]
    return several([*told, literal(dict(headers))] if headers != _HEADERS else told)
