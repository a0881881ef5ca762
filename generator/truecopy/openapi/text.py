"""JSON and YAML texts of a document, without characters that nobody sees."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import cast

from truecopy.source import hidden

# Text that every reader of YAML takes for text: it begins with a letter.
_CHARACTERS = "[A-Za-z0-9_./+;,'()-]"
_PLAIN = re.compile(rf"[A-Za-z]{_CHARACTERS}*(?: {_CHARACTERS}+)*|\$ref")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_LONGEST_KEY = 1000


def as_json(document: Mapping[str, object]) -> str:
    """The document as JSON."""
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2)
    return hidden().sub(_json_escape, text) + "\n"


def as_yaml(document: Mapping[str, object]) -> str:
    """The document as YAML that PyYAML and truecopy's own reader take for the same data."""
    return "".join(line + "\n" for line in _block(document))


def _block(value: object) -> Iterator[str]:
    """The lines of a value; a collection that is not empty takes several."""
    if not _has_lines(value):
        yield _scalar(value)
    elif isinstance(value, Mapping):
        for key, item in cast("Mapping[str, object]", value).items():
            yield from _entry(key, item)
    else:
        for item in cast("list[object]", value):
            first, *rest = _block(item)
            yield f"- {first}"
            yield from (f"  {line}" for line in rest)


def _has_lines(value: object) -> bool:
    return isinstance(value, (Mapping, list)) and bool(cast("object", value))


def _entry(key: str, item: object) -> Iterator[str]:
    name = _text(key)
    if len(name) > _LONGEST_KEY:
        # YAML reads a longer key only after a question mark.
        yield f"? {name}"
        name = ""
    if _has_lines(item):
        yield f"{name}:"
        yield from (f"  {line}" for line in _block(item))
    else:
        yield f"{name}: {_scalar(item)}"


def _scalar(value: object) -> str:
    match value:
        case str():
            return _text(value)
        case float():
            # Readers differ on exponents, so there are none.
            digits = format(Decimal(repr(value)), "f")
            return digits if "." in digits else f"{digits}.0"
        case _:
            return json.dumps(value)


def _text(text: str) -> str:
    if (
        _PLAIN.fullmatch(text)
        and text.lower() not in _WORDS
        and len(text) < _LONGEST_KEY
    ):
        return text
    return hidden().sub(_yaml_escape, json.dumps(text, ensure_ascii=False))


def _json_escape(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]


def _yaml_escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
