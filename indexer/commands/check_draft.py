"""The command `check-draft`: what to look at in a draft notice, as lines or as JSON."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indexer.errors import UsageError

if TYPE_CHECKING:  # heavy modules are imported where they are needed, so that --help stays instant
    from indexer.drafts import CitedDocument, Draft, Finding

__all__ = ["add_options", "run_check"]


def add_options(parser: argparse.ArgumentParser, *, given_path: Callable[[str], Path]) -> None:
    """Add what the command takes; --index is that of every command."""
    parser.add_argument("file", type=given_path, metavar="FILE", help="the draft: docx, pdf, text, html")
    parser.add_argument(
        "--today", metavar="2025-06-30", help="the day by which deadlines are judged where the draft has no date"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object (the default in a pipe)")


def run_check(options: argparse.Namespace, *, json: bool) -> tuple[list[dict[str, Any] | str], int]:
    """What is to be written, and the exit status: 1 where something is wrong (severity error), else 0.

    Raises UsageError for a missing file and a day that does not exist; UnreadableNotice for a file that is no notice.
    """
    today = _day(options.today)
    if not options.file.is_file():
        raise UsageError(f"{options.file}: there is no such file; give a draft as docx, pdf or text")
    from indexer.drafts import check_draft, cited_documents, read_draft
    from indexer.index import open_index
    from indexer.sources import read

    raw = read(options.file)
    with open_index(options.index) as index:
        draft = read_draft(raw, index, today=today)
        found, cited = check_draft(draft), list(cited_documents(draft))
    status = 1 if any(each.severity == "error" for each in found) else 0
    return ([_object(draft, found, cited)] if json else list(_lines(draft, found))), status


def _day(text: str | None) -> date:
    if text is None:
        return date.today()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"bad day {text}; give --today as 2025-06-30") from error


def _object(draft: Draft, found: list[Finding], cited: list[CitedDocument]) -> dict[str, Any]:
    return {
        "path": draft.notice.source.path,
        "title": draft.notice.title,
        "doc_number": draft.notice.doc_number,
        "day": draft.day.isoformat(),
        "dated": draft.notice.issued_on is not None,
        "findings": [
            {
                "rule": each.rule,
                "severity": each.severity,
                "line": each.line,
                "start": each.start,
                "end": each.end,
                "quotation": each.quotation,
                "message": each.message,
                "advice": each.advice,
            }
            for each in found
        ],
        "cites": [
            {
                "title": each.title,
                "doc_number": each.doc_number,
                "start": each.start,
                "end": each.end,
                "state": each.state,
                "doc_id": each.doc_id,
                "relation": each.relation,
                "by": each.by.doc_id if each.by else None,
            }
            for each in cited
        ],
        "warnings": list(draft.notice.warnings),
        "body": draft.body,
    }


def _lines(draft: Draft, found: list[Finding]) -> Iterator[str]:
    from indexer.exports.draft_reports import SEVERITY_NAMES

    counts = "，".join(
        f"{said}{n}处"
        for severity, said in SEVERITY_NAMES.items()
        if (n := sum(each.severity == severity for each in found))
    )
    yield f"{draft.notice.title or draft.notice.source.path}　{counts or '没有发现问题'}"
    for each in found:
        yield f"第{each.line}行　{SEVERITY_NAMES[each.severity]}　{each.message}　[{each.rule}]"
        yield f"      “{each.quotation}”"
        yield f"      → {each.advice}"
