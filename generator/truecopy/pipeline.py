"""The stages in order: the table of contents of the compiler."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from truecopy import build, rules, schema, source
from truecopy.diagnostics import Diagnostic, Place, error, failed, ordered
from truecopy.files.workspace import API_FILE, ApiFolder, SpecFile
from truecopy.ir import Api
from truecopy.records import record
from truecopy.source import Table
from truecopy.targets.python.naming import with_modules
from truecopy.targets.python.suspects import suspicious

if TYPE_CHECKING:
    from truecopy.render import Renderer
    from truecopy.targets.python.documents import DocumentPages, Part
    from truecopy.targets.python.package import Fragments, Frame
    from truecopy.targets.python.views import Page

# What keeps the target from following an API: references that lead nowhere or to one of two, two operations of
# one name, a folder that names no package.
_IN_THE_WAY = (
    "reference-",
    "schema-name-duplicate",
    "operation-duplicate",
    "api-name",
)


@record
class Checked:
    """An API and all findings about it by place.

    `api` is None when one of them is an error, `built` when nothing can follow what it refers to.
    """

    api: Api | None
    built: Api | None
    findings: tuple[Diagnostic, ...]


def check(folder: ApiFolder) -> Checked:
    """Takes the files of an API from text to the IR; what is wrong in one place does not hide the rest."""
    reading = _Reading(folder)
    root = reading.api(folder)
    documents = ((d.stem, reading.table("spec", d)) for d in folder.documents)
    readable = ((stem, table) for stem, table in documents if table is not None)
    api, found = build.build(folder.name, root, readable)
    found += rules.check(api)
    followed = not any(f.rule.startswith(_IN_THE_WAY) for f in found)
    findings = ordered(reading.first(found))
    if folder.api is None:
        return Checked(None, None, findings)
    sound = None if failed(findings) else api
    return Checked(sound, api if followed else None, findings)


def names(checked: Checked) -> tuple[Diagnostic, ...]:
    """Names that the target can't spell, or spells alike; planning finds them, and is dear."""
    api = checked.built
    if api is None or not suspicious(api):
        return ()
    from truecopy.targets.python import package as python
    from truecopy.targets.python.uses import uses

    api = with_modules(api)
    known = {f.place for f in checked.findings if f.severity != "note"}
    frame = python.frame(api, uses(api))
    drawn = [python.document(frame, document) for document in api.documents]
    findings = [f for pages, _ in drawn for f in pages.findings]
    findings += python.whole(frame, [part for _, part in drawn]).findings
    # None that goes with what is wrong with the other name.
    return tuple(
        f
        for f in _once(findings)
        if f.severity != "note"
        and not known & {f.place, *(note.place for note in f.notes)}
    )


def _once(findings: list[Diagnostic]) -> Iterator[Diagnostic]:
    """One for each name: a module and the package may refuse it alike."""
    first = {f.place: f for f in reversed(findings) if f.severity != "note"}
    return (f for f in findings if f.severity == "note" or f is first[f.place])


@record
class Generated:
    """The files of an API's distribution by path, empty when an error stands in their way."""

    files: Mapping[str, bytes]
    findings: tuple[Diagnostic, ...]


def generate(api: Api, templates: Mapping[str, bytes]) -> Generated:
    """Takes the IR to the texts of every file, a document at a time; touches no disk."""
    # What only this stage needs takes a third of what `check` would import.
    from truecopy.render import Renderer
    from truecopy.targets.python import package as python
    from truecopy.targets.python.uses import uses

    renderer = Renderer(templates)
    frame = python.frame(api, uses(api))
    files: dict[str, bytes] = {}
    findings: list[Diagnostic] = []
    parts: list[Part] = []
    fragments: list[Fragments] = []
    sound = not failed(frame.constructor.findings)
    for document in api.documents:
        pages, part = python.document(frame, document)
        parts.append(part)
        findings += pages.findings
        sound = sound and not failed(pages.findings)
        if sound:
            own, shown = rendered(renderer, frame, pages, part)
            files |= own
            fragments.append(shown)
    whole = python.whole(frame, parts)
    findings += whole.findings
    if not sound or failed(whole.findings):
        return Generated({}, ordered(_once(findings)))
    files |= _rendered(renderer, python.whole_files(frame, whole, parts, fragments))
    files |= {path: templates[name] for path, name in python.copies(api)}
    return Generated(dict(sorted(files.items())), ordered(findings))


def rendered(
    renderer: Renderer, frame: Frame, pages: DocumentPages, part: Part
) -> tuple[dict[str, bytes], Fragments]:
    """The files of one document by path, and what other files show of it."""
    from truecopy.targets.python import package as python

    files = dict(_rendered(renderer, python.document_files(frame, pages)))
    return files, (
        renderer.methods(python.METHODS, pages.sync),
        renderer.methods(python.METHODS, pages.asynchronous),
        renderer.fragment(python.SECTION, part.section),
    )


def _rendered(renderer: Renderer, pages: Iterable[Page]) -> Iterator[tuple[str, bytes]]:
    for page in pages:
        yield page.path, renderer.file(page.template, page.path, page.view).encode()


class _Reading:
    """The findings about the files of an API, and the files of which something could not be read."""

    def __init__(self, folder: ApiFolder) -> None:
        self.findings = list(folder.unreadable)
        self.partial: set[str] = set()

    def api(self, folder: ApiFolder) -> Table:
        """What api.yaml says; when it says nothing that can be read, an API without anything."""
        name = f"specs/{folder.name}/{API_FILE}"
        if folder.missing:
            message = f"{API_FILE} is missing; it says what all documents share"
            self.findings.append(error(Place(name, 1, 1), "file-missing", message))
        root = None if folder.api is None else self.table("api", folder.api)
        if root is None:
            self.partial |= {name, *(document.name for document in folder.documents)}
        return Table(name, 0) if root is None else root

    def table(self, kind: schema.Kind, spec: SpecFile) -> Table | None:
        """What can be read of a file; it satisfies its JSON Schema."""
        table, findings = source.load(spec.name, spec.data)
        if table is not None:
            merged = any(f.rule in ("yaml-merge", "yaml-key") for f in findings)
            refused = schema.validate(kind, table, spec.data)
            # The JSON Schema knows what should stand where nothing does.
            due = {f.place for f in refused if f.rule == schema.EMPTY}
            findings = [
                f for f in findings if f.rule != schema.EMPTY or f.place not in due
            ]
            known = {finding.place for finding in findings}
            findings += [
                f
                for f in refused
                if f.place not in known and not (merged and f.rule == "schema-required")
            ]
            if findings:
                repaired = schema.repair(kind, table, spec.data)
                findings += repaired.findings
                if repaired.lost or any(f.rule.startswith("yaml") for f in findings):
                    self.partial.add(spec.name)
                table = table if repaired.satisfied else None
        self.findings += findings
        return table

    def first(self, found: list[Diagnostic]) -> list[Diagnostic]:
        """All findings, without those that only follow from earlier ones."""
        known = {finding.place for finding in self.findings}
        return self.findings + [
            f
            for f in found
            if f.place not in known
            and not (f.rule in rules.ABSENT and f.place.file in self.partial)
            and not (f.rule == "schema-unused" and self.findings)
        ]
