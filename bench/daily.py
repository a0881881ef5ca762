"""What the commands of a day cost by the clock: check, and generate when little or nothing changed.

python bench/daily.py [--runs 5]
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

import synthetic
from measuring import TRUECOPY, Cost, median, run, table, verdict

REPOSITORY = Path(__file__).resolve().parent.parent
OPERATIONS = 1_000
BUDGETS = {
    "--help": 0.15,
    "generate, nothing changed, the four APIs": 0.2,
    "check, the four APIs": None,
    "check, 1,000 specs": 3.0,
    "generate, nothing changed, 1,000 operations": 0.4,
    "generate, one spec of 1,000 changed": 1.0,
    "generate, one spec of 1,000 with a class more": 1.0,
    "generate, api.yaml of 1,000 specs changed": None,
    "generate --check, 1,000 operations": None,
}
_A_CLASS = (
    "    request:\n      properties:\n",
    "        box_{}: {{properties: {{width: {{type: integer}}}}}}\n",
)


def main() -> None:
    """Prints one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--runs", type=int, default=5, help="runs of which the median counts"
    )
    runs: int = parser.parse_args().runs
    with tempfile.TemporaryDirectory(prefix="truecopy-bench-") as name:
        small, large = Path(name) / "small", Path(name) / "large"
        shutil.copytree(REPOSITORY / "specs", small / "specs")
        synthetic.write(large, OPERATIONS)
        one = synthetic.operation_name(OPERATIONS // 2)
        costs = [
            median(runs, lambda: _truecopy(small, "--help")),
            *_prepared(small, runs),
            median(runs, lambda: _truecopy(small, "check")),
            median(runs, lambda: _truecopy(large, "check")),
            *_prepared(large, runs),
            median(runs, lambda: _changed(large, one, "description: Replaces")),
            median(runs, lambda: _changed(large, one, *_A_CLASS)),
            median(min(runs, 2), lambda: _changed(large, "api", "title: Synthetic")),
            median(min(runs, 2), lambda: _truecopy(large, "generate", "--check")),
        ]
    table("a day's commands, wall seconds", [
        {
            "command": what, "wall s": f"{cost.wall:.2f}", "budget": f"{budget:.2f}" if budget else "",
            "": verdict(cost.wall, budget) if budget else "", "CPU s": f"{cost.cpu:.2f}",
            "peak MiB": f"{cost.peak:.0f}",
        }
        for (what, budget), cost in zip(BUDGETS.items(), costs, strict=True)
    ])  # fmt: skip


def _prepared(workspace: Path, runs: int) -> list[Cost]:
    """Generates, then measures generating again."""
    _truecopy(workspace, "generate")
    return [median(runs, lambda: _truecopy(workspace, "generate"))]


def _changed(
    workspace: Path, document: str, key: str, more: str = " once more"
) -> Cost:
    """Generates after a change to one file that shows in what is generated."""
    path = workspace / "specs" / synthetic.NAME / f"{document}.yaml"
    text = path.read_text("utf-8")
    assert key in text
    path.write_text(text.replace(key, key + more.format(len(text)), 1), "utf-8")
    return _truecopy(workspace, "generate")


def _truecopy(workspace: Path, *arguments: str) -> Cost:
    return run([*TRUECOPY, *arguments], workspace)


if __name__ == "__main__":
    main()
