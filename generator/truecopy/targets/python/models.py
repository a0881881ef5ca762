"""Schemas as annotations, and the classes and aliases that they need."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import assert_never

from truecopy.code import Code, code, docstring, dotted, identifier, literal
from truecopy.diagnostics import Diagnostic, Place, error, shown
from truecopy.ir import (
    AnySchema,
    ArraySchema,
    BooleanSchema,
    NamedSchema,
    NullSchema,
    NumberSchema,
    ObjectSchema,
    Origin,
    Property,
    RefSchema,
    Schema,
    StringSchema,
    UnionSchema,
    Value,
)
from truecopy.records import record
from truecopy.targets.python import docs
from truecopy.targets.python.directions import (
    ADDITIONAL,
    Direction,
    additional,
    all_members,
    references,
)
from truecopy.targets.python.layout import (
    Bracket,
    Expr,
    Union,
    assignment,
    call,
    entry,
    keyword,
    subscript,
    union,
)
from truecopy.targets.python.limits import limited, literal_values, python_type, weak
from truecopy.targets.python.naming import Scope, nested_name, spelt, type_name
from truecopy.targets.python.views import AliasView, FieldView, ModelView

_UNNAMEABLE = re.compile(r'["\\\x00-\x1f]')
UNSET = code("rt.UNSET")
UNSET_TYPE = code("rt.UnsetType")
NONE = code("None")
ANNOTATED = identifier("Annotated")
JSON = code("rt.Json")
_STR, _BOOL, _INT, _FLOAT = map(identifier, ("str", "bool", "int", "float"))


@record
class Package:
    """What every module of an API's package knows of the named schemas.

    `named` has them without their place; `common` are the classes of those that all documents share;
    `oauth` are the names of the schemes of OAuth 2, `uploads` those of the shared classes that are multipart bodies.
    """

    name: str
    schemas: Mapping[str, NamedSchema]
    named: Mapping[str, Schema]
    common: frozenset[str]
    oauth: frozenset[str]
    uploads: frozenset[str]
    directions: Mapping[str, Direction]


@dataclass(slots=True)
class Module:
    """One generated module while it is put together.

    `uploads` are the classes of multipart bodies.
    `made` are the nodes that classes, aliases and members are made from, each with the name of its class or
    alias, and of its member where it is one.
    """

    package: Package
    document: str | None
    scope: Scope
    uploads: frozenset[str]
    literals: list[AliasView] = field(default_factory=list[AliasView])
    aliases: list[AliasView] = field(default_factory=list[AliasView])
    models: list[ModelView] = field(default_factory=list[ModelView])
    shared: set[str] = field(default_factory=set[str])
    exports: dict[str, Place] = field(default_factory=dict[str, Place])
    findings: list[Diagnostic] = field(default_factory=list[Diagnostic])
    seen: dict[str, Place] = field(default_factory=dict[str, Place])
    docs: dict[str, Code] = field(default_factory=dict[str, Code])
    made: list[tuple[Origin, str, str]] = field(
        default_factory=list[tuple[Origin, str, str]]
    )

    def meets(self, name: str, place: Place) -> bool:
        """Whether a nested schema is met for the first time; it is met wherever its type is written."""
        if self.seen.get(name) == place:
            return False
        self.seen[name] = place
        return True

    def take(self, name: str, source: str, place: Place) -> Code:
        """A class or alias name of this module, exported by the package."""
        self.exports[self.scope.take(name, source, place)] = place
        return identifier(name)


def shared_module(package: Package) -> Module:
    """api.py as others see it, who name its types and do not make them."""
    return Module(package, None, Scope("api.py"), package.uploads)


def resolved(package: Package, schema: Schema) -> Schema:
    """The schema behind a reference, however long the chain."""
    for _ in range(len(package.schemas) + 1):
        if not isinstance(schema, RefSchema) or schema.name not in package.schemas:
            return schema
        schema = package.schemas[schema.name].schema
    return AnySchema(origin=schema.origin)


def is_model(schema: Schema) -> bool:
    """Whether a schema becomes a class: an object that lists properties."""
    return isinstance(schema, ObjectSchema) and bool(schema.properties)


def named(module: Module, schema: NamedSchema, place: Place) -> None:
    """Adds the class or alias of a named schema."""
    direction = module.package.directions.get(schema.name, "receive")
    inner, name = schema.schema, type_name(schema.name)
    if isinstance(inner, ObjectSchema) and inner.properties:
        add_model(module, name, schema.name, inner, direction, place)
    elif literal_values(inner) is not None:
        _listed(module, name, schema.name, inner, place)
    elif not _is_bare(inner):
        parts = annotate(module, inner, (name,), direction, direction != "receive")
        taken = module.take(name, schema.name, place)
        module.made.append((inner.origin, name, ""))
        told = docs.alias(inner, _says_limits(inner, direction))
        module.aliases.append(_alias(taken, union(parts), told))


def ordered(module: Module, schemas: Iterable[NamedSchema]) -> list[NamedSchema]:
    """The schemas, those first that the aliases of others name; an alias can't name itself."""
    todo = {schema.name: schema for schema in schemas}
    found: list[NamedSchema] = []
    while todo:
        name, first = next(iter(todo.items()))
        above = {name: (first, references(first.schema, in_classes=False))}
        while above:
            schema, references_ = above[next(reversed(above))]
            below = next(references_, None)
            if below is None:
                found.append(todo.pop(schema.name))
                del above[schema.name]
            elif below.name in above:
                message = f"'{below.name}' contains itself without an object between: not generated yet"
                place = above[below.name][0].schema.origin.place
                module.findings.append(error(place, "not-generated", message))
            elif below.name in todo:
                target = todo[below.name]
                above[below.name] = (
                    target,
                    references(target.schema, in_classes=False),
                )
    return found


def _is_alias(schema: Schema) -> bool:
    """Whether the name of a schema stands for its whole type, null among it."""
    return not is_model(schema) and literal_values(schema) is None


def _is_bare(schema: Schema) -> bool:
    """Whether a schema says too little to be worth a name."""
    return isinstance(schema, AnySchema | NullSchema) and not schema.enum


def add_model(
    module: Module,
    name: str,
    source: str,
    schema: ObjectSchema,
    direction: Direction,
    place: Place,
) -> Code:
    """Adds the class of an object and those below it; the name that it got."""
    taken = module.take(name, source, place)
    module.made.append((schema.origin, name, ""))
    fields = Scope(f"class {name}", wire=True)
    own = module.docs.get(name)
    lines = [
        _field(module, name, prop, fields, direction, at(schema, prop), own is None)
        for prop in all_members(schema, direction)
        if not (direction == "send" and prop.schema.read_only)
        and not (direction == "receive" and prop.schema.write_only)
    ]
    module.findings += fields.findings
    doc = own or docs.declared(schema, 4)
    if doc is None and not lines:
        doc = docstring([f"The object {source}."], 4)
    base = "Model" if additional(schema, direction) is None else "OpenModel"
    above = code("rt.{}", identifier(base))
    module.models.append(ModelView(taken, above, doc, tuple(lines)))
    return taken


def at(schema: ObjectSchema, prop: Property) -> Callable[[], Place]:
    """Where a member of an object is written."""
    if prop.key == ADDITIONAL and not prop.name:
        return functools.partial(schema.origin.key, "additionalProperties")
    return functools.partial(schema.origin.key, "properties", prop.key)


def _field(
    module: Module,
    owner: str,
    prop: Property,
    fields: Scope,
    direction: Direction,
    where: Callable[[], Place],
    documented: bool,
) -> FieldView:
    name = fields.take(spelt(prop.key), prop.key, where)
    module.made.append((prop.origin, owner, name))
    schema = prop.schema
    parts = annotate(
        module, schema, (owner, prop.key), direction, limits=direction != "receive"
    )
    if direction == "both" and (schema.read_only or schema.write_only):
        parts = (_one_way(prop, parts),)
    default: Code | None = None
    if is_optional(prop, direction):
        parts = (*parts, UNSET_TYPE)
        default = UNSET
    elif (constant := default_of(prop, direction)) is not None:
        default = literal(constant.data)
    value: Expr | None = default
    if prop.name not in (name, ""):
        if _UNNAMEABLE.search(prop.name):
            message = (
                f"{shown(prop.name)} holds a quote, backslash or control character"
            )
            hint = ", which msgspec has not in names of members: not generated yet"
            fields.findings.append(error(where(), "not-generated", message + hint))
        named_ = keyword(identifier("name"), literal(prop.name))
        rest = [keyword(identifier("default"), default)] if default is not None else []
        value = call(dotted("msgspec.field"), [named_, *rest])
    declaration = assignment(identifier(name), union(parts), value, 4)
    told = docs.member(prop, _says_limits(schema, direction)) if documented else None
    return FieldView(declaration, told)


def _says_limits(schema: Schema, direction: Direction) -> bool:
    """Whether limits are told in words: answers are not held against them, nor requests against weak ones."""
    return direction == "receive" or bool(weak(schema))


def _one_way(prop: Property, annotation: Sequence[Expr]) -> Expr:
    """The type of a member that only requests hold, or only answers, where a class serves both."""
    required = [code("required=True")] if prop.required else []
    read_only = prop.schema.read_only
    side = call(code("rt.ReadOnly" if read_only else "rt.WriteOnly"), required)
    return subscript(ANNOTATED, [union(annotation), side])


def is_optional(prop: Property, direction: Direction) -> bool:
    """Whether a member may be absent. Of an answer's members that is what the document says outright."""
    if direction == "both" and (prop.schema.read_only or prop.schema.write_only):
        return True
    if direction == "receive":
        return prop.required is False
    return prop.required is not True


def default_of(prop: Property, direction: Direction) -> Value | None:
    """The constant that a member of a class is if it is not named, where a Literal can hold it."""
    const = prop.schema.const
    if const is None or direction == "receive" or is_optional(prop, direction):
        return None
    return const if isinstance(const.data, (str, int, bool)) else None


def as_value(expr: Expr) -> Expr:
    """A type as a value: type checkers know no `Annotated[...] | None` there, so the null goes inside."""
    parts = list(expr.parts) if isinstance(expr, Union) else []
    for index, part in enumerate(parts):
        if NONE in parts and isinstance(part, Bracket) and part.head == ANNOTATED:
            inner, *metadata = part.items
            parts[index] = subscript(ANNOTATED, [union([inner, NONE]), *metadata])
            return union([each for each in parts if each != NONE])
    return expr


def annotate(
    module: Module,
    schema: Schema,
    path: tuple[str, ...],
    direction: Direction,
    limits: bool,
) -> tuple[Expr, ...]:
    """The parts of a union that annotate a schema; None among them when it is nullable."""
    parts = _parts(module, schema, path, direction, limits)
    nullable = schema.nullable
    if isinstance(schema, RefSchema):
        target = module.package.schemas[schema.name].schema
        nullable = nullable or (target.nullable and not _is_alias(target))
    if nullable and NONE not in parts and parts != (JSON,):
        parts = (*parts, NONE)
    return parts


def _parts(
    module: Module,
    schema: Schema,
    path: tuple[str, ...],
    direction: Direction,
    limits: bool,
) -> tuple[Expr, ...]:
    if path[0] in module.uploads and path[2:] in ((), ("item",)):
        target = resolved(module.package, schema)
        if is_file(target):
            return _file(target, limits)
    values = literal_values(schema)
    if values is not None and not isinstance(schema, RefSchema):
        if schema.const is not None:
            return (_constant(schema.const, direction),)
        return _enum(_enum_name(module, schema, path), values, direction)
    parts = _of_kind(module, schema, path, direction, limits)
    return _held(parts, schema, direction, limits)


def _held(
    parts: tuple[Expr, ...], schema: Schema, direction: Direction, limits: bool
) -> tuple[Expr, ...]:
    """A type that holds its values to a constant, in answers too."""
    if schema.const is None or "const" in weak(schema):
        return parts
    if not limits and direction != "receive":
        return parts
    return (_only(union(parts), schema.const),)


def _of_kind(
    module: Module,
    schema: Schema,
    path: tuple[str, ...],
    direction: Direction,
    limits: bool,
) -> tuple[Expr, ...]:
    match schema:
        case StringSchema():
            return (limited(_STR, schema, limits),)
        case NumberSchema(integer=integer):
            return (limited(_INT if integer else _FLOAT, schema, limits),)
        case BooleanSchema():
            return (limited(_BOOL, schema, limits),)
        case ObjectSchema():
            return (_object(module, schema, path, direction, limits),)
        case ArraySchema(items=items):
            inner = union(annotate(module, items, (*path, "item"), direction, limits))
            return (limited(subscript(code("list"), [inner]), schema, limits),)
        case RefSchema():
            return _reference(module, schema, path, direction, limits)
        case UnionSchema():
            return _union(module, schema, path, direction, limits)
        case AnySchema():
            return (JSON,)
        case NullSchema():
            return (NONE,)
        case _:
            assert_never(schema)


def is_file(schema: Schema | None) -> bool:
    """Whether a member of a multipart body is a file (OpenAPI 3.0 and after)."""
    return isinstance(schema, StringSchema) and schema.format == "binary"


def _file(schema: Schema, limits: bool) -> tuple[Expr, ...]:
    kinds = (code("rt.FilePart"), code("bytes"))
    held = limited(union(kinds), sized(schema), limits)
    return kinds if isinstance(held, Union) else (held,)


def sized(schema: Schema) -> Schema:
    """What a schema of text says of the number of bytes."""
    if not isinstance(schema, StringSchema):
        return AnySchema(origin=schema.origin)
    return replace(schema, format=None, pattern=None, enum=(), const=None)


def _object(
    module: Module,
    schema: ObjectSchema,
    path: tuple[str, ...],
    direction: Direction,
    limits: bool,
) -> Expr:
    if schema.properties:
        name = nested_name(path)
        if module.meets(name, schema.origin.place):
            add_model(
                module, name, ".".join(path), schema, direction, schema.origin.place
            )
        return limited(identifier(name), schema, limits)
    inner: Expr = JSON
    if schema.additional is not None and not isinstance(schema.additional, bool):
        inner = union(
            annotate(module, schema.additional, (*path, "value"), direction, limits)
        )
    return limited(subscript(code("dict"), [code("str"), inner]), schema, limits)


def _reference(
    module: Module,
    schema: RefSchema,
    path: tuple[str, ...],
    direction: Direction,
    limits: bool,
) -> tuple[Expr, ...]:
    target = module.package.schemas[schema.name]
    inner = target.schema
    if _is_bare(inner):
        return annotate(module, inner, path, direction, limits)
    name = type_name(schema.name)
    if target.document is None and module.document is not None:
        module.shared.add(name)
    elif target.document != module.document:
        message = f"'{schema.name}' is written in {target.document}.yaml; a schema that others use belongs in api.yaml"
        module.findings.append(error(schema.origin.place, "schema-scope", message))
    values = literal_values(inner)
    if is_model(inner):
        held = limited(identifier(name), inner, limits)
        return _held((held,), inner, direction, limits)
    if values is None or (inner.const is not None and direction == "send"):
        return (identifier(name),)
    if inner.const is not None:
        constant = _constant(inner.const, direction)
        return (constant if isinstance(inner.const.data, bool) else identifier(name),)
    return _enum(identifier(name), values, direction)


def _union(
    module: Module,
    schema: UnionSchema,
    path: tuple[str, ...],
    direction: Direction,
    limits: bool,
) -> tuple[Expr, ...]:
    parts: list[Expr] = []
    for index, branch in enumerate(schema.branches, 1):
        below = (*path, f"option{index}")
        parts += annotate(module, branch, below, direction, limits)
    if JSON in parts:
        return (JSON,)
    if schema.discriminator is None:
        whole = limited(union(parts), schema, limits)
        return tuple(parts) if isinstance(whole, Union) else (whole,)
    pairs = [
        entry(value, literal(type_name(name)))
        for value, name in schema.discriminator.mapping
    ]
    mapping = Bracket(Code(""), "{", tuple(pairs), "}")
    metadata = call(
        code("rt.Discriminator"), [literal(schema.discriminator.property), mapping]
    )
    return (subscript(ANNOTATED, [union(parts), metadata]),)


def _enum_name(module: Module, schema: Schema, path: tuple[str, ...]) -> Code:
    name = nested_name(path)
    if module.meets(name, schema.origin.place):
        _listed(module, name, ".".join(path), schema, schema.origin.place)
    return identifier(name)


def _listed(
    module: Module, name: str, source: str, schema: Schema, place: Place
) -> None:
    """The alias of the values that a schema lists."""
    taken = module.take(name, source, place)
    module.made.append((schema.origin, name, ""))
    values = literal_values(schema) or ()
    doc = docs.declared(schema, 0)
    module.literals.append(_alias(taken, _literal(values), doc))


def _literal(values: Iterable[Value]) -> Expr:
    return subscript(identifier("Literal"), [literal(value.data) for value in values])


def _constant(value: Value, direction: Direction) -> Expr:
    """The type of a constant, which answers are held to as well; msgspec reads no Literal[True]."""
    if isinstance(value.data, bool) and direction != "send":
        return _only(identifier("bool"), value)
    return _literal([value])


def _only(type_: Expr, value: Value) -> Expr:
    """A type of which one value is right, where a Literal can't say so."""
    only = call(code("rt.Const"), [literal(value.data)])
    return subscript(ANNOTATED, [type_, only])


def _alias(name: Code, type_: Expr, doc: Code | None) -> AliasView:
    return AliasView(assignment(name, identifier("TypeAlias"), type_, 0), doc)


def _enum(
    name: Code,
    values: Sequence[Value],
    direction: Direction,
) -> tuple[Expr, ...]:
    """Closed where values are sent only; open where an answer may bring one that is not known yet."""
    if direction == "send":
        return (name,)
    kinds = list(dict.fromkeys(python_type(value) for value in values))
    base = union([identifier(kind) for kind in kinds])
    return (subscript(ANNOTATED, [base, name]),)
