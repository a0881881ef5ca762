"""Is a spec a true copy of its page, and what does a new page change: nothing here reads or writes files."""

from __future__ import annotations

from collections.abc import Mapping

from truecopy.diagnostics import Place
from truecopy.fidelity import auditing, drifting, lock, pages
from truecopy.fidelity.auditing import Audit
from truecopy.fidelity.claims import Claims, Pointer, claims_of
from truecopy.fidelity.drifting import Drift
from truecopy.fidelity.lock import BrokenError, Lock, parsed
from truecopy.fidelity.pages import LIMIT, Page, UnreadableError
from truecopy.fidelity.residue import Residue
from truecopy.ir import Api, Document
from truecopy.records import record
from truecopy.source import spots

__all__ = [
    "LIMIT",
    "Audited",
    "BrokenError",
    "Drifted",
    "Lock",
    "UnreadableError",
    "audit",
    "drift",
    "locked",
    "parsed",
    "unchanged",
]


@record
class Audited:
    """The audit of one document; `unaccounted` is the residue that no person has accepted.

    `open` are the facts that fail although their lock does not say that a person knows.
    """

    api: str
    document: Document
    file: str
    audit: Audit
    claims: Claims
    unaccounted: tuple[Residue, ...]
    open: tuple[auditing.Fact, ...]

    @property
    def page(self) -> Page:
        """The page that was audited."""
        return self.audit.page

    def place(self, pointer: Pointer) -> Place:
        """Where the spec speaks of a node."""
        return _place(self.claims, self.document, pointer)


@record
class Drifted:
    """What changed in the page of one document since its lock."""

    api: str
    document: Document
    file: str
    page: Page
    claims: Claims
    drift: tuple[Drift, ...]
    dependents: Mapping[Pointer, tuple[str, ...]]

    def place(self, change: Drift) -> Place:
        """Where the spec says what changed."""
        return change.place or _place(self.claims, self.document, change.pointer)

    def operation(self, pointer: Pointer) -> str:
        """The operations that a node belongs to, by name."""
        if pointer[:1] == ("operations",) and len(pointer) > 1:
            return pointer[1]
        names = {
            self.claims.sections[field.section].operation
            for field in self.claims.fields
            if pointer[: len(field.pointer)] == field.pointer
        }
        return ", ".join(sorted(names))

    def symbols(self, pointer: Pointer) -> tuple[str, ...]:
        """The generated names that depend on a node: those of the deepest node around it that has any."""
        for end in range(len(pointer), 0, -1):
            if pointer[:end] in self.dependents:
                return self.dependents[pointer[:end]]
        return ()


def audit(
    api: Api,
    document: Document,
    file: str,
    data: bytes,
    known: Lock | None,
    html: bool = False,
) -> Audited:
    """Holds a page against its spec. Raises UnreadableError."""
    said = claims_of(api, document)
    found = auditing.audit(pages.read(file, data, html), said)
    rest = found.residue if known is None else tuple(lock.accepted(found, known))
    accepted = set(() if known is None else known.open)
    failing = tuple(
        fact
        for fact in found.facts
        if lock.failing(fact)
        and (lock.dotted(fact.pointer), fact.kind, fact.verdict) not in accepted
    )
    return Audited(api.name, document, file, found, said, rest, failing)


def drift(
    api: Api,
    document: Document,
    file: str,
    data: bytes,
    known: Lock,
    dependents: Mapping[Pointer, tuple[str, ...]],
    html: bool = False,
) -> Drifted:
    """Holds a page against what was accepted of it; `dependents` are generated names by node. Raises UnreadableError."""
    said = claims_of(api, document)
    found = auditing.audit(pages.read(file, data, html), said)
    return Drifted(
        api.name,
        document,
        file,
        found.page,
        said,
        tuple(drifting.drift(found, said, known)),
        dependents,
    )


def unchanged(api: Api, document: Document, file: str) -> Drifted:
    """What there is to say of a page that its server says is as it was."""
    said = claims_of(api, document)
    return Drifted(api.name, document, file, pages.blank(file), said, (), {})


def locked(audited: Audited, fetched: Mapping[str, str]) -> bytes:
    """The lock file that accepts an audit as it is; `fetched` is what the page's server told of its version."""
    return lock.written(lock.lock(audited.audit, fetched))


def _place(said: Claims, document: Document, pointer: Pointer) -> Place:
    """Where the spec speaks of a node: the deepest part of the pointer that is written."""
    for field in said.fields:
        if field.pointer == pointer:
            return field.place
    return spots(document.origin.table, pointer)[0]
