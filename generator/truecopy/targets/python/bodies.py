"""Bodies of requests by their media types: which are written how, and which method sends each of several."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping

from truecopy import media_types
from truecopy.ir import ArraySchema, MediaType, Operation, Schema
from truecopy.media_types import FORM, MULTIPART, essence, is_form
from truecopy.names import snake, words
from truecopy.targets.python.naming import type_name
from truecopy.values import resolved

_SHORT = {FORM: "form", MULTIPART: "multipart", "text/plain": "text"}


@functools.cache
def is_json(media_type: str) -> bool:
    """Whether a media type is JSON or admits it."""
    admits = essence(media_type) in ("*/*", "application/*")
    return admits or media_types.is_json(media_type)


def is_raw(media_type: str) -> bool:
    """Whether a body of this media type is sent as it is given."""
    return not is_json(media_type) and not is_form(media_type)


def is_text(media_type: str) -> bool:
    """Whether a media type is text."""
    return media_type.strip().lower().startswith("text/")


def is_sent(media_type: str) -> bool:
    """Whether bodies of this media type can be sent: of those in parts, forms."""
    return is_form(media_type) or not essence(media_type).startswith("multipart/")


def part_of(schema: Schema, named: Mapping[str, Schema]) -> Schema | None:
    """What one part of a multipart body is that a member makes: of a list each item is one."""
    whole = resolved(schema, named)
    if isinstance(whole, ArraySchema):
        return resolved(whole.items, named)
    return whole


def sendings(op: Operation) -> Iterator[tuple[str, MediaType]]:
    """The bodies that can be sent, each with the name of the operation as a method of its own sends it.

    The first has the name that the document gives: `add_pet`, then `add_pet_as_form`.
    """
    stated = op.request.contents if op.request else ()
    contents = [content for content in stated if is_sent(content.name)]
    first, others = contents[:1], contents[1:]
    yield from ((op.name, content) for content in first)
    short = [_short(content.name) for content in others]
    for content, name in zip(others, short, strict=True):
        alone = short.count(name) == 1
        yield f"{op.name}_as_{name if alone else snake(words(content.name))}", content


def _short(media_type: str) -> str:
    name = essence(media_type)
    return _SHORT.get(name) or snake(words(name.partition("/")[2]))


def request_name(name: str) -> str:
    """The name of the class of an operation's body, where the schema has none."""
    return type_name(name) + "Request"
