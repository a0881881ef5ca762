"""Whether a default fits its schema: OpenAPI wants it to, and validators insist."""

from __future__ import annotations

import re
from collections.abc import Mapping

from truecopy.ir import Schema, StringSchema, UnionSchema
from truecopy.openapi.unions import type_names
from truecopy.source import Json
from truecopy.values import Named, resolved, violations

_CLOCK = r"\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)"
# Validators read these as RFC 3339 does, to the letter; people who write documents do not.
_STRICT = {"time": _CLOCK, "date-time": r"\d{4}-\d\d-\d\dT" + _CLOCK}


def fits(value: Json, node: Schema, named: Named) -> bool:
    """Whether every validator finds that the value fits."""
    if any(violations(node, value, named)):
        return False
    if value is None and node.nullable:
        return True
    match resolved(node, named):
        case None:
            return False
        case StringSchema(format=str(name)) if name in _STRICT:
            return re.fullmatch(_STRICT[name], str(value)) is not None
        case UnionSchema() as union:
            return _fits_one(value, union, named)
        case _:
            return True


def _fits_one(value: Json, node: UnionSchema, named: Named) -> bool:
    """oneOf wants exactly one branch, and a discriminator an object that names it."""
    if value is None and node.nullable:
        return True
    if node.discriminator is not None:
        named_by = node.discriminator.property
        name = value.get(named_by) if isinstance(value, Mapping) else None
        return isinstance(name, str) and name in dict(node.discriminator.mapping)
    matches = sum(fits(value, branch, named) for branch in node.branches)
    return matches == 1 or (matches > 1 and type_names(node) is not None)
