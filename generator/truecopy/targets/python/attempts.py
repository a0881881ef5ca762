"""How often a call is sent when the server is busy, for each operation of a document."""

from __future__ import annotations

from collections.abc import Iterable

from truecopy.code import EMPTY, Code, code, identifier, literal
from truecopy.targets.python.calls import Suite
from truecopy.targets.python.layout import Bracket, Expr, assignment, several

_IDEMPOTENT = ("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE")  # RFC 9110, 9.2.2


def attempts(suites: Iterable[Suite | None]) -> Code | None:
    """The table of calls, each with its attempts after a 503; None when none can be made."""
    rows = tuple(_row(suite) for suite in suites if suite is not None)
    if not rows:
        return None
    table = Bracket(EMPTY, "[", rows, "]")
    return assignment(code("calls"), code("list[Any]"), table, 0)


def _row(suite: Suite) -> Expr:
    op, planned = suite.planned.op, suite.planned
    constant = identifier(planned.constant)
    key = op.idempotency.header if op.idempotency is not None else ""
    return several(
        [
            literal(planned.name),
            constant,
            identifier(f"{planned.constant}_ANSWER"),
            literal(2 if key or op.method in _IDEMPOTENT else 1),
            literal(key),
        ]
    )
