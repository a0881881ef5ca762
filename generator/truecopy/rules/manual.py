"""The manual of every finding of `check` by its id."""

from __future__ import annotations

import inspect
from collections.abc import Mapping

from truecopy.rules import RULES
from truecopy.rules.earlier import BUILD, FILES, SCHEMA
from truecopy.rules.earlier_yaml import YAML
from truecopy.rules.later import NAMES


def manuals() -> Mapping[str, str]:
    """A sentence, YAML that passes, YAML that fails: for each id, in the order of the stages."""
    own = {rule: inspect.getdoc(function) or "" for rule, function in RULES.items()}
    return {**FILES, **YAML, **SCHEMA, **BUILD, **own, **NAMES}
