"""The README and the pyproject of a distribution."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import LiteralString

from truecopy.code import (
    EMPTY,
    Code,
    code,
    identifier,
    join,
    literal,
    markdown,
    markdown_cell,
    markdown_code,
    markdown_link,
    names_of,
    toml,
)
from truecopy.ir import (
    Api,
    Document,
    Evidence,
    ObjectSchema,
    Schema,
    StringSchema,
    Webhooks,
)
from truecopy.source import Json
from truecopy.targets.python import docs
from truecopy.targets.python.documents import Part, import_line
from truecopy.targets.python.layout import Expr, call, keyword, statement
from truecopy.targets.python.naming import (
    LIVE,
    argument,
    distribution,
    environment,
    spelt,
)
from truecopy.targets.python.planning import Argument, Planned, one_of_several
from truecopy.targets.python.samples import NoSample, Sampler
from truecopy.targets.python.settings import Constructor, sample_of
from truecopy.targets.python.views import (
    Page,
    ProjectView,
    ReadmeRow,
    ReadmeSection,
    ReadmeView,
    ReadmeWebhooks,
)
from truecopy.values import resolved

VERSION = "0.1.0"


def project_page(api: Api) -> Page:
    """pyproject.toml."""
    name, package, _ = distribution(api)
    what = f"Typed client of {docs.title(api.title)}."
    view = ProjectView(toml(name), toml(package), toml(VERSION), toml(what))
    return Page("pyproject.toml", "pyproject.toml.jinja", view)


def readme_page(
    api: Api, built: Constructor, parts: Sequence[Part], sections: Sequence[Code]
) -> Page:
    """README.md: a call, the operations, and the open questions of the documents."""
    name, package, client = distribution(api)
    view = ReadmeView(
        title=markdown(docs.title(api.title)),
        distribution=Code(name),
        package=identifier(package),
        source=markdown_code(f"specs/{api.name}"),
        client=identifier(client),
        description=(
            markdown(docs.sentence(api.description)) if api.description else None
        ),
        api=_told("The API: {}", api.url, api.version),
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
        live=markdown_code(environment(api, LIVE)),
        sample=tuple(_sample(api, built, parts)),
        walker=walker.walker if (walker := walked(parts)) else None,
        sections=tuple(sections),
        questions=_questions(api.evidence),
        webhooks=_webhooks(api, api.webhooks) if api.webhooks else None,
    )
    return Page("README.md", "README.md.jinja", view)


def _after(text: str | None) -> Code:
    return code("; {}", markdown(docs.sentence(text))) if text else EMPTY


def section(document: Document, planned: Sequence[Planned]) -> ReadmeSection:
    """What the README says of one document."""
    return ReadmeSection(
        title=markdown(document.title),
        document=_told("Document: {}", document.url, document.version),
        rows=tuple(
            ReadmeRow(
                method=markdown_code(p.op.method),
                path=markdown_cell(p.op.path),
                call=join(", ", [markdown_code(name) for name in _members(p)]),
                summary=markdown(_summary(p)),
            )
            for p in planned
        ),
        notes=tuple(_notes(planned)),
        questions=_questions(document.evidence),
    )


def _told(template: LiteralString, url: str | None, version: str | None) -> Code | None:
    """Where something is described, and its version."""
    told = [markdown_link(url)] if url else []
    if version:
        told.append(code("version {}", markdown_code(version)))
    return code(template, join(", ", told)) if told else None


def _questions(evidence: Sequence[Evidence]) -> tuple[Code, ...]:
    return tuple(
        code("{}: {}", markdown_code(".".join(e.pointer)), _because(e))
        for e in evidence
        if e.state in ("conflicting", "missing")
    )


def _summary(planned: Planned) -> str:
    op, media_type = planned.op, one_of_several(planned)
    sent = f"Sends {media_type}." if media_type else ""
    gone = docs.deprecated(op.sunset) if op.deprecated else ""
    return " ".join(filter(None, [docs.sentence(op.summary), sent, gone]))


def _members(planned: Planned) -> Iterator[str]:
    """What a client has of an operation."""
    yield planned.name
    if planned.pages is not None:
        yield planned.pages.name


def _webhooks(api: Api, webhooks: Webhooks) -> ReadmeWebhooks:
    signed = webhooks.signature is not None
    return ReadmeWebhooks(
        package=identifier(distribution(api)[1]),
        arguments=code(", secret") if signed else EMPTY,
        signed=signed,
        events=tuple(
            code(
                "{}{}",
                markdown_code(name),
                _after(event.schema.description if event.schema else None),
            )
            for name, event in webhooks.events
        ),
    )


def _because(e: Evidence) -> Code:
    told = markdown(docs.because(e))
    if e.source is None:
        return told
    end = EMPTY if e.source.endswith(".") else code(".")
    return code("{} Source: {}{}", told, markdown_link(e.source), end)


def _notes(operations: Sequence[Planned]) -> Iterator[Code]:
    # What holds of an operation holds whatever its body is sent as.
    first = {planned.op.name: planned for planned in reversed(operations)}
    for planned in reversed(first.values()):
        if planned.op.idempotency is not None:
            told = docs.idempotency(planned.op.idempotency)
            yield code("{}: {}", markdown_code(planned.name), markdown(told))
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


def sampled(parts: Sequence[Part]) -> Part | None:
    """The document of which the README shows a call."""
    callable_ = [part for part in parts if part.call is not None]
    return min(callable_, key=lambda part: part.deprecated, default=None)


def walked(parts: Sequence[Part]) -> Part | None:
    """The document of which the README names an iterator over pages."""
    return next((part for part in parts if part.walker), None)


def _sample(api: Api, built: Constructor, parts: Sequence[Part]) -> Iterator[Code]:
    """A call of the first operation that is not deprecated, with the arguments that it can't do without."""
    _, package, client = distribution(api)
    first = sampled(parts)
    variables = {
        argument(v.name): sample_of(api.servers[0], v)
        for v in api.servers[0].variables
        if v.default is None
    }
    made = names_of([first.call]) & first.named if first and first.call else ()
    yield import_line(package, {client, *made})
    yield EMPTY
    needed = [
        code("{}={}", identifier(s.name), literal(variables.get(s.name, "...")))
        for s in built.settings
        if s.name in variables
        or s.default is None
        or (first is not None and s.scheme in first.schemes and not s.instead)
    ]
    yield code("with {}({}) as client:", identifier(client), join(", ", needed))
    if first is None or first.call is None:
        yield code("    ...")
        return
    yield code("    {}", first.call)
    yield code("    print(answer.status, answer.data)")


def sample_call(planned: Planned, named: Mapping[str, Schema]) -> Code:
    """The line that calls an operation."""
    items = _arguments(planned, Sampler(named, "request"))
    sent = call(code("client.{}", identifier(planned.name)), items)
    return statement(code("answer = "), sent, 4)


def first_alternative(planned: Planned) -> frozenset[str]:
    """The security schemes of the first way to authorize a call."""
    alternatives = [r.schemes for r in planned.op.security or () if r.schemes]
    return frozenset(name for schemes in alternatives[:1] for name, _ in schemes)


def _arguments(planned: Planned, requests: Sampler) -> Iterator[Expr]:
    """Arguments that must be given, as the document shows them, else named after themselves where they may."""
    for a in planned.arguments:
        if a.default is not None:
            continue
        schema = (
            a.parameter.schema if a.parameter else a.member.schema if a.member else None
        )
        shown = code("...") if schema is None else _shown(schema, a, requests)
        if a.parameter is not None and a.parameter.location == "path":
            yield shown
        else:
            yield keyword(identifier(a.name), shown)


def _shown(schema: Schema, a: Argument, requests: Sampler) -> Expr:
    name = a.name
    bare = isinstance(schema, StringSchema) and not schema.examples
    if bare and requests.allows(schema, name):
        return literal(name)
    try:
        value = requests.sample(schema)
    except NoSample:
        return code("...")
    if isinstance(value, Mapping):
        return _made(schema, a, value, requests)
    scalar = isinstance(value, (str, int, float)) or schema.examples
    return literal(value) if scalar else code("...")


def _made(
    schema: Schema, a: Argument, value: Mapping[str, Json], requests: Sampler
) -> Expr:
    """A call of the class of an argument, where no member of it is an object or a list."""
    meant = resolved(schema, requests.named)
    plain = all(isinstance(item, (str, int, float)) for item in value.values())
    if not isinstance(meant, ObjectSchema) or len(a.annotation) != 1 or not plain:
        return code("...")
    keys = {p.name: p.key for p in meant.properties}
    if not keys.keys() >= value.keys():
        return code("...")
    members = [
        keyword(identifier(spelt(keys[wire])), literal(item))
        for wire, item in value.items()
    ]
    return call(a.annotation[0], members)
