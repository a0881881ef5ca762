"""Media types: which are JSON or a form, and which of several an example shows."""

from __future__ import annotations

import functools

from truecopy.ir import MediaType

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


def essence(media_type: str) -> str:
    """The media type without its parameters, in lower case."""
    return media_type.partition(";")[0].strip().lower()


def is_json(media_type: str) -> bool:
    """Whether a body of this media type is JSON (RFC 6839, 3.1)."""
    name = essence(media_type)
    return name in ("application/json", "text/json") or name.endswith("+json")


@functools.cache
def is_form(media_type: str, *kinds: str) -> bool:
    """Whether a media type is one of these forms, or any."""
    return essence(media_type) in (kinds or (FORM, MULTIPART))


def media_of(contents: tuple[MediaType, ...], name: str | None) -> MediaType | None:
    """The body that an example shows: the one it names, or the first that is JSON."""
    if name is not None:
        same = [m for m in contents if m.name.lower() == name.lower()]
        within = [
            m for m in contents if m.name in ("*/*", name.partition("/")[0] + "/*")
        ]
        return next(iter((*same, *within)), None)
    return next(
        (m for m in contents if is_json(m.name)), contents[0] if contents else None
    )
