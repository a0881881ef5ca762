"""Holds specs against their JSON Schemas and states every finding at its place."""

from __future__ import annotations

from truecopy.diagnostics import Diagnostic, error
from truecopy.schema.messages import EMPTY, findings
from truecopy.schema.repairs import repair
from truecopy.schema.validators import Kind, keys, problems, text, valid
from truecopy.source import Table

__all__ = ["EMPTY", "Kind", "keys", "repair", "text", "validate"]


def validate(kind: Kind, root: Table, data: bytes) -> list[Diagnostic]:
    """All that the JSON Schema of the kind of file finds wrong with what its bytes say.

    A fast validator decides whether there is anything to say; the one with full messages says it.
    """
    if valid(kind, root):
        return []
    found = [
        finding
        for problem in problems(kind, root)
        for finding in findings(kind, root, data, problem)
    ]
    return found or [
        error(root.place, "schema-invalid", "the file does not satisfy its JSON Schema")
    ]
