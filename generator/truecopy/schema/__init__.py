"""Holds specs against their JSON Schemas and states every finding at its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truecopy.diagnostics import Diagnostic, error
from truecopy.schema.validators import EMPTY, Kind, keys, problems, text, valid
from truecopy.source import Table

if TYPE_CHECKING:
    from truecopy.schema.repairs import Repair

__all__ = ["EMPTY", "Kind", "keys", "repair", "text", "validate"]


def validate(kind: Kind, root: Table, data: bytes) -> list[Diagnostic]:
    """All that the JSON Schema of the kind of file finds wrong with what its bytes say.

    A fast validator decides whether there is anything to say; the one with full messages says it.
    """
    if valid(kind, root):
        return []
    from truecopy.schema.messages import findings

    found = [
        finding
        for problem in problems(kind, root)
        for finding in findings(kind, root, data, problem)
    ]
    return found or [
        error(root.place, "schema-invalid", "the file does not satisfy its JSON Schema")
    ]


def repair(kind: Kind, root: Table, data: bytes) -> Repair:
    """Reads what is only misspelt as what was meant, and takes out what can't be read."""
    from truecopy.schema.repairs import repaired

    return repaired(kind, root, data)
