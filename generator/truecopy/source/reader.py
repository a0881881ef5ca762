"""Reads a strict YAML subset into values that know where they are written."""

from __future__ import annotations

import functools
import itertools
import math
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Protocol, cast

import yaml

from truecopy.diagnostics import Diagnostic, Note, Place, error, shown
from truecopy.records import record
from truecopy.source.nodes import COLUMNS, Items, Node, Table, unpacked
from truecopy.source.slips import BRACE, TAB, comment, missing_blank, slip

MAX_BYTES = 8 * 1024 * 1024
MAX_DEPTH = 64
MAX_NODES = 800_000
# What a double-precision number holds, with room for the numbers around a bound.
MAX_DIGITS = 300

# Control characters other than tab and newline, line separators, surrogates, zero-width and
# bidirectional characters: what a reviewer cannot see or sees in another place than it stands.
_HIDDEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff"
)
_PLAIN = bytes((*b"\t\n\r", *range(0x20, 0x7F)))

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?\Z")
# Read as numbers, or differently, by one of YAML 1.1, YAML 1.2 and JSON.
_AMBIGUOUS = (
    r"[-+]?(?:0[0-9_]+|0o[0-7_]+|0x[0-9a-fA-F_]+|0b[01_]+|[0-9][0-9_]*_[0-9_]*"
    r"|\.(?:inf|Inf|INF)|(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)[eE][-+]?[0-9]+|\.[0-9][0-9_]*|[0-9][0-9_]*\.[0-9_]*)\Z"
    r"|\+[0-9][0-9_.]*\Z|\.(?:nan|NaN|NAN)\Z"
)
_STARTS = frozenset("+-.0123456789")
_OPENING = frozenset("{['\"")
_NOTHING = "a value is missing; write null, or '' for an empty text"
_TAG = "a tag; values have no types but JSON's; quote a text that begins with !"


@functools.cache
def hidden() -> re.Pattern[str]:
    """What finds invisible characters; to compile it takes as long as to read a file."""
    return re.compile(f"[{_HIDDEN}]")


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
        findings.append(slip(file, text, problem))
        found = None
    except _Stop:
        found = None
    findings += reader.findings
    if found is None:
        return None, findings
    start, node = found
    if isinstance(node, Table):
        return node, [*findings, *(_tabs(node, text) if "\t" in text else ())]
    place = unpacked(file, start)
    findings.append(
        error(place, "yaml-mapping", "a spec is a mapping of keys to values")
    )
    return None, findings


def _tabs(root: Table, text: str) -> Iterator[Diagnostic]:
    """Tabs before a key or value; inside a text of several lines they are its own."""
    # What is missing at the end of a file has its place on the line after it.
    lines = [*text.split("\n"), ""]
    for place in dict.fromkeys(_places(root)):
        before = lines[place.line - 1][: place.column - 1]
        if "\t" in before and not before.strip():
            tab = Place(place.file, place.line, before.index("\t") + 1)
            yield error(tab, "yaml-tab", TAB)


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


def _spot(event: yaml.Event) -> int:
    mark = event.start_mark
    return (mark.line << COLUMNS) | mark.column  # type: ignore[union-attr]


def _end(event: yaml.Event) -> int:
    mark = event.end_mark
    return (mark.line << COLUMNS) | mark.column  # type: ignore[union-attr]


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
        before = problem.object[: problem.start].decode()
        place = _place(file, before, len(before))
        return None, [
            error(place, "yaml-encoding", "not UTF-8: save the file in that encoding")
        ]
    if "\0" in text:
        message = "it holds zero bytes: save the file as UTF-8 text"
        return None, [
            error(_place(file, text, text.index("\0")), "yaml-encoding", message)
        ]
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    if "\r" in text:
        place = _place(file, text, text.index("\r"))
        message = "a carriage return without a line feed; save the file with LF or CRLF line ends"
        return None, [error(place, "yaml-character", message)]
    # In the little that is not plain ASCII a hidden character is found soon.
    rare = data.translate(None, _PLAIN).decode()
    found = hidden().finditer(text) if rare and hidden().search(rare) else ()
    findings = [
        error(
            _place(file, text, match.start()),
            "yaml-character",
            f"the character U+{ord(match[0]):04X} is not visible where it stands; remove it",
        )
        for match in found
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


@record
class _Refused:
    """What is wrong with a text that stands without quotes where a value is wanted."""

    rule: str
    message: str


# Texts that have another meaning without quotes, or none that is certain.
_WORDS: Mapping[str, bool | _Refused | None] = {
    "true": True,
    "false": False,
    "null": None,
    "": _Refused("yaml-empty-value", _NOTHING),
    "~": _Refused(
        "yaml-empty-value",
        "'~' is read as null by some; write null, or '~' in quotes",
    ),
} | {
    cased: _Refused("yaml-ambiguous", f"write {word}, or quote it to mean the text")
    for word in ("true", "false", "null")
    for cased in (word.title(), word.upper())
}


@functools.lru_cache(maxsize=4096)
def _number(text: str) -> int | float | str | _Refused:
    """What begins like a number: a number, or text that must not be taken for one."""
    if not _NUMBER.match(text):
        if re.match(_AMBIGUOUS, text):
            message = f"{shown(text)} is a number to some readers of YAML and not to others; quote it, or write the number in plain digits"
            return _Refused("yaml-ambiguous", message)
        return text
    if len(text.lstrip("-")) > MAX_DIGITS:
        message = (
            f"a number of more than {MAX_DIGITS} digits; quote it where it is a text"
        )
        return _Refused("yaml-number", message)
    if "." not in text:
        return int(text)
    value = float(text)
    if not math.isfinite(value) or Decimal(repr(value)) != Decimal(text):
        message = f"{shown(text)} has more digits than a double-precision number keeps; round it, or quote it where it is a text"
        return _Refused("yaml-number", message)
    return value


class _Loader(Protocol):
    def get_event(self) -> yaml.Event: ...


class _Reader:
    """Composes the parser's events into nodes and refuses what people misread."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.findings: list[Diagnostic] = []
        # Some builds of PyYAML come without libyaml: slower, and the same but for what both may refuse.
        named = "CSafeLoader" if hasattr(yaml, "CSafeLoader") else "SafeLoader"
        loader = cast("_Loader", getattr(yaml, named)(text))
        # Before the end of the stream there is always an event, or an exception.
        self.next = loader.get_event
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
        if start.anchor is not None or start.tag is not None:
            self.marked(start, _TAG)
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
            mark = below.start_mark
            place = mark.line << COLUMNS | mark.column  # type: ignore[union-attr]
            if type(below) is not scalar:
                value = self.node(below, depth)
            elif below.value or below.style or key is None:
                value = self.scalar(below)
            else:
                value, place = None, self.empty(start, event, below, table)
            if key is None or place < 0 or (":" in key and self.glued(event)):
                continue
            if key in places:
                first = Note(table.key(key), "first written here")
                message = f"the key {shown(key)} stands twice in one mapping"
                self.refuse(event, "yaml-duplicate-key", message, first)
            else:
                table[key] = value
                mark = event.start_mark
                spot = mark.line << COLUMNS | mark.column  # type: ignore[union-attr]
                places[key] = spot, place
        return table

    def glued(self, event: yaml.Event) -> bool:
        """Whether a key holds the beginning of a value, because no blank follows a colon."""
        scalar = cast("yaml.ScalarEvent", event)
        key, _, rest = scalar.value.partition(":")
        if scalar.style or rest[:1] not in _OPENING:
            return False
        self.findings.append(missing_blank(unpacked(self.file, _spot(event)), key))
        return True

    def empty(
        self, start: yaml.Event, event: yaml.Event, below: yaml.Event, table: Table
    ) -> int:
        """Refuses a key without a value; where that would stand, less than 0 when it is no key at all."""
        key = cast("yaml.ScalarEvent", event)
        value = cast("yaml.ScalarEvent", below)
        place = _spot(below)
        if value.anchor is not None or value.tag is not None:
            self.marked(value, _TAG)
            return place
        in_braces = cast("yaml.MappingStartEvent", start).flow_style
        if not in_braces or _end(event) != place:
            line = "".join(self.text.split("\n")[place >> COLUMNS :][:1])
            message = _NOTHING + comment(line[place & (1 << COLUMNS) - 1 :])
            self.refuse(below, "yaml-empty-value", message)
            return place
        name, colon, _ = key.value.partition(":")
        if colon and not key.style:
            self.findings.append(missing_blank(unpacked(self.file, _spot(key)), name))
            return -1
        if not table and not key.style:
            self.refuse(start, "yaml-syntax", BRACE.format("mapping"))
            return -1
        last = next(reversed(table), None)
        if last and key.value.isdigit() and isinstance(table[last], int):
            message = "a number is written without commas"
            self.findings.append(error(table.value(last), "yaml-number", message))
            return -1
        message = f"{shown(key.value)} has no value; if it belongs to the text before the comma, quote that text"
        self.refuse(key, "yaml-empty-value", message)
        return _spot(key)

    def key(self, event: yaml.Event) -> str | None:
        if type(event) is not yaml.ScalarEvent:
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
            self.marked(event, _TAG)
        if event.style:
            if event.style == '"':
                self.visible(text, event)
            return text
        value: bool | int | float | str | _Refused | None
        if text in _WORDS:
            value = _WORDS[text]
        elif text[0] in _STARTS:
            value = _number(text)
        else:
            return text
        if isinstance(value, _Refused):
            self.refuse(event, value.rule, value.message)
            return None
        return value

    def visible(self, text: str, event: yaml.Event) -> None:
        """An escape can hide what the file itself may not hold."""
        found = hidden().search(text)
        if found:
            message = f"the text holds the invisible character U+{ord(found[0]):04X}"
            self.refuse(event, "yaml-character", message)

    def refuse(self, event: yaml.Event, rule: str, message: str, *notes: Note) -> None:
        place = unpacked(self.file, _spot(event))
        self.findings.append(error(place, rule, message, *notes))
