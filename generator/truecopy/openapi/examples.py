"""Puts the parts of each example beside what they are examples of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from truecopy.ir import (
    Example,
    ExampleRequest,
    ExampleResponse,
    MediaType,
    Operation,
    Response,
    Value,
    parameter_slot,
)
from truecopy.openapi.notes import Object, evidence, stated

Slot = tuple[str, ...]
Slots = dict[Slot, Object]
Examples = Mapping[Slot, Object]


def body_slot(media_type: str) -> Slot:
    """Where examples of a request body stand."""
    return ("body", media_type)


def answer_slot(status: str, media_type: str) -> Slot:
    """Where examples of an answer's body stand."""
    return ("answer", status, media_type)


def header_slot(status: str, name: str) -> Slot:
    """Where examples of an answer's header stand."""
    return ("answer-header", status, name.lower())


def place_examples(operation: Operation) -> tuple[Examples, list[Object]]:
    """The examples of each slot by the call's name, and what has no slot."""
    slots: Slots = {slot: {} for slot in _slots(operation)}
    rest: list[Object] = []
    for number, example in enumerate(operation.examples, 1):
        left = _Call(f"example-{number}", example, slots).place(operation)
        rest += [left] if left else []
    return slots, rest


def _slots(operation: Operation) -> Iterable[Slot]:
    for parameter in operation.parameters:
        yield parameter_slot(parameter.location, parameter.name)
    if operation.idempotency is not None:
        yield parameter_slot("header", operation.idempotency.header)
    for body in operation.request.contents if operation.request else ():
        yield body_slot(body.name)
    for answer in operation.responses:
        for header in answer.headers:
            yield header_slot(answer.status, header.name)
        for body in answer.contents or ():
            yield answer_slot(answer.status, body.name)


class _Call:
    """One example on its way into the slots."""

    def __init__(self, name: str, example: Example, slots: Slots) -> None:
        self.name = name
        self.example = example
        self.slots = slots
        self.placed = False

    def place(self, operation: Operation) -> Object:
        """What of the example has no slot; empty when all of it has."""
        request = response = None
        if self.example.request is not None:
            request = self._request(self.example.request, operation)
        if self.example.response is not None:
            response = self._response(self.example.response, operation.responses)
        summary = None if self.placed else self.example.summary
        rest: Object = {
            **stated(summary=summary, request=request, response=response),
            **evidence(self.example.origin),
        }
        return {"name": self.name, **rest} if rest or not self.placed else {}

    def _request(self, sent: ExampleRequest, operation: Operation) -> Object | None:
        contents = operation.request.contents if operation.request else ()
        body = _media_type(sent.media_type, contents)
        lists = (
            ("path", "path", sent.path),
            ("query", "query", sent.query),
            ("headers", "header", sent.headers),
            ("cookies", "cookie", sent.cookies),
        )
        rest: Object = {}
        for key, location, pairs in lists:
            left = {
                name: value.data
                for name, value in pairs
                if not self._put(parameter_slot(location, name), value.data)
            }
            rest |= stated(**{key: left or None})
        told = sent.body is not None and self._put(
            body_slot(body or ""), sent.body.data
        )
        if not told:
            rest |= _body(sent.media_type, sent.body)
        empty = not (sent.path or sent.query or sent.headers or sent.cookies or told)
        return rest if rest or empty else None

    def _response(
        self, answer: ExampleResponse, responses: tuple[Response, ...]
    ) -> Object | None:
        status = str(answer.status)
        by_status = {response.status: response for response in responses}
        keys = [
            key for key in (status, f"{status[0]}XX", "default") if key in by_status
        ]
        key = keys[0] if keys else status
        found = by_status.get(key)
        media_type = _media_type(answer.media_type, (found and found.contents) or ())
        headers = {
            name: text
            for name, text in answer.headers
            if not self._put(header_slot(key, name), text)
        }
        told = answer.body is not None and self._put(
            answer_slot(key, media_type or ""), answer.body.data
        )
        rest = stated(headers=headers or None)
        rest |= {} if told else _body(answer.media_type, answer.body)
        anywhere = told or len(headers) < len(answer.headers)
        if rest or key != status or not anywhere:
            return {"status": answer.status, **rest}
        return None

    def _put(self, slot: Slot, data: object) -> bool:
        examples = self.slots.get(slot)
        if examples is None or self.name in examples:
            return False
        examples[self.name] = {**stated(summary=self.example.summary), "value": data}
        self.placed = True
        return True


def _body(media_type: str | None, body: Value | None) -> Object:
    return {
        **stated(media_type=media_type),
        **({"body": body.data} if body is not None else {}),
    }


def _media_type(stated_one: str | None, contents: tuple[MediaType, ...]) -> str | None:
    """The media type of a body: the stated one, or the only one there is."""
    if stated_one is None and len(contents) == 1:
        return contents[0].name
    return stated_one
