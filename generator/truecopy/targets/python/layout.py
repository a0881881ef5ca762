"""Lays code out as black does, so that black has nothing left to change.

Brackets that do not fit are opened one element to a line with a trailing comma, which keeps black from
joining them; a union breaks before `|`. Only what these rules can't bring under 88 columns is left to
black itself: `render` sees the long line and calls it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import LiteralString

from truecopy.code import EMPTY, LINE, Code, code, join, laid_out, width


@dataclass(frozen=True, slots=True)
class Bracket:
    """`head(item, item)`; a comma may follow the last item unless that changes the meaning."""

    head: Code
    opening: LiteralString
    items: tuple[Expr, ...]
    closing: LiteralString
    comma: bool = True


@dataclass(frozen=True, slots=True)
class Union:
    """`a | b`."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Labelled:
    """`name=value` or `key: value`."""

    label: Code
    value: Expr


Expr = Code | Bracket | Union | Labelled


def call(head: Code, items: Iterable[Expr]) -> Bracket:
    """`head(a, b)`."""
    return Bracket(head, "(", tuple(items), ")")


def subscript(head: Code, items: Iterable[Expr]) -> Bracket:
    """`head[a, b]`; with one item a comma would make it a tuple."""
    items = tuple(items)
    return Bracket(head, "[", items, "]", comma=len(items) > 1)


def several(items: Iterable[Expr]) -> Bracket:
    """`(a, b)`."""
    return Bracket(EMPTY, "(", tuple(items), ")")


def union(parts: Sequence[Expr]) -> Expr:
    """`a | b`, or the only part itself."""
    return parts[0] if len(parts) == 1 else Union(tuple(parts))


def keyword(name: Code, value: Expr) -> Labelled:
    """`name=value`."""
    return Labelled(code("{}=", name), value)


def flat(expr: Expr) -> Code:
    """The expression on one line."""
    match expr:
        case Code():
            return expr
        case Union(parts):
            return join(" | ", map(flat, parts))
        case Labelled(label, value):
            return code("{}{}", label, flat(value))
        case Bracket(head, opening, items, closing):
            inner = join(", ", map(flat, items))
            single = (
                Code(",")
                if opening == "(" and not head.text and len(items) == 1
                else EMPTY
            )
            return join("", (head, Code(opening), inner, single, Code(closing)))


def fit(expr: Expr, indent: int, before: int = 0, after: int = 0) -> Code:
    """The expression inside brackets, at an indentation, with columns taken before and after it."""
    line = flat(expr)
    if indent + before + width(line.text) + after <= LINE:
        return line
    match expr:
        case Code():
            return expr
        case Union(parts):
            lines = [
                fit(part, indent, 0 if i == 0 else 2, after).text
                for i, part in enumerate(parts)
            ]
            return laid_out(("\n" + " " * indent + "| ").join(lines), [line])
        case Labelled(label, value):
            inner = fit(value, indent, before + width(label.text), after)
            return laid_out(label.text + inner.text, [line])
        case Bracket(head, opening, items, closing):
            return laid_out(
                head.text + opened(opening, items, closing, indent, expr.comma).text,
                [line],
            )


def opened(
    opening: LiteralString,
    items: Iterable[Expr],
    closing: LiteralString,
    indent: int,
    comma: bool = True,
) -> Code:
    """Brackets with one item to a line."""
    items = tuple(items)
    if not items:
        return Code(opening + closing)
    margin = "\n" + " " * (indent + 4)
    end = "," if comma else ""
    lines = [margin + fit(item, indent + 4, 0, len(end)).text + end for item in items]
    text = opening + "".join(lines) + "\n" + " " * indent + closing
    return laid_out(text, map(flat, items))


def assignment(
    target: Code,
    annotation: Expr | None,
    value: Expr | None,
    indent: int,
    after: int = 0,
) -> Code:
    """`target: annotation = value`, a statement or a parameter; `after` columns follow it."""
    head = target if annotation is None else code("{}: ", target)
    type_ = EMPTY if annotation is None else flat(annotation)
    equals = EMPTY if value is None else code(" = {}", flat(value))
    line = join("", (head, type_, equals))
    if indent + width(line.text) + after <= LINE:
        return line
    fits = isinstance(value, Code) and indent + 4 + width(value.text) <= LINE
    if (
        isinstance(value, Code)
        and fits
        and indent + width(head.text) + width(type_.text) + 4 <= LINE
    ):
        margin = "\n" + " " * indent
        return laid_out(
            f"{head.text}{type_.text} = ({margin}    {value.text}{margin})", [line]
        )
    if isinstance(annotation, Union):
        before = code("{}{}", head, type_)
        room = indent + width(before.text) + after + (0 if value is None else 4)
        if not (isinstance(value, Bracket) and room + width(value.head.text) <= LINE):
            inner = fit(annotation, indent + 4)
            margin = "\n" + " " * indent
            text = f"{head.text}({margin}    {inner.text}{margin})"
            rest = "" if value is None else " = " + fit(value, indent, 4, after).text
            return laid_out(text + rest, [line])
    if annotation is not None and value is None:
        return laid_out(
            head.text + fit(annotation, indent, width(head.text), after).text, [line]
        )
    if isinstance(value, Bracket):
        before_value = indent + width(head.text) + width(type_.text) + 3
        return laid_out(
            head.text + type_.text + " = " + _forced(value, indent, before_value).text,
            [line],
        )
    return line


def _forced(value: Bracket, indent: int, before: int) -> Code:
    line = flat(value)
    if before + width(line.text) <= LINE:
        return line
    return laid_out(
        value.head.text
        + opened(value.opening, value.items, value.closing, indent).text,
        [line],
    )


def definition(
    head: Code, parameters: Sequence[Code], result: Expr, indent: int
) -> Code:
    """`def head(parameters) -> result:`; parameters come laid out for `indent + 4`."""
    returns = code(" -> {}:", flat(result))
    if len(parameters) == 1:
        line = join("", (head, Code("("), *parameters, Code(")"), returns))
        if indent + width(line.text) <= LINE:
            return line
    margin = "\n" + " " * (indent + 4)
    body = "".join(margin + parameter.text + "," for parameter in parameters)
    text = f"{head.text}({body}\n{' ' * indent}) -> {fit(result, indent, 5, 1).text}:"
    return laid_out(text, [head, *parameters, returns])
