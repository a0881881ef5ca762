"""What a spec says of its page, in the order in which pages say it.

The IR is walked as a reader of the page meets it: an operation, its parameters by place, its body, each
answer. A schema that is used in two places is met twice, since a page prints it twice. Nothing here
knows the text of a page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import cast

from truecopy.diagnostics import Place
from truecopy.facts import marked
from truecopy.ir import (
    Api,
    ArraySchema,
    BooleanSchema,
    Document,
    Evidence,
    Header,
    MediaType,
    NamedSchema,
    NullSchema,
    NumberSchema,
    ObjectSchema,
    Operation,
    Origin,
    Parameter,
    Property,
    RefSchema,
    Schema,
    State,
    StringSchema,
    UnionSchema,
)
from truecopy.records import record
from truecopy.source import Items, Node, Table, spots

Pointer = tuple[str, ...]

# Nesting beyond this is not on any page; a schema that holds itself ends here.
_DEPTH = 8
_NODES = 20_000

_BOUNDS = {
    *(
        "minLength",
        "maxLength",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
    ),
    *("minItems", "maxItems", "minProperties", "maxProperties", "multipleOf"),
}
# Keys of a parameter, a property or a schema that state a fact of the page.
_CHECKED = {
    *(
        "type",
        "required",
        "enum",
        "const",
        "default",
        "example",
        "examples",
        "format",
        "pattern",
    ),
    *(
        "readOnly",
        "writeOnly",
        "deprecated",
        "uniqueItems",
        "sunset",
        "contentMediaType",
        *_BOUNDS,
    ),
}


# What is said of one of these is said of each fact in it.
_LISTS = {"enum", "examples", "items", "additionalProperties"}


@record
class Claim:
    """One fact of the spec: its place, what kind it is, its value, and how the page supports it."""

    pointer: Pointer
    kind: str
    value: Node
    place: Place
    state: State
    marked: bool
    also: tuple[Node, ...]


@record
class Field:
    """Something that a page lists by name: a parameter, a header, a property, at one of its places.

    `path` is its dotted name below its section, without the marks of lists.
    """

    name: str
    path: tuple[str, ...]
    pointer: Pointer
    place: Place
    section: int
    claims: tuple[Claim, ...]
    family: str


@record
class Section:
    """A list of fields: parameters of one location, a request body, an answer's body or headers."""

    operation: str
    kind: str
    status: str
    pointer: Pointer


@record
class Sample:
    """A whole body or value that the spec shows, with the section whose shape it has.

    `states` says how the page supports a value by its path, where it has a mark.
    """

    section: int
    pointer: Pointer
    value: Node
    place: Place
    states: Mapping[Pointer, State]


@record
class Claims:
    """All that a spec says of a page. `facts` are claims that stand for themselves and not in a field."""

    sections: tuple[Section, ...]
    fields: tuple[Field, ...]
    samples: tuple[Sample, ...]
    facts: tuple[Claim, ...]
    prose: str


def claims_of(api: Api, document: Document) -> Claims:
    """What the spec of a document says, with what api.yaml says for all documents."""
    return _Walk(api, document).whole()


class _Walk:
    def __init__(self, api: Api, document: Document) -> None:
        self.api, self.document = api, document
        self.schemas = {
            schema.name: schema for schema in (*api.schemas, *document.schemas)
        }
        self.files = (document.origin.place.file, api.origin.place.file)
        self.marks = {
            document.origin.place.file: _by_pointer(document.evidence),
            api.origin.place.file: _by_pointer(api.evidence),
        }
        self.sections: list[Section] = []
        self.fields: list[Field] = []
        self.samples: list[Sample] = []
        self.facts: list[Claim] = []
        self.texts: list[str] = []
        # What the page leaves out and what is walked now hangs from.
        self.missing: Pointer | None = None

    def whole(self) -> Claims:
        api, document = self.api, self.document
        root = document.origin
        self._plain(root, ("document",), ("title", "version"))
        self._plain(api.origin, (), ("title", "version"))
        for server in api.servers:
            self._plain(server.origin, (), ("url",), kind="server")
            for variable in server.variables:
                self._plain(variable.origin, (), ("default", "enum", "example"))
        for scheme in api.security_schemes:
            self._security(scheme.origin)
        if api.webhooks is not None:
            self._webhooks()
        if any(
            "security_requirements" not in o.origin.table for o in document.operations
        ):
            self._scopes(api.origin)
        for operation in document.operations:
            self._operation(operation)
        self._prose(document.origin.table)
        self._prose(api.origin.table)
        return Claims(
            tuple(self.sections),
            tuple(self.fields),
            tuple(self.samples),
            tuple(self.facts),
            "\n".join(self.texts),
        )

    def _plain(
        self, origin: Origin, below: Pointer, keys: Sequence[str], kind: str = ""
    ) -> None:
        table: Node = origin.table
        for step in below:
            table = table.get(step) if isinstance(table, Table) else None
        if not isinstance(table, Table):
            return
        for key in keys:
            if key in table:
                self._fact(origin, (*below, key), table[key], kind or key)

    def _fact(self, origin: Origin, path: Pointer, value: Node, kind: str) -> None:
        """A fact, or one for each item of a list."""
        if isinstance(value, Items):
            for index, item in enumerate(value):
                self._fact(origin, (*path, str(index)), item, kind)
        elif not isinstance(value, Table):
            self.facts.append(self._claim(origin, path, value, kind))

    def _claim(self, origin: Origin, path: Pointer, value: Node, kind: str) -> Claim:
        pointer = (*origin.pointer, *path)
        marks = self.marks[origin.place.file]
        state, own, depth = _state(pointer, marks)
        if self.missing is not None and not own:
            below = pointer[: len(self.missing)] == self.missing
            if not below or depth <= len(self.missing):
                state = "missing"
        also: list[Node] = []
        for evidence in marks.get(pointer, ()):
            if evidence.state == "conflicting":
                also += [_plain_value(each.data) for each in evidence.also]
        return Claim(
            pointer,
            kind,
            value,
            spots(origin.table, path)[0],
            state,
            own,
            tuple(also),
        )

    def _security(self, origin: Origin) -> None:
        table = origin.table
        if table.get("type") == "apiKey":
            self._plain(origin, (), ("name",), kind="header")
            self._plain(origin, (), ("in",))
        self._plain(origin, (), ("scheme",), kind="scheme")
        self._plain(origin, (), ("example", "prefix", "token_url", "scopes"))

    def _scopes(self, origin: Origin) -> None:
        """The scopes that calls need."""
        requirements = origin.table.get("security_requirements")
        if isinstance(requirements, Items):
            for index, each in enumerate(requirements):
                for scheme, scopes in each.items() if isinstance(each, Table) else ():
                    path = ("security_requirements", str(index), scheme)
                    self._fact(origin, path, scopes, "scope")

    def _webhooks(self) -> None:
        webhooks = self.api.webhooks
        assert webhooks is not None
        if webhooks.signature is not None:
            self._plain(webhooks.signature.origin, (), ("header",), kind="header")
            signed = ("prefix", "algorithm", "encoding")
            self._plain(webhooks.signature.origin, (), signed)
            stamp = webhooks.signature.timestamp
            if stamp is not None:
                self._plain(stamp.origin, (), ("header",), kind="header")
        self._plain(webhooks.origin, ("event",), ("header",), kind="header")
        self._plain(webhooks.origin, ("event",), ("property",), kind="mention")
        for header in webhooks.headers:
            self._fact(header.origin, (), header.name, "header")
        for name, body in webhooks.events:
            self._fact(body.origin, (), name, "webhook")
            section = self._section("", "webhook", name, body.origin)
            self._body(body, section)

    def _operation(self, operation: Operation) -> None:
        origin = operation.origin
        for key in (
            "method",
            "path",
            "permissions",
            "webhooks",
            "deprecated",
            "sunset",
        ):
            self._plain(origin, (), (key,))
        self._scopes(origin)
        rules = origin.table.get("rules")
        if isinstance(rules, Items):
            for index, rule in enumerate(rules):
                self._fact(origin, ("rules", str(index)), rule, "rule")
        for location in ("path", "query", "header", "cookie"):
            found = [p for p in operation.parameters if p.location == location]
            keyed = operation.idempotency if location == "header" else None
            if found or keyed is not None:
                section = self._section(operation.name, location, "", origin)
                if keyed is not None:
                    self._idempotency(operation, section)
                for parameter in found:
                    self._field(
                        parameter, parameter.schema, (parameter.name,), section, 0
                    )
        if operation.request is not None:
            section = self._section(
                operation.name, "request", "", operation.request.origin
            )
            for body in operation.request.contents:
                self._media_type(body)
                self._body(body, section)
        for response in operation.responses:
            self.facts.append(
                self._claim(response.origin, (), response.status, "status")
            )
            section = self._section(
                operation.name, "response", response.status, response.origin
            )
            if self.facts[-1].state == "missing":
                self.missing = response.origin.pointer
            for header in response.headers:
                self._field(header, header.schema, (header.name,), section, 0)
            for body in response.contents or ():
                self._media_type(body)
                self._body(body, section)
            self.missing = None
        self._rest(operation)

    def _rest(self, operation: Operation) -> None:
        failure = operation.failure
        if failure is not None:
            self._plain(failure.origin, ("when",), ("property",), kind="mention")
            self._plain(failure.origin, ("when",), ("equals",))
            self._plain(failure.origin, (), ("status", "message"), kind="mention")
        if operation.pagination is not None:
            names = ("parameter", "limit", "next", "items")
            self._plain(operation.pagination.origin, (), names, kind="mention")
        if (
            operation.rate_limit is not None
            and operation.rate_limit.origin.place.file == self.files[0]
        ):
            self._plain(
                operation.rate_limit.origin,
                (),
                ("limit", "remaining", "reset"),
                kind="header",
            )
        for example in operation.examples:
            self._example(operation, example.origin)

    def _example(self, operation: Operation, origin: Origin) -> None:
        table = origin.table
        request, response = table.get("request"), table.get("response")
        if isinstance(request, Table):
            for part in ("path", "query", "headers", "cookies"):
                values = request.get(part)
                if isinstance(values, Table):
                    for name in values:
                        self._fact(
                            origin, ("request", part, name), values[name], "example"
                        )
            if "body" in request:
                index = self._index(operation.name, "request", "")
                self.samples.append(
                    self._sample(origin, ("request", "body"), request["body"], index)
                )
        if isinstance(response, Table):
            status = str(response.get("status", ""))
            if "body" in response:
                index = self._index(operation.name, "response", status)
                self.samples.append(
                    self._sample(origin, ("response", "body"), response["body"], index)
                )
            values = response.get("headers")
            if isinstance(values, Table):
                for name in values:
                    self._fact(
                        origin, ("response", "headers", name), values[name], "example"
                    )

    def _sample(
        self, origin: Origin, path: Pointer, value: Node, section: int
    ) -> Sample:
        pointer = (*origin.pointer, *path)
        marks = self.marks[origin.place.file]
        states: dict[Pointer, State] = {
            below[len(pointer) :]: marked([e for e in found if not e.lacks])
            for below, found in marks.items()
            if below[: len(pointer)] == pointer and any(not e.lacks for e in found)
        }
        if self.missing is not None or _state(pointer, marks)[0] == "missing":
            states[()] = "missing"
        return Sample(section, pointer, value, spots(origin.table, path)[0], states)

    def _index(self, operation: str, kind: str, status: str) -> int:
        """The section of a body; of a status that is only described by its range, that range's."""
        best = -1
        for index, section in enumerate(self.sections):
            if (section.operation, section.kind) == (operation, kind):
                if section.status in (status, ""):
                    return index
                if section.status[:1] == status[:1] and section.status[1:] in (
                    "XX",
                    "xx",
                ):
                    best = index
        return best

    def _idempotency(self, operation: Operation, section: int) -> None:
        keyed = operation.idempotency
        assert keyed is not None
        origin = keyed.origin
        found = [
            self._claim(origin, (key,), origin.table[key], key)
            for key in origin.table
            if key in _CHECKED
        ]
        found.insert(0, self._claim(origin, ("header",), keyed.header, "name"))
        self.fields.append(
            Field(
                keyed.header,
                (keyed.header,),
                (*origin.pointer, "header"),
                origin.key("header"),
                section,
                tuple(found),
                "string",
            )
        )

    def _section(self, operation: str, kind: str, status: str, origin: Origin) -> int:
        self.sections.append(Section(operation, kind, status, origin.pointer))
        return len(self.sections) - 1

    def _media_type(self, body: MediaType) -> None:
        origin = body.origin
        if "media_type" in origin.table:
            self._plain(origin, (), ("media_type",))
        elif origin.pointer and origin.pointer[-1] == body.name:
            self.facts.append(self._claim(origin, (), body.name, "media_type"))

    def _body(self, body: MediaType, section: int) -> None:
        schema = body.schema
        if schema is None:
            return
        table = body.origin.table
        for key in ("example", "examples"):
            if key not in table:
                continue
            value = table[key]
            values = (
                list(enumerate(value))
                if key == "examples" and isinstance(value, Items)
                else [(None, value)]
            )
            for index, each in values:
                path = (key,) if index is None else (key, str(index))
                if isinstance(each, Table | Items):
                    self.samples.append(self._sample(body.origin, path, each, section))
                else:
                    self.facts.append(self._claim(body.origin, path, each, "example"))
        self._inside(schema, (), section, 0, ())

    def _inside(
        self,
        schema: Schema,
        path: Pointer,
        section: int,
        depth: int,
        above: tuple[str, ...],
    ) -> None:
        """The fields that a schema has below it."""
        if depth > _DEPTH or len(self.fields) > _NODES:
            return
        if isinstance(schema, RefSchema):
            named = self.schemas.get(schema.name)
            if named is not None and above.count(schema.name) < 2:
                self._inside(
                    named.schema, path, section, depth + 1, (*above, schema.name)
                )
        elif isinstance(schema, ObjectSchema):
            for each in schema.properties:
                self._field(
                    each, each.schema, (*path, each.name), section, depth + 1, above
                )
            if schema.additional is not None and not isinstance(
                schema.additional, bool
            ):
                self._inside(schema.additional, path, section, depth + 1, above)
        elif isinstance(schema, ArraySchema):
            self._inside(schema.items, path, section, depth + 1, above)
        elif isinstance(schema, UnionSchema):
            for branch in schema.branches:
                self._inside(branch, path, section, depth + 1, above)

    def _field(
        self,
        node: Parameter | Property | Header,
        schema: Schema,
        path: Pointer,
        section: int,
        depth: int,
        above: tuple[str, ...] = (),
    ) -> None:
        family = self._family(schema)
        found = [self._claim(node.origin, (), node.name, "name")]
        found += self._own(node.origin, schema)
        if schema.origin.pointer != node.origin.pointer:
            found += self._own(schema.origin, schema)
        items = schema
        while isinstance(items, ArraySchema):
            items = items.items
            if items.origin.pointer == schema.origin.pointer:
                break
            found += self._held(items)
        named = self._named(schema)
        if named is not None and not isinstance(named.schema, ObjectSchema):
            found += self._own(named.origin, named.schema)
        if (
            isinstance(schema, ObjectSchema)
            and schema.additional is not None
            and not isinstance(schema.additional, bool)
        ):
            found += self._held(schema.additional)
        self.fields.append(
            Field(
                node.name,
                path,
                node.origin.pointer,
                (
                    node.origin.place
                    if not node.origin.pointer
                    else self._key(node.origin)
                ),
                section,
                tuple(found),
                family,
            )
        )
        before = self.missing
        # A mark on what is inside may say that it is there all the same.
        self.missing = node.origin.pointer if found[0].state == "missing" else None
        self._inside(schema, path, section, depth, above)
        self.missing = before

    def _key(self, origin: Origin) -> Place:
        root = self.document.origin.table
        if origin.place.file != self.files[0]:
            root = self.api.origin.table
        return spots(root, origin.pointer)[0]

    def _own(self, origin: Origin, schema: Schema) -> Iterator[Claim]:
        """The claims that stand in one mapping."""
        table = origin.table
        for key in table:
            if key not in _CHECKED:
                continue
            value = table[key]
            if key == "type":
                yield self._claim(origin, (key,), self._type(schema, value), key)
            elif isinstance(value, Items) and key in ("enum", "examples"):
                for index, item in enumerate(value):
                    kind = "enum" if key == "enum" else "example"
                    yield self._claim(origin, (key, str(index)), item, kind)
            else:
                yield self._claim(origin, (key,), value, key)

    def _held(self, schema: Schema) -> Iterator[Claim]:
        """The claims on what a list or a map holds; its type is told with the list's."""
        for claim in self._own(schema.origin, schema):
            yield replace(claim, kind="items") if claim.kind == "type" else claim

    def _type(self, schema: Schema, value: Node) -> Node:
        """The type as JSON Schema names it, with null where it may be; a name's is that of its schema."""
        if isinstance(value, Items):
            names = ["null" if each is None else str(each) for each in value]
        else:
            names = [str(value)]
        known = {"string", "integer", "number", "boolean", "array", "object", "null"}
        family = self._family(schema)
        return "|".join(name if name in known else family for name in names)

    def _named(self, schema: Schema) -> NamedSchema | None:
        return self.schemas.get(schema.name) if isinstance(schema, RefSchema) else None

    def _family(self, schema: Schema) -> str:
        for _ in range(_DEPTH):
            named = self._named(schema)
            if named is None:
                break
            schema = named.schema
        kinds = {
            StringSchema: "string",
            BooleanSchema: "boolean",
            ArraySchema: "array",
            ObjectSchema: "object",
            NullSchema: "null",
        }
        if isinstance(schema, NumberSchema):
            return "integer" if schema.integer else "number"
        if isinstance(schema, UnionSchema):
            families = {self._family(branch) for branch in schema.branches}
            return families.pop() if len(families) == 1 else ""
        return next(
            (name for kind, name in kinds.items() if isinstance(schema, kind)), ""
        )

    def _prose(self, node: Node) -> None:
        """Every text of the spec, for what may be mentioned without being a fact."""
        if isinstance(node, Table):
            for key, value in node.items():
                self.texts.append(key)
                self._prose(value)
        elif isinstance(node, Items):
            for value in node:
                self._prose(value)
        else:
            self.texts.append(str(node))


def _by_pointer(evidence: Sequence[Evidence]) -> dict[Pointer, list[Evidence]]:
    found: dict[Pointer, list[Evidence]] = {}
    for each in evidence:
        found.setdefault(each.pointer, []).append(each)
    return found


def _state(
    pointer: Pointer, marks: dict[Pointer, list[Evidence]]
) -> tuple[State, bool, int]:
    """How the page supports a fact, whether it says so itself, and how deep the mark is that says so."""
    own = [e for e in marks.get(pointer, ()) if not e.lacks]
    if not own and len(pointer) > 1 and pointer[-2] in _LISTS:
        own = [e for e in marks.get(pointer[:-1], ()) if not e.lacks]
    if own:
        # What is partly missing is partly there.
        there = [e for e in own if e.state != "missing"]
        return marked(there or own), True, len(pointer)
    for end in range(len(pointer) - 1, -1, -1):
        near = [e for e in marks.get(pointer[:end], ()) if not e.lacks]
        if near:
            state = marked(near)
            return "missing" if state == "missing" else "stated", False, end
    return "stated", False, -1


def _plain_value(data: object) -> Node:
    return cast("Node", data)
