"""Where a page speaks of what: each field's windows, members of samples and mentions; all else's owner.

Everything here is decided once for a page and its spec, before any fact is looked for.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence

from truecopy.fidelity import alignment, literals
from truecopy.fidelity.alignment import Match
from truecopy.fidelity.claims import Claims, Field, Pointer
from truecopy.fidelity.comparing import as_json, same
from truecopy.fidelity.heads import Cue, cues, heads, normal
from truecopy.fidelity.pages import Page, counters
from truecopy.fidelity.readings import TYPE, families
from truecopy.fidelity.samples import Member, Sample, leaves, samples
from truecopy.fidelity.spans import Span, line_end, merged
from truecopy.records import record

# The longest stretch that a name is taken to speak of.
_LONGEST = 3000
# How far behind a name in a sentence its type may stand.
_SOON = 40
# How many mentions of a name outside of lists are read, and how far.
_MENTIONS, _SAID = 12, 320
_OPENS = re.compile(r"(?:[.;:]\s|\n)[`\"']?$")
_NAMES = re.compile(r"[^\W\d][\w-]*(?:\[\])?")


@record
class Window:
    """Stretches of the page that speak of one node of the spec."""

    pointer: Pointer
    spans: tuple[Span, ...]


class Places:
    """A page that has been laid beside a spec.

    By number of a field: `defined` are the stretches behind its name where it is listed, `names` the
    names, `shown` its members in samples. `strangers` are members that no field has.
    """

    def __init__(self, page: Page, claims: Claims) -> None:
        self.page, self.claims = page, claims
        self.text = page.text
        self.low = _lower(page.text)
        found = samples(self.text)
        self.samples = [sample for sample in found if sample.members]
        self.spans = [(sample.start, sample.end) for sample in self.samples]
        self.cues = cues(self.low, self.spans)
        self._starts = [cue.start for cue in self.cues]
        known = alignment.index(claims.fields)
        lists = [(sample.start, sample.end) for sample in found]
        self.heads = heads(self.text, self.low, known, lists)
        self.matches: list[Match] = []
        self.defined: dict[int, list[Span]] = defaultdict(list)
        self.names: dict[int, list[Span]] = defaultdict(list)
        self.shown: dict[int, list[Member]] = defaultdict(list)
        self.belongs: list[int] = []
        self.strangers: list[tuple[Member, int]] = []
        self.used: list[Span] = []

    def lay(self) -> None:
        """Gives each head, each sample and each mention its field."""
        types = [self._type_after(head.end) for head in self.heads]
        claims = self.claims
        self.matches = alignment.align(
            self.heads, self.cues, claims.sections, claims.fields, types
        )
        self._by_path: dict[int, dict[tuple[str, ...], int]] = defaultdict(dict)
        self._children: dict[tuple[int, tuple[str, ...]], list[int]] = defaultdict(list)
        for number, field in enumerate(claims.fields):
            self._by_path[field.section].setdefault(field.path, number)
            self._children[field.section, field.path[:-1]].append(number)
        self._windows()
        self._assign_samples()
        self._elsewhere = self._named_elsewhere()
        self._headed: dict[str, list[int]] = defaultdict(list)
        self._words = self._mentioned()
        self._openings = sorted(
            at
            for places in self._words.values()
            for at in places
            if _OPENS.search(self.text, max(0, at - 3), at)
        )

    def _type_after(self, end: int) -> str:
        match = TYPE.search(self.low, end, end + 60)
        return match[0] if match else ""

    def _windows(self) -> None:
        """A field's window goes from its name to the next head, list or sample, or to where the page turns.

        What is said of a field may begin with its name again.
        """
        turns = {cue.start for cue in self.cues} | {start for start, _ in self.spans}
        matches = [
            match
            for previous, match in zip(
                [None, *self.matches], self.matches, strict=False
            )
            if previous is None
            or match.field is None
            or match.field != previous.field
            or any(previous.head.end <= at < match.head.start for at in turns)
        ]
        stops = sorted(turns | {match.head.start for match in matches})
        for match in matches:
            if match.field is None:
                continue
            at = bisect_left(stops, match.head.end)
            stop = stops[at] if at < len(stops) else len(self.text)
            self.defined[match.field].append(
                (match.head.end, min(stop, match.head.end + _LONGEST))
            )
            self.names[match.field].append((match.head.start, match.head.end))
            self.used.append((match.head.start, match.head.end))

    def _assign_samples(self) -> None:
        """Each sample of the page belongs to the list whose shape it has."""
        headers = {
            str(fact.value) for fact in self.claims.facts if fact.kind == "header"
        } | {
            field.name
            for field in self.claims.fields
            if self.claims.sections[field.section].kind == "header"
        }
        for sample in self.samples:
            cue = self.cue_before(sample.start)
            best, gain = -1, 0.0
            for section, paths in self._by_path.items():
                shared = sum(member.path in paths for member in sample.members)
                if not shared:
                    continue
                worth = shared / len(sample.members) * 4 + alignment.agreement(
                    cue, self.claims.sections[section]
                )
                worth += self._same_values(section, sample) * 2
                if worth > gain:
                    best, gain = section, worth
            self.belongs.append(best)
            paths = self._by_path.get(best, {})
            for member in sample.members:
                place = paths.get(member.path)
                if place is None and (
                    member.path[-1] in headers or self._open(member, best, paths)
                ):
                    self.used += [member.key, member.span]
                    continue
                if place is None:
                    self.strangers.append((member, best))
                    continue
                self.shown[place].append(member)
                self.used.append(member.key)
            self.used += sample.gutters

    def _open(
        self, member: Member, section: int, paths: Mapping[tuple[str, ...], int]
    ) -> bool:
        """Whether a member needs no field: it stands in a map."""
        for end in range(1, len(member.path)):
            if member.path[:end] in paths:
                return not self._children.get((section, member.path[:end]))
        return False

    def _same_values(self, section: int, sample: Sample) -> float:
        """The greatest share of values that a sample of the spec has in common with one of the page."""
        shares = [0.0]
        there = dict(leaves(sample.value))
        for shown in self.claims.samples:
            if shown.section == section and there:
                here = dict(leaves(as_json(shown.value)))
                alike = sum(
                    same(there[path], value)
                    for path, value in here.items()
                    if path in there
                )
                shares.append(alike / max(len(there), len(here), 1))
        return max(shares)

    def _mentioned(self) -> dict[str, list[int]]:
        """Where the names of fields stand in sentences: outside of samples, as words of their own."""
        names = {field.name for field in self.claims.fields}
        found: dict[str, list[int]] = defaultdict(list)
        starts = [head.start for head in self.heads]
        for match in _NAMES.finditer(self.text):
            if match[0] in names and not self.in_sample(match.start()):
                index = bisect_right(starts, match.start()) - 1
                head = self.heads[index] if index >= 0 else None
                if head is None or head.end <= match.start():
                    found[match[0]].append(match.start())
                elif head.start == match.start() and head.end == match.end():
                    self._headed[match[0]].append(match.start())
        return found

    def cue_before(self, at: int) -> Cue | None:
        """The last heading before a place."""
        index = bisect_right(self._starts, at)
        return self.cues[index - 1] if index else None

    def in_sample(self, at: int) -> bool:
        """Whether a place is inside a sample."""
        index = bisect_right(self.spans, (at, len(self.text))) - 1
        return index >= 0 and self.spans[index][0] <= at < self.spans[index][1]

    def kind(self, field: Field) -> str:
        """Where a field is sent: path, query, header, request; or response."""
        if field.pointer[-2:-1] == ("headers",):
            return "header"
        return self.claims.sections[field.section].kind

    def section_pointer(self, section: int) -> Pointer:
        """The node of a list."""
        return self.claims.sections[section].pointer if section >= 0 else ()

    def member_pointer(self, section: int, member: Member) -> Pointer:
        """The node of a sample's member, or of the list that it stands in."""
        number = self._by_path.get(section, {}).get(member.path)
        if number is None:
            return self.section_pointer(section)
        return self.claims.fields[number].pointer

    def below(self, field: Field) -> list[Span]:
        """Where what a field holds is listed by its whole dotted name, which has the field's in it."""
        for number in self._children.get((field.section, field.path), ()):
            for start, end in self.names.get(number, ())[:1]:
                if "." in normal(self.text[start:end]):
                    return [(start, end)]
        return []

    def inside(self, field: Field) -> list[Span]:
        """The names of what a field holds: what has members is an object."""
        return [
            span
            for number in self._children.get((field.section, field.path), ())
            for span in self.names.get(number, ())
        ]

    def mentions(self, field: Field, listed: bool) -> list[Span]:
        """What sentences say behind a field's name, up to the end of their paragraph.

        A field that is not listed itself may share what is said where another of its name is.
        """
        found: list[Span] = []
        places = list(self._words.get(field.name, ()))
        if not listed:
            owned = self._elsewhere[self.kind(field)]
            headed = self._headed.get(field.name, ())
            places += [at for at in headed if at not in owned]
        for at in places[:_MENTIONS]:
            start = at + len(field.name)
            end = self.text.find("\n\n", start)
            index = bisect_right(self._openings, start)
            turn = (
                self._openings[index] if index < len(self._openings) else len(self.text)
            )
            found.append((start, min(end if end >= 0 else turn, turn, at + _SAID)))
        return found

    def sentence(self, span: Span) -> Span:
        """The sentence in which something is mentioned, and the next."""
        start = (
            max(self.text.rfind("\n", 0, span[0]), self.text.rfind(". ", 0, span[0]))
            + 1
        )
        stop = line_end(self.text, span[1])
        return max(start, span[0] - 300), min(stop, span[1] + 300)

    def mention(self, field: Field) -> Span | None:
        """A name outside the lists: quoted, in a template, or of a form that words do not have.

        Where a list or a sample of another kind, as of an answer, names a field so, it is that one's; lists
        of one kind, as of several errors, may share what is said.
        """
        owned = self._elsewhere[self.kind(field)]
        for name, steps in alignment.variants(field.path):
            if steps > 1 or re.search(r"[_\-.\d]|[a-z][A-Z]", name):
                span = literals.find(self.text, name)
                while span and span[0] in owned:
                    span = literals.find(self.text, name, span[1])
                if span:
                    return span
        name = re.escape(field.name)
        quoted = re.compile(rf"[`\"'{{<:\[]{name}(?=[`\"'}}>\]/:])|(?<![\w-]){name}=")
        match = None
        if field.name in self.text:
            first = max(0, self.text.find(field.name) - 1)
            match = next(
                (
                    each
                    for each in quoted.finditer(self.text, first)
                    if each.start() + 1 not in owned
                ),
                None,
            )
        if (
            match is None
            and self.claims.sections[field.section].kind == "response"
            and field.name[:1].isupper()
        ):
            match = re.search(rf"(?<![\w-]){name}(?![\w-])", self.text)
        if match is None and self.claims.sections[field.section].kind == "header":
            match = re.search(rf"(?<![\w-]){name}(?=\s*:)", self.text, re.IGNORECASE)
        return match.span() if match else self._typed_mention(field)

    def _named_elsewhere(self) -> dict[str, set[int]]:
        """By kind of list, where lists and samples of other kinds, as of answers, name what is theirs.

        A parameter of a path is seldom listed: what is said of the same name is said of it.
        """
        owned: dict[str, set[int]] = defaultdict(set)
        for number, field in enumerate(self.claims.fields):
            spans = [*self.names[number], *(m.key for m in self.shown[number])]
            # With or without the quotation mark before it.
            owned[self.kind(field)] |= {at + i for at, _ in spans for i in (0, 1)}
        return {
            kind: set[int]().union(
                *(
                    starts
                    for other, starts in owned.items()
                    if kind not in ("path", other)
                )
            )
            for kind in owned
        }

    def _typed_mention(self, field: Field) -> Span | None:
        """A name that is a word like any other, in a sentence that has its type soon behind it."""
        for at in self._words.get(field.name, ()):
            end = at + len(field.name)
            match = TYPE.search(self.low, end, end + _SOON)
            heading = self.cue_before(at)
            if match is None or (heading is not None and at < heading.end):
                continue
            beside = not re.search(r"[.\n]", self.text[end : match.start()])
            if beside and families(match[0])[0] == field.family:
                return at, end
        return None

    def counters(self) -> list[Span]:
        """The numbers of lines and of items, which are layout."""
        gutters = [span for sample in self.samples for span in sample.gutters]
        return merged((*gutters, *counters(self.text)))

    def partition(self) -> tuple[Window, ...]:
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
        cue = self.cue_before(at)
        if cue is None:
            return ("document",)
        gains = [
            (alignment.agreement(cue, section), -i)
            for i, section in enumerate(self.claims.sections)
        ]
        gain, index = max(gains, default=(0.0, 0))
        return self.claims.sections[-index].pointer if gain > 0 else ("document",)


class Owners:
    """The node of the spec that a place of the page speaks of."""

    def __init__(self, windows: Sequence[Window]) -> None:
        stretches = sorted(
            (span, window.pointer) for window in windows for span in window.spans
        )
        self.starts = [span[0] for span, _ in stretches]
        self.pointers = [pointer for _, pointer in stretches]

    def of(self, at: int) -> Pointer:
        """The node at a place."""
        index = bisect_right(self.starts, at) - 1
        return self.pointers[index] if index >= 0 else ()


def _lower(text: str) -> str:
    """The text in lower case with every character in its place."""
    low = text.lower()
    return (
        low
        if len(low) == len(text)
        else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    )
