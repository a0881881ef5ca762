"""The quick test of what is sent, held against the list of violations that it spares."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

from types import NoneType
from typing import Annotated, Any, Literal

import _runtime as rt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import defstruct

from runtime.acme import Invoice, Position, UpdateRecipientRequest
from runtime.helpers import get


class Parcel(rt.Model, kw_only=True):
    secret: Annotated[str, rt.WriteOnly(required=True)] | rt.UnsetType = rt.UNSET
    given: Annotated[str | None, rt.ReadOnly()] | rt.UnsetType = rt.UNSET
    inner: Parcel | rt.UnsetType | None = rt.UNSET


TYPES: list[Any] = [
    str,
    Annotated[str, rt.Limits(min_length=2, max_length=3, pattern="^a")],
    Annotated[str, rt.Limits(one_of=("a", "aa"))],
    Annotated[str, Literal["a", "aa"]],
    Literal["a", "aa"],
    Literal["a", 1],
    bool,
    Annotated[bool, rt.Limits(minimum=1)],
    Annotated[bool, rt.Limits(one_of=(True,))],
    int,
    Annotated[int, rt.Limits(minimum=0, multiple_of=2)],
    float,
    Annotated[float, rt.Limits(exclusive_maximum=1)],
    Annotated[int, rt.Limits(min_length=2)],
    list[int],
    Annotated[list[Annotated[str, rt.Limits(max_length=1)]], rt.Limits(unique_items=True, max_items=2)],
    dict[str, int],
    rt.Json,
    NoneType,
    int | str,
    Position,
    Position | Invoice,
    Parcel,
    UpdateRecipientRequest,
]  # fmt: skip

_texts = st.sampled_from(["", "a", "aa", "ab", "aaaa", "b"])
_scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.floats(), _texts, st.just(rt.UNSET)
)
_models = st.one_of(
    st.builds(Position, lat=_scalars, lng=_scalars),
    st.builds(Invoice, kind=_scalars, days=_scalars),
    st.recursive(
        st.builds(Parcel, secret=_scalars, given=_scalars),
        lambda inner: st.builds(Parcel, secret=_texts, inner=inner),
        max_leaves=3,
    ),
    st.builds(
        UpdateRecipientRequest,
        city=_scalars,
        kind=_scalars,
        id=_scalars,
        extra=_scalars,
    ),
)
_values = st.one_of(
    _scalars,
    _models,
    st.lists(_scalars, max_size=3),
    st.dictionaries(_texts, _scalars, max_size=2),
)


def _violations(shape: rt._Shape, value: object) -> list[rt.Violation]:
    found: list[rt.Violation] = []
    rt._check(shape, value, "", found)
    return found


@given(st.sampled_from(TYPES), st.booleans(), _values)
def test_nothing_passes_that_has_violations(
    type_: Any, nullable: bool, value: object
) -> None:
    shape = rt._shape(type_ | None if nullable else type_)
    if rt._good(shape)(value):
        assert _violations(shape, value) == []


class Usual(rt.Model, kw_only=True):
    id: Annotated[str, rt.Limits(min_length=2, max_length=3, pattern="^a")]
    kind: Literal["a", "b"] | rt.UnsetType = rt.UNSET
    note: str | rt.UnsetType | None = rt.UNSET
    secret: Annotated[str, rt.WriteOnly(required=True)] | rt.UnsetType = rt.UNSET


@pytest.mark.parametrize(
    ("type_", "values"),
    [
        (str, ["", "a", "é" * 99]),
        (Annotated[str, rt.Limits(min_length=2, max_length=3)], ["ab", "abc"]),
        (Annotated[str, rt.Limits(pattern="^a", format="email")], ["a@b.c"]),
        (Annotated[str, Literal["a", "b"]], ["a", "b"]),
        (Literal["a", "b"], ["a", "b"]),
        (Literal["a"] | None, ["a", None]),
        (bool, [True, False]),
        (bool | None, [True, None]),
        (int, [0, -(10**30)]),
        (Annotated[int, rt.Limits(minimum=0, multiple_of=2)], [0, 4]),
        (float, [0, -1, 0.5]),
        (Annotated[float, rt.Limits(exclusive_maximum=1)], [0, 0.5]),
        (list[int], [[], [1, 2]]),
        (Annotated[list[str], rt.Limits(unique_items=True, max_items=2)], [["a", "b"]]),
        (list[Usual] | None, [[], [Usual(id="ab", secret="")], None]),
        (
            Usual,
            [
                Usual(id="ab", secret="s"),
                Usual(id="abc", kind="a", note="n", secret="s"),
                Usual(id="ab", note=None, secret="s"),
            ],
        ),
        (Annotated[Position, rt.Limits(min_properties=2)], [Position(lat=1, lng=2)]),
    ],
)
def test_what_is_usual_passes(type_: Any, values: list[object]) -> None:
    good = rt._good(rt._shape(type_))
    assert [value for value in values if not good(value)] == []


@pytest.mark.parametrize(
    ("location", "style", "value", "text"),
    [
        ("query", None, "a-b_c~1.x", "c=a-b_c~1.x"),
        ("query", None, 12, "c=12"),
        ("query", None, True, "c=true"),
        ("query", None, "a b", None),
        ("query", None, "", None),
        ("query", None, 1.5, None),
        ("query", None, -1, "c=-1"),
        pytest.param("query", None, 10**5000, None, id="huge"),
        ("query", "deepObject", "a", None),
        ("path", None, "a", "a"),
        ("path", None, ".a", None),
        ("path", "label", "a", ".a"),
        ("path", "matrix", "a", ";c=a"),
        ("header", None, "a", "a"),
        ("cookie", None, False, "c=false"),
    ],
)
def test_words_are_written_at_once(
    location: rt.Location, style: rt.Style | None, value: object, text: str | None
) -> None:
    writer = rt._Writer(rt.Parameter("c", location, str | int | bool, style))
    of: Any = type(value)
    writer.good = rt._good(rt._shape(of))
    writer.good = rt._no if style == "deepObject" else writer.good
    assert writer.word(value) == text


def test_answers_that_leave_no_question_are_read_at_once() -> None:
    body, bare, text = rt.Reply(Position), rt.Reply(None), rt.Reply(str, None, "a/b")
    replies = {"200": body, "201": body, "202": bare, "203": text, "204": body}
    replies |= {"206": rt.Reply(Parcel), "2XX": body, "404": body, "302": body}
    due = Annotated[str, rt.ReadOnly(required=True)] | rt.UnsetType
    replies["207"] = rt.Reply(defstruct("Due", [("a", due, rt.UNSET)]))
    replies["208"] = rt.Reply(Position, rt.Conflict)
    found = rt._plan(get(responses=replies)).decoders
    assert {status for status, decoder in found.items() if decoder} == {200, 201, 206}
    failing = get(responses=replies, failure=rt.Failure(("a",), 1))
    assert rt._plan(failing).decoders == {}
    assert rt._plan(get(responses=replies, method="HEAD")).decoders == {}
