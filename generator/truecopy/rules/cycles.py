"""Schemas that refer to themselves: allowed where a value can come to an end."""

from __future__ import annotations

from collections.abc import Iterator

from truecopy.diagnostics import Diagnostic, error, shown
from truecopy.ir import ArraySchema, ObjectSchema, RefSchema, Schema, UnionSchema
from truecopy.rules.view import View, circle, key, said


def reference_cycle(view: View) -> Iterator[Diagnostic]:
    """A schema is not another name for itself: an object or array stands in each circle.

    Passes:

        request: {schema: Tree}
        schemas:
          Tree: {properties: {children: {items: {type: Tree}}}}

    Fails:

        request: {schema: One}
        schemas:
          One: {type: Two}
          Two: {type: One}
    """
    told: set[str] = set()
    for schema in view.schemas:
        names = [] if schema.name in told else circle(schema.name, view.stated)
        if names:
            told.update(names)
            way = " is ".join(names)
            message = f"{way}: nothing is said of what it is; one of them needs a type of its own"
            place = said(schema.schema.origin, "type", "oneOf")
            yield error(place, "reference-cycle", message)


def reference_endless(view: View) -> Iterator[Diagnostic]:
    """An object does not require itself: some value of it has to be finite.

    Passes:

        request: {schema: Parcel}
        schemas:
          Parcel: {properties: {parent: {type: [Parcel, null], required: true}}}

    Fails:

        request: {schema: Parcel}
        schemas:
          Parcel: {properties: {parent: {type: Parcel, required: true}}}
    """
    finite = _finite(view)
    for schema in view.schemas:
        target = schema.schema
        if schema.name in finite or not isinstance(target, ObjectSchema):
            continue
        for prop in target.properties:
            if prop.required and not _ends(prop.schema, view, finite):
                message = (
                    f"{schema.name} needs {shown(prop.name)}, which never ends; "
                    "make it optional, nullable or a list"
                )
                place = key(target.origin, f"properties.{prop.key}")
                yield error(place, "reference-endless", message)


def _finite(view: View) -> set[str]:
    """The names of schemas that have a finite value."""
    finite: set[str] = set()
    while True:
        more = {
            name
            for name, schema in view.named.items()
            if name not in finite and _ends(schema, view, finite)
        }
        if not more:
            return finite
        finite |= more


def _ends(schema: Schema, view: View, finite: set[str]) -> bool:
    if schema.nullable:
        return True
    if isinstance(schema, RefSchema):
        return schema.name in finite or schema.name not in view.named
    if isinstance(schema, UnionSchema):
        return any(_ends(branch, view, finite) for branch in schema.branches)
    if isinstance(schema, ObjectSchema):
        return all(
            _ends(p.schema, view, finite) for p in schema.properties if p.required
        )
    if isinstance(schema, ArraySchema) and schema.min_items:
        return _ends(schema.items, view, finite)
    return True
