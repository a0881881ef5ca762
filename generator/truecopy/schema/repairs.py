"""Takes out of a spec what its JSON Schema refuses, so that the rest of it can be checked at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from truecopy.diagnostics import Diagnostic, nearest
from truecopy.schema.messages import findings, near
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

# Keys whose values other parts speak of.
_SPOKEN_OF = frozenset({"name", "schema", "type"})
# What a schema whose type can't be read still says.
_KEPT = frozenset(
    {"in", "name", "required", "properties", "items", "oneOf", "evidence"}
)

Path = Sequence[str | int]


@dataclass(slots=True)
class Repair:
    """What became of a spec that its JSON Schema refuses.

    `lost` says that something is gone of which other parts may speak; `findings` are about what
    stood below misspelt keys, where validation did not look before.
    """

    satisfied: bool = False
    lost: bool = False
    findings: list[Diagnostic] = field(default_factory=list[Diagnostic])


def repaired(kind: Kind, root: Table, data: bytes) -> Repair:
    """Reads what is only misspelt as what was meant, and takes out what can't be read."""
    done = Repair()
    renamed: set[int] = set()
    for _ in range(_ROUNDS):
        done.satisfied = bool(root) and valid(kind, root)
        if done.satisfied or not root:
            break
        found = [(list(p.absolute_path), p) for p in problems(kind, root)]
        for path, problem in found:
            if renamed & set(map(id, _along(root, path))):
                done.findings += findings(kind, root, data, problem)
        renamed.clear()
        shortened: set[int] = set()
        # A missing key may stand there misspelt.
        for path, problem in sorted(found, key=lambda f: f[1].validator == "required"):
            if _stands(root, path, shortened):
                done.lost |= _mend(root, path, problem, shortened, renamed)
    return done


def _along(root: Table, path: Path) -> Iterator[Node]:
    node: Node = root
    for step in path:
        node = find(node, [step])
        yield node


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
    root: Table,
    path: Path,
    problem: ValidationError,
    shortened: set[int],
    renamed: set[int],
) -> bool:
    """Mends one fault; whether something that other parts may speak of is gone."""
    keyword, argument = str(problem.validator), problem.validator_value
    node = find(root, path)
    if keyword == "additionalProperties" and isinstance(node, Table):
        schema = cast("Mapping[str, object]", problem.schema)
        known = cast("Mapping[str, object]", schema.get("properties", {}))
        strange = [key for key in node if key not in known]
        lost = [_rename(node, key, known, renamed) for key in strange]
        return any(lost)
    if keyword == "required" and isinstance(node, Table):
        missing = [key for key in cast("list[str]", argument) if key not in node]
        if not all(key in _STAND_INS for key in missing):
            return _drop(root, path, problem, shortened)
        for key in missing:
            node.put(key, _stand_in(root, path, key), (node.start, node.start))
        return bool(missing)
    if keyword == "propertyNames" or "propertyNames" in problem.absolute_schema_path:
        return (
            isinstance(node, Table)
            and node.pop(str(problem.instance), None) is not None
        )
    if isinstance(node, str) and (keyword == "enum" or node.isalnum()):
        words = cast("list[str]", argument) if keyword == "enum" else _words(problem)
        near = nearest(node, [str(word) for word in words])
        if near:
            _put(root, path, near)
            return False
    named = len(path) > 1 and path[-2] in _NAMED | _NAMED_TOO
    if keyword == "type" and named and not isinstance(node, Table):
        owner = find(root, path[:-1])
        if isinstance(owner, Table):
            start = owner.spots[str(path[-1])][1]
            owner[str(path[-1])] = Table(root.file, start)
            return True
    return _drop(root, path, problem, shortened)


def _rename(table: Table, key: str, known: Iterable[str], renamed: set[int]) -> bool:
    """Gives a misspelt key its name, drops another; whether more than a word is gone."""
    meant, node = near(key, known), table.pop(key)
    if meant and meant not in table:
        table.put(meant, node, table.spots[key])
        if isinstance(node, (Items, Table)):
            renamed.add(id(node))
        return False
    return isinstance(node, (Items, Table))


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


def _drop(
    root: Table, path: Path, problem: ValidationError, shortened: set[int]
) -> bool:
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
    if key == "oneOf":
        owner.pop("discriminator", None)
    if key == "type":
        # What the other keywords imply without it may not be what was meant.
        for other in set(owner) - _KEPT:
            del owner[other]
    return key in _SPOKEN_OF or isinstance(node, (Items, Table)) or not _text(problem)


def _text(problem: ValidationError) -> bool:
    """Whether a value that was refused should have been one without parts."""
    if problem.validator != "type":
        return True
    wanted = cast("str | list[str]", problem.validator_value)
    return not {"object", "array"} & {
        *([wanted] if isinstance(wanted, str) else wanted)
    }
