"""What a webhook's signature is made of, and where events are told apart."""

from __future__ import annotations

import re
from collections.abc import Iterator

from truecopy.diagnostics import Diagnostic, error, shown
from truecopy.ir import Webhooks
from truecopy.rules.answers import reach
from truecopy.rules.headers import TOKEN
from truecopy.rules.view import View, said

_PLACE = re.compile(r"\{([^{}]*)\}")


def signature_content(view: View) -> Iterator[Diagnostic]:
    """What is signed is `body`, `flattened`, or a text with {body}, {timestamp} or headers in braces.

    Passes:

        # specs/acme/api.yaml
        title: Acme
        servers: {live: {url: https://api.acme.example}}
        webhooks:
          signature:
            {header: Sig, algorithm: hmac-sha256, encoding: hex, content: "{Id}.{timestamp}.{body}", timestamp: {header: At}}

    Fails:

        # specs/acme/api.yaml
        title: Acme
        servers: {live: {url: https://api.acme.example}}
        webhooks:
          signature: {header: Sig, algorithm: hmac-sha256, encoding: hex, content: "{timestamp}.{body}"}
    """
    signature = view.api.webhooks and view.api.webhooks.signature
    if not signature or signature.content in ("body", "flattened"):
        return
    place = said(signature.origin, "content")
    names = _PLACE.findall(signature.content)
    if "body" not in names:
        message = f"{shown(signature.content)} does not sign the body"
        hint = "; write body, flattened or a text with {body} in it"
        yield error(place, "signature-content", message + hint)
    for name in names:
        if name == "timestamp" and signature.timestamp is None:
            message = "{timestamp} is signed, and no timestamp says where it stands"
            yield error(place, "signature-content", message)
        elif name.lower() == signature.header.lower():
            message = f"the header {shown(name)} holds the signature; no signature signs itself"
            yield error(place, "signature-content", message)
        elif not TOKEN.fullmatch(name):
            message = f"{shown(name)} is not the name of a header (RFC 9110, 5.6.2)"
            yield error(place, "signature-content", message)


def webhook_event(view: View) -> Iterator[Diagnostic]:
    """What names an event can: a property that every payload can have, a header that holds neither signature nor time.

    Passes:

        # specs/acme/api.yaml
        title: Acme
        servers: {live: {url: https://api.acme.example}}
        webhooks:
          event: {property: meta.type}
          events: {parcel.sent: {properties: {meta: {type: object}}}}

    Fails:

        # specs/acme/api.yaml
        title: Acme
        servers: {live: {url: https://api.acme.example}}
        webhooks:
          event: {property: meta.type}
          events: {parcel.sent: {properties: {meta: {type: string}}}}
    """
    webhooks = view.api.webhooks
    if webhooks is None or webhooks.named_by is None:
        return
    if isinstance(webhooks.named_by, str):
        yield from _taken(webhooks, webhooks.named_by)
        return
    for name, content in webhooks.events:
        if content.schema is None:
            continue
        if reach(content.schema, webhooks.named_by, view.named)[0] == "closed":
            place = said(webhooks.origin, "event.property", "event")
            message = f"the payload of {shown(name)} can't have "
            message += shown(".".join(webhooks.named_by))
            yield error(place, "webhook-event", message)


def _taken(webhooks: Webhooks, header: str) -> Iterator[Diagnostic]:
    """That the header that would name an event holds something else."""
    signature = webhooks.signature
    holders = (signature, signature.timestamp) if signature else ()
    for holder, what in zip(holders, ("the signature", "the time"), strict=False):
        if holder is not None and holder.header.lower() == header.lower():
            message = (
                f"the header {shown(header)} holds {what}; another names the event"
            )
            place = said(webhooks.origin, "event.header", "event")
            yield error(place, "webhook-event", message)
