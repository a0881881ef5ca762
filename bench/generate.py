"""What `truecopy generate` costs from cold, beside other generators on the same API.

python bench/generate.py [--operations 1 100 1000] [--runs 3] [--peers VENV]
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import peers
import synthetic
from measuring import TRUECOPY, Cost, Failed, median, run, table, verdict

# Of the reference's CPU seconds, by operations.
BUDGETS = {1: 0.45, 100: 0.2, 1_000: 0.12}
LINES_BUDGET = 0.2
LARGE, GROWTH, PEAK = 10_000, 11, 600
OURS = "truecopy"


@dataclass(frozen=True, slots=True)
class Measured:
    """What one generator needed for one API, and what it wrote."""

    cost: Cost
    lines: int


def main() -> None:
    """Prints one table for costs, one for lines, one for layout."""
    arguments = _arguments()
    counts: list[int] = sorted(arguments.operations)
    with tempfile.TemporaryDirectory(prefix="truecopy-bench-") as name:
        folder = Path(name)
        bin_ = peers.install(arguments.peers or folder / "peers", arguments.against)
        found = [n for n in arguments.against if peers.available(bin_, n)]
        for missing in sorted(set(arguments.against) - set(found)):
            print(f"{missing} can't be installed; its figures are left out")
        measured: dict[tuple[str, int], Measured] = {}
        shares: dict[int, float] = {}
        for count in counts:
            workspace = folder / str(count)
            synthetic.write(workspace, count)
            runs = arguments.runs if count < LARGE else 1
            measured[OURS, count] = _ours(workspace, runs)
            if count >= LARGE:
                continue
            shares[count] = _black_share(workspace)
            document = synthetic.export(workspace)
            for peer in found:
                out = workspace / f"out_{peer.replace('-', '_')}"
                try:
                    measured[peer, count] = _peer(bin_, peer, document, out, runs)
                except Failed as problem:
                    print(f"{peer} fails with {count:,} operations: {problem}")
        _print(measured, shares, counts, found)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--operations", type=int, nargs="+", default=[1, 10, 100, 1_000]
    )
    parser.add_argument(
        "--runs", type=int, default=3, help="runs of which the median counts"
    )
    parser.add_argument("--peers", type=Path, help="keep the peers' environment here")
    parser.add_argument(
        "--against", nargs="*", default=[peers.REFERENCE], choices=peers.REQUIREMENTS
    )
    return parser.parse_args()


def _ours(workspace: Path, runs: int) -> Measured:
    def once() -> Cost:
        shutil.rmtree(workspace / "generated", ignore_errors=True)
        shutil.rmtree(workspace / ".truecopy", ignore_errors=True)
        return run([*TRUECOPY, "generate"], workspace)

    cost = median(runs, once)
    package = workspace / "generated" / synthetic.NAME / f"{synthetic.NAME}_client"
    own = [
        p for p in package.glob("*.py") if p.name not in ("_runtime.py", "testing.py")
    ]
    return Measured(cost, _lines(own))


def _peer(bin_: Path, name: str, document: Path, out: Path, runs: int) -> Measured:
    def once() -> Cost:
        shutil.rmtree(out, ignore_errors=True)
        return run(peers.command(bin_, name, document, out), document.parent, bin_)

    cost = median(runs, once)
    files = list(out.rglob("*.py")) if out.is_dir() else [out.with_suffix(".py")]
    return Measured(cost, _lines(files))


def _black_share(workspace: Path) -> float:
    """The part of the Python files that the target could not lay out itself."""
    import black
    from truecopy import pipeline
    from truecopy.files.workspace import read_api, read_templates

    calls: list[str] = []
    format_str = black.format_str

    def counted(text: str, **options: Any) -> str:
        calls.append(text)
        return format_str(text, **options)

    black.format_str = counted  # type: ignore[assignment]
    try:
        checked = pipeline.check(read_api(workspace, synthetic.NAME))
        assert checked.api is not None
        files = pipeline.generate(checked.api, read_templates(workspace)).files
    finally:
        black.format_str = format_str
    copied = {"_runtime.py", "testing.py"}
    made = [f for f in files if f.endswith(".py") and Path(f).name not in copied]
    return len(calls) / len(made)


def _lines(files: list[Path]) -> int:
    return sum(path.read_bytes().count(b"\n") for path in files)


def _print(
    measured: dict[tuple[str, int], Measured],
    shares: dict[int, float],
    counts: list[int],
    found: list[str],
) -> None:
    rows: list[dict[str, str]] = []
    for count in counts:
        ours = measured[OURS, count]
        for name in (OURS, *found):
            one = measured.get((name, count))
            if one is None:
                continue
            row = {"operations": f"{count:,}", "generator": name}
            row |= {"CPU s": f"{one.cost.cpu:.2f}", "wall s": f"{one.cost.wall:.2f}"}
            row |= {
                "peak MiB": f"{one.cost.peak:.0f}",
                "ratio": "",
                "budget": "",
                "": "",
            }
            row |= {"lines/operation": f"{one.lines / count:,.0f}"}
            if name != OURS:
                ratio = ours.cost.cpu / one.cost.cpu
                budget = BUDGETS.get(count) if name == peers.REFERENCE else 1.0
                row["ratio"] = f"{ratio:.2f}"
                if budget is not None:
                    row |= {"budget": f"{budget:.2f}", "": verdict(ratio, budget)}
            rows.append(row)
    table("generate, cold: ratio of truecopy's CPU seconds to this generator's", rows)
    _print_rest(measured, shares, counts)


def _print_rest(
    measured: dict[tuple[str, int], Measured],
    shares: dict[int, float],
    counts: list[int],
) -> None:
    rows: list[dict[str, str]] = []

    def add(what: str, figure: float, form: str, budget: float | None = None) -> None:
        row = {"figure": what, "measured": format(figure, form), "budget": "", "": ""}
        if budget is not None:
            row |= {"budget": format(budget, form), "": verdict(figure, budget)}
        rows.append(row)

    for count in counts:
        if count in shares:
            add(f"{count:,} operations: files handed to black", shares[count], ".1%")
        reference = measured.get((peers.REFERENCE, count))
        if reference is not None:
            ratio = measured[OURS, count].lines / reference.lines
            add(
                f"{count:,} operations: lines, of {peers.REFERENCE}'s",
                ratio,
                ".2f",
                LINES_BUDGET,
            )
    if {LARGE, 1_000} <= set(counts):
        large, small = measured[OURS, LARGE].cost, measured[OURS, 1_000].cost
        add(
            f"{LARGE:,} operations: CPU, times that of 1,000",
            large.cpu / small.cpu,
            ".1f",
            GROWTH,
        )
        add(f"{LARGE:,} operations: peak MiB", large.peak, ".0f", PEAK)
    table("what is written (runtime and tests aside)", rows)


if __name__ == "__main__":
    main()
