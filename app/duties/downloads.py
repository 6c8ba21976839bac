"""The list as files, exactly as it is filtered: Excel, Word, CSV, Markdown, and its days as a calendar.

A file is made when its button is pressed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape

import streamlit as st
from msgspec import Struct

from app.duties.today import today
from app.parts.audited import exported
from app.parts.basket import WORD
from app.texts import Texts
from indexer.duties import ListedTask, UnitDuties
from indexer.duties.archive_load import ArchiveLoad, ArchiveTask
from indexer.exports import (
    Sheet,
    archive_document,
    archive_sheets,
    breakdown_document,
    breakdown_sheets,
    calendar_of,
    csv_text,
    file_name,
    ledger_sheet,
    markdown_text,
    unit_document,
    unit_sheets,
    write_workbook,
)
from indexer.records import Link

__all__ = ["Files", "archive_files", "downloads", "notice_files", "unit_files"]

_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# From so many tasks on a workbook takes long enough to say so.
_MANY = 10_000


class Files(Struct, frozen=True):
    """What a list is as files: its name, the sheets of a workbook, a document, and the one table of the plain formats."""

    subject: str
    kind: str
    tasks: Sequence[ListedTask]
    sheets: Callable[[], Sequence[Sheet]]
    document: Callable[[], bytes]
    table: Callable[[], Sheet]


def unit_files(found: UnitDuties, subject: str, *, ended: Mapping[str, Link]) -> Files:
    """The tasks of a unit: one list, then an overview and a sheet a notice."""

    def table() -> Sheet:
        return ledger_sheet(found.duties, f"{subject}任务清单", today=today(), ended=ended)

    return Files(
        subject, "任务清单", found.duties, lambda: [table(), *unit_sheets(found)], lambda: unit_document(found), table
    )


def notice_files(tasks: Sequence[ArchiveTask], subject: str) -> Files:
    """The breakdown of a notice (任务分解表)."""
    notices = [(tasks[0].notice, [each.task for each in tasks])]
    return Files(
        subject, "任务分解表", tasks,
        lambda: breakdown_sheets(notices), lambda: breakdown_document(notices), lambda: breakdown_sheets(notices)[1],
    )  # fmt: skip


def archive_files(
    tasks: Sequence[ArchiveTask], load: Callable[[], ArchiveLoad], subject: str, *, ended: Mapping[str, Link]
) -> Files:
    """The load that the tasks are: overview, units by year and field, all tasks."""
    return Files(
        subject, "任务总览", tasks, lambda: archive_sheets(load()), lambda: archive_document(load()),
        lambda: ledger_sheet(tasks, f"{subject}任务清单", today=today(), ended=ended),
    )  # fmt: skip


def downloads(files: Files, texts: Texts) -> None:
    """A button a format."""
    dated = sum(1 for each in files.tasks if each.task.deadline and each.task.deadline.ends_on)
    left_out = len(files.tasks) - dated
    calendar_help = texts("duties_calendar_left_out", n=left_out) if left_out else None
    with st.popover(texts("duties_export"), icon=":material/download:", key="export"):
        _button(files, "xlsx", "duties_excel", lambda: write_workbook(files.sheets()), texts, mime=_EXCEL)
        _button(files, "docx", "duties_word", files.document, texts, mime=WORD)
        _button(files, "csv", "duties_csv", lambda: csv_text(files.table()), texts, mime="text/csv")
        _button(files, "md", "duties_markdown", lambda: markdown_text([files.table()]), texts, mime="text/markdown")
        _button(
            files, "ics", "duties_calendar", lambda: _calendar(files), texts, mime="text/calendar",
            disabled=not dated, hint=calendar_help if dated else texts("duties_calendar_none"),
        )  # fmt: skip
        if len(files.tasks) > _MANY:
            st.html(f'<div class="tw-meta">{escape(texts("duties_export_large"))}</div>')


def _button(
    files: Files,
    ending: str,
    label: str,
    make: Callable[[], bytes | str],
    texts: Texts,
    *,
    mime: str,
    disabled: bool = False,
    hint: str | None = None,
) -> None:
    name = file_name(files.subject, files.kind, ending)
    st.download_button(
        texts(label), exported(name, make), file_name=name, mime=mime, key=f"export {ending}",
        type="tertiary", icon=":material/download:", on_click="ignore", disabled=disabled, help=hint,
    )  # fmt: skip


def _calendar(files: Files) -> bytes:
    return calendar_of([(each.notice, each.task) for each in files.tasks], name=f"{files.subject}任务时限")[0]
