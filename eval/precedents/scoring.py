"""Scores of precedents against judged wordings, and of their ranking against plain hybrid search."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from eval.gold import GoldQuery, Judgement
from eval.intervals import bootstrap_interval, randomisation_p
from eval.judging import Judged, Quotes
from eval.precedents.judgements import JudgedWording
from eval.retrieval import mean, measure, retrieve
from indexer.index import Index
from indexer.precedents import ClausePrecedents, Label, precedents
from indexer.precedents.alignment import likeness
from indexer.precedents.nearest import DEFAULTS, PrecedentParameters
from indexer.precedents.wording import wording_of

__all__ = ["Ranking", "WordingScores", "rank", "score_wordings"]

# Precedents looked at for each clause; a pair that is not among them counts as wrong, unless it is only similar.
_DEPTH = 50
_RANKED = 100


@dataclass(slots=True)
class WordingScores:
    """What was judged and what of it was right."""

    labels: Counter[tuple[Label, Label | None]] = field(default_factory=Counter)  # (judged, given)
    earliest: list[bool] = field(default_factory=list)
    parents: list[bool] = field(default_factory=list)  # notice and kind
    misses: list[str] = field(default_factory=list)

    @property
    def label_accuracy(self) -> float:
        """The share of judged pairs that were found and labelled right."""
        right = sum(count for (judged, given), count in self.labels.items() if judged == given)
        return right / self.labels.total() if self.labels else 0.0


@dataclass(frozen=True, slots=True)
class Ranking:
    """nDCG@10 of precedents and of hybrid search, a question each, in one order."""

    queries: tuple[GoldQuery, ...]
    precedents: tuple[float, ...]
    hybrid: tuple[float, ...]

    @property
    def gain(self) -> float:
        """By how much the mean of precedents is the greater."""
        return mean(self.precedents) - mean(self.hybrid)

    @property
    def gain_interval(self) -> tuple[float, float]:
        """The 95 % bootstrap interval of the gain, question by question."""
        return bootstrap_interval([a - b for a, b in zip(self.precedents, self.hybrid, strict=True)])

    @property
    def p_value(self) -> float:
        """Of the paired randomisation test."""
        return randomisation_p(self.precedents, self.hybrid)


def score_wordings(index: Index, wordings: Iterable[JudgedWording]) -> WordingScores:
    """How the judged wordings are labelled and traced; raises UsageError where a judged notice is not in the index."""
    wordings = list(wordings)
    scores = WordingScores()
    quotes = Quotes({judgement.doc for wording in wordings for judgement in _judgements(wording)}, index)
    for wording in wordings:
        clause_id = _known(quotes, wording.clause)
        found = precedents(index, index.clause(clause_id).text, k=_DEPTH)
        _score_labels(index, wording, found, quotes, scores)
        where = f"{wording.clause.doc} {wording.clause.quote}"
        if wording.earliest is not None:
            given = found.earliest.clause_id if found.earliest else None
            scores.earliest.append(given == _known(quotes, wording.earliest))
            if not scores.earliest[-1]:
                scores.misses.append(f"EARLIEST {where}: judged {wording.earliest.doc}, given {given}")
        if wording.parent is not None:
            edge = next((edge for edge in found.genealogy.edges if edge.child == clause_id), None)
            told = (edge.parent.partition(":")[0], edge.kind) if edge else None
            scores.parents.append(told == (quotes.doc_ids[wording.parent[0]], wording.parent[1]))
            if not scores.parents[-1]:
                scores.misses.append(
                    f"PARENT {where}: judged {wording.parent}, given {edge and (edge.parent, edge.kind)}"
                )
    return scores


def _score_labels(
    index: Index, wording: JudgedWording, found: ClausePrecedents, quotes: Quotes, scores: WordingScores
) -> None:
    given = {clause_id: each.label for each in found.precedents for clause_id in (each.clause_id, *each.also_in)}
    places = index.places()
    for judgement, judged in wording.pairs:
        clause_id = _known(quotes, judgement)
        label = given.get(clause_id)
        if label is None and judged == "similar":
            other = wording_of(index.clause(clause_id).text, places)
            label = likeness(wording_of(found.text, places), other).label
        scores.labels[judged, label] += 1
        if label != judged:
            pair = f"{wording.clause.doc} {wording.clause.quote} ~ {judgement.doc} {judgement.quote}"
            scores.misses.append(f"LABEL {pair}: judged {judged}, given {label}")


def rank(
    index: Index, queries: Sequence[GoldQuery], judged: Judged, *, parameters: PrecedentParameters = DEFAULTS
) -> Ranking:
    """nDCG@10 of both rankings for the questions of the type precedent."""
    chosen = [query for query in queries if query.type == "precedent" and query.relevant]
    grades = {query.query_id: judged.grades[query.query_id] for query in chosen}
    own: dict[str, list[tuple[str, float]]] = {}
    for query in chosen:
        found = precedents(index, query.text, k=_RANKED, parameters=parameters).precedents
        own[query.query_id] = [(one, each.score) for each in found for one in (each.clause_id, *each.also_in)]
    return Ranking(tuple(chosen), _ndcg(grades, own), _ndcg(grades, retrieve(index, chosen, "hybrid")))


def _ndcg(grades: Mapping[str, Mapping[str, int]], run: Mapping[str, Sequence[tuple[str, float]]]) -> tuple[float, ...]:
    values = measure(grades, run)["nDCG@10"]
    return tuple(values[query_id] for query_id in grades)


def _judgements(wording: JudgedWording) -> list[Judgement]:
    found = [wording.clause, *(judgement for judgement, _ in wording.pairs)]
    return [*found, wording.earliest] if wording.earliest else found


def _known(quotes: Quotes, judgement: Judgement) -> str:
    clause_id = quotes.find(judgement)
    if clause_id is None:
        raise ValueError(f"{judgement.doc}: {judgement.quote} stands in no clause")
    return clause_id
