"""The `truecopy` command, and what `python -m truecopy` runs."""

from __future__ import annotations

import gc

from truecopy import cli

__all__ = ["main"]


def main() -> int:
    """Runs one command in a process of its own."""
    # A run is short and leaves few cycles; looking for them would take a third of it,
    # and at its end the interpreter would once more.
    gc.disable()
    try:
        return cli.main()
    finally:
        gc.freeze()


if __name__ == "__main__":
    raise SystemExit(main())
