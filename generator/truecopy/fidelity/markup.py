"""The text of an HTML page in reading order, each piece with its offset in the source.

The one module that knows lxml. What is not part of the page's matter is left out: scripts, styles,
navigation, footers, what is hidden. A row of a table becomes a line, a block its own lines.
"""

from __future__ import annotations

import re
from typing import cast

from lxml import etree

_SKIPPED = {
    "script",
    "style",
    "noscript",
    "template",
    "nav",
    "footer",
    "head",
    "svg",
    "iframe",
    "object",
} | {*("button", "select", "textarea", "dialog")}
_ROLES = {"navigation", "contentinfo", "search", "banner", "dialog", "alertdialog"}
_NOISE = re.compile(
    r"\b(?:cookie|breadcrumbs?|site-?footer|site-?nav|sidebar|toc|pagination-nav|skip-link|sr-only)\b",
    re.IGNORECASE,
)
_CODE = {"code", "kbd", "samp", "tt"}
_INLINE = {"span", "code", "b", "i", "em", "strong", "small", "a", "label", "kbd", "tt"}
_CELLS = {"td", "th"}
_BLOCKS = {
    "address",
    "article",
    "blockquote",
    "body",
    "caption",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
} | {
    *(
        "fieldset",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
    ),
    *(
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "thead",
        "tr",
        "ul",
        "br",
    ),
}
# lxml has no public name for it.
_Element = etree._Element  # pyright: ignore[reportPrivateUsage]

_WORD = re.compile(r"[^\s&<>]+")
# How far ahead of the last piece the next one is looked for.
_REACH = 200_000


def pieces(source: str) -> list[tuple[int, str]]:
    """Texts with their offsets; white space between them says what stands in a line."""
    parser = etree.HTMLParser(
        recover=True, huge_tree=True, remove_comments=True, remove_pis=True
    )
    parser.feed(source.replace("\x00", " ").encode("utf-8", "replace").decode("utf-8"))
    try:
        # None for a page without a single element, whatever the stubs say.
        root = cast("_Element | None", parser.close())
    except etree.XMLSyntaxError:
        return []
    if root is None:
        return []
    out: list[tuple[int, str]] = []
    skipped = preformatted = 0
    at = 0

    def put(text: str | None) -> None:
        nonlocal at
        if not text or skipped:
            if text and len(text) < _REACH:
                at = _found(source, text, at)[1]
            return
        begin, at = _found(source, text, at)
        out.append((begin, text if preformatted else re.sub(r"\s+", " ", text)))

    for event, node in etree.iterwalk(root, events=("start", "end")):
        name = str(node.tag).lower()
        if event == "start":
            if not skipped and not preformatted and name in _INLINE and _follows(node):
                out.append((at, " "))
            skipped += _is_noise(name, node)
            preformatted += name == "pre"
            if not skipped:
                if name in _BLOCKS and not _in_cell(node):
                    out.append((at, "\n"))
                elif name in _BLOCKS:
                    out.append((at, " "))
                elif name in _CELLS:
                    out.append((at, " | "))
            if name in _CODE and not preformatted and not skipped:
                out.append((at, "`"))
            put(node.text)
        else:
            if name in _CODE and not preformatted and not skipped:
                out.append((at, "`"))
            if not skipped and name in _BLOCKS and name not in ("br", "hr"):
                out.append((at, " " if _in_cell(node) else "\n"))
            skipped -= _is_noise(name, node)
            preformatted -= name == "pre"
            put(node.tail)
    return out


def _is_noise(name: str, node: _Element) -> bool:
    role = node.get("role", "")
    hidden = "hidden" in node.attrib or node.get("aria-hidden") == "true"
    if name in _SKIPPED or role in _ROLES or (hidden and role != "tabpanel"):
        return True
    marks = f"{node.get('class', '')} {node.get('id', '')}".split()
    whole = name in ("body", "html", "main", "article")
    return not whole and any(_NOISE.match(mark) for mark in marks)


def _follows(node: _Element) -> bool:
    """Whether nothing but a tag is between an element and that before it: what is drawn apart is apart."""
    before = node.getprevious()
    return before is not None and not before.tail


def _in_cell(node: _Element) -> bool:
    """Whether a block stands in a cell that holds no table: its row stays one line."""
    parent = node.getparent()
    for _ in range(6):
        if parent is None:
            return False
        name = str(cast("object", parent.tag)).lower()
        if name in _CELLS:
            return str(node.tag).lower() not in ("table", "tbody", "thead", "tr", "pre")
        if name in ("table", "tr"):
            return False
        parent = parent.getparent()
    return False


def _found(source: str, text: str, at: int) -> tuple[int, int]:
    """Where a text begins and ends in the source, looked for from the last place on."""
    word = _WORD.search(text)
    if word is None:
        return at, at
    begin = source.find(word[0], at, at + _REACH)
    if begin < 0:
        return at, at
    return begin - word.start(), begin + len(word[0])
