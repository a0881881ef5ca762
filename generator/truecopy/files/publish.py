"""Puts an API's generated tree in place: whole, at once, and never over somebody's work."""

from __future__ import annotations

import errno
import os
import re
import shutil
import sys
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from truecopy.diagnostics import Diagnostic, Place, error, visible
from truecopy.files.manifest import (
    MANIFEST,
    Manifest,
    Pieces,
    digest,
    read_manifest,
    written,
)
from truecopy.records import record

# What tools leave behind is neither ours nor anybody's work: caches anywhere in a tree,
# an environment and what a build makes at its top.
_CACHES = {"__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis"}
_TOOLS = {".venv", "build", "dist"}
_STAGE = re.compile(r"\.(?P<api>.+)\.truecopy-[0-9]+(?:-old)?", re.DOTALL)


@record
class Tree:
    """What stands in an API's folder: hashes of its files by path, and what is no file."""

    files: Mapping[str, str]
    others: tuple[str, ...]


@record
class Standing:
    """What `generate` finds in the place of an API's tree."""

    root: Path
    api: str
    manifest: Manifest | None
    tree: Tree

    @property
    def folder(self) -> Path:
        """Where the tree is."""
        return self.root / "generated" / self.api

    @property
    def whole(self) -> bool:
        """Whether the tree is what its manifest says, every byte of it, and nothing else."""
        return _whole(self.tree, self.manifest)

    def made_from(self, inputs: str) -> bool:
        """Whether the tree is what these inputs made."""
        return (
            self.manifest is not None and self.manifest.inputs == inputs and self.whole
        )

    def read(self) -> dict[str, bytes]:
        """All files of the tree."""
        base = str(self.folder)
        return {path: _read(f"{base}/{path}") for path in self.tree.files}


def standing(root: Path, api: str) -> Standing:
    """Reads an API's tree once; nothing else may write into it until it is published."""
    folder = root / "generated" / api
    return Standing(root, api, read_manifest(folder), read_tree(folder))


def read_tree(folder: Path) -> Tree:
    """Hashes of all files of a tree but the manifest and what tools leave behind."""
    files: dict[str, str] = {}
    others: list[str] = []
    for path, entry in _walk(folder, ""):
        if not entry.is_file(follow_symlinks=False):
            others.append(path)
        elif path != MANIFEST:
            files[path] = digest(_read(entry.path))
    return Tree(files, tuple(others))


def _read(path: str) -> bytes:
    """The bytes of a file. There may be thousands, and a `Path` of each costs more than to read it."""
    with open(path, "rb") as file:
        return file.read()


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


def _whole(tree: Tree, manifest: Manifest | None) -> bool:
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


def edits(standing: Standing, files: Mapping[str, bytes]) -> list[Diagnostic]:
    """Files that someone changed or added since they were generated, and that would be lost."""
    root, folder, manifest = standing.root, standing.folder, standing.manifest
    known: Mapping[str, str] = manifest.files if manifest is not None else {}
    found = _strange(standing)
    for path, hash_ in standing.tree.files.items():
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


def differences(standing: Standing, files: Mapping[str, bytes]) -> list[Diagnostic]:
    """What `generate` would change: files that are out of date, missing, or surplus."""
    root, folder, manifest = standing.root, standing.folder, standing.manifest
    tree = standing.tree
    known: Mapping[str, str] = manifest.files if manifest is not None else {}
    found = _strange(standing)
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


def _strange(standing: Standing) -> list[Diagnostic]:
    message = "a link, or no file at all; generated files are real files"
    return [
        _finding(standing.root, standing.folder / path, "generated-link", message)
        for path in standing.tree.others
    ]


def changed(
    standing: Standing, files: Mapping[str, bytes]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Paths that would be written, and paths that would be removed."""
    old = standing.tree.files
    written = tuple(
        path for path, data in files.items() if old.get(path) != digest(data)
    )
    return written, tuple(path for path in old if path not in files)


def publish(
    standing: Standing,
    files: Mapping[str, bytes],
    inputs: str,
    pieces: Pieces | None,
) -> None:
    """Builds the tree aside, manifest last, and swaps it in with one system call where there is one."""
    folder = standing.folder
    stage = _stage(folder)
    _discard(stage, folder)
    try:
        _build(stage, standing, files, inputs, pieces)
        if folder.is_dir():
            swap(stage, folder)
        else:
            os.rename(stage, folder)
    finally:
        _discard(stage, folder)


def _stage(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.truecopy-{os.getpid()}")


def _build(
    stage: Path,
    standing: Standing,
    files: Mapping[str, bytes],
    inputs: str,
    pieces: Pieces | None,
) -> None:
    stage.mkdir(parents=True)
    hashes = {path: digest(data) for path, data in files.items()}
    old, base = standing.tree.files, str(standing.folder)
    for folder in sorted({os.path.dirname(path) for path in files}):
        os.makedirs(stage / folder, exist_ok=True)
    for path, data in files.items():
        target = f"{stage}/{path}"
        unchanged = old.get(path) == hashes[path]
        if not unchanged or not _linked(f"{base}/{path}", target):
            put(Path(target), data)
    put(stage / MANIFEST, written(Manifest(inputs, hashes, pieces)))


def put(path: Path, data: bytes) -> None:
    """Writes a file; what goes wrong, a full disk say, names it."""
    try:
        path.write_bytes(data)
    except OSError as problem:
        raise OSError(problem.errno, problem.strerror, str(path)) from problem


def _linked(source: str, target: str) -> bool:
    """Keeps an unchanged file, its times included: a hard link, or else a copy."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        try:
            shutil.copy2(source, target, follow_symlinks=False)
        except OSError:
            return False
    return True


def remove(standing: Standing) -> None:
    """Takes an API's tree away, aside first, so that no half of it is left in place."""
    folder = standing.folder
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
        if not os.path.lexists(folder) and _whole(
            read_tree(stage), read_manifest(stage)
        ):
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
    import ctypes

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
