"""How parameters are written into URLs and headers (OpenAPI 3.1, Parameter Object)."""

from __future__ import annotations

from collections.abc import Iterator

from truecopy.diagnostics import Diagnostic, error, shown
from truecopy.ir import AnySchema, ArraySchema, ObjectSchema, Schema, UnionSchema
from truecopy.rules.view import View, said
from truecopy.values import resolved

_STYLES = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form",),
}
_DELIMITED = ("spaceDelimited", "pipeDelimited")


def style_location(view: View) -> Iterator[Diagnostic]:
    """A style belongs to its location: simple to paths and headers, form to queries and cookies.

    Passes:

        parameters: {ids: {in: query, items: {type: string}, style: pipeDelimited, explode: false}}

    Fails:

        parameters: {ids: {in: query, items: {type: string}, style: simple}}
    """
    for parameter, _ in view.parameters:
        known = _STYLES[parameter.location]
        if parameter.style not in known:
            message = (
                f"the style {shown(parameter.style)} does not exist in {parameter.location}; "
                f"expected {' or '.join(known)}"
            )
            yield error(said(parameter.origin, "style"), "style-location", message)


def style_type(view: View) -> Iterator[Diagnostic]:
    """A style fits the type: deepObject is for objects, delimiters are for lists and objects.

    Passes:

        parameters:
          filter: {in: query, properties: {city: {type: string}}, style: deepObject}

    Fails:

        parameters:
          filter: {in: query, type: string, style: deepObject}
    """
    for parameter, _ in view.parameters:
        if parameter.style not in ("deepObject", *_DELIMITED):
            continue
        if parameter.style not in _STYLES[parameter.location]:
            continue
        kinds = set(_kinds(view, parameter.schema))
        place = said(parameter.origin, "style")
        if parameter.style == "deepObject" and kinds - {"object", "any"}:
            message = "deepObject writes objects; this parameter is none"
            yield error(place, "style-type", message)
        elif parameter.style == "deepObject" and "explode" in parameter.origin.table:
            if not parameter.explode:
                message = "deepObject has no form without explode (OpenAPI 3.1)"
                yield error(said(parameter.origin, "explode"), "style-type", message)
        elif parameter.style in _DELIMITED and kinds - {"array", "object", "any"}:
            message = (
                f"{parameter.style} writes lists and objects; this parameter is neither"
            )
            yield error(place, "style-type", message)
        elif parameter.style in _DELIMITED and parameter.explode:
            message = f"{parameter.style} has no form with explode (OpenAPI 3.1)"
            yield error(said(parameter.origin, "explode"), "style-type", message)


def parameter_nested(view: View) -> Iterator[Diagnostic]:
    """A parameter is a value, or a list or object of values: no style writes deeper nesting.

    Passes:

        parameters:
          filter: {in: query, properties: {city: {type: string}}}

    Fails:

        parameters:
          filter: {in: query, properties: {place: {properties: {city: {type: string}}}}}
    """
    for parameter, place in view.parameters:
        for inner in _inner(view, parameter.schema):
            if parameter.style == "deepObject" and _list(view, parameter.schema, inner):
                continue
            nested = {"array", "object"} & set(_kinds(view, inner))
            if nested:
                message = (
                    f"no style of OpenAPI 3.1 writes {' or '.join(sorted(nested))}s "
                    "inside a list or object"
                )
                where = inner.origin.place if inner.origin.keys else place
                yield error(where, "parameter-nested", message)


def _list(view: View, outer: Schema, inner: Schema) -> bool:
    """filter[ids]=1&filter[ids]=2 is common practice for lists directly inside a deepObject."""
    is_object = isinstance(resolved(outer, view.named), ObjectSchema)
    target = resolved(inner, view.named)
    flat = isinstance(target, ArraySchema) and not (
        {"array", "object"} & set(_kinds(view, target.items))
    )
    return is_object and flat


def _kinds(view: View, schema: Schema) -> Iterator[str]:
    """The kinds of value that a schema allows: array, object, any, or scalar."""
    target = resolved(schema, view.named)
    if isinstance(target, UnionSchema):
        for branch in target.branches:
            yield from _kinds(view, branch)
    elif isinstance(target, ArraySchema):
        yield "array"
    elif isinstance(target, ObjectSchema):
        yield "object"
    else:
        yield "any" if target is None or isinstance(target, AnySchema) else "scalar"


def _inner(view: View, schema: Schema) -> Iterator[Schema]:
    target = resolved(schema, view.named)
    if isinstance(target, UnionSchema):
        for branch in target.branches:
            yield from _inner(view, branch)
    elif isinstance(target, ArraySchema):
        yield target.items
    elif isinstance(target, ObjectSchema):
        yield from (prop.schema for prop in target.properties)
        if target.additional is not None and not isinstance(target.additional, bool):
            yield target.additional
