"""Bodies byte for byte, and every limit at its last accepted and first refused value."""

from __future__ import annotations

import contextlib
import copy
import enum
import pickle
import re
from typing import Annotated, Any, Literal

import _runtime as rt
import msgspec
import pytest
from _runtime import UNSET, UnsetType
from hypothesis import given
from hypothesis import strategies as st

from runtime import acme
from runtime.acme import Card, Invoice, Position, UpdateRecipientRequest
from runtime.helpers import ULID, get, post, violations, wrong


def body(value: object, type_: object = rt.Json, **more: Any) -> bytes | None:
    return rt.build(post(type_, **more), (), value).body


@pytest.mark.parametrize(
    ("request_body", "expected"),
    [
        (UpdateRecipientRequest(), None),
        (UpdateRecipientRequest(city=None), b'{"city":null}'),
        (UpdateRecipientRequest(city="Kairo é"), '{"city":"Kairo é"}'.encode()),
        (UpdateRecipientRequest(street_2="x"), b'{"street-2":"x"}'),
        (
            UpdateRecipientRequest(position=Position(lat=21.32, lng=1e22), kind="a"),
            b'{"position":{"lat":21.32,"lng":1e22},"kind":"a"}',
        ),
        (
            UpdateRecipientRequest(method=Invoice(kind="inv"), tags={"a": "b"}),
            b'{"method":{"kind":"inv"},"tags":{"a":"b"}}',
        ),
        (
            UpdateRecipientRequest(extra={"a": [1, None, 0.1, 2**70]}),
            b'{"extra":{"a":[1,null,0.1,1180591620717411303424]}}',
        ),
    ],
)
def test_absent_null_and_set(
    request_body: UpdateRecipientRequest, expected: bytes | None
) -> None:
    request = acme.build_update_recipient(True, ULID, body=request_body)
    assert request.body == expected
    assert ("content-type" in request.headers) is (expected is not None)


def test_a_required_body_is_sent_empty_and_an_absent_one_refused() -> None:
    operation = post(UpdateRecipientRequest)
    assert rt.build(operation, (), UpdateRecipientRequest()).body == b"{}"
    assert violations(lambda: rt.build(operation, ())) == {"body": "required"}
    free = post(UpdateRecipientRequest, body_required=False)
    assert rt.build(free, ()).body is None


def test_bodies_that_are_no_objects() -> None:
    assert body([1, 2], list[int]) == b"[1,2]"
    assert body((1, 2), list[int]) == b"[1,2]"
    assert body(None, int | None) == b"null"
    assert violations(lambda: body([1, "2"], list[int])) == {"body[1]": "type"}
    assert violations(lambda: body({"a": "2"}, dict[str, int])) == {"a": "type"}


FORM = "application/x-www-form-urlencoded"


def test_other_media_types() -> None:
    fields = UpdateRecipientRequest(city="a b&é", street_2="")
    assert body(fields, UpdateRecipientRequest, media_type=FORM) == (
        b"city=a%20b%26%C3%A9&street-2="
    )
    assert body({"a": [1, True], "b": "x"}, media_type=FORM) == b"a=1&a=true&b=x"
    assert body({"a": {"b": 1}, "c": [[1], [2]]}, media_type=FORM) == (
        b"a=%7B%22b%22%3A1%7D&c=%5B%5B1%5D%2C%5B2%5D%5D"
    )
    assert violations(lambda: body({"a": None}, media_type=FORM)) == {"a": "null"}
    assert violations(lambda: body({"a": ["b", None]}, media_type=FORM)) == {
        "a[1]": "null"
    }
    assert body(b"\0\xff", bytes, media_type="application/octet-stream") == b"\0\xff"
    raw = rt.build(post(bytes, "image/png"), (), bytearray(b"a"), validate=False)
    assert raw.body == b"a"
    assert body("é", str, media_type="text/plain") == "é".encode()
    assert violations(lambda: body("é", bytes, media_type="image/png"))
    merge = rt.build(post(rt.Json, "application/merge-patch+json"), (), {"a": None})
    assert merge.body == b'{"a":null}'
    assert merge.headers["content-type"] == "application/merge-patch+json"


class Upload(rt.Model, kw_only=True):
    file: rt.FilePart | Annotated[bytes, rt.Limits(max_length=9)] | UnsetType = UNSET
    more: list[rt.FilePart | bytes] | UnsetType = UNSET
    note: str | UnsetType = UNSET
    tags: list[str] | UnsetType = UNSET
    place: Position | UnsetType = UNSET


def sent_parts(upload: object) -> list[tuple[str | None, str | None, str, bytes]]:
    """The parts of a multipart body, as Python's reader of mail finds them."""
    from email import message_from_bytes

    request = rt.build(post(Upload, "multipart/form-data"), (), upload)
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    found: list[tuple[str | None, str | None, str, bytes]] = []
    message: Any = message_from_bytes(head + (request.body or b""))
    assert not message.defects
    for part in message.get_payload():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        kind = part["content-type"]
        found.append((name, part.get_filename(), str(kind), content))
    return found


def test_multipart() -> None:
    upload = Upload(
        file=rt.FilePart(b"\0\r\n--", 'a"b.png', "image/png"),
        more=[b"1", rt.FilePart(b"2")],
        note="a note",
        tags=["x", "é"],
        place=Position(lat=1.0, lng=2.0),
    )
    octets = "application/octet-stream"
    assert sent_parts(upload) == [
        ("file", "a%22b.png", "image/png", b"\0\r\n--"),
        ("more", "more", octets, b"1"),
        ("more", "file", octets, b"2"),
        ("note", None, "None", b"a note"),
        ("tags", None, "None", b"x"),
        ("tags", None, "text/plain; charset=utf-8", "é".encode()),
        ("place", None, "application/json", b'{"lat":1.0,"lng":2.0}'),
    ]


def test_names_in_a_multipart_body_are_escaped_as_browsers_do() -> None:
    names = {'a"b': "1", "a\r\nb": "2", "a%22b": "3"}
    body = rt.build(post(rt.Json, "multipart/form-data"), (), names).body or b""
    found = re.findall(rb'name="([^"]*)"\r\n\r\n(.)', body)
    assert found == [(b"a%22b", b"1"), (b"a%0D%0Ab", b"2"), (b"a%22b", b"3")]


@pytest.mark.parametrize("kind", ["multipart/form-data", FORM])
def test_a_form_is_an_object(kind: str) -> None:
    for other in ([1], "a", 1, None):
        refused = violations(rt.build, post(rt.Json, kind), (), other, validate=False)
        assert refused == {"body": "type"}


def test_a_file_is_counted_in_bytes() -> None:
    small = Annotated[rt.FilePart | bytes, rt.Limits(min_length=2, max_length=3)]
    operation = post(dict[str, small], "multipart/form-data")
    for good in (rt.FilePart(b"\xc3\xa9"), rt.FilePart(b"123"), b"123"):
        rt.build(operation, (), {"file": good})
    for bad, words in (
        (rt.FilePart(b"1"), "at least 2 bytes, got 1"),
        (rt.FilePart(b"1234"), "at most 3 bytes, got 4"),
        (b"1234", "at most 3 bytes, got 4"),
    ):
        with pytest.raises(rt.RequestInvalid, match=f"^get_x POST /x: file: {words}$"):
            rt.build(operation, (), {"file": bad})


def test_files_stay_files_where_the_rest_becomes_plain() -> None:
    file = rt.FilePart(b"1")
    assert rt.plain({"a": [file, Position(lat=1, lng=2)]}) == {
        "a": [file, {"lat": 1, "lng": 2}]
    }


def test_a_multipart_body_is_the_same_each_time_and_holds_no_boundary() -> None:
    operation = post(Upload, "multipart/form-data")
    once = rt.build(operation, (), Upload(file=b"a"))
    again = rt.build(operation, (), Upload(file=b"a"))
    assert once == again
    inside = rt.build(operation, (), Upload(file=(once.body or b"")[:9]))
    boundary = once.headers["content-type"].partition("boundary=")[2].encode()
    assert boundary not in (inside.body or b"")
    assert (once.body or b"").count(boundary) == 2


@pytest.mark.parametrize(
    ("file", "rule"),
    [
        (rt.FilePart(b"", "a\r\nb"), "header"),
        (rt.FilePart(b"", "a", "x\r\ny: z"), "header"),
        (b"0123456789", "max_length"),
        (wrong("text"), "type"),
    ],
)
def test_files_that_are_refused(file: rt.FilePart | bytes, rule: str) -> None:
    upload = Upload(file=file)
    found = violations(lambda: body(upload, Upload, media_type="multipart/form-data"))
    assert found == {"file": rule}


@pytest.mark.parametrize("validate", [True, False])
@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
def test_nan_and_infinities_are_never_sent(bad: float, validate: bool) -> None:
    for value, path in (
        (UpdateRecipientRequest(position=Position(lat=1.0, lng=bad)), "position.lng"),
        (UpdateRecipientRequest(extra={"a": [bad]}), "extra.a[0]"),
    ):
        refused = violations(acme.build_update_recipient, validate, ULID, body=value)
        assert refused == {path: "type"}


def test_where_a_number_is_that_json_lacks() -> None:
    nan = float("nan")
    for value, at in ((nan, "body"), ([1, nan], "body[1]"), ({"a": [nan]}, "a[0]")):
        refused = violations(rt.build, post(rt.Json), (), value, validate=False)
        assert refused == {at: "type"}


def test_what_is_no_json_is_refused() -> None:
    assert violations(lambda: body("\ud800")) == {"body": "encoding"}
    assert violations(lambda: body({1: 2})) == {"body": "type"}
    assert violations(lambda: body([b"x"])) == {"body[0]": "type"}
    assert violations(lambda: body([object()])) == {"body[0]": "type"}
    assert violations(lambda: body({"lat": 1}, Position)) == {"body": "type"}
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    assert violations(lambda: body(deep)) == {"body": "depth"}
    round_and_round: list[object] = []
    round_and_round.append(round_and_round)
    assert violations(lambda: body(round_and_round)) == {"body": "depth"}


@pytest.mark.parametrize("validate", [True, False])
def test_where_text_is_that_is_no_unicode(validate: bool) -> None:
    broken = "\udce9"  # as of a file name that is no UTF-8
    for value, at in (
        ({"a": ["b", broken]}, "a[1]"),
        ({"a": {broken: 1}}, "a"),
        ([broken], "body[0]"),
        ({broken: 1}, "body"),
    ):
        refused = violations(rt.build, post(rt.Json), (), value, validate=validate)
        assert refused == {at: "encoding"}


def test_sequences_and_mappings_of_other_kinds_are_sent() -> None:
    from collections import deque
    from types import MappingProxyType

    assert body(MappingProxyType({"a": range(2)})) == b'{"a":[0,1]}'
    assert body(deque(["a"]), list[str]) == b'["a"]'


@pytest.mark.parametrize(
    ("media_type", "expected"),
    [
        ("application/json", b'{"a":"x","b":0.5,"c":7,"d":[0.5]}'),
        ("application/x-www-form-urlencoded", b"a=x&b=0.5&c=7&d=0.5"),
    ],
)
def test_values_of_classes_of_their_own_are_sent(
    media_type: str, expected: bytes
) -> None:
    value = {"a": Name("x"), "b": Ratio(0.5), "c": Size(7), "d": [Ratio(0.5)]}
    operation = post(dict[str, rt.Json], media_type)
    assert rt.build(operation, (), value).body == expected


L = rt.Limits


class Letter(str, enum.Enum):  # noqa: UP042  (the kind that str() doesn't unwrap)
    A = "a"


class Name(str):
    """As text of other libraries is."""


class Ratio(float):
    """As numpy.float64 is."""


class Size(int):
    """As quantities of other libraries are."""


# (type, accepted values, refused values, rule)
LIMITS: list[tuple[Any, list[Any], list[Any], str | None]] = [
    (Annotated[str, L(min_length=2)], ["ab", "é😀"], ["a", "😀"], "min_length"),
    (Annotated[str, L(max_length=2)], ["", "ab", "😀😀"], ["abc"], "max_length"),
    (Annotated[str, L(pattern="^a+$")], ["a", "aaa"], ["", "b", "aa\n"], "pattern"),
    (Annotated[str, L(pattern="b")], ["abc"], ["acd"], "pattern"),
    (Annotated[str, L(pattern=r"^\d$")], ["1"], ["٣", "12"], "pattern"),
    (Annotated[str, L(pattern=r"\$")], ["a$b"], ["a"], "pattern"),
    (Annotated[int, L(minimum=3)], [3, 10**30], [2, -(10**30)], "minimum"),
    (Annotated[int, L(maximum=3)], [3, -1], [4], "maximum"),
    (Annotated[float, L(minimum=0.1)], [0.1, 1], [0.09, 0], "minimum"),
    (Annotated[float, L(exclusive_minimum=0)], [1e-300], [0, -1], "exclusive_minimum"),
    (Annotated[int, L(exclusive_maximum=5)], [4], [5], "exclusive_maximum"),
    (Annotated[float, L(multiple_of=0.01)], [0.07, 1.1, 4, 0], [0.075], "multiple_of"),
    (Annotated[int, L(multiple_of=7)], [0, 7 * 10**30, -7], [8], "multiple_of"),
    (Annotated[float, L(multiple_of=0.1)], [1e300, 10**1100], [0.05], "multiple_of"),
    (Annotated[rt.Json, L(multiple_of=0.1)], [True, 0.3, Ratio(0.3)], [0.05], None),
    (Annotated[list[int], L(min_items=1)], [[1], [1, 1]], [[]], "min_items"),
    (Annotated[list[int], L(max_items=2)], [[], [1, 2]], [[1, 2, 3]], "max_items"),
    (
        Annotated[list[rt.Json], L(unique_items=True)],
        [[1, True, "1", [1]], [{"a": 1}, {"a": 2}], []],
        [[1, 1], [1, 1.0], [{"a": 1, "b": 2}, {"b": 2, "a": 1}]],
        "unique_items",
    ),
    (Annotated[list[str], L(unique_items=True)], [["a", "b"], []], [["a", "a"]], None),
    (Annotated[list[float], L(unique_items=True)], [], [[Ratio(1.5), 1.5]], None),
    (Annotated[rt.Json, L(one_of=(True, "a"))], [True, "a"], [False, 1], "one_of"),
    (
        Annotated[dict[str, int], L(min_properties=1)],
        [{"a": 1}],
        [{}],
        "min_properties",
    ),
    (
        Annotated[dict[str, int], L(max_properties=1)],
        [{}, {"a": 1}],
        [{"a": 1, "b": 1}],
        "max_properties",
    ),
    (
        Annotated[Position, L(min_properties=2)],
        [Position(lat=1, lng=1)],
        [],
        "min_properties",
    ),
    (
        Annotated[rt.Json, L(one_of=(1, "a", None, [1], {"a": 1}))],
        [1, 1.0, "a", [1], {"a": 1}],
        [True, 2, [True], {"a": 2}, {}],
        "one_of",
    ),
    (Annotated[int | str, L(minimum=2, min_length=2)], [2, "ab"], [1], "minimum"),
    (Annotated[str | None, L(max_length=1)], ["a", None], ["ab"], "max_length"),
    (Literal["a", 1], ["a", 1, Letter.A], ["b", 2, True, 1.0, None, ([],)], None),
    (Annotated[rt.Json, L(unique_items=True)], ["aa", 1, None], [[1, 1]], None),
    (Literal[True], [True], [1, False, "true"], None),
    (int, [1, 2**80], [1.0, True, "1", None, [1]], None),
    (float, [1, 1.5], [True, "1", float("inf")], None),
    (bool, [True], [1, 0, "true"], None),
    (str, ["", "x"], [1, b"x", None, ["x"]], None),
    (list[str], [[], ["a"]], ["a", {"a": 1}, [1]], None),
    (list[int], [(1,), range(2)], [b"a", bytearray(b"a"), memoryview(b"a"), {1}], None),
    (Annotated[rt.Json, L(minimum=2)], [True, "a", 2], [1], "minimum"),
    (Annotated[float, L(format="int32")], [1, 1.0], [1.5], "format"),
    (dict[str, int], [{}], [[], "a", [("a", 1)]], None),
    (Position, [Position(lat=1, lng=2)], [{"lat": 1, "lng": 2}, 1], None),
    (int | str | None, [1, "a", None], [1.5, [], True], None),
]


@pytest.mark.parametrize(("type_", "good", "bad", "rule"), LIMITS)
def test_limits(
    type_: object, good: list[object], bad: list[object], rule: str | None
) -> None:
    operation = post(type_)
    for value in good:
        rt.build(operation, (), value)
    for value in bad:
        refused = violations(rt.build, operation, (), value)
        assert rule is None or rule in refused.values()
        rt.build(operation, (), value, validate=False) if rule else None


FORMATS: dict[str, tuple[list[Any], list[Any]]] = {
    "date": (["2024-02-29"], ["2023-02-29", "2024-2-9", "24-01-01", "2024-01-01T", ""]),
    "date-time": (
        ["2024-01-01T00:00:00Z", "2024-12-31t23:59:60.123+05:30"],
        [
            "2024-01-01",
            "2024-01-01T00:00:00",
            "2024-01-01_00:00:00Z",
            "2024-13-01T00:00:00Z",
            "2024-01-01T24:00:00Z",
            "2024-01-01T00:00:00+24:00",
        ],
    ),
    "time": (["23:59:59Z", "00:00:00.5+01:00", "10:00:00"], ["24:00:00Z", "1:2:3"]),
    "duration": (["P1D", "PT1.5S", "P1Y2M3DT4H", "P2W"], ["P", "PT", "1D", "P1S"]),
    "uuid": (
        ["123e4567-e89b-12d3-a456-42661417400F"],
        ["123e4567e89b12d3a45642661417400f", "g23e4567-e89b-12d3-a456-426614174000"],
    ),
    "ulid": (
        [ULID, "7ZZZZZZZZZZZZZZZZZZZZZZZZZ"],
        ["8ZZZZZZZZZZZZZZZZZZZZZZZZZ", ULID[:-1], ULID + "0", "0" * 25 + "U"],
    ),
    "email": (
        ["a@b.c", "a+b@example.com"],
        ["a", "a@", "@b", "a@b c", "a@b@c", "a@.b"],
    ),
    "uri": (
        ["https://a.example/b?c=%20#d", "urn:x:y", "mailto:a@b.c", "http://[::1]/"],
        ["/a", "a b", "https://a b", "https://é.example", "http://a/<b>", ""],
    ),
    "hostname": (
        ["a.example", "a", "x-1.y", "a" * 63],
        ["-a", "a-", "a..b", "a_b", "a" * 64, "", ".".join(["a" * 60] * 5)],
    ),
    "ipv4": (["127.0.0.1"], ["127.0.0.256", "1.2.3", "::1"]),
    "ipv6": (["::1", "2001:db8::1"], ["127.0.0.1", "fe80::1%eth0", ":::"]),
    "decimal": (["1", "-1.50", "+0.1"], ["", ".", "1.", "1e5", "NaN", "1,5"]),
    "byte": (["", "YQ==", "YWI=", "YWJj"], ["YQ=", "YQ", "Y===", "Y Q=", "YQ_="]),
    "country-code": (["DE", "deu"], ["De", "D1", ""]),
    "currency-code": (["EUR"], ["EU", "EURO"]),
    "language-code": (["de", "en-GB"], ["d", "d1", ""]),
    "int32": ([2**31 - 1, -(2**31)], [2**31, -(2**31) - 1]),
    "int64": (
        [2**63 - 1, -(2**63), str(2**63 - 1)],
        [2**63, -(2**63) - 1, str(2**63)],
    ),
    "unixtime": (["0", "-1.5", "1769860800"], ["", ".5", "1e9", "1."]),
    "double": ([1.5, 10**400], []),
    "colour": (["anything"], []),
}


@pytest.mark.parametrize(
    ("short", "limits"),
    [
        (rt.chars(2, 5), rt.Limits(min_length=2, max_length=5)),
        (
            rt.chars(0, 5, pattern="a", format="uri"),
            rt.Limits(max_length=5, pattern="a", format="uri"),
        ),
        (rt.between(-1, 2), rt.Limits(minimum=-1, maximum=2)),
        (
            rt.between(0, 9, multiple_of=3, format="int32"),
            rt.Limits(minimum=0, maximum=9, multiple_of=3, format="int32"),
        ),
        (rt.items(1, 3), rt.Limits(min_items=1, max_items=3)),
        (rt.items(0, 3, unique_items=True), rt.Limits(max_items=3, unique_items=True)),
    ],
)
def test_short_words_for_limits(short: rt.Limits, limits: rt.Limits) -> None:
    assert msgspec.structs.asdict(short) == msgspec.structs.asdict(limits)


@pytest.mark.parametrize("name", FORMATS)
def test_formats(name: str) -> None:
    good, bad = FORMATS[name]
    operation = post(Annotated[rt.Json, rt.Limits(format=name)])
    for value in good:
        rt.build(operation, (), value)
    for value in bad + [f"{v}\n" for v in good if isinstance(v, str) and v and bad]:
        refused = violations(rt.build, operation, (), value)
        assert refused == {"body": "format"}


@pytest.mark.parametrize("name", [n for n in FORMATS if n != "colour"])
def test_no_format_is_slow_to_refuse(name: str) -> None:
    operation = post(Annotated[str, rt.Limits(format=name)])
    for text in ("1" * 20_000, "a." * 20_000, "a@" * 20_000, "-" * 20_000, "P1" * 9999):
        with contextlib.suppress(rt.RequestInvalid):
            rt.build(operation, (), text)


def test_a_pattern_that_python_cannot_express_is_not_checked() -> None:
    assert body("x", Annotated[str, rt.Limits(pattern=r"^\p{L}+$")]) == b'"x"'


def test_what_is_no_json_is_not_called_the_same_twice() -> None:
    operation = post(Annotated[list[rt.Json], rt.Limits(unique_items=True)])
    refused = violations(rt.build, operation, (), [object(), 1])
    assert refused == {"body[0]": "type"}


def test_names_of_members_are_texts() -> None:
    nested, empty = post(dict[str, dict[str, int]]), dict[str, int]()
    assert violations(rt.build, nested, (), {1: empty}) == {"body": "type"}
    assert violations(rt.build, nested, (), {"a": {1: 1}}) == {"a": "type"}


def test_types_that_no_document_can_mean() -> None:
    with pytest.raises(TypeError, match="no JSON value has the type <class 'set'>"):
        rt.build(post(set), (), 1)


def test_members_are_checked_however_deep() -> None:
    class Deep(rt.Model, kw_only=True):
        positions: list[dict[str, Position]]

    bad = Deep(positions=[{"a": Position(lat=91, lng=1)}])
    refused = violations(lambda: body(bad, Deep))
    assert refused == {"positions[0].a.lat": "maximum"}


def test_unions_and_discriminators() -> None:
    def refused(method: object) -> dict[str, str]:
        value = UpdateRecipientRequest(method=wrong(method))
        return violations(lambda: acme.build_update_recipient(True, ULID, body=value))

    assert refused(Card(kind="card", number="12")) == {"method.number": "pattern"}
    assert (
        refused(Card(kind=wrong("inv"), number="1234"))["method.kind"]
        == "discriminator"
    )
    assert refused(Position(lat=1, lng=1)) == {"method": "type"}
    assert refused({"kind": "card"}) == {"method": "type"}


def test_read_only_members_are_left_out() -> None:
    value = UpdateRecipientRequest(id="1")
    assert violations(lambda: acme.build_update_recipient(True, ULID, body=value)) == {
        "id": "read_only"
    }


def test_messages_tell_no_values() -> None:
    secret = wrong("hunter2-hunter2")
    value = UpdateRecipientRequest(city=secret * 9, kind=secret, position=secret)
    with pytest.raises(rt.RequestInvalid) as caught:
        acme.build_update_recipient(True, secret, identify_by=secret, body=value)
    assert "hunter2" not in str(caught.value) + repr(caught.value.violations)


def test_many_violations_are_summed_up() -> None:
    with pytest.raises(rt.RequestInvalid) as caught:
        body(["x"] * 100, list[int])
    assert len(caught.value.violations) == 100
    assert str(caught.value).endswith("and 90 more")


def test_models_survive_pickle_copy_and_the_wire() -> None:
    value = UpdateRecipientRequest(city=None, position=Position(lat=1.0, lng=2.0))
    for twin in (pickle.loads(pickle.dumps(value)), copy.deepcopy(value)):
        assert twin == value
        assert twin.kind is rt.UNSET
    plain = UpdateRecipientRequest(city="x", street_2="y")
    wire = msgspec.json.encode(plain)
    assert msgspec.convert(msgspec.json.decode(wire), dict) == {
        "city": "x",
        "street-2": "y",
    }
    assert not [name for name in dir(rt.Model) if not name.startswith("__")]


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(st.characters(codec="utf-8"))
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner)
    | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=20,
)


@given(json_values)
def test_json_keeps_its_value(value: object) -> None:
    import json

    sent = body({"x": value})
    assert sent is not None
    assert json.loads(sent) == {"x": value}


def test_accept_names_what_the_document_answers_with() -> None:
    replies = {
        "404": rt.Reply(str, media_type="text/plain"),
        "200": rt.Reply(bytes, media_type="application/pdf"),
        "204": rt.Reply(None),
        "default": rt.Reply(rt.Json),
    }
    request = rt.build(get(responses=replies), ())
    assert request.headers["accept"] == "application/pdf, text/plain, application/json"
    assert (
        rt.build(get(responses={"204": rt.Reply(None)}), ()).headers["accept"] == "*/*"
    )


@pytest.mark.parametrize(
    ("media_type", "sent", "body"),
    [
        ("text/plain", "text/plain; charset=utf-8", "é".encode()),
        (
            "text/csv; header=present",
            "text/csv; header=present; charset=utf-8",
            "é".encode(),
        ),
        ("text/plain; charset=ISO-8859-1", "text/plain; charset=ISO-8859-1", b"\xe9"),
    ],
)
def test_texts_say_their_charset(media_type: str, sent: str, body: bytes) -> None:
    request = rt.build(post(str, media_type), (), "é")
    assert (request.headers["content-type"], request.body) == (sent, body)


@pytest.mark.parametrize("text", ["€", "\ud800"])
def test_a_text_that_its_charset_lacks_is_refused(text: str) -> None:
    operation = post(str, "text/plain; charset=latin-1")
    assert violations(rt.build, operation, (), text) == {"body": "encoding"}
    unheard = post(str, "text/plain; charset=x-none")
    assert violations(rt.build, unheard, (), "a") == {"body": "encoding"}


class _Near(rt.Model, kw_only=True):
    here: str


class _Far(rt.Model, kw_only=True):
    there: str


def test_a_union_without_a_discriminator_is_sent_as_it_is() -> None:
    operation = post(_Near | _Far)
    for body, expected in (
        (_Near(here="a"), b'{"here":"a"}'),
        (_Far(there="b"), b'{"there":"b"}'),
    ):
        assert rt.build(operation, (), body).body == expected


def test_a_raw_body_that_is_neither_bytes_nor_text_is_refused_unchecked_too() -> None:
    operation = post(bytes, "image/png")
    for value in (1, None, ["a"], "a"):
        refused = violations(rt.build, operation, (), value, False)
        assert refused == {"body": "type"}
