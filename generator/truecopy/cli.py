"""Arguments in, text and exit status out: the only module that prints."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from truecopy import diagnostics
from truecopy.diagnostics import Diagnostic, Place


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command. Exit status: 0 nothing to report, 1 findings, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="truecopy")
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check")
    check.add_argument("api", nargs="*")
    check.add_argument("--format", choices=["text", "json", "github", "sarif"], default="text")
    arguments = parser.parse_args(argv)
    from truecopy import commands as run
    from truecopy.files import workspace

    root = workspace.find_workspace(Path.cwd())
    assert root is not None
    names = arguments.api or workspace.api_names(root)
    findings = run.check(root, names)
    _show(findings, arguments.format, root)
    return 1 if findings else 0


def _show(findings: Sequence[Diagnostic], form: str, root: Path) -> None:
    def line_of(place: Place) -> str | None:
        lines = (root / place.file).read_text("utf-8", "replace").split("\n")
        return lines[place.line - 1] if place.line <= len(lines) else None

    color = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    sys.stdout.write(diagnostics.as_text(findings, line_of, color))
