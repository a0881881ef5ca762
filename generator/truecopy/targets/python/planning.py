"""Decides every name and type of an operation before any text is made."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence

from truecopy import values
from truecopy.code import Code, code, docstring, identifier, literal, names_of
from truecopy.diagnostics import Diagnostic, Place
from truecopy.ir import (
    AnySchema,
    ArraySchema,
    MediaType,
    ObjectSchema,
    Operation,
    Parameter,
    Property,
    Response,
    Schema,
    StringSchema,
)
from truecopy.names import words
from truecopy.records import record
from truecopy.targets.python.directions import Direction, all_members
from truecopy.targets.python.headers import Attributes, attributes
from truecopy.targets.python.layout import (
    Expr,
    Union,
    subscript,
    union,
)
from truecopy.targets.python.limits import limited, literal_values
from truecopy.targets.python.models import (
    JSON,
    NONE,
    UNSET,
    UNSET_TYPE,
    Module,
    annotate,
    at,
    resolved,
    shared_module,
    sized,
)
from truecopy.targets.python.naming import (
    Scope,
    argument,
    constant_name,
    method,
    status_name,
    type_name,
)
from truecopy.targets.python.pages import Pages, pages

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


@record
class Argument:
    """One argument of a method: a parameter of the operation or a member of its body."""

    name: str
    wire: str
    annotation: tuple[Expr, ...]
    default: Code | None
    parameter: Parameter | None
    member: Property | None


@record
class Body:
    """The request body that is generated: a class whose members are arguments, or one `body`."""

    media_type: str
    annotation: Expr
    required: bool
    model: ObjectSchema | None
    model_name: str
    shared: bool


@record
class Reply:
    """One documented answer: the type of its data, and for an error the name of its class."""

    response: Response
    media_type: str
    annotation: Expr
    error: str | None


@record
class Planned:
    """An operation with all names and types decided."""

    op: Operation
    name: str
    constant: str
    arguments: tuple[Argument, ...]
    body: Body | None
    replies: tuple[Reply, ...]
    result: Expr
    pages: Pages | None
    attributes: Attributes
    answer_name: str | None

    @property
    def answer(self) -> Expr:
        """What the method returns."""
        name = self.answer_name
        return self.answer_base if name is None else identifier(name)

    @property
    def answer_base(self) -> Expr:
        """The same without what is typed of headers."""
        if self.pages is not None:
            return subscript(code("rt.ResponsePage"), [self.result, self.pages.item])
        return subscript(code("rt.Response"), [self.result])

    @property
    def successes(self) -> tuple[Reply, ...]:
        """The answers that are returned."""
        return tuple(
            r for r in self.replies if r.error is None and r.response.status[0] != "1"
        )


@functools.cache
def is_json(media_type: str) -> bool:
    """Whether a media type is JSON (RFC 6839 3.1) or admits it."""
    essence = media_type.split(";")[0].strip().lower()
    known = ("application/json", "text/json", "*/*", "application/*")
    return essence in known or essence.endswith("+json")


@functools.cache
def is_form(media_type: str, *kinds: str) -> bool:
    """Whether a media type is one of these forms, or any."""
    return media_type.split(";")[0].strip().lower() in (kinds or (FORM, MULTIPART))


def is_raw(media_type: str) -> bool:
    """Whether a body of this media type is sent as it is given."""
    return not is_json(media_type) and not is_form(media_type)


def is_text(media_type: str) -> bool:
    """Whether a media type is text."""
    return media_type.strip().lower().startswith("text/")


def sent_content(planned: Planned) -> MediaType | None:
    """The request body that the client sends."""
    if planned.op.request is None or planned.body is None:
        return None
    name = planned.body.media_type
    return next(c for c in planned.op.request.contents if c.name == name)


def part_types(planned: Planned, named: Mapping[str, Schema]) -> dict[str, str] | None:
    """The media types that the document names for parts of a multipart body, by their names; None for another body."""
    content = sent_content(planned)
    if content is None or not is_form(content.name, MULTIPART):
        return None
    whole = content.schema and values.resolved(content.schema, named)
    found: dict[str, str] = {}
    for prop in whole.properties if isinstance(whole, ObjectSchema) else ():
        part = values.resolved(prop.schema, named)
        if isinstance(part, ArraySchema):
            part = values.resolved(part.items, named)
        stated = part.content_media_type if isinstance(part, StringSchema) else None
        if stated is not None and "*" not in stated:
            found[prop.name] = stated
    return found


def request_name(op: Operation) -> str:
    """The name of the class of an operation's body, where the schema has none."""
    return type_name(op.name) + "Request"


def plan(module: Module, op: Operation) -> Planned | None:
    """Decides names and types of an operation; None when it can't be generated yet."""
    body = _body(module, op)
    if op.request is not None and body is None:
        return None
    replies = tuple(_reply(module, op, response) for response in op.responses)
    found = attributes(module, op, {r.response.status: bool(r.error) for r in replies})
    scope = Scope(f"the arguments of {op.name}", wire=True)
    arguments = tuple(_arguments(module, op, body, scope))
    module.findings += scope.findings
    return Planned(
        op=op,
        name=method(op.name),
        constant=constant_name(op.name),
        arguments=arguments,
        body=body,
        replies=replies,
        result=_result(replies),
        pages=pages(module, op, _successes(op, replies)),
        attributes=found,
        answer_name=_answer_name(module, op, replies, found),
    )


def _answer_name(
    module: Module, op: Operation, replies: Iterable[Reply], found: Attributes
) -> str | None:
    """The class of the answers, which an operation has where headers of a success are typed."""
    typed = any(r.error is None and r.response.status in found for r in replies)
    if not typed and op.rate_limit is None:
        return None
    name = type_name(op.name) + "Answer"
    cause = "responses" if typed else "rate_limit"
    module.take(name, f"{op.name}.{cause}", op.origin.key(cause))
    return name


def _successes(op: Operation, replies: Iterable[Reply]) -> Iterator[tuple[Schema, str]]:
    """The schemas of the successes, each with the name that its class would have."""
    for reply in replies:
        for content in reply.response.contents or ():
            if content.schema is None or content.name != reply.media_type:
                continue
            if reply.error is None and is_json(content.name):
                yield content.schema, _response_name(op, reply.response)


def _response_name(op: Operation, response: Response) -> str:
    return type_name(op.name) + status_name(response.status) + "Response"


def _note(module: Module, place: Place, message: str) -> None:
    module.findings.append(Diagnostic(place, "note", "not-generated", message))


def _note_structure(module: Module, op: Operation, content: MediaType) -> None:
    """A body that is neither JSON nor a sent form is one text, whatever its schema tells of its inside."""
    schema = content.schema and resolved(module.package, content.schema)
    if not isinstance(schema, (StringSchema, AnySchema, type(None))):
        message = f"{op.name}: a body of {content.name} is taken as a whole; its schema is not generated yet"
        _note(module, content.origin.place, message)


def _body(module: Module, op: Operation) -> Body | None:
    if op.request is None:
        return None
    chosen: Body | None = None
    for content in op.request.contents:
        if chosen is not None:
            _note(
                module,
                content.origin.place,
                f"only the first of several media types is sent; {content.name} is not generated yet",
            )
        elif content.name.lower().startswith("multipart/") and is_raw(content.name):
            _note(
                module,
                content.origin.place,
                f"{op.name}: bodies of {content.name} are not generated yet",
            )
        else:
            chosen = _content(module, op, content)
    return chosen


def _content(module: Module, op: Operation, content: MediaType) -> Body | None:
    required = op.request is not None and op.request.required is not False
    schema = content.schema
    if is_raw(content.name):
        raw = _raw(module, op, content)
        _note_structure(module, op, content)
        return Body(content.name, raw, required, None, "", False)
    if schema is None:
        return Body(content.name, JSON, required, None, "", False)
    target = resolved(module.package, schema)
    if is_form(content.name) and not isinstance(target, ObjectSchema):
        message = f"{op.name}: a form that is no object is not generated yet"
        _note(module, content.origin.place, message)
        return None
    root = request_name(op)
    if isinstance(target, ObjectSchema) and target.properties and not schema.nullable:
        what = f"Body of `{op.name}`; its members are arguments of that method."
        module.docs[root] = docstring([what], 4)
        expr = union(annotate(module, schema, (root,), "send", limits=True))
        name = union(annotate(module, schema, (root,), "send", False)).text
        shared = (
            schema is not target
            and module.package.schemas[name_of(schema)].document is None
        )
        return Body(content.name, expr, required, target, name, shared)
    expr = union(annotate(module, schema, (root,), "send", limits=True))
    return Body(content.name, expr, required, None, "", False)


def name_of(schema: Schema) -> str:
    """The name that a reference leads with, empty for other schemas."""
    return getattr(schema, "name", "")


def _raw(module: Module, op: Operation, content: MediaType) -> Expr:
    """Text or bytes, with the bounds that are stated."""
    text = is_text(content.name)
    if content.schema is None:
        return code("str") if text else code("bytes")
    target = resolved(module.package, content.schema)
    if not text:
        return limited(code("bytes"), sized(target), True)
    if not isinstance(target, StringSchema):
        return code("str")
    return union(annotate(module, content.schema, (request_name(op),), "send", True))


def _arguments(
    module: Module, op: Operation, body: Body | None, scope: Scope
) -> Iterable[Argument]:
    ordered = sorted(
        op.parameters,
        key=lambda p: (
            p.location != "path",
            op.path.find("{" + p.name + "}") if p.location == "path" else 0,
        ),
    )
    for parameter in ordered:
        shared = parameter.origin.table.file != op.origin.table.file
        here = (
            parameter.origin.place
            if shared
            else op.origin.key("parameters", parameter.key)
        )
        name = scope.take(argument(parameter.key), parameter.key, here)
        parts = annotate(
            module,
            parameter.schema,
            (type_name(op.name), parameter.key),
            "send",
            limits=False,
        )
        required = parameter.location == "path" or parameter.required is True
        yield Argument(
            name, parameter.name, *_optional(parts, required), parameter, None
        )
    if body is None:
        return
    if body.model is None:
        place = op.request.origin.place if op.request else op.origin.place
        parts = (body.annotation,)
        yield Argument(
            scope.take("body", "body", place),
            "body",
            *_optional(parts, body.required),
            None,
            None,
        )
        return
    # Types of a shared body are api.py's: they are named here, and made there.
    home = shared_module(module.package) if body.shared else module
    travels = module.package.directions.get(body.model_name, "send")
    members: set[str] = set()
    for prop in all_members(body.model):
        if prop.schema.read_only:
            continue
        name = argument(prop.key)
        if name not in members and words(prop.key):
            # Two members that clash with one another are the class's finding already.
            scope.take(name, prop.key, at(body.model, prop))
        members.add(name)
        # An enum is closed here though its class may be open; below a list both must agree.
        closed = literal_values(resolved(module.package, prop.schema)) is not None
        path = (body.model_name, prop.key)
        way: Direction = "send" if closed else travels
        parts = annotate(home, prop.schema, path, way, limits=False)
        if body.shared:
            module.shared |= names_of(parts) & {
                *home.exports,
                *module.package.common,
            }
        constant = prop.schema.const
        if (
            prop.required is True
            and constant is not None
            and isinstance(constant.data, (str, int))
        ):
            yield Argument(name, prop.name, parts, literal(constant.data), None, prop)
        else:
            yield Argument(
                name, prop.name, *_optional(parts, prop.required is True), None, prop
            )


def _optional(
    parts: tuple[Expr, ...], required: bool
) -> tuple[tuple[Expr, ...], Code | None]:
    if required:
        return parts, None
    return (*parts, UNSET_TYPE), UNSET


def _reply(module: Module, op: Operation, response: Response) -> Reply:
    name = status_name(response.status)
    failing = is_error(op, response.status)
    error = type_name(op.name) + name if failing else None
    path = (_response_name(op, response),)
    if error is not None:
        module.take(error, f"{op.name}.{response.status}", response.origin.place)
    contents = response.contents
    if contents is None:
        return Reply(
            response,
            "*/*",
            NONE if response.status in ("204", "205", "304") else JSON,
            error,
        )
    if not contents:
        return Reply(response, "*/*", NONE, error)
    content = next((c for c in contents if is_json(c.name)), contents[0])
    if not is_json(content.name):
        text = all(c.name.lower().startswith("text/") for c in contents)
        raw = code("str") if text else code("bytes")
        _note_structure(module, op, content)
        return Reply(response, content.name, raw, error)
    for other in contents:
        if other is not content:
            message = f"answers of {op.name} in {other.name} are not read, .raw has them; only {content.name} is typed"
            _note(module, other.origin.place, message)
    if content.schema is None:
        return Reply(response, content.name, JSON, error)
    meant = resolved(module.package, content.schema)
    binary = isinstance(meant, StringSchema) and meant.format == "binary"
    if binary and "*" in content.name:
        return Reply(response, content.name, code("bytes"), error)
    parts = annotate(module, content.schema, path, "receive", limits=False)
    return Reply(response, content.name, union(parts), error)


def is_error(op: Operation, status: str) -> bool:
    """Whether an answer of this status is raised. `default` is, unless no success is documented."""
    if status == "default":
        return any(r.status[0] in "23" for r in op.responses)
    return status[0] in "45"


def _result(replies: Sequence[Reply]) -> Expr:
    """What a success may hold, null last."""
    parts: list[Expr] = []
    for reply in replies:
        if reply.error is None and reply.response.status[0] != "1":
            whole = reply.annotation
            parts += whole.parts if isinstance(whole, Union) else [whole]
    if not parts or JSON in parts:
        return JSON
    return union(sorted(parts, key=lambda part: part == NONE))
