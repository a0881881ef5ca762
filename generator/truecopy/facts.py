"""The facts of a spec and what supports each of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass

from truecopy.ir import Api, Document, Evidence, Origin, State

# Keys that hold other facts, or prose, and are none themselves.
_NO_FACT = frozenset(
    {"description", "summary", "evidence", "document", "operations", "schemas", "parameters", "request"}
    | {"responses", "properties", "headers", "content", "examples", "security", "servers", "variables"}
    | {"oneOf", "items", "additionalProperties", "webhooks", "events", "idempotency", "pagination"}
    | {"failure", "rate_limit", "signature", "discriminator"}
)

Pointer = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """How many facts the document states, how many it does not simply state, and what it leaves open."""

    stated: int
    inferred: int
    missing: int
    conflicting: int
    open: int


def count(spec: Api | Document) -> Count:
    """Counts the facts of one file by the evidence for them."""
    marks: dict[Pointer, State] = {}
    lacking = 0
    for evidence in spec.evidence:
        if evidence.lacks:
            lacking += 1
        if evidence.source is not None or not evidence.lacks:
            marks[evidence.pointer] = evidence.state
    known = {*pointers(spec), *(p for p, state in marks.items() if state != "stated")}
    states = [marks.get(pointer, "stated") for pointer in known]
    return Count(
        stated=states.count("stated"),
        inferred=states.count("inferred"),
        missing=states.count("missing"),
        conflicting=states.count("conflicting"),
        open=lacking,
    )


def pointers(spec: Api | Document) -> Iterator[Pointer]:
    """Where each fact of one file is written; every named node is a fact as well."""
    for origin in _origins(spec):
        yield origin.pointer
        for key in origin.keys:
            if key not in _NO_FACT:
                yield (*origin.pointer, key)


def _origins(node: object) -> Iterator[Origin]:
    if isinstance(node, Origin):
        yield node
    elif isinstance(node, Evidence | Mapping):
        return
    elif isinstance(node, tuple):
        for item in node:
            yield from _origins(item)
    elif is_dataclass(node):
        for item in fields(node):
            if not (isinstance(node, Api) and item.name == "documents"):
                yield from _origins(getattr(node, item.name))
