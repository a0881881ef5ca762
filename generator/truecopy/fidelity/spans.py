"""Stretches of a text, as pairs of where they begin and where they end."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

Span = tuple[int, int]


def line_end(text: str, at: int, stop: int | None = None) -> int:
    """Where the line of a place ends, or the stretch of text that stops there."""
    stop = len(text) if stop is None else stop
    end = text.find("\n", at, stop)
    return end if end >= 0 else stop


def merged(spans: Iterable[Span]) -> list[Span]:
    """Stretches without overlaps, in order."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def without(
    text: str, cut: Sequence[Span], start: int = 0, end: int | None = None
) -> str:
    """text[start:end] without the stretches of `cut`, which are sorted and do not overlap."""
    stop = len(text) if end is None else end
    parts: list[str] = []
    at = start
    for index in range(bisect_left(cut, (start, start)), len(cut)):
        begin, over = cut[index]
        if begin >= stop:
            break
        parts.append(text[at:begin])
        at = over
    parts.append(text[at:stop])
    return "".join(parts)


class Taken:
    """Which places of a stretch of text are spoken for."""

    def __init__(self, start: int, end: int) -> None:
        self._start = start
        self._marks = bytearray(end - start)

    def take(self, span: Span) -> None:
        """Speaks for a stretch."""
        begin, end = (at - self._start for at in span)
        self._marks[begin:end] = b"\1" * (end - begin)

    def __contains__(self, span: Span) -> bool:
        return 1 in self._marks[span[0] - self._start : span[1] - self._start]
