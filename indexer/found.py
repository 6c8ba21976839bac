"""What was found, as it is shown: the clauses of hits, their notices, and how these are linked to others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # heavy, and the command line imports this before it knows what is asked
    from indexer.index import Index
    from indexer.records import Clause, Hit, Link, Notice

__all__ = ["clauses_and_notices", "links_and_titles"]


def clauses_and_notices(index: Index, hits: Iterable[Hit]) -> tuple[dict[str, Clause], dict[str, Notice]]:
    """The clauses of the hits by clause_id, and their notices by doc_id."""
    clauses = {clause.clause_id: clause for clause in index.clauses([hit.clause_id for hit in hits])}
    notices = {doc_id: index.notice(doc_id) for doc_id in sorted({clause.doc_id for clause in clauses.values()})}
    return clauses, notices


def links_and_titles(index: Index, doc_ids: Iterable[str]) -> dict[str, list[tuple[Link, str]]]:
    """What each notice is to others of the archive, with their titles."""
    return {
        doc_id: [(link, index.notice(link.other_doc_id).title) for link in index.links_of(doc_id)] for doc_id in doc_ids
    }
