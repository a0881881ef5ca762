"""Code as a type of its own, and the one encoder for each context that text enters it through.

A text from a spec is a plain `str` and can't be placed in a file: only `Code` can. `code` builds Code
from literal templates and other Code; an encoder builds it from text. Each Code promises the tokens
that it brings: an encoder those of the text it was given, whatever code it made of it. So a finished
file, read again, can be held against what was meant (docs/decisions/0003-promise.md).
"""

from __future__ import annotations

import ast
import functools
import math
import re
import unicodedata
from collections.abc import Iterable
from typing import Final, LiteralString, cast

# A name, keyword, integer or comment as it is written; a string by its value.
Token = str | tuple[str | bytes]

LINE: Final = 88
# So many characters nobody counts.
_MANY: Final = 10

_HOLE = "{}"
# A string from its first quote on; one without escapes costs least. Only sets of characters are repeated
# possessively: Python before 3.11.5 loses its place in other repeats (gh-106052).
_DOUBLE = (
    r'"(?:[^"\\\n]++"|""[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*"""'
    r'|[^"\\\n]*+(?:\\.[^"\\\n]*+)*")'
)
_SINGLE = r"'[^'\\\n]*+(?:\\.[^'\\\n]*+)*'"
_STRING = f"(?:{_DOUBLE}|{_SINGLE})"
# A string or a comment. Each way begins with a character of its own, by which the engine finds it.
_TEXT = re.compile(f"({_DOUBLE}|{_SINGLE}|#.*|b{_STRING}|f{_STRING}|r{_STRING})")
# Stands among the words where a string or a comment does; no other code holds it.
_MARK = "\0"
# What is in no word, as a space; that leaves a float in two.
_BETWEEN = {n: " " for n in range(1, 128) if not (chr(n).isalnum() or chr(n) == "_")}


class Code:
    """Text that is code already, and the tokens that it promises, in order.

    Brackets, commas and operators are no tokens: layout moves them. Two pieces are equal when their
    texts are.
    """

    __slots__ = ("promised", "text")

    def __init__(self, text: str, promised: tuple[Token, ...] = ()) -> None:
        self.text = text
        self.promised = promised

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Code) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __bool__(self) -> bool:
        return bool(self.text)

    def __str__(self) -> str:
        raise TypeError(
            "code is placed by a template or joined by code(), never formatted"
        )


EMPTY: Final = Code("")


def names_of(pieces: Iterable[Code]) -> frozenset[str]:
    """The names, keywords and numbers among the tokens."""
    found = set[Token]().union(*[piece.promised for piece in pieces])
    return frozenset([token for token in found if isinstance(token, str)])


def tokens(text: str) -> tuple[Token, ...]:
    """The tokens of Python code, read by a lexer that knows nothing of how the code came about."""
    pieces = _TEXT.split(text)
    between = f" {_MARK} ".join(pieces[::2])
    found: list[Token] = [*between.translate(_BETWEEN).split()]
    at = -1
    for string in pieces[1::2]:
        at = found.index(_MARK, at + 1)
        found[at] = _token(string)
    return tuple(found)


@functools.lru_cache(maxsize=8192)
def _token(found: str) -> Token:
    if found[0] in "#f":
        return found
    if "\\" in found or found[0] == "r":
        return (ast.literal_eval(found),)
    if found[0] == "b":
        return (found[2:-1].encode(),)
    return (found[3:-3] if found.startswith('"""') else found[1:-1],)


def code(template: LiteralString, *parts: Code) -> Code:
    """The template with its `{}` holes filled, in order."""
    if not parts and _HOLE not in template:
        return written(template)
    form, promised, after = _pieces(template)
    if len(parts) != len(after):
        raise ValueError(
            f"{template!r} has {len(after)} holes; {len(parts)} parts were given"
        )
    texts: list[str] = []
    for part, own in zip(parts, after, strict=True):
        texts.append(part.text)
        promised += part.promised + own
    return Code(form % tuple(texts), promised)


@functools.cache
def _pieces(
    template: LiteralString,
) -> tuple[str, tuple[Token, ...], list[tuple[Token, ...]]]:
    """The template as a format, the tokens before its first hole, and those after each hole."""
    pieces = template.split(_HOLE)
    form = "%s".join([piece.replace("%", "%%") for piece in pieces])
    first, *after = map(tokens, pieces)
    return form, first, after


@functools.lru_cache(maxsize=4096)
def written(text: str) -> Code:
    """A piece of our own templates, which may bring what it holds. Never for text from a spec."""
    return Code(text, tokens(text))


def filled(between: list[str], placed: list[Code]) -> Code:
    """For rendering only: pieces of our own templates, and what was placed between them."""
    texts = between[:1]
    promised = [*written(between[0]).promised]
    for part, piece in zip(placed, between[1:], strict=True):
        texts += part.text, piece
        promised += part.promised
        promised += written(piece).promised
    return Code("".join(texts), tuple(promised))


def join(separator: LiteralString, parts: Iterable[Code]) -> Code:
    """The parts with a separator between them, which holds no words."""
    parts = tuple(parts)
    return Code(separator.join([part.text for part in parts]), together(parts))


def laid_out(text: str, parts: Iterable[Code]) -> Code:
    """For the layout only: the same tokens in other lines."""
    return Code(text, together(parts))


def together(parts: Iterable[Code]) -> tuple[Token, ...]:
    """What several parts promise, one after the other."""
    promised: list[Token] = []
    for part in parts:
        promised += part.promised
    return tuple(promised)


def width(text: str) -> int:
    """Columns that a line takes, as black counts: wide characters are two, marks one."""
    if text.isascii():
        return len(text)
    return len(text) + sum(
        unicodedata.east_asian_width(c) in "WF"
        and unicodedata.category(c) not in ("Mn", "Mc", "Sk")
        for c in text
    )


def literal(value: object) -> Code:
    """A Python literal of JSON data, as black spells it: double quotes unless they cost escapes."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"not JSON data: {value}")
    if value is None or isinstance(value, (bool, int, float)):
        return written(repr(value).replace("e+", "e"))
    if isinstance(value, dict):
        items = cast("dict[str, object]", value).items()
        pairs = [code("{}: {}", literal(str(k)), literal(v)) for k, v in items]
        return _wrapped("{", join(", ", pairs), "}")
    if isinstance(value, (list, tuple)):
        members = cast("Iterable[object]", value)
        return _wrapped("[", join(", ", map(literal, members)), "]")
    raise TypeError(f"not JSON data: {type(value).__name__}")


@functools.lru_cache(maxsize=8192)
def _text(value: str) -> Code:
    return Code(_quoted(repr(value)), ((value,),))


def repeated(value: str) -> Code:
    """A Python literal of text; many times the same character is written as a product."""
    if len(value) < _MANY or value.count(value[0]) < len(value):
        return _text(value)
    return code("{} * {}", _text(value[0]), literal(len(value)))


def _wrapped(opening: str, inner: Code, closing: str) -> Code:
    return Code(opening + inner.text + closing, inner.promised)


def bytes_literal(value: bytes) -> Code:
    """A Python bytes literal."""
    return Code("b" + _quoted(repr(value)[1:]), ((value,),))


def _quoted(text: str) -> str:
    """Python's literal with black's quotes: double ones unless they cost more escapes."""
    body = text[1:-1]
    if text[0] == '"' or body.count('"') > body.count("\\'"):
        return text
    body = body.replace("\\'", "'").replace('"', '\\"')
    return f'"{body}"'


@functools.lru_cache(maxsize=8192)
def identifier(name: str) -> Code:
    """A name that is an identifier already, as Python reads it; anything else is a mistake of ours."""
    normal = unicodedata.normalize("NFKC", name)
    if not name.isidentifier() or name != normal:
        raise ValueError(f"not an identifier: {name!r}")
    return Code(name, (name,))


def dotted(name: str) -> Code:
    """Identifiers joined with dots."""
    return join(".", [identifier(part) for part in name.split(".")])


def docstring(paragraphs: Iterable[str], indent: int) -> Code:
    """A docstring at an indentation: paragraphs wrapped, backslashes and quotes escaped.

    A paragraph that begins with spaces keeps them and hangs by four more; an empty one is a gap.
    """
    wrapped = [line for paragraph in paragraphs for line in _wrap(paragraph, indent)]
    whole = "\n".join(wrapped).strip() or "."
    if ">>>" in whole:
        # doctest would run a line that begins so.
        whole = re.sub(r"^( *)>>>", r"\1\\>>>", whole, flags=re.MULTILINE)
    if "\n" not in whole:
        end = " " if whole[-1] == '"' else ""
        return Code(f'"""{_escape_doc(whole)}{end}"""', ((whole + end,),))
    lines = _dedented(whole.split("\n"))
    margin = " " * indent
    value, text = (
        "\n".join(
            [lined[0], *[margin + line if line else "" for line in lined[1:]], margin]
        )
        for lined in (lines, [_escape_doc(line) for line in lines])
    )
    return Code(f'"""{text}"""', ((value,),))


def _dedented(lines: list[str]) -> list[str]:
    """Without the margin that all lines but the first have."""
    margins = [len(line) - len(line.lstrip(" ")) for line in lines[1:] if line]
    common = min(margins, default=0)
    return [lines[0], *[line[common:] for line in lines[1:]]] if common else lines


def _wrap(paragraph: str, indent: int) -> list[str]:
    """Lines of at most 85 columns, longer words aside."""
    text = folded(paragraph)
    limit = max(40, LINE - 3 - indent)
    margin = ""
    if paragraph[:1] == " ":
        margin = " " * (len(paragraph) - len(paragraph.lstrip(" ")))
    if len(margin) + len(text) <= limit and text.isascii():
        return [margin + text if text else ""]
    hanging = margin + "    " if margin else ""
    first, *words = text.split(" ")
    lines = [margin + first if first else ""]
    taken = width(lines[0])
    for word in words:
        taken += 1 + width(word)
        if taken <= limit:
            lines[-1] += " " + word
        else:
            lines.append(hanging + word)
            taken = width(lines[-1])
    return lines


def folded(text: str) -> str:
    """The text on one line: white space is one space, what is not printable is an escape."""
    line = " ".join(text.split())
    if line.isprintable():
        return line
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in line)


def _escape_doc(line: str) -> str:
    if '"' not in line and "\\" not in line:
        return line
    escaped = line.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    if escaped.startswith('"'):
        escaped = "\\" + escaped
    ends = escaped.endswith('"') and not escaped.endswith('\\"')
    return escaped[:-1] + '\\"' if ends else escaped


def toml(text: str) -> Code:
    """A TOML basic string (TOML 1.0, String)."""
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    plain = (c if c.isprintable() else f"\\U{ord(c):08X}" for c in quoted)
    return Code('"' + "".join(plain) + '"', ((text,),))


# CommonMark lets every ASCII punctuation character be escaped (2.4). Those that end or join words, as
# prose has them, mean nothing; only a number with a dot in front would begin a list.
_MARKDOWN = re.compile(
    r"\A(\d+)\.(?= |\Z)|(?:(?<=\d)\.(?=\d)|(?<=[^\W_])[-_](?=[^\W_])|[.:](?= |\Z)|[,;?'\"%=/])|([!-/:-@\[-`{-~])"
)


def markdown(text: str) -> Code:
    """One line of prose in Markdown: every character that could mean markup is escaped."""
    return Code(_MARKDOWN.sub(_escape_markdown, folded(text)))


def _escape_markdown(match: re.Match[str]) -> str:
    number, sign = match.groups()
    return f"{number}\\." if number else f"\\{sign}" if sign else match[0]


_LINK = re.compile(r"https?://[^\s<>]+")


def markdown_link(text: str) -> Code:
    """An autolink (CommonMark 6.5) of a plain address; any other text is prose."""
    plain = _LINK.fullmatch(text) and text.isprintable() and text.isascii()
    return Code(f"<{text}>") if plain else markdown(text)


def markdown_code(text: str) -> Code:
    """A code span (CommonMark 6.1): fenced by more backticks than it holds."""
    line = folded(text)
    longest = max((len(run) for run in re.findall(r"`+", line)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if not line or line[0] == "`" or line[-1] == "`" else ""
    return Code(f"{fence}{pad}{line}{pad}{fence}")


def markdown_cell(text: str) -> Code:
    """A code span in a table, where a bar would end the cell (GFM 4.10)."""
    return markdown_code(text.replace("|", "\\|"))
