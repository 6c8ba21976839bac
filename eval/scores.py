"""What a command measured, and where it goes: tables on the terminal, JSON values, Markdown and HTML reports."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, field
from typing import Any

from eval.tables import Table, as_markdown, as_text
from indexer.errors import UsageError

__all__ = ["Scores", "check_outputs", "show"]


@dataclass(slots=True)
class Scores:
    """What was measured: tables for the terminal and for the report, longer ones, the same as JSON values."""

    tables: list[Table] = field(default_factory=list)
    report: list[Table] = field(default_factory=list)  # quotes nothing from notices outside the project
    appendix: list[Table] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    misses: list[str] = field(default_factory=list)  # one line a deviation, for the terminal

    def add(self, *tables: Table) -> None:
        """Tables that are shown and reported alike."""
        self.tables += tables
        self.report += tables


def check_outputs(options: argparse.Namespace, *names: str) -> None:
    """Raise UsageError where the folder of a file to be written is not there, before anything is measured."""
    for name in names:
        page = getattr(options, name, None)
        if page and not page.absolute().parent.is_dir():
            raise UsageError(f"no folder {page.parent} for {page.name}; make it first")


def show(scores: Scores, options: argparse.Namespace, *, heading: str, command: str) -> None:
    """Print the scores and write the reports asked for."""
    if options.json:
        print(json.dumps(scores.values, ensure_ascii=False, indent=1))
    else:
        if options.misses and scores.misses:
            print("\n".join(scores.misses))
        print(as_text(scores.tables + (scores.appendix if options.misses else [])))
    tables = scores.report + scores.appendix
    if options.report:
        options.report.write_text(as_markdown(tables, heading=heading, command=command), encoding="utf-8")
    if options.html:
        from eval.html_report import as_html

        options.html.write_text(as_html(tables, heading=heading, command=command), encoding="utf-8")
