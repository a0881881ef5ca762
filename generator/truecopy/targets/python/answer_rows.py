"""Rows of the generated test of documented answers: those that no call of the document shows."""

from __future__ import annotations

from collections.abc import Iterator

from truecopy.code import code, identifier, literal
from truecopy.targets.python.calls import Suite, number
from truecopy.targets.python.examples import prepared, sample
from truecopy.targets.python.header_rows import needed
from truecopy.targets.python.layout import Expr, several


def rows(suite: Suite) -> Iterator[Expr]:
    """An answer that is prepared, and the class that it raises."""
    planned = suite.planned
    shown = {e.response.status for e in planned.op.examples if e.response}
    for reply in planned.replies:
        status = number(planned, reply.response.status)
        if status < 200 or status in (suite.answer[0], *shown):
            continue
        body, headers = sample(suite, reply), needed(suite.common, reply)
        if body is None or headers is None:
            continue
        raised = (
            code("_m.{}", identifier(reply.error)) if reply.error else literal(None)
        )
        yield several([prepared(status, *body, headers), raised])
