"""The arguments of the clients' constructors: credentials, server variables, and what every client takes."""

from __future__ import annotations

from truecopy.code import EMPTY, Code, code, literal
from truecopy.diagnostics import Diagnostic
from truecopy.ir import Api, SecurityScheme, Server, Variable
from truecopy.records import record
from truecopy.targets.python import credentials, docs
from truecopy.targets.python.layout import (
    Bracket,
    Expr,
    call,
    entry,
    keyword,
)
from truecopy.targets.python.naming import (
    CONFIG,
    LIVE,
    OTHERS,
    Scope,
    argument,
    credential_arguments,
    environment,
)
from truecopy.targets.python.uses import Uses


@record
class Setting:
    """One argument of a client's constructor; `environment` names the variable that `from_env` reads.

    `instead` marks a credential that takes the place of the others of its scheme.
    """

    name: str
    annotation: Code
    async_annotation: Code
    default: Code | None
    environment: str | None
    doc: str
    role: str
    sample: str
    scheme: str | None = None
    instead: bool = False


@record
class Constructor:
    """What both clients' constructors take."""

    settings: tuple[Setting, ...]
    findings: tuple[Diagnostic, ...]
    schemes: Bracket
    servers: Bracket


def constructor(api: Api, needed: Uses) -> Constructor:
    """The arguments of the clients: credentials, server variables, then what every client takes."""
    scope = Scope("the arguments of the client", (*CONFIG, *OTHERS, LIVE))
    settings: list[Setting] = []
    schemes: list[Expr] = []
    only = _mandatory(needed)
    for scheme in api.security_schemes:
        names = [
            scope.take(name, scheme.name, scheme.origin.place)
            for name in credential_arguments(scheme, api)
        ]
        schemes += [
            entry(key, value)
            for key, value in credentials.schemes(scheme, names, needed)
        ]
        for place, name in enumerate(names):
            settings.append(_credential(name, place, scheme, scheme.name in only, api))
    variables = _variables(api, scope)
    settings += variables.values()
    settings.sort(key=lambda s: s.default is not None)
    servers = [
        entry(
            s.name,
            _server(s, {k: v.name for k, v in variables.items()}),
        )
        for s in api.servers
    ]
    return Constructor(
        tuple(settings),
        tuple(scope.findings),
        Bracket(EMPTY, "{", tuple(schemes), "}"),
        Bracket(EMPTY, "{", tuple(servers), "}"),
    )


_PLACES = {"query": "query parameter"}


def _mandatory(needed: Uses) -> set[str]:
    """Schemes that every call needs: the only alternative of every operation that needs any."""
    sets = [
        {name for name, _ in schemes}
        for alternatives in needed.security
        for schemes in alternatives
    ]
    return sets[0].intersection(*sets[1:]) if sets else set()


_OAUTH = (
    "Bearer token of OAuth 2, where the client is not to fetch one",
    "Names the client where tokens are fetched",
    "Secret of the client where tokens are fetched",
)


def _credential(
    name: str, place: int, scheme: SecurityScheme, mandatory: bool, api: Api
) -> Setting:
    """An argument for a credential: the only one of its scheme, or the one at this place."""
    oauth = scheme.type == "oauth2"
    mandatory = mandatory and not oauth
    what = {
        "http": "Bearer token" if scheme.scheme == "bearer" else "Part of HTTP Basic",
        "apiKey": f"API key, sent as the {_PLACES.get(scheme.location or '', scheme.location)} {scheme.parameter}",
        "oauth2": _OAUTH[place],
    }[scheme.type]
    said = [what if oauth else scheme.description or what]
    said += [scheme.description] if oauth and place == 0 and scheme.description else []
    text = " ".join(map(docs.sentence, said))
    return Setting(
        name=name,
        annotation=code("rt.Credential" if mandatory else "rt.Credential | None"),
        async_annotation=code(
            "rt.AsyncCredential" if mandatory else "rt.AsyncCredential | None"
        ),
        default=None if mandatory else code("None"),
        environment=environment(api, name),
        doc=f"{text} A string, or a callable that is asked for each attempt.",
        role="credential",
        sample=f"{name}-1",
        scheme=scheme.name,
        instead=oauth and place == 0,
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
                environment=environment(api, name),
                doc=docs.sentence(variable.description) or "Part of the server's URL.",
                role="variable",
                sample=sample_of(server, variable),
            )
    return found


def sample_of(server: Server, variable: Variable) -> str:
    """A value that a variable of a server may have, a number if it is the port: what tests call with."""
    if variable.enum:
        return variable.enum[0]
    port = f":{{{variable.name}}}" in server.url
    return variable.default or ("8080" if port else "test")


def _server(server: Server, arguments: dict[str, str]) -> Expr:
    items: list[Expr] = [literal(server.url)]
    variables: list[Expr] = []
    for variable in server.variables:
        facts: list[Expr] = [literal(variable.default)]
        if variable.enum:
            allowed = Bracket(EMPTY, "(", tuple(literal(v) for v in variable.enum), ")")
            facts.append(keyword(code("enum"), allowed))
        facts.append(keyword(code("argument"), literal(arguments[variable.name])))
        variables.append(entry(variable.name, call(code("rt.Variable"), facts)))
    if variables:
        items.append(Bracket(EMPTY, "{", tuple(variables), "}"))
    return call(code("rt.Server"), items)
