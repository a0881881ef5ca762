"""Patterns: regular expressions of JSON Schema that Python reads alike and in good time."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator

from truecopy.diagnostics import Diagnostic, error, shown
from truecopy.ir import StringSchema
from truecopy.rules.view import View, said, warning

# What ECMA-262 has and Python has not, or the other way round, with what to write instead.
_DIALECT = (
    (
        r"\\[pP]\{",
        "\\p{...} is not known to Python; write the characters out, such as [A-Za-z]",
    ),
    (r"\(\?<[A-Za-z_]", "named groups differ between languages; write (?:...)"),
    (r"\(\?P[<=]", "named groups are not ECMA-262; write (?:...)"),
    (
        r"\(\?[aiLmsux]+(?:-[a-z]+)?[:)]",
        "flags are not ECMA-262; write [Aa] for either case",
    ),
    (r"\\[AZ]", "\\A and \\Z are not ECMA-262; write ^ and $"),
    (r"\(\?#", "comments are not ECMA-262; say it in the description"),
    (r"\(\?>|[*+?}]\+", "possessive and atomic groups are not ECMA-262"),
    (r"\[\[:\w+:\]", "POSIX classes are not ECMA-262; write the characters out"),
    (r"\\u\{", "\\u{...} is not known to Python; write \\uXXXX"),
    (r"\\c[A-Za-z]", "control escapes are not known to Python; write \\xXX"),
)
_ESCAPED = re.compile(r"\\\\")


def pattern_syntax(view: View) -> Iterator[Diagnostic]:
    """A pattern is a regular expression of ECMA-262 that Python reads alike, without slashes.

    Passes:

        request:
          properties:
            phone: {type: string, pattern: '^[0-9]{8,15}$'}

    Fails:

        request:
          properties:
            phone: {type: string, pattern: '/^[0-9$/i'}
    """
    for node in view.of(StringSchema):
        if node.pattern is not None:
            problem = syntax_problem(node.pattern)
            if problem:
                yield error(said(node.origin, "pattern"), "pattern-syntax", problem)


def syntax_problem(pattern: str) -> str:
    """What is wrong with a pattern, in words; nothing when it is fine."""
    literal = re.fullmatch(r"/(.*)/([dgimsuvy]*)", pattern, re.DOTALL)
    if literal and literal[1]:
        flags = (
            f", and say what the flags {literal[2]} mean in the pattern"
            if literal[2]
            else ""
        )
        return f"{shown(pattern)} is written between slashes; leave them out{flags}"
    without = _ESCAPED.sub("..", pattern)
    for sign, advice in _DIALECT:
        if re.search(sign, without):
            return f"in {shown(pattern)}: {advice}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            re.compile(pattern)
        except (re.error, OverflowError, RecursionError) as problem:
            return f"{shown(pattern)} is not a regular expression: {problem}"
    return ""


def pattern_slow(view: View) -> Iterator[Diagnostic]:
    """No text makes a pattern take time without end: it matches a text in one way.

    Passes:

        request:
          properties:
            slug: {type: string, pattern: '^[a-z]+(-[a-z]+)*$'}

    Fails:

        request:
          properties:
            slug: {type: string, pattern: '^([a-z]+-?)+$'}
    """
    for node in view.of(StringSchema):
        if node.pattern is None or syntax_problem(node.pattern):
            continue
        # Few specs have patterns.
        from truecopy.rules.ambiguity import cost

        growth = cost(node.pattern)
        place = said(node.origin, "pattern")
        if growth == "exponential":
            message = (
                f"{shown(node.pattern)} matches some texts in many ways: a short one that does not "
                "match at last can take hours; let each repetition begin with what can't end it"
            )
            yield error(place, "pattern-slow", message)
        elif growth == "quadratic":
            message = (
                f"{shown(node.pattern)} repeats the same characters twice in a row: "
                "long texts that do not match take long; join the two"
            )
            yield warning(place, "pattern-slow", message)
