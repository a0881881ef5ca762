"""Takes the examples out of a rule's manual and runs them in a small workspace."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from truecopy import commands

TITLE = "title: Acme\n"
SERVERS = "servers: {live: {url: https://api.acme.example}}\n"
HEAD = "document: {title: Send}\n"
SHARED = frozenset({"title", "servers", "security"})
WHOLE = frozenset({"document", "operations", "schemas"})
_KEY = re.compile(r"([A-Za-z_]+):")
_FILE = re.compile(r"# (specs/\S+)\n", re.MULTILINE)


def examples(manual: str) -> tuple[str, str]:
    """The passing and the failing YAML of a manual."""
    match = re.search(r"Passes:\n\n(.*?)\nFails:\n\n(.*)", manual + "\n", re.DOTALL)
    assert match is not None, "a manual has 'Passes:' and 'Fails:'"
    return textwrap.dedent(match[1]), textwrap.dedent(match[2])


def findings(root: Path, example: str) -> set[str]:
    """The ids of what `check` finds in an example."""
    for name, text in files(example).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
    names = sorted(path.name for path in (root / "specs").iterdir())
    return {finding.rule for finding in commands.check(root, names)}


def files(example: str) -> dict[str, str]:
    """The files of an example: those that it names, and those that it takes for granted."""
    parts = _FILE.split(example)
    found = dict(zip(parts[1::2], parts[2::2], strict=True))
    if not found:
        shared, whole, operation = _sorted(example)
        found["specs/acme/api.yaml"] = shared
        found["specs/acme/send.yaml"] = _document(whole, operation)
    folder = next(iter(found)).rpartition("/")[0]
    if list(found) == [f"{folder}/api.yaml"]:
        found[f"{folder}/send.yaml"] = _document("", "")
    name = f"{folder}/api.yaml"
    text = found.get(name, "")
    lacking = [
        line for line in (TITLE, SERVERS) if line.partition(":")[0] + ":" not in text
    ]
    found[name] = text + "".join(lacking)
    return found


def _document(whole: str, operation: str) -> str:
    if "operations:" not in whole:
        base = "".join(
            f"{key}: {value}\n"
            for key, value in (("method", "POST"), ("path", "/parcels"))
            if not re.search(rf"^{key}:", operation, re.MULTILINE)
        )
        whole += "operations:\n  send:\n" + textwrap.indent(base + operation, "    ")
    return whole if "document:" in whole else HEAD + whole


def _sorted(example: str) -> tuple[str, str, str]:
    """Top-level keys by where they belong: api.yaml, the spec, or its one operation."""
    parts = {"shared": "", "whole": "", "operation": ""}
    into = "operation"
    for line in example.splitlines(keepends=True):
        match = _KEY.match(line)
        if match and line.startswith("servers: ["):
            into = "operation"
        elif match:
            into = "shared" if match[1] in SHARED else "operation"
            into = "whole" if match[1] in WHOLE else into
        parts[into] += line
    return parts["shared"], parts["whole"], parts["operation"]
