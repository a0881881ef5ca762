"""Names of headers and cookies, and headers that other keys of a spec decide."""

from __future__ import annotations

import re
from collections.abc import Iterator

from truecopy.diagnostics import Diagnostic, Note, Place, error, shown
from truecopy.ir import Operation, parameter_slot
from truecopy.rules.view import View, key, parameter_place, said

TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_RESERVED = {
    "authorization": "say it with security",
    "content-type": "say it with the body's media_type",
    "accept": "say it with the media types of the answers",
    "host": "the client takes it from the server's URL",
    "content-length": "the client counts it",
    "transfer-encoding": "the client decides it",
    "connection": "the client decides it",
}


def _headers(view: View) -> Iterator[tuple[str, Place]]:
    """The name of every header that the API speaks of."""
    api = view.api
    for parameter, place in view.parameters:
        if parameter.location == "header":
            yield parameter.name, (
                said(parameter.origin, "name")
                if "name" in parameter.origin.table
                else place
            )
    for scheme in api.security_schemes:
        if scheme.location == "header" and scheme.parameter is not None:
            yield scheme.parameter, said(scheme.origin, "name")
    if api.webhooks is not None:
        for header in api.webhooks.headers:
            yield header.name, key(api.webhooks.origin, f"headers.{header.name}")
        if isinstance(api.webhooks.named_by, str):
            yield api.webhooks.named_by, said(api.webhooks.origin, "event.header")
        signature = api.webhooks.signature
        if signature is not None:
            yield signature.header, said(signature.origin, "header")
            if signature.timestamp is not None:
                time = signature.timestamp
                yield time.header, said(time.origin, "header")
    for written in view.operations:
        yield from _operation_headers(written.operation)


def _operation_headers(operation: Operation) -> Iterator[tuple[str, Place]]:
    for response in operation.responses:
        for header in response.headers:
            yield header.name, key(response.origin, f"headers.{header.name}")
    if operation.idempotency is not None:
        yield operation.idempotency.header, said(operation.idempotency.origin, "header")
    limit = operation.rate_limit
    if limit is not None:
        for name, text in (
            ("limit", limit.limit),
            ("remaining", limit.remaining),
            ("reset", limit.reset),
        ):
            if text is not None:
                yield text, said(limit.origin, name)


def header_name(view: View) -> Iterator[Diagnostic]:
    """A header's name is a token of RFC 9110: letters, digits and !#$%&'*+-.^_`|~.

    Passes:

        idempotency: {header: Acme-Idempotency-Key}

    Fails:

        idempotency: {header: "Acme Idempotency Key:"}
    """
    for name, place in _headers(view):
        if not TOKEN.fullmatch(name):
            message = f"{shown(name)} is not the name of a header (RFC 9110, 5.6.2)"
            better = name.strip().rstrip(":").replace(" ", "-")
            hint = f"; did you mean {shown(better)}?" if TOKEN.fullmatch(better) else ""
            yield error(place, "header-name", message + hint)


def cookie_name(view: View) -> Iterator[Diagnostic]:
    """A cookie's name is a token of RFC 9110 (RFC 6265, 4.1.1).

    Passes:

        parameters: {session_id: {in: cookie, type: string}}

    Fails:

        parameters: {"session id": {in: cookie, type: string}}
    """
    names = [(p.name, place) for p, place in view.parameters if p.location == "cookie"]
    for scheme in view.api.security_schemes:
        if scheme.location == "cookie" and scheme.parameter is not None:
            names.append((scheme.parameter, said(scheme.origin, "name")))
    for name, place in names:
        if not TOKEN.fullmatch(name):
            message = f"{shown(name)} is not the name of a cookie (RFC 6265, 4.1.1)"
            yield error(place, "cookie-name", message)


def header_reserved(view: View) -> Iterator[Diagnostic]:
    """Headers that other keys of a spec decide are not parameters.

    Passes:

        parameters: {Accept-Language: {in: header, type: string}}

    Fails:

        parameters: {Authorization: {in: header, type: string}}
    """
    for parameter, place in view.parameters:
        reason = _RESERVED.get(parameter.name.lower())
        if parameter.location == "header" and reason is not None:
            message = f"the header {shown(parameter.name)} is not a parameter: {reason}"
            yield error(place, "header-reserved", message)


def header_idempotency(view: View) -> Iterator[Diagnostic]:
    """A header that idempotency names is no parameter, nor one that something else decides.

    Passes:

        idempotency: {header: Idempotency-Key}

    Fails:

        idempotency: {header: Idempotency-Key}
        parameters: {idempotency-key: {in: header, type: string}}
    """
    keys = {
        (s.parameter or "").lower(): f"carries the API key {shown(s.name)}"
        for s in view.api.security_schemes
        if s.location == "header"
    }
    for written in view.operations:
        operation = written.operation
        found = operation.idempotency
        if found is None:
            continue
        name = found.header.lower()
        reason = keys.get(name) or _RESERVED.get(name)
        if reason is not None:
            message = f"the header {shown(found.header)} is not for idempotency: "
            yield error(
                said(found.origin, "header"), "header-idempotency", message + reason
            )
        for parameter in operation.parameters:
            same = parameter.name.lower() == found.header.lower()
            if same and parameter.location == "header":
                place = parameter_place(view.api, operation, parameter)
                message = f"{shown(parameter.name)} is the idempotency header"
                second = Note(said(found.origin, "header"), "named here")
                message += "; leave the parameter out"
                yield error(place, "header-idempotency", message, second)


def security_parameter(view: View) -> Iterator[Diagnostic]:
    """What carries an API key is not described as a parameter as well.

    Passes:

        security: {key: {type: apiKey, in: query, name: key}}
        parameters: {page: {in: query, type: integer}}

    Fails:

        security: {key: {type: apiKey, in: query, name: key}}
        parameters: {key: {in: query, type: string}}
    """
    schemes = {
        parameter_slot(str(s.location), s.parameter or ""): s
        for s in view.api.security_schemes
        if s.type == "apiKey"
    }
    for parameter, place in view.parameters:
        scheme = schemes.get(parameter_slot(parameter.location, parameter.name))
        if scheme is not None:
            message = (
                f"{shown(parameter.name)} carries the API key {shown(scheme.name)}"
            )
            second = Note(said(scheme.origin, "name"), "named here")
            yield error(
                place,
                "security-parameter",
                f"{message}; leave the parameter out",
                second,
            )
