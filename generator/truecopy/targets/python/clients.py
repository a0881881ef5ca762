"""The pages of the whole package: both clients, `__init__`, README, pyproject."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from truecopy.code import EMPTY, Code, code, docstring, identifier, literal
from truecopy.diagnostics import Diagnostic, Place
from truecopy.ir import Api, SecurityScheme, Server
from truecopy.names import constant, words
from truecopy.targets.python import docs
from truecopy.targets.python.documents import DocumentPages, import_line, runtime_import
from truecopy.targets.python.layout import (
    Bracket,
    Expr,
    Labelled,
    assignment,
    call,
    definition,
    keyword,
    opened,
)
from truecopy.targets.python.models import UNSET
from truecopy.targets.python.naming import Scope, argument, distribution
from truecopy.targets.python.views import ClientView, InitView, Page

CONFIG = ("server", "base_url", "timeout", "validate", "on_mismatch", "transport")


@dataclass(frozen=True, slots=True)
class Setting:
    """One argument of a client's constructor; `environment` names the variable that `from_env` reads."""

    name: str
    annotation: Code
    async_annotation: Code
    default: Code | None
    environment: str | None
    doc: str
    role: str


@dataclass(frozen=True, slots=True)
class Constructor:
    """What both clients' constructors take."""

    settings: tuple[Setting, ...]
    findings: tuple[Diagnostic, ...]
    schemes: Bracket
    servers: Bracket


def constructor(api: Api) -> Constructor:
    """The arguments of the clients: credentials, server variables, then what every client takes."""
    scope = Scope("the arguments of the client")
    for name in CONFIG:
        scope.take(name, name, api.origin.place)
    findings: list[Diagnostic] = []
    settings: list[Setting] = []
    schemes: list[Expr] = []
    only = _mandatory(api)
    prefix = constant(words(api.name))
    for scheme in api.security_schemes:
        names = [
            scope.take(name, scheme.name, scheme.origin.place)
            for name in _arguments(scheme, api)
        ]
        schemes.append(
            Labelled(code("{}: ", literal(scheme.name)), _scheme(scheme, names))
        )
        for name in names:
            settings.append(_credential(name, scheme, scheme.name in only, prefix))
        if scheme.type == "oauth2":
            message = "fetching OAuth 2 tokens is not generated yet; the client takes a token or a callable"
            findings.append(
                Diagnostic(scheme.origin.place, "note", "not-generated", message)
            )
    variables = _variables(api, scope)
    settings += variables.values()
    settings.sort(key=lambda s: s.default is not None)
    servers = [
        Labelled(
            code("{}: ", literal(s.name)),
            _server(s, {k: v.name for k, v in variables.items()}),
        )
        for s in api.servers
    ]
    if api.webhooks is not None:
        message = "types of webhook payloads and the check of their signature are not generated yet"
        findings.append(
            Diagnostic(api.webhooks.origin.place, "note", "not-generated", message)
        )
    return Constructor(
        tuple(settings),
        (*findings, *scope.findings),
        Bracket(EMPTY, "{", tuple(schemes), "}"),
        Bracket(EMPTY, "{", tuple(servers), "}"),
    )


def _mandatory(api: Api) -> set[str]:
    """Schemes that every call needs: the only alternative of every operation that needs any."""
    needed = [op.security for d in api.documents for op in d.operations if op.security]
    sets = [
        {name for name, _ in r.schemes} for alternatives in needed for r in alternatives
    ]
    return sets[0].intersection(*sets[1:]) if sets else set()


def _arguments(scheme: SecurityScheme, api: Api) -> list[str]:
    name = argument(scheme.name)
    if scheme.type == "http" and scheme.scheme == "basic":
        lone = sum(s.scheme == "basic" for s in api.security_schemes) == 1
        return (
            ["username", "password"]
            if lone
            else [f"{name}_username", f"{name}_password"]
        )
    return [name]


def _scheme(scheme: SecurityScheme, names: Sequence[str]) -> Expr:
    arguments: list[Expr] = [literal(name) for name in names]
    if scheme.type == "apiKey":
        arguments += [literal(scheme.location), literal(scheme.parameter)]
        if scheme.prefix:
            arguments.append(keyword(code("prefix"), literal(scheme.prefix)))
        return call(code("rt.ApiKey"), arguments)
    return call(code("rt.Basic") if len(names) == 2 else code("rt.Bearer"), arguments)


def _credential(
    name: str, scheme: SecurityScheme, mandatory: bool, prefix: str
) -> Setting:
    what = {
        "http": "Bearer token" if scheme.scheme == "bearer" else "Part of HTTP Basic",
        "apiKey": f"API key, sent as the {scheme.location} {scheme.parameter}",
        "oauth2": "Bearer token of OAuth 2",
    }[scheme.type]
    text = docs.sentence(scheme.description) or docs.sentence(what)
    return Setting(
        name=name,
        annotation=code("rt.Credential" if mandatory else "rt.Credential | None"),
        async_annotation=code(
            "rt.AsyncCredential" if mandatory else "rt.AsyncCredential | None"
        ),
        default=None if mandatory else code("None"),
        environment=f"{prefix}_{name.upper()}",
        doc=f"{text} A string, or a callable that is asked for each attempt.",
        role="credential",
    )


def _variables(api: Api, scope: Scope) -> dict[str, Setting]:
    found: dict[str, Setting] = {}
    for server in api.servers:
        for variable in server.variables:
            if variable.name in found:
                continue
            name = scope.take(
                argument(variable.name), variable.name, variable.origin.place
            )
            everywhere = all(
                any(v.name == variable.name and v.default is None for v in s.variables)
                for s in api.servers
            )
            found[variable.name] = Setting(
                name=name,
                annotation=code("str" if everywhere else "str | None"),
                async_annotation=code("str" if everywhere else "str | None"),
                default=None if everywhere else code("None"),
                environment=f"{constant(words(api.name))}_{name.upper()}",
                doc=docs.sentence(variable.description) or "Part of the server's URL.",
                role="variable",
            )
    return found


def _server(server: Server, arguments: dict[str, str]) -> Expr:
    items: list[Expr] = [literal(server.url)]
    variables: list[Expr] = []
    for variable in server.variables:
        facts: list[Expr] = [literal(arguments[variable.name])]
        if variable.default is not None:
            facts.append(keyword(code("default"), literal(variable.default)))
        if variable.enum:
            allowed = Bracket(EMPTY, "(", tuple(literal(v) for v in variable.enum), ")")
            facts.append(keyword(code("enum"), allowed))
        variables.append(
            Labelled(
                code("{}: ", literal(variable.name)), call(code("rt.Variable"), facts)
            )
        )
    if variables:
        items.append(Bracket(EMPTY, "{", tuple(variables), "}"))
    return call(code("rt.Server"), items)


def _common(api: Api, transport: Code) -> list[Code]:
    names = Bracket(
        code("Literal"), "[", tuple(literal(s.name) for s in api.servers), "]"
    )
    return [
        assignment(code("server"), names, literal(api.servers[0].name), 8, 1),
        code("base_url: str | None = None"),
        code("timeout: float = 60.0"),
        code("validate: bool = True"),
        code('on_mismatch: Literal["warn", "raise"] = "warn"'),
        code("transport: {} | None = None", transport),
    ]


def client_page(
    api: Api,
    built: Constructor,
    documents: Sequence[DocumentPages],
    sync: Sequence[Code],
    asynchronous: Sequence[Code],
) -> Page:
    """`client.py`: the methods come rendered, one fragment a document."""
    _, package, name = distribution(api.name)
    used = [(f".{d.document.name}", _annotated(d, d.exports)) for d in documents]
    used.append((".api", {name for d in documents for name in _annotated(d, d.shared)}))
    unset = any(_annotated(d, ["UNSET"]) for d in documents)
    used += [("._runtime", {"UnsetType"})] if unset else []
    title = docs.sentence(api.title)[:-1]
    args = [f"    {s.name}: {s.doc}" for s in built.settings]
    shared_doc = [
        "    server: Name of the server.",
        "    base_url: Used instead of the server's URL.",
        "    timeout: Seconds that a call may take.",
        "    validate: Whether requests are held against the document's limits before they are sent.",
        "    on_mismatch: What to do when an answer contradicts the document.",
        "    transport: Turns a request into an answer; httpx2 by default.",
    ]
    lead = docs.sentence(api.description) or f"Client of {title}."
    view = ClientView(
        doc=docstring(
            [
                f"Clients of {title}.",
                "",
                f"Generated by truecopy from specs/{api.name}. DO NOT EDIT.",
            ],
            0,
        ),
        imports=tuple(
            import_line(module, names, 4) for module, names in sorted(used) if names
        ),
        runtime=runtime_import(package),
        exports=literal(["Async" + name, name]),
        servers=assignment(code("_SERVERS"), None, built.servers, 0),
        schemes=assignment(
            code("_SCHEMES"), code("dict[str, rt.Scheme]"), built.schemes, 0
        ),
        name=identifier(name),
        async_name=identifier("Async" + name),
        class_doc=docstring([lead, "", "Args:", *args, *shared_doc], 4),
        async_class_doc=docstring([f"As `{name}`, for use with `await`."], 4),
        init=_init(api, built, False),
        async_init=_init(api, built, True),
        config=_config(package, built),
        from_env=_from_env(api, code("rt.Transport")),
        async_from_env=_from_env(api, code("rt.AsyncTransport")),
        from_env_doc=docstring(_from_env_doc(built), 8),
        from_env_call=_from_env_call(built),
        unset=UNSET if unset else None,
        methods=tuple(sync),
        async_methods=tuple(asynchronous),
    )
    return Page("client.py", "client.py.jinja", view)


def _annotated(pages: DocumentPages, names: Iterable[str]) -> set[str]:
    """Those of the names that the annotations of a document's methods use."""
    methods = (*pages.sync.methods, *pages.asynchronous.methods)
    return {name for method in methods for name in method.signature.names} & set(names)


def _init(api: Api, built: Constructor, asynchronous: bool) -> Code:
    parameters = [code("self"), code("*")]
    for s in built.settings:
        annotation = s.async_annotation if asynchronous else s.annotation
        parameters.append(assignment(identifier(s.name), annotation, s.default, 8, 1))
    parameters += _common(
        api, code("rt.AsyncTransport") if asynchronous else code("rt.Transport")
    )
    return definition(code("def __init__"), parameters, code("None"), 4)


def _config(package: str, built: Constructor) -> Code:
    def pairs(role: str) -> Bracket:
        entries = [
            Labelled(code("{}: ", literal(s.name)), identifier(s.name))
            for s in built.settings
            if s.role == role
        ]
        return Bracket(EMPTY, "{", tuple(entries), "}")

    items: list[Expr] = [
        keyword(code("package"), literal(package)),
        keyword(code("servers"), code("_SERVERS")),
        keyword(code("schemes"), code("_SCHEMES")),
        keyword(code("credentials"), pairs("credential")),
        keyword(code("variables"), pairs("variable")),
    ]
    items += [keyword(identifier(n), identifier(n)) for n in CONFIG if n != "transport"]
    config = call(code("rt.Config"), items)
    return opened("(", [config, code("transport")], ")", 8)


def _from_env_doc(built: Constructor) -> list[str]:
    names = [s.environment for s in built.settings if s.environment]
    reads = "Reads " + ", ".join(names) + "." if names else "The API needs none."
    return [
        "A client whose credentials and variables come from the environment.",
        "",
        reads,
    ]


def _from_env(api: Api, transport: Code) -> Code:
    parameters = [code("cls"), code("*"), *_common(api, transport)]
    return definition(code("def from_env"), parameters, code("Self"), 4)


def _from_env_call(built: Constructor) -> Code:
    items: list[Expr] = []
    for s in built.settings:
        if s.environment is not None:
            reader = (
                code("rt.required_environment")
                if s.default is None
                else code("rt.environment")
            )
            items.append(
                keyword(identifier(s.name), call(reader, [literal(s.environment)]))
            )
    items += [keyword(identifier(n), identifier(n)) for n in CONFIG]
    return opened("(", items, ")", 8)


def init_page(
    api: Api, documents: Sequence[DocumentPages], shared: Mapping[str, Place]
) -> tuple[Page, list[Diagnostic]]:
    """`__init__.py`: every public name, imported when it is first used."""
    _, _, name = distribution(api.name)
    scope = Scope("the package")
    runtime = list(RUNTIME)
    for own in (name, "Async" + name, *runtime):
        scope.take(own, own, api.origin.place)
    homes: list[tuple[str, list[str]]] = [
        ("client", sorted((name, "Async" + name))),
        ("_runtime", sorted(runtime)),
    ]
    for export, place in shared.items():
        scope.take(export, export, place)
    if shared:
        homes.append(("api", sorted(shared)))
    for pages in documents:
        for export, place in pages.exports.items():
            scope.take(export, export, place)
        if pages.exports:
            homes.append((pages.document.name, sorted(pages.exports)))
    homes.sort(key=lambda home: (home[0] != "_runtime", home[0]))
    imports: list[Code] = []
    lazy: list[Expr] = []
    for module, names in homes:
        imports.append(import_line(f".{module}", names, 4))
        lazy += [Labelled(code("{}: ", literal(n)), literal(module)) for n in names]
    exported = sorted(n for _, names in homes for n in names)
    title = docs.sentence(api.title)[:-1]
    view = InitView(
        doc=docstring(
            [
                f"Typed client of {title}.",
                "",
                f"Generated by truecopy from specs/{api.name}. DO NOT EDIT.",
            ],
            0,
        ),
        imports=tuple(imports),
        lazy=_opened_dict(lazy),
        exports=assignment(
            code("__all__"),
            None,
            Bracket(EMPTY, "[", tuple(literal(n) for n in exported), "]"),
            0,
        ),
    )
    return Page("__init__.py", "init.py.jinja", view), scope.findings


def _opened_dict(entries: Sequence[Expr]) -> Code:
    return opened("{", entries, "}", 0)


# What a caller may name: everything else of the runtime is private to the package.
RUNTIME: Sequence[str] = (
    "APIError", "AsyncCredential", "AsyncTransport", "BadRequest", "BodyTooLarge", "CallTimeout",
    "ClientError", "ClosedError", "Conflict", "ConnectError", "Credential", "CredentialsMissing",
    "FailureInSuccess", "Forbidden", "Gone", "Headers", "InternalServerError", "Json", "Mismatch",
    "NotFound", "ReadError", "Request", "RequestInvalid", "RequestOptions", "Response",
    "ResponseMismatch", "ServerError", "ServiceUnavailable", "StatusError", "TooManyRequests",
    "Transport", "TransportError", "UNSET", "Unauthorized", "UnprocessableContent", "UnsetType",
    "Violation",
)  # fmt: skip
