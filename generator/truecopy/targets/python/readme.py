"""The README and the pyproject of a distribution."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from truecopy.code import (
    EMPTY,
    Code,
    code,
    identifier,
    join,
    literal,
    markdown,
    markdown_code,
    toml,
)
from truecopy.ir import Api, Evidence, StringSchema
from truecopy.targets.python import docs
from truecopy.targets.python.documents import DocumentPages
from truecopy.targets.python.layout import Expr, call, keyword, statement
from truecopy.targets.python.naming import distribution
from truecopy.targets.python.planning import Planned
from truecopy.targets.python.settings import Constructor
from truecopy.targets.python.views import (
    Page,
    ProjectView,
    ReadmeRow,
    ReadmeSection,
    ReadmeView,
)

VERSION = "0.1.0"


def project_page(api: Api) -> Page:
    """pyproject.toml."""
    name, package, _ = distribution(api)
    what = " ".join(f"Typed client of {docs.sentence(api.title)[:-1]}.".split())
    view = ProjectView(toml(name), toml(package), toml(VERSION), toml(what))
    return Page("pyproject.toml", "pyproject.toml.jinja", view)


def readme_page(
    api: Api, built: Constructor, documents: Sequence[DocumentPages]
) -> Page:
    """README.md: a call, the operations, and the open questions of the documents."""
    name, _, client = distribution(api)
    view = ReadmeView(
        title=markdown(docs.sentence(api.title)[:-1]),
        distribution=Code(name),
        source=markdown_code(f"specs/{api.name}"),
        client=identifier(client),
        description=(
            markdown(docs.sentence(api.description)) if api.description else None
        ),
        servers=tuple(
            code(
                "{}: {}{}",
                markdown_code(s.name),
                markdown_code(s.url),
                _after(s.description),
            )
            for s in api.servers
        ),
        settings=tuple(
            code(
                "{} ({}): {}",
                markdown_code(s.name),
                markdown_code(s.environment or ""),
                markdown(s.doc),
            )
            for s in built.settings
        ),
        sample=tuple(_sample(api, built, documents)),
        sections=tuple(_section(pages) for pages in documents),
    )
    return Page("README.md", "README.md.jinja", view)


def _after(text: str | None) -> Code:
    return code("; {}", markdown(docs.sentence(text))) if text else EMPTY


def _section(pages: DocumentPages) -> ReadmeSection:
    document = pages.document
    return ReadmeSection(
        title=markdown(document.title),
        link=markdown_code(document.url) if document.url else None,
        version=markdown_code(document.version) if document.version else None,
        rows=tuple(
            ReadmeRow(
                method=markdown_code(p.op.method),
                path=markdown_code(p.op.path),
                call=markdown_code(p.name),
                summary=markdown(docs.sentence(p.op.summary)),
            )
            for p in pages.planned
        ),
        notes=tuple(_notes(pages)),
        questions=tuple(
            code("{}: {}", markdown_code(".".join(e.pointer)), markdown(_because(e)))
            for e in document.evidence
            if e.state in ("conflicting", "missing")
        ),
    )


def _because(e: Evidence) -> str:
    source = f" Source: {e.source}." if e.source else ""
    return docs.sentence(e.because) + source


def _notes(pages: DocumentPages) -> Iterator[Code]:
    for planned in pages.planned:
        for rule in planned.op.rules:
            yield code(
                "{}: {}", markdown_code(planned.name), markdown(docs.sentence(rule))
            )
        for permission in planned.op.permissions:
            yield code(
                "{} needs the permission {}.",
                markdown_code(planned.name),
                markdown_code(permission),
            )
        for event in planned.op.webhooks:
            yield code(
                "{} causes the webhook event {}.",
                markdown_code(planned.name),
                markdown_code(event),
            )


def _sample(
    api: Api, built: Constructor, documents: Sequence[DocumentPages]
) -> Iterator[Code]:
    """A call of the first operation, with the arguments that it can't do without."""
    _, package, client = distribution(api)
    planned = next((p for pages in documents for p in pages.planned), None)
    yield code("from {} import {}", identifier(package), identifier(client))
    yield EMPTY
    needed = [
        code('{}="..."', identifier(s.name))
        for s in built.settings
        if s.default is None or s.scheme in _first_alternative(planned)
    ]
    yield code("with {}({}) as client:", identifier(client), join(", ", needed))
    if planned is None:
        yield code("    ...")
        return
    sent = call(code("client.{}", identifier(planned.name)), _arguments(planned))
    yield code("    {}", statement(code("answer = "), sent, 4))
    yield code("    print(answer.status, answer.data)")


def _first_alternative(planned: Planned | None) -> set[str]:
    """The security schemes of the first way to authorize a call."""
    if planned is None or not planned.op.security:
        return set()
    return {name for name, _ in planned.op.security[0].schemes}


def _arguments(planned: Planned) -> Iterator[Expr]:
    """Arguments that must be given, as the document shows them, else named after themselves."""
    for a in planned.arguments:
        if a.default is not None:
            continue
        schema = (
            a.parameter.schema if a.parameter else a.member.schema if a.member else None
        )
        shown = literal(a.name) if isinstance(schema, StringSchema) else code("...")
        if schema is not None and schema.examples:
            shown = literal(schema.examples[0].data)
        if a.parameter is not None and a.parameter.location == "path":
            yield shown
        else:
            yield keyword(identifier(a.name), shown)
