"""What `generate` does to the disk: all of it or nothing, and never over somebody's work."""

from __future__ import annotations

import ctypes
import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from truecopy import portions
from truecopy.cli import main
from truecopy.files import publish
from truecopy.files import workspace as files
from truecopy.files.manifest import MANIFEST
from truecopy.ir import Api
from workspaces import (
    API,
    SEND,
    TRACK,
    WARNED,
    generate,
    times,
    tree,
    truecopy,
    workspace,
    write,
)

# What the second generation changes: one module, one module less, one module more.
BEFORE = {"api": API, "send": SEND, "track": TRACK}
AFTER = {"api": API, "send": SEND.replace("maxLength: 50", "maxLength: 60")}
AFTER["weigh"] = TRACK.replace("track", "weigh").replace("/parcels", "/weights")
EFFECTS: list[tuple[object, str]] = [
    *((os, name) for name in ("rename", "link", "mkdir", "unlink", "rmdir")),
    (publish, "swap"),
    (Path, "write_bytes"),
]
_write_bytes = Path.write_bytes
linux = pytest.mark.skipif(sys.platform != "linux", reason="forks and kills")


def _die_at(nth: int) -> None:
    """Kills this process before the n-th thing that it does to the disk."""
    left = count(nth - 1, -1)

    def deadly(function: Callable[..., object]) -> Callable[..., object]:
        def effect(*arguments: object, **options: object) -> object:
            if next(left) == 0:
                if function is _write_bytes:
                    _write_half(*arguments)
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*arguments, **options)

        return effect

    for owner, name in EFFECTS:
        setattr(owner, name, deadly(getattr(owner, name)))


def _write_half(*arguments: object) -> None:
    path, data = arguments
    assert isinstance(path, Path)
    assert isinstance(data, bytes)
    with path.open("wb") as file:
        file.write(data[: len(data) // 2])


def _killed(root: Path, nth: int) -> bool:
    """Runs `generate` in a child that dies at its n-th effect; whether it came that far."""
    child = os.fork()
    if child == 0:
        _die_at(nth)
        os._exit(generate(root))
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        assert os.waitstatus_to_exitcode(status) == 0
    return os.WIFSIGNALED(status)


_MADE: dict[object, portions.Made | None] = {}
_make = portions.at_once


@pytest.fixture(autouse=True)
def once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Generates each API once: these tests ask what becomes of the files."""

    def cached(api: Api, *others: Any) -> portions.Made | None:
        key = repr((api, *others))
        if key not in _MADE:
            _MADE[key] = _make(api, *others)
        return _MADE[key]

    monkeypatch.setattr(portions, "at_once", cached)


@pytest.fixture
def no_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system without a call that exchanges two folders."""

    def no_libc(*_: object, **__: object) -> object:
        return object()

    monkeypatch.setattr(ctypes, "CDLL", no_libc)


def _states(base: Path) -> tuple[dict[str, str], dict[str, str], Path]:
    """The old tree, the new one, and a workspace with old tree and new specs."""
    root = workspace(base / "start", BEFORE)
    assert generate(root) == 0
    old = tree(root / "generated/acme")
    (root / "specs/acme/track.yaml").unlink()
    write(root, AFTER)
    other = workspace(base / "other", AFTER)
    assert generate(other) == 0
    new = tree(other / "generated/acme")
    changed = {path for path in old if new.get(path, old[path]) != old[path]}
    assert any(path.endswith("send.py") for path in changed)
    assert old.keys() - new.keys()
    assert new.keys() - old.keys()
    return old, new, root


def _kill_everywhere(base: Path, seen: list[dict[str, str]]) -> None:
    old, new, start = _states(base)
    env = start / "generated/acme/.venv"
    env.mkdir()
    (env / "marker").write_text("kept")
    nth, died = 0, True
    while died:
        nth += 1
        root = base / "root"
        shutil.copytree(start, root, copy_function=os.link)
        died = _killed(root, nth)
        now = tree(root / "generated/acme")
        marker = now.pop(".venv/marker", None)
        assert now in (old, new, *seen), f"a mixture after effect {nth}"
        assert generate(root) == 0
        assert os.listdir(root / "generated") == ["acme"]
        after = tree(root / "generated/acme")
        assert after.pop(".venv/marker") == marker or marker is None
        assert after == new
        shutil.rmtree(root)
    assert nth > 20


@linux
def test_killed_anywhere(tmp_path: Path) -> None:
    """The tree is the old one or the new one at any time, and the next run clears up."""
    _kill_everywhere(tmp_path, [])


@linux
@pytest.mark.usefixtures("no_exchange")
def test_killed_anywhere_without_exchange(tmp_path: Path) -> None:
    """With two renames the tree may be gone for a moment; it is never a mixture."""
    _kill_everywhere(tmp_path, [{}])


@linux
def test_killed_at_first(tmp_path: Path) -> None:
    """Where there was no tree there is none or all of it."""
    whole = workspace(tmp_path / "whole")
    generate(whole)
    expected = tree(whole / "generated/acme")
    nth, died = 0, True
    while died:
        nth += 1
        root = workspace(tmp_path / f"killed{nth}")
        died = _killed(root, nth)
        assert tree(root / "generated/acme") in ({}, expected)
        # Another spec by now: what was half made is nobody's edit.
        write(root, {"send": AFTER["send"]})
        assert generate(root) == 0
        assert os.listdir(root / "generated") == ["acme"]
    assert nth > 10


@linux
def test_killed_while_removing(tmp_path: Path) -> None:
    """A tree that no spec makes any more goes at once, also when another API is generated next."""
    start = workspace(tmp_path / "start")
    write(start, BEFORE, "bolt")
    generate(start)
    bolt = tree(start / "generated/bolt")
    shutil.rmtree(start / "specs/bolt")
    nth, died = 0, True
    while died:
        nth += 1
        root = tmp_path / f"killed{nth}"
        shutil.copytree(start, root)
        died = _killed(root, nth)
        assert tree(root / "generated/bolt") in (bolt, {})
        assert generate(root, "acme") == 0
        assert tree(root / "generated/bolt") in (bolt, {})
        assert generate(root) == 0
        assert os.listdir(root / "generated") == ["acme"]
    assert nth > 5


def test_two_at_once(tmp_path: Path) -> None:
    """Several runs wait for one another; the tree is right and nothing stands beside it."""
    root = workspace(tmp_path)
    command = [sys.executable, "-m", "truecopy", "generate"]
    runs = [
        subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE) for _ in range(4)
    ]
    said = [run.communicate()[0] for run in runs]
    assert [run.returncode for run in runs] == [0] * 4
    assert said.count(b"acme: up to date\n") == 3
    assert os.listdir(root / "generated") == ["acme"]
    assert truecopy(root, "generate", "--check").returncode == 0


def test_unchanged_files_keep_their_times(tmp_path: Path) -> None:
    """Only what has other bytes is another file."""
    root = workspace(tmp_path)
    generate(root)
    acme = root / "generated/acme"
    bytes_before, times_before = tree(acme), times(acme)
    write(root, {"send": AFTER["send"]})
    generate(root)
    bytes_after, times_after = tree(acme), times(acme)
    same = {path for path in bytes_before if bytes_before[path] == bytes_after[path]}
    assert len(same) > 5
    for path in same:
        assert times_before[str(acme / path)] == times_after[str(acme / path)]
    assert "acme_client/send.py" not in same
    assert all(path.stat().st_nlink == 1 for path in acme.rglob("*.py"))


@pytest.mark.parametrize("options", [(), ("--force",), ("acme",), ("--check",)])
def test_nothing_to_do_writes_nothing(tmp_path: Path, options: tuple[str, ...]) -> None:
    """Not even a folder gets another time."""
    root = workspace(tmp_path)
    generate(root)
    before = times(root)
    assert generate(root, *options) == 0
    assert times(root) == before


def test_nothing_is_made_when_specs_are_wrong(tmp_path: Path) -> None:
    """A workspace with findings is left as it is."""
    root = workspace(tmp_path, {"api": API, "send": "document: {}\n"})
    before = times(root)
    assert generate(root) == 1
    assert times(root) == before


def test_an_error_leaves_the_old_tree(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One API's findings do not keep another from being generated."""
    root = workspace(tmp_path)
    write(root, BEFORE, "bolt")
    generate(root)
    before = tree(root / "generated/bolt")
    write(root, {"send": SEND.replace("POST", "SEND")}, "bolt")
    write(root, AFTER)
    capsys.readouterr()
    assert generate(root) == 1
    assert "specs/bolt/send.yaml:4:13: error:" in capsys.readouterr().out
    assert tree(root / "generated/bolt") == before
    assert "acme_client/weigh.py" in tree(root / "generated/acme")


def test_warnings_are_said_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A second run finds what the first one found, and still writes nothing."""
    root = workspace(tmp_path, {"api": API, "send": WARNED})
    assert generate(root) == 1
    first = capsys.readouterr().out
    assert "warning" in first
    before = times(root)
    assert generate(root) == 1
    second = capsys.readouterr().out
    assert [line for line in first.splitlines() if "files written" not in line] == [
        line for line in second.splitlines() if "up to date" not in line
    ]
    assert generate(root, "--check") == 1
    assert times(root) == before


def _edit(root: Path) -> list[str]:
    """Three files that somebody changed or added; their paths."""
    acme = root / "generated/acme"
    (acme / "README.md").write_text("mine\n")
    with (acme / "acme_client/send.py").open("a") as file:
        file.write("# mine\n")
    (acme / "acme_client/extra.py").write_text("mine = 1\n")
    return ["README.md", "acme_client/extra.py", "acme_client/send.py"]


@pytest.mark.parametrize("change", [False, True])
def test_edits_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: bool
) -> None:
    """All edited and foreign files are named and nothing is written; `--force` does it."""
    root = workspace(tmp_path)
    generate(root)
    edited = _edit(root)
    if change:
        write(root, {"send": AFTER["send"]})
    before = times(root)
    capsys.readouterr()
    assert generate(root) == 1
    lines = capsys.readouterr().out.splitlines()
    what = [
        "was edited since it was generated; mend the spec or a template instead, or let --force overwrite it",
        "was not generated; move it out of the tree, or let --force remove it",
    ]
    said = [
        f"generated/acme/{path}:1:1: error: {what['extra' in path]} [generated-edited]"
        for path in edited
    ]
    assert lines == [*said, "3 errors"]
    assert generate(root, "--check") == 1
    checked = capsys.readouterr().out
    for path, line in zip(edited, said, strict=True):
        assert (line in checked) == ("extra" not in path)
    assert times(root) == before
    assert generate(root, "--force") == 0
    assert "acme_client/extra.py" not in tree(root / "generated/acme")
    assert generate(root, "--check") == 0


def test_without_a_record_nobody_knows_of_edits(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What differs may be an old tree or an edited one; nothing is said of what doesn't."""
    root = workspace(tmp_path)
    generate(root)
    (root / "generated/acme/.truecopy.json").unlink()
    write(root, {"send": AFTER["send"]})
    capsys.readouterr()
    assert generate(root) == 1
    out = capsys.readouterr().out
    start = "generated/acme/acme_client/send.py:1:1: error: differs, and without "
    assert f"{start}.truecopy.json nobody knows whether it was edited" in out
    assert "track.py" not in out


def test_edits_of_a_removed_api_are_refused(tmp_path: Path) -> None:
    """A tree that no spec makes stays while it holds somebody's work."""
    root = workspace(tmp_path)
    write(root, BEFORE, "bolt")
    generate(root)
    shutil.rmtree(root / "specs/bolt")
    (root / "generated/bolt/notes.txt").write_text("mine")
    before = times(root)
    assert generate(root) == 1
    assert times(root) == before
    assert generate(root, "--force") == 0
    assert os.listdir(root / "generated") == ["acme"]


def test_edits_that_a_spec_now_makes_are_taken(tmp_path: Path) -> None:
    """A file that is already what would be written is nobody's loss."""
    root = workspace(tmp_path / "one")
    generate(root)
    other = workspace(tmp_path / "two", {**BEFORE, "send": AFTER["send"]})
    generate(other)
    path = "generated/acme/acme_client/send.py"
    shutil.copy(other / path, root / path)
    write(root, {"send": AFTER["send"]})
    assert generate(root) == 0
    assert tree(root / "generated") == tree(other / "generated")


@pytest.mark.parametrize(
    "litter",
    [".venv", "build", "dist", ".mypy_cache", ".pytest_cache", "acme.egg-info"],
)
def test_what_tools_leave_is_kept(tmp_path: Path, litter: str) -> None:
    """An environment or a cache is no edit, and is there after the next generation."""
    root = workspace(tmp_path)
    generate(root)
    folder = root / "generated/acme" / litter
    folder.mkdir()
    (folder / "file.py").write_text("x = 1\n")
    cache = root / "generated/acme/acme_client/__pycache__"
    cache.mkdir()
    (cache / "send.pyc").write_bytes(b"")
    before = times(root)
    assert generate(root) == 0
    assert generate(root, "--check") == 0
    assert times(root) == before
    write(root, {"send": AFTER["send"]})
    assert generate(root) == 0
    assert (folder / "file.py").read_text() == "x = 1\n"
    assert os.listdir(root / "generated") == ["acme"]


def test_only_at_the_top_is_a_build_a_tools(tmp_path: Path) -> None:
    """A folder `build` inside the package is somebody's work."""
    root = workspace(tmp_path)
    generate(root)
    folder = root / "generated/acme/acme_client/build"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    write(root, {"send": AFTER["send"]})
    assert generate(root) == 1
    assert (folder / "notes.txt").read_text() == "mine"


def _link_generated(root: Path, elsewhere: Path) -> None:
    shutil.copytree(root / "generated", elsewhere)
    shutil.rmtree(root / "generated")
    (root / "generated").symlink_to(elsewhere)


def _link_inside(root: Path, elsewhere: Path) -> None:
    elsewhere = root / "out"
    _link_generated(root, elsewhere)


def _link_api(root: Path, elsewhere: Path) -> None:
    shutil.copytree(root / "generated/acme", elsewhere)
    shutil.rmtree(root / "generated/acme")
    (root / "generated/acme").symlink_to(elsewhere)


def _link_folder(root: Path, elsewhere: Path) -> None:
    package = root / "generated/acme/acme_client"
    shutil.copytree(package, elsewhere)
    shutil.rmtree(package)
    package.symlink_to(elsewhere)


def _link_file(root: Path, elsewhere: Path) -> None:
    elsewhere.mkdir()
    module = root / "generated/acme/acme_client/send.py"
    shutil.move(module, elsewhere / "send.py")
    module.symlink_to(elsewhere / "send.py")


def _link_manifest(root: Path, elsewhere: Path) -> None:
    elsewhere.mkdir()
    manifest = root / "generated/acme/.truecopy.json"
    shutil.move(manifest, elsewhere / "manifest")
    manifest.symlink_to(elsewhere / "manifest")


def _dangle(root: Path, elsewhere: Path) -> None:
    shutil.rmtree(root / "generated")
    (root / "generated").symlink_to(elsewhere)


def _pipe(root: Path, elsewhere: Path) -> None:
    elsewhere.mkdir()
    module = root / "generated/acme/acme_client/send.py"
    module.unlink()
    os.mkfifo(module)


def _file(root: Path, elsewhere: Path) -> None:
    elsewhere.mkdir()
    shutil.rmtree(root / "generated/acme")
    (root / "generated/acme").write_text("mine")


OUTSIDE = (_link_generated, _link_inside, _link_api, _dangle, _file)
INSIDE = (_link_folder, _link_file, _link_manifest, _pipe)


@linux
@pytest.mark.parametrize("change", [False, True])
@pytest.mark.parametrize("link", [*OUTSIDE, *INSIDE])
def test_links_are_refused(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    link: Callable[[Path, Path], None],
    change: bool,
) -> None:
    """Nothing is written through a link; `--check` says so as well."""
    root, elsewhere = workspace(tmp_path / "root"), tmp_path / "elsewhere"
    generate(root)
    link(root, elsewhere)
    if change:
        write(root, AFTER)
    before = times(tmp_path)
    for options in ((), ("--check",), ("--check", "--diff")):
        capsys.readouterr()
        assert generate(root, *options) == 1
        assert "[generated-link]" in capsys.readouterr().out
        assert times(tmp_path) == before
    outside = times(elsewhere) if elsewhere.exists() else None
    assert generate(root, "--force") == (0 if link in INSIDE else 1)
    assert outside is None or times(elsewhere) == outside
    if link in INSIDE:
        assert not any(path.is_symlink() for path in (root / "generated").rglob("*"))
    else:
        assert times(tmp_path) == before


def test_what_is_no_longer_made_goes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A spec that was renamed takes its module along, and an API its tree."""
    root = workspace(tmp_path)
    write(root, BEFORE, "bolt")
    generate(root)
    (root / "specs/acme/send.yaml").rename(root / "specs/acme/dispatch.yaml")
    (root / "specs/bolt").rename(root / "specs/rivet")
    capsys.readouterr()
    assert generate(root, "acme") == 0
    assert (root / "generated/bolt").is_dir()
    assert "acme_client/send.py" not in tree(root / "generated/acme")
    assert "acme_client/dispatch.py" in tree(root / "generated/acme")
    assert generate(root) == 0
    assert sorted(os.listdir(root / "generated")) == ["acme", "rivet"]
    assert "files removed\n" in capsys.readouterr().out.partition("bolt: ")[2]


def test_others_folders_stay(tmp_path: Path) -> None:
    """What truecopy did not make is not its to remove."""
    root = workspace(tmp_path)
    other = root / "generated/other"
    other.mkdir(parents=True)
    (other / "notes.txt").write_text("mine")
    (root / "generated/README.md").write_text("mine")
    assert generate(root) == 0
    assert generate(root, "--check") == 0
    assert sorted(os.listdir(root / "generated")) == ["README.md", "acme", "other"]


DAMAGED = {
    "truncated": b'{"format": "truecopy.ma',
    "empty": b"",
    "other format": b'{"format": "truecopy.manifest/9", "inputs": "", "files": {}}',
    "a list": b"[]",
    "nested": b"[" * 100_000,
    "no text": b"\xff\xfe",
    "files is a list": b'{"format": "truecopy.manifest/1", "inputs": "", "files": []}',
    "hashes are numbers": b'{"format": "truecopy.manifest/1", "inputs": 1, "files": {"README.md": 1}}',
    "missing": None,
}


@pytest.mark.parametrize("data", DAMAGED.values(), ids=DAMAGED.keys())
def test_damaged_manifest(tmp_path: Path, data: bytes | None) -> None:
    """Files are taken for edits unless they are what would be written; `--check` sees it."""
    root = workspace(tmp_path)
    generate(root)
    whole = tree(root / "generated/acme")
    manifest = root / "generated/acme" / MANIFEST
    if data is None:
        manifest.unlink()
    else:
        manifest.write_bytes(data)
    assert generate(root, "--check") == 1
    damaged = tree(root / "generated/acme")
    write(root, {"send": AFTER["send"]})
    assert generate(root) == 1
    assert tree(root / "generated/acme") == damaged
    write(root, BEFORE)
    assert generate(root) == 0
    assert tree(root / "generated/acme") == whole


def test_damaged_manifest_of_a_removed_api(tmp_path: Path) -> None:
    """It can't be told what was edited: nothing goes without `--force`."""
    root = workspace(tmp_path)
    write(root, BEFORE, "bolt")
    generate(root)
    shutil.rmtree(root / "specs/bolt")
    (root / "generated/bolt" / MANIFEST).write_text("{")
    assert generate(root, "--check") == 1
    assert generate(root) == 1
    assert generate(root, "--force") == 0
    assert os.listdir(root / "generated") == ["acme"]


def test_check_reports_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Out of date, missing, surplus, and trees that no spec makes; a diff on request."""
    root = workspace(tmp_path)
    write(root, BEFORE, "bolt")
    generate(root)
    shutil.rmtree(root / "specs/bolt")
    acme = root / "generated/acme"
    (acme / "acme_client/py.typed").unlink()
    (acme / "surplus.txt").write_text("one\ntwo\x1b[31m")
    write(root, {"send": AFTER["send"]})
    before = times(root)
    capsys.readouterr()
    assert generate(root, "--check") == 1
    out = capsys.readouterr().out
    module = "generated/acme/acme_client/send.py:1:1: error: is not what the specs generate; "
    assert module + "run truecopy generate [generated-outdated]\n" in out
    missing = "generated/acme/acme_client/py.typed:1:1: error: is missing; "
    assert missing + "run truecopy generate [generated-missing]\n" in out
    surplus = "generated/acme/surplus.txt:1:1: error: no spec makes this file; "
    surplus += "move it out of the tree, which truecopy owns "
    assert surplus + "[generated-surplus]\n" in out
    bolt = "generated/bolt:1:1: error: no spec makes this distribution "
    assert bolt + "[generated-surplus]\n" in out
    assert "\x1b" not in out
    assert times(root) == before
    assert generate(root, "--check", "--diff") == 1
    out = capsys.readouterr().out
    assert out.startswith("--- generated/acme/")
    removed = (
        "--- generated/acme/surplus.txt\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-one\n"
        "-two\\x1b[31m\n\\ No newline at end of file\n"
    )
    assert removed in out
    assert "max_length=50" in out or "50" in out
    assert times(root) == before


def test_check_before_the_first_generation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every file is missing, and no folder is made."""
    root = workspace(tmp_path)
    before = times(root)
    assert generate(root, "--check", "acme") == 1
    out = capsys.readouterr().out
    assert out.count("[generated-missing]") == out.count("\n") - 1 > 8
    assert generate(root, "--check", "--diff") == 1
    assert "--- /dev/null\n+++ generated/acme/README.md\n" in capsys.readouterr().out
    assert times(root) == before


def test_check_of_specs_that_are_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What can't be generated is not compared; the reason is enough."""
    root = workspace(tmp_path)
    generate(root)
    (root / "specs/acme/track.yaml").unlink()
    (root / "specs/acme/track.yaml").mkdir()
    capsys.readouterr()
    assert generate(root, "--check") == 1
    out = capsys.readouterr().out.splitlines()
    path = "specs/acme/track.yaml:1:1"
    assert out == [
        f"{path}: error: can't be read: it is not a file [file-unreadable]",
        "1 error",
    ]


def _fails(
    monkeypatch: pytest.MonkeyPatch, owner: object, name: str, code: int, after: int
) -> None:
    """Makes a call fail with an errno after some that work."""
    original: Callable[..., object] = getattr(owner, name)
    calls = count()

    def call(*arguments: object, **options: object) -> object:
        if next(calls) >= after:
            raise OSError(code, os.strerror(code), str(arguments[0]))
        return original(*arguments, **options)

    monkeypatch.setattr(owner, name, call)


@pytest.mark.parametrize(
    ("owner", "name", "code", "after"),
    [
        (Path, "write_bytes", errno.ENOSPC, 0),
        (Path, "write_bytes", errno.ENOSPC, 1),
        (os, "mkdir", errno.EROFS, 0),
        (os, "mkdir", errno.EACCES, 1),
        (publish, "swap", errno.EACCES, 0),
        (os, "rename", errno.EXDEV, 0),
    ],
)
def test_a_disk_that_refuses(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    owner: object,
    name: str,
    code: int,
    after: int,
) -> None:
    """A sentence and exit status 2; the old tree stands, with nothing beside it."""
    root = workspace(tmp_path)
    generate(root)
    write(root, AFTER)
    if name == "rename":
        write(root, BEFORE, "bolt")
    before = tree(root / "generated/acme")
    capsys.readouterr()
    with monkeypatch.context() as patched:
        _fails(patched, owner, name, code, after)
        assert generate(root, "bolt" if name == "rename" else "acme") == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("truecopy: ")
    assert err.endswith(f": {os.strerror(code)}\n")
    assert err.count("\n") == 1
    assert tree(root / "generated/acme") == before
    assert os.listdir(root / "generated") == ["acme"]
    assert generate(root) == 0


@pytest.mark.parametrize("failing", [1, 2])
@pytest.mark.usefixtures("no_exchange")
def test_renames_that_fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    """Without an exchange, a second rename that fails takes the first one back."""
    root = workspace(tmp_path)
    generate(root)
    write(root, {"send": AFTER["send"]})
    original = os.rename
    calls = count()

    def rename(source: Path, target: Path) -> None:
        if next(calls) == failing - 1:
            raise OSError(errno.EACCES, os.strerror(errno.EACCES), str(source))
        original(source, target)

    before = tree(root / "generated/acme")
    monkeypatch.setattr(os, "rename", rename)
    assert generate(root) == 2
    assert tree(root / "generated/acme") == before
    assert os.listdir(root / "generated") == ["acme"]
    monkeypatch.setattr(os, "rename", original)
    assert generate(root) == 0


@linux
@pytest.mark.parametrize("code", [errno.EINVAL, errno.ENOSYS, errno.ENOTSUP])
def test_a_file_system_without_exchange(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """The call may exist and the file system refuse it."""
    root = workspace(tmp_path)
    generate(root)
    write(root, {"send": AFTER["send"]})

    class Libc:
        """A C library whose call always fails."""

        @staticmethod
        def renameat2(*_: object) -> int:
            ctypes.set_errno(code)
            return -1

    def libc(*_: object, **__: object) -> Libc:
        return Libc()

    monkeypatch.setattr(ctypes, "CDLL", libc)
    assert generate(root) == 0
    assert generate(root, "--check") == 0
    assert os.listdir(root / "generated") == ["acme"]


def test_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Control-C leaves the old tree and says nothing."""
    root = workspace(tmp_path)
    generate(root)
    write(root, AFTER)
    before = tree(root / "generated")
    capsys.readouterr()

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(publish, "swap", interrupt)
    assert generate(root) == 130
    assert capsys.readouterr() == ("", "")
    assert tree(root / "generated") == before


def test_no_links_where_none_can_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file system without hard links gets copies that keep their times."""
    root = workspace(tmp_path)
    generate(root)
    write(root, {"send": AFTER["send"]})
    readme = root / "generated/acme/pyproject.toml"
    before = readme.stat().st_mtime_ns

    def link(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", link)
    assert generate(root) == 0
    assert readme.stat().st_mtime_ns == before


def test_a_templates_folder_of_the_workspace(tmp_path: Path) -> None:
    """A workspace's own template wins, and makes the tree out of date."""
    root = workspace(tmp_path)
    generate(root)
    own = root / "templates/python"
    own.mkdir(parents=True)
    (own / "py.typed").write_text("partial\n")
    assert generate(root, "--check") == 1
    assert generate(root) == 0
    typed = root / "generated/acme/acme_client/py.typed"
    assert typed.read_text() == "partial\n"
    cache = own / "__pycache__"
    cache.mkdir()
    (cache / "x.cpython-311.pyc").write_bytes(b"\0")
    before = times(root / "generated")
    assert generate(root) == 0
    assert times(root / "generated") == before


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("_runtime.py", "a = 1\nb = (\n", "_runtime.py:2:1: error: is not Python"),
        ("methods.py.jinja", "\n{{ view.nothing }}\n", "methods.py.jinja:2:1: error: "),
        (
            "clent.py.jinja",
            "x",
            "clent.py.jinja:1:1: warning: truecopy has no template",
        ),
    ],
)
def test_a_faulty_template_of_the_workspace(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, text: str, said: str
) -> None:
    """Each fault at its file and line, before anything is written."""
    root = workspace(tmp_path)
    own = root / "templates/python"
    own.mkdir(parents=True)
    (own / name).write_text(text)
    assert generate(root) == 1
    assert f"templates/python/{said}" in capsys.readouterr().out


def test_json_tells_what_was_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each API with the files that were written and removed."""
    root = workspace(tmp_path)
    generate(root)
    (root / "specs/acme/track.yaml").unlink()
    write(root, AFTER)
    capsys.readouterr()
    monkeypatch.chdir(root)
    assert main(["generate", "--format", "json"]) == 0
    (api,) = json.loads(capsys.readouterr().out)["apis"]
    assert api["api"] == "acme"
    assert "acme_client/weigh.py" in api["written"]
    assert "acme_client/py.typed" not in api["written"]
    assert "acme_client/track.py" in api["removed"]


def test_a_spec_that_changes_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tree is what was read; that the spec says something else by now, the next run sees."""
    root, read = workspace(tmp_path), files.read

    def overtaken(path: Path) -> bytes:
        data = read(path)
        if path.name == "send.yaml":
            path.write_text(AFTER["send"], "utf-8")
        return data

    with monkeypatch.context() as patched:
        patched.setattr(files, "read", overtaken)
        assert generate(root) == 0
    made = root / "generated/acme/acme_client/send.py"
    assert "rt.chars(2, 50)" in made.read_text("utf-8")
    assert generate(root, "--check") == 1
    assert generate(root) == 0
    assert "rt.chars(2, 60)" in made.read_text("utf-8")


def test_a_spec_that_vanishes_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It was there when the folder was listed: a finding, and nothing is taken for removed."""
    root, read = workspace(tmp_path), files.read
    generate(root)
    before = tree(root / "generated")

    def too_late(path: Path) -> bytes:
        if path.name == "send.yaml":
            path.unlink()
        return read(path)

    monkeypatch.setattr(files, "read", too_late)
    capsys.readouterr()
    assert generate(root) == 1
    message = "error: can't be read: No such file or directory [file-unreadable]"
    assert f"specs/acme/send.yaml:1:1: {message}" in capsys.readouterr().out
    assert tree(root / "generated") == before
