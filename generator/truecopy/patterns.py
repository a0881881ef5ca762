"""Texts that match a regular expression: short ones, for examples and tests."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from importlib import import_module
from typing import Protocol, cast

MOST = 512

_ALPHABET = "aA1-_ .@/:+,;=x0ZzbcdefB9#"


class _Parser(Protocol):
    def parse(self, pattern: str) -> _Parsed: ...


class _Parsed(Protocol):
    def __iter__(self) -> Iterator[tuple[object, object]]: ...


def matching(pattern: str, least: int) -> Iterator[str]:
    """A few texts that the pattern finds itself in, at least `least` characters long where it can be."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # The standard library's own parser; its module is private by name since Python 3.11.
            parser = cast("_Parser", import_module("re._parser"))
            tree = list(parser.parse(pattern))
    except (re.error, OverflowError, RecursionError):
        return
    for more in dict.fromkeys((0, least, least - 1, least - 2, least // 2)):
        if 0 <= more <= MOST:
            text = _text(tree, more)
            if text is not None and re.search(pattern, text):
                yield text


def _text(tree: list[tuple[object, object]], more: int) -> str | None:
    out: list[str] = []
    for op, argument in tree:
        piece = _piece(str(op), argument, more)
        if piece is None:
            return None
        out.append(piece)
    return "".join(out)


def _piece(op: str, argument: object, more: int) -> str | None:
    match op:
        case "LITERAL":
            return chr(cast("int", argument))
        case "NOT_LITERAL":
            return "a" if argument != ord("a") else "b"
        case "ANY":
            return "a"
        case "IN":
            return _one_of(cast("list[tuple[object, object]]", argument))
        case "AT" | "ASSERT_NOT":
            return ""
        case "ASSERT":
            return ""
        case "BRANCH":
            branches = cast("tuple[object, list[_Parsed]]", argument)[1]
            return _text(list(branches[0]), more)
        case "SUBPATTERN":
            return _text(list(cast("tuple[object, ...]", argument)[-1]), more)  # type: ignore[call-overload]
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            low, high, inner = cast("tuple[int, int, _Parsed]", argument)
            times = min(max(low, more), high, MOST)
            one = _text(list(inner), 0)
            return None if one is None or low > MOST else one * times
        case _:
            return None


def _one_of(members: list[tuple[object, object]]) -> str | None:
    """A character that a class such as [a-z] holds."""
    negated = any(str(op) == "NEGATE" for op, _ in members)
    if not negated:
        for op, argument in members:
            if str(op) == "LITERAL":
                return chr(cast("int", argument))
            if str(op) == "RANGE":
                return chr(cast("tuple[int, int]", argument)[0])
    for char in _ALPHABET:
        if any(_holds(str(op), argument, char) for op, argument in members) != negated:
            return char
    return None


def _holds(op: str, argument: object, char: str) -> bool:
    match op:
        case "LITERAL":
            return ord(char) == argument
        case "RANGE":
            low, high = cast("tuple[int, int]", argument)
            return low <= ord(char) <= high
        case "CATEGORY":
            kinds = {
                "CATEGORY_DIGIT": char.isdigit(),
                "CATEGORY_NOT_DIGIT": not char.isdigit(),
                "CATEGORY_SPACE": char.isspace(),
                "CATEGORY_NOT_SPACE": not char.isspace(),
                "CATEGORY_WORD": char.isalnum() or char == "_",
                "CATEGORY_NOT_WORD": not (char.isalnum() or char == "_"),
            }
            return kinds.get(str(argument), False)
        case _:
            return False
