"""Checks an API; very many documents some at a time, on all processors, where that says what a look at all would say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from truecopy import pipeline, rules
from truecopy.diagnostics import Diagnostic
from truecopy.files.workspace import API_FILE, ApiFolder, batched
from truecopy.processors import spread
from truecopy.records import record
from truecopy.targets.python.suspects import spellings

_UNUSED = "schema-unused"


@record
class Looked:
    """What there is to say of some documents, and what they take that no others may have."""

    findings: tuple[Diagnostic, ...]
    claims: tuple[str, ...]


def check(folder: ApiFolder) -> tuple[Diagnostic, ...]:
    """All findings of an API."""
    batches = batched(folder)
    if len(batches) > 1:
        found = _together(spread(look, batches), len(batches))
        if found is not None:
            return found
    checked = pipeline.check(folder)
    return (*checked.findings, *pipeline.names(checked))


def look(folder: ApiFolder) -> Looked | None:
    """Checks some documents of an API; None when others may change what there is to say of them."""
    checked = pipeline.check(folder)
    api = checked.built
    if any(finding.rule in rules.OF_OTHERS for finding in checked.findings):
        return None
    if api is None or not any(document.operations for document in api.documents):
        return None
    spelt = spellings(api)
    if spelt is None:
        return None
    claims = [claim for document in api.documents for claim in rules.claims(document)]
    return Looked(checked.findings, (*claims, *spelt))


def _together(
    looks: Iterable[Looked | None], number: int
) -> tuple[Diagnostic, ...] | None:
    """The findings of all batches; None when they are not those of the whole."""
    said: Counter[Diagnostic] = Counter()
    claimed: set[str] = set()
    for looked in looks:
        if looked is None or not claimed.isdisjoint(looked.claims):
            return None
        claimed.update(looked.claims)
        said.update(looked.findings)
    found = of_all(said, number)
    if any(said[f] < number and _of_shared(f) for f in found):
        return None
    # What could not be read may be what uses a schema.
    unread = any(finding.rule not in rules.RULES for finding in found)
    if unread and any(finding.rule == _UNUSED for finding in found):
        return None
    return tuple(found)


def of_all(said: Mapping[Diagnostic, int], number: int) -> list[Diagnostic]:
    """What holds of the whole of all that is said of so many batches: what one does not use, another may."""
    return [f for f, times in said.items() if times == number or not of_others(f)]


def of_others(finding: Diagnostic) -> bool:
    """Whether it says of api.yaml what documents that are not looked at may refute."""
    return finding.rule == _UNUSED and _of_shared(finding)


def _of_shared(finding: Diagnostic) -> bool:
    return finding.place.file.endswith(f"/{API_FILE}")
