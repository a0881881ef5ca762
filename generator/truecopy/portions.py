"""Makes a package from portions: the files and fragments of some documents, made without the others.

What holds of each document, or has to hold of one, holds of all when it holds of these and of those. What compares
documents compares their claims; what they need of what they share is told beforehand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter

from truecopy import pipeline, rules
from truecopy.code import Code, join, written
from truecopy.diagnostics import Diagnostic, ordered
from truecopy.files.manifest import Piece, Pieces, digest
from truecopy.files.workspace import ApiFolder, Inputs
from truecopy.ir import Api, Document
from truecopy.records import record
from truecopy.render import Renderer, verify_methods
from truecopy.rules.answers import carried
from truecopy.targets.python import package as python
from truecopy.targets.python.directions import crossed
from truecopy.targets.python.documents import Part
from truecopy.targets.python.package import Fragments, Frame
from truecopy.targets.python.uses import Uses, stored, uses, wants

# What stands in a file where the fragments of a kind will: no spec holds their control characters.
_STANDINS = (written("\n    # \1\n"), written("    # \2\n"), Code("\3\n"))


@record
class Made:
    """All files of a distribution, and what came from which document where that can be told."""

    files: Mapping[str, bytes]
    findings: tuple[Diagnostic, ...]
    pieces: Pieces | None = None


@record
class Sound:
    """An API of which some documents were read, and what there is to say of it, none of which is wrong."""

    api: Api
    findings: tuple[Diagnostic, ...]


@record
class Portion:
    """What some documents make: files by path; fragments and pieces by document; parts in their order."""

    files: Mapping[str, bytes]
    findings: tuple[Diagnostic, ...]
    parts: tuple[Part, ...]
    fragments: Mapping[str, tuple[bytes, ...]]
    pieces: Mapping[str, Piece]


def sound(folder: ApiFolder) -> Sound | None:
    """The API with some of its documents; None when something is to be said that may depend on the others."""
    checked = pipeline.check(folder)
    if checked.api is None or telling(checked.findings):
        return None
    return Sound(checked.api, checked.findings)


def portion(
    frame: Frame, renderer: Renderer, inputs: Inputs, in_readme: Sequence[str]
) -> Portion:
    """What the documents of a frame make. A RenderError is as in a run that makes everything."""
    files: dict[str, bytes] = {}
    findings: list[Diagnostic] = []
    parts: list[Part] = []
    texts: dict[str, tuple[bytes, ...]] = {}
    pieces: dict[str, Piece] = {}
    for document in frame.api.documents:
        pages, part = python.document(frame, document)
        findings += pages.findings
        own, fragments = pipeline.rendered(renderer, frame, pages, part)
        shown = zip(python.fragment_paths(frame.api), fragments, strict=True)
        for path, of_file in groupby(shown, key=itemgetter(0)):
            if path.endswith(".py"):
                verify_methods(path, join("", [fragment for _, fragment in of_file]))
        files |= own
        parts.append(part)
        texts[part.name] = encoded(fragments)
        pieces[part.name] = piece_of(
            inputs, frame.api, document, part, in_readme, texts[part.name]
        )
    return Portion(files, tuple(findings), tuple(parts), texts, pieces)


def at_once(
    api: Api,
    findings: Sequence[Diagnostic],
    templates: Mapping[str, bytes],
    inputs: Inputs,
) -> Made | None:
    """All files of a sound API whose documents were read together; None as `assembled` does, or when some can't be
    told from the others: one refers to a schema of another, or something said may depend on several.
    """
    if telling(findings) or crossed(api):
        return None
    needed = uses(api)
    made = portion(python.frame(api, needed), Renderer(templates), inputs, ())
    bare = replace(api, documents=())
    return assembled(bare, needed, [made], findings, templates, inputs)


def assembled(
    api: Api,
    needed: Uses,
    portions: Sequence[Portion],
    findings: Iterable[Diagnostic],
    templates: Mapping[str, bytes],
    inputs: Inputs,
) -> Made | None:
    """The files of the portions, and those that they make together; None when two claim the same name."""
    frame, renderer = python.frame(api, needed), Renderer(templates)
    parts = [part for each in portions for part in each.parts]
    pieces = {name: piece for each in portions for name, piece in each.pieces.items()}
    claims = [claim for piece in pieces.values() for claim in piece.claims]
    whole = python.whole(frame, parts)
    found = [*findings, *(f for p in portions for f in p.findings), *whole.findings]
    if telling(found) or len({*claims}) < len(claims):
        return None
    files = {path: data for each in portions for path, data in each.files.items()}
    for page in python.whole_files(frame, whole, parts, [_STANDINS]):
        files[page.path] = renderer.file(page.template, page.path, page.view).encode()
    fragments = [each for p in portions for each in p.fragments.values()]
    starts: list[int] = []
    paths = python.fragment_paths(api)
    for path in dict.fromkeys(paths):
        rest, done = files[path], list[bytes]()
        for kind in (kind for kind, other in enumerate(paths) if other == path):
            before, _, rest = rest.partition(_STANDINS[kind].text.encode())
            done.append(before)
            starts.append(sum(map(len, done)))
            done += [each[kind] for each in fragments]
        files[path] = b"".join([*done, rest])
    files |= {path: templates[name] for path, name in python.copies(api)}
    shown = python.in_readme(parts)
    for part in parts:
        if part.name in shown:
            sampled = interface(part, shown)
            pieces[part.name] = replace(pieces[part.name], interface=sampled)
    new = Pieces(inputs.shared, tuple(starts), stored(needed, api), shown, pieces)
    return Made(dict(sorted(files.items())), ordered(found), new)


def piece_of(
    inputs: Inputs,
    api: Api,
    document: Document,
    part: Part,
    in_readme: Sequence[str],
    fragments: Sequence[bytes],
) -> Piece:
    """What the manifest keeps of a document."""
    methods = [f"method {name}" for name, _, _ in part.methods]
    return Piece(
        spec=inputs.documents[document.name],
        interface=interface(part, in_readme),
        lengths=tuple(map(len, fragments)),
        claims=hashes([*rules.claims(document), *methods]),
        wants=hashes(
            [*wants(document), *python.imports(part), *carried(document, api)]
        ),
    )


def interface(part: Part, in_readme: Sequence[str]) -> str:
    """A hash of what else the files of a package take from a document."""
    return digest(repr(python.interface(part, in_readme)).encode())


def hashes(texts: Iterable[str]) -> tuple[str, ...]:
    """Short ones, each once: two texts of one hash have everything made as a whole, or are of one document."""
    return tuple(sorted({digest(text.encode())[:12] for text in texts}))


def encoded(fragments: Fragments) -> tuple[bytes, ...]:
    """The fragments as they stand in files."""
    return tuple(fragment.text.encode() for fragment in fragments)


def telling(findings: Iterable[Diagnostic]) -> bool:
    """Whether something is to be said that may depend on the other documents."""
    return any(finding.severity != "note" for finding in findings)
