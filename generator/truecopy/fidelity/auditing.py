"""Is a spec a true copy of its page: a verdict for each fact, and what no fact accounts for."""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

from truecopy.diagnostics import Place
from truecopy.fidelity import alignment, gluing, literals, residue
from truecopy.fidelity.alignment import Match
from truecopy.fidelity.claims import Claim, Claims, Field, Pointer
from truecopy.fidelity.claims import Sample as Shown
from truecopy.fidelity.heads import Cue, cues, heads, normal
from truecopy.fidelity.pages import Page, counters
from truecopy.fidelity.readings import (
    TYPE,
    Reading,
    families,
    formats,
    inner,
    nullable,
    readings,
)
from truecopy.fidelity.residue import Residue
from truecopy.fidelity.samples import Member, Sample, leaves, samples
from truecopy.ir import State
from truecopy.records import record
from truecopy.source import Json, Node

Verdict = Literal["found", "not found", "contradicted", "stale", "absent"]
Span = tuple[int, int]


@record
class Fact:
    """One fact of the spec and what the page says of it.

    `verdict` is `absent` for a fact that is marked as missing and is. `after` is the page's value where
    it contradicts, or where a mark is stale.
    """

    pointer: Pointer
    kind: str
    value: Node
    state: State
    verdict: Verdict
    place: Place
    offset: int | None
    after: str


@record
class Window:
    """Stretches of the page that speak of one node of the spec."""

    pointer: Pointer
    spans: tuple[Span, ...]


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
    first = _Audit(page, claims)
    loose = gluing.loosened(page, first.heads)
    return (first if loose is page else _Audit(loose, claims, True)).whole()


@record
class _Found:
    """The outcome of looking for one claim in one place."""

    verdict: Verdict
    span: Span | None
    after: str = ""


# How many mentions of a name outside of lists are read, and how far.
_MENTIONS, _SAID = 12, 320
_NOWHERE = _Found("not found", None)
_LOWER = {"minLength", "minimum", "minItems", "minProperties", "exclusiveMinimum"}
_UPPER = {"maxLength", "maximum", "maxItems", "maxProperties", "exclusiveMaximum"}
_READ = {
    "min": _LOWER,
    "above": _LOWER,
    "max": _UPPER,
    "below": _UPPER,
    "length": _LOWER | _UPPER,
}
_KEYWORDS = {
    **{keyword: {"min", "above", "length"} for keyword in _LOWER},
    **{keyword: {"max", "below", "length"} for keyword in _UPPER},
    "required": {"required"},
    "default": {"default"},
    "type": {"type"},
    "pattern": set[str](),
    "format": set[str](),
}


class _Audit:
    def __init__(self, page: Page, claims: Claims, loosened: bool = False) -> None:
        self.page, self.claims, self.loosened = page, claims, loosened
        self.text = page.text
        self.low = _lower(page.text)
        shown = samples(self.text)
        self.samples = [sample for sample in shown if sample.members]
        self.spans = [(sample.start, sample.end) for sample in self.samples]
        self.lists = [(sample.start, sample.end) for sample in shown]
        self.cues = cues(self.low, self.spans)
        known = alignment.index(claims.fields)
        self.headers = {
            str(fact.value) for fact in claims.facts if fact.kind == "header"
        } | {
            field.name
            for field in claims.fields
            if claims.sections[field.section].kind == "header"
        }
        self.heads = heads(self.text, self.low, known, self.lists)
        self.used: list[Span] = []
        self.evidence: set[Span] = set()
        # By field: where it is defined, and its members in samples.
        self.defined: dict[int, list[Span]] = defaultdict(list)
        self.names: dict[int, list[Span]] = defaultdict(list)
        self.shown: dict[int, list[Member]] = defaultdict(list)
        self.read: dict[Span, list[Reading]] = {}
        self.found: dict[tuple[Pointer, str], tuple[Claim, list[_Found]]] = {}
        self.extra: list[Residue] = []

    def whole(self) -> Audit:
        types = [self._type_after(head.end) for head in self.heads]
        matches = alignment.align(
            self.heads, self.cues, self.claims.sections, self.claims.fields, types
        )
        self._windows(matches)
        self._assign_samples()
        self.words = self._words()
        self.openings = sorted(
            at
            for places in self.words.values()
            for at in places
            if _OPENS.search(self.text, max(0, at - 3), at)
        )
        for number, field in enumerate(self.claims.fields):
            self._field(number, field)
        for claim in self.claims.facts:
            self._note(claim, self._fact(claim))
        for shown in self.claims.samples:
            self._sample(shown)
        facts = self._facts()
        self._unclaimed(matches)
        windows = self._partition()
        near = _Owners(windows)
        rest = residue.residue(
            self.text, self.used, self.claims.prose, near.of, self.spans, self.loosened
        )
        seen = residue.count(self.text) + sum(
            len(sample.members) for sample in self.samples
        )
        extra = [e for e in self.extra if (e.start, e.end) not in self.evidence]
        everything = sorted({*extra, *rest}, key=lambda r: (r.start, r.end, r.text))
        return Audit(
            self.page, facts, tuple(everything), windows, tuple(self._counters()), seen
        )

    def _counters(self) -> list[Span]:
        """The numbers of lines and of items, which are layout."""
        gutters = [span for sample in self.samples for span in sample.gutters]
        return sorted({*gutters, *counters(self.text)})

    # Where each field is spoken of.

    def _type_after(self, end: int) -> str:
        match = TYPE.search(self.low, end, end + 60)
        return match[0] if match else ""

    def _windows(self, matches: Sequence[Match]) -> None:
        """A field's window goes from its name to the next head, list or sample, or to where the page turns."""
        stops = sorted(
            {match.head.start for match in matches}
            | {cue.start for cue in self.cues}
            | {start for start, _ in self.spans}
        )
        for match in matches:
            if match.field is None:
                continue
            at = bisect_left(stops, match.head.end)
            stop = stops[at] if at < len(stops) else len(self.text)
            self.defined[match.field].append(
                (match.head.end, min(stop, match.head.end + 6000))
            )
            self.names[match.field].append((match.head.start, match.head.end))
            self.used.append((match.head.start, match.head.end))

    def _assign_samples(self) -> None:
        """Each sample of the page belongs to the list whose shape it has."""
        by_section: dict[int, dict[tuple[str, ...], int]] = defaultdict(dict)
        for number, field in enumerate(self.claims.fields):
            by_section[field.section].setdefault(field.path, number)
        self.belongs: list[int] = []
        for sample in self.samples:
            cue = self._cue_before(sample.start)
            best, gain = -1, 0.0
            for section, paths in by_section.items():
                shared = sum(member.path in paths for member in sample.members)
                worth = shared / len(sample.members) * 4 + self._announced(cue, section)
                worth += self._same_values(section, sample) * 2
                if shared and worth > gain:
                    best, gain = section, worth
            self.belongs.append(best)
            paths = by_section.get(best, {})
            for member in sample.members:
                place = paths.get(member.path)
                if place is None and self._open(member, paths):
                    self.used += [member.key, member.span]
                    continue
                if place is None:
                    self._extra(
                        "field",
                        member.path[-1],
                        member.key,
                        self._section_pointer(best),
                    )
                    continue
                self.shown[place].append(member)
                self.used.append(member.key)
            self.used += sample.gutters

    def _open(self, member: Member, paths: Mapping[tuple[str, ...], int]) -> bool:
        """Whether a member needs no field: it stands in a map, or is a header in somebody's code."""
        for end in range(1, len(member.path)):
            number = paths.get(member.path[:end])
            if number is not None:
                below = any(
                    len(path) > end and path[:end] == member.path[:end]
                    for path in paths
                )
                return not below
        return member.path[-1] in self.headers

    def _cue_before(self, at: int) -> Cue | None:
        index = bisect_right([cue.start for cue in self.cues], at)
        return self.cues[index - 1] if index else None

    def _announced(self, cue: Cue | None, section: int) -> float:
        return alignment.agreement(cue, self.claims.sections[section])

    def _same_values(self, section: int, sample: Sample) -> float:
        """The greatest share of values that a sample of the spec has in common with one of the page."""
        shares = [0.0]
        there = dict(leaves(sample.value))
        for shown in self.claims.samples:
            if shown.section == section and there:
                here = dict(leaves(_json(shown.value)))
                same = sum(
                    _same(there[path], value)
                    for path, value in here.items()
                    if path in there
                )
                shares.append(same / max(len(there), len(here), 1))
        return max(shares)

    def _section_pointer(self, section: int) -> Pointer:
        return self.claims.sections[section].pointer if section >= 0 else ()

    # One claim in one place.

    def _readings(self, span: Span) -> list[Reading]:
        if span not in self.read:
            self.read[span] = readings(self.text, self.low, *span)
        return self.read[span]

    def _note(self, claim: Claim, found: _Found) -> None:
        entry = self.found.setdefault((claim.pointer, claim.kind), (claim, []))
        if entry[0].state == "missing" and claim.state != "missing":
            entry = self.found[(claim.pointer, claim.kind)] = (claim, entry[1])
        if found.span is not None and found.verdict in ("found", "contradicted"):
            self.used.append(found.span)
            if found.verdict == "found":
                self.evidence.add(found.span)
        entry[1].append(found)

    def _field(self, number: int, field: Field) -> None:
        windows, members = self.defined[number], self.shown[number]
        said: list[Span] = []
        if not windows and not members:
            mention = self._mention(field)
            if mention:
                self.names[number].append(mention)
                said = [self._sentence(mention)]
        said += self._mentions(field)
        for claim in field.claims:
            if claim.kind == "name":
                where = [*self.names[number], *(member.key for member in members)]
                where = where or self._below(field)
                self._note(claim, _Found("found", where[0]) if where else _NOWHERE)
                continue
            results = [self._claim(claim, window) for window in windows]
            results += [
                r
                for r in (self._shown(claim, member) for member in members)
                if r is not None
            ]
            results = [r for r in results if r.span is not None]
            if not results and claim.state != "missing":
                there = (self._claim(claim, span) for span in said)
                results = [r for r in there if r.verdict == "found"][:1]
            if not results and claim.value == "object":
                results = [_Found("found", span) for span in self._inside(field)[:1]]
            results = results or [_NOWHERE]
            for result in results:
                self._note(claim, result)
        self._unclaimed_readings(field, windows)

    def _words(self) -> dict[str, list[int]]:
        """Where the names of fields stand in sentences: outside of samples, as words of their own."""
        names = {field.name for field in self.claims.fields}
        found: dict[str, list[int]] = defaultdict(list)
        for match in _NAMES.finditer(self.text):
            if match[0] in names and not self._in_sample(match.start()):
                found[match[0]].append(match.start())
        return found

    def _below(self, field: Field) -> list[Span]:
        """Where what a field holds is listed by its whole dotted name, which has the field's in it."""
        for number, each in enumerate(self.claims.fields):
            if (
                each.section == field.section
                and each.path[:-1] == field.path
                and self.names[number]
            ):
                start, end = self.names[number][0]
                if "." in normal(self.text[start:end]):
                    return [(start, end)]
        return []

    def _inside(self, field: Field) -> list[Span]:
        """The names of what a field holds: what has members is an object."""
        return [
            span
            for number, each in enumerate(self.claims.fields)
            if each.section == field.section
            and len(each.path) > len(field.path)
            and each.path[: len(field.path)] == field.path
            for span in self.names[number]
        ]

    def _mentions(self, field: Field) -> list[Span]:
        """What sentences say behind a field's name, up to the end of their paragraph."""
        found: list[Span] = []
        for at in self.words.get(field.name, ())[:_MENTIONS]:
            start = at + len(field.name)
            end = self.text.find("\n\n", start)
            index = bisect_right(self.openings, start)
            turn = (
                self.openings[index] if index < len(self.openings) else len(self.text)
            )
            found.append((start, min(end if end >= 0 else turn, turn, at + _SAID)))
        return found

    def _sentence(self, span: Span) -> Span:
        """The sentence in which something is mentioned, and the next."""
        start = (
            max(self.text.rfind("\n", 0, span[0]), self.text.rfind(". ", 0, span[0]))
            + 1
        )
        stop = self.text.find("\n", span[1])
        return max(start, span[0] - 300), min(
            stop if stop >= 0 else len(self.text), span[1] + 300
        )

    def _mention(self, field: Field) -> Span | None:
        """A name outside the lists: quoted, in a template, or of a form that words do not have."""
        for name, steps in alignment.variants(field.path):
            if steps > 1 or re.search(r"[_\-.\d]|[a-z][A-Z]", name):
                span = literals.find(self.text, name)
                if span:
                    return span
        name = re.escape(field.name)
        match = re.search(
            rf"[`\"'{{<:\[]{name}(?=[`\"'}}>\]/:])|(?<![\w-]){name}=", self.text
        )
        if (
            match is None
            and self.claims.sections[field.section].kind == "response"
            and field.name[:1].isupper()
        ):
            match = re.search(rf"(?<![\w-]){name}(?![\w-])", self.text)
        if match is None and self.claims.sections[field.section].kind == "header":
            match = re.search(rf"(?<![\w-]){name}(?=\s*:)", self.text, re.IGNORECASE)
        return match.span() if match else None

    def _claim(self, claim: Claim, window: Span) -> _Found:
        """What one window says of one fact."""
        kind, value = claim.kind, claim.value
        known = self._readings(window)
        if kind == "type":
            return self._type(str(value), known, window)
        if kind == "items":
            return self._items(str(value), known)
        if kind == "required":
            return _flag(value is True, known)
        if kind in _LOWER | _UPPER or kind == "multipleOf":
            return self._bound(kind, value, known)
        if kind == "default":
            return self._default(value, known, window)
        if kind == "format":
            match = formats(str(value), self.low, *window)
            return _Found("found", match.span()) if match else _NOWHERE
        if kind == "pattern":
            return self._pattern(str(value), window)
        if kind in ("readOnly", "writeOnly", "deprecated", "uniqueItems"):
            there = [r for r in known if r.kind == kind]
            if bool(there) == (value is True):
                return _Found(
                    "found", (there[0].start, there[0].end) if there else window[:1] * 2
                )
            return _NOWHERE
        return self._literal(value, window)

    def _literal(self, value: Node, window: Span) -> _Found:
        if isinstance(value, list | dict):
            parts = [
                literals.find(self.text, _node(part), *window)
                for _, part in leaves(_json(value))
            ]
            if parts and all(parts):
                spans = [part for part in parts if part]
                self.used += spans
                return _Found("found", spans[0])
            return _NOWHERE
        span = literals.find(self.text, value, *window)
        if span is None and self.loosened:
            # Where no blank could tell the cells of a row apart.
            line = self.text.find("\n", *window)
            span = literals.find(
                self.text, value, window[0], line if line >= 0 else window[1], True
            )
        return _Found("found", span) if span else _NOWHERE

    def _type(self, value: str, known: Iterable[Reading], window: Span) -> _Found:
        claimed = set(value.split("|"))
        weak = _NOWHERE
        for reading in known:
            if reading.kind != "type":
                continue
            family, null, loose = families(str(reading.value).lower())
            null = null or ("null" in claimed and nullable(self.low, *window))
            span = (reading.start, reading.end)
            fits = family in claimed or (
                loose and bool(claimed - {"null", "object", "array"})
            )
            fits = fits or (family == "null" and "null" in claimed)
            if fits and ("null" in claimed) == null:
                return _Found("found", span)
            if reading.strong:
                return _Found("contradicted", span, str(reading.value))
        return weak

    def _items(self, value: str, known: Iterable[Reading]) -> _Found:
        """The type of a list's items, among the words for the list's type."""
        for reading in known:
            if reading.kind == "type" and any(
                family == value or loose
                for family, loose in inner(str(reading.value).lower())
            ):
                return _Found("found", (reading.start, reading.end))
        return _NOWHERE

    def _bound(self, kind: str, value: Node, known: Iterable[Reading]) -> _Found:
        assert isinstance(value, int | float)
        wanted = {"multipleOf"} if kind == "multipleOf" else _KEYWORDS[kind]
        other = _NOWHERE
        for reading in known:
            if reading.kind in wanted:
                span = (reading.start, reading.end)
                if reading.value == value:
                    return _Found("found", span)
                if reading.strong and other.span is None:
                    other = _Found(
                        "contradicted", span, self.text[reading.start : reading.end]
                    )
        return other

    def _default(self, value: Node, known: Iterable[Reading], window: Span) -> _Found:
        other = _NOWHERE
        cued = False
        for reading in known:
            if reading.kind != "default":
                continue
            cued = True
            span = (reading.start, reading.end)
            if _spelled(str(reading.value), value):
                return _Found("found", span)
            if reading.strong and other.span is None:
                other = _Found("contradicted", span, str(reading.value))
        if other.span is None and (cued or self._column(window, _DEFAULT_COLUMN)):
            return self._literal(value, window)
        return other

    def _column(self, window: Span, heading: re.Pattern[str]) -> bool:
        """Whether the table that a window's row is in has a column of this heading."""
        top = self.low.rfind("\n\n", 0, window[0]) + 2
        first = self.low.find("\n", top)
        return (
            top - 2 < first < window[0]
            and heading.search(self.low, top, first) is not None
        )

    def _pattern(self, value: str, window: Span) -> _Found:
        stretch = self.text[window[0] : window[1]]
        for core in (value, value.strip("^$"), *re.findall(r"\[[^\]]+\]", value)):
            at = stretch.find(core)
            if at >= 0:
                return _Found("found", (window[0] + at, window[0] + at + len(core)))
        return _NOWHERE

    def _shown(self, claim: Claim, member: Member) -> _Found | None:
        """What a member of a sample says of a fact; most it leaves open."""
        value = member.value
        if claim.kind in ("type", "items"):
            claimed = set(str(claim.value).split("|"))
            named = _json_type(value)
            if claim.kind == "items":
                values = value if isinstance(value, list) else []
                return (
                    _Found("found", member.key)
                    if any(_json_type(v) in claimed for v in values)
                    else None
                )
            if named in claimed or (named == "integer" and "number" in claimed):
                return _Found("found", member.key)
            return None
        if claim.kind in ("example", "const", "default", "enum"):
            here = dict(leaves(_json(claim.value)))
            there = dict(leaves(value))
            if here and all(
                path in there and _same(there[path], each)
                for path, each in here.items()
            ):
                return _Found("found", member.span)
        return None

    # Facts that stand for themselves.

    def _fact(self, claim: Claim) -> _Found:
        kind, value = claim.kind, claim.value
        if kind == "path":
            span = literals.path(self.text, str(value))
            return self._every(
                span, lambda at: literals.path(self.text, str(value), at)
            )
        if kind == "method":
            return self._method(claim)
        if kind == "status":
            return self._status(str(value))
        if kind == "title":
            span = literals.find(self.low, str(value).lower(), loose=self.loosened)
            return self._every(
                span, lambda at: literals.find(self.low, str(value).lower(), at)
            )
        if kind == "server" and "{" in str(value):
            span = literals.path(self.text, str(value), whole=False)
            return self._every(
                span, lambda at: literals.path(self.text, str(value), at, whole=False)
            )
        if kind == "version" and literals.find(self.text, value) is None:
            value = f"v{value}"
        if kind == "rule":
            return self._rule(str(value))
        if kind == "scheme":
            span = literals.find(self.low, str(value).lower())
            return _Found("found", span) if span else _NOWHERE
        if kind == "deprecated":
            there = [
                r
                for r in readings(self.text, self.low, 0, len(self.text))
                if r.kind == kind
            ]
            return (
                _Found("found", (there[0].start, there[0].end)) if there else _NOWHERE
            )
        span = literals.find(self.text, value)
        if span is None and self.loosened:
            span = literals.find(self.text, value, loose=True)
        if span is None and isinstance(value, str) and kind in ("header", "media_type"):
            span = literals.find(self.low, value.lower())
        if span is None and kind == "prefix":
            return _Found("found", (0, 0))
        return self._every(span, lambda at: literals.find(self.text, value, at))

    def _every(self, span: Span | None, again: Callable[[int], Span | None]) -> _Found:
        """Found at its first place; each further place is accounted for as well."""
        if span is None:
            return _NOWHERE
        at: Span | None = span
        for _ in range(1000):
            if at is None:
                break
            self.used.append(at)
            at = again(at[1])
        return _Found("found", span)

    def _method(self, claim: Claim) -> _Found:
        """The method at the operation's path, or after a word for it; else anywhere."""
        template = next(
            (
                str(c.value)
                for c in self.claims.facts
                if c.kind == "path" and c.pointer[:-1] == claim.pointer[:-1]
            ),
            "",
        )
        value = str(claim.value)
        places: list[Span] = []
        at = 0
        while template:
            span = literals.path(self.text, template, at)
            if span is None:
                break
            places.append(span)
            at = span[1]
        near: list[re.Match[str]] = []
        for start, _ in places:
            line = self.text[max(0, start - 160) : start]
            beside = _METHOD_BESIDE.search(line)
            if beside and beside[1].upper() == value:
                at = start - len(line)
                return _Found("found", (at + beside.start(1), at + beside.end(1)))
            found = list(
                literals.METHOD.finditer(self.text, max(0, start - 160), start)
            )
            if found and "\n\n" not in line[found[-1].end() - max(0, start - 160) :]:
                near.append(found[-1])
        for match in near:
            if match[0] == value:
                return _Found("found", match.span())
        if near and claim.state != "conflicting":
            return _Found("contradicted", near[0].span(), near[0][0])
        for match in literals.METHOD.finditer(self.text):
            if match[0] == value:
                return _Found("found", match.span())
        return _NOWHERE

    def _status(self, status: str) -> _Found:
        if status == "default":
            return _Found("found", (0, 0))
        digits = (
            status[0] + r"(?:[xX*]{2})"
            if status[1:].upper() == "XX"
            else re.escape(status)
        )
        if status[1:].upper() == "XX":
            digits += rf"|from {status[0]}00 (?:up|on)|{status[0]}00 and (?:up|above)|ab {status[0]}00"
            digits += rf"|{status[0]}00 ?(?:-|to|bis|till|through|\.\.) ?{status[0]}99"
        expression = re.compile(rf"(?<![\w.,/-])(?:{digits})(?![\d]|\.\d|-\d)")
        first: Span | None = None
        for match in expression.finditer(self.text):
            if not self._in_sample(match.start()) or first is None:
                self.used.append(match.span())
                first = first or match.span()
        return _Found("found", first) if first else _NOWHERE

    def _in_sample(self, at: int) -> bool:
        index = bisect_right(self.spans, (at, len(self.text))) - 1
        return index >= 0 and self.spans[index][0] <= at < self.spans[index][1]

    def _rule(self, rule: str) -> _Found:
        spans: list[Span] = []
        for word in literals.number_words(rule):
            value: Node = (
                float(word)
                if re.fullmatch(r"\d+\.\d+", word)
                else int(word) if word.isdigit() else word
            )
            span = literals.find(self.text, value)
            if span is None:
                return _NOWHERE
            spans.append(span)
        self.used += spans
        return _Found("found", spans[0] if spans else (0, 0))

    def _sample(self, shown: Shown) -> None:
        """Each value of a sample of the spec against the page's sample that is most like it."""
        here = dict(leaves(_json(shown.value)))
        best: Sample | None = None
        most = -1.0
        for sample, section in zip(self.samples, self.belongs, strict=True):
            if section == shown.section:
                there = dict(leaves(sample.value))
                same = sum(
                    _same(there[p], v) + 0.1 for p, v in here.items() if p in there
                ) - 0.05 * len(there)
                if same > most:
                    best, most = sample, same
        for path, value in here.items():
            state = shown.states.get(path, shown.states.get((), "stated"))
            claim = Claim(
                (*shown.pointer, *path),
                "example",
                _node(value),
                shown.place,
                state,
                True,
                (),
                "",
            )
            self._note(claim, self._leaf(best, path, value))

    def _leaf(
        self, sample: Sample | None, path: tuple[str, ...], value: Json
    ) -> _Found:
        if sample is not None:
            members = [
                m
                for m in sample.members
                if m.path == _without_indexes(path, sample.value)
            ]
            there = dict(leaves(sample.value))
            if path in there:
                span = members[0].span if members else (sample.start, sample.end)
                if _same(there[path], value):
                    return _Found("found", _part(self.text, span, value))
                return _Found(
                    "contradicted", span, json.dumps(there[path], ensure_ascii=False)
                )
            return _NOWHERE
        elsewhere = literals.find(self.text, _node(value))
        return _Found("found", elsewhere) if elsewhere else _NOWHERE

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
                )
            )
        return tuple(sorted(facts, key=lambda f: (f.place, f.pointer, f.kind)))

    def _verdict(
        self, claim: Claim, results: Sequence[_Found]
    ) -> tuple[Verdict, Span | None, str]:
        good = next((r for r in results if r.verdict == "found"), None)
        bad = next((r for r in results if r.verdict == "contradicted"), None)
        if claim.state == "missing":
            if good is not None and not claim.marked:
                return "found", good.span, ""
            if claim.kind == "rule":
                good = None
            if good is not None and good.span is not None and good.span != (0, 0):
                return "stale", good.span, ""
            return "absent", None, ""
        if claim.state == "conflicting":
            good = good or self._anywhere(claim)
            if good is None:
                return self._lost(claim)
            for other in claim.also:
                if _checkable(claim.kind, other) and not self._reads(other, claim):
                    return "not found", good.span, str(other)
            return "found", good.span, ""
        if good is None and claim.state == "inferred" and claim.kind == "example":
            good = self._anywhere(claim)
        if bad is not None and not (claim.state == "inferred" and good):
            return "contradicted", bad.span, bad.after
        if good is None and claim.marked:
            good = self._anywhere(claim)
        if good is None and claim.state == "inferred":
            good = self._around(claim)
        return ("found", good.span, "") if good else self._lost(claim)

    def _lost(self, claim: Claim) -> tuple[Verdict, Span | None, str]:
        """Not found; or absent, as what is said of a field that the page is known to leave out."""
        for end in range(len(claim.pointer) - 1, 0, -1):
            entry = self.found.get((claim.pointer[:end], "name"))
            if entry is not None:
                if entry[0].state == "missing" and not any(
                    r.verdict == "found" for r in entry[1]
                ):
                    return "absent", None, ""
                break
        return "not found", None, ""

    def _anywhere(self, claim: Claim) -> _Found | None:
        """A fact whose mark says that it stands elsewhere: in prose, in a sample, beside another field."""
        if claim.kind in ("type", "required", "name", "format"):
            return self._around(claim)
        value = claim.value
        if claim.kind in _LOWER | _UPPER and isinstance(value, int | float):
            for reading in readings(self.text, self.low, 0, len(self.text)):
                if reading.value == value and reading.kind in _KEYWORDS[claim.kind]:
                    self.used.append((reading.start, reading.end))
                    return _Found("found", (reading.start, reading.end))
        if isinstance(value, list | dict):
            return None
        span = literals.find(self.text, value) or (
            literals.find(self.low, value.lower()) if isinstance(value, str) else None
        )
        if span:
            self.used.append(span)
            return _Found("found", span)
        if claim.kind in (
            "pattern",
            "minLength",
            "maxLength",
            "minItems",
            "uniqueItems",
            "readOnly",
            "writeOnly",
        ):
            return self._around(claim)
        return None

    def _around(self, claim: Claim) -> _Found | None:
        """The field of a fact that a person inferred from what is said of it, if the page has it at all."""
        pointer = claim.pointer
        for end in range(len(pointer), 0, -1):
            entry = self.found.get((pointer[:end], "name")) or self.found.get(
                (pointer[:end], "status")
            )
            if entry is not None:
                return next((r for r in entry[1] if r.verdict == "found"), None)
        if claim.kind == "scheme":
            match = _CREDENTIALS.search(self.low)
            return _Found("found", match.span()) if match else None
        known = ("title", "version", "method", "media_type")
        return _Found("found", (0, 0)) if claim.kind in known else None

    def _reads(self, value: Node, claim: Claim) -> bool:
        """Whether another reading of a fact is on the page, whatever its letters' case."""
        text = str(value)
        if claim.kind in ("type", "format"):
            if formats(text, self.low, 0, len(self.low)):
                return True
            return any(
                text in (family, "null" if null else "") or loose
                for match in TYPE.finditer(self.low)
                for family, null, loose in [families(match[0])]
            )
        span = literals.find(self.text, value)
        if span is None and isinstance(value, str):
            span = literals.find(
                self.low, value.lower(), loose=len(value) > 5
            ) or literals.path(self.text, value)
        if span:
            self.used.append(span)
        return span is not None

    # What no fact accounts for.

    def _extra(self, kind: residue.Kind, text: str, span: Span, near: Pointer) -> None:
        self.extra.append(Residue(kind, text, span[0], span[1], near))
        self.used.append(span)

    def _unclaimed_readings(self, field: Field, windows: Iterable[Span]) -> None:
        kinds = {claim.kind for claim in field.claims if claim.state != "missing"}
        for window in windows:
            for reading in self._readings(window):
                if not reading.strong or reading.kind == "type":
                    continue
                keywords = _READ.get(reading.kind, {reading.kind})
                if not keywords & kinds:
                    if reading.kind == "required" and not reading.value:
                        continue
                    text = self.text[reading.start : reading.end]
                    if isinstance(reading.value, float) and text.isalpha():
                        continue
                    label: residue.Kind = (
                        "mark" if reading.kind == "required" else "value"
                    )
                    self._extra(
                        label, text, (reading.start, reading.end), field.pointer
                    )
            self._values(field, window)

    def _values(self, field: Field, window: Span) -> None:
        """Values in a list of values that the spec does not have."""
        known = [
            str(claim.value)
            for claim in field.claims
            if claim.kind in ("enum", "const")
        ]
        for text, start, end in residue.listed(self.text, self.low, window, known):
            if text not in known:
                self._extra("value", text, (start, end), field.pointer)

    def _unclaimed(self, matches: Sequence[Match]) -> None:
        previous: Pointer = ()
        for match in matches:
            if match.field is not None:
                previous = self.claims.fields[match.field].pointer
            else:
                self._extra(
                    "field",
                    match.head.name,
                    (match.head.start, match.head.end),
                    previous,
                )
        for sample, section in zip(self.samples, self.belongs, strict=True):
            for member in sample.members:
                if isinstance(member.value, dict | list):
                    continue
                if not any(
                    start <= member.span[0] and member.span[1] <= end
                    for start, end in self._used_near(member.span)
                ):
                    text = self.text[member.span[0] : member.span[1]]
                    self._extra(
                        "value",
                        text,
                        member.span,
                        self._member_pointer(section, member),
                    )

    def _used_near(self, span: Span) -> list[Span]:
        return [used for used in self.used if used[0] <= span[0] and span[1] <= used[1]]

    def _member_pointer(self, section: int, member: Member) -> Pointer:
        for field in self.claims.fields:
            if field.section == section and field.path == member.path:
                return field.pointer
        return self._section_pointer(section)

    def _partition(self) -> tuple[Window, ...]:
        """All of the page, each stretch with the node that it speaks of."""
        stretches: list[tuple[int, int, Pointer]] = []
        for number, spans in self.defined.items():
            for (start, _), (_, end) in zip(self.names[number], spans, strict=False):
                stretches.append((start, end, self.claims.fields[number].pointer))
        for number, members in self.shown.items():
            for member in members:
                start = member.key[0]
                end = (
                    member.key[1]
                    if isinstance(member.value, dict | list)
                    else member.span[1]
                )
                stretches.append((start, end, self.claims.fields[number].pointer))
        stretches.sort()
        owners: dict[Pointer, list[Span]] = defaultdict(list)
        at = 0
        for start, end, pointer in stretches:
            if start > at:
                self._gap(owners, at, start)
            if end > max(at, start):
                owners[pointer].append((max(at, start), end))
                at = end
        if at < len(self.text):
            self._gap(owners, at, len(self.text))
        return tuple(
            Window(pointer, tuple(spans)) for pointer, spans in sorted(owners.items())
        )

    def _gap(self, owners: dict[Pointer, list[Span]], start: int, end: int) -> None:
        """A stretch between fields, cut where a heading announces something else."""
        cuts = [cue for cue in self.cues if start < cue.start < end]
        for begin, stop in zip(
            [start, *(c.start for c in cuts)],
            [*(c.start for c in cuts), end],
            strict=True,
        ):
            owners[self._announced_at(begin)].append((begin, stop))

    def _announced_at(self, at: int) -> Pointer:
        cue = self._cue_before(at)
        if cue is None:
            return ("document",)
        gains = [
            (alignment.agreement(cue, section), -i)
            for i, section in enumerate(self.claims.sections)
        ]
        best = max(gains, default=(0.0, 0))
        return self.claims.sections[-best[1]].pointer if best[0] > 0 else ("document",)


class _Owners:
    """The node of the spec that a place of the page speaks of."""

    def __init__(self, windows: Sequence[Window]) -> None:
        stretches = sorted(
            (span, window.pointer) for window in windows for span in window.spans
        )
        self.starts = [span[0] for span, _ in stretches]
        self.pointers = [pointer for _, pointer in stretches]

    def of(self, at: int) -> Pointer:
        index = bisect_right(self.starts, at) - 1
        return self.pointers[index] if index >= 0 else ()


_OPENS = re.compile(r"(?:[.;:]\s|\n)[`\"']?$")
_CREDENTIALS = re.compile(
    r"authori[sz]ation|access token|api[ -]?key|credential|bearer|basic auth"
)
_METHOD_BESIDE = re.compile(
    r"(?i)(?<![a-z])(get|put|post|patch|delete|head|options)\W*$"
)
_DEFAULT_COLUMN = re.compile(r"default|standard|vorgabe|förval")
_NAMES = re.compile(r"[^\W\d][\w-]*(?:\[\])?")


def _lower(text: str) -> str:
    """The text in lower case with every character in its place."""
    low = text.lower()
    return (
        low
        if len(low) == len(text)
        else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    )


def _flag(value: bool, known: Iterable[Reading]) -> _Found:
    other = weak = _NOWHERE
    for reading in known:
        if reading.kind != "required":
            continue
        span = (reading.start, reading.end)
        if reading.value is value and reading.strong:
            return _Found("found", span)
        if reading.value is value:
            weak = _Found("found", span)
        elif reading.strong and other.span is None:
            other = _Found(
                "contradicted", span, "required" if reading.value else "optional"
            )
    return other if other.span else weak


def _json(value: Node) -> Json:
    return value


def _node(value: Json) -> Node:
    assert value is None or isinstance(value, bool | int | float | str)
    return value


def _json_type(value: Json) -> str:
    if value is None:
        return "null"
    kinds = (
        (bool, "boolean"),
        (int, "integer"),
        (float, "number"),
        (str, "string"),
        (dict, "object"),
        (list, "array"),
    )
    return next(name for kind, name in kinds if isinstance(value, kind))


def _same(a: Json, b: Json) -> bool:
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, int | float) and isinstance(b, int | float):
        return a == b
    if isinstance(a, str) and isinstance(b, str):
        return a.split() == b.split()
    return type(a) is type(b) and a == b


def _spelled(written: str, value: Node) -> bool:
    """Whether a word of the page is how a value is written."""
    plain = written.strip("`'\"*.,;")
    if isinstance(value, bool):
        return plain.lower() in (
            ("true", "yes", "1", "ja") if value else ("false", "no", "0", "nein", "nej")
        )
    if value is None:
        return plain.lower() in ("null", "none")
    if isinstance(value, int | float):
        span = literals.find(plain, value)
        return span is not None and span == (0, len(plain))
    if isinstance(value, str):
        return plain == value or (
            not value and plain.lower() in ("empty", "blank", "leer", "tom", "")
        )
    return re.sub(r"\s", "", written) == json.dumps(
        value, separators=(",", ":"), ensure_ascii=False
    )


def _checkable(kind: str, value: Node) -> bool:
    """Whether another reading is a value that can be looked for, and not a sentence about one."""
    if value is None or isinstance(value, bool):
        return False
    if kind == "type":
        return value in (
            "string",
            "integer",
            "number",
            "boolean",
            "array",
            "object",
            "null",
        )
    return (
        not isinstance(value, str)
        or len(value.split()) <= 2
        or re.search(r"\d|[_{}/]", value) is not None
    )


def _without_indexes(path: tuple[str, ...], value: Json) -> tuple[str, ...]:
    found: list[str] = []
    for step in path:
        if isinstance(value, list):
            value = value[int(step)]
        elif isinstance(value, dict):
            found.append(step)
            value = value[step]
    return tuple(found)


def _part(text: str, span: Span, value: Json) -> Span:
    """Where in a list one of its values stands; of a plain member, all of it."""
    if text[span[0] : span[0] + 1] in "[{":
        return literals.find(text, _node(value), *span) or span
    return span
