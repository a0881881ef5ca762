"""Features together: each API of tests/cases/generate becomes a distribution that holds all promises."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from shutil import copytree

import pytest
from truecopy import commands
from workspaces import own_tests, python

CASES = Path(__file__).parent / "cases" / "generate"
NAMES = sorted(path.name for path in CASES.iterdir())


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The distributions side by side, so that tools read what they share once."""
    root = tmp_path_factory.mktemp("everything")
    for name in NAMES:
        copytree(CASES / name / "specs" / "acme", root / "specs" / name)
    assert [f for f in commands.check(root, NAMES) if f.severity != "note"] == []
    outcome = commands.generate(root, NAMES, everything=True, force=False)
    assert [f for f in outcome.findings if f.severity != "note"] == []
    return root / "generated"


@pytest.mark.parametrize("name", NAMES)
def test_its_tests_pass(trees: Path, name: str) -> None:
    own_tests(trees / name)


@pytest.mark.parametrize("name", NAMES)
def test_mypy_is_content(trees: Path, name: str) -> None:
    """Modules of two distributions may have one name; what both import is read once."""
    options = ("--strict", "--config-file=", "--cache-dir=../../mypy")
    python(trees / name, "-m", "mypy", *options, ".")


def test_pyright_is_content(trees: Path) -> None:
    """The runtime is the same in each: it is read once."""
    project = trees.parent / "pyrightconfig.json"
    settings: dict[str, object] = {
        "typeCheckingMode": "strict",
        "pythonVersion": "3.11",
        "include": ["generated"],
        "exclude": [f"generated/{name}/*/_runtime.py" for name in NAMES[1:]],
        "executionEnvironments": [{"root": f"generated/{name}"} for name in NAMES],
    }
    project.write_text(json.dumps(settings), "utf-8")
    said = python(
        trees.parent, "-m", "pyright", "--pythonpath", sys.executable, "-p", "."
    )
    assert "0 errors, 0 warnings" in said


def test_black_and_ruff_are_content(trees: Path) -> None:
    """Of what is not the same everywhere: tests/test_layout.py has the rest."""
    copied = r"/(_runtime|_webhooks|testing)\.py$"
    python(trees, "-m", "black", "--check", "-q", "--force-exclude", copied, ".")
    python(trees, "-m", "ruff", "check", "-q", ".")
