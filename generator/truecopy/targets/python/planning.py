"""Decides every name and type of an operation before any text is made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from truecopy import values
from truecopy.code import Code, code, docstring, identifier, literal, names_of
from truecopy.diagnostics import Diagnostic, Place
from truecopy.ir import (
    AnySchema,
    Example,
    MediaType,
    ObjectSchema,
    Operation,
    Parameter,
    Property,
    Response,
    Schema,
    StringSchema,
)
from truecopy.media_types import MULTIPART, is_form, media_of
from truecopy.names import words
from truecopy.records import record
from truecopy.targets.python.bodies import (
    is_json,
    is_raw,
    is_sent,
    is_text,
    part_of,
    request_name,
    sendings,
)
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
    is_file,
    resolved,
    shared_module,
    sized,
)
from truecopy.targets.python.naming import (
    Scope,
    argument,
    constant_name,
    iterator,
    method,
    status_name,
    type_name,
)
from truecopy.targets.python.pages import Pages, pages


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
    """A request body that is generated: a class whose members are arguments, or one `body`.

    `name` is that of the class, or what the names of classes in it begin with.
    """

    media_type: str
    annotation: Expr
    required: bool
    name: str
    model: ObjectSchema | None
    shared: bool


@record
class Reply:
    """One documented answer: the type of its data, and for an error the name of its class."""

    response: Response
    media_type: str
    annotation: Expr
    error: str | None

    @property
    def content(self) -> MediaType | None:
        """The body that is read, as the document describes it."""
        contents = self.response.contents or ()
        return next((c for c in contents if c.name == self.media_type), None)


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


def sent_content(planned: Planned) -> MediaType | None:
    """The request body that the client sends."""
    if planned.op.request is None or planned.body is None:
        return None
    name = planned.body.media_type
    return next(c for c in planned.op.request.contents if c.name == name)


def one_of_several(planned: Planned) -> str | None:
    """The media type that the method sends, where another sends another."""
    several = len(list(sendings(planned.op))) > 1
    return planned.body.media_type if planned.body and several else None


def part_types(planned: Planned, named: Mapping[str, Schema]) -> dict[str, str] | None:
    """The media types that the document names for parts of a multipart body, by their names; None for another body."""
    content = sent_content(planned)
    if content is None or not is_form(content.name, MULTIPART):
        return None
    whole = content.schema and values.resolved(content.schema, named)
    found: dict[str, str] = {}
    for prop in whole.properties if isinstance(whole, ObjectSchema) else ():
        part = part_of(prop.schema, named)
        stated = part.content_media_type if isinstance(part, StringSchema) else None
        if stated is not None and "*" not in stated:
            found[prop.name] = stated
    return found


def plan(module: Module, op: Operation) -> tuple[Planned, ...]:
    """Decides names and types of the methods of an operation, one for each media type of its body that can be sent."""
    bodies = tuple(_bodies(module, op))
    if op.request is not None and not bodies:
        return ()
    replies = tuple(_reply(module, op, response) for response in op.responses)
    found = attributes(module, op, {r.response.status: bool(r.error) for r in replies})
    walked = pages(module, op, _successes(op, replies))
    answer = _answer_name(module, op, replies, found)
    result = _result(replies)
    planned: list[Planned] = []
    for sending, body in bodies or ((op.name, None),):
        name = sending if planned else op.name
        scope = Scope(f"the arguments of {name}", wire=True)
        arguments = tuple(_arguments(module, op, body, scope))
        module.findings += scope.findings
        planned.append(
            Planned(
                op=op if len(bodies) < 2 else _showing(op, body),
                name=method(name),
                constant=constant_name(name),
                arguments=arguments,
                body=body,
                replies=replies,
                result=result,
                pages=walked and replace(walked, name=iterator(name)),
                attributes=found,
                answer_name=answer,
            )
        )
    return tuple(planned)


def _showing(op: Operation, body: Body | None) -> Operation:
    """The operation with the sample calls that show one of its bodies."""
    contents = op.request.contents if op.request else ()
    own: list[Example] = []
    for example in op.examples:
        media_type = example.request.media_type if example.request else None
        media = media_of(contents, media_type)
        if media and body and media.name == body.media_type:
            own.append(example)
    return replace(op, examples=tuple(own))


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
        content = reply.content
        if content is None or content.schema is None or reply.error is not None:
            continue
        if is_json(content.name):
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


def _bodies(module: Module, op: Operation) -> Iterator[tuple[str, Body]]:
    """The bodies that are generated, each with the name of the operation that sends it."""
    for content in op.request.contents if op.request else ():
        if not is_sent(content.name):
            message = f"{op.name}: bodies of {content.name} are not generated yet"
            _note(module, content.origin.place, message)
    for name, content in sendings(op):
        body = _content(module, op, name, content)
        if body is not None:
            yield name, body


def _content(
    module: Module, op: Operation, name: str, content: MediaType
) -> Body | None:
    required = op.request is not None and op.request.required is not False
    schema, root = content.schema, request_name(name)
    if is_raw(content.name):
        if _asks_in_body(op):
            message = f"{op.name}: a body of {content.name} can't ask for a page: not generated yet"
            _note(module, content.origin.place, message)
            return None
        raw = _raw(module, root, content)
        _note_structure(module, op, content)
        return Body(content.name, raw, required, root, None, False)
    if schema is None:
        return Body(content.name, JSON, required, root, None, False)
    target = resolved(module.package, schema)
    if is_form(content.name) and not isinstance(target, ObjectSchema):
        message = f"{op.name}: a form that is no object is not generated yet"
        _note(module, content.origin.place, message)
        return None
    if not is_form(content.name, MULTIPART) and _is_upload(module, schema, target):
        message = f"{op.name}: files in a body of {content.name} are not generated yet, those of multipart/form-data are"
        _note(module, content.origin.place, message)
        return None
    if isinstance(target, ObjectSchema) and target.properties and not schema.nullable:
        what = f"Body of `{method(name)}`; its members are arguments of that method."
        module.docs[root] = docstring([what], 4)
        expr = union(annotate(module, schema, (root,), "send", limits=True))
        own = union(annotate(module, schema, (root,), "send", False)).text
        shared = (
            schema is not target
            and module.package.schemas[name_of(schema)].document is None
        )
        return Body(content.name, expr, required, own, target, shared)
    expr = union(annotate(module, schema, (root,), "send", limits=True))
    return Body(content.name, expr, required, root, None, False)


def _is_upload(module: Module, schema: Schema, target: Schema) -> bool:
    """Whether a schema is a class with files, which only a multipart body can send."""
    if type_name(name_of(schema)) not in module.uploads:
        return False
    members = all_members(target) if isinstance(target, ObjectSchema) else ()
    return any(is_file(part_of(m.schema, module.package.named)) for m in members)


def _asks_in_body(op: Operation) -> bool:
    """Whether what asks for the next page is a member of the body."""
    wanted = None if op.pagination is None else op.pagination.parameter
    return wanted is not None and all(p.name != wanted for p in op.parameters)


def name_of(schema: Schema) -> str:
    """The name that a reference leads with, empty for other schemas."""
    return getattr(schema, "name", "")


def _raw(module: Module, root: str, content: MediaType) -> Expr:
    """Text or bytes, with the bounds that are stated."""
    text = is_text(content.name)
    if content.schema is None:
        return code("str") if text else code("bytes")
    target = resolved(module.package, content.schema)
    if not text:
        return limited(code("bytes"), sized(target), True)
    if not isinstance(target, StringSchema):
        return code("str")
    return union(annotate(module, content.schema, (root,), "send", True))


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
    travels = module.package.directions.get(body.name, "send")
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
        path = (body.name, prop.key)
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
