"""Runs a command and says what it cost; prints tables."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TRUECOPY = (sys.executable, "-m", "truecopy")


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of the clock, seconds of the processor (user and system), MiB at the peak.

    Processes that the command started and waited for are part of it.
    """

    wall: float
    cpu: float
    peak: float


class Failed(Exception):  # noqa: N818
    """A run that did not end well, and its last words."""


def compiling() -> dict[str, str]:
    """The environment, in which a first run leaves its modules compiled, as an installer does."""
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def run(
    command: Sequence[str],
    folder: Path,
    path: Path | None = None,
    ok: Sequence[int] = (0,),
) -> Cost:
    """The cost of one run; `path` goes in front of PATH."""
    env = compiling()
    if path is not None:
        env["PATH"] = f"{path}{os.pathsep}{env.get('PATH', '')}"
    log = folder / "bench.log"
    with log.open("wb") as out:
        start = time.perf_counter()
        child = subprocess.Popen(command, cwd=folder, env=env, stdout=out, stderr=out)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in ok:
        text = log.read_text("utf-8", "replace").strip()[-500:]
        raise Failed(f"{Path(command[0]).name} ended with {child.returncode}: {text}")
    log.unlink()
    scale = 1024 if sys.platform == "darwin" else 1
    cpu = usage.ru_utime + usage.ru_stime
    return Cost(wall, cpu, usage.ru_maxrss / scale / 1024)


def median(times: int, once: Callable[[], Cost]) -> Cost:
    """Each figure's median over several runs."""
    costs = [once() for _ in range(times)]
    return Cost(
        statistics.median(c.wall for c in costs),
        statistics.median(c.cpu for c in costs),
        statistics.median(c.peak for c in costs),
    )


def table(title: str, rows: Sequence[Mapping[str, str]]) -> None:
    """Prints rows as a Markdown table; the first has all columns."""
    heads = list(rows[0])
    widths = [max(len(h), *(len(r.get(h, "")) for r in rows)) for h in heads]

    def line(cells: Sequence[str]) -> str:
        padded = (c.ljust(w) for c, w in zip(cells, widths, strict=True))
        return f"| {' | '.join(padded)} |"

    print(f"\n{title}\n")
    print(line(heads))
    print(line(["-" * width for width in widths]))
    for row in rows:
        print(line([row.get(head, "") for head in heads]))
    sys.stdout.flush()


def verdict(value: float, budget: float) -> str:
    """Whether a figure keeps its budget, in a word."""
    return "kept" if value <= budget else "MISSED"
