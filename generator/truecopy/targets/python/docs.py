"""Docstrings: meaning, bounds, examples, and what the document leaves open or says twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from truecopy.code import Code, docstring, folded
from truecopy.ir import (
    ArraySchema,
    Evidence,
    Header,
    Idempotency,
    NumberSchema,
    ObjectSchema,
    Operation,
    Parameter,
    Property,
    RateLimit,
    Response,
    Schema,
    StringSchema,
    UnionSchema,
    Value,
)
from truecopy.targets.python.limits import literal_values
from truecopy.targets.python.naming import argument

LIMIT = 300
MOST = 20


def declared(schema: Schema, indent: int) -> Code | None:
    """The docstring of a class or below its listed values, when the document says what it means."""
    lines = prose(schema.description)
    if held := counted(schema):
        lines = [f"{lines[0]} {held}"] if len(lines) == 1 else [*lines, held]
    return docstring(lines, indent) if lines else None


def counted(schema: Schema) -> str:
    """How many members an object has that lists them."""
    if not isinstance(schema, ObjectSchema) or not schema.properties:
        return ""
    return _range(schema.min_properties, schema.max_properties, "property")


def member(prop: Property, limits: bool) -> Code | None:
    """The docstring below an attribute, when there is more to say than its annotation does."""
    return _beside(prop.schema, prop.sunset, limits, 4)


def alias(schema: Schema, limits: bool) -> Code | None:
    """The docstring below the alias of a named schema, when there is more to say than its type does."""
    return _beside(schema, None, limits, 0)


def _beside(
    schema: Schema, sunset: str | None, limits: bool, indent: int
) -> Code | None:
    lines = prose(schema.description)
    rest = " ".join(_facts(schema, sunset, limits))
    if len(lines) > 1 and rest:
        lines += ["", rest]
    elif rest:
        lines = [" ".join([*lines, rest])]
    return docstring(lines, indent) if lines else None


_ITEM = re.compile(r"\s*([-*+•]|\d+[.)])\s")


def prose(text: str | None) -> list[str]:
    """The paragraphs of a text with gaps between them, its list items on lines of their own."""
    lines: list[str] = []
    gap = True
    for line in text.strip().splitlines() if text else ():
        if not line.strip():
            gap = True
        elif _ITEM.match(line):
            lines += (
                ["", f"  {folded(line)}"] if gap and lines else [f"  {folded(line)}"]
            )
            gap = False
        elif gap:
            lines += ["", folded(line)] if lines else [folded(line)]
            gap = False
        else:
            lines[-1] += f" {folded(line)}"
    return [*lines[:-1], *map(_ended, lines[-1:])]


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


def title(text: str) -> str:
    """A title as a sentence holds it: on one line, without the dot that may end it."""
    return " ".join(text.split()).removesuffix(".")


def sentence(text: str | None) -> str:
    """The text as a sentence, on one line."""
    return _ended(" ".join((text or "").split()))


def _ended(text: str) -> str:
    return text if not text or text[-1] in ".!?:" else text + "."


def facts(schema: Schema, sunset: str | None = None) -> str:
    """What is known of a value, in words."""
    listed = _listed(schema) if literal_values(schema) is not None else ""
    told = [sentence(schema.description), listed, *_facts(schema, sunset, True)]
    return " ".join(filter(None, told))


def _facts(schema: Schema, sunset: str | None, limits: bool) -> list[str]:
    told = [deprecated(sunset)] if schema.deprecated or sunset else []
    if limits:
        told += filter(None, _limits(schema))
    if schema.default is not None:
        told.append(f"The vendor's default: {_shown(schema.default)}.")
    if schema.examples:
        told.append(f"Example: {_shown(schema.examples[0])}.")
    return told


def deprecated(sunset: str | None) -> str:
    """What is said of something that may be gone one day."""
    return "Deprecated" + (f"; may be gone from {sunset}." if sunset else ".")


def _listed(schema: Schema) -> str:
    """The values that a schema lists; those of a constant are in its type."""
    if not schema.enum:
        return ""
    shown = [_shown(value) for value in schema.enum]
    more = f" and {len(shown) - MOST} more" if len(shown) > MOST else ""
    return f"One of: {', '.join(shown[:MOST])}{more}."


def _limits(schema: Schema) -> Iterator[str]:
    if literal_values(schema) is None:
        yield _listed(schema)
        if schema.const is not None:
            yield f"Always {_shown(schema.const)}."
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
            inner = _inside(schema.items)
            yield f"Each item: {inner}" if inner else ""
        case ObjectSchema(additional=additional):
            yield _range(schema.min_properties, schema.max_properties, "property")
            inner = "" if isinstance(additional, bool | None) else _inside(additional)
            yield f"Each other member: {inner}" if inner else ""
        case UnionSchema():
            yield " Or: ".join(filter(None, map(_inside, schema.branches)))
        case _:
            pass


def _inside(schema: Schema) -> str:
    """What is known of a value that has no name, and so no docstring, of its own."""
    listed = isinstance(schema, ObjectSchema) and schema.properties
    if listed or literal_values(schema) is not None:
        return ""
    return " ".join(filter(None, [sentence(schema.description), *_limits(schema)]))


def _shown(value: Value) -> str:
    text = (
        value.data if isinstance(value.data, str) and value.data.strip() else value.text
    )
    return text if len(text) <= LIMIT else text[:LIMIT] + "…"


def _range(low: int | None, high: int | None, unit: str) -> str:
    if low is None and high is None:
        return ""
    plural = {"property": "properties"}.get(unit, unit + "s")
    if low is not None and high is not None:
        if low == high:
            return f"Exactly {low} {unit if low == 1 else plural}."
        return f"{low} to {high} {plural}."
    if high is not None:
        return f"At most {high} {unit if high == 1 else plural}."
    return f"At least {low} {unit if low == 1 else plural}."


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
    media_type: str | None,
    walker: str | None,
    body: Schema | None,
    parameters: Iterable[Parameter],
    members: Iterable[Property],
    sent: str,
    returned: Sequence[str],
    raised: Sequence[str],
) -> Code:
    """The docstring of a client's method; `body` is the class whose members are arguments."""
    lines = [sentence(op.summary) or f"{op.method} {op.path}."]
    if op.description:
        lines += ["", *prose(op.description)]
    if media_type is not None:
        lines += ["", f"Sends the body as {media_type}."]
    if walker is not None:
        lines += ["", f"Gets one page; `{walker}` goes through the items of all."]
    if op.rate_limit is not None:
        lines += ["", f"Answers and errors have `rate_limit`: {limits(op.rate_limit)}."]
    if op.deprecated:
        lines += ["", deprecated(op.sunset)]
    if op.idempotency is not None:
        lines += ["", idempotency(op.idempotency)]
    if body is not None and sent:
        lines += ["", f"The body: {sent}"]
    if body is not None and (held := counted(body)):
        lines += ["", f"The body has {held[0].lower()}{held[1:]}"]
    if chosen := [r for r in op.responses if r.status[0] == "2" and _several(r)]:
        names = " or ".join(c.name for c in chosen[0].contents or ())
        hint = 'options=RequestOptions(headers={"accept": ...}) asks for one'
        lines += ["", f"Answers in {names}; {hint}."]
    told = [(argument(p.key), facts(p.schema, p.sunset)) for p in parameters]
    told += [(argument(p.key), facts(p.schema, p.sunset)) for p in members]
    if body is None:
        told.append(("body", sent))
    entries = [f"    {name}: {text}" for name, text in told if text]
    if entries:
        lines += ["", "Args:", *entries]
    if returned:
        lines += ["", "Returns:", *(f"    {each}" for each in returned)]
    if raised:
        lines += ["", "Raises:", *(f"    {each}" for each in raised)]
    if op.rules or op.permissions:
        needs = [f"    Needs the permission {name}." for name in op.permissions]
        lines += ["", "Rules:", *(f"    {sentence(rule)}" for rule in op.rules), *needs]
    doubts = [e for e in op.origin.evidence if e.state in ("conflicting", "missing")]
    for response in op.responses:
        doubts += [e for e in response.origin.evidence if e.state == "conflicting"]
    open_ = dict.fromkeys(f"    {question(e)}" for e in doubts)
    if open_:
        lines += ["", "The document leaves open or says twice:", *open_]
    return docstring(lines, 8)


def described(text: str | None, schema: Schema | None) -> str:
    """What is said of a body, by itself and by its schema, which may be written as one."""
    told, inner = sentence(text), _inside(schema) if schema is not None else ""
    return inner if inner.startswith(told) else f"{told} {inner}".strip()


def _several(response: Response) -> bool:
    return len(response.contents or ()) > 1


def idempotency(rule: Idempotency) -> str:
    """How a call is made that does nothing twice."""
    told = f"Each call has a key of its own in the header {rule.header}, the same in all its attempts;"
    own = "options=RequestOptions(idempotency_key=...) gives another."
    return " ".join(filter(None, [told, own, sentence(rule.description)]))


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
    """One piece of evidence on an operation, or on what is below it, in words."""
    where = ".".join(evidence.pointer[2:])
    return ": ".join(filter(None, [where, because(evidence)]))


def because(evidence: Evidence) -> str:
    """Why a fact is not simply stated, the readings that were not chosen, and what the document lacks."""
    told = [sentence(evidence.because)]
    if evidence.also:
        told.append(f"Also: {', '.join(map(_shown, evidence.also))}.")
    if evidence.lacks:
        told.append(f"Lacks: {', '.join(evidence.lacks)}.")
    return " ".join(told)
