"""Names under which files can safely be kept, whatever they were called where they came from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

__all__ = ["free_name", "safe_name"]

# Of the 255 bytes that a file system gives a name; the record beside the file and a file being written add to it.
_MOST_BYTES = 160
_ENDING = re.compile(r"\.[^\W_]{1,10}$")
_NOT_KEPT = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})  # control, direction, surrogates, no characters
_RESERVED = re.compile(r'[<>:"|?*]+')
_BLANKS = re.compile(r"\s+")


def safe_name(name: str) -> str:
    """The name without folders, control characters and what systems reserve, and no longer than they take.

    ../../通知.docx → 通知.docx; 通\u202e知.txt → 通知.txt; .profile → profile. Chinese stays as it is. A name of which
    nothing is left is `upload`.
    """
    last = re.split(r"[/\\]", name)[-1]
    kept = "".join(
        c for c in unicodedata.normalize("NFC", last) if c.isspace() or unicodedata.category(c) not in _NOT_KEPT
    )
    bare = _BLANKS.sub(" ", _RESERVED.sub("-", kept)).strip(" ")
    bare = re.sub(r"^(?:~\$|[.\s])+", "", bare).rstrip(". ")  # hidden files and lock files are no notices
    if not bare:
        return "upload"
    found = _ENDING.search(bare)
    ending = found[0] if found else ""
    return f"{_shortened(bare[: len(bare) - len(ending)], _MOST_BYTES - len(ending.encode()))}{ending}"


def free_name(name: str, is_taken: Callable[[str], bool]) -> str:
    """The name, with a number where it is taken: 通知.docx, 通知-2.docx."""
    found = _ENDING.search(name)
    ending = found[0] if found else ""
    stem, number, chosen = name[: len(name) - len(ending)], 1, name
    while is_taken(chosen):
        number += 1
        chosen = f"{stem}-{number}{ending}"
    return chosen


def _shortened(text: str, most_bytes: int) -> str:
    """As much of the text as fits; no character is cut in two."""
    return text.encode()[:most_bytes].decode(errors="ignore").rstrip(". ")
