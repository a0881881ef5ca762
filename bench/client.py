"""What a call costs over loopback sockets, and what reading and writing a body costs, beside others.

python bench/client.py [--calls 2000] [--rounds 5] [--peers VENV] [--against openapi-python-client openapi-generator-cli]

Every client runs in a process of its own against one server in another, in turns; the least of the rounds counts.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import callers
import peers
import synthetic
from measuring import TRUECOPY, run, table, verdict

BARE = "httpx2 + msgspec"
CALL_BUDGET, CODEC_BUDGET = 0.85, 1.2
# Which environment and generated code a client of callers.py needs.
HOMES = {
    peers.REFERENCE: ("openapi-python-client", "openapi-python-client, async"),
    peers.JVM: ("openapi-generator",),
}

Figures = Mapping[str, float]


def main() -> None:
    """Prints a table of calls and one of bodies."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="truecopy-bench-") as name:
        folder = Path(name)
        bin_ = peers.install(arguments.peers or folder / "peers", arguments.against)
        synthetic.write(folder, 1)
        run([*TRUECOPY, "generate"], folder)
        home = (sys.executable, folder / "generated" / synthetic.NAME)
        commands: dict[str, tuple[str, Path]] = {}
        for name in ("truecopy", BARE, "truecopy, async", f"{BARE}, async"):
            commands[name] = home
        document = synthetic.export(folder)
        for peer in arguments.against:
            if not peers.available(bin_, peer):
                print(f"{peer} can't be installed; its figures are left out")
                continue
            out = folder / peer
            run(peers.command(bin_, peer, document, out), folder, bin_)
            for name in HOMES[peer]:
                commands[name] = (str(bin_ / "python"), out)
        with _server() as port:
            measured = _rounds(commands, port, arguments.calls, arguments.rounds)
    _print(measured)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=2_000, help="calls in one round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peers", type=Path, help="keep the peers' environment here")
    parser.add_argument("--against", nargs="*", default=list(HOMES), choices=HOMES)
    return parser.parse_args()


@contextmanager
def _server() -> Generator[str]:
    command = [sys.executable, str(Path(__file__).with_name("loopback.py"))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def _rounds(
    commands: Mapping[str, tuple[str, Path]], port: str, calls: int, rounds: int
) -> dict[str, Figures]:
    """The least of each figure over the rounds; in a round every client has its turn."""
    least: dict[str, dict[str, float]] = {name: {} for name in commands}
    for _ in range(rounds):
        for name, (python, package) in commands.items():
            found = _once([python, callers.__file__, name, port, str(calls)], package)
            for what, value in found.items():
                known = least[name].get(what, value)
                least[name][what] = min(known, value)
    return {name: figures for name, figures in least.items() if figures}


def _once(command: Sequence[str], package: Path) -> Figures:
    env = {**os.environ, "PYTHONPATH": str(package)}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{command[2]} fails: {done.stderr.strip()[-500:]}")
        return {}
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def _print(measured: Mapping[str, Figures]) -> None:
    for suffix in ("", ", async"):
        rows: list[dict[str, str]] = []
        bare = measured[BARE + suffix]["cpu"]
        for name, figures in measured.items():
            if name.endswith(", async") != bool(suffix):
                continue
            row = {
                "client": name.removesuffix(", async"),
                "CPU, µs a call": f"{figures['cpu']:.0f}",
                "of bare": f"{figures['cpu'] / bare:.2f}",
                "calls a second": f"{1e6 / figures['wall']:,.0f}",
                "": "",
            }
            if name == "truecopy":
                row[""] = verdict(figures["cpu"] / bare, CALL_BUDGET)
            rows.append(row)
        table(f"a call over loopback{suffix}; budget {CALL_BUDGET} of bare", rows)
    _print_bodies(measured)


def _print_bodies(measured: Mapping[str, Figures]) -> None:
    ours = measured["truecopy"]
    size = len(callers.ANSWER)
    rows = [
        {
            "client": "msgspec alone",
            "write, µs": f"{ours['bare_encode']:.2f}",
            "read, µs": f"{ours['bare_decode']:.2f}",
            "": "",
        },
        {
            "client": "truecopy",
            "write, µs": f"{ours['prepare']:.2f} (a whole request, limits checked)",
            "read, µs": f"{ours['read']:.2f}",
            "": verdict(ours["read"] / ours["bare_decode"], CODEC_BUDGET),
        },
    ]
    for name, figures in measured.items():
        if "encode" in figures:
            rows.append(
                {
                    "client": name,
                    "write, µs": f"{figures['encode']:.2f}",
                    "read, µs": f"{figures['decode']:.2f}",
                }
            )
    table(
        f"a body of 18 members written, one of {size:,} bytes read; budget {CODEC_BUDGET} of msgspec",
        rows,
    )


if __name__ == "__main__":
    main()
