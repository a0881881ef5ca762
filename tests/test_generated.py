"""What stands in generated/: up to date, and held to its documents by its own tests."""

from __future__ import annotations

import ast
import importlib
import re
import sys
from pathlib import Path

import pytest
from truecopy import commands
from truecopy.files import workspace
from workspaces import own_tests

ROOT = Path(__file__).resolve().parent.parent
APIS = workspace.api_names(ROOT)


def test_generated_is_what_the_specs_say() -> None:
    outcome = commands.generate_check(ROOT, APIS, everything=True, diff=False)
    assert [f for f in outcome.findings if f.severity != "note"] == []


@pytest.mark.parametrize("api", APIS)
def test_type_checkers_and_python_see_the_same_names(
    api: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Type checkers see what each module of the package's `import *` makes public."""
    monkeypatch.setattr(sys, "path", [str(ROOT / "generated" / api), *sys.path])
    package = importlib.import_module(f"{api}_client")
    seen: set[str] = set()
    source = Path(str(package.__file__)).read_text("utf-8")
    for name in re.findall(r"from (\.\w+) import \*", source):
        module = importlib.import_module(name, package.__name__)
        own = [n for n in vars(module) if n[0] != "_" and n not in _IMPORTED]
        seen |= set(getattr(module, "__all__", own))
    assert seen == set(package.__all__) <= set(dir(package))
    for name in seen:
        assert getattr(package, name) is not None


@pytest.mark.parametrize("api", APIS)
def test_the_readme_of_a_package_names_what_is_there(
    api: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [str(ROOT / "generated" / api), *sys.path])
    package = importlib.import_module(f"{api}_client")
    testing = importlib.import_module(f"{api}_client.testing")
    text = (ROOT / "generated" / api / "README.md").read_text("utf-8")
    calls, _, _ = text.partition("\n## Servers\n")
    sample, _, _ = text.partition("```python\n")[2].partition("```")
    imports = ast.parse(sample).body[0]
    assert isinstance(imports, ast.ImportFrom)
    assert {each.name for each in imports.names} <= {*dir(package)}
    assert "=..." not in sample
    named = set(re.findall(r"[`=]([A-Z][a-z]+[A-Za-z]*)\b", calls))
    assert {"RequestInvalid", "NotFound", "HttpxTransport", "Replay"} <= named
    assert {n for n in named if n not in dir(package)} <= {*dir(testing), *_STANDARD}


# Names that are no package's.
_STANDARD = frozenset({"None", "False", "Retry"})

# What a module of models imports, which `import *` leaves out where a package is typed.
_IMPORTED = frozenset(
    {"annotations", "Annotated", "Literal", "TypeAlias", "msgspec", "rt"}
)


@pytest.mark.parametrize("api", APIS)
def test_generated_tests_pass(api: str) -> None:
    """The specs and the clients agree."""
    own_tests(ROOT / "generated" / api)
