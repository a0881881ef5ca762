"""Makes what a change of few documents changes, when that is their own files and fragments.

What the rest of a package takes from a document is its interface. A run that made everything leaves the hash of each
in the manifest. While they stay as they are the rest stays as it is, and need not be made again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from truecopy.checking import of_others
from truecopy.diagnostics import ordered
from truecopy.files.manifest import Piece, Pieces
from truecopy.files.workspace import ApiFolder, Inputs
from truecopy.portions import Made, hashes, portion, sound, telling
from truecopy.render import Renderer
from truecopy.targets.python import package as python
from truecopy.targets.python.documents import Part
from truecopy.targets.python.exports import Homes, exported
from truecopy.targets.python.uses import completed, stored, uses


def changed(inputs: Inputs, known: Pieces) -> frozenset[str]:
    """The documents that differ from those of the last run; none when anything else does."""
    if known.shared != inputs.shared:
        return frozenset()
    return frozenset(
        stem
        for stem, hash_ in inputs.documents.items()
        if known.documents[stem].spec != hash_
    )


def regenerate(
    folder: ApiFolder,
    templates: Mapping[str, bytes],
    inputs: Inputs,
    known: Pieces,
    kept: Mapping[str, bytes],
) -> Made | None:
    """The package after a change of some documents; None when it has to be made as a whole.

    `kept` are all files as the last run made them from `known`. With a warning or an error everything is made:
    what is wrong with a document may depend on the others, and has to be said again. A RenderError says so as well.
    """
    stems = changed(inputs, known)
    some = tuple(d for d in folder.documents if d.stem in stems)
    found = sound(replace(folder, documents=some))
    if found is None:
        return None
    api = found.api
    needed = completed(uses(api), known.needed, api)
    if needed is None:
        return None
    renderer = Renderer(templates)
    frame = python.frame(api, needed)
    made = portion(frame, renderer, inputs, known.in_readme)
    parts = made.parts
    documents = {**known.documents, **made.pieces}
    findings = [f for f in found.findings if not of_others(f)]
    findings += [*made.findings, *python.whole(frame, parts).findings]
    imports = hashes(text for part in parts for text in python.imports(part))
    if telling(findings) or not _alike(known, documents, stems, imports):
        return None
    files = {**kept, **made.files}
    init = python.init_path(api)
    homes = exported(kept[init].decode())
    if not _free(homes, parts):
        return None
    named = {part.name: sorted(part.exports) for part in parts if part.exports}
    if any(homes[name] != names for name, names in named.items()):
        page = python.init_file(frame, homes | named)
        files[init] = renderer.file(page.template, page.path, page.view).encode()
    starts: list[int] = []
    paths = python.fragment_paths(api)
    for path in dict.fromkeys(paths):
        kinds = [kind for kind, other in enumerate(paths) if other == path]
        files[path], begun = _spliced(kept[path], known, made.fragments, kinds)
        starts += begun
    new = Pieces(
        known.shared, tuple(starts), stored(needed, api), known.in_readme, documents
    )
    return Made(files, ordered(findings), new)


def _alike(
    known: Pieces,
    documents: Mapping[str, Piece],
    stems: Iterable[str],
    imports: Sequence[str],
) -> bool:
    """Whether others see nothing of the change: of changed documents they get what they got.

    These claim nothing of theirs, still need what they did, and no import that nobody had.
    """
    wanted = {want for piece in known.documents.values() for want in piece.wants}
    others = {
        claim
        for name, piece in documents.items()
        if name not in stems
        for claim in piece.claims
    }
    return wanted.issuperset(imports) and all(
        documents[name].interface == known.documents[name].interface
        and others.isdisjoint(documents[name].claims)
        and {*documents[name].wants}.issuperset(known.documents[name].wants)
        for name in stems
    )


def _free(homes: Homes, parts: Sequence[Part]) -> bool:
    """Whether no other module exports the names of these."""
    own = {part.name for part in parts}
    others = {name for home in homes.keys() - own for name in homes[home]}
    return all(others.isdisjoint(part.exports) for part in parts)


def _spliced(
    old: bytes,
    known: Pieces,
    made: Mapping[str, tuple[bytes, ...]],
    kinds: Sequence[int],
) -> tuple[bytes, list[int]]:
    """A file with some fragments of these kinds replaced, and where each kind begins in it."""
    new: list[bytes] = []
    starts: list[int] = []
    at = 0
    for kind in kinds:
        new.append(old[at : known.starts[kind]])
        starts.append(sum(map(len, new)))
        at = known.starts[kind]
        for name, piece in known.documents.items():
            end = at + piece.lengths[kind]
            new.append(made[name][kind] if name in made else old[at:end])
            at = end
    return b"".join([*new, old[at:]]), starts
