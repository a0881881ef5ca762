"""Whether a default fits its schema: OpenAPI wants it to, and validators insist."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from truecopy.ir import ArraySchema, ObjectSchema, Schema, StringSchema, UnionSchema
from truecopy.openapi.unions import type_names
from truecopy.source import Json
from truecopy.values import Named, resolved, violations

_CLOCK = r"\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)"
# Validators read these as RFC 3339 does, to the letter; people who write documents do not.
_STRICT = {"time": _CLOCK, "date-time": r"\d{4}-\d\d-\d\dT" + _CLOCK}


def fits(value: Json, node: Schema, named: Named) -> bool:
    """Whether every validator finds that the value fits; in doubt it does not."""
    if any(violations(node, value, named)) or _refers(value):
        return False
    target = resolved(node, named)
    if value is None and (node.nullable or (target is not None and target.nullable)):
        return True
    match target:
        case None:
            return False
        case StringSchema(format=str(name)) if name in _STRICT:
            return re.fullmatch(_STRICT[name], str(value)) is not None
        case ArraySchema() if isinstance(value, Sequence):
            return all(fits(item, target.items, named) for item in value)
        case ObjectSchema() if isinstance(value, Mapping):
            return _members_fit(value, target, named)
        case UnionSchema():
            return _fits_one(value, target, named)
        case _:
            return True


def _refers(value: Json) -> bool:
    """Whether validators would follow the value, or a part of it, as if it were a reference."""
    if isinstance(value, Mapping):
        return "$ref" in value or any(map(_refers, value.values()))
    return isinstance(value, list) and any(map(_refers, value))


def _members_fit(value: Mapping[str, Json], node: ObjectSchema, named: Named) -> bool:
    known = {each.name: each.schema for each in node.properties}
    for name, item in value.items():
        schema = known.get(name, node.additional)
        if not isinstance(schema, bool | None) and not fits(item, schema, named):
            return False
    return True


def _fits_one(value: Json, node: UnionSchema, named: Named) -> bool:
    """oneOf wants exactly one branch, and a discriminator an object that names it."""
    if node.discriminator is not None:
        named_by = node.discriminator.property
        name = value.get(named_by) if isinstance(value, Mapping) else None
        target = named.get(dict(node.discriminator.mapping).get(str(name), ""))
        return target is not None and fits(value, target, named)
    possible = [
        each for each in node.branches if not _of_other_type(value, each, named)
    ]
    if type_names(node):
        return any(fits(value, each, named) for each in possible)
    return len(possible) == 1 and fits(value, possible[0], named)


def _of_other_type(value: Json, node: Schema, named: Named) -> bool:
    found = violations(node, value, named)
    return any(each.fact == "type" and not each.path for each in found)
