"""Operations in code: their constant, their two pure functions, their errors, the clients' methods."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import LiteralString

from truecopy.code import EMPTY, Code, code, docstring, identifier, join, literal
from truecopy.ir import (
    Failure,
    Operation,
    Parameter,
)
from truecopy.targets.python import docs
from truecopy.targets.python.layout import (
    Bracket,
    Expr,
    Labelled,
    assignment,
    call,
    definition,
    flat,
    keyword,
    several,
    statement,
    subscript,
    union,
)
from truecopy.targets.python.models import (
    ANNOTATED,
    JSON,
    NONE,
    UNSET,
    Module,
    annotate,
    keyword_pair,
)
from truecopy.targets.python.naming import (
    STATUS,
    spelt,
    type_name,
)
from truecopy.targets.python.planning import Argument, Body, Planned, Reply
from truecopy.targets.python.views import ErrorView, MethodView, OperationView


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
        body = flat(reply.annotation)
        typed = body if reply.annotation in (NONE, JSON) else code("{} | None", body)
        views.append(
            ErrorView(
                name=identifier(reply.error),
                base=identifier(base),
                doc=docs.error(reply.response),
                error=typed,
            )
        )
    return tuple(views)


def operation_view(module: Module, planned: Planned) -> OperationView:
    """The constant and the two functions of an operation."""
    constant = identifier(planned.constant)
    result = subscript(code("rt.Operation"), [planned.result])
    facts = call(code("rt.Operation"), _operation_facts(module, planned))
    declaration = assignment(constant, result, facts, 0)
    return OperationView(
        constant=constant,
        declaration=declaration,
        build=_build(planned),
        build_doc=docstring(
            [f"The request of `{planned.name}`; raises RequestInvalid."], 4
        ),
        build_return=_build_return(planned),
        read=definition(
            code("def {}", identifier(f"read_{planned.name}")),
            [code("response: rt.RawResponse")],
            subscript(code("rt.Response"), [planned.result]),
            0,
        ),
        read_doc=docstring([f"The answer of `{planned.name}`; raises StatusError."], 4),
        read_return=code("return rt.read({}, response)", constant),
    )


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
        yield fact("body_type", planned.body.annotation)
        if not planned.body.required:
            yield fact("body_required", code("False"))
    replies = [
        keyword_entry(literal(r.response.status), _reply_call(r))
        for r in planned.replies
    ]
    yield fact("responses", Bracket(EMPTY, "{", tuple(replies), "}"))
    if op.failure is not None:
        yield fact("failure", _failure(op.failure))
    if op.idempotency is not None:
        named = [literal(op.idempotency.header)]
        if op.idempotency.format is not None:
            named.append(literal(op.idempotency.format))
        yield fact("idempotency", call(code("rt.Idempotency"), named))
    if op.security is not None:
        sets = [several([literal(name) for name, _ in r.schemes]) for r in op.security]
        yield fact("security", several(sets))
    if op.servers:
        yield fact("servers", several([literal(name) for name in op.servers]))


def keyword_entry(key: Code, value: Expr) -> Expr:
    """`key: value` whose value may be opened."""
    return Labelled(keyword_pair(key, EMPTY), value)


def _reply_call(reply: Reply) -> Expr:
    items: list[Expr] = [reply.annotation]
    if reply.error is not None:
        items.append(identifier(reply.error))
    if reply.media_type != "application/json" and reply.annotation != NONE:
        items.append(keyword(code("media_type"), literal(reply.media_type)))
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
        _as_value(parts),
    ]
    default = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}[
        parameter.location
    ]
    if parameter.style != default:
        items.append(keyword(code("style"), literal(parameter.style)))
    if parameter.explode != (parameter.style == "form"):
        items.append(keyword(code("explode"), literal(parameter.explode)))
    if parameter.required is True and parameter.location != "path":
        items.append(keyword(code("required"), code("True")))
    return call(code("rt.Parameter"), items)


def _as_value(parts: tuple[Expr, ...]) -> Expr:
    """A type as a value: `Annotated` is no operand of `|` there, so the null goes inside."""
    first, *rest = parts
    if rest and isinstance(first, Bracket) and first.head == ANNOTATED:
        inner, *metadata = first.items
        return subscript(ANNOTATED, [union([inner, *rest]), *metadata])
    return union(parts)


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


def _build(planned: Planned) -> Code:
    parameters = [code("_validate: bool")]
    positional = [
        a
        for a in planned.arguments
        if a.parameter is not None and a.parameter.location == "path"
    ]
    others = [
        a
        for a in planned.arguments
        if a.parameter is not None and a.parameter.location != "path"
    ]
    parameters += [_declared(a, 4) for a in positional]
    rest = [_declared(a, 4) for a in others]
    if planned.body is not None:
        own = next(
            (a for a in planned.arguments if a.parameter is None and a.member is None),
            None,
        )
        rest.append(
            _declared(own, 4)
            if own
            else code("body: {}", flat(planned.body.annotation))
        )
    if rest:
        parameters += [code("*"), *rest]
    return definition(
        code("def {}", identifier(f"build_{planned.name}")),
        parameters,
        code("rt.Request"),
        0,
    )


def _build_return(planned: Planned) -> Code:
    values = [identifier(a.name) for a in planned.arguments if a.parameter is not None]
    body = code("body") if planned.body is not None else UNSET
    built = call(
        code("rt.build"),
        [identifier(planned.constant), several(values), body, code("_validate")],
    )
    return statement(code("return "), built, 4)


def _declared(a: Argument, indent: int) -> Code:
    return assignment(identifier(a.name), union(a.annotation), a.default, indent, 1)


def method_views(planned: Planned, document: str) -> tuple[MethodView, MethodView]:
    """The operation as a method of the sync client and of the async one."""
    positional = [a for a in planned.arguments if _is_positional(a)]
    others = [a for a in planned.arguments if not _is_positional(a)]
    parameters = [code("self"), *(_declared(a, 8) for a in positional), code("*")]
    parameters += [_declared(a, 8) for a in others]
    parameters.append(code("options: rt.RequestOptions | None = None"))
    result = subscript(code("rt.Response"), [planned.result])
    name = identifier(planned.name)
    summary = docs.sentence(planned.op.summary)
    short = summary or f"{planned.op.method} {planned.op.path}."
    view = MethodView(
        signature=definition(code("def {}", name), parameters, result, 4),
        doc=_method_doc(planned),
        module=join("\n        ", _modules(planned, document)),
        request=statement(code("request = "), _built(planned, positional, others), 8),
        constant=code("_m.{}", identifier(planned.constant)),
    )
    head = code("async def {}", name)
    return view, view._replace(
        signature=definition(head, parameters, result, 4), doc=docstring([short], 8)
    )


def _is_positional(a: Argument) -> bool:
    return a.parameter is not None and a.parameter.location == "path"


def _method_doc(planned: Planned) -> Code:
    own = [a.parameter for a in planned.arguments if a.parameter is not None]
    members = [a.member for a in planned.arguments if a.member is not None]
    raised = [f"{r.error}: {r.response.status}." for r in planned.replies if r.error]
    return docs.operation(planned.op, own, members, raised)


def _modules(planned: Planned, document: str) -> Iterable[Code]:
    if planned.body is not None and planned.body.shared:
        yield code("from . import api as _api")
    yield code("from . import {} as _m", identifier(document))


def _built(
    planned: Planned, positional: Sequence[Argument], others: Sequence[Argument]
) -> Bracket:
    items: list[Expr] = [code("self._validate")]
    items += [identifier(a.name) for a in positional]
    items += [
        keyword(identifier(a.name), identifier(a.name))
        for a in others
        if a.parameter is not None
    ]
    if planned.body is not None:
        items.append(keyword(code("body"), _body_value(planned, planned.body)))
    return call(code("_m.{}", identifier(f"build_{planned.name}")), items)


def _body_value(planned: Planned, body: Body) -> Expr:
    if body.model is None:
        return code("body")
    members = [
        keyword(identifier(field_name(a)), identifier(a.name))
        for a in planned.arguments
        if a.member is not None
    ]
    owner = code("_api.{}" if body.shared else "_m.{}", identifier(body.model_name))
    return call(owner, members)


def field_name(a: Argument) -> str:
    """The name of the class's attribute that an argument fills."""
    return spelt(a.member.key) if a.member is not None else a.name
