"""What importing a generated package and one of its operations costs, beside others made from the same specs.

python bench/imports.py [--operations 1 100 1000] [--runs 7] [--peers VENV] [--against openapi-python-client openapi-generator-cli]

Milliseconds of the processor and MiB at the peak are those of a fresh process that imports what a call needs, and does
nothing else.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import peers
import synthetic
from measuring import TRUECOPY, compiling, run, table, verdict

# Milliseconds that the package may add to msgspec and httpx2, by operations.
BUDGETS = {1: 10.0, 100: 25.0, 1_000: 150.0}
_ALONE = "import msgspec, httpx2"
_PACKAGE = "import synthetic_client"
_OPERATION = synthetic.operation_name(0)
# What a caller of one operation imports.
_USES = {
    "truecopy": f"{_ALONE}, synthetic_client.{_OPERATION}\nsynthetic_client.Synthetic",
    peers.REFERENCE: f"import synthetic_client.api.{_OPERATION}.{_OPERATION}",
    peers.JVM: f"import synthetic_api\nsynthetic_api.{_OPERATION.title().replace('_', '')}Api",
}
_PROBE = """
import json, resource, sys, time
start = time.process_time()
{before}
between = time.process_time()
{imports}
end = time.process_time()
try:
    status = open("/proc/self/status").read()  # ru_maxrss is never less than the parent's
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
except OSError:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    peak /= 1024 if sys.platform == "darwin" else 1
print(json.dumps([(end - start) * 1000, (end - between) * 1000, peak]))
"""


def main() -> None:
    """Prints one table: every client at every size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--operations", type=int, nargs="+", default=[1, 100, 1_000])
    parser.add_argument(
        "--runs", type=int, default=7, help="runs of which the median counts"
    )
    parser.add_argument("--peers", type=Path, help="keep the peers' environment here")
    others = [peers.REFERENCE, peers.JVM]
    parser.add_argument("--against", nargs="*", default=others, choices=others)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="truecopy-bench-") as name:
        folder = Path(name)
        bin_ = peers.install(arguments.peers or folder / "peers", arguments.against)
        rows = [
            row
            for count in arguments.operations
            for row in _rows(
                folder / str(count), count, arguments.runs, bin_, arguments.against
            )
        ]
    table("import of a package and of one of its operations", rows)


def _rows(
    workspace: Path, count: int, runs: int, bin_: Path, against: list[str]
) -> Iterator[dict[str, str]]:
    synthetic.write(workspace, count)
    run([*TRUECOPY, "generate"], workspace)
    tree = workspace / "generated" / synthetic.NAME
    _, package, _ = _measured(sys.executable, tree, _ALONE, _PACKAGE, runs)
    row = _row(count, "truecopy", sys.executable, tree, runs)
    row["package alone, over msgspec and httpx2, ms"] = f"{package:.1f}"
    if count in BUDGETS:
        row |= {
            "budget": f"{BUDGETS[count]:.0f}",
            "": verdict(package, BUDGETS[count]),
        }
    yield row
    document = synthetic.export(workspace)
    for peer in against:
        if not peers.available(bin_, peer):
            print(f"{peer} can't be installed; its figures are left out")
            continue
        out = workspace / peer
        run(peers.command(bin_, peer, document, out), workspace, bin_)
        yield _row(count, peer, str(bin_ / "python"), out, runs)


def _row(count: int, client: str, python: str, tree: Path, runs: int) -> dict[str, str]:
    whole, _, peak = _measured(python, tree, "", _USES[client], runs)
    return {
        "operations": f"{count:,}",
        "client": client,
        "CPU, ms": f"{whole:.0f}",
        "peak, MiB": f"{peak:.0f}",
        "package alone, over msgspec and httpx2, ms": "",
        "budget": "",
        "": "",
    }


def _measured(
    python: str, tree: Path, before: str, imports: str, runs: int
) -> list[float]:
    """The medians over fresh processes; a first run compiles the modules."""
    command = [python, "-c", _PROBE.format(before=before, imports=imports)]
    env = {**compiling(), "PYTHONPATH": str(tree)}
    seen: list[list[float]] = []
    for _ in range(runs + 1):
        done = subprocess.run(
            command, cwd=tree, env=env, check=True, capture_output=True, text=True
        )
        seen.append(json.loads(done.stdout))
    return [statistics.median(figures) for figures in zip(*seen[1:], strict=True)]


if __name__ == "__main__":
    main()
