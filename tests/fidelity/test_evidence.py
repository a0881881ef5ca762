"""What pages say of a field, in the many ways that people write it, is read as the fact that it is."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from truecopy import fidelity
from workspaces import workspace

from fidelity.small import API, PAGE, SEND, sound

CASES = yaml.safe_load((Path(__file__).parent / "evidence.yaml").read_text("utf-8"))
LINE = "- `city` (string): at most 50 characters."


def complaints(root: Path, facts: object, said: str) -> list[str]:
    """What an audit has to say where a spec has these facts and its page says that."""
    text = SEND.replace("URL", "https://acme.example").replace(
        "{type: string, maxLength: 50}",
        yaml.safe_dump(facts, default_flow_style=True, width=10_000).strip(),
    )
    api = sound(workspace(root, {"api": API, "send": text}), "acme")
    page = PAGE.replace(LINE, f"- `city` {said}").encode()
    done = fidelity.audit(api, api.documents[0], "send.md", page, None)
    failing = [f"{f.kind} {f.value}: {f.verdict} {f.after}" for f in done.open]
    return failing + [f"{r.kind} {r.text}" for r in done.unaccounted]


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["facts"]))
def test_said(tmp_path: Path, case: dict[str, list[str]]) -> None:
    """A spec that says the same is a true copy, and one that says something else is none."""
    for number, said in enumerate(case["said"]):
        root = tmp_path / str(number)
        assert (said, complaints(root, case["facts"], said)) == (said, [])
        for index, other in enumerate(case.get("others", ())):
            found = complaints(root / str(index), other, said)
            assert found, f"{said}: {other}"
