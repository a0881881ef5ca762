"""Options and helpers that several test modules share."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

# The runtime's template is imported as `_runtime`; a package has the webhooks.
ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "templates" / "python"))
sys.path.append(str(ROOT / "generated" / "payiano"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update` rewrites the expectations of tests/cases instead of comparing."""
    parser.addoption(
        "--update",
        action="store_true",
        help="rewrite expected outputs; review their diff",
    )


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether expectations are rewritten."""
    return bool(request.config.getoption("--update"))
