"""What stands in generated/: up to date, laid out by black, and held to its documents by its own tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from truecopy import commands
from truecopy.files import workspace

ROOT = Path(__file__).resolve().parent.parent
APIS = workspace.api_names(ROOT)


def test_generated_is_what_the_specs_say() -> None:
    outcome = commands.generate_check(ROOT, APIS, everything=True, diff=False)
    assert [f for f in outcome.findings if f.severity != "note"] == []


def test_black_has_nothing_to_change() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "black",
            "--check",
            "-q",
            "--line-length",
            "88",
            "generated",
        ],
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0


@pytest.mark.parametrize("api", APIS)
def test_generated_tests_pass(api: str) -> None:
    """They run as a caller would run them: from the distribution's folder, without truecopy."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-c",
            os.devnull,
            "--rootdir=.",
            "tests",
        ],
        cwd=ROOT / "generated" / api,
        env={**os.environ, "PYTHONPATH": ".", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert " passed" in done.stdout
