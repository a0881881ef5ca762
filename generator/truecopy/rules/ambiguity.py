"""Finds regular expressions that take a backtracking engine exponential or quadratic time.

An automaton with one state for each character of the pattern (Glushkov) is built; when a text can
lead from a state back to it in two ways, a failing match tries them all.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal, cast

Cost = Literal["", "quadratic", "exponential"]

_ASCII = (1 << 128) - 1
_FOREIGN = ((1 << 64) - 1) << 128
_ALL = _ASCII | _FOREIGN
_NEWLINE = 1 << 10
_MANY = 10
_MAX_STATES = 120

Token = tuple[Any, Any]


def _mask(characters: Iterable[int]) -> int:
    """A set of characters as bits; those beyond ASCII share 64 of them."""
    bits = 0
    for c in characters:
        bits |= 1 << (c if c < 128 else 128 + c % 64)
    return bits


_DIGIT = _mask(range(48, 58))
_SPACE = _mask(b" \t\n\r\f\v")
_WORD = _DIGIT | _mask(b"_") | _mask(range(65, 91)) | _mask(range(97, 123))
_CATEGORIES = {
    "CATEGORY_DIGIT": _DIGIT,
    "CATEGORY_NOT_DIGIT": _ALL ^ _DIGIT,
    "CATEGORY_SPACE": _SPACE,
    "CATEGORY_NOT_SPACE": _ALL ^ _SPACE,
    "CATEGORY_WORD": _WORD,
    "CATEGORY_NOT_WORD": _ALL ^ _WORD,
}


@dataclass(slots=True)
class _Part:
    """A piece of the pattern: whether it may be empty, where it begins and ends."""

    nullable: bool
    first: list[int]
    last: list[int]


@dataclass(slots=True)
class _Automaton:
    """What each state reads, and how often it leads to each other state."""

    masks: list[int] = field(default_factory=list[int])
    follow: list[dict[int, int]] = field(default_factory=list[dict[int, int]])
    adjacent: bool = False
    doubled: bool = False
    depth: int = 0

    def state(self, mask: int) -> _Part:
        self.masks.append(mask)
        self.follow.append({})
        index = len(self.masks) - 1
        return _Part(False, [index], [index])

    def connect(self, left: _Part, right: _Part) -> None:
        for a in left.last:
            for b in right.first:
                self.follow[a][b] = self.follow[a].get(b, 0) + 1


@lru_cache(maxsize=512)
def cost(pattern: str) -> Cost:
    """How the time of a failing match grows at worst, as far as this can tell.

    The pattern compiles; what is too large to look at counts as harmless.
    """
    parser = importlib.import_module("re._parser")
    automaton = _Automaton()
    try:
        _sequence(automaton, cast("Sequence[Token]", parser.parse(pattern)))
    except _TooLargeError:
        return ""
    if automaton.doubled or _exponential(automaton):
        return "exponential"
    return "quadratic" if automaton.adjacent else ""


class _TooLargeError(Exception):
    """The automaton would be too large to look at."""


def _sequence(machine: _Automaton, tokens: Sequence[Token]) -> _Part:
    whole = _Part(True, [], [])
    loops: list[int] = []
    for token in tokens:
        part = _token(machine, token)
        if part is None:
            continue
        repeated = _loop(token)
        if repeated is not None:
            machine.adjacent |= any(mask & repeated for mask in loops)
        loops = (loops if part.nullable else []) + (
            [repeated] if repeated is not None else []
        )
        whole = _joined(machine, whole, part)
    return whole


def _joined(machine: _Automaton, left: _Part, right: _Part) -> _Part:
    machine.connect(left, right)
    return _Part(
        left.nullable and right.nullable,
        left.first + (right.first if left.nullable else []),
        right.last + (left.last if right.nullable else []),
    )


def _loop(token: Token) -> int | None:
    """What an unbounded repetition of one character reads."""
    name, argument = token
    if str(name) == "SUBPATTERN":
        inner = cast("Sequence[Token]", argument[3])
        return _loop(inner[0]) if len(inner) == 1 else None
    if str(name) not in ("MAX_REPEAT", "MIN_REPEAT") or argument[1] < _MANY * 100:
        return None
    body = cast("Sequence[Token]", argument[2])
    return _characters(body[0]) if len(body) == 1 else None


def _token(machine: _Automaton, token: Token) -> _Part | None:
    if len(machine.masks) > _MAX_STATES:
        raise _TooLargeError
    name, argument = str(token[0]), token[1]
    if name == "SUBPATTERN":
        return _sequence(machine, argument[3])
    if name == "ATOMIC_GROUP":
        return _sequence(machine, argument)
    if name == "BRANCH":
        parts = [_sequence(machine, branch) for branch in argument[1]]
        # Two alternatives that may both be empty: the parser leaves these of (a|a).
        machine.doubled |= (
            machine.depth > 0 and sum(part.nullable for part in parts) > 1
        )
        return _Part(
            any(part.nullable for part in parts),
            [state for part in parts for state in part.first],
            [state for part in parts for state in part.last],
        )
    if name in ("MAX_REPEAT", "MIN_REPEAT"):
        return _repeat(machine, *argument)
    mask = _characters(token)
    return None if mask is None else machine.state(mask)


def _repeat(machine: _Automaton, low: int, high: int, body: Sequence[Token]) -> _Part:
    """Counted repetitions are unrolled in part: three copies show what more would."""
    if high >= _MANY and (low < high or _varies(body)):
        machine.depth += 1
        part = _sequence(machine, body)
        machine.depth -= 1
        machine.connect(part, part)
        return _Part(part.nullable or low == 0, part.first, part.last)
    whole = _Part(True, [], [])
    for index in range(min(int(high), 3)):
        part = _sequence(machine, body)
        optional = index >= low or (
            index > 0 and low < high and index >= 3 - (high - low)
        )
        part = _Part(part.nullable or optional, part.first, part.last)
        whole = _joined(machine, whole, part)
    return whole


def _varies(tokens: Sequence[Token]) -> bool:
    """Whether an unbounded repetition stands among the tokens or below them."""
    for token in tokens:
        if _loop(token) is not None:
            return True
        if str(token[0]) == "SUBPATTERN" and _varies(token[1][3]):
            return True
    return False


def _characters(token: Token) -> int | None:
    """The characters that one token reads; None when it reads none, or not one."""
    name, argument = str(token[0]), token[1]
    match name:
        case "LITERAL":
            return _mask([argument])
        case "NOT_LITERAL":
            return _ALL ^ (_mask([argument]) & _ASCII)
        case "ANY":
            return _ALL ^ _NEWLINE
        case "RANGE":
            low, high = argument
            return _mask(range(low, min(high, 127) + 1)) | (
                _FOREIGN if high > 127 else 0
            )
        case "CATEGORY":
            return _CATEGORIES.get(str(argument), _ALL)
        case "IN":
            return _class(argument)
        case _:
            return None


def _class(members: Sequence[Token]) -> int:
    negated = str(members[0][0]) == "NEGATE"
    bits = 0
    for member in members[1:] if negated else members:
        bits |= _characters(member) or 0
    return _ALL ^ (bits & _ASCII) if negated else bits


def _exponential(machine: _Automaton) -> bool:
    """Whether a text leads from a state back to itself in two ways."""
    reach = _reach(machine)
    for a, followers in enumerate(machine.follow):
        if any(count > 1 and reach[b] >> a & 1 for b, count in followers.items()):
            return True
    looping = [q for q in range(len(machine.masks)) if _in_loop(machine, reach, q)]
    return any(_two_ways(machine, reach, q) for q in looping)


def _in_loop(machine: _Automaton, reach: list[int], state: int) -> bool:
    return any(reach[b] >> state & 1 for b in machine.follow[state])


def _reach(machine: _Automaton) -> list[int]:
    """For each state the states that it leads to, itself included, as bits."""
    reach = [1 << index for index in range(len(machine.masks))]
    changed = True
    while changed:
        changed = False
        for a, followers in enumerate(machine.follow):
            bits = reach[a]
            for b in followers:
                bits |= reach[b]
            if bits != reach[a]:
                reach[a] = bits
                changed = True
    return reach


def _two_ways(machine: _Automaton, reach: list[int], start: int) -> bool:
    """Whether two different paths that read one text lead from a state back to it."""
    seen: set[tuple[int, int]] = {(start, start)}
    stack = [(start, start)]
    while stack:
        a, b = stack.pop()
        for c in machine.follow[a]:
            if not reach[c] >> start & 1:
                continue
            for d in machine.follow[b]:
                if not machine.masks[c] & machine.masks[d] or not reach[d] >> start & 1:
                    continue
                if c == d == start and a != b:
                    return True
                pair = (c, d) if c <= d else (d, c)
                if pair not in seen and not (c == d and a == b and c == start):
                    seen.add(pair)
                    stack.append(pair)
    return False
