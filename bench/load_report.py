"""A report of loads in Markdown: the command, the machine and how busy it was, then tables."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from bench.scale import machine
from eval.tables import Table, as_markdown

__all__ = ["LoadReport"]


class LoadReport:
    """A report that is begun before anything is measured, so that it says how busy the machine was then."""

    def __init__(self, heading: str, *, command: str) -> None:
        """The command is the one that writes the report anew."""
        self._heading, self._command = heading, command
        self._busy = os.getloadavg()[1]

    def write(self, path: Path, tables: Sequence[Table]) -> None:
        """Write it with these tables."""
        told = [*machine(), f"- load average over 5 minutes before it began: {self._busy:.1f}"]
        text = as_markdown(tables, heading=self._heading, command=self._command)
        head, _, rest = text.partition("\n\n## ")
        path.write_text("\n\n".join([head, "\n".join(told), f"## {rest}"]), encoding="utf-8")
