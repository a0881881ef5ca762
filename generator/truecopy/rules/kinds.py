"""Formats: known ones, of the right type."""

from __future__ import annotations

from collections.abc import Iterator

from truecopy import formats
from truecopy.diagnostics import Diagnostic, error, shown, suggestion
from truecopy.ir import NumberSchema, StringSchema
from truecopy.rules.view import View, note, said


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
    for node in view.nodes:
        types: tuple[str, ...] = ("string",)
        if isinstance(node, NumberSchema):
            types = ("integer", "number") if node.integer else ("number",)
        elif not isinstance(node, StringSchema):
            continue
        known = formats.FORMATS.get(node.format) if node.format else None
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
    for node in view.nodes:
        if not isinstance(node, (StringSchema, NumberSchema)) or not node.format:
            continue
        if node.format not in formats.FORMATS:
            alike = [f for f in formats.FORMATS if abs(len(f) - len(node.format)) <= 2]
            hint = suggestion(node.format, alike)
            message = (
                f"the format {shown(node.format)} is kept, but nothing checks it{hint}"
            )
            yield note(said(node.origin, "format"), "format-unknown", message)
    for written in view.operations:
        found = written.operation.idempotency
        if found is not None and found.format and found.format not in formats.FORMATS:
            message = f"the format {shown(found.format)} is kept, but nothing checks it"
            yield note(said(found.origin, "format"), "format-unknown", message)
