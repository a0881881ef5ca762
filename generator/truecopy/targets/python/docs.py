"""Docstrings: meaning, bounds, examples, and what the document leaves open or says twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from truecopy.code import Code, docstring
from truecopy.ir import (
    ArraySchema,
    Evidence,
    Header,
    NumberSchema,
    ObjectSchema,
    Operation,
    Origin,
    Parameter,
    Property,
    RateLimit,
    Response,
    Schema,
    StringSchema,
    Value,
)
from truecopy.targets.python.naming import argument

LIMIT = 300


def declared(schema: Schema, indent: int) -> Code | None:
    """The docstring of a class or below an alias, when the document says what it means."""
    text = sentence(schema.description)
    return docstring([text], indent) if text else None


def member(schema: Schema, limits: bool) -> Code | None:
    """The docstring below an attribute, when there is more to say than its annotation does."""
    text = facts(schema, limits)
    return docstring([text], 4) if text else None


def header(header: Header) -> Code:
    """The docstring below an attribute that is a header's."""
    told = facts(header.schema)
    named = f"{header.name}: {told}" if told else f"The header {header.name}."
    return docstring([named], 4)


def rate_limit(limit: RateLimit) -> Code:
    """The docstring below the attribute that tells of a rate limit."""
    return docstring([f"What headers say of the rate limit: {limits(limit)}."], 4)


def limits(limit: RateLimit) -> str:
    """Which header each number of a rate limit is from."""
    names = {"limit": limit.limit, "remaining": limit.remaining, "reset": limit.reset}
    return ", ".join(
        f"{name} from {header}" for name, header in names.items() if header
    )


def sentence(text: str | None) -> str:
    """The text as a sentence, on one line."""
    folded = " ".join((text or "").split())
    return folded if not folded or folded[-1] in ".!?:" else folded + "."


def facts(schema: Schema, limits: bool = True) -> str:
    """What is known of a value, in words."""
    told = [sentence(schema.description), "Deprecated." if schema.deprecated else ""]
    told += _limits(schema) if limits else []
    if schema.default is not None:
        told.append(f"The vendor's default: {_shown(schema.default)}.")
    if schema.examples:
        told.append(f"Example: {_shown(schema.examples[0])}.")
    return " ".join([part for part in told if part])


def _limits(schema: Schema) -> Iterator[str]:
    match schema:
        case StringSchema():
            yield _range(schema.min_length, schema.max_length, "character")
            if schema.format:
                yield f"Format: {schema.format}."
            if schema.pattern:
                yield f"Pattern: {schema.pattern}"
        case NumberSchema():
            yield _bounds(schema)
        case ArraySchema():
            yield _range(schema.min_items, schema.max_items, "item")
            yield "No two items are equal." if schema.unique_items else ""
        case ObjectSchema():
            yield _range(schema.min_properties, schema.max_properties, "property")
        case _:
            pass


def _shown(value: Value) -> str:
    text = (
        value.data if isinstance(value.data, str) and value.data.strip() else value.text
    )
    return text if len(text) <= LIMIT else text[:LIMIT] + "…"


def _range(low: int | None, high: int | None, unit: str) -> str:
    plural = {"property": "properties"}.get(unit, unit + "s")
    if low is not None and high is not None:
        if low == high:
            return f"Exactly {low} {unit if low == 1 else plural}."
        return f"{low} to {high} {plural}."
    if high is not None:
        return f"At most {high} {unit if high == 1 else plural}."
    return f"At least {low} {unit if low == 1 else plural}." if low is not None else ""


def _bounds(schema: NumberSchema) -> str:
    parts: list[str] = []
    if schema.minimum is not None:
        parts.append(f"at least {schema.minimum}")
    if schema.exclusive_minimum is not None:
        parts.append(f"more than {schema.exclusive_minimum}")
    if schema.maximum is not None:
        parts.append(f"at most {schema.maximum}")
    if schema.exclusive_maximum is not None:
        parts.append(f"less than {schema.exclusive_maximum}")
    if schema.multiple_of is not None:
        parts.append(f"a multiple of {schema.multiple_of}")
    text = ", ".join(parts)
    return text[:1].upper() + text[1:] + "." if text else ""


def operation(
    op: Operation,
    walker: str | None,
    parameters: Iterable[Parameter],
    members: Iterable[Property],
    errors: Iterable[str],
) -> Code:
    """The docstring of a client's method."""
    lines = [sentence(op.summary) or f"{op.method} {op.path}."]
    if op.description:
        lines += ["", sentence(op.description)]
    if walker is not None:
        lines += ["", f"Gets one page; `{walker}` goes through the items of all."]
    if op.rate_limit is not None:
        lines += ["", f"Answers and errors have `rate_limit`: {limits(op.rate_limit)}."]
    if op.deprecated:
        lines += [
            "",
            "Deprecated" + (f"; may be gone from {op.sunset}." if op.sunset else "."),
        ]
    told = [(argument(p.key), facts(p.schema)) for p in parameters]
    told += [(argument(p.key), facts(p.schema)) for p in members]
    entries = [f"    {name}: {text}" for name, text in told if text]
    if entries:
        lines += ["", "Args:", *entries]
    raised = [f"    {name}" for name in errors]
    if raised:
        lines += ["", "Raises:", *raised]
    if op.rules or op.permissions:
        needs = [f"    Needs the permission {name}." for name in op.permissions]
        lines += ["", "Rules:", *(f"    {sentence(rule)}" for rule in op.rules), *needs]
    open_ = [
        f"    {question(e)}"
        for e in evidence_of(op.origin)
        if e.state in ("conflicting", "missing")
    ]
    if open_:
        lines += ["", "The document leaves open or says twice:", *open_]
    return docstring(lines, 8)


def pages(method: str) -> Code:
    """The docstring below an iterator over pages."""
    what = f"The items of all pages of `{method}`, each page asked for when it is due."
    return docstring([what], 4)


def error(response: Response, family: bool) -> Code | None:
    """The docstring of an exception, when it says more than its base class; a family's is told apart."""
    what = sentence(response.description)
    if not what and not family:
        return None
    told = f"{response.status}: {what}" if what else covered(response.status)
    return docstring([told], 4)


def covered(status: str) -> str:
    """The statuses that an entry of the responses stands for, in words."""
    if status == "default":
        return "A status that the document does not list."
    return f"A {status} status." if status.endswith("XX") else f"{status}."


def question(evidence: Evidence) -> str:
    """One piece of evidence in words."""
    name = evidence.key or (evidence.pointer[-1] if evidence.pointer else "")
    return f"{name}: {sentence(evidence.because)}"


def evidence_of(origin: Origin) -> tuple[Evidence, ...]:
    """The evidence of one node."""
    return origin.evidence
