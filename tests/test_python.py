"""What becomes of a spec in Python, to the character: files that cases of tests/cases/generate expect."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path

import pytest
from truecopy import pipeline
from truecopy.files import workspace

CASES = Path(__file__).parent / "cases" / "generate"
EXPECTED = sorted(
    str(path.relative_to(CASES))
    for path in CASES.glob("*/expected/**/*")
    if path.is_file()
)


@functools.cache
def generated(case: str) -> Mapping[str, bytes]:
    """The files of a case's distribution."""
    folder, _ = workspace.read_api(CASES / case, "acme")
    checked = pipeline.check(folder)
    assert checked.api is not None, checked.findings
    return pipeline.generate(checked.api, workspace.read_templates(None)).files


@pytest.mark.parametrize("path", EXPECTED)
def test_file(path: str, update: bool) -> None:
    case, _, name = path.partition("/expected/")
    found = generated(case)[name.removesuffix(".txt")]
    if update:
        (CASES / path).write_bytes(found)
    assert found.decode() == (CASES / path).read_text("utf-8")
