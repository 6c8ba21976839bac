"""The precedents of a clause: found by meaning and words, then told apart by aligned wording, ranked and collapsed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

from msgspec import Struct
from msgspec.structs import replace

from indexer.characters import simplified
from indexer.errors import UsageError
from indexer.index import Index
from indexer.precedents.alignment import LEAST_ADAPTED, Likeness, alike, likeness, shingles
from indexer.precedents.boilerplate import is_boilerplate
from indexer.precedents.genealogy import Member, day_of, genealogy
from indexer.precedents.results import ClausePrecedents, Precedent
from indexer.precedents.wording import Wording, wording_of
from indexer.records import Clause, Filters, Notice, Plan, Query
from indexer.search.asked_units import same_units
from indexer.search.retrieve import check_request, retrieve

__all__ = [
    "DEFAULTS",
    "PrecedentParameters",
    "notices_on",
    "precedents",
    "precedents_of_clauses",
    "precedents_of_draft",
]


@dataclass(frozen=True, slots=True)
class PrecedentParameters:
    """Every number that the ranking depends on, chosen on the tune questions of eval/gold of the type precedent.

    `python -m eval precedents --sweep` prints nDCG@10 over those 25 questions with one number changed at a time.
    """

    candidates: int = 100  # clauses asked of retrieval
    compared: int = 60  # of these, the first so many are compared with one another
    feedback: int = 2  # of the best, so many are looked up in turn, as if they were the draft
    feedback_weight: float = 0.5  # of what these add to a score
    feedback_limit: float = 0.6  # of a fused score that one of them adds at most: a clause's own is beyond all others
    family_weight: float = 0.75  # of a clause's score that is the mean of the clauses which share its wording
    share_weight: float = 0.15  # what the whole wording shared adds to a fused score (0 to 1)


DEFAULTS = PrecedentParameters()


class _Found(Struct, frozen=True):
    """A candidate with all that is known of it."""

    clause: Clause
    notice: Notice  # its head
    wording: Wording
    likeness: Likeness
    score: float
    boilerplate: bool = False


def precedents(
    index: Index,
    text: str,
    *,
    k: int = 10,
    filters: Filters = Filters(),  # noqa: B008 (a frozen record)
    parameters: PrecedentParameters = DEFAULTS,
    without: frozenset[str] = frozenset(),
) -> ClausePrecedents:
    """The k nearest precedents of one clause or sentence, and where its wording comes from.

    Filters choose which precedents are listed; earliest source and genealogy are of the whole archive, since a source
    outside the filter is still the source. `without` are doc_ids left out of everything: a draft's own notice. Raises
    UsageError for k below 1 and an empty text.
    """
    draft = Clause(clause_id="", doc_id="", number="", headings=(), text=text, start=0, end=len(text))
    return precedents_of_clauses(index, [draft], k=k, filters=filters, parameters=parameters, without=without)[0]


def precedents_of_clauses(
    index: Index,
    clauses: Sequence[Clause],
    *,
    k: int = 10,
    filters: Filters = Filters(),  # noqa: B008 (a frozen record)
    parameters: PrecedentParameters = DEFAULTS,
    without: frozenset[str] = frozenset(),
) -> list[ClausePrecedents]:
    """The precedents of each clause of a draft, in order; see `precedents`."""
    finder = _Finder(index, parameters, without)
    return [finder.of(clause, k=k, filters=filters) for clause in clauses]


def precedents_of_draft(
    index: Index,
    draft: Notice,
    *,
    k: int = 10,
    filters: Filters = Filters(),  # noqa: B008 (a frozen record)
    field: str | None = None,
) -> Iterator[ClausePrecedents]:
    """The precedents of each clause of a draft that says something, in order, from other notices than the draft itself.

    With a `field` only from the notices of `notices_on`. Raises UsageError as `precedents` and `notices_on` do.
    """
    if field is not None:
        filters = replace(filters, doc_ids=notices_on(index, field))
    for clause in draft.clauses:
        if any(map(str.isalnum, clause.text)):
            yield from precedents_of_clauses(index, [clause], k=k, filters=filters, without=frozenset({draft.doc_id}))


def notices_on(index: Index, field: str) -> tuple[str, ...]:
    """The doc_ids of the notices whose titles name a field of policy (养老, 物流), for `Filters.doc_ids`.

    A notice bears no field of its own; its title names its matter. Raises UsageError where no title names it.
    """
    wanted = simplified(field)
    found = tuple(notice.doc_id for notice in index.notices() if wanted and wanted in simplified(notice.title))
    if not found:
        raise UsageError(f"no notice of the archive has {field} in its title; give another word or leave --field out")
    return found


class _Finder:
    """Looks precedents up in one archive."""

    def __init__(self, index: Index, parameters: PrecedentParameters, without: frozenset[str]) -> None:
        self._index = index
        self._parameters = parameters
        self._without = without
        self._heads = {notice.doc_id: notice for notice in index.notices()}
        self._places = tuple(index.places())

    def of(self, draft: Clause, *, k: int, filters: Filters) -> ClausePrecedents:
        """What the archive has for one clause."""
        check_request(Query(draft.text), k=k)
        own = wording_of(draft.text, self._places)
        everywhere = self._candidates(draft.text, own, Filters())
        kin = [each for each in everywhere if each.likeness.label != "similar"]
        listed = everywhere if not filters else self._candidates(draft.text, own, self._with_units(filters))
        kinship = _kinship(listed[: self._parameters.compared])
        listed = _marked(listed, kinship)
        listed = _ranked(listed, kinship, self._parameters)
        boilerplate = _says_boilerplate(own, kin)
        members = [Member(each.clause.clause_id, each.notice, each.wording) for each in kin]
        return ClausePrecedents(
            text=draft.text,
            number=draft.number,
            headings=draft.headings,
            boilerplate=boilerplate,
            precedents=tuple(_collapsed(listed, boilerplate)[:k]),
            genealogy=genealogy(members, boilerplate=boilerplate),
        )

    def _candidates(self, text: str, own: Wording, filters: Filters) -> list[_Found]:
        """The nearest clauses by the fused score of both legs, without those of the draft's own notice."""
        scores = self._scores(text, filters)
        candidates = []
        for clause in self._index.clauses(list(scores)):
            if clause.doc_id not in self._without:
                wording = wording_of(clause.text, self._places)
                head = self._heads[clause.doc_id]
                candidates.append(_Found(clause, head, wording, likeness(own, wording), scores[clause.clause_id]))
        return self._fed_back(candidates, filters)

    def _scores(self, text: str, filters: Filters) -> dict[str, float]:
        """The fused score of each of the nearest clauses, best first."""
        plan = Plan(query=Query(text, filters=filters), intent="wording", topic=simplified(text), filters=filters)
        hits = retrieve(self._index, plan, k=self._parameters.candidates).hits
        return {hit.clause_id: hit.score for hit in hits}

    def _fed_back(self, candidates: list[_Found], filters: Filters) -> list[_Found]:
        """The candidates with what the best of them add to their scores, best first.

        A draft says it in its own words; the clauses nearest to it say it in those of notices, which find the others. Only
        a wording that several notices share is looked up: one that stands alone has no others, and leads astray.
        """
        best_ones = [each for each in candidates if each.clause.text][: self._parameters.feedback]
        chosen = [each for each in best_ones if _is_handed_on(each, candidates[: self._parameters.compared])]
        for best in chosen:
            added = self._scores(best.clause.text, filters)
            lowest, usual = min(added.values(), default=0.0), fmean(added.values() or (0.0,))
            weight = self._parameters.feedback_weight / len(chosen)
            for number, each in enumerate(candidates):
                if each.clause.doc_id != best.clause.doc_id:  # a notice does not say a thing twice
                    gained = min(added.get(each.clause.clause_id, lowest), self._parameters.feedback_limit)
                    candidates[number] = replace(each, score=each.score + weight * (gained - usual))
        return sorted(candidates, key=lambda each: (-each.score, each.clause.clause_id))

    def _with_units(self, filters: Filters) -> Filters:
        """The filters with each unit under the names that the archive has for it."""
        names = self._index.unit_names()
        units = {name for unit in filters.units for name in same_units(unit, names) or (unit,)}
        return replace(filters, units=tuple(sorted(units)))


def _is_handed_on(one: _Found, candidates: Sequence[_Found]) -> bool:
    """Whether a clause of another notice shares its wording."""
    pieces = shingles(one.wording.template)
    return any(
        alike(one.wording, other.wording) >= LEAST_ADAPTED
        for other in candidates
        if other.clause.doc_id != one.clause.doc_id and not pieces.isdisjoint(shingles(other.wording.template))
    )


def _kinship(candidates: Sequence[_Found]) -> list[list[int]]:
    """For each candidate the numbers of those that share its wording, its own among them."""
    kin = [[number] for number in range(len(candidates))]
    pieces = [shingles(each.wording.template) for each in candidates]
    for one in range(len(candidates)):
        for other in range(one):
            # Most pairs have no run in common, which is told faster than they are aligned.
            if pieces[one].isdisjoint(pieces[other]):
                continue
            if alike(candidates[one].wording, candidates[other].wording) >= LEAST_ADAPTED:
                kin[one].append(other)
                kin[other].append(one)
    return kin


def _marked(candidates: Sequence[_Found], kinship: Sequence[Sequence[int]]) -> list[_Found]:
    """The candidates, boilerplate marked."""
    marked = list(candidates)
    for number, kin in enumerate(kinship):
        members = [candidates[number], *(candidates[one] for one in kin if one != number)]
        if is_boilerplate([each.wording for each in members], [each.notice.title for each in members]):
            marked[number] = replace(candidates[number], boilerplate=True)
    return marked


def _ranked(
    candidates: Sequence[_Found], kinship: Sequence[Sequence[int]], parameters: PrecedentParameters
) -> list[_Found]:
    """The candidates, best first.

    A clause's score is mixed with the mean of those that share its wording: what one of a family says, the others say as
    well, though the legs may have missed it. What shares the draft's wording gains by the share.
    """
    scored = []
    for number, each in enumerate(candidates):
        score = each.score
        if number < len(kinship):
            family = fmean(candidates[one].score for one in kinship[number])
            score += parameters.family_weight * (family - score)
        if each.likeness.label != "similar":
            score += parameters.share_weight * each.likeness.share
        scored.append(replace(each, score=score))
    return sorted(scored, key=lambda each: (each.likeness.label != "verbatim", -each.score, each.clause.clause_id))


def _says_boilerplate(own: Wording, kin: Sequence[_Found]) -> bool:
    """Whether the draft's clause is boilerplate, by the clauses of the archive that have its wording."""
    return bool(kin) and is_boilerplate([own, *(each.wording for each in kin)], [each.notice.title for each in kin])


def _collapsed(candidates: Sequence[_Found], draft_is_boilerplate: bool) -> list[Precedent]:
    """One precedent for all clauses of the same wording and figures: the earliest dated, at the place of the best.

    Boilerplate comes last, unless it is what the draft says.
    """
    same: dict[tuple[str, tuple[str, ...]], list[_Found]] = {}
    for each in candidates:
        same.setdefault((each.wording.template, each.wording.figures), []).append(each)
    groups = list(same.values())
    if not draft_is_boilerplate:
        groups.sort(key=lambda group: all(each.boilerplate for each in group))  # stable: the order is else kept
    return [_precedent(group, rank) for rank, group in enumerate(groups, 1)]


def _precedent(group: Sequence[_Found], rank: int) -> Precedent:
    first, *others = sorted(group, key=lambda each: (day_of(each.notice) or "9999", each.clause.clause_id))
    return Precedent(
        clause_id=first.clause.clause_id,
        rank=rank,
        score=max(each.score for each in group),
        label=first.likeness.label,
        share=first.likeness.share,
        share_of_found=first.likeness.share_of_found,
        boilerplate=any(each.boilerplate for each in group),
        also_in=tuple(each.clause.clause_id for each in others),
    )
