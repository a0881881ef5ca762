"""Puts an API's generated tree in place: whole, at once, and never over somebody's work."""

from __future__ import annotations

import ctypes
import errno
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from truecopy.diagnostics import Diagnostic, Place, error

MANIFEST = ".truecopy.json"
FORMAT = "truecopy.manifest/1"
# What tools leave in a source tree; it is neither ours nor the user's work.
_LITTER = {"__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", ".venv", "build", "dist"}
_STAGE = ".truecopy-"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was generated: the hash of the inputs, and of each file by its path."""

    inputs: str
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Tree:
    """What stands in an API's folder: hashes by path, and links, which have none."""

    files: Mapping[str, str]
    links: tuple[str, ...]


def digest(data: bytes) -> str:
    """The hash of a file as a manifest keeps it."""
    return hashlib.sha256(data).hexdigest()


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a tree; None when there is none that can be trusted."""
    try:
        data = json.loads((folder / MANIFEST).read_bytes())
        files = cast("dict[str, str]", data["files"])
        if data["format"] != FORMAT or not all(isinstance(v, str) for v in files.values()):
            return None
        return Manifest(str(data["inputs"]), files)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def read_tree(folder: Path) -> Tree:
    """Hashes of all files of a tree but the manifest and what tools leave behind."""
    files: dict[str, str] = {}
    links: list[str] = []
    for path, entry in _walk(folder, ""):
        if entry.is_symlink():
            links.append(path)
        elif path != MANIFEST:
            files[path] = digest(Path(entry.path).read_bytes())
    return Tree(files, tuple(links))


def _walk(folder: Path, prefix: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    if not folder.is_dir():
        return
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda e: e.name):
            if entry.name in _LITTER or entry.name.endswith(".egg-info"):
                continue
            path = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(Path(entry.path), path + "/")
            else:
                yield path, entry


def up_to_date(folder: Path, inputs: str) -> bool:
    """Whether a tree is what these inputs made, every byte of it, and nothing else."""
    if folder.is_symlink():
        return False
    manifest = read_manifest(folder)
    if manifest is None or manifest.inputs != inputs:
        return False
    tree = read_tree(folder)
    return not tree.links and tree.files == manifest.files


def obstacles(root: Path, api: str) -> list[Diagnostic]:
    """Links that would carry a written file to another place."""
    out = root / "generated"
    found: list[Diagnostic] = []
    if out.is_symlink() and not out.resolve().is_relative_to(root.resolve()):
        found.append(_finding(root, out, "generated-link", "a link that leads out of the workspace"))
    folder = out / api
    if folder.is_symlink():
        found.append(_finding(root, folder, "generated-link", "a link; the generator owns a real folder"))
    elif out.exists() and not out.is_dir():
        found.append(_finding(root, out, "generated-link", "not a folder"))
    elif folder.exists() and not folder.is_dir():
        found.append(_finding(root, folder, "generated-link", "not a folder"))
    return found


def edits(root: Path, api: str, files: Mapping[str, bytes]) -> list[Diagnostic]:
    """Files that someone changed or added since they were generated, and that would be lost."""
    folder = root / "generated" / api
    manifest = read_manifest(folder)
    known = manifest.files if manifest is not None else {}
    tree = read_tree(folder)
    found = [
        _finding(root, folder / path, "generated-link", "a link; generated files are real files")
        for path in tree.links
    ]
    for path, hash_ in tree.files.items():
        made = files.get(path)
        if known.get(path) == hash_ or (made is not None and digest(made) == hash_):
            continue
        what = "was edited since it was generated" if path in known or made else "was not generated"
        hint = "; mend the spec or a template instead, or let --force overwrite it"
        found.append(_finding(root, folder / path, "generated-edited", what + hint))
    return found


def differences(root: Path, api: str, files: Mapping[str, bytes]) -> list[Diagnostic]:
    """What `generate` would change: files that are out of date, missing, or surplus."""
    folder = root / "generated" / api
    tree = read_tree(folder)
    found = [
        _finding(root, folder / path, "generated-link", "a link; generated files are real files")
        for path in tree.links
    ]
    for path in sorted({*files, *tree.files}):
        if path not in tree.files:
            rule, message = "generated-missing", "is missing; run truecopy generate"
        elif path not in files:
            rule, message = "generated-surplus", "is not generated from any spec"
        elif tree.files[path] != digest(files[path]):
            rule, message = "generated-outdated", "is not what the specs generate; run truecopy generate"
        else:
            continue
        if path not in tree.links:
            found.append(_finding(root, folder / path, rule, message))
    return found


def changed(root: Path, api: str, files: Mapping[str, bytes]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Paths that would be written, and paths that would be removed."""
    tree = read_tree(root / "generated" / api)
    written = tuple(p for p, data in files.items() if tree.files.get(p) != digest(data))
    return written, tuple(p for p in tree.files if p not in files)


def publish(root: Path, api: str, files: Mapping[str, bytes], inputs: str) -> None:
    """Builds the tree aside, manifest last, and swaps it in with one system call where there is one."""
    out = root / "generated"
    folder = out / api
    stage = out / f".{api}{_STAGE}{os.getpid()}"
    shutil.rmtree(stage, ignore_errors=True)
    hashes = {path: digest(data) for path, data in files.items()}
    old = read_tree(folder).files
    for path, data in files.items():
        target = stage / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if old.get(path) == hashes[path] and _linked(folder / path, target):
            continue
        target.write_bytes(data)
    stage.mkdir(parents=True, exist_ok=True)
    manifest = {"format": FORMAT, "inputs": inputs, "files": hashes}
    (stage / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")
    if folder.is_dir():
        swap(stage, folder)
        _keep_litter(stage, folder)
        shutil.rmtree(stage)
    else:
        os.rename(stage, folder)


def _linked(source: Path, target: Path) -> bool:
    """Keeps an unchanged file, its times included: a hard link, or else a copy."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        try:
            shutil.copy2(source, target, follow_symlinks=False)
        except OSError:
            return False
    return True


def remove(root: Path, api: str) -> None:
    """Takes an API's tree away, aside first, so that no half of it is left in place."""
    folder = root / "generated" / api
    stage = root / "generated" / f".{api}{_STAGE}{os.getpid()}"
    os.rename(folder, stage)
    shutil.rmtree(stage)


def repair(root: Path) -> None:
    """Clears what a killed run left beside the trees; a tree that it had moved aside comes back."""
    out = root / "generated"
    if not out.is_dir() or out.is_symlink():
        return
    for stage in sorted(out.glob(f".*{_STAGE}*")):
        api = stage.name[1:].rsplit(_STAGE, 1)[0]
        folder = out / api
        if stage.is_symlink() or not stage.is_dir():
            continue
        if not folder.exists() and (stage / MANIFEST).is_file():
            os.rename(stage, folder)
        else:
            _keep_litter(stage, folder)
            shutil.rmtree(stage, ignore_errors=True)


@contextmanager
def lock(root: Path) -> Iterator[None]:
    """Lets one run at a time write into `generated/`; the others wait."""
    out = root / "generated"
    out.mkdir(exist_ok=True)
    if sys.platform == "win32":
        yield
        return
    import fcntl

    handle = os.open(out, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _keep_litter(source: Path, target: Path) -> None:
    """Moves what tools left in the old tree (a `.venv`, say) into the new one."""
    for name in sorted(_LITTER - {"__pycache__"}):
        if (source / name).exists() and not (target / name).exists():
            os.rename(source / name, target / name)


def swap(one: Path, other: Path) -> None:
    """Exchanges two folders. Without the system call (not Linux or macOS) by two renames."""
    if _exchange(os.fsencode(one), os.fsencode(other)):
        return
    aside = one.with_name(one.name + "-old")
    os.rename(other, aside)
    os.rename(one, other)
    os.rename(aside, one)


def _exchange(one: bytes, other: bytes) -> bool:
    """renameat2(RENAME_EXCHANGE) on Linux, renamex_np(RENAME_SWAP) on macOS."""
    libc = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None
    if sys.platform == "linux" and hasattr(libc, "renameat2"):
        result = libc.renameat2(-100, one, -100, other, 2)
    elif sys.platform == "darwin" and hasattr(libc, "renamex_np"):
        result = libc.renamex_np(one, other, 2)
    else:
        return False
    if result == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
        return False
    raise OSError(code, os.strerror(code), os.fsdecode(other))


def _finding(root: Path, path: Path, rule: str, message: str) -> Diagnostic:
    return error(Place(path.relative_to(root).as_posix(), 1, 1), rule, message)
