"""Equality of JSON values, and how a message shows one."""

from __future__ import annotations

import json
from collections.abc import Hashable

from truecopy.diagnostics import shown
from truecopy.source import Json


def same(left: Json, right: Json) -> bool:
    """Equality of JSON values: 1 equals 1.0, neither equals true."""
    return identity(left) == identity(right)


def identity(data: Json) -> Hashable:
    """A key that equal JSON values share."""
    if data is None or isinstance(data, str):
        return data
    if isinstance(data, (bool, int, float)):
        return (isinstance(data, bool), data)
    if isinstance(data, dict):
        return frozenset((key, identity(value)) for key, value in data.items())
    return tuple(identity(item) for item in data)


def literal(data: Json) -> str:
    """A value as a message shows it: JSON, short, on one line."""
    if isinstance(data, str):
        return shown(data)
    text = json.dumps(data, ensure_ascii=False)
    return text if len(text) <= 60 else text[:59] + "…"
