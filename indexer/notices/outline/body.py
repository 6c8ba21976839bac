"""The body of a notice in the making: lines laid down one after the other, and names for stretches of them."""

from __future__ import annotations

from msgspec import Struct

__all__ = ["Body", "Element"]


class Element(Struct, frozen=True):
    """A named stretch of the body: a clause, a heading, a unit line, the title, the date …"""

    kind: str
    start: int
    end: int


class Body:
    """Lines of the body so far; offsets count code points from its start."""

    def __init__(self) -> None:
        self.marks: list[tuple[str, int, int]] = []  # of each element its kind, its start and its end
        self._lines: list[str] = []
        self._length = 0

    def put(self, text: str) -> int:
        """Append a line; its start."""
        start = self._length
        self._lines.append(text)
        self._length += len(text) + 1
        return start

    def lay(self, kind: str, text: str) -> int:
        """Append a line that is an element as a whole; its start."""
        start = self.put(text)
        self.mark(kind, start, start + len(text))
        return start

    def mark(self, kind: str, start: int, end: int) -> None:
        """Name a stretch of the body; an empty one is passed over."""
        if end > start:
            self.marks.append((kind, start, end))

    def text(self) -> str:
        """The whole body."""
        return "\n".join(self._lines)
