"""Takes out of a spec what its JSON Schema refuses, so that the rest of it can be checked at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, cast

from truecopy.schema.validators import Kind, problems, valid
from truecopy.source import Items, Node, Table, find

if TYPE_CHECKING:
    from jsonschema import ValidationError

# More rounds than there are levels in a spec: what a repair uncovers is repaired in the next one.
_ROUNDS = 40
# What stands in for a key without which nothing around it could be checked.
_STAND_INS: Mapping[str, str] = {
    "method": "POST",
    "path": "/",
    "in": "query",
    "title": "?",
    "url": "https://stand-in.invalid",
}
# The keys below these are names: one whose value can't be read is still a name that exists.
_NAMED = frozenset({"parameters", "properties", "responses", "schemas", "content"})
_NAMED_TOO = frozenset({"servers", "headers", "variables", "events"})

# What a schema whose type can't be read still says.
_KEPT = frozenset(
    {"in", "name", "required", "properties", "items", "oneOf", "evidence"}
)

Path = Sequence[str | int]


def repair(kind: Kind, root: Table) -> tuple[bool, bool]:
    """Whether a spec satisfies its schema now, and whether something was lost on the way.

    A key or word that is only misspelt is read as what was meant.
    """
    lost = False
    for _ in range(_ROUNDS):
        if valid(kind, root):
            return True, lost
        shortened: set[int] = set()
        for problem in list(problems(kind, root)):
            path = list(problem.absolute_path)
            if _stands(root, path, shortened):
                lost |= _mend(root, path, problem, shortened)
        if not root:
            break
    return False, True


def _stands(root: Table, path: Path, shortened: set[int]) -> bool:
    """Whether a path still leads to what it led to: no part of it is gone, no index is another's."""
    node: Node = root
    for step in path:
        if id(node) in shortened:
            return False
        if isinstance(node, Table) and str(step) in node:
            node = node[str(step)]
        elif isinstance(node, Items):
            node = node[int(step)]
        else:
            return False
    return True


def _mend(
    root: Table, path: Path, problem: ValidationError, shortened: set[int]
) -> bool:
    """Mends one fault; whether something that other parts may speak of is gone."""
    keyword, argument = str(problem.validator), problem.validator_value
    node = find(root, path)
    if keyword == "additionalProperties" and isinstance(node, Table):
        schema = cast("Mapping[str, object]", problem.schema)
        known = cast("Mapping[str, object]", schema.get("properties", {}))
        lost = [_rename(node, key, known) for key in list(node) if key not in known]
        return any(lost)
    if keyword == "required" and isinstance(node, Table):
        missing = [key for key in cast("list[str]", argument) if key not in node]
        if not all(key in _STAND_INS for key in missing):
            return _drop(root, path, shortened)
        for key in missing:
            node.put(key, _stand_in(root, path, key), (node.start, node.start))
        return True
    if keyword == "propertyNames" or "propertyNames" in problem.absolute_schema_path:
        return (
            isinstance(node, Table)
            and node.pop(str(problem.instance), None) is not None
        )
    if isinstance(node, str):
        words = cast("list[str]", argument) if keyword == "enum" else _words(problem)
        near = get_close_matches(node, [str(word) for word in words], n=1)
        if near:
            _put(root, path, near[0])
            return False
    named = len(path) > 1 and path[-2] in _NAMED | _NAMED_TOO
    if keyword == "type" and named and not isinstance(node, Table):
        owner = find(root, path[:-1])
        if isinstance(owner, Table):
            start = owner.spots[str(path[-1])][1]
            owner[str(path[-1])] = Table(root.file, start)
            return True
    return _drop(root, path, shortened)


def _rename(table: Table, key: str, known: Iterable[str]) -> bool:
    """Gives a misspelt key its name, drops another; whether more than a word is gone."""
    near = [k for k in get_close_matches(key, list(known), n=1) if k not in table]
    node = table.pop(key)
    for name in near:
        table.put(name, node, table.spots[key])
    return not near and isinstance(node, (Items, Table))


def _stand_in(root: Table, path: Path, key: str) -> str:
    if key == "in" and len(path) > 2:
        operation = find(root, path[:-2])
        template = operation.get("path") if isinstance(operation, Table) else None
        if isinstance(template, str) and f"{{{path[-1]}}}" in template:
            return "path"
    return _STAND_INS[key]


def _words(problem: ValidationError) -> list[str]:
    schema = cast("Mapping[str, object]", problem.schema)
    return [word.strip() for word in str(schema.get("expected", "")).split(",")]


def _put(root: Table, path: Path, node: Node) -> None:
    owner = find(root, path[:-1])
    if isinstance(owner, Table):
        owner[str(path[-1])] = node
    elif isinstance(owner, Items):
        owner[int(path[-1])] = node


def _drop(root: Table, path: Path, shortened: set[int]) -> bool:
    """Takes out what is at a path; whether other parts may speak of it."""
    if not path:
        root.clear()
        return True
    node, owner, key = find(root, path), find(root, path[:-1]), path[-1]
    if isinstance(owner, Items):
        del owner[int(key)], owner.spots[int(key)]
        shortened.add(id(owner))
        return True
    assert isinstance(owner, Table)
    del owner[str(key)]
    if key == "type":
        # What the other keywords imply without it may not be what was meant.
        for other in set(owner) - _KEPT:
            del owner[other]
    return (
        isinstance(node, (Items, Table))
        or key in ("name", "schema", "type")
        or (node is not None and not isinstance(node, str))
    )
