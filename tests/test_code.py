"""Every encoder takes any text, and its code means that text and nothing else."""

from __future__ import annotations

import ast
import keyword
import re
import tomllib
import unicodedata
from collections.abc import Sequence

import black
import pytest
from black.mode import TargetVersion
from black.strings import char_width, str_width
from hypothesis import example, given, settings
from hypothesis import strategies as st
from truecopy.code import (
    LINE,
    Code,
    bytes_literal,
    code,
    docstring,
    folded,
    identifier,
    join,
    literal,
    markdown,
    markdown_cell,
    markdown_code,
    markdown_link,
    names_of,
    repeated,
    tokens,
    toml,
    width,
)
from truecopy.source import Json

MODE = black.Mode(line_length=LINE, target_versions={TargetVersion.PY311})
SIGNS = "\"'\\#`{}%|<>[]()_*.:-!$@~&\n\t 0aé城́\x7f​"
texts = st.text(max_size=40) | st.text(SIGNS, max_size=30)
scalars = st.none() | st.booleans() | st.integers() | texts
numbers = st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    scalars | numbers,
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


def stable(module: str) -> bool:
    """Whether black has nothing to change."""
    return black.format_str(module, mode=MODE) == module


@given(values)
@settings(max_examples=200, deadline=None)
@example("\ud800")
@example({"a": [-0.0, 1e308, 10**300]})
def test_literal_gives_the_value_back(value: Json) -> None:
    """With its types, and in characters that every editor shows."""
    written = literal(value).text
    read = ast.literal_eval(written)
    assert repr(read) == repr(value)
    assert written.isprintable()


@given(texts)
@settings(max_examples=200, deadline=None)
def test_literal_is_spelt_as_black_spells_it(text: str) -> None:
    """Quotes above all; a line that is too long is not this function's business."""
    assert stable(f"x = {literal(text).text}\n")


@given(texts | st.builds(str.__mul__, st.characters(), st.integers(0, 99)))
@settings(max_examples=200, deadline=None)
@example("")
def test_repeated_gives_the_text_back(text: str) -> None:
    """Also where it is written as a product, which black leaves alone and which promises its tokens."""
    written = repeated(text)
    assert eval(written.text) == text
    assert tokens(written.text) == written.promised
    assert stable(f"x = {written.text}\n")


@given(numbers | st.integers())
@example(1e290)
@example(1e-7)
def test_numbers_are_spelt_as_black_spells_them(number: float) -> None:
    """Exponents have no plus."""
    assert stable(f"x = {literal(number).text}\n")


@pytest.mark.parametrize("value", [float("inf"), float("nan"), {1}, b"x", object()])
def test_literal_refuses_what_is_not_json(value: object) -> None:
    """Neither may be spelt as a name, such as inf."""
    with pytest.raises((TypeError, ValueError)):
        literal(value)


@given(
    st.binary(max_size=60)
    | texts.map(lambda text: text.encode("utf-8", "surrogatepass"))
)
def test_bytes_literal_gives_the_bytes_back(data: bytes) -> None:
    """And is spelt as black spells it."""
    written = bytes_literal(data).text
    assert ast.literal_eval(written) == data
    assert stable(f"x = {written}\n")


paragraphs = st.lists(
    st.builds(
        "{}{}".format,
        st.sampled_from(["", "", "    "]),
        texts | st.text("ab ", max_size=300),
    ),
    max_size=4,
)


@given(paragraphs, st.sampled_from([0, 4, 8]))
@settings(max_examples=250, deadline=None)
@example(['"""'], 4)
@example(["\\"], 4)
@example(['a"'], 4)
@example([" ", "", ""], 0)
@example(["城" * 41 + '"'], 0)
@example(["x" * 78], 4)
@example(["x" * 79], 4)
@example([">>>"], 0)
def test_docstring(paragraphs: Sequence[str], indent: int) -> None:
    """It is one, it holds what it promises, and black leaves it alone."""
    written = docstring(paragraphs, indent)
    opening = "".join(" " * (4 * i) + f"class A{i}:\n" for i in range(indent // 4))
    module = f"{opening}{' ' * indent}{written.text}\n"
    found = [
        node for node in ast.walk(ast.parse(module)) if isinstance(node, ast.Constant)
    ]
    assert [(node.value,) for node in found] == [*written.promised]
    assert stable(module)
    told = " ".join(folded(paragraph) for paragraph in paragraphs).split()
    # A doctest begins with a prompt; one in a vendor's text must not.
    words = str(written.promised[0][0]).replace("\\>>>", ">>>").split()
    assert words == (told or ["."])


@given(st.text())
@example("\U0001f69a\x7f\x00\u2028")
def test_toml_gives_the_text_back(text: str) -> None:
    """On one line."""
    written = toml(text).text
    assert tomllib.loads(f"x = {written}\n") == {"x": text}
    assert written.isprintable()


@given(texts)
@example("__a__ snake_case -- 1. x www.acme.example https://acme.example | <b>")
def test_markdown_means_the_text(text: str) -> None:
    """What is left unescaped joins or ends words; the escapes taken away give the text back."""
    written = markdown(text).text
    assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", written) == folded(text)
    bare = re.sub(r"\\.", "  ", written)
    assert not re.search(r"[*`<>\[\]()#+!|~&${}@^\\]|:\S|\.[^\s\d]|^\d+\.(?= |$)", bare)
    assert not re.search(r"(?<![^\W_])[-_]|[-_](?![^\W_])", bare)


@given(texts | st.text("`| a", max_size=12))
def test_markdown_code_is_one_span(text: str) -> None:
    """Fenced by a run of backticks that it does not hold, not joined to another."""
    written = markdown_code(text).text
    fence = len(written) - len(written.lstrip("`"))
    inside = written[fence:-fence]
    assert written == "`" * fence + inside + "`" * fence
    assert inside
    assert inside[0] != "`" != inside[-1]
    assert "`" * fence not in re.findall("`+", inside)
    assert inside.strip(" ") == folded(text)


@given(st.text("`|\\ a", max_size=12))
def test_markdown_cell_ends_no_cell(text: str) -> None:
    """A reader of tables takes the backslash before each bar away."""
    written = markdown_cell(text).text
    assert not re.search(r"(?<!\\)\|", written)
    assert written.replace("\\|", "|") == markdown_code(text).text


@pytest.mark.parametrize("name", ["", "a b", "1a", "a-b", "ﬁ", "a\n", 'a"', "\u0301a"])
def test_identifier_refuses_what_is_none(name: str) -> None:
    """Text never becomes a name by itself."""
    with pytest.raises(ValueError, match="not an identifier"):
        identifier(name)


@given(st.text(max_size=20))
def test_identifier_is_one_name(name: str) -> None:
    """Whatever it takes is one token, and the name that Python reads."""
    try:
        written = identifier(name)
    except ValueError:
        return
    if keyword.iskeyword(name):
        return
    node = ast.parse(written.text, mode="eval").body
    assert isinstance(node, ast.Name)
    assert node.id == name
    assert written.promised == (name,)


@given(st.lists(values | st.binary(max_size=9), max_size=4), paragraphs)
@settings(max_examples=200, deadline=None)
def test_tokens_are_those_that_encoders_promise(
    data: Sequence[Json | bytes], doc: Sequence[str]
) -> None:
    """The lexer, which knows nothing of the encoders, reads back what they meant."""
    encoded = [bytes_literal(v) if isinstance(v, bytes) else literal(v) for v in data]
    lines = [docstring(doc, 0), code("x = [{}]", join(", ", encoded))]
    whole = join("\n", lines)
    assert tokens(whole.text) == whole.promised


def test_code_is_never_formatted() -> None:
    """A template places it, or `code` does; `str` and f-strings would lose what it promises."""
    with pytest.raises(TypeError):
        str(literal("a"))
    with pytest.raises(TypeError):
        f"{literal('a')}"


def test_code_keeps_what_its_parts_promise() -> None:
    """Constants and names of the template and of every part."""
    whole = code('call({}, key="k")', join(", ", [literal("a"), identifier("b")]))
    assert whole.text == 'call("a", b, key="k")'
    assert whole.promised == ("call", ("a",), "b", "key", ("k",))
    assert names_of([whole]) == {"call", "b", "key"}
    with pytest.raises(ValueError, match="1 holes; 2 parts"):
        code("{}", Code("a"), Code("b"))


@given(st.text() | st.text("aé城市カ한́👩🏻ก็"))
def test_width_is_what_black_counts(text: str) -> None:
    """Characters that Unicode made wide after Python's own tables aside."""
    wide = unicodedata.east_asian_width
    shown = [c for c in text if c.isprintable()]
    known = "".join(c for c in shown if char_width(c) == 1 or wide(c) in "WF")
    assert width(known) == str_width(known)


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("https://a.example/b?c=_d_#e", "<https://a.example/b?c=_d_#e>"),
        ("https://a.example/b> [x](y)", r"https\://a\.example/b\> \[x\]\(y\)"),
        ("see page_2", "see page_2"),
        ("javascript:x", r"javascript\:x"),
        ("https://a.example/\u202e", r"https\://a\.example/\\u202e"),
    ],
)
def test_only_a_plain_address_is_a_link(text: str, link: str) -> None:
    assert markdown_link(text).text == link
