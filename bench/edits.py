"""Edits of single facts: each at a place where the page leaves no doubt about which fact it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from places import Listing, Member, Page
from transcript import Fact, Field

Splice = tuple[int, int, str]

# How pages call a type, and what an editor would write instead.
_TYPE_WORDS = {
    "string": {
        "string": "integer", "String": "Integer", "strings": "integers", "text": "number",
        "sträng": "heltal", "Zeichenkette": "Ganzzahl", "enum": "integer", "Enum": "Integer",
    },
    "integer": {
        "integer": "string", "Integer": "String", "int": "string", "int32": "string",
        "heltal": "sträng", "Ganzzahl": "Zeichenkette", "whole number": "string",
    },
    "number": {
        "number": "boolean", "Number": "Boolean", "decimal": "boolean", "float": "boolean",
        "decimaltal": "boolesk", "Dezimalzahl": "Wahrheitswert",
    },
    "boolean": {
        "boolean": "integer", "Boolean": "Integer", "bool": "integer",
        "boolesk": "heltal", "Wahrheitswert": "Ganzzahl",
    },
    "object": {
        "object": "string", "Object": "String", "objekt": "sträng", "Objekt": "Zeichenkette",
        "map": "string",
    },
    "array": {
        "array": "object", "Array": "Object", "list": "object", "lista": "objekt",
        "Liste": "Objekt",
    },
}  # fmt: skip
_FORMAT_WORDS = {
    "ulid": ("ulid", "ULID"),
    "uuid": ("uuid", "UUID"),
    "date": ("date", "Date", "Datum", "datum"),
    "date-time": ("date-time", "datetime", "Datetime", "tidpunkt"),
    "uri": ("uri", "URI"),
    "int64": ("int64", "64 bit"),
    "int32": ("int32",),
    "decimal": ("decimal",),
    "email": ("Format: email", "e-mail address", "<email>"),
    "time": ("time",),
}
_MARKS = {
    "true": {
        "required": "optional", "always present": "optional", "Yes": "No", "yes": "no",
        "ja": "nein", "obligatoriskt": "valfritt", "✔": "✘", "mandatory": "optional",
    },
    "false": {
        "optional": "required", "No": "Yes", "no": "yes", "nein": "ja",
        "valfritt": "obligatoriskt", "✘": "✔",
    },
}  # fmt: skip
_BOUNDS = {
    *("minLength", "maxLength", "minimum", "maximum", "multipleOf", "minItems"),
    *("exclusiveMinimum", "exclusiveMaximum", "maxItems", "maxProperties"),
}
_LIMIT = (
    r"(?:[Mm]in|[Mm]ax|[Ll]ength|length|[Bb]etween|up to|Up to|at most|At most|at least|≤|≥|<|>|than|"
    r"mindestens|höchstens|minst|mest|från|[Ff]rom|max\.|items|exactly)"
)
_DEFAULT = r"(?:[Dd]efaults? to|[Dd]efault(?:s| is)?|Standardwert|[Ss]tandardvärdet\s+är|Förvalt)"
_EXAMPLE = r"(?:[Ee]xample|e\.g\.|z\. B\.|Beispiel|Exempel|Till exempel)"
# Words that may be a fact; an edit of mere prose leaves them alone.
_FACT_WORDS = re.compile(
    r"requir|option|defaul|betwe|leng|charact|minim|maxim|least|most|string|integ|number|bool|objec|arra|list|"
    r"item|value|uniq|patter|deprec|ignor|null|exampl|format|letter|digit|ident|never|always|only|twice|without|"
    r"three|seven|eight|exact|decim|address|heltal|sträng|tecken|minst|högst|valfri|oblig|standard|giltig|"
    r"zeich|pflicht|werte?|mindest|höchst|beisp|datum|date|time|least|permis|scope|event|header|status|"
    r"first|second|third|other|after|before|above|below|under|större|starts|begins|upper|lower|empty|alpha|"
    r"numeri|given|occur|allow|possib|accept|remove|replac"
)
_NEW = "quartz"


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit: what becomes of which stretches, and the pointers that are right.

    `added` is what a finding may name instead: a new thing has no pointer, and what also stands elsewhere is not gone.
    """

    kind: str
    splices: tuple[Splice, ...]
    targets: frozenset[str]
    added: str = ""

    def of(self, text: str) -> str:
        """The page with the edit."""
        for start, end, new in sorted(self.splices, reverse=True):
            text = text[:start] + new + text[end:]
        return text


def edits(page: Page) -> list[Edit]:
    """Every edit of a page, in its order, none twice."""
    found: dict[tuple[str, tuple[Splice, ...]], Edit] = {}
    for edit in (*_listed(page), *_sampled(page), *_standing(page)):
        key = (edit.kind, edit.splices)
        if key in found:
            targets = found[key].targets | edit.targets
            edit = Edit(edit.kind, edit.splices, targets, edit.added)
        found[key] = edit
    return sorted(
        (edit for edit in found.values() if edit.of(page.text) != page.text),
        key=lambda edit: (edit.splices[0], edit.kind),
    )


def _listed(page: Page) -> Iterator[Edit]:
    for place, listing in enumerate(page.listings):
        for field in listing.fields:
            if len(listing.fields) == 1:
                for make in (
                    _bounds,
                    _types,
                    _formats,
                    _flags,
                    _values,
                    _defaults,
                    _examples,
                ):
                    yield from make(page, listing, field)  # fmt: skip
        yield from _renamed(page, listing)
        yield from _prose(page, listing)
        yield from _moved(page, place)


def _at(kind: str, match: re.Match[str], new: str, field: Field, *facts: Fact) -> Edit:
    targets = frozenset({field.pointer, *(fact.pointer for fact in facts)})
    return Edit(kind, ((*match.span(1), new),), targets)


def _number(value: str) -> str:
    shown = re.escape(value).replace(r"\-", "(?:-|\N{MINUS SIGN}|&minus;)")
    return rf"(?<![\w.,:/-])({shown})(?![\w]|[.,:/-]\d)"


def _bounds(page: Page, listing: Listing, field: Field) -> Iterator[Edit]:
    facts = [f for f in field.facts if f.key.rpartition(".")[2] in _BOUNDS]
    for fact in facts:
        same = [f for f in facts if f.value == fact.value]
        found = page.found(_number(fact.value), listing.after, listing.end)
        if len(found) > 1:
            pattern = rf"{_LIMIT}\W{{0,4}}{_number(fact.value)}"
            found = page.found(pattern, listing.after, listing.end)[:1]
        if len(found) == 1:
            for new in _numbers(fact.value):
                yield _at("bound", found[0], new, field, *same)


def _numbers(value: str) -> Iterator[str]:
    """Other numbers: the next one, and one that is far."""
    if "." in value:
        yield value[:-1] + str((int(value[-1]) + 1) % 10)
    else:
        yield str(int(value) + 1)
    yield f"{value}7" if value != "0" else "7"


def _word(page: Page, listing: Listing, words: Iterable[str]) -> re.Match[str] | None:
    """The first of some words near the name, where the page states its type and its flags."""
    head = min(listing.end, listing.after + (110 if "<" in page.text[:20] else 70))
    shown = "|".join(sorted(map(re.escape, words), key=lambda w: (-len(w), w)))
    pattern = rf"(?<![a-zåäöA-Z])({shown})(?![a-zåäö])"
    found = page.found(pattern, listing.after, head)
    run = re.compile(rf"({shown})").match(page.text, listing.after)
    if run:
        return run
    return found[0] if found else None


def _types(page: Page, listing: Listing, field: Field) -> Iterator[Edit]:
    kinds = [t for t in field.types if t in _TYPE_WORDS]
    if len(kinds) != 1:
        return
    words = _TYPE_WORDS[kinds[0]]
    match = _word(page, listing, words)
    if match is None or _other_type_first(page, listing, match):
        return
    said = [*field.of("type"), *field.of("format"), *field.of("items.type")]
    said += field.of("enum") if match[1].lower() == "enum" else []
    yield _at("type", match, words[match[1]], field, *said)
    null = re.compile(r"( ?\\?\| ?null| (?:or|oder|eller) null)").match(
        page.text, match.end()
    )
    if "null" in field.types:
        if null:
            yield _at("type", null, "", field, *said)
        for nullable in page.found(r"(\nnullable)\n", listing.after, listing.end):
            yield _at("type", nullable, "", field, *said)
    elif "|null" in page.text:
        end = match.end()
        targets = frozenset({field.pointer, *(fact.pointer for fact in said)})
        yield Edit("type", ((end, end, "|null"),), targets)
    for part in page.found(
        r"\b(strings?|integers?|objects)\b", match.end(), match.end() + 14
    ):
        if kinds[0] == "array" and part.end() <= listing.end:
            many = "s" if part[1].endswith("s") else ""
            other = ("string" if "integer" in part[1] else "integer") + many
            yield _at("type", part, other, field, *said)  # fmt: skip


def _other_type_first(page: Page, listing: Listing, match: re.Match[str]) -> bool:
    """Whether a word of another type stands between the name and the word."""
    others = [word for words in _TYPE_WORDS.values() for word in words]
    between = page.text[listing.after : match.start()]
    return any(re.search(rf"\b{re.escape(word)}\b", between) for word in others)


def _formats(page: Page, listing: Listing, field: Field) -> Iterator[Edit]:
    for fact in (*field.of("format"), *field.of("items.format")):
        match = _word(page, listing, _FORMAT_WORDS.get(fact.value, ("\0",)))
        if match:
            new = "uuid" if fact.value != "uuid" else "date"
            if match[1][:1].isupper():
                new = new.upper() if match[1].isupper() else new.title()
            new = {"<email>": "<uuid>", "Format: email": "Format: uuid"}.get(
                match[1], new
            )
            yield _at("format", match, new, field, fact, *field.of("type"))  # fmt: skip
    for fact in field.of("pattern"):
        found = page.found(rf"({re.escape(fact.value)})", listing.after, listing.end)
        if len(found) == 1:
            new = re.sub(
                r"[A-Z0-9]", lambda m: "B" if m[0] != "B" else "C", fact.value, count=1
            )
            yield _at("format", found[0], new, field, fact)  # fmt: skip


def _flags(page: Page, listing: Listing, field: Field) -> Iterator[Edit]:
    given = field.of("required")
    if not given:
        yield from _flag_added(page, listing, field)
        return
    words = _MARKS[given[0].value]
    found = _mark(page, listing, words)
    if found is None:
        return
    yield _at("required", found, words[found[1]], field, *given)
    whole = re.compile(rf"(, {found[1]}|{found[1]}, |\n{found[1]}(?=\n))")
    for match in whole.finditer(page.text, listing.after, found.end() + 2):
        yield _at("required", match, "", field, *given)


def _mark(page: Page, listing: Listing, words: Iterable[str]) -> re.Match[str] | None:
    shown = "|".join(map(re.escape, words))
    inside = page.found(
        rf"(?:[(,>*|\t-] ?\**|\n)({shown})(?=[),*|\t<]| \||\n)", listing.after - 1, listing.end
    )  # fmt: skip
    run = re.compile(r"[A-Z]?[a-z|]+(?: of [a-z]+)?(Yes|No)(?=[A-Z0-9\[+a-z-])").match(
        page.text, listing.after
    )
    if listing.row and run and run[1] in words:
        return run
    return inside[0] if inside and inside[0].start(1) - listing.after < 130 else None


def _flag_added(page: Page, listing: Listing, field: Field) -> Iterator[Edit]:
    """A mark where the page is silent, as it marks its other fields."""
    targets = frozenset({field.pointer, f"{field.pointer}/required"})
    listed = re.compile(r"`\*{0,2} \([a-z]+()\)").match(page.text, listing.after)
    if listed:
        yield Edit("required", ((*listed.span(1), ", required"),), targets)
    lines = page.text.count("\nrequired\n")
    line = re.compile(r"\t?()\n(?:Type: )?[a-z]+").match(page.text, listing.after)
    if lines > 1 and line:
        yield Edit("required", ((*line.span(1), "\nrequired"),), targets)


def _values(page: Page, listing: Listing, field: Field) -> Iterator[Edit]:
    for key in ("enum", "items.enum", "const"):
        facts = field.of(key)
        spans = _span(page, listing, [fact.value for fact in facts])
        targets = frozenset({field.pointer, *(fact.pointer for fact in facts)})
        for place, (start, end) in enumerate(spans):
            value = page.text[start:end]
            new = _like(value)
            yield Edit("value changed", ((start, end, new),), targets)
            if len(spans) < 2:
                continue
            cut = (spans[place - 1][1], end) if place else (start, spans[place + 1][0])
            if place:
                quoted = page.text[start - 1] if page.text[start - 1] in "`\"'" else ""
                tail = page.text[end : end + len(quoted)] == quoted
                if not tail:
                    continue
            yield Edit("value removed", ((*cut, ""),), targets)
            if place:
                between = page.text[spans[place - 1][1] : start]
                copy = re.sub(r" (?:or|oder|eller|och|und|and) ", ", ", between) + new
                at = spans[place - 1][1]
                yield Edit("value added", ((at, at, copy),), targets, new)


def _span(page: Page, listing: Listing, values: Sequence[str]) -> list[tuple[int, int]]:
    """Where values stand one after another in a list; nothing when they don't."""
    at = listing.after
    spans: list[tuple[int, int]] = []
    for value in values:
        pattern = rf"(?<![\w.-])({re.escape(value)})(?![\w-]|\.\w)"
        found = page.found(pattern, at, listing.end)
        if not found:
            return []
        if spans and found[0].start() - at > 40:
            return []
        spans.append(found[0].span(1))
        at = found[0].end(1)
    if (
        len(values) == 1
        and len(page.found(rf"({re.escape(values[0])})", listing.after, listing.end))
        != 1
    ):
        return []  # fmt: skip
    return spans


def _like(value: str) -> str:
    """Another value in the same style."""
    if value.isdigit():
        return str(int(value) + 5)
    if value.isupper():
        return _NEW.upper()
    return _NEW.title() if value[:1].isupper() else _NEW


def _other(value: str, field: Field | None = None) -> str:
    """A value of the same form that is another one."""
    if value in ("true", "false"):
        return "false" if value == "true" else "true"
    values = [f.value for f in field.of("enum")] if field else []
    if value in values and len(values) > 1:
        return values[(values.index(value) + 1) % len(values)]
    for place in range(len(value) // 2, len(value)):
        char = value[place]
        if char.isdigit():
            return value[:place] + str((int(char) + 1) % 10) + value[place + 1 :]
        if char.isalpha():
            other = "w" if char.islower() else "W"
            other = other if other != char else chr(ord(char) + 1)
            return value[:place] + other + value[place + 1 :]
    return value + "7"


def _defaults(page: Page, listing: Listing, field: Field) -> Iterator[Edit]:
    for fact in field.of("default"):
        value = re.escape(fact.value)
        found = page.found(
            rf"{_DEFAULT}\W{{0,4}}(?:<code>)?[\"`“]?({value})(?![\w.-]*\w)", listing.after, listing.end
        ) + page.found(rf"(?<![\w.-])({value})\W{{0,8}}(?:by default|\(default\))", listing.after, listing.end)  # fmt: skip
        if len(found) == 1:
            new = _other(fact.value, field)
            yield _at("default", found[0], new, field, fact)
            if new in [f.value for f in field.of("enum")]:
                yield _at("default", found[0], _like(new), field, fact)


def _examples(page: Page, listing: Listing, field: Field) -> Iterator[Edit]:
    values = {fact.value for fact in (*field.of("enum"), *field.of("const"))}
    at = (listing.after, listing.end)
    for fact in (*field.of("example"), *field.of("examples")):
        if fact.value == "null":
            continue
        value = re.escape(fact.value)
        marked = rf"{_EXAMPLE}\W{{0,3}}(?:<code>|&quot;)*\W{{0,2}}({value})(?!\w)"
        found = page.found(marked, *at)
        if not found and fact.value not in values and len(fact.value) > 2:
            found = page.found(rf"(?<![\w.-])({value})(?!\w)", *at)
        if not found and listing.row:
            found = page.found(rf"(?:Yes|No|[a-z])({value})(?=[A-Z])", *at)
        if len(found) == 1:
            yield _at("example", found[0], _other(fact.value), field, fact)


def _renamed(page: Page, listing: Listing) -> Iterator[Edit]:
    """The name in its list: another name, and one letter more."""
    targets = frozenset(
        pointer
        for field in listing.fields
        for pointer in (field.pointer, *(fact.pointer for fact in field.facts))
    )
    name = listing.fields[0].name
    head = page.text[listing.start : listing.after]
    at = head.replace("[]", "").rfind(name)
    if at < 0 or listing.sentence or not head.endswith((name, "[]")):
        return
    start = listing.start + head.rfind(name)
    end = start + len(name)
    kind = "header" if listing.fields[0].header else "name"
    upper = name[:1].isupper()
    other = f"{'Quartz-' if upper else 'quartz_'}{name}"
    others = sum(each.fields == listing.fields for each in page.listings) > 1
    for new in (other, name[: len(name) // 2] + "z" + name[len(name) // 2 :]):
        yield Edit(kind, ((start, end, new),), targets, new if others else "")


def _prose(page: Page, listing: Listing) -> Iterator[Edit]:
    """One word of a description."""
    pattern = r"(?<=[a-zåäö] )([a-zåäö]{5,})(?= [a-zåäö]{2,})"
    words = [
        m
        for m in page.found(pattern, listing.after, listing.end)
        if not _FACT_WORDS.search(m[1]) and m[1] not in page.spec.words
    ]
    targets = frozenset(field.pointer for field in listing.fields)
    if words:
        yield Edit("wording", ((*words[-1].span(1), "walnut"),), targets)


def _moved(page: Page, place: int) -> Iterator[Edit]:
    """A field that went, and a copy of one that came under another name and with another type."""
    listing = page.listings[place]
    if place + 1 == len(page.listings) or len(listing.fields) != 1 or listing.sentence:
        return
    following = page.listings[place + 1]
    field = listing.fields[0]
    alike = following.fields[0].place == field.place and not following.sentence
    if not alike or listing.end != following.begin or field.parent:
        return
    block = page.text[listing.begin : listing.end]
    if len(block) > 1500 or not re.search(
        r"[\n>]\W*$|- $", page.text[: listing.begin][-3:]
    ):
        return  # fmt: skip
    targets = frozenset({field.pointer, *(fact.pointer for fact in field.facts)})
    yield Edit("field removed", ((listing.begin, listing.end, ""),), targets)
    name = f"quartz_{field.name}" if not field.header else f"Quartz-{field.name}"
    copy = re.sub(rf"(?<![\w-]){re.escape(field.name)}(?![a-z_-])|(?<![\w-]){re.escape(field.name)}(?=[A-Z]|string|bool)", name, block)  # fmt: skip
    if field.name + "<" in copy or name not in copy:
        return
    kinds = [t for t in field.types if t in _TYPE_WORDS]
    for word, new in sorted(_TYPE_WORDS[kinds[0]].items()) if len(kinds) == 1 else ():
        head, found, tail = copy.partition(word)
        if found and len(head) < len(name) + 60:
            copy = head + new + tail
            break
    at = following.begin
    yield Edit("field added", ((at, at, copy),), frozenset(), name)


def _sampled(page: Page) -> Iterator[Edit]:
    """Values of samples that the spec has as examples, and members that no list has."""
    listed = {field.name for listing in page.listings for field in listing.fields}
    for place, member in enumerate(page.members):
        fields = [field for field in page.spec.fields if field.name == member.name]
        shown = page.text[member.value_start : member.value_end]
        inner = re.sub(r"^(?:\"|&quot;)|(?:\"|&quot;)$", "", shown)
        facts = [f for f in page.spec.samples if f.key == member.name]
        facts += [
            f for field in fields for f in (*field.of("example"), *field.of("examples"))
        ]
        same = [fact for fact in facts if fact.value == inner]
        if same and inner and not page.dead(member.value_start, member.value_end):
            at = member.value_start + shown.index(inner)
            targets = frozenset(
                {f.pointer for f in same} | {field.pointer for field in fields}
            )
            yield Edit("example", ((at, at + len(inner), _other(inner)),), targets)
        if fields and member.name not in listed and "{" not in inner:
            yield from _members(page, place, member, fields)  # fmt: skip


def _members(
    page: Page, place: int, member: Member, fields: Sequence[Field]
) -> Iterator[Edit]:
    targets = frozenset(field.pointer for field in fields)
    head = page.text[member.start : member.value_start]
    start = member.start + head.index(member.name)
    end = start + len(member.name)
    many = sum(each.name == member.name for each in page.members)
    name = f"quartz_{member.name}"
    if many == 1:
        yield Edit("name", ((start, end, name),), targets)
    if place + 1 == len(page.members):
        return
    following = page.members[place + 1]
    between = page.text[member.value_end : following.start]
    if not re.fullmatch(r"(?:</span>)?,\s*(?:\d+ )?(?:<span[^>]*>)?", between):
        return
    if many == 1:
        yield Edit("field removed", ((member.start, following.start, ""),), targets)
    copy = page.text[member.start : following.start].replace(member.name, name)
    at = following.start
    yield Edit("field added", ((at, at, copy),), frozenset(), name)


def _standing(page: Page) -> Iterator[Edit]:
    """Facts of operations and of the API: each one where it stands, and everywhere at once."""
    yield from _statuses(page)
    yield from _methods(page)
    for value in dict.fromkeys(fact.value for fact in page.spec.literals):
        facts = [fact for fact in page.spec.literals if fact.value == value]
        kind, change = _STANDING[facts[0].key]
        shown = re.escape(value)
        found = page.found(rf"(?<![\w.-])({shown})(?![\w-]|\.\w)", 0, len(page.text))
        if kind == "path":
            found = page.found(rf"({shown})(?![\w/-])", 0, len(page.text))
        if kind == "server":
            found = page.found(rf"({shown})(?![\w.-])", 0, len(page.text))
        targets = {
            pointer for fact in facts for pointer in (fact.pointer, *_above(fact))
        }
        new = change(value)
        splices = tuple((*match.span(1), new) for match in found)
        if splices:
            yield Edit(kind, splices, frozenset(targets))
        if len(splices) > 1 and kind != "media type":
            named = new if kind == "header" else ""
            yield Edit(kind, splices[:1], frozenset(targets), named)  # fmt: skip


def _above(fact: Fact) -> Iterator[str]:
    """The nodes that a fact of an operation or of the API stands at."""
    pointer = fact.pointer.rpartition("/")[0]
    yield pointer
    if pointer.endswith(("/permissions", "/webhooks", "/idempotency")):
        yield pointer.rpartition("/")[0]


def _path(value: str) -> str:
    parts = value.split("/")
    place = max(i for i, part in enumerate(parts) if part and "{" not in part)
    parts[place] = "quartz"
    return "/".join(parts)


def _server(value: str) -> str:
    return re.sub(r"(?<=[./])(\w+)(?=\.\w+(?:/|$|:))", _NEW, value, count=1)


def _dotted(value: str) -> str:
    return re.sub(r"\w+$", _NEW, value)


def _header(value: str) -> str:
    return f"Quartz-{value}"


def _media_type(value: str) -> str:
    return value.replace("json", "cbor")


_STANDING: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "path": ("path", _path),
    "url": ("server", _server),
    "permissions": ("permission", _dotted),
    "webhooks": ("event", _dotted),
    "header": ("header", _header),
    "name": ("header", _header),
    "media_type": ("media type", _media_type),
}


def _statuses(page: Page) -> Iterator[Edit]:
    """A status where it is the only one of its kind, or begins a line, a row or an item."""
    known = {status for status in page.spec.statuses if status[0].isdigit()}
    free = [s for s in ("418", "451", "507", "206", "416") if s not in known]
    for status in sorted(known):
        pointers = page.spec.statuses[status]
        shown = status.replace("X", "[xX]")
        pattern = rf"(?<![\w.,:/\"-])({shown})(?![\w.:/\"-])"
        found = page.found(pattern, 0, len(page.text))
        first = [m for m in found if _leads(page.text, m.start(1))]
        for match in found if len(found) == 1 else first:
            new = (
                free[0]
                if "X" not in status
                else ("3xx" if match[1].islower() else "3XX")
            )
            yield Edit("status", ((*match.span(1), new),), pointers, new)
            yield from _status_added(page, match, free[-1])  # fmt: skip


def _leads(text: str, start: int) -> bool:
    line = text[text.rfind("\n", 0, start) + 1 : start]
    lead = re.sub(r"</?[a-zA-Z][^<>]*>", "", line)
    inline = re.search(r"(?: \*\*|## Response )$", line)
    return bool(inline) or bool(re.fullmatch(r"\W*(?:[Rr]esponse )?\W*", lead))


def _status_added(page: Page, match: re.Match[str], new: str) -> Iterator[Edit]:
    """A copy of a row of a table of statuses."""
    begin = page.text.rfind("\n", 0, match.start()) + 1
    end = page.text.find("\n", match.start()) + 1
    row = page.text[begin:end]
    following = page.text[end : end + 20]
    if re.match(r"[| ]*\d\d\d\W|<tr><td>\d", following) and not re.search(
        "rowspan", row
    ):
        copy = row.replace(match[1], new)
        yield Edit("status", ((begin, begin, copy),), frozenset(), new)


def _methods(page: Page) -> Iterator[Edit]:
    for pointer, node in page.spec.operations.items():
        method, path = str(node.get("method")), str(node.get("path"))
        shown = rf"({method}|{method.lower()})"
        tags = r"(?:</?[a-z][^<>]*>)*"
        server = r"(?:https?://[\w.{}-]+(?:/[\w.]+)?)?"
        exact = re.escape(path).replace(r"\{", rf"{tags}\{{").replace("/", f"{tags}/")
        found = page.found(
            rf"(?<![\w-]){shown}{tags}\s*{tags}{server}(?:/[\w.]+)?{exact}(?![\w/])",
            0,
            len(page.text),
        )
        if not found and len(page.found(rf"\b{shown}\b", 0, len(page.text))) == 1:
            found = page.found(rf"\b{shown}\b", 0, len(page.text))
        new = "DELETE" if method != "DELETE" else "PUT"
        for match in found[:1]:
            other = new.lower() if match[1].islower() else new
            targets = frozenset({pointer, f"{pointer}/method"})
            yield Edit("method", ((*match.span(1), other),), targets)  # fmt: skip
