"""Values that nobody changes, made as cheaply as Python makes them.

A dataclass that is frozen at run time takes four times as long to make, and a run makes millions;
so here type checkers alone see to it that a field is never assigned to
(docs/decisions/0007-frozen-for-type-checkers.md).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

_T = TypeVar("_T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[_T]) -> type[_T]:
    """A value with positional fields, equal when its fields are."""
    return dataclass(slots=True)(cls)


@dataclass_transform(
    frozen_default=True, kw_only_default=True, field_specifiers=(field,)
)
def node(cls: type[_T]) -> type[_T]:
    """A value with named fields, equal when its fields are."""
    return dataclass(slots=True, kw_only=True)(cls)


@dataclass_transform(frozen_default=True, order_default=True, field_specifiers=(field,))
def sortable(cls: type[_T]) -> type[_T]:
    """A value with positional fields that sorts by them, and that a set may hold."""
    return dataclass(slots=True, unsafe_hash=True, order=True)(cls)
