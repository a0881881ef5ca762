"""Values that a schema states, held against that schema."""

from __future__ import annotations

from collections.abc import Iterator

from truecopy.diagnostics import Diagnostic, Note, Place, error
from truecopy.ir import Schema, Value
from truecopy.rules.view import View, deepest, doubted, said
from truecopy.values import Violation, violations


def enum_value(view: View) -> Iterator[Diagnostic]:
    """The values of enum and const satisfy the type and bounds that stand beside them.

    Passes:

        request:
          properties:
            country: {type: string, enum: [NO, SE], maxLength: 2}

    Fails:

        request:
          properties:
            country: {type: string, enum: [NO, SWE], maxLength: 2}
    """
    for node in view.valued:
        for index, value in enumerate(node.enum):
            for bad in violations(node, value.data, view.named):
                if bad.fact not in ("enum", "const") and not _excused(
                    node, bad, "enum"
                ):
                    place = said(node.origin, f"enum.{index}", "enum")
                    yield error(place, "enum-value", bad.message)
        if node.const is not None:
            for bad in violations(node, node.const.data, view.named):
                if not _excused(node, bad, "const"):
                    yield error(said(node.origin, "const"), "enum-value", bad.message)


def default_value(view: View) -> Iterator[Diagnostic]:
    """A default is a value that its own schema allows, unless evidence says why it is not.

    Passes:

        parameters:
          order: {in: query, type: string, enum: [asc, desc], default: asc}

    Fails:

        parameters:
          order: {in: query, type: string, enum: [asc, desc], default: up}
    """
    for node in view.valued:
        if node.default is not None:
            yield from _own(view, node, "default-value", "default", node.default)


def example_value(view: View) -> Iterator[Diagnostic]:
    """An example is a value that its own schema allows, unless evidence says why it is not.

    Passes:

        request:
          properties:
            city: {type: string, maxLength: 5, example: Oslo}
            town:
              type: string
              maxLength: 5
              example: Bergen
              evidence:
                example: {state: conflicting, because: It is too long., also: [Oslo]}

    Fails:

        request:
          properties:
            city: {type: string, maxLength: 5, example: Bergen}
    """
    for node in view.valued:
        if node.examples:
            single = "example" in node.origin.table
            for index, value in enumerate(node.examples):
                listed = f"examples.{index - single}"
                name = "example" if single and index == 0 else listed
                yield from _own(view, node, "example-value", name, value)


def _own(
    view: View, node: Schema, rule: str, name: str, value: Value
) -> Iterator[Diagnostic]:
    for bad in violations(node, value.data, view.named):
        if not _excused(node, bad, name.partition(".")[0]):
            whole = (*name.split("."), *bad.path)
            place = deepest(node.origin, whole, bad.fact)
            yield error(place, rule, bad.message, *_where(bad, place))


def _where(bad: Violation, place: Place) -> Iterator[Note]:
    """The fact that a value contradicts, when it stands on another line."""
    fact = said(bad.origin, bad.fact)
    if (fact.file, fact.line) != (place.file, place.line):
        yield Note(fact, f"{bad.fact} is written here")


def _excused(node: Schema, bad: Violation, fact: str) -> bool:
    facts = (fact, "example") if fact == "examples" else (fact,)
    return doubted(node.origin, *facts, "type") or doubted(bad.origin, bad.fact, "type")
