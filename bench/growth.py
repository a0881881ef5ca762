"""How long an audit takes, and how that grows: a page and its spec, once and repeated under other names."""

from __future__ import annotations

import math
import re
import tempfile
import time
from collections.abc import Collection
from io import StringIO
from pathlib import Path

import yaml
from measuring import table, verdict
from transcript import read
from truecopy import commands

TIMES = (1, 2, 4, 8)
SECONDS = 1.0
NOISE = 1.2
_LEFT_OUT = ("evidence", "examples", "rules")
_STANDARD = ("type", "in", "method", "format")
_NAMED = ("operations", "parameters", "properties", "headers")


def measure(specs: Path, page: Path) -> None:
    """Prints a table of one page's audit."""
    with tempfile.TemporaryDirectory(prefix="truecopy-bench-") as name:
        costs = [_audited(Path(name) / str(n), specs, page, n) for n in TIMES]
    size = page.stat().st_size
    rows: list[dict[str, str]] = []
    for times, cost in zip(TIMES, costs, strict=True):
        budget = times * math.log(times * size) / math.log(size)
        ratio = cost / costs[0]
        first = times == 1
        rows.append({
            "page": f"{page.name}, {times} times", "CPU s": f"{cost:.3f}", "ratio": f"{ratio:.1f}",
            "budget": f"{SECONDS:.0f} s" if first else f"{budget:.1f}",
            "": verdict(cost, SECONDS) if first else verdict(ratio, budget * NOISE),
        })  # fmt: skip
    table(
        "audit of the largest page, without evidence, examples and rules; the budget is n log n",
        rows,
    )
    print(f"\nOf a ratio, up to {NOISE} times its budget counts as noise.")  # fmt: skip


def _audited(home: Path, specs: Path, page: Path, times: int) -> float:
    """CPU seconds of the quickest of several audits."""
    api = specs.name
    folder = home / "specs" / api
    folder.mkdir(parents=True)
    (home / "documents" / api).mkdir(parents=True)
    (folder / "api.yaml").write_bytes((specs / "api.yaml").read_bytes())
    spec = specs / f"{page.stem}.yaml"
    said = read(specs, page.stem)
    names = {field.name for field in said.fields}
    paths = [fact.value for fact in said.literals if fact.key == "path"]
    suffixes = ["", *(f"_{n}" for n in range(2, times + 1))]
    pages: list[str] = []
    for suffix in suffixes:
        text = _words(page.read_text("utf-8"), names, suffix)
        for path in paths:
            here = _words(path, names, suffix)
            text = text.replace(here, here + _segment(suffix))
        pages.append(text)
    (folder / spec.name).write_text(_repeated(spec, names, suffixes), "utf-8")
    (home / "documents" / api / page.name).write_text("\n\n".join(pages), "utf-8")
    costs: list[float] = []
    for _ in range(5):
        start = time.process_time()
        done = commands.audit(home, [api], home / "documents", False)
        costs.append(time.process_time() - start)
        if not any(each.document.name == page.stem for each in done.documents):
            raise SystemExit(f"the repeated page has no audit: {done.findings[:3]}")
    return min(costs)


def _segment(suffix: str) -> str:
    return f"/copy{suffix}" if suffix else ""


def _words(text: str, names: Collection[str], suffix: str) -> str:
    longest = sorted(names, key=lambda name: (-len(name), name))
    shown = "|".join(map(re.escape, longest))
    return re.sub(rf"(?<![\w-])({shown})(?![\w-])", rf"\1{suffix}", text)


def _repeated(spec: Path, names: Collection[str], suffixes: Collection[str]) -> str:
    """The spec with each operation and schema once for each suffix."""
    text = spec.read_text("utf-8")
    whole = yaml.compose(text, yaml.SafeLoader)
    assert isinstance(whole, yaml.MappingNode)
    _leave_out(whole)
    for key, node in whole.value:
        if key.value in ("operations", "schemas"):
            copies: list[tuple[yaml.Node, yaml.Node]] = []
            for suffix in suffixes:
                copy = _section(text, key.value)
                _leave_out(copy)
                _rename(copy, names, suffix, key.value)
                copies += copy.value
            node.value = copies
    written = StringIO()
    dumper = yaml.SafeDumper(written, allow_unicode=True)
    dumper.open()
    dumper.serialize(whole)
    dumper.close()
    return written.getvalue()


def _section(text: str, name: str) -> yaml.MappingNode:
    whole = yaml.compose(text, yaml.SafeLoader)
    assert isinstance(whole, yaml.MappingNode)
    node = next(node for key, node in whole.value if key.value == name)
    assert isinstance(node, yaml.MappingNode)
    return node


def _leave_out(node: yaml.Node) -> None:
    if isinstance(node, yaml.MappingNode):
        node.value = [(k, v) for k, v in node.value if k.value not in _LEFT_OUT]
        for _, inner in node.value:
            _leave_out(inner)
    elif isinstance(node, yaml.SequenceNode):
        for inner in node.value:
            _leave_out(inner)


def _rename(node: yaml.Node, names: Collection[str], suffix: str, above: str) -> None:
    """Other names of fields, operations and schemas, and of what refers to them."""
    if isinstance(node, yaml.MappingNode):
        for key, inner in node.value:
            _rename(inner, names, suffix, key.value)
            if above == "schemas":
                key.value += suffix.strip("_")
            elif above in _NAMED:
                key.value += suffix
    elif isinstance(node, yaml.SequenceNode):
        for inner in node.value:
            _rename(inner, names, suffix, above)
    elif isinstance(node, yaml.ScalarNode):
        if above in ("type", "items", "schema") and node.value[:1].isupper():
            node.value += suffix.strip("_")
        elif above not in _STANDARD:
            node.value = _words(node.value, names, suffix)
            node.value += _segment(suffix) if above == "path" else ""
