"""What a spec says: JSON values, whose mappings and lists know where each key and value is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import final

from truecopy.diagnostics import Place, nearest

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]

# A place inside a file as one number, which is cheap to make and to keep: line and column from zero.
COLUMNS = 24


@final
class Table(dict[str, "Node"]):
    """A mapping in the order in which it is written, which knows where everything in it stands."""

    __slots__ = ("file", "spots", "start")

    def __init__(self, file: str, start: int) -> None:
        self.file = file
        self.start = start
        self.spots: dict[str, tuple[int, int]] = {}

    @property
    def place(self) -> Place:
        """Where the mapping begins."""
        return unpacked(self.file, self.start)

    def key(self, name: str) -> Place:
        """Where a key is written."""
        return unpacked(self.file, self.spots[name][0])

    def value(self, name: str) -> Place:
        """Where the value of a key is written."""
        return unpacked(self.file, self.spots[name][1])

    def put(self, name: str, value: Node, spot: tuple[int, int]) -> None:
        """Adds a key that is written at a place."""
        self[name] = value
        self.spots[name] = spot


@final
class Items(list["Node"]):
    """A sequence, which knows where each item stands."""

    __slots__ = ("file", "spots", "start")

    def __init__(self, file: str, start: int) -> None:
        self.file = file
        self.start = start
        self.spots: list[int] = []

    @property
    def place(self) -> Place:
        """Where the sequence begins."""
        return unpacked(self.file, self.start)

    def value(self, index: int) -> Place:
        """Where an item is written."""
        return unpacked(self.file, self.spots[index])


Node = None | bool | int | float | str | Items | Table
Spot = tuple[Place, Place]


def spots(root: Table, path: Sequence[str | int]) -> Spot:
    """Where the key and the value at a path stand: the deepest part of it that is written."""
    node: Node = root
    found = root.start, root.start
    for step in path:
        name = str(step)
        if isinstance(node, Table) and name in node:
            found, node = node.spots[name], node[name]
        elif isinstance(node, Items) and name.isdecimal() and int(name) < len(node):
            spot = node.spots[int(name)]
            found, node = (spot, spot), node[int(name)]
        else:
            break
    return unpacked(root.file, found[0]), unpacked(root.file, found[1])


def resolve(node: Node, name: str) -> tuple[str, ...] | None:
    """The keys below a node that a dotted name means; keys may hold dots themselves."""
    if isinstance(node, Items):
        head, _, rest = name.partition(".")
        if not head.isascii() or not head.isdigit() or int(head) >= len(node):
            return None
        below = resolve(node[int(head)], rest) if rest else ()
        return None if below is None else (head, *below)
    if not isinstance(node, Table):
        return None
    if name in node:
        return (name,)
    for key, inner in node.items():
        if name.startswith(key + "."):
            below = resolve(inner, name[len(key) + 1 :])
            if below is not None:
                return (key, *below)
    return None


def nearby(node: Node, name: str) -> str:
    """The dotted name below a node that was probably meant, or nothing."""
    known: Mapping[str, Node] = node if isinstance(node, Table) else {}
    if isinstance(node, Items):
        known = {str(index): item for index, item in enumerate(node)}
    whole = [key for key in known if name == key or name.startswith(key + ".")]
    head = max(whole, key=len) if whole else name.partition(".")[0]
    rest = name[len(head) + 1 :]
    key = head if whole else nearest(head, known)
    if not key or not rest:
        return key
    below = nearby(known[key], rest)
    return f"{key}.{below}" if below else ""


def find(node: Node, path: Sequence[str | int]) -> Node:
    """The node at a path of keys and indexes, which must exist."""
    for step in path:
        if isinstance(node, Table):
            node = node[str(step)]
        elif isinstance(node, Items):
            node = node[int(step)]
    return node


def unpacked(file: str, spot: int) -> Place:
    return Place(file, (spot >> COLUMNS) + 1, (spot & ((1 << COLUMNS) - 1)) + 1)
