"""Finds and reads the files of a workspace: a folder with `specs/`."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from truecopy.diagnostics import Diagnostic, Place, error, shown

PACKAGE = Path(__file__).resolve().parent.parent
API_FILE = "api.yaml"


@dataclass(frozen=True, slots=True)
class SpecFile:
    """One YAML file; `name` is relative to the workspace, with forward slashes."""

    name: str
    stem: str
    data: bytes


@dataclass(frozen=True, slots=True)
class ApiFolder:
    """The files of one API; `api` is None when the folder has no api.yaml."""

    name: str
    api: SpecFile | None
    documents: tuple[SpecFile, ...]


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
    return tuple(sorted(p.name for p in folder.iterdir() if p.is_dir() and not p.name.startswith(".")))


def read_api(root: Path, name: str) -> tuple[ApiFolder, list[Diagnostic]]:
    """The spec files of an API, sorted by name, and those that can't be read."""
    folder = root / "specs" / name
    findings: list[Diagnostic] = []
    documents: list[SpecFile] = []
    api: SpecFile | None = None
    for path in sorted(folder.iterdir(), key=lambda p: p.name):
        if path.name == "accepted.yaml" or path.name.startswith(".") or path.suffix == ".lock":
            continue
        relative = f"specs/{name}/{path.name}"
        start = Place(relative, 1, 1)
        if path.suffix != ".yaml":
            hint = "; name it .yaml" if path.suffix == ".yml" else ""
            message = f"{shown(path.name)} is not a spec{hint}"
            findings.append(error(start, "file-name", message))
            continue
        try:
            data = path.read_bytes()
        except OSError as problem:
            findings.append(error(start, "file-unreadable", f"can't be read: {problem.strerror}"))
            continue
        spec = SpecFile(relative, path.stem, data)
        if path.name == API_FILE:
            api = spec
        else:
            documents.append(spec)
    return ApiFolder(name, api, tuple(documents)), findings


def packaged_templates() -> Path:
    """The templates that came with truecopy: inside the wheel, or beside `generator/`."""
    inside = PACKAGE / "templates"
    return inside if inside.is_dir() else PACKAGE.parent.parent / "templates"


def read_templates(root: Path | None) -> Mapping[str, bytes]:
    """Every template by its name; a workspace's own win file by file."""
    found: dict[str, bytes] = {}
    for base in (packaged_templates(), *([root / "templates"] if root else [])):
        if base.is_dir():
            for path in sorted(base.rglob("*")):
                if path.is_file():
                    found[path.relative_to(base).as_posix()] = path.read_bytes()
    return dict(sorted(found.items()))


def fingerprint(folder: ApiFolder, templates: Mapping[str, bytes]) -> str:
    """A hash of all that an API's generated tree depends on: specs, templates, and truecopy itself."""
    whole = hashlib.sha256(code_fingerprint().encode())
    parts = [(spec.name, spec.data) for spec in (folder.api, *folder.documents) if spec is not None]
    for name, data in (*parts, *templates.items()):
        whole.update(f"{name}\0{len(data)}\0".encode())
        whole.update(data)
    return whole.hexdigest()


@functools.cache
def code_fingerprint() -> str:
    """A hash of truecopy's own source: what it generates may change with any line."""
    whole = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*"), key=lambda p: p.relative_to(PACKAGE).as_posix()):
        if path.suffix in (".py", ".json") and "templates" not in path.parts:
            data = path.read_bytes()
            whole.update(f"{path.relative_to(PACKAGE).as_posix()}\0{len(data)}\0".encode())
            whole.update(data)
    return whole.hexdigest()
