"""Judged sets: gold records with the folder of the notices they judge, several of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.gold import Gold, GoldQuery, load_gold
from indexer.errors import UsageError

__all__ = ["OWN", "SECOND", "JudgedSet", "load_sets", "queries_of"]

_ROOT = Path(__file__).parent
OWN = (_ROOT / "gold", _ROOT.parent / "corpus" / "samples")
SECOND = (_ROOT / "second" / "gold", _ROOT / "second" / "corpus")


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """Gold records and the notices that they judge."""

    gold: Gold
    corpus: Path

    @property
    def name(self) -> str:
        """What a table calls the set: the folders of its notices, shortened."""
        folder = self.corpus if self.corpus.is_dir() else self.corpus.parent
        return "/".join(folder.parts[-2:])


def load_sets(golds: Sequence[Path], corpora: Sequence[Path], *, split: str = "all") -> list[JudgedSet]:
    """The sets named on the command line, each gold folder with the corpus at its place.

    Without a gold folder: the sample notices, and where no corpus is named either, the second set too. A gold folder
    without a corpus takes the folder `corpus` beside it, else the samples. Raises UsageError for more corpora than gold
    folders, and for a notice that two sets judge.
    """
    if len(corpora) > max(1, len(golds)):
        raise UsageError(
            f"{len(corpora)} corpora for {len(golds) or 1} gold folder(s); give one --gold for each --corpus"
        )
    if not golds and not corpora:
        sets = [JudgedSet(load_gold(OWN[0], split=split), OWN[1]), JudgedSet(load_gold(SECOND[0]), SECOND[1])]
    else:
        named = list(golds) or [OWN[0]]
        pairs = [(gold, corpora[row] if row < len(corpora) else _corpus_beside(gold)) for row, gold in enumerate(named)]
        sets = [JudgedSet(load_gold(gold, split=split), corpus) for gold, corpus in pairs]
    docs: set[str] = set()
    for each in sets:
        twice = docs & set(each.gold.docs)
        if twice:
            raise UsageError(f"{sorted(twice)[0]} is judged in two gold folders; a notice belongs to one")
        docs |= set(each.gold.docs)
    return sets


def _corpus_beside(gold: Path) -> Path:
    beside = gold.parent / "corpus"
    own = gold.resolve() == OWN[0].resolve()
    return beside if beside.is_dir() and not own else OWN[1]


def queries_of(sets: Sequence[JudgedSet]) -> tuple[GoldQuery, ...]:
    """The questions of all sets; raises UsageError where an id stands twice."""
    queries = [query for each in sets for query in each.gold.queries]
    ids = [query.query_id for query in queries]
    repeated = next((one for one in ids if ids.count(one) > 1), None)
    if repeated is not None:
        raise UsageError(f"the question id {repeated} stands in two gold folders; ids must differ")
    return tuple(queries)
