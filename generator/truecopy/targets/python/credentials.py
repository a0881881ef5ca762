"""Security schemes as the runtime takes them.

A scheme of OAuth 2 is two of the runtime's: a token that the caller has, or else one that the client
fetches, for each set of scopes that operations need.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from itertools import product

from truecopy.code import code, literal
from truecopy.ir import Requirement, SecurityScheme
from truecopy.targets.python.layout import Expr, call, keyword, several
from truecopy.targets.python.uses import Uses


def schemes(
    scheme: SecurityScheme, names: Sequence[str], needed: Uses
) -> Iterator[tuple[str, Expr]]:
    """The runtime's schemes by name."""
    if scheme.type != "oauth2":
        yield scheme.name, _scheme(scheme, names)
        return
    token, *client = [literal(name) for name in names]
    yield _given(scheme.name), call(code("rt.Bearer"), [token])
    for scopes in _scopes(scheme, needed):
        facts: list[Expr] = [*client, literal(scheme.token_url)]
        if scopes:
            facts.append(several([literal(scope) for scope in scopes]))
        if scheme.token_auth == "client_secret_post":
            facts.append(keyword(code("in_body"), code("True")))
        yield _fetched(scheme.name, scopes), call(code("rt.ClientCredentials"), facts)


def _scheme(scheme: SecurityScheme, names: Sequence[str]) -> Expr:
    facts: list[Expr] = [literal(name) for name in names]
    if scheme.type == "apiKey":
        facts += [literal(scheme.location), literal(scheme.parameter)]
        if scheme.prefix:
            facts.append(keyword(code("prefix"), literal(scheme.prefix)))
        return call(code("rt.ApiKey"), facts)
    return call(code("rt.Basic") if len(names) == 2 else code("rt.Bearer"), facts)


def _scopes(scheme: SecurityScheme, needed: Uses) -> list[tuple[str, ...]]:
    """The sets of scopes that operations need, each once."""
    found = {
        scopes
        for alternatives in needed.security
        for schemes in alternatives
        for name, scopes in schemes
        if name == scheme.name
    }
    return sorted(found)


def ways(requirement: Requirement, oauth: Set[str]) -> Iterator[tuple[str, ...]]:
    """The runtime's schemes that satisfy a requirement: a token that is given comes first."""
    choices = [
        (_given(name), _fetched(name, scopes)) if name in oauth else (name,)
        for name, scopes in requirement.schemes
    ]
    yield from product(*choices)


def _given(name: str) -> str:
    return f"{name} (token)"


def _fetched(name: str, scopes: tuple[str, ...]) -> str:
    return " ".join((name, *scopes))
