"""The value in the middle: an API as data, free of defaults, references to text and languages.

Every node has an `origin`, which takes no part in equality: two specs that mean the same are equal.
`None` in a field that the language leaves optional means that the document does not say.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import field
from typing import Literal, cast

from truecopy.diagnostics import Place
from truecopy.records import node, record
from truecopy.source import Json, Table, spots

State = Literal["stated", "inferred", "missing", "conflicting"]
Location = Literal["path", "query", "header", "cookie"]
SchemeType = Literal["http", "apiKey", "oauth2"]
HttpScheme = Literal["bearer", "basic"]
KeyLocation = Literal["header", "query", "cookie"]
TokenAuth = Literal["client_secret_basic", "client_secret_post"]
PageStyle = Literal["cursor", "page", "offset", "link"]
Style = Literal[
    "simple", "label", "matrix", "form", "spaceDelimited", "pipeDelimited", "deepObject"
]
# The style of a parameter of which none is stated.
STYLES: Mapping[Location, Style] = {
    "path": "simple",
    "query": "form",
    "header": "simple",
    "cookie": "form",
}


@record
class Value:
    """A JSON value. Canonical JSON text decides equality, so that 1, 1.0 and true differ."""

    data: Json = field(compare=False)
    text: str


@record
class Evidence:
    """How the document supports one fact.

    `pointer` leads from the spec's root to the fact; `key` is the fact's dotted name below the
    node that carries this evidence, empty for the node itself.
    """

    pointer: tuple[str, ...]
    key: str
    state: State
    because: str
    source: str | None
    also: tuple[Value, ...]
    lacks: tuple[str, ...]
    place: Place


@record
class Origin:
    """The mapping that a node is written as, and its evidence.

    Nodes may share a mapping, as a parameter and its schema do; `only` says which keys are this
    node's, where they are not all.
    """

    pointer: tuple[str, ...]
    table: Table
    evidence: tuple[Evidence, ...] = ()
    only: Container[str] | None = None

    @property
    def place(self) -> Place:
        """Where the node begins."""
        return self.table.place

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the node, in the order in which they are written."""
        only = self.only
        return tuple(k for k in self.table if only is None or k in only)

    def key(self, *path: str) -> Place:
        """Where the last key of a path below the node is written."""
        return spots(self.table, path)[0]


def _origin() -> Origin:
    return cast("Origin", field(compare=False, repr=False))


@node
class Common:
    """What every schema may say."""

    nullable: bool = False
    description: str | None = None
    enum: tuple[Value, ...] = ()
    const: Value | None = None
    default: Value | None = None
    examples: tuple[Value, ...] = ()
    read_only: bool = False
    write_only: bool = False
    deprecated: bool = False
    origin: Origin = _origin()


@node
class AnySchema(Common):
    """Nothing is said of the type."""


@node
class NullSchema(Common):
    """Only null."""


@node
class BooleanSchema(Common):
    """true or false."""


@node
class StringSchema(Common):
    """Text; lengths count characters (RFC 8259)."""

    format: str | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    content_media_type: str | None = None


@node
class NumberSchema(Common):
    """A number; `integer` when it has no fraction."""

    integer: bool
    format: str | None = None
    minimum: int | float | None = None
    maximum: int | float | None = None
    exclusive_minimum: int | float | None = None
    exclusive_maximum: int | float | None = None
    multiple_of: int | float | None = None


@node
class ArraySchema(Common):
    """A list."""

    items: Schema
    min_items: int | None = None
    max_items: int | None = None
    unique_items: bool = False


@node
class ObjectSchema(Common):
    """An object. `additional` is None when the document does not say, else a flag or a schema."""

    properties: tuple[Property, ...] = ()
    additional: bool | Schema | None = None
    min_properties: int | None = None
    max_properties: int | None = None


@node
class RefSchema(Common):
    """A schema of this API by name."""

    name: str


@node
class UnionSchema(Common):
    """One of several schemas; with a discriminator, its property says which."""

    branches: tuple[Schema, ...]
    discriminator: Discriminator | None = None


Schema = (
    AnySchema
    | NullSchema
    | BooleanSchema
    | StringSchema
    | NumberSchema
    | ArraySchema
    | ObjectSchema
    | RefSchema
    | UnionSchema
)


@node
class Discriminator:
    """`mapping` leads from the property's value to the name of a schema, sorted by value."""

    property: str
    mapping: tuple[tuple[str, str], ...]
    origin: Origin = _origin()


@record
class Property:
    """`name` is the wire's, `key` the spec's; they differ when the spec says so."""

    key: str
    name: str
    required: bool | None
    sunset: str | None
    schema: Schema
    origin: Origin = _origin()


@node
class Parameter:
    """A path, query, header or cookie parameter, with its style decided (OpenAPI 3.1)."""

    key: str
    name: str
    location: Location
    required: bool | None
    style: Style
    explode: bool
    sunset: str | None
    schema: Schema
    origin: Origin = _origin()


def parameter_slot(location: str, name: str) -> tuple[str, str]:
    """What makes two parameters one: header names are the same in any case."""
    return location, name.lower() if location == "header" else name


@node
class Header:
    """A header of an answer."""

    name: str
    required: bool | None
    explode: bool
    schema: Schema
    origin: Origin = _origin()


@node
class MediaType:
    """A body of one media type. `schema` is None when nothing is said of its shape."""

    name: str
    schema: Schema | None
    origin: Origin = _origin()


@node
class RequestBody:
    """The request body by media type, in the document's order."""

    required: bool | None
    description: str | None
    contents: tuple[MediaType, ...]
    origin: Origin = _origin()


@node
class Response:
    """An answer. `contents` is empty when there is no body, None when the document does not say."""

    status: str
    description: str | None
    headers: tuple[Header, ...]
    contents: tuple[MediaType, ...] | None
    origin: Origin = _origin()


@node
class Variable:
    """A variable of a server's URL."""

    name: str
    description: str | None
    enum: tuple[str, ...]
    default: str | None
    example: Value | None
    origin: Origin = _origin()


@node
class Server:
    """A base URL with variables in braces."""

    name: str
    url: str
    description: str | None
    variables: tuple[Variable, ...]
    origin: Origin = _origin()


@node
class SecurityScheme:
    """A security scheme (OpenAPI); fields that its type does not have are None."""

    name: str
    type: SchemeType
    description: str | None
    scheme: HttpScheme | None
    location: KeyLocation | None
    parameter: str | None
    prefix: str
    example: str | None
    token_url: str | None
    token_auth: TokenAuth | None
    scopes: tuple[tuple[str, str], ...]
    origin: Origin = _origin()


@node
class Requirement:
    """Security schemes that are needed together, each with its scopes."""

    schemes: tuple[tuple[str, tuple[str, ...]], ...]


@node
class Failure:
    """A failure inside a success status; properties are paths of wire names."""

    when: tuple[str, ...]
    equals: Value
    status: tuple[str, ...] | None
    message: tuple[str, ...] | None
    origin: Origin = _origin()


@node
class RateLimit:
    """Names of response headers."""

    limit: str | None
    remaining: str | None
    reset: str | None
    origin: Origin = _origin()


@node
class Pagination:
    """How the next page is asked for; `next` and `items` are paths of wire names.

    No path to the items means that the answer itself is their list.
    """

    style: PageStyle
    parameter: str | None
    limit: str | None
    next: tuple[str, ...] | None
    items: tuple[str, ...]
    origin: Origin = _origin()


@node
class Idempotency:
    """The header that makes retries of an operation safe."""

    header: str
    required: bool | None
    description: str | None
    format: str | None
    min_length: int | None
    max_length: int | None
    origin: Origin = _origin()


@node
class ExampleRequest:
    """What the document sends, by wire names."""

    path: tuple[tuple[str, Value], ...]
    query: tuple[tuple[str, Value], ...]
    headers: tuple[tuple[str, Value], ...]
    cookies: tuple[tuple[str, Value], ...]
    media_type: str | None
    body: Value | None


@node
class ExampleResponse:
    """What the document answers."""

    status: int
    headers: tuple[tuple[str, str], ...]
    media_type: str | None
    body: Value | None


@node
class Example:
    """A call that the document shows, or one half of it."""

    summary: str | None
    request: ExampleRequest | None
    response: ExampleResponse | None
    origin: Origin = _origin()


@node
class Operation:
    """A method on a path. `security` is None when the API has no security at all."""

    name: str
    method: str
    path: str
    summary: str | None
    description: str | None
    deprecated: bool
    sunset: str | None
    servers: tuple[str, ...]
    security: tuple[Requirement, ...] | None
    permissions: tuple[str, ...]
    webhooks: tuple[str, ...]
    idempotency: Idempotency | None
    rules: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    request: RequestBody | None
    responses: tuple[Response, ...]
    failure: Failure | None
    rate_limit: RateLimit | None
    pagination: Pagination | None
    examples: tuple[Example, ...]
    origin: Origin = _origin()


@node
class NamedSchema:
    """A schema that others may refer to; `document` is None for one that all documents share."""

    name: str
    document: str | None
    schema: Schema
    origin: Origin = _origin()


@node
class Document:
    """One page of the vendor and the operations that it describes."""

    name: str
    title: str
    description: str | None
    url: str | None
    version: str | None
    retrieved: str | None
    language: str | None
    operations: tuple[Operation, ...]
    schemas: tuple[NamedSchema, ...]
    evidence: tuple[Evidence, ...] = field(compare=False, repr=False)
    origin: Origin = _origin()


@node
class Timestamp:
    """Where an event says when it was sent; `tolerance` is in seconds."""

    header: str
    prefix: str
    tolerance: int | None
    origin: Origin = _origin()


@node
class Signature:
    """How the sender signs an event. `content` is "body", "flattened" or a text with {body} in it."""

    header: str
    prefix: str
    algorithm: str
    encoding: str
    content: str
    timestamp: Timestamp | None
    description: str | None
    origin: Origin = _origin()


@node
class Webhooks:
    """Events that the vendor sends, with their payloads.

    An event's name stands in the header `named_by`, or in the payload at a path of wire names.
    """

    signature: Signature | None
    named_by: str | tuple[str, ...] | None
    headers: tuple[Header, ...]
    events: tuple[tuple[str, MediaType], ...]
    origin: Origin = _origin()


@node
class Api:
    """The thing described; `name` is its folder's."""

    name: str
    title: str
    description: str | None
    url: str | None
    version: str | None
    servers: tuple[Server, ...]
    security_schemes: tuple[SecurityScheme, ...]
    webhooks: Webhooks | None
    schemas: tuple[NamedSchema, ...]
    documents: tuple[Document, ...]
    evidence: tuple[Evidence, ...] = field(compare=False, repr=False)
    origin: Origin = _origin()
