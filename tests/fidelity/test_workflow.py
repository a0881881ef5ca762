"""docs/drift.yml: what it may do, and what its shell makes of each exit status."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "drift.yml").read_text("utf-8")


def workflow() -> dict[str, Any]:
    return cast("dict[str, Any]", yaml.safe_load(TEXT))


def test_it_may_do_little() -> None:
    """It reads the repository and writes issues; no secret is named, no page can steer its shell."""
    found = workflow()
    assert found["permissions"] == {}
    assert found["jobs"]["drift"]["permissions"] == {
        "contents": "read",
        "issues": "write",
    }
    assert "secrets." not in TEXT
    for step in found["jobs"]["drift"]["steps"]:
        assert "${{" not in step.get("run", "")


@pytest.mark.parametrize(
    ("code", "issue", "called"),
    [
        (0, "", "list"),
        (0, "7", "list, close 7"),
        (1, "", "list, create"),
        (1, "7", "list, edit 7"),
        (2, "", None),
    ],
)
def test_what_it_does(
    tmp_path: Path, code: int, issue: str, called: str | None
) -> None:
    """An issue is opened, edited or closed; a run that failed is a job that failed."""
    tools = {
        "truecopy": f'[ "$*" = "drift --fetch --format markdown" ] || exit 9; echo "# Changes"; exit {code}',
        "gh": f'echo "$2 $3" >> calls; [ "$2" = list ] && echo "{issue}"; true',
    }
    for name, text in tools.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n", "utf-8")
        (tmp_path / name).chmod(0o755)
    steps = [
        step["run"]
        for step in workflow()["jobs"]["drift"]["steps"]
        if "run" in step and "pip" not in step["run"]
    ]
    environment = {
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        "GITHUB_STEP_SUMMARY": "summary",
        "GITHUB_OUTPUT": "output",
        "CODE": str(code),
    }
    for step in steps:
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", step],
            cwd=tmp_path,
            env=environment,
            check=False,
        )
        if done.returncode:
            assert called is None
            return
    assert (tmp_path / "output").read_text("utf-8") == f"code={code}\n"
    assert (tmp_path / "summary").read_text("utf-8") == "# Changes\n"
    calls = [
        line.split() for line in (tmp_path / "calls").read_text("utf-8").splitlines()
    ]
    short = [" ".join(w for w in words if not w.startswith("--")) for words in calls]
    assert ", ".join(short) == called
