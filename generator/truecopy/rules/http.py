"""What HTTP says of methods, statuses, headers and media types."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from truecopy.diagnostics import Diagnostic, error, shown
from truecopy.ir import StringSchema
from truecopy.rules.view import (
    View,
    is_shared,
    key,
    response_place,
    said,
    warning,
)

_STATUS = re.compile(r"[1-5][0-9]{2}|[1-5]XX|default")
_QUOTED = r'"(?:[^"\\\x00-\x1f\x7f]|\\[^\x00-\x1f\x7f])*"'
_MEDIA_TYPE = re.compile(
    r"([!#$%&'*+.^_`|~0-9A-Za-z-]+)/([!#$%&'*+.^_`|~0-9A-Za-z-]+)"
    rf"(?:[ \t]*;[ \t]*[!#$%&'*+.^_`|~0-9A-Za-z-]+=(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+|{_QUOTED}))*"
)
_CHARSET = re.compile(r';\s*charset="?([^";\s]+)', re.IGNORECASE)


def status(view: View) -> Iterator[Diagnostic]:
    """A status has three digits from 100 to 599, or is a class such as 4XX, or `default`.

    Passes:

        responses:
          200: {schema: Parcel}
          4XX: {description: A mistake of the caller.}
          default: {description: Anything else.}
        schemas: {Parcel: {type: object}}

    Fails:

        responses:
          20: {description: All is well.}
    """
    for written in view.operations:
        for response in written.operation.responses:
            if not _STATUS.fullmatch(response.status):
                place = response_place(view.api, written.operation, response)
                cased = {response.status.upper(), response.status.lower()}
                meant = next(filter(_STATUS.fullmatch, sorted(cased)), "")
                hint = (
                    f"did you mean '{meant}'?" if meant else "write 200, 4XX or default"
                )
                message = f"{shown(response.status)} is not a status; {hint}"
                yield error(place, "status", message)


def status_body(view: View) -> Iterator[Diagnostic]:
    """Answers to HEAD, and those with status 1XX, 204, 205 or 304, have no body.

    Passes:

        responses:
          204: {description: Changed.}

    Fails:

        responses:
          204: {properties: {id: {type: string}}}
    """
    for written in view.operations:
        operation = written.operation
        for response in operation.responses:
            if not response.contents:
                continue
            bare = response.status in (
                "204",
                "205",
                "304",
            ) or response.status.startswith("1")
            # What is said for all operations is not said of the one without a body.
            head = operation.method == "HEAD" and not is_shared(view.api, response)
            if bare or head:
                place = response_place(view.api, operation, response)
                why = f"an answer {response.status}" if bare else "an answer to HEAD"
                yield error(
                    place, "status-body", f"{why} has no body (RFC 9110); leave it out"
                )


def method_body(view: View) -> Iterator[Diagnostic]:
    """GET, HEAD and DELETE have no use for a request body, and TRACE must not have one.

    Passes:

        method: POST
        request: {properties: {city: {type: string}}}

    Fails:

        method: GET
        request: {properties: {city: {type: string}}}
    """
    for written in view.operations:
        operation = written.operation
        if operation.request is None:
            continue
        place = key(operation.origin, "request")
        if operation.method == "TRACE":
            yield error(
                place, "method-body", "TRACE has no request body (RFC 9110, 9.3.8)"
            )
        elif operation.method in ("GET", "HEAD", "DELETE"):
            message = (
                f"a request body of {operation.method} has no meaning (RFC 9110, 9.3)"
            )
            yield warning(
                place, "method-body", f"{message}; servers and proxies may drop it"
            )


def media_type(view: View) -> Iterator[Diagnostic]:
    """A media type is written type/subtype (RFC 9110, 8.3); ranges stand in answers alone.

    Passes:

        request: {media_type: application/json, type: object}
        responses:
          200: {content: {"*/*": {type: string}}}

    Fails:

        request: {media_type: json, type: object}
    """
    for written in view.operations:
        operation = written.operation
        places = [(r.origin, r.contents or (), True) for r in operation.responses]
        if operation.request is not None:
            places.append((operation.request.origin, operation.request.contents, False))
        for origin, contents, ranges in places:
            for content in contents:
                wrong = media_type_problem(content.name, ranges)
                if wrong:
                    place = key(origin, f"content.{content.name}", "media_type")
                    yield error(place, "media-type", f"{shown(content.name)} {wrong}")
    for node in view.of(StringSchema):
        if node.content_media_type is not None:
            wrong = media_type_problem(node.content_media_type, True)
            if wrong:
                message = f"{shown(node.content_media_type)} {wrong}"
                yield error(
                    said(node.origin, "contentMediaType"), "media-type", message
                )


@functools.lru_cache(maxsize=512)
def media_type_problem(name: str, ranges: bool) -> str:
    """What is wrong with a media type, in words; nothing when it is well formed."""
    match = _MEDIA_TYPE.fullmatch(name)
    if match is None:
        return "is not a media type; write type/subtype, such as application/json"
    if "*" in (match[1], match[2]):
        if not ranges:
            return "is a range; a request has one media type"
        if match[1] == "*" != match[2]:
            return "is not a range; write */* or type/*"
    charset = _CHARSET.search(name)
    try:
        "".encode(charset[1] if charset else "utf-8")
    except LookupError:
        return "has an unknown charset; write one such as utf-8"
    return ""
