"""Files and addresses taken in: read at once, shown as understood, and kept only when the reader says so."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from html import escape

import streamlit as st

from app.archive.editor import editor_field
from app.archive.pending import build_now
from app.archive.preview import preview
from app.identity import who
from app.texts import Texts
from indexer.errors import TiaowenError
from indexer.index import Index
from indexer.uploads import Staged, admit, fetch_one, stage

__all__ = ["MOST_MEGABYTES", "adding"]

# What a build reads at most (indexer/sources/files.py); a larger file would only be refused later.
MOST_MEGABYTES = 64
# In the session, never in a cache: files looked at by their digest, refusals by name, and which upload field is drawn.
_STAGED, _REFUSED, _FIELD, _SEEN = "files looked at", "files refused", "upload field", "files seen"


def adding(index: Index, texts: Texts) -> None:
    """Draw the fields, what was understood of each file, and the button that keeps them."""
    staged: dict[str, Staged] = st.session_state.setdefault(_STAGED, {})
    refused: dict[str, str] = st.session_state.setdefault(_REFUSED, {})
    files, address = st.columns([3, 2], gap="medium")
    with files:
        _files(index, staged, refused, texts)
    with address:
        _address(index, staged, refused, texts)
    for name, reason in refused.items():
        st.error(texts("archive_refused", name=name, reason=reason), icon=":material/block:")
    if refused:
        st.button(texts("archive_forget_refused"), key="forget refused", type="tertiary", on_click=refused.clear)
    if staged:
        _looked_at(index, staged, texts)
    elif not refused:
        st.html(f'<div class="tw-silence">{escape(texts("archive_add_hint"))}</div>')


def _files(index: Index, staged: dict[str, Staged], refused: dict[str, str], texts: Texts) -> None:
    """The field for files; each is read once."""
    seen: set[str] = st.session_state.setdefault(_SEEN, set())
    given = st.file_uploader(
        texts("archive_files"), accept_multiple_files=True, key=f"files {st.session_state.get(_FIELD, 0)}",
        max_upload_size=MOST_MEGABYTES, help=texts("archive_files_help"),
    )  # fmt: skip
    fresh = [file for file in given if file.file_id not in seen]
    if not fresh:
        return
    bar = st.progress(0.0, texts("archive_reading"))
    for at, file in enumerate(fresh):
        bar.progress(at / len(fresh), texts("archive_reading_file", name=_label(file.name)))
        seen.add(file.file_id)
        content = file.getvalue()
        _take(
            staged,
            refused,
            name=file.name,
            read=partial(stage, file.name, content, index=index),
        )
    bar.empty()


def _address(index: Index, staged: dict[str, Staged], refused: dict[str, str], texts: Texts) -> None:
    """The field for an address; what is there is fetched once, when the button says so."""
    with st.form("address", border=False):
        url = st.text_input(
            texts("archive_url"), key="address given", placeholder="https://", help=texts("archive_url_help"),
            autocomplete="off",
        )  # fmt: skip
        asked = st.form_submit_button(texts("archive_fetch"), icon=":material/download:")
    if asked and url.strip():
        with st.spinner(texts("archive_fetching", url=url.strip())):
            _take(staged, refused, name=url.strip(), read=lambda: fetch_one(url.strip(), index=index))


def _take(staged: dict[str, Staged], refused: dict[str, str], *, name: str, read: Callable[[], Staged]) -> None:
    """Read one file or address; what is refused keeps its reason."""
    refused.pop(name, None)
    try:
        found = read()
    except TiaowenError as error:
        reason = getattr(error, "reason", None) or str(error)
        refused[name] = reason
        return
    staged[hashlib.sha256(found.content).hexdigest()] = found


def _looked_at(index: Index, staged: dict[str, Staged], texts: Texts) -> None:
    """Each file as understood, with a choice; then the button that keeps the chosen ones."""
    st.html(f'<h2 class="tw-section">{escape(texts("archive_looked_at", n=len(staged)))}</h2>')
    chosen: list[str] = []
    for digest, each in staged.items():
        with st.container(border=True):
            preview(index, each, texts)
            with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
                new = each.uploaded_as is None and not each.same_text
                if st.checkbox(texts("archive_accept"), value=new, key=f"accept {digest}"):
                    chosen.append(digest)
                st.button(
                    texts("archive_discard"), key=f"discard {digest}", type="tertiary", icon=":material/delete:",
                    on_click=_discard, args=(staged, digest),
                )  # fmt: skip
    with st.container(key="keep-files", border=True):
        by = editor_field(texts, key="upload")
        st.button(
            texts("archive_add_and_build", n=len(chosen)), key="add and build", type="primary",
            icon=":material/library_add:", disabled=not chosen, on_click=_wanted,
        )  # fmt: skip
    if st.session_state.pop(_WANTED, False):
        _keep(index, staged, chosen, by, texts)


_WANTED = "files to be kept"


def _wanted() -> None:
    st.session_state[_WANTED] = True


def _keep(index: Index, staged: dict[str, Staged], chosen: list[str], by: str, texts: Texts) -> None:
    """The chosen files among the uploads, then a build; those not chosen stay looked at."""
    if not by:
        st.error(texts("archive_who_missing"), icon=":material/person:")
        return
    for digest in chosen:
        try:
            admit(staged[digest], index.address, by=by, reader=who())
        except TiaowenError as error:
            st.error(texts("archive_refused", name=staged[digest].name, reason=str(error)), icon=":material/block:")
            return
        del staged[digest]
    # A field of its own from now on: the old one would go on showing the files that were kept.
    st.session_state[_FIELD] = st.session_state.get(_FIELD, 0) + 1
    build_now(index, texts, by=by)


def _discard(staged: dict[str, Staged], digest: str) -> None:
    staged.pop(digest, None)


def _label(name: str) -> str:
    return name if len(name) <= 60 else name[:59] + "…"
