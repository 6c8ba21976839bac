"""What is written down of what a page shows: once for what stays on it, and of a file whenever it is taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import streamlit as st

from app.identity import who
from indexer.audit import Deed, note
from indexer.index import Index

__all__ = ["exported", "on_the_page", "shown_once"]

# In the session: the index that the page is drawn from.
_INDEX = "index on the page"
_SHOWN = "what was written down last"
_File: TypeAlias = str | bytes


def shown_once(
    index: Index,
    deed: Deed,
    subject: str,
    *,
    shown: Sequence[str],
    question: str | None = None,
    what: str | None = None,
) -> None:
    """Write down what is about to be shown, unless it is what was shown before; raises AuditFault where it cannot."""
    key = (index.generation, deed, subject)
    seen: dict[str, tuple[str, str, str]] = st.session_state.setdefault(_SHOWN, {})
    if seen.get(deed) != key:
        note(index, who(), deed, via="app", question=question, shown=shown, what=what)
        seen[deed] = key


def on_the_page(index: Index) -> None:
    """Have what is exported from now on be written down as coming from this index."""
    st.session_state[_INDEX] = index


def exported(what: str, make: Callable[[], _File], *, shown: Sequence[str] = ()) -> Callable[[], _File]:
    """What makes the file once somebody takes it, after it was written down that they do; without that there is no file.

    `what` is the file's name; `shown` are the ids of the clauses in it, where it is made of clauses.
    """
    index: Index = st.session_state[_INDEX]
    reader = who()  # there is no session while the file is made

    def made() -> _File:
        note(index, reader, "exported", via="app", shown=shown, what=what)
        return make()

    return made
