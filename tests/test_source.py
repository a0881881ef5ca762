"""Properties of the YAML reader and of the two JSON Schema validators."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from jsonschema import Draft202012Validator
from truecopy import schema
from truecopy.diagnostics import Place
from truecopy.source import Items, Json, Node, Table, hidden, load, reader

FILE = "specs/acme/send.yaml"

visible = st.text().filter(lambda text: not hidden().search(text) and "\r" not in text)
numbers = st.integers(-(10**30), 10**30) | st.floats(
    min_value=-(10**6), max_value=10**6, allow_nan=False
).map(lambda number: round(number, 3)).filter(lambda n: "e" not in repr(n))
scalars = st.none() | st.booleans() | numbers | visible
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(visible, inner, max_size=4),
    max_leaves=12,
)
mappings = st.dictionaries(visible, values, min_size=1, max_size=5)
YAML_SIGNS = "&*!%@`'\"|>{}[],:#?-~=<. \n\tabn0129eE_\\"


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Bad input is a finding, never an exception; without a mapping there is a finding."""
    table, findings = load(FILE, data)
    assert table is not None or findings


@given(st.text(alphabet=YAML_SIGNS, max_size=120) | st.text(max_size=60))
@example("? 0\t")
@example("{*a ] 2:")
@example("*a :")
@settings(max_examples=400)
def test_any_text_is_read_or_refused(text: str) -> None:
    """The same for text that looks like YAML."""
    table, findings = load(FILE, text.encode("utf-8", "surrogatepass"))
    assert table is not None or findings
    lines = text.replace("\r\n", "\n").split("\n")
    for finding in findings:
        assert 1 <= finding.place.line <= len(lines) + 1
        assert finding.place.column >= 1


@given(mappings)
def test_json_is_read_as_json(data: dict[str, Json]) -> None:
    """YAML is a superset of JSON, and this subset of it reads JSON to the same values."""
    # YAML has no escapes for the halves of a character beyond U+FFFF.
    ascii_too = all(ord(c) < 0x10000 for c in json.dumps(data, ensure_ascii=False))
    for text in (
        json.dumps(data, ensure_ascii=ascii_too),
        json.dumps(data, ensure_ascii=False, indent=2),
    ):
        table, findings = load(FILE, text.encode("utf-8"))
        assert findings == []
        assert table is not None
        assert table == data
        assert json.dumps(table) == json.dumps(data)


@given(mappings)
def test_places_point_at_the_text(data: dict[str, Json]) -> None:
    """A key's place is where the key stands; a value's place where the value begins."""
    lines = json.dumps(data, ensure_ascii=False, indent=2).split("\n")
    table, _ = load(FILE, "\n".join(lines).encode("utf-8"))
    assert table is not None
    for place, text in _written(table, table.place):
        assert lines[place.line - 1][place.column - 1 :].startswith(text)


def _written(node: Node, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(node, Items):
        yield place, "["
        for index, item in enumerate(node):
            yield from _written(item, node.value(index))
    elif isinstance(node, Table):
        yield place, "{"
        for key, below in node.items():
            yield node.key(key), json.dumps(key, ensure_ascii=False)
            yield from _written(below, node.value(key))
    else:
        yield place, json.dumps(node, ensure_ascii=False)


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_places_in_block_style(ending: str) -> None:
    """Columns count characters, whatever the line ends are and whatever stands before."""
    text = ending.join(["\ufeffé: {ü: [a, ß]}", "", "# note", "b:", "  - c: 'd'", ""])
    table, findings = load(FILE, text.encode("utf-8"))
    assert findings == []
    assert table is not None
    assert table.key("é") == Place(FILE, 1, 1)
    inner = table["é"]
    assert isinstance(inner, Table)
    assert inner.key("ü") == Place(FILE, 1, 5)
    listed = inner["ü"]
    assert isinstance(listed, Items)
    assert listed.value(1) == Place(FILE, 1, 12)
    below = table["b"]
    assert isinstance(below, Items)
    assert below.value(0) == Place(FILE, 5, 5)


@pytest.mark.parametrize("text", ["é: {ü: [a, 1]}\nb:\n- c: 'd'\n", "a: [1\nb: 2\n"])
def test_without_libyaml(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build of PyYAML that has no libyaml reads the same, and refuses the same."""
    table, findings = load(FILE, text.encode())
    monkeypatch.delattr(yaml, "CSafeLoader")
    again, others = load(FILE, text.encode())
    assert [f.rule for f in others] == [f.rule for f in findings]
    if table is not None:
        assert again is not None
        assert list(_written(again, Place(FILE, 1, 1))) == list(
            _written(table, Place(FILE, 1, 1))
        )


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "yes",
        "on",
        "off",
        "NO",
        "y",
        "12:30",
        "2026-01-31",
        "1.2.3",
        "v1",
        "=",
        "<<x",
    ],
)
def test_words_are_text(text: str) -> None:
    """What YAML 1.1 takes for a truth, a time or a date is text."""
    table, findings = load(FILE, f"a: {text}\n".encode())
    assert findings == []
    assert table is not None
    assert table == {"a": text}


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"a: 1\n" + b"#" * reader.MAX_BYTES, "yaml-size"),
        (b"a: [" + b"1," * reader.MAX_NODES + b"1]", "yaml-size"),
        (b"a: " + b"[" * 100_000, "yaml-depth"),
        (b"a: " + b"1" * 5_000, "yaml-number"),
        (b"a: \xff", "yaml-encoding"),
        ("a: \u2028x".encode(), "yaml-character"),
        ("a: x\ufeffy".encode(), "yaml-character"),
        (b'a: "\\uD800"', "yaml-syntax"),
        (b'a: "\\u2066"', "yaml-character"),
        (b"a: &x [*x]", "yaml-anchor"),
        (b"", "yaml-empty"),
        (b"\n  \n", "yaml-empty"),
        (b"a", "yaml-mapping"),
        (b"a: 1\n---\nb: 2\n", "yaml-document"),
        (b"\t a: 1\n", "yaml-tab"),
    ],
)
def test_bounds_and_traps(data: bytes, rule: str) -> None:
    """What is too large, or not what it looks like, is refused before anything is built."""
    _, findings = load(FILE, data)
    assert rule in {finding.rule for finding in findings}


def test_bytes_that_are_no_text_have_a_place() -> None:
    """A byte order mark, which is no character of the text, moves nothing."""
    for start in (b"", b"\xef\xbb\xbf"):
        _, findings = load(FILE, start + "a: 1\né: ".encode() + b"\xff")
        assert [finding.place for finding in findings] == [Place(FILE, 2, 4)]


SPEC: dict[str, Any] = {
    "document": {"title": "Send", "url": "https://docs.acme.example/send"},
    "operations": {
        "send": {
            "method": "POST",
            "path": "/parcels/{id}",
            "parameters": {"id": {"in": "path", "type": "string", "required": True}},
            "request": {
                "properties": {"city": {"type": ["string", None], "maxLength": 5}}
            },
            "responses": {"200": {"schema": "Parcel"}, "404": {"content": {}}},
            "examples": [
                {"request": {"path": {"id": "7"}}, "response": {"status": 200}}
            ],
            "evidence": {
                "path": {"state": "inferred", "because": "Only the sample shows it."}
            },
        }
    },
    "schemas": {
        "Parcel": {"properties": {"id": {"type": "string", "enum": ["a", "b"]}}}
    },
}


KEYS = ["type", "items", "required", "evidence", "in", "summary", "oneOf", "status"]


@st.composite
def mutants(draw: DrawFn) -> Json:
    """The spec above with up to three of its parts removed, replaced or added."""
    data = copy.deepcopy(SPEC)
    for _ in range(draw(st.integers(1, 3))):
        owner: Any = data
        for _ in range(draw(st.integers(0, 6))):
            inner = [part for part in _parts(owner).values() if part and _holds(part)]
            owner = draw(st.sampled_from(inner)) if inner else owner
        known = list(_parts(owner))
        if isinstance(owner, list):
            owner[draw(st.sampled_from(known))] = draw(values)
            continue
        key = draw(st.sampled_from(known + KEYS))
        if key in known and draw(st.booleans()):
            del owner[key]
        else:
            owner[key] = draw(values)
    return data


def _holds(part: object) -> bool:
    return isinstance(part, (dict, list))


def _parts(owner: list[Any] | dict[str, Any]) -> dict[Any, Any]:
    """The parts of a mapping or list by key or index."""
    if isinstance(owner, list):
        return dict(enumerate(owner))
    return dict(owner)


@given(mutants())
@settings(max_examples=300, deadline=None)
def test_the_two_validators_agree(data: Json) -> None:
    """The fast validator decides, the slow one explains: they must say the same."""
    slow: Any = Draft202012Validator(json.loads(schema.text("spec")))
    table, findings = load(FILE, json.dumps(data).encode())
    if findings:
        return
    assert table is not None
    found = schema.validate("spec", table, json.dumps(data).encode())
    assert bool(found) == (not slow.is_valid(table))
    assert all(finding.rule != "schema-invalid" for finding in found)
