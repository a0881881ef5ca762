"""The `truecopy` command, and what `python -m truecopy` runs."""

from __future__ import annotations

import gc

from truecopy import cli

__all__ = ["main"]


def main() -> int:
    """Runs one command in a process of its own."""
    # A run is short and leaves few cycles; looking for them would take a third of it.
    gc.disable()
    return cli.main()


if __name__ == "__main__":
    raise SystemExit(main())
