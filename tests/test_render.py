"""Only code is placed, and a file that is not what its view promised is never handed on."""

# What is walked here is JSON and lambdas: nobody knows the types below.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false, reportUnknownLambdaType=false

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import pytest

# With it all of the target is imported.
import truecopy.targets.python.package  # noqa: F401  # pyright: ignore[reportUnusedImport]
from hostile.corpus import TEXTS, data, texted
from test_hostile import CASES, outcome
from truecopy import code as encoders
from truecopy.code import (
    Code,
    Token,
    bytes_literal,
    code,
    docstring,
    identifier,
    join,
    laid_out,
    literal,
    toml,
)
from truecopy.render import Renderer, RenderError


def render(template: str, **view: object) -> str:
    """A Python file of one template."""
    renderer = Renderer({"t.jinja": template.encode()})
    return renderer.file("t.jinja", "x.py", SimpleNamespace(**view))


@pytest.mark.parametrize("value", ["text", 5, None, ("a",), b"x"])
def test_only_code_is_placed(value: object) -> None:
    """Text has to come through an encoder, and so has everything else."""
    with pytest.raises(RenderError, match="which is not code"):
        render("x = {{ view.a }}\n", a=value)


def test_what_is_undefined_is_said() -> None:
    """Neither left out nor written as nothing."""
    with pytest.raises(RenderError, match="no attribute 'a'"):
        render("x = {{ view.a }}\n")
    with pytest.raises(RenderError, match="no attribute 'a'"):
        render("{% if view.a %}x{% endif %}\n")


def test_what_was_promised_is_handed_on() -> None:
    """Every encoder in a file, laid out by black as well."""
    parts = [literal(text) for text in TEXTS.values()]
    text = render(
        '{{ view.a }}\n\nx = {{ view.b }}\ny = ("own", {{ view.d }})\n',
        a=docstring(list(TEXTS.values()), 0),
        b=code("[{}]", join(", ", parts)),
        d=bytes_literal(b"\x00'\""),
    )
    scope: dict[str, Any] = {}
    exec(compile(text, "x.py", "exec"), scope)
    assert scope["x"] == list(TEXTS.values())
    assert scope["y"] == ("own", b"\x00'\"")


def _string(text: str) -> Code:
    """The naive encoder that this project is not about."""
    return Code(f'"{text}"', ((text,),))


def _name(text: str) -> Code:
    return Code(text, (text,))


def _dotted(name: str) -> Code:
    return _name(f"{name}.x")


def _note(text: str) -> Code:
    return Code(f"#: {text}", (f"#: {text}",))


BROKEN: Mapping[str, tuple[str, Code]] = {
    "a call": ("x = {}\n", _string('a"; print("b')),
    "a call of a name that is known": ("x = {}\n", _string('" + x() + "')),
    "a bare raise": ("x = {}\n", _string('a"\nraise\n"')),
    "a constant": ("x = {}\n", _string('a", 5, "b')),
    "the same constant again": ("x = {}\n", _string('a", "a')),
    "a comment": ("x = {}\n", _string('a"  # b')),
    "an escape": ("x = {}\n", _string("a\\n")),
    "another prefix": ("x = {}\n", Code('f"{x}"', (("{x}",),))),
    "bytes": ("x = {}\n", Code('b"a"', (("a",),))),
    "text that ends a docstring": (
        "{}\n",
        Code('"""a"""; x = """b"""', (('a"""; x = """b',),)),
    ),
    "a statement in a docstring": (
        "{}\n",
        Code('"""a\n"""\nx\n"""b"""', (('a\n"""\nx\n"""b',),)),
    ),
    "a line below a comment": ("{}\nx = 1\n", _note("a\nimport os")),
    "an attribute": ("{} = 1\n", _name("x.y")),
    "a call as a name": ("{}\n", _name("x()")),
    "two statements": ("{} = 1\n", _name("x = 1; y")),
    "a keyword": ("{}\n", Code("raise", ("x",))),
    "another truth": ("x = {}\n", Code("True", ("False",))),
    "another number": ("x = {}\n", Code("1", ("10",))),
    "what was lost": ("x = 1{}\n", laid_out("", (literal("a"),))),
    "what came twice": ("x = {}\n", laid_out('"a", "a"', (literal("a"),))),
    "what changed places": (
        "x = {}\n",
        laid_out('"b", "a"', (literal("a"), literal("b"))),
    ),
    "what nobody promised": ("x = {}\n", Code("y")),
    "what does not compile": ("x = {}\n", _string('a"')),
    "what compiles to nothing": ("x = {}\n", _string("\x00")),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_promise_is_refused(name: str) -> None:
    """What breaks out of its place, however little it does there."""
    template, placed = BROKEN[name]
    with pytest.raises(
        RenderError, match=r"not what its view promised|does not compile"
    ):
        render(template.replace("{}", "{{ view.a }}"), a=placed)


def _docstring(paragraphs: list[str], indent: int) -> Code:
    text = ("\n" + " " * indent).join(paragraphs)
    return Code(f'"""{text}"""', ((text,),))


def _bytes(value: bytes) -> Code:
    return Code(f'b"{value.decode("latin-1")}"', ((value,),))


def _literal(value: object) -> Code:
    return _string(value) if isinstance(value, str) else literal(value)


def _swapped(value: object) -> Code:
    """Says what the encoder before it was told."""
    token: tuple[Token, ...] = literal(value).promised
    return (
        Code(literal(f"not {value}").text, token)
        if isinstance(value, str)
        else literal(value)
    )


SABOTAGE: Mapping[str, tuple[Callable[..., Code], Callable[..., Code], str]] = {
    "literal, a call": (literal, _literal, "call"),
    "literal, an import": (literal, _literal, "import"),
    "literal, a backslash": (literal, _literal, "backslash"),
    "literal, escapes": (literal, _literal, "escapes"),
    "literal, another value": (literal, _swapped, "semicolon"),
    "docstring, a statement": (docstring, _docstring, "triple_statement"),
    "docstring, an expression": (docstring, _docstring, "triple"),
    "docstring, a backslash": (docstring, _docstring, "backslash"),
    "toml, a table": (toml, _string, "toml"),
    "toml, a quote": (toml, _string, "quote_start"),
    "bytes, a call": (bytes_literal, _bytes, "call"),
    "bytes, a quote": (bytes_literal, _bytes, "quote_end"),
    "identifier, an attribute": (
        identifier,
        _dotted,
        "semicolon",
    ),
}


@pytest.mark.filterwarnings("ignore:invalid escape sequence")
@pytest.mark.parametrize("name", SABOTAGE)
def test_a_naive_encoder_is_found_out(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With an encoder replaced wherever it is used, a hostile spec becomes no file at all."""
    encoder, naive, kind = SABOTAGE[name]
    for module in [
        m for key, m in sys.modules.items() if key.startswith("truecopy.targets.")
    ]:
        for attribute, value in list(vars(module).items()):
            if value is encoder:
                monkeypatch.setattr(module, attribute, naive)
    monkeypatch.setattr(encoders, encoder.__name__, naive)
    api, spec = texted(TEXTS[kind])
    case = data("sabotage", spec, api=api)
    monkeypatch.setitem(CASES, "sabotage", case)
    with pytest.raises(RenderError):
        outcome.__wrapped__("sabotage")
