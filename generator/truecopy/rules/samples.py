"""Sample calls: their parts, and what in the operation these belong to."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from truecopy.diagnostics import Diagnostic
from truecopy.ir import Example, ExampleRequest, Operation, Response, Value
from truecopy.json_values import holds
from truecopy.rules.view import View, doubted

PLACES = (
    ("path", "path"),
    ("query", "query"),
    ("headers", "header"),
    ("cookies", "cookie"),
)
Finder = Callable[[View, Operation, Example], Iterator[Diagnostic]]


def each_call(view: View, find: Finder) -> Iterator[Diagnostic]:
    """What a rule finds in every sample that no evidence marks as a whole."""
    for written in view.operations:
        operation = written.operation
        if operation.examples and not doubted(operation.origin, "examples"):
            for example in operation.examples:
                if not doubted(example.origin, ""):
                    yield from find(view, operation, example)


def is_refused(operation: Operation, example: Example) -> bool:
    """Whether the sample shows a failure of the caller: its request may well be what was wrong."""
    response = example.response
    caused = response is not None and 400 <= response.status < 500
    return caused or tells_failure(operation, example)


def tells_failure(operation: Operation, example: Example) -> bool:
    """Whether the body of the sample's answer says that the call failed."""
    response, failure = example.response, operation.failure
    if response is None or response.body is None or failure is None:
        return False
    return holds(response.body.data, failure.when, failure.equals.data)


def marked(example: Example, path: tuple[str, ...]) -> bool:
    """Whether evidence speaks of a part of the example, of what holds it, or of what it holds."""
    name = ".".join(path) + "."
    return any(
        e.state != "stated"
        and (name.startswith(e.key + ".") or (e.key + ".").startswith(name))
        for e in example.origin.evidence
    )


def sent(request: ExampleRequest, place: str) -> tuple[tuple[str, Value], ...]:
    """The parameters of one location that a sample sends."""
    match place:
        case "path":
            return request.path
        case "query":
            return request.query
        case "headers":
            return request.headers
        case _:
            return request.cookies


def answer_of(operation: Operation, status: int) -> Response | None:
    """The documented answer that a status belongs to."""
    for name in (str(status), f"{status // 100}XX", "default"):
        for response in operation.responses:
            if response.status.upper() == name.upper():
                return response
    return None
