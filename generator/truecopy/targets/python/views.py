"""What the templates see: final names, annotations and text, all decided."""

from __future__ import annotations

from typing import NamedTuple

from truecopy.code import Code


class AliasView(NamedTuple):
    """`Name: TypeAlias = ...`."""

    declaration: Code
    doc: Code | None


class FieldView(NamedTuple):
    """`name: type = default`."""

    declaration: Code
    doc: Code | None


class ModelView(NamedTuple):
    """A class with its fields."""

    name: Code
    base: Code
    doc: Code | None
    fields: tuple[FieldView, ...]


class AnswerView(NamedTuple):
    """The class of an operation's answers, with what is typed of their headers."""

    declaration: Code
    doc: Code
    fields: tuple[FieldView, ...]


class ErrorView(NamedTuple):
    """An exception for one documented status of one operation."""

    name: Code
    base: Code
    doc: Code | None
    error: Code
    fields: tuple[FieldView, ...]


class MethodView(NamedTuple):
    """An operation as a method of a client."""

    signature: Code
    doc: Code
    module: Code
    body: Code | None
    returned: Code
    awaited: Code
    iterated: Code | None
    iterated_doc: Code
    async_iterated: Code | None


class ModuleView(NamedTuple):
    """A module of models, or of a document. `literals` are aliases that need no class."""

    doc: Code
    imports: tuple[Code, ...]
    literals: tuple[AliasView, ...]
    aliases: tuple[AliasView, ...]
    models: tuple[ModelView, ...]
    answers: tuple[AnswerView, ...]
    errors: tuple[ErrorView, ...]
    operations: tuple[Code, ...]


class WebhooksView(NamedTuple):
    """The module that reads events."""

    doc: Code
    imports: tuple[Code, ...]
    literals: tuple[AliasView, ...]
    models: tuple[ModelView, ...]
    aliases: tuple[AliasView, ...]
    exports: Code
    signature: Code | None
    declaration: Code
    definition: Code
    function_doc: Code
    verified: Code | None


class WebhooksTestView(NamedTuple):
    """The tests of that module."""

    doc: Code
    imports: tuple[Code, ...]
    secret: Code | None
    timed: bool
    now: Code
    tolerance: Code
    read: Code
    events: Code | None
    unknown: Code | None
    signed: Code | None
    models: bool


class ClientTestView(NamedTuple):
    """The tests of how both clients are made."""

    doc: Code
    imported: Code
    server: Code
    clients: Code
    environment: Code
    servers: Code


class FragmentView(NamedTuple):
    """The methods of one document's operations for one of the two clients."""

    methods: tuple[MethodView, ...]
    asynchronous: bool


class ClientView(NamedTuple):
    """Both clients."""

    doc: Code
    typing: Code
    imports: tuple[Code, ...]
    runtime: Code
    exports: Code
    servers: Code
    schemes: Code
    name: Code
    async_name: Code
    class_doc: Code
    async_class_doc: Code
    init: Code
    async_init: Code
    config: Code
    from_env: Code
    async_from_env: Code
    from_env_doc: Code
    from_env_call: Code
    methods: tuple[Code, ...]
    async_methods: tuple[Code, ...]


class InitView(NamedTuple):
    """The package's `__init__`."""

    doc: Code
    imports: tuple[Code, ...]
    names: Code


class ReadmeRow(NamedTuple):
    """One operation in the README."""

    method: Code
    path: Code
    call: Code
    summary: Code


class ReadmeSection(NamedTuple):
    """One document in the README."""

    title: Code
    document: Code | None
    rows: tuple[ReadmeRow, ...]
    notes: tuple[Code, ...]
    questions: tuple[Code, ...]


class ReadmeWebhooks(NamedTuple):
    """The webhooks in the README: what the reader takes, and the events."""

    package: Code
    arguments: Code
    signed: bool
    events: tuple[Code, ...]


class ReadmeView(NamedTuple):
    """The README of a distribution."""

    title: Code
    distribution: Code
    package: Code
    source: Code
    client: Code
    description: Code | None
    api: Code | None
    servers: tuple[Code, ...]
    settings: tuple[Code, ...]
    live: Code
    sample: tuple[Code, ...]
    walker: Code | None
    sections: tuple[Code, ...]
    questions: tuple[Code, ...]
    webhooks: ReadmeWebhooks | None


class ProjectView(NamedTuple):
    """The distribution's pyproject.toml."""

    name: Code
    package: Code
    version: Code
    description: Code


class ExampleTest(NamedTuple):
    """A call, what must go over the wire, and what becomes of the answer."""

    definition: Code
    doc: Code
    call: Code
    sent: Code
    headers: Code | None
    own_headers: Code | None
    outcome: Code
    clean: bool
    unclean: bool
    data: Code | None


class WalkTest(NamedTuple):
    """Two pages that are prepared, and what an iterator asks for to get them."""

    definition: Code
    walked: Code
    total: Code
    sent: Code


class OperationTests(NamedTuple):
    """What a document says of one operation, and the calls that it shows."""

    case: Code
    examples: tuple[ExampleTest, ...]
    walk: WalkTest | None


class TestView(NamedTuple):
    """The test module of one document."""

    doc: Code
    runtime: Code | None
    imported: Code
    server: Code
    clients: Code
    fetching: Code | None
    headers: Code | None
    modules: tuple[Code, ...]
    operations: tuple[OperationTests, ...]
    facts: Code | None
    tokens: Code | None
    live: Code
    environment: Code
    models: bool


View = (
    ModuleView
    | WebhooksView
    | WebhooksTestView
    | ClientTestView
    | FragmentView
    | ClientView
    | InitView
    | ReadmeView
    | ProjectView
    | TestView
)


class Page(NamedTuple):
    """A file to write: its path in the distribution, its template, what the template sees."""

    path: str
    template: str
    view: View
