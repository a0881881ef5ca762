"""Runs the README: every command and snippet of it, in order, as a new user would."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "README.md").read_text("utf-8")
BIN = Path(sys.executable).parent
SECTIONS = (
    "From document to call in a minute",
    "Around every attempt",
    "Is it a true copy?",
    "The daily loop",
)


@dataclass(frozen=True)
class Block:
    """One fenced block with the heading that it stands under."""

    section: str
    language: str
    text: str


def blocks() -> Iterator[Block]:
    section = ""
    for match in re.finditer(r"^## ([^\n]+)$|^```(\w+)\n(.*?)^```$", TEXT, re.M | re.S):
        if match[1]:
            section = match[1]
        else:
            yield Block(section, match[2], match[3])


def run(command: list[str], folder: Path, exported: dict[str, str]) -> str:
    environment = {
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        **exported,
    }
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_the_first_two_blocks_set_everything_up() -> None:
    """CI takes its two commands from here; what they run is this test run itself."""
    first, second = [b.text for b in blocks() if b.section == ""]
    assert first.strip().endswith(".venv/bin/truecopy generate")
    assert "pip install -e '.[dev]'" in first
    assert second.strip().startswith(".venv/bin/python -m pytest")
    assert "\n" not in first.strip() + second.strip()


def test_the_tour_and_the_daily_loop(tmp_path: Path) -> None:
    printed: list[str] = []
    exported: dict[str, str] = {}
    for block in blocks():
        if block.section not in SECTIONS:
            continue
        if block.language == "yaml":
            path = re.match(r"# (\S+)\n", block.text)
            assert path, block.text
            (tmp_path / path[1]).write_text(block.text, "utf-8")
        elif block.language == "python":
            printed.append(run([sys.executable, "-c", block.text], tmp_path, exported))
        else:
            exported |= dict(re.findall(r"^export (\w+)=(\S+)$", block.text, re.M))
            printed.append(run(["bash", "-euc", block.text], tmp_path, exported))
    span = next(text for text in printed if '"http.response.status_code": 200' in text)
    assert '"name": "PATCH /recipients/{recipient_id}"' in span
    assert "secret" not in span
    call = next(text for text in printed if "Oslo" in text)
    assert call.splitlines() == [
        "Oslo 200 ()",
        'https://sandbox.acme.example/v1/recipients/r-7 b\'{"city":"Oslo"}\'',
        "city: at least 2 characters, got 1",
    ]
    assert any(" passed" in text for text in printed)
    locked = next(text for text in printed if "update_recipient.lock\n" in text)
    assert "nothing changed in pages/acme/update_recipient.md" in locked
    drifted = next(text for text in printed if "1 change in pages" in text)
    assert "[update_recipient(city), UpdateRecipientRequest.city]" in drifted
    assert any("update_recipient" in text and "STATED" in text for text in printed)


def test_the_finding_that_is_shown(tmp_path: Path) -> None:
    """The README's sample of a finding is what the tour's spec gives with that mistake."""
    shown = re.search(r"^    (specs/\S+: error: .*)$", TEXT, re.M)
    assert shown
    for block in blocks():
        path = re.match(r"# (specs/\S+)\n", block.text)
        if path:
            target = tmp_path / path[1]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text.replace("maxLength", "maxLenght"), "utf-8")
    done = subprocess.run(
        [BIN / "truecopy", "check"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    found = [line for line in done.stdout.splitlines() if ": error: " in line]
    assert [re.sub(r":\d+:\d+:", ":", line) for line in found] == [
        re.sub(r":\d+:\d+:", ":", shown[1])
    ]
    assert found == [shown[1]]


@pytest.mark.parametrize(
    "folder", ["docs/decisions", "specs", "templates/python", "bench"]
)
def test_the_map_names_rooms_that_exist(folder: str) -> None:
    assert (ROOT / folder).is_dir()
