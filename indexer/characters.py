"""A question in simplified characters and one width, so that 雲澤護工 finds 护工.

Texts of notices are never changed, only questions.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC

__all__ = ["simplified"]


def simplified(text: str) -> str:
    """The text in NFKC, traditional characters simplified by words (OpenCC), runs of white space as one blank.

    Must not match characters that are simplified as well: 乾隆, 著作, 慰藉, 瞭望 stay.

    >>> simplified("雲澤護工、託育的補貼歸哪個局發？")
    '云泽护工、托育的补贴归哪个局发?'
    """
    return " ".join(_converter().convert(unicodedata.normalize("NFKC", text)).split())


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    """The dictionaries, loaded by the first question."""
    from opencc import OpenCC

    return OpenCC("t2s")
