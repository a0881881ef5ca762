"""Reads a strict YAML subset into nodes that know where each key and value is written."""

from __future__ import annotations

import functools
import itertools
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import cast, final

import yaml

from truecopy.diagnostics import Diagnostic, Note, Place, error, shown

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]

MAX_BYTES = 8 * 1024 * 1024
MAX_DEPTH = 64
MAX_NODES = 800_000
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
_TAB = "a tab in the indentation; use spaces"
_STARTS = frozenset("+-.0123456789")


# A place inside a file as one number, which is cheap to make and to keep: line and column from zero.
_COLUMNS = 24


@final
class Table(dict[str, "Node"]):
    """A mapping in the order in which it is written, which knows where everything in it stands."""

    __slots__ = ("file", "spots", "start")

    def __init__(self, file: str, start: int) -> None:
        self.file = file
        self.start = start
        self.spots: dict[str, tuple[int, int]] = {}

    @property
    def place(self) -> Place:
        """Where the mapping begins."""
        return _unpacked(self.file, self.start)

    def key(self, name: str) -> Place:
        """Where a key is written."""
        return _unpacked(self.file, self.spots[name][0])

    def value(self, name: str) -> Place:
        """Where the value of a key is written."""
        return _unpacked(self.file, self.spots[name][1])

    def put(self, name: str, value: Node, spot: tuple[int, int]) -> None:
        """Adds a key that is written at a place."""
        self[name] = value
        self.spots[name] = spot


@final
class Items(list["Node"]):
    """A sequence, which knows where each item stands."""

    __slots__ = ("file", "spots", "start")

    def __init__(self, file: str, start: int) -> None:
        self.file = file
        self.start = start
        self.spots: list[int] = []

    @property
    def place(self) -> Place:
        """Where the sequence begins."""
        return _unpacked(self.file, self.start)

    def value(self, index: int) -> Place:
        """Where an item is written."""
        return _unpacked(self.file, self.spots[index])


Node = None | bool | int | float | str | Items | Table
Spot = tuple[Place, Place]


def load(file: str, data: bytes) -> tuple[Table | None, list[Diagnostic]]:
    """The mapping that a file holds, and all that is wrong with it as YAML.

    The mapping is None when the file can't be read to its end.
    """
    text, findings = _decode(file, data)
    if text is None:
        return None, findings
    reader = _Reader(file, text)
    try:
        found = reader.document()
    except yaml.YAMLError as problem:
        findings.append(reader.broken(problem))
        found = None
    except _Stop:
        found = None
    findings += reader.findings
    if found is None:
        return None, findings
    start, node = found
    if isinstance(node, Table):
        return node, [*findings, *(_tabs(node, text) if "\t" in text else ())]
    place = _unpacked(file, start)
    findings.append(
        error(place, "yaml-mapping", "a spec is a mapping of keys to values")
    )
    return None, findings


def spots(root: Table, path: Sequence[str | int]) -> Spot:
    """Where the key and the value at a path stand: the deepest part of it that is written."""
    node: Node = root
    found = root.place, root.place
    for step in path:
        if isinstance(node, Table) and str(step) in node:
            name = str(step)
            found, node = (node.key(name), node.value(name)), node[name]
        elif (
            isinstance(node, Items) and str(step).isdecimal() and int(step) < len(node)
        ):
            place = node.value(int(step))
            found, node = (place, place), node[int(step)]
        else:
            break
    return found


def resolve(node: Node, name: str) -> tuple[str, ...] | None:
    """The keys below a node that a dotted name means; keys may hold dots themselves."""
    if isinstance(node, Items):
        head, _, rest = name.partition(".")
        if not head.isascii() or not head.isdigit() or int(head) >= len(node):
            return None
        below = resolve(node[int(head)], rest) if rest else ()
        return None if below is None else (head, *below)
    if not isinstance(node, Table):
        return None
    if name in node:
        return (name,)
    for key, inner in node.items():
        if name.startswith(key + "."):
            below = resolve(inner, name[len(key) + 1 :])
            if below is not None:
                return (key, *below)
    return None


def find(node: Node, path: Sequence[str | int]) -> Node:
    """The node at a path of keys and indexes, which must exist."""
    for step in path:
        if isinstance(node, Table):
            node = node[str(step)]
        elif isinstance(node, Items):
            node = node[int(step)]
    return node


def _unpacked(file: str, spot: int) -> Place:
    return Place(file, (spot >> _COLUMNS) + 1, (spot & ((1 << _COLUMNS) - 1)) + 1)


def _tabs(root: Table, text: str) -> Iterator[Diagnostic]:
    """Tabs before a key or value; inside a text of several lines they are its own."""
    lines = text.split("\n")
    for place in dict.fromkeys(_places(root)):
        before = lines[place.line - 1][: place.column - 1]
        if "\t" in before and not before.strip():
            tab = Place(place.file, place.line, before.index("\t") + 1)
            yield error(tab, "yaml-tab", _TAB)


def _places(node: Node) -> Iterator[Place]:
    if isinstance(node, Table):
        for name, below in node.items():
            yield node.key(name)
            yield node.value(name)
            yield from _places(below)
    elif isinstance(node, Items):
        for index, below in enumerate(node):
            yield node.value(index)
            yield from _places(below)


_SECOND = (
    "this colon would begin a second value: quote the text that holds it, "
    "or look for the blank that is missing after the colon above"
)
_KEY = (
    "a key needs ':' and a blank after it, and has at most 1,024 characters on one line"
)
# What the parser says of the commonest slips, in plain words, and whether the slip is where it began.
_SYNTAX = (
    (
        "mapping values are not allowed",
        _SECOND,
        False,
    ),
    (
        "cannot start any token",
        "a text can't begin with this character; quote the text",
        False,
    ),
    (
        "expected alphabetic or numeric",
        "a text can't begin with this character; quote the text",
        True,
    ),
    ("did not find expected ',' or '}'", "this brace { is not closed", True),
    ("did not find expected ',' or ']'", "this bracket [ is not closed", True),
    ("unexpected end of stream", "this quotation mark is not closed", True),
    ("unexpected document indicator", "this quotation mark is not closed", True),
    (
        "could not find expected ':'",
        _KEY,
        True,
    ),
    (
        "did not find expected key",
        "this line is not indented like the lines that it belongs to",
        False,
    ),
    ("did not find expected '-' indicator", "a list goes on with '- ' here", False),
)


def _is_empty(event: yaml.Event) -> bool:
    return isinstance(event, yaml.ScalarEvent) and not event.value and not event.style


def _spot(event: yaml.Event) -> int:
    mark = event.start_mark
    return (mark.line << _COLUMNS) | mark.column  # type: ignore[union-attr]


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
    if "\r" in text:
        place = _place(file, text, text.index("\r"))
        message = "a carriage return without a line feed; save the file with LF or CRLF line ends"
        return None, [error(place, "yaml-character", message)]
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


@dataclass(frozen=True, slots=True)
class _Refused:
    """What is wrong with a text that stands without quotes where a value is wanted."""

    rule: str
    message: str


@functools.lru_cache(maxsize=4096)
def _unquoted(text: str) -> bool | int | float | str | _Refused | None:
    """The value of a text without quotes."""
    if not text or text == "~":
        what = "a value is missing" if not text else "'~' is read as null by some"
        message = f"{what}; write null, or '' for an empty text"
        return _Refused("yaml-empty-value", message)
    if text[0] in _STARTS:
        return _number(text)
    if text in _WORDS:
        return _WORDS[text]
    if text in _MISCASED:
        message = f"write {text.lower()}, or quote it to mean the text"
        return _Refused("yaml-ambiguous", message)
    return text


def _number(text: str) -> int | float | str | _Refused:
    """What begins like a number: a number, or text that must not be taken for one."""
    if not _NUMBER.match(text):
        if _AMBIGUOUS.match(text):
            message = f"{shown(text)} is a number to some readers of YAML and not to others; quote it"
            return _Refused("yaml-ambiguous", message)
        return text
    if len(text) > MAX_DIGITS:
        message = f"a number of more than {MAX_DIGITS} digits; quote it"
        return _Refused("yaml-number", message)
    if "." not in text:
        return int(text)
    value = float(text)
    if not math.isfinite(value) or Decimal(repr(value)) != Decimal(text):
        message = f"{shown(text)} has more digits than a double-precision number keeps; quote it"
        return _Refused("yaml-number", message)
    return value


class _Reader:
    """Composes the parser's events into nodes and refuses what people misread."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.findings: list[Diagnostic] = []
        # Before the end of the stream there is always an event, or an exception.
        self.next = cast("Callable[[], yaml.Event]", yaml.CSafeLoader(text).get_event)
        if len(text) > MAX_NODES:
            self.next = self.counted(self.next)

    def counted(self, following: Callable[[], yaml.Event]) -> Callable[[], yaml.Event]:
        """Stops where a file has more parts than a spec could have."""
        count = itertools.count()

        def counting() -> yaml.Event:
            event = following()
            if next(count) > MAX_NODES:
                message = f"more than {MAX_NODES:,} keys and values in one file"
                self.refuse(event, "yaml-size", message)
                raise _Stop
            return event

        return counting

    def document(self) -> tuple[int, Node] | None:
        root: tuple[int, Node] | None = None
        while not isinstance(event := self.next(), yaml.StreamEndEvent):
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    self.refuse(
                        event,
                        "yaml-document",
                        "a second document; a file holds one spec",
                    )
                    raise _Stop
                if event.version or event.tags:
                    self.refuse(
                        event,
                        "yaml-directive",
                        "YAML directives are not read; remove it",
                    )
                first = self.next()
                root = _spot(first), self.node(first, 0)
        if root is None:
            place = Place(self.file, 1, 1)
            message = "the file holds nothing but comments"
            self.findings.append(error(place, "yaml-empty", message))
        return root

    def node(self, event: yaml.Event, depth: int) -> Node:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            return self.scalar(cast("yaml.ScalarEvent", event))
        if kind is yaml.AliasEvent:
            message = "an alias; write the value out or name a schema"
            self.refuse(event, "yaml-anchor", message)
            return None
        start = cast("yaml.CollectionStartEvent", event)
        self.marked(start, "a tag; values have no types but JSON's")
        if depth > MAX_DEPTH:
            message = f"nested deeper than {MAX_DEPTH} levels; name a schema"
            self.refuse(event, "yaml-depth", message)
            raise _Stop
        if kind is yaml.SequenceStartEvent:
            return self.items(event, depth + 1)
        return self.table(event, depth + 1)

    def marked(
        self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, message: str
    ) -> None:
        """Refuses an anchor, and a tag."""
        if event.anchor is not None:
            message_ = "an anchor; write values out or name a schema"
            self.refuse(event, "yaml-anchor", message_)
        if event.tag is not None:
            self.refuse(event, "yaml-tag", message)

    def items(self, start: yaml.Event, depth: int) -> Items:
        items = Items(self.file, _spot(start))
        following, places = self.next, items.spots
        while type(event := following()) is not yaml.SequenceEndEvent:
            places.append(_spot(event))
            items.append(self.node(event, depth))
        return items

    def table(self, start: yaml.Event, depth: int) -> Table:
        table = Table(self.file, _spot(start))
        following, places, scalar = self.next, table.spots, yaml.ScalarEvent
        while type(event := following()) is not yaml.MappingEndEvent:
            key = self.key(event)
            below = following()
            if key and ":" in key and _is_empty(below):
                message = f"a blank is missing after the colon of {shown(key)}"
                self.refuse(event, "yaml-key", message)
                continue
            value = (
                self.scalar(below) if type(below) is scalar else self.node(below, depth)
            )
            if key is None:
                continue
            if key in table:
                first = Note(table.key(key), "first written here")
                message = f"the key {shown(key)} stands twice in one mapping"
                self.refuse(event, "yaml-duplicate-key", message, first)
            else:
                table[key] = value
                places[key] = _spot(event), _spot(below)
        return table

    def key(self, event: yaml.Event) -> str | None:
        if not isinstance(event, yaml.ScalarEvent):
            if isinstance(event, yaml.AliasEvent):
                self.refuse(event, "yaml-anchor", "an alias; write the key out")
                return None
            self.refuse(event, "yaml-key", "a key is text; this one is a collection")
            raise _Stop
        text = event.value
        if event.anchor is not None or event.tag is not None:
            self.marked(event, "a tag; keys are text")
        if event.style:
            if event.style == '"':
                self.visible(text, event)
        elif not text:
            self.refuse(event, "yaml-key", "a key is missing")
            return None
        elif text == "<<":
            message = "a merge key; write the keys out or name a schema"
            self.refuse(event, "yaml-merge", message)
            return None
        return text

    def scalar(self, event: yaml.ScalarEvent) -> bool | int | float | str | None:
        text = event.value
        if event.anchor is not None or event.tag is not None:
            self.marked(event, "a tag; values have no types but JSON's")
        if event.style:
            if event.style == '"':
                self.visible(text, event)
            return text
        value = _unquoted(text)
        if isinstance(value, _Refused):
            self.refuse(event, value.rule, value.message)
            return None
        return value

    def visible(self, text: str, event: yaml.Event) -> None:
        """An escape can hide what the file itself may not hold."""
        hidden = HIDDEN.search(text)
        if hidden:
            message = f"the text holds the invisible character U+{ord(hidden[0]):04X}"
            self.refuse(event, "yaml-character", message)

    def refuse(self, event: yaml.Event, rule: str, message: str, *notes: Note) -> None:
        place = _unpacked(self.file, _spot(event))
        self.findings.append(error(place, rule, message, *notes))

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
            return error(tab, "yaml-tab", _TAB)
        begin = getattr(problem, "context_mark", None)
        start = (
            place
            if begin is None
            else Place(self.file, begin.line + 1, begin.column + 1)
        )
        said = str(getattr(problem, "problem", None))
        if mark.column > 1_024 and line[mark.column : mark.column + 1] == ":":
            column = len(line) - len(line.lstrip()) + 1
            return error(Place(self.file, place.line, column), "yaml-syntax", _KEY)
        for sign, words, at_start in _SYNTAX:
            if sign in said:
                return error(start if at_start else place, "yaml-syntax", words)
        context = getattr(problem, "context", None)
        message = "not YAML: " + ", ".join(word for word in (context, said) if word)
        notes = [] if begin is None else [Note(start, "it begins here")]
        return error(place, "yaml-syntax", message, *notes)
