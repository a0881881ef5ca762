"""Places views into templates, lets black settle long lines, and checks every Python file."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from contextvars import ContextVar
from itertools import zip_longest

import jinja2

from truecopy.code import LINE, Code, filled, join, tokens, width, written
from truecopy.code import laid_out as in_lines

_placed: ContextVar[list[Code]] = ContextVar("_placed")
# Stands in a rendered template where code is placed; no template and no code holds it.
_MARK = "\0"

# A long line that black leaves as it is: one string alone, or after its key or name; a docstring; a comment.
_SETTLED = re.compile(
    r"""[ ]*(?:\w+[ ]=[ ]|"[^"\\]*":[ ])?b?(?:"[^"\\]*+(?:\\.[^"\\]*+)*"|'[^'\\]*+(?:\\.[^'\\]*+)*'),?\Z|[ ]*[#]|[ ]*"{3}(?:[^"\\]|\\.)+"{3}\Z"""
)

# What methods stand in while they are looked at alone.
_CLASS = written("class Client:\n    pass\n")


class RenderError(Exception):
    """A file that is not what its view promised: a mistake of a template or of truecopy itself."""

    def __init__(self, message: str, template: str = "", line: int = 1) -> None:
        super().__init__(message)
        self.template = template
        self.line = line


class Renderer:
    """Compiled templates; each call turns one view into the text of one file."""

    def __init__(self, templates: Mapping[str, bytes]) -> None:
        own = (item for item in templates.items() if item[0].endswith(".jinja"))
        self._environment = _environment(tuple(own))

    def fragment(self, template: str, view: object) -> Code:
        """A part of a file, as code that a view may hold."""
        placed: list[Code] = []
        token = _placed.set(placed)
        try:
            text = self._environment.get_template(template).render(view=view)
        except jinja2.TemplateSyntaxError as problem:
            name = problem.name or template
            raise RenderError(str(problem.message), name, problem.lineno) from problem
        except Exception as problem:
            # A template is code: whatever it raises is its own fault.
            name, line = _line(problem, template)
            raise RenderError(f"{problem}", name, line) from problem
        finally:
            _placed.reset(token)
        return filled(text.split(_MARK), placed)

    def methods(self, template: str, view: object) -> Code:
        """Methods of a class, as black would have them."""
        part = self.fragment(template, view)
        whole = laid_out(_CLASS.text + part.text)
        return in_lines(whole.removeprefix(_CLASS.text), (part,))

    def file(self, template: str, path: str, view: object) -> str:
        """The text of a file. Python and TOML are held against what their views promised."""
        whole = self.fragment(template, view)
        if path.endswith((".py", ".toml")):
            try:
                verify(path, whole)
            except RenderError as problem:
                raise RenderError(str(problem), template) from problem
        return laid_out(whole.text) if path.endswith(".py") else whole.text


@functools.lru_cache(maxsize=1)
def _environment(templates: tuple[tuple[str, bytes], ...]) -> jinja2.Environment:
    """The templates, which are compiled once for all APIs of a run."""
    sources = {name: _source(name, data) for name, data in templates}
    return jinja2.Environment(
        # Named as files are: a fault in one has its line in the traceback.
        loader=jinja2.FunctionLoader(
            lambda name: (sources[name], name, None) if name in sources else None
        ),
        undefined=jinja2.StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
        auto_reload=False,
        optimized=False,
    )


def _line(problem: Exception, template: str) -> tuple[str, int]:
    """The template and the line in which it raised."""
    found = template, 1
    trace = problem.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.endswith(".jinja"):
            found = file, trace.tb_lineno
        trace = trace.tb_next
    return found


def compiled(name: str, data: bytes) -> None:
    """Refuses a file that is copied as it is and is not Python."""
    try:
        compile(data, name, "exec", dont_inherit=True)
    except SyntaxError as problem:
        message = f"is not Python: {problem.msg}"
        raise RenderError(message, name, problem.lineno or 1) from problem
    except ValueError as problem:
        raise RenderError(f"is not Python: {problem}", name) from problem


def _source(name: str, data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        raise RenderError("the template is not UTF-8", name, line) from problem


def _finalize(value: object) -> str:
    """Only code is placed; text from a spec has to come through an encoder first."""
    if isinstance(value, Code):
        _placed.get().append(value)
        return _MARK
    if isinstance(value, jinja2.Undefined):
        str(value)  # raises, and says what is undefined
    raise RenderError(f"a template places {type(value).__name__}, which is not code")


def laid_out(text: str) -> str:
    """The text as black would have it: the same syntax tree.

    The target lays out all but lines that are too long.
    """
    # A character takes two columns at most.
    least = LINE if text.isascii() else LINE // 2
    long = [line for line in text.split("\n") if len(line) > least]
    if not any(width(line) > LINE and not _SETTLED.match(line) for line in long):
        return text
    import black
    from black.mode import TargetVersion

    mode = black.Mode(line_length=LINE, target_versions={TargetVersion.PY311})
    formatted = black.format_str(text, mode=mode)
    black.assert_equivalent(text, formatted)
    return formatted


def verify_methods(path: str, methods: Code) -> None:
    """As `verify`, of some methods of a class in a file."""
    verify(path, join("", (_CLASS, methods)))


def verify(path: str, whole: Code) -> None:
    """Reads a file again and holds its tokens, in order, against what its view promised.

    A text that breaks out of its literal ends one string too early: the string that is found there
    is not the one that was promised.
    """
    try:
        if path.endswith(".py"):
            compile(whole.text, path, "exec", dont_inherit=True, optimize=0)
        else:
            tomllib.loads(whole.text)
        found = tokens(whole.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as problem:
        raise RenderError(f"{path} does not compile: {problem}") from problem
    if found != whole.promised:
        pairs = enumerate(zip_longest(found, whole.promised))
        at = next(i for i, (one, other) in pairs if one != other)
        shown = " ".join(map(repr, found[at : at + 3])) or "the end"
        raise RenderError(f"{path}: {shown:.200} is not what its view promised")
