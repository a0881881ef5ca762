"""Reads keys of one mapping and hands each piece of evidence to the node that it speaks of."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Iterator
from typing import cast

from truecopy.diagnostics import Diagnostic, Place, error, shown
from truecopy.ir import Evidence, Origin, State, Value
from truecopy.source import Entry, Items, Json, Node, Scalar, Table, plain

Pointer = tuple[str, ...]


class File:
    """What is known of one file while it is built: evidence that no node has claimed yet."""

    def __init__(self) -> None:
        self.findings: list[Diagnostic] = []
        self.evidence: list[Evidence] = []
        self._unclaimed: list[Evidence] = []

    def enter(self, table: Table, pointer: Pointer) -> Cursor:
        """Registers the evidence of a mapping before its children are built."""
        cursor = Cursor(self, table, pointer)
        entry = table.entries.get("evidence")
        if entry is not None and isinstance(entry.node, Table):
            for name, target in entry.node.entries.items():
                self._register(cursor, name, target)
        return cursor

    def claim(self, pointer: Pointer, keys: Iterable[str] | None) -> tuple[Evidence, ...]:
        """The evidence below a pointer that no node below it has claimed.

        With `keys`, only what speaks of one of these keys: a parameter and its schema share a mapping.
        """
        mine: list[Evidence] = []
        rest: list[Evidence] = []
        for evidence in self._unclaimed:
            below = evidence.pointer[len(pointer) :]
            fits = evidence.pointer[: len(pointer)] == pointer
            fits = fits and (keys is None or (bool(below) and below[0] in keys))
            (mine if fits else rest).append(evidence)
        self._unclaimed = rest
        return tuple(_with_key(e, ".".join(e.pointer[len(pointer) :])) for e in mine)

    def _register(self, cursor: Cursor, name: str, target: Entry) -> None:
        below = resolve(cursor.table, name)
        if below is None:
            message = f"evidence speaks of {shown(name)}, which is not a key here"
            self.findings.append(error(target.place, "evidence-target", message))
            return
        nodes = target.node.items if isinstance(target.node, Items) else (target.node,)
        for node in nodes:
            if isinstance(node, Table):
                evidence = _evidence(node, (*cursor.pointer, *below), target.place)
                self.evidence.append(evidence)
                self._unclaimed.append(evidence)


class Cursor:
    """One mapping, its pointer, and typed access to its keys."""

    def __init__(self, file: File, table: Table, pointer: Pointer) -> None:
        self.file = file
        self.table = table
        self.pointer = pointer

    def __contains__(self, key: str) -> bool:
        return key in self.table.entries

    def data(self, key: str) -> Json:
        """The value of a key as JSON data, None when it is absent."""
        entry = self.table.entries.get(key)
        return None if entry is None else plain(entry.node)

    def text(self, key: str) -> str | None:
        return cast("str | None", self.data(key))

    def flag(self, key: str) -> bool | None:
        return cast("bool | None", self.data(key))

    def count(self, key: str) -> int | None:
        number = self.data(key)
        return None if number is None else int(cast("float", number))

    def number(self, key: str) -> int | float | None:
        return cast("int | float | None", self.data(key))

    def texts(self, key: str) -> tuple[str, ...]:
        return tuple(cast("list[str]", self.data(key) or []))

    def dotted(self, key: str) -> tuple[str, ...] | None:
        text = self.text(key)
        return None if text is None else tuple(text.split("."))

    def value(self, key: str) -> Value | None:
        entry = self.table.entries.get(key)
        return None if entry is None else value(plain(entry.node))

    def values(self, key: str) -> tuple[Value, ...]:
        entry = self.table.entries.get(key)
        if entry is None or not isinstance(entry.node, Items):
            return ()
        return tuple(value(plain(item)) for item in entry.node.items)

    def child(self, key: str) -> Cursor | None:
        """The mapping under a key, entered as a node of its own."""
        entry = self.table.entries.get(key)
        if entry is None or not isinstance(entry.node, Table):
            return None
        return self.file.enter(entry.node, (*self.pointer, key))

    def children(self, key: str) -> Iterator[tuple[str, Cursor]]:
        """The named mappings under a key."""
        entry = self.table.entries.get(key)
        if entry is not None and isinstance(entry.node, Table):
            for name, below in entry.node.entries.items():
                if isinstance(below.node, Table):
                    yield name, self.file.enter(below.node, (*self.pointer, key, name))

    def entries(self, key: str) -> Iterator[Cursor]:
        """The mappings of a list under a key."""
        entry = self.table.entries.get(key)
        if entry is not None and isinstance(entry.node, Items):
            for index, item in enumerate(entry.node.items):
                if isinstance(item, Table):
                    yield self.file.enter(item, (*self.pointer, key, str(index)))

    def place(self, key: str) -> Place:
        return self.table.entries[key].place

    def refuse(self, place: Place, rule: str, message: str) -> None:
        self.file.findings.append(error(place, rule, message))

    def origin(
        self, keys: Iterable[str] | None = None, deep: Container[str] = ()
    ) -> Origin:
        """Where the mapping stands. Call it last: children claim their evidence first.

        Below a key in `deep`, the places of all parts are kept, below others those of the next
        level alone.
        """
        evidence = self.file.claim(self.pointer, keys)
        places: dict[str, Place] = {}
        inside: dict[str, Place] = {}
        for name, entry in self.table.entries.items():
            if keys is None or name in keys:
                places[name] = entry.place
                if not isinstance(entry.node, Scalar):
                    _add_places(inside, name, entry.node, name in deep)
        return Origin(self.pointer, self.table.place, places, evidence, inside)


def _add_places(places: dict[str, Place], name: str, node: Node, deep: bool) -> None:
    if isinstance(node, Table):
        below = [(key, entry.place, entry.node) for key, entry in node.entries.items()]
    elif isinstance(node, Items):
        below = [(str(i), item.place, item) for i, item in enumerate(node.items)]
    else:
        return
    for key, place, child in below:
        places[f"{name}.{key}"] = place
        if deep:
            _add_places(places, f"{name}.{key}", child, deep)


def value(data: Json) -> Value:
    """A JSON value with its canonical text: keys sorted, nothing escaped that need not be."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Value(data, text)


def resolve(node: Node, name: str) -> Pointer | None:
    """The keys below a node that a dotted name means; keys may hold dots themselves."""
    if isinstance(node, Items):
        head, _, rest = name.partition(".")
        if not head.isascii() or not head.isdigit() or int(head) >= len(node.items):
            return None
        below = resolve(node.items[int(head)], rest) if rest else ()
        return None if below is None else (head, *below)
    if not isinstance(node, Table):
        return None
    if name in node.entries:
        return (name,)
    for key, entry in node.entries.items():
        if name.startswith(key + "."):
            below = resolve(entry.node, name[len(key) + 1 :])
            if below is not None:
                return (key, *below)
    return None


def _evidence(node: Table, pointer: Pointer, place: Place) -> Evidence:
    def text(key: str) -> str | None:
        entry = node.entries.get(key)
        return str(entry.node.value) if entry and isinstance(entry.node, Scalar) else None

    def listed(key: str) -> tuple[Node, ...]:
        entry = node.entries.get(key)
        return entry.node.items if entry and isinstance(entry.node, Items) else ()

    return Evidence(
        pointer=pointer,
        key="",
        state=cast("State", text("state")),
        because=text("because") or "",
        source=text("source"),
        also=tuple(value(plain(item)) for item in listed("also")),
        lacks=tuple(str(plain(item)) for item in listed("lacks")),
        place=place,
    )


def _with_key(e: Evidence, key: str) -> Evidence:
    return Evidence(e.pointer, key, e.state, e.because, e.source, e.also, e.lacks, e.place)
