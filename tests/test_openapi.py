"""The export: valid, complete, the same every time, and readable by others."""

# What is walked here is JSON and lambdas: nobody knows the types below.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false, reportUnknownLambdaType=false

from __future__ import annotations

import dataclasses
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_origin

import openapi_spec_validator
import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from truecopy import build, ir, openapi, pipeline, schema, source
from truecopy.files import workspace
from truecopy.ir import AnySchema, Api, Evidence, NullSchema, Value
from truecopy.openapi.defaults import fits

ROOT = Path(__file__).resolve().parent.parent
CASES = Path(__file__).resolve().parent / "cases" / "export"
FEATURES = sorted(path.name for path in CASES.iterdir())
APIS = workspace.api_names(ROOT)
PLACES = [(CASES / name, "acme") for name in FEATURES] + [(ROOT, name) for name in APIS]
every_api = pytest.mark.parametrize(
    ("root", "name"), PLACES, ids=[*FEATURES, *(f"specs-{name}" for name in APIS)]
)


def read(root: Path, name: str) -> Api:
    checked = pipeline.check(workspace.read_api(root, name))
    assert checked.api is not None, checked.findings
    return checked.api


@pytest.mark.parametrize("feature", FEATURES)
def test_case(feature: str, update: bool) -> None:
    text = openapi.as_json(openapi.export(read(CASES / feature, "acme")))
    expected = CASES / feature / "expected.json"
    if update:
        expected.write_text(text, "utf-8", newline="\n")
    assert text == expected.read_text("utf-8")


@every_api
def test_validator_accepts(root: Path, name: str) -> None:
    document = openapi.export(read(root, name))
    openapi_spec_validator.validate(
        document, cls=openapi_spec_validator.OpenAPIV31SpecValidator
    )


@every_api
def test_texts_hold_the_document(root: Path, name: str) -> None:
    document = openapi.export(read(root, name))
    assert_texts_hold(document)
    table, findings = source.load("openapi.yaml", openapi.as_yaml(document).encode())
    assert not findings
    assert table is not None
    assert table == document


@every_api
def test_every_evidence_is_exported(root: Path, name: str) -> None:
    api = read(root, name)
    exported = list(evidence_in(openapi.export(api)))
    for each in (*api.evidence, *(e for d in api.documents for e in d.evidence)):
        assert as_exported(each) in exported, each.pointer


@every_api
def test_every_word_and_number_is_exported(root: Path, name: str) -> None:
    api = read(root, name)
    exported = {str(leaf).lower() for leaf in leaves(openapi.export(api))}
    tails = {leaf.rpartition("/")[2] for leaf in exported}
    default_styles = {"simple", "form"}
    for fact in facts(api):
        assert str(fact).lower() in exported | tails | default_styles, fact


@pytest.mark.parametrize("feature", FEATURES)
def test_every_change_of_a_fact_changes_the_export(feature: str) -> None:
    api = read(CASES / feature, "acme")
    document = openapi.export(api)
    silent: list[str] = []
    for path, changed in variants(api, ""):
        try:
            other = openapi.export(changed)
        except (KeyError, ValueError):
            continue  # A name that others refer to: no such API passes the rules.
        if other == document:
            silent.append(path)
    assert silent == []


def test_every_kind_of_node_is_in_a_case() -> None:
    import truecopy.ir

    kinds = {
        kind.__name__
        for kind in vars(truecopy.ir).values()
        if isinstance(kind, type) and dataclasses.is_dataclass(kind)
    }
    found = {
        type(node).__name__ for f in FEATURES for node in nodes(read(CASES / f, "acme"))
    }
    assert kinds - found == {"Common"}


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_hash_seed_changes_nothing(seed: str) -> None:
    script = (
        "import sys\nfrom pathlib import Path\nfrom truecopy import openapi, pipeline\n"
        "from truecopy.files.workspace import read_api\n"
        "for root, name in zip(sys.argv[1::2], sys.argv[2::2]):\n"
        "    document = openapi.export(pipeline.check(read_api(Path(root), name)).api)\n"
        "    sys.stdout.write(openapi.as_json(document) + openapi.as_yaml(document))\n"
    )
    arguments = [text for root, name in PLACES for text in (str(root), name)]
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONUTF8": "1"}
    run = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    documents = [openapi.export(read(root, name)) for root, name in PLACES]
    assert run.stdout == "".join(
        openapi.as_json(d) + openapi.as_yaml(d) for d in documents
    )


json_data = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.sampled_from(
        ["yes", "No", "null", "~", "1e3", "012", "1_000", "a: b", "a #b", "=", "<<"]
    )
    | st.from_regex(r"[-+]?[0-9_.:xobeE-]{1,8}", fullmatch=True),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"])), json_data, max_size=4
    )
)
@settings(deadline=None)
def test_texts_hold_any_data(data: dict[str, object]) -> None:
    assume(not any("\ud800" <= c <= "\udfff" for c in str(data)))
    assert_texts_hold(data)
    texts = openapi.as_json(data), openapi.as_yaml(data)
    assert not any(source.hidden().search(text) for text in texts)


def test_long_keys_are_kept() -> None:
    for length in (999, 1000, 1024, 5000):
        assert_texts_hold(
            {"k" * length: 1, "é" * length: {"a": []}, "l": [{"k" * length: {}}]}
        )


def assert_texts_hold(document: dict[str, object]) -> None:
    plain = json.dumps(document)
    assert json.dumps(json.loads(openapi.as_json(document))) == plain
    assert json.dumps(yaml.safe_load(openapi.as_yaml(document))) == plain


# What a document may write: names and texts of all sorts, schemas of all types.

words = st.sampled_from(
    [
        "id",
        "Kind",
        "a b",
        "a.b",
        "$ref",
        "x-y",
        "für",
        "[]",
        "1",
        "yes",
        "'\"",
        "{}",
        "#",
        "-",
        "/",
    ]
)
texts = words | st.text(
    st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=8
)
numbers = st.integers(-99, 99) | st.sampled_from([0.5, 0.05, 1.0])
common = {
    "description": texts,
    "deprecated": st.booleans(),
    "readOnly": st.booleans(),
    "example": texts,
}


def typed(name: str, **keywords: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    types = st.sampled_from([name, [name, None]])
    return st.fixed_dictionaries({"type": types}, optional={**common, **keywords})


counts = st.integers(0, 9)
scalars = st.one_of(
    typed(
        "string",
        minLength=counts,
        format=st.sampled_from(
            ["date", "time", "date-time", "uuid", "email", "byte", "odd", "regex"]
        ),
        default=texts
        | st.sampled_from(["2026-01-31", "12:30", "12:30:00Z", "a@b", "YQ=="]),
        pattern=st.sampled_from(["^a", "[a-z]{2}", ".*"]),
        enum=st.lists(texts, min_size=1, max_size=3, unique=True),
    ),
    typed(
        "integer",
        minimum=numbers,
        default=numbers,
        format=st.sampled_from(["int32", "int64"]),
    ),
    typed(
        "number",
        exclusiveMaximum=numbers,
        default=numbers,
        multipleOf=st.sampled_from([0.1, 2]),
    ),
    typed("boolean", default=st.booleans(), const=st.booleans()),
    typed("Named"),
    st.fixed_dictionaries(
        {
            "type": st.lists(
                st.sampled_from(["string", "integer", "number", "Named", None]),
                unique=True,
                min_size=1,
            )
        },
        optional={"default": texts | numbers},
    ),
    st.just({"type": None}),
    st.just({}),
)
schemas: st.SearchStrategy[dict[str, Any]] = st.recursive(
    scalars,
    lambda inner: st.one_of(
        typed(
            "array",
            items=inner,
            maxItems=counts,
            uniqueItems=st.booleans(),
            default=st.lists(texts | numbers, max_size=2),
        ),
        typed(
            "object",
            properties=st.dictionaries(
                texts,
                st.tuples(
                    inner,
                    st.sampled_from([{}, {"required": True}, {"required": False}]),
                ).map(lambda pair: {**pair[0], **pair[1]}),
                max_size=3,
            ),
            additionalProperties=st.booleans() | inner,
            default=st.dictionaries(texts, texts | numbers, max_size=2),
        ),
        st.fixed_dictionaries(
            {"oneOf": st.lists(inner, min_size=1, max_size=3)},
            optional={"default": texts},
        ),
    ),
    max_leaves=5,
)


def merged(pair: tuple[Any, Any]) -> dict[str, Any]:
    return {**pair[1], **pair[0]}


parameters: st.SearchStrategy[dict[str, Any]] = st.tuples(
    st.sampled_from(
        [
            {"in": "query"},
            {"in": "header"},
            {"in": "cookie"},
            {"in": "query", "explode": False},
        ]
    ),
    scalars,
).map(merged)
operations: Any = st.fixed_dictionaries(
    {
        "path": st.sampled_from(["/a/{id}", "/a/{x y}", "/{z}", "/{a:b}/c"]),
    },
    optional={
        "summary": texts,
        "parameters": st.dictionaries(texts, parameters, max_size=3),
        "request": schemas,
        "responses": st.dictionaries(
            st.sampled_from(["200", "204", "4XX", "default"]),
            st.one_of(
                st.just({}),
                schemas,
                st.just({"content": {}}),
                st.just({"media_type": "*/*"}),
            ),
            max_size=2,
        ),
        "idempotency": st.fixed_dictionaries(
            {"header": st.sampled_from(["Idempotency-Key", "a b c"])}
        ),
        "rules": st.lists(texts, min_size=1, max_size=2),
    },
)


SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


@given(st.data())
@settings(deadline=None, max_examples=60, suppress_health_check=SLOW)
def test_any_api_is_exported_validly(data: st.DataObject) -> None:
    specs = data.draw(
        st.dictionaries(st.sampled_from(["post", "get", "put"]), operations, min_size=1)
    )
    for method, operation in specs.items():
        operation["method"] = method.upper()
        own = re.findall(r"{(.*?)}", operation["path"])
        operation["parameters"] = {
            **{name: {"in": "path", "type": "string"} for name in own},
            **{
                n: p for n, p in operation.get("parameters", {}).items() if n not in own
            },
        }
    root = {
        "title": data.draw(texts),
        "servers": {"live": {"url": "https://acme.example"}},
        "security": {data.draw(texts): {"type": "http", "scheme": "bearer"}},
        "schemas": {"Named": {"properties": {"a": data.draw(schemas)}}},
    }
    api = built(root, {"document": {"title": data.draw(texts)}, "operations": specs})
    assume(api is not None)
    assert api is not None
    document = openapi.export(api)
    openapi_spec_validator.validate(
        document, cls=openapi_spec_validator.OpenAPIV31SpecValidator
    )
    assert_texts_hold(document)


def built(root: object, document: object) -> Api | None:
    """The API of two files that are written as JSON, which is YAML; no rule is asked."""
    tables: list[source.Table] = []
    files: tuple[tuple[schema.Kind, object], ...] = (("api", root), ("spec", document))
    for kind, data in files:
        text = json.dumps(data, ensure_ascii=False)
        table, findings = source.load(f"{kind}.yaml", text.encode())
        if table is None or findings or schema.validate(kind, table, text.encode()):
            return None
        tables.append(table)
    api, findings = build.build("acme", tables[0], [("parcels", tables[1])])
    return None if findings else api


@pytest.mark.parametrize(
    ("value", "form", "expected"),
    [
        ("12:30:00Z", "time", True),
        ("12:30", "time", False),
        ("2026-01-31T12:30:00Z", "date-time", True),
        ("2026-01-31 12:30:00Z", "date-time", False),
        ("today", "date", False),
        ("today", "parcel-day", True),
    ],
)
def test_default_of_a_format(value: str, form: str, expected: bool) -> None:
    root = {
        "title": "Acme",
        "servers": {"live": {"url": "https://acme.example"}},
        "schemas": {"Day": {"type": "string", "format": form}},
    }
    operation = {"method": "GET", "path": "/"}
    api = built(root, {"document": {"title": "A"}, "operations": {"read": operation}})
    assert api is not None
    assert fits(value, api.schemas[0].schema, {}) is expected


# Walks over what is exported and over the IR.


def evidence_in(data: Any) -> Iterator[object]:
    if isinstance(data, dict):
        for key, below in data.items():
            if key == "x-truecopy-evidence" and isinstance(below, dict):
                for each in below.values():
                    yield from each if isinstance(each, list) else [each]
            yield from evidence_in(below)
    elif isinstance(data, list):
        for below in data:
            yield from evidence_in(below)


def as_exported(each: Evidence) -> dict[str, object]:
    found: dict[str, object] = {"state": each.state, "because": each.because}
    if each.source is not None:
        found["source"] = each.source
    if each.also:
        found["also"] = [value.data for value in each.also]
    if each.lacks:
        found["lacks"] = list(each.lacks)
    return found


def leaves(data: Any) -> Iterator[Any]:
    if isinstance(data, dict):
        for key, below in data.items():
            yield key
            yield from leaves(below)
    elif isinstance(data, list):
        for below in data:
            yield from leaves(below)
    else:
        yield data


PATHS = {"when", "status", "message", "next", "items"}


def facts(node: Any) -> Iterator[str | int | float]:
    """The words and numbers of the IR; paths of wire names are dotted, as in a spec."""
    if isinstance(node, Value):
        yield from (leaf for leaf in leaves(node.data) if leaf is not None)
    elif dataclasses.is_dataclass(node):
        for each in dataclasses.fields(node):
            below = getattr(node, each.name)
            if each.name in PATHS and isinstance(below, tuple):
                yield ".".join(below)
            elif each.name not in ("origin", "evidence"):
                yield from facts(below)
    elif isinstance(node, tuple):
        for below in node:
            yield from facts(below)
    elif (
        isinstance(node, str | int | float)
        and not isinstance(node, bool)
        and node != ""
    ):
        yield node


def nodes(node: Any) -> Iterator[object]:
    if dataclasses.is_dataclass(node):
        yield node
        for each in dataclasses.fields(node):
            yield from nodes(getattr(node, each.name))
    elif isinstance(node, tuple):
        for below in node:
            yield from nodes(below)


# Words of a closed list have no neighbour to be changed into.
CLOSED = tuple(name for name, of in vars(ir).items() if get_origin(of) is Literal)


def variants(node: Any, path: str) -> Iterator[tuple[str, Any]]:
    """The node with one fact changed, left out, or turned round."""
    if isinstance(node, Value):
        changed = [node.data, "x"]
        yield path, Value(changed, json.dumps(changed))
    elif dataclasses.is_dataclass(node) and not isinstance(node, type):
        for each in dataclasses.fields(node):
            if each.name in ("origin", "evidence"):
                continue
            if each.name == "nullable" and isinstance(node, AnySchema | NullSchema):
                continue  # Both allow null without saying so.
            old, below = getattr(node, each.name), f"{path}.{each.name}"
            if "None" in str(each.type) and old is not None:
                yield f"{below} left out", dataclasses.replace(
                    node, **{each.name: None}
                )
            if not str(each.type).startswith(CLOSED):
                for where, new in variants(old, below):
                    yield where, dataclasses.replace(node, **{each.name: new})
    elif isinstance(node, tuple):
        for index, item in enumerate(node):
            yield f"{path}[{index}] left out", node[:index] + node[index + 1 :]
            for where, new in variants(item, f"{path}[{index}]"):
                yield where, (*node[:index], new, *node[index + 1 :])
    elif isinstance(node, bool):
        yield path, not node
    elif isinstance(node, str):
        yield path, f"{node}x"
    elif isinstance(node, int | float):
        yield path, node + 1
