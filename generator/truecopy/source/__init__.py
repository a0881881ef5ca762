"""Reads a strict YAML subset into values that know where they are written."""

from truecopy.source.nodes import (
    Items,
    Json,
    Node,
    Spot,
    Table,
    find,
    nearby,
    resolve,
    spots,
)
from truecopy.source.reader import hidden, load
from truecopy.source.slips import comment

__all__ = [
    "Items",
    "Json",
    "Node",
    "Spot",
    "Table",
    "comment",
    "find",
    "hidden",
    "load",
    "nearby",
    "resolve",
    "spots",
]
