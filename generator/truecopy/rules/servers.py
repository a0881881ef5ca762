"""Base URLs and their variables, and other absolute URLs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import SplitResult, urlsplit

from truecopy.diagnostics import Diagnostic, error, shown, suggestion
from truecopy.ir import Server
from truecopy.rules.view import View, key, said

_NAME = re.compile(r"\{([^{}]*)\}")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?")
_PATH = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*")


def server_url(view: View) -> Iterator[Diagnostic]:
    """A server's URL is absolute, http or https, without query, fragment or credentials.

    Passes:

        servers: {live: {url: https://api.acme.example/v1}}

    Fails:

        servers: {live: {url: "api.acme.example/v1?key=1"}}
    """
    for server in view.api.servers:
        place = said(server.origin, "url")
        bare = _filled(server, {})
        if "{" in bare or "}" in bare:
            message = f"a brace in {shown(server.url)} has no partner; write {{name}}"
            yield error(place, "server-url", message)
        else:
            for message in _problems(server.url, bare):
                yield error(place, "server-url", message)


def _filled(server: Server, values: Mapping[str, str]) -> str:
    """The URL with these values of its variables, else documented ones, else a number: it may be the port."""
    known = {v.name: v.enum[0] if v.enum else v.default for v in server.variables}
    known |= values
    filled = {name: "1" if value is None else value for name, value in known.items()}
    return _NAME.sub(lambda found: filled.get(found[1], "1"), server.url)


def token_url(view: View) -> Iterator[Diagnostic]:
    """The URL from which tokens are fetched is absolute, http or https, without credentials.

    Passes:

        security:
          login: {type: oauth2, flow: clientCredentials, token_url: https://auth.acme.example/token}

    Fails:

        security:
          login: {type: oauth2, flow: clientCredentials, token_url: /token}
    """
    for scheme in view.api.security_schemes:
        if scheme.token_url is not None:
            for message in _problems(scheme.token_url, scheme.token_url, query=True):
                yield error(said(scheme.origin, "token_url"), "token-url", message)


def _problems(url: str, bare: str, query: bool = False) -> Iterator[str]:
    """What is wrong with a URL; `bare` is the URL with its variables filled in."""
    if bare != bare.strip():
        yield f"{shown(url)} begins or ends with a blank; leave it out"
        return
    try:
        parts = urlsplit(bare)
        port = parts.port
    except ValueError:
        yield f"{shown(url)} is not a URL; write https://host/path"
        return
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        named = "://" not in url and "." in url.partition("/")[0]
        hint = f"; did you mean {shown('https://' + url)}?" if named else ""
        yield f"{shown(url)} is not an absolute http or https URL{hint}"
        return
    if "@" in parts.netloc:
        yield f"the URL of {shown(parts.hostname)} holds credentials; say them with security"
    elif not _legal_host(parts) or port == 0:
        yield f"{shown(parts.netloc)} is not the name of a host"
    if "?" in bare and not query:
        yield f"{shown(url)} holds a query; write query parameters below parameters"
    if "#" in bare:
        yield f"{shown(url)} holds a fragment, which is never sent"
    if not _PATH.fullmatch(parts.path) or "//" in parts.path:
        yield f"the path of {shown(url)} holds what a URL can't carry, or an empty segment"
    if {".", ".."} & set(parts.path.split("/")):
        yield f"{shown(url)} holds a dot segment; write the path out"


def _legal_host(parts: SplitResult) -> bool:
    return (
        parts.netloc.startswith("[")
        or _HOST.fullmatch(parts.hostname or "") is not None
    )


def server_variable(view: View) -> Iterator[Diagnostic]:
    """The braces of a server's URL name its variables, and each variable stands in the URL.

    Passes:

        servers:
          live: {url: "https://{shop}.acme.example", variables: {shop: {example: demo}}}

    Fails:

        servers:
          live: {url: "https://{shop}.acme.example", variables: {store: {example: demo}}}
    """
    for server in view.api.servers:
        used = _NAME.findall(server.url)
        known = [variable.name for variable in server.variables]
        for name in dict.fromkeys(used):
            if name not in known:
                hint = suggestion(name, known) or "; describe it below variables"
                message = f"the URL speaks of {shown(name)}, which is not a variable of this server"
                yield error(
                    said(server.origin, "url"), "server-variable", message + hint
                )
        for name in known:
            if name not in used:
                place = key(server.origin, f"variables.{name}")
                message = f"the URL has no {{{name}}}{suggestion(name, used)}"
                yield error(place, "server-variable", message)


def server_value(view: View) -> Iterator[Diagnostic]:
    """A variable's default and example are among its allowed values, which are listed once and make a URL.

    Passes:

        servers:
          live:
            url: https://{region}.acme.example
            variables: {region: {enum: [eu, us], default: eu}}

    Fails:

        servers:
          live:
            url: https://{region}.acme.example
            variables: {region: {enum: [eu, us], default: de}}
    """
    for server in view.api.servers:
        sound = not any(_problems(server.url, _filled(server, {})))
        for variable in server.variables:
            values = {"default": variable.default}
            if variable.example is not None:
                values["example"] = str(variable.example.data)
            for name, value in values.items():
                if value is not None and variable.enum and value not in variable.enum:
                    message = f"the {name} {shown(value)} is not in the enum"
                    message += suggestion(value, variable.enum)
                    yield error(said(variable.origin, name), "server-value", message)
                elif value is not None and sound:
                    place = said(variable.origin, name)
                    for message in _problems_with(server, variable.name, value):
                        yield error(place, "server-value", message)
            for index, value in enumerate(variable.enum):
                place = said(variable.origin, f"enum.{index}")
                if value in variable.enum[:index]:
                    message = f"the enum lists {shown(value)} twice"
                    yield error(place, "server-value", message)
                elif sound:
                    for message in _problems_with(server, variable.name, value):
                        yield error(place, "server-value", message)


def _problems_with(server: Server, name: str, value: str) -> Iterator[str]:
    """What is wrong with the URL that a value of a variable makes."""
    url = _filled(server, {name: value})
    yield from _problems(url, url)
