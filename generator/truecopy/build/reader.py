"""Reads keys of one mapping and hands each piece of evidence to the node that it speaks of."""

from __future__ import annotations

import json
from collections.abc import Container, Iterator
from typing import cast

from truecopy.diagnostics import Diagnostic, Place, error, shown
from truecopy.ir import Evidence, Origin, State, Value
from truecopy.source import Entry, Items, Json, Node, Scalar, Table, plain

Pointer = tuple[str, ...]

_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class File:
    """What is known of one file while it is built: evidence that no node has claimed yet."""

    def __init__(self) -> None:
        self.findings: list[Diagnostic] = []
        self.evidence: list[Evidence] = []
        # What speaks of a node or of anything below it, by the pointer of the node.
        self._below: dict[Pointer, list[Evidence]] = {}
        self._claimed: set[int] = set()

    def enter(self, table: Table, pointer: Pointer) -> Cursor:
        """Registers the evidence of a mapping before its children are built."""
        cursor = Cursor(self, table, pointer)
        entry = table.entries.get("evidence")
        if entry is not None and isinstance(entry.node, Table):
            for name, target in entry.node.entries.items():
                self._register(cursor, name, target)
        return cursor

    def claim(
        self, pointer: Pointer, keys: Container[str] | None
    ) -> tuple[Evidence, ...]:
        """The evidence below a pointer that no node below it has claimed.

        With `keys`, only what speaks of one of these keys: a parameter and its schema share a mapping.
        """
        mine: list[Evidence] = []
        depth = len(pointer)
        for evidence in self._below.get(pointer, ()):
            below = evidence.pointer[depth:]
            if id(evidence) in self._claimed:
                continue
            if keys is None or (below and below[0] in keys):
                self._claimed.add(id(evidence))
                mine.append(_with_key(evidence, ".".join(below)))
        return tuple(mine)

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
                for end in range(len(evidence.pointer) + 1):
                    node_above = evidence.pointer[:end]
                    self._below.setdefault(node_above, []).append(evidence)


class Cursor:
    """One mapping, its pointer, and typed access to its keys."""

    __slots__ = ("file", "pointer", "table")

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
        entry = self.table.entries.get(key)
        return None if entry is None else cast("str | None", plain(entry.node))

    def flag(self, key: str) -> bool | None:
        entry = self.table.entries.get(key)
        return None if entry is None else cast("bool | None", plain(entry.node))

    def count(self, key: str) -> int | None:
        number = self.number(key)
        return None if number is None else int(number)

    def number(self, key: str) -> int | float | None:
        entry = self.table.entries.get(key)
        return None if entry is None else cast("int | float | None", plain(entry.node))

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
        self, keys: Container[str] | None = None, deep: Container[str] = ()
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
        for key, entry in node.entries.items():
            places[f"{name}.{key}"] = entry.place
            if deep:
                _add_places(places, f"{name}.{key}", entry.node, deep)
    elif isinstance(node, Items):
        for index, item in enumerate(node.items):
            places[f"{name}.{index}"] = item.place
            if deep:
                _add_places(places, f"{name}.{index}", item, deep)


def value(data: Json) -> Value:
    """A JSON value with its canonical text: keys sorted, nothing escaped that need not be."""
    return Value(data, _CANONICAL.encode(data))


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
        return (
            str(entry.node.value) if entry and isinstance(entry.node, Scalar) else None
        )

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
    return Evidence(
        e.pointer, key, e.state, e.because, e.source, e.also, e.lacks, e.place
    )
