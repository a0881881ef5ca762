"""Splits names into words and joins words again; knows no language's keywords."""

from __future__ import annotations

import re
import unicodedata

_BOUNDARY = re.compile(
    r"(?<=[a-z0-9])(?=[A-Z])"  # lineOne -> line One
    r"|(?<=[A-Z])(?=[A-Z][a-z])"  # HTTPServer -> HTTP Server
)


def words(name: str) -> tuple[str, ...]:
    """The words of a name in lower case: letters and digits of any script, nothing else.

    The name is normalised (NFKC) first, as Python does with identifiers.
    """
    text = unicodedata.normalize("NFKC", name)
    text = "".join(c if c.isalnum() or unicodedata.combining(c) else " " for c in text)
    parts = (part for run in text.split() for part in _BOUNDARY.split(run))
    return tuple(unicodedata.normalize("NFKC", part.lower()) for part in parts if part)


def snake(parts: tuple[str, ...]) -> str:
    """`line_one`."""
    return "_".join(parts)


def pascal(parts: tuple[str, ...]) -> str:
    """`LineOne`."""
    return "".join(part[:1].upper() + part[1:] for part in parts)


def constant(parts: tuple[str, ...]) -> str:
    """`LINE_ONE`."""
    return "_".join(part.upper() for part in parts)
