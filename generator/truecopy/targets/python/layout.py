"""Lays code out as black does, so that black has nothing left to change.

What does not fit on its line is opened: its items on one line of their own, or else one to a line with
a trailing comma, which keeps black from joining them; a union breaks before `|`. Only what these rules
can't bring under 88 columns is left to black itself: `render` sees the long line and calls it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import LiteralString

from truecopy.code import EMPTY, LINE, Code, code, join, laid_out, width


class Bracket:
    """`head(item, item)`; a comma may follow the last item unless that changes the meaning."""

    __slots__ = ("closing", "comma", "head", "items", "line", "opening")

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
        lines = [flat(item) for item in self.items]
        inner = ", ".join([line.text for line in lines])
        text = f"{head.text}{opening}{inner}{',' if lone else ''}{closing}"
        self.line = laid_out(text, [head, *lines])


class Union:
    """`a | b`."""

    __slots__ = ("line", "parts")

    def __init__(self, parts: Iterable[Expr]) -> None:
        self.parts = tuple(parts)
        self.line = join(" | ", map(flat, self.parts))


class Labelled:
    """`name=value` or `key: value`; the label brings its own separator."""

    __slots__ = ("label", "line", "value")

    def __init__(self, label: Code, value: Expr) -> None:
        self.label = label
        self.value = value
        line = flat(value)
        self.line = laid_out(label.text + line.text, (label, line))


Expr = Code | Bracket | Union | Labelled


def flat(expr: Expr) -> Code:
    """The expression on one line."""
    return expr if isinstance(expr, Code) else expr.line


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
    inner = [
        p for part in parts for p in (part.parts if isinstance(part, Union) else [part])
    ]
    distinct = tuple({flat(part): part for part in inner}.values())
    return distinct[0] if len(distinct) == 1 else Union(distinct)


def keyword(name: Code, value: Expr) -> Labelled:
    """`name=value`."""
    return Labelled(code("{}=", name), value)


def fit(expr: Expr, indent: int, before: int = 0, after: int = 0) -> Code:
    """The expression inside brackets, at an indentation, with columns taken before and after it."""
    line = flat(expr)
    if indent + before + width(line.text) + after <= LINE:
        return line
    if isinstance(expr, Union):
        texts = [
            fit(part, indent, 2 if i else 0, after).text
            for i, part in enumerate(expr.parts)
        ]
        return laid_out(("\n" + " " * indent + "| ").join(texts), (line,))
    if isinstance(expr, Labelled):
        inner = fit(expr.value, indent, before + width(expr.label.text), after)
        return laid_out(expr.label.text + inner.text, (line,))
    if isinstance(expr, Bracket):
        return opened(expr, indent)
    return expr


def opened(expr: Bracket, indent: int) -> Code:
    """Brackets over several lines: one item to a line, or all on one where arguments fit there."""
    if not expr.items:
        return expr.line
    start = expr.head.text + expr.opening
    margin = "\n" + " " * (indent + 4)
    end = "\n" + " " * indent + expr.closing
    if expr.head.text:
        inner = ", ".join([flat(item).text for item in expr.items])
        if indent + 4 + width(inner) <= LINE:
            return laid_out(start + margin + inner + end, (expr.line,))
    comma = "," if expr.comma else ""
    lines = [
        margin + fit(item, indent + 4, 0, len(comma)).text + comma
        for item in expr.items
    ]
    return laid_out(start + "".join(lines) + end, (expr.line,))


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
    parts = (head, type_) if value is None else (head, type_, flat(value))
    before = head.text + type_.text
    line = before if value is None else f"{before} = {flat(value).text}"
    if indent + width(line) + after <= LINE:
        return laid_out(line, parts)
    margin = "\n" + " " * indent
    opens = (
        isinstance(value, Bracket)
        and indent + width(before) + 4 + width(value.head.text) <= LINE
    )
    if value is not None and not opens and indent + width(before) + 4 <= LINE:
        below = fit(value, indent + 4).text
        if isinstance(value, Bracket) or indent + 4 + width(below) <= LINE:
            return laid_out(f"{before} = ({margin}    {below}{margin})", parts)
    if isinstance(annotation, Union) and not opens:
        inner = fit(annotation, indent + 4)
        rest = "" if value is None else " = " + fit(value, indent, 4, after).text
        return laid_out(f"{head.text}({margin}    {inner.text}{margin}){rest}", parts)
    if isinstance(value, Bracket):
        return laid_out(f"{before} = {opened(value, indent).text}", parts)
    if annotation is not None and value is None:
        return laid_out(
            head.text + fit(annotation, indent, width(head.text), after).text, parts
        )
    return laid_out(line, parts)


def statement(before: Code, value: Expr, indent: int) -> Code:
    """`return value`, `name = value`: a line whose value may be opened."""
    whole = fit(value, indent, width(before.text))
    return laid_out(before.text + whole.text, (before, whole))


def definition(
    head: Code, parameters: Sequence[Code], result: Expr, indent: int
) -> Code:
    """`def head(parameters) -> result:`; parameters come laid out for `indent + 4`.

    A result that is too long for the last line is left to black.
    """
    returns = code(" -> {}:", flat(result))
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
