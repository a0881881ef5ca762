"""Calls that a document shows, held against what the spec says of the operation."""

from __future__ import annotations

from collections.abc import Iterator

from truecopy.diagnostics import Diagnostic, error, shown, suggestion
from truecopy.ir import Example, MediaType, Operation, parameter_slot
from truecopy.media_types import media_of
from truecopy.rules.samples import (
    PLACES,
    answer_of,
    each_call,
    is_refused,
    marked,
    sent,
)
from truecopy.rules.view import View, deepest, doubted, warning
from truecopy.source import Json


def call_parameter(view: View) -> Iterator[Diagnostic]:
    """Each parameter that a sample call sends is a parameter of the operation.

    Passes:

        parameters: {limit: {in: query, type: integer}}
        examples:
          - request: {query: {limit: 10}}

    Fails:

        parameters: {limit: {in: query, type: integer}}
        examples:
          - request: {query: {limt: 10}}
    """
    yield from each_call(view, _unknown_parameters)


def _unknown_parameters(
    view: View, operation: Operation, example: Example
) -> Iterator[Diagnostic]:
    for place, location in PLACES if example.request else ():
        assert example.request is not None
        known = {
            parameter_slot(location, p.name)[1]
            for p in operation.parameters
            if p.location == location
        }
        known |= _other_names(view, operation, location)
        for name, _ in sent(example.request, place):
            spelt = parameter_slot(location, name)[1]
            path = ("request", place, name)
            if spelt not in known and not marked(example, path):
                message = f"the operation has no {location} parameter {shown(name)}"
                message += suggestion(spelt, known)
                yield error(deepest(example.origin, path), "call-parameter", message)


def _other_names(view: View, operation: Operation, location: str) -> set[str]:
    """What a call may carry besides parameters: credentials, idempotency, content negotiation."""
    names = {
        parameter_slot(location, s.parameter)[1]
        for s in view.api.security_schemes
        if s.parameter is not None and s.location == location
    }
    if location == "header":
        names |= {
            "authorization",
            "accept",
            "content-type",
            "content-length",
            "host",
            "user-agent",
        }
        if operation.idempotency is not None:
            names.add(operation.idempotency.header.lower())
    return names


def call_missing(view: View) -> Iterator[Diagnostic]:
    """A sample request sends each parameter that is required, unless it shows what is answered then.

    Passes:

        path: /parcels/{id}
        parameters: {id: {in: path, type: string}}
        examples:
          - request: {path: {id: "7"}}

    Fails:

        path: /parcels/{id}
        parameters: {id: {in: path, type: string}}
        examples:
          - request: {query: {}}
    """
    yield from each_call(view, _missing)


def _missing(
    view: View, operation: Operation, example: Example
) -> Iterator[Diagnostic]:
    del view
    request = example.request
    if request is None or is_refused(operation, example):
        return
    for parameter in operation.parameters:
        place = next(p for p, location in PLACES if location == parameter.location)
        # A sample without one header or query parameter does not claim to show them.
        pairs = sent(request, place)
        if not (parameter.required and pairs) and parameter.location != "path":
            continue
        fold = str.lower if parameter.location == "header" else str
        shown_names = {fold(name) for name, _ in pairs}
        if fold(parameter.name) in shown_names or marked(example, ("request", place)):
            continue
        if doubted(parameter.origin, "required"):
            continue
        where = deepest(example.origin, ("request", place))
        message = f"the required {parameter.location} parameter {shown(parameter.name)} is missing"
        message += (
            f"; if the document's call is without it, mark request.{place} as missing"
        )
        yield error(where, "call-missing", message)


def call_status(view: View) -> Iterator[Diagnostic]:
    """The status of a sample answer is one that the operation documents, or another reading of one.

    Passes:

        responses: {201: {properties: {id: {type: string}}}}
        examples:
          - response: {status: 201, body: {id: "7"}}

    Fails:

        responses: {201: {properties: {id: {type: string}}}}
        examples:
          - response: {status: 200, body: {id: "7"}}
    """
    yield from each_call(view, _unknown_status)


def _unknown_status(
    view: View, operation: Operation, example: Example
) -> Iterator[Diagnostic]:
    del view
    response = example.response
    if response is None or answer_of(operation, response.status) is not None:
        return
    path = ("response", "status")
    if not marked(example, path) and response.status not in _readings(operation):
        known = ", ".join(r.status for r in operation.responses) or "none"
        message = f"the status {response.status} is not documented; documented: {known}"
        yield error(deepest(example.origin, path, "status"), "call-status", message)


def _readings(operation: Operation) -> Iterator[Json]:
    """Statuses that evidence has as other readings of a documented one."""
    for response in operation.responses:
        for evidence in response.origin.evidence:
            if not evidence.key:
                yield from (value.data for value in evidence.also)


def call_body(view: View) -> Iterator[Diagnostic]:
    """A sample shows a body only where the operation has one, of a media type that it has.

    Passes:

        method: POST
        request: {properties: {city: {type: string}}}
        examples:
          - request: {body: {city: Oslo}}

    Fails:

        method: GET
        examples:
          - request: {body: {city: Oslo}}
    """
    yield from each_call(view, _unknown_bodies)


def _unknown_bodies(
    view: View, operation: Operation, example: Example
) -> Iterator[Diagnostic]:
    del view
    request, response = example.request, example.response
    if request is not None and request.body is not None:
        contents = operation.request.contents if operation.request else ()
        yield from _unknown_body(example, "request", contents, request.media_type)
    if response is not None and response.body is not None:
        answer = answer_of(operation, response.status)
        if answer is not None:
            yield from _unknown_body(
                example, "response", answer.contents, response.media_type
            )


def _unknown_body(
    example: Example,
    half: str,
    contents: tuple[MediaType, ...] | None,
    media_type: str | None,
) -> Iterator[Diagnostic]:
    if contents and media_of(contents, media_type) is not None:
        return
    if marked(example, (half, "body")) or marked(example, (half, "media_type")):
        return
    place = deepest(example.origin, (half, "body"))
    if contents is None:
        message = f"the sample shows a body and nothing is said of it; describe it below {half}s"
        yield warning(place, "call-body", message)
    elif not contents:
        yield error(
            place, "call-body", f"the sample shows a body, and the {half} has none"
        )
    else:
        known = ", ".join(m.name for m in contents)
        place = deepest(example.origin, (half, "media_type"))
        message = f"the {half} has no body of {shown(media_type or '')}; it has {known}"
        yield error(place, "call-body", message)
