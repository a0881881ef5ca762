"""Where a page begins to speak of something that it lists, and where its lists begin.

A head is a name in the place in which pages put names: at the start of a line, a cell or a bullet, in
front of a type. Names that the spec knows are found by their text, others by their place and what
follows; the latter are what a spec may have left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from truecopy.fidelity import words
from truecopy.fidelity.readings import GLUED, LOOSELY_GLUED, TYPE
from truecopy.fidelity.spans import line_end
from truecopy.records import record

_TOKEN = re.compile(
    r"[^\W\d][\w$-]*(?:(?:\[\d*\]|\[\]|\.\d+(?=\.))*(?:\.|\[|->|/|::)[^\W\d][\w$-]*\]?)*(?:\[\])?"
)
_INDEX = re.compile(r"\[\d*\]|\.\d+(?=\.)")
_JOINED = re.compile(r"->|::|\[|/")
# What may stand before a name at the start of a line.
_MARKS = re.compile(
    r"(?:[\s\-*•·◦▪▸▶\u203a>|#`\"'+:✱\u2013]|\d{1,3}(?:(?:\.\d{1,3})+[.)]?|[.)])\s|\d{1,2}\s|\([a-z0-9]\)\s)*$"
)
_FIELD = re.compile(
    r"(?:\.\. |:(?:param|field|arg|parameter|query|path|header|jsonparam|reqjson|resjson|>json|<json|attr)\s+|param(?:eter)?:?\s+)",
    re.IGNORECASE,
)
_SOLE = re.compile(r"[`\"'*:\s\[\]]*$")
_SEPARATOR = re.compile(r"[`\"'*]*\s*(?:[:|(\[\u2013]|-\s|\t|\s{2,}|=)")
_IDENTIFIER = re.compile(
    r"[a-z][a-z0-9]*(?:[_.-][a-z0-9]+)+$|[a-z]+(?:[A-Z][a-z0-9]*)+$|[a-z]+\d+$|[A-Z][A-Za-z0-9]*(?:-[A-Z][A-Za-z0-9]*)+$",
    re.ASCII,
)
_NAME = re.compile(r"[A-Za-z_$][\w$.-]*$", re.ASCII)
_HEADINGS = set(words.NO_NAMES)
_CUE_LINE = 90
# A line that holds what other pages have on many.
_ENDLESS = 1500


@record
class Head:
    """A name where pages put names: its text, its place, and how sure it is that something is listed."""

    name: str
    start: int
    end: int
    weight: float


@record
class Cue:
    """A heading or a phrase that says what the next list is of."""

    start: int
    end: int
    kinds: frozenset[str]
    status: str


def normal(name: str) -> str:
    """A dotted name without the indexes of lists, in one way of joining."""
    plain = _INDEX.sub("", name)
    plain = _JOINED.sub(".", plain).replace("]", "")
    return re.sub(r"\.{2,}", ".", plain).strip(".")


def heads(
    text: str, low: str, known: Mapping[str, object], samples: Sequence[tuple[int, int]]
) -> list[Head]:
    """All heads of a page outside its samples, in their order."""
    found: list[Head] = []
    for match in _outside(_TOKEN, text, samples):
        head = _head(text, low, match, known)
        if head is not None and (not found or head.start >= found[-1].end):
            found.append(head)
    return found


def _outside(
    expression: re.Pattern[str], text: str, samples: Sequence[tuple[int, int]]
) -> Iterator[re.Match[str]]:
    at = 0
    for start, end in (*samples, (len(text), len(text))):
        yield from expression.finditer(text, at, start)
        at = end


def _head(
    text: str, low: str, match: re.Match[str], known: Mapping[str, object]
) -> Head | None:
    start, end = match.span()
    token = match[0]
    line = text.rfind("\n", 0, start) + 1
    before = text[max(line, start - 60) : start]
    opens = _MARKS.match(before) is not None and start - line < 60
    field = (
        not opens
        and _FIELD.search(before) is not None
        and _MARKS.match(_FIELD.sub("", before)) is not None
    )
    if token in known or normal(token) in known:
        return _known(text, low, start, end, opens or field, before)
    if opens and token.isupper() and token.lower() in known:
        # A name that is a heading of its own may be written as the page writes headings.
        head = _known(text, low, start, end, opens, before)
        alone = not text[end : line_end(text, end)].strip()
        if head is not None and alone and _typed(low, end):
            return replace(head, name=token.lower())
    if opens:
        glued = _unglued(text, start, known)
        if glued is not None:
            return glued
    return _other(text, low, start, end, opens, field, before, known)


def _known(
    text: str, low: str, start: int, end: int, opens: bool, before: str
) -> Head | None:
    """A name of the spec, if what stands around it is how lists are written."""
    name = normal(text[start:end])
    rest = text[end : line_end(text, end)]
    typed = _typed(low, end)
    quoted = before[-1:] in "`\"'" and before[-1:] != "" and not _LISTED.match(low, end)
    odd = _IDENTIFIER.match(name) is not None
    if "#" in before and not (odd or typed):
        return None
    if opens and _SOLE.match(rest):
        return Head(name, start, end, 2.0 if odd or typed else 1.0)
    if opens and (typed or _SEPARATOR.match(rest)):
        return Head(name, start, end, 2.0 + typed)
    if (
        opens
        and odd
        and not re.match(r"\s(?:is|are|was|must|can|may|and|or|to|of|in|on)\b", rest)
    ):
        return Head(name, start, end, 1.0)
    if (opens or before.rstrip("`\"'").endswith((". ", "; "))) and _SAID.match(
        low, end
    ):
        return Head(name, start, end, 0.8 if odd or quoted else 0.4)
    if typed and (
        quoted
        or before.endswith(("- ", "| ", "* ", "• ", "; ", ", ", "{ ", ". ", ": ", ") "))
        or odd
    ):
        return Head(name, start, end, 1.5 if quoted or odd else 0.7)
    return None


# A sentence about a field begins with its name.
_SAID = re.compile(
    r"[`\"']{0,2}\s(?:is|are|may|must|can|cannot|should|will|goes|darf|muss|kann|kan|ska|måste|has|takes|holds|says|counts|repeats|begins|picks|tells|means|gives|ist|sind|hat|enthält|är|har|anger)\b"
)
# Another quoted word follows, as in a list of values.
_LISTED = re.compile(r"[`\"'],?\s+[`\"']")


def _unglued(text: str, start: int, known: Mapping[str, object]) -> Head | None:
    """A name with its type's name right behind it, as when the cells of a table run together."""
    stop = min(start + 120, line_end(text, start))
    best: Head | None = None
    for match in LOOSELY_GLUED.finditer(text, start + 1, stop):
        name = normal(text[start : match.start()])
        if name in known:
            return Head(name, start, match.start(), 3.0)
    token = _RUN.match(text, start, stop)
    for end in range(token.end() if token else start, start + 1, -1):
        if normal(text[start:end]) in known and _STARTS.match(text, end, stop):
            sure = text.startswith(("Yes", "No"), end)
            return Head(normal(text[start:end]), start, end, 2.0 if sure else 1.0)
    for match in GLUED.finditer(text, start + 1, stop):
        name = text[start : match.start()]
        if not _NAME.match(name):
            break
        if (
            best is None
            and (_IDENTIFIER.match(name) or match[3])
            and name.lower() not in _HEADINGS
        ):
            best = Head(normal(name), start, match.start(), 2.0)
    return best


_RUN = re.compile(r"[A-Za-z][\w.\[\]-]*")
# With what the cell behind a name begins.
_STARTS = re.compile(r"[A-Z\"\[]")


def _other(
    text: str,
    low: str,
    start: int,
    end: int,
    opens: bool,
    field: bool,
    before: str,
    known: Mapping[str, object],
) -> Head | None:
    """A name that the spec does not have, in the place of one: before a type, or with a name before it that it has."""
    token = text[start:end]
    if not _NAME.match(token) or len(token) > 60 or low[start:end] in _HEADINGS:
        return None
    first = normal(token).partition(".")[0]
    if opens and "." in normal(token) and first in known and _LISTS.match(low, end):
        return Head(normal(token), start, end, 1.5)
    if not _typed(low, end):
        return None
    # `date | null` is a type and no name.
    if TYPE.fullmatch(low, start, end) and _NULL.match(low, end):
        return None
    if _VALUE_BEFORE_TYPE.search(before):
        return None
    odd = _IDENTIFIER.match(token) is not None
    quoted = before[-1:] == "`" and not _LISTED.match(low, end)
    named = odd or token[0].islower() or quoted
    if ((opens or field) and named) or quoted or (odd and before.endswith(_BULLETS)):
        return Head(normal(token), start, end, 1.5)
    return None


# An example may stand between a name and its type: name: `value` (type), name: `one`, `two` (type).
_VALUE_BEFORE_TYPE = re.compile(r"[\w\"'`*]\s*(?::|[\"'`]\s*,)\s*[\"'`]$")
_BULLETS = ("- ", "| ", "* ", "• ")
# What stands between a name and what is said of it.
_LISTS = re.compile(r"[`\"'*\]]*\s?[:|\u2013-]")
_NULL = re.compile(r"[`\"']?\s*\|?\s*(?:or |oder |eller )?null")
_TYPED = re.compile(
    r"[`\"'*\]\s]{0,4}(?:required|optional|pflicht\w*|valfri\w*|obligatorisk\w*|nullable|\*|\b[moc]\s)?[`\"'*\s]{0,3}(?:[|:(\[<\u2013=]|-(?=\s))?[\s\"'`*(]{0,4}"
    r"(?:(?:required|optional|pflicht\w*|valfri\w*|obligatorisk\w*)[\s,|]{1,4})?(?:(?:data ?)?typ(?:e)?\s?[:=|]?\s*)?[`*]?"
)


def _typed(low: str, end: int) -> bool:
    """Whether a type follows, with no more than marks and line ends before it."""
    between = _TYPED.match(low, end, end + 80)
    if between is None or between.end() == end:
        return False
    match = TYPE.match(low, between.end())
    return match is not None and not low.startswith("'", match.end())


_KINDS = {
    "request": words.REQUEST,
    "response": words.RESPONSE,
    "header": words.HEADER,
    "path": words.PATH,
    "query": words.QUERY,
    "cookie": words.COOKIE,
    "webhook": words.WEBHOOK,
}
_KIND_WORDS = {
    kind: re.compile(
        rf"(?<![\w-])(?:{'|'.join(sorted(known, key=len, reverse=True))})(?:parameters?|parametern?|felder|fält|body)?(?![\w-])"
    )
    for kind, known in _KINDS.items()
}
_STATUS = re.compile(r"(?<![\w./-])([1-5](?:\d\d|[xX]{2}))(?![\w/-]|\.\d)")
_INLINE_CUE = re.compile(r"(?<!#)#{1,6} [^#\n]{3,80}?(?::(?=\s)|(?=\n)|$)")
_LABEL = re.compile(
    r"(?:[a-zäöüß]+ )?(?:request|response|path|query|header|body|error|success\w*|antwort|anfrage|svar)[ -]?"
    r"(?:body |schema |object |header |path |query )?(?:parameters?|fields?|body|attributes?|headers?|schema|sample|example|properties|arguments?|payload|explanation|felder|beispiel|fält|exempel)?"
)
_OPERATION = re.compile(r"\W*(?:get|post|put|patch|delete)[\s`*]+(?:https?:/)?/\S+\s*")


def cues(low: str, samples: Sequence[tuple[int, int]]) -> list[Cue]:
    """The short lines, and the headings inside a line, that announce a list."""
    found: list[Cue] = []
    at = 0
    spans = list(samples)
    index = 0
    for line in low.split("\n"):
        start, end = at, at + len(line)
        at = end + 1
        while index < len(spans) and spans[index][1] <= start:
            index += 1
        if index < len(spans) and spans[index][0] <= start:
            continue
        marked = line.lstrip()
        heading = marked.startswith(("#", "=", "*")) or marked.rstrip().endswith(":")
        if _OPERATION.fullmatch(line):
            # What was announced as an answer is over.
            if found and (found[-1].status or "response" in found[-1].kinds):
                found.append(Cue(start, end, frozenset(), ""))
        elif len(line) <= _CUE_LINE:
            cue = _cue(low, start, end, heading)
            if cue is not None:
                found.append(cue)
        elif "#" in line:
            for match in _INLINE_CUE.finditer(low, start, end):
                cue = _cue(low, match.start(), match.end(), True)
                if cue is not None:
                    found.append(cue)
        elif len(line) > _ENDLESS:
            for match in _LABEL_IN.finditer(low, start, end):
                cue = _cue(low, match.start(), match.end(), True)
                if cue is not None:
                    found.append(cue)
    return found


_LABEL_IN = re.compile(
    rf"(?<![\w])(?:{_LABEL.pattern})(?=\s?:|\s\()|(?<![\w./-])[1-5]\d\d (?:ok|created|accepted|no content|bad request|unauthorized|forbidden|not found|conflict|response)"
)


# An item of a list that is a value, and where a parameter goes: (query).
_NO_CUE = re.compile(
    r"\s*[-*+•·◦]\s+(?:``?[^`]+``?|\"[^\"]+\"|'[^']+')\W*|\s*\([a-z ]+\)\s*"
)


def _cue(low: str, start: int, end: int, heading: bool) -> Cue | None:
    line = low[start:end]
    if _NO_CUE.fullmatch(line):
        return None
    kinds = frozenset(
        kind for kind, expression in _KIND_WORDS.items() if expression.search(line)
    )
    status = _STATUS.search(line)
    words_ = len(re.findall(r"\w+", line))
    opens = status is not None and _MARKS.match(line[: status.start()]) is not None
    if not kinds and not (opens and (heading or words_ <= 4)):
        return None
    if not heading and (words_ > 8 or line.rstrip().endswith((".", ","))):
        return None
    if re.match(
        r"\W*[\w.]+\W+(?:type\W+)?(?:string|integer|number|boolean|object|array)\b",
        line,
    ):
        return None
    return Cue(start, end, kinds, status[1] if status else "")
