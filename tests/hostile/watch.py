"""Imports every package of the folder that it runs in; any effect beyond reading files is an error."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import get_type_hints

import httpx2
import msgspec

_READING = frozenset(
    {"compile", "exec", "import", "marshal.loads", "open", "os.listdir", "os.scandir"}
)
_HARMLESS = frozenset(
    {"object.__getattr__", "sys._getframe", "code.__new__", "object.__setattr__"}
)
assert httpx2  # loaded before the watch begins, as it reads more than files


def watch(event: str, arguments: tuple[object, ...]) -> None:
    """Raises for what no import of a generated package does."""
    if event == "open" and arguments[1] not in ("r", "rb", None):
        raise AssertionError(f"{event} {arguments}")
    if event not in _READING | _HARMLESS:
        raise AssertionError(f"{event} {arguments}")


def main() -> None:
    """Imports all, then reads the annotations of every model."""
    sys.dont_write_bytecode = True
    names = sorted(
        path.name for path in Path().iterdir() if path.name.endswith("_client")
    )
    sys.path.insert(0, "")
    sys.addaudithook(watch)
    for name in names:
        package = importlib.import_module(name)
        for public in package.__all__:
            value = getattr(package, public)
            if isinstance(value, type) and issubclass(value, msgspec.Struct):
                get_type_hints(value, include_extras=True)


if __name__ == "__main__":
    main()
