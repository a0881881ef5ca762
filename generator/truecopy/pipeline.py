"""The stages in order: the table of contents of the compiler."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from truecopy import build, rules, schema, source
from truecopy.code import Code
from truecopy.diagnostics import Diagnostic, Place, error, failed, ordered
from truecopy.files.workspace import API_FILE, ApiFolder, SpecFile
from truecopy.ir import Api
from truecopy.render import Renderer
from truecopy.source import Table
from truecopy.targets import python


@dataclass(frozen=True, slots=True)
class Checked:
    """An API, unless an error stands in its way, and all findings by place."""

    api: Api | None
    findings: tuple[Diagnostic, ...]


def check(folder: ApiFolder) -> Checked:
    """Takes the files of an API from text to the IR; a faulty file does not hide the others' faults."""
    if folder.api is None:
        place = Place(f"specs/{folder.name}/{API_FILE}", 1, 1)
        missing = error(
            place,
            "file-missing",
            f"{API_FILE} is missing; it says what all documents share",
        )
        found = [f for spec in folder.documents for f in _read("spec", spec)[1]]
        return Checked(None, ordered([missing, *found]))
    root, findings = _read("api", folder.api)
    documents = _documents(folder, findings)
    if root is None:
        deque(documents, maxlen=0)
        return Checked(None, ordered(findings))
    api, found = build.build(folder.name, root, documents)
    findings += found
    findings += rules.check(api)
    return Checked(None if failed(findings) else api, ordered(findings))


def names(api: Api) -> tuple[Diagnostic, ...]:
    """Names that the target can't spell, or spells alike; planning finds them, and is dear."""
    if not python.suspicious(api):
        return ()
    frame = python.frame(api)
    drawn = [python.document(frame, document) for document in api.documents]
    findings = [f for pages, _ in drawn for f in pages.findings]
    findings += python.whole(frame, [part for _, part in drawn]).findings
    return tuple(f for f in findings if f.severity != "note")


@dataclass(frozen=True, slots=True)
class Generated:
    """The files of an API's distribution by path, empty when an error stands in their way."""

    files: Mapping[str, bytes]
    findings: tuple[Diagnostic, ...]


def generate(api: Api, templates: Mapping[str, bytes]) -> Generated:
    """Takes the IR to the texts of every file, a document at a time; touches no disk."""
    renderer = Renderer(templates)
    frame = python.frame(api)
    files: dict[str, bytes] = {}
    findings: list[Diagnostic] = []
    parts: list[python.Part] = []
    fragments: list[tuple[Code, Code]] = []
    sound = True
    for document in api.documents:
        pages, part = python.document(frame, document)
        parts.append(part)
        findings += pages.findings
        sound = sound and not failed(pages.findings)
        if sound:
            files |= _rendered(renderer, python.document_files(frame, pages))
            views = (pages.sync, pages.asynchronous)
            sync, other = (renderer.fragment(python.METHODS, view) for view in views)
            fragments.append((sync, other))
    whole = python.whole(frame, parts)
    findings += whole.findings
    if not sound or failed(whole.findings):
        return Generated({}, ordered(findings))
    files |= _rendered(renderer, python.whole_files(frame, whole, parts, fragments))
    files |= {path: templates[name] for path, name in python.copies(api)}
    return Generated(dict(sorted(files.items())), ordered(findings))


def _rendered(
    renderer: Renderer, pages: Iterable[python.Page]
) -> Iterator[tuple[str, bytes]]:
    for page in pages:
        yield page.path, renderer.file(page.template, page.path, page.view).encode()


def _documents(
    folder: ApiFolder, findings: list[Diagnostic]
) -> Iterator[tuple[str, Table]]:
    """The documents without errors; one is read when it is asked for, so that few are held."""
    for spec in folder.documents:
        table, found = _read("spec", spec)
        findings += found
        if table is not None:
            yield spec.stem, table


def _read(kind: schema.Kind, spec: SpecFile) -> tuple[Table | None, list[Diagnostic]]:
    table, findings = source.load(spec.name, spec.data)
    if table is not None:
        findings += schema.validate(kind, table)
    return (None if failed(findings) else table), findings
