"""Many callers at once, for a few seconds; bench/soak.py does it for minutes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from faults.soak import Report, tasks, threads


def hold(report: Report) -> None:
    assert report.outcomes.total() == report.calls
    assert report.crossed == report.doubled == report.unheard == 0
    assert report.arrived == report.attempts > report.calls
    assert report.sockets <= 0
    assert report.grown < 500
    known = {"200", "ReadError", "BadGateway", "ServiceUnavailable", "TooManyRequests"}
    assert report.outcomes.keys() <= known
    assert report.outcomes["200"] > report.calls * 0.8


@pytest.mark.parametrize("soak", [threads, tasks], ids=["threads", "tasks"])
def test_soak(soak: Callable[[int], Report]) -> None:
    hold(soak(700))
