"""What a generated tree says of itself: which inputs made it, the hash of each file, what came from which document."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from truecopy.records import record

MANIFEST = ".truecopy.json"
_FORMAT = "truecopy.manifest/1"


@record
class Piece:
    """What of a package came from one document.

    `spec` is the hash of its file; `lengths` are the bytes of its fragments; `claims` are hashes of the names
    that no other document may have, `wants` of what it needs of what is shared; `interface` is the hash of all
    else that files of others take from it.
    """

    spec: str
    interface: str
    lengths: tuple[int, ...]
    claims: tuple[str, ...]
    wants: tuple[str, ...]


@record
class Pieces:
    """What of a package came from which document, in the order of their fragments.

    `shared` is the hash of all other inputs, `starts` are the bytes at which the first fragment of each kind
    begins, `needed` is what all documents together need of what they share, as JSON data; `in_readme` are the
    documents of which the README has samples.
    """

    shared: str
    starts: tuple[int, ...]
    needed: object
    in_readme: tuple[str, ...]
    documents: Mapping[str, Piece]


@record
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
        data["pieces"] = _data(manifest.pieces)
        data["seal"] = _seal(data)
    return (json.dumps(data, indent=1) + "\n").encode()


def _data(pieces: Pieces) -> dict[str, object]:
    """As JSON data, a line for each document."""
    return {
        "shared": pieces.shared,
        "starts": pieces.starts,
        "needed": pieces.needed,
        "in_readme": pieces.in_readme,
        "documents": {name: _line(p) for name, p in pieces.documents.items()},
    }


def _pieces(data: Mapping[str, object]) -> Pieces | None:
    """What came from which document; None when it is not as it was written, after a merge say, or by another version."""
    if "pieces" not in data or data.get("seal") != _seal(data):
        return None
    try:
        pieces = cast("dict[str, object]", data["pieces"])
        documents = cast("dict[str, str]", pieces["documents"])
        return Pieces(
            shared=str(pieces["shared"]),
            starts=tuple(cast("list[int]", pieces["starts"])),
            needed=pieces["needed"],
            in_readme=tuple(cast("list[str]", pieces["in_readme"])),
            documents={name: _piece(text) for name, text in documents.items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _line(piece: Piece) -> str:
    lists = (map(str, piece.lengths), piece.claims, piece.wants)
    return " ".join([piece.spec, piece.interface, *map(",".join, lists)])


def _piece(text: str) -> Piece:
    spec, interface, *lists = text.split(" ")
    lengths, claims, wants = (tuple(x.split(",")) if x else () for x in lists)
    return Piece(spec, interface, tuple(map(int, lengths)), claims, wants)


def _seal(data: Mapping[str, object]) -> str:
    """A hash of all the rest: of a manifest that was merged a part may be right, and of another time than the others."""
    rest = {name: value for name, value in data.items() if name != "seal"}
    return digest(json.dumps(rest).encode())
