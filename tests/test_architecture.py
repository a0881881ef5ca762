"""The house rules that can be read off the source: layers, doors, effects, templates, code."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import jinja2
import pytest
import truecopy
from jinja2 import nodes

PACKAGE = Path(truecopy.__file__).parent
TEMPLATES = PACKAGE.parent.parent / "templates"
PROJECT = PACKAGE.parent.parent / "pyproject.toml"

# From the top. A room imports from lower rows and from itself; one that is missing here fails.
ROWS: tuple[frozenset[str], ...] = (
    frozenset({"__main__"}),
    frozenset({"cli"}),
    frozenset({"commands"}),
    frozenset({"increments", "batches"}),
    frozenset({"portions"}),
    frozenset({"checking"}),
    frozenset({"pipeline"}),
    frozenset({"build", "rules", "targets.python", "render", "openapi", "fidelity"}),
    frozenset({"targets"}),
    frozenset({"values", "facts", "schema", "media_types"}),
    frozenset({"ir", "json_values"}),
    frozenset({"source", "names", "files", "code", "formats", "patterns", "network"})
    | {"processors"},
    frozenset({"diagnostics"}),
    frozenset({"records"}),
    frozenset({""}),
)

# The one room that knows a dependency.
DOORS = {
    "yaml": "source",
    "jsonschema": "schema",
    "jsonschema_rs": "schema",
    "referencing": "schema",
    "jinja2": "render",
    "black": "render",
    "lxml": "fidelity",
    "httpx2": "network",
    "asyncio": "network",
    "subprocess": "files",
    "shutil": "files",
    "tempfile": "files",
    "ctypes": "files",
    "fcntl": "files",
    "multiprocessing": "processors",
    "concurrent": "processors",
    "signal": "processors",
}

# Where nothing may come from but the arguments. `datetime` is there for its calendar.
FORBIDDEN_MODULES = {
    *("time", "random", "secrets", "uuid", "socket", "ssl", "http", "urllib.request"),
    *("threading", "locale", "getpass"),
    *("platform", "pickle", "marshal", "shelve", "sqlite3", "logging"),
}
CLOCKS = {"now", "utcnow", "today", "fromtimestamp"}
WRITES = {
    *("write_text", "write_bytes", "mkdir", "rmdir", "unlink", "touch", "rename"),
    *("symlink_to", "hardlink_to", "chmod", "open"),
}


@dataclass(frozen=True, slots=True)
class Module:
    """A module of the compiler, with the room that it is in."""

    path: str
    name: str
    room: str
    tree: ast.Module


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module or name, at its line."""

    name: str
    line: int
    at_run_time: bool


def _modules() -> Iterator[Module]:
    for path in sorted(PACKAGE.rglob("*.py")):
        relative = path.relative_to(PACKAGE)
        parts = relative.with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        tree = ast.parse(path.read_text("utf-8"))
        yield Module(relative.as_posix(), name, _room(name), tree)


def _room(name: str) -> str:
    """The module or package that a row lists: `targets.python.naming` is in `targets.python`."""
    parts = name.split(".")
    return ".".join(parts[:2] if parts[0] == "targets" else parts[:1])


MODULES = tuple(_modules())
NAMES = {module.name for module in MODULES}


def _imports(tree: ast.Module) -> Iterator[Import]:
    """Every import, wherever it stands; by name where a package is imported from."""
    typing_only = {
        id(below)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for below in ast.walk(node)
    }
    for node in ast.walk(tree):
        at_run_time = id(node) not in typing_only
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, node.lineno, at_run_time)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield Import(whole, node.lineno, at_run_time)
        elif isinstance(node, ast.Call) and _called(node) == "import_module":
            argument = node.args[0]
            assert isinstance(argument, ast.Constant), "what is imported is known"
            yield Import(str(argument.value), node.lineno, at_run_time)


def _called(node: ast.Call) -> str:
    """The last name of what is called."""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _own(found: Import) -> str | None:
    """The module of truecopy that an import means, None when it is none."""
    if found.name.partition(".")[0] != "truecopy":
        return None
    name = found.name.partition(".")[2]
    while name not in NAMES:
        name = name.rpartition(".")[0]
    return name


def _row(room: str) -> int:
    return next(index for index, row in enumerate(ROWS) if room in row)


def _calls(module: Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(module.tree) if isinstance(node, ast.Call))


def test_every_module_has_a_row() -> None:
    """A new room has to say where it belongs."""
    rooms = {module.room for module in MODULES}
    listed = {room for row in ROWS for room in row}
    assert rooms <= listed, f"no row for {sorted(rooms - listed)}"
    assert len(listed) == sum(map(len, ROWS))


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.path)
def test_layers(module: Module) -> None:
    """A module imports from rows below its own, and from its own package."""
    for found in _imports(module.tree):
        name = _own(found)
        if name is None or _room(name) == module.room:
            continue
        where = f"{module.path}:{found.line}"
        assert _row(_room(name)) > _row(module.room), f"{where} imports {name}"


def test_nothing_imports_in_a_circle() -> None:
    """Inside of a package as well: a module can be read after those that it imports."""
    graph = {
        module.name: {
            name
            for found in _imports(module.tree)
            if found.at_run_time
            and (name := _own(found)) is not None
            and not module.name.startswith(f"{name}.")
            and name not in ("", module.name)
        }
        for module in MODULES
    }
    while graph:
        ready = {name for name, needs in graph.items() if not needs & graph.keys()}
        assert ready, f"a circle among {sorted(graph)}"
        graph = {name: needs for name, needs in graph.items() if name not in ready}


def test_doors() -> None:
    """Each outside dependency is known to one room; so is what reaches the system."""
    for module in MODULES:
        for found in _imports(module.tree):
            root = found.name.partition(".")[0]
            where = f"{module.path}:{found.line} imports {root}"
            if root in DOORS:
                assert module.room == DOORS[root], where
            elif root == "os":
                assert module.room in ("files", "cli", "processors"), where
            else:
                assert root == "truecopy" or root in sys.stdlib_module_names, where


def test_every_dependency_has_a_door() -> None:
    """What the project requires is imported, through a door."""
    project = tomllib.loads(PROJECT.read_text("utf-8"))["project"]
    names = {
        requirement.partition("=")[0].partition(">")[0].replace("-", "_")
        for requirement in project["dependencies"]
    }
    doors = {"pyyaml" if name == "yaml" else name for name in DOORS}
    assert names <= doors
    imported = {
        found.name.partition(".")[0]
        for module in MODULES
        for found in _imports(module.tree)
    }
    assert {"yaml" if name == "pyyaml" else name for name in names} <= imported


def test_only_the_command_line_prints() -> None:
    """Text leaves through one module."""
    for module in MODULES:
        if module.room == "cli":
            continue
        for node in ast.walk(module.tree):
            where = f"{module.path}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Call):
                assert _called(node) not in ("print", "input"), where
            if isinstance(node, ast.Attribute):
                assert node.attr not in ("stdout", "stderr", "stdin", "argv"), where


def test_only_files_writes() -> None:
    """The disk has one room; others are given values."""
    for module in MODULES:
        if module.room == "files":
            continue
        for node in _calls(module):
            if isinstance(node.func, ast.Attribute | ast.Name):
                where = f"{module.path}:{node.lineno}: {ast.unparse(node)}"
                allowed = module.room == "cli" and ast.unparse(node.func) == "os.open"
                assert _called(node) not in WRITES or allowed, where


def test_no_clock_no_network_no_chance() -> None:
    """What is generated depends on the arguments and on nothing else."""
    for module in MODULES:
        for found in _imports(module.tree):
            parts = found.name.split(".")
            heads = {".".join(parts[: end + 1]) for end in range(len(parts))}
            where = f"{module.path}:{found.line} imports {found.name}"
            assert not heads & FORBIDDEN_MODULES, where
        for node in ast.walk(module.tree):
            where = f"{module.path}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Attribute):
                assert node.attr not in CLOCKS | {"urandom", "getenv"}, where
                assert node.attr != "environ" or module.room == "cli", where
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                called = node.func.id
                assert called not in ("eval", "exec", "globals"), where
                assert called != "compile" or module.room == "render", where


def test_nothing_is_skipped_by_an_optimised_run() -> None:
    """No assert decides what is written: `python -O` would leave it out."""
    for module in MODULES:
        if module.room == "render":
            found = [n for n in ast.walk(module.tree) if isinstance(n, ast.Assert)]
            assert found == [], module.path


def test_only_sets_are_repeated_possessively() -> None:
    """Python 3.11.0 to 3.11.4 match possessive and atomic groups wrongly (cpython gh-106052)."""
    runtime = TEMPLATES / "python/_runtime.py"
    trees = [(module.path, module.tree) for module in MODULES]
    trees.append((str(runtime), ast.parse(runtime.read_text(encoding="utf-8"))))
    for path, tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                without_sets = re.sub(
                    r"\\.|\[\^?\]?[^\]]*\]", "s", node.value, flags=re.S
                )
                found = re.search(r"\)(?:[*+?]|\{[\d,]+\})\+|\(\?>", without_sets)
                assert not found, f"{path}:{node.lineno}: {node.value}"


# Templates.

ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr),
    *(nodes.For, nodes.If, nodes.Not, nodes.Or, nodes.Include, nodes.Macro),
)
FILTERS: frozenset[str] = frozenset()
PAGES = sorted(TEMPLATES.rglob("*.jinja"))
LONGEST = 120


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_templates_place_text(path: Path) -> None:
    """They read attributes, loop and choose; what is to be computed is computed before."""
    tree = jinja2.Environment().parse(path.read_text("utf-8"))
    macros = {macro.name for macro in tree.find_all(nodes.Macro)}
    for node in _nodes(tree):
        where = f"{path.name}:{node.lineno}: {type(node).__name__}"
        if isinstance(node, nodes.Call):
            assert isinstance(node.node, nodes.Name), where
            assert node.node.name in macros, where
        elif isinstance(node, nodes.Filter):
            assert node.name in FILTERS, where
        elif isinstance(node, nodes.For):
            assert not node.recursive, where
            assert node.test is None, where
        else:
            assert isinstance(node, ALLOWED), where


def _nodes(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    if not isinstance(node, nodes.Include):  # whose child is a file's name
        for below in node.iter_child_nodes():
            yield from _nodes(below)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_templates_are_short(path: Path) -> None:
    """A template that no longer fits on a page or two wants to be two."""
    lines = path.read_text("utf-8").count("\n")
    assert lines <= LONGEST


def test_templates_are_visible_text() -> None:
    """No control or bidirectional character stands in a template, no line ends in a blank."""
    for path in PAGES:
        for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
            assert line.isprintable(), f"{path.name}:{number}"
            assert line == line.rstrip(), f"{path.name}:{number}"


# Code and text are two types: who makes code of text by hand, and from what.

# Rooms whose work it is, and by function what was looked at and found to be safe.
MAKERS = {"code.py", "targets/python/layout.py"}
JUDGED = {
    # Of names that became code before; of a name that the rule api-name let through.
    "targets/python/documents.py": {"import_line"},
    "targets/python/readme.py": {"readme_page"},
}
CONSTRUCTORS = {"Code", "laid_out"}
TEMPLATED = {"code", "join"}


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Each call with the outermost function or class around it."""
    for top in tree.body:
        name = getattr(top, "name", "")
        for node in ast.walk(top):
            if isinstance(node, ast.Call):
                yield name, node


def test_code_is_made_of_text_in_few_places() -> None:
    """`Code(text)` trusts its text: outside of the encoders it is a literal, or was judged."""
    used: dict[str, set[str]] = {}
    for module in MODULES:
        if module.path in MAKERS:
            continue
        for name, call in _functions(module.tree):
            if not isinstance(call.func, ast.Name) or call.func.id not in CONSTRUCTORS:
                continue
            if isinstance(call.args[0], ast.Constant):
                continue
            if module.path == "render.py" and call.func.id == "laid_out":
                continue
            where = f"{module.path}:{call.lineno}: {ast.unparse(call)}"
            owner = _method(module.tree, call) or name
            assert owner in JUDGED.get(module.path, set()), where
            used.setdefault(module.path, set()).add(owner)
    assert used == JUDGED, "a judgement that is not needed any more"


def _method(tree: ast.Module, call: ast.Call) -> str | None:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for item in node.body:
                if isinstance(item, ast.FunctionDef) and call in ast.walk(item):
                    return item.name
    return None


def test_templates_of_code_are_literals() -> None:
    """`code(...)` and `join(...)` are given our own text: nothing formatted, nothing added up."""
    for module in MODULES:
        if "targets/python" not in module.path and module.path != "render.py":
            continue
        for node in _calls(module):
            if not isinstance(node.func, ast.Name) or node.func.id not in TEMPLATED:
                continue
            for text in _choices(node.args[0]):
                where = f"{module.path}:{node.lineno}: {ast.unparse(node)}"
                assert isinstance(text, ast.Constant | ast.Name), where


def _choices(text: ast.expr) -> Iterator[ast.expr]:
    """What `a if c else b` may be, or the expression itself."""
    if isinstance(text, ast.IfExp):
        yield from _choices(text.body)
        yield from _choices(text.orelse)
    else:
        yield text
