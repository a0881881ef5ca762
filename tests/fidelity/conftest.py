"""How these tests run a command."""

from __future__ import annotations

import pytest
from truecopy.cli import main

from fidelity.small import Run


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs truecopy here: the exit status, what it printed, what it said on standard error."""

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run
