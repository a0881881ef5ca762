"""Many callers against a server that fails one request in five: is all accounted for?

python bench/soak.py [--calls 40000]
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "templates" / "python"))
sys.path.append(str(Path(__file__).parents[1] / "tests"))

from faults.soak import tasks, threads
from measuring import table


def main() -> None:
    """Prints what 50 threads and 500 tasks have seen; all the zeros have to be zeros."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=40_000)
    calls: int = parser.parse_args().calls
    rows: list[dict[str, str]] = []
    for name, soak in (("50 threads", threads), ("500 tasks", tasks)):
        start = time.perf_counter()
        seen = soak(calls)
        rows.append(
            {
                "callers": name,
                "calls": f"{calls:,}",
                "answered": f"{seen.outcomes['200']:,}",
                "failed": f"{calls - seen.outcomes['200']:,}",
                "unaccounted": str(calls - seen.outcomes.total()),
                "attempts": f"{seen.attempts:,}",
                "lost on the way": str(seen.attempts - seen.arrived),
                "crossed": str(seen.crossed),
                "doubled": str(seen.doubled),
                "sockets left": str(seen.sockets),
                "objects grown": str(seen.grown),
                "s": f"{time.perf_counter() - start:.0f}",
            }
        )
    table("a server that fails one request in five", rows)


if __name__ == "__main__":
    main()
