"""One function for each command, composed of stages; none of them prints."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from truecopy.diagnostics import (
    Diagnostic,
    Place,
    error,
    failed,
    ordered,
    shown,
    suggestion,
    visible,
)
from truecopy.files import documents, workspace
from truecopy.records import record

if TYPE_CHECKING:
    from truecopy import fidelity
    from truecopy.files import publish
    from truecopy.ir import Api, Document
    from truecopy.portions import Made


@record
class Written:
    """What `generate` did, or would do, to one API's tree."""

    api: str
    written: tuple[str, ...]
    removed: tuple[str, ...]


@record
class Generation:
    """The outcome of `generate`; `diff` is the text of a unified diff when one was asked for."""

    findings: tuple[Diagnostic, ...]
    apis: tuple[Written, ...]
    diff: str = ""


@record
class Listed:
    """One document in `list`; the counts are of facts by their evidence."""

    api: str
    document: str
    operations: Mapping[str, str]
    counts: Mapping[str, int]


def unknown(root: Path, names: Sequence[str]) -> list[Diagnostic]:
    """Names that no folder of `specs/` has."""
    known = workspace.api_names(root)
    return [
        error(
            Place(visible(f"specs/{name}"), 1, 1),
            "api-unknown",
            f"there is no API {shown(name)}{suggestion(_api_in(name, known), known)}",
        )
        for name in names
        if name not in known
    ]


def _api_in(name: str, known: Sequence[str]) -> str:
    """The API that a path leads to, or else the name as it is."""
    return next((part for part in name.split("/") if part in known), name)


def check(root: Path, names: Sequence[str]) -> tuple[Diagnostic, ...]:
    """All findings of the named APIs."""
    from truecopy import checking

    findings = workspace.strays(root)
    for name in names:
        folder = workspace.read_api(root, name)
        findings += checking.check(folder)
        if folder.api is not None and not folder.documents and not folder.unreadable:
            message = "no documents yet; write a spec for each page of the vendor"
            place = Place(folder.api.name, 1, 1)
            findings.append(Diagnostic(place, "note", "document-missing", message))
    return ordered(findings)


def generate(
    root: Path, names: Sequence[str], everything: bool, force: bool
) -> Generation:
    """Writes the trees of the named APIs; with `everything`, removes trees that no spec makes."""

    from truecopy.files import publish

    templates = workspace.read_templates(root)
    findings = workspace.strange_templates(templates)
    apis: list[Written] = []
    with publish.lock(root):
        publish.repair(root)
        for name in names:
            found, written = _generate(root, name, templates, force)
            findings += found
            apis.append(written)
        for name in _orphans(root) if everything else ():
            found, written = _remove(root, name, force)
            findings += found
            apis.append(written)
    return Generation(ordered(findings), tuple(apis))


def _generate(
    root: Path, name: str, templates: Mapping[str, bytes], force: bool
) -> tuple[list[Diagnostic], Written]:
    from truecopy.files import publish

    nothing = Written(name, (), ())
    blocked = publish.obstacles(root, name)
    if blocked:
        return blocked, nothing
    folder = workspace.read_api(root, name)
    inputs = workspace.inputs(folder, templates)
    standing = publish.standing(root, name)
    if not folder.unreadable and standing.made_from(inputs.whole):
        return [], nothing
    made = _changed(folder, templates, inputs, standing) or _made(
        folder, templates, inputs
    )
    files, findings = made.files, [*made.findings]
    if not failed(findings) and not force:
        findings += publish.edits(standing, files)
    if failed(findings):
        return findings, nothing
    # With a warning no inputs have the tree's hash: the next run has to say it again.
    warned = any(finding.severity == "warning" for finding in findings)
    whole = "" if warned else inputs.whole
    written, removed = publish.changed(standing, files)
    if warned and standing.made_from(whole) and not written and not removed:
        return findings, nothing
    publish.publish(standing, files, whole, None if warned else made.pieces)
    return findings, Written(name, written, removed)


def _changed(
    folder: workspace.ApiFolder,
    templates: Mapping[str, bytes],
    inputs: workspace.Inputs,
    standing: publish.Standing,
) -> Made | None:
    """The files with those of the changed documents made again, where nothing else depends on the change."""
    known = None if standing.manifest is None else standing.manifest.pieces
    if known is None or folder.unreadable or not standing.whole:
        return None
    from truecopy import increments
    from truecopy.render import RenderError

    if not increments.changed(inputs, known):
        return None
    # Of a RenderError, whose fault it is, the whole knows.
    with suppress(RenderError):
        return increments.regenerate(folder, templates, inputs, known, standing.read())
    return None


def _made(
    folder: workspace.ApiFolder,
    templates: Mapping[str, bytes],
    inputs: workspace.Inputs,
) -> Made:
    """All files, whatever was made before; none when an error stands in the way."""
    from truecopy import batches, checking, pipeline
    from truecopy.portions import Made, at_once
    from truecopy.render import RenderError

    # What a workspace's own template shows of a document, and where, nobody knows.
    own = any(workspace.is_own(name, templates) for name in templates)
    made: Made | None = None
    if len(folder.documents) > batches.MANY:
        if not own and not folder.unreadable:
            with suppress(RenderError):
                made = batches.generate(folder, templates, inputs)
        if made is None and failed(findings := checking.check(folder)):
            made = Made({}, findings)
        if made is not None:
            return made
    checked = pipeline.check(folder)
    if checked.api is None:
        return Made({}, checked.findings)
    if not own:
        with suppress(RenderError):
            made = at_once(checked.api, checked.findings, templates, inputs)
    return made or _whole(checked.api, checked.findings, templates)


def _whole(
    api: Api, findings: Sequence[Diagnostic], templates: Mapping[str, bytes]
) -> Made:
    """All files of an API that can't be told apart by document; a fault of a workspace's own template is a finding."""
    from truecopy import pipeline
    from truecopy.portions import Made
    from truecopy.render import RenderError, compiled

    try:
        for name, data in templates.items():
            if name.endswith(".py") and workspace.is_own(name, templates):
                compiled(name, data)
        generated = pipeline.generate(api, templates)
    except RenderError as problem:
        if not workspace.is_own(problem.template, templates):
            raise
        place = Place(f"templates/{problem.template}", problem.line, 1)
        found = error(place, "template", str(problem))
        return Made({}, (*findings, found))
    return Made(generated.files, (*findings, *generated.findings))


def generate_check(
    root: Path, names: Sequence[str], everything: bool, diff: bool
) -> Generation:
    """What `generate` would change; writes nothing."""

    from truecopy.files import publish

    templates = workspace.read_templates(root)
    findings = workspace.strange_templates(templates)
    apis: list[Written] = []
    texts: list[str] = []
    for name in names:
        folder = workspace.read_api(root, name)
        made = _made(folder, templates, workspace.inputs(folder, templates))
        standing = publish.standing(root, name)
        found = [*made.findings, *publish.obstacles(root, name)]
        findings += found
        if not failed(found):
            findings += publish.differences(standing, made.files)
            apis.append(Written(name, *publish.changed(standing, made.files)))
            texts += _diff(standing, made.files) if diff else []
    for name in _orphans(root) if everything else ():
        place = Place(visible(f"generated/{name}"), 1, 1)
        findings.append(
            error(place, "generated-surplus", "no spec makes this distribution")
        )
    return Generation(ordered(findings), tuple(apis), "".join(texts))


def _diff(standing: publish.Standing, files: Mapping[str, bytes]) -> Iterator[str]:
    import difflib

    from truecopy.files import publish

    written, removed = publish.changed(standing, files)
    for path in sorted({*written, *removed}):
        label = visible(f"generated/{standing.api}/{path}")
        stands = path in standing.tree.files
        before = (standing.folder / path).read_bytes() if stands else b""
        yield from difflib.unified_diff(
            _lines(before),
            _lines(files.get(path, b"")),
            label if stands else "/dev/null",
            label if path in files else "/dev/null",
        )


def _lines(data: bytes) -> list[str]:
    """The lines of a file as a diff shows them, without what would steer a terminal."""
    lines = io.StringIO(data.decode("utf-8", "replace"), newline="\n")
    return [_diff_line(line) for line in lines]


def _diff_line(line: str) -> str:
    end = "\n" if line.endswith("\n") else "\n\\ No newline at end of file\n"
    return "\t".join(map(visible, line.removesuffix("\n").split("\t"))) + end


def _orphans(root: Path) -> tuple[str, ...]:
    """Trees that truecopy made and that no folder of `specs/` makes any more."""

    from truecopy.files.manifest import has_manifest

    out = root / "generated"
    if out.is_symlink() or not out.is_dir():
        return ()
    made = {path.name for path in out.iterdir() if has_manifest(path)}
    gone = made - set(workspace.api_names(root))
    return tuple(sorted(name for name in gone if not name.startswith(".")))


def _remove(root: Path, name: str, force: bool) -> tuple[list[Diagnostic], Written]:
    from truecopy.files import publish

    standing = publish.standing(root, name)
    findings = [] if force else publish.edits(standing, {})
    if findings:
        return findings, Written(name, (), ())
    _, paths = publish.changed(standing, {})
    publish.remove(standing)
    return [], Written(name, (), paths)


def list_(
    root: Path, names: Sequence[str]
) -> tuple[tuple[Diagnostic, ...], tuple[Listed, ...]]:
    """Documents, operations, generated names, and how many facts have which evidence."""
    from dataclasses import asdict

    from truecopy import facts, pipeline
    from truecopy.targets.python.naming import method

    findings: list[Diagnostic] = []
    rows: list[Listed] = []
    for name in names:
        checked = pipeline.check(workspace.read_api(root, name))
        findings += checked.findings
        if checked.api is not None:
            rows.append(Listed(name, "api", {}, asdict(facts.count(checked.api))))
            for document in checked.api.documents:
                operations = {op.name: method(op.name) for op in document.operations}
                rows.append(
                    Listed(
                        name, document.name, operations, asdict(facts.count(document))
                    )
                )
    return ordered(findings), tuple(rows)


@record
class Audit:
    """The outcome of `audit`; `locked` are the lock files that were written."""

    findings: tuple[Diagnostic, ...]
    documents: tuple[fidelity.Audited, ...]
    locked: tuple[str, ...]


@record
class Drift:
    """The outcome of `drift`."""

    findings: tuple[Diagnostic, ...]
    documents: tuple[fidelity.Drifted, ...]


def audit(root: Path, names: Sequence[str], folder: Path | None, lock: bool) -> Audit:
    """Holds each spec against its page; with `lock`, accepts what is found.

    Pages come from `folder`, or from their servers without one.
    """
    from truecopy import fidelity

    findings: list[Diagnostic] = []
    audited: list[fidelity.Audited] = []
    written: list[str] = []
    for api, document in _documents(root, names, findings):
        known = None if lock else _known(root, api, document, findings, False)
        page = _page(api, document, folder, {}, findings)
        if page is None:
            continue
        try:
            done = fidelity.audit(api, document, page.name, page.data, known, page.html)
        except fidelity.UnreadableError as problem:
            findings.append(_unreadable(page, problem))
            continue
        audited.append(done)
        if lock:
            data = fidelity.locked(done, page.told)
            if documents.write_lock(root, api.name, document.name, data):
                written.append(f"specs/{api.name}/{document.name}.lock")
    if not audited:
        _nothing(findings)
    return Audit(ordered(findings), () if lock else tuple(audited), tuple(written))


def drift(root: Path, names: Sequence[str], folder: Path | None) -> Drift:
    """What new versions of pages change since their locks."""
    from truecopy import fidelity
    from truecopy.targets.python.dependents import dependents

    findings: list[Diagnostic] = []
    drifted: list[fidelity.Drifted] = []
    for api, document in _documents(root, names, findings):
        known = _known(root, api, document, findings, True)
        if known is None:
            continue
        page = _page(api, document, folder, known.fetched, findings)
        if page is None:
            continue
        if page.same:
            drifted.append(fidelity.unchanged(api, document, page.name))
            continue
        symbols = dependents(api, document)
        try:
            drifted.append(
                fidelity.drift(
                    api, document, page.name, page.data, known, symbols, page.html
                )
            )
        except fidelity.UnreadableError as problem:
            findings.append(_unreadable(page, problem))
    if not drifted:
        _nothing(findings)
    return Drift(ordered(findings), tuple(drifted))


def _nothing(findings: list[Diagnostic]) -> None:
    """That no page at all was read is an error, where no other error says why."""
    if not failed(findings):
        place = findings[0].place if findings else Place("specs", 1, 1)
        why = "no document has a url" if findings else "there is no document"
        message = f"nothing was held against a page: {why}"
        findings.append(error(place, "document-none", message))


def _unreadable(page: documents.DocumentFile, problem: Exception) -> Diagnostic:
    return error(Place(page.name, 1, 1), "document-unreadable", f"the page {problem}")


def _documents(
    root: Path, names: Sequence[str], findings: list[Diagnostic]
) -> Iterator[tuple[Api, Document]]:
    """Each document of sound specs; what is not sound is a finding."""
    from truecopy import pipeline

    for name in names:
        checked = pipeline.check(workspace.read_api(root, name))
        findings += (f for f in checked.findings if f.severity == "error")
        if checked.api is not None:
            yield from ((checked.api, each) for each in checked.api.documents)


def _page(
    api: Api,
    document: Document,
    folder: Path | None,
    told: Mapping[str, str],
    findings: list[Diagnostic],
) -> documents.DocumentFile | None:
    """The page of a document from a folder, or without one from its server, which was `told` to us before."""
    place = Place(document.origin.place.file, 1, 1)
    if folder is None:
        return _fetched(document, told, findings)
    try:
        found = documents.find(folder, api.name, document.name)
        if len(found) == 1:
            return documents.read(found[0])
    except OSError as problem:
        message = f"its page can't be read: {problem.strerror or problem}"
        findings.append(error(place, "document-unreadable", message))
        return None
    where = visible(f"{api.name}/{document.name}.*")
    if found:
        many = ", ".join(shown(path.name) for path in found)
        findings.append(
            error(place, "document-many", f"several pages are called {where}: {many}")
        )
    else:
        message = f"its page is not among the documents; it would be {where}"
        findings.append(error(place, "document-absent", message))
    return None


def _fetched(
    document: Document, told: Mapping[str, str], findings: list[Diagnostic]
) -> documents.DocumentFile | None:
    from truecopy import fidelity, network

    if document.url is None:
        place = document.origin.key("document")
        message = "the document has no url to fetch its page from"
        findings.append(Diagnostic(place, "note", "document-url", message))
        return None
    try:
        page = network.fetch(document.url, told, fidelity.LIMIT)
    except network.UnfetchedError as problem:
        place = document.origin.key("document", "url")
        findings.append(error(place, "document-unfetched", f"the page {problem}"))
        return None
    if page is None:
        return documents.DocumentFile(document.url, b"", same=True)
    return documents.DocumentFile(document.url, page.data, page.html, page.told)


def _known(
    root: Path,
    api: Api,
    document: Document,
    findings: list[Diagnostic],
    needed: bool,
) -> fidelity.Lock | None:
    """The lock of a document; one that is broken, or `needed` and not there, is a finding."""
    from truecopy import fidelity

    place = Place(visible(f"specs/{api.name}/{document.name}.lock"), 1, 1)
    try:
        data = documents.read_lock(root, api.name, document.name)
        if data is not None:
            return fidelity.parsed(data)
    except OSError as problem:
        message = f"can't be read: {problem.strerror or problem}"
        findings.append(error(place, "lock-unreadable", message))
    except fidelity.BrokenError as problem:
        findings.append(error(place, "lock-broken", f"{problem}; lock it again"))
    else:
        if needed:
            message = (
                "was never locked; `truecopy audit --lock` accepts its page as it is"
            )
            place = Place(document.origin.place.file, 1, 1)
            findings.append(error(place, "lock-missing", message))
    return None


def export(root: Path, name: str, yaml: bool) -> tuple[tuple[Diagnostic, ...], str]:
    """The API as an OpenAPI 3.1 document; empty when an error stands in the way."""
    from truecopy import openapi, pipeline

    checked = pipeline.check(workspace.read_api(root, name))
    if checked.api is None:
        return checked.findings, ""
    document = openapi.export(checked.api)
    text = openapi.as_yaml(document) if yaml else openapi.as_json(document)
    return checked.findings, text


def new(root: Path, name: str) -> tuple[tuple[Diagnostic, ...], tuple[str, ...]]:
    """A commented skeleton of an API that passes `check`; the paths that were written."""
    from truecopy import pipeline
    from truecopy.files import skeleton

    if skeleton.NAME.fullmatch(name):
        files = [
            workspace.SpecFile(f"specs/{name}/{file}", file.removesuffix(".yaml"), data)
            for file, data in skeleton.specs(name).items()
        ]
        folder = workspace.ApiFolder(name, files[0], tuple(files[1:]))
        for problem in pipeline.names(pipeline.check(folder)):
            message = f"{shown(name)} can't name an API: {problem.message}"
            place = Place(f"specs/{name}", 1, 1)
            return (error(place, "api-name", message),), ()
    return skeleton.write(root, name)
