"""Documented headers as attributes of answers and errors; what they say of a rate limit."""

from __future__ import annotations

import pickle
from typing import Annotated, Any, Literal

import _runtime as rt
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.helpers import Caller, answer, get, mismatches


class Spot(rt.Model, kw_only=True):
    lat: float
    name: str


class Busy(rt.TooManyRequests):
    error: rt.Json
    wait: int | None


class Told(rt.Response[Any], frozen=True, kw_only=True):
    total: int
    kind: str | None


class ToldPage(rt.ResponsePage[list[int], int], frozen=True, kw_only=True):
    total: int


HEADERS = (
    rt.Header("total", "X-Total", int, required=True),
    rt.Header("kind", "X-Kind", Annotated[str, Literal["a", "b"]]),
)
WAIT = rt.Header("wait", "Retry-After", int, required=True)
LIST: rt.Operation[Told] = rt.Operation(
    name="list",
    method="GET",
    path="/x",
    responses={
        "200": rt.Reply(rt.Json, headers=HEADERS),
        "202": rt.Reply(rt.Json, headers=HEADERS[1:]),
        "429": rt.Reply(rt.Json, Busy, headers=(WAIT,)),
    },
    answer=Told,
)


def one(type_: object, text: str, **more: Any) -> tuple[object, list[tuple[str, str]]]:
    """The value of one header, and what is wrong with it."""
    header = rt.Header("kind", "X-Kind", type_, **more)
    operation: rt.Operation[Told] = rt.Operation(
        name="x",
        method="GET",
        path="/x",
        responses={"200": rt.Reply(rt.Json, headers=(header,))},
        answer=Told,
    )
    told: Any = rt.read(operation, answer(b"1", x_kind=text))
    return told.kind, mismatches(told)


@pytest.mark.parametrize(
    ("type_", "text", "value"),
    [
        (str, "12", "12"),
        (str, "", ""),
        (str, "a, b", "a, b"),
        (int, "12", 12),
        (int, " 12 ", 12),
        (int, "12.0", 12),
        (float, "1.5", 1.5),
        (float, "2", 2.0),
        (bool, "true", True),
        (bool, "false", False),
        (None, "null", None),
        (int | None, "null", None),
        (rt.Json, "12", "12"),
        (Annotated[str, Literal["1"]], "2", "2"),
        (Literal[1, 2], "2", 2),
        (Literal["1", 1], "1", "1"),
        (int | str, "12", 12),
        (int | str, "x", "x"),
        (list[int], "1, 2,3", [1, 2, 3]),
        (list[int], "", []),
        (list[str], "a,b", ["a", "b"]),
        (dict[str, int], "a,1,b,2", {"a": 1, "b": 2}),
        (Spot, "lat,1.5,name,2", Spot(lat=1.5, name="2")),
    ],
)
def test_a_header_is_read_as_its_type(type_: object, text: str, value: object) -> None:
    found, problems = one(type_, text)
    assert (found, type(found), problems) == (value, type(value), [])


def test_an_exploded_object_has_equal_signs() -> None:
    found, problems = one(Spot, "lat=1.5, name=a=b", explode=True)
    assert (found, problems) == (Spot(lat=1.5, name="a=b"), [])


@pytest.mark.parametrize(
    ("type_", "text", "value", "path"),
    [
        (int, "", None, "header.X-Kind"),
        (int, "12a", None, "header.X-Kind"),
        (int, "1.5", None, "header.X-Kind"),
        (int, "1,2", None, "header.X-Kind"),
        (float, "NaN", None, "header.X-Kind"),
        (bool, "True", None, "header.X-Kind"),
        (bool, "1", None, "header.X-Kind"),
        (list[int], "1,x", [1, None], "header.X-Kind[1]"),
        (Literal[1, 2], "one", None, "header.X-Kind"),
    ],
)
def test_an_ill_typed_header_is_a_mismatch(
    type_: object, text: str, value: object, path: str
) -> None:
    assert one(type_, text) == (value, [(path, "type")])


def test_a_required_header_that_is_missing_is_a_mismatch() -> None:
    told: Any = rt.read(LIST, answer(b"[]"))
    assert (type(told), told.total, told.kind) == (Told, None, None)
    assert mismatches(told) == [("header.X-Total", "missing")]


def test_each_status_has_its_own_headers() -> None:
    told: Any = rt.read(LIST, answer(b"[]", 202, x_total="7", x_kind="b"))
    assert (told.total, told.kind, told.mismatches) == (None, "b", ())


def test_a_status_that_is_not_listed_has_the_headers_of_all_others() -> None:
    replies = {"default": rt.Reply(rt.Json, headers=HEADERS), "4XX": rt.Reply(rt.Json)}
    operation = msgspec.structs.replace(LIST, responses=replies)
    told: Any = rt.read(operation, answer(b"[]", 203, x_total="7"))
    assert (told.total, told.kind, told.mismatches) == (7, None, ())


def test_an_undocumented_status_types_no_header() -> None:
    told: Any = rt.read(LIST, answer(b"[]", 203, x_total="7"))
    assert (type(told), told.total, told.headers["x-total"]) == (Told, None, "7")


def test_an_error_has_the_headers_of_its_status() -> None:
    with pytest.raises(Busy) as caught:
        rt.read(LIST, answer(b"{}", 429, retry_after="3"))
    error = pickle.loads(pickle.dumps(caught.value))
    assert (error.wait, error.retry_after, error.mismatches) == (3, 3.0, ())
    with pytest.raises(Busy) as caught:
        rt.read(LIST, answer(b"{}", 429, retry_after="soon"))
    assert caught.value.wait is None
    assert [m.path for m in caught.value.mismatches] == ["header.Retry-After"]


def test_a_failure_in_a_success_has_none_of_them() -> None:
    failure = rt.Failure(("ok",), False, ("status",))
    operation = get(responses=LIST.responses, failure=failure)
    with pytest.raises(Busy) as caught:
        rt.read(operation, answer(b'{"ok":false,"status":429}'))
    assert (caught.value.wait, caught.value.mismatches) == (None, ())


def test_a_client_warns_or_raises(caller: Caller) -> None:
    prepared = answer(b"[]", x_total="many")
    client = caller.client(caller.prepared(prepared))
    told: Any = caller.call(client, LIST)
    assert (type(told), mismatches(told)) == (Told, [("header.X-Total", "type")])
    strict = caller.client(caller.prepared(prepared), on_mismatch="raise")
    with pytest.raises(rt.ResponseMismatch, match=r"header\.X-Total"):
        caller.call(strict, LIST)


def test_a_page_has_headers_too() -> None:
    operation: rt.Operation[ToldPage] = rt.Operation(
        name="list",
        method="GET",
        path="/x",
        responses={"200": rt.Reply(list[int], headers=HEADERS[:1])},
        pagination=rt.Pagination("link"),
        answer=ToldPage,
    )
    told: Any = rt.read(operation, answer(b"[1,2]", x_total="7"))
    assert (type(told), told.total, told.items) == (ToldPage, 7, [1, 2])
    assert pickle.loads(pickle.dumps(told)) == told


@given(st.text(), st.sampled_from([int, float, bool, str, list[int], Spot, int | str]))
def test_no_text_breaks_the_reader(text: str, type_: object) -> None:
    value, problems = one(type_, text)
    assert value is not None or problems


class Limited(rt.Response[Any], frozen=True, kw_only=True):
    rate_limit: rt.RateLimitState


def limited(**headers: Any) -> rt.RateLimitState:
    operation: rt.Operation[Limited] = rt.Operation(
        name="x",
        method="GET",
        path="/x",
        responses={"200": rt.Reply(rt.Json)},
        rate_limit=("X-Limit", None, "X-Reset"),
        answer=Limited,
    )
    told = rt.read(operation, answer(b"1", **headers))
    assert isinstance(told, Limited)
    with pytest.raises(rt.TooManyRequests) as caught:
        rt.read(operation, answer(b"", 429, **headers))
    assert caught.value.rate_limit == told.rate_limit
    assert told.mismatches == ()
    return told.rate_limit


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("100", 100),
        ("0", 0),
        (" 7 ", 7),
        ("1700000000.25", 1700000000.25),
        ("100, 100;w=60", 100),
        ("10;w=1", 10),
        ("", None),
        ("-1", None),
        ("many", None),
        ("1e3", None),
        ("12 requests", None),
        ("Sun, 06 Nov 1994 08:49:37 GMT", None),
        ("9" * 400, None),
    ],
)
def test_a_rate_limit_is_numbers_or_none(text: str, number: float | None) -> None:
    found = limited(x_limit=text)
    assert found == rt.RateLimitState(number, None, None)
    assert type(found.limit) is type(number)


def test_a_rate_limit_that_no_header_tells() -> None:
    assert limited() == rt.RateLimitState(None, None, None)
    with pytest.raises(rt.TooManyRequests) as caught:
        rt.read(get(), answer(b"", 429, x_limit="1"))
    assert caught.value.rate_limit is None
