"""Python's spelling of names, and the collisions that it causes."""

from __future__ import annotations

import builtins
import functools
import keyword
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from truecopy.diagnostics import Diagnostic, Note, Place, error, shown
from truecopy.ir import Api, Document, SecurityScheme
from truecopy.names import constant, pascal, snake, words

# Names that generated code uses itself; a spec's name that equals one gets a trailing underscore,
# as PEP 8 advises for keywords.
_BUILTINS = frozenset(
    {"bool", "bytes", "dict", "float", "int", "list", "object", "str", "super", "type"}
)
_MODULE = frozenset({"msgspec", "rt", "annotations", "print"})
_CALL = frozenset({"self", "cls", "options", "body", "request"})
_CLIENT = frozenset({"close", "aclose", "from_env", "send"})
RESERVED = frozenset(keyword.kwlist) | _BUILTINS - {"type"} | _MODULE
# Capitalised names that generated packages import or use: a class of that name would replace them.
TYPES = frozenset(
    {"Annotated", "Literal", "Mapping", "Sequence", "TypeAlias", "Self"}
    | {"APIError", "UNSET", "UnsetType", "Model", "Operation", "Client", "AsyncClient"}
    | {"TYPE_CHECKING", *(name for name in dir(builtins) if name[0].isupper())}
)
_MODULE_NAME = re.compile(r"[a-z][a-z0-9_]*")
# What a caller may name: everything else of the runtime is private to the package.
RUNTIME: Sequence[str] = (
    "APIError", "AsgiTransport", "AsyncCredential", "AsyncHttpxTransport", "AsyncMiddleware",
    "AsyncPagedItems", "AsyncRedirects", "AsyncTransport", "BadRequest", "BodyTooLarge",
    "BodyUnreadable", "CallTimeout", "ClientError", "ClosedError", "Conflict", "ConnectError",
    "ConnectTimeout", "Credential", "CredentialsMissing", "FailureInSuccess", "FilePart",
    "Forbidden", "Gone", "Headers", "HttpxTransport", "InternalServerError", "Json", "Middleware",
    "Mismatch", "NotFound", "PagedItems", "PaginationError", "RateLimitState", "RawResponse",
    "ReadError", "Redirects", "Request", "RequestInvalid", "RequestOptions", "Response",
    "ResponseMismatch", "ResponsePage", "ServerError", "ServiceUnavailable", "StatusError",
    "TokenError", "TooManyRequests", "Transport", "TransportError", "UNSET", "Unauthorized",
    "UnprocessableContent", "UnsetType", "Violation", "WsgiTransport",
)  # fmt: skip
# What reads the events that a vendor sends, and what it needs.
READER = "read_webhook"
RECEIVED = ("SignatureInvalid", "WebhookEvent")
# What every client's constructor takes beside credentials and variables.
CONFIG = ("server", "base_url", "timeout", "retries", "validate", "on_mismatch")
OTHERS = ("middleware", "transport")
# Tests read which server to call from an environment variable: no credential may be in it.
LIVE = "live"
_BASIC = ("username", "password")
_OAUTH = ("token", "client_id", "client_secret")
_CLASS = re.compile(r"[A-Z][A-Za-z0-9]*")
# Modules that every package has, and what `from . import` finds in one before it looks for a module.
_MODULES = frozenset(keyword.kwlist) | {"client", "testing", "annotations"}


@functools.lru_cache(maxsize=65536)
def spelt(name: str) -> str:
    """The name in snake case as an identifier."""
    text = _identifier(snake(words(name)), "n")
    return text + "_" if text in RESERVED else text


def argument(name: str) -> str:
    """As `spelt`, and no name that a client's method has already."""
    text = spelt(name)
    return text + "_" if text in _CALL else text


def method(name: str) -> str:
    """As `spelt`, and no name that a client has already."""
    text = spelt(name)
    return text + "_" if text in _CLIENT or text in _BUILTINS else text


@functools.lru_cache(maxsize=65536)
def type_name(*names: str) -> str:
    """A class's name from one name or several; one that could be a class's stays as it is."""
    if len(names) == 1 and _CLASS.fullmatch(names[0]) and names[0] not in TYPES:
        return names[0]
    return _pascal(names)


def _pascal(names: Iterable[str]) -> str:
    parts = tuple(word for name in names for word in words(name))
    return _identifier(pascal(parts), "N")


@functools.lru_cache(maxsize=65536)
def nested_name(path: tuple[str, ...]) -> str:
    """The name of a class below another: the other's name as it is, then the keys that lead there."""
    first, *rest = path
    name = first + _pascal(rest) if rest else first
    return unicodedata.normalize("NFKC", name)


def iterator(name: str) -> str:
    """The name of the iterator over the pages of an operation."""
    return method(f"iter {name}")


def event_name(name: str) -> str:
    """The name of an event's class."""
    return type_name(name) + "Event"


def constant_name(name: str) -> str:
    """A module constant's name."""
    text = _identifier(constant(words(name)), "N")
    return text + "_" if text in TYPES else text


def _identifier(text: str, prefix: str) -> str:
    """Words are made of characters of identifiers, but there may be none, or a digit first."""
    return text if text.isidentifier() else prefix + text


# Places of keys are looked up when there is something to say of them.
Where = Place | Callable[[], Place]


def modules_of(api: Api) -> frozenset[str]:
    """The names of modules that the documents of an API can't have."""
    own = _MODULES | {snake((*words(api.name), "client"))}
    return own if api.webhooks is None else own | {"webhooks"}


def with_modules(api: Api) -> Api:
    """The API with a module's name for each document whose file can't name one, which is a finding already."""
    return replace(api, documents=tuple(map(_with_module, api.documents)))


def _with_module(document: Document) -> Document:
    if _MODULE_NAME.fullmatch(document.name):
        return document
    name = spelt(document.name)
    schemas = tuple(replace(schema, document=name) for schema in document.schemas)
    return replace(document, name=name, schemas=schemas)


class Scope:
    """Names of one place of the generated code, each with the place in a spec that it comes from."""

    def __init__(
        self, what: str, reserved: Iterable[str] = (), *, wire: bool = False
    ) -> None:
        self.what = what
        # Keys that stand for names on the wire can be called otherwise.
        self._hint = ", with name: for the wire" if wire else ""
        self.findings: list[Diagnostic] = []
        self._reserved = frozenset(reserved)
        self._taken: dict[str, tuple[str, str, Where]] = {}

    def take(self, spelling: str, name: str, where: Where, told: str = "") -> str:
        """Notes a name; a second one of the same spelling is a finding that names both places.

        `told` is what a finding calls what no spec names.
        """
        if not words(name):
            message = f"{shown(name)} has no letter or digit to name {self.what} after"
            hint = f"; give it another name{self._hint}"
            self._refuse(where, "name-unspellable", message + hint)
        elif spelling in self._reserved:
            message = f"'{spelling}' has a meaning in {self.what} already"
            hint = "; choose another name"
            self._refuse(where, "name-reserved", message + hint)
        elif spelling in self._taken:
            called, known, first = self._taken[spelling]
            other = known or shown(called)
            message = f"{shown(name)} and {other} would both be called '{spelling}' in {self.what}"
            hint = f"; give one of them another name{self._hint}"
            note = Note(_place(first), f"{other} is here")
            self._refuse(where, "name-collision", message + hint, note)
        else:
            self._taken[spelling] = (name, told, where)
        return spelling

    def _refuse(self, where: Where, rule: str, message: str, *notes: Note) -> None:
        self.findings.append(error(_place(where), rule, message, *notes))


def _place(where: Where) -> Place:
    return where if isinstance(where, Place) else where()


def distribution(api: Api) -> tuple[str, str, str]:
    """The names of an API's distribution, import package and client class.

    They come from the folder; the title lends its capitals when it has the same letters.
    """
    parts = words(api.name)
    titled = words(api.title)
    name = pascal(titled if "".join(titled) == "".join(parts) else parts)
    return "-".join((*parts, "client")), snake((*parts, "client")), name


def credential_arguments(scheme: SecurityScheme, api: Api) -> tuple[str, ...]:
    """The arguments that hold the credentials of a scheme; the usual names where they are free."""
    name = argument(scheme.name)
    kind = _kind(scheme)
    others = [s for s in api.security_schemes if s is not scheme]
    usual = _BASIC if kind == "basic" else _OAUTH if kind == "oauth2" else ()
    if not usual:
        return (name,)
    alike = any(_kind(other) == kind for other in others)
    if alike or {*usual} & {argument(other.name) for other in others}:
        return tuple(f"{name}_{each}" for each in usual)
    return usual


def _kind(scheme: SecurityScheme) -> str:
    return scheme.scheme or scheme.type


def environment(api: Api, name: str) -> str:
    """The environment variable that tells a client this."""
    return f"{constant(words(api.name))}_{name.upper()}"


# Registered status codes and the names of their classes (RFC 9110 15; IANA HTTP Status Code Registry).
STATUS: Mapping[str, str] = {
    "200": "OK", "201": "Created", "202": "Accepted", "203": "NonAuthoritativeInformation",
    "204": "NoContent", "205": "ResetContent", "206": "PartialContent", "207": "MultiStatus",
    "208": "AlreadyReported", "226": "IMUsed", "300": "MultipleChoices", "301": "MovedPermanently",
    "302": "Found", "303": "SeeOther", "304": "NotModified", "305": "UseProxy",
    "307": "TemporaryRedirect", "308": "PermanentRedirect", "400": "BadRequest",
    "401": "Unauthorized", "402": "PaymentRequired", "403": "Forbidden", "404": "NotFound",
    "405": "MethodNotAllowed", "406": "NotAcceptable", "407": "ProxyAuthenticationRequired",
    "408": "RequestTimeout", "409": "Conflict", "410": "Gone", "411": "LengthRequired",
    "412": "PreconditionFailed", "413": "ContentTooLarge", "414": "URITooLong",
    "415": "UnsupportedMediaType", "416": "RangeNotSatisfiable", "417": "ExpectationFailed",
    "421": "MisdirectedRequest", "422": "UnprocessableContent", "423": "Locked",
    "424": "FailedDependency", "425": "TooEarly", "426": "UpgradeRequired",
    "428": "PreconditionRequired", "429": "TooManyRequests",
    "431": "RequestHeaderFieldsTooLarge", "451": "UnavailableForLegalReasons",
    "500": "InternalServerError", "501": "NotImplementedByServer", "502": "BadGateway",
    "503": "ServiceUnavailable", "504": "GatewayTimeout", "505": "HTTPVersionNotSupported",
    "506": "VariantAlsoNegotiates", "507": "InsufficientStorage", "508": "LoopDetected",
    "510": "NotExtended", "511": "NetworkAuthenticationRequired",
    "1XX": "Informational", "2XX": "Successful", "3XX": "Redirection", "4XX": "ClientError",
    "5XX": "ServerError", "default": "Default",
}  # fmt: skip


def status_name(status: str) -> str:
    """The class name of a status, a class of statuses, or `default`."""
    return STATUS.get(status, f"Status{status}")
