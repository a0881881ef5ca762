"""Reads keys of one mapping and hands each piece of evidence to the node that it speaks of."""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from typing import Any, cast

from truecopy.diagnostics import Diagnostic, Place, error, shown
from truecopy.ir import Evidence, Origin, Value
from truecopy.source import Items, Json, Table, nearby, resolve

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
        stated = table.get("evidence")
        if isinstance(stated, Table):
            for name in stated:
                self._register(cursor, name, stated)
        return cursor

    def claim(
        self, pointer: Pointer, keys: Container[str] | None
    ) -> tuple[Evidence, ...]:
        """The evidence below a pointer that no node below it has claimed.

        With `keys`, only what speaks of one of these keys: a parameter and its schema share a mapping.
        """
        found = self._below.get(pointer, ())
        mine: list[Evidence] = []
        depth = len(pointer)
        for evidence in found:
            below = evidence.pointer[depth:]
            if id(evidence) in self._claimed:
                continue
            if keys is None or (below and below[0] in keys):
                self._claimed.add(id(evidence))
                mine.append(_with_key(evidence, ".".join(below)))
        return tuple(mine)

    def _register(self, cursor: Cursor, name: str, stated: Table) -> None:
        below = resolve(cursor.table, name)
        place, target = stated.key(name), stated[name]
        if below is None:
            near = nearby(cursor.table, name)
            hint = f"; did you mean {shown(near)}?" if near else ""
            message = f"evidence speaks of {shown(name)}, which is not a key here{hint}"
            self.findings.append(error(place, "evidence-target", message))
            return
        for node in target if isinstance(target, Items) else (target,):
            if isinstance(node, Table):
                evidence = _evidence(node, (*cursor.pointer, *below), place)
                self.evidence.append(evidence)
                for end in range(len(evidence.pointer) + 1):
                    node_above = evidence.pointer[:end]
                    self._below.setdefault(node_above, []).append(evidence)


class Cursor:
    """One mapping, its pointer, and typed access to its keys: the JSON Schema has seen to the types."""

    __slots__ = ("file", "flag", "pointer", "table", "text")

    def __init__(self, file: File, table: Table, pointer: Pointer) -> None:
        self.file = file
        self.table = table
        self.pointer = pointer
        get = cast("Callable[[str], Any]", table.get)
        self.text: Callable[[str], str | None] = get
        self.flag: Callable[[str], bool | None] = get

    def __contains__(self, key: str) -> bool:
        return key in self.table

    def count(self, key: str) -> int | None:
        number = cast("float | None", self.table.get(key))
        return None if number is None else int(number)

    def texts(self, key: str) -> tuple[str, ...]:
        return tuple(cast("Sequence[str]", self.table.get(key) or ()))

    def named(self, key: str) -> Mapping[str, str] | None:
        return cast("Mapping[str, str] | None", self.table.get(key))

    def dotted(self, key: str) -> tuple[str, ...] | None:
        text = self.text(key)
        return None if text is None else tuple(text.split("."))

    def value(self, key: str) -> Value | None:
        return value(self.table[key]) if key in self.table else None

    def values(self, key: str) -> tuple[Value, ...]:
        return tuple(map(value, cast("Sequence[Json]", self.table.get(key) or ())))

    def child(self, key: str) -> Cursor | None:
        """The mapping under a key, entered as a node of its own."""
        below = self.table.get(key)
        if not isinstance(below, Table):
            return None
        return self.file.enter(below, (*self.pointer, key))

    def children(self, key: str) -> Iterator[tuple[str, Cursor]]:
        """The named mappings under a key."""
        named = self.table.get(key)
        if isinstance(named, Table):
            enter, pointer = self.file.enter, (*self.pointer, key)
            for name, below in named.items():
                if isinstance(below, Table):
                    yield name, enter(below, (*pointer, name))

    def entries(self, key: str) -> Iterator[Cursor]:
        """The mappings of a list under a key."""
        items = self.table.get(key)
        if isinstance(items, Items):
            for index, item in enumerate(items):
                if isinstance(item, Table):
                    yield self.file.enter(item, (*self.pointer, key, str(index)))

    def refuse(self, key: str, rule: str, message: str) -> None:
        self.file.findings.append(error(self.table.key(key), rule, message))

    def origin(self, keys: Container[str] | None = None) -> Origin:
        """Where the mapping stands. Call it last: children claim their evidence first."""
        file, pointer = self.file, self.pointer
        evidence = file.claim(pointer, keys) if file.evidence else ()
        return Origin(pointer, self.table, evidence, keys)


def value(data: Json) -> Value:
    """A JSON value with its canonical text: keys sorted, nothing escaped that need not be."""
    return Value(data, _CANONICAL.encode(data))


def _evidence(node: Mapping[str, Any], pointer: Pointer, place: Place) -> Evidence:
    return Evidence(
        pointer=pointer,
        key="",
        state=node["state"],
        because=node.get("because") or "",
        source=node.get("source"),
        also=tuple(map(value, node.get("also") or ())),
        lacks=tuple(map(str, node.get("lacks") or ())),
        place=place,
    )


def _with_key(e: Evidence, key: str) -> Evidence:
    return Evidence(
        e.pointer, key, e.state, e.because, e.source, e.also, e.lacks, e.place
    )
