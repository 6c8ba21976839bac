"""What did not enter and why, pages that repeat a notice, and uploads: live, waiting, or taken out again; also as CSV."""

from __future__ import annotations

from html import escape

import streamlit as st

from app.archive.editor import editor_field
from app.archive.uploads_seen import uploads_seen
from app.identity import may, who
from app.navigation import link_to
from app.parts.audited import exported
from app.texts import Texts
from indexer.errors import UsageError
from indexer.exports import Sheet, SheetColumn, csv_text
from indexer.index import Index
from indexer.records import Skipped
from indexer.uploads import Admitted, Withdrawn, withdraw

__all__ = ["left_out"]

_FAILED = "withdrawing failed"


def left_out(index: Index, texts: Texts) -> None:
    """Draw the four lists."""
    skipped, duplicates = index.skipped(), index.duplicates()
    uploads, aside = uploads_seen(index)
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.download_button(
            texts("archive_left_csv"),
            exported("tiaowen-files.csv", lambda: csv_text(_sheet(skipped, duplicates, uploads, aside, texts))),
            file_name="tiaowen-files.csv", mime="text/csv", key="left csv", icon=":material/download:",
            on_click="ignore", type="tertiary",
        )  # fmt: skip
    _files(texts("archive_skipped", n=len(skipped)), skipped, texts("archive_skipped_none"), texts)
    _files(texts("archive_duplicates", n=len(duplicates)), duplicates, texts("archive_duplicates_none"), texts)
    _uploads(index, uploads, texts)
    _withdrawn(aside, texts)


def _files(title: str, files: list[Skipped], none: str, texts: Texts) -> None:
    """Files with their reasons as a table."""
    st.html(f'<h2 class="tw-section">{escape(title)}</h2>')
    if not files:
        st.html(f'<div class="tw-meta">{escape(none)}</div>')
        return
    rows = "".join(
        f'<tr><th scope="row">{escape(file.path)}</th><td>{escape(_reason(file.reason, texts))}</td></tr>'
        for file in files
    )
    st.html(
        f'<div class="tw-set-grid"><table class="tw-files"><thead><tr><th scope="col">{escape(texts("file"))}</th>'
        f'<th scope="col">{escape(texts("archive_reason"))}</th></tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _reason(reason: str, texts: Texts) -> str:
    """The two reasons of duplicates in the reader's language; others as the library says them."""
    for said, key in (("same text as ", "archive_same_text"), ("same notice as ", "archive_same_notice")):
        if reason.startswith(said):
            return texts(key, path=reason.removeprefix(said))
    return reason


def _uploads(index: Index, uploads: list[Admitted], texts: Texts) -> None:
    st.html(f'<h2 class="tw-section">{escape(texts("archive_uploads", n=len(uploads)))}</h2>')
    if not uploads:
        st.html(f'<div class="tw-meta">{escape(texts("archive_uploads_none"))}</div>')
        return
    edits = may("edit")
    by = editor_field(texts, key="withdrawal") if edits else ""
    for each in uploads:
        with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            facts = [texts("archive_uploaded_by", who=each.uploaded_by or "—", when=(each.uploaded_at or "—")[:10])]
            facts += [fact for fact in (each.url, each.reason) if fact]
            st.html(
                f'<div><span class="tw-state tw-state-{each.state.replace("_", "-")}">'
                f"{escape(texts(f'archive_up_{each.state}'))}</span>{escape(each.path.name)}"
                f'<div class="tw-meta">{escape(" · ".join(facts))}</div></div>',
                width="content",
            )
            if each.doc_id:
                link_to("archive", texts("archive_open"), texts, icon=":material/article:", notice=each.doc_id)
            if edits:
                st.button(
                    texts("archive_withdraw"), key=f"withdraw {each.path}", type="tertiary", icon=":material/undo:",
                    disabled=not by, help=None if by else texts("archive_who_missing"), on_click=_withdraw,
                    args=(index, each.path.as_posix(), by),
                )  # fmt: skip
    if failed := st.session_state.pop(_FAILED, None):
        st.error(failed, icon=":material/error:")


def _withdraw(index: Index, path: str, by: str) -> None:
    try:
        withdraw(path, index.address, by=by, reader=who())
    except UsageError as error:
        st.session_state[_FAILED] = str(error)


def _withdrawn(aside: list[Withdrawn], texts: Texts) -> None:
    if not aside:
        return
    st.html(f'<h2 class="tw-section">{escape(texts("archive_withdrawn", n=len(aside)))}</h2>')
    rows = []
    for each in aside:
        said = texts("archive_withdrawn_by", who=each.withdrawn_by or "—", when=(each.withdrawn_at or "—")[:10])
        waits = " · " + texts("archive_waits") if each.waits_for_build else ""
        rows.append(f'<li>{escape(each.name)}<div class="tw-meta">{escape(said + waits)}</div></li>')
    st.html(f'<ul class="tw-plain-list">{"".join(rows)}</ul>')


def _sheet(
    skipped: list[Skipped],
    duplicates: list[Skipped],
    uploads: list[Admitted],
    aside: list[Withdrawn],
    texts: Texts,
) -> Sheet:
    """All four lists as one table."""
    rows: list[tuple[str, str, str, str | None, str | None]] = []
    rows += [(texts("archive_is_skipped"), file.path, file.reason, None, None) for file in skipped]
    rows += [(texts("archive_is_duplicate"), file.path, _reason(file.reason, texts), None, None) for file in duplicates]
    rows += [
        (texts(f"archive_up_{each.state}"), each.path.name, each.reason or "", each.uploaded_by, each.uploaded_at)
        for each in uploads
    ]  # fmt: skip
    rows += [
        (texts("archive_is_withdrawn"), each.name, "", each.withdrawn_by, each.withdrawn_at) for each in aside
    ]  # fmt: skip
    names = ("archive_state", "file", "archive_reason", "archive_who", "archive_when")
    title = texts("archive_left")
    return Sheet(title, title, tuple(SheetColumn(texts(name)) for name in names), tuple(rows))
