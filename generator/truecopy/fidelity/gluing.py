"""Tables whose cells ran together when a page was copied as text, taken apart again.

`first_namestringNoRyanFirst name` is a row. Where a name, a type and a mark are known for what they are, a
blank goes between them, and into the rest of the row where a capital follows a small letter.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence

from truecopy.fidelity.heads import Head
from truecopy.fidelity.pages import Page
from truecopy.fidelity.readings import GLUED, LOOSELY_GLUED
from truecopy.fidelity.spans import line_end

# Fewer are no table.
_ROWS = 3
_SEAM = re.compile(
    r"(?<=[a-zäöüß0-9)\]\"'.])(?=[A-ZÄÖÜ][a-zäöüß])|(?<=[A-Z]{2})(?=[A-Z][a-z])|(?<=[a-z]{3}[.:])(?=[a-z])"
)
_MARK = re.compile(r"(?:Yes|No)(?=[\w\"'`+(\[{])")
_STATUS = re.compile(r"(?m)^[1-5]\d\d(?=[A-Z])")


def loosened(page: Page, heads: Sequence[Head]) -> Page:
    """The page with blanks between the cells of its rows; the same page when it has no such rows."""
    text = page.text
    rows = [
        h
        for h in heads
        if text[h.end - 1].isalnum() and text[h.end : h.end + 1].isalpha()
    ]
    if len(rows) < _ROWS:
        return page
    cuts = sorted(
        {cut for head in rows for cut in _cuts(text, head)} | set(_statuses(text))
    )
    parts: list[str] = []
    starts = array("l")
    at = 0
    for cut in cuts:
        parts += [text[at:cut], " "]
        starts.extend(page.starts[at:cut])
        starts.append(page.starts[cut])
        at = cut
    parts.append(text[at:])
    starts.extend(page.starts[at:])
    return Page(page.name, "".join(parts), starts, page.lines)


def _cuts(text: str, head: Head) -> Iterator[int]:
    """Where the cells of a row begin."""
    end = line_end(text, head.end)
    yield head.end
    at = head.end
    glued = GLUED.match(text, at, end)
    typed = LOOSELY_GLUED.match(text, at, end)
    if glued:
        at = glued.end(2) if glued[2] else glued.end(1)
        yield at
    elif typed:
        at = typed.end()
        yield at
    mark = _MARK.match(text, at, end)
    if mark:
        at = mark.end()
        yield at
    yield from (seam.start() for seam in _SEAM.finditer(text, at, end))


def _statuses(text: str) -> Iterator[int]:
    """The cells of rows that begin with a status, in the tables of the same page."""
    for match in _STATUS.finditer(text):
        yield match.end()
        yield from (
            seam.start()
            for seam in _SEAM.finditer(text, match.end(), line_end(text, match.end()))
        )
