"""Texts for a pattern match it, and finding them takes no time."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from truecopy.patterns import MOST, matching

KNOWN = [
    "^[A-Z]{2}$",
    r"^\d{4}-\d{2}-\d{2}$",
    r"^\+[1-9][0-9]{1,14}$",
    "^(?:a|b)+$",
    "^[^a-z]$",
    r"^\w+@\w+\.\w{2,}$",
    "x",
    "^$",
    "",
    r"^\{\{ x \}\}$",
    "^[一-龠]+$",
    "^(a)(b)?c*$",
    r"^\S+\s\D\W$",
    "^a.c$",
    "^[^\\n]$",
    "^%s$",
    "^\"'\\\\$",
]


@pytest.mark.parametrize("pattern", KNOWN)
def test_a_text_is_found(pattern: str) -> None:
    """Every one of them matches."""
    found = list(matching(pattern, 0))
    assert found
    assert all(re.search(pattern, text) for text in found)


@pytest.mark.parametrize("least", [0, 1, 5, 26, MOST])
def test_texts_are_as_long_as_asked(least: int) -> None:
    """Where the pattern lets them be."""
    assert any(len(text) >= least for text in matching("^[a-z]*$", least))


@pytest.mark.parametrize(
    "pattern",
    [
        "(",
        "[",
        "a{2,1}",
        "(?P<a>x)(?P=a)",
        "^(?=b)a$",
        "^a{100000}$",
        r"(a)\1",
        "^a(?!a)a$",
        "\\",
    ],
)
def test_what_has_none_gives_none(pattern: str) -> None:
    """Neither an error nor a text that does not match."""
    assert all(re.search(pattern, text) for text in matching(pattern, 3))


@given(st.text("ab01[]()^$\\dw+*?{},.|-", max_size=14), st.integers(0, 40))
def test_any_pattern(pattern: str, least: int) -> None:
    """Whatever is found matches; what is no pattern has no texts."""
    for text in matching(pattern, least):
        assert re.search(pattern, text)
