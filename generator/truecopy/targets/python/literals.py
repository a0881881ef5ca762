"""Arguments as a caller writes them in Python."""

from __future__ import annotations

from collections.abc import Mapping

from truecopy.code import (
    EMPTY,
    Code,
    bytes_literal,
    code,
    identifier,
    literal,
    repeated,
)
from truecopy.ir import (
    ArraySchema,
    ObjectSchema,
    Property,
    RefSchema,
    Schema,
    UnionSchema,
)
from truecopy.json_values import identity
from truecopy.source import Json
from truecopy.targets.python.bodies import is_raw, is_text
from truecopy.targets.python.calls import Suite, folded, sends_file, server_of
from truecopy.targets.python.layout import (
    Bracket,
    Expr,
    Labelled,
    call,
    entry,
    keyword,
)
from truecopy.targets.python.models import default_of
from truecopy.targets.python.naming import nested_name, spelt, type_name

# The modules that hold the classes: the document's own, and the one that all documents share.
_OWN, _SHARED = code("_m"), code("_a")


def arguments(
    suite: Suite, values: Mapping[str, Json], key: str | None = None
) -> Bracket:
    """Arguments by name, with the options that a call can't do without; `key` is the one of its attempts."""
    items = [_entry(suite, name, value) for name, value in values.items()]
    said = options(suite, key)
    if said:
        value = call(code("rt.RequestOptions"), said)
        items.append(entry("options", value))
    return Bracket(EMPTY, "{", items, "}")


def options(suite: Suite, key: str | None) -> list[Expr]:
    """What a call has to say beside its arguments: the key of its attempts, a server of its own."""
    op, api = suite.planned.op, suite.common.api
    said: list[Expr] = []
    if len(op.servers) > 1 and api.servers[0].name not in op.servers:
        server = server_of(api, op).name
        said.append(keyword(code("server"), literal(server)))
    if key is not None:
        said.append(keyword(code("idempotency_key"), literal(key)))
    return said


def _entry(suite: Suite, name: str, value: Json) -> Labelled:
    return entry(name, given(suite, name, value))


def given(suite: Suite, name: str, value: Json) -> Expr:
    """The value of one argument, as a caller writes it."""
    a = suite.by_name[name]
    body = suite.planned.body
    if a.parameter is not None:
        path = (type_name(suite.planned.op.name), a.parameter.key)
        return construct(suite, a.parameter.schema, value, path, _OWN)
    if a.member is not None and body is not None:
        module = _SHARED if body.shared else _OWN
        path = (body.name, a.member.key)
        if sends_file(suite, a):
            return _files(value)
        return construct(suite, a.member.schema, value, path, module)
    if body is not None and is_raw(body.media_type) and not is_text(body.media_type):
        return bytes_literal(str(value).encode())
    if body is None or suite.body_schema is None:
        return tree(value)
    return construct(suite, suite.body_schema, value, (body.name,), _OWN)


def _files(value: Json) -> Expr:
    """The content of a file as bytes, or that of several."""
    if isinstance(value, list):
        return Bracket(EMPTY, "[", [_files(item) for item in value], "]")
    return bytes_literal(str(value).encode())


def named_files(suite: Suite, values: Mapping[str, Json]) -> Bracket:
    """Files by the names of their arguments, with what is sent of a file that has no name."""
    items = [
        entry(name, _named(value, suite.by_name[name].wire))
        for name, value in values.items()
    ]
    return Bracket(EMPTY, "{", items, "}")


def _named(value: Json, name: str) -> Expr:
    if isinstance(value, list):
        return Bracket(EMPTY, "[", [_named(item, name) for item in value], "]")
    return call(code("rt.FilePart"), [_files(value), literal(name)])


def construct(
    suite: Suite, schema: Schema, value: Json, path: tuple[str, ...], module: Code
) -> Expr:
    """The value as a caller writes it: objects that have a class are made with it."""
    if value is None:
        return literal(None)
    requests = suite.common.requests
    if isinstance(schema, RefSchema):
        target = requests.named[schema.name]
        home = _SHARED if schema.name in suite.common.shared else _OWN
        return construct(suite, target, value, (type_name(schema.name),), home)
    if isinstance(schema, UnionSchema):
        chosen = requests.branch(schema, value)
        if chosen is not None:
            number, branch = chosen
            below = (*path, f"option{number}")
            return construct(suite, branch, value, below, module)
    elif isinstance(schema, ObjectSchema) and isinstance(value, dict):
        if schema.properties:
            return _instance(suite, schema, value, path, module)
        inner, below = schema.additional, (*path, "value")
        if inner is not None and not isinstance(inner, bool):
            entries = [
                entry(k, construct(suite, inner, v, below, module))
                for k, v in value.items()
            ]
            return Bracket(EMPTY, "{", entries, "}")
    elif isinstance(schema, ArraySchema) and isinstance(value, list):
        items, below = schema.items, (*path, "item")
        listed = [construct(suite, items, item, below, module) for item in value]
        return Bracket(EMPTY, "[", listed, "]")
    if not requests.lists(schema, value):
        return call(code("testing.wrong"), [tree(value)])
    return tree(value)


def _instance(
    suite: Suite,
    schema: ObjectSchema,
    value: Mapping[str, Json],
    path: tuple[str, ...],
    module: Code,
) -> Expr:
    """A call of the class of an object; the members of a normal value are in its order."""
    members, owner = suite.members(schema), nested_name(path)
    items: list[Expr] = [
        keyword(
            identifier(spelt(members[name].key)),
            construct(
                suite, members[name].schema, item, (owner, members[name].key), module
            ),
        )
        for name, item in folded(members, value).items()
        if not _is_given(members[name], item)
    ]
    items += [
        keyword(identifier(spelt(prop.key)), code("testing.wrong(rt.UNSET)"))
        for prop in members.values()
        if prop.required and prop.schema.write_only and prop.name not in value
    ]
    return call(code("{}.{}", module, identifier(owner)), items)


def _is_given(prop: Property, value: Json) -> bool:
    """Whether a member is a constant that its class has without being told."""
    const = default_of(prop, "both")
    return const is not None and identity(const.data) == identity(value)


def tree(value: Json) -> Expr:
    """JSON data as a literal that can be opened line by line."""
    if isinstance(value, str):
        return repeated(value)
    if isinstance(value, dict):
        entries = tuple(entry(k, tree(v)) for k, v in value.items())
        return Bracket(EMPTY, "{", entries, "}")
    if isinstance(value, list):
        return Bracket(EMPTY, "[", tuple(tree(item) for item in value), "]")
    return literal(value)
