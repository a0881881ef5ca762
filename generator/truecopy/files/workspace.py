"""Finds and reads the files of a workspace: a folder with `specs/`."""

from __future__ import annotations

import errno
import functools
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from truecopy.diagnostics import Diagnostic, Place, error, shown, suggestion, visible
from truecopy.records import record

PACKAGE = Path(__file__).resolve().parent.parent
API_FILE = "api.yaml"
# So many documents at least are read together.
BATCH = 100
# Far above what a spec may be, and little enough to be read at once.
_LIMIT = 64 * 1024 * 1024


@record
class SpecFile:
    """One YAML file; `name` is relative to the workspace, with forward slashes."""

    name: str
    stem: str
    data: bytes


@record
class ApiFolder:
    """The files of one API, and what can't be read; `api` is None when that is api.yaml, or when it is `missing`."""

    name: str
    api: SpecFile | None
    documents: tuple[SpecFile, ...]
    missing: bool = False
    unreadable: tuple[Diagnostic, ...] = ()


def find_workspace(start: Path) -> Path | None:
    """The nearest folder at or above `start` that holds `specs/`."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / "specs").is_dir():
            return folder
    return None


def api_names(root: Path) -> tuple[str, ...]:
    """The folders of `specs/`, sorted; hidden ones are not APIs."""
    folder = root / "specs"
    return tuple(
        sorted(
            p.name
            for p in folder.iterdir()
            if p.is_dir() and not p.name.startswith(".")
        )
    )


def read(path: Path) -> bytes:
    """The bytes of a real file of sensible size; a pipe, say, would never end."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "it is not a file", str(path))
    if found.st_size > _LIMIT:
        message = f"it has {found.st_size:,} bytes"
        raise OSError(errno.EFBIG, message, str(path))
    return path.read_bytes()


def read_api(root: Path, name: str) -> ApiFolder:
    """The spec files of an API, sorted by name."""
    folder = root / "specs" / name
    findings: list[Diagnostic] = []
    documents: list[SpecFile] = []
    api: SpecFile | None = None
    paths = sorted(folder.iterdir(), key=lambda p: p.name)
    names = {path.name for path in paths}
    for path in paths:
        if path.name == "accepted.yaml" or path.name.startswith("."):
            continue
        if path.suffix == ".lock":
            continue
        relative = visible(f"specs/{name}/{path.name}")
        start = Place(relative, 1, 1)
        # What is called .yml is read as what it is meant to be; a rule says so.
        is_spec = path.suffix == ".yaml" or (
            path.suffix.lower() in (".yaml", ".yml")
            and f"{path.stem}.yaml" not in names
        )
        if not is_spec:
            message = f"{shown(path.name)} is not a spec; a spec ends in .yaml"
            findings.append(error(start, "file-name", message))
            continue
        try:
            data = read(path)
        except OSError as problem:
            nowhere = path.is_symlink() and problem.errno == errno.ENOENT
            why = "the link leads nowhere" if nowhere else problem.strerror
            findings.append(error(start, "file-unreadable", f"can't be read: {why}"))
            continue
        spec = SpecFile(relative, visible(path.stem), data)
        if f"{path.stem}.yaml" == API_FILE:
            api = spec
        else:
            documents.append(spec)
    missing = api is None and API_FILE not in names
    return ApiFolder(visible(name), api, tuple(documents), missing, tuple(findings))


def batched(folder: ApiFolder) -> tuple[ApiFolder, ...]:
    """The folder in parts of some documents each; itself where they are few, or something can't be read.

    A part has a hundred documents at least, and so many that reading api.yaml with each costs little.
    """
    every = folder.documents
    if folder.api is None or folder.unreadable:
        return (folder,)
    size = sum(len(document.data) for document in every)
    number = min(len(every) // BATCH, size // (8 * len(folder.api.data) + 1))
    if number < 2:
        return (folder,)
    cuts = [len(every) * cut // number for cut in range(number + 1)]
    return tuple(replace(folder, documents=every[a:b]) for a, b in pairwise(cuts))


def strays(root: Path) -> list[Diagnostic]:
    """Specs that lie beside the folders of APIs, where nothing reads them."""
    return [
        error(
            Place(visible(f"specs/{path.name}"), 1, 1),
            "file-name",
            f"{shown(path.name)} lies outside the folders of APIs; move it to specs/API/",
        )
        for path in sorted((root / "specs").iterdir())
        if path.suffix in (".yaml", ".yml") and not path.is_dir()
    ]


def packaged_templates() -> Path:
    """The templates that came with truecopy: inside the wheel, or beside `generator/`."""
    inside = PACKAGE / "templates"
    return inside if inside.is_dir() else PACKAGE.parent.parent / "templates"


def read_templates(root: Path | None) -> Mapping[str, bytes]:
    """Every template by its name; a workspace's own win file by file."""
    bases = [packaged_templates(), *([root / "templates"] if root else [])]
    found = {name: read(path) for base in bases for name, path in _templates(base)}
    return dict(sorted(found.items()))


def is_own(name: str, templates: Mapping[str, bytes]) -> bool:
    """Whether a template is the workspace's, and not the one that came with truecopy."""
    path = packaged_templates() / name
    return name in templates and (not path.is_file() or read(path) != templates[name])


def strange_templates(templates: Mapping[str, bytes]) -> list[Diagnostic]:
    """Templates of the workspace that take no other's place and that no template includes."""
    known = [name for name, _ in _templates(packaged_templates())]
    return [
        Diagnostic(
            Place(visible(f"templates/{name}"), 1, 1),
            "warning",
            "template-unknown",
            f"truecopy has no template of this name{suggestion(name, known)}",
        )
        for name in templates
        if name not in known
        and not any(os.fsencode(name) in text for text in templates.values())
    ]


def _templates(base: Path) -> Iterator[tuple[str, Path]]:
    """The files below a folder, without what Python caches beside them."""
    for path in sorted(base.rglob("*")):
        name = path.relative_to(base)
        if path.is_file() and "__pycache__" not in name.parts:
            yield name.as_posix(), path


@record
class Inputs:
    """Hashes of all that an API's generated tree depends on: each document's spec, and everything else."""

    shared: str
    documents: Mapping[str, str]

    @property
    def whole(self) -> str:
        """One hash of them all."""
        import hashlib

        both = (self.shared, *self.documents.values())
        return hashlib.sha256("".join(both).encode()).hexdigest()


def inputs(folder: ApiFolder, templates: Mapping[str, bytes]) -> Inputs:
    """What an API's tree is made from: specs, templates, and truecopy itself."""
    # Of OpenSSL, which takes its time to load, `check` has no need.
    import hashlib

    shared = hashlib.sha256(code_fingerprint().encode())
    parts = [] if folder.api is None else [(folder.api.name, folder.api.data)]
    parts += [(document.name, b"") for document in folder.documents]
    for name, data in (*parts, *templates.items()):
        shared.update(_header(name, data))
        shared.update(data)
    return Inputs(
        shared.hexdigest(),
        {d.stem: hashlib.sha256(d.data).hexdigest() for d in folder.documents},
    )


@functools.cache
def code_fingerprint() -> str:
    """A hash of truecopy's own source: what it generates may change with any line."""
    import hashlib

    whole = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*")):
        name = path.relative_to(PACKAGE)
        if path.suffix in (".py", ".json") and name.parts[0] != "templates":
            data = path.read_bytes()
            whole.update(_header(name.as_posix(), data))
            whole.update(data)
    return whole.hexdigest()


def _header(name: str, data: bytes) -> bytes:
    return f"{name}\0{len(data)}\0".encode("utf-8", "surrogateescape")
