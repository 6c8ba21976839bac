"""From judged quotes to the clauses of an index: which clause a judgement is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from eval.gold import GoldQuery, Judgement, files_of_docs, squeeze
from eval.matching import holds
from indexer.records import Clause, Notice, Source

__all__ = ["Judged", "Notices", "Quotes", "judge", "with_grades"]

UNRESOLVED = "unresolved:"  # begins the id of a judged quote that no clause holds; it can never be found


class Notices(Protocol):
    """What is needed of an index here."""

    def notices(self) -> Sequence[Notice]:
        """Every notice; clauses may be left out."""

    def sources(self, doc_id: str) -> Sequence[Source]:
        """Every file in which the notice was found."""

    def notice(self, doc_id: str) -> Notice:
        """One notice with its body and clauses."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The judgements of all questions as clause ids."""

    grades: Mapping[str, Mapping[str, int]]  # query_id → clause_id → grade, 0 for judged and not relevant
    allowed: Mapping[str, frozenset[str]]  # query_id → clause_ids that may be returned without harm
    unresolved: tuple[tuple[str, Judgement], ...]  # (query_id, judgement) whose quote stands in no clause
    doc_ids: Mapping[str, str]  # doc of the gold records → doc_id


def judge(queries: Iterable[GoldQuery], index: Notices) -> Judged:
    """Clause ids for every judged quote: the clause whose text holds it, else the one whose headings and text do.

    A relevant quote in no clause stays in the judgements under an id nothing can return, so it lowers the score.
    Raises UsageError where a judged notice is not in the index.
    """
    queries = list(queries)
    docs = {j.doc for query in queries for j in (*query.relevant, *query.nonrelevant, *query.also)}
    finder = Quotes(docs, index)
    grades: dict[str, dict[str, int]] = {}
    allowed: dict[str, frozenset[str]] = {}
    unresolved: list[tuple[str, Judgement]] = []
    for query in queries:
        judged = grades.setdefault(query.query_id, {})
        for judgement in (*query.relevant, *query.nonrelevant):
            clause_id = finder.find(judgement)
            if clause_id is None:
                unresolved.append((query.query_id, judgement))
                if judgement.grade == 0:
                    continue
                clause_id = f"{UNRESOLVED}{judgement.doc}:{judgement.quote}"
            judged[clause_id] = max(judgement.grade, judged.get(clause_id, 0))
        found = (finder.find(judgement) for judgement in query.also)
        allowed[query.query_id] = frozenset(clause_id for clause_id in found if clause_id)
    return Judged(grades, allowed, tuple(unresolved), finder.doc_ids)


def with_grades(judged: Judged, further: Mapping[str, Mapping[str, int]]) -> Judged:
    """The judgements with those of a qrels file added, for the questions there are; where both judge, quotes decide."""
    grades = {query_id: {**further.get(query_id, {}), **own} for query_id, own in judged.grades.items()}
    return Judged(grades, judged.allowed, judged.unresolved, judged.doc_ids)


class Quotes:
    """Looks quotes up in the clauses of the judged notices, each read once."""

    def __init__(self, docs: Iterable[str], index: Notices) -> None:
        """`docs` are the judged notices; raises UsageError where one is not in the index."""
        doc_ids = [notice.doc_id for notice in index.notices()]
        by_path = {Path(source.path): doc_id for doc_id in doc_ids for source in index.sources(doc_id)}
        files = files_of_docs(sorted(docs), sorted(by_path))
        self.doc_ids = {doc: by_path[path] for doc, path in files.items()}
        self._clauses: dict[str, list[tuple[str, str, str]]] = {
            doc: [_texts(clause) for clause in index.notice(doc_id).clauses] for doc, doc_id in self.doc_ids.items()
        }
        self._known: dict[tuple[str, str], str | None] = {}

    def find(self, judgement: Judgement) -> str | None:
        """The clause_id of a judgement, or None."""
        key = (judgement.doc, judgement.quote)
        if key not in self._known:
            rows = self._clauses[judgement.doc]
            inside = next((clause_id for clause_id, text, _ in rows if holds(text, judgement.quote)), None)
            self._known[key] = inside or next(
                (clause_id for clause_id, _, whole in rows if holds(whole, judgement.quote)), None
            )
        return self._known[key]


def _texts(clause: Clause) -> tuple[str, str, str]:
    text = squeeze(clause.text)
    return clause.clause_id, text, squeeze("".join(clause.headings)) + text
