"""Servers and security schemes."""

from __future__ import annotations

from truecopy.ir import SecurityScheme, Server, Variable
from truecopy.openapi.notes import Object, evidence, notes, stated


def server_object(server: Server) -> Object:
    """A server of the API."""
    variables: Object = {each.name: _variable(each) for each in server.variables}
    return {
        "url": server.url,
        **stated(description=server.description, variables=variables or None),
        **notes(name=server.name),
        **evidence(server.origin),
    }


def _variable(each: Variable) -> Object:
    """A variable. OpenAPI wants a default: an allowed value, the example or the name."""
    guess = str(each.example.data) if each.example is not None else each.name
    silent = each.enum[0] if each.enum else guess
    return {
        **stated(
            enum=each.enum,
            default=silent if each.default is None else each.default,
            description=each.description,
        ),
        **notes(
            no_default=True if each.default is None else None,
            example=each.example and each.example.data,
        ),
        **evidence(each.origin),
    }


def scheme_object(each: SecurityScheme, name: str) -> Object:
    """A security scheme; facts that its type has no place for become notes."""
    facts: Object = {
        "scheme": each.scheme,
        "in": each.location,
        "name": each.parameter,
        "token_url": each.token_url,
        "token_endpoint_auth_method": each.token_auth,
        "scopes": dict(each.scopes) or None,
    }
    known: Object
    match each.type:
        case "http":
            known = stated(scheme=facts.pop("scheme"))
        case "apiKey":
            known = stated(**{key: facts.pop(key) for key in ("name", "in")})
        case "oauth2":
            flow: Object = {
                "tokenUrl": facts.pop("token_url") or "",
                "scopes": facts.pop("scopes") or {},
            }
            known = {"flows": {"clientCredentials": flow}}
    facts["parameter"] = facts.pop("name", None)
    return {
        "type": each.type,
        **stated(description=each.description),
        **known,
        **notes(
            name=each.name if each.name != name else None,
            prefix=each.prefix or None,
            example=each.example,
            **facts,
        ),
        **evidence(each.origin),
    }
