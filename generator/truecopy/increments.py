"""Makes what a change of few documents changes, when that is their own files and fragments.

What the rest of a package takes from a document is its interface. A run that made everything leaves the hash of each
in the manifest. While they stay as they are the rest stays as it is, and need not be made again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from truecopy import pipeline
from truecopy.diagnostics import Diagnostic, ordered
from truecopy.files.manifest import Piece, Pieces, digest
from truecopy.files.workspace import API_FILE, ApiFolder, Inputs
from truecopy.ir import Api, Document
from truecopy.pipeline import Generated
from truecopy.render import Renderer, verify_methods
from truecopy.rules.answers import carried
from truecopy.rules.paths import shape_of
from truecopy.targets.python import package as python
from truecopy.targets.python.documents import Part
from truecopy.targets.python.exports import Homes, exported
from truecopy.targets.python.package import Fragments
from truecopy.targets.python.uses import completed, crossed, stored, uses, wants


@dataclass(frozen=True, slots=True)
class Regenerated:
    """All files of a distribution, of which few were made again, and what came from which document."""

    files: Mapping[str, bytes]
    findings: tuple[Diagnostic, ...]
    pieces: Pieces


def pieces(api: Api, inputs: Inputs, generated: Generated) -> Pieces | None:
    """What of a package came from which document; None when it can't be told.

    Black may have moved fragments about, or a document refers to a schema of another one.
    """
    if crossed(api):
        return None
    texts = [_texts(each) for each in generated.fragments]
    starts: list[int] = []
    before = "", 0
    for kind, path in enumerate(python.fragment_paths(api)):
        together = b"".join([each[kind] for each in texts])
        after = before[1] if path == before[0] else 0
        start = generated.files[path].find(together, after)
        if start < 0:
            return None
        starts.append(start)
        before = path, start + len(together)
    shown = python.in_readme(generated.parts)
    documents = {
        document.name: _piece(inputs, api, document, part, shown, each)
        for document, part, each in zip(
            api.documents, generated.parts, texts, strict=True
        )
    }
    needed = stored(uses(api), api)
    return Pieces(inputs.shared, tuple(starts), needed, shown, documents)


def _piece(
    inputs: Inputs,
    api: Api,
    document: Document,
    part: Part,
    in_readme: Sequence[str],
    fragments: Sequence[bytes],
) -> Piece:
    claims = [f"operation {op.name}" for op in document.operations]
    claims += map(shape_of, document.operations)
    claims += [f"schema {schema.name}" for schema in document.schemas]
    claims += [f"method {name}" for name, _, _ in part.methods]
    return Piece(
        spec=inputs.documents[document.name],
        interface=digest(repr(python.interface(part, in_readme)).encode()),
        lengths=tuple(map(len, fragments)),
        claims=_hashes(claims),
        wants=_hashes(
            [*wants(document), *python.imports(part), *carried(document, api)]
        ),
    )


def _hashes(texts: Iterable[str]) -> tuple[str, ...]:
    """Short ones, each once: two texts of one hash have everything made again, or are of one document."""
    return tuple(sorted({digest(text.encode())[:12] for text in texts}))


def _texts(fragments: Fragments) -> tuple[bytes, ...]:
    return tuple(fragment.text.encode() for fragment in fragments)


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
) -> Regenerated | None:
    """The package after a change of some documents; None when it has to be made as a whole.

    `kept` are all files as the last run made them from `known`. With a warning or an error everything is made:
    what is wrong with a document may depend on the others, and has to be said again. A RenderError says so as well.
    """
    stems = changed(inputs, known)
    some = tuple(d for d in folder.documents if d.stem in stems)
    checked = pipeline.check(replace(folder, documents=some))
    findings = [f for f in checked.findings if not _of_others(f)]
    api = checked.api
    if api is None or _telling(findings):
        return None
    needed = completed(uses(api), known.needed, api)
    if needed is None:
        return None
    renderer = Renderer(templates)
    frame = python.frame(api, needed)
    files = dict(kept)
    made: dict[str, tuple[bytes, ...]] = {}
    paths = python.fragment_paths(api)
    documents = dict(known.documents)
    parts: list[Part] = []
    for document in api.documents:
        pages, part = python.document(frame, document)
        findings += pages.findings
        own, fragments = pipeline.rendered(renderer, frame, pages, part)
        for path, fragment in zip(paths, fragments, strict=True):
            if path.endswith(".py"):
                verify_methods(path, fragment)
        files |= own
        parts.append(part)
        made[part.name] = _texts(fragments)
        piece = _piece(inputs, api, document, part, known.in_readme, made[part.name])
        documents[part.name] = piece
    findings += python.whole(frame, parts).findings
    imports = _hashes(text for part in parts for text in python.imports(part))
    if _telling(findings) or not _alike(known, documents, stems, imports):
        return None
    init = python.init_path(api)
    homes = exported(kept[init].decode())
    if not _free(homes, parts):
        return None
    named = {part.name: sorted(part.exports) for part in parts if part.exports}
    if any(homes[name] != names for name, names in named.items()):
        page = python.init_file(frame, homes | named)
        files[init] = renderer.file(page.template, page.path, page.view).encode()
    starts: list[int] = []
    for path in dict.fromkeys(paths):
        kinds = [kind for kind, other in enumerate(paths) if other == path]
        files[path], begun = _spliced(kept[path], known, made, kinds)
        starts += begun
    new = Pieces(
        known.shared, tuple(starts), stored(needed, api), known.in_readme, documents
    )
    return Regenerated(files, tuple(ordered(findings)), new)


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


def _of_others(finding: Diagnostic) -> bool:
    """Whether it says of api.yaml what documents that are not looked at may refute; interfaces have what they use."""
    shared = finding.place.file.endswith(f"/{API_FILE}")
    return shared and finding.rule == "schema-unused"


def _telling(findings: Iterable[Diagnostic]) -> bool:
    """Whether something is to be said that may depend on the other documents."""
    return any(finding.severity != "note" for finding in findings)


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
