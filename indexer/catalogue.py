"""The notices of an archive with what a list shows of each: found, filtered and sorted."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

from indexer.index import Index
from indexer.records import Filters, Link, Notice
from indexer.validity import Validity, validity_of

__all__ = ["ORDERS", "Catalogued", "Order", "catalogue", "found", "sorted_by"]

Order: TypeAlias = Literal["newest", "oldest", "place", "title", "clauses", "warnings"]
ORDERS: Final[tuple[Order, ...]] = get_args(Order)


@dataclass(frozen=True, slots=True)
class Catalogued:
    """A notice of the list; its head has neither body nor clauses."""

    head: Notice
    validity: Validity
    links: tuple[Link, ...]
    n_clauses: int
    n_units: int


def catalogue(index: Index) -> list[Catalogued]:
    """All notices of the generation by doc_id; read at every call."""
    contents = index.contents()
    links: dict[str, list[Link]] = {}
    for link in index.links():
        links.setdefault(link.doc_id, []).append(link)
    return [
        Catalogued(
            head, validity_of(links.get(head.doc_id, ())), tuple(links.get(head.doc_id, ())), *contents[head.doc_id]
        )
        for head in index.notices()
    ]


def found(
    index: Index,
    notices: Iterable[Catalogued],
    *,
    text: str,
    filters: Filters,
    validities: Sequence[str] = (),
    with_warnings: bool = False,
) -> list[Catalogued]:
    """Those whose title, 文号 or 索引号 holds every word of the text and that pass everything else."""
    words = _plain(text).split()
    allowed = index.doc_ids(filters) if filters else None
    return [
        notice
        for notice in notices
        if (allowed is None or notice.head.doc_id in allowed)
        and (not validities or notice.validity in validities)
        and (not with_warnings or notice.head.warnings)
        and _holds(notice.head, words)
    ]


def sorted_by(notices: Iterable[Catalogued], order: str) -> list[Catalogued]:
    """In the order, then by doc_id; notices without a date stand last, whichever way dates go."""
    by_id = sorted(notices, key=lambda notice: notice.head.doc_id)
    if order == "place":
        return sorted(by_id, key=lambda notice: (str(notice.head.place), _date(notice)))
    if order == "title":
        return sorted(by_id, key=lambda notice: notice.head.title)
    if order == "clauses":
        return sorted(by_id, key=lambda notice: -notice.n_clauses)
    if order == "warnings":
        return sorted(by_id, key=lambda notice: -len(notice.head.warnings))
    dated = sorted((notice for notice in by_id if _date(notice)), key=_date, reverse=order == "newest")
    return [*dated, *(notice for notice in by_id if not _date(notice))]


def _date(notice: Catalogued) -> str:
    return notice.head.issued_on or notice.head.published_on or ""


def _holds(head: Notice, words: Sequence[str]) -> bool:
    if not words:
        return True
    text = _plain(" ".join((head.title, head.doc_number or "", head.index_number or "")))
    return all(word in text for word in words)


def _plain(text: str) -> str:
    """One width, small letters, and one form of the brackets around the year of a 文号: 〔2021〕, [2021], (2021)."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return folded.translate(str.maketrans("[]〔〕【】", "()()()"))
