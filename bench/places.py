"""Where a page speaks of which field: lines, rows, cells and sentences that begin with its name, and samples."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from transcript import Field, Transcript

# What may stand between the beginning of a line and the name that it lists.
_LEAD = re.compile(
    r"(?:\s|[-*+•|`:>]|#{1,6} |</?[a-zA-Z][^<>]*>|\d+[.)]\s|(?<=:)(?:type|param)\s)*"
)
_STARTS = re.compile(
    r"(?m)^|<tr[^>]*>\s*<t[dh][^>]*>(?:<[^>]+>)*|<(?:dt|li)[^>]*>(?:<[^>]+>)*"
    r"|(?<= - )`|(?<=[\s(])``?(?=[\w.-]+``? \()|<code>(?=[\w.-]+</code> \()"
    r"|(?<=[.!?;,] )`(?=[\w.-]+` är)"
    r"|(?<=[.!?;] )(?=[a-z_.]+ (?:is|are|takes|counts|repeats|\())"
)
# In a copied table the type follows its name without a blank.
_TYPE = r"(?:[Ss]tring|[Ii]nteger|[Nn]umber|[Bb]oolean|[Oo]bject|[Aa]rray|Enum|Date|UUID|Yes|No)"
_ENDS = re.compile(
    r"(?m)^#{1,6} |(?<=[\w.`)\]}] )#{1,6} (?=[A-Z])|^[^\n]+\n(?=([=~^-])\1{3,}$)|<h[1-6]|<pre"
    r"|</main|</dl>|</ul>\n<|</tbody></table>|^```|^\.\. |(?<= )\*\*\d\d\d |\bcurl |Sample: "
    r"|^(?:Response|Request|Header|Body|Error|Answer|Query|Path|Example|Sample|Copy|path |query |header )(?![^\n]*: )[^\n]{0,40}$"
    r"|^(?:RESPONSE|REQUEST) |^(?:PUT|POST|GET|PATCH|DELETE)\b|^(?:json|JSON)$(?=\n(?:\{|\d))|^\d\d\d\b"
)
_DEAD = r"<!--.*?-->|\]\([^)]*\)|\A---\n.*?\n---\n"
_DEAD_IN_HTML = r"|<(head|script|style)\b.*?</\1>|</?[a-zA-Z][^<>]*>"
_QUOTE = r"(?:\"|&quot;)"


@dataclass(frozen=True, slots=True)
class Listing:
    """A place that begins with a field's name: where its line or row begins, its name, and its end.

    `fields` are those that it may be of; more than one where the page alone does not tell.
    """

    begin: int
    start: int
    after: int
    end: int
    fields: tuple[Field, ...]
    row: bool
    sentence: bool


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a sample with a scalar: its name and its value."""

    name: str
    start: int
    value_start: int
    value_end: int


@dataclass(frozen=True)
class Page:
    """A page's text and the transcript that it is searched with."""

    text: str
    spec: Transcript

    @cached_property
    def _dead(self) -> list[tuple[int, int]]:
        pattern = _DEAD + _DEAD_IN_HTML if "<html" in self.text else _DEAD
        return [m.span() for m in re.finditer(pattern, self.text, re.DOTALL)]

    def dead(self, start: int, end: int) -> bool:
        """Whether a stretch touches what a reader does not see: tags, scripts, comments, targets of links."""
        at = bisect_right(self._dead, (end, 0)) - 1
        return at >= 0 and self._dead[at][1] > start

    def found(self, pattern: str, start: int, end: int) -> list[re.Match[str]]:
        """The matches between two places that a reader sees; group 1 is what counts."""
        compiled = re.compile(pattern)
        return [
            m
            for m in compiled.finditer(self.text, start, end)
            if not self.dead(*m.span(1))
        ]

    @cached_property
    def members(self) -> list[Member]:
        """The scalar members of all samples."""
        value = r"\"(?:[^\"\\\n]|\\.)*\"|&quot;.*?&quot;|-?\d[\d.]*|true|false"
        pattern = (
            rf"{_QUOTE}([\w$-]+){_QUOTE}(?:</span>)?\s*:\s*(?:<span[^>]*>)?({value})"
        )
        return [
            Member(m[1], m.start(), *m.span(2))
            for m in re.finditer(pattern, self.text)
            if not self.dead(*m.span(1))
        ]

    @cached_property
    def listings(self) -> list[Listing]:
        """All listings, in the order of the page."""
        found = sorted(self._names())
        ends = sorted({
            *(m.start() for m in _ENDS.finditer(self.text)),
            *(member.start for member in self.members),
            *(begin for begin, *_ in found), *self._headers(), len(self.text),
        })  # fmt: skip
        chosen = _chosen([names for *_, names in found], self.spec.fields)
        out: list[Listing] = []
        for (begin, start, after, _), fields in zip(found, chosen, strict=True):
            end = ends[bisect_right(ends, start)]
            line = self.text.find("\n", start) % (len(self.text) + 1)
            row = self._is_row(begin, start, after, line)
            sentence = self.text[begin:start] == "" and self.text[begin - 1] == " "
            blank = self.text.find("\n\n", start)
            if row:
                end = min(end, line + 1)
            elif blank >= 0 and (sentence or self.text[begin : begin + 1] in "-*`"):
                end = min(end, blank)
            out.append(Listing(begin, start, after, end, fields, row, sentence))
        return out

    def _is_row(self, begin: int, start: int, after: int, line: int) -> bool:
        rest = self.text[after:line]
        return (
            "|" in self.text[begin:start] or "\t" in rest.rstrip() or bool(re.match(_TYPE, rest))
        )  # fmt: skip

    def _names(self) -> Iterator[tuple[int, int, int, tuple[Field, ...]]]:
        by_name: dict[str, list[Field]] = {}
        for field in self.spec.fields:
            by_name.setdefault(field.name, []).append(field)
        longest = sorted(by_name, key=lambda name: (-len(name), name))
        names = "|".join(
            re.escape(name).replace("_", "_(?:<wbr>)?").replace(r"\-", "-(?:<wbr>)?")
            for name in longest
        )
        pattern = re.compile(
            rf"((?:[\w-]+(?:\[\])?\.)*)({names})(?:\[\])?(?:(?![\w<\[(.-])|(?=</?[a-z])|(?=\.\s)|(?={_TYPE}))"
        )
        seen: set[int] = set()
        for anchor in _STARTS.finditer(self.text):
            lead = _LEAD.match(self.text, anchor.end())
            start = lead.end() if lead else anchor.end()
            match = pattern.match(self.text, start)
            if match is None or start in seen or self.dead(start, start + 1):
                continue
            seen.add(start)
            above = tuple(match[1].replace("[]", "").split(".")[:-1])
            fields = by_name[match[2].replace("<wbr>", "")]
            fits = tuple(f for f in fields if _fits(f.path[:-1], above))
            if fits:
                yield self._begin(anchor, start), start, match.end(), fits

    def _begin(self, anchor: re.Match[str], start: int) -> int:
        """Where the line, the row or the item of a listing begins."""
        begin = max(anchor.start(), self.text.rfind("\n", 0, start) + 1)
        return begin - 2 if self.text[begin - 3 : begin] == " - " else begin

    def _headers(self) -> Iterator[int]:
        """Lines that begin with a header of no list."""
        for fact in self.spec.literals:
            if fact.key in ("header", "name"):
                pattern = rf"(?m)^\W*{re.escape(fact.value)}\b"
                yield from (m.start() for m in re.finditer(pattern, self.text))


def _fits(path: Sequence[str], above: Sequence[str]) -> bool:
    size = min(len(path), len(above))
    return not size or tuple(path[-size:]) == tuple(above[-size:])


def _chosen(
    found: Sequence[tuple[Field, ...]], order: Sequence[Field]
) -> list[tuple[Field, ...]]:
    """For each listing the fields whose neighbours in the spec are those on the page.

    Of equals, those that have no other listing; else one after another, where there are as many as listings.
    """
    at = {field.pointer: place for place, field in enumerate(order)}
    names = [fields[0].name for fields in found]
    specs = [field.name for field in order]
    best: list[tuple[Field, ...]] = []
    for place, fields in enumerate(found):
        scores = [
            _alike(names, place, specs, at[field.pointer]) for field in fields
        ]  # fmt: skip
        best.append(
            tuple(f for f, s in zip(fields, scores, strict=True) if s == max(scores))
        )
    sure = {fields[0].pointer for fields in best if len(fields) == 1}
    groups: dict[tuple[str, ...], list[int]] = {}
    for place, tied in enumerate(best):
        if len(tied) > 1:
            best[place] = tuple(f for f in tied if f.pointer not in sure) or tied
    for place, fields in enumerate(best):
        groups.setdefault(tuple(f.pointer for f in fields), []).append(place)
    for pointers, places in groups.items():
        if len(pointers) == len(places):
            for place, field in zip(places, best[places[0]], strict=True):
                best[place] = (field,)
    return best


def _alike(page: Sequence[str], i: int, spec: Sequence[str], j: int) -> int:
    """How many names around two places are the same; the nearest count most."""
    score = 0
    for step in (-3, -2, -1, 1, 2, 3):
        if 0 <= i + step < len(page) and 0 <= j + step < len(spec):
            score += (page[i + step] == spec[j + step]) * 2 ** (3 - abs(step))
    return score
