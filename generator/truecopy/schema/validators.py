"""The two JSON Schemas, and validators for them: a fast one, and one that says what is wrong."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, cast

from truecopy.source import Json

if TYPE_CHECKING:
    from jsonschema import ValidationError

Kind = Literal["api", "spec"]

# The finding of a key that has no value: the JSON Schema says what is due.
EMPTY = "yaml-empty-value"
_SCHEMAS = Path(__file__).parent.parent / "schemas"


class _Problems(Protocol):
    def iter_errors(self, instance: object) -> Iterator[ValidationError]: ...


class _Fast(Protocol):
    def is_valid(self, instance: object) -> bool: ...


def text(kind: Kind) -> str:
    """The JSON Schema of a kind of file, as editors read it."""
    return (_SCHEMAS / f"{kind}.schema.json").read_text("utf-8")


@functools.cache
def _documents() -> dict[Kind, dict[str, object]]:
    """Both schemas. Their ids are given here: in the files, editors resolve references beside them."""
    kinds: tuple[Kind, ...] = ("api", "spec")
    base = "https://truecopy.invalid/schemas/"
    return {
        kind: {"$id": f"{base}{kind}.schema.json", **json.loads(text(kind))}
        for kind in kinds
    }


@functools.cache
def _fast(kind: Kind) -> _Fast:
    import jsonschema_rs

    documents = _documents()
    registry = jsonschema_rs.Registry([(str(d["$id"]), d) for d in documents.values()])
    return jsonschema_rs.Draft202012Validator(documents[kind], registry=registry)


def valid(kind: Kind, data: Json) -> bool:
    """Whether data satisfies a schema."""
    try:
        return _fast(kind).is_valid(data)
    except ValueError:
        return False


def described(kind: Kind, schema: Mapping[str, object]) -> Mapping[str, object]:
    """A part of a schema, or what it refers to in one of the files."""
    file, _, name = str(schema.get("$ref", "")).partition("#/$defs/")
    whole = _documents()["spec" if file else kind]
    definitions = cast("Mapping[str, Mapping[str, object]]", whole["$defs"])
    return (
        definitions[name]
        if name in definitions and "examples" not in schema
        else schema
    )


@functools.cache
def keys() -> frozenset[str]:
    """Every key that the language has."""
    found: set[str] = set()
    todo: list[object] = [*_documents().values()]
    while todo:
        part = todo.pop()
        if isinstance(part, list):
            todo += cast("list[object]", part)
        elif isinstance(part, dict):
            each = cast("dict[str, object]", part)
            found |= cast("dict[str, object]", each.get("properties", {})).keys()
            todo += (below for key, below in each.items() if key != "examples")
    return frozenset(found)


def problems(kind: Kind, data: Json) -> Iterator[ValidationError]:
    """All that keeps data from satisfying a schema."""
    from jsonschema import Draft202012Validator
    from referencing import Registry, Resource

    documents = _documents()
    none: Registry[Any] = Registry()
    registry = none.with_resources(
        (str(d["$id"]), Resource[Any].from_contents(d)) for d in documents.values()
    )
    validator = Draft202012Validator(documents[kind], registry=registry)
    return cast("_Problems", validator).iter_errors(data)
