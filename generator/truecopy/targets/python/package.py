"""The distribution of one API: its documents one after the other, then what they make together."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

from truecopy.code import Code, markdown_code, names_of
from truecopy.diagnostics import Diagnostic, Place
from truecopy.ir import Api, Document
from truecopy.records import record
from truecopy.targets.python.client_tests import client_tests_page
from truecopy.targets.python.clients import client_page
from truecopy.targets.python.documents import (
    DocumentPages,
    Part,
    document_pages,
    package,
    shared_page,
)
from truecopy.targets.python.exports import Homes, exports, init_page
from truecopy.targets.python.models import Package
from truecopy.targets.python.naming import Scope, distribution, modules_of
from truecopy.targets.python.planning import Planned
from truecopy.targets.python.readme import (
    first_alternative,
    project_page,
    readme_page,
    sample_call,
    sampled,
    section,
    walked,
)
from truecopy.targets.python.settings import Constructor, constructor
from truecopy.targets.python.tests import tests_page
from truecopy.targets.python.uses import Uses
from truecopy.targets.python.views import Page
from truecopy.targets.python.webhook_tests import webhook_tests_page
from truecopy.targets.python.webhooks import webhooks_page

METHODS = "python/methods.py.jinja"
SECTION = "python/section.md.jinja"
# What files of the whole package show of one document: its methods, sync and async, and its section of the README.
Fragments = tuple[Code, Code, Code]
_TEMPLATES = "python/"
_COPIES = ("_runtime.py", "testing.py", "py.typed")


@record
class Frame:
    """What all documents of an API share, decided before any of them."""

    api: Api
    package: Package
    constructor: Constructor


@record
class Whole:
    """The modules of an API that belong to no document, its public names, and those that clash across documents."""

    common: Page | None
    events: Page | None
    homes: Homes
    findings: tuple[Diagnostic, ...]


def frame(api: Api, needed: Uses) -> Frame:
    """What the documents need to know of the API."""
    return Frame(api, package(api, needed), constructor(api, needed))


def fragment_paths(api: Api) -> tuple[str, str, str]:
    """The files that show the fragments, one document's after the other's."""
    client = f"{distribution(api)[1]}/client.py"
    return client, client, "README.md"


def init_path(api: Api) -> str:
    """Where the package lists its public names."""
    return f"{distribution(api)[1]}/__init__.py"


def init_file(frame: Frame, homes: Homes) -> Page:
    """The package's `__init__.py`."""
    return _inside(frame, init_page(frame.api, homes))


def interface(part: Part, in_readme: Container[str]) -> list[object]:
    """What else the files of a whole package take from a document.

    While it stays as it is, a change of the document changes its own files, its fragments, the names that
    the package exports, and nothing else. `in_readme` are the documents that its README has samples of.
    """
    facts: list[object] = [part.deprecated, bool(part.call), bool(part.walker)]
    facts += [bool(part.exports), not part.named.isdisjoint(part.exports)]
    if part.name in in_readme:
        samples = [piece for piece in (part.call, part.walker) if piece]
        facts += [piece.text for piece in samples]
        facts += [sorted(part.schemes), sorted(names_of(samples) & part.named)]
    return facts


def imports(part: Part) -> Iterator[str]:
    """What the clients import once for the methods of all documents, a text for each."""
    if part.shared:
        yield "import of what is shared"
    if "Annotated" in part.named:
        yield "import of Annotated"


def in_readme(parts: Sequence[Part]) -> tuple[str, ...]:
    """The documents that the README has samples of."""
    return tuple(part.name for part in (sampled(parts), walked(parts)) if part)


def document(frame: Frame, document: Document) -> tuple[DocumentPages, Part]:
    """Names everything in a document; a name that can't be had is a finding."""
    pages = document_pages(frame.api, frame.package, document)
    annotated = frozenset[str]().union(*map(_annotated, pages.planned))
    current = [p for p in pages.planned if not p.op.deprecated]
    shown = next(iter((*current, *pages.planned)), None)
    part = Part(
        name=document.name,
        place=Place(document.origin.place.file, 1, 1),
        exports=pages.exports,
        named=annotated & {*pages.exports, *pages.shared, "Annotated"},
        shared=annotated & pages.shared,
        methods=tuple(_methods(pages)),
        section=section(document, pages.planned),
        walker=next(
            (markdown_code(p.pages.name) for p in pages.planned if p.pages), None
        ),
        call=sample_call(shown, frame.package.named) if shown else None,
        schemes=first_alternative(shown) if shown else frozenset(),
        deprecated=not current,
    )
    return pages, part


def _methods(pages: DocumentPages) -> Iterator[tuple[str, str, Place]]:
    """The names that the clients get from a document, and where they come from."""
    for planned in pages.planned:
        name = planned.op.name
        yield planned.name, name, pages.document.origin.key("operations", name)
        if planned.pages is not None:
            place = planned.pages.rule.origin.place
            yield planned.pages.name, f"the pages of {name}", place


def _annotated(planned: Planned) -> frozenset[str]:
    """The names that the types of a method's arguments and results hold."""
    types = [part for a in planned.arguments for part in a.annotation]
    return names_of([planned.answer, *types])


def whole(frame: Frame, parts: Sequence[Part]) -> Whole:
    """What the documents make together."""
    common, module = shared_page(frame.api, frame.package)
    hooks = frame.api.webhooks
    events = webhooks_page(frame.api, hooks, frame.package) if hooks else None
    homes, collisions = exports(frame.api, parts, module.exports, events)
    modules = Scope("the package", modules_of(frame.api))
    methods = Scope("the client")
    for part in parts:
        modules.take(part.name, part.name, part.place)
        for name, source, place in part.methods:
            methods.take(name, source, place)
    findings = (
        *frame.constructor.findings,
        *module.findings,
        *module.scope.findings,
        *(events.module.findings if events else ()),
        *(events.module.scope.findings if events else ()),
        *modules.findings,
        *methods.findings,
        *collisions,
    )
    page = events.page if events else None
    return Whole(common, page, homes, findings)


def document_files(frame: Frame, pages: DocumentPages) -> Iterator[Page]:
    """The files of one document: its module and its tests."""
    yield _inside(frame, pages.module)
    yield _at_top(tests_page(frame.api, frame.package, frame.constructor, pages))


def whole_files(
    frame: Frame,
    whole: Whole,
    parts: Sequence[Part],
    fragments: Sequence[Fragments],
) -> Iterator[Page]:
    """The other files; `fragments` are what they show of each document."""
    api, built = frame.api, frame.constructor
    yield init_file(frame, whole.homes)
    methods = [(sync, asynchronous) for sync, asynchronous, _ in fragments]
    yield _inside(frame, client_page(api, built, parts, methods))
    if whole.common is not None:
        yield _inside(frame, whole.common)
    if whole.events is not None and api.webhooks is not None:
        yield _inside(frame, whole.events)
        tests = webhook_tests_page(api, api.webhooks, frame.package)
        if tests is not None:
            yield _at_top(tests)
    yield _at_top(client_tests_page(api, built))
    yield _at_top(project_page(api))
    sections = [section for _, _, section in fragments]
    yield _at_top(readme_page(api, built, parts, sections))


def _inside(frame: Frame, page: Page) -> Page:
    return Page(
        f"{frame.package.name}/{page.path}", _TEMPLATES + page.template, page.view
    )


def _at_top(page: Page) -> Page:
    return page._replace(template=_TEMPLATES + page.template)


def copies(api: Api) -> Iterator[tuple[str, str]]:
    """Files that every package has alike: path in the distribution, name of the template."""
    _, name, _ = distribution(api)
    files = _COPIES if api.webhooks is None else (*_COPIES, "_webhooks.py")
    for path in files:
        yield f"{name}/{path}", _TEMPLATES + path
