"""Builds the IR of an API from its validated files."""

from truecopy.build.api import build

__all__ = ["build"]
