"""Cases asked of an index: what of each does not hold, in words that say what was found instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.behaviour.cases import ANSWERED, Case, Find
from eval.gold import squeeze
from eval.misses import LOSSES, lost_by
from eval.tables import Table
from indexer.records import Hit, Query

if TYPE_CHECKING:
    from indexer.index import Index

__all__ = ["Checked", "case_lines", "case_table", "case_values", "check_cases"]

_SHOWN = 3  # deviations of one kind that are named


@dataclass(frozen=True, slots=True)
class Checked:
    """A case and what of it does not hold; nothing where all does."""

    case: Case
    n_hits: int
    n_checks: int
    deviations: tuple[str, ...]

    @property
    def outcome(self) -> str:
        """holds, fails; or for a known gap: known gap, and holds now where it is one no longer."""
        if self.case.gap:
            return "known gap" if self.deviations else "holds now"
        return "fails" if self.deviations else "holds"

    @property
    def failed(self) -> bool:
        """Whether something that is expected to hold does not."""
        return self.outcome == "fails"


def check_cases(index: Index, cases: Sequence[Case]) -> list[Checked]:
    """Every case asked and checked, in order."""
    return [_check(index, case) for case in cases]


def _check(index: Index, case: Case) -> Checked:
    from indexer.search import ask, search

    query = Query(case.query, case.name, case.filters)
    hits = search(index, query, k=case.k)
    deviations = [*_too_few(case, hits), *_every(index, case, hits), *_not_found(index, case, query)]
    if case.same_as is not None:
        other = search(index, Query(case.same_as, case.name, case.filters), k=case.k)
        shared = {hit.clause_id for hit in hits} & {hit.clause_id for hit in other}
        if len(shared) < case.least_shared:
            deviations.append(
                f"shares {len(shared)} of {len(hits)} hits with {case.same_as!r}, wanted {case.least_shared}"
            )
    if case.outcome is not None:
        said = ask(index, query).abstained or ANSWERED
        if said != case.outcome:
            deviations.append(f"the outcome is {said}, wanted {case.outcome}")
    of_hits = sum(value is not None for value in case.of_every_hit) * len(hits)
    n_checks = bool(case.least_hits) + of_hits + len(case.finds) + bool(case.same_as) + bool(case.outcome)
    return Checked(case, len(hits), n_checks, tuple(deviations))


def _too_few(case: Case, hits: Sequence[Hit]) -> Iterator[str]:
    if len(hits) < case.least_hits:
        yield f"{len(hits)} hits, wanted at least {case.least_hits}"


def _every(index: Index, case: Case, hits: Sequence[Hit]) -> Iterator[str]:
    """What is asked of every hit: the first hits that do not fulfil it."""
    wrong: list[str] = []
    for hit in hits if case.every else ():
        clause = index.clause(hit.clause_id)
        notice = index.notice(clause.doc_id)
        names = {name for unit in clause.units for name in (unit.name, unit.surface, *unit.members)}
        place, years = str(notice.place), case.every_years
        reasons = []
        if case.every_place is not None and case.every_place not in place:
            reasons.append(f"is from {place or 'no place'}, not {case.every_place}")
        if case.every_level is not None and notice.level != case.every_level:
            reasons.append(f"is of the level {notice.level}, not {case.every_level}")
        if years is not None and not (notice.year is not None and years[0] <= notice.year <= years[1]):
            reasons.append(f"is of {notice.year or 'no year'}, not {years[0]}-{years[1]}")
        if case.every_unit is not None and case.every_unit not in names:
            reasons.append(f"names {'、'.join(sorted(names)) or 'no unit'}, not {case.every_unit}")
        if case.every_doc is not None and case.every_doc not in _docs(index, clause.doc_id):
            reasons.append(f"is of {_doc(index, clause.doc_id)}, not {case.every_doc}")
        if reasons:
            wrong.append(f"hit {hit.rank} ({_doc(index, clause.doc_id)}) {' and '.join(reasons)}")
    yield from wrong[:_SHOWN]
    if len(wrong) > _SHOWN:
        yield f"{len(wrong) - _SHOWN} more hits likewise"


def _not_found(index: Index, case: Case, query: Query) -> Iterator[str]:
    """The clauses that are not among the first hits, with the rank they have and what lost them."""
    from indexer.search import search

    if not case.finds:
        return
    hits = search(index, query, k=100)
    for find in case.finds:
        clause_id = _clause_of(index, find)
        if clause_id is None:
            yield f"no clause of {find.doc} holds {find.quote!r}; correct the case"
            continue
        hit = next((hit for hit in hits if hit.clause_id == clause_id), None)
        if hit is None:
            yield f"{find.doc} {find.quote!r}: expected within {case.within}, not among the first {len(hits)}"
        elif hit.rank > case.within:
            loss = lost_by(hit.lexical_rank, hit.dense_rank, limit=case.within)
            legs = f"lexical {hit.lexical_rank or '-'}, dense {hit.dense_rank or '-'}"
            yield (
                f"{find.doc} {find.quote!r}: expected within {case.within}, found at {hit.rank} "
                f"({legs}); lost by {loss}: {LOSSES[loss]}"
            )


def _clause_of(index: Index, find: Find) -> str | None:
    for head in index.notices():
        if find.doc in _docs(index, head.doc_id):
            for clause in index.notice(head.doc_id).clauses:
                if squeeze(find.quote) in squeeze(clause.text):
                    return clause.clause_id
    return None


def _docs(index: Index, doc_id: str) -> set[str]:
    """What a notice's files are called in the gold records: the first word of their names, and the whole stem."""
    stems = [Path(source.path).stem for source in index.sources(doc_id)]
    return {*stems, *(stem.partition("_")[0] for stem in stems)}


def _doc(index: Index, doc_id: str) -> str:
    return Path(index.sources(doc_id)[0].path).stem.partition("_")[0]


# --- showing -------------------------------------------------------------------------------------


def case_table(checked: Sequence[Checked]) -> Table:
    """One row a case: what it holds, how many hits and checks, and what does not hold."""
    rows = tuple(
        (
            one.case.name,
            one.outcome,
            str(one.n_hits),
            str(one.n_checks),
            one.case.kind,
            one.case.holds,
            "; ".join([*one.deviations, *([f"gap: {one.case.gap}"] if one.case.gap else [])]),
        )
        for one in checked
    )
    failed = sum(one.failed for one in checked)
    gaps = sum(one.outcome == "known gap" for one in checked)
    note = f"{len(checked)} cases, {sum(one.n_checks for one in checked)} checks; {failed} fail, {gaps} are known gaps."
    columns = ("case", "outcome", "hits", "checks", "kind", "holds", "what does not")
    return Table("Behaviour", columns, rows, note, words=3)


def case_lines(checked: Sequence[Checked]) -> list[str]:
    """One line for each thing that does not hold."""
    return [
        f"{one.outcome.upper()} {one.case.name}: {line} · {one.case.holds}"
        for one in checked
        for line in one.deviations
    ]


def case_values(checked: Sequence[Checked]) -> dict[str, Any]:
    """The outcomes as JSON values."""
    expected = [one for one in checked if not one.case.gap]
    return {
        "failed": sum(one.failed for one in checked),
        "held_share": round(sum(not one.failed for one in expected) / len(expected), 4) if expected else 0.0,
        "known_gaps": sum(one.outcome == "known gap" for one in checked),
        "holds_now": [one.case.name for one in checked if one.outcome == "holds now"],
        "checks": sum(one.n_checks for one in checked),
        "cases": {one.case.name: {"outcome": one.outcome, "deviations": list(one.deviations)} for one in checked},
    }
