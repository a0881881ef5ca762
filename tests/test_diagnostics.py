"""The forms of findings: text, JSON, GitHub commands, SARIF."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from truecopy.diagnostics import (
    Diagnostic,
    Note,
    Place,
    as_github,
    as_json,
    as_sarif,
    as_text,
    error,
    failed,
    ordered,
    shown,
    suggestion,
    summary,
)

FIRST = Place("specs/acme/send.yaml", 3, 5)
SECOND = Place("specs/acme/send.yaml", 12, 1)
FOUND = error(
    FIRST, "path-duplicate", "100% wrong: a, b", Note(SECOND, "first described here")
)
WARNED = Diagnostic(SECOND, "warning", "method-body", "GET has a body")
NOTED = Diagnostic(SECOND, "note", "format-unknown", "kept")


def _line(place: Place) -> str | None:
    return "    path: /parcels" if place.line == 3 else None


def test_text() -> None:
    """A line, the source line with a caret, the second place, a summary."""
    assert as_text([FOUND, WARNED], _line, color=False) == (
        "specs/acme/send.yaml:3:5: error: 100% wrong: a, b [path-duplicate]\n"
        "        path: /parcels\n"
        "        ^\n"
        "  specs/acme/send.yaml:12:1: first described here\n"
        "specs/acme/send.yaml:12:1: warning: GET has a body [method-body]\n"
        "1 error, 1 warning\n"
    )


def test_text_in_color() -> None:
    """Only the severity is coloured."""
    text = as_text([WARNED], _line, color=True)
    assert "\x1b[1;33mwarning\x1b[0m: GET has a body" in text


def test_long_lines_are_cut_around_the_caret() -> None:
    """The caret stays under its column."""
    line = "x" * 500 + "HERE" + "y" * 500
    text = as_text([error(Place("a", 1, 501), "r", "m")], lambda _: line, color=False)
    _, shown_line, caret, _ = text.splitlines()
    assert shown_line[caret.index("^") :].startswith("HERE")
    assert len(shown_line) < 120


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ([], "no findings"),
        ([FOUND], "1 error"),
        ([FOUND, FOUND, WARNED, NOTED], "2 errors, 1 warning, 1 note"),
    ],
)
def test_summary(found: list[Diagnostic], words: str) -> None:
    """Counts in words, without those that are zero."""
    assert summary(found) == words


def test_json() -> None:
    """The stable form."""
    assert json.loads(as_json([FOUND])) == {
        "format": "truecopy.check/1",
        "diagnostics": [
            {
                "file": "specs/acme/send.yaml",
                "line": 3,
                "column": 5,
                "severity": "error",
                "rule": "path-duplicate",
                "message": "100% wrong: a, b",
                "notes": [
                    {
                        "file": "specs/acme/send.yaml",
                        "line": 12,
                        "column": 1,
                        "message": "first described here",
                    }
                ],
            }
        ],
    }


def test_github() -> None:
    """Percent signs and line ends are escaped; a note is a notice."""
    assert as_github([FOUND, NOTED]).splitlines() == [
        (
            "::error file=specs/acme/send.yaml,line=3,col=5,title=path-duplicate::"
            "100%25 wrong: a, b%0Aspecs/acme/send.yaml:12:1: first described here"
        ),
        "::notice file=specs/acme/send.yaml,line=12,col=1,title=format-unknown::kept",
    ]


@given(st.text(), st.text(min_size=1))
def test_github_is_one_line_for_each_finding(message: str, file: str) -> None:
    """No text from a spec begins a second command."""
    line = as_github([error(Place(file, 1, 1), "rule", message)])
    assert line.count("\n") == 1
    assert "\r" not in line


def test_sarif() -> None:
    """The members that code scanning needs (SARIF 2.1.0)."""
    log = json.loads(as_sarif([FOUND, WARNED, NOTED], "1.2.3"))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("truecopy", "1.2.3")
    ids = [rule["id"] for rule in driver["rules"]]
    assert ids == sorted({"path-duplicate", "method-body", "format-unknown"})
    assert [result["level"] for result in run["results"]] == [
        "error",
        "warning",
        "note",
    ]
    for result in run["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"]
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        assert physical["artifactLocation"]["uri"] == "specs/acme/send.yaml"
        assert physical["region"]["startLine"] >= 1
    related = run["results"][0]["relatedLocations"]
    assert related[0]["message"]["text"] == "first described here"


def test_order() -> None:
    """By place, each finding once."""
    assert ordered([WARNED, FOUND, WARNED]) == (FOUND, WARNED)
    alike = tuple(
        replace(WARNED, notes=(Note(FIRST, f"see {n}"),)) for n in range(9, 0, -1)
    )
    assert ordered([FOUND, *alike]) == (FOUND, *alike)
    assert failed([WARNED, FOUND])
    assert not failed([WARNED, NOTED])


def test_suggestion() -> None:
    """The nearest known word, or nothing."""
    assert (
        suggestion("maxLenght", ["minLength", "maxLength"])
        == "; did you mean 'maxLength'?"
    )
    assert suggestion("xyz", ["minLength"]) == ""


@given(st.text())
def test_shown_is_short_and_visible(text: str) -> None:
    """A message never carries a control character or a line end from a spec."""
    quoted = shown(text)
    assert quoted.isprintable()
    assert len(quoted) <= 62 * 10
