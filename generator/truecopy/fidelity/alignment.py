"""Which head of a page speaks of which field of a spec.

Pages list things in order, a list at a time. So the heads of a page are walked once, and each is given
a list of the spec, at a price for changing from one list to another: the cheapest walk is the alignment
(Viterbi, 1967). What the heads between say - a type, a status, the word request - is part of the price.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence

from truecopy.fidelity.claims import Field, Section
from truecopy.fidelity.heads import Cue, Head, normal
from truecopy.fidelity.readings import families
from truecopy.records import record

# What is gained by an agreement, and lost by a change of list; only their proportions count.
_TYPE, _OTHER_TYPE, _DEEPER, _NEXT, _AGAIN = 1.5, -0.7, 1.5, 0.6, -2.5
_TWICE = -0.4
_CHANGE, _CHANGE_AT_CUE, _ABSENT, _CUED, _MISCUED = -2.5, -0.3, -0.4, 2.0, -1.5
_NONE = -1


@record
class Match:
    """A head and the field that it speaks of; None for one that the spec does not have."""

    head: Head
    field: int | None


def variants(path: Sequence[str]) -> list[tuple[str, int]]:
    """The ways to name a field: its whole dotted path and each end of it, with the number of its steps."""
    names = [normal(step) or step for step in path]
    return [(".".join(names[-n:]), n) for n in range(len(names), 0, -1)]


def index(fields: Sequence[Field]) -> dict[str, list[tuple[int, int]]]:
    """Fields by each of their names, with how many steps of the path the name has."""
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for number, field in enumerate(fields):
        for name, steps in variants(field.path):
            found[name].append((number, steps))
    return found


def align(
    heads: Sequence[Head],
    cues: Sequence[Cue],
    sections: Sequence[Section],
    fields: Sequence[Field],
    types: Sequence[str],
) -> list[Match]:
    """The best walk; `types` is the text of the type that follows each head, or nothing."""
    known = index(fields)
    starts = [cue.start for cue in cues]
    # State: the list that the head belongs to, or none. Value: the gain so far, the last field, the way back.
    states: dict[int, tuple[float, int, int]] = {_NONE: (0.0, -1, _NONE)}
    back: list[dict[int, tuple[int, int | None]]] = []
    seen = 0
    for number, head in enumerate(heads):
        upto = bisect_right(starts, head.start)
        turned = upto > seen
        cue = cues[upto - 1] if upto else None
        seen = upto
        options: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for option in known.get(head.name, ()):
            options[fields[option[0]].section].append(option)
        change = _CHANGE_AT_CUE if turned else _CHANGE
        best = max(states.items(), key=lambda item: (item[1][0], -item[0]))
        following: dict[int, tuple[float, int, int]] = {}
        ways: dict[int, tuple[int, int | None]] = {}
        for state in {*options, *states}:
            stay = states.get(state)
            moved = (best[1][0] + (change if best[0] != state else 0.0), best[0])
            come = [(moved[0], moved[1])]
            if stay is not None:
                come.append((stay[0], state))
            gain, origin = max(come)
            last = stay[1] if stay is not None and origin == state else -1
            field: int | None = None
            if state in options:
                twice = number > 0 and heads[number - 1].name == head.name
                field, more = _choose(
                    options[state], last, fields, head, types[number], twice
                )
                gain += head.weight + more + agreement(cue, sections[state])
            elif state != _NONE:
                gain += _ABSENT
            following[state] = (gain, last if field is None else field, origin)
            ways[state] = (origin, field)
        states = following
        back.append(ways)
    return _late(_walked(heads, states, back), known)


def _walked(
    heads: Sequence[Head],
    states: dict[int, tuple[float, int, int]],
    back: Sequence[dict[int, tuple[int, int | None]]],
) -> list[Match]:
    if not heads:
        return []
    state = max(states.items(), key=lambda item: (item[1][0], -item[0]))[0]
    found: list[Match] = []
    for head, ways in zip(reversed(heads), reversed(back), strict=True):
        origin, field = ways[state]
        found.append(Match(head, field))
        state = origin
    return found[::-1]


def _late(
    matches: Sequence[Match],
    known: Mapping[str, Sequence[tuple[int, int]]],
) -> list[Match]:
    """A head that the walk passed by is that of a field which no other head is of, if it bears its name."""
    taken = {match.field for match in matches}
    found: list[Match] = []
    for match in matches:
        if match.field is None:
            free = [
                field
                for field, _ in known.get(match.head.name, ())
                if field not in taken
            ]
            if free:
                taken.add(free[0])
                match = Match(match.head, free[0])
        found.append(match)
    return found


def _choose(
    options: Sequence[tuple[int, int]],
    last: int,
    fields: Sequence[Field],
    head: Head,
    type_: str,
    twice: bool,
) -> tuple[int, float]:
    """The field of one list that a name means, and what speaks for it beyond the name."""

    def gain(option: tuple[int, int]) -> tuple[float, int]:
        field, steps = option
        worth = _DEEPER * (steps - 1)
        if steps < len(fields[field].path) and head.name.count("."):
            worth -= 0.3
        if type_:
            worth += _fits(type_, fields[field].family)
        if field > last:
            worth += _NEXT
        elif field == last:
            worth += _TWICE if twice else _AGAIN
        else:
            worth += _AGAIN / 2
        return worth, -abs(field - last)

    field, steps = max(options, key=gain)
    return field, gain((field, steps))[0]


def _fits(type_: str, family: str) -> float:
    named, _, loose = families(type_)
    if not family or loose:
        return 0.0
    if named == family or {named, family} == {"number", "integer"}:
        return _TYPE
    return _OTHER_TYPE


def agreement(cue: Cue | None, section: Section) -> float:
    """Whether the last heading announces this list."""
    if cue is None:
        return 0.0
    if cue.status and section.kind == "response":
        same = (
            cue.status == section.status
            or cue.status[:1] + "XX" == section.status.upper()
        )
        return _CUED if same else _MISCUED
    if not cue.kinds:
        return 0.0
    kind = section.kind
    if kind in cue.kinds:
        return _CUED
    if kind == "response" and "header" in cue.kinds and "request" not in cue.kinds:
        return 0.0
    return _MISCUED
