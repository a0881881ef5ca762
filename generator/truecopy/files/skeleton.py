"""Makes the folder of a new API, with specs that already pass `check`."""

from __future__ import annotations

import os
import re
import shutil
from importlib import resources
from pathlib import Path

from truecopy.diagnostics import Diagnostic, Place, error, shown, visible
from truecopy.files.publish import put

NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")


def write(root: Path, name: str) -> tuple[tuple[Diagnostic, ...], tuple[str, ...]]:
    """Writes `specs/NAME/` and the schemas that editors read; the paths that were written."""
    folder = root / "specs" / name
    place = Place(visible(f"specs/{name}"), 1, 1)
    if not NAME.fullmatch(name):
        words = "use lower-case letters, digits and single _ between them"
        message = f"{shown(name)} can't name an API; {words}"
        return (error(place, "api-name", message),), ()
    if os.path.lexists(folder):
        message = "is there already; nothing was written"
        return (error(place, "api-exists", message),), ()
    folder.parent.mkdir(exist_ok=True)
    return (), (*_write_specs(folder), *_write_schemas(folder.parent / ".schemas"))


def specs(name: str) -> dict[str, bytes]:
    """The specs of the skeleton by file name."""
    skeleton = resources.files("truecopy") / "skeleton"
    title = f'title: "{_title(name)}"\n'
    return {
        source.name: source.read_text("utf-8")
        .replace("title: Example\n", title)
        .encode()
        for source in sorted(skeleton.iterdir(), key=lambda s: s.name)
        if source.name.endswith(".yaml")
    }


def _write_specs(folder: Path) -> list[str]:
    """The specs of the skeleton, aside first: a folder that is there is whole."""
    stage = folder.with_name(f".{folder.name}.truecopy-{os.getpid()}")
    files = specs(folder.name)
    try:
        stage.mkdir()
        for name, data in files.items():
            put(stage / name, data)
        os.rename(stage, folder)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    return [f"specs/{folder.name}/{name}" for name in files]


def _write_schemas(folder: Path) -> list[str]:
    """The JSON Schemas, where they are not what this truecopy has."""
    written: list[str] = []
    folder.mkdir(exist_ok=True)
    package = resources.files("truecopy") / "schemas"
    for source in sorted(package.iterdir(), key=lambda s: s.name):
        data = source.read_bytes()
        target = folder / source.name
        if not target.exists() or target.read_bytes() != data:
            put(target, data)
            written.append(f"specs/.schemas/{source.name}")
    return written


def _title(name: str) -> str:
    """`acme_parcel` as `Acme Parcel`."""
    return " ".join(word.capitalize() for word in name.split("_") if word)
