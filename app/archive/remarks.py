"""What the remarks on reading mean in words, and what to check; the remark itself stays beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import Final

from app.texts import Texts

__all__ = ["explained", "remarks_html"]

# What a remark says, and the text that explains it; the first that fits.
_MEANINGS: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"^lost_year_sign:"), "archive_remark_lost_year_sign"),
    (re.compile(r"^lost_year:"), "archive_remark_lost_year"),
    (re.compile(r"^lost_number_year:"), "archive_remark_lost_number_year"),
    (re.compile(r"^doubled_bracket:"), "archive_remark_doubled_bracket"),
    (re.compile(r"^unmatched_marks:"), "archive_remark_unmatched_marks"),
    (re.compile(r"^replacement_character:|shown as U\+FFFD"), "archive_remark_unreadable"),
    (re.compile(r"^numbering_gap:"), "archive_remark_numbering_gap"),
    (re.compile(r"no numbering"), "archive_remark_no_numbering"),
    (re.compile(r"recognised from pictures"), "archive_remark_recognised"),
    (re.compile(r"pictures without text|picture\(s\) not read"), "archive_remark_pictures"),
    (re.compile(r"holds another document"), "archive_remark_embedded"),
    (re.compile(r"hidden"), "archive_remark_hidden"),
    (re.compile(r"formula\(s\) without a value"), "archive_remark_formulas"),
    (re.compile(r"LibreOffice"), "archive_remark_converted"),
    (re.compile(r"without a Unicode map"), "archive_remark_font"),
    (re.compile(r"declares .+, but is|encoding guessed"), "archive_remark_encoding"),
    (re.compile(r"is not the file that was fetched"), "archive_remark_provenance"),
    (re.compile(r"the correction holds"), "archive_remark_correction"),
)


def explained(warning: str, texts: Texts) -> str:
    """What the remark means and what to check; a general sentence for one that has no text of its own."""
    found = next((key for pattern, key in _MEANINGS if pattern.search(warning)), "archive_remark_other")
    return texts(found)


def remarks_html(warnings: Iterable[str], texts: Texts) -> str:
    """Each remark in words, and as the program says it; empty for none."""
    rows = "".join(
        f'<li><div>{escape(explained(warning, texts))}</div><div class="tw-meta">{escape(_plain(warning))}</div></li>'
        for warning in warnings
    )
    return f'<ul class="tw-remarks">{rows}</ul>' if rows else ""


def _plain(warning: str) -> str:
    """The remark without the name of its rule: 疑缺“年”字: “202312月底前”."""
    return re.sub(r"^[a-z_]+: ", "", warning)
