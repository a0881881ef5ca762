"""The distribution of one API: which pages it has, in which order they are made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from truecopy.code import Code
from truecopy.diagnostics import Diagnostic, Place
from truecopy.ir import Api
from truecopy.targets.python.clients import client_page
from truecopy.targets.python.documents import (
    DocumentPages,
    document_pages,
    package,
    shared_page,
)
from truecopy.targets.python.exports import init_page
from truecopy.targets.python.models import Package
from truecopy.targets.python.naming import MODULES, Scope, distribution
from truecopy.targets.python.readme import project_page, readme_page
from truecopy.targets.python.settings import Constructor, constructor
from truecopy.targets.python.tests import tests_page
from truecopy.targets.python.views import Page

METHODS = "python/methods.py.jinja"
_TEMPLATES = "python/"
_COPIES = {"_runtime.py": "_runtime.py", "testing.py": "testing.py"}


@dataclass(frozen=True, slots=True)
class Plan:
    """All names and types of a package, before any text is placed."""

    shared: Package
    documents: tuple[DocumentPages, ...]
    constructor: Constructor
    common: Page | None
    init: Page
    findings: tuple[Diagnostic, ...]


def plan(api: Api) -> Plan:
    """Names everything; a name that can't be had is a finding."""
    shared = package(api)
    documents = tuple(document_pages(api, shared, d) for d in api.documents)
    built = constructor(api)
    common, module = shared_page(api, shared)
    init, collisions = init_page(api, documents, module.exports)
    modules = Scope("the package", MODULES)
    methods = Scope("the client")
    for d in documents:
        top = Place(d.document.origin.place.file, 1, 1)
        modules.take(d.document.name, d.document.name, top)
        for p in d.planned:
            place = d.document.origin.inside[f"operations.{p.op.name}"]
            methods.take(p.name, p.op.name, place)
    findings = (
        *(f for d in documents for f in d.findings),
        *built.findings,
        *module.findings,
        *module.scope.findings,
        *modules.findings,
        *methods.findings,
        *collisions,
    )
    return Plan(shared, documents, built, common, init, findings)


def pages(
    api: Api, planned: Plan, fragments: Sequence[tuple[Code, Code]]
) -> Iterator[Page]:
    """Every page of the distribution; `fragments` are the documents' methods, sync and async."""
    _, name, _ = distribution(api)
    sync = [one for one, _ in fragments]
    asynchronous = [other for _, other in fragments]
    inner = [
        planned.init,
        client_page(api, planned.constructor, planned.documents, sync, asynchronous),
        *([planned.common] if planned.common else []),
        *(d.module for d in planned.documents),
    ]
    for page in inner:
        yield Page(f"{name}/{page.path}", _TEMPLATES + page.template, page.view)
    for d in planned.documents:
        page = tests_page(api, planned.shared, planned.constructor, d)
        yield Page(page.path, _TEMPLATES + page.template, page.view)
    for page in (
        project_page(api),
        readme_page(api, planned.constructor, planned.documents),
    ):
        yield Page(page.path, _TEMPLATES + page.template, page.view)


def copies(api: Api) -> Iterator[tuple[str, str]]:
    """Files that every package has alike: path in the distribution, name of the template."""
    _, name, _ = distribution(api)
    for path, template in _COPIES.items():
        yield f"{name}/{path}", _TEMPLATES + template
    yield f"{name}/py.typed", _TEMPLATES + "py.typed"
