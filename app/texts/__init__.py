"""Every text of the app in Chinese and English: a table a page, one row a text.

Notices are shown as they are written, in Chinese, whichever language the app speaks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from app.texts import archive, ask, duties, evaluate, precedents, shared

__all__ = ["LANGUAGES", "LANGUAGE_NAMES", "TABLES", "TEXTS", "Language", "Texts"]

Language: TypeAlias = Literal["zh", "en"]

LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")
LANGUAGE_NAMES: Final[Mapping[Language, str]] = {"zh": "中文", "en": "English"}

# key: (Chinese, English); {…} are filled in by whoever asks for the text. No key stands in two tables.
TABLES: Final[tuple[Mapping[str, tuple[str, str]], ...]] = (
    shared.TEXTS,
    ask.TEXTS,
    precedents.TEXTS,
    duties.TEXTS,
    archive.TEXTS,
    evaluate.TEXTS,
)
TEXTS: Final[Mapping[str, tuple[str, str]]] = {key: text for table in TABLES for key, text in table.items()}


class Texts:
    """The texts of one language: `Texts("en")("ask")` is “Ask”."""

    def __init__(self, language: Language) -> None:
        self.language: Final[Language] = language

    def __call__(self, key: str, **values: object) -> str:
        """The text, with its places filled in; raises KeyError for a text that is not in the table."""
        return TEXTS[key][LANGUAGES.index(self.language)].format(**values)
