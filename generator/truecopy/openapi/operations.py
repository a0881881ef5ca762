"""Operations, their parameters, and what they send and answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from truecopy.ir import (
    STYLES,
    Api,
    Header,
    MediaType,
    Operation,
    Parameter,
    RequestBody,
    Response,
    Schema,
    parameter_slot,
)
from truecopy.openapi.conventions import conventions, idempotency_parameter
from truecopy.openapi.examples import (
    Examples,
    answer_slot,
    body_slot,
    header_slot,
    place_examples,
)
from truecopy.openapi.notes import Object, evidence, notes, stated
from truecopy.openapi.paths import Template
from truecopy.openapi.phrases import phrase
from truecopy.openapi.schemas import schema_object
from truecopy.records import record

UNDOCUMENTED: Object = {
    "default": {"description": "Not documented.", "x-truecopy-undocumented": True}
}


@record
class Names:
    """What the exported document calls things, and the schemas that have names."""

    named: Mapping[str, Schema]
    schemes: Mapping[str, str]
    servers: Mapping[str, Object]
    answers: Mapping[str, Object]


def operation_object(
    operation: Operation, tag: str, template: Template, names: Names
) -> Object:
    """An operation with everything that is said of it."""
    slots, left = place_examples(operation)
    parameters = _parameters(operation, template, slots, names)
    servers = tuple(names.servers[name] for name in operation.servers)
    return {
        "tags": [tag],
        **stated(summary=operation.summary, description=operation.description),
        "operationId": operation.name,
        **stated(parameters=parameters),
        **_request(operation.request, slots, names),
        **_responses(operation, slots, names),
        **stated(deprecated=operation.deprecated or None),
        **_security(operation, names),
        **stated(servers=servers),
        **notes(
            path=operation.path if operation.path != template.path else None,
            sunset=operation.sunset,
            examples=tuple(left),
        ),
        **conventions(operation),
        **evidence(operation.origin),
    }


def _security(operation: Operation, names: Names) -> Object:
    """The alternatives; an empty list says that no credentials are asked for."""
    if operation.security is None:
        return {}
    alternatives = [
        {names.schemes[name]: list(scopes) for name, scopes in each.schemes}
        for each in operation.security
    ]
    return {"security": alternatives}


def _parameters(
    operation: Operation, template: Template, slots: Examples, names: Names
) -> tuple[Object, ...]:
    """The parameters, and the idempotency header as one of them."""
    found: list[Object] = []
    for each in operation.parameters:
        slot = parameter_slot(each.location, each.name)
        in_path = each.location == "path"
        name = template.variables[each.name] if in_path else each.name
        found.append(_parameter(each, name, slots[slot], names))
    if operation.idempotency is not None:
        slot = parameter_slot("header", operation.idempotency.header)
        found.append(idempotency_parameter(operation.idempotency, slots[slot]))
    return tuple(found)


def _parameter(each: Parameter, name: str, examples: Object, names: Names) -> Object:
    """A parameter. One in the path has to be required, whether that is said or not."""
    schema, head = _lifted(each.schema, names)
    in_path = each.location == "path"
    found: Object = {
        "name": name,
        "in": each.location,
        **head,
        **stated(
            required=True if in_path else each.required,
            style=_written(each, "style", each.style, STYLES[each.location]),
            explode=_written(each, "explode", each.explode, each.style == "form"),
        ),
        "schema": schema,
        **({"examples": examples} if examples else {}),
        **notes(
            name=each.key if each.key != each.name else None,
            wire_name=each.name if each.name != name else None,
            sunset=each.sunset,
        ),
    }
    if in_path and each.required is not True:
        found["x-truecopy-required"] = each.required
    return found | evidence(each.origin)


def _written(
    part: Parameter | Header, key: str, value: object, default: object
) -> object:
    """What is not the default, and the default where the document states it."""
    return value if value != default or key in part.origin.table else None


def _lifted(node: Schema, names: Names) -> tuple[Object, Object]:
    """A schema, and apart from it what a parameter or header says itself."""
    schema = schema_object(node, names.named)
    keys = [key for key in ("description", "deprecated") if key in schema]
    lifted: Object = {key: schema.pop(key) for key in keys}
    return schema, lifted


def header_object(header: Header, examples: Object, names: Names) -> Object:
    """A header of an answer."""
    schema, head = _lifted(header.schema, names)
    return {
        **head,
        **stated(
            required=header.required,
            explode=_written(header, "explode", header.explode, False),
        ),
        "schema": schema,
        **({"examples": examples} if examples else {}),
        **evidence(header.origin),
    }


def _request(request: RequestBody | None, slots: Examples, names: Names) -> Object:
    if request is None:
        return {}
    body = {
        **stated(description=request.description),
        "content": {
            each.name: media_type(each, slots[body_slot(each.name)], names)
            for each in request.contents
        },
        **stated(required=request.required),
        **evidence(request.origin),
    }
    return {"requestBody": body}


def _responses(operation: Operation, slots: Examples, names: Names) -> Object:
    answers = {
        each.status: _shared(each.status, _response(each, slots, names), names)
        for each in operation.responses
    }
    return {"responses": answers or UNDOCUMENTED}


def _shared(status: str, answer: Object, names: Names) -> Object:
    """A reference where an operation adds nothing to what is said for all."""
    same = names.answers.get(status) == answer
    return {"$ref": f"#/components/responses/{status}"} if same else answer


def shared_answers(api: Api, names: Names) -> Mapping[str, Object]:
    """The answers that are written for all operations, by status."""
    found = {
        answer.status: answer
        for document in api.documents
        for operation in document.operations
        for answer in operation.responses
        if answer.origin.place.file == api.origin.place.file
    }
    nothing: Examples = defaultdict(dict)
    return {
        status: _response(found[status], nothing, names) for status in sorted(found)
    }


def _response(answer: Response, slots: Examples, names: Names) -> Object:
    """An answer; OpenAPI wants each described.

    `content` is empty when there is no body, and absent when nothing is said of one.
    """
    content: Object | None = None
    if answer.contents is not None:
        content = {
            each.name: media_type(
                each, slots[answer_slot(answer.status, each.name)], names
            )
            for each in answer.contents
        }
    headers = {
        each.name: header_object(
            each, slots[header_slot(answer.status, each.name)], names
        )
        for each in answer.headers
    }
    return {
        "description": answer.description or phrase(answer.status),
        **stated(headers=headers or None, content=content),
        **evidence(answer.origin),
    }


def media_type(each: MediaType, examples: Object, names: Names) -> Object:
    """A body of one media type."""
    schema = None if each.schema is None else schema_object(each.schema, names.named)
    return {
        **stated(schema=schema, examples=examples or None),
        **evidence(each.origin),
    }
