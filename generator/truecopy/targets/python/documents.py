"""The pages of one document: its module, its methods, its tests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from types import MappingProxyType
from typing import cast

from truecopy.code import (
    EMPTY,
    LINE,
    Code,
    code,
    docstring,
    identifier,
    join,
    laid_out,
    names_of,
)
from truecopy.diagnostics import Diagnostic, Place
from truecopy.ir import Api, Document, Origin
from truecopy.records import record
from truecopy.targets.python import docs, models
from truecopy.targets.python.directions import schemas
from truecopy.targets.python.models import Module, Package
from truecopy.targets.python.naming import TYPES, Scope, distribution, type_name
from truecopy.targets.python.operations import answer, constant, errors, method_view
from truecopy.targets.python.planning import Planned, plan
from truecopy.targets.python.uses import Uses, uploads
from truecopy.targets.python.views import FragmentView, ModuleView, Page, ReadmeSection

_TYPING = ("Annotated", "Literal", "TypeAlias")


@record
class DocumentPages:
    """What is rendered of one document, names and types decided."""

    document: Document
    module: Page
    sync: FragmentView
    asynchronous: FragmentView
    planned: tuple[Planned, ...]
    exports: Mapping[str, Place]
    shared: frozenset[str]
    made: tuple[tuple[Origin, str, str], ...]
    findings: tuple[Diagnostic, ...]


@record
class Part:
    """What the files of the whole package need of one document; no more is kept of it, but its fragments.

    `named` are the names that its methods' signatures need, `shared` those of them in api.py.
    """

    name: str
    place: Place
    exports: Mapping[str, Place]
    named: frozenset[str]
    shared: frozenset[str]
    methods: tuple[tuple[str, str, Place], ...]
    section: ReadmeSection
    walker: Code | None
    call: Code | None
    schemes: frozenset[str]
    deprecated: bool


def package(api: Api, needed: Uses) -> Package:
    """What the modules of a package share: the named schemas, and which way each travels."""
    named = schemas(api)
    return Package(
        name=distribution(api)[1],
        schemas=named,
        named={name: schema.schema for name, schema in named.items()},
        common=frozenset(type_name(schema.name) for schema in api.schemas),
        oauth=frozenset(s.name for s in api.security_schemes if s.type == "oauth2"),
        uploads=needed.uploads,
        directions=needed.directions,
    )


def document_pages(api: Api, shared: Package, document: Document) -> DocumentPages:
    """The module and the methods of one document."""
    scope = Scope(f"{document.name}.py", TYPES)
    forms = shared.uploads.union(uploads(document))
    module = Module(shared, document.name, scope, forms)
    origin = document.origin
    for schema in models.ordered(module, document.schemas):
        models.named(module, schema, origin.key("schemas", schema.name))
    plans = [plan(module, op) for op in document.operations]
    planned = tuple(p for of_one in plans for p in of_one)
    # What an operation answers is the same, however it is called.
    first = tuple(of_one[0] for of_one in plans if of_one)
    for p in planned:
        module.take(p.constant, p.op.name, origin.key("operations", p.op.name))
    operations = tuple(constant(module, p) for p in planned)
    raised = tuple(view for p in first for view in errors(p))
    page = module_page(
        module,
        f"{document.name}.py",
        _module_doc(api, document),
        ModuleView(
            doc=code(""),
            imports=(),
            literals=tuple(module.literals),
            aliases=tuple(module.aliases),
            models=tuple(module.models),
            answers=tuple(filter(None, map(answer, first))),
            errors=raised,
            operations=operations,
        ),
    )
    client = distribution(api)[2]
    methods = tuple(method_view(p, document.name, client) for p in planned)
    return DocumentPages(
        document=document,
        module=page,
        sync=FragmentView(methods, False),
        asynchronous=FragmentView(methods, True),
        planned=planned,
        exports=module.exports,
        shared=frozenset(module.shared),
        made=tuple(module.made),
        findings=(*module.findings, *module.scope.findings),
    )


def shared_page(api: Api, shared: Package) -> tuple[Page | None, Module]:
    """The module of the schemas that all documents share; None when there are none."""
    module = Module(shared, None, Scope("api.py", TYPES), shared.uploads)
    for schema in models.ordered(module, sorted(api.schemas, key=lambda s: s.name)):
        if schema.name in shared.directions:
            place = api.origin.key("schemas", schema.name)
            models.named(module, schema, place)
    if not module.exports:
        return None, module
    lines = [f"Schemas that the documents of {docs.title(api.title)} share."]
    lines += ["", f"Generated by truecopy from specs/{api.name}/api.yaml. DO NOT EDIT."]
    view = ModuleView(
        doc=code(""), imports=(), literals=tuple(module.literals), aliases=tuple(module.aliases),
        models=tuple(module.models), answers=(), errors=(), operations=(),
    )  # fmt: skip
    return module_page(module, "api.py", docstring(lines, 0), view), module


def module_page(module: Module, path: str, doc: Code, view: ModuleView) -> Page:
    """A module with its imports decided."""
    used = names_of(codes_of(view))
    return Page(
        path,
        "module.py.jinja",
        ModuleView(
            doc,
            tuple(module_imports(module, used)),
            view.literals,
            view.aliases,
            view.models,
            view.answers,
            view.errors,
            view.operations,
        ),
    )


def module_imports(
    module: Module,
    used: frozenset[str],
    own: Mapping[str, Set[str]] = MappingProxyType({}),
) -> Iterator[Code]:
    """The lines that bring the names a module uses, those of `own` among them, by module."""
    typing = [name for name in _TYPING if name in used]
    homes = {**own, ".api": module.shared & used}
    groups = [
        [import_line("typing", typing)] if typing else [],
        [code("import msgspec")] if "msgspec" in used else [],
        [runtime_import(module.package.name)] if "rt" in used else [],
        [import_line(home, names) for home, names in homes.items() if names],
    ]
    for index, group in enumerate(filter(None, groups)):
        yield from (EMPTY, *group) if index else group


def runtime_import(package: str) -> Code:
    """The runtime under its short name. Absolute, because pyright takes `_runtime` for private otherwise."""
    return code("import {}._runtime as rt", identifier(package))


def codes_of(view: object) -> list[Code]:
    """All code of a view, in no order: views and their lists are tuples."""
    items = [view]
    # Grows while it is gone through.
    for item in items:
        if isinstance(item, tuple):
            items += cast("tuple[object, ...]", item)
    return [item for item in items if isinstance(item, Code)]


def import_line(module: str, names: Iterable[str], indent: int = 0) -> Code:
    """`from .module import A, B`, sorted as isort does, opened when it does not fit."""
    ordered = sorted(names, key=_import_order)
    origin = join(
        ".", [identifier(name) if name else EMPTY for name in module.split(".")]
    )
    line = code("from {} import {}", origin, join(", ", map(identifier, ordered)))
    if indent + len(line.text) <= LINE:
        return line
    margin = " " * indent
    body = "".join(f"{margin}    {name},\n" for name in ordered)
    return laid_out(f"from {module} import (\n{body}{margin})", (line,))


def _import_order(name: str) -> tuple[int, str]:
    """Constants, then classes, then the rest; numbers in names count as numbers."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return kind, re.sub(r"[0-9]+", lambda digits: digits[0].zfill(20), name)


def _module_doc(api: Api, document: Document) -> Code:
    where = f", as {document.url} describes it" if document.url else ""
    version = f" (version {document.version})" if document.version else ""
    lines = [f"{docs.title(document.title)}{version}{where}."]
    if document.description:
        lines += ["", docs.sentence(document.description)]
    lines += [
        "",
        f"Generated by truecopy from specs/{api.name}/{document.name}.yaml. DO NOT EDIT.",
    ]
    return docstring(lines, 0)
