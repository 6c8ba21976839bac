"""How a clause is cited: 《title》（文号），三、（一）1. — and a quotation with its source."""

from __future__ import annotations

from msgspec import Struct

from indexer.duties.tasks import place_in_notice
from indexer.records import Clause, Notice

__all__ = ["Quotation", "Section", "citation", "in_title_marks", "notice_citation", "quotation_of"]

_INNER = str.maketrans("《》", "〈〉")


class Quotation(Struct, frozen=True):
    """A passage of a notice, word for word, with its source; `lead_in` says what it is about, `remarks` what was read of it."""

    text: str
    source: str
    lead_in: str = ""
    remarks: tuple[str, ...] = ()


class Section(Struct, frozen=True):
    """Quotations under a heading, after a text of one's own that they are for."""

    heading: str
    text: str
    quotations: tuple[Quotation, ...]


def in_title_marks(title: str) -> str:
    """The title in 《》; titles inside it stand in 〈〉, as GB/T 15834-2011 (4.15) has it."""
    return f"《{title.translate(_INNER)}》"


def notice_citation(notice: Notice) -> str:
    """《title》（文号）; without a 文号 the year of the notice stands in its place."""
    number = notice.doc_number or (f"{notice.year}年" if notice.year else "")
    return in_title_marks(notice.title) + (f"（{number}）" if number else "")


def citation(notice: Notice, place: str) -> str:
    """The notice and the place in it, as a footnote has it: 《…》（云泽政办发〔2023〕8号），三、（一）1."""
    return f"{notice_citation(notice)}，{place}" if place else notice_citation(notice)


def quotation_of(notice: Notice, clause: Clause) -> Quotation:
    """The clause as a quotation of its notice."""
    lead_in = clause.headings[-1] if clause.headings else ""
    return Quotation(
        clause.text, citation(notice, place_in_notice(clause.headings, clause_id=clause.clause_id)), lead_in=lead_in
    )
