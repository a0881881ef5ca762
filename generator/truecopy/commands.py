"""One function for each command, composed of stages; none of them prints."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from truecopy import pipeline
from truecopy.diagnostics import Diagnostic, ordered
from truecopy.files import workspace


def check(root: Path, names: Sequence[str]) -> tuple[Diagnostic, ...]:
    """All findings of the named APIs."""
    findings: list[Diagnostic] = []
    for name in names:
        folder, unreadable = workspace.read_api(root, name)
        findings += [*unreadable, *pipeline.check(folder).findings]
    return ordered(findings)
