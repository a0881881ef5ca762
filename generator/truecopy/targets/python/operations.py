"""Operations in code: their constant, their errors, the clients' methods."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import itemgetter
from typing import LiteralString

from truecopy.code import EMPTY, Code, code, identifier, join, literal
from truecopy.ir import (
    STYLES,
    Failure,
    Operation,
    Parameter,
    Property,
)
from truecopy.targets.python import docs, headers, pages
from truecopy.targets.python.credentials import ways
from truecopy.targets.python.layout import (
    Bracket,
    Expr,
    assignment,
    call,
    definition,
    entry,
    keyword,
    several,
    statement,
    subscript,
    union,
)
from truecopy.targets.python.limits import key_shape, limits_of
from truecopy.targets.python.models import (
    JSON,
    NONE,
    UNSET,
    Module,
    annotate,
    as_value,
)
from truecopy.targets.python.naming import (
    STATUS,
    spelt,
    type_name,
)
from truecopy.targets.python.planning import (
    Argument,
    Planned,
    Reply,
    one_of_several,
    part_types,
    sent_content,
)
from truecopy.targets.python.views import AnswerView, ErrorView, MethodView


def errors(planned: Planned) -> tuple[ErrorView, ...]:
    """The exceptions of an operation."""
    views: list[ErrorView] = []
    for reply in planned.replies:
        if reply.error is None:
            continue
        status = reply.response.status
        known = status in STATUS and status != "default"
        family = (
            "StatusError"
            if status == "default"
            else "ClientError" if status[0] == "4" else "ServerError"
        )
        base = STATUS[status] if known else family
        body = reply.annotation
        typed = body if reply.annotation in (NONE, JSON) else code("{} | None", body)
        views.append(
            ErrorView(
                name=identifier(reply.error),
                base=identifier(base),
                doc=docs.error(reply.response, not known),
                error=typed,
                fields=headers.raised(planned.attributes.get(status, ())),
            )
        )
    return tuple(views)


def answer(planned: Planned) -> AnswerView | None:
    """The class of an operation's answers, where it has one of its own."""
    if planned.answer_name is None:
        return None
    found = [planned.attributes.get(r.response.status, ()) for r in planned.successes]
    name, limit = planned.answer_name, planned.op.rate_limit
    return headers.answer(name, planned.name, planned.answer_base, found, limit)


def constant(module: Module, planned: Planned) -> Code:
    """The constant that holds all that the document says of an operation."""
    kind = code("rt.Operation")
    type_ = subscript(kind, [planned.answer])
    facts = call(kind, _operation_facts(module, planned))
    return assignment(identifier(planned.constant), type_, facts, 0)


def _operation_facts(module: Module, planned: Planned) -> Iterable[Expr]:
    op = planned.op

    def fact(name: LiteralString, value: Expr) -> Expr:
        return keyword(code(name), value)

    yield fact("name", literal(planned.name))
    yield fact("method", literal(op.method))
    yield fact("path", literal(op.path))
    parameters = [a.parameter for a in planned.arguments if a.parameter is not None]
    if parameters:
        yield fact(
            "parameters", several([_parameter(module, op, p) for p in parameters])
        )
    if planned.body is not None:
        yield fact("body", literal(planned.body.media_type))
        yield fact("body_type", as_value(planned.body.annotation))
        if not planned.body.required:
            yield fact("body_required", code("False"))
        types = part_types(planned, module.package.named)
        if types:
            pairs = [entry(n, literal(t)) for n, t in types.items()]
            yield fact("parts", Bracket(EMPTY, "{", pairs, "}"))
    replies = [
        entry(r.response.status, _reply_call(planned, r)) for r in planned.replies
    ]
    yield fact("responses", Bracket(EMPTY, "{", tuple(replies), "}"))
    if op.failure is not None:
        yield fact("failure", _failure(op.failure))
    if op.idempotency is not None:
        rule = op.idempotency
        limits = [keyword(identifier(k), v) for k, v in limits_of(key_shape(rule))]
        named = [literal(rule.header), *limits]
        yield fact("idempotency", call(code("rt.Idempotency"), named))
    if op.security:
        sets = [
            several([literal(name) for name in way])
            for requirement in op.security
            for way in ways(requirement, module.package.oauth)
        ]
        yield fact("security", several(sets))
    if op.deprecated:
        yield fact("deprecated", _outdated(planned.name, op.sunset))
    if old := tuple(_deprecated_arguments(planned)):
        yield fact("deprecated_arguments", Bracket(EMPTY, "{", old, "}"))
    if op.servers:
        yield fact("servers", several([literal(name) for name in op.servers]))
    if planned.pages is not None:
        yield fact("pagination", pages.fact(planned.pages))
    if op.rate_limit is not None:
        limit = op.rate_limit
        names = (limit.limit, limit.remaining, limit.reset)
        yield fact("rate_limit", several(map(literal, names)))
    if planned.answer_name is not None:
        yield fact("answer", identifier(planned.answer_name))


def _outdated(what: str, sunset: str | None) -> Code:
    until = f"; it may be gone from {sunset}" if sunset else ""
    return literal(f"{what} is deprecated{until}")


def _deprecated_arguments(planned: Planned) -> Iterable[Expr]:
    """What a caller that gives an argument is warned of."""
    for a, told in deprecated_arguments(planned):
        at = f"{a.parameter.location}.{a.wire}" if a.parameter is not None else a.wire
        text = _outdated(f"{a.name} of {planned.name}", told.sunset)
        yield entry(at, text)


def deprecated_arguments(
    planned: Planned,
) -> Iterator[tuple[Argument, Parameter | Property]]:
    """Arguments that are deprecated; one that is always the same nobody gives."""
    for a in planned.arguments:
        told = a.parameter or a.member
        if told is not None and told.schema.deprecated and a.default in (None, UNSET):
            yield a, told


def _reply_call(planned: Planned, reply: Reply) -> Expr:
    items: list[Expr] = [as_value(reply.annotation)]
    if reply.error is not None:
        items.append(identifier(reply.error))
    if reply.media_type != "application/json" and reply.annotation != NONE:
        items.append(keyword(code("media_type"), literal(reply.media_type)))
    others = [
        c.name for c in reply.response.contents or () if c.name != reply.media_type
    ]
    if others:
        items.append(keyword(code("others"), several(map(literal, others))))
    if found := planned.attributes.get(reply.response.status):
        items.append(keyword(code("headers"), headers.fact(found)))
    return call(code("rt.Reply"), items)


def _parameter(module: Module, op: Operation, parameter: Parameter) -> Expr:
    parts = annotate(
        module,
        parameter.schema,
        (type_name(op.name), parameter.key),
        "send",
        limits=True,
    )
    items: list[Expr] = [
        literal(parameter.name),
        literal(parameter.location),
        as_value(union(parts)),
    ]
    if parameter.style != STYLES[parameter.location]:
        items.append(keyword(code("style"), literal(parameter.style)))
    if parameter.explode != (parameter.style == "form"):
        items.append(keyword(code("explode"), literal(parameter.explode)))
    if parameter.required is True and parameter.location != "path":
        items.append(keyword(code("required"), code("True")))
    return call(code("rt.Parameter"), items)


def _failure(failure: Failure) -> Expr:
    items: list[Expr] = [
        keyword(code("when"), several([literal(step) for step in failure.when])),
        keyword(code("equals"), literal(failure.equals.data)),
    ]
    if failure.status is not None:
        items.append(
            keyword(code("status"), several([literal(step) for step in failure.status]))
        )
    if failure.message is not None:
        items.append(
            keyword(
                code("message"), several([literal(step) for step in failure.message])
            )
        )
    return call(code("rt.Failure"), items)


def _declared(a: Argument, indent: int) -> Code:
    return assignment(identifier(a.name), union(a.annotation), a.default, indent, 1)


def method_view(planned: Planned, document: str, client: str) -> MethodView:
    """The operation as a method of the sync client, and how the async one gets it."""
    positional = [a for a in planned.arguments if _is_positional(a)]
    others = [a for a in planned.arguments if not _is_positional(a)]
    parameters = [code("self"), *(_declared(a, 8) for a in positional), code("*")]
    parameters += [_declared(a, 8) for a in others]
    parameters.append(code("options: rt.RequestOptions | None = None"))
    name = identifier(planned.name)
    sync = code("{}.{}", identifier(client), name)
    walked = planned.pages
    return MethodView(
        signature=definition(code("def {}", name), parameters, planned.answer, 4),
        doc=_method_doc(planned),
        module=join("\n        ", _modules(planned, document)),
        body=_body(planned),
        returned=statement(code("return "), _call(planned), 8),
        awaited=statement(code("{} = ", name), call(code("rt.awaited"), [sync]), 4),
        iterated=pages.member(walked, name, code("rt.iterated")) if walked else None,
        iterated_doc=docs.pages(planned.name),
        async_iterated=(
            pages.member(walked, sync, code("rt.async_iterated")) if walked else None
        ),
    )


def _is_positional(a: Argument) -> bool:
    return a.parameter is not None and a.parameter.location == "path"


def _method_doc(planned: Planned) -> Code:
    own = [a.parameter for a in planned.arguments if a.parameter is not None]
    members = [a.member for a in planned.arguments if a.member is not None]
    raised = [
        f"{r.error}: {docs.covered(r.response.status)}"
        for r in planned.replies
        if r.error
    ]
    walker = planned.pages.name if planned.pages else None
    body = planned.body.model if planned.body else None
    content, request = sent_content(planned), planned.op.request
    sent = docs.described(
        request.description if request else None, content.schema if content else None
    )
    return docs.operation(
        planned.op,
        one_of_several(planned),
        walker,
        body,
        own,
        members,
        sent,
        list(_returned(planned)),
        raised,
    )


def _returned(planned: Planned) -> Iterator[str]:
    """What is said of each answer that is returned."""
    for reply in planned.successes:
        schema = reply.content.schema if reply.content else None
        told = docs.described(reply.response.description, schema)
        if told:
            yield f"{reply.response.status}: {told}"


def _modules(planned: Planned, document: str) -> Iterable[Code]:
    own = [(document, code("from . import {} as _m", identifier(document)))]
    if planned.body is not None and planned.body.shared:
        own.append(("api", code("from . import api as _api")))
    return (line for _, line in sorted(own, key=itemgetter(0)))


def _call(planned: Planned) -> Bracket:
    values = [identifier(a.name) for a in planned.arguments if a.parameter is not None]
    body = code("body") if planned.body is not None else UNSET
    constant = code("_m.{}", identifier(planned.constant))
    return call(code("self._call"), [constant, several(values), body, code("options")])


def _body(planned: Planned) -> Code | None:
    """The body's object, made of those arguments that are its members."""
    if planned.body is None or planned.body.model is None:
        return None
    members = [
        keyword(identifier(field_name(a)), identifier(a.name))
        for a in planned.arguments
        if a.member is not None
    ]
    home = code(
        "_api.{}" if planned.body.shared else "_m.{}",
        identifier(planned.body.name),
    )
    return statement(code("body = "), call(home, members), 8)


def field_name(a: Argument) -> str:
    """The name of the class's attribute that an argument fills."""
    return spelt(a.member.key) if a.member is not None else a.name
