"""The tables of docs/faults.md, row by row, with both clients."""

from __future__ import annotations

import pickle
import re
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import _runtime as rt
import pytest

from faults.calls import CALLS, SECRET, Seen, make
from faults.misbehaviour import SCRIPTS

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "faults.md"
# Faults of the address, which need no server that answers.
ADDRESSES = {"refused", "impossible-name", "never-accepted"}


class Row(NamedTuple):
    fault: str
    server: str
    call: str
    outcome: str
    attempts: int
    arrived: int
    seconds: float


def rows() -> list[Row]:
    found: list[Row] = []
    for line in DOCUMENT.read_text().splitlines():
        if re.match(r"\| (?!fault )\S", line):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            name, server, call, outcome, *counts = cells
            attempts, arrived, seconds = map(int, counts)
            found.append(Row(name, server, call, outcome, attempts, arrived, seconds))
    return found


ROWS = rows()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.fault}: {row.call}")
def test_fault(row: Row) -> None:
    with ThreadPoolExecutor() as pool:  # most of the time is spent waiting
        kinds = {"sync": False, "async": True}.items()
        futures = {k: pool.submit(make, row.fault, row.call, v) for k, v in kinds}
    for kind, future in futures.items():
        hold(row, kind, future.result())


def hold(row: Row, kind: str, seen: Seen) -> None:
    found = (kind, seen.outcome, seen.attempts, seen.received)
    assert found == (kind, *row[3:6])
    assert seen.seconds < row.seconds
    assert seen.keys <= 1
    if seen.error is not None:
        shown = traceback.TracebackException.from_exception(
            seen.error, capture_locals=True
        )
        assert SECRET not in "".join(shown.format())
        assert SECRET.encode() not in pickle.dumps(seen.error)
        assert isinstance(pickle.loads(pickle.dumps(seen.error)), rt.APIError)


def test_every_fault_is_documented_once_per_call() -> None:
    assert {row.fault for row in ROWS} == SCRIPTS.keys() | ADDRESSES
    assert {row.call for row in ROWS} == CALLS.keys()
    assert len({(row.fault, row.call) for row in ROWS}) == len(ROWS)
    assert len(SCRIPTS) >= 50


def test_nothing_harmful_arrives_twice() -> None:
    """What the tables may say of a POST without a key: only 429 lets it come again."""
    for row in ROWS:
        if row.call.endswith("POST") and not row.fault.startswith("429"):
            assert row.arrived <= 1, row
