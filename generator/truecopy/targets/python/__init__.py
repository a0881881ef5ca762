"""The Python target: from the IR to finished pages, one for each file that is written."""

from truecopy.targets.python.package import METHODS, Plan, copies, pages, plan
from truecopy.targets.python.suspects import suspicious

__all__ = ["METHODS", "Plan", "copies", "pages", "plan", "suspicious"]
