"""Splits names into words and joins words again; knows no language's keywords."""

from __future__ import annotations

import functools
import re
import unicodedata

_BOUNDARY = re.compile(
    r"(?<=[a-z0-9])(?=[A-Z])"  # lineOne -> line One
    r"|(?<=[A-Z])(?=[A-Z][a-z])"  # HTTPServer -> HTTP Server
)
# The characters of ASCII for which `_belongs` holds.
_ASCII = re.compile(r"[0-9A-Za-z]+")


@functools.lru_cache(maxsize=16384)
def words(name: str) -> tuple[str, ...]:
    """The words of a name in lower case: letters and digits of any script, with their marks.

    The name is normalised (NFKC) first; every character is one that may stand in an identifier
    (Unicode Standard Annex 31), and no word begins with a mark.
    """
    if name.isascii():
        runs = _ASCII.findall(name)
        return tuple(part.lower() for run in runs for part in _BOUNDARY.split(run))
    text = "".join(c if _belongs(c) else " " for c in _normal(name))
    parts = (
        part for run in text.split() for part in _BOUNDARY.split(_without_marks(run))
    )
    return tuple(_normal(part.lower()) for part in parts if part)


def snake(parts: tuple[str, ...]) -> str:
    """`line_one`."""
    return _normal("_".join(parts))


def pascal(parts: tuple[str, ...]) -> str:
    """`LineOne`."""
    return _normal("".join(part[:1].upper() + part[1:] for part in parts))


def constant(parts: tuple[str, ...]) -> str:
    """`LINE_ONE`."""
    return _normal("_".join(part.upper() for part in parts))


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _belongs(char: str) -> bool:
    return ("a" + char).isidentifier() and unicodedata.category(char) != "Pc"


def _without_marks(run: str) -> str:
    start = next(
        (i for i, c in enumerate(run) if unicodedata.category(c)[0] != "M"), len(run)
    )
    return run[start:]
