"""Where a draft is given: a text to paste, a file to drop, or the example; and what is wrong with one that cannot be read."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import streamlit as st

from app.precedents.example import EXAMPLE
from app.precedents.given_draft import (
    ADDRESS_CHARACTERS,
    TEXT_CHARACTERS,
    UPLOAD_MEGABYTES,
    GivenDraft,
    drop_draft,
    file_draft,
    keep_draft,
    text_draft,
)
from app.texts import Texts
from indexer.errors import SecretNotice, TiaowenError, UnreadableNotice

__all__ = ["draft_line", "entry", "unreadable"]

_TROUBLE = "precedents trouble"  # in the session: what was wrong with the draft given last
# What `indexer.sources` reads; a browser offers these in its dialog, and the content decides.
ENDINGS = ("txt", "html", "htm", "docx", "doc", "wps", "pdf", "xlsx", "xls")


def entry(texts: Texts, *, lost: bool) -> None:
    """Draw the ways to give a draft; `lost` says that a reload ended the session which knew one."""
    if lost:
        st.info(texts("precedents_lost"), icon=":material/history_toggle_off:")
    trouble: TiaowenError | None = st.session_state.pop(_TROUBLE, None)
    if trouble is not None:
        unreadable(trouble, texts)
    paste, drop = st.columns([3, 2], gap="medium")
    with paste, st.form("precedents paste", border=False):
        st.text_area(
            texts("precedents_paste"), key="precedents text", height=240, max_chars=TEXT_CHARACTERS,
            placeholder=texts("precedents_paste_hint"),
        )  # fmt: skip
        st.form_submit_button(
            texts("precedents_look"), type="primary", icon=":material/search:", on_click=_take_text,
        )  # fmt: skip
    with drop:
        st.file_uploader(
            texts("precedents_upload"), ENDINGS, key="precedents file", max_upload_size=UPLOAD_MEGABYTES,
            on_change=_take_file,
        )  # fmt: skip
        st.html(_uploader_in_words(texts))
        st.html(f'<div class="tw-meta">{escape(texts("precedents_kept", n=ADDRESS_CHARACTERS))}</div>')
        st.button(
            texts("precedents_example"), key="precedents example", icon=":material/edit_note:", type="tertiary",
            on_click=_take_example,
        )  # fmt: skip
    st.html(_gain(texts))


def _gain(texts: Texts) -> str:
    """What the page is good for, in three lines."""
    items = "".join(
        f"<li><b>{escape(texts(f'precedents_gain_{key}'))}</b>{escape(texts(f'precedents_gain_{key}_text'))}</li>"
        for key in ("who", "where", "check")
    )
    return f'<ul class="tw-gain">{items}</ul>'


def _uploader_in_words(texts: Texts) -> str:
    """Rules that put the reader's language in place of the words that Streamlit has for an uploader in English alone."""
    own = '[class*="st-key-precedents-file"]'
    rules = (
        f"{own} section button p {{ font-size: 0; }}"
        f'{own} section button p::after {{ content: "{texts("precedents_file")}"; font-size: .95rem; }}'
        f'{own} [data-testid="stFileUploaderDropzoneInstructions"] * {{ display: none; }}'
        f'{own} [data-testid="stFileUploaderDropzoneInstructions"]::after {{ content: "{texts("precedents_drop", n=UPLOAD_MEGABYTES)}"; }}'
    )
    return f"<style>{rules}</style>"


def draft_line(draft: GivenDraft, texts: Texts) -> None:
    """What draft is at hand, and the way to another one."""
    n = len(draft.notice.clauses)
    name = draft.name or texts("precedents_pasted")
    kept = "" if draft.in_address else f'<div class="tw-meta">{escape(texts("precedents_in_session"))}</div>'
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="draft"):
        st.html(
            f'<div class="tw-draft">{escape(name)}<span>{escape(texts("precedents_size", clauses=n, characters=len(draft.notice.body)))}</span></div>{kept}',
            width="content",
        )
        st.button(
            texts("precedents_other"), key="precedents other", icon=":material/restart_alt:", type="tertiary",
            on_click=drop_draft,
        )  # fmt: skip


def unreadable(error: TiaowenError, texts: Texts) -> None:
    """That a draft cannot be read, why, and what to do."""
    secret = isinstance(error, SecretNotice) or isinstance(error.__cause__, SecretNotice)
    with st.container(border=True, key="unreadable"):
        st.html(f'<div class="tw-answer-title">{escape(texts("precedents_unreadable"))}</div>')
        st.text(texts("precedents_secret" if secret else "precedents_unreadable_hint"))
        if not secret:
            st.code(error.reason if isinstance(error, UnreadableNotice) else str(error), language=None, wrap_lines=True)


def _take_text() -> None:
    _take(lambda: text_draft(st.session_state["precedents text"] or ""))


def _take_file() -> None:
    file = st.session_state["precedents file"]
    if file is not None:
        _take(lambda: file_draft(file.name, file.getvalue()))


def _take_example() -> None:
    _take(lambda: text_draft(EXAMPLE))


def _take(read: Callable[[], GivenDraft]) -> None:
    try:
        keep_draft(read())
    except TiaowenError as error:
        st.session_state[_TROUBLE] = error
