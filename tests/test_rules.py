"""Every rule has a manual whose examples are true, and a folder of its own."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest
from manual import examples, findings
from truecopy import rules

CASES = Path(__file__).parent / "cases" / "check"
MANUALS = {
    rule: inspect.getdoc(function) or "" for rule, function in rules.RULES.items()
}


@pytest.mark.parametrize("rule", MANUALS)
def test_manual(rule: str, tmp_path: Path) -> None:
    """The passing example has no finding, the failing one has this rule's and no other."""
    passing, failing = examples(MANUALS[rule])
    assert findings(tmp_path / "passing", passing) == set()
    assert findings(tmp_path / "failing", failing) == {rule}


@pytest.mark.parametrize("rule", MANUALS)
def test_folder(rule: str) -> None:
    """A case shows the exact output."""
    assert (CASES / rule / "expected.txt").is_file()
