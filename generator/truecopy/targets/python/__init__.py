"""The Python target: from the IR to finished pages, one for each file that is written."""

from truecopy.targets.python.dependents import dependents
from truecopy.targets.python.documents import Part
from truecopy.targets.python.naming import with_modules
from truecopy.targets.python.package import (
    METHODS,
    copies,
    document,
    document_files,
    frame,
    whole,
    whole_files,
)
from truecopy.targets.python.suspects import suspicious
from truecopy.targets.python.views import Page

__all__ = [
    "METHODS",
    "Page",
    "Part",
    "copies",
    "dependents",
    "document",
    "document_files",
    "frame",
    "suspicious",
    "whole",
    "whole_files",
    "with_modules",
]
