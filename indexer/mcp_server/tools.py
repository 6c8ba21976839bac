"""What each tool finds in an index: short, and each record with its citation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from indexer.duties import duties_of_unit, find_notice, find_unit
from indexer.duties.tasks import place_in_notice
from indexer.errors import UsageError
from indexer.exports.citations import citation
from indexer.found import clauses_and_notices, links_and_titles
from indexer.index import Index
from indexer.mcp_server.results import (
    Answered,
    Asserted,
    Citation,
    ClauseRead,
    ClauseShown,
    DraftClause,
    Duties,
    Listed,
    NoticeLink,
    NoticeRead,
    Precedents,
    PrecedentShown,
    Responsible,
    Searched,
    TaskShown,
    UnitAnswer,
    UnitName,
)
from indexer.precedents import ClausePrecedents, draft_of_text, precedents_of_draft
from indexer.records import Answer, Clause, Filters, Hit, Mode, Notice, Query, Role, Statement
from indexer.search import ask, search

__all__ = ["answer", "clause", "duties", "notice", "precedents", "searched"]

# An assistant reads every result whole: more belongs into another call.
TEXT_CHARACTERS = 400
BEGINNING_CHARACTERS = 40
MOST_IN_ANSWER = 20
DRAFT_CLAUSES = 20
NEAREST = 3


def searched(index: Index, query: str, *, k: int, filters: Filters, mode: Mode) -> Searched:
    """The clauses that fit best, best first."""
    return Searched(clauses=_shown(index, search(index, Query(query, filters=filters), k=k, mode=mode)))


def answer(index: Index, question: str, *, filters: Filters) -> Answered:
    """Units, quotations, contradictions; where there is no answer, its reason and the nearest clauses."""
    found = ask(index, Query(question, filters=filters))
    cited = _Cited(index, _clause_ids(found))
    conflicts = [[_asserted(each, cited) for each in (c.first, c.second)] for c in found.conflicts]
    left_out = sum(max(0, len(each) - MOST_IN_ANSWER) for each in (found.units, found.statements))
    return Answered(
        kind=found.kind,
        abstained=found.abstained,
        units=[
            UnitAnswer(name=unit.name, role=unit.role, inherited=unit.inherited, citation=cited.of(unit.clause_id))
            for unit in found.units[:MOST_IN_ANSWER]
        ],
        statements=[_asserted(each, cited) for each in found.statements[:MOST_IN_ANSWER]],
        conflicts=conflicts,
        n_more=left_out,
        nearest=_shown(index, found.hits[:NEAREST]) if found.abstained else [],
    )


def clause(index: Index, clause_id: str) -> ClauseRead:
    """A clause with all that was read of it; raises NotInArchive for an id that the archive does not have."""
    found = index.clause(clause_id)
    return ClauseRead(
        text=found.text,
        headings=list(found.headings),
        units=_units(found),
        persons=list(found.persons),
        deadline=found.deadline.text if found.deadline else None,
        ends_on=found.deadline.ends_on if found.deadline else None,
        targets=[target.text for target in found.targets],
        links=_links(index, found.doc_id),
        citation=_citation(found, index.notice(found.doc_id)),
    )


def notice(index: Index, asked: str, *, offset: int, limit: int) -> NoticeRead:
    """A notice by doc_id, 文号 or title, with the beginnings of its clauses; raises as `find_notice`."""
    found = find_notice(index, asked)
    return NoticeRead(
        doc_id=found.doc_id,
        title=found.title,
        doc_number=found.doc_number,
        issuers=list(found.issuers),
        issued_on=found.issued_on,
        place=str(found.place),
        level=found.level,
        source=_source(found),
        links=_links(index, found.doc_id),
        n_clauses=len(found.clauses),
        clauses=[
            Listed(clause_id=each.clause_id, number=_place(each), begins=each.text[:BEGINNING_CHARACTERS])
            for each in found.clauses[offset : offset + limit]
        ],
    )


def duties(index: Index, unit: str, *, filters: Filters, roles: Sequence[Role], offset: int, limit: int) -> Duties:
    """The tasks of a unit under every name it has had; raises UnitUnsettled for a name of several units or of none."""
    found = duties_of_unit(index, find_unit(index, unit), filters=filters, roles=roles)
    shown = found.duties[offset : offset + limit]
    cited = _Cited(index, [duty.task.clause_id for duty in shown])
    return Duties(
        unit=found.unit.asked,
        names=[UnitName(name=each.name, relation=each.relation, n_tasks=each.n_tasks) for each in found.names],
        n_tasks=len(found.duties),
        tasks=[
            TaskShown(
                task=duty.task.name,
                role=duty.role,
                inherited=duty.inherited,
                deadline=duty.task.deadline.text if duty.task.deadline else None,
                ends_on=duty.task.deadline.ends_on if duty.task.deadline else None,
                citation=cited.of(duty.task.clause_id),
            )
            for duty in shown
        ],
    )


def precedents(index: Index, text: str, *, k: int, filters: Filters) -> Precedents:
    """Who wrote each clause of a draft before; raises UsageError for a draft of too many clauses."""
    draft = draft_of_text(text)
    if len(draft.clauses) > DRAFT_CLAUSES:
        raise UsageError(f"the draft has {len(draft.clauses)} clauses; give at most {DRAFT_CLAUSES} at a time")
    return Precedents(
        clauses=[_draft_clause(index, each) for each in precedents_of_draft(index, draft, k=k, filters=filters)]
    )


# --- records -------------------------------------------------------------------------------------


class _Cited:
    """Citations of clauses, which are read from the index together."""

    def __init__(self, index: Index, clause_ids: Iterable[str]) -> None:
        self._clauses = {each.clause_id: each for each in index.clauses(list(dict.fromkeys(clause_ids)))}
        self._notices = {
            doc_id: index.notice(doc_id) for doc_id in dict.fromkeys(each.doc_id for each in self._clauses.values())
        }

    def clause(self, clause_id: str) -> Clause:
        """The clause."""
        return self._clauses[clause_id]

    def of(self, clause_id: str) -> Citation:
        """The citation of the clause."""
        found = self._clauses[clause_id]
        return _citation(found, self._notices[found.doc_id])


def _clause_ids(found: Answer) -> list[str]:
    """Every clause that is named in what is shown of the answer."""
    contradicting = [statement.clause_id for each in found.conflicts for statement in (each.first, each.second)]
    units, statements = found.units[:MOST_IN_ANSWER], found.statements[:MOST_IN_ANSWER]
    return [*(unit.clause_id for unit in units), *(each.clause_id for each in statements), *contradicting]


def _asserted(statement: Statement, cited: _Cited) -> Asserted:
    return Asserted(text=statement.text, citation=cited.of(statement.clause_id))


def _shown(index: Index, hits: Sequence[Hit]) -> list[ClauseShown]:
    clauses, notices = clauses_and_notices(index, hits)
    found = [clauses[hit.clause_id] for hit in hits]
    return [
        ClauseShown(
            text=each.text[:TEXT_CHARACTERS],
            cut=len(each.text) > TEXT_CHARACTERS,
            units=_units(each),
            links=_links(index, each.doc_id),
            citation=_citation(each, notices[each.doc_id]),
        )
        for each in found
    ]


def _draft_clause(index: Index, found: ClausePrecedents) -> DraftClause:
    cited = _Cited(index, [each.clause_id for each in found.precedents])
    shown = []
    for each in found.precedents:
        standing = cited.clause(each.clause_id)
        head = index.notice(standing.doc_id)
        shown.append(
            PrecedentShown(
                label=each.label,
                share=round(each.share, 3),
                n_notices=len({standing.doc_id, *(other.doc_id for other in index.clauses(list(each.also_in)))}),
                issued_on=head.issued_on or head.published_on,
                place=str(head.place),
                text=standing.text[:TEXT_CHARACTERS],
                cut=len(standing.text) > TEXT_CHARACTERS,
                citation=cited.of(each.clause_id),
            )
        )
    return DraftClause(
        text=found.text,
        boilerplate=found.boilerplate,
        precedents=shown,
        earliest=found.earliest.clause_id if found.earliest else None,
    )


def _citation(found: Clause, of: Notice) -> Citation:
    place = _place(found)
    return Citation(
        text=citation(of, place),
        title=of.title,
        doc_number=of.doc_number,
        clause_number=place,
        clause_id=found.clause_id,
        doc_id=of.doc_id,
        source=_source(of),
    )


def _place(found: Clause) -> str:
    return place_in_notice(found.headings, clause_id=found.clause_id)


def _source(of: Notice) -> str:
    return of.source.url or of.source.path


def _units(found: Clause) -> list[Responsible]:
    named = dict.fromkeys((unit.name, unit.role) for unit in found.units)
    return [Responsible(name=name, role=role) for name, role in named]


def _links(index: Index, doc_id: str) -> list[NoticeLink]:
    return [
        NoticeLink(relation=link.relation, doc_id=link.other_doc_id, title=title)
        for link, title in links_and_titles(index, [doc_id])[doc_id]
    ]
