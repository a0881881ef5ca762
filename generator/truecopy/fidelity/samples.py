"""JSON that a page shows: read leniently, with where each member stands.

Pages number the lines of their samples, leave out what is obvious and add notes; so a comma too many,
a number at the start of a line, a comment or three dots are not in the way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import cast

from truecopy.records import record
from truecopy.source import Json

_DEPTH = 60
# What was read so far before it proved to be no JSON is not read again.
_FAR = 50
_SPACE = re.compile(r"(?:\s|//[^\n]*|/\*.*?\*/|\.\.\.|…)*", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'')
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.-])")
_WORD = re.compile(r"(?:true|false|null|True|False|None|undefined)(?!\w)")
_BARE = re.compile(r"<[^<>\n]{1,60}>|\{\{[^{}\n]{1,60}\}\}")
_GUTTER = re.compile(r"\d{1,4}(?=\s|$|[{}\[\]\"'])")
_KEY = re.compile(r"[A-Za-z_$][\w$-]*(?=\s*:)")
_CONSTANTS: dict[str, Json] = {
    "true": True,
    "True": True,
    "false": False,
    "False": False,
}


@record
class Member:
    """One value of a sample: its path without the indexes of lists, its key and its value."""

    path: tuple[str, ...]
    key: tuple[int, int]
    span: tuple[int, int]
    value: Json


@record
class Sample:
    """One JSON text of a page."""

    start: int
    end: int
    value: Json
    members: tuple[Member, ...]
    gutters: tuple[tuple[int, int], ...]


def samples(text: str) -> list[Sample]:
    """The objects and the lists of a page in their order; a list of plain values has no members."""
    found: list[Sample] = []
    at = 0
    while True:
        opening = re.compile(r"[{\[]").search(text, at)
        if opening is None:
            return found
        reader = _Reader(text, opening.start())
        try:
            value = reader.value((), 0)
        except _StopError:
            far = reader.at - opening.start() > _FAR
            at = max(opening.end(), reader.at - 1 if far else 0)
            continue
        at = reader.at
        if reader.members or (isinstance(value, list) and value):
            first = _first_gutter(text, opening.start(), reader.gutters)
            start = first[0][0] if first else opening.start()
            gutters = (*first, *reader.gutters)
            found.append(Sample(start, at, value, tuple(reader.members), gutters))


def _first_gutter(
    text: str, at: int, others: Sequence[tuple[int, int]]
) -> Sequence[tuple[int, int]]:
    """The number of the line that a sample begins on, if the line after it has the next."""
    line = text.rfind("\n", 0, at) + 1
    before = re.compile(r"[ \t]*(\d{1,5})[^\w\n]{0,4}").fullmatch(text, line, at)
    if before is None or not others:
        return ()
    start, end = others[0]
    return (before.span(1),) if int(text[start:end]) == int(before[1]) + 1 else ()


class _StopError(Exception):
    """Here is no JSON."""


class _Reader:
    def __init__(self, text: str, at: int) -> None:
        self.text = text
        self.at: int = at
        self.members: list[Member] = []
        self.gutters: list[tuple[int, int]] = []

    def _skip(self) -> str:
        match = _SPACE.match(self.text, self.at)
        assert match is not None
        self.at = match.end()
        return self.text[self.at : self.at + 1]

    def _over_gutter(self) -> str:
        """Skips the number of a line where the grammar has no place for a number."""
        sign = self._skip()
        while sign.isdigit():
            match = _GUTTER.match(self.text, self.at)
            if match is None:
                raise _StopError
            self.gutters.append(match.span())
            self.at = match.end()
            sign = self._skip()
        return sign

    def value(self, path: tuple[str, ...], depth: int) -> Json:
        if depth > _DEPTH:
            raise _StopError
        sign = self._skip()
        if sign == "{":
            braces = _BARE.match(self.text, self.at)
            if braces:
                self.at = braces.end()
                return braces[0]
            return self._object(path, depth)
        if sign == "[":
            return self._array(path, depth)
        for expression in (_STRING, _NUMBER, _WORD, _BARE):
            match = expression.match(self.text, self.at)
            if match:
                self.at = match.end()
                return _scalar(match[0])
        raise _StopError

    def _object(self, path: tuple[str, ...], depth: int) -> Json:
        self.at += 1
        found: dict[str, Json] = {}
        while True:
            sign = self._over_gutter()
            if sign == "}":
                self.at += 1
                return found
            if sign == ",":
                self.at += 1
                continue
            match = _STRING.match(self.text, self.at) or _KEY.match(self.text, self.at)
            if match is None:
                raise _StopError
            name = str(_scalar(match[0])) if match[0][0] in "\"'" else match[0]
            self.at = match.end()
            if self._skip() != ":":
                raise _StopError
            self.at += 1
            below = (*path, name)
            slot = len(self.members)
            self._skip()
            start = self.at
            value = self.value(below, depth + 1)
            self.members.insert(
                slot, Member(below, match.span(), (start, self.at), value)
            )
            found[name] = value

    def _array(self, path: tuple[str, ...], depth: int) -> Json:
        self.at += 1
        found: list[Json] = []
        while True:
            sign = self._skip()
            if sign == "]":
                self.at += 1
                return found
            if sign == ",":
                self.at += 1
                continue
            before = self.at
            value = self.value(path, depth + 1)
            # A number between two values is the number of a line.
            if isinstance(value, int) and self._skip() not in (",", "]"):
                self.gutters.append((before, before + len(str(value))))
                continue
            found.append(value)
            if self._over_gutter() not in (",", "]"):
                raise _StopError


def _scalar(text: str) -> Json:
    if text[0] == '"':
        try:
            return cast("str", json.loads(text, strict=False))
        except ValueError:
            return text[1:-1]
    if text[0] == "'":
        return text[1:-1]
    if text[0] in "-0123456789":
        if len(text) > 300:
            return text
        return float(text) if re.search(r"[.eE]", text) else int(text)
    if text[0] in "<{":
        return text
    return _CONSTANTS.get(text)


def leaves(
    value: Json, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Json]]:
    """The values of a JSON text that hold no others, with their paths; indexes are steps."""
    if isinstance(value, dict):
        for name, below in value.items():
            yield from leaves(below, (*path, name))
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from leaves(below, (*path, str(index)))
    else:
        yield path, value
