"""Holds specs against their JSON Schemas and states every finding at its place."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal, Protocol, cast

from truecopy.diagnostics import Diagnostic, Place, error, shown, suggestion
from truecopy.source import Items, Json, Node, Table, find, plain

if TYPE_CHECKING:
    from jsonschema import ValidationError

Kind = Literal["api", "spec"]

_UNSAYABLE = {
    "allOf": "write the properties out, or name a schema",
    "anyOf": "use oneOf, or a list of types",
    "not": "say what the value is instead",
    "if": "say it in rules",
    "$ref": "write the schema's name as the type",
    "nullable": "write type: [..., null]",
    "patternProperties": "use additionalProperties",
    "optional": "write required: false",
}


class _Problems(Protocol):
    def iter_errors(self, instance: object) -> Iterator[ValidationError]: ...


class _Fast(Protocol):
    def is_valid(self, instance: object) -> bool: ...


def validate(kind: Kind, root: Table) -> list[Diagnostic]:
    """All that the JSON Schema of the kind of file finds wrong, by place.

    A fast validator decides whether there is anything to say; the one with full messages says it.
    """
    data = plain(root)
    if _valid(kind, data):
        return []
    findings = [
        f for problem in _problems(kind, data) for f in _findings(root, problem)
    ]
    return findings or [
        error(root.place, "schema-invalid", "the file does not satisfy its JSON Schema")
    ]


def text(kind: Kind) -> str:
    """The JSON Schema of a kind of file, as editors read it."""
    return (resources.files("truecopy") / "schemas" / f"{kind}.schema.json").read_text(
        "utf-8"
    )


@functools.cache
def _documents() -> dict[Kind, dict[str, object]]:
    """Both schemas. Their ids are given here: in the files, editors resolve references beside them."""
    kinds: tuple[Kind, ...] = ("api", "spec")
    base = "https://truecopy.invalid/schemas/"
    return {
        kind: {"$id": f"{base}{kind}.schema.json", **json.loads(text(kind))}
        for kind in kinds
    }


@functools.cache
def _fast(kind: Kind) -> _Fast:
    import jsonschema_rs

    documents = _documents()
    registry = jsonschema_rs.Registry([(str(d["$id"]), d) for d in documents.values()])
    return jsonschema_rs.Draft202012Validator(documents[kind], registry=registry)


def _valid(kind: Kind, data: Json) -> bool:
    try:
        return _fast(kind).is_valid(data)
    except ValueError:
        return False


def _problems(kind: Kind, data: Json) -> Iterator[ValidationError]:
    from jsonschema import Draft202012Validator
    from referencing import Registry, Resource

    documents = _documents()
    none: Registry[Any] = Registry()
    registry = none.with_resources(
        (str(d["$id"]), Resource[Any].from_contents(d)) for d in documents.values()
    )
    validator = Draft202012Validator(documents[kind], registry=registry)
    problems = cast("_Problems", validator)
    return problems.iter_errors(data)


def _findings(root: Node, problem: ValidationError) -> Iterator[Diagnostic]:
    """One finding for each key or value that a validation error speaks of."""
    keyword = str(problem.validator)
    rule = f"schema-{keyword}"
    path = cast("Sequence[str | int]", list(problem.absolute_path))
    node = find(root, path)
    owner = cast("Mapping[str, object]", problem.schema)
    argument = problem.validator_value
    here = node.place
    if keyword == "additionalProperties" and isinstance(node, Table):
        known = cast("Mapping[str, object]", owner.get("properties", {}))
        for key, entry in node.entries.items():
            if key not in known:
                yield error(
                    entry.place, rule, f"unknown key {shown(key)}" + _hint(key, known)
                )
    elif keyword == "required" and isinstance(node, Table):
        missing = [
            key for key in cast("list[str]", argument) if key not in node.entries
        ]
        # Each missing key is an error of its own; the message names the one that it is about.
        for key in missing:
            if problem.message.startswith(repr(key)):
                yield error(
                    here, rule, f"the key '{key}' is missing{_example(owner, key)}"
                )
    elif path and keyword == "pattern" and isinstance(find(root, path), Table):
        yield error(here, rule, _expected(owner, problem))
    elif "propertyNames" in problem.absolute_schema_path:
        name = str(problem.instance)
        place = node.entries[name].place if isinstance(node, Table) else here
        yield error(place, rule, f"{shown(name)} is not {_wanted(owner)}")
    else:
        yield error(here, rule, _expected(owner, problem))


def _hint(key: str, known: Mapping[str, object]) -> str:
    if key in _UNSAYABLE:
        return f"; a spec cannot say it: {_UNSAYABLE[key]}"
    return suggestion(key, known) or f"; expected one of {', '.join(sorted(known))}"


def _example(owner: Mapping[str, object], key: str) -> str:
    known = cast("Mapping[str, Mapping[str, object]]", owner.get("properties", {}))
    examples = cast("list[object]", known.get(key, {}).get("examples", []))
    return (
        f", such as {key}: {json.dumps(examples[0], ensure_ascii=False)}"
        if examples
        else ""
    )


def _wanted(owner: Mapping[str, object]) -> str:
    return str(owner.get("expected", f"of the form {owner.get('pattern')}"))


_TYPES = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}


def _expected(owner: Mapping[str, object], problem: ValidationError) -> str:
    found = cast("Json", problem.instance)
    text = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)
    plain_ = isinstance(found, (bool, int, float)) or found is None
    literal = text if plain_ else shown(text)
    argument = problem.validator_value
    match str(problem.validator):
        case "type":
            types = cast(
                "list[str]", argument if isinstance(argument, list) else [argument]
            )
            wanted = str(owner.get("expected") or " or ".join(_TYPES[t] for t in types))
            quote = (
                "; quote it to mean text"
                if isinstance(found, (int, float, bool)) and "string" in types
                else ""
            )
            return f"{literal} is not {wanted}{quote}"
        case "enum":
            known = cast("list[str]", argument)
            hint = suggestion(text, known) or f"; expected {', '.join(map(str, known))}"
            return f"{literal} is not one of the known words{hint}"
        case "pattern":
            known = [w.strip() for w in _wanted(owner).split(",")]
            return f"{literal} is not {_wanted(owner)}" + suggestion(text, known)
        case "minLength":
            return "the text is empty"
        case "minItems":
            return "the list is empty"
        case "minProperties":
            return "the mapping is empty"
        case "minimum":
            return f"{literal} is less than {argument}"
        case "exclusiveMinimum":
            return f"{literal} is not more than {argument}"
        case "maximum":
            return f"{literal} is more than {argument}"
        case "uniqueItems":
            return "a value stands twice in the list"
        case other:
            return f"{literal} does not satisfy {other} of the JSON Schema"


def at(root: Node, path: Sequence[str | int]) -> Place:
    """The place of the deepest part of a path that exists."""
    node = root
    for step in path:
        if isinstance(node, Table) and str(step) in node.entries:
            node = node.entries[str(step)].node
        elif (
            isinstance(node, Items) and isinstance(step, int) and step < len(node.items)
        ):
            node = node.items[step]
        else:
            break
    return node.place
