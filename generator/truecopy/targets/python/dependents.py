"""Which generated names depend on which node of a spec."""

from __future__ import annotations

from collections.abc import Mapping

from truecopy.ir import Document
from truecopy.targets.python.naming import method


def dependents(document: Document) -> Mapping[tuple[str, ...], tuple[str, ...]]:
    """The names that a caller uses, by the pointer of the node that they are made from."""
    return {op.origin.pointer: (method(op.name),) for op in document.operations}
