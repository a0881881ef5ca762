"""The quick test of what is sent, held against the list of violations that it spares."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

from types import NoneType
from typing import Annotated, Any, Literal

import _runtime as rt
from hypothesis import given
from hypothesis import strategies as st

from runtime.acme import Invoice, Position, UpdateRecipientRequest


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


def test_what_is_usual_passes() -> None:
    position = Position(lat=1, lng=2.5)
    usual = UpdateRecipientRequest(city="Oslo", position=position, kind="a")
    assert rt._good(rt._shape(UpdateRecipientRequest))(usual)
    assert rt._good(rt._shape(list[Position]))([position])
    assert not rt._good(rt._shape(UpdateRecipientRequest))(
        UpdateRecipientRequest(city="O")
    )
