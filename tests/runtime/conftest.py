"""Makes the runtime's template importable, as ``_runtime``."""

# ruff: noqa: E402

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "templates" / "python"))

import _runtime as rt

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
