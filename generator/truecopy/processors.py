"""Spreads work over the processors: the one module that starts processes of truecopy's own."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def spread(
    work: Callable[[_Item], _Result], items: Sequence[_Item]
) -> Iterator[_Result]:
    """What `work` makes of each item, in their order; who stops listening stops the work.

    All three travel between processes. Where none can be started, or one is killed, the work is done here.
    """
    count = min(len(items), _processors())
    done = 0
    if count > 1:
        import multiprocessing
        from concurrent.futures import ProcessPoolExecutor
        from concurrent.futures.process import BrokenProcessPool

        # Elsewhere than on Linux a copy of a running process can't be relied on.
        how = multiprocessing.get_context("fork" if sys.platform == "linux" else None)
        with (
            suppress(OSError, ImportError, NotImplementedError, BrokenProcessPool),
            ProcessPoolExecutor(count, how, _deaf) as pool,
        ):
            for result in pool.map(work, items):
                done += 1
                yield result
    yield from map(work, items[done:])


def _processors() -> int:
    """How many this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _deaf() -> None:
    """Leaves an interrupt to the process that started this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
