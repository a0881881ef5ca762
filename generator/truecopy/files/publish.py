"""Puts an API's generated tree in place: whole, at once, and never over somebody's work."""

from __future__ import annotations

import ctypes
import errno
import hashlib
import json
import os
import re
import shutil
import sys
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from truecopy.diagnostics import Diagnostic, Place, error, visible

MANIFEST = ".truecopy.json"
FORMAT = "truecopy.manifest/1"
# What tools leave behind is neither ours nor anybody's work: caches anywhere in a tree,
# an environment and what a build makes at its top.
_CACHES = {"__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis"}
_TOOLS = {".venv", "build", "dist"}
_STAGE = re.compile(r"\.(?P<api>.+)\.truecopy-[0-9]+(?:-old)?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was generated: the hash of the inputs, and of each file by its path."""

    inputs: str
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Tree:
    """What stands in an API's folder: hashes of its files by path, and what is no file."""

    files: Mapping[str, str]
    others: tuple[str, ...]


def digest(data: bytes) -> str:
    """The hash of a file as a manifest keeps it."""
    return hashlib.sha256(data).hexdigest()


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a tree; None when there is none that can be trusted."""
    path = folder / MANIFEST
    if path.is_symlink() or not path.is_file():
        return None
    try:
        data = json.loads(path.read_bytes())
        files = cast("dict[str, object]", data["files"])
        if data["format"] != FORMAT:
            return None
        hashes = {name: str(value) for name, value in files.items()}
        return Manifest(str(data["inputs"]), hashes)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def has_manifest(folder: Path) -> bool:
    """Whether truecopy made a tree, although its manifest may have come to harm."""
    return not folder.is_symlink() and (folder / MANIFEST).is_file()


def read_tree(folder: Path) -> Tree:
    """Hashes of all files of a tree but the manifest and what tools leave behind."""
    files: dict[str, str] = {}
    others: list[str] = []
    for path, entry in _walk(folder, ""):
        if not entry.is_file(follow_symlinks=False):
            others.append(path)
        elif path != MANIFEST:
            files[path] = digest(Path(entry.path).read_bytes())
    return Tree(files, tuple(others))


def _walk(folder: Path, prefix: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    if not folder.is_dir():
        return
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda e: e.name):
            if _is_litter(entry.name, prefix):
                continue
            path = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(Path(entry.path), path + "/")
            else:
                yield path, entry


def _is_litter(name: str, prefix: str) -> bool:
    at_top = name in _TOOLS or name.endswith(".egg-info")
    return name in _CACHES or (not prefix and at_top)


def up_to_date(folder: Path, inputs: str) -> bool:
    """Whether a tree is what these inputs made, every byte of it, and nothing else."""
    manifest = read_manifest(folder)
    return (
        manifest is not None and manifest.inputs == inputs and _whole(folder, manifest)
    )


def _whole(folder: Path, manifest: Manifest | None) -> bool:
    tree = read_tree(folder)
    return manifest is not None and not tree.others and tree.files == manifest.files


def obstacles(root: Path, api: str) -> list[Diagnostic]:
    """Links that would carry a written file to another place."""
    for path in (root / "generated", root / "generated" / api):
        if path.is_symlink():
            message = "a link; the generator writes into real folders only"
            return [_finding(root, path, "generated-link", message)]
        if path.exists() and not path.is_dir():
            return [_finding(root, path, "generated-link", "not a folder")]
    return []


def edits(root: Path, api: str, files: Mapping[str, bytes]) -> list[Diagnostic]:
    """Files that someone changed or added since they were generated, and that would be lost."""
    folder = root / "generated" / api
    manifest = read_manifest(folder)
    known: Mapping[str, str] = manifest.files if manifest is not None else {}
    tree = read_tree(folder)
    found = _strange(root, folder, tree)
    for path, hash_ in tree.files.items():
        made = files.get(path)
        if known.get(path) == hash_ or (made is not None and digest(made) == hash_):
            continue
        if path in known:
            what = _EDITED + _MEND
        elif made is not None and manifest is None:
            what = f"differs, and without {MANIFEST} nobody knows whether it was edited"
            what += _MEND
        else:
            what = (
                "was not generated; move it out of the tree, or let --force remove it"
            )
        found.append(_finding(root, folder / path, "generated-edited", what))
    return found


_EDITED = "was edited since it was generated"
_MEND = "; mend the spec or a template instead, or let --force overwrite it"


def differences(root: Path, api: str, files: Mapping[str, bytes]) -> list[Diagnostic]:
    """What `generate` would change: files that are out of date, missing, or surplus."""
    folder = root / "generated" / api
    tree = read_tree(folder)
    manifest = read_manifest(folder)
    known: Mapping[str, str] = manifest.files if manifest is not None else {}
    found = _strange(root, folder, tree)
    for path in sorted({*files, *tree.files} - set(tree.others)):
        if path not in tree.files:
            rule, message = "generated-missing", "is missing; run truecopy generate"
        elif path not in files:
            rule = "generated-surplus"
            message = (
                "no spec makes this file; move it out of the tree, which truecopy owns"
            )
        elif tree.files[path] == digest(files[path]):
            continue
        elif known.get(path, tree.files[path]) != tree.files[path]:
            rule, message = "generated-edited", _EDITED + _MEND
        else:
            rule = "generated-outdated"
            message = "is not what the specs generate; run truecopy generate"
        found.append(_finding(root, folder / path, rule, message))
    hashes = {path: digest(data) for path, data in files.items()}
    if not found and (manifest is None or manifest.files != hashes):
        message = "does not list the files that stand here; run truecopy generate"
        found.append(_finding(root, folder / MANIFEST, "generated-outdated", message))
    return found


def _strange(root: Path, folder: Path, tree: Tree) -> list[Diagnostic]:
    message = "a link, or no file at all; generated files are real files"
    return [_finding(root, folder / p, "generated-link", message) for p in tree.others]


def changed(
    root: Path, api: str, files: Mapping[str, bytes]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Paths that would be written, and paths that would be removed."""
    tree = read_tree(root / "generated" / api)
    written = tuple(p for p, data in files.items() if tree.files.get(p) != digest(data))
    return written, tuple(p for p in tree.files if p not in files)


def publish(root: Path, api: str, files: Mapping[str, bytes], inputs: str) -> None:
    """Builds the tree aside, manifest last, and swaps it in with one system call where there is one."""
    folder = root / "generated" / api
    stage = _stage(folder)
    _discard(stage, folder)
    try:
        _build(stage, folder, files, inputs)
        if folder.is_dir():
            swap(stage, folder)
        else:
            os.rename(stage, folder)
    finally:
        _discard(stage, folder)


def _stage(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.truecopy-{os.getpid()}")


def _build(stage: Path, folder: Path, files: Mapping[str, bytes], inputs: str) -> None:
    stage.mkdir(parents=True)
    hashes = {path: digest(data) for path, data in files.items()}
    old = read_tree(folder).files
    for path, data in files.items():
        target = stage / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if old.get(path) != hashes[path] or not _linked(folder / path, target):
            put(target, data)
    manifest = {"format": FORMAT, "inputs": inputs, "files": hashes}
    put(stage / MANIFEST, (json.dumps(manifest, indent=1) + "\n").encode())


def put(path: Path, data: bytes) -> None:
    """Writes a file; what goes wrong, a full disk say, names it."""
    try:
        path.write_bytes(data)
    except OSError as problem:
        raise OSError(problem.errno, problem.strerror, str(path)) from problem


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
    stage = _stage(folder)
    os.rename(folder, stage)
    _discard(stage, folder)


def repair(root: Path) -> None:
    """Clears what a killed run left beside the trees; a whole tree that was on its way goes in place.

    Names sort the new tree before the old one that was moved aside for it.
    """
    out = root / "generated"
    if out.is_symlink() or not out.is_dir():
        return
    for stage in sorted(out.iterdir()):
        match = _STAGE.fullmatch(stage.name)
        if match is None or stage.is_symlink() or not stage.is_dir():
            continue
        folder = out / match["api"]
        if not os.path.lexists(folder) and _whole(stage, read_manifest(stage)):
            os.rename(stage, folder)
        else:
            _discard(stage, folder)


def _discard(stage: Path, folder: Path) -> None:
    """Deletes a tree that is not in place; what tools left in it moves to the one that is."""
    if stage.is_dir() and folder.is_dir() and not folder.is_symlink():
        for name in sorted(os.listdir(stage)):
            if _is_litter(name, "") and not os.path.lexists(folder / name):
                os.rename(stage / name, folder / name)
    shutil.rmtree(stage, ignore_errors=True)


@contextmanager
def lock(root: Path) -> Generator[None]:
    """Lets one run at a time write into a workspace; the others wait."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    handle = os.open(root / "specs", os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def swap(one: Path, other: Path) -> None:
    """Exchanges two folders. Without the system call (not Linux or macOS) by renaming."""
    if _exchange(os.fsencode(one), os.fsencode(other)):
        return
    aside = one.with_name(one.name + "-old")
    os.rename(other, aside)
    try:
        os.rename(one, other)
    except OSError:
        os.rename(aside, other)
        raise
    os.rename(aside, one)


def _exchange(one: bytes, other: bytes) -> bool:
    """renameat2(RENAME_EXCHANGE) on Linux, renamex_np(RENAME_SWAP) on macOS."""
    if sys.platform not in ("linux", "darwin"):
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    if hasattr(libc, "renameat2"):
        result = libc.renameat2(-100, one, -100, other, 2)
    elif hasattr(libc, "renamex_np"):
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
    return error(Place(visible(path.relative_to(root).as_posix()), 1, 1), rule, message)
