"""Small workspaces of a fictional API, and ways to run truecopy in them."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from truecopy.cli import main
from truecopy.files.workspace import ApiFolder

API = """\
title: Acme Parcel
servers:
  live: {url: https://api.acme.example/v1}
security:
  token: {type: http, scheme: bearer}
schemas:
  Problem:
    properties:
      detail: {type: string}
"""

SEND = """\
document: {title: Send a parcel}
operations:
  send_parcel:
    method: POST
    path: /parcels
    summary: Sends a parcel.
    request:
      properties:
        city: {type: [string, null], minLength: 2, maxLength: 50, example: Oslo}
    responses:
      200:
        properties:
          id: {type: string}
      404: {schema: Problem}
"""

TRACK = """\
document: {title: Track a parcel}
operations:
  track_parcel:
    method: GET
    path: /parcels/{parcel_id}
    parameters:
      parcel_id: {in: path, type: string, required: true}
    responses:
      200:
        properties:
          city: {type: string}
"""

WARNED = SEND.replace("method: POST", "method: GET")


def workspace(root: Path, files: Mapping[str, str] | None = None) -> Path:
    """A workspace with the API `acme` of two documents, or with other files."""
    write(root, files or {"api": API, "send": SEND, "track": TRACK})
    return root


def write(root: Path, files: Mapping[str, str], api: str = "acme") -> None:
    """Writes specs of one API by the names of their documents."""
    folder = root / "specs" / api
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8", newline="")


def parts(size: int, folder: ApiFolder) -> tuple[ApiFolder, ...]:
    """A folder in parts of so many documents, however few it has."""
    every = folder.documents
    return tuple(
        replace(folder, documents=every[at : at + size])
        for at in range(0, len(every), size)
    )


def generate(root: Path, *options: str) -> int:
    """Runs `truecopy generate` in this process."""
    before = Path.cwd()
    os.chdir(root)
    try:
        return main(["generate", *options])
    finally:
        os.chdir(before)


def truecopy(
    root: Path, *arguments: str, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Runs the real command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "truecopy", *arguments],
        cwd=root,
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
        timeout=60,
    )


def python(folder: Path, *arguments: str, **environment: str) -> str:
    """Runs Python in a folder, whose modules it finds; what it printed, which must be no failure."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": ".",
            "PYTHONDONTWRITEBYTECODE": "1",
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


def own_tests(folder: Path) -> None:
    """The tests of a distribution pass, run as a caller would run them: from its folder."""
    said = python(
        folder,
        *("-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider"),
        *("-c", os.devnull, "--rootdir=.", "tests"),
    )
    assert " passed" in said


def tree(folder: Path) -> dict[str, str]:
    """Hashes of all files of a folder by path, the manifest's and those of links included."""
    return {
        path.relative_to(folder).as_posix(): _digest(path)
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or not path.is_dir()
    }


def _digest(path: Path) -> str:
    if path.is_symlink():
        return f"link to {os.readlink(path)}"
    return hashlib.sha256(path.read_bytes()).hexdigest()


def times(folder: Path) -> dict[str, tuple[int, int]]:
    """Modification time and inode of a folder and of everything in it."""
    return {str(path): _times(path) for path in _all(folder)}


def _times(path: Path) -> tuple[int, int]:
    found = path.lstat()
    return found.st_mtime_ns, found.st_ino


def _all(folder: Path) -> Iterator[Path]:
    yield folder
    yield from sorted(folder.rglob("*"))
