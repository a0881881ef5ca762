"""What a page says of one fact: in a field's window, in a sample, or anywhere."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Literal

from truecopy.fidelity import literals
from truecopy.fidelity.claims import Claim
from truecopy.fidelity.comparing import (
    as_json,
    as_node,
    is_spelled,
    json_type,
    part,
    same,
    without_indexes,
)
from truecopy.fidelity.placing import Places
from truecopy.fidelity.readings import (
    TYPE,
    Reading,
    families,
    formats,
    inner,
    nullable,
    readings,
)
from truecopy.fidelity.samples import Member, Sample, leaves
from truecopy.fidelity.spans import Span, line_end
from truecopy.records import record
from truecopy.source import Json, Node

Verdict = Literal["found", "not found", "contradicted"]


@record
class Found:
    """The outcome of looking for one claim in one place, or of counting its places.

    `after` is what the page says instead.
    """

    verdict: Verdict
    span: Span | None
    after: str = ""
    count: int = 1


NOWHERE = Found("not found", None)
# More places of one fact are not told apart.
_COUNTED = 1000
# The start of the page stands for a fact that needs no place.
TOP = (0, 0)
LOWER = {"minLength", "minimum", "minItems", "minProperties", "exclusiveMinimum"}
UPPER = {"maxLength", "maximum", "maxItems", "maxProperties", "exclusiveMaximum"}
COUNTS = {"maxLength", "maxItems", "maxProperties"}
# What a reading may be of, and what it takes to find a keyword.
READ = {
    "min": LOWER,
    "above": LOWER,
    "max": UPPER,
    "below": UPPER,
    "length": LOWER | UPPER,
}
_KEYWORDS = {
    **{keyword: {"min", "above", "length"} for keyword in LOWER},
    **{keyword: {"max", "below", "length"} for keyword in UPPER},
    "multipleOf": {"multipleOf"},
}
# Formats that stand where types stand, and mean no other.
_FORMATS = {"uuid", "guid", "ulid", "email", "uri", "url", "hostname", "ipv4", "ipv6"}
_METHOD_BESIDE = re.compile(
    r"(?i)(?<![a-z])(get|put|post|patch|delete|head|options)\W*(?:https?://[\w.:-]+)?(?:/[\w.-]+)?$"
)
# As programs write that null may stand there: string?
_QUESTIONED = re.compile(r"\?(?!\w)")
_REGULAR_EXPRESSION = re.compile(r"[^\s`\"',]*[\]\w)][{+*][^\s`\"']*")
_SIGNED = re.compile(
    r"(?<!\w)(?P<hmac>hmac[\W_]{0,3}(?:(?:with|using|mit|med|avec)\W{1,2})?)?sha[\s_-]?(?P<bits>1|256|512)(?!\w)"
)
_ENCODINGS = {
    "hex": re.compile(r"(?<!\w)hex(?:adecimal|adezimal|adécimal)?(?:ly)?(?!\w)"),
    "base64": re.compile(r"(?<!\w)base[ -]?64(?!\w)"),
}
_IN_HEADER = (
    r"(?<!\w)(?:(?:http-)?headers?|kopfzeilen?|kopffelder|huvuden?|en-têtes?)(?!\w)"
)
_IN_QUERY = (
    r"(?<!\w)(?:query|querystring|abfrage(?:parameter)?|frågesträng(?:en)?)(?!\w)"
)
_IN_COOKIE = r"(?<!\w)(?:cookies?|kakor|kakan?)(?!\w)"
_IN_ADDRESS = re.compile(r"(?<!\w)(?:urls?|address|adressen?|adresse)(?!\w)")
# How far from what it is about a word may stand, and how far one that contradicts.
_NEAR, _BESIDE = 160, 60
_DEFAULT_COLUMN = re.compile(r"default|standard|vorgabe|förval")


class Judge:
    """Looks for claims on a page. `used` are the stretches that facts account for.

    `loosened` pages had rows whose cells ran together, so that letters may touch a value.
    """

    def __init__(self, places: Places, loosened: bool) -> None:
        self.places, self.loosened = places, loosened
        self.text, self.low = places.text, places.low
        self.used: list[Span] = []
        self._read: dict[Span, list[Reading]] = {}
        self._matched: dict[re.Pattern[str], list[Span]] = {}

    def readings(self, span: Span) -> list[Reading]:
        """What a stretch states, read once."""
        if span not in self._read:
            self._read[span] = readings(self.text, self.low, *span)
        return self._read[span]

    def everywhere(self) -> list[Reading]:
        """What the whole page states."""
        return self.readings((0, len(self.text)))

    def claim(self, claim: Claim, window: Span) -> Found:
        """What one window says of one fact."""
        kind, value = claim.kind, claim.value
        known = self.readings(window)
        if kind == "type":
            return self._type(str(value), known, window)
        if kind == "items":
            return self._items(str(value), known)
        if kind == "required":
            return _flag(value is True, known)
        if kind in LOWER | UPPER or kind == "multipleOf":
            return self._bound(kind, value, known)
        if kind == "default":
            return self._default(value, known, window)
        if kind == "format":
            named = formats(str(value), self.low, *window)
            self.used += [match.span() for match in named]
            return Found("found", named[0].span()) if named else self._format(known)
        if kind == "pattern":
            return self._pattern(str(value), window)
        if kind in ("readOnly", "writeOnly", "deprecated", "uniqueItems"):
            there = [r for r in known if r.kind == kind]
            if bool(there) == (value is True):
                span = (
                    (there[0].start, there[0].end) if there else (window[0], window[0])
                )
                return Found("found", span)
            return NOWHERE
        return self._literal(value, window)

    def _format(self, known: Iterable[Reading]) -> Found:
        """A type that is the name of a format; what was looked for is not among them."""
        for reading in known:
            if reading.kind == "type" and reading.strong and reading.value in _FORMATS:
                span = (reading.start, reading.end)
                return Found("contradicted", span, str(reading.value))
        return NOWHERE

    def _literal(self, value: Node, window: Span) -> Found:
        if isinstance(value, list | dict):
            parts = [
                literals.find(self.text, as_node(part), *window)
                for _, part in leaves(as_json(value))
            ]
            if parts and all(parts):
                spans = [part for part in parts if part]
                self.used += spans
                return Found("found", spans[0])
            return NOWHERE
        span = literals.find(self.text, value, *window)
        if span is None and self.loosened:
            # Where no blank could tell the cells of a row apart.
            row = line_end(self.text, *window)
            span = literals.find(self.text, value, window[0], row, True)
        return Found("found", span) if span else NOWHERE

    def _type(self, value: str, known: Iterable[Reading], window: Span) -> Found:
        claimed = set(value.split("|"))
        weak = NOWHERE
        for reading in known:
            if reading.kind != "type":
                continue
            family, null, loose = families(str(reading.value).lower())
            null = null or ("null" in claimed and nullable(self.low, *window))
            null = null or _QUESTIONED.match(self.low, reading.end) is not None
            span = (reading.start, reading.end)
            fits = family in claimed or (
                loose and bool(claimed - {"null", "object", "array"})
            )
            fits = fits or (family == "null" and "null" in claimed)
            fits = fits or ("array" in claimed and self._bracketed(reading))
            if fits and ("null" in claimed) == null:
                return Found("found", span)
            if reading.strong:
                return Found("contradicted", span, str(reading.value))
        return weak

    def _items(self, value: str, known: Iterable[Reading]) -> Found:
        """The type of a list's items, among the words for the list's type."""
        for reading in known:
            if reading.kind == "type" and any(
                family == value or loose
                for family, loose in inner(
                    str(reading.value).lower() + "[]" * self._bracketed(reading)
                )
            ):
                return Found("found", (reading.start, reading.end))
        return NOWHERE

    def _bracketed(self, reading: Reading) -> bool:
        """Whether a type stands in brackets, which may mean a list of it, or nothing."""
        opened = self.text.startswith("[", max(0, reading.start - 1))
        return opened and self.text.startswith("]", reading.end)

    def _bound(self, kind: str, value: Node, known: Iterable[Reading]) -> Found:
        assert isinstance(value, int | float)
        number = literals.exact(value)
        wanted = _KEYWORDS[kind]
        other = NOWHERE
        for reading in known:
            if reading.kind in wanted:
                span = (reading.start, reading.end)
                if reading.value in (number, _beyond(kind, number, reading.kind)):
                    return Found("found", span)
                if reading.strong and other.span is None:
                    other = Found(
                        "contradicted", span, self.text[reading.start : reading.end]
                    )
        return other

    def _default(self, value: Node, known: Iterable[Reading], window: Span) -> Found:
        other = NOWHERE
        cued = False
        for reading in known:
            if reading.kind != "default":
                continue
            cued = True
            span = (reading.start, reading.end)
            if is_spelled(str(reading.value), value):
                return Found("found", span)
            if reading.strong and other.span is None:
                other = Found("contradicted", span, str(reading.value))
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

    def _pattern(self, value: str, window: Span) -> Found:
        for core in (value, value.strip("^$"), *re.findall(r"\[[^\]]+\]", value)):
            at = self.text.find(core, *window)
            if at < 0:
                continue
            start = max(self.text.rfind(sign, window[0], at) for sign in " \n`\"'/") + 1
            other = _REGULAR_EXPRESSION.match(
                self.text, max(start, window[0]), window[1]
            )
            written = other[0].strip("^$/.") if other else ""
            if core not in (value, value.strip("^$")) and written not in ("", core):
                assert other is not None
                return Found("contradicted", other.span(), other[0])
            return Found("found", (at, at + len(core)))
        return NOWHERE

    def member(self, claim: Claim, member: Member) -> Found:
        """What a member of a sample says of a fact; most it leaves open."""
        value = member.value
        if claim.kind in ("type", "items"):
            claimed = set(str(claim.value).split("|"))
            values = [value]
            if claim.kind == "items":
                values = list(value) if isinstance(value, list) else []
            named = {json_type(each) for each in values}
            if named & claimed or (named == {"integer"} and "number" in claimed):
                return Found("found", member.key)
        elif claim.kind in ("example", "const", "default", "enum"):
            here, there = dict(leaves(as_json(claim.value))), dict(leaves(value))
            if here and all(p in there and same(there[p], v) for p, v in here.items()):
                return Found("found", member.span)
        return NOWHERE

    def call(self, claim: Claim, name: str, where: str) -> Found:
        """What a call on the page, with its address and headers, says of a fact of one of its parameters."""
        if claim.kind == "example":
            span = literals.sent(self.text, name, claim.value, where)
            return Found("found", span) if span else NOWHERE
        line = literals.header_line(self.text, name) if where == "header" else None
        if claim.kind == "type" and line is not None:
            numeric = re.fullmatch(r"-?\d+", line["value"]) is not None
            if claim.value == ("integer" if numeric else "string"):
                return Found("found", line.span("value"))
        return NOWHERE

    def leaf(
        self,
        sample: Sample | None,
        there: Mapping[tuple[str, ...], Json],
        path: tuple[str, ...],
        value: Json,
    ) -> Found:
        """What a sample, whose values are `there`, says of one value of the spec's; without one, the page."""
        if sample is None:
            elsewhere = literals.find(self.text, as_node(value))
            return Found("found", elsewhere) if elsewhere else NOWHERE
        if path not in there:
            return NOWHERE
        plain = without_indexes(path, sample.value)
        member = next((m for m in sample.members if m.path == plain), None)
        span = member.span if member else (sample.start, sample.end)
        if same(there[path], value):
            return Found("found", part(self.text, span, value))
        return Found("contradicted", span, json.dumps(there[path], ensure_ascii=False))

    def fact(self, claim: Claim) -> Found:
        kind, value = claim.kind, claim.value
        if kind == "path":
            span = literals.path(self.text, str(value))
            if span is None:
                sure = claim.state == "inferred"
                shown = literals.called(self.text, str(value), sure)
                return Found("found", shown) if shown else NOWHERE
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
        if kind == "algorithm":
            return self._algorithm(str(value))
        if kind == "encoding":
            return self._encoding(str(value))
        if kind == "in":
            return self._location(claim)
        if kind == "mention":
            return self._mention(str(value))
        if kind == "scheme":
            span = literals.find(self.low, str(value).lower())
            return Found("found", span) if span else NOWHERE
        if kind == "deprecated":
            there = [r for r in self.everywhere() if r.kind == kind]
            return Found("found", (there[0].start, there[0].end)) if there else NOWHERE
        span = literals.find(self.text, value)
        if span is None and self.loosened:
            span = literals.find(self.text, value, loose=True)
        if span is None and isinstance(value, str) and kind in ("header", "media_type"):
            span = literals.find(self.low, value.lower())
        if span is None and kind == "prefix":
            return Found("found", TOP)
        return self._every(span, lambda at: literals.find(self.text, value, at))

    def _every(self, span: Span | None, again: Callable[[int], Span | None]) -> Found:
        """Found at its first place; each further place is accounted for as well."""
        if span is None:
            return NOWHERE
        at: Span | None = span
        count = 0
        while at is not None and count < _COUNTED:
            count += 1
            self.used.append(at)
            at = again(at[1])
        return Found("found", span, count=count)

    def _method(self, claim: Claim) -> Found:
        """The method at the operation's path, or after a word for it; else anywhere."""
        template = next(
            (
                str(c.value)
                for c in self.places.claims.facts
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
        if not places:
            shown = literals.called(self.text, template, True)
            places = [shown] if shown else []
        near: list[re.Match[str]] = []
        mine: list[Span] = []
        for start, _ in places:
            line = self.text[max(0, start - 160) : start]
            beside = _METHOD_BESIDE.search(line)
            if beside and beside[1].upper() == value:
                at = start - len(line)
                mine.append((at + beside.start(1), at + beside.end(1)))
                continue
            found = list(
                literals.METHOD.finditer(self.text, max(0, start - 160), start)
            )
            if found and "\n\n" not in line[found[-1].end() - max(0, start - 160) :]:
                near.append(found[-1])
        if mine:
            self.used += mine
            return Found("found", mine[0], count=len(mine))
        for match in near:
            if match[0] == value:
                return Found("found", match.span())
        if near and claim.state != "conflicting":
            return Found("contradicted", near[0].span(), near[0][0])
        for match in literals.METHOD.finditer(self.text):
            if match[0] == value:
                return Found("found", match.span())
        return NOWHERE

    def _status(self, status: str) -> Found:
        if status == "default":
            return Found("found", TOP)
        digits = (
            status[0] + r"(?:[xX*]{2})"
            if status[1:].upper() == "XX"
            else re.escape(status)
        )
        if status[1:].upper() == "XX":
            digits += rf"|from {status[0]}00 (?:up|on)|{status[0]}00 and (?:up|above)|ab {status[0]}00"
            digits += rf"|{status[0]}00 ?(?:-|to|bis|till|through|\.\.) ?{status[0]}99"
        expression = re.compile(rf"(?<![\w.,/-])(?:{digits})(?![\d]|\.\d|-\d)")
        said = self._outside_samples(expression)
        self.used += said
        return Found("found", said[0], count=len(said)) if said else NOWHERE

    def _outside_samples(self, expression: re.Pattern[str]) -> list[Span]:
        """All that matches outside of samples, or else the first in one; each expression is looked for once."""
        known = self._matched.get(expression)
        if known is None:
            places = [m.span() for m in expression.finditer(self.text)]
            known = [p for p in places if not self.places.in_sample(p[0])] or places[:1]
            self._matched[expression] = known
        return known

    def _rule(self, rule: str) -> Found:
        spans: list[Span] = []
        for word in literals.number_words(rule):
            numeric = re.fullmatch(r"\d+(?:\.\d+)?", word)
            span = literals.find(self.text, Decimal(word) if numeric else word)
            if span is None:
                return NOWHERE
            spans.append(span)
        self.used += spans
        return Found("found", spans[0] if spans else TOP)

    def _algorithm(self, value: str) -> Found:
        """The algorithm of a signature; what is no HMAC may be of something else."""
        other = NOWHERE
        mine: list[Span] = []
        for match in _SIGNED.finditer(self.low):
            if value.endswith("sha" + match["bits"]):
                mine.append(match.span())
            elif match["hmac"] and other.span is None:
                other = Found("contradicted", match.span(), self._at(match.span()))
        self.used += mine
        return Found("found", mine[0]) if mine else other

    def _encoding(self, value: str) -> Found:
        """How a signature is written, as it is said near its algorithm; else anywhere."""
        near = [
            self._around(match.span(), "\n\n", _NEAR)
            for match in _SIGNED.finditer(self.low)
        ]
        found = self._choice(_ENCODINGS, value, near, near)
        if found.span is None:
            span = _ENCODINGS[value].search(self.low)
            return Found("found", span.span()) if span else NOWHERE
        return found

    def _location(self, claim: Claim) -> Found:
        """Whether a key goes into a header, the address or a cookie, as it is said beside the key's name."""
        name = next(
            str(c.value).lower()
            for c in self.places.claims.facts
            if c.kind == "header" and c.pointer[:-1] == claim.pointer[:-1]
        )
        places: list[Span] = []
        at = literals.find(self.low, name, loose=self.loosened)
        while at is not None and len(places) < _COUNTED:
            places.append(at)
            at = literals.find(self.low, name, at[1], loose=self.loosened)
        if not places:
            # That the name is not there says it all.
            return Found("found", TOP)
        near = [self._around(place, "\n\n", _NEAR) for place in places]
        beside = [self._around(place, "\n", _BESIDE) for place in places]
        key = re.escape(name)
        known = {
            "header": re.compile(rf"{_IN_HEADER}|-h\s?['\"]?{key}:"),
            "query": re.compile(rf"{_IN_QUERY}|[?&]{key}="),
            "cookie": re.compile(_IN_COOKIE),
        }
        found = self._choice(known, str(claim.value), near, beside)
        if found.span is None:
            if claim.value == "header" and ("-" in name or name == "authorization"):
                return Found("found", places[0])
            if claim.value == "query" and "-" not in name:
                return self._choice({"query": _IN_ADDRESS}, "query", near, ())
        return found

    def _choice(
        self,
        known: Mapping[str, re.Pattern[str]],
        value: str,
        near: Iterable[Span],
        beside: Iterable[Span],
    ) -> Found:
        """A value that is one of a few, by its word nearby; the word of another contradicts it only beside."""
        mine = [m for span in near for m in known[value].finditer(self.low, *span)]
        if mine:
            return Found("found", mine[0].span())
        others = [
            match.span()
            for span in beside
            for words in known.values()
            for match in words.finditer(self.low, *span)
        ]
        if not others:
            return NOWHERE
        return Found("contradicted", min(others), self._at(min(others)))

    def _around(self, span: Span, border: str, far: int) -> Span:
        """What stands around a stretch, up to a border."""
        start = max(span[0] - far, 0)
        end = self.low.find(border, span[1], span[1] + far)
        opened = self.low.rfind(border, start, span[0])
        return max(start, opened), end if end >= 0 else span[1] + far

    def _at(self, span: Span) -> str:
        return self.text[span[0] : span[1]]

    def _mention(self, value: str) -> Found:
        """A path through an answer, as it is written or by each of its names."""
        span = literals.find(self.text, value)
        names = [value] if span else value.split(".")
        spans = [literals.find(self.text, name) for name in names]
        found = [each for each in spans if each]
        if len(found) < len(names):
            return NOWHERE
        self.used += found
        return Found("found", found[0])

    def reads(self, value: Node, claim: Claim) -> bool:
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

    def bounds(self, claim: Claim) -> Found | None:
        """A bound anywhere on the page."""
        assert isinstance(claim.value, int | float)
        number = literals.exact(claim.value)
        for reading in self.everywhere():
            if reading.value == number and reading.kind in _KEYWORDS[claim.kind]:
                return Found("found", (reading.start, reading.end))
        return None


def _beyond(kind: str, value: Decimal, reading: str) -> int | None:
    """The number that an open bound names where the spec has the closed one: more than 1 is at least 2."""
    whole = kind not in ("exclusiveMinimum", "exclusiveMaximum") and value == int(value)
    if reading == "above" and whole:
        return int(value) - 1
    return int(value) + 1 if reading == "below" and whole else None


def _flag(value: bool, known: Iterable[Reading]) -> Found:
    other = weak = NOWHERE
    for reading in known:
        if reading.kind != "required":
            continue
        span = (reading.start, reading.end)
        if reading.value is value and reading.strong:
            return Found("found", span)
        if reading.value is value:
            weak = Found("found", span)
        elif reading.strong and other.span is None:
            other = Found(
                "contradicted", span, "required" if reading.value else "optional"
            )
    return other if other.span else weak
