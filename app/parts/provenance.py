"""Where a clause stands: its notice in a few words, and the path of its headings."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from app.texts import Texts
from indexer.records import Clause, Notice

__all__ = ["fact_list", "heading_path", "last_heading", "notice_facts", "place_and_year"]

# A heading may be a whole sentence (第三条 … 按下列标准给予补贴：); in a path its beginning is enough.
HEADING_CHARACTERS = 28


def place_and_year(notice: Notice) -> str:
    """The place and the year of a notice, as far as they are known."""
    return " ".join(part for part in (str(notice.place), str(notice.year or "")) if part)


def notice_facts(notice: Notice, texts: Texts) -> list[str]:
    """Place, year, level and 文号 of a notice, as far as they are known."""
    level = texts(f"level_{notice.level}") if notice.level else ""
    return [part for part in (str(notice.place), str(notice.year or ""), level, notice.doc_number or "") if part]


def fact_list(facts: Iterable[tuple[str, str]]) -> str:
    """Labelled facts of a notice as HTML; those without a text are left out."""
    rows = "".join(f"<dt>{escape(label)}</dt><dd>{escape(text)}</dd>" for label, text in facts if text)
    return f'<dl class="tw-head">{rows}</dl>' if rows else ""


def heading_path(clause: Clause) -> str:
    """The clause's headings from the top as HTML; its number where it has no heading."""
    parts = clause.headings or ((clause.number,) if clause.number else ())
    steps = (escape(_short(heading)) for heading in parts)
    return '<span class="tw-step">›</span>'.join(f"<span>{step}</span>" for step in steps)


def last_heading(clause: Clause) -> str:
    """The heading nearest to the clause as HTML, with the whole path as its hint."""
    parts = clause.headings or (clause.number,)
    return f'<span title="{escape(" › ".join(parts))}">{escape(_short(parts[-1]))}</span>'


def _short(heading: str) -> str:
    return heading if len(heading) <= HEADING_CHARACTERS else heading[: HEADING_CHARACTERS - 1] + "…"
