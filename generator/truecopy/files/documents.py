"""The vendors' pages, which lie outside the workspace, and the locks of what was audited, which lie in it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from truecopy.diagnostics import visible
from truecopy.files import workspace
from truecopy.records import record


@record
class DocumentFile:
    """A page as it was saved or came; `name` is how findings call it.

    Of one that was fetched, `html` says that the server called it so, `told` is what the server said of its
    version, and `same` that there is no data because it is as it was.
    """

    name: str
    data: bytes
    html: bool = False
    told: Mapping[str, str] = field(default_factory=dict[str, str])
    same: bool = False


def find(folder: Path, api: str, stem: str) -> list[Path]:
    """The files `<api>/<stem>.<any extension>` of a folder of documents, sorted."""
    inside = folder / api
    if not inside.is_dir():
        return []
    return sorted(
        p
        for p in inside.iterdir()
        if p.stem == stem and p.is_file() and not p.name.startswith(".")
    )


def read(path: Path) -> DocumentFile:
    """Reads a page. Raises OSError."""
    return DocumentFile(
        visible(Path(os.path.relpath(path)).as_posix()), workspace.read(path)
    )


def lock_path(root: Path, api: str, stem: str) -> Path:
    """Where the lock of a document is."""
    return root / "specs" / api / f"{stem}.lock"


def read_lock(root: Path, api: str, stem: str) -> bytes | None:
    """The lock of a document, or None when it was never locked. Raises OSError."""
    path = lock_path(root, api, stem)
    return workspace.read(path) if path.exists() else None


def write_lock(root: Path, api: str, stem: str, data: bytes) -> bool:
    """Writes a lock whole or not at all; whether it differs from what was there."""
    path = lock_path(root, api, stem)
    if path.is_file() and path.read_bytes() == data:
        return False
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return True
