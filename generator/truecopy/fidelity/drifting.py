"""What a new version of a page changes, fact by fact, since a person last accepted it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from truecopy.diagnostics import Place
from truecopy.fidelity import lock as locks
from truecopy.fidelity.auditing import Audit, Fact, spelled
from truecopy.fidelity.claims import Claims, Pointer
from truecopy.fidelity.lock import Lock, dotted
from truecopy.fidelity.residue import Residue
from truecopy.records import record

Kind = Literal[
    "changed",
    "lost",
    "fewer",
    "mended",
    "removed",
    "added",
    "renamed",
    "wording",
    "truncated",
    "different",
]

# A page that keeps less than this share of what it listed is another page.
_SAME = 0.4
# So many facts that are gone are worth one finding.
_MANY = 4


@record
class Drift:
    """One change. `before` is the spec's value, `after` the page's; `offset` is in the page's text."""

    kind: Kind
    pointer: Pointer
    fact: str
    before: str
    after: str
    place: Place | None
    offset: int | None


def drift(audit: Audit, claims: Claims, locked: Lock) -> list[Drift]:
    """The changes of a page since its lock; none when only its layout differs."""
    if locks.signs_hash(audit) == locked.signs:
        return []
    alike = locks.page_hash(audit) == locked.page
    lost = _lost_fields(audit, locked)
    found = _facts(audit, locked, lost)
    gone = _other_page(audit, locked, lost, len(found))
    if gone is not None:
        return [gone]
    rest = locks.accepted(audit, locked)
    found += _fewer(audit, claims, locked, found)
    found, rest = _renamed(claims, locked, found, rest)
    found += [Drift("added", r.near, r.kind, "", r.text, None, r.start) for r in rest]
    return found if alike else found + _wording(audit, locked, found)


def _lost_fields(audit: Audit, locked: Lock) -> list[Fact]:
    known = {(pointer, kind) for pointer, kind, _ in locked.open}
    return [
        fact
        for fact in audit.facts
        if fact.kind in ("name", "status")
        and (
            fact.verdict == "not found"
            or (fact.verdict == "absent" and not fact.marked)
        )
        and (dotted(fact.pointer), fact.kind) not in known
    ]


def _other_page(
    audit: Audit, locked: Lock, lost: Sequence[Fact], changed: int
) -> Drift | None:
    """One finding in place of a hundred when the page was cut or is another one."""
    size = len(locks.essential(audit))
    if not size or (changed > _MANY and locks.is_part(audit, locked)):
        before, after = str(locked.size), str(size)
        end = len(audit.page.text)
        return Drift("truncated", ("document",), "document", before, after, None, end)
    names = [
        f for f in audit.facts if f.kind in ("name", "status") and f.state != "missing"
    ]
    if len(lost) > 2 and len(names) - len(lost) < len(names) * _SAME:
        before, after = f"{len(names)} names", f"{len(names) - len(lost)} names"
        return Drift("different", ("document",), "document", before, after, None, 0)
    return None


def _facts(audit: Audit, locked: Lock, lost: Sequence[Fact]) -> list[Drift]:
    known = {(pointer, kind): verdict for pointer, kind, verdict in locked.open}
    without = {fact.pointer for fact in lost}
    found: list[Drift] = []
    for fact in audit.facts:
        accepted = known.get((dotted(fact.pointer), fact.kind))
        soft = fact.verdict == "absent" and not fact.marked
        if not (locks.failing(fact) or soft) or accepted == fact.verdict:
            continue
        above = any(
            fact.pointer[:end] in without for end in range(1, len(fact.pointer))
        )
        if above:
            continue
        kind: Kind = "lost"
        if fact.verdict == "contradicted":
            kind = "changed"
        elif fact.verdict == "stale":
            kind = "mended"
        elif fact.kind in ("name", "status"):
            kind = "removed"
        before, after = spelled(fact.value), fact.after
        if fact.verdict == "not found" and fact.after:
            # The other reading of a fact that the page states in two ways.
            before, after = fact.after, ""
        found.append(_of(kind, fact, before, after))
    return found


def _of(kind: Kind, fact: Fact, before: str, after: str) -> Drift:
    return Drift(kind, fact.pointer, fact.kind, before, after, fact.place, fact.offset)


def _fewer(
    audit: Audit, claims: Claims, locked: Lock, found: Sequence[Drift]
) -> list[Drift]:
    """Facts and fields that the page still has, but not at all the places where it had them."""
    known = {dotted(each.pointer) for each in found}
    above = {
        dotted(each.pointer[:end])
        for each in found
        for end in range(1, len(each.pointer))
    }
    out: list[Drift] = []
    for fact in audit.facts:
        name = dotted(fact.pointer)
        before = locked.counts.get(name, 1)
        if fact.verdict == "found" and fact.count < before and name not in known:
            out.append(_of("fewer", fact, spelled(fact.value), ""))
    now = {dotted(window.pointer) for window in audit.windows}
    for field in claims.fields:
        name = dotted(field.pointer)
        if name in locked.nodes and name not in now | known | above:
            known.add(name)
            out.append(
                Drift("fewer", field.pointer, "name", field.name, "", field.place, None)
            )
    return out


def _renamed(
    claims: Claims, locked: Lock, found: list[Drift], rest: list[Residue]
) -> tuple[list[Drift], list[Residue]]:
    """A field that is gone and one that came in its place are one change."""
    order = list(locked.nodes)
    out: list[Drift] = []
    for each in found:
        name = dotted(each.pointer)
        if each.kind == "removed" and each.fact == "name" and name in order:
            at = order.index(name)
            before = {order[i] for i in range(max(0, at - 2), at)}
            new = next(
                (
                    r
                    for r in rest
                    if r.kind == "field"
                    and (
                        dotted(r.near) in before
                        or at == 0
                        or _section(claims, each.pointer, r)
                    )
                ),
                None,
            )
            if new is not None:
                rest = [r for r in rest if r is not new]
                out.append(
                    Drift(
                        "renamed",
                        each.pointer,
                        "name",
                        each.before,
                        new.text,
                        each.place,
                        new.start,
                    )
                )
                continue
        out.append(each)
    return out, rest


def _section(claims: Claims, pointer: Pointer, residue: Residue) -> bool:
    """Whether a field that came stands in the list that one is gone from, which has no other before it."""
    for field in claims.fields:
        if field.pointer == pointer:
            return claims.sections[field.section].pointer == residue.near
    return False


def _wording(audit: Audit, locked: Lock, found: Sequence[Drift]) -> list[Drift]:
    """Nodes of which the page says something else, where no fact explains it."""
    explained = {
        dotted(each.pointer[:end])
        for each in found
        for end in range(1, len(each.pointer) + 1)
    }
    out: list[Drift] = []
    first = {window.pointer: window.spans[0][0] for window in audit.windows}
    for pointer, digest in locks.hashes(audit).items():
        name = dotted(pointer)
        if name in explained or locked.nodes.get(name) == digest:
            continue
        if name not in locked.nodes and found:
            continue
        out.append(
            Drift("wording", pointer, "description", "", "", None, first[pointer])
        )
    if not out and not found:
        out.append(Drift("wording", ("document",), "description", "", "", None, 0))
    return out
