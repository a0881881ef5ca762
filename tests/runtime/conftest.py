"""Makes the package ``acme_client`` out of ``acme.py`` and the runtime's template.

The helper module says ``from . import _runtime as rt``, as generated code does."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

from hypothesis import settings

HERE = Path(__file__).parent

package = ModuleType("acme_client")
package.__path__ = [str(HERE), str(HERE.parents[1] / "templates" / "python")]
sys.modules["acme_client"] = package

settings.register_profile("untimed", deadline=None)  # no test asserts a time
settings.load_profile("untimed")
