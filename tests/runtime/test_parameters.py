"""What parameters look like on the wire, and what is refused."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote

import _runtime as rt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime import acme
from runtime.helpers import ULID, get, violations, wrong


class Color(rt.Model, kw_only=True):
    R: int
    G: int | rt.UnsetType = rt.UNSET
    B: int | rt.UnsetType = rt.UNSET


class Letter(str, enum.Enum):  # noqa: UP042  (the kind that str() doesn't unwrap)
    A = "a"


LIST, COLOR = ["blue", "black"], Color(R=100, B=50)


def url(
    value: object, location: rt.Location, type_: object = rt.Json, **style: Any
) -> str:
    path = "/x/{c}" if location == "path" else "/x"
    operation = get(path, rt.Parameter("c", location, type_, **style))
    return rt.build(operation, (value,)).url


# The tables of RFC 6570, section 3.2, and of OpenAPI 3.1, "Style Examples".
@pytest.mark.parametrize(
    ("style", "explode", "value", "expected"),
    [
        ("simple", False, "a b", "a%20b"),
        ("simple", False, LIST, "blue,black"),
        ("simple", True, LIST, "blue,black"),
        ("simple", False, COLOR, "R,100,B,50"),
        ("simple", True, COLOR, "R=100,B=50"),
        ("simple", False, {"a": True}, "a,true"),
        ("label", False, "blue", ".blue"),
        ("label", False, LIST, ".blue,black"),
        ("label", True, LIST, ".blue.black"),
        ("label", False, COLOR, ".R,100,B,50"),
        ("label", True, COLOR, ".R=100.B=50"),
        ("matrix", False, "blue", ";c=blue"),
        ("matrix", False, LIST, ";c=blue,black"),
        ("matrix", True, LIST, ";c=blue;c=black"),
        ("matrix", False, COLOR, ";c=R,100,B,50"),
        ("matrix", True, COLOR, ";R=100;B=50"),
    ],
)
def test_path_styles(
    style: rt.Style, explode: bool, value: object, expected: str
) -> None:
    assert url(value, "path", style=style, explode=explode) == f"/x/{expected}"


@pytest.mark.parametrize(
    ("style", "explode", "value", "expected"),
    [
        ("form", True, "a b&c", "c=a%20b%26c"),
        ("form", True, "", "c="),
        ("form", True, LIST, "c=blue&c=black"),
        ("form", False, LIST, "c=blue,black"),
        ("form", False, ["a,b", "c"], "c=a%2Cb,c"),
        ("form", True, COLOR, "R=100&B=50"),
        ("form", False, COLOR, "c=R,100,B,50"),
        ("spaceDelimited", False, LIST, "c=blue%20black"),
        ("spaceDelimited", True, LIST, "c=blue&c=black"),
        ("pipeDelimited", False, LIST, "c=blue%7Cblack"),
        ("pipeDelimited", False, COLOR, "c=R%7C100%7CB%7C50"),
        ("deepObject", True, COLOR, "c%5BR%5D=100&c%5BB%5D=50"),
        ("deepObject", True, {"a]": "&"}, "c%5Ba%5D%5D=%26"),
    ],
)
def test_query_styles(
    style: rt.Style, explode: bool, value: object, expected: str
) -> None:
    assert url(value, "query", style=style, explode=explode) == f"/x?{expected}"


@pytest.mark.parametrize(
    ("value", "explode", "expected"),
    [
        ("a", False, "a"),
        (LIST, False, "blue,black"),
        (COLOR, False, "R,100,B,50"),
        (COLOR, True, "R=100,B=50"),
        (12, False, "12"),
        (LIST, True, "blue,black"),
    ],
)
def test_header_style(value: object, explode: bool, expected: str) -> None:
    operation = get("/x", rt.Parameter("X-C", "header", rt.Json, explode=explode))
    assert rt.build(operation, (value,)).headers["x-c"] == expected


def test_cookies_share_one_header() -> None:
    parameters = [rt.Parameter(name, "cookie", rt.Json) for name in ("a", "b")]
    request = rt.build(get("/x", *parameters), ("1; x=2", LIST))
    assert request.headers["cookie"] == "a=1%3B%20x%3D2; b=blue; b=black"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, "true"),
        (False, "false"),
        (Letter.A, "a"),
        (1, "1"),
        (0.1, "0.1"),
        (1e22, "1e22"),
        (2**70, str(2**70)),
        (-1.5, "-1.5"),
        ("é", "%C3%A9"),
        ("~._-", "~._-"),
    ],
)
def test_scalars(value: object, expected: str) -> None:
    assert url(value, "query") == f"/x?c={expected}"
    assert url(value, "path") == f"/x/{expected}"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("location", ["path", "query", "header", "cookie"])
@pytest.mark.parametrize("validate", [True, False])
def test_what_is_no_number_is_refused(
    value: float, location: rt.Location, validate: bool
) -> None:
    path = "/x/{c}" if location == "path" else "/x"
    operation = get(path, rt.Parameter("c", location, float))
    refused = violations(lambda: rt.build(operation, (value,), validate=validate))
    assert refused == {f"{location}.c": "type"}


def test_a_number_too_long_for_text_is_refused() -> None:
    assert violations(lambda: url(10**5000, "query", int)) == {"query.c": "type"}


@pytest.mark.parametrize(
    "value",
    [
        "",
        ".",
        "..",
        "%2e",
        "%2E%2e",
        ".%2e",
        "%2e.",
        [],
        [""],
        [".."],
        {},
        ["a", ".."],
        {"": "a"},
        {"a": "."},
        None,
    ],
)
@pytest.mark.parametrize("style", ["simple", "label", "matrix"])
@pytest.mark.parametrize("validate", [True, False])
def test_path_values_that_could_move_are_refused(
    value: object, style: rt.Style, validate: bool
) -> None:
    operation = get("/x/{c}", rt.Parameter("c", "path", rt.Json, style=style))
    refused = violations(lambda: rt.build(operation, (value,), validate=validate))
    assert refused.keys() == {"path.c"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("../x", "..%2Fx"),
        ("a/b", "a%2Fb"),
        ("..\\x", "..%5Cx"),
        ("...", "..."),
        ("a?b#c", "a%3Fb%23c"),
        ("%2f", "%252f"),
        ("a\r\nb", "a%0D%0Ab"),
    ],
)
def test_path_values_are_one_segment(value: str, expected: str) -> None:
    assert url(value, "path", str) == f"/x/{expected}"


def test_values_that_join_to_dots_are_refused() -> None:
    names = ("a", "b")
    operation = get("/x/{a}.{b}", *(rt.Parameter(n, "path", str) for n in names))
    assert rt.build(operation, ("1", "2")).url == "/x/1.2"
    assert "path.a" in violations(lambda: rt.build(operation, ("", "")))
    label = get("/x/.{a}", rt.Parameter("a", "path", rt.Json))
    assert violations(lambda: rt.build(label, (".",)))


@pytest.mark.parametrize("location", ["path", "query", "header", "cookie"])
@pytest.mark.parametrize("value", [object(), b"a", [[1]], {"a": [1]}])
def test_what_has_no_text_is_refused_unchecked_too(
    location: rt.Location, value: object
) -> None:
    path = "/x/{c}" if location == "path" else "/x"
    operation = get(path, rt.Parameter("c", location, rt.Json))
    refused = violations(lambda: rt.build(operation, (value,), validate=False))
    assert set(refused.values()) == {"type"}
    assert all(at.startswith(f"{location}.c") for at in refused)


def test_what_is_nested_too_deeply_is_refused() -> None:
    value: list[object] = []
    for _ in range(100_000):
        value = [value]
    assert violations(lambda: url(value, "query")) == {"query.c": "depth"}


def test_a_query_of_a_path_template_is_not_reached() -> None:
    operation = get("/x/{c}/y", rt.Parameter("c", "path", str))
    assert rt.build(operation, ("a/../..",)).url == "/x/a%2F..%2F../y"


@pytest.mark.parametrize(
    "value",
    ["a\r\nX: y", "a\nb", "a\rb", "a\0b", " a", "a ", "\ta", "a\x7f", "€", "\ud800"],
)
@pytest.mark.parametrize("validate", [True, False])
def test_header_values_that_inject_are_refused(value: str, validate: bool) -> None:
    operation = get("/x", rt.Parameter("X-C", "header", str))
    refused = violations(lambda: rt.build(operation, (value,), validate=validate))
    assert refused.keys() == {"header.X-C"}


def test_latin_1_and_tabs_inside_are_fine_in_headers() -> None:
    operation = get("/x", rt.Parameter("X-C", "header", str))
    assert rt.build(operation, ("a\té",)).headers["x-c"] == "a\té"


@pytest.mark.parametrize("location", ["query", "header", "cookie"])
def test_absent_null_and_required(location: rt.Location) -> None:
    free = get("/x", rt.Parameter("c", location, str | None))
    for value in (rt.UNSET, None):
        request = rt.build(free, (value,))
        assert (request.url, list(request.headers)) == ("/x", ["accept"])
    strict = get("/x", rt.Parameter("c", location, str, required=True))
    path = f"{location}.c"
    assert violations(lambda: rt.build(strict, (rt.UNSET,))) == {path: "required"}
    assert violations(lambda: rt.build(strict, (None,))) == {path: "null"}
    empty = get("/x", rt.Parameter("c", location, Sequence[str], required=True))
    assert violations(lambda: rt.build(empty, ([],))) == {path: "required"}
    optional = get("/x", rt.Parameter("c", location, Sequence[str]))
    assert rt.build(optional, ([],)).url == "/x"


@pytest.mark.parametrize(
    ("value", "style", "path", "rule"),
    [
        ([None], "form", "query.c[0]", "null"),
        ({"a": None}, "deepObject", "query.c.a", "null"),
        ({"a": {"b": 1}}, "deepObject", "query.c.a", "type"),
        ([[1]], "form", "query.c[0]", "type"),
        (["a", "b"], "deepObject", "query.c", "type"),
        (["a b"], "spaceDelimited", "query.c", "delimiter"),
        (["a|b"], "pipeDelimited", "query.c", "delimiter"),
        (["\ud800"], "form", "query.c[0]", "encoding"),
    ],
)
def test_what_a_style_cannot_say_is_refused(
    value: object, style: rt.Style, path: str, rule: str
) -> None:
    operation = get(
        "/x", rt.Parameter("c", "query", rt.Json, style=style, explode=False)
    )
    refused = violations(lambda: rt.build(operation, (value,), validate=False))
    assert refused == {path: rule}


@pytest.mark.parametrize(("path", "value"), [("/x/%2{c}", "e"), ("/x/%2e%2{c}", "E")])
def test_a_value_does_not_complete_a_segment_that_leads_away(
    path: str, value: str
) -> None:
    operation = get(path, rt.Parameter("c", "path", str))
    assert violations(lambda: rt.build(operation, (value,))) == {"path": "path"}


def test_delimiters_inside_values_are_refused_where_encoding_cannot_hide_them() -> None:
    header = get("/x", rt.Parameter("X-C", "header", Sequence[str]))
    assert violations(lambda: rt.build(header, (["a,b"],))) == {
        "header.X-C": "delimiter"
    }
    assert violations(lambda: url(["a.b", "c"], "path", style="label", explode=True))


def test_all_violations_at_once_with_the_document_in_words() -> None:
    body = acme.UpdateRecipientRequest(
        city="x" * 51, position=acme.Position(lat=wrong("1"), lng=1.0), kind=wrong("c")
    )
    with pytest.raises(rt.RequestInvalid) as caught:
        acme.build_update_recipient(
            True,
            "..",
            identify_by=wrong("name"),
            include=[wrong("a"), "recipient.country"],
            body=body,
        )
    found = {v.path: v.message for v in caught.value.violations}
    assert found["city"] == "at most 50 characters, got 51"
    assert found["position.lat"] == "must be a number, got str"
    assert found["query.include[0]"] == 'must be one of "recipient.country"'
    assert found["query.identify_by"] == 'must be one of "id", "reference_id"'
    assert found["kind"] == 'must be one of "a", "b"'
    assert "path.recipient_id" in found
    text = str(caught.value)
    assert text.startswith("update_recipient PATCH /recipients/{recipient_id}: ")
    assert "\n" not in text


def test_a_str_is_no_sequence() -> None:
    refused = violations(lambda: url("ab", "query", Sequence[Literal["a", "b"]]))
    assert refused == {"query.c": "type"}


def test_nothing_but_the_number_of_values_given_is_accepted() -> None:
    with pytest.raises(ValueError, match="zip"):
        rt.build(acme.UPDATE_RECIPIENT, (ULID,))


scalar_texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(scalar_texts)
def test_path_values_come_back(value: str) -> None:
    try:
        path = url(value, "path", str)
    except rt.RequestInvalid:
        assert value.lower().replace("%2e", ".") in (".", "..")
    else:
        segments = path.split("/")
        assert len(segments) == 3
        assert unquote(segments[2]) == value


@given(st.text(st.characters(exclude_categories=["Cs"])), scalar_texts)
def test_query_values_come_back(value: str, name: str) -> None:
    operation = get("/x", rt.Parameter(name, "query", str))
    query = rt.build(operation, (value,)).url.partition("?")[2]
    assert query.isascii()
    assert parse_qsl(query, keep_blank_values=True) == [(name, value)]


@given(st.lists(scalar_texts, min_size=1), st.booleans())
def test_query_lists_come_back(values: list[str], explode: bool) -> None:
    found = url(values, "query", Sequence[str], explode=explode).partition("?")[2]
    if explode:
        assert [v for _, v in parse_qsl(found)] == values
    else:
        assert [unquote(v) for v in found.removeprefix("c=").split(",")] == values


@given(st.dictionaries(scalar_texts, scalar_texts, min_size=1))
def test_deep_objects_come_back(values: dict[str, str]) -> None:
    found = url(values, "query", rt.Json, style="deepObject").partition("?")[2]
    assert dict(parse_qsl(found)) == {f"c[{k}]": v for k, v in values.items()}


@given(st.text())
def test_headers_never_hold_a_line_end(value: str) -> None:
    operation = get("/x", rt.Parameter("X-C", "header", str))
    try:
        text = rt.build(operation, (value,)).headers["x-c"]
    except rt.RequestInvalid:
        return
    assert text == value == text.strip(" \t")
    assert not set(text) & set("\r\n\0")
    text.encode("latin-1")
