"""Edits pages, and counts which edits drift and audit report, at which fact, and what they report of mere layout.

python bench/fidelity_edits.py [--documents DIR] [--only API] [--kind KIND] [--misses FILE]

The pages are those of tests/fidelity, and those in DIR (or TRUECOPY_DOCUMENTS) that specs/ has. Edits are
found in a page's text by what its spec says, with nothing of how the audit reads pages.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TextIO

import edits
import growth
import layouts
from measuring import table
from places import Page
from transcript import read
from truecopy import commands
from truecopy.diagnostics import Diagnostic

REPOSITORY = Path(__file__).resolve().parent.parent
DETECTED, LOCALISED = 0.99, 0.95
_CRASH = "ended with"


@dataclass(frozen=True, slots=True)
class Paper:
    """One document at hand: its API, its page, and the folder of its API's specs."""

    api: str
    page: Path
    specs: Path


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that is reported: its words, the pointer it is at, the text it names, and whether it is of wording."""

    words: str
    pointer: str
    text: str
    wording: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """What one command made of one edit; `command` tells edits of layout apart."""

    command: str
    document: str
    kind: str
    detected: bool
    localised: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that was judged of one document."""

    judged: Sequence[Judged]
    misses: Sequence[str]


@dataclass(frozen=True, slots=True)
class Bench:
    """Workspaces with a document's specs, one with a lock and one without, and a folder for its edited pages."""

    paper: Paper
    locked: Path
    bare: Path
    folder: Path

    def seen(self, data: bytes) -> dict[str, list[Seen]]:
        """What drift and audit report of a page."""
        (self.folder / self.paper.api / self.paper.page.name).write_bytes(data)
        return {"drift": _tried(self._drifted), "audit": _tried(self._audited)}

    def _drifted(self) -> Iterator[Seen]:
        outcome = commands.drift(self.locked, [self.paper.api], self.folder)
        yield from map(_unread, outcome.findings)
        for each in outcome.documents:
            if each.document.name == self.paper.page.stem:
                for change in each.drift:
                    pointer = _pointer(change.pointer)
                    words = f"{change.kind} {pointer} {change.fact} {change.before!r} -> {change.after!r}"
                    yield Seen(words, pointer, change.after, change.kind == "wording")

    def _audited(self) -> Iterator[Seen]:
        outcome = commands.audit(self.bare, [self.paper.api], self.folder, False)
        yield from map(_unread, outcome.findings)
        for each in outcome.documents:
            if each.document.name == self.paper.page.stem:
                for fact in each.open:
                    pointer = _pointer(fact.pointer)
                    words = f"{fact.verdict} {pointer} {fact.kind} {fact.after!r}"
                    yield Seen(words, pointer, fact.after, False)
                for rest in each.unaccounted:
                    pointer = _pointer(rest.near)
                    words = f"unaccounted {rest.kind} {rest.text!r} near {pointer}"
                    yield Seen(words, pointer, rest.text, False)


def _unread(finding: Diagnostic) -> Seen:
    return Seen(f"{finding.rule} {finding.message}", "", "", False)


def _tried(command: Callable[[], Iterator[Seen]]) -> list[Seen]:
    try:
        return list(command())
    except Exception as problem:  # whatever ends a command is to be counted
        return [Seen(f"{_CRASH} {problem!r}", "", "", False)]


def main() -> None:
    """Prints the tables, and writes the misses."""
    options = argparse.ArgumentParser(description=__doc__)
    given = os.environ.get("TRUECOPY_DOCUMENTS")
    options.add_argument("--documents", type=Path, default=given and Path(given))
    options.add_argument("--only", help="one API")
    options.add_argument("--kind", help="one kind of edit")
    options.add_argument("--misses", type=Path, help="where to write every miss")
    chosen = options.parse_args()
    at_hand = [p for p in papers(chosen.documents) if chosen.only in (None, p.api)]
    judged: dict[str, list[Judged]] = {}
    with get_context("fork").Pool() as pool, _opened(chosen.misses) as misses:
        for outcome in pool.imap(partial(_judge, chosen.kind), at_hand):
            for each in outcome.judged:
                judged.setdefault(each.command, []).append(each)
            misses.writelines(f"{miss}\n" for miss in outcome.misses)
            misses.flush()
    for command in ("drift", "audit"):
        _tables(command, judged.get(command, []))
    for command in ("drift", "audit"):
        _alarms(command, judged.get(f"{command}, layout", []))
    if not chosen.only and not chosen.kind:
        largest = max(at_hand, key=lambda paper: paper.page.stat().st_size)
        growth.measure(largest.specs, largest.page)


def _opened(path: Path | None) -> TextIO:
    return Path(path or os.devnull).open("w", encoding="utf-8")


def papers(documents: Path | None) -> Iterator[Paper]:
    """The documents at hand, in the order of their names."""
    own = REPOSITORY / "tests" / "fidelity"
    places = [(own / "specs", own / "documents")]
    if documents is not None:
        places.append((REPOSITORY / "specs", documents))
    for specs, folder in places:
        for page in sorted(folder.glob("*/*")):
            folder = specs / page.parent.name
            if (folder / f"{page.stem}.yaml").is_file():
                yield Paper(page.parent.name, page, folder)


def _locked(paper: Paper, home: Path) -> Bench:
    """Workspaces of a document; the page is locked in one."""
    bench = Bench(paper, home / "locked", home / "bare", home / "documents")
    for root in (bench.locked, bench.bare):
        shutil.copytree(paper.specs, root / "specs" / paper.api)
        for lock in (root / "specs" / paper.api).glob("*.lock"):
            lock.unlink()
    shutil.copytree(paper.page.parent, bench.folder / paper.api)
    locked = commands.audit(bench.locked, [paper.api], bench.folder, True)
    if not locked.locked:
        raise SystemExit(f"{paper.page} can't be locked: {locked.findings[:3]}")
    return bench


def _judge(kind: str | None, paper: Paper) -> Outcome:
    """Makes every edit of a page, and says what became of it."""
    judged: list[Judged] = []
    misses: list[str] = []
    data = paper.page.read_bytes()
    text = data.decode()
    page = Page(text, read(paper.specs, paper.page.stem))
    with tempfile.TemporaryDirectory(prefix="truecopy-bench-") as home:
        bench = _locked(paper, Path(home))
        before = Counter(seen.words for seen in bench.seen(data)["audit"])
        for edit in edits.edits(page):
            if kind not in (None, edit.kind):
                continue
            reports = bench.seen(edit.of(text).encode())
            reports["audit"] = _new(reports["audit"], before)
            if edit.kind == "wording":
                del reports["audit"]  # mere wording is no fact
            for command, seen in reports.items():
                right = _right(edit, seen)
                found = any(not each.words.startswith(_CRASH) for each in seen)
                judged.append(Judged(command, paper.api, edit.kind, found, right))
                if not right:
                    what = "not localised" if found else "not detected"
                    miss = f"{command} | {what} | {paper.api} | {_told(edit, text)}"
                    misses.append(miss + _shown(seen))
        for layout, changed in layouts.layouts(paper.page.name, text):
            if kind not in (None, layout):
                continue
            reports = bench.seen(changed)
            reports["audit"] = _new(reports["audit"], before)
            for command, seen in reports.items():
                judged.append(
                    Judged(f"{command}, layout", paper.api, layout, bool(seen), False)
                )
                if seen:
                    misses.append(
                        f"{command} | false alarm | {paper.api} | {layout}{_shown(seen)}"
                    )
    return Outcome(judged, misses)  # fmt: skip


def _new(seen: Sequence[Seen], before: Mapping[str, int]) -> list[Seen]:
    """What the unedited page does not have."""
    rest = Counter(before)
    out: list[Seen] = []
    for each in seen:
        if rest[each.words] > 0:
            rest[each.words] -= 1
        else:
            out.append(each)
    return out


def _right(edit: edits.Edit, seen: Sequence[Seen]) -> bool:
    if edit.kind == "wording":
        return any(s.wording and s.pointer in edit.targets for s in seen)
    return any(
        s.pointer in edit.targets or (edit.added and edit.added in s.text) for s in seen
    )


def _told(edit: edits.Edit, text: str) -> str:
    start, end, new = edit.splices[0]
    line = text.count("\n", 0, start) + 1
    before, after = text[max(0, start - 40) : start], text[end : end + 25]
    shown = f"{before!r} [{text[start:end]!r} -> {new!r}] {after!r}"
    return f"{edit.kind} | {' '.join(sorted(edit.targets))} | line {line} | {shown}"


def _shown(seen: Sequence[Seen]) -> str:
    return "".join(f"\n    {each.words[:240]}" for each in seen[:6])


def _pointer(steps: Sequence[str]) -> str:
    return "".join("/" + re.sub("/", "~1", re.sub("~", "~0", step)) for step in steps)


def _tables(command: str, judged: Sequence[Judged]) -> None:
    """Detection and localisation by kind and by document."""
    for title, key in _KEYS:
        rows = _grouped(judged, key)
        if rows:
            table(f"single facts, {command}, by {title}", [
                {
                    title: name, "edits": str(len(group)),
                    "detected": _share(sum(j.detected for j in group), len(group)),
                    "at the fact": _share(sum(j.localised for j in group), len(group)),
                    "": _kept(group),
                }
                for name, group in rows.items()
            ])  # fmt: skip


def _alarms(command: str, judged: Sequence[Judged]) -> None:
    for title, key in _KEYS:
        rows = _grouped(judged, key)
        if rows:
            table(f"layout only, {command}, by {title}", [
                {
                    title: name, "edits": str(len(group)),
                    "false alarms": str(sum(j.detected for j in group)),
                    "": "MISSED" if any(j.detected for j in group) else "kept",
                }
                for name, group in rows.items()
            ])  # fmt: skip


def _kind(judged: Judged) -> str:
    return judged.kind


def _document(judged: Judged) -> str:
    return judged.document


_KEYS: Sequence[tuple[str, Callable[[Judged], str]]] = (
    ("kind", _kind), ("document", _document),
)  # fmt: skip


def _grouped(
    judged: Sequence[Judged], key: Callable[[Judged], str]
) -> dict[str, list[Judged]]:
    groups: dict[str, list[Judged]] = {}
    for each in judged:
        groups.setdefault(key(each), []).append(each)
    ordered = dict(sorted(groups.items()))
    return ordered | {"all": list(judged)} if groups else {}


def _share(part: int, whole: int) -> str:
    return f"{part} ({100 * part / whole:.1f} %)"


def _kept(group: Sequence[Judged]) -> str:
    found = sum(j.detected for j in group) / len(group)
    right = sum(j.localised for j in group) / len(group)
    return "kept" if found >= DETECTED and right >= LOCALISED else "MISSED"


if __name__ == "__main__":
    main()
