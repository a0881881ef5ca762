"""What a spec says of its page, read with nothing but a YAML parser: every scalar is the text that is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import cast

import yaml

Node = Mapping[str, object]

_FACTS = {
    *("type", "required", "default", "example", "format", "pattern", "const"),
    *("minLength", "maxLength", "minimum", "maximum", "multipleOf"),
    *("exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems"),
    *("minProperties", "maxProperties"),
}
_LISTS = ("enum", "examples")
_NOT_BELOW = {"evidence", "examples", "example", "enum", "default", "failure"}


@dataclass(frozen=True, slots=True)
class Fact:
    """A scalar of the spec; the key is dotted where the fact is of a list's items."""

    key: str
    pointer: str
    value: str


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, header or property; `path` are the names above it and its own, `place` its list."""

    pointer: str
    place: str
    path: tuple[str, ...]
    facts: tuple[Fact, ...]
    header: bool
    parent: bool

    @property
    def name(self) -> str:
        return self.path[-1]

    def of(self, key: str) -> list[Fact]:
        """The facts with a key."""
        return [fact for fact in self.facts if fact.key == key]

    @property
    def types(self) -> list[str]:
        return [fact.value for fact in self.of("type")]


@dataclass(frozen=True)
class Transcript:
    """The spec of one document together with its API's."""

    api: Node
    document: Node

    @cached_property
    def missing(self) -> frozenset[str]:
        """Pointers of facts that the page does not have."""
        both = (self.api, self.document)
        return frozenset(p for node in both for p in _missing(node, ""))

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """In the order of the spec."""
        found = [*_fields(self.document, "", ()), *_fields(self.api, "", ())]
        return tuple(field for field in found if field.pointer not in self.missing)

    @cached_property
    def operations(self) -> dict[str, Node]:
        return {
            f"/operations/{escaped(name)}": node
            for name, node in below(self.document, "operations")
        }

    @cached_property
    def statuses(self) -> dict[str, frozenset[str]]:
        """Pointers of responses by status."""
        found: dict[str, set[str]] = {}
        for operation, node in self.operations.items():
            for status, _ in below(node, "responses"):
                pointer = f"{operation}/responses/{status}"
                if pointer not in self.missing:
                    found.setdefault(status, set()).add(pointer)
        return {status: frozenset(pointers) for status, pointers in found.items()}

    @cached_property
    def literals(self) -> tuple[Fact, ...]:
        """Paths, servers, permissions, events, media types and headers that no list of fields has."""
        found: list[Fact] = []
        for operation, node in self.operations.items():
            found += _scalars(node, operation, "path")
            for key in ("permissions", "webhooks"):
                found += _scalars(node, operation, key)
            header = mapping(node.get("idempotency"))
            found += _scalars(header, f"{operation}/idempotency", "header")
        for name, node in below(self.api, "servers"):
            found += _scalars(node, f"/servers/{escaped(name)}", "url")
        for name, node in below(self.api, "security"):
            if node.get("in") == "header":
                found += _scalars(node, f"/security/{escaped(name)}", "name")
        for node in (self.document, self.api):
            found += _media_types(node, "")
        return tuple(fact for fact in found if fact.pointer not in self.missing)

    @cached_property
    def samples(self) -> tuple[Fact, ...]:
        """Scalars of whole examples; the key is the name that the scalar stands at."""
        found: list[Fact] = []
        for operation, node in self.operations.items():
            for place, example in enumerate(sequence(node.get("examples"))):
                for side in ("request", "response"):
                    inner = mapping(mapping(example).get(side))
                    for part in ("headers", "query", "body"):
                        pointer = f"{operation}/examples/{place}/{side}/{part}"
                        found += _leaves(inner.get(part), pointer, "")
        return tuple(found)

    @cached_property
    def words(self) -> frozenset[str]:
        """Every name and value that the spec has, split where words are."""
        texts = [field.name for field in self.fields]
        texts += [fact.value for field in self.fields for fact in field.facts]
        texts += [fact.value for fact in self.literals]
        return frozenset(texts)


def read(folder: Path, document: str) -> Transcript:
    """The transcript of one document of an API's folder."""
    api, own = (_loaded(folder / f"{stem}.yaml") for stem in ("api", document))
    return Transcript(api, own)


def _loaded(path: Path) -> Node:
    return mapping(yaml.load(path.read_text("utf-8"), yaml.BaseLoader))


def mapping(node: object) -> Node:
    """The node, or nothing where it is something else."""
    return cast("Node", node) if isinstance(node, dict) else {}


def sequence(node: object) -> list[object]:
    """The node's items, or nothing where it is something else."""
    return cast("list[object]", node) if isinstance(node, list) else []


def below(node: Node, key: str) -> list[tuple[str, Node]]:
    """What a mapping has by name under a key."""
    return [(name, mapping(inner)) for name, inner in mapping(node.get(key)).items()]


def escaped(step: str) -> str:
    """A step of a JSON Pointer (RFC 6901)."""
    return step.replace("~", "~0").replace("/", "~1")


def _scalars(node: Node, pointer: str, key: str) -> list[Fact]:
    value = node.get(key)
    if isinstance(value, str):
        return [Fact(key, f"{pointer}/{key}", value)]
    return [
        Fact(key, f"{pointer}/{key}/{place}", item)
        for place, item in enumerate(sequence(value))
        if isinstance(item, str)
    ]


def _media_types(node: Node, pointer: str) -> Iterator[Fact]:
    yield from _scalars(node, pointer, "media_type")
    for key, inner in node.items():
        if key not in _NOT_BELOW:
            yield from _media_types(mapping(inner), f"{pointer}/{escaped(key)}")


def _fields(node: Node, pointer: str, path: tuple[str, ...]) -> Iterator[Field]:
    for key, value in node.items():
        inner = mapping(value)
        here = f"{pointer}/{escaped(key)}"
        if key in _NOT_BELOW:
            continue
        if key in ("properties", "parameters", "headers"):
            for name, each in inner.items():
                own = mapping(each)
                wire = own.get("name")
                names = (*path, wire if isinstance(wire, str) else name)
                at = f"{here}/{escaped(name)}"
                header = key == "headers" or own.get("in") == "header"
                parts = list(_fields(own, at, names))
                facts = tuple(_facts(own, at, ""))
                yield Field(at, here, names, facts, header, bool(parts))
                yield from parts
        elif inner:
            yield from _fields(inner, here, path)
        else:
            for place, item in enumerate(sequence(value)):
                yield from _fields(mapping(item), f"{here}/{place}", path)


def _facts(node: Node, pointer: str, prefix: str) -> Iterator[Fact]:
    for key, value in node.items():
        if key not in _FACTS:
            continue
        if isinstance(value, str):
            yield Fact(prefix + key, f"{pointer}/{key}", value)
        elif key == "type":
            for item in sequence(value):
                yield Fact(prefix + key, f"{pointer}/{key}", str(item))
    for key in _LISTS:
        for place, item in enumerate(sequence(node.get(key))):
            if isinstance(item, str):
                yield Fact(prefix + key, f"{pointer}/{key}/{place}", item)
    for key in ("items", "additionalProperties"):
        inner = mapping(node.get(key))
        if inner:
            yield from _facts(inner, f"{pointer}/{key}", f"{prefix}{key}.")


def _leaves(node: object, pointer: str, name: str) -> Iterator[Fact]:
    if isinstance(node, str):
        yield Fact(name, pointer, node)
    for key, inner in mapping(node).items():
        yield from _leaves(inner, f"{pointer}/{escaped(key)}", key)
    for place, item in enumerate(sequence(node)):
        yield from _leaves(item, f"{pointer}/{place}", name)


def _missing(node: Node, pointer: str) -> Iterator[str]:
    for dotted, given in mapping(node.get("evidence")).items():
        for mark in sequence(given) or [given]:
            if mapping(mark).get("state") == "missing" and "lacks" not in mapping(mark):
                yield f"{pointer}/{dotted.replace('.', '/')}"
    for key, value in node.items():
        if key != "evidence":
            yield from _missing(mapping(value), f"{pointer}/{escaped(key)}")
