"""Dates: a sunset, and the day on which a document was read."""

from __future__ import annotations

from collections.abc import Iterator

from truecopy import formats
from truecopy.diagnostics import Diagnostic, error, shown
from truecopy.ir import ObjectSchema, Origin
from truecopy.rules.view import View, key, said, warning


def sunset_date(view: View) -> Iterator[Diagnostic]:
    """A sunset is a day of the calendar.

    Passes:

        deprecated: true
        sunset: 2027-02-28

    Fails:

        deprecated: true
        sunset: 2027-02-30
    """
    for text, _, origin in _sunsets(view):
        if not formats.is_date(text):
            yield error(
                said(origin, "sunset"), "sunset-date", f"there is no day {shown(text)}"
            )


def retrieved_date(view: View) -> Iterator[Diagnostic]:
    """The day on which a document was read is a day of the calendar.

    Passes:

        document: {title: Send, retrieved: 2026-02-28}

    Fails:

        document: {title: Send, retrieved: 2026-02-30}
    """
    for document in view.api.documents:
        if document.retrieved is not None and not formats.is_date(document.retrieved):
            place = said(document.origin, "document.retrieved")
            message = f"there is no day {shown(document.retrieved)}"
            yield error(place, "retrieved-date", message)


def sunset_deprecated(view: View) -> Iterator[Diagnostic]:
    """What has a sunset is deprecated; saying so lets clients warn.

    Passes:

        deprecated: true
        sunset: 2027-01-31

    Fails:

        sunset: 2027-01-31
    """
    for _, deprecated, origin in _sunsets(view):
        if not deprecated:
            message = (
                "a sunset without 'deprecated: true'; the document announces its end"
            )
            yield warning(key(origin, "sunset"), "sunset-deprecated", message)


def _sunsets(view: View) -> Iterator[tuple[str, bool, Origin]]:
    for written in view.operations:
        operation = written.operation
        if operation.sunset is not None:
            yield operation.sunset, operation.deprecated, operation.origin
    for parameter, _ in view.parameters:
        if parameter.sunset is not None:
            yield parameter.sunset, parameter.schema.deprecated, parameter.origin
    for node in view.of(ObjectSchema):
        for prop in node.properties:
            if prop.sunset is not None:
                yield prop.sunset, prop.schema.deprecated, prop.origin
