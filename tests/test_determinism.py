"""The same specs give the same bytes, whatever the machine is like."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from workspaces import API, SEND, TRACK, tree, write

SPECS = Path(__file__).parent.parent / "specs"

# Lists every folder in another order, then runs commands one after another.
DRIVER = """
import os, random, sys
from truecopy.cli import main

class Shuffled:
    def __init__(self, entries):
        self.entries = list(entries)
        random.shuffle(self.entries)
    def __iter__(self):
        return iter(self.entries)
    def __next__(self):
        return self.entries.pop()
    def __enter__(self):
        return self
    def __exit__(self, *_):
        pass
    def close(self):
        pass

listdir, scandir = os.listdir, os.scandir
seed = sys.argv[1]
if seed:
    random.seed(seed)
    os.listdir = lambda *path: list(Shuffled(listdir(*path)))
    os.scandir = lambda *path: Shuffled(scandir(*path))
apis = sorted(name for name in listdir("specs") if not name.startswith("."))
for form in ("text", "json", "github", "sarif"):
    main(["check", "--format", form])
main(["generate"])
main(["list"])
for api in apis:
    main(["export", api, "--yaml"])
"""

PLAIN = {"PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
MACHINES = {
    "another seed": ("", {"PYTHONHASHSEED": "4711"}),
    "another zone": ("", {"TZ": "Pacific/Kiritimati"}),
    "an ASCII locale": (
        "",
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ),
    "a Turkish locale": ("", {"LC_ALL": "tr_TR.UTF-8"}),
    "another order of files": ("1", {"PYTHONHASHSEED": "1"}),
    "yet another": ("2", {"PYTHONHASHSEED": "2", "TZ": "Asia/Kathmandu"}),
    "an optimised run": ("", {"PYTHONOPTIMIZE": "2"}),
}


def _made(root: Path, seed: str, **environment: str) -> tuple[bytes, dict[str, str]]:
    """What the commands say, and the trees that they make."""
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, seed],
        cwd=root,
        env={**os.environ, **PLAIN, **environment},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout, tree(root / "generated")


def _workspace(root: Path) -> Path:
    """The specs of this repository, and an API with findings of several files."""
    shutil.copytree(SPECS, root / "specs")
    write(root, {"api": API, "send": SEND, "track": TRACK})
    wrong = {"api": API, "send": SEND.replace("POST", "SEND"), "again": SEND}
    write(root, {**wrong, "track": TRACK, "track_again": TRACK}, "broken")
    return root


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, dict[str, str]]:
    """What one machine makes of the specs."""
    said, made = _made(_workspace(tmp_path_factory.mktemp("plain")), "")
    assert "acme/acme_client/send.py" in made
    assert b"specs/broken/send.yaml:4:13: error" in said
    return said, made


@pytest.mark.parametrize("name", MACHINES)
def test_same_bytes(
    tmp_path: Path, expected: tuple[bytes, dict[str, str]], name: str
) -> None:
    """Neither hash seed nor locale, time zone, place or order of files is seen."""
    seed, environment = MACHINES[name]
    said, made = _made(_workspace(tmp_path / "elsewhere"), seed, **environment)
    assert made == expected[1]
    assert said == expected[0]
