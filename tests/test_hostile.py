"""Hostile inputs are refused at their places, or become code that holds their texts and runs none."""

from __future__ import annotations

import ast
import functools
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import black
import pytest
from black.mode import TargetVersion
from hostile.corpus import cases
from truecopy import pipeline
from truecopy.code import LINE
from truecopy.diagnostics import Diagnostic
from truecopy.files.workspace import ApiFolder, SpecFile, read_templates
from workspaces import python

CASES = {case.name: case for case in cases()}
ACCEPTED = [name for name, case in CASES.items() if not case.refused]
REFUSED = [name for name, case in CASES.items() if case.refused]
COPIES = {"_runtime.py", "_webhooks.py", "testing.py"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a case."""

    findings: tuple[Diagnostic, ...]
    files: Mapping[str, bytes]

    @property
    def errors(self) -> set[tuple[str, str, int]]:
        """File, rule and line of each error."""
        return {
            (f.place.file.rpartition("/")[2], f.rule, f.place.line)
            for f in self.findings
            if f.severity == "error"
        }


@functools.cache
def outcome(name: str) -> Outcome:
    """Checks a case, and generates it when nothing stands in the way."""
    case = CASES[name]
    specs = [
        SpecFile(f"specs/{name}/{file}", file.removesuffix(".yaml"), text.encode())
        for file, text in sorted(case.files.items())
    ]
    root = next(spec for spec in specs if spec.stem == "api")
    folder = ApiFolder(name, root, tuple(spec for spec in specs if spec is not root))
    checked = pipeline.check(folder)
    if checked.api is None:
        return Outcome(checked.findings, {})
    generated = pipeline.generate(checked.api, read_templates(None))
    return Outcome((*checked.findings, *generated.findings), generated.files)


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    """Every error is at its place, and nothing is written."""
    found = outcome(name)
    assert found.errors == CASES[name].refused
    assert not found.files
    notes = {
        (note.place.file.rpartition("/")[2], note.place.line)
        for finding in found.findings
        for note in finding.notes
    }
    assert CASES[name].noted <= notes


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted(name: str) -> None:
    """Files are made, black leaves them alone, and they hold the texts as constants."""
    found = outcome(name)
    assert found.errors == set()
    assert found.files
    mode = black.Mode(line_length=LINE, target_versions={TargetVersion.PY311})
    constants: set[object] = set()
    for path, text in _own(found):
        if path.endswith(".py"):
            constants |= {
                n.value
                for n in ast.walk(ast.parse(text))
                if isinstance(n, ast.Constant)
            }
            assert (
                len(text) > 100_000 or black.format_str(text, mode=mode) == text
            ), path
        assert not re.search(
            r"[^\S\n ]|[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e]", text
        ), path
        assert not re.search(r'^ *("""|#: )?>>>', text, re.MULTILINE), path
    assert set(CASES[name].texts) <= constants


@pytest.mark.parametrize("name", [n for n in ACCEPTED if n.startswith("text_")])
def test_other_languages(name: str) -> None:
    """TOML gives the title back; Markdown holds no markup that the template did not bring."""
    found = outcome(name)
    title = " ".join(CASES[name].texts[0].split())
    project = tomllib.loads(found.files["pyproject.toml"].decode())["project"]
    assert title.rstrip(".!?:") in project["description"]
    readme = found.files["README.md"].decode()
    blocks = re.compile(r"^```python\n.*?^```\n", re.DOTALL | re.MULTILINE)
    prose, python = blocks.subn("", readme)
    assert python == 2 + ("## Webhooks" in readme)
    span = r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)|\\[!-/:-@\[-`{-~]"
    outside = re.sub(span, "x", prose)
    assert not re.search(
        r"<[a-z/!]|\]\(|https?://|www\.|^\s*(===|---)", outside.replace("|---|", "")
    )
    _, _, below = outside.partition("\n## Servers\n")
    rows = [line for line in below.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in rows} == {4}
    headings = [line for line in outside.splitlines() if line.startswith("#")]
    several = 9 - ("Rules" not in outside) + ("## Webhooks" in outside)
    assert len(headings) == several


def _own(found: Outcome) -> Iterator[tuple[str, str]]:
    """The files that are not the same for every API."""
    for path, data in found.files.items():
        if path.rpartition("/")[2] not in COPIES:
            yield path, data.decode()


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every accepted package side by side; they share one copy of the runtime."""
    root = tmp_path_factory.mktemp("packages")
    runtime = read_templates(None)["python/_runtime.py"]
    (root / "shared_runtime.py").write_bytes(runtime)
    names = _names(runtime.decode())
    shared = (
        "from shared_runtime import (\n"
        + "".join(f"    {n} as {n},\n" for n in names)
        + ")\n"
    )
    for name in ACCEPTED:
        for path, text in _own(outcome(name)):
            if path.startswith(f"{name}_client/"):
                target = root / path
                target.parent.mkdir(exist_ok=True)
                target.write_text(text, "utf-8", newline="\n")
        (root / f"{name}_client" / "_runtime.py").write_text(shared, "utf-8")
        webhooks = f"{name}_client/_webhooks.py"
        if webhooks in outcome(name).files:
            (root / webhooks).write_bytes(outcome(name).files[webhooks])
    return root


def _names(module: str) -> Sequence[str]:
    """The public names that a module binds at its top, or below an `if` there."""
    body = ast.parse(module).body
    body += [
        node
        for parent in body
        if isinstance(parent, ast.If)
        for node in (*parent.body, *parent.orelse)
    ]
    found: set[str] = set()
    for node in body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            found.add(node.name)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
        elif isinstance(node, ast.ImportFrom) and node.module == "msgspec":
            found |= {alias.asname or alias.name for alias in node.names}
    return sorted(
        name for name in found if not name.startswith("_") and name != "annotations"
    )


def test_types(packages: Path) -> None:
    """mypy --strict has nothing to say."""
    python(
        packages, "-m", "mypy", "--strict", "--config-file=", "--cache-dir=.mypy", "."
    )


def test_lint(packages: Path) -> None:
    """ruff has nothing to say with the rules of a distribution, names such as `l` aside."""
    project = tomllib.loads(outcome("yaml_words").files["pyproject.toml"].decode())
    rules = ",".join(project["tool"]["ruff"]["lint"]["select"])
    command = ("-m", "ruff", "check", "--isolated", "--select", rules)
    python(
        packages,
        *command,
        "--ignore",
        "E741,E743",
        "--per-file-ignores",
        "names_unicode*:I001",
        "--exclude",
        "*_runtime.py",
        ".",
    )


def test_imports_run_no_text(packages: Path) -> None:
    """Every public name is imported and every model read while an audit hook watches."""
    before = sorted(path.name for path in packages.iterdir())
    python(packages, str(Path(__file__).parent / "hostile" / "watch.py"))
    after = sorted(
        path.name for path in packages.iterdir() if path.name != "__pycache__"
    )
    assert after == before
