"""JSON values: where one stands in another, and what is wrong with one, in its own order."""

from __future__ import annotations

import pytest
from truecopy.ir import AnySchema, ObjectSchema, Origin
from truecopy.json_values import holds
from truecopy.source import Json, Table
from truecopy.values import violations


@pytest.mark.parametrize(
    ("data", "path", "value", "expected"),
    [
        ({"a": {"b": 1}}, "a.b", 1.0, True),
        ({"a": {"b": 1}}, "a.b", True, False),
        ({"a": {"b": None}}, "a.b", None, True),
        ({"a": {}}, "a.b", None, False),
        ({"b": None, "a": {}}, "a.b", None, False),
        ({"a": None}, "a.b", None, False),
        ({"a": ["x"]}, "a.0", "x", False),
        ({"a": ["x"]}, "a.²", "x", False),
        ([], "a", None, False),
    ],
)
def test_holds(data: Json, path: str, value: Json, expected: bool) -> None:
    """As clients look for a failure: a path leads through objects, and nothing is no null."""
    assert holds(data, tuple(path.split(".")), value) == expected


def test_strange_members_are_told_in_their_order() -> None:
    """Not as a set happens to hold them."""
    origin = Origin((), Table("", 0))
    closed = ObjectSchema(additional=False, origin=origin)
    names = [f"member{n}" for n in range(20)]
    found = violations(closed, dict.fromkeys(names, 1), {"x": AnySchema(origin=origin)})
    assert [bad.path for bad in found] == [(name,) for name in names]
