"""Code as a type of its own, and the one encoder for each context that text enters it through.

A text from a spec is a plain `str` and can't be placed in a file: only `Code` can. `code` builds Code
from literal templates and other Code; an encoder builds it from text. Each Code knows the constants
and names that it promises, so that a compiled file can be held against them.
"""

from __future__ import annotations

import functools
import re
import textwrap
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, LiteralString

Constant = None | bool | int | float | str | bytes

LINE: Final = 88

_IDENTIFIER = re.compile(r"[^\W\d]\w*")
_HOLE = "{}"
_STRING = re.compile(r'"([^"\\]*)"')
_NUMBER = re.compile(r"(?<![\w.])[0-9]+(?:\.[0-9]+)?(?![\w.])")
_FIELD = re.compile(r"\{[^{}]*\}")


class Code:
    """Text that is code already; it promises its own constants and names and those of its parts.

    Two pieces are equal when their texts are.
    """

    __slots__ = ("constants", "names", "parts", "quoted", "text")

    def __init__(
        self,
        text: str,
        constants: tuple[Constant, ...] = (),
        names: tuple[str, ...] = (),
        parts: tuple[Code, ...] = (),
        quoted: bool = False,
    ) -> None:
        self.text = text
        self.constants = constants
        self.names = names
        self.parts = parts
        self.quoted = quoted

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

# Constants and identifiers of the literal templates of `code`: trusted in every file.
OWN: Final[set[Constant]] = set()


@dataclass(frozen=True, slots=True)
class Promise:
    """What a piece of code brings: constants that must be there, others that may be, and names."""

    constants: tuple[Constant, ...]
    optional: tuple[Constant, ...]
    names: frozenset[str]


def promise(whole: Code) -> Promise:
    """What a piece of code and all its parts promise. What an annotation holds stays text in the file."""
    names: set[str] = set()
    constants: list[Constant] = []
    optional: list[Constant] = []
    quoted: list[Code] = []
    _gather([whole], names, constants, quoted)
    _gather([below for part in quoted for below in part.parts], names, optional, [])
    return Promise(tuple(constants), tuple(optional), frozenset(names))


def _gather(
    todo: list[Code], names: set[str], constants: list[Constant], quoted: list[Code]
) -> None:
    while todo:
        part = todo.pop()
        if part.names:
            names.update(part.names)
        if part.quoted:
            quoted.append(part)
            continue
        if part.constants:
            constants.extend(part.constants)
        if part.parts:
            todo.extend(part.parts)


def annotation(type_: Code) -> Code:
    """An annotation, which the compiler keeps as text: with its own quotes, if it has any."""
    kept = (type_.text, type_.text.replace('"', "'"))
    return Code(type_.text, (), kept, (type_,), quoted=True)


def code(template: LiteralString, *parts: Code) -> Code:
    """The template with its `{}` holes filled, in order. What the template itself says is ours."""
    pieces = _template(template)
    if len(pieces) != len(parts) + 1:
        raise ValueError(
            f"{template!r} has {len(pieces) - 1} holes; {len(parts)} parts were given"
        )
    text = pieces[0]
    for piece, part in zip(pieces[1:], parts, strict=True):
        text += part.text + piece
    return Code(text, (), (), parts)


def join(separator: LiteralString, parts: Iterable[Code]) -> Code:
    """The parts with a separator between them."""
    parts = tuple(parts)
    return Code(separator.join([part.text for part in parts]), (), (), parts)


def laid_out(text: str, parts: tuple[Code, ...]) -> Code:
    """For the layout only: the same tokens in other lines."""
    return Code(text, (), (), parts)


def width(text: str) -> int:
    """Columns that a line takes, wide characters counted as two, as black counts."""
    if text.isascii():
        return len(text)
    wide = unicodedata.east_asian_width
    return sum(0 if unicodedata.combining(c) else 1 + (wide(c) in "WF") for c in text)


@functools.cache
def _template(template: str) -> list[str]:
    """The text between the holes; notes what the template says as said by ourselves."""
    constants, names = vocabulary(template)
    OWN.update(names)
    OWN.update(constants)
    return template.split(_HOLE)


def vocabulary(text: str) -> tuple[tuple[Constant, ...], tuple[str, ...]]:
    """The constants and identifiers of a piece of our own code."""
    strings = _STRING.findall(text)
    pieces = [
        piece for string in strings if "{" in string for piece in _FIELD.split(string)
    ]
    numbers = [
        float(n) if "." in n else int(n) for n in _NUMBER.findall(_STRING.sub("", text))
    ]
    return (*strings, *pieces, *numbers), tuple(
        dict.fromkeys(_IDENTIFIER.findall(text))
    )


def literal(value: object) -> Code:
    """A Python literal of JSON data, as black spells it: double quotes unless they cost escapes."""
    if isinstance(value, str):
        return Code(_string(value), (value,))
    if value is None or isinstance(value, (bool, int, float)):
        return Code(repr(value), (value,))
    if isinstance(value, dict):
        pairs = [code("{}: {}", literal(str(k)), literal(v)) for k, v in value.items()]
        return _wrapped("{", join(", ", pairs), "}")
    if isinstance(value, (list, tuple)):
        return _wrapped("[", join(", ", (literal(item) for item in value)), "]")
    raise TypeError(f"not JSON data: {type(value).__name__}")


def _wrapped(opening: str, inner: Code, closing: str) -> Code:
    return Code(opening + inner.text + closing, (), (), (inner,))


def bytes_literal(value: bytes) -> Code:
    """A Python bytes literal."""
    text = repr(value)
    if text.startswith("b'") and b'"' not in value:
        text = f'b"{text[2:-1]}"'
    return Code(text, (value,))


def _string(value: str) -> str:
    text = repr(value)
    body = text[1:-1]
    if text[0] == "'" and value.count('"') <= value.count("'"):
        body = body.replace("\\'", "'").replace('"', '\\"')
        return f'"{body}"'
    return text


def identifier(name: str) -> Code:
    """A name that is an identifier already; anything else is a mistake of ours."""
    if not name.isidentifier():
        raise ValueError(f"not an identifier: {name!r}")
    return Code(name, (), (name,))


def dotted(name: str) -> Code:
    """Identifiers joined with dots."""
    return join(".", (identifier(part) for part in name.split(".")))


def docstring(paragraphs: Iterable[str], indent: int) -> Code:
    """A docstring at an indentation: paragraphs wrapped, backslashes and quotes escaped.

    A paragraph that begins with spaces keeps them and hangs by four more.
    """
    lines: list[str] = []
    for paragraph in paragraphs:
        lines += _wrap(paragraph, indent)
    lines = lines or ["."]
    quoted = [_escape_doc(line) for line in lines]
    margin = " " * indent
    if (
        len(quoted) == 1
        and len(margin) + len(quoted[0]) + 6 <= 88
        and quoted[0][-1:] not in '"\\'
    ):
        text = f'"""{quoted[0]}"""'
    else:
        rest = "".join(f"\n{margin}{line}" if line else "\n" for line in quoted[1:])
        text = f'"""{quoted[0]}{rest}\n{margin}"""'
    return Code(text, ("\n".join(lines),))


def _wrap(paragraph: str, indent: int) -> list[str]:
    """Lines of at most 88 columns, whitespace folded; an empty paragraph is an empty line."""
    margin = len(paragraph) - len(paragraph.lstrip(" "))
    text = " ".join(plain(paragraph).split())
    if not text:
        return [""]
    if margin + len(text) <= LINE - 3 - indent:
        return [" " * margin + text]
    return textwrap.wrap(
        text,
        width=max(40, LINE - 3 - indent),
        initial_indent=" " * margin,
        subsequent_indent=" " * (margin + 4 if margin else 0),
        break_long_words=False,
        break_on_hyphens=False,
    )


def plain(text: str) -> str:
    """The text with every character that is not printable written as an escape, white space aside."""
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() or c in " \n\t" else repr(c)[1:-1] for c in text
    )


def _escape_doc(line: str) -> str:
    escaped = line.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    if escaped.startswith('"'):
        escaped = "\\" + escaped
    return (
        escaped[:-1] + '\\"'
        if escaped.endswith('"') and not escaped.endswith('\\"')
        else escaped
    )


def comment(text: str, indent: int = 0) -> Code:
    """Lines that begin with `# `."""
    margin = "\n" + " " * indent + "# "
    return Code("# " + margin.join(_wrap(text, indent) or [""]))


def toml(text: str) -> Code:
    """A TOML basic string: JSON's escapes are TOML's (TOML 1.0, String), DEL aside."""
    import json

    return Code(json.dumps(text).replace("\x7f", "\\u007f"))


_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+!|~&$-])")


def markdown(text: str) -> Code:
    """One line of prose in Markdown: every character that could mean markup is escaped."""
    return Code(_MARKDOWN.sub(r"\\\1", " ".join(plain(text).split())))


def markdown_code(text: str) -> Code:
    """A code span (CommonMark 6.1): fenced by more backticks than it holds."""
    line = " ".join(plain(text).split()).replace("|", "\\|")
    longest = max((len(run) for run in re.findall(r"`+", line)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if line[:1] == "`" or line[-1:] == "`" else ""
    return Code(f"{fence}{pad}{line}{pad}{fence}")
