"""What a generated tree says of itself: which inputs made it, the hash of each file, what came from which document."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

MANIFEST = ".truecopy.json"
_FORMAT = "truecopy.manifest/1"


@dataclass(frozen=True, slots=True)
class Piece:
    """What of a package came from one document.

    `spec` is the hash of its file, `interface` of all that others' files take from it but its fragments;
    `lengths` are the bytes of those.
    """

    spec: str
    interface: str
    lengths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pieces:
    """What of a package came from which document, in the order of their fragments.

    `shared` is the hash of all other inputs, `starts` are the bytes at which the first fragment of each kind
    begins, `needed` is what all documents together need of what they share, as JSON data.
    """

    shared: str
    starts: tuple[int, ...]
    needed: object
    documents: Mapping[str, Piece]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was generated: the hash of the inputs, and of each file by its path."""

    inputs: str
    files: Mapping[str, str]
    pieces: Pieces | None = None


def digest(data: bytes) -> str:
    """The hash of a file as a manifest keeps it."""
    return hashlib.sha256(data).hexdigest()


def has_manifest(folder: Path) -> bool:
    """Whether truecopy made a tree, although its manifest may have come to harm."""
    return not folder.is_symlink() and (folder / MANIFEST).is_file()


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a tree; None when there is none that can be trusted."""
    path = folder / MANIFEST
    if path.is_symlink() or not path.is_file():
        return None
    try:
        data = json.loads(path.read_bytes())
        files = cast("dict[str, object]", data["files"])
        if data["format"] != _FORMAT:
            return None
        hashes = {name: str(value) for name, value in files.items()}
        return Manifest(str(data["inputs"]), hashes, _pieces(data))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def written(manifest: Manifest) -> bytes:
    """The manifest as a file."""
    data: dict[str, object] = {
        "format": _FORMAT,
        "inputs": manifest.inputs,
        "files": manifest.files,
    }
    if manifest.pieces is not None:
        data["pieces"] = pieces = _data(manifest.pieces)
        data["seal"] = _seal(pieces)
    return (json.dumps(data, indent=1) + "\n").encode()


def _data(pieces: Pieces) -> dict[str, object]:
    """As JSON data, a line for each document."""
    return {
        "shared": pieces.shared,
        "starts": pieces.starts,
        "needed": pieces.needed,
        "documents": {
            name: " ".join([piece.spec, piece.interface, *map(str, piece.lengths)])
            for name, piece in pieces.documents.items()
        },
    }


def _pieces(data: Mapping[str, object]) -> Pieces | None:
    """What came from which document; None when it is not as it was written, after a merge say."""
    if "pieces" not in data or data.get("seal") != _seal(data["pieces"]):
        return None
    pieces = cast("dict[str, object]", data["pieces"])
    documents = cast("dict[str, str]", pieces["documents"])
    return Pieces(
        shared=str(pieces["shared"]),
        starts=tuple(cast("list[int]", pieces["starts"])),
        needed=pieces["needed"],
        documents={name: _piece(text) for name, text in documents.items()},
    )


def _piece(text: str) -> Piece:
    spec, interface, *lengths = text.split(" ")
    return Piece(spec, interface, tuple(map(int, lengths)))


def _seal(pieces: object) -> str:
    return digest(json.dumps(pieces).encode())
