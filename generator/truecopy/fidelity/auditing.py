"""Is a spec a true copy of its page: a verdict for each fact, and what no fact accounts for."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Literal

from truecopy.diagnostics import Place
from truecopy.fidelity import gluing, listing, literals, residue
from truecopy.fidelity.claims import Claim, Claims, Field, Pointer
from truecopy.fidelity.claims import Sample as Shown
from truecopy.fidelity.comparing import as_json, as_node, is_checkable, same
from truecopy.fidelity.judging import (
    COUNTS,
    LOWER,
    NOWHERE,
    READ,
    TOP,
    UPPER,
    Found,
    Judge,
)
from truecopy.fidelity.pages import Page
from truecopy.fidelity.placing import Owners, Places, Window
from truecopy.fidelity.readings import families
from truecopy.fidelity.residue import Residue
from truecopy.fidelity.samples import Sample, leaves
from truecopy.fidelity.spans import Span, merged
from truecopy.ir import State
from truecopy.records import record
from truecopy.source import Node

Verdict = Literal["found", "not found", "contradicted", "stale", "absent"]


@record
class Fact:
    """One fact of the spec and what the page says of it.

    `verdict` is `absent` for a fact that is marked as missing and is; `marked` tells its own mark from
    that of what it belongs to. `after` is the page's value where it contradicts, and the other reading
    that is not there where a conflicting fact is `not found`. `count` is the number of places of a fact
    that stands for itself.
    """

    pointer: Pointer
    kind: str
    value: Node
    state: State
    verdict: Verdict
    place: Place
    offset: int | None
    after: str
    marked: bool
    count: int


def spelled(value: Node) -> str:
    """A value of a spec in one line: a text as it is, all else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@record
class Audit:
    """What is known of one page and its spec; `seen` is how much on the page looks like a fact."""

    page: Page
    facts: tuple[Fact, ...]
    residue: tuple[Residue, ...]
    windows: tuple[Window, ...]
    counters: tuple[Span, ...]
    seen: int


def audit(page: Page, claims: Claims) -> Audit:
    """Compares a page with what a spec says of it."""
    places = Places(page, claims)
    loose = gluing.loosened(page, places.heads)
    if loose is not page:
        places = Places(loose, claims)
    places.lay()
    return _Audit(places, claims, loose is not page).whole()


# Facts that may be said in words which no rule reads.
_IN_WORDS = {
    "pattern",
    "minLength",
    "maxLength",
    "minItems",
    "uniqueItems",
    "readOnly",
    "writeOnly",
}
_CREDENTIALS = re.compile(
    r"authori[sz]ation|access token|api[ -]?key|credential|bearer|basic auth"
)


class _Audit:
    """The outcomes for every claim, as they come in, and what they leave over."""

    def __init__(self, places: Places, claims: Claims, loosened: bool) -> None:
        self.places, self.claims, self.loosened = places, claims, loosened
        self.judge = Judge(places, loosened)
        self.used = self.judge.used
        self.used += places.used
        self.evidence: set[Span] = set()
        self.found: dict[tuple[Pointer, str], tuple[Claim, list[Found]]] = {}
        self.extra: list[Residue] = []

    def whole(self) -> Audit:
        places = self.places
        for number, field in enumerate(self.claims.fields):
            self._field(number, field)
        for claim in self.claims.facts:
            self._note(claim, self.judge.fact(claim))
        for shown in self.claims.samples:
            self._sample(shown)
        facts = self._facts()
        self._strangers()
        windows = places.partition()
        looks = residue.look_alikes(places.text)
        rest = residue.residue(
            places.text,
            looks,
            self.used,
            self.claims.prose,
            Owners(windows).of,
            places.spans,
            self.loosened,
        )
        extra = [e for e in self.extra if (e.start, e.end) not in self.evidence]
        return Audit(
            places.page,
            facts,
            tuple(sorted({*extra, *rest}, key=lambda r: (r.start, r.end, r.text))),
            windows,
            tuple(places.counters()),
            len(looks) + sum(len(s.members) for s in places.samples),
        )

    # Looking for claims.

    def _note(self, claim: Claim, found: Found) -> None:
        key = claim.pointer, claim.kind
        entry = self.found.setdefault(key, (claim, []))
        if entry[0].state == "missing" and claim.state != "missing":
            entry = self.found[key] = (claim, entry[1])
        if found.span is not None:
            self.used.append(found.span)
            if found.verdict == "found":
                self.evidence.add(found.span)
        entry[1].append(found)

    def _field(self, number: int, field: Field) -> None:
        places = self.places
        windows, members = places.defined[number], places.shown[number]
        said: list[Span] = []
        if not windows and not members:
            mention = places.mention(field)
            if mention:
                places.names[number].append(mention)
                said = [places.sentence(mention)]
        said += places.mentions(field, bool(windows))
        for claim in field.claims:
            if claim.kind == "name":
                where = [*places.names[number], *(member.key for member in members)]
                where = where or places.below(field)
                name = Found("found", where[0], count=len(where)) if where else NOWHERE
                self._note(claim, name)
                continue
            results = [self.judge.claim(claim, window) for window in windows]
            results += [self.judge.member(claim, member) for member in members]
            results = [result for result in results if result.span is not None]
            if not results and claim.state != "missing":
                there = (self.judge.claim(claim, span) for span in said)
                results = [result for result in there if result.verdict == "found"][:1]
            if not results and claim.state != "missing":
                sent = self.judge.call(claim, field.name, places.kind(field))
                results = [sent] if sent.span else []
            if not results and claim.value == "object":
                results = [Found("found", span) for span in places.inside(field)[:1]]
            for result in results or [NOWHERE]:
                self._note(claim, result)
        self._unclaimed(field, windows)

    def _sample(self, shown: Shown) -> None:
        """Each value of a sample of the spec against the page's sample that is most like it."""
        here = dict(leaves(as_json(shown.value)))
        best: Sample | None = None
        most = -1.0
        for sample, section in zip(
            self.places.samples, self.places.belongs, strict=True
        ):
            if section == shown.section:
                there = dict(leaves(sample.value))
                alike = sum(
                    same(there[p], v) + 0.1 for p, v in here.items() if p in there
                )
                alike -= 0.05 * len(there)
                if alike > most:
                    best, most = sample, alike
        there = {} if best is None else dict(leaves(best.value))
        for path, value in here.items():
            state = shown.states.get(path, shown.states.get((), "stated"))
            pointer = (*shown.pointer, *path)
            claim = Claim(
                pointer, "example", as_node(value), shown.place, state, True, ()
            )
            self._note(claim, self.judge.leaf(best, there, path, value))

    # From places to facts.

    def _facts(self) -> tuple[Fact, ...]:
        facts: list[Fact] = []
        for (pointer, kind), (claim, results) in self.found.items():
            verdict, span, after = self._verdict(claim, results)
            offset = span[0] if span else None
            facts.append(
                Fact(
                    pointer,
                    kind,
                    claim.value,
                    claim.state,
                    verdict,
                    claim.place,
                    offset,
                    after,
                    claim.marked,
                    max(result.count for result in results),
                )
            )
        return tuple(sorted(facts, key=lambda f: (f.place, f.pointer, f.kind)))

    def _verdict(
        self, claim: Claim, results: Sequence[Found]
    ) -> tuple[Verdict, Span | None, str]:
        """One verdict from all places, by how the page is said to support the fact."""
        good = next((r for r in results if r.verdict == "found"), None)
        bad = next((r for r in results if r.verdict == "contradicted"), None)
        if claim.state == "missing":
            if good is None or good.span == TOP or claim.kind == "rule":
                return "absent", None, ""
            return ("stale" if claim.marked else "found"), good.span, ""
        if claim.state == "conflicting":
            if bad is not None and claim.kind == "type":
                # The page says a third thing, which neither reading is.
                now = families(bad.after.lower())[0]
                known = "|".join(map(str, (claim.value, *claim.also))).split("|")
                plain = now != "string" or "string" in bad.after.lower()
                if now not in known and plain:
                    return "contradicted", bad.span, bad.after
            good = good or self._anywhere(claim)
            if good is None:
                return self._lost(claim), None, ""
            for other in claim.also:
                if is_checkable(claim.kind, other) and not self.judge.reads(
                    other, claim
                ):
                    return "not found", good.span, spelled(other)
            return "found", good.span, ""
        if good is None and claim.state == "inferred" and claim.kind == "example":
            good = self._anywhere(claim)
        if bad is not None and not (claim.state == "inferred" and good):
            return "contradicted", bad.span, bad.after
        if good is None and claim.marked:
            good = self._anywhere(claim)
        if good is None and claim.state == "inferred":
            good = self._around(claim)
        return ("found", good.span, "") if good else (self._lost(claim), None, "")

    def _lost(self, claim: Claim) -> Verdict:
        """Not found; or absent, as what is said of a field that the page is known to leave out."""
        entry = self._field_of(claim.pointer[:-1])
        if entry is None or entry[0].state != "missing":
            return "not found"
        return "not found" if any(r.verdict == "found" for r in entry[1]) else "absent"

    def _field_of(self, pointer: Pointer) -> tuple[Claim, list[Found]] | None:
        """The name of the innermost field, or the status of the answer, around a node."""
        for end in range(len(pointer), 0, -1):
            for kind in ("name", "status"):
                entry = self.found.get((pointer[:end], kind))
                if entry is not None:
                    return entry
        return None

    def _anywhere(self, claim: Claim) -> Found | None:
        """A fact whose mark says that it stands elsewhere: in prose, in a sample, beside another field."""
        value = claim.value
        if claim.kind in ("type", "items", "required", "name", "format"):
            return self._around(claim)
        bound = self.judge.bounds(claim) if claim.kind in LOWER | UPPER else None
        if bound is None and not isinstance(value, list | dict):
            span = literals.find(self.places.text, value)
            if span is None and isinstance(value, str):
                span = literals.find(self.places.low, value.lower())
            bound = Found("found", span) if span else None
        if bound is not None and bound.span is not None:
            self.used.append(bound.span)
            return bound
        return self._around(claim) if claim.kind in _IN_WORDS else None

    def _around(self, claim: Claim) -> Found | None:
        """The field of a fact that a person inferred from what is said of it, if the page has it at all."""
        entry = self._field_of(claim.pointer)
        if entry is not None:
            return next((r for r in entry[1] if r.verdict == "found"), None)
        if claim.kind == "scheme":
            match = _CREDENTIALS.search(self.places.low)
            return Found("found", match.span()) if match else None
        known = ("title", "version", "method", "media_type", "encoding", "in")
        return Found("found", TOP) if claim.kind in known else None

    # What no fact accounts for.

    def _extra(self, kind: residue.Kind, text: str, span: Span, near: Pointer) -> None:
        self.extra.append(Residue(kind, text, span[0], span[1], near))
        self.used.append(span)

    def _unclaimed(self, field: Field, windows: Iterable[Span]) -> None:
        """What a field's windows state, and its spec does not."""
        text = self.places.text
        kinds = {claim.kind for claim in field.claims if claim.state != "missing"}
        values = [str(c.value) for c in field.claims if c.kind in ("enum", "const")]
        for window in windows:
            for reading in self.judge.readings(window):
                span = (reading.start, reading.end)
                known = READ.get(reading.kind, {reading.kind}) & kinds
                if not reading.strong or reading.kind == "type" or known:
                    continue
                if reading.value == 0 and kinds & COUNTS:
                    # That a count is not below nothing is no fact.
                    self.used.append(span)
                    continue
                if reading.kind != "required":
                    self._extra("value", text[span[0] : span[1]], span, field.pointer)
                elif reading.value:
                    self._extra("mark", text[span[0] : span[1]], span, field.pointer)
            for value, start, end in listing.listed(
                text, self.places.low, window, values
            ):
                if value not in values:
                    self._extra("value", value, (start, end), field.pointer)

    def _strangers(self) -> None:
        """Heads and members of samples that no field of the spec has, and values that it does not."""
        places = self.places
        previous: Pointer = ()
        for match in places.matches:
            if match.field is not None:
                previous = self.claims.fields[match.field].pointer
            else:
                head = match.head
                self._extra("field", head.name, (head.start, head.end), previous)
        for member, section in places.strangers:
            near = places.section_pointer(section)
            self._extra("field", member.path[-1], member.key, near)
        covered = merged(self.used)
        starts = [start for start, _ in covered]
        for sample, section in zip(places.samples, places.belongs, strict=True):
            for member in sample.members:
                index = bisect_right(starts, member.span[0]) - 1
                known = index >= 0 and member.span[1] <= covered[index][1]
                if not known and not isinstance(member.value, dict | list):
                    text = places.text[member.span[0] : member.span[1]]
                    near = places.member_pointer(section, member)
                    self._extra("value", text, member.span, near)
