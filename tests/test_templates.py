"""A workspace's own templates win file by file, and their faults are findings at their place."""

from __future__ import annotations

from pathlib import Path

import pytest
from truecopy import commands
from truecopy.code import LINE

MODULE = "templates/python/module.py.jinja"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "templates" / "python").mkdir(parents=True)
    assert commands.new(tmp_path, "acme")[0] == ()
    return tmp_path


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (b"{{ view.doc }}\n{{ view.nope }}\n", 2, "nope"),
        (b"{{ view.doc }}\n{% for x in %}\n", 2, "Expected an expression"),
        (b"{{ view.models[0].x() }}\n", 1, "no attribute 'x'"),
        (b"ok\n\xff", 2, "not UTF-8"),
        (b'{{ "text" }}\n', 1, "which is not code"),
        (b"{{ view.doc }}\n)\n", 1, "does not compile"),
    ],
)
def test_a_faulty_template_is_a_finding(
    root: Path, text: bytes, line: int, message: str
) -> None:
    (root / MODULE).write_bytes(text)
    outcome = commands.generate(root, ["acme"], everything=True, force=False)
    (found,) = [f for f in outcome.findings if f.severity == "error"]
    assert (found.place.file, found.place.line, found.rule) == (
        MODULE,
        line,
        "template",
    )
    assert message in found.message
    assert not (root / "generated").exists() or not list((root / "generated").iterdir())


def test_an_own_template_wins(root: Path) -> None:
    (root / MODULE).write_text("{{ view.doc }}\n\nMINE = True\n", "utf-8")
    outcome = commands.generate(root, ["acme"], everything=True, force=False)
    assert [f for f in outcome.findings if f.severity == "error"] == []
    module = root / "generated" / "acme" / "acme_client" / "update_thing.py"
    assert module.read_text("utf-8").endswith("\nMINE = True\n")


def test_an_own_template_may_use_all_that_jinja_has(root: Path) -> None:
    text = "{{ view.doc }}\n{% set seen = namespace(n=0) %}{% for _ in range(3) %}{% set seen.n = seen.n + 1 %}{% endfor %}"
    (root / MODULE).write_text(
        text + "{% if seen.n == 3 %}\nMINE = 3\n{% endif %}", "utf-8"
    )
    outcome = commands.generate(root, ["acme"], everything=True, force=False)
    assert [f for f in outcome.findings if f.severity == "error"] == []
    module = root / "generated" / "acme" / "acme_client" / "update_thing.py"
    assert module.read_text("utf-8").endswith("\nMINE = 3\n")


def test_no_line_of_a_template_is_too_long() -> None:
    """A single one has black called for every file that is made from it."""
    own = Path(__file__).parent.parent / "templates" / "python"
    lines = [line for file in own.glob("*.py.jinja") for line in file.open()]
    long = [line for line in lines if len(line.rstrip()) > LINE and "{" not in line]
    assert [line for line in long if line.strip()[:3] != '"""'] == []
