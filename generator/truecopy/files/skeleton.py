"""Makes the folder of a new API, with specs that already pass `check`."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

from truecopy.diagnostics import Diagnostic, Place, error, shown

_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")


def write(root: Path, name: str) -> tuple[tuple[Diagnostic, ...], tuple[str, ...]]:
    """Writes `specs/NAME/` and the schemas that editors read; the paths that were written."""
    folder = root / "specs" / name
    place = Place(f"specs/{name}", 1, 1)
    if not _NAME.match(name):
        message = f"{shown(name)} can't name an API; use lower-case letters, digits and _"
        return (error(place, "api-name", message),), ()
    if folder.exists() or folder.is_symlink():
        return (error(place, "api-exists", "is there already; nothing was written"),), ()
    package = resources.files("truecopy")
    folder.mkdir(parents=True)
    written: list[str] = []
    for source in sorted((package / "skeleton").iterdir(), key=lambda s: s.name):
        if source.name.endswith(".yaml"):
            text = source.read_text("utf-8").replace("title: Example\n", f"title: {_title(name)}\n")
            (folder / source.name).write_text(text, "utf-8")
            written.append(f"specs/{name}/{source.name}")
    schemas = root / "specs" / ".schemas"
    schemas.mkdir(exist_ok=True)
    for source in sorted((package / "schemas").iterdir(), key=lambda s: s.name):
        data = source.read_bytes()
        target = schemas / source.name
        if not target.exists() or target.read_bytes() != data:
            target.write_bytes(data)
            written.append(f"specs/.schemas/{source.name}")
    return (), tuple(written)


def _title(name: str) -> str:
    """`acme_parcel` as `Acme Parcel`."""
    return " ".join(word.capitalize() for word in name.split("_") if word)
