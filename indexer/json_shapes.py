"""The JSON objects of the command line: records in, plain dictionaries out, with keys that other programs rely on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from indexer.records import (
    Answer,
    AnswerUnit,
    Clause,
    Deadline,
    Hit,
    Link,
    Notice,
    Statement,
    Target,
    UnitMention,
    Written,
    WrittenSentence,
)
from indexer.search.repeats import repeated

__all__ = [
    "answer_object",
    "clause_object",
    "deadline_object",
    "hit_object",
    "notice_object",
    "link_objects",
    "search_object",
    "sentence_object",
    "unit_object",
    "written_object",
]

JsonObject: TypeAlias = dict[str, Any]
# By doc_id, what the notice is to others, each with the other's title.
Links: TypeAlias = Mapping[str, Sequence[tuple[Link, str]]]

_NO_LINKS: Links = {}


def notice_object(notice: Notice) -> JsonObject:
    """A notice with its clauses, as `parse` writes it."""
    return {
        "doc_id": notice.doc_id,
        "title": notice.title,
        "kind": notice.kind,
        "issuers": list(notice.issuers),
        "doc_number": notice.doc_number,
        "index_number": notice.index_number,
        "issued_on": notice.issued_on,
        "published_on": notice.published_on,
        "place": str(notice.place),
        "level": notice.level,
        "addressees": list(notice.addressees),
        "attachments": list(notice.attachments),
        "cites": [{"title": cite.title, "doc_number": cite.doc_number} for cite in notice.cites],
        "repeals": [
            {"title": repeal.title, "doc_number": repeal.doc_number, "relation": repeal.relation}
            for repeal in notice.repeals
        ],
        "disclosure": notice.disclosure,
        "warnings": list(notice.warnings),
        "source": {"path": notice.source.path, "url": notice.source.url, "sha256": notice.source.sha256},
        "body": notice.body,
        "clauses": [clause_object(clause) for clause in notice.clauses],
    }


def search_object(
    query_id: str,
    query: str,
    hits: Sequence[Hit],
    *,
    clauses: Mapping[str, Clause],
    notices: Mapping[str, Notice],
    links: Links = _NO_LINKS,
) -> JsonObject:
    """The hits of one query, as `search` writes them; `clauses` by clause_id, `notices` and `links` by doc_id."""
    return {
        "query_id": query_id,
        "query": query,
        "hits": _hit_objects(hits, clauses, notices, links),
    }


def answer_object(
    answer: Answer, *, clauses: Mapping[str, Clause], notices: Mapping[str, Notice], links: Links = _NO_LINKS
) -> JsonObject:
    """One answer, as `ask` writes it; `clauses` by clause_id, `notices` and `links` by doc_id."""
    return {
        "query_id": answer.query.query_id,
        "query": answer.query.text,
        "kind": answer.kind,
        "abstained": answer.abstained,
        "units": [_answer_unit_object(unit) for unit in answer.units],
        "statements": [_statement_object(statement) for statement in answer.statements],
        "conflicts": [
            {"about": c.about, "statements": [_statement_object(c.first), _statement_object(c.second)]}
            for c in answer.conflicts
        ],
        "hits": _hit_objects(answer.hits, clauses, notices, links),
    }


def _hit_objects(
    hits: Sequence[Hit], clauses: Mapping[str, Clause], notices: Mapping[str, Notice], links: Links
) -> list[JsonObject]:
    found = [(hit, clauses[hit.clause_id]) for hit in hits]
    first_of = repeated([clause for _, clause in found])
    return [
        hit_object(
            hit,
            clause,
            notices[clause.doc_id],
            links.get(clause.doc_id, ()),
            repeats=first_of.get(clause.clause_id),
        )
        for hit, clause in found
    ]


def hit_object(
    hit: Hit, clause: Clause, notice: Notice, links: Sequence[tuple[Link, str]] = (), *, repeats: str | None = None
) -> JsonObject:
    """One clause found, with what a reader needs to recognise it.

    `links` are what the notice is to others, each with the other's title: repealed_by, corrected_by, …; `repeats` is the
    clause_id of the hit above that says the same in the same notice.
    """
    return {
        "rank": hit.rank,
        "score": hit.score,
        "lexical_rank": hit.lexical_rank,
        "dense_rank": hit.dense_rank,
        "clause_id": clause.clause_id,
        "doc_id": clause.doc_id,
        "source_path": notice.source.path,
        "title": notice.title,
        "place": str(notice.place),
        "year": notice.year,
        "headings": list(clause.headings),
        "text": clause.text,
        "repeats": repeats,
        "units": [unit_object(unit) for unit in clause.units],
        "links": link_objects(links),
    }


def link_objects(links: Sequence[tuple[Link, str]]) -> list[JsonObject]:
    """What a notice is to others, each with the other's title."""
    return [{"relation": link.relation, "doc_id": link.other_doc_id, "title": title} for link, title in links]


def clause_object(clause: Clause) -> JsonObject:
    """A clause with all that was read of it, as `parse` writes it."""
    return {
        "clause_id": clause.clause_id,
        "number": clause.number,
        "headings": list(clause.headings),
        "text": clause.text,
        "start": clause.start,
        "end": clause.end,
        "persons": list(clause.persons),
        "deadline": clause.deadline.text if clause.deadline else None,
        "deadline_value": deadline_object(clause.deadline) if clause.deadline else None,
        "targets": [target.text for target in clause.targets],
        "target_values": [_target_object(target) for target in clause.targets],
        "columns": [{"name": column.name, "start": column.start, "end": column.end} for column in clause.columns],
        "units": [unit_object(unit) for unit in clause.units],
    }


def unit_object(unit: UnitMention) -> JsonObject:
    """A unit mention, as every command writes it."""
    return {
        "name": unit.name,
        "surface": unit.surface,
        "role": unit.role,
        "inherited": unit.inherited,
        "start": unit.start,
        "end": unit.end,
        "rule": unit.rule,
        "members": list(unit.members),
        "open_ended": unit.open_ended,
    }


def deadline_object(deadline: Deadline) -> JsonObject:
    """What a deadline means on the calendar, and where it stands."""
    return {
        "kind": deadline.kind,
        "begins_on": deadline.begins_on,
        "ends_on": deadline.ends_on,
        "year_assumed": deadline.year_assumed,
        "start": deadline.start,
        "end": deadline.end,
        "rule": deadline.rule,
    }


def _target_object(target: Target) -> JsonObject:
    return {
        "start": target.start,
        "end": target.end,
        "rule": target.rule,
        "quantities": [
            {"value": q.value, "upper": q.upper, "unit": q.unit, "direction": q.direction} for q in target.quantities
        ],
    }


def _answer_unit_object(unit: AnswerUnit) -> JsonObject:
    return {
        "name": unit.name,
        "surface": unit.surface,
        "role": unit.role,
        "inherited": unit.inherited,
        "clause_id": unit.clause_id,
    }


def _statement_object(statement: Statement) -> JsonObject:
    return {
        "text": statement.text,
        "clause_id": statement.clause_id,
        "start": statement.start,
        "end": statement.end,
    }


def sentence_object(sentence: WrittenSentence) -> JsonObject:
    """A sentence that a language model wrote, with the quotations that it rests on."""
    return {"text": sentence.text, "quotations": [_statement_object(quotation) for quotation in sentence.quotations]}


def written_object(written: Written) -> JsonObject:
    """What a language model made of an answer, as `ask --llm` adds it."""
    return {
        "model": written.model,
        "sentences": [sentence_object(sentence) for sentence in written.sentences],
        "dropped": len(written.dropped),
        "dropped_for": dict(sorted(Counter(written.dropped).items())),
        "failure": written.failure,
        "message": written.message,
    }
