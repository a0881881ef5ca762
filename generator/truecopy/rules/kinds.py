"""Formats: known ones, of the right type."""

from __future__ import annotations

from collections.abc import Iterator

from truecopy import formats
from truecopy.diagnostics import Diagnostic, error, shown, suggestion
from truecopy.ir import NumberSchema, StringSchema
from truecopy.rules.view import View, note, said


def _formatted(view: View) -> list[StringSchema | NumberSchema]:
    texts = [node for node in view.of(StringSchema) if node.format]
    numbers = [node for node in view.of(NumberSchema) if node.format]
    return [*texts, *numbers]


def format_type(view: View) -> Iterator[Diagnostic]:
    """A format fits the type beside it: a date is text, int64 a number.

    Passes:

        request:
          properties:
            day: {type: string, format: date}

    Fails:

        request:
          properties:
            day: {type: integer, format: date}
    """
    for node in _formatted(view):
        types: tuple[str, ...] = ("string",)
        if isinstance(node, NumberSchema):
            types = ("integer", "number") if node.integer else ("number",)
        known = formats.FORMATS.get(node.format or "")
        if known is not None and not set(known.types) & set(types):
            message = f"the format {shown(node.format or '')} belongs to {' or '.join(known.types)}"
            message += f", not to {types[0]}"
            yield error(said(node.origin, "format"), "format-type", message)


def format_unknown(view: View) -> Iterator[Diagnostic]:
    """A format that truecopy does not know is kept, but nothing checks it.

    Passes:

        request:
          properties:
            day: {type: string, format: date}

    Fails:

        request:
          properties:
            day: {type: string, format: dat}
    """
    for node in _formatted(view):
        name = node.format or ""
        if name not in formats.FORMATS:
            alike = [f for f in formats.FORMATS if abs(len(f) - len(name)) <= 2]
            hint = suggestion(name, alike)
            message = f"the format {shown(name)} is kept, but nothing checks it{hint}"
            yield note(said(node.origin, "format"), "format-unknown", message)
    for written in view.operations:
        found = written.operation.idempotency
        if found is not None and found.format and found.format not in formats.FORMATS:
            message = f"the format {shown(found.format)} is kept, but nothing checks it"
            yield note(said(found.origin, "format"), "format-unknown", message)
