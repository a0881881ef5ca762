"""Evidence says enough, and says nothing that its state does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator

from truecopy.diagnostics import Diagnostic, Place, error, shown
from truecopy.ir import Evidence, ObjectSchema, Origin
from truecopy.rules.view import View

_TWO_WORDS = re.compile(r"\w[^\w\s]*\s\W*\w")


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
        if not _TWO_WORDS.search(found.because):
            message = f"{shown(found.because)} is not a reason; write a short sentence"
            yield error(found.place, "evidence-because", message)


def evidence_lacks(view: View) -> Iterator[Diagnostic]:
    """What is lacking is not written beside: a fact is either open or there.

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
    marked = [found for found in _all(view) if found.lacks]
    if not marked:
        return
    keys = _keys(view)
    for found in marked:
        for name in found.lacks:
            place = _written(keys, found, name)
            if place is not None:
                message = f"{shown(name)} is said to be lacking, and stands at line {place.line}"
                yield error(found.place, "evidence-lacks", message)


_Keys = dict[tuple[str, tuple[str, ...]], dict[str, Place]]


def _written(keys: _Keys, found: Evidence, name: str) -> Place | None:
    """Where a fact that is said to be lacking stands: below the marked fact or beside it."""
    file, pointer = found.place.file, found.pointer
    below = keys.get((file, pointer))
    if below is not None:
        return below.get(name)
    owner = keys.get((file, pointer[:-1]), {})
    inside = owner.get(f"{pointer[-1]}.{name}")
    # Beside a fact of a schema stand its siblings; beside one of an operation stands anything.
    broad = "method" in owner or "document" in owner
    return inside or (None if broad else owner.get(name))


def _keys(view: View) -> _Keys:
    """The keys of every mapping by its file and pointer; nodes may share a mapping."""
    origins: list[Origin] = [view.api.origin, *(node.origin for node in view.nodes)]
    origins += [parameter.origin for parameter, _ in view.parameters]
    for schema in view.schemas:
        origins.append(schema.origin)
    for document in view.api.documents:
        origins.append(document.origin)
        for operation in document.operations:
            origins.append(operation.origin)
            origins += [response.origin for response in operation.responses]
            if operation.request is not None:
                origins.append(operation.request.origin)
    origins += [
        prop.origin
        for node in view.nodes
        if isinstance(node, ObjectSchema)
        for prop in node.properties
    ]
    found: _Keys = {}
    for origin in origins:
        keys = found.setdefault((origin.place.file, origin.pointer), {})
        keys.update(origin.inside)
        keys.update(origin.keys)
    return found
