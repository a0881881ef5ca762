"""What violations and mismatches say: the document's limits and what was found, no values."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

from typing import Annotated, Any, Literal

import _runtime as rt
import pytest

from runtime.acme import Card, Invoice, Position
from runtime.helpers import answer, get, post, replying

L = rt.Limits
NINE = tuple("abcdefghi")


@pytest.mark.parametrize(
    ("type_", "value", "rule", "message"),
    [
        (Annotated[str, L(min_length=2)], "a", "min_length", "at least 2 characters, got 1"),
        (Annotated[str, L(max_length=1)], "ab", "max_length", "at most 1 character, got 2"),
        (Annotated[str, L(pattern="^a$")], "b", "pattern", "must match ^a$"),
        (Annotated[str, L(format="uuid")], "b", "format", "must be a valid uuid"),
        (Annotated[int, L(format="int32")], 2**31, "format", "must be a valid int32"),
        (Annotated[int, L(minimum=1)], 0, "minimum", "at least 1"),
        (Annotated[float, L(maximum=2.5)], 3, "maximum", "at most 2.5"),
        (Annotated[int, L(exclusive_minimum=0)], 0, "exclusive_minimum", "more than 0"),
        (Annotated[int, L(exclusive_maximum=5)], 5, "exclusive_maximum", "less than 5"),
        (Annotated[int, L(multiple_of=7)], 8, "multiple_of", "must be a multiple of 7"),
        (Annotated[list[int], L(min_items=1)], [], "min_items", "at least 1 item, got 0"),
        (Annotated[list[int], L(max_items=2)], [1, 2, 3], "max_items", "at most 2 items, got 3"),
        (Annotated[list[int], L(unique_items=True)], [1, 1], "unique_items", "items must be unique"),
        (Annotated[dict[str, int], L(min_properties=2)], {"a": 1}, "min_properties", "at least 2 members, got 1"),
        (Annotated[dict[str, int], L(max_properties=1)], {"a": 1, "b": 1}, "max_properties", "at most 1 member, got 2"),
        (Annotated[rt.Json, L(one_of=(1, "a", None))], 2, "one_of", 'must be one of 1, "a", null'),
        (Annotated[str, rt.Const("a")], "b", "one_of", 'must be one of "a"'),
        (Literal["a", 1], "b", "enum", 'must be one of "a", 1'),
        (Literal[NINE[:8]], "x", "enum", 'must be one of "a", "b", "c", "d", "e", "f", "g", "h"'),
        (Literal[NINE], "x", "enum", 'must be one of "a", "b", "c", "d", "e", "f", "g", "h", ... (9 values)'),
        (str, None, "null", "must be a string, got null"),
        (str, 1, "type", "must be a string, got int"),
        (int, "a", "type", "must be an integer, got str"),
        (float, "a", "type", "must be a number, got str"),
        (float, float("nan"), "type", "must be a number, got a number that JSON can't express"),
        (bool, 1, "type", "must be a boolean, got int"),
        (None, 1, "type", "must be null, got int"),
        (list[int], 1, "type", "must be an array, got int"),
        (dict[str, int], [], "type", "must be an object, got list"),
        (Position, {}, "type", "must be an object (Position), got dict"),
        (int | str, [], "type", "must be an integer or a string, got list"),
        (rt.Json, object(), "type", "must be any JSON value, got object"),
        (list[rt.FilePart], ["a"], "type", "must be a file, got str"),
        (list[bytes], ["a"], "type", "must be bytes, got str"),
        (dict[str, int], {1: 1}, "type", "names must be strings"),
        (Annotated[Card | Invoice, rt.Discriminator("kind", {"inv": "Card"})], Invoice(kind="inv"), "discriminator", "does not say Invoice"),
    ],
)  # fmt: skip
def test_what_a_violation_says(
    type_: Any, value: object, rule: str, message: str
) -> None:
    with pytest.raises(rt.RequestInvalid) as caught:
        rt.build(post(type_), (), value)
    assert [(v.rule, v.message) for v in caught.value.violations] == [(rule, message)]


KNOWN: rt.Operation[Any] = get(
    responses={"200": rt.Reply(int), "201": rt.Reply(int), "404": rt.Reply(int)}
)
TEXT = replying(str, media_type="text/plain")
DEEP = b"[" * 100_000


@pytest.mark.parametrize(
    ("operation", "status", "body", "media_type", "found"),
    [
        (replying(None), 200, b"ab", "", ("$", "unexpected-body", "no body", "2 bytes")),
        (replying(int), 200, b"", "", ("$", "empty", "a JSON body", "an empty body")),
        (replying(int), 200, b"x", "", ("$", "syntax", "JSON", "1 bytes that are not")),
        (replying(rt.Json), 200, b'"\\ud800"', "", ("$", "syntax", "JSON", "an illegal string")),
        (replying(rt.Json), 200, b"[NaN,-Infinity,NaN]", "", ("$", "syntax", "JSON", "NaN, -Infinity")),
        (replying(rt.Json), 200, b"1" * 5000, "", ("$", "syntax", "JSON", "a huge integer")),
        (replying(rt.Json), 200, b"1e999", "", ("$", "syntax", "JSON", "a huge number")),
        (replying(rt.Json), 200, DEEP, "", ("$", "depth", "JSON that can be read", "too deep a nesting")),
        (replying(str), 200, b'"\xe9"', "", ("$", "charset", "utf-8", "other bytes")),
        (replying(int), 200, "1".encode("utf-16-le"), "", ("$", "charset", "utf-8", "utf-16-le")),
        (replying(int), 200, b"1", "text/html", ("$", "media-type", "application/json", "text/html")),
        (replying(int), 200, b"1", "text/\xe9", ("$", "media-type", "application/json", "another")),
        (replying(int), 200, b"1", "x" * 99, ("$", "media-type", "application/json", "x" * 80)),
        (replying(int, media_type="a/xml"), 200, b"1", "application/json", ("$", "media-type", "a/xml", "application/json")),
        (TEXT, 200, b"\xe9", "text/plain", ("$", "charset", "utf-8", "other bytes")),
        (TEXT, 200, b"\xe9", f"text/plain; charset={'x' * 50}", ("$", "charset", "x" * 40, "other bytes")),
        (KNOWN, 202, b"1", "", ("$", "status", "200, 201", "202")),
        (replying(int | None), 200, b"[]", "", ("$", "type", "an integer or null", "an array")),
        (replying(list[int]), 200, b"{}", "", ("$", "type", "an array", "an object")),
        (replying(dict[str, int]), 200, b"1.5", "", ("$", "type", "an object", "a number")),
        (replying(dict[str, int]), 200, b'{"a":null}', "", ('$["a"]', "null", "an integer", "null")),
        (replying(list[bool]), 200, b"[1]", "", ("$[0]", "type", "a boolean", "an integer")),
        (replying(Literal["a"]), 200, b'"b"', "", ("$", "const", 'one of "a"', "another value")),
        (replying(Annotated[int, rt.Const(1)]), 200, b"2", "", ("$", "const", "1", "another value")),
        (replying(Card | Invoice), 200, b"1", "", ("$", "type", "an object (Card) or an object (Invoice)", "an integer")),
        (replying(dict[str, int]), 200, b'{"%s":true}' % (b"a" * 99), "", (f'$["{"a" * 80}"]', "type", "an integer", "a boolean")),
    ],
)  # fmt: skip
def test_what_a_mismatch_says(
    operation: rt.Operation[Any],
    status: int,
    body: bytes,
    media_type: str,
    found: tuple[str, str, str, str],
) -> None:
    said = answer(body, status, content_type=media_type)
    assert rt.read(operation, said).mismatches == (rt.Mismatch(*found),)
