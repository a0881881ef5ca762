"""Edits that change how a page looks and nothing that it says, each over the whole page."""

from __future__ import annotations

import html
import re
import textwrap
import unicodedata
from collections.abc import Callable, Iterator, Sequence

_APOSTROPHE, _DASH = "\N{RIGHT SINGLE QUOTATION MARK}", "\N{EN DASH}"

Change = Callable[[str], str]

# Where blanks, quotes and signs are code: samples, inline code, tags.
_CODE = re.compile(
    r"<!--.*?-->|<(?P<t>head|script|style|pre|code)\b.*?</(?P=t)>|</?[a-zA-Z!][^<>]*>|```.*?```|``[^\n]*?``"
    r"|`[^`\n]*`|\A---\n.*?\n---\n|\]\([^)]*\)|\{\s*\".*?\n?\}(?=\s|$)|\bcurl .*?(?=\n\n|\n[A-Z]|\n```|$)",
    re.DOTALL,
)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-z0-9]*)((?:\s[^<>]*)?)>")
_HEADS = {
    *("headers", "header parameters", "path parameters", "query parameters", "body", "responses"),
    *("response", "request", "path params", "query params", "body params", "request body:"),
    *("path parameters:", "query parameters:", "body parameters", "request parameters", "errors"),
    *("answers", "sample", "limits", "what you send", "what you get back", "response body"),
}  # fmt: skip


def layouts(name: str, text: str) -> Iterator[tuple[str, bytes]]:
    """Each kind of change that the page can take, and all that go together at once."""
    markup = name.rpartition(".")[2]
    changes = {**_COMMON, **_OF.get(markup, {})}
    together = text
    for kind, change in changes.items():
        changed = change(text)
        if changed != text:
            yield kind, changed.encode()
        if kind in _TOGETHER:
            together = change(together)
    yield "all together", ("\ufeff" + together.replace("\n", "\r\n")).encode()


def _outside(text: str, change: Change) -> str:
    """The text with a change of what is no code."""
    out: list[str] = []
    at = 0
    for match in _CODE.finditer(text):
        out += [change(text[at : match.start()]), match[0]]
        at = match.end()
    return "".join([*out, change(text[at:])])


def _lines(text: str, change: Change) -> str:
    return "\n".join(change(line) for line in text.split("\n"))


def _every(text: str, pattern: str, new: str, step: int) -> str:
    """Replaces every n-th match."""
    count = 0

    def one(match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return match.expand(new) if count % step == 0 else match[0]

    return re.sub(pattern, one, text)


def _indented(text: str) -> str:
    return _lines(text, lambda line: f"  {line}" if line else line)


def _tabs(text: str) -> str:
    return re.sub(r"(?m)^( {2,8})(?=\S)|(?<=\S) {2,}(?=\S)", "\t", text)


def _doubled(text: str) -> str:
    return _outside(text, lambda part: re.sub(r"(?<=\w) (?=\w)", "  ", part))


def _blank(text: str) -> str:
    return re.sub(r"\n\n(?!\n)", "\n\n\n\n", text)


def _smart(text: str) -> str:
    def change(part: str) -> str:
        part = re.sub(r"(?<=\w)'(?=\w)", _APOSTROPHE, part)
        return re.sub(r"(?<![\w\"])\"([^\"\n]*)\"(?![\w\"])", r"“\1”", part)

    return _outside(text, change)


def _straight(text: str) -> str:
    return re.sub("[“”]", '"', text.replace(_APOSTROPHE, "'"))


def _dashes(text: str) -> str:
    def change(part: str) -> str:
        part = re.sub(r"(?<=[a-z`)]) - (?=\w)", f" {_DASH} ", part)
        return re.sub(r"(?<=\d)-(?=\d+ )", _DASH, part)

    flat = re.sub(rf"(?<= )[{_DASH}—](?= )|(?<=\d){_DASH}(?=\d)", "-", text)
    return flat if flat != text else _outside(text, change)


def _nbsp(text: str) -> str:
    return _outside(
        text, lambda part: _every(part, r"(?<=\w) (?=\w)", "\N{NO-BREAK SPACE}", 3)
    )


def _zero_width(text: str) -> str:
    return _outside(
        text, lambda part: _every(part, r"(\w )(?=\w)", r"\1" + "\u200b", 3)
    )


def _breakable(text: str) -> str:
    """A place to break within long names, as pages have it for narrow screens."""
    return re.sub(r"(?<=[a-z])_(?=[a-z])", "_\u200b", text)


def _wrapped(text: str) -> str:
    """Long lines of prose, broken; of a page that is one line, all of it."""
    if text.count("\n") < 3:
        return "\n".join(
            textwrap.wrap(text, 90, break_long_words=False, break_on_hyphens=False)
        )
    return _outside(text, lambda part: _lines(part, _broken))


def _broken(line: str) -> str:
    prose = re.match(r"[A-Z][^|\t<>{}`]{78,}[.:]$", line)
    if not prose or re.match(r"\S+(?:String|string|Yes|No)", line):
        return line
    return "\n".join(
        textwrap.wrap(line, 60, break_long_words=False, break_on_hyphens=False)
    )


def _joined(text: str) -> str:
    """Prose that was broken, on one line again."""
    return _outside(
        text, lambda part: re.sub(r"(?<=[a-zåäö,])\n {0,6}(?=[a-zåäö][a-zåäö]+ )", " ", part)
    )  # fmt: skip


def _gutters(text: str) -> str:
    """Line numbers before the lines of samples; or none, where there were some."""
    bare = _without_gutters(text)
    if bare != text:
        return bare
    pattern = r"(?ms)^(?:\{$.*?^\}$|(?<=json\n)\{.*?^\}$)|(?<=```json\n).*?(?=^```)"
    return re.sub(pattern, lambda match: _numbered(match[0]), text)


def _numbered(sample: str) -> str:
    lines = sample.rstrip("\n").split("\n")
    end = sample[len(sample.rstrip("\n")) :]
    return "\n".join(f"{n:>2}  {line}" for n, line in enumerate(lines, 1)) + end


def _without_gutters(text: str) -> str:
    """Without numbers that count the lines of a sample from one, wherever its lines were joined."""
    out: list[str] = []
    at = 0
    for first in re.finditer(r"(?m)^ *1(?:$| (?= *\S))", text):
        if first.start() < at:
            continue
        gone = _counters(text, first)
        if len(gone) > 2:
            for start, end in gone:
                out.append(text[at:start])
                at = end
    return "".join([*out, text[at:]])


def _counters(text: str, first: re.Match[str]) -> list[tuple[int, int]]:
    gone = [first.span()]
    count = 2
    token = re.compile(
        r"\"(?:[^\"\\\n]|\\.)*\"|(?<![\w.:'/-])(?<!: )\d+ ?(?![\w.,'/-])"
    )
    for match in token.finditer(text, first.end()):
        if match.start() - gone[-1][1] > 160:
            break
        if match[0].strip() == str(count):
            gone.append(match.span())
            count += 1
    return gone


def _table(text: str) -> str:
    """Cells of tables with other padding."""
    if not re.search(r"(?m)^\|", text):
        return re.sub(r"(?<=\w)\t(?=\w)", " \t ", text)
    loose = re.search(r"(?m)^\|.* {3,}\|", text)

    def row(line: str) -> str:
        if not line.startswith("|") or re.match(r"\| [^|]*$", line):
            return line
        if loose:
            return re.sub(r" *(?<!\\)\| *", "|", line)
        return re.sub(r" *(?<!\\)\| *", "   |   ", line).strip()

    return _lines(text, row)


def _markers(new: str) -> Change:
    def change(text: str) -> str:
        pattern = (
            r"(?m)^( *)[-*•](?= [`*\w(])(?! - )"
            if text.count("\n") > 3
            else r"( )-(?= `)"
        )
        if text.count("\n") < 4 and new == "1.":
            return text
        return re.sub(pattern, rf"\g<1>{new}", text)  # fmt: skip

    return change


def _heading_level(text: str) -> str:
    text = re.sub(r"(?m)^(#{1,5}) (?!!)", r"\1# ", text) if text.count("\n") > 3 else re.sub(r"(?<=[\w.`)\]}] )(#{1,5}) (?=[A-Z])", r"\1# ", text)  # fmt: skip
    text = re.sub(r"(?m)^={4,}$", lambda m: "^" * len(m[0]), text)
    return re.sub(r"<(/?)h([2-4])", lambda m: f"<{m[1]}h{int(m[2]) + 1}", text)


def _heading_case(text: str) -> str:
    def upper(words: str) -> str:
        return re.sub(
            r"(?<![\w{/._`-])[A-Za-zåäöÅÄÖ]+(?![\w}/._`(-])", lambda m: m[0].upper(), words
        )  # fmt: skip

    def head(line: str) -> str:
        if re.match(r"#{1,6} ", line) and len(line) < 80 and "<" not in line:
            mark, _, words = line.partition(" ")
            return f"{mark} {upper(words)}"
        return line.upper() if line.lower() in _HEADS else line

    text = re.sub(
        r"(<h[1-4][^>]*>)([A-Za-z ]+)(</h)", lambda m: m[1] + m[2].upper() + m[3], text
    )
    underlined = r"(?m)^([A-Z][a-z ]+)(?=\n([=-])\2{3,}$)"
    return _lines(re.sub(underlined, lambda m: m[1].upper(), text), head)  # fmt: skip


def _entities(text: str) -> str:
    names = {_APOSTROPHE: "&rsquo;", _DASH: "&ndash;", "“": "&ldquo;", "”": "&rdquo;"}
    names |= {"…": "&hellip;", "'": "&#39;", "→": "&#8594;"}
    names |= {"é": "&eacute;", "å": "&aring;", "ä": "&auml;", "ö": "&ouml;"}
    return _outside(text, lambda part: "".join(names.get(char, char) for char in part))


def _decoded(text: str) -> str:
    return re.sub(
        r"&(?!lt;|gt;|amp;|quot;|#39;)#?\w+;", lambda m: html.unescape(m[0]), text
    )


def _strong(text: str) -> str:
    return re.sub(r"\*\*([^*\n]+)\*\*", r"__\1__", text)


def _plain(text: str) -> str:
    return re.sub(r"\*\*([^*\n]+)\*\*", r"\1", text)


def _bold(text: str) -> str:
    return re.sub(r"(?m)^( *[-*] )(`[\w.\[\]-]+`)(?= )", r"\1**\2**", text)


def _body(text: str, change: Callable[[re.Match[str]], str]) -> str:
    """Changes the tags of a page's body."""
    head, mark, body = text.partition("<body")
    parts = re.split(r"(?s)(<script.*?</script>|<!--.*?-->)", mark + body)
    return head + "".join(
        part if place % 2 else _TAG.sub(change, part)
        for place, part in enumerate(parts)
    )


def _reversed(text: str) -> str:
    def change(match: re.Match[str]) -> str:
        given = re.findall(r"[\w-]+(?:=\"[^\"]*\")?", match[3])
        if (
            match[1]
            or len(given) < 2
            or "".join(given) != re.sub(r"\s+(?=[\w-]+(?:=\"|\s|$))", "", match[3])
        ):
            return match[0]
        return f"<{match[2]} {' '.join(reversed(given))}>"

    return _body(text, change)  # fmt: skip


def _retagged(names: dict[str, str]) -> Change:
    def change(match: re.Match[str]) -> str:
        return f"<{match[1]}{names.get(match[2], match[2])}{match[3]}>"

    return lambda text: _body(text, change)


def _html_indent(text: str) -> str:
    return re.sub(r">\n<(?!/?(?:pre|code))", ">\n      <", text)


def _wrapper(text: str) -> str:
    text = re.sub(r"(<body[^>]*>)", r'\1<div class="outer">', text)
    return text.replace("</body>", "</div></body>")


def _inline(text: str) -> str:
    return re.sub(r"<code>([^<]{1,60})</code>", r"<code><span>\1</span></code>", text)


_COMMON: dict[str, Change] = {
    "indented": _indented,
    "trailing blanks": lambda text: _lines(text, lambda line: line + "   "),
    "doubled blanks": _doubled,
    "tabs": _tabs,
    "blank lines": _blank,
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "byte order mark": lambda text: "\ufeff" + text,
    "last line": lambda text: text.rstrip("\n") if text.endswith("\n") else text + "\n",
    "decomposed letters": lambda text: unicodedata.normalize("NFD", text),
    "smart quotes": _smart,
    "straight quotes": _straight,
    "dashes": _dashes,
    "no-break spaces": _nbsp,
    "zero-width": _zero_width,
    "breakable names": _breakable,
    "wrapped": _wrapped,
    "joined": _joined,
    "gutters": _gutters,
    "padded tables": _table,
    "heading level": _heading_level,
    "heading case": _heading_case,
}
_MARKED: dict[str, Change] = {
    "markers *": _markers("*"),
    "markers +": _markers("+"),
    "markers 1.": _markers("1."),
    "entities": _entities,
    "underlined emphasis": _strong,
    "no emphasis": _plain,
    "more emphasis": _bold,
}
_OF: dict[str, dict[str, Change]] = {
    "md": _MARKED,
    "txt": {"markers *": _markers("*"), "markers •": _markers("•")},
    "rst": {"emphasis": lambda text: re.sub(r"(?<!\*)\*\*([^*\n]+)\*\*", r"*\1*", text)},
    "html": {
        "entities": _entities,
        "decoded entities": _decoded,
        "attribute order": _reversed,
        "tag case": lambda text: _body(text, lambda m: f"<{m[1]}{m[2].upper()}{m[3]}>"),
        "other tags": _retagged({"b": "strong", "strong": "b", "i": "em", "em": "i"}),
        "nested lines": _html_indent,
        "wrapper": _wrapper,
        "inline tags": _inline,
    },
}  # fmt: skip
_TOGETHER: Sequence[str] = (
    *("trailing blanks", "doubled blanks", "blank lines", "decomposed letters", "smart quotes"),
    *("no-break spaces", "padded tables", "heading level", "heading case", "markers *"),
    *("entities", "attribute order", "tag case", "wrapper"),
)  # fmt: skip
