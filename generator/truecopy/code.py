"""Code as a type of its own, and the one encoder for each context that text enters it through.

A text from a spec is a plain `str` and can't be placed in a file: only `Code` can. `code` builds Code
from literal templates and other Code; an encoder builds it from text. Each Code promises the tokens
that it brings: an encoder those of the text it was given, whatever code it made of it. So a finished
file, read again, can be held against what was meant (docs/decisions/0003-promise.md).
"""

from __future__ import annotations

import ast
import functools
import inspect
import math
import re
import unicodedata
from collections.abc import Iterable
from typing import Final, LiteralString, cast

# A name, keyword, number or comment as it is written; a string by its value.
Token = str | tuple[str | bytes]

LINE: Final = 88

_HOLE = "{}"
_TOKEN = re.compile(
    r"""(
        [bfr]?(?:"{3}(?:[^"\\]|\\.|"(?!""))*+"{3}|"(?:[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*+')
    )|(
        [#].*
        |[0-9](?:[0-9a-zA-Z_.]|(?<=e)[+-])*+
        |[^\x00-\x20\x7f!-/:-@\[-^`{-~]++
    )""",
    re.VERBOSE,
)


class Code:
    """Text that is code already, and the tokens that it promises: its own, or those of its parts.

    Brackets, commas and operators are no tokens: layout moves them. Two pieces are equal when their
    texts are.
    """

    __slots__ = ("own", "parts", "text")

    def __init__(
        self, text: str, own: tuple[Token, ...] = (), parts: tuple[Code, ...] = ()
    ) -> None:
        self.text = text
        self.own = own
        self.parts = parts

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


def promised(whole: Code) -> list[Token]:
    """The tokens that a piece of code promises, in order."""
    found: list[Token] = []
    todo = [whole]
    while todo:
        part = todo.pop()
        found += part.own
        todo += part.parts[::-1]
    return found


def names_of(whole: Code) -> frozenset[str]:
    """The names, keywords and numbers among the tokens."""
    return frozenset(token for token in promised(whole) if isinstance(token, str))


def tokens(text: str) -> list[Token]:
    """The tokens of Python code, read by a lexer that knows nothing of how the code came about."""
    return [word or _value(string) for string, word in _TOKEN.findall(text)]


def _value(string: str) -> Token:
    if string[0] == "f":
        return string
    if string[0] == "b" and "\\" not in string:
        return (string[2:-1].encode(),)
    value = (
        string
        if string[0] in "\"'" and "\\" not in string
        else ast.literal_eval(string)
    )
    if string.startswith('"""'):
        value = value[3:-3] if value is string else value
        return (inspect.cleandoc(value),)
    return (value[1:-1] if value is string else value,)


def code(template: LiteralString, *parts: Code) -> Code:
    """The template with its `{}` holes filled, in order."""
    pieces = _pieces(template)
    if len(pieces) != len(parts) + 1:
        raise ValueError(
            f"{template!r} has {len(pieces) - 1} holes; {len(parts)} parts were given"
        )
    if not parts:
        return pieces[0]
    whole = [pieces[0]]
    for piece, part in zip(pieces[1:], parts, strict=True):
        whole += (part, piece)
    return Code("".join([part.text for part in whole]), (), tuple(whole))


@functools.cache
def _pieces(template: LiteralString) -> list[Code]:
    return [written(piece) for piece in template.split(_HOLE)]


@functools.lru_cache(maxsize=4096)
def written(text: str) -> Code:
    """A piece of our own templates, which may bring what it holds. Never for text from a spec."""
    return Code(text, tuple(tokens(text)))


def join(separator: LiteralString, parts: Iterable[Code]) -> Code:
    """The parts with a separator between them, which holds no words."""
    parts = tuple(parts)
    return Code(separator.join([part.text for part in parts]), (), parts)


def laid_out(text: str, parts: tuple[Code, ...]) -> Code:
    """For the layout only: the same tokens in other lines."""
    return Code(text, (), parts)


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
        return Code(_quoted(repr(value)), ((value,),))
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


def _wrapped(opening: str, inner: Code, closing: str) -> Code:
    return Code(opening + inner.text + closing, (), (inner,))


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
    lines = (inspect.cleandoc("\n".join(wrapped).strip()) or ".").split("\n")
    if len(lines) == 1:
        end = " " if lines[0][-1] == '"' else ""
        return Code(f'"""{_escape_doc(lines[0])}{end}"""', ((lines[0] + end,),))
    margin = "\n" + " " * indent
    quoted = (margin + _escape_doc(line) if line else "\n" for line in lines)
    return Code(f'"""{"".join(quoted).lstrip()}{margin}"""', (("\n".join(lines),),))


def _wrap(paragraph: str, indent: int) -> list[str]:
    """Lines of at most 85 columns, longer words aside."""
    margin = " " * (len(paragraph) - len(paragraph.lstrip(" ")))
    hanging = margin + "    " if margin else ""
    first, *words = folded(paragraph).split(" ")
    lines = [margin + first if first else ""]
    for word in words:
        if width(lines[-1]) + 1 + width(word) <= max(40, LINE - 3 - indent):
            lines[-1] += " " + word
        else:
            lines.append(hanging + word)
    return lines


def folded(text: str) -> str:
    """The text on one line: white space is one space, what is not printable is an escape."""
    line = " ".join(text.split())
    if line.isprintable():
        return line
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in line)


def _escape_doc(line: str) -> str:
    escaped = line.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    if escaped.startswith('"'):
        escaped = "\\" + escaped
    ends = escaped.endswith('"') and not escaped.endswith('\\"')
    return escaped[:-1] + '\\"' if ends else escaped


def comment(text: str) -> Code:
    """Lines that begin with `#: `, which documents the name below them.

    Tools take orders from comments; they look for them behind a `#` and a space, if any.
    """
    lines = [f"#: {line}" for line in _wrap(text.replace("#", "\\x23"), 0)]
    return Code("\n".join(lines), tuple(lines))


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


def markdown_code(text: str) -> Code:
    """A code span (CommonMark 6.1): fenced by more backticks than it holds."""
    line = folded(text).replace("|", "\\|")
    longest = max((len(run) for run in re.findall(r"`+", line)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if not line or line[0] == "`" or line[-1] == "`" else ""
    return Code(f"{fence}{pad}{line}{pad}{fence}")
