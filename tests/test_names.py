"""Names become words and words become names, without loss of letters and without silence."""

from __future__ import annotations

import keyword
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from truecopy.diagnostics import Place
from truecopy.names import constant, pascal, snake, words
from truecopy.targets.python.naming import (
    RESERVED,
    TYPES,
    Scope,
    argument,
    constant_name,
    method,
    nested_name,
    spelt,
    type_name,
)

NAMERS: list[Callable[[str], str]] = [
    spelt,
    argument,
    method,
    type_name,
    constant_name,
    lambda name: nested_name((type_name(name), name, name)),
]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("lineOne", "line_one"),
        ("HTTPServer", "http_server"),
        ("X-Request-ID", "x_request_id"),
        ("a.b[c]", "a_b_c"),
        ("user2Name", "user2_name"),
        ("__init__", "init"),
        ("ﬁle", "file"),
        ("\u212a", "k"),
        ("½", "1_2"),
        ("नमस्ते", "नमस्ते"),
        ("e\u0301t\u00e9", "été"),
        ("İx", "i̇x"),
        ("ΟΔΟΣ", "οδος"),
        ("城市", "城市"),
        ("a‿b", "a_b"),
        ("\u0301x", "x"),
        ("🚚", ""),
        ("_", ""),
        ("", ""),
    ],
)
def test_words(name: str, expected: str) -> None:
    """Case, punctuation and compatibility forms mark or lose words; letters and marks stay."""
    assert snake(words(name)) == expected


@given(st.text(max_size=20))
@example("ŉ")
@example("ΐ")
@example("ǰ")
@example("ᄀ ᅡ")
@example("a \u0301b")
@example("9")
@example("·")
def test_every_spelling_is_an_identifier(name: str) -> None:
    """As Python reads it, which is normalised, whatever the name is."""
    for namer in NAMERS:
        spelling = namer(name)
        assert spelling.isidentifier()
        assert unicodedata.normalize("NFKC", spelling) == spelling


@given(st.text(max_size=20))
def test_words_are_a_fixed_point(name: str) -> None:
    """Words joined and split again are the same words."""
    parts = words(name)
    assert words(snake(parts)) == parts
    assert all(parts)
    for join in (snake, pascal, constant):
        assert bool(join(parts)) == bool(parts)


@given(st.text("".join(map(chr, range(128)))))
@example("HTTPServer_v2Id")
def test_words_of_ascii_are_found_as_all_are(name: str) -> None:
    """A word of another script beside them takes the long way round."""
    assert (*words(name), "é") == words(f"{name} é")


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_no_reserved_name_comes_out(name: str) -> None:
    """Neither a keyword nor what generated code uses."""
    assert spelt(name) not in RESERVED
    assert method(name) not in RESERVED
    assert not keyword.iskeyword(argument(name))


def test_constants_are_no_types() -> None:
    """An operation may be called as the marker is."""
    assert constant_name("unset") == "UNSET_"
    assert constant_name("send") == "SEND"
    assert {"UNSET", "Literal", "Exception", "None"} <= TYPES


def _places() -> tuple[Place, Place]:
    return Place("specs/acme/send.yaml", 3, 5), Place("specs/acme/send.yaml", 9, 5)


def test_collision_names_both_places() -> None:
    """The finding is at the second, with a note at the first."""
    first, second = _places()
    scope = Scope("class Send")
    for name, place in (("postCode", first), ("post_code", second)):
        assert scope.take(spelt(name), name, place) == "post_code"
    (finding,) = scope.findings
    assert (finding.rule, finding.place, finding.notes[0].place) == (
        "name-collision",
        second,
        first,
    )
    assert "'post_code' and 'postCode'" in finding.message


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("🚚", "name-unspellable"),
        ("", "name-unspellable"),
        ("timeout", "name-reserved"),
    ],
)
def test_names_that_cannot_be_had(name: str, rule: str) -> None:
    """Each is a finding, and what is returned is an identifier all the same."""
    scope = Scope("the client", {"timeout"})
    assert scope.take(spelt(name), name, _places()[0]).isidentifier()
    assert [finding.rule for finding in scope.findings] == [rule]


def test_what_is_refused_is_not_taken() -> None:
    """One mistake is one finding."""
    scope = Scope("the client", {"timeout"})
    for place in _places():
        scope.take("timeout", "timeout", place)
    assert [finding.rule for finding in scope.findings] == ["name-reserved"] * 2
