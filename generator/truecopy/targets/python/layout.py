"""Lays code out as black does, so that black has nothing left to change.

What does not fit on its line is opened: its items on one line of their own, or else one to a line with
a trailing comma, which keeps black from joining them; a union breaks before `|`. Only what these rules
can't bring under 88 columns is left to black itself: `render` sees the long line and calls it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import LiteralString

from truecopy.code import EMPTY, LINE, Code, code, laid_out, literal, together, width

# Code on one line; a bracket, a union, and what is labelled, can be opened.
Expr = Code


class Bracket(Code):
    """`head(item, item)`; a comma may follow the last item unless that changes the meaning."""

    __slots__ = ("closing", "comma", "head", "items", "opening")

    def __init__(
        self,
        head: Code,
        opening: LiteralString,
        items: Iterable[Expr],
        closing: LiteralString,
        comma: bool = True,
    ) -> None:
        self.head = head
        self.opening: LiteralString = opening
        self.items = tuple(items)
        self.closing: LiteralString = closing
        self.comma = comma
        lone = opening == "(" and not head.text and len(self.items) == 1
        texts: list[str] = []
        promised = [*head.promised]
        for item in self.items:
            texts.append(item.text)
            promised += item.promised
        inner = ", ".join(texts)
        self.text = f"{head.text}{opening}{inner}{',' if lone else ''}{closing}"
        self.promised = tuple(promised)


class Union(Code):
    """`a | b`."""

    __slots__ = ("parts",)

    def __init__(self, parts: Iterable[Expr]) -> None:
        self.parts = tuple(parts)
        self.text = " | ".join([part.text for part in self.parts])
        self.promised = together(self.parts)


class Labelled(Code):
    """`name=value` or `key: value`."""

    __slots__ = ("label", "value")

    def __init__(self, label: Code, between: LiteralString, value: Expr) -> None:
        self.label = label.text + between
        self.value = value
        self.text = self.label + value.text
        self.promised = label.promised + value.promised


def call(head: Code, items: Iterable[Expr]) -> Bracket:
    """`head(a, b)`."""
    return Bracket(head, "(", items, ")")


def subscript(head: Code, items: Iterable[Expr]) -> Bracket:
    """`head[a, b]`; with one item a comma would make it a tuple."""
    items = tuple(items)
    return Bracket(head, "[", items, "]", comma=len(items) > 1)


def several(items: Iterable[Expr]) -> Bracket:
    """`(a, b)`."""
    return Bracket(EMPTY, "(", items, ")")


def union(parts: Sequence[Expr]) -> Expr:
    """`a | b`, or the only part itself; unions among the parts are taken apart, and no part stands twice."""
    if len(parts) == 1:
        return parts[0]
    found: dict[str, Expr] = {}
    for part in parts:
        if isinstance(part, Union):
            found |= {inner.text: inner for inner in part.parts}
        else:
            found[part.text] = part
    distinct = tuple(found.values())
    return distinct[0] if len(distinct) == 1 else Union(distinct)


def keyword(name: Code, value: Expr) -> Labelled:
    """`name=value`."""
    return Labelled(name, "=", value)


def entry(key: str, value: Expr) -> Labelled:
    """`"key": value`."""
    return Labelled(literal(key), ": ", value)


def fit(expr: Expr, indent: int, before: int = 0, after: int = 0) -> Code:
    """The expression inside brackets, at an indentation, with columns taken before and after it."""
    return Code(_fit(expr, indent, before, after), expr.promised)


def _fit(expr: Expr, indent: int, before: int = 0, after: int = 0) -> str:
    if indent + before + width(expr.text) + after <= LINE:
        return expr.text
    if isinstance(expr, Union):
        texts = [
            _fit(part, indent, 2 if i else 0, after)
            for i, part in enumerate(expr.parts)
        ]
        return ("\n" + " " * indent + "| ").join(texts)
    if isinstance(expr, Labelled):
        before += width(expr.label)
        return expr.label + _fit(expr.value, indent, before, after)
    return _opened(expr, indent) if isinstance(expr, Bracket) else expr.text


def _opened(expr: Bracket, indent: int) -> str:
    """Brackets over several lines: one item to a line, or all on one where arguments fit there."""
    if not expr.items:
        return expr.text
    start = expr.head.text + expr.opening
    margin = "\n" + " " * (indent + 4)
    end = "\n" + " " * indent + expr.closing
    if expr.head.text:
        inner = ", ".join([item.text for item in expr.items])
        if indent + 4 + width(inner) <= LINE:
            return start + margin + inner + end
    comma = "," if expr.comma else ""
    lines = [
        margin + _fit(item, indent + 4, 0, len(comma)) + comma for item in expr.items
    ]
    return start + "".join(lines) + end


def assignment(
    target: Code,
    annotation: Expr | None,
    value: Expr | None,
    indent: int,
    after: int = 0,
) -> Code:
    """`target: annotation = value`, a statement or a parameter; `after` columns follow it."""
    line, promised = target.text, target.promised
    if annotation is not None:
        line = f"{line}: {annotation.text}"
        promised += annotation.promised
    if value is not None:
        line = f"{line} = {value.text}"
        promised += value.promised
    if indent + width(line) + after > LINE:
        line = _broken(line, target, annotation, value, indent, after)
    return Code(line, promised)


def _broken(
    line: str,
    target: Code,
    annotation: Expr | None,
    value: Expr | None,
    indent: int,
    after: int,
) -> str:
    """An assignment that is too long for a line; the line itself where nothing can be opened."""
    head = target.text if annotation is None else target.text + ": "
    before = head if annotation is None else head + annotation.text
    margin = "\n" + " " * indent
    opens = (
        isinstance(value, Bracket)
        and indent + width(before) + 4 + width(value.head.text) <= LINE
    )
    if value is not None and not opens and indent + width(before) + 4 <= LINE:
        below = _fit(value, indent + 4)
        if isinstance(value, Bracket) or indent + 4 + width(below) <= LINE:
            return f"{before} = ({margin}    {below}{margin})"
    if isinstance(annotation, Union) and not opens:
        rest = "" if value is None else " = " + _fit(value, indent, 4, after)
        return f"{head}({margin}    {_fit(annotation, indent + 4)}{margin}){rest}"
    if isinstance(value, Bracket):
        return f"{before} = {_opened(value, indent)}"
    if annotation is not None and value is None:
        return head + _fit(annotation, indent, width(head), after)
    return line


def statement(before: Code, value: Expr, indent: int) -> Code:
    """`return value`, `name = value`: a line whose value may be opened."""
    text = before.text + _fit(value, indent, width(before.text))
    return Code(text, before.promised + value.promised)


def definition(
    head: Code, parameters: Sequence[Code], result: Expr, indent: int
) -> Code:
    """`def head(parameters) -> result:`; parameters come laid out for `indent + 4`.

    A result that is too long for the last line is left to black.
    """
    returns = code(" -> {}:", result)
    parts = (head, *parameters, returns)
    single = ", ".join([p.text for p in parameters])
    if (
        indent + width(f"{head.text}({single}){returns.text}") <= LINE
        and "\n" not in single
    ):
        return laid_out(f"{head.text}({single}){returns.text}", parts)
    margin = "\n" + " " * (indent + 4)
    ending = f"\n{' ' * indent}){returns.text}"
    lone = len(parameters) == 1
    if indent + 4 + width(single) <= LINE and "\n" not in single and not lone:
        return laid_out(f"{head.text}({margin}{single}{ending}", parts)
    body = "".join([f"{margin}{p.text}," for p in parameters])
    return laid_out(f"{head.text}({body}{ending}", parts)
