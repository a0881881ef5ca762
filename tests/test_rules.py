"""Every finding has a manual whose examples are true, and a folder of its own."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import truecopy
from manual import examples, findings
from truecopy.rules import RULES
from truecopy.rules.manual import manuals

CASES = Path(__file__).parent / "cases" / "check"
MANUALS = manuals()
SHOWN = [rule for rule, manual in MANUALS.items() if "Fails:\n\n    (" not in manual]
# Too large to keep as a folder, or a bug when it occurs.
WITHOUT_FOLDER = {"yaml-size", "schema-invalid", "file-unreadable"}
MAKERS = {"error", "warning", "note", "refuse"}
STAGES = (
    "source",
    "schema",
    "pipeline.py",
    "build",
    "rules",
    "files/workspace.py",
)


@pytest.mark.parametrize("rule", SHOWN)
def test_manual(rule: str, tmp_path: Path) -> None:
    """The passing example has no finding, the failing one has this one and no other."""
    passing, failing = examples(MANUALS[rule])
    assert findings(tmp_path / "passing", passing) == set()
    assert findings(tmp_path / "failing", failing) == {rule}


@pytest.mark.parametrize("rule", MANUALS)
def test_manual_begins_with_a_sentence(rule: str) -> None:
    """What it is about fits on one line."""
    sentence, blank, *_ = MANUALS[rule].splitlines()
    assert sentence.endswith(".")
    assert not blank


@pytest.mark.parametrize(
    "rule", [rule for rule in MANUALS if rule not in WITHOUT_FOLDER]
)
def test_folder(rule: str) -> None:
    """A case shows the exact output."""
    assert (CASES / rule / "expected.txt").is_file()


def test_every_id_in_the_code_has_a_manual() -> None:
    """An id is a literal where a finding is made; schema-* ids come from keywords."""
    package = Path(truecopy.__file__).parent
    used: set[str] = set()
    for stage in STAGES:
        path = package / stage
        for module in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            used |= set(_ids(ast.parse(module.read_text("utf-8"))))
    assert len(used) > 60
    assert used - set(MANUALS) == set()


def _ids(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and len(node.args) > 1:
            name = getattr(node.func, "id", getattr(node.func, "attr", "error"))
            rule = node.args[1]
            if name in MAKERS and isinstance(rule, ast.Constant):
                yield str(rule.value)


def test_rules_are_named_after_their_functions() -> None:
    """The table is easy to read both ways."""
    assert all(
        rule == function.__name__.replace("_", "-") for rule, function in RULES.items()
    )
