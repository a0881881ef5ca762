"""Schemas in the words of JSON Schema 2020-12."""

from __future__ import annotations

from typing import assert_never

from truecopy.ir import (
    AnySchema,
    ArraySchema,
    BooleanSchema,
    Discriminator,
    NullSchema,
    NumberSchema,
    ObjectSchema,
    Origin,
    Property,
    RefSchema,
    Schema,
    StringSchema,
    UnionSchema,
)
from truecopy.openapi.defaults import fits
from truecopy.openapi.notes import Object, evidence, notes, stated
from truecopy.openapi.unions import type_names
from truecopy.values import Named


def schema_object(node: Schema, named: Named, *origins: Origin) -> Object:
    """A schema; `origins` are the nodes that share its object."""
    return {
        **_shape(node, named),
        **_values(node, named),
        **evidence(*origins, node.origin),
    }


def reference(name: str) -> str:
    """Where a named schema stands."""
    return f"#/components/schemas/{name}"


def _shape(node: Schema, named: Named) -> Object:
    """What only a schema of this type says."""
    match node:
        case AnySchema():
            return {}
        case NullSchema():
            return {"type": "null"}
        case BooleanSchema():
            return {"type": _type("boolean", node)}
        case StringSchema():
            return {"type": _type("string", node), **_string(node)}
        case NumberSchema():
            name = "integer" if node.integer else "number"
            return {"type": _type(name, node), **_number(node)}
        case ArraySchema():
            return {"type": _type("array", node), **_array(node, named)}
        case ObjectSchema():
            return {"type": _type("object", node), **_object(node, named)}
        case RefSchema():
            target: Object = {"$ref": reference(node.name)}
            return {"anyOf": [target, {"type": "null"}]} if node.nullable else target
        case UnionSchema():
            return _union(node, named)
        case _:
            assert_never(node)


def _type(name: str, node: Schema) -> object:
    return [name, "null"] if node.nullable else name


def _string(node: StringSchema) -> Object:
    return stated(
        format=node.format,
        contentEncoding="base64" if node.format == "byte" else None,
        contentMediaType=node.content_media_type,
        minLength=node.min_length,
        maxLength=node.max_length,
        pattern=node.pattern,
    )


def _number(node: NumberSchema) -> Object:
    return stated(
        format=node.format,
        minimum=node.minimum,
        maximum=node.maximum,
        exclusiveMinimum=node.exclusive_minimum,
        exclusiveMaximum=node.exclusive_maximum,
        multipleOf=node.multiple_of,
    )


def _array(node: ArraySchema, named: Named) -> Object:
    return stated(
        items=schema_object(node.items, named),
        minItems=node.min_items,
        maxItems=node.max_items,
        uniqueItems=node.unique_items or None,
    )


def _object(node: ObjectSchema, named: Named) -> Object:
    """The properties by wire name; what is stated to be optional is noted."""
    additional = node.additional
    if additional is not None and not isinstance(additional, bool):
        values: object = schema_object(additional, named)
    else:
        values = additional
    return {
        **stated(
            properties={p.name: _property(p, named) for p in node.properties} or None,
            required=tuple(p.name for p in node.properties if p.required is True),
            additionalProperties=values,
            minProperties=node.min_properties,
            maxProperties=node.max_properties,
        ),
        **notes(optional=tuple(p.name for p in node.properties if p.required is False)),
    }


def _property(each: Property, named: Named) -> Object:
    return {
        **schema_object(each.schema, named, each.origin),
        **notes(
            name=each.key if each.key != each.name else None,
            sunset=each.sunset,
        ),
    }


def _union(node: UnionSchema, named: Named) -> Object:
    """A list of types where that says it all, else oneOf.

    null stands outside oneOf: a branch that allows null too would make it match twice, and a
    discriminator speaks of objects only.
    """
    names = type_names(node)
    if names:
        merged: Object = {}
        for branch in node.branches:
            merged.update(_shape(branch, named))
        return {**merged, "type": [*names, "null"] if node.nullable else names}
    branches = [schema_object(branch, named) for branch in node.branches]
    union: Object = {"oneOf": branches} if branches else {}
    if node.discriminator is not None:
        union["discriminator"] = _discriminator(node.discriminator)
    if node.nullable:
        null: Object = {"type": "null"}
        return {"anyOf": [union, null]} if union else null
    return union


def _discriminator(node: Discriminator) -> Object:
    mapping = {value: reference(name) for value, name in node.mapping}
    return {
        "propertyName": node.property,
        **({"mapping": mapping} if mapping else {}),
        **evidence(node.origin),
    }


def _values(node: Schema, named: Named) -> Object:
    """What every schema may say. A default that does not fit is only noted."""
    enum: tuple[object, ...] = tuple(value.data for value in node.enum)
    lists_null = not node.nullable or None in enum
    found: Object = stated(description=node.description)
    if enum:
        found["enum"] = [*enum] if lists_null else [*enum, None]
    if node.const is not None and lists_null:
        found["const"] = node.const.data
    elif node.const is not None:
        found |= notes(const=node.const.data, enum=enum)
        found["enum"] = [node.const.data, None]
    if node.default is not None:
        fit = fits(node.default.data, node, named)
        found["default" if fit else "x-truecopy-default"] = node.default.data
    if node.examples:
        found["examples"] = [value.data for value in node.examples]
    return found | stated(
        readOnly=node.read_only or None,
        writeOnly=node.write_only or None,
        deprecated=node.deprecated or None,
    )
