"""Models that travel both ways: what belongs to one way alone, and constants."""

from __future__ import annotations

from typing import Annotated, Literal

import _runtime as rt
import pytest

from runtime.helpers import answer, mismatches, post, replying, violations, wrong


class Login(rt.Model, kw_only=True):
    id: Annotated[str | None, rt.ReadOnly(required=True)] | rt.UnsetType = rt.UNSET
    seen: Annotated[int, rt.ReadOnly()] | rt.UnsetType = rt.UNSET
    secret: (
        Annotated[str, rt.chars(2, 9), rt.WriteOnly(required=True)] | rt.UnsetType
    ) = rt.UNSET
    name: str | rt.UnsetType = rt.UNSET


class Account(rt.Model, kw_only=True):
    login: Login
    others: list[Login] | rt.UnsetType = rt.UNSET


class Percent(rt.Model, kw_only=True):
    type: Literal["percent"] = "percent"
    value: int


SENT = post(Account)


@pytest.mark.parametrize(
    ("login", "found"),
    [
        (Login(secret="abc"), None),
        (Login(name="n"), {"login.secret": "required"}),
        (Login(secret="a"), {"login.secret": "min_length"}),
        (Login(secret="abc", id=None), {"login.id": "read_only"}),
        (Login(secret="abc", seen=1), {"login.seen": "read_only"}),
    ],
)
def test_what_is_sent(login: Login, found: dict[str, str] | None) -> None:
    body = Account(login=login)
    if found is None:
        assert rt.build(SENT, (), body).body == b'{"login":{"secret":"abc"}}'
    else:
        assert violations(rt.build, SENT, (), body) == found


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b'{"login":{"id":"1"}}', []),
        (b'{"login":{"id":null},"others":[]}', []),
        (b'{"login":{"name":"n"}}', [("$.login.id", "missing")]),
        (b'{"login":{"id":"1"},"others":[{}]}', [("$.others[0].id", "missing")]),
    ],
)
def test_what_is_received(body: bytes, found: list[tuple[str, str]]) -> None:
    response = rt.read(replying(Account), answer(body))
    assert mismatches(response) == found
    assert response.data.login.secret is rt.UNSET


def test_a_member_that_is_due_is_found_at_any_depth() -> None:
    shape = replying(dict[str, list[Login]])
    response = rt.read(shape, answer(b'{"a":[{"id":"1"},{}]}'))
    assert mismatches(response) == [('$["a"][1].id', "missing")]
    assert response.data["a"][1].id is rt.UNSET


def test_constants_are_sent_without_being_named() -> None:
    assert rt.build(post(Percent), (), Percent(value=5)).body == (
        b'{"type":"percent","value":5}'
    )
    other = Percent(type=wrong("fixed"), value=5)
    assert violations(rt.build, post(Percent), (), other) == {"type": "enum"}


@pytest.mark.parametrize(
    ("body", "type_", "found"),
    [
        (b'{"type":"percent","value":5}', "percent", []),
        (b'{"type":"fixed","value":5}', "fixed", [("$.type", "const")]),
        (b'{"value":5}', None, [("$.type", "missing")]),
    ],
)
def test_a_default_hides_nothing_of_an_answer(
    body: bytes, type_: str | None, found: list[tuple[str, str]]
) -> None:
    response = rt.read(replying(Percent), answer(body))
    assert (response.data.type, mismatches(response)) == (type_, found)


class Size(rt.Model, kw_only=True):
    size: Annotated[str, Literal["small", "large"]]


def test_an_enum_is_open_in_answers_and_closed_in_requests() -> None:
    response = rt.read(replying(Size), answer(b'{"size":"huge"}'))
    assert (response.data.size, response.mismatches) == ("huge", ())
    assert violations(rt.build, post(Size), (), response.data) == {"size": "one_of"}
