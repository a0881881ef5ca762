"""Each vendor's page against its spec: the report word for word, its lock, and the same bytes each time."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from truecopy import fidelity
from truecopy.fidelity import lock
from workspaces import truecopy

from fidelity.small import Run

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
VENDORS = sorted(path.name for path in (HERE / "documents").iterdir())
REAL = Path(os.environ.get("TRUECOPY_DOCUMENTS", ROOT.parent / "shared" / "documents"))


@pytest.mark.parametrize("vendor", VENDORS)
def test_report(
    vendor: str, update: bool, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.chdir(HERE)
    code, printed, _ = run("audit", vendor, "--documents", "documents")
    expected = HERE / "expected" / f"{vendor}.txt"
    if update:
        expected.parent.mkdir(exist_ok=True)
        expected.write_text(printed, "utf-8", newline="\n")
    assert printed == expected.read_text("utf-8")
    assert code == (1 if printed.count("\n") > 1 else 0)


@pytest.mark.parametrize("vendor", VENDORS)
def test_lock(
    vendor: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    """What was accepted is silent; the lock says what it was, and nothing of the page's text."""
    shutil.copytree(HERE / "specs" / vendor, tmp_path / "specs" / vendor)
    monkeypatch.chdir(tmp_path)
    pages = ("--documents", str(HERE / "documents"))
    code, printed, _ = run("audit", *pages, "--lock")
    (path,) = (tmp_path / "specs").rglob("*.lock")
    assert (code, printed) == (0, f"wrote {path.relative_to(tmp_path)}\n")
    data = path.read_bytes()
    assert lock.written(fidelity.parsed(data)) == data
    for line in data.decode().splitlines():
        assert len(line.split()) <= 6, line

    assert run("audit", *pages, "--lock") == (0, "", "")
    code, printed, _ = run("audit", *pages)
    assert (code, printed.count("\n")) == (0, 1)
    assert ", 0 unaccounted" in printed.replace("; ", ", ")
    code, printed, _ = run("drift", *pages)
    assert (code, printed.count("nothing changed")) == (0, 1)
    code, printed, _ = run("drift", *pages, "--format", "markdown")
    assert printed == "# Changes of documents\n\nNothing changed.\n"


def test_the_same_bytes() -> None:
    """Under another hash seed as well."""
    runs = [
        truecopy(
            HERE,
            *("audit", "--documents", "documents", "--format", "json"),
            PYTHONHASHSEED=seed,
        )
        for seed in ("0", "1")
    ]
    assert runs[0].stdout == runs[1].stdout
    assert len(json.loads(runs[0].stdout)["documents"]) == len(VENDORS)


def test_the_documents_of_this_project(
    monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    """Where they are at hand: what was locked is accepted, and the pages are as they were."""
    monkeypatch.chdir(ROOT)
    locks = sorted((ROOT / "specs").rglob("*.lock"))
    for api in sorted({path.parent.name for path in locks}):
        if (REAL / api).is_dir():
            assert run("audit", api, "--documents", str(REAL))[0] == 0
            assert run("drift", api, "--documents", str(REAL))[0] == 0
