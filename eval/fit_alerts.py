"""`python -m eval.fit_alerts`: fit the weights of `indexer.saved.matching` and print them with what they reach.

Examples are the clauses near each tune question of the gold data over the project's samples: about the question where they
are judged relevant, not about it where they are not or nobody judged them. A unit's tasks are looked up, so questions for
them are left out. The least sum is the one with the best F1 over the tune questions, in which relevant clauses that are
not near count as missed.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from eval.gold import GoldQuery, load_gold
from eval.judging import Judged, judge
from eval.sets import OWN
from indexer.build import build
from indexer.index import Index, load_encoder, open_index
from indexer.records import Query
from indexer.saved.matching import DEPTH, ClauseSigns, clause_signs
from indexer.search.plan import plan
from indexer.search.retrieve import retrieve

_NAMES = ("dense", "lexical", "behind", "wording")


@dataclass(frozen=True, slots=True)
class _Examples:
    """The signs of the clauses near some questions, which are relevant, and how many relevant ones there are in all."""

    signs: npt.NDArray[np.float64]  # [clauses, signs]
    relevant: npt.NDArray[np.bool_]
    n_relevant: int


def main() -> int:
    """Fit on the tune questions; print weights, the least sum, and precision, recall and F1 of both splits."""
    parser = argparse.ArgumentParser(prog="python -m eval.fit_alerts", description=__doc__)
    parser.add_argument("--gold", type=Path, default=OWN[0])
    parser.add_argument("--corpus", type=Path, default=OWN[1])
    options = parser.parse_args()
    from sklearn.linear_model import LogisticRegression

    encoder = load_encoder()
    with tempfile.TemporaryDirectory(prefix="tiaowen-eval-") as folder:
        build([options.corpus], Path(folder), encoder=encoder)
        with open_index(Path(folder), encoder) as index:
            queries = load_gold(options.gold).queries
            judged = judge(queries, index)
            tune, test = (_examples(index, queries, judged, split=split) for split in ("tune", "test"))
    model = LogisticRegression(C=100.0, max_iter=2000).fit(tune.signs, tune.relevant)
    weights = ", ".join(f"{name} {weight:.2f}" for name, weight in zip(_NAMES, model.coef_[0], strict=True))
    print(f"{weights}, constant {model.intercept_[0]:.2f}")
    sums = model.decision_function(tune.signs)
    least = max(np.unique(sums), key=lambda least: _scores(tune, sums, least)[2])
    for name, examples in (("tune", tune), ("test", test)):
        precision, recall, f1 = _scores(examples, model.decision_function(examples.signs), least)
        print(f"{name}: least {least:.2f}: precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}")
    return 0


def _examples(index: Index, queries: tuple[GoldQuery, ...], judged: Judged, *, split: str) -> _Examples:
    signs: list[ClauseSigns] = []
    relevant: list[bool] = []
    n_relevant = 0
    for asked in queries:
        planned = plan(index, Query(asked.text, asked.query_id))
        if asked.split != split or planned.intent == "duties":
            continue
        grades = judged.grades[asked.query_id]
        n_relevant += sum(grade > 0 for grade in grades.values())
        found = retrieve(index, planned, k=DEPTH)
        for clause_id, each in clause_signs(found, wording=planned.intent == "wording").items():
            if clause_id not in judged.allowed[asked.query_id]:
                signs.append(each)
                relevant.append(grades.get(clause_id, 0) > 0)
    return _Examples(np.array([astuple(each) for each in signs], dtype=float), np.array(relevant), n_relevant)


def _scores(examples: _Examples, sums: npt.NDArray[np.float64], least: float) -> tuple[float, float, float]:
    """Precision, recall and F1 of taking every clause with at least that sum."""
    taken = sums >= least
    right = int(examples.relevant[taken].sum())
    return (
        right / max(int(taken.sum()), 1),
        right / max(examples.n_relevant, 1),
        2 * right / max(int(taken.sum()) + examples.n_relevant, 1),
    )


if __name__ == "__main__":
    raise SystemExit(main())
