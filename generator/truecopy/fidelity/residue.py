"""What on a page looks like a fact and is none of the spec's: names, values, numbers, addresses, codes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from truecopy.fidelity import words
from truecopy.fidelity.claims import Pointer
from truecopy.fidelity.literals import METHOD
from truecopy.fidelity.spans import Span, merged
from truecopy.records import sortable

Kind = Literal["field", "value", "name", "number", "address", "method", "mark", "date"]


@sortable
class Residue:
    """Something like a fact: its text, where it stands, and the node of the spec that it stands near."""

    kind: Kind
    text: str
    start: int
    end: int
    near: Pointer


_ATOM = re.compile(
    r"(?P<address>(?:https?|wss?|ftp)://[^\s<>\"'`)\]|]+)"
    r"|(?P<path>(?<![\w.])/(?:[\w.:{}~-]+/)+[\w.:{}~-]*|(?<![\w.])/[\w.-]*\{[\w.-]+\}[\w./{}-]*)"
    r"|(?P<media>(?<![\w/])(?:application|text|image|multipart|audio|video)/[\w.+*-]+)"
    r"|(?P<quoted>\"[^\"\n]{1,80}\"|(?<![\w])'[^'\n]{1,60}'(?!\w)|(?P<tick>`{1,2})[^`\n]{1,80}(?P=tick))"
    r"|(?P<header>(?<![\w-])[A-Z][A-Za-z0-9]+(?:-[A-Z][A-Za-z0-9]+)+(?![\w-]))"
    r"|(?P<constant>(?<![\w-])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?![\w]))"
    r"|(?P<name>(?<![\w.])[A-Za-z]\w*(?:_\w+)+(?:\.\w+)*|(?<![\w.])[a-z]+(?:[A-Z][a-z0-9]+)+(?!\w)|(?<![\w.])[a-z]\w*(?:\.[a-z_]\w*)+(?=[\s,;:)]|$))"
    r"|(?P<date>(?<![\w./-])(?:\d{4}-\d\d-\d\d|\d{4}/\d\d/\d\d|\d\d?[./]\d\d?[./]\d{4})(?![\w/-]|\.\d))"
    r"|(?P<number>(?<![\w.,+/-])[-+]?\d[\d,]*(?:\.\d+)?(?![\w]|\.\d|[-/]\w))"
    r"|(?P<method>" + METHOD.pattern + ")"
)
_REMOVED = re.compile(rf"(?<![\w-])(?:{'|'.join(words.REMOVED)})(?![\w-])")
# Behind a date: what a list of changes says of the past does not count.
_WILL = re.compile(r"(?<!\w)(?:will|wird|werden|ska|kommer|sera|seront)(?!\w)")
_STOP = re.compile(r"[.\n]")
# A method stands before an address, or at the end of a line.
_METHOD_USED = re.compile(r"[`\"'*]*\s*(?:[/{\n|]|https?:|$)")
# The number of a standard belongs to its name.
_STANDARD = re.compile(r"(?<!\w)(?:ISO|RFC|DIN|BCP|ECMA|EN)[ -]?$")
_SECTION = re.compile(r"\n[ \t#]*$")
_LIST_NUMBER = re.compile(r"(?:^|\n)[ \t>*#|-]*(?:step )?$", re.IGNORECASE)
# What is on every page on HTTP.
_COMMON = {
    "Content-Type",
    "Accept",
    "Authorization",
    "Host",
    "User-Agent",
    "Content-Length",
}
# A page may use the words of schemas for what it says of a field.
_KEYWORD = re.compile(
    r"(?i:(?:min|max)_?(?:length|len|items|value|size)|(?:multiple|one|any)_?of|(?:read|write)_?only|data_?type)"
)
_SEAM = re.compile(r"[a-z][A-Z][a-z]")
_ABBREVIATIONS = {"e.g", "i.e", "z.B", "t.ex", "d.h", "bl.a", "etc", "a.m", "p.m"}
_WORD = re.compile(r"\w+")
_KINDS: dict[str, Kind] = {
    "address": "address",
    "path": "address",
    "media": "value",
    "quoted": "value",
    "header": "name",
    "constant": "value",
    "name": "name",
    "date": "date",
    "number": "number",
    "method": "method",
}


def look_alikes(text: str) -> Sequence[re.Match[str]]:
    """All on a page that looks like a fact."""
    return tuple(
        match
        for match in _ATOM.finditer(text)
        if match["date"] is None or _is_removal(text, match)
    )


def _is_removal(text: str, date: re.Match[str]) -> bool:
    """Whether a date is that on which something goes."""
    start, end = date.span()
    before = _STOP.split(text[max(0, start - 60) : start].lower())[-1]
    after = _STOP.split(text[end : end + 80].lower())[0]
    later = _REMOVED.search(after) and _WILL.search(f"{before} {after}")
    return bool(_REMOVED.search(before) or later)


def residue(
    text: str,
    looks: Sequence[re.Match[str]],
    used: Sequence[Span],
    prose: str,
    near: Callable[[int], Pointer],
    samples: Sequence[Span],
    loosened: bool,
) -> Iterator[Residue]:
    """What looks like a fact, `looks`, outside the stretches that a fact accounts for.

    Where the cells of rows ran together, two words may look like a name; `loosened` says so.
    What the spec's own texts mention is accounted for too: a person has read it and put it into words.
    """
    known = set(_WORD.findall(prose))
    covered = merged([*used, *samples])
    starts = [start for start, _ in covered]
    flat = re.sub(r"\s+", " ", prose)
    seen_lower = flat.lower()
    for match in looks:
        kind = next(name for name in _KINDS if match[name] is not None)
        start, end = match.span()
        index = bisect_right(starts, end - 1) - 1
        if index >= 0 and covered[index][1] > start:
            continue
        atom = match[0].strip("`'\"").rstrip(".,;:")
        if not atom.strip() or _mentioned(kind, atom, known, flat, seen_lower):
            continue
        if atom in _ABBREVIATIONS | _COMMON or (
            loosened and kind == "name" and _SEAM.search(atom)
        ):
            continue
        if kind == "name" and _KEYWORD.fullmatch(atom):
            continue
        if kind == "method" and not _METHOD_USED.match(text, end):
            continue
        if kind in ("path", "name") and _is_link(text, start, end):
            continue
        if kind == "number" and _STANDARD.search(text, max(0, start - 8), start):
            continue
        if kind == "number" and _is_marker(text, start, end):
            continue
        if kind == "quoted" and not re.search(r"\w", atom):
            continue
        yield Residue(_KINDS[kind], atom, start, end, near(start))


def _mentioned(kind: str, atom: str, known: set[str], flat: str, lower: str) -> bool:
    if kind in ("number", "method"):
        return (
            atom.replace(",", "") in known
            or atom in known
            or (atom.lstrip("+-") in known and atom[0] in "+-")
        )
    if kind == "date":
        a, b, c = (part.zfill(2) for part in re.split(r"[./-]", atom))
        return any(
            each in flat for each in (f"{a}-{b}-{c}", f"{c}-{b}-{a}", f"{c}-{a}-{b}")
        )
    if kind == "quoted" and " " in atom:
        return atom.lower() in lower
    if (
        kind == "address"
        and (host := re.match(r"\w+://([\w.-]+)", atom))
        and host[1] in flat
    ):
        return True
    pattern = rf"(?<!\w){re.escape(atom)}(?!\w)"
    return atom in flat and re.search(pattern, flat) is not None


def _is_link(text: str, start: int, end: int) -> bool:
    """Whether an address is where a link of the page leads, and not one of the API."""
    return text[max(0, start - 2) : start] in ("](", "(/") or text[start:end].endswith(
        (".md", ".html", ".htm")
    )


def _is_marker(text: str, start: int, end: int) -> bool:
    """Whether a number counts the items of a list, or the lines of a sample."""
    before, after = text[max(0, start - 30) : start], text[end : end + 2]
    if "." in text[start:end] and _SECTION.search("\n" + before):
        return re.match(r"[.)]?\s+\w", text[end : end + 4]) is not None
    opens = (
        start == 0
        or _LIST_NUMBER.search(before if start > 30 else "\n" + before) is not None
    )
    return (
        opens
        and len(text[start:end]) < 4
        and (
            (after[:1] in (".", ")") and after[1:2] in ("", " ", "\n"))
            or after[:1] == "\n"
        )
    )
