"""Values of sample calls, held against the schemas of parameters and bodies."""

from __future__ import annotations

from collections.abc import Iterator

from truecopy.diagnostics import Diagnostic, Note, error
from truecopy.ir import (
    ArraySchema,
    Example,
    Header,
    MediaType,
    ObjectSchema,
    Operation,
    Parameter,
    Value,
    parameter_slot,
)
from truecopy.media_types import is_form, is_json, media_of
from truecopy.rules.samples import (
    PLACES,
    answer_of,
    each_call,
    is_refused,
    marked,
    sent,
    tells_failure,
)
from truecopy.rules.view import View, deepest, doubted, said
from truecopy.values import Side, Violation, read_text, resolved, violations


def call_value(view: View) -> Iterator[Diagnostic]:
    """The values of a sample call satisfy the schemas of its parameters, bodies and headers.

    The request of a sample that shows a 4XX or a failure may be what is wrong with it, and the answer that tells of a
    failure need not have what one that succeeds has.

    Passes:

        request: {properties: {city: {type: string, maxLength: 5}}}
        examples:
          - request: {body: {city: Oslo}}

    Fails:

        request: {properties: {city: {type: string, maxLength: 5}}}
        examples:
          - request: {body: {city: Bergen}}
    """
    yield from each_call(view, _bad_values)


def _bad_values(
    view: View, operation: Operation, example: Example
) -> Iterator[Diagnostic]:
    refused = is_refused(operation, example)
    failed = tells_failure(operation, example)
    for path, bad in _violations(view, operation, example):
        if refused and path[0] == "request":
            continue
        if failed and bad.fact == "required":
            continue
        whole = (*path, *bad.path)
        if marked(example, whole) or doubted(bad.origin, bad.fact, "type"):
            continue
        place = deepest(example.origin, whole, bad.fact)
        yield error(
            place,
            "call-value",
            bad.message,
            Note(said(bad.origin, bad.fact), f"{bad.fact} is written here"),
        )


def _violations(
    view: View, operation: Operation, example: Example
) -> Iterator[tuple[tuple[str, ...], Violation]]:
    for path, parameter, value in _parameters(operation, example):
        for bad in violations(
            parameter.schema,
            read_text(parameter.schema, value.data, view.named),
            view.named,
        ):
            yield path, bad
    for path, header, text in _headers(operation, example):
        # How a list stands in a header (blanks, commas inside) is not for a rule to guess.
        target = resolved(header.schema, view.named)
        if not isinstance(target, ArraySchema | ObjectSchema):
            read = read_text(header.schema, text, view.named)
            for bad in violations(header.schema, read, view.named, "response"):
                yield path, bad
    for path, side, media, body in bodies(operation, example):
        if media.schema is None:
            continue
        data = body.data
        if is_form(media.name):
            data = read_text(media.schema, data, view.named)
        elif not is_json(media.name):
            continue
        for bad in violations(media.schema, data, view.named, side):
            yield path, bad


def _parameters(
    operation: Operation, example: Example
) -> Iterator[tuple[tuple[str, ...], Parameter, Value]]:
    for place, location in PLACES if example.request else ():
        assert example.request is not None
        for name, value in sent(example.request, place):
            for parameter in operation.parameters:
                if parameter_slot(parameter.location, parameter.name) == parameter_slot(
                    location, name
                ):
                    yield ("request", place, name), parameter, value


def _headers(
    operation: Operation, example: Example
) -> Iterator[tuple[tuple[str, ...], Header, str]]:
    """The headers of the sample's answer that its status is described with."""
    if example.response is None:
        return
    answer = answer_of(operation, example.response.status)
    described = {h.name.lower(): h for h in answer.headers} if answer else {}
    for name, text in example.response.headers:
        header = described.get(name.lower())
        if header is not None:
            yield ("response", "headers", name), header, text


def bodies(
    operation: Operation, example: Example
) -> Iterator[tuple[tuple[str, ...], Side, MediaType, Value]]:
    """The bodies that a sample shows, with where, and the media type that each has."""
    request, response = example.request, example.response
    if (
        request is not None
        and request.body is not None
        and operation.request is not None
    ):
        media = media_of(operation.request.contents, request.media_type)
        if media is not None:
            yield ("request", "body"), "request", media, request.body
    if response is not None and response.body is not None:
        answer = answer_of(operation, response.status)
        media = media_of(answer.contents or () if answer else (), response.media_type)
        if media is not None:
            yield ("response", "body"), "response", media, response.body
