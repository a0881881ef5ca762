"""Evidence says enough, and says nothing that its state does not have."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from truecopy.diagnostics import Diagnostic, Place, error, nearest, shown
from truecopy.ir import Api, Document, Evidence, ObjectSchema
from truecopy.rules.view import View, warning
from truecopy.schema import keys
from truecopy.source import Table, find

_TWO_WORDS = re.compile(r"\w[^\w\s]*\s\W*\w")


@functools.cache
def _unspaced() -> re.Pattern[str]:
    """Some letters of a script that writes no blanks (Thai to Khmer, kana, Han); dear to compile."""
    return re.compile(
        r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]{4}"
    )


def _all(view: View) -> Iterator[Evidence]:
    yield from view.api.evidence
    for document in view.api.documents:
        yield from document.evidence


def evidence_missing(view: View) -> Iterator[Diagnostic]:
    """A missing fact says where it comes from (source), or what is left open (lacks).

    Passes:

        evidence:
          method: {state: missing, because: No method is given., source: Support.}

    Fails:

        evidence:
          method: {state: missing, because: No method is given.}
    """
    for found in _all(view):
        if found.state == "missing" and found.source is None and not found.lacks:
            message = "a missing fact needs a 'source', or 'lacks' for what stays open"
            yield error(found.place, "evidence-missing", message)


def evidence_conflicting(view: View) -> Iterator[Diagnostic]:
    """A conflicting fact lists the readings that were not chosen (also).

    Passes:

        evidence:
          method: {state: conflicting, because: The sample differs., also: [PUT]}

    Fails:

        evidence:
          method: {state: conflicting, because: The sample differs.}
    """
    for found in _all(view):
        if found.state == "conflicting" and not found.also:
            message = (
                "a conflicting fact needs 'also': the readings that were not chosen"
            )
            yield error(found.place, "evidence-conflicting", message)


def evidence_state(view: View) -> Iterator[Diagnostic]:
    """Only conflicting facts have other readings, and only missing ones lack something.

    Passes:

        evidence:
          method: {state: inferred, because: Only the sample shows it.}

    Fails:

        evidence:
          method: {state: inferred, because: Only the sample shows it., also: [PUT]}
    """
    for found in _all(view):
        if found.also and found.state != "conflicting":
            message = f"'also' belongs to conflicting facts; this one is {found.state}"
            yield error(found.place, "evidence-state", message)
        if found.lacks and found.state != "missing":
            message = f"'lacks' belongs to missing facts; this one is {found.state}"
            yield error(found.place, "evidence-state", message)


def evidence_because(view: View) -> Iterator[Diagnostic]:
    """The reason for a mark is a sentence that a reviewer can hold against the document.

    Passes:

        evidence:
          method: {state: inferred, because: Only the sample shows it.}

    Fails:

        evidence:
          method: {state: inferred, because: "?"}
    """
    for found in _all(view):
        said = found.because
        if not (_TWO_WORDS.search(said) or _unspaced().search(said)):
            message = f"{shown(found.because)} is not a reason; write a short sentence"
            yield error(found.place, "evidence-because", message)


def evidence_lacks(view: View) -> Iterator[Diagnostic]:
    """What is lacking is not written beside, and is called what the language calls it: a fact is either open or there.

    Passes:

        request:
          properties:
            city:
              type: string
              evidence:
                type: {state: missing, because: No limit is given., lacks: [maxLength]}

    Fails:

        request:
          properties:
            city:
              type: string
              maxLength: 50
              evidence:
                type: {state: missing, because: No limit is given., lacks: [maxLength]}
    """
    files: list[Api | Document] = [view.api, *view.api.documents]
    for owner in files:
        for found in owner.evidence:
            for name in found.lacks:
                place = _written(owner.origin.table, found.pointer, name)
                if place is not None:
                    message = f"{shown(name)} is said to be lacking, and stands at line {place.line}"
                    yield error(found.place, "evidence-lacks", message)
                elif (meant := _meant(name)) and name not in _names(view, owner):
                    message = f"nothing is called {shown(name)} that could be lacking; did you mean '{meant}'?"
                    yield warning(found.place, "evidence-lacks", message)


@functools.cache
def _meant(name: str) -> str:
    """The key that a name is a slip of; one word more or less is another thing, as is a plural."""
    near = "" if " " in name or name in keys() else nearest(name, keys(), 0.8)
    return "" if near.startswith(name) or name.startswith(near) else near


def _names(view: View, owner: Api | Document) -> Iterator[str]:
    """What members, parameters and headers are called in a file, and in api.yaml, which all share."""
    files = {owner.origin.place.file, view.api.origin.place.file}
    for node in view.of(ObjectSchema):
        if node.origin.place.file in files:
            for prop in node.properties:
                yield from (prop.key, prop.name)
    for parameter, place in view.parameters:
        if place.file in files:
            yield from (parameter.key, parameter.name)
    for written in view.operations:
        for response in written.operation.responses:
            if response.origin.place.file in files:
                yield from (header.name for header in response.headers)


def _written(root: Table, pointer: tuple[str, ...], name: str) -> Place | None:
    """Where a fact that is said to be lacking stands: below the marked fact or beside it."""
    fact, owner = find(root, pointer), find(root, pointer[:-1])
    if isinstance(fact, Table):
        return fact.key(name) if name in fact else None
    # Beside a fact of a schema stand its siblings; beside one of an operation stands anything.
    if isinstance(owner, Table) and name in owner:
        return None if "method" in owner or "document" in owner else owner.key(name)
    return None
