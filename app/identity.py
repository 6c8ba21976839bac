"""Who sits before the page: nobody has to say where access is not set up; else a login or a key shows it, at every run."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAuthError, StreamlitSecretNotFoundError

from app.state import index_directory
from app.texts import Texts
from indexer.access import LOCAL, Reader, RestrictedIndex, read_access
from indexer.access.keys import has_keys, reader_of_key
from indexer.access.listening import admitted_as
from indexer.access.login import reader_of_claims
from indexer.audit import note
from indexer.errors import AccessDenied, LoginRefused
from indexer.index import Index
from indexer.logs import marked

__all__ = ["may", "not_for", "part_of", "reader_now", "refused", "sign_in", "signed_in", "who"]

_NOTED = "login written down"  # in the session: that it is in the audit
_KEY = "key signed in with"  # in the session: the key itself, which is looked up anew at every run


def reader_now() -> Reader | None:
    """Who asks, with what they may read and do at this moment; None for somebody who has not shown who they are.

    Raises UsageError where the app listens to others and nobody has said that it may.
    """
    everybody = admitted_as(st.get_option("server.address"), index_directory())
    if everybody is not None:
        return everybody
    if key := st.session_state.get(_KEY):
        try:
            return reader_of_key(index_directory(), key)
        except AccessDenied:
            del st.session_state[_KEY]
            raise
    claims = _claims()
    if not claims:
        return None
    reader = reader_of_claims(claims, read_access(index_directory()))
    if _NOTED not in st.session_state:
        note(index_directory(), reader, "signed_in", what="login")
        st.session_state[_NOTED] = True
    return reader


def who() -> Reader:
    """Who asks; raises AccessDenied for somebody who has not shown who they are."""
    reader = reader_now()
    if reader is None:
        raise AccessDenied("nobody is signed in; sign in first")
    return reader


def may(act: str) -> bool:
    """Whether whoever asks may do it, so that it is shown at all; the library asks once more."""
    reader = reader_now()
    return reader is not None and reader.may(act)  # type: ignore[arg-type]


def part_of(index: Index) -> frozenset[str] | None:
    """The notices that may be seen of an index that is not to be seen whole; None for one that is."""
    return index.archive.doc_ids() if isinstance(index, RestrictedIndex) else None


def sign_in(texts: Texts) -> None:
    """Draw the ways to show who one is: the organisation's login, where it is set up, and a key, where there are some."""
    with st.container(border=True, key="sign-in"):
        st.subheader(texts("sign_in"), anchor=False)
        by_login, by_key = _login_is_set_up(), has_keys(index_directory())
        st.text(
            texts("sign_in_hint" if by_login == by_key else "sign_in_hint_login" if by_login else "sign_in_hint_key")
        )
        if contact := read_access(index_directory()).login.contact:
            st.text(texts("sign_in_contact", contact=contact))
        if by_login:
            _login_button(texts)
        if by_key:
            with st.form("key", border=False):
                given = st.text_input(texts("sign_in_key"), type="password", key="key given", autocomplete="off")
                if st.form_submit_button(texts("sign_in_with_key"), icon=":material/key:"):
                    _take(given.strip(), texts)
        elif not by_login:
            st.code("python -m indexer keys create --name NAME --role reader", language=None, wrap_lines=True)


def refused(error: LoginRefused, texts: Texts) -> None:
    """Draw, in the place of the page, why somebody who is signed in is not let in, and whom to ask; nothing of the archive."""
    with st.container(border=True, key="refused"):
        st.subheader(texts(f"refused_{error.reason}"), anchor=False)
        if error.name:
            st.text(texts("refused_name", name=error.name))
        if error.reason == "over":
            st.text(texts("refused_over_hint"))
            _login_button(texts)
        else:
            contact = error.contact or texts("refused_somebody")
            st.text(texts(f"refused_{error.reason}_hint", contact=contact))
        _sign_out_button(texts)


def not_for(reader: Reader, texts: Texts) -> None:
    """Say, in the place of the page, that the reader's role does not include it, and whom to ask."""
    contact = read_access(index_directory()).login.contact or texts("refused_somebody")
    with st.container(border=True, key="not-for"):
        st.text(texts("not_your_page", roles=_roles(reader, texts), contact=contact))


def signed_in(reader: Reader, texts: Texts) -> None:
    """Draw who is signed in, and the way out; nothing where nobody has to."""
    if reader == LOCAL or not reader.name:
        return
    st.html(f'<div class="tw-archive"><b>{escape(reader.name)}</b><div>{escape(_roles(reader, texts))}</div></div>')
    _sign_out_button(texts, reader)


def _roles(reader: Reader, texts: Texts) -> str:
    return "、".join(texts(f"role_of_{role}") for role in reader.roles)


def _login_button(texts: Texts) -> None:
    if not st.button(texts("sign_in_login"), key="login", type="primary", icon=":material/login:"):
        return
    try:
        st.login()
    except StreamlitAuthError:  # secrets.toml lacks something, or Authlib is not there
        mark = marked(logging.getLogger(__name__), "the login is not set up as it should be")
        st.error(texts("sign_in_broken", mark=mark), icon=":material/block:")


def _sign_out_button(texts: Texts, reader: Reader | None = None) -> None:
    """Draw the way out; that a reader has taken it is written down."""
    if st.button(texts("sign_out"), key="sign out", type="tertiary", icon=":material/logout:"):
        if reader is not None:
            note(index_directory(), reader, "signed_out")
        by_key = _KEY in st.session_state
        st.session_state.clear()  # answers, drafts and files looked at are the reader's who leaves
        if by_key:
            st.rerun()
        st.logout()


def _take(key: str, texts: Texts) -> None:
    try:
        reader = reader_of_key(index_directory(), key)
    except AccessDenied:
        st.error(texts("sign_in_refused"), icon=":material/block:")
        return
    note(index_directory(), reader, "signed_in", what="key")
    st.session_state.clear()
    st.session_state[_KEY] = key
    st.rerun()


def _claims() -> Mapping[str, Any]:
    """What the identity provider says of whoever signed in; nothing where nobody did, or no login is set up."""
    user = st.user.to_dict() if _login_is_set_up() else {}
    return user if user.get("is_logged_in") else {}


def _login_is_set_up() -> bool:
    """Whether secrets.toml has a section [auth]."""
    try:
        return "auth" in st.secrets
    except StreamlitSecretNotFoundError:
        return False
