"""Values of specs against values of pages: JSON of both sides, and words for values."""

from __future__ import annotations

import json
import re

from truecopy.fidelity import literals
from truecopy.fidelity.spans import Span
from truecopy.source import Json, Node


def as_json(value: Node) -> Json:
    """A value of a spec as JSON."""
    return value


def as_node(value: Json) -> Node:
    """A value of JSON that holds no others, as one of a spec."""
    assert value is None or isinstance(value, bool | int | float | str)
    return value


def json_type(value: Json) -> str:
    """The type that JSON Schema has for a value."""
    if value is None:
        return "null"
    kinds = (
        (bool, "boolean"),
        (int, "integer"),
        (float, "number"),
        (str, "string"),
        (dict, "object"),
        (list, "array"),
    )
    return next(name for kind, name in kinds if isinstance(value, kind))


def same(a: Json, b: Json) -> bool:
    """Whether two values are one, whatever the white space in them."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, int | float) and isinstance(b, int | float):
        return a == b
    if isinstance(a, str) and isinstance(b, str):
        return a.split() == b.split()
    return type(a) is type(b) and a == b


def is_spelled(written: str, value: Node) -> bool:
    """Whether a word of the page is how a value is written."""
    plain = written.strip("`'\"*.,;")
    if isinstance(value, bool):
        return plain.lower() in (
            ("true", "yes", "1", "ja") if value else ("false", "no", "0", "nein", "nej")
        )
    if value is None:
        return plain.lower() in ("null", "none")
    if isinstance(value, int | float):
        span = literals.find(plain, value)
        return span is not None and span == (0, len(plain))
    if isinstance(value, str):
        return plain == value or (
            not value and plain.lower() in ("empty", "blank", "leer", "tom", "")
        )
    return re.sub(r"\s", "", written) == json.dumps(
        value, separators=(",", ":"), ensure_ascii=False
    )


def is_checkable(kind: str, value: Node) -> bool:
    """Whether another reading is a value that can be looked for, and not a sentence about one."""
    if value is None or isinstance(value, bool | list | dict):
        return False
    if kind == "type":
        return value in (
            "string",
            "integer",
            "number",
            "boolean",
            "array",
            "object",
            "null",
        )
    return (
        not isinstance(value, str)
        or len(value.split()) <= 2
        or re.search(r"\d|[_{}/]", value) is not None
    )


def without_indexes(path: tuple[str, ...], value: Json) -> tuple[str, ...]:
    """A path through a value, without its steps into lists."""
    found: list[str] = []
    for step in path:
        if isinstance(value, dict):
            found.append(step)
            value = value[step]
        else:
            assert isinstance(value, list)
            value = value[int(step)]
    return tuple(found)


def part(text: str, span: Span, value: Json) -> Span:
    """Where in a list one of its values stands; of a plain member, all of it."""
    if text[span[0] : span[0] + 1] in "[{":
        return literals.find(text, as_node(value), *span) or span
    return span
