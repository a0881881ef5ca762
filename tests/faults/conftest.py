"""The clock of these tests is the real one; only the pauses between attempts are short."""

from __future__ import annotations

import _runtime as rt
import pytest


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rt, "_FIRST_PAUSE", 0.02)
