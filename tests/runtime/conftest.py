"""Makes the runtime's template importable, as ``_runtime``."""

from __future__ import annotations

import sys
from pathlib import Path

from hypothesis import settings

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "templates" / "python"))

settings.register_profile("untimed", deadline=None)  # no test asserts a time
settings.load_profile("untimed")
