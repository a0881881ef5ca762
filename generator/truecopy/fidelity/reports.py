"""Audits and drift in the forms that people and programs read; all but Markdown and JSON are of findings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import cast

from truecopy.diagnostics import (
    Diagnostic,
    Note,
    Place,
    Severity,
    as_json,
    shown,
    visible,
)
from truecopy.fidelity import Audited, Drifted
from truecopy.fidelity.auditing import Fact, spelled
from truecopy.fidelity.drifting import Drift
from truecopy.fidelity.lock import dotted, failing

_MARKDOWN_LIMIT = 65_536
# The place in the spec, the place on the page, what it is, the sentence; operations and generated names.
_AuditRow = tuple[str, str, str, str]
_DriftRow = tuple[str, str, str, str, str, str]
_ADDRESS = re.compile(r"https?://[\w./~%?=&:#+,-]+", re.ASCII)

_AUDIT_RULES = {
    "not found": ("audit-not-found", "the page does not say so"),
    "contradicted": ("audit-contradicted", "the page says something else"),
    "stale": ("audit-stale", "marked as missing, but the page has it"),
}
_RESIDUE = {
    "field": "the page lists {text}, and the spec does not",
    "value": "the page has the value {text}, and the spec does not",
    "name": "the page speaks of {text}, and the spec does not",
    "number": "the page has the number {text}, and the spec does not",
    "address": "the page has the address {text}, and the spec does not",
    "method": "the page has the method {text}, and the spec does not",
    "date": "the page says that something goes on {text}, and the spec does not",
    "mark": "the page says {text} here, and the spec does not",
}
_DRIFT = {
    "changed": "the page now says {after} instead of {before}",
    "lost": "the page no longer says {before}",
    "fewer": "the page no longer says {before} at each place where it did",
    "mended": "the page now says what was marked as missing: {before}",
    "removed": "the page no longer has {before}",
    "added": "the page now has {after}",
    "renamed": "the page now calls {before} {after}",
    "wording": "the page says this in other words",
    "truncated": "the page was cut: {after} of {before} letters and digits are left",
    "different": "this is not the same document: of {before}, {after} are on it",
}


def audit_findings(audited: Iterable[Audited]) -> Iterator[Diagnostic]:
    """What a person has to look at, at the spec's line, with the page's."""
    for each in audited:
        for fact in each.open:
            rule, why = _AUDIT_RULES[fact.verdict]
            message = f"{_named(fact)}: {_instead(fact) or why}"
            yield Diagnostic(fact.place, "error", rule, message, _at(each, fact.offset))
        for rest in each.unaccounted:
            message = _RESIDUE[rest.kind].format(text=shown(rest.text))
            yield Diagnostic(
                each.place(rest.near),
                "warning",
                f"audit-residue-{rest.kind}",
                message,
                _at(each, rest.start),
            )


def _named(fact: Fact) -> str:
    return f"{fact.kind} {shown(spelled(fact.value))}"


def _at(each: Audited | Drifted, offset: int | None) -> tuple[Note, ...]:
    if offset is None:
        return ()
    line, column = each.page.where(offset)
    return (Note(Place(each.file, line, column), "here on the page"),)


def drift_findings(drifted: Iterable[Drifted]) -> Iterator[Diagnostic]:
    """Changes of pages, at the spec's line, with the page's."""
    for each in drifted:
        for change in each.drift:
            message = told(change)
            symbols = each.symbols(change.pointer)
            if symbols:
                message += f" ({', '.join(symbols)})"
            severity: Severity = "warning" if change.kind == "wording" else "error"
            yield Diagnostic(
                each.place(change),
                severity,
                f"drift-{change.kind}",
                message,
                _at(each, change.offset),
            )


def told(change: Drift) -> str:
    """A change in a sentence."""
    what = (
        ""
        if change.kind in ("truncated", "different")
        else f"{dotted(change.pointer)} {change.fact}: "
    )
    return what + _DRIFT[change.kind].format(
        before=shown(change.before), after=shown(change.after)
    )


def _diagnostics(findings: Sequence[Diagnostic]) -> list[object]:
    """What kept a document from being read, as `check` prints it."""
    return cast("list[object]", json.loads(as_json(findings))["diagnostics"])


def audit_json(audited: Sequence[Audited], findings: Sequence[Diagnostic]) -> str:
    """The stable form for programs, `truecopy.audit/1`."""
    documents: list[dict[str, object]] = []
    for each in audited:
        page = each.page
        facts: list[dict[str, object]] = []
        for fact in each.audit.facts:
            line, column = (
                page.where(fact.offset) if fact.offset is not None else (None, None)
            )
            facts.append(
                {
                    "pointer": _pointer(fact.pointer),
                    "fact": fact.kind,
                    "value": fact.value,
                    "state": fact.state,
                    "verdict": fact.verdict,
                    "line": line,
                    "column": column,
                    "spec_line": fact.place.line,
                }
            )
        rest: list[dict[str, object]] = []
        for residue in each.unaccounted:
            line, column = page.where(residue.start)
            rest.append(
                {
                    "text": residue.text,
                    "kind": residue.kind,
                    "line": line,
                    "column": column,
                    "near": _pointer(residue.near),
                }
            )
        documents.append(
            {
                "api": each.api,
                "spec": each.document.origin.place.file,
                "document": each.file,
                "facts": facts,
                "unaccounted": rest,
                "evidenced": _known(each),
                "claimed": len(facts),
                "accounted": each.audit.seen - len(each.audit.residue),
                "found": each.audit.seen,
            }
        )
    data = {
        "format": "truecopy.audit/1",
        "documents": documents,
        "diagnostics": _diagnostics(findings),
    }
    return json.dumps(data, indent=2) + "\n"


def drift_json(drifted: Sequence[Drifted], findings: Sequence[Diagnostic]) -> str:
    """The stable form for programs, `truecopy.drift/1`."""
    documents: list[dict[str, object]] = []
    for each in drifted:
        changes: list[dict[str, object]] = []
        for change in each.drift:
            line, column = (
                each.page.where(change.offset)
                if change.offset is not None
                else (None, None)
            )
            changes.append(
                {
                    "kind": change.kind,
                    "pointer": _pointer(change.pointer),
                    "fact": change.fact,
                    "operation": each.operation(change.pointer),
                    "symbols": list(each.symbols(change.pointer)),
                    "before": change.before,
                    "after": change.after,
                    "line": line,
                    "column": column,
                    "spec_line": each.place(change).line,
                }
            )
        documents.append(
            {
                "api": each.api,
                "spec": each.document.origin.place.file,
                "document": each.file,
                "findings": changes,
            }
        )
    data = {
        "format": "truecopy.drift/1",
        "documents": documents,
        "diagnostics": _diagnostics(findings),
    }
    return json.dumps(data, indent=2) + "\n"


def _pointer(pointer: tuple[str, ...]) -> str:
    """A JSON Pointer (RFC 6901)."""
    return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in pointer)


def audit_text(audited: Sequence[Audited]) -> str:
    """For people: what fails of each document, aligned, with the spec's line and the page's; a summary first."""
    out: list[str] = []
    for each in audited:
        page = visible(each.page.name)
        out.append(
            f"{each.api}/{each.document.name}: {_evidenced(each)} in {page}; {_rest(each)}"
        )
        out += _aligned(_audit_rows(each))
    return "\n".join(out) + "\n"


def _audit_rows(each: Audited) -> list[_AuditRow]:
    rows = [
        (
            _where(fact.place),
            _line(each, fact.offset),
            fact.verdict,
            ", ".join(
                filter(
                    None, [f"{dotted(fact.pointer)}: {_named(fact)}", _instead(fact)]
                )
            ),
        )
        for fact in each.open
    ]
    return rows + [
        (
            _where(each.place(rest.near)),
            _line(each, rest.start),
            f"unaccounted {rest.kind}",
            f"{shown(rest.text)} near {dotted(rest.near) or 'the top'}",
        )
        for rest in each.unaccounted
    ]


def _where(place: Place) -> str:
    return f"{place.file}:{place.line}"


def _instead(fact: Fact) -> str:
    if not fact.after:
        return ""
    if fact.verdict == "not found":
        return f"the page does not have the other reading, {shown(fact.after)}"
    return f"the page says {shown(fact.after)}"


def _evidenced(each: Audited) -> str:
    return f"{_known(each)} of {len(each.audit.facts)} facts have their evidence"


def _known(each: Audited) -> int:
    return sum(not failing(fact) for fact in each.audit.facts)


def _rest(each: Audited) -> str:
    accepted = len(each.audit.residue) - len(each.unaccounted)
    words = f"{len(each.unaccounted)} unaccounted"
    return f"{words}, {accepted} accepted" if accepted else words


def _line(each: Audited | Drifted, offset: int | None) -> str:
    if offset is None:
        return "-"
    line, column = each.page.where(offset)
    return f"page:{line}:{column}"


def _aligned(rows: Sequence[_AuditRow]) -> Iterator[str]:
    widths = [max(len(row[i]) for row in rows) for i in range(3)] if rows else []
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        yield "  " + "  ".join([*cells, row[3]]).rstrip()


def drift_text(drifted: Sequence[Drifted]) -> str:
    """For people: what changed in each page, aligned, with what depends on it."""
    out: list[str] = []
    for each in drifted:
        count = len(each.drift)
        words = f"{count} change{'s' if count != 1 else ''}"
        out.append(
            f"{each.api}/{each.document.name}: {words if count else 'nothing changed'} in {visible(each.file)}"
        )
        out += _aligned(
            [
                (spec, page, kind, what + (f"  [{symbols}]" if symbols else ""))
                for spec, page, kind, what, _, symbols in _drift_rows(each)
            ]
        )
    return "\n".join(out) + "\n"


def _drift_rows(each: Drifted) -> list[_DriftRow]:
    return [
        (
            _where(each.place(change)),
            _line(each, change.offset),
            change.kind,
            told(change),
            each.operation(change.pointer),
            ", ".join(each.symbols(change.pointer)),
        )
        for change in each.drift
    ]


def audit_markdown(audited: Sequence[Audited], findings: Sequence[Diagnostic]) -> str:
    """For a pull request: a table for each document."""
    blocks: list[str] = ["# Audit\n", *_not_compared(findings)]
    for each in audited:
        blocks.append(
            f"\n## {each.api}/{each.document.name}\n\n{_evidenced(each)}; {_rest(each)}.\n"
        )
        blocks += _table(("spec", "page", "verdict", "what"), _audit_rows(each))
    return _cut(blocks)


def drift_markdown(drifted: Sequence[Drifted], findings: Sequence[Diagnostic]) -> str:
    """For a pull request or an issue: what changed, where, and what depends on it."""
    blocks: list[str] = ["# Changes of documents\n", *_not_compared(findings)]
    head = ("spec", "page", "change", "what", "operation", "depends on it")
    for each in drifted:
        if each.drift:
            blocks.append(
                f"\n## {each.api}/{each.document.name}\n\n{_linked(each.file)}\n"
            )
            blocks += _table(head, _drift_rows(each))
    if len(blocks) == 1:
        blocks.append("\nNothing changed.\n")
    return _cut(blocks)


def _not_compared(findings: Sequence[Diagnostic]) -> list[str]:
    """What kept documents from being compared."""
    rows = [(_where(each.place), each.severity, each.message) for each in findings]
    blocks = _table(("where", "severity", "what"), rows)
    return ["\n## Not compared\n", *blocks] if blocks else []


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    if not rows:
        return []
    lines = ["\n" + _row(head), _row(["---"] * len(head))]
    return lines + [_row([_cell(cell) for cell in row]) for row in rows]


def _linked(file: str) -> str:
    """The page, as a link where it was fetched."""
    return f"<{file}>" if _ADDRESS.fullmatch(file) else _cell(file)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |\n"


def _cell(text: str) -> str:
    plain = visible(text)
    for sign in "\\`*_[]<>|#@":
        plain = plain.replace(
            sign, f"&#{ord(sign)};" if sign in "<>|@" else f"\\{sign}"
        )
    return plain


def _cut(blocks: Sequence[str]) -> str:
    """The text within what GitHub takes; what does not fit is counted."""
    out: list[str] = []
    size = 0
    for index, block in enumerate(blocks):
        size += len(block)
        if size > _MARKDOWN_LIMIT - 200:
            rest = sum(block.startswith("| ") for block in blocks[index:])
            return "".join(out) + f"\n{rest} more rows did not fit.\n"
        out.append(block)
    return "".join(out)
