"""The report as one HTML page with charts, that calls nothing from outside and follows the reader's light or dark.

The template is templates/report.html; every text from a notice or a question is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from eval.tables import Table

__all__ = ["as_html"]

_LONGEST = 30  # rows of a table that is shown open; a longer one is opened by the reader


def as_html(tables: Sequence[Table], *, heading: str, command: str) -> str:
    """The tables and their charts as one page that names the command it came from."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folder = Path(__file__).parent / "templates"
    pages = Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined)
    pages.globals["percent"] = _percent
    page = pages.get_template("report.html")
    return page.render(tables=tables, heading=heading, command=command, longest=_LONGEST) + "\n"


def _percent(share: float) -> str:
    """A share of the width, as SVG takes it."""
    return f"{min(max(share, 0.0), 1.0) * 100:.2f}%"
