"""A page of the vendor as text in which every character knows where it stands in the page's file.

Here goes what makes two saved copies of one page the same text: character sets, entities, quotation
marks, inline tags. Nothing here knows what a fact is.
"""

from __future__ import annotations

import html
import re
import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Iterable

from truecopy.records import record

# Larger pages are refused: no document of an API is near it.
LIMIT = 8 * 1024 * 1024

_QUOTES = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4\u02bc", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
    **dict.fromkeys(
        "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t\f\v",
        " ",
    ),
    "\u2028": "\n",
    "\u2029": "\n",
    "\r": "\n",
    "\u2026": "...",
}
# Soft hyphens, joiners, direction marks, byte order marks: nobody sees them.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufe0f]")
_ENTITY = re.compile(
    r"&(?:[A-Za-z][A-Za-z0-9]{1,31}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});"
)
_NAMES = (
    "a|abbr|b|big|br|center|code|details|div|em|font|h[1-6]|hr|i|img|kbd|li|mark|ol|p|pre|s|small|span|strong|sub"
    "|summary|sup|table|tbody|td|th|thead|tr|u|ul"
)
_ELEMENT = re.compile(rf"</?(?:{_NAMES})(?:\s[^<>]{{0,400}})?/?>", re.IGNORECASE)
_TAG = re.compile(rf"{_ELEMENT.pattern}|<!--.*?-->", re.IGNORECASE | re.DOTALL)
# What spelt spells in another way: blanks that end a line, and ends of lines, among it.
_ODD = re.compile(
    r"(?P<end>(?<![ \t])[ \t]++(?=[\r\n]))|\r\n|\\[_*`\[\]#<>|~]|[^\W\d_][\u0300-\u036f]+|[\x00-\x09\x0b-\x1f\x7f-\xa0\xab\xad\xb4\xbb\u02bc\u1680\u2000-\u206f\u2212\u3000\ufeff\ufe0f]"
)
_BREAKS = re.compile(
    r"</?(?:br|div|h[1-6]|hr|li|ol|p|pre|table|tr|ul|details|summary)\b", re.IGNORECASE
)
# Numbers of lines and of items, a line's first thing.
_COUNTER = re.compile(r"(?:(?<=\n)|^)[ \t>|]*(\d{1,4})(?:[.):|]|(?=\s))")
# The number of an item inside a line, in front of a name.
_ITEM = re.compile(r"(?<=\s)(\d{1,3})[.)](?= [`*\"\[])")
# Emphasis of Markdown, which letters would otherwise seem to go on with.
_EMPHASIS = re.compile(r"(?<![\w`/.$])_([^\s_`][^_\n`]{0,60}?)_(?![\w`])")
_STRONG = re.compile(r"(?<![\w`/.$])__([^\s_`](?:[^`\n]{0,80}?[^\s_`])?)__(?![\w`])")
_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([A-Za-z0-9_-]{2,20})""", re.IGNORECASE
)
_IS_HTML = re.compile(
    r"\s*(?:<!--.{0,2000}?-->\s*)*<(?:!doctype html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)


@record
class Page:
    """The text of a page; `starts[i]` is where character i of the text stands in the file."""

    name: str
    text: str
    starts: array[int]
    lines: array[int]

    def where(self, offset: int) -> tuple[int, int]:
        """Line and column in the file, from one, of a place in the text."""
        if not self.starts:
            return 1, 1
        at = self.starts[min(offset, len(self.starts) - 1)]
        line = bisect_right(self.lines, at)
        return line, at - self.lines[line - 1] + 1


def blank(name: str) -> Page:
    """A page that need not be read."""
    return Page(name, "", array("l"), array("l", [0]))


class UnreadableError(Exception):
    """The file is not a page of text; the message is a sentence without its subject."""


def read(name: str, data: bytes, html: bool = False) -> Page:
    """Reads a page of text or HTML, which it may be known to be or looks like.

    Raises UnreadableError for what is too large, empty or not text.
    """
    if len(data) > LIMIT:
        raise UnreadableError(f"has {len(data):,} bytes; the limit is {LIMIT:,}")
    source = _decoded(data)
    if not source.strip():
        raise UnreadableError("is empty")
    lines = array("l", [0])
    lines.extend(match.end() for match in re.finditer(r"\r\n|\r|\n", source))
    if (
        html
        or _IS_HTML.match(source)
        or name.lower().endswith((".html", ".htm", ".xhtml"))
    ):
        from truecopy.fidelity import markup

        pieces = markup.pieces(source)
        if not any(text.strip() for _, text in pieces):
            raise UnreadableError("holds no text")
    else:
        pieces = _inline(source)
    text, starts = _joined(pieces)
    text = _STRONG.sub(r"**\1**", _rows(text))
    text = _EMPHASIS.sub(r" \1 ", text)
    text, starts = _collapsed(text, starts)
    return Page(name, text, starts, lines)


_CELL = re.compile(
    r"(?<=\n)(?P<in>[ ]{3,})\* - [^\n]*(?:\n(?P=in)  (?:- | {2})[^\n]*)+"
)


def _rows(text: str) -> str:
    """The rows of reStructuredText's list-tables as lines with cells, character for character."""
    if "list-table::" not in text:
        return text
    return _CELL.sub(
        lambda row: re.sub(r"\n([ ]+)- ", lambda m: " " + m[1] + "| ", row[0]), text
    )


def counters(text: str) -> list[tuple[int, int]]:
    """The numbers that count lines or items: each is one more than that before it, or all are one."""
    return [
        span for expression in (_COUNTER, _ITEM) for span in _runs(expression, text)
    ]


def _runs(expression: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    run: list[tuple[int, int]] = []
    last = 0
    for match in expression.finditer(text):
        number = int(match[1])
        goes_on = number == last + 1 or number == last == 1
        if run and not goes_on:
            if len(run) > 2:
                found += run
            run = []
        if run or number == 1:
            run.append(match.span(1))
        last = number
    return found + run if len(run) > 2 else found


_BLANKS = re.compile(r" +(?=\n)|(?<=\n) +| {2,}|\n{3,}")


def _collapsed(text: str, starts: array[int]) -> tuple[str, array[int]]:
    """The text with one blank where there were many, none around line ends, and one empty line for many."""
    parts: list[str] = []
    kept = array("l")
    at = 0
    for match in _BLANKS.finditer(text):
        start, end = match.span()
        keep = (
            2
            if text[start] == "\n"
            else int(end < len(text) and text[end] != "\n" and text[start - 1] != "\n")
        )
        parts.append(text[at : start + keep])
        kept.extend(starts[at : start + keep])
        at = end
    parts.append(text[at:])
    kept.extend(starts[at:])
    return "".join(parts), kept


def _decoded(data: bytes) -> str:
    """The text of a file: UTF-8 unless it says otherwise, then what Windows writes."""
    for mark, charset in (
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
    ):
        if data.startswith(mark):
            return data[len(mark) :].decode(charset, "replace")
    if data.count(0) > len(data) // 200:
        raise UnreadableError("is not text")
    declared = _CHARSET.search(data[:4096])
    for charset in ("utf-8", declared[1].decode("ascii") if declared else "", "cp1252"):
        try:
            if charset:
                return _plausible(data.decode(charset))
        except (UnicodeDecodeError, LookupError):
            continue
    return _plausible(data.decode("latin-1"))


def _plausible(text: str) -> str:
    sample = text[:20_000]
    odd = sum(c < " " and c not in "\t\n\r\f\x1b" for c in sample)
    if odd * 20 > len(sample):
        raise UnreadableError("is not text")
    return text


def _inline(source: str) -> list[tuple[int, str]]:
    """A page of text cut at the tags that are strewn in it; a tag that breaks lines leaves a break."""
    pieces: list[tuple[int, str]] = []
    at = 0
    # Behind the last end of a comment none begins: looking for its end would cost a square.
    last = source.rfind("-->") + 3
    for tag in (*_TAG.finditer(source, 0, last), *_ELEMENT.finditer(source, last)):
        pieces.append((at, source[at : tag.start()]))
        if _BREAKS.match(tag[0]):
            pieces.append((tag.start(), "\n"))
        at = tag.end()
    pieces.append((at, source[at:]))
    return pieces


def _joined(pieces: Iterable[tuple[int, str]]) -> tuple[str, array[int]]:
    """One text with one start for each character; entities and quotation marks in one spelling."""
    out: list[str] = []
    starts = array("l")
    for begin, piece in pieces:
        at = 0
        for match in _ENTITY.finditer(piece):
            _plain(out, starts, begin + at, piece[at : match.start()])
            _same(out, starts, begin + match.start(), spelt(html.unescape(match[0])))
            at = match.end()
        _plain(out, starts, begin + at, piece[at:])
    return "".join(out), starts


def _plain(out: list[str], starts: array[int], begin: int, text: str) -> None:
    """Adds text without entities."""
    at = 0
    for match in _ODD.finditer(text):
        _run(out, starts, begin + at, text[at : match.start()])
        _same(
            out, starts, begin + match.start(), "" if match["end"] else spelt(match[0])
        )
        at = match.end()
    _run(out, starts, begin + at, text[at:])


def _run(out: list[str], starts: array[int], begin: int, text: str) -> None:
    """Adds text whose characters stand one after the other."""
    out.append(text)
    starts.extend(range(begin, begin + len(text)))


def _same(out: list[str], starts: array[int], begin: int, text: str) -> None:
    """Adds text that one place in the file stands for."""
    out.append(text)
    starts.extend([begin] * len(text))


def spelt(text: str) -> str:
    """Text in the spelling that pages are brought into, so that values of a spec compare with it."""
    if len(text) == 2 and text[0] == "\\":
        return text[1]
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    text = _UNSEEN.sub("", text)
    text = "".join(_QUOTES.get(c, c) for c in text)
    return "".join(
        c if c == "\n" or not (c < " " or "\x7f" <= c < "\xa0") else " " for c in text
    )
