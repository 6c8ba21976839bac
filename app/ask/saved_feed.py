"""The addresses of a reader's feeds, where the API has a public one: made by a button, shown once, revoked here."""

from __future__ import annotations

import os
from html import escape

import streamlit as st

from app.identity import who
from app.texts import Texts
from indexer.access import Reader
from indexer.access.keys import Key, expiry_of, feed_keys_of, make_feed_key, revoke_key
from indexer.api.addresses import API_URL
from indexer.audit import Deed, note
from indexer.errors import UsageError
from indexer.index import Index
from indexer.saved import app_url

__all__ = ["feed_addresses"]

# Of whoever signs in by a login, of which the file of keys learns no end.
_LASTS = "90d"


def feed_addresses(index: Index, texts: Texts) -> None:
    """Draw how to read the saved questions' news in a reader of feeds; nothing where there is no API or no name."""
    given, reader = os.environ.get(API_URL), who()
    if not given or not reader.name:
        return
    with st.popover(texts("saved_feed"), key="saved feed", icon=":material/rss_feed:"):
        st.html(f'<div class="tw-meta">{escape(texts("saved_feed_hint"))}</div>')
        if st.button(texts("saved_feed_make"), key="make feed", type="primary"):
            _make(index, reader, app_url(given), texts)
        for key in feed_keys_of(index.directory, reader):
            _listed(index, reader, key, texts)


def _make(index: Index, reader: Reader, base: str, texts: Texts) -> None:
    try:
        made = make_feed_key(
            index.directory, reader, expires_at=None if reader.key_id else expiry_of(_LASTS),
            noted=lambda key: _note(index, reader, "key_made", key),
        )  # fmt: skip
    except UsageError as error:
        st.error(f"{texts('trouble')} {error}", icon=":material/error:")
        return
    st.html(f'<div class="tw-meta">{escape(texts("saved_feed_once"))}</div>')
    for form in ("rss", "json"):
        st.code(f"{base}/feeds/{made.token}/{form}", language=None, wrap_lines=True)


def _listed(index: Index, reader: Reader, key: Key, texts: Texts) -> None:
    """A key with a button that ends it."""
    used = key.used_at[:10] if key.used_at else "–"
    if st.button(
        texts("saved_feed_revoke", date=key.made_at[:10], used=used), key=f"revoke feed {key.key_id}", type="tertiary",
        icon=":material/link_off:",
    ):  # fmt: skip
        revoke_key(index.directory, key.key_id, noted=lambda each: _note(index, reader, "key_revoked", each))
        st.rerun()


def _note(index: Index, reader: Reader, deed: Deed, key: Key) -> None:
    note(index, reader, deed, what=f"{key.key_id} (feeds)")
