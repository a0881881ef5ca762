"""Which generated names depend on which node of a spec."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from truecopy.ir import Api, Document, Origin
from truecopy.targets.python.documents import document_pages, package, shared_page
from truecopy.targets.python.models import Package
from truecopy.targets.python.naming import READER, argument, distribution
from truecopy.targets.python.planning import Planned
from truecopy.targets.python.settings import constructor
from truecopy.targets.python.uses import Uses, uses
from truecopy.targets.python.webhooks import webhooks_page

Pointer = tuple[str, ...]
Named = tuple[Pointer, str]


def dependents(api: Api, document: Document) -> Mapping[Pointer, tuple[str, ...]]:
    """The names that callers of a document's operations use, by the pointer of the node that they come from.

    `Client.method`, `method(argument)`, `Class`, `Class.attribute`, `Client(argument)`.
    """
    needed = uses(api)
    shared = package(api, needed)
    pages = document_pages(api, shared, document)
    _, common = shared_page(api, shared)
    client = distribution(api)[2]
    found: dict[Pointer, dict[str, None]] = {}
    for pointer, name in (
        *(named for planned in pages.planned for named in _operation(client, planned)),
        *_made(pages.made),
        *_made(common.made),
        *_client(client, api, needed),
        *_events(api, shared),
    ):
        found.setdefault(pointer, {})[name] = None
    return {pointer: tuple(names) for pointer, names in found.items()}


def _operation(client: str, planned: Planned) -> Iterator[Named]:
    op, method = planned.op, f"{client}.{planned.name}"
    yield ("document",), method
    yield op.origin.pointer, method
    if planned.pages is not None:
        walker = f"{client}.{planned.pages.name}"
        yield op.origin.pointer, walker
        yield planned.pages.rule.origin.pointer, walker
    if op.request is not None:
        yield op.request.origin.pointer, method
    for each in planned.arguments:
        node = each.parameter or each.member or op.request
        if node is not None:
            yield node.origin.pointer, f"{planned.name}({each.name})"
    if op.idempotency is not None:
        yield op.idempotency.origin.pointer, "RequestOptions(idempotency_key)"
    if op.rate_limit is not None and planned.answer_name is not None:
        yield op.rate_limit.origin.pointer, f"{planned.answer_name}.rate_limit"
    for reply in planned.replies:
        yield reply.response.origin.pointer, reply.error or method
        owner = reply.error or planned.answer_name
        for attribute in planned.attributes.get(reply.response.status, ()):
            yield attribute.header.origin.pointer, f"{owner}.{attribute.name}"


def _made(made: Iterable[tuple[Origin, str, str]]) -> Iterator[Named]:
    for origin, name, member in made:
        yield origin.pointer, f"{name}.{member}" if member else name


def _client(client: str, api: Api, needed: Uses) -> Iterator[Named]:
    """What the client is constructed with: credentials, servers and their variables."""
    settings = constructor(api, needed).settings
    for scheme in api.security_schemes:
        for setting in settings:
            if setting.scheme == scheme.name:
                yield scheme.origin.pointer, f"{client}({setting.name})"
    for server in api.servers:
        yield server.origin.pointer, f"{client}(server)"
        for variable in server.variables:
            yield variable.origin.pointer, f"{client}({argument(variable.name)})"


def _events(api: Api, shared: Package) -> Iterator[Named]:
    if api.webhooks is not None:
        yield api.webhooks.origin.pointer, READER
        yield from _made(webhooks_page(api, api.webhooks, shared).module.made)
