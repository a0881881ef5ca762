"""What was audited, in a form that may be committed: hashes of stretches of the page, never their text.

Two copies of a page that differ in layout alone have the same hashes: white space, marks of lists and
headings, quotation marks, borders of tables and numbers of lines do not count.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping
from typing import cast

from truecopy.fidelity.auditing import Audit, Fact
from truecopy.fidelity.claims import Pointer
from truecopy.fidelity.residue import Residue
from truecopy.fidelity.spans import without
from truecopy.records import record
from truecopy.source import Json

FORMAT = "truecopy.lock/1"
_SIGN = re.compile(
    r"(?<![^\W_])-(?=\d)|(?<=\d)\.(?=\d)|[<>](?=\s?=?\s?\d)|[✓✔✗✘✕☑☒]|[^\W_]",
    re.UNICODE,
)
# White space, quotation marks, emphasis, borders, and the marks of headings and lists.
_LAYOUT = re.compile(r"[\s\"'`*_#|•◦▪·+:.]|(?<!\S)[-=]+|[-=]+(?!\S)")


# A page is told apart in so many parts; one of less than this share is a part of it, if this share of it is the same.
_PARTS, _CUT, _ALIKE = 20, 0.92, 0.55


_SHORT = re.compile("[0-9a-f]{8}")


@record
class Lock:
    """What a person has accepted of one page: its text's hash, a hash for each node of the spec, residue.

    `page` is a hash of letters and digits, `signs` of signs and capitals as well; `starts` and `ends` are
    hashes of the page's first and last twentieth, its first and last two, and so on. `nodes` are in the
    page's order. `counts` are the numbers of places of facts that stand at several. `open` are facts that
    fail, or that go with something missing and are not there, and were accepted so: each as its pointer,
    kind and verdict. `accepted` is residue, each as its kind and text.
    """

    page: str
    signs: str
    size: int
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    nodes: Mapping[str, str]
    counts: Mapping[str, int]
    open: tuple[tuple[str, str, str], ...]
    accepted: tuple[tuple[str, str], ...]
    fetched: Mapping[str, str]


def lock(audit: Audit, fetched: Mapping[str, str]) -> Lock:
    """The state of an audit."""
    essence = essential(audit)
    first = {window.pointer: window.spans[0][0] for window in audit.windows}
    return Lock(
        _hash(essence),
        signs_hash(audit),
        len(essence),
        tuple(_short(essence[:length]) for length in _lengths(len(essence))),
        tuple(_short(essence[-length:]) for length in _lengths(len(essence))),
        {
            dotted(pointer): digest
            for pointer, digest in sorted(
                hashes(audit).items(), key=lambda item: first[item[0]]
            )
        },
        {
            dotted(fact.pointer): fact.count
            for fact in audit.facts
            if fact.count > 1 and fact.verdict == "found"
        },
        tuple(
            (dotted(f.pointer), f.kind, f.verdict)
            for f in audit.facts
            if failing(f) or (f.verdict == "absent" and not f.marked)
        ),
        tuple(sorted((r.kind, told(r.text)) for r in audit.residue)),
        fetched,
    )


def _lengths(size: int) -> list[int]:
    """How long the parts of a page are that are told apart."""
    return [max(1, size * part // _PARTS) for part in range(1, _PARTS)]


def is_part(audit: Audit, locked: Lock) -> bool:
    """Whether a page is no more than the beginning of the locked one, or its end: one that was cut."""
    essence = essential(audit)
    if len(essence) >= locked.size * _CUT:
        return False
    lengths = _lengths(locked.size)
    for length, start, end in zip(lengths, locked.starts, locked.ends, strict=False):
        # Where it was cut, the last words may be read in another way than in the whole.
        if len(essence) * _ALIKE <= length <= len(essence) and (
            _short(essence[:length]) == start or _short(essence[-length:]) == end
        ):
            return True
    return False


def failing(fact: Fact) -> bool:
    """Whether a verdict is one that a person has to look at."""
    return fact.verdict in ("not found", "contradicted", "stale")


def hashes(audit: Audit) -> dict[Pointer, str]:
    """The hash of what the page says of each node."""
    return {
        window.pointer: _hash("".join(essential(audit, a, b) for a, b in window.spans))
        for window in audit.windows
    }


def page_hash(audit: Audit) -> str:
    """The hash of the whole page."""
    return _hash(essential(audit))


def signs_hash(audit: Audit) -> str:
    """The hash of the whole page with its signs and capitals, which may make a value another."""
    return _hash(_LAYOUT.sub("", without(audit.page.text, audit.counters)))


def essential(audit: Audit, start: int = 0, end: int | None = None) -> str:
    """What of a page's text is not layout: its letters and digits, and the signs that change a number."""
    text = without(audit.page.text, audit.counters, start, end)
    return "".join(_SIGN.findall(text)).casefold()


def told(text: str) -> str:
    """Residue as a lock may hold it: a name or a value; of a sentence only its hash."""
    short = len(text) <= 60 and len(text.split()) <= 4
    return text if short else f"sha256:{_hash(text)}"


def dotted(pointer: Pointer) -> str:
    """A pointer as people read it."""
    return ".".join(pointer)


def accepted(audit: Audit, locked: Lock) -> list[Residue]:
    """The residue that no person has accepted."""
    known = Counter(locked.accepted)
    rest: list[Residue] = []
    for each in audit.residue:
        key = (each.kind, told(each.text))
        if known[key]:
            known[key] -= 1
        else:
            rest.append(each)
    return rest


def written(locked: Lock) -> bytes:
    """The lock as a file, a node to a line."""
    data = {
        "format": FORMAT,
        "page": {
            "sha256": locked.page,
            "signs": locked.signs,
            "size": locked.size,
            "starts": "".join(locked.starts),
            "ends": "".join(locked.ends),
            **locked.fetched,
        },
        "open": [list(each) for each in locked.open],
        "accepted": [list(each) for each in locked.accepted],
        "counts": dict(locked.counts),
        "nodes": dict(locked.nodes),
    }
    return (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode()


class BrokenError(Exception):
    """A lock file that is not one; the message is a sentence without its subject."""


def parsed(data: bytes) -> Lock:
    """Reads a lock file. Raises BrokenError."""
    try:
        found = cast("Json", json.loads(data.decode()))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise BrokenError("is not JSON") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise BrokenError(f"is not of the format {FORMAT}")
    page, nodes, counts = (found.get(name) for name in ("page", "nodes", "counts"))
    if not isinstance(page, dict) or not isinstance(nodes, dict):
        raise BrokenError("lacks its page or its nodes")
    if not isinstance(counts, dict):
        raise BrokenError("lacks its counts")
    size = page.get("size")
    return Lock(
        str(page.get("sha256")),
        str(page.get("signs")),
        size if isinstance(size, int) else 0,
        tuple(_SHORT.findall(str(page.get("starts")))),
        tuple(_SHORT.findall(str(page.get("ends")))),
        {name: str(digest) for name, digest in nodes.items()},
        {name: n for name, n in counts.items() if isinstance(n, int)},
        tuple((a, b, c) for a, b, c in _lists(found.get("open"), 3)),
        tuple((a, b) for a, b in _lists(found.get("accepted"), 2)),
        {
            name: value
            for name, value in page.items()
            if isinstance(value, str)
            and name not in ("sha256", "signs", "starts", "ends")
        },
    )


def _lists(value: Json, length: int) -> list[list[str]]:
    if not isinstance(value, list) or not all(
        isinstance(v, list) and len(v) == length for v in value
    ):
        raise BrokenError("has a list of another shape than truecopy writes")
    return [[str(part) for part in cast("list[Json]", each)] for each in value]


def _short(text: str) -> str:
    return _hash(text)[:8]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:20]
