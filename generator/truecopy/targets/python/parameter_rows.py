"""Rows of the generated test of parameters: all those that no call of the document shows, at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from truecopy.code import literal
from truecopy.ir import ArraySchema
from truecopy.source import Json
from truecopy.targets.python.calls import Suite, sent_or_none
from truecopy.targets.python.examples import (
    Exchange,
    behind,
    expected_url,
    named_texts,
    of_parameters,
)
from truecopy.targets.python.layout import Expr, several
from truecopy.targets.python.literals import arguments
from truecopy.targets.python.planning import Argument
from truecopy.targets.python.wire import written
from truecopy.values import resolved


def rows(suite: Suite, shown: Iterable[Exchange]) -> Iterator[Expr]:
    """Arguments, the URL behind that of the server, and headers."""
    known = {name for each in shown for name in each.values}
    left = [a for a in suite.planned.arguments if a.parameter and a.name not in known]
    found = {a.name: value for a in left if (value := _several(suite, a)) is not None}
    if found:
        values = {**suite.minimal, **found}
        url = literal(behind(suite, expected_url(suite, values)))
        headers = named_texts(dict(of_parameters(suite, values)))
        yield several([arguments(suite, found), url, headers])


def _several(suite: Suite, a: Argument) -> Json:
    """A value of a parameter, an array of two items where it may be one."""
    value, parameter = sent_or_none(suite.common, a), a.parameter
    requests = suite.common.requests
    if parameter is None or not isinstance(value, list) or len(value) != 1:
        return value
    schema = resolved(parameter.schema, requests.named)
    assert isinstance(schema, ArraySchema)
    two = [*value, *value]
    fits = requests.allows(schema, two) and written(parameter, two)
    return two if fits else value
