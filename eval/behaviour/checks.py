"""Cases asked of an index: what of each does not hold, in words that say what was found instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.behaviour.cases import ANSWERED, Case, Find
from eval.gold import squeeze
from eval.misses import LOSSES, lost_by
from eval.tables import Table
from indexer.records import Clause, Hit, Query

if TYPE_CHECKING:
    from indexer.index import Index

__all__ = ["Checked", "Deviation", "case_lines", "case_table", "case_values", "check_cases"]

_SHOWN = 3  # deviations of one kind that are named


@dataclass(frozen=True, slots=True)
class Deviation:
    """Something that does not hold: in a line, and as a code with values for whoever says it in another language."""

    line: str
    code: str
    values: Mapping[str, object]
    parts: tuple[Deviation, ...] = ()  # of a hit: each thing that is wrong with it


@dataclass(frozen=True, slots=True)
class Checked:
    """A case and what of it does not hold; nothing where all does."""

    case: Case
    n_hits: int
    n_checks: int
    deviations: tuple[Deviation, ...]

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
            line = f"shares {len(shared)} of {len(hits)} hits with {case.same_as!r}, wanted {case.least_shared}"
            values = {"shared": len(shared), "n": len(hits), "other": case.same_as, "wanted": case.least_shared}
            deviations.append(Deviation(line, "shared", values))
    if case.outcome is not None:
        said = ask(index, query).abstained or ANSWERED
        if said != case.outcome:
            line = f"the outcome is {said}, wanted {case.outcome}"
            deviations.append(Deviation(line, "outcome", {"said": said, "wanted": case.outcome}))
    of_hits = sum(value is not None for value in case.of_every_hit) * len(hits)
    n_checks = bool(case.least_hits) + of_hits + len(case.finds) + bool(case.same_as) + bool(case.outcome)
    return Checked(case, len(hits), n_checks, tuple(deviations))


def _too_few(case: Case, hits: Sequence[Hit]) -> Iterator[Deviation]:
    if len(hits) < case.least_hits:
        line = f"{len(hits)} hits, wanted at least {case.least_hits}"
        yield Deviation(line, "few", {"n": len(hits), "wanted": case.least_hits})


def _every(index: Index, case: Case, hits: Sequence[Hit]) -> Iterator[Deviation]:
    """What is asked of every hit: the first hits that do not fulfil it."""
    wrong: list[Deviation] = []
    for hit in hits if case.every else ():
        clause = index.clause(hit.clause_id)
        doc, reasons = _doc(index, clause.doc_id), tuple(_not_as_asked(index, case, clause))
        if reasons:
            line = f"hit {hit.rank} ({doc}) {' and '.join(reason.line for reason in reasons)}"
            wrong.append(Deviation(line, "hit", {"rank": hit.rank, "doc": doc}, reasons))
    yield from wrong[:_SHOWN]
    if len(wrong) > _SHOWN:
        yield Deviation(f"{len(wrong) - _SHOWN} more hits likewise", "more", {"n": len(wrong) - _SHOWN})


def _not_as_asked(index: Index, case: Case, clause: Clause) -> Iterator[Deviation]:
    """What of one hit is not as the case asks of every hit."""
    notice = index.notice(clause.doc_id)
    place, years = str(notice.place), case.every_years
    if case.every_place is not None and case.every_place not in place:
        yield _other("place", f"is from {place or 'no place'}", place, case.every_place)
    if case.every_level is not None and notice.level != case.every_level:
        yield _other("level", f"is of the level {notice.level}", notice.level or "", case.every_level)
    if years is not None and not (notice.year is not None and years[0] <= notice.year <= years[1]):
        yield _other("years", f"is of {notice.year or 'no year'}", str(notice.year or ""), f"{years[0]}-{years[1]}")
    names = "、".join(sorted({name for unit in clause.units for name in (unit.name, unit.surface, *unit.members)}))
    if case.every_unit is not None and case.every_unit not in names.split("、"):
        yield _other("unit", f"names {names or 'no unit'}", names, case.every_unit)
    if case.every_doc is not None and case.every_doc not in _docs(index, clause.doc_id):
        doc = _doc(index, clause.doc_id)
        yield _other("doc", f"is of {doc}", doc, case.every_doc)


def _other(what: str, line: str, said: str, wanted: str) -> Deviation:
    return Deviation(f"{line}, not {wanted}", what, {"said": said, "wanted": wanted})


def _not_found(index: Index, case: Case, query: Query) -> Iterator[Deviation]:
    """The clauses that are not among the first hits, with the rank they have and what lost them."""
    from indexer.search import search

    if not case.finds:
        return
    hits = search(index, query, k=100)
    for find in case.finds:
        asked: dict[str, object] = {"doc": find.doc, "quote": find.quote, "within": case.within}
        clause_id = _clause_of(index, find)
        if clause_id is None:
            yield Deviation(f"no clause of {find.doc} holds {find.quote!r}; correct the case", "no_clause", asked)
            continue
        hit = next((hit for hit in hits if hit.clause_id == clause_id), None)
        where = f"{find.doc} {find.quote!r}: expected within {case.within}"
        if hit is None:
            yield Deviation(f"{where}, not among the first {len(hits)}", "absent", asked | {"n": len(hits)})
        elif hit.rank > case.within:
            loss = lost_by(hit.lexical_rank, hit.dense_rank, limit=case.within)
            ranks = {"rank": hit.rank, "lexical": hit.lexical_rank or "-", "dense": hit.dense_rank or "-"}
            legs = f"lexical {ranks['lexical']}, dense {ranks['dense']}"
            yield Deviation(
                f"{where}, found at {hit.rank} ({legs}); lost by {loss}: {LOSSES[loss]}", "behind", asked | ranks
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
            "; ".join([*(row.line for row in one.deviations), *([f"gap: {one.case.gap}"] if one.case.gap else [])]),
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
        f"{one.outcome.upper()} {one.case.name}: {deviation.line} · {one.case.holds}"
        for one in checked
        for deviation in one.deviations
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
        "cases": {
            one.case.name: {"outcome": one.outcome, "deviations": [row.line for row in one.deviations]}
            for one in checked
        },
    }
