"""The Python target: from the IR to finished pages, one for each file that is written."""

from truecopy.targets.python.package import METHODS, Plan, copies, pages, plan

__all__ = ["METHODS", "Plan", "copies", "pages", "plan"]
