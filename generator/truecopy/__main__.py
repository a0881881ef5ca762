"""Lets `python -m truecopy` do what the `truecopy` command does."""

from truecopy.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    raise SystemExit(main())
