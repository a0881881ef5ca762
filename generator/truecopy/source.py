"""Reads a strict YAML subset into nodes that know where each key and value is written."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import cast

import yaml

from truecopy.diagnostics import Diagnostic, Note, Place, error, shown
from truecopy.records import record

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]

MAX_BYTES = 8 * 1024 * 1024
MAX_DEPTH = 64
MAX_NODES = 400_000
MAX_DIGITS = 400

# Control characters other than tab and newline, line separators, surrogates, zero-width and
# bidirectional characters: what a reviewer cannot see or sees in another place than it stands.
_HIDDEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff"
)
HIDDEN = re.compile(f"[{_HIDDEN}]")

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?\Z")
# Read as numbers, or differently, by one of YAML 1.1, YAML 1.2 and JSON.
_AMBIGUOUS = re.compile(
    r"[-+]?(?:0[0-9_]+|0o[0-7_]+|0x[0-9a-fA-F_]+|0b[01_]+|[0-9][0-9_]*_[0-9_]*"
    r"|\.(?:inf|Inf|INF)|(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)[eE][-+]?[0-9]+|\.[0-9][0-9_]*|[0-9][0-9_]*\.[0-9_]*)\Z"
    r"|\+[0-9][0-9_.]*\Z|\.(?:nan|NaN|NAN)\Z"
)
_WORDS: Mapping[str, bool | None] = {"true": True, "false": False, "null": None}
_MISCASED = {word for w in _WORDS for word in (w.title(), w.upper())}
_STARTS = frozenset("+-.0123456789")


@record
class Scalar:
    """A string, number, boolean or null."""

    value: bool | int | float | str | None
    place: Place


@record
class Items:
    """A sequence."""

    items: tuple[Node, ...]
    place: Place


@record
class Table:
    """A mapping in the order in which it is written."""

    entries: Mapping[str, Entry]
    place: Place


@record
class Entry:
    """One key of a mapping with its value."""

    place: Place
    node: Node


Node = Scalar | Items | Table


def load(file: str, data: bytes) -> tuple[Table | None, list[Diagnostic]]:
    """The mapping that a file holds, and all that is wrong with it as YAML.

    The mapping is None when there is an error: what could be read in part is not read on.
    """
    text, findings = _decode(file, data)
    if text is None:
        return None, findings
    reader = _Reader(file, text)
    try:
        node = reader.document()
    except yaml.YAMLError as problem:
        findings.append(reader.broken(problem))
        node = None
    except _Stop:
        node = None
    findings += reader.findings
    if node is not None and not isinstance(node, Table):
        findings.append(
            error(node.place, "yaml-mapping", "a spec is a mapping of keys to values")
        )
    return (node if isinstance(node, Table) and not findings else None), findings


def plain(node: Node) -> Json:
    """The node as JSON data: what a JSON Schema validator reads."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    return {key: plain(entry.node) for key, entry in node.entries.items()}


def find(node: Node, path: Sequence[str | int]) -> Node:
    """The node at a path of keys and indexes, which must exist."""
    for step in path:
        if isinstance(node, Table):
            node = node.entries[str(step)].node
        elif isinstance(node, Items):
            node = node.items[int(step)]
    return node


class _Stop(Exception):  # noqa: N818
    """Reading on would be unsafe; the reason is among the findings."""


def _decode(file: str, data: bytes) -> tuple[str | None, list[Diagnostic]]:
    start = Place(file, 1, 1)
    if len(data) > MAX_BYTES:
        message = f"a spec has at most {MAX_BYTES:,} bytes; this file has {len(data):,}"
        return None, [error(start, "yaml-size", message)]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        before = data[: problem.start].decode("utf-8-sig", "replace")
        place = _place(file, before, len(before))
        return None, [
            error(place, "yaml-encoding", "not UTF-8: save the file in that encoding")
        ]
    text = text.replace("\r\n", "\n")
    findings = [
        error(
            _place(file, text, match.start()),
            "yaml-character",
            f"the character U+{ord(match[0]):04X} is not visible where it stands; remove it",
        )
        for match in HIDDEN.finditer(text)
    ]
    if not findings and not text.strip():
        findings.append(
            error(
                start,
                "yaml-empty",
                "the file is empty; `truecopy new` shows a skeleton",
            )
        )
    return (None if findings else text), findings


def _place(file: str, text: str, index: int) -> Place:
    line_start = text.rfind("\n", 0, index) + 1
    return Place(file, text.count("\n", 0, index) + 1, index - line_start + 1)


class _Reader:
    """Composes the parser's events into nodes and refuses what people misread."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.lines = text.split("\n") if "\t" in text else []
        self.findings: list[Diagnostic] = []
        self.nodes = 0
        # Before the end of the stream there is always an event, or an exception.
        self.next = cast("Callable[[], yaml.Event]", yaml.CSafeLoader(text).get_event)

    def document(self) -> Node | None:
        root: Node | None = None
        while not isinstance(event := self.next(), yaml.StreamEndEvent):
            if isinstance(event, yaml.DocumentStartEvent):
                place = self.at(event)
                if root is not None:
                    self.refuse(
                        place,
                        "yaml-document",
                        "a second document; a file holds one spec",
                    )
                    raise _Stop
                if event.version or event.tags:
                    self.refuse(
                        place,
                        "yaml-directive",
                        "YAML directives are not read; remove it",
                    )
                root = self.node(self.next(), 0)
        if root is None:
            self.refuse(
                Place(self.file, 1, 1),
                "yaml-empty",
                "the file holds nothing but comments",
            )
        return root

    def node(self, event: yaml.Event, depth: int) -> Node:
        place = self.at(event)
        self.nodes += 1
        if depth > MAX_DEPTH:
            self.refuse(
                place,
                "yaml-depth",
                f"nested deeper than {MAX_DEPTH} levels; name a schema",
            )
            raise _Stop
        if self.nodes > MAX_NODES:
            self.refuse(
                place, "yaml-size", f"more than {MAX_NODES:,} values in one file"
            )
            raise _Stop
        if self.lines:
            self.indentation(place)
        if isinstance(event, yaml.ScalarEvent):
            if event.anchor is not None or event.tag is not None:
                self.marked(event, place, "a tag; values have no types but JSON's")
            return Scalar(self.scalar(event, place), place)
        if isinstance(event, yaml.AliasEvent):
            self.refuse(
                place, "yaml-anchor", "an alias; write the value out or name a schema"
            )
            return Scalar(None, place)
        assert isinstance(event, yaml.CollectionStartEvent)
        self.marked(event, place, "a tag; values have no types but JSON's")
        if isinstance(event, yaml.SequenceStartEvent):
            return Items(tuple(self.items(depth)), place)
        return self.table(place, depth)

    def marked(
        self,
        event: yaml.ScalarEvent | yaml.CollectionStartEvent,
        place: Place,
        message: str,
    ) -> None:
        """Refuses an anchor, and a tag."""
        if event.anchor is not None:
            self.refuse(
                place, "yaml-anchor", "an anchor; write values out or name a schema"
            )
        if event.tag is not None:
            self.refuse(place, "yaml-tag", message)

    def items(self, depth: int) -> Iterator[Node]:
        while not isinstance(event := self.next(), yaml.SequenceEndEvent):
            yield self.node(event, depth + 1)

    def table(self, place: Place, depth: int) -> Table:
        entries: dict[str, Entry] = {}
        while not isinstance(event := self.next(), yaml.MappingEndEvent):
            key_place = self.at(event)
            key = self.key(event, key_place)
            value = self.node(self.next(), depth + 1)
            if key is None:
                continue
            if key in entries:
                first = Note(entries[key].place, "first written here")
                message = f"the key {shown(key)} stands twice in one mapping"
                self.findings.append(
                    error(key_place, "yaml-duplicate-key", message, first)
                )
            else:
                entries[key] = Entry(key_place, value)
        return Table(entries, place)

    def key(self, event: yaml.Event, place: Place) -> str | None:
        if not isinstance(event, yaml.ScalarEvent):
            if isinstance(event, yaml.AliasEvent):
                self.refuse(place, "yaml-anchor", "an alias; write the key out")
                return None
            self.refuse(place, "yaml-key", "a key is text; this one is a collection")
            raise _Stop
        if self.lines:
            self.indentation(place)
        if event.anchor is not None or event.tag is not None:
            self.marked(event, place, "a tag; keys are text")
        quoted = event.style in ("'", '"')
        if not event.value and not quoted:
            self.refuse(place, "yaml-key", "a key is missing")
        if event.value == "<<" and not quoted:
            self.refuse(
                place, "yaml-merge", "a merge key; write the keys out or name a schema"
            )
        if event.style == '"':
            self.visible(event.value, place)
        return event.value

    def scalar(
        self, event: yaml.ScalarEvent, place: Place
    ) -> bool | int | float | str | None:
        text = event.value
        if event.style:
            if event.style == '"':
                self.visible(text, place)
            return text
        if not text or text == "~":
            what = "a value is missing" if not text else "'~' is read as null by some"
            self.refuse(
                place,
                "yaml-empty-value",
                f"{what}; write null, or '' for an empty text",
            )
        elif text[0] in _STARTS:
            return self.numeric(text, place)
        elif text in _WORDS:
            return _WORDS[text]
        elif text in _MISCASED:
            self.refuse(
                place,
                "yaml-ambiguous",
                f"write {text.lower()}, or quote it to mean the text",
            )
        return text

    def numeric(self, text: str, place: Place) -> int | float | str:
        """What begins like a number: a number, or text that must not be taken for one."""
        if _NUMBER.match(text):
            return self.number(text, place)
        if _AMBIGUOUS.match(text):
            message = f"{shown(text)} is a number to some readers of YAML and not to others; quote it"
            self.refuse(place, "yaml-ambiguous", message)
        return text

    def number(self, text: str, place: Place) -> int | float:
        if len(text) > MAX_DIGITS:
            self.refuse(
                place,
                "yaml-number",
                f"a number of more than {MAX_DIGITS} digits; quote it",
            )
            return 0
        if "." not in text:
            return int(text)
        value = float(text)
        if not math.isfinite(value) or Decimal(repr(value)) != Decimal(text):
            message = f"{shown(text)} has more digits than a double-precision number keeps; quote it"
            self.refuse(place, "yaml-number", message)
        return value

    def visible(self, text: str, place: Place) -> None:
        """An escape can hide what the file itself may not hold."""
        hidden = HIDDEN.search(text)
        if hidden:
            message = f"the text holds the invisible character U+{ord(hidden[0]):04X}"
            self.refuse(place, "yaml-character", message)

    def indentation(self, place: Place) -> None:
        if place.line > len(self.lines):
            return
        before = self.lines[place.line - 1][: place.column - 1]
        if "\t" in before and not before.strip():
            tab = Place(self.file, place.line, before.index("\t") + 1)
            self.refuse(tab, "yaml-tab", "a tab in the indentation; use spaces")

    def refuse(self, place: Place, rule: str, message: str) -> None:
        self.findings.append(error(place, rule, message))

    def at(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        assert mark is not None
        return Place(self.file, mark.line + 1, mark.column + 1)

    def broken(self, problem: yaml.YAMLError) -> Diagnostic:
        """The parser's own complaint, at its place, in fewer words."""
        mark = getattr(problem, "problem_mark", None)
        if mark is None:
            return error(Place(self.file, 1, 1), "yaml-syntax", f"not YAML: {problem}")
        place = Place(self.file, mark.line + 1, mark.column + 1)
        lines = self.text.split("\n")
        line = lines[place.line - 1] if place.line <= len(lines) else ""
        if "\t" in line[: len(line) - len(line.lstrip())]:
            tab = Place(self.file, place.line, line.index("\t") + 1)
            return error(tab, "yaml-tab", "a tab in the indentation; use spaces")
        words = [getattr(problem, name, None) for name in ("context", "problem")]
        begin = getattr(problem, "context_mark", None)
        notes = (
            []
            if begin is None
            else [
                Note(
                    Place(self.file, begin.line + 1, begin.column + 1), "it begins here"
                )
            ]
        )
        message = "not YAML: " + ", ".join(str(word) for word in words if word)
        return error(place, "yaml-syntax", message, *notes)
