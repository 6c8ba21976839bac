"""The draft as it was given: pasted, uploaded, or the example; read once and kept in the session, or in the address.

A draft is nobody else's business: it is in no cache, in no log and in no file after it was read. A pasted text that is short
stands in the address, so that a reload or a link brings it back; of a longer one and of a file the session alone knows.
"""

from __future__ import annotations

import tempfile
from pathlib import Path, PurePosixPath, PureWindowsPath

import streamlit as st
from msgspec import Struct

from app.precedents.address import forget
from app.precedents.example import EXAMPLE
from indexer.errors import UnreadableNotice, UsageError
from indexer.precedents import draft_of_raw, draft_of_text, raw_text
from indexer.records import Notice, RawNotice
from indexer.sources import read
from indexer.uploads import parse_bounded

__all__ = ["ADDRESS_CHARACTERS", "TEXT_CHARACTERS", "UPLOAD_MEGABYTES", "GivenDraft", "current_draft", "drop_draft", "file_draft", "keep_draft", "text_draft"]  # fmt: skip

# 400 Chinese characters are 3,600 in an address; servers before the app may refuse more than 8,000, basket and all.
ADDRESS_CHARACTERS = 400
TEXT_CHARACTERS = 200_000
UPLOAD_MEGABYTES = 20
# In the session.
_DRAFT = "precedents draft"
# In the address: the text itself, that it is the example, that there was one which only the session knew.
_TEXT, _EXAMPLE, _HELD = "draft", "example", "held"
_OF_THE_DRAFT = ("clause", "base", "with", "severity", "tab")


class GivenDraft(Struct, frozen=True):
    """A draft with what was read of it."""

    notice: Notice
    raw: RawNotice  # what the check reads
    text: str | None  # as pasted; None for a file
    file_name: str = ""

    @property
    def name(self) -> str:
        """Its title, else the name of its file, else nothing."""
        return self.notice.title or self.file_name

    @property
    def in_address(self) -> bool:
        """Whether the address says it whole."""
        return self.text is not None and (self.text == EXAMPLE or len(self.text) <= ADDRESS_CHARACTERS)


def current_draft() -> tuple[GivenDraft | None, bool]:
    """The draft at hand, and whether one was lost that only a session knew of, now ended.

    Raises UsageError and UnreadableNotice for a text in the address that says nothing.
    """
    held: GivenDraft | None = st.session_state.get(_DRAFT)
    said = EXAMPLE if _EXAMPLE in st.query_params else st.query_params.get(_TEXT)
    if said is not None and (held is None or held.text != said):
        held = st.session_state[_DRAFT] = text_draft(said)
    if held is None:
        return None, _HELD in st.query_params
    _write_address(held)
    return held, False


def keep_draft(draft: GivenDraft) -> None:
    """Make it the draft at hand; what was chosen for the one before is forgotten."""
    forget(*_OF_THE_DRAFT)
    st.session_state[_DRAFT] = draft
    _write_address(draft)


def drop_draft() -> None:
    """Have no draft any more."""
    st.session_state.pop(_DRAFT, None)
    forget(_TEXT, _EXAMPLE, _HELD, *_OF_THE_DRAFT)


def text_draft(text: str) -> GivenDraft:
    """The draft in a pasted text; raises UsageError for one without words or too long, SecretNotice as `parse` does."""
    text = text.replace("\r\n", "\n").strip()
    if len(text) > TEXT_CHARACTERS:
        raise UsageError(f"the text has {len(text)} characters, the most are {TEXT_CHARACTERS}; give a part of it")
    return GivenDraft(draft_of_text(text, parsed=parse_bounded), raw_text(text), text)


def file_draft(name: str, content: bytes) -> GivenDraft:
    """The draft in a file; raises UsageError and UnreadableNotice with the file's own name where it cannot be read.

    Readers want a file: it lies in a folder of its own while it is read, under the ending that its name has.
    """
    own_name = PureWindowsPath(PurePosixPath(name).name).name
    with tempfile.TemporaryDirectory(prefix="draft-") as folder:
        path = Path(folder) / f"draft{Path(own_name).suffix[:10]}"
        path.write_bytes(content)
        try:
            raw = read(path, bounded=True)
            return GivenDraft(draft_of_raw(raw, parsed=parse_bounded), raw, None, own_name)
        except UnreadableNotice as error:
            raise UnreadableNotice(own_name, error.reason) from error
        except UsageError as error:
            raise UsageError(str(error).replace(path.as_posix(), own_name)) from error


def _write_address(draft: GivenDraft) -> None:
    """Say in the address what the draft is, or that it is not said there."""
    if not draft.in_address:
        name, value = _HELD, "1"
    elif draft.text == EXAMPLE:
        name, value = _EXAMPLE, "1"
    else:
        name, value = _TEXT, draft.text or ""
    forget(*({_TEXT, _EXAMPLE, _HELD} - {name}))
    if st.query_params.get(name) != value:
        st.query_params[name] = value
