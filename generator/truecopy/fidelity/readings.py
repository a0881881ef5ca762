"""What a stretch of a page states about one field, in whichever of the usual ways it is written.

A reading is a fact as the page has it, without knowing what the spec says. `strong` ones are stated in
a form that leaves no doubt (`Max: 50`); the others support a fact, and contradict none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from truecopy.fidelity import words
from truecopy.fidelity.spans import Taken, line_end
from truecopy.records import record


@record
class Reading:
    """`kind` is a keyword of JSON Schema, or `min`, `max`, `length` where the type decides which."""

    kind: str
    value: str | Decimal | bool
    start: int
    end: int
    strong: bool = True


def _any(of: Iterable[str]) -> str:
    """One of several expressions, the longest first."""
    return (
        "(?:"
        + "|".join(sorted(of, key=len, reverse=True))
        .replace("\\ ", " ")
        .replace(" ", r"\s+")
        + ")"
    )


_TYPE_WORD = {
    word: family for family, known in reversed(words.TYPES.items()) for word in known
}
# ISO 20022 and EDIFACT write a length into the name of a type: Max35Text, an..35, an2.
_TYPE = _any(
    (
        *(re.escape(word) for word in _TYPE_WORD),
        r"max\d+text",
        r"an?\.\.\d+",
        r"n\.\.\d+",
        r"an\d{1,3}",
    )
)
_JOINT = r"(?:\s?[|/,]\s?|\s(?:or|oder|eller|of|von|av|mit|med|de)\s|_of_|\s?[<(\[]\s?|s?\s?[>)\]]\s?)"
TYPE = re.compile(
    rf"(?<![\w.-]){_TYPE}(?:s|er|en)?(?:{_JOINT}{{1,2}}(?:an? )?{_TYPE}(?:s|en|er|n)?)*(?:\s?\[\])?(?![\w-])"
)
_ONE_TYPE = re.compile(_TYPE)
_ARRAY_OF = re.compile(r"\[\]|\b(?:array|list|collection|liste|lista)")
# Words that name a form of text or number, and leave open which.
_LOOSE = {
    "datetime",
    "timestamp",
    "date",
    "time",
    "enum",
    "enumeration",
    "unix",
    "token",
    "byte",
    "binary",
    "duration",
} | {
    *(
        "decimal",
        "money",
        "datum",
        "zeitpunkt",
        "tidpunkt",
        "aufzählung",
        "uppräkning",
        "numeric",
        "flag",
        "char",
        "text",
    ),
}
GLUED = re.compile(
    r"((?:[Ss]tring|[Ii]nteger|[Nn]umber|[Bb]oolean|[Oo]bject|[Aa]rray|[Ff]loat|[Dd]ouble|[Dd]ecimal|[Dd]atetime|[Dd]ate|[Ii]nt|[Bb]ool|[Ll]ist|[Ee]num|uuid|UUID))"
    r"(\[\]| ?\([\w-]+\)|\|null| of [a-z]+s?)?(Yes|No|Required|Optional|(?=[A-Z0-9\"+\W]|$))"
)
# The same behind a name that is known, where anything may follow.
LOOSELY_GLUED = re.compile(
    r"(?i:string|integer|number|boolean|object|array|float|double|decimal|datetime|enum|uuid)"
)
_TYPE_CUE = re.compile(r"(?<!\w)(?:data ?type|type|typ|datentyp|datatyp)\W{0,4}$")
_NULLABLE = re.compile(
    r"(?<!\w)(?:nullable(?!\W{1,3}(?:no|false|nein|nej))|(?<!not )(?<!not \W)(?<!never )(?<!never \W)(?<!nie )(?<!nie \W)(?<!aldrig )(?<!aldrig \W)(?<!inte )(?<!inte \W)(?<!nicht )(?<!nicht \W)(?<!non-)null(?!\w))"
)

_NUMBER = r"(?<![\w.,])[-+]?(?:\d{1,3}(?:[,_ ]\d{3}){1,13}(?!\d)|\d{1,40}+(?!\d))(?:\.\d{1,40}+|,\d{1,2}(?![\d,]))?(?!\w{1,40}+@)"
_WORDED = _any(words.NUMBERS)
_N = rf"(?:{_NUMBER}|(?<!\w){_WORDED}(?!\w))"
_FILL = (
    r"(?:[\s:=(|`'\"*]|(?<!\w)(?:length|len|items?|value|values|size|count|number|chars?|characters|digits|properties|is|are|of|the|a|an|be"
    r"|to|set|allowed|permitted|länge|zeichen|wert|anzahl|längd|antal|tecken|värde|ist|sind|är|på|om|von|av|only)(?!\w)){0,7}"
)
_UNIT = rf"(?:[\s-]{{0,2}}(?:unicode |utf-8 |ascii |alphanumeric |decimal |capital |upper-?case |lower-?case |latin |hex(?:adecimal)? |random |small |printable |large |große |stora |versala )?(?P<unit>{_any(words.UNITS)})(?!\w))"
_TO = _any(words.TO)
_AFTER = r"(?: ?\([^()\n]{1,30}\))?"
_RANGE = re.compile(
    rf"(?P<cue>(?<!\w){_any(words.BETWEEN)}(?!\w){_FILL}|[\[(]\s?)?(?P<low>{_N}){_AFTER}\s?(?:{_TO})\s?(?P<high>[-+]?\d[\d,_]*(?:\.\d+)?|{_WORDED}(?!\w)){_AFTER}(?P<close>\s?[\])])?{_UNIT}?"
)
_SANDWICH = re.compile(
    rf"(?P<low>{_NUMBER})\s?(?P<open>≤|<=|<)\s?[a-z_]{{1,20}}\s?(?P<close>≤|<=|<)\s?(?P<high>{_NUMBER})"
)
_GLUE = r"(?:_?-?(?:length|len|items?|value|imum|properties|size))?"
_MIN = re.compile(
    rf"(?<![\w-])(?:{_any(words.AT_LEAST)}){_GLUE}(?!\w){_FILL}(?P<n>{_N}){_UNIT}?|(?:>=|≥)\s?(?P<m>{_NUMBER})"
)
_MAX = re.compile(
    rf"(?<![\w-])(?:{_any(words.AT_MOST)}){_GLUE}(?!\w){_FILL}(?P<n>{_N}){_UNIT}?|(?:<=|≤)\s?(?P<m>{_NUMBER})"
)
_OVER = re.compile(
    rf"(?<![\w-]){_any(words.MORE_THAN)}\s(?P<n>{_N})|(?<![\w<=-])>\s?(?P<m>{_NUMBER})"
)
_UNDER = re.compile(
    rf"(?<![\w-]){_any(words.LESS_THAN)}\s(?P<n>{_N})|(?<![\w>=-])<\s?(?P<m>{_NUMBER})"
)
_EXACT = re.compile(
    rf"(?<![\w-]){_any(words.EXACTLY)}(?!\w){_FILL}(?P<n>{_N})(?P<u>{_UNIT})?"
)
_COUNT = re.compile(rf"(?P<n>{_NUMBER}|(?<!\w){_any(words.NUMBERS)}){_UNIT}")
_MORE = re.compile(
    rf"(?P<n>{_N}){_UNIT}? ?\(?(?:or (?:more|greater|above|older|later|longer|higher|larger)|minimum|min\.?|and (?:up|above)|oder mehr|eller (?:fler|mer))(?!\w|\s*[:=(]?\s*[-\d])"
)
_FEWER = re.compile(
    rf"(?P<n>{_N}){_UNIT}? ?\(?(?:or (?:fewer|less|younger|lower|shorter|earlier|smaller)|maximum|max\.?|at most|oder weniger|eller (?:färre|mindre))(?!\w|\s*[:=(]?\s*[-\d])"
)
_POSITIVE = re.compile(
    r"(?<![\w-])(?:(?P<some>non-empty|not (?:be )?empty|nicht leer|inte tom)|(?P<none>non-?negative|not (?:be )?negative|nicht negativ|inte negativ\w*)"
    r"|(?P<above>positive?r?|positivt?))(?!\w)"
)
# An interval as mathematics writes it, behind a word for one.
_INTERVAL = re.compile(
    rf"(?<!\w){_any(words.BETWEEN)}(?!\w)\W{{0,3}}(?P<open>[\[(\]])\s?(?P<low>{_NUMBER})\s?[,;]\s?(?P<high>{_NUMBER})\s?(?P<close>[\])\[])"
)
_SIGNS = {
    "some": ("min", Decimal(1)),
    "none": ("min", Decimal(0)),
    "above": ("above", Decimal(0)),
}
# A length in the brackets of a type, or in its name.
_SIZED = re.compile(
    rf"(?<![\w-])(?:(?:{_TYPE}|an?|n)\s?\(?[,(\[]\s?(?P<n>\d{{1,7}})\s?[)\]]|max(?P<m>\d{{1,7}})text|an?\.\.(?P<k>\d{{1,7}}))"
)
_FIXED = re.compile(r"(?<![\w-])an(?P<n>\d{1,3})(?!\w)")
# A bound by what is refused: anything under 60 is rejected.
_REFUSED = r"[^.\n\d]{0,40}(?<!\w)(?:rejected|refused|declined|invalid|not (?:allowed|accepted|valid))"
_REFUSED_UNDER = re.compile(
    rf"(?<![\w-]){_any(words.LESS_THAN)}\s(?P<n>{_N}){_REFUSED}"
)
_REFUSED_OVER = re.compile(rf"(?<![\w-]){_any(words.MORE_THAN)}\s(?P<n>{_N}){_REFUSED}")
_MULTIPLE = re.compile(
    rf"(?<!\w)(?:multiples? ?of|steps?(?: of)?|increments? of|divisible by|teilbar durch|delbart? med|vielfaches von|multipel av|in schritten von|i steg om)[\s:=`*]{{1,4}}(?P<n>{_N})"
)

_REQUIRED = re.compile(
    rf"(?<![\w-]){_any(words.REQUIRED)}(?!\w)(?P<when>\s*(?:for|if|when|unless|only|in case|wenn|falls|bei|om|när|för)(?!\w))?"
)
_OPTIONAL = re.compile(rf"(?<![\w-]){_any(words.OPTIONAL)}(?!\w)")
_FLAG = re.compile(
    rf"(?<!\w)(?:required|mandatory|pflicht(?:feld)?|erforderlich|obligatorisk[t]?|krävs)\s?[:=|]\s?(?P<is>{_any(map(re.escape, (*words.YES, *words.NO)))})(?!\w)"
)
_CELL = re.compile(
    rf"[|\t]\s*(?P<is>{_any(map(re.escape, (*words.YES, *words.NO)))})\s*(?=[|\t\n]|$)"
)
# A cell of a row that has no borders.
_PLAIN_CELL = re.compile(
    r"(?: ?\([^()\n]{1,30}\))?[ ]+(?P<is>(?:Yes|No|Ja|Nein|Nej|YES|NO|Required|Optional|Pflicht|Mandatory|M|O)(?=[ \n]|$)(?! (?:longer|more|less))"
    r"|(?:yes|no)(?= +[A-ZÄÖÜÅ`\"\d-]| *\n|$)|(?:ja|nein|nej)(?=[ \n]|$))"
)
# The same behind the name of a type that is the vendor's own.
_NAMED_CELL = re.compile(
    r"[ ]+(?:[A-Z]\w*[ ]+){1,3}(?P<is>M|O|Mandatory|Optional|Yes|No)(?=[ \n]|$)"
)
_YES = {"Yes", "Ja", "YES", "Required", "Pflicht", "yes", "ja", "Mandatory", "M"}
# A star that is not the end of an emphasis, nor the beginning of one.
_STAR = re.compile(r"[`\"']? ?\*(?![\w*])")
_EMPHASISED = re.compile(r"\*[`\w.\[\]-]*$")
_QUOTED = r"(?:\"[^\"\n]{0,200}\"|'[^'\n]{0,200}'|`[^`\n]{0,200}`|\[[^\]\n]{0,200}\]|[^\s,;()|\[\]]{1,200})"
_DEFAULT = re.compile(
    rf"(?<![\w-])(?P<cue>{_any(words.DEFAULT)})(?!\w)(?P<sure>\s?[:=|]\s?|\s)[*]*(?P<value>{_QUOTED})"
)
_CALLED_DEFAULT = re.compile(
    r"(?P<value>`[^`\n]{1,80}`|\"[^\"\n]{1,80}\"|(?<![\w.-])[\w.-]{1,80}+)`?,? (?:\(?(?:the )?default\)?|by default|(?:if|when) (?:omitted|absent|missing|not (?:given|set|sent|provided|specified))|(?:is|are) (?:used|assumed|taken)|\(?standard(?:wert)?\)|\(förval(?:t)?\))(?!\w| (?:is|value|to))"
)
_SURE_DEFAULT = re.compile(
    r"defaults to|default value is|[:=|]|standardwert|standardvärde|voreinstellung|vorgabe"
)
_FLAGS = {
    "readOnly": re.compile(rf"(?<![\w-]){_any(words.READ_ONLY)}(?!\w)"),
    "writeOnly": re.compile(rf"(?<![\w-]){_any(words.WRITE_ONLY)}(?!\w)"),
    "deprecated": re.compile(rf"(?<![\w-]){_any(words.DEPRECATED)}(?!\w)"),
    "uniqueItems": re.compile(rf"(?<![\w-]){_any(words.UNIQUE)}(?!\w)"),
}
ENUM_CUE = re.compile(rf"(?<![\w-]){_any(words.ENUM)}\s?(?P<sure>:)?")
_FORMATS = {
    name: re.compile(rf"(?<![\w]){_any(re.escape(w) for w in known)}s?(?![\w])")
    for name, known in words.FORMATS.items()
}


def readings(text: str, low: str, start: int, end: int) -> list[Reading]:
    """All that text[start:end], which begins right after a field's name, states about the field.

    `low` is the text in lower case, of the same length.
    """
    found = [*_types(text, low, start, end), *_required(text, low, start, end)]
    found += _bounds(low, start, end)
    found += _defaults(text, low, start, end)
    for kind, expression in _FLAGS.items():
        found += [
            Reading(kind, True, m.start(), m.end(), False)
            for m in expression.finditer(low, start, end)
        ]
    return found


def _named(expression: str) -> list[str]:
    """The words for types in an expression."""
    return [" ".join(word[0].split()) for word in _ONE_TYPE.finditer(expression)]


def _family(word: str) -> str:
    """The type that a word means; those with a length in them are text or digits."""
    return _TYPE_WORD.get(word) or ("number" if word.startswith("n..") else "string")


def families(expression: str) -> tuple[str, bool, bool]:
    """The type that words name, whether null is among them, and whether they leave open which type it is."""
    found = _named(expression)
    null = any(_family(word) == "null" for word in found)
    named = [word for word in found if _family(word) != "null"]
    if _ARRAY_OF.search(expression):
        return "array", null, False
    if not named:
        return "null", null, False
    family = _family(named[0])
    if family == "number" and "(" in expression and "integer" in map(_family, named):
        family = "integer"
    return family, null, named[0] in _LOOSE


def inner(expression: str) -> list[tuple[str, bool]]:
    """The types that words name after the first, with whether they leave open which; of `string[]` the first."""
    found = _named(expression)
    if not expression.rstrip().endswith("[]"):
        found = [word for word in found[1:] if _family(word) != "array"] or found[:-1]
    return [(_family(word), word in _LOOSE) for word in found]


def nullable(low: str, start: int, end: int) -> bool:
    """Whether a window says that null may stand there."""
    return _NULLABLE.search(low, start, end) is not None


def formats(name: str, low: str, start: int, end: int) -> list[re.Match[str]]:
    """Where a format is named, in its own word or in others for it."""
    known = _FORMATS.get(name) or re.compile(
        rf"(?<!\w){re.escape(name.lower()).replace('-', '[- _]?')}(?!\w)"
    )
    return list(known.finditer(low, start, end))


def number(text: str) -> Decimal:
    """The number that digits or a word mean."""
    if text in words.NUMBERS:
        return Decimal(words.NUMBERS[text])
    # A comma before one or two digits is that of a fraction; before three it parts thousands.
    return Decimal(re.sub(r"[,_ ]", "", re.sub(r",(?=\d{1,2}$)", ".", text)))


def _types(text: str, low: str, start: int, end: int) -> Iterator[Reading]:
    head = _head(text, start, end)
    first = True
    for match in TYPE.finditer(low, start, end):
        cued = (
            _TYPE_CUE.search(low, max(start, match.start() - 14), match.start())
            is not None
        )
        near = match.start() < head and first and _only_marks(low, start, match.start())
        cell = match.start() < head and _in_cell(low, match.start(), match.end())
        yield Reading(
            "type", match[0], match.start(), match.end(), cued or near or cell
        )
        first = False


def _only_marks(low: str, start: int, at: int) -> bool:
    """Whether nothing but signs and words of requirement stands between a name and its type."""
    between = re.sub(
        r"(?:required|optional|mandatory|pflicht\w*|valfri\w*|obligatorisk\w*|nullable|type|typ)",
        "",
        low[start:at],
    )
    return re.search(r"\w", between) is None and between.count("\n") < 4


def _in_cell(low: str, start: int, end: int) -> bool:
    before = low[max(0, start - 3) : start].strip()
    after = low[end : end + 3].strip()
    return before.endswith("|") and (after.startswith("|") or not after)


def _head(text: str, start: int, end: int) -> int:
    """Where what is said right beside a name ends: its line, or the two lines below a name that stands alone."""
    line = text.find("\n", start, end)
    if line < 0:
        return min(end, start + 240)
    if text[start:line].strip(" `*|\"':"):
        return min(line, start + 400)
    at = line
    for _ in range(5):
        at = text.find("\n", at + 1, end)
        if at < 0:
            return min(end, start + 240)
    return min(at, start + 240)


def _required(text: str, low: str, start: int, end: int) -> Iterator[Reading]:
    typed = TYPE.match(
        low, len(text[start:end]) - len(text[start:end].lstrip()) + start, end
    )
    cell = _PLAIN_CELL.match(text, typed.end() if typed else start, end)
    cell = cell or _NAMED_CELL.match(text, start, end)
    if cell:
        yield Reading("required", cell["is"] in _YES, cell.start("is"), cell.end("is"))
        return
    star = _STAR.match(text, start, end)
    if star and not _EMPHASISED.search(text, max(0, start - 80), start):
        yield Reading("required", True, star.start(), star.end())
    head = _head(text, start, end)
    taken = Taken(start, end)
    flagged = False
    for match in _FLAG.finditer(low, start, end):
        flagged = True
        taken.take(match.span())
        yield Reading("required", match["is"] in words.YES, match.start(), match.end())
    row = line_end(text, start, end)
    if not flagged and "|" in low[start:row]:
        for match in _CELL.finditer(low, start, row):
            taken.take(match.span())
            yield Reading(
                "required", match["is"] in words.YES, match.start("is"), match.end("is")
            )
            break
    for match in _OPTIONAL.finditer(low, start, end):
        if match.span() not in taken:
            taken.take(match.span())
            yield Reading(
                "required", False, match.start(), match.end(), match.start() < head
            )
    for match in _REQUIRED.finditer(low, start, end):
        if match.span() not in taken:
            strong = (
                match.start() < head
                and not match["when"]
                and _beside(low, match.start(), match.end())
            )
            yield Reading("required", True, match.start(), match.end(), strong)


def _beside(low: str, start: int, end: int) -> bool:
    """Whether a word stands as a mark and not in a sentence."""
    before = low[max(0, start - 2) : start].rstrip(" ")
    after = low[end : end + 2].lstrip(" ")
    return (not before or not before[-1].isalnum()) and (
        not after or not after[0].isalnum()
    )


def _bounds(low: str, start: int, end: int) -> list[Reading]:
    found: list[Reading] = []
    taken = Taken(start, end)

    def add(
        kind: str, value: str, match: re.Match[str], group: str, strong: bool = True
    ) -> None:
        found.append(
            Reading(kind, number(value), match.start(group), match.end(group), strong)
        )

    for match in _SANDWICH.finditer(low, start, end):
        taken.take(match.span())
        add(
            "min" if "=" in match["open"] or match["open"] == "≤" else "above",
            match["low"],
            match,
            "low",
        )
        add(
            "max" if "=" in match["close"] or match["close"] == "≤" else "below",
            match["high"],
            match,
            "high",
        )
    for match in _INTERVAL.finditer(low, start, end):
        if match.span() not in taken:
            taken.take(match.span())
            add("min" if match["open"] == "[" else "above", match["low"], match, "low")
            closed = match["close"] == "]"
            add("max" if closed else "below", match["high"], match, "high")
    for match in _RANGE.finditer(low, start, end):
        cue, unit = str(match["cue"] or ""), match["unit"]
        bracket = cue.strip() in ("[", "(")
        close = (match["close"] or "").strip()
        signs = low[match.end("low") : match.start("high")].strip()
        if match.span() in taken or (bracket and close and signs == "-"):
            continue
        sure = bool(
            (cue and not bracket) or unit or (bracket and close) or signs == ".."
        )
        if sure:
            taken.take(match.span())
        add(
            "above" if bracket and cue.strip() == "(" and ".." in match[0] else "min",
            match["low"],
            match,
            "low",
            sure,
        )
        add(
            "below" if bracket and close == ")" and ".." in match[0] else "max",
            match["high"],
            match,
            "high",
            sure,
        )
    for kind, expression, strong in (
        ("multipleOf", _MULTIPLE, True),
        ("max", _SIZED, True),
        ("length", _FIXED, True),
        ("min", _REFUSED_UNDER, True),
        ("max", _REFUSED_OVER, True),
        ("min", _MORE, True),
        ("max", _FEWER, True),
        ("min", _MIN, True),
        ("max", _MAX, True),
        ("above", _OVER, False),
        ("below", _UNDER, False),
        ("length", _EXACT, True),
        ("length", _COUNT, False),
    ):
        for match in expression.finditer(low, start, end):
            if match.span() in taken:
                continue
            group = next(
                g
                for g in ("n", "m", "k")
                if g in match.re.groupindex and match[g] is not None
            )
            if (
                kind == "length"
                and expression is _EXACT
                and not match["u"]
                and not re.match(r"(?:fixed )?l(?:ength|änge|ängd)|size", match[0])
            ):
                continue
            taken.take(match.span())
            signed = match[0].lstrip().startswith((">", "<"))
            add(kind, match[group], match, group, strong or signed)
    for match in _POSITIVE.finditer(low, start, end):
        kind, value = _SIGNS[match.lastgroup or ""]
        found.append(Reading(kind, value, match.start(), match.end(), False))
    return found


def _defaults(text: str, low: str, start: int, end: int) -> Iterator[Reading]:
    for match in _DEFAULT.finditer(low, start, end):
        value = text[match.start("value") : match.end("value")].rstrip(".*")
        sure = (
            match["sure"].strip() != ""
            or _SURE_DEFAULT.search(match["cue"]) is not None
        )
        stop = match.start("value") + len(value)
        # A bare word that other words follow begins a sentence, and is no value.
        goes_on = (
            value[:1].isalpha()
            and re.match(r"[ ][a-zäöüß]", text[stop : stop + 2]) is not None
        )
        if value.strip("`'\""):
            yield Reading(
                "default", value, match.start("value"), stop, sure and not goes_on
            )
    for match in _CALLED_DEFAULT.finditer(low, start, end):
        value = text[match.start("value") : match.end("value")]
        yield Reading("default", value, match.start("value"), match.end("value"), False)
