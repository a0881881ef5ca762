"""Runs every folder of tests/cases/check and compares the exact output."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest
from truecopy import commands
from truecopy.cli import main
from truecopy.diagnostics import failed
from truecopy.files import workspace

CASES = Path(__file__).parent / "cases" / "check"
FOLDERS = sorted(path for path in CASES.iterdir() if path.is_dir())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_check(
    folder: Path,
    update: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The findings of a workspace, word for word."""
    monkeypatch.chdir(folder)
    main(["check"])
    output = capsys.readouterr().out
    expected = folder / "expected.txt"
    if update:
        expected.write_text(output, "utf-8", newline="\n")
    assert output == expected.read_text("utf-8")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_case_shows_its_rule(folder: Path) -> None:
    """A folder is named after a finding, which its output holds."""
    expected = (folder / "expected.txt").read_text("utf-8")
    assert folder.name == "accepted" or f"[{folder.name}]" in expected


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_generate_finds_the_same_errors(folder: Path, tmp_path: Path) -> None:
    """What is wrong is a finding there, too, and never a bug of truecopy."""
    copytree(folder / "specs", tmp_path / "specs")
    for name in workspace.api_names(tmp_path):
        checked = commands.check(tmp_path, [name])
        outcome = commands.generate(tmp_path, [name], everything=False, force=False)
        # What can't be generated yet is a finding of its own, and none of `check`.
        made = [f for f in outcome.findings if f.rule != "not-generated"]
        assert failed(made) == failed(checked)
        places = [f.place for f in made if f.rule.startswith("name-")]
        assert len({*places}) == len(places)
