"""Places views into templates, lets black settle long lines, and checks every Python file."""

from __future__ import annotations

import functools
import inspect
import re
import types
from collections.abc import Iterable, Iterator, Mapping, Set
from contextvars import ContextVar

import jinja2

from truecopy.code import LINE, OWN, Code, Constant, promise, vocabulary, width

Key = tuple[type, Constant]

_placed: ContextVar[list[Code]] = ContextVar("_placed")

# Names that the compiler itself puts into code objects.
_COMPILER = frozenset(
    {
        "__module__",
        "__qualname__",
        "__annotations__",
        "__doc__",
        "__name__",
        "__class__",
        "__classcell__",
    }
    | {
        "",
        "__future__",
        "<module>",
        "__static_attributes__",
        "__firstlineno__",
        "annotations",
    }
)


# A long line that black leaves as it is: one string alone, or after its key or name; a comment.
_SETTLED = re.compile(
    r"""[ ]*(?:\w+[ ]=[ ]|"[^"\\]*":[ ])?b?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'),?\Z|[ ]*[#][ ]"""
)


class RenderError(Exception):
    """A file that is not what its view promised: a mistake of a template or of truecopy itself."""


class Renderer:
    """Compiled templates; each call turns one view into the text of one file."""

    def __init__(self, templates: Mapping[str, bytes]) -> None:
        sources = {
            name: data.decode("utf-8")
            for name, data in templates.items()
            if name.endswith(".jinja")
        }
        self._environment = jinja2.Environment(
            loader=jinja2.DictLoader(sources),
            undefined=jinja2.StrictUndefined,
            finalize=_finalize,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            autoescape=False,
            auto_reload=False,
        )
        self._words = {name: vocabulary(source) for name, source in sources.items()}

    def fragment(self, template: str, view: object) -> Code:
        """A part of a file, as code that a view may hold."""
        placed: list[Code] = []
        token = _placed.set(placed)
        try:
            text = self._environment.get_template(template).render(view=view)
        except jinja2.TemplateError as problem:
            raise RenderError(f"{template}: {problem}") from problem
        finally:
            _placed.reset(token)
        constants, names = self._words[template]
        own = (*names, *(c for c in constants if isinstance(c, str)))
        return Code(text, (), own, tuple(placed))

    def file(self, template: str, path: str, view: object) -> str:
        """The text of a file. Python is laid out and held against what its view promised."""
        whole = self.fragment(template, view)
        if not path.endswith(".py"):
            return whole.text
        text = laid_out(whole.text)
        verify(path, text, whole)
        return text


def _finalize(value: object) -> str:
    """Only code is placed; text from a spec has to come through an encoder first."""
    if not isinstance(value, Code):
        raise RenderError(
            f"a template places {type(value).__name__}, which is not code"
        )
    _placed.get().append(value)
    return value.text


def laid_out(text: str) -> str:
    """The text as black would have it. The target lays out all but lines that are too long."""
    if not any(
        width(line) > LINE and not _SETTLED.match(line) for line in text.split("\n")
    ):
        return text
    import black
    from black.mode import TargetVersion

    mode = black.Mode(line_length=LINE, target_versions={TargetVersion.PY311})
    formatted = black.format_str(text, mode=mode)
    black.assert_equivalent(text, formatted)
    return formatted


def verify(path: str, text: str, whole: Code) -> None:
    """Compiles a file and holds its constants and names against what its view promised, both ways.

    Text that broke out of its literal would leave a name or a constant behind that nobody promised,
    and would take away the one that was.
    """
    try:
        compiled = compile(text, path, "exec", dont_inherit=True, optimize=0)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as problem:
        raise RenderError(f"{path} does not compile: {problem}") from problem
    promised = promise(whole)
    names = promised.names | _COMPILER | OWN
    wanted = {_key(c) for c in promised.constants}
    known = wanted.union(map(_key, promised.optional))
    found: set[Key] = set()
    for block in _blocks(compiled):
        used = {
            *block.co_names,
            *block.co_varnames,
            *block.co_freevars,
            *block.co_cellvars,
            block.co_name,
        }
        _refuse(path, "name", used - names)
        found.update(map(_key, _flat(block.co_consts)))
    strange = [
        value
        for kind, value in found - known
        if not _harmless(kind, value, names, known)
    ]
    _refuse(path, "constant", strange)
    _refuse(path, "missing constant", [value for _, value in wanted - found])


def _harmless(
    kind: type, value: Constant, names: Set[Constant], known: set[Key]
) -> bool:
    """Whether a constant says nothing of its own: a name, an annotation, what the compiler adds."""
    if kind is str:
        return value in names or _annotation(str(value), names, known)
    return kind in (type(None), bool) or value in (0, 1) or value in OWN


def _refuse(path: str, what: str, values: Iterable[object]) -> None:
    listed = sorted(map(repr, values))
    if listed:
        raise RenderError(
            f"{path}: {what} {', '.join(listed[:3])} is not what its view promised"
        )


def _blocks(block: types.CodeType) -> Iterator[types.CodeType]:
    yield block
    for constant in block.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _blocks(constant)


def _flat(constants: Iterable[object]) -> Iterator[Constant]:
    for constant in constants:
        if isinstance(constant, (tuple, frozenset)):
            yield from _flat(constant)
        elif constant is None or isinstance(constant, (str, bytes, int, float)):
            yield constant


def _key(constant: Constant) -> Key:
    """Equality with the type; texts as docstrings are cleaned, whose indentation is the file's."""
    if isinstance(constant, str) and "\n" in constant:
        constant = inspect.cleandoc(constant)
    return type(constant), constant


def _annotation(text: str, names: Set[Constant], known: set[Key]) -> bool:
    """Whether a text is an annotation in the compiler's spelling, built of what was promised."""
    parts = _expression(text)
    if parts is None:
        return False
    used, constants = parts
    return used <= names and all(
        c in known or c[1] in names or c[1] is None for c in constants
    )


@functools.lru_cache(maxsize=8192)
def _expression(text: str) -> tuple[frozenset[str], frozenset[Key]] | None:
    """Names and constants of an annotation; None when the text is none."""
    if len(text) > 20_000 or not text[:1].isidentifier():
        return None
    try:
        block = compile(text, "annotation", "eval", dont_inherit=True, optimize=0)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return frozenset(block.co_names), frozenset(_key(c) for c in _flat(block.co_consts))
