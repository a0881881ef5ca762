"""Documented headers as attributes: of an operation's answer, and of its errors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from truecopy.code import code, docstring, identifier, literal
from truecopy.diagnostics import Diagnostic, shown
from truecopy.ir import Header, Operation, RateLimit, Response
from truecopy.names import words
from truecopy.records import record
from truecopy.targets.python import docs
from truecopy.targets.python.layout import (
    Bracket,
    Expr,
    assignment,
    call,
    keyword,
    several,
    statement,
    union,
)
from truecopy.targets.python.models import NONE, Module, annotate, as_value
from truecopy.targets.python.naming import spelt, status_name, type_name
from truecopy.targets.python.views import AnswerView, FieldView

# What every answer, and every error of a status, has already.
_ANSWER = frozenset(
    [
        "data",
        "status",
        "headers",
        "raw",
        "mismatches",
        "request_id",
        "items",
        "rate_limit",
    ]
)
_ERROR = frozenset(
    [
        "operation",
        "method",
        "path",
        "status",
        "request_id",
        "error",
        "headers",
        "raw",
        "mismatches",
        "retry_after",
        "message",
        "code",
        "in_success",
        "rate_limit",
        "args",
        "add_note",
        "with_traceback",
    ]
)


@record
class Attribute:
    """A header as an attribute; without `None` among its types an answer always has it."""

    name: str
    header: Header
    annotation: tuple[Expr, ...]


Attributes = Mapping[str, tuple[Attribute, ...]]


def attributes(module: Module, op: Operation, errors: Mapping[str, bool]) -> Attributes:
    """The attributes of each documented answer by its status; `errors` says which are raised."""
    found = {
        r.status: tuple(_attributes(module, op, r, errors[r.status]))
        for r in op.responses
    }
    return {status: attributes for status, attributes in found.items() if attributes}


def _attributes(
    module: Module, op: Operation, response: Response, error: bool
) -> Iterable[Attribute]:
    """A header's name is the vendor's: where no attribute can have it, there is none."""
    owner = type_name(op.name) + status_name(response.status)
    taken: set[str] = set()
    for header in response.headers:
        name = spelt(header.name)
        name += "_" if name in (_ERROR if error else _ANSWER) else ""
        if name in taken or not words(header.name):
            message = f"no attribute can be called after the header {shown(header.name)}; .headers has it"
            place = response.origin.key("headers", header.name)
            module.findings.append(Diagnostic(place, "note", "not-generated", message))
            continue
        taken.add(name)
        path = (owner, header.name)
        found = annotate(module, header.schema, path, "receive", limits=False)
        yield Attribute(name, header, found)


def fact(found: Iterable[Attribute]) -> Expr:
    """What the constant says of an answer's headers."""
    return several([_fact(each) for each in found])


def _fact(each: Attribute) -> Bracket:
    header = each.header
    items: list[Expr] = [
        literal(each.name),
        literal(header.name),
        as_value(union(each.annotation)),
    ]
    if header.required is True:
        items.append(keyword(code("required"), code("True")))
    if header.explode:
        items.append(keyword(code("explode"), code("True")))
    return call(code("rt.Header"), items)


def answer(
    name: str,
    method: str,
    base: Expr,
    successes: Iterable[Iterable[Attribute]],
    limit: RateLimit | None,
) -> AnswerView:
    """The class of an operation's answers, with the attributes of all its successes."""
    statuses = [{each.name: each for each in found} for found in successes]
    parts: dict[str, list[Expr]] = {}
    for each in (each for found in statuses for each in found.values()):
        known = parts.setdefault(each.name, [])
        known += [part for part in each.annotation if part not in known]
    fields: list[FieldView] = []
    if limit is not None:
        declared = code("rate_limit: rt.RateLimitState")
        fields.append(FieldView(declared, docs.rate_limit(limit)))
    for attribute, annotation in parts.items():
        told = [found[attribute] for found in statuses if attribute in found]
        always = all(each.header.required is True for each in told)
        fields.append(
            _field(told[0], annotation, always and len(told) == len(statuses))
        )
    items = [base, code("frozen=True"), code("kw_only=True")]
    what = f"An answer of `{method}`, with the headers that the document describes."
    return AnswerView(
        declaration=statement(code("class "), call(identifier(name), items), 0),
        doc=docstring([what], 4),
        fields=tuple(fields),
    )


def raised(found: Iterable[Attribute]) -> tuple[FieldView, ...]:
    """The attributes of an error, each of which may be absent: a failure can be told by a success."""
    return tuple(_field(each, list(each.annotation), False) for each in found)


def _field(each: Attribute, parts: list[Expr], always: bool) -> FieldView:
    if not always and NONE not in parts:
        parts = [*parts, NONE]
    declared = assignment(identifier(each.name), union(parts), None, 4)
    return FieldView(declared, docs.header(each.header))
