"""The facts of a spec and what supports each of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import cast

from truecopy.ir import Api, Document, Evidence, Origin, State
from truecopy.records import record

# Prose and what is said about the copy itself; none of it is a fact of the API.
_PROSE = {"description", "summary", "evidence", "document"}

# From what needs no second look to what needs it most.
_RANK: dict[State, int] = {"stated": 0, "inferred": 1, "missing": 2, "conflicting": 3}

Pointer = tuple[str, ...]


@record
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
    for evidence in spec.evidence:
        if not evidence.lacks:
            before: State = marks.get(evidence.pointer, "stated")
            if _RANK[evidence.state] >= _RANK[before]:
                marks[evidence.pointer] = evidence.state
    marked = {pointer for pointer, state in marks.items() if state != "stated"}
    states = [_state(pointer, marks) for pointer in pointers(spec) | marked]
    return Count(
        stated=states.count("stated"),
        inferred=states.count("inferred"),
        missing=states.count("missing"),
        conflicting=states.count("conflicting"),
        open=sum(bool(evidence.lacks) for evidence in spec.evidence),
    )


def marked(evidence: Iterable[Evidence]) -> State:
    """The state that counts when a fact has several marks: the one that needs most care."""
    return max((each.state for each in evidence), key=lambda state: _RANK[state])


def _state(pointer: Pointer, marks: Mapping[Pointer, State]) -> State:
    """Its own mark; without one it is missing if the nearest mark above it says so of the whole."""
    if pointer in marks:
        return marks[pointer]
    above = (pointer[:end] for end in range(len(pointer) - 1, -1, -1))
    nearest = next((marks[whole] for whole in above if whole in marks), "stated")
    return "missing" if nearest == "missing" else "stated"


def pointers(spec: Api | Document) -> set[Pointer]:
    """Where each fact of one file is written: its nodes, and the keys that hold no nodes."""
    keys: dict[Pointer, set[str]] = {}
    for origin in _origins(spec):
        # What api.yaml says for all operations is a fact of api.yaml alone.
        if origin.place.file == spec.origin.place.file:
            keys.setdefault(origin.pointer, set()).update(origin.keys)
    above = {pointer[:end] for pointer in keys for end in range(len(pointer))}
    found: set[Pointer] = set()
    for pointer, names in keys.items():
        # `schema: Problem` of a body is read as the type of its schema: one fact.
        hidden = {*_PROSE, "type"} if "schema" in names else _PROSE
        found |= {(*pointer, name) for name in names - hidden}
    return (found - above) | (keys.keys() - {()})


def _origins(node: object) -> Iterator[Origin]:
    if isinstance(node, Origin):
        yield node
    elif isinstance(node, Evidence | Mapping):
        return
    elif isinstance(node, tuple):
        for item in cast("tuple[object, ...]", node):
            yield from _origins(item)
    elif is_dataclass(node):
        for item in fields(node):
            yield from _origins(getattr(node, item.name))
