"""The values that a stretch of a page lists for one field: in a row, or each on a line of its own."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import chain

from truecopy.fidelity import words
from truecopy.fidelity.readings import ENUM_CUE, TYPE
from truecopy.fidelity.spans import Span

_QUOTES = "\"'`"
_VALUE = r"(?:\"[^\"\n]{1,60}\"|'[^'\n]{1,60}'|`[^`\n]{1,60}`|\w[\w.+:-]*)"
_AND = r"(?:or|and|oder|und|eller|och|bzw\.|resp\.)"
_SEPARATOR = (
    rf"(?:\s*[,|;]\s*(?:{_AND}\s+)?|\s?/\s?|\s+{_AND}\s+|\s+(?=[\"'`])|\n\s*[-*•·◦]\s+)"
)
_ROW = re.compile(rf"(?<![\w/\"'`]){_VALUE}(?:{_SEPARATOR}{_VALUE})*")
_PART = re.compile(_VALUE)
_LINE = re.compile(
    r"(?:(?<=\n)|^)[ \t>*+•·◦|-]*(?P<value>\"[^\"\n]{1,60}\"|'[^'\n]{1,60}'|`[^`\n]{1,60}`|\w[\w.+-]*)[*_]{0,2}(?=[ \t]*(?:[:=|\u2013\u2014]|-\s|\n|$))"
)
# What a row of bare words begins behind, and ends before, when all of them are values.
_OPENING = re.compile(r"(?:[:=(\[{]|\A)[\s\"'`\[({]*$")
_CLOSING = re.compile(r"[\"'`\]})]*\s*(?:[.;:)\]}|]|\n|\Z)")
_NO_VALUES = {*words.YES, *words.NO, *words.NUMBERS, *words.NO_VALUES}


def listed(
    text: str, low: str, window: Span, known: Collection[str]
) -> Iterator[tuple[str, int, int]]:
    """The values listed in text[window], with their places, that look like those that are `known`, and these.

    Bare words count where a known value, or words for a list of values, stand with them: the rest of a
    sentence has commas too.
    """
    start, end = window
    seen: set[int] = set()
    for found in chain(
        _rows(text, low, start, end, known), _lines(text, start, end, known)
    ):
        if found[1] not in seen:
            seen.add(found[1])
            yield found


def _rows(
    text: str, low: str, start: int, end: int, known: Collection[str]
) -> Iterator[tuple[str, int, int]]:
    cues = {cue.end() for cue in ENUM_CUE.finditer(low, start, end)}
    for row in _ROW.finditer(text, start, end):
        parts = list(_PART.finditer(text, row.start(), row.end()))
        mine = [i for i, part in enumerate(parts) if _bare(part[0]) in known]
        before = max((at for at in cues if at <= row.start()), default=start)
        cued = before in cues and not text[before : row.start()].strip(
            " \n\t\"'`*_:=([{"
        )
        inside = [i for i, part in enumerate(parts) if part.end() in cues]
        if inside:
            # Words for a list are the row's own first words: either red, green, or blue.
            parts, mine = parts[inside[-1] + 1 :], [i - inside[-1] - 1 for i in mine]
            mine, cued = [i for i in mine if i >= 0], True
        if not mine and not (cued and len(parts) > 1 and _is_sure(parts)):
            continue
        opened = cued or _OPENING.search(
            text, max(start, row.start() - 12), row.start()
        )
        first = 0 if opened or not mine else mine[0]
        closed = _CLOSING.match(text, row.end(), end)
        last = len(parts) if closed or not mine else mine[-1] + 1
        slashed = "/" in text[row.start() : row.end()] and len(mine) < 2
        for part in parts[first:last]:
            value = _bare(part[0])
            if value in known or (not slashed and _is_alike(part[0], parts, mine)):
                yield _placed(part, 0)


def _lines(
    text: str, start: int, end: int, known: Collection[str]
) -> Iterator[tuple[str, int, int]]:
    """Values that begin lines, as several known ones do."""
    parts = list(_LINE.finditer(text, start, end))
    mine = [i for i, part in enumerate(parts) if _bare(part["value"]) in known]
    if len(mine) < 2:
        return
    shapes = {_shape(parts[i]["value"]) for i in mine}
    for part in parts[mine[0] :]:
        if _bare(part["value"]) in known or _shape(part["value"]) in shapes:
            yield _placed(part, "value")


def _placed(part: re.Match[str], group: str | int) -> tuple[str, int, int]:
    """A value and where it stands, without its quotation marks or the sign that follows."""
    value = _bare(part[group])
    start = part.start(group) + (part[group][0] in _QUOTES)
    return value, start, start + len(value)


def _bare(value: str) -> str:
    return value[1:-1] if value[0] in _QUOTES else value.rstrip(".:")


def _is_sure(parts: list[re.Match[str]]) -> bool:
    """Whether values that nobody knows are values all the same: quoted, or in capitals."""
    return all(part[0][0] in _QUOTES or part[0].isupper() for part in parts)


def _is_alike(value: str, parts: list[re.Match[str]], mine: list[int]) -> bool:
    """Whether a value is written as the known ones in its row are, and is no word that says something of them."""
    bare = _bare(value).lower()
    if bare in _NO_VALUES or (value == _bare(value) and TYPE.fullmatch(bare)):
        return False
    return not mine or _shape(value) in {_shape(parts[i][0]) for i in mine}


def _shape(value: str) -> str:
    """How a value is written: its quotation mark, or the kind of its letters."""
    if value[0] in _QUOTES:
        return value[0]
    return next(
        (
            name
            for name in ("isdigit", "isupper", "islower", "istitle")
            if getattr(value, name)()
        ),
        "",
    )
