"""The synthetic API that the bench measures with is one that people could have written."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import pytest
from truecopy import commands, pipeline
from truecopy.files.workspace import read_api, read_templates
from truecopy.ir import MediaType, ObjectSchema

BENCH = Path(__file__).resolve().parent.parent / "bench"


@pytest.fixture
def synthetic() -> ModuleType:
    """The script, which is not part of a package."""
    spec = importlib.util.spec_from_file_location("synthetic", BENCH / "synthetic.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_synthetic_api(synthetic: ModuleType, tmp_path: Path) -> None:
    """It passes check, generates, and says as much as the bench promises."""
    synthetic.write(tmp_path, 2)
    assert commands.check(tmp_path, [synthetic.NAME]) == ()
    folder = read_api(tmp_path, synthetic.NAME)
    checked = pipeline.check(folder)
    assert checked.api is not None
    for document in checked.api.documents:
        operation = document.operations[0]
        assert operation.request is not None
        assert _properties(operation.request.contents) == 18
        assert _properties(operation.responses[0].contents) == 25
        assert [r.status for r in operation.responses] == ["200", "404", "422"]
    generated = pipeline.generate(checked.api, read_templates(None))
    assert not generated.findings
    names = {synthetic.operation_name(number) for number in range(2)}
    package = {Path(p).stem for p in generated.files if "_client/" in p}
    assert names <= package


def test_black_has_nothing_to_do(
    synthetic: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An API that is like others is laid out without it: it would cost more than all the rest."""

    def called(text: str, **_: object) -> str:
        raise AssertionError(max(text.split("\n"), key=len))

    monkeypatch.setattr("black.format_str", called)
    synthetic.write(tmp_path, 14)
    checked = pipeline.check(read_api(tmp_path, synthetic.NAME))
    assert checked.api is not None
    assert pipeline.generate(checked.api, read_templates(None)).files


def _properties(contents: Sequence[MediaType] | None) -> int:
    assert contents
    schema = contents[0].schema
    assert isinstance(schema, ObjectSchema)
    return len(schema.properties)


def test_synthetic_api_is_the_same_each_time(
    synthetic: ModuleType, tmp_path: Path
) -> None:
    """Two runs write the same bytes, so that their figures can be compared."""
    synthetic.write(tmp_path / "one", 3)
    synthetic.write(tmp_path / "two", 3)
    one, two = (
        {p.name: p.read_bytes() for p in (tmp_path / side).rglob("*.yaml")}
        for side in ("one", "two")
    )
    assert one == two
    assert len(one) == 4
