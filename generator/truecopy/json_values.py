"""Equality of JSON values, and how a message shows one."""

from __future__ import annotations

import json
from collections.abc import Hashable, Sequence

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


def at(data: Json, path: Sequence[str]) -> Json:
    """The value at a path of names; None when there is none."""
    for step in path:
        if not isinstance(data, dict) or step not in data:
            return None
        data = data[step]
    return data


def holds(data: Json, path: Sequence[str], value: Json) -> bool:
    """Whether a value stands at a path of names; nothing is no null."""
    owner = at(data, path[:-1])
    return (
        isinstance(owner, dict) and path[-1] in owner and same(owner[path[-1]], value)
    )


def literal(data: Json) -> str:
    """A value as a message shows it: JSON, short, on one line."""
    if isinstance(data, str):
        return shown(data)
    text = json.dumps(data, ensure_ascii=False)
    return text if len(text) <= 60 else text[:59] + "…"
