"""Features together: each API of tests/cases/generate becomes a distribution that holds all promises."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from shutil import copytree

import pytest
from truecopy import commands

CASES = Path(__file__).parent / "cases" / "generate"
NAMES = sorted(path.name for path in CASES.iterdir())


def run(folder: Path, *command: str) -> None:
    """Runs a Python module in a folder; shows what it printed when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": ".", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]


@pytest.fixture(scope="module", params=NAMES)
def tree(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    root = tmp_path_factory.mktemp("everything")
    copytree(CASES / str(request.param), root, dirs_exist_ok=True)
    assert [f for f in commands.check(root, ["acme"]) if f.severity != "note"] == []
    outcome = commands.generate(root, ["acme"], everything=True, force=False)
    assert [f for f in outcome.findings if f.severity != "note"] == []
    return root / "generated" / "acme"


def test_its_tests_pass(tree: Path) -> None:
    run(
        tree,
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-c",
        os.devnull,
        "--rootdir=.",
        "tests",
    )


def test_mypy_is_content(tree: Path) -> None:
    run(tree, "mypy", "--strict", ".")


def test_pyright_is_content(tree: Path) -> None:
    (tree / "pyrightconfig.json").write_text(
        '{"typeCheckingMode": "strict", "pythonVersion": "3.11"}'
    )
    run(tree, "pyright", "--pythonpath", sys.executable, ".")
    (tree / "pyrightconfig.json").unlink()


def test_black_and_ruff_are_content(tree: Path) -> None:
    run(tree, "black", "--check", "-q", "--line-length", "88", ".")
    run(tree, "ruff", "check", "-q", ".")
