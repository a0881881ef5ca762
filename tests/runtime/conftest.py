"""Both clients, and a clock that passes only when the runtime sleeps."""

from __future__ import annotations

import asyncio

import _runtime as rt
import pytest
from hypothesis import settings

from runtime.helpers import Caller, Clock

settings.register_profile("untimed", deadline=None)  # no test asserts a time
settings.load_profile("untimed")


@pytest.fixture(params=["sync", "async"])
def caller(request: pytest.FixtureRequest) -> Caller:
    return Caller(request.param == "async")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Time that passes only in the sleeps of the runtime, which take no time."""
    clock = Clock()
    monkeypatch.setattr(rt, "time", clock)
    monkeypatch.setattr(asyncio, "sleep", clock.async_sleep)
    return clock
