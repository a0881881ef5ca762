"""Values of a spec as they stand in a text: numbers, words, paths, with what may and may not stand beside them."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from truecopy.fidelity.pages import spelt
from truecopy.fidelity.spans import Span
from truecopy.source import Node

_MONTHS = (
    ("january", "jan", "januar", "januari"),
    ("february", "feb", "februar", "februari"),
    ("march", "mar", "märz", "mars"),
    ("april", "apr"),
    ("may", "mai", "maj"),
    ("june", "jun", "juni"),
    ("july", "jul", "juli"),
    ("august", "aug", "augusti"),
    ("september", "sep", "sept"),
    ("october", "oct", "oktober", "okt"),
    ("november", "nov"),
    ("december", "dec", "dezember", "dez"),
)
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)")


def exact(value: float | Decimal) -> Decimal:
    """A number as it is written in a spec: a float has no digits there that it does not keep."""
    return Decimal(str(value))


def find(
    text: str,
    value: Node | Decimal,
    start: int = 0,
    end: int | None = None,
    loose: bool = False,
) -> Span | None:
    """Where a value stands first; `loose` lets other letters touch it, as in cells that run together."""
    stop = len(text) if end is None else end
    if isinstance(value, str) and not value:
        return None
    assert not isinstance(value, list | dict)
    if isinstance(value, str) and not _DATE.fullmatch(value):
        # Most values stand nowhere else: a plain search says so at once, and where to begin.
        start = text.find(_first(value), start, stop)
        if start < 0:
            return None
    for expression in _expressions(value, isinstance(value, bool), loose):
        match = expression.search(text, start, stop)
        if match is not None:
            return match.span()
    return None


def _first(value: str) -> str:
    """What of a text stands on a page as it is written."""
    words = spelt(value).split()
    return words[0] if words else ""


@lru_cache(maxsize=20_000)
def _expressions(value: object, flag: bool, loose: bool) -> tuple[re.Pattern[str], ...]:
    if flag or value is None:
        word = (
            "null|none|nil"
            if value is None
            else "true|yes|ja" if value else "false|no|nein|nej"
        )
        before, after = ("", "") if loose else (r"(?<![\w])", r"(?![\w])")
        return (re.compile(f"{before}(?:{word}){after}", re.IGNORECASE),)
    if isinstance(value, int | float | Decimal):
        return (_number(exact(value)),)
    assert isinstance(value, str)
    words = [re.escape(word) for word in spelt(value).split()]
    if not words:
        return ()
    plain = r"\s*".join(words) if loose else r"\s+".join(words)
    if loose:
        return (re.compile(plain),)
    first, last = value.strip()[0], value.strip()[-1]
    # A hyphen goes on with a name, and not with a word.
    more = r"(?<!\w-)", r"(?!-\w)"
    name = more if "-" in value or "_" in value else ("", "")
    before = rf"(?<!\w){name[0]}" if first.isalnum() or first == "_" else ""
    after = rf"(?!\w){name[1]}" if last.isalnum() or last == "_" else ""
    found = [re.compile(f"{before}{plain}{after}")]
    date = _DATE.fullmatch(value)
    if date:
        found.append(_written_date(date))
    return tuple(found)


def _number(value: Decimal) -> re.Pattern[str]:
    whole, _, part = f"{value.copy_abs():f}".partition(".")
    part = part.rstrip("0")
    groups = (
        re.sub(r"(?<=\d)(?=(?:\d{3})+$)", "[,._ ']?", whole)
        if len(whole) < 40
        else whole
    )
    sign = r"-\s?" if value < 0 else ""
    tail = rf"[.,]{part}0*" if part else r"(?:[.,]0+)?"
    before = r"(?<![\w.])" if sign else r"(?<![\w.-])(?<!\w-)"
    if len(whole) == 3:
        # It may be the end of a larger number.
        before += r"(?<!\d,)"
    return re.compile(
        rf"{before}{sign}{groups}{tail}(?![\d])(?!\.\d)(?!,\d\d\d(?!\d))(?![A-Za-z_]\w*@)"
    )


def _written_date(date: re.Match[str]) -> re.Pattern[str]:
    year, month, day = date[1], int(date[2]), int(date[3])
    if not 1 <= month <= 12:
        return re.compile(r"(?!)")
    names = "|".join(sorted(_MONTHS[month - 1], key=len, reverse=True))
    numeric = rf"{day:02}[./]{month:02}[./]{year}|{month:02}/{day:02}/{year}|{year}/{month:02}/{day:02}"
    return re.compile(
        rf"(?<!\d)(?:0?{day}(?:st|nd|rd|th|\.)?\s+(?:of\s+)?(?:{names})\.?,?\s+{year}|(?:{names})\.?\s+0?{day}(?:st|nd|rd|th)?,?\s+{year}|{numeric})(?!\d)",
        re.IGNORECASE,
    )


def path(
    text: str,
    template: str,
    start: int = 0,
    end: int | None = None,
    whole: bool = True,
) -> Span | None:
    """Where a path template stands, `whole` or with more behind it; placeholders may be {id}, :id, <id> or [id]."""
    stop = len(text) if end is None else end
    match = _path(template, whole).search(text, start, stop)
    return match.span() if match else None


def called(text: str, template: str, sure: bool = False) -> Span | None:
    """Where a path stands with values in the place of its placeholders.

    On a page that writes placeholders, a path without them is taken for another, unless one is `sure`.
    """
    parts = re.split(r"\{[^{}]*\}", template.rstrip("/"))
    if len(parts) < 2 or not any(part.strip("/") for part in parts):
        return None
    escaped = [re.escape(part) for part in parts]
    if not sure and re.search(r"/(?:\{[^{}\n]*\}|:[a-z]\w*|<\w+>|\[\w+\])", text):
        return None
    match = re.search(r"[\w.~%@-]+".join(escaped) + r"/?(?![\w/{<-])", text)
    return match.span() if match else None


def sent(text: str, name: str, value: Node, where: str) -> Span | None:
    """Where a call on the page sends a value: in its path or query, or as a header's line."""
    if isinstance(value, list | dict) or value is None:
        return None
    shown = re.escape(str(value).lower() if isinstance(value, bool) else str(value))
    before = {
        "path": "/",
        "query": rf"[?&]{re.escape(name)}=",
        "header": rf"(?<![\w-]){re.escape(name)}:\s*",
    }.get(where)
    if before is None:
        return None
    match = re.compile(rf"(?i:{before})(?P<value>{shown})(?![\w-])").search(text)
    return match.span("value") if match else None


def header_line(text: str, name: str) -> re.Match[str] | None:
    """A header and its value, as they are sent."""
    return re.compile(
        rf"(?i:^[ \t>]*{re.escape(name)}):[ \t]*(?P<value>\S.*?)[ \t]*$", re.MULTILINE
    ).search(text)


@lru_cache(maxsize=2_000)
def _path(template: str, whole: bool) -> re.Pattern[str]:
    parts = re.split(r"\{([^{}]*)\}", template.rstrip("/") or "/")
    out = [re.escape(parts[0])]
    for index in range(1, len(parts), 2):
        name = re.escape(parts[index])
        out.append(rf"(?:\{{+\s?{name}\s?\}}+|:{name}|<{name}>|\[{name}\])")
        out.append(re.escape(parts[index + 1]))
    return re.compile("".join(out) + (r"/?(?![\w/{<-])" if whole else r"(?![\w{<-])"))


_METHODS = r"GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|TRACE"
METHOD = re.compile(rf"(?<![A-Za-z_-])(?:{_METHODS})(?![a-z_-]|[A-Z])")


def number_words(text: str) -> list[str]:
    """What in a rule can be looked for: its numbers, addresses and names that are no words."""
    found = re.findall(
        r"https?://\S+[\w/]|[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+|[A-Za-z]\w*_\w+|X-[\w-]+|(?<!\w)\d+(?:\.\d+)?(?!\w)",
        text,
    )
    return list(dict.fromkeys(found))
