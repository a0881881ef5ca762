"""Objects with members that the document doesn't name, and constants of any type."""

from __future__ import annotations

from typing import Annotated

import _runtime as rt
import msgspec
import pytest

from runtime.helpers import answer, mismatches, post, replying, violations, wrong


class Tags(rt.OpenModel, kw_only=True):
    id: str
    street: str | rt.UnsetType = msgspec.field(name="street-1", default=rt.UNSET)
    additional_properties: (
        dict[str, Annotated[int, rt.between(1, 9)]] | rt.UnsetType
    ) = rt.UNSET


class Seen(rt.OpenModel, kw_only=True):
    id: str
    additional_properties: dict[str, rt.Json]


class Order(rt.Model, kw_only=True):
    tags: list[Tags]


@pytest.mark.parametrize(
    ("tags", "sent"),
    [
        (Tags(id="a"), b'{"tags":[{"id":"a"}]}'),
        (
            Tags(id="a", street="b", additional_properties={"c": 1, "d-e": 9}),
            b'{"tags":[{"id":"a","street-1":"b","c":1,"d-e":9}]}',
        ),
        (Tags(id="a", additional_properties={}), b'{"tags":[{"id":"a"}]}'),
    ],
)
def test_more_members_are_sent_beside_the_named_ones(tags: Tags, sent: bytes) -> None:
    assert rt.build(post(Order), (), Order(tags=[tags])).body == sent


def test_more_members_are_sent_in_a_form() -> None:
    form = post(Tags, media_type="application/x-www-form-urlencoded")
    body = Tags(id="a", additional_properties={"b c": 2})
    assert rt.build(form, (), body).body == b"id=a&b%20c=2"


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({"c": 10}, {"tags[0].c": "maximum"}),
        ({"c": wrong("x")}, {"tags[0].c": "type"}),
        ({"street-1": 1}, {"tags[0].street-1": "additional_properties"}),
        ({wrong(1): 1}, {"tags[0]": "type"}),
        (wrong([]), {"tags[0]": "type"}),
    ],
)
def test_what_is_wrong_with_them(more: dict[str, int], found: dict[str, str]) -> None:
    body = Order(tags=[Tags(id="a", additional_properties=more)])
    assert violations(rt.build, post(Order), (), body) == found


@pytest.mark.parametrize(
    ("body", "data", "found"),
    [
        (b'{"id":"a"}', Tags(id="a"), []),
        (
            b'{"id":"a","c":3,"additional_properties":10}',
            Tags(id="a", additional_properties={"c": 3, "additional_properties": 10}),
            [],
        ),
        (
            b'{"id":"a","c-d":"x"}',
            Tags(id="a", additional_properties={"c-d": wrong(None)}),
            [('$["c-d"]', "type")],
        ),
    ],
)
def test_what_is_received(
    body: bytes, data: Tags, found: list[tuple[str, str]]
) -> None:
    response = rt.read(replying(Tags), answer(body))
    assert (response.data, mismatches(response)) == (data, found)


def test_an_answer_always_has_its_mapping() -> None:
    assert rt.read(replying(Seen), answer(b'{"id":"a"}')).data == Seen(
        id="a", additional_properties={}
    )
    data = rt.read(replying(list[Seen]), answer(b'[{"id":"a","b":{"c":[1]}}]')).data
    assert data[0].additional_properties == {"b": {"c": [1]}}


def test_the_number_of_members_counts_all() -> None:
    few = post(Annotated[Tags, rt.Limits(min_properties=2, max_properties=3)])
    more = Tags(id="a", additional_properties={"b": 1, "c": 1, "d": 1})
    assert violations(rt.build, few, (), more) == {"body": "max_properties"}
    assert violations(rt.build, few, (), Tags(id="a")) == {"body": "min_properties"}
    assert rt.build(few, (), Tags(id="a", street="b")).body is not None


class Fixed(rt.Model, kw_only=True):
    rate: Annotated[float, rt.Const(1.5)]
    both: Annotated[list[int], rt.Const((1, 2))] | rt.UnsetType = rt.UNSET
    on: Annotated[bool, rt.Const(True)] | rt.UnsetType = rt.UNSET


class Plain(rt.Model, kw_only=True):
    id: str
    name: str | rt.UnsetType = rt.UNSET


def test_a_model_of_a_number_of_members_is_held_to_it_wherever_it_stands() -> None:
    least = Annotated[Plain, rt.Limits(min_properties=2)]
    assert violations(rt.build, post(list[least]), (), [Plain(id="a")]) == {
        "body[0]": "min_properties"
    }
    assert rt.build(post(least), (), Plain(id="a", name="b")).body is not None


def test_constants_of_any_type_are_sent_alone_and_found_out_in_answers() -> None:
    sent = Fixed(rate=1.5, both=[1, 2], on=True)
    assert (
        rt.build(post(Fixed), (), sent).body == b'{"rate":1.5,"both":[1,2],"on":true}'
    )
    other = Fixed(rate=2.5, both=[1], on=False)
    assert violations(rt.build, post(Fixed), (), other) == {
        "rate": "one_of",
        "both": "one_of",
        "on": "one_of",
    }
    told = answer(b'{"rate":2.5,"both":[1],"on":false}')
    response = rt.read(replying(Fixed), told)
    assert response.data == other
    assert mismatches(response) == [
        ("$.rate", "const"),
        ("$.both", "const"),
        ("$.on", "const"),
    ]
    assert rt.read(replying(Fixed), answer(b'{"rate":1.5}')).mismatches == ()


def test_values_of_several_types_are_listed() -> None:
    listed = post(Annotated[float | str, rt.Limits(one_of=(1.5, "a"))])
    assert rt.build(listed, (), 1.5).body == b"1.5"
    assert violations(rt.build, listed, (), "b") == {"body": "one_of"}
