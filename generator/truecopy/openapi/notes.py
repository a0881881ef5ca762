"""What OpenAPI has no word for: `x-truecopy-*`, evidence among it."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from typing import cast

from truecopy.ir import Evidence, Origin

Object = dict[str, object]

_OUTSIDE = re.compile(r"[^A-Za-z0-9._-]")


def stated(**facts: object) -> Object:
    """The facts that are stated: None and empty tuples stand for silence."""
    return {
        name: (
            list(cast("tuple[object, ...]", fact)) if isinstance(fact, tuple) else fact
        )
        for name, fact in facts.items()
        if fact is not None and fact != ()
    }


def notes(**facts: object) -> Object:
    """Stated facts under extension names."""
    return {
        f"x-truecopy-{name.replace('_', '-')}": fact
        for name, fact in stated(**facts).items()
    }


def evidence(*origins: Origin) -> Object:
    """The evidence of the nodes that become one object, by the key it speaks of."""
    found: dict[str, list[Object]] = {}
    for origin in origins:
        for each in origin.evidence:
            found.setdefault(each.key, []).append(_evidence(each))
    by_key = {k: marks if len(marks) > 1 else marks[0] for k, marks in found.items()}
    return {"x-truecopy-evidence": by_key} if by_key else {}


def component_name(name: str) -> str:
    """The name with the characters that OpenAPI allows in `components`."""
    return _OUTSIDE.sub(lambda found: f"_{ord(found[0]):x}_", name) or "_"


def unused(name: str, taken: Container[str]) -> str:
    """The name, or the first of name-2, name-3... that is not taken."""
    number, candidate = 1, name
    while candidate in taken:
        number += 1
        candidate = f"{name}-{number}"
    return candidate


def renamed(names: Iterable[str]) -> dict[str, str]:
    """A component name for each name, all different."""
    chosen: dict[str, str] = {}
    for name in names:
        if name not in chosen:
            chosen[name] = unused(component_name(name), set(chosen.values()))
    return chosen


def dotted(path: tuple[str, ...] | None) -> str | None:
    """A path of wire names as a spec writes it."""
    return None if path is None else ".".join(path)


def _evidence(each: Evidence) -> Object:
    return stated(
        state=each.state,
        because=each.because,
        source=each.source,
        also=tuple(value.data for value in each.also),
        lacks=each.lacks,
    )
