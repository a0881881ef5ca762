"""A package that is made some documents at a time is the one that is made of all at once, byte for byte."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from orders import LITTLE, MUCH, SPECS, WRONG
from truecopy import batches, checking, pipeline, portions, processors
from truecopy.diagnostics import ordered
from truecopy.files import workspace as files
from truecopy.ir import Document
from workspaces import generate, parts, tree, workspace, write

CHANGES = {**LITTLE, **MUCH}


def _changed(change: tuple[str, str, str]) -> Mapping[str, str]:
    name, old, new = change
    return {**SPECS, name: SPECS[name].replace(old, new)}


@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_batches_make_the_whole(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: tuple[str, str, str],
    size: int,
) -> None:
    """Files, findings, and what is kept for the next run, whatever which document needs of what they share."""
    root = workspace(tmp_path, _changed(change))
    templates = files.read_templates(None)
    folder = files.read_api(root, "acme")
    inputs = files.inputs(folder, templates)
    checked = pipeline.check(folder)
    assert checked.api is not None
    whole = pipeline.generate(checked.api, templates)
    monkeypatch.setattr(batches, "batched", partial(parts, size))
    made = batches.generate(folder, templates, inputs)
    assert made is not None
    assert made.files == whole.files
    together = portions.at_once(checked.api, checked.findings, templates, inputs)
    assert together is not None
    assert (made.files, made.pieces) == (together.files, together.pieces)
    assert made.findings == ordered([*checked.findings, *whole.findings])


@pytest.fixture
def _many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three documents are too many to be made at once."""
    monkeypatch.setattr(batches, "MANY", 2)
    monkeypatch.setattr(batches, "batched", partial(parts, 1))


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_said_of_the_whole(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    change: tuple[str, str, str],
) -> None:
    """A name of two documents, a reference from one to another, a warning: as it is said of all documents at once."""
    said: list[str] = []
    for name, many in (("whole", 3), ("batches", 2)):
        monkeypatch.setattr(batches, "MANY", many)
        monkeypatch.setattr(batches, "batched", partial(parts, 1))
        assert generate(workspace(tmp_path / name, _changed(change))) == 1
        said.append(capsys.readouterr().out)
    assert "specs/acme/send.yaml" in said[0]
    assert said[0] == said[1]


@pytest.mark.usefixtures("_many")
def test_batches_are_used_and_changed_little(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many documents are never looked at as a whole; what was made of them is changed in part, as any package is."""

    def looked(*_: object) -> None:
        raise AssertionError("everything was made at once")

    monkeypatch.setattr(portions, "at_once", looked)
    root = workspace(tmp_path / "root", SPECS)
    assert generate(root) == 0
    assert generate(root, "--check") == 0
    specs = _changed(LITTLE["a limit"])
    write(root, specs)
    monkeypatch.setattr(batches, "generate", looked)
    assert generate(root) == 0
    monkeypatch.undo()
    fresh = workspace(tmp_path / "fresh", specs)
    assert generate(fresh) == 0
    assert tree(root / "generated/acme") == tree(fresh / "generated/acme")


@pytest.mark.usefixtures("_many")
def test_no_document_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read of a batch is gone when the next ones are made."""
    alive: list[int] = []
    portion = portions.portion

    def count() -> int:
        return sum(isinstance(o, Document) for o in gc.get_objects())

    def counted(*arguments: Any) -> portions.Portion:
        alive.append(count() - others)
        return portion(*arguments)

    gc.collect()
    others = count()
    monkeypatch.setattr(batches, "portion", counted)
    assert generate(workspace(tmp_path, SPECS)) == 0
    assert alive
    assert max(alive) == 1


@pytest.mark.usefixtures("_many")
def test_an_error_is_found_without_a_look_at_all(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Very many documents would take too much memory at once, wrong ones too."""
    looked: list[int] = []
    check = pipeline.check

    def counted(folder: files.ApiFolder) -> pipeline.Checked:
        looked.append(len(folder.documents))
        return check(folder)

    monkeypatch.setattr(pipeline, "check", counted)
    monkeypatch.setattr(processors, "_processors", lambda: 1)
    monkeypatch.setattr(checking, "batched", partial(parts, 1))
    wrong = _changed(("make", "example: Ada", "example: Ada, minLength: 4"))
    assert generate(workspace(tmp_path, wrong)) == 1
    assert max(looked) == 1
    said = capsys.readouterr().out
    assert "specs/acme/make.yaml" in said
    assert "[example-value]" in said


@pytest.mark.usefixtures("_many")
def test_own_templates_are_followed_as_a_whole(tmp_path: Path) -> None:
    """Where a template of somebody's own shows a method, nobody knows."""
    root = workspace(tmp_path, SPECS)
    own = root / "templates/python/README.md.jinja"
    own.parent.mkdir(parents=True)
    own.write_text(
        "{% for section in view.sections %}-{{ section }}{% endfor %}", "utf-8"
    )
    assert generate(root) == 0
    assert (root / "generated/acme/README.md").read_text("utf-8").count("-\n") == 3
