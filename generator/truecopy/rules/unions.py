"""Discriminators: a property that says which branch of oneOf an object is."""

from __future__ import annotations

from collections.abc import Iterator

from truecopy.diagnostics import Diagnostic, Note, error, shown, suggestion
from truecopy.ir import (
    AnySchema,
    Discriminator,
    ObjectSchema,
    Schema,
    StringSchema,
    UnionSchema,
)
from truecopy.rules.view import View, said
from truecopy.values import kind, resolved


def _discriminated(view: View) -> Iterator[tuple[UnionSchema, Discriminator]]:
    for node in view.of(UnionSchema):
        if node.discriminator is not None:
            yield node, node.discriminator


def discriminator_branch(view: View) -> Iterator[Diagnostic]:
    """The branches of a discriminated oneOf are named schemas, and objects.

    Passes:

        request:
          oneOf: [{type: Card}, {type: Invoice}]
          discriminator: {property: kind}
        schemas:
          Card: {properties: {kind: {type: string, required: true}}}
          Invoice: {properties: {kind: {type: string, required: true}}}

    Fails:

        request:
          oneOf: [{type: Card}, {type: string}]
          discriminator: {property: kind, mapping: {card: Card}}
        schemas:
          Card: {properties: {kind: {type: string, required: true}}}
    """
    for node, found in _discriminated(view):
        names = {name for _, name in found.mapping}
        # A mapping that leads elsewhere is a finding of its own, and the likely cause.
        astray = bool(
            names - {getattr(branch, "name", None) for branch in node.branches}
        )
        for branch in node.branches:
            name = getattr(branch, "name", None)
            place = branch.origin.place
            if name is None:
                message = f"a discriminator can't name a branch without a name ({kind(branch)})"
                yield error(
                    place, "discriminator-branch", f"{message}; put it below schemas"
                )
                continue
            target = resolved(branch, view.named)
            if target is not None and not isinstance(target, (ObjectSchema, AnySchema)):
                message = f"{shown(name)} is {kind(target)}; only objects have a discriminator"
                second = Note(target.origin.place, "described here")
                yield error(place, "discriminator-branch", message, second)
            elif name not in names and not astray:
                message = f"the mapping has no value for {shown(name)}"
                yield error(place, "discriminator-branch", message)


def discriminator_property(view: View) -> Iterator[Diagnostic]:
    """Every branch has the discriminator's property, as text.

    Passes:

        request:
          oneOf: [{type: Card}]
          discriminator: {property: kind}
        schemas:
          Card: {properties: {kind: {type: string, required: true}}}

    Fails:

        request:
          oneOf: [{type: Card}]
          discriminator: {property: kind}
        schemas:
          Card: {properties: {sort: {type: string, required: true}}}
    """
    for node, found in _discriminated(view):
        place = said(found.origin, "property")
        for branch in node.branches:
            target = resolved(branch, view.named)
            if not isinstance(target, ObjectSchema):
                continue
            second = Note(target.origin.place, "the branch is described here")
            name = str(getattr(branch, "name", "a branch"))
            names = {p.name: p for p in target.properties}
            if found.property not in names:
                message = f"{shown(name)} has no property {shown(found.property)}"
                message += suggestion(found.property, names)
                yield error(place, "discriminator-property", message, second)
            elif not _is_text(names[found.property].schema, view):
                message = (
                    f"the property {shown(found.property)} of {shown(name)} is not text"
                )
                yield error(place, "discriminator-property", message, second)
            elif names[found.property].required is False:
                message = (
                    f"the property {shown(found.property)} of {shown(name)} is optional"
                )
                yield error(place, "discriminator-property", message, second)


def _is_text(schema: Schema, view: View) -> bool:
    target = resolved(schema, view.named)
    return target is None or (
        isinstance(target, (StringSchema, AnySchema)) and not schema.nullable
    )


def discriminator_mapping(view: View) -> Iterator[Diagnostic]:
    """A mapping leads to branches of its oneOf, each value to one that may have that value.

    Passes:

        request:
          oneOf: [{type: Card}]
          discriminator: {property: kind, mapping: {card: Card}}
        schemas:
          Card: {properties: {kind: {enum: [card], required: true}}}

    Fails:

        request:
          oneOf: [{type: Card}]
          discriminator: {property: kind, mapping: {invoice: Invoice}}
        schemas:
          Card: {properties: {kind: {enum: [card], required: true}}}
          Invoice: {properties: {kind: {enum: [invoice], required: true}}}
    """
    for node, found in _discriminated(view):
        branches = {str(getattr(b, "name", "")) for b in node.branches}
        for value, name in found.mapping:
            if name not in view.named:
                continue
            place = said(found.origin, f"mapping.{value}", "mapping", "property")
            if name not in branches:
                message = f"{shown(name)} is not a branch of this oneOf"
                yield error(
                    place, "discriminator-mapping", message + suggestion(name, branches)
                )
            elif not _may_be(view, name, found.property, value):
                message = f"the property {shown(found.property)} of {shown(name)} "
                message += f"is never {shown(value)}"
                second = Note(
                    view.named[name].origin.place, "the branch is described here"
                )
                yield error(place, "discriminator-mapping", message, second)


def _may_be(view: View, branch: str, name: str, value: str) -> bool:
    target = resolved(view.named[branch], view.named)
    if not isinstance(target, ObjectSchema):
        return True
    for prop in target.properties:
        schema = resolved(prop.schema, view.named)
        if prop.name == name and schema is not None:
            allowed = [v.data for v in schema.enum]
            if schema.const is not None:
                allowed.append(schema.const.data)
            return not allowed or value in allowed
    return True
