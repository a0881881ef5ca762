"""Writes a synthetic API: as many specs as asked for, each of one operation; always the same.

python bench/synthetic.py FOLDER OPERATIONS
"""

from __future__ import annotations

import sys
from pathlib import Path

import yaml

NAME = "synthetic"
_NOUNS = ("parcel", "address", "customer", "invoice", "booking", "product", "driver")
_WORDS = ("city", "street", "note", "label", "owner", "region", "title", "branch")
_CODES = ("open", "held", "sent", "paid", "late", "lost", "done", "void")

Spec = dict[str, object]


def write(workspace: Path, operations: int) -> None:
    """Makes `specs/synthetic/` below a folder."""
    folder = workspace / "specs" / NAME
    folder.mkdir(parents=True)
    (folder / "api.yaml").write_text(_text(api()), "utf-8")
    for number in range(operations):
        name = operation_name(number)
        (folder / f"{name}.yaml").write_text(_text(document(number)), "utf-8")


def export(workspace: Path) -> Path:
    """Writes the API as an OpenAPI document, for other generators; its path."""
    from truecopy import commands

    findings, text = commands.export(workspace, NAME, False)
    if not text:
        raise SystemExit(f"the synthetic API is wrong: {findings[:3]}")
    document = workspace / "openapi.json"
    document.write_text(text, "utf-8")
    return document


def operation_name(number: int) -> str:
    """The name of one operation, of its document and of its module."""
    return f"update_{_NOUNS[number % len(_NOUNS)]}_{number:05}"


def api() -> Spec:
    """What all documents share."""
    return {
        "title": "Synthetic",
        "version": "1.0",
        "servers": {"live": {"url": "https://api.synthetic.example/v1"}},
        "security": {"token": {"type": "http", "scheme": "bearer"}},
    }


def document(number: int) -> Spec:
    """One document: an operation with 18 properties sent, 25 answered, two errors and an example."""
    name = operation_name(number)
    noun = name.removeprefix("update_")
    title = noun.replace("_", " ")
    class_ = "".join(word.title() for word in noun.split("_"))
    errors = {"404": f"{class_}Missing", "422": f"{class_}Refused"}
    operation = {
        "method": "PUT",
        "path": f"/{noun.replace('_', '-')}/{{{noun}_id}}",
        "summary": f"Changes one {title}.",
        "description": f"Replaces what is sent of the {title} and keeps the rest as it was.",
        "permissions": [f"{noun}.write"],
        "parameters": _parameters(noun),
        "request": {"properties": _sent(number)},
        "responses": {
            "200": {"properties": _answered(number)},
            **{status: {"schema": schema} for status, schema in errors.items()},
        },
        "examples": [_example(number, noun)],
    }
    return {
        "document": {
            "title": f"Update {title}",
            "url": f"https://docs.synthetic.example/{noun}",
        },
        "operations": {name: operation},
        "schemas": {schema: _error(status) for status, schema in errors.items()},
    }


def _parameters(noun: str) -> Spec:
    return {
        f"{noun}_id": {
            "in": "path",
            "required": True,
            "type": "string",
            "minLength": 1,
            "maxLength": 36,
            "description": "Names what is changed.",
        },
        "include": {
            "in": "query",
            "type": "string",
            "enum": ["owner", "region"],
            "description": "What else is answered.",
        },
        "limit": {
            "in": "query",
            "type": "integer",
            "minimum": 1,
            "maximum": 100,
            "default": 20,
        },
    }


def _sent(number: int) -> Spec:
    """18 properties: texts, numbers, flags, lists, words, a nested object."""
    texts = {
        f"{word}_{kind}": _short_text(number, word, kind)
        for kind in ("name", "code")
        for word in _WORDS[:5]
    }
    return {
        **texts,
        "status": _status(number),
        "amount": _amount(number),
        "weight": {"type": ["number", "null"], "exclusiveMinimum": 0},
        "fragile": {"type": "boolean", "description": "Whether it breaks easily."},
        "due_at": {"type": "string", "format": "date-time"},
        "email": {"type": ["string", "null"], "format": "email"},
        "tags": _tags(),
        "position": _position(),
    }


def _answered(number: int) -> Spec:
    """25 properties: what is sent, and what the server adds."""
    texts = {f"{word}_text": _short_text(number, word, "text") for word in _WORDS[:2]}
    return {
        "id": {"type": "string", "required": True},
        **_sent(number),
        **texts,
        "created_at": {"type": "string", "format": "date-time", "required": True},
        "updated_at": {"type": ["string", "null"], "format": "date-time"},
        "revision": {"type": "integer", "minimum": 0},
        "archived": {"type": "boolean"},
    }


def _short_text(number: int, word: str, kind: str) -> Spec:
    nullable = (number + len(word) + len(kind)) % 3 == 0
    return {
        "type": ["string", "null"] if nullable else "string",
        "minLength": 1,
        "maxLength": 20 + (number + len(word)) % 80,
        "description": f"The {kind} of the {word}.",
    }


def _status(number: int) -> Spec:
    start = number % len(_CODES)
    return {
        "type": "string",
        "enum": [*_CODES[start:], *_CODES[:start]][:5],
        "description": "How far it has come.",
        "required": True,
    }


def _amount(number: int) -> Spec:
    return {
        "type": "integer",
        "minimum": 0,
        "maximum": 1_000 + number % 500,
        "description": "In the smallest unit of the currency.",
    }


def _tags() -> Spec:
    return {
        "type": "array",
        "items": {"type": "string", "maxLength": 30},
        "maxItems": 10,
        "uniqueItems": True,
    }


def _position() -> Spec:
    return {
        "type": "object",
        "properties": {
            "lat": {"type": "number", "minimum": -90, "maximum": 90, "required": True},
            "lng": {
                "type": "number",
                "minimum": -180,
                "maximum": 180,
                "required": True,
            },
        },
    }


def _error(status: str) -> Spec:
    return {
        "type": "object",
        "properties": {
            "code": {"type": "string", "enum": [f"E{status}", "unknown"]},
            "message": {"type": "string", "description": "What went wrong."},
            "field": {"type": ["string", "null"]},
        },
    }


def _example(number: int, noun: str) -> Spec:
    sent = {"status": _CODES[number % len(_CODES)], "amount": number % 1_000}
    answer = {"id": "a-1", **sent, "created_at": "2026-01-31T12:30:00Z"}
    return {
        "request": {"path": {f"{noun}_id": "a-1"}, "query": {"limit": 5}, "body": sent},
        "response": {"status": 200, "body": answer},
    }


def _text(spec: Spec) -> str:
    return yaml.dump(spec, Dumper=yaml.CSafeDumper, sort_keys=False, width=100)


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
