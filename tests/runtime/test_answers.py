"""Answers that match, and every way in which they may not."""

from __future__ import annotations

import copy
import pickle
from typing import Annotated, Literal

import _runtime as rt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime import acme
from runtime.acme import Card, Invoice, Position, Recipient
from runtime.helpers import GOOD, JSON, Caller, answer, get, mismatches, replying


class Account(rt.Model, kw_only=True):
    id: Annotated[int, rt.Limits(minimum=10)]
    name: str | None
    rate: float | rt.UnsetType = rt.UNSET
    active: bool | rt.UnsetType = rt.UNSET
    tags: list[str] | rt.UnsetType = rt.UNSET
    labels: dict[str, int] | rt.UnsetType = rt.UNSET
    at: Position | rt.UnsetType = rt.UNSET
    either: int | str | rt.UnsetType = rt.UNSET


ACCOUNT = replying(Account)


def account(members: str) -> rt.Response[Account]:
    body = '{"id":1,"name":"n"' + (f",{members}" if members else "") + "}"
    return rt.read(ACCOUNT, answer(body.encode()))


def test_what_matches() -> None:
    response = acme.read_update_recipient(answer(GOOD, x_request_id="r-1"))
    assert response.mismatches == ()
    assert response.data.recipient.kind == "billing"
    assert response.data.recipient.age is rt.UNSET
    assert (response.status, response.raw) == (200, GOOD)
    assert response.request_id == "r-1"
    assert response.headers["Content-Type"] == "application/json"


def test_limits_are_not_enforced_on_answers() -> None:
    assert account("").mismatches == ()


def test_unknown_members_and_values_pass() -> None:
    raw = GOOD.replace(b"billing", b"brand-new").replace(b'"id"', b'"new":1,"id"')
    response = acme.read_update_recipient(answer(raw))
    assert response.mismatches == ()
    assert response.data.recipient.kind == "brand-new"


@pytest.mark.parametrize(
    ("members", "name", "value", "found"),
    [
        ('"rate":1', "rate", 1.0, []),
        ('"id":2.0', "id", 2, []),
        ('"either":"x"', "either", "x", []),
        ('"either":7', "either", 7, []),
        ('"id":2.5', "id", None, [("$.id", "type")]),
        ('"id":"2"', "id", None, [("$.id", "type")]),
        ('"id":true', "id", None, [("$.id", "type")]),
        ('"id":null', "id", None, [("$.id", "null")]),
        ('"name":1', "name", None, [("$.name", "type")]),
        ('"name":null', "name", None, []),
        ('"rate":"1"', "rate", rt.UNSET, [("$.rate", "type")]),
        ('"rate":null', "rate", None, [("$.rate", "null")]),
        ('"active":0', "active", rt.UNSET, [("$.active", "type")]),
        ('"tags":{}', "tags", rt.UNSET, [("$.tags", "type")]),
        ('"tags":["a",1]', "tags", ["a", None], [("$.tags[1]", "type")]),
        ('"labels":[]', "labels", rt.UNSET, [("$.labels", "type")]),
        ('"labels":{"a":"1"}', "labels", {"a": None}, [('$.labels["a"]', "type")]),
        ('"at":"x"', "at", rt.UNSET, [("$.at", "type")]),
        ('"at":[]', "at", rt.UNSET, [("$.at", "type")]),
        ('"either":[]', "either", rt.UNSET, [("$.either", "type")]),
        ('"id":2,"id":3', "id", 3, []),
    ],
)
def test_members_that_differ(
    members: str, name: str, value: object, found: list[tuple[str, str]]
) -> None:
    response = account(members)
    assert getattr(response.data, name) == value
    assert mismatches(response) == found


def test_a_member_that_is_missing() -> None:
    response = rt.read(ACCOUNT, answer(b'{"at":{"lat":1}}'))
    assert mismatches(response) == [
        ("$.id", "missing"),
        ("$.name", "missing"),
        ("$.at.lng", "missing"),
    ]
    assert (response.data.id, response.data.at.lat) == (None, 1.0)


def test_wire_names_and_mismatches_tell_no_values() -> None:
    operation = replying(acme.UpdateRecipientRequest)
    response = rt.read(operation, answer(b'{"street-2":{"hunter2":1}}'))
    assert mismatches(response) == [("$['street-2']", "type")]
    assert "hunter2" not in repr(response.mismatches)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"null", "null"),
        (b"[]", "type"),
        (b'"x"', "type"),
        (b"{", "syntax"),
        (b"<html>", "syntax"),
        (b'{"id":1,"name":"n"} x', "syntax"),
        (b"[" * 200_000, "depth"),
        (b'{"x":' * 200_000, "depth"),
        (b'{"id":' + b"[" * 900 + b"]" * 900 + b',"name":"n"}', "type"),
    ],
)
def test_bodies_that_are_no_account(body: bytes, found: str) -> None:
    response = rt.read(ACCOUNT, answer(body))
    assert [kind for _, kind in mismatches(response)] == [found]
    assert response.data is None or response.data.id is None
    assert response.raw == body


def test_numbers_that_json_does_not_know() -> None:
    body = b'{"id":NaN,"name":"n","rate":1e999,"active":true}'
    response = rt.read(ACCOUNT, answer(body))
    assert mismatches(response) == [
        ("$", "syntax"),
        ("$.id", "null"),
        ("$.rate", "null"),
    ]
    assert response.data.active is True
    huge = rt.read(ACCOUNT, answer(b'{"id":%s,"name":"n"}' % (b"9" * 5000)))
    assert mismatches(huge) == [("$", "syntax"), ("$.id", "null")]
    big = rt.read(ACCOUNT, answer(b'{"id":%s,"name":"n"}' % (b"9" * 300)))
    assert big.mismatches == ()
    assert big.data.id == int("9" * 300)
    float_too_big = rt.read(
        ACCOUNT, answer(b'{"id":1,"name":"n","rate":1%s}' % (b"0" * 400))
    )
    assert float_too_big.data.rate in (10**400, None)


def test_byte_order_marks_and_charsets() -> None:
    good = '{"id":1,"name":"é"}'
    bom = rt.read(ACCOUNT, answer(b"\xef\xbb\xbf" + good.encode()))
    assert (bom.data.name, bom.mismatches) == ("é", ())
    latin = answer(
        good.encode("latin-1"), content_type="application/json; charset=latin-1"
    )
    response = rt.read(ACCOUNT, latin)
    assert (response.data.name, mismatches(response)) == ("é", [("$", "charset")])
    unknown = rt.read(ACCOUNT, answer(good.encode("latin-1")))
    assert (unknown.data.name, mismatches(unknown)) == ("\ufffd", [("$", "charset")])
    wide = rt.read(ACCOUNT, answer(good.encode("utf-16")))
    assert (wide.data.name, mismatches(wide)) == ("é", [("$", "charset")])
    for charset in ("zlib", "no-such", "idna", "undefined", '"', "\x00"):
        head = f"application/json; charset={charset}"
        strange = rt.read(ACCOUNT, answer(good.encode("latin-1"), content_type=head))
        assert ("$", "charset") in mismatches(strange)


def test_surrogates_are_listed() -> None:
    response = rt.read(ACCOUNT, answer(b'{"id":1,"name":"\\ud800"}'))
    assert mismatches(response) == [("$", "syntax")]


def test_html_is_no_account() -> None:
    page = answer(
        b"<!doctype html><p>busy</p>", content_type="text/html; charset=utf-8"
    )
    response = rt.read(ACCOUNT, page)
    assert response.data is None
    assert mismatches(response) == [("$", "media-type")]
    assert response.mismatches[0].found == "text/html"


def test_json_under_another_name_is_read_and_listed() -> None:
    body = b'{"id":1,"name":"n"}'
    plain = rt.read(ACCOUNT, answer(body, content_type="text/plain"))
    assert (plain.data.id, mismatches(plain)) == (1, [("$", "media-type")])
    for fine in ("application/problem+json", "Application/JSON;charset=UTF-8", ""):
        assert rt.read(ACCOUNT, answer(body, content_type=fine)).mismatches == ()
    assert rt.read(ACCOUNT, rt.RawResponse(200, rt.Headers(), body)).mismatches == ()
    precise = replying(Account, media_type="application/json; charset=utf-8")
    assert rt.read(precise, answer(body)).mismatches == ()
    unsaid = replying(rt.Json, media_type="application/xml")
    assert rt.read(unsaid, answer(body)).mismatches == ()
    anything = replying(Account, media_type="*/*")
    assert rt.read(anything, answer(body, content_type="text/html")).mismatches == ()


def test_answers_without_a_body() -> None:
    empty = rt.RawResponse(204)
    assert rt.read(acme.UPDATE_RECIPIENT, empty).mismatches == ()
    full = rt.read(acme.UPDATE_RECIPIENT, rt.RawResponse(204, JSON, b"{}"))
    assert full.data is None
    assert mismatches(full) == [("$", "unexpected-body")]
    none = replying(None)
    assert rt.read(none, answer(b"")).mismatches == ()
    assert mismatches(rt.read(none, answer(b"x"))) == [("$", "unexpected-body")]
    head = get(method="HEAD", responses={"200": rt.Reply(Account)})
    assert rt.read(head, answer(b"")).mismatches == ()


@pytest.mark.parametrize(
    ("body", "content_type", "data", "found"),
    [
        (b'{"a":1}', "application/json", {"a": 1}, []),
        (b"", "application/json", None, []),
        (b'{"a":1}', "", {"a": 1}, []),
        ("é".encode(), "text/plain", "é", []),
        ("é".encode("utf-8-sig"), "text/plain", "é", []),
        ("é".encode("latin-1"), "text/plain; charset=latin-1", "é", []),
        ("é".encode("latin-1"), "text/plain; charset=latin-1; format=flowed", "é", []),
        (b"\xe9", "text/plain", "\ufffd", ["charset"]),
        (b"\0\xff", "image/png", b"\0\xff", []),
        (b"<p>", "application/json", None, ["syntax"]),
        (b"null", "application/json", None, []),
        (b'{"a":Infinity}', "application/json", {"a": None}, ["syntax"]),
    ],
)
def test_where_the_document_says_nothing_of_a_body(
    body: bytes, content_type: str, data: object, found: list[str]
) -> None:
    response = rt.read(replying(rt.Json), answer(body, content_type=content_type))
    assert response.data == data
    assert [kind for _, kind in mismatches(response)] == found


def test_text_and_bytes() -> None:
    text = replying(str, media_type="text/csv")
    assert rt.read(text, answer(b"a,b", content_type="text/csv")).data == "a,b"
    page = rt.read(text, answer(b"<p>", content_type="text/html"))
    assert (page.data, mismatches(page)) == ("<p>", [("$", "media-type")])
    image = replying(bytes, media_type="image/*")
    assert rt.read(image, answer(b"\0", content_type="image/png")).mismatches == ()
    assert mismatches(rt.read(image, answer(b"{}"))) == [("$", "media-type")]
    string = replying(str)
    assert rt.read(string, answer(b'"x"')).data == "x"


def test_success_statuses_the_document_does_not_name() -> None:
    body = b'{"id":1,"name":"n"}'
    response = rt.read(ACCOUNT, answer(body, 201))
    assert (response.data.id, mismatches(response)) == (1, [("$", "status")])
    empty = rt.read(ACCOUNT, rt.RawResponse(204))
    assert (empty.data, mismatches(empty)) == (None, [("$", "status")])
    family = get(responses={"2XX": rt.Reply(Account)})
    assert rt.read(family, answer(body, 299)).mismatches == ()
    default = get(responses={"default": rt.Reply(Account)})
    assert rt.read(default, answer(body, 201)).data.id == 1
    see_other = get(responses={"303": rt.Reply(None)})
    assert rt.read(see_other, rt.RawResponse(303)).status == 303


@pytest.mark.parametrize("status", [199, 200, 299, 300, 399, 400])
def test_a_status_that_is_documented_is_a_success_up_to_399(status: int) -> None:
    operation = get(responses={str(status): rt.Reply(None)})
    if 200 <= status < 400:
        response = rt.read(operation, rt.RawResponse(status))
        assert (response.status, response.mismatches) == (status, ())
    else:
        with pytest.raises(rt.StatusError):
            rt.read(operation, rt.RawResponse(status))


def recipient(method: str, **more: str) -> rt.Response[Recipient]:
    extra = "".join(f',"{k}":{v}' for k, v in more.items())
    body = f'{{"id":"1","kind":"x","note":null,"method":{method}{extra}}}'
    return rt.read(replying(Recipient), answer(body.encode()))


def test_discriminated_unions() -> None:
    card = recipient('{"kind":"card","number":"1"}')
    assert card.data.method == Card(kind="card", number="1")
    assert card.mismatches == ()
    assert recipient('{"kind":"inv","x":1}').data.method == Invoice(kind="inv")
    assert recipient("null").data.method is None
    for unknown in ('{"kind":"new"}', "{}", '{"kind":1}', '{"kind":[]}'):
        response = recipient(unknown)
        assert response.data.method is rt.UNSET
        assert mismatches(response) == [("$.method.kind", "discriminator")]
    assert mismatches(recipient('"x"')) == [("$.method", "type")]
    wrong = recipient('{"kind":"card","number":1}')
    assert mismatches(wrong) == [("$.method.number", "type")]
    deep = recipient("null", parent='{"id":"2","kind":"y","note":1}')
    assert isinstance(deep.data.parent, Recipient)
    assert deep.data.parent.id == "2"
    assert mismatches(deep) == [("$.parent.note", "type")]


def test_a_discriminator_of_one_branch() -> None:
    named = rt.Discriminator("kind", {"card": "Card"})
    only = replying(Annotated[Card, named])
    card = rt.read(only, answer(b'{"kind":"card","number":"1"}'))
    assert (card.data, card.mismatches) == (Card(kind="card", number="1"), ())
    other = rt.read(only, answer(b'{"kind":"inv","number":"1"}'))
    assert (other.data, mismatches(other)) == (None, [("$.kind", "discriminator")])


def test_a_text_that_a_union_does_not_list_is_its_other_text() -> None:
    either = replying(list[Literal["a"] | str])
    assert rt.read(either, answer(b'["a","b"]')).mismatches == ()
    response = rt.read(either, answer(b'["a","b",[]]'))
    assert mismatches(response) == [("$[2]", "type")]


@pytest.mark.parametrize("status", [204, 205, 304])
def test_an_answer_without_a_body_lacks_none(status: int) -> None:
    operation = get(responses={str(status): rt.Reply(Account)})
    bare = rt.read(operation, answer(b"", status))
    assert (bare.data, bare.mismatches) == (None, ())


class Empty(rt.Model, kw_only=True):
    note: str | rt.UnsetType = rt.UNSET


def test_unions_without_discriminator_take_the_nearest_branch() -> None:
    either = replying(Card | Invoice | Position | list[int])
    for body, expected in (
        (b'{"kind":"inv","days":1}', Invoice(kind="inv", days=1)),
        (b'{"kind":"card","number":"1"}', Card(kind="card", number="1")),
        (b'{"lat":1,"lng":2}', Position(lat=1.0, lng=2.0)),
        (b"[1]", [1]),
    ):
        response = rt.read(either, answer(body))
        assert (response.data, response.mismatches) == (expected, ())
    assert mismatches(rt.read(either, answer(b"1"))) == [("$", "type")]
    nothing = rt.read(replying(Position | Empty), answer(b"{}"))
    assert (nothing.data, nothing.mismatches) == (Empty(), ())


class Left(rt.Model, kw_only=True):
    kind: Annotated[str, Literal["left"]]
    size: int
    note: str | rt.UnsetType = rt.UNSET


class Right(rt.Model, kw_only=True):
    kind: Annotated[str, Literal["right"]]
    size: str
    place: Position


class Neither(rt.Model, kw_only=True):
    note: str
    other: int


@pytest.mark.parametrize(
    ("body", "nearest"),
    [
        (b'{"kind":"left","size":1}', Left),
        (b'{"kind":"new","size":1}', Left),  # a value of an enum may be new
        (b'{"kind":"right","size":1,"place":{}}', Right),
        (b'{"kind":"left","size":"1"}', Left),
        (b'{"kind":"left"}', Left),
        (b'{"kind":"left","size":1,"place":1}', Left),
        (b'{"kind":1,"note":"a"}', Neither),
        (b'{"kind":"new","note":"a","other":1}', Neither),
        (b'{"size":"1","place":{}}', Right),
        (b'{"a":1,"b":1,"c":1,"d":1,"kind":"right"}', Right),
    ],
)
def test_the_nearest_branch_of_what_fits_none(
    body: bytes, nearest: type[rt.Model]
) -> None:
    for types in (Left | Right | Neither, Neither | Right | Left):
        assert type(rt.read(replying(types), answer(body)).data) is nearest


def test_numbers_and_words_that_a_union_lists() -> None:
    either = replying(Literal["a"] | int | float)
    for body, data in ((b'"a"', "a"), (b"1", 1), (b"1.5", 1.5)):
        response = rt.read(either, answer(body))
        assert (response.data, response.mismatches) == (data, ())
        assert type(response.data) is type(data)


def test_recursion_in_an_answer_never_escapes() -> None:
    body = b'{"id":"1","kind":"x","note":null,"parent":' * 5000
    body += b"null" + b"}" * 5000
    response = rt.read(replying(Recipient), answer(body))
    assert mismatches(response) == [("$", "depth")]
    assert response.data is None


def test_responses_pickle_copy_and_tell_no_secrets() -> None:
    raw = answer(GOOD, x_request_id="r-1", set_cookie="hunter2")
    response = acme.read_update_recipient(raw)
    for twin in (pickle.loads(pickle.dumps(response)), copy.deepcopy(response)):
        assert twin == response
        assert twin.data.recipient.age is rt.UNSET
        assert twin.headers["SET-COOKIE"] == "hunter2"
    assert "hunter2" not in repr(response) + repr(raw) + repr(raw.headers)


def test_headers() -> None:
    pairs = [("Set-Cookie", "a"), ("set-cookie", "b"), ("X", "1")]
    headers = rt.Headers(pairs)
    assert headers["SET-COOKIE"] == "a, b"
    assert headers.get_all("Set-Cookie") == ("a", "b")
    assert list(headers) == ["set-cookie", "x"]
    assert headers == rt.Headers({"set-cookie": "a, b", "X": "1"})
    assert headers != rt.Headers({"set-cookie": "a, b", "X": "2"})
    assert hash(headers) == hash(pickle.loads(pickle.dumps(headers)))
    assert "Set-Cookie" in headers
    assert headers.get("nope") is None
    with pytest.raises(KeyError):
        headers["nope"]


def test_request_ids_fit_in_a_line() -> None:
    response = rt.read(replying(rt.Json), answer(b"", request_id="a\tb" + "c" * 999))
    assert response.request_id == "ab" + "c" * 125


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner)
    | st.dictionaries(
        st.sampled_from(["id", "kind", "method", "note", "parent", "labels"])
        | st.text(),
        inner,
    ),
    max_leaves=30,
)


@given(json_values)
def test_any_json_is_read_without_an_exception(value: object) -> None:
    import json

    response = rt.read(replying(Recipient), answer(json.dumps(value).encode()))
    assert response.data is None or type(response.data) is Recipient
    if response.data is not None and not response.mismatches:
        assert isinstance(response.data.id, str)


@given(st.binary(), st.sampled_from(["application/json", "text/html", "x", "text/;;="]))
def test_any_bytes_are_read_without_an_exception(
    body: bytes, content_type: str
) -> None:
    raw = answer(body, content_type=content_type)
    for operation in (replying(Recipient), replying(rt.Json), acme.UPDATE_RECIPIENT):
        rt.read(operation, raw)


SEVERAL = replying(bytes, media_type="application/pdf", others=("text/plain",))


@pytest.mark.parametrize(
    ("media_type", "found"),
    [
        ("application/pdf", []),
        ("Text/Plain; charset=utf-8", []),
        ("image/png", [("$", "media-type")]),
    ],
)
def test_one_of_several_media_types(
    media_type: str, found: list[tuple[str, str]]
) -> None:
    assert rt.build(SEVERAL, ()).headers["accept"] == "application/pdf, text/plain"
    response = rt.read(SEVERAL, answer(b"%", content_type=media_type))
    assert (response.data, mismatches(response)) == (b"%", found)


@pytest.mark.parametrize(
    ("body", "path", "expected", "found"),
    [
        ('"note":1', "$.recipient.note", "a string or null", "an integer"),
        ('"age":null', "$.recipient.age", "an integer", "null"),
        ('"method":{"days":1}', "$.recipient.method.kind", '"card", "inv"', "nothing"),
        ('"method":{"kind":null}', "$.recipient.method.kind", '"card", "inv"', "null"),
        ('"labels":{"a b":"1"}', '$.recipient.labels["a b"]', "an integer", "a string"),
        (
            '"labels":{"\\ud800":""}',
            '$.recipient.labels["\\ud800"]',
            "an integer",
            "a string",
        ),
    ],
)
def test_what_a_mismatch_says(body: str, path: str, expected: str, found: str) -> None:
    members = '"id":"1","kind":"billing","note":null,' + body
    response = acme.read_update_recipient(
        answer(b'{"recipient":{%s},"extra":1}' % members.encode())
    )
    said = {
        m.path: (m.expected.removeprefix("one of "), m.found)
        for m in response.mismatches
    }
    assert said[path] == (expected, found)


def test_keys_that_are_values_stay_out_of_summaries(caller: Caller) -> None:
    body = b'{"recipient":{"id":"1","kind":"billing","note":null,"labels":{"hunter2":""}},"extra":1}'
    client = caller.client(caller.prepared(answer(body)), on_mismatch="raise")
    operation = replying(acme.UpdateRecipientOKResponse)
    with pytest.raises(rt.ResponseMismatch) as caught:
        caller.call(client, operation)
    assert caught.value.mismatches[0].path == '$.recipient.labels["hunter2"]'
    assert "$.recipient.labels[*] (type)" in str(caught.value)
    assert "hunter2" not in str(caught.value)
