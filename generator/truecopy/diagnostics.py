"""Findings with a place, and their text, JSON, GitHub and SARIF forms."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from truecopy.records import sortable

Severity = Literal["error", "warning", "note"]
Format = Literal["text", "json", "github", "sarif"]


@sortable
class Place:
    """Where something is written; line and column count characters from one."""

    file: str
    line: int
    column: int


@sortable
class Note:
    """A second place that a finding speaks of."""

    place: Place
    message: str


@sortable
class Diagnostic:
    """One finding: what is wrong, where, and the id of the rule that found it."""

    place: Place
    severity: Severity
    rule: str
    message: str
    notes: tuple[Note, ...] = ()


def error(place: Place, rule: str, message: str, *notes: Note) -> Diagnostic:
    """A finding that must be mended before anything is written."""
    return Diagnostic(place, "error", rule, message, notes)


def ordered(findings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The findings by place, then rule, then as they were made, each once."""
    each = dict.fromkeys(findings)
    return tuple(sorted(each, key=lambda f: (f.place, f.rule, f.message)))


def failed(findings: Iterable[Diagnostic]) -> bool:
    """Whether one of the findings is an error."""
    return any(finding.severity == "error" for finding in findings)


def suggestion(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` for the nearest known word, or nothing."""
    near = nearest(word, known)
    return f"; did you mean '{near}'?" if near else ""


def nearest(word: str, known: Iterable[str], least: float = 0.6) -> str:
    """The known word that was probably meant, alike by so much at least, or nothing; case counts least."""
    words = sorted(known)
    same = [each for each in words if each.lower() == word.lower()]
    if same:
        return same[0]
    import difflib

    near = difflib.get_close_matches(word, words, n=1, cutoff=least)
    return near[0] if near else ""


def shown(text: str, limit: int = 60) -> str:
    """A text from a spec as a message may carry it: short, quoted, on one line."""
    short = text if len(text) <= limit else text[: limit - 1] + "…"
    return f"'{visible(short)}'"


def visible(text: str) -> str:
    """The text on one line, with an escape for each character that does not print."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def as_text(
    findings: Sequence[Diagnostic],
    line_of: Callable[[Place], str | None],
    color: bool,
) -> str:
    """For people: a line for each finding, its source line, a caret, a summary last."""
    shades = {"error": "31", "warning": "33", "note": "36"}
    out: list[str] = []
    for finding in findings:
        severity: str = finding.severity
        if color:
            severity = f"\x1b[1;{shades[severity]}m{severity}\x1b[0m"
        message = visible(finding.message)
        out.append(f"{_where(finding.place)}: {severity}: {message} [{finding.rule}]")
        out.extend(_excerpt(finding.place, line_of))
        for note in finding.notes:
            out.append(f"  {_where(note.place)}: {visible(note.message)}")
    out.append(summary(findings))
    return "\n".join(out) + "\n"


def summary(findings: Sequence[Diagnostic]) -> str:
    """How many findings there are, in words."""
    counts = [
        (kind, sum(f.severity == kind for f in findings))
        for kind in ("error", "warning", "note")
    ]
    words = [f"{n} {kind}{'s' if n != 1 else ''}" for kind, n in counts if n]
    return ", ".join(words) or "no findings"


def as_json(findings: Sequence[Diagnostic]) -> str:
    """The stable form for programs, `truecopy.check/1`."""
    diagnostics = [
        {
            **_place(finding.place),
            "severity": finding.severity,
            "rule": finding.rule,
            "message": finding.message,
            "notes": [
                {**_place(note.place), "message": note.message}
                for note in finding.notes
            ],
        }
        for finding in findings
    ]
    return (
        json.dumps({"format": "truecopy.check/1", "diagnostics": diagnostics}, indent=2)
        + "\n"
    )


def as_github(findings: Sequence[Diagnostic]) -> str:
    """Workflow commands that annotate a pull request on GitHub."""
    commands = {"error": "error", "warning": "warning", "note": "notice"}
    lines: list[str] = []
    for finding in findings:
        place = finding.place
        where = f"file={_property(visible(place.file))},line={place.line},col={place.column}"
        notes = [f"{_where(n.place)}: {visible(n.message)}" for n in finding.notes]
        message = "\n".join([visible(finding.message), *notes])
        title = _property(finding.rule)
        lines.append(
            f"::{commands[finding.severity]} {where},title={title}::{_data(message)}\n"
        )
    return "".join(lines)


def as_sarif(findings: Sequence[Diagnostic], version: str) -> str:
    """SARIF 2.1.0 (OASIS) for code scanning."""
    rules = sorted({finding.rule for finding in findings})
    run = {
        "tool": {
            "driver": {
                "name": "truecopy",
                "version": version,
                "rules": [{"id": rule} for rule in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [
            {
                "ruleId": finding.rule,
                "ruleIndex": rules.index(finding.rule),
                "level": finding.severity,
                "message": {"text": finding.message},
                "locations": [{"physicalLocation": _physical(finding.place)}],
                "relatedLocations": [
                    {
                        "physicalLocation": _physical(note.place),
                        "message": {"text": note.message},
                    }
                    for note in finding.notes
                ],
            }
            for finding in findings
        ],
    }
    schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
    return (
        json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, indent=2)
        + "\n"
    )


def _where(place: Place) -> str:
    return f"{visible(place.file)}:{place.line}:{place.column}"


def _place(place: Place) -> dict[str, str | int]:
    return {"file": place.file, "line": place.line, "column": place.column}


def _excerpt(place: Place, line_of: Callable[[Place], str | None]) -> list[str]:
    """The source line and a caret under the column; a long line is cut around it."""
    line = line_of(place)
    if line is None:
        return []
    start = max(0, place.column - 70)
    cut = "".join(c if c.isprintable() else " " for c in line[start : start + 100])
    if not cut.strip():
        return []
    offset = place.column - 1 - start
    before = sum(_columns(c) for c in cut[:offset].ljust(offset))
    return [f"    {cut}".rstrip(), "    " + " " * before + "^"]


def _columns(character: str) -> int:
    """Columns of a terminal that a character takes: two when wide, none when combining."""
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _physical(place: Place) -> dict[str, object]:
    from urllib.parse import quote

    return {
        "artifactLocation": {
            "uri": quote(place.file, errors="replace"),
            "uriBaseId": "%SRCROOT%",
        },
        "region": {"startLine": place.line, "startColumn": place.column},
    }


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
