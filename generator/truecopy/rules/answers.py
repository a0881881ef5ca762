"""Properties of answers that failure and pagination speak of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from truecopy.diagnostics import Diagnostic, error, shown, suggestion
from truecopy.ir import (
    AnySchema,
    Api,
    ArraySchema,
    Document,
    Failure,
    ObjectSchema,
    Operation,
    Schema,
    UnionSchema,
)
from truecopy.media_types import is_json
from truecopy.rules.view import View, doubted, said, successes, warning
from truecopy.values import resolved, violations

Reach = Literal["found", "open", "closed"]


def _bodies(operation: Operation) -> list[Schema]:
    return [
        content.schema
        for response in successes(operation)
        for content in response.contents or ()
        if content.schema is not None and is_json(content.name)
    ]


def reach(
    schema: Schema, path: tuple[str, ...], named: Mapping[str, Schema]
) -> tuple[Reach, Schema | None]:
    """What stands at a path of property names: a schema, perhaps something, or nothing."""
    target = resolved(schema, named)
    if not path:
        return "found", target
    if isinstance(target, UnionSchema):
        ways = [reach(branch, path, named) for branch in target.branches]
        order = {"found": 0, "open": 1, "closed": 2}
        return min(ways, key=lambda way: order[way[0]])
    if isinstance(target, ObjectSchema):
        for prop in target.properties:
            if prop.name == path[0]:
                return reach(prop.schema, path[1:], named)
        return ("closed" if target.additional is False else "open"), None
    return (
        "open" if target is None or isinstance(target, AnySchema) else "closed"
    ), None


def failure_path(view: View) -> Iterator[Diagnostic]:
    """The properties that tell of a failure can occur in an answer that succeeds.

    Of the operations that share a failure from api.yaml, one is enough.

    Passes:

        failure: {when: {property: result, equals: error}, message: data}
        responses:
          200:
            properties: {result: {enum: [ok, error]}, data: {type: string}}
            additionalProperties: false

    Fails:

        failure: {when: {property: reslt, equals: error}}
        responses:
          200:
            properties: {result: {enum: [ok, error]}, data: {type: string}}
            additionalProperties: false
    """
    for failure, operations in _failures(view):
        bodies = [body for operation in operations for body in _bodies(operation)]
        paths = {
            "when": failure.when,
            "status": failure.status,
            "message": failure.message,
        }
        for name, path in paths.items():
            ways = [reach(body, path, view.named) for body in bodies] if path else []
            if ways and all(how == "closed" for how, _ in ways):
                whose = (
                    f" of {shown(operations[0].name)}" if len(operations) == 1 else ""
                )
                message = (
                    f"no success answer{whose} can have {shown('.'.join(path or ()))}"
                )
                place = said(failure.origin, f"{name}.property", name)
                yield error(place, "failure-path", message)


def _failures(view: View) -> Iterator[tuple[Failure, list[Operation]]]:
    """Each failure as it is written, with the operations that it speaks of."""
    spoken: dict[int, tuple[Failure, list[Operation]]] = {}
    for written in view.operations:
        failure = written.operation.failure
        if failure is not None:
            spoken.setdefault(id(failure), (failure, []))[1].append(written.operation)
    yield from spoken.values()


def carried(document: Document, api: Api) -> Iterator[str]:
    """What the rules of failures find in a document of a failure that api.yaml states, where finding it once is enough."""
    named = {s.name: s.schema for s in (*api.schemas, *document.schemas)}
    for operation in document.operations:
        failure = operation.failure
        if failure is None or failure.origin.place.file != api.origin.place.file:
            continue
        for body in _bodies(operation):
            for path in (failure.when, failure.status, failure.message):
                if path and reach(body, path, named)[0] != "closed":
                    yield f"failure at {path}"
            how, schema = reach(body, failure.when, named)
            if how == "found" and schema is not None:
                wrong = violations(schema, failure.equals.data, named)
                if next(wrong, None) is None:
                    yield "failure told"


def failure_value(view: View) -> Iterator[Diagnostic]:
    """The value that means failure is one that its property may have.

    Passes:

        failure: {when: {property: result, equals: error}}
        responses:
          200: {properties: {result: {enum: [ok, error]}}}

    Fails:

        failure: {when: {property: result, equals: failed}}
        responses:
          200: {properties: {result: {enum: [ok, error]}}}
    """
    for failure, operations in _failures(view):
        bodies = [body for operation in operations for body in _bodies(operation)]
        ways = [reach(body, failure.when, view.named) for body in bodies]
        found = [
            schema for how, schema in ways if how == "found" and schema is not None
        ]
        wrong = [list(violations(s, failure.equals.data, view.named)) for s in found]
        if wrong and all(wrong):
            place = said(failure.origin, "when.equals", "when")
            yield error(
                place,
                "failure-value",
                f"the property never has it: {wrong[0][0].message}",
            )


def pagination_style(view: View) -> Iterator[Diagnostic]:
    """Each style of pagination has what it needs: a parameter, a next cursor, or a link.

    Passes:

        parameters: {cursor: {in: query, type: string}}
        pagination: {style: cursor, parameter: cursor, next: next, items: data}

    Fails:

        parameters: {cursor: {in: query, type: string}}
        pagination: {style: cursor, parameter: cursor, items: data}
    """
    needs = {
        "cursor": ("parameter", "next"),
        "page": ("parameter",),
        "offset": ("parameter",),
        "link": (),
    }
    for written in view.operations:
        found = written.operation.pagination
        if found is None:
            continue
        stated = {"parameter": found.parameter, "next": found.next}
        for name, value in stated.items():
            needed = name in needs[found.style]
            if needed and value is None:
                message = f"pagination by {found.style} needs '{name}'"
                yield error(said(found.origin, "style"), "pagination-style", message)
            elif (
                value is not None
                and not needed
                and (name, found.style) != ("next", "link")
            ):
                message = (
                    f"pagination by {found.style} has no use for '{name}'; leave it out"
                )
                yield error(said(found.origin, name), "pagination-style", message)


def pagination_parameter(view: View) -> Iterator[Diagnostic]:
    """The parameters of pagination are parameters or request properties of the operation.

    Passes:

        parameters: {page: {in: query, type: integer}}
        pagination: {style: page, parameter: page, items: data}

    Fails:

        parameters: {page: {in: query, type: integer}}
        pagination: {style: page, parameter: pge, items: data}
    """
    for written in view.operations:
        operation = written.operation
        found = operation.pagination
        if found is None:
            continue
        known = {p.name for p in operation.parameters}
        for content in operation.request.contents if operation.request else ():
            body = resolved(content.schema, view.named) if content.schema else None
            if isinstance(body, ObjectSchema):
                known |= {p.name for p in body.properties}
        for name, value in (("parameter", found.parameter), ("limit", found.limit)):
            if value is not None and value not in known:
                message = f"the operation has no parameter {shown(value)}{suggestion(value, known)}"
                yield error(said(found.origin, name), "pagination-parameter", message)


def pagination_path(view: View) -> Iterator[Diagnostic]:
    """The properties of pagination occur in an answer; what holds the items is a list.

    Passes:

        pagination: {style: link, items: data}
        responses:
          200: {properties: {data: {items: {type: string}}}}

    Fails:

        pagination: {style: link, items: dta}
        responses:
          200: {properties: {data: {items: {type: string}}}}
    """
    for written in view.operations:
        operation = written.operation
        found, bodies = operation.pagination, _bodies(operation)
        if found is None or not bodies:
            continue
        for name, path in (("next", found.next), ("items", found.items)):
            if path is None or doubted(found.origin, name):
                continue
            ways = [reach(body, path, view.named) for body in bodies]
            place = said(found.origin, name)
            schemas = [schema for how, schema in ways if how == "found"]
            dotted = shown(".".join(path)) if path else "the answer"
            if not schemas:
                sure = all(how == "closed" for how, _ in ways)
                message = f"no success answer lists {dotted}"
                yield (error if sure else warning)(place, "pagination-path", message)
            elif name == "items" and not any(_may_list(schema) for schema in schemas):
                yield error(place, "pagination-path", f"{dotted} is not a list")


def _may_list(schema: Schema | None) -> bool:
    if isinstance(schema, UnionSchema):
        return any(_may_list(branch) for branch in schema.branches)
    return schema is None or isinstance(schema, ArraySchema | AnySchema)
