"""States what a JSON Schema finds wrong with a spec, in a person's words and at its place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from truecopy.diagnostics import (
    Diagnostic,
    Place,
    error,
    nearest,
    shown,
    suggestion,
    visible,
)
from truecopy.schema.validators import EMPTY, Kind, described
from truecopy.source import Items, Json, Table, comment, find, spots

if TYPE_CHECKING:
    from jsonschema import ValidationError

_NUMERIC = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")

# Types of other languages.
_MEANT = {
    "str": "string",
    "text": "string",
    "int": "integer",
    "long": "integer with format: int64",
    "float": "number",
    "double": "number",
    "decimal": "number, or string with format: decimal",
    "bool": "boolean",
    "list": "array",
    "dict": "object",
    "map": "object",
    "hash": "object",
    "any": "no type at all",
    "date": "string with format: date",
    "datetime": "string with format: date-time",
    "date-time": "string with format: date-time",
    "timestamp": "string with format: date-time, or integer with format: unixtime",
    "email": "string with format: email",
    "uri": "string with format: uri",
    "url": "string with format: uri",
    "file": "string with format: binary",
    "binary": "string with format: binary",
    "enum": "string with enum: [...]",
    "uuid": "string with format: uuid",
    "none": "null",
    "nil": "null",
}

# An array, a union, or what may be null, in the words of other languages.
_ARRAY = re.compile(
    r"(?:array|list)(?: of |[<(\[])(\w+?)s?[>)\]]?|(\w+)\[\]", re.IGNORECASE
)
_EITHER = re.compile(r"\s*(?:[|/]|\bor\b)\s*|(?=\?$)")

_TRUTH = {"yes": "true", "on": "true", "no": "false", "off": "false"}
# Words of OpenAPI, and those that come to mind, for keys that have another name here.
_KEYS = {
    "if": "when",
    "requestBody": "request",
    "body": "request",
    "query": "parameters",
    "headers": "parameters",
    "cookies": "parameters",
    "content_type": "media_type",
    "contentType": "media_type",
    "security": "security_requirements",
    "propertyName": "property",
    "tokenUrl": "token_url",
    "title": "description",
    "note": "description",
    "values": "enum",
}
_STATES = ("stated", "inferred", "missing", "conflicting")

_UNSAYABLE = {
    "allOf": "write the properties out, or name a schema",
    "anyOf": "use oneOf, or a list of types",
    "not": "say what the value is instead",
    "if": "say it in rules",
    "$ref": "write the schema's name as the type",
    "schema": "write the schema's name as the type",
    "nullable": "write type: [..., null]",
    "patternProperties": "use additionalProperties",
    "optional": "write required: false",
}


def findings(
    kind: Kind, root: Table, data: bytes, problem: ValidationError
) -> Iterator[Diagnostic]:
    """One finding for each key or value that a validation error speaks of."""
    keyword = str(problem.validator)
    rule = f"schema-{keyword}"
    path = cast("Sequence[str | int]", list(problem.absolute_path))
    node = find(root, path)
    owner = cast("Mapping[str, object]", problem.schema)
    argument = problem.validator_value
    here = spots(root, path)[1]
    literal = _literal(cast("Json", problem.instance), data, here)
    if problem.instance is None and not _is_written(data, here):
        message = f"a value is missing; write {_due(owner, argument)}"
        yield error(here, EMPTY, message + comment(_line(data, here)))
    elif keyword == "additionalProperties" and isinstance(node, Table):
        known = cast("Mapping[str, object]", owner.get("properties", {}))
        for key in node:
            if key not in known:
                yield error(
                    node.key(key), rule, f"unknown key {shown(key)}" + _hint(key, known)
                )
    elif keyword == "required" and isinstance(node, Table):
        known = cast("Mapping[str, object]", owner.get("properties", {}))
        meant = {near(key, known) for key in node if key not in known}
        # Each missing key is an error of its own; the message names the one that it is about.
        for key in cast("list[str]", argument):
            if problem.message.startswith(repr(key)) and key not in {*node, *meant}:
                message = f"the key '{key}' is missing{_example(kind, owner, key)}"
                yield error(here, rule, message)
    elif path and keyword == "pattern" and isinstance(find(root, path), Table):
        yield error(here, rule, _expected(owner, problem, literal))
    elif "propertyNames" in problem.absolute_schema_path:
        name = str(problem.instance)
        place = node.key(name) if isinstance(node, Table) else here
        yield error(place, rule, f"{shown(name)} is not {_wanted(owner)}")
    else:
        yield error(here, rule, _expected(owner, problem, literal))


def near(key: str, known: Iterable[str]) -> str:
    """The known key that was probably meant, or nothing."""
    meant = _KEYS.get(key, "")
    return meant if meant in known else nearest(key, known)


def _is_written(data: bytes, place: Place) -> bool:
    """Whether a null stands at its place, and not nothing."""
    return _line(data, place).startswith("null")


def _line(data: bytes, place: Place) -> str:
    """What follows a place on its line."""
    lines = data.decode("utf-8-sig").split("\n")[place.line - 1 :]
    return "".join(lines[:1])[place.column - 1 :]


def _due(owner: Mapping[str, object], argument: object) -> str:
    """What is wanted where nothing stands."""
    words = cast("list[str]", argument if isinstance(argument, list) else [argument])
    known = " or ".join(_TYPES.get(word, word) for word in words)
    wanted = str(owner.get("expected") or known)
    examples = cast("list[object]", owner.get("examples", []))
    if examples:
        return f"{wanted}, such as {json.dumps(examples[0], ensure_ascii=False)}"
    free = argument == "object" and not owner.get("required")
    return wanted + (", or {} where nothing is known" if free else "")


def _hint(key: str, known: Mapping[str, object]) -> str:
    if key in _UNSAYABLE and "oneOf" in known:
        return f"; a spec cannot say it: {_UNSAYABLE[key]}"
    meant = near(key, known)
    if meant:
        return f"; did you mean '{meant}'?"
    return f"; expected one of {', '.join(sorted(known))}"


def _example(kind: Kind, owner: Mapping[str, object], key: str) -> str:
    known = cast("Mapping[str, Mapping[str, object]]", owner.get("properties", {}))
    stated = described(kind, known.get(key, {}))
    examples = cast("list[object]", stated.get("examples", []))
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


def _literal(found: Json, data: bytes, place: Place) -> str:
    """A value as it is written, or what it is when it has parts."""
    if isinstance(found, str):
        return shown(found)
    if isinstance(found, float):
        number = re.match(r"[-0-9.]+", _line(data, place))
        return number[0] if number else str(found)
    if isinstance(found, (Items, Table)):
        return "a list" if isinstance(found, Items) else "a mapping"
    return json.dumps(found)


def _advice(found: Json, types: list[str], path: Sequence[str | int]) -> str:
    """What to write instead of a value of another type."""
    if isinstance(found, (int, float)) and "string" in types:
        return "; quote it to mean text"
    if isinstance(found, str) and _NUMERIC.fullmatch(found) and "boolean" not in types:
        return "; leave the quotes out"
    if found in ("true", "false") and "boolean" in types:
        return "; leave the quotes out"
    if isinstance(found, str) and found in _TRUTH and "boolean" in types:
        return f"; write {_TRUTH[found]}"
    if isinstance(found, str) and "object" in types:
        return _unfolded(found, path)
    if isinstance(found, Table) and path[-1:] == ["schema"]:
        return "; write its keys here, without 'schema'"
    if isinstance(found, Table) and path[-1:] == ["enum"]:
        return "; write [a, b], and what they mean in the description"
    if isinstance(found, Items) and path[-1:] == ["required"]:
        return "; write required: true beside each property"
    if isinstance(found, Items) and "object" in types:
        return "; write each item below its name"
    return ""


def _scheme(found: Json, known: Sequence[str]) -> str:
    """What to write for a scheme of HTTP authentication that stands as the type."""
    if "apiKey" in known and found in ("basic", "bearer"):
        return f"; write type: http, scheme: {found}"
    return ""


def _unfolded(found: str, path: Sequence[str | int]) -> str:
    """The mapping that is meant by a word."""
    if found in _TYPES:
        return f"; write {{type: {found}}}"
    if path[-2:-1] == ["servers"]:
        return f"; write {{url: {visible(found)}}}"
    if path[-1:] == ["discriminator"]:
        return f"; write {{property: {visible(found)}}}"
    if path[-2:-1] == ["security_requirements"]:
        return f"; write [{visible(found)}]"
    if path[-2:-1] == ["evidence"] and found in _STATES:
        return f"; write {{state: {found}, because: ...}}"
    return ""


def _meant(found: str) -> str:
    """What to write for a type that other languages have, or nothing."""
    if found in _MEANT:
        return _MEANT[found]
    if array := _ARRAY.fullmatch(found):
        item = str(array[1] or array[2]).lower()
        return f"array with items: {{type: {_MEANT.get(item, item)}}}"
    words = [word.replace("?", "null") for word in _EITHER.split(found)]
    words = [_MEANT.get(word, word) for word in words]
    known = len(words) > 1 and all(word in _TYPES for word in words)
    return f"[{', '.join(words)}]" if known else ""


def _expected(
    owner: Mapping[str, object], problem: ValidationError, literal: str
) -> str:
    found = cast("Json", problem.instance)
    argument = problem.validator_value
    match str(problem.validator):
        case "type":
            types = cast(
                "list[str]", argument if isinstance(argument, list) else [argument]
            )
            wanted = str(owner.get("expected") or " or ".join(_TYPES[t] for t in types))
            path = cast("Sequence[str | int]", list(problem.absolute_path))
            return f"{literal} is not {wanted}{_advice(found, types, path)}"
        case "enum":
            known = cast("list[str]", argument)
            hint = (
                _scheme(found, known)
                or suggestion(str(found), known)
                or f"; expected {', '.join(map(str, known))}"
            )
            return f"{literal} is not one of the known words{hint}"
        case "pattern":
            meant = _meant(str(found)) if "integer" in _wanted(owner) else ""
            if meant:
                return f"there is no type {literal}; write {meant}"
            known = [w.strip() for w in _wanted(owner).split(",")]
            return f"{literal} is not {_wanted(owner)}" + suggestion(str(found), known)
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
