"""When a union of types can be written as a list of types."""

from __future__ import annotations

from dataclasses import fields

from truecopy.ir import (
    ArraySchema,
    BooleanSchema,
    Common,
    NumberSchema,
    ObjectSchema,
    Schema,
    StringSchema,
    UnionSchema,
)

_COMMON = [each for each in fields(Common) if each.name != "origin"]
_BOUNDS = (
    "minimum",
    "maximum",
    "exclusive_minimum",
    "exclusive_maximum",
    "multiple_of",
)


def type_names(node: UnionSchema) -> list[str] | None:
    """The types, if each branch is a type of its own that says nothing but its keywords.

    Two branches that share a keyword (format; the bounds of numbers) must agree on it.
    """
    names: list[str] = []
    shared: dict[str, object] = {}
    for branch in node.branches:
        name = _type_name(branch)
        if name is None or name in names or not _is_bare(branch):
            return None
        names.append(name)
        for key, fact in _shared_facts(branch).items():
            if shared.setdefault(key, fact) != fact:
                return None
    return names if len(names) > 1 and node.discriminator is None else None


def _type_name(branch: Schema) -> str | None:
    match branch:
        case StringSchema():
            return "string"
        case NumberSchema():
            return "integer" if branch.integer else "number"
        case BooleanSchema():
            return "boolean"
        case ArraySchema():
            return "array"
        case ObjectSchema():
            return "object"
        case _:
            return None


def _is_bare(branch: Schema) -> bool:
    plain = all(getattr(branch, each.name) == each.default for each in _COMMON)
    return plain and not branch.origin.evidence


def _shared_facts(branch: Schema) -> dict[str, object]:
    match branch:
        case StringSchema():
            return {"format": branch.format}
        case NumberSchema():
            return {key: getattr(branch, key) for key in ("format", *_BOUNDS)}
        case _:
            return {}
