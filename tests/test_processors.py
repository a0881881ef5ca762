"""Work is spread over processes, and done without them where there can be none."""

from __future__ import annotations

import concurrent.futures
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from truecopy import processors


@pytest.fixture(autouse=True)
def _two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processors, whatever the machine has."""
    monkeypatch.setattr(processors, "_processors", lambda: 2)


def _squared(number: int) -> tuple[int, int]:
    time.sleep(0.01)
    return number * number, os.getpid()


def test_results_keep_their_order() -> None:
    """They come from other processes, in the order of the items."""
    found = list(processors.spread(_squared, range(20)))
    assert [square for square, _ in found] == [n * n for n in range(20)]
    assert os.getpid() not in {process for _, process in found}


@pytest.mark.parametrize("count", [0, 1])
def test_little_is_done_here(count: int) -> None:
    """One item is not worth a process."""
    assert [process for _, process in processors.spread(_squared, range(count))] == [
        os.getpid()
    ] * count


def test_one_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process would only take its time."""
    monkeypatch.setattr(processors, "_processors", lambda: 1)
    assert {process for _, process in processors.spread(_squared, range(3))} == {
        os.getpid()
    }


@pytest.mark.parametrize("problem", [OSError, ImportError, NotImplementedError])
def test_where_no_process_can_be_started(
    monkeypatch: pytest.MonkeyPatch, problem: type[Exception]
) -> None:
    """A system without semaphores, or with no process left: the work is done here."""

    def refused(*_: object) -> None:
        raise problem

    monkeypatch.setattr(concurrent.futures, "ProcessPoolExecutor", refused)
    assert len(list(processors.spread(_squared, range(3)))) == 3


def _mortal(number: int) -> int:
    if number == 5 and os.getpid() != _PARENT:
        os.kill(os.getpid(), 9)
    return number


_PARENT = os.getpid()


def test_a_process_that_is_killed() -> None:
    """For want of memory, say: what it did not do is done here, and nothing twice."""
    assert list(processors.spread(_mortal, range(9))) == list(range(9))


def _failing(number: int) -> int:
    if number == 2:
        raise ValueError(number)
    return number


def test_a_failure_is_the_callers() -> None:
    """What the work raises is raised, as if it had been done here."""
    found: Iterator[int] = processors.spread(_failing, range(4))
    assert [next(found), next(found)] == [0, 1]
    with pytest.raises(ValueError, match="2"):
        next(found)


def test_nobody_listens_any_more(tmp_path: Path) -> None:
    """Work that waits is not begun when its results are no longer wanted."""
    found = processors.spread(_noted, [(tmp_path, n) for n in range(60)])
    assert next(found) == 0
    found.close()  # type: ignore[attr-defined]
    assert len(list(tmp_path.iterdir())) < 30


def _noted(item: tuple[Path, int]) -> int:
    folder, number = item
    (folder / str(number)).touch()
    time.sleep(0.02)
    return number
