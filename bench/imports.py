"""What importing a generated package costs over importing msgspec and httpx2 alone.

python bench/imports.py [--operations 1 100 1000] [--runs 7]
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import synthetic
from measuring import TRUECOPY, compiling, run, table, verdict

# Milliseconds by operations.
BUDGETS = {1: 10.0, 100: 25.0, 1_000: 150.0}
_PROBE = """
import time
import msgspec, httpx2
start = time.perf_counter()
import {package}
print((time.perf_counter() - start) * 1000)
"""


def main() -> None:
    """Prints one table: the package alone, and the package with one of its modules."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--operations", type=int, nargs="+", default=[1, 100, 1_000])
    parser.add_argument(
        "--runs", type=int, default=7, help="runs of which the median counts"
    )
    arguments = parser.parse_args()
    rows: list[dict[str, str]] = []
    with tempfile.TemporaryDirectory(prefix="truecopy-bench-") as name:
        for count in arguments.operations:
            workspace = Path(name) / str(count)
            synthetic.write(workspace, count)
            run([*TRUECOPY, "generate"], workspace)
            package = f"{synthetic.NAME}_client"
            tree = workspace / "generated" / synthetic.NAME
            alone = _milliseconds(tree, package, arguments.runs)
            used = f"{package}.{synthetic.operation_name(0)}"
            row = {
                "operations": f"{count:,}",
                "import, ms": f"{alone:.1f}",
                "budget": "",
                "": "",
            }
            budget = BUDGETS.get(count)
            if budget is not None:
                row |= {"budget": f"{budget:.0f}", "": verdict(alone, budget)}
            with_one = _milliseconds(tree, used, arguments.runs)
            rows.append(row | {"with one module, ms": f"{with_one:.1f}"})
    table("import of a generated package, over msgspec and httpx2 alone", rows)


def _milliseconds(tree: Path, module: str, runs: int) -> float:
    """The median over fresh processes; a first run compiles the modules."""
    command = [sys.executable, "-c", _PROBE.format(package=module)]
    seen = [
        float(
            subprocess.run(
                command,
                cwd=tree,
                env=compiling(),
                check=True,
                capture_output=True,
                text=True,
            ).stdout
        )
        for _ in range(runs + 1)
    ]
    return statistics.median(seen[1:])


if __name__ == "__main__":
    main()
