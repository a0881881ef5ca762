"""Values that nobody changes, made as cheaply as Python makes them.

A dataclass that is frozen at run time takes four times as long to make, and a run makes millions;
so here type checkers alone see to it that a field is never assigned to
(docs/decisions/0007-frozen-for-type-checkers.md). The classes are made at every start: what they have
in common is written once here, where a dataclass would have each compile its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from functools import total_ordering
from operator import attrgetter
from typing import TypeVar, cast, dataclass_transform

_T = TypeVar("_T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[_T]) -> type[_T]:
    """A value with positional fields, equal when its fields are."""
    return _compared(dataclass(slots=True, eq=False, repr=False)(cls))


@dataclass_transform(
    frozen_default=True, kw_only_default=True, field_specifiers=(field,)
)
def node(cls: type[_T]) -> type[_T]:
    """A value with named fields, equal when its fields are."""
    return _compared(dataclass(slots=True, eq=False, repr=False, kw_only=True)(cls))


@dataclass_transform(frozen_default=True, order_default=True, field_specifiers=(field,))
def sortable(cls: type[_T]) -> type[_T]:
    """A value with positional fields that sorts by them, and that a set may hold."""
    made = record(cls)
    facts = _facts(made)

    def before(self: object, other: object) -> bool:
        return (
            facts(self) < facts(other) if type(self) is type(other) else NotImplemented
        )

    def hashed(self: object) -> int:
        return hash(facts(self))

    return total_ordering(_with(made, __lt__=before, __hash__=hashed))


def _compared(cls: type[_T]) -> type[_T]:
    facts = _facts(cls)
    names = _names(cls)

    def equal(self: object, other: object) -> bool:
        return (
            facts(self) == facts(other) if type(self) is type(other) else NotImplemented
        )

    def shown(self: object) -> str:
        told = ", ".join([f"{name}={getattr(self, name)!r}" for name in names])
        return f"{cls.__qualname__}({told})"

    return _with(cls, __eq__=equal, __hash__=None, __repr__=shown)


def _names(cls: type) -> list[str]:
    return [each.name for each in fields(cls) if each.compare]


def _facts(cls: type) -> Callable[[object], tuple[object, ...]]:
    """What takes the fields that count from a value."""
    return cast("Callable[[object], tuple[object, ...]]", attrgetter(*_names(cls)))


def _with(cls: type[_T], **methods: object) -> type[_T]:
    for name, method in methods.items():
        setattr(cls, name, method)
    return cls
