"""Says in plain words what keeps a text from being YAML, and where the slip is."""

from __future__ import annotations

import re

import yaml

from truecopy.diagnostics import Diagnostic, Note, Place, error, shown

TAB = "a tab in the indentation; use spaces"
BRACE = "this begins a {0}; quote the text that it belongs to"
_KEY = (
    "a key needs ':' and a blank after it, and has at most 1,024 characters on one line"
)
_COLON = "this colon would begin a second value; quote the text that holds it"
_BEGIN = "a text can't begin with this character; quote the text"
_QUOTED = (
    "the quotes end before this; quote the whole text, and double a quote inside it"
)
_ESCAPE = "in double quotes a backslash begins an escape; use single quotes"
_BLOCK = "a text after | or > begins on the next line; quote the text to mean the sign"
_UNCLOSED = (
    "this quotation mark is closed only on line {0}; close it where its text ends"
)
_DEEPER = (
    "this line is indented deeper than the one above and so goes on with its text;"
    " indent both alike, or quote the whole text"
)
_INDENTED = "this line is not indented like the lines that it belongs to"

# What the parser says, in plain words, and whether the slip is where it began.
_SAID = (
    ("mapping values are not allowed", _COLON, False),
    ("mapping keys are not allowed", _BEGIN, False),
    ("cannot start any token", _BEGIN, False),
    ("expected alphabetic or numeric", _BEGIN, True),
    ("unknown escape character", _ESCAPE, False),
    ("expected comment or line break", _BLOCK, True),
    ("did not find expected ',' or '}'", "this brace { is not closed", True),
    ("did not find expected ',' or ']'", "this bracket [ is not closed", True),
    ("unexpected end of stream", "this quotation mark is not closed", True),
    ("unexpected document indicator", "this quotation mark is not closed", True),
    ("could not find expected ':'", _KEY, True),
    ("did not find expected key", _INDENTED, False),
    ("did not find expected '-' indicator", "a list goes on with '- ' here", False),
)
_GLUED_LINE = re.compile(r"\s*(?:- +)*([A-Za-z_0-9][\w-]*):(?!//)[^ \t\r]")
_FIXED = "a no-break space, which is no blank to YAML; write a blank"
_FIXED_BLANK = re.compile(r"[ \-]*(\xa0)|[^:]*:(\xa0)")


def slip(file: str, text: str, problem: Exception) -> Diagnostic:
    """The parser's own complaint, at its place, in fewer words."""
    mark: yaml.Mark | None = getattr(problem, "problem_mark", None)
    if mark is None:
        return error(Place(file, 1, 1), "yaml-syntax", f"not YAML: {problem}")
    said = str(getattr(problem, "problem", None))
    context_mark: yaml.Mark | None = getattr(problem, "context_mark", None)
    begin = context_mark or mark
    lines = text.split("\n")
    line = lines[mark.line] if mark.line < len(lines) else ""

    def at(line: int, column: int, message: str, *notes: Note) -> Diagnostic:
        place = Place(file, line + 1, column + 1)
        return error(place, "yaml-syntax", message, *notes)

    if "\t" in line[: _indent(line)]:
        tab = Place(file, mark.line + 1, line.index("\t") + 1)
        return error(tab, "yaml-tab", TAB)
    for number in (max(mark.line - 1, 0), mark.line):
        fixed = _FIXED_BLANK.match(lines[number]) if number < len(lines) else None
        if fixed:
            return at(number, fixed.end() - 1, _FIXED)
    above = next((n for n in range(mark.line - 1, -1, -1) if lines[n].strip()), 0)
    goes_on = "mapping values" in said and not re.search(r":\s", line[: mark.column])
    if goes_on:
        glued = above, _GLUED_LINE.match(lines[above])
    elif "expected ':'" in said:
        glued = begin.line, _GLUED_LINE.match(lines[begin.line], begin.column)
    else:
        glued = 0, None
    if glued[1]:
        place = Place(file, glued[0] + 1, glued[1].start(1) + 1)
        return missing_blank(place, glued[1][1])
    if mark.column > 1_024 and line[mark.column : mark.column + 1] == ":":
        return at(mark.line, _indent(line), _KEY)
    if goes_on and _indent(line) > _indent(lines[above]):
        return at(mark.line, _indent(line), _DEEPER)
    before, here = line[: mark.column].rstrip(), line[mark.column : mark.column + 1]
    if "expected ',' or" in said and here in ("{", "["):
        message = f"inside of braces and brackets, a text that holds {here} is quoted"
        return at(mark.line, mark.column, message)
    if before[-1:] in ("'", '"') and (start := _opened(lines[: mark.line], before)):
        return at(*start, _UNCLOSED.format(mark.line + 1))
    if "expected ',' or" in said and before[-1:] in ("'", '"') and here.strip():
        return at(mark.line, mark.column, _QUOTED)
    if "did not find expected key" in said and before.strip():
        return at(mark.line, *_after(before, mark.column, here))
    for sign, words, at_start in _SAID:
        if sign in said:
            where = begin if at_start else mark
            return at(where.line, where.column, words)
    context = getattr(problem, "context", None)
    message = "not YAML: " + ", ".join(word for word in (context, said) if word)
    notes = (
        []
        if begin is mark
        else [Note(Place(file, begin.line + 1, begin.column + 1), "it begins here")]
    )
    return at(mark.line, mark.column, message, *notes)


def comment(rest: str) -> str:
    """Advice where a comment stands in place of a value."""
    is_comment = rest.lstrip().startswith("#")
    return "; quote a text that begins with #" if is_comment else ""


def missing_blank(place: Place, key: str) -> Diagnostic:
    """A colon that is part of a key, because no blank follows it."""
    message = f"a blank is missing after {shown(key + ':')}"
    return error(place, "yaml-key", message)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _opened(above: list[str], before: str) -> tuple[int, int] | None:
    """Where the text begins that ends with this quotation mark, if that is on a line above."""
    mark = before[-1]
    if before.count(mark) % 2 == 0:
        return None
    for number in range(len(above) - 1, -1, -1):
        line = above[number]
        if line.count(mark) % 2:
            column = line.rindex(mark)
            begins = line[:column].endswith((" ", "[", "{"))
            return (number, column) if begins else None
    return None


def _after(before: str, column: int, here: str) -> tuple[int, str]:
    """Where the slip is when a line goes on behind a value that has ended, and what it is."""
    pairs = {"}": "{", "]": "["}
    if here in pairs:
        return column, f"there is one {here} too many"
    last = before[-1]
    if last in pairs:
        depth = 0
        for start in range(len(before) - 1, -1, -1):
            depth += (before[start] == last) - (before[start] == pairs[last])
            if depth == 0:
                what = "mapping" if last == "}" else "list"
                return start, BRACE.format(what)
    return column, _QUOTED if last in "'\"" else _INDENTED
