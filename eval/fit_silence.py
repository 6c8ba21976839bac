"""`python -m eval.fit_silence`: fit the weights of `indexer.search.silence` and print them with what they cost.

Examples are the tune questions of the gold data over the project's samples and, where the folder beside the project is
there, written questions over public clauses: each once with its clause in the archive and once with that clause left out.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from eval.coverage import signs_of_best
from eval.gold import load_gold
from eval.public import public_archive
from indexer.build import build
from indexer.index import Encoder, Index, load_encoder, open_index
from indexer.records import Plan, Query
from indexer.search.plan import plan
from indexer.search.retrieve import retrieve
from indexer.search.silence import MatchSigns

_ROOT = Path(__file__).parent.parent
# A near miss has its topic in the archive: only rules about facts and units can tell it, not these signs.
_OFF_TOPIC = ("not_in_archive",)
# Shares of answerable questions that may be silenced, for which thresholds are printed.
_COSTS = (0.02, 0.05, 0.1)

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """The signs of one question's best clause, and whether the archive answers the question."""

    signs: MatchSigns
    answered: bool
    collection: str


def main() -> int:
    """Fit, print weights, area under the curve and thresholds."""
    parser = argparse.ArgumentParser(prog="python -m eval.fit_silence", description=__doc__)
    parser.add_argument("--gold", type=Path, default=_ROOT / "eval" / "gold")
    parser.add_argument("--corpus", type=Path, default=_ROOT / "corpus" / "samples")
    parser.add_argument("--public", type=Path, default=_ROOT.parent / "shared" / "train", help="left out where absent")
    parser.add_argument("--check-gold", type=Path, help="another gold folder to try the weights on, not to fit them")
    parser.add_argument("--check-corpus", type=Path, help="its notices")
    options = parser.parse_args()
    encoder = load_encoder()
    examples = list(_gold_examples(options.gold, options.corpus, encoder, split="tune"))
    if options.public.is_dir():
        examples += _public_examples(options.public, encoder)
    weights = _fit(examples)
    print("dense {:.2f}, coverage {:.2f}, lead {:.2f}, agree {:.2f}, own {:.2f}, constant {:.2f}".format(*weights))
    checked = {collection: [e for e in examples if e.collection == collection] for collection in ("gold", "public")}
    if options.check_gold and options.check_corpus:
        checked["check"] = list(_gold_examples(options.check_gold, options.check_corpus, encoder, split="all"))
    for collection, some in checked.items():
        if some:
            _report(collection, some, weights)
    return 0


def _gold_examples(gold: Path, corpus: Path, encoder: Encoder, *, split: str) -> Iterator[Example]:
    """The best clause's signs for every question that is answerable, or about something the archive does not have."""
    with tempfile.TemporaryDirectory() as folder:
        build([corpus], Path(folder), encoder=encoder)
        with open_index(Path(folder), encoder) as index:
            for asked in load_gold(gold).queries:
                off_topic = asked.type == "unanswerable" and asked.reason in (None, *_OFF_TOPIC)
                if split not in ("all", asked.split) or not (asked.relevant or off_topic):
                    continue
                planned = plan(index, Query(asked.text, asked.query_id))
                if planned.intent not in ("duties", "wording") and not planned.unknown_places:
                    yield from _example(index, planned, not off_topic, "gold")


def _public_examples(folder: Path, encoder: Encoder) -> list[Example]:
    """Each development question with its clause found among the first three, and with that clause left out."""
    examples: list[Example] = []
    with public_archive(folder, encoder) as public:
        index, doc_ids = public.index, set(public.doc_ids.values())
        for row in public.questions:
            own = public.doc_ids[row["cid"]]
            planned = plan(index, Query(row["staff"], row["cid"]))
            found = retrieve(index, planned, k=20)
            if own in {clause.doc_id for clause in index.clauses([hit.clause_id for hit in found.hits[:3]])}:
                examples += _example(index, planned, True, "public")
            others = tuple(sorted(doc_ids - {own}))
            covering = tuple(replace(filters, doc_ids=others) for filters in planned.covering)
            without = replace(planned, filters=replace(planned.filters, doc_ids=others), covering=covering)
            examples += _example(index, without, False, "public")
    return examples


def _example(index: Index, planned: Plan, answered: bool, collection: str) -> Iterator[Example]:
    _, signs = signs_of_best(index, planned)
    if signs:
        yield Example(signs, answered, collection)


def _matrix(examples: list[Example]) -> Vector:
    return np.array(
        [
            [e.signs.dense, e.signs.coverage, e.signs.lead, float(e.signs.agree), float(e.signs.own), 1.0]
            for e in examples
        ]
    )


def _fit(examples: list[Example], *, ridge: float = 1e-2, steps: int = 50) -> Vector:
    """Logistic regression by Newton's method; each collection and each class weighs the same."""
    signs, answered = _matrix(examples), np.array([e.answered for e in examples], dtype=float)
    kinds = [(e.collection, e.answered) for e in examples]
    share = np.array([1.0 / kinds.count(kind) for kind in kinds])
    share *= len(examples) / share.sum()
    weights = np.zeros(signs.shape[1])
    for _ in range(steps):
        likely = 1.0 / (1.0 + np.exp(-signs @ weights))
        slope = signs.T @ (share * (answered - likely)) - ridge * weights
        curve = (signs * (share * likely * (1 - likely))[:, None]).T @ signs + ridge * np.eye(signs.shape[1])
        weights = weights + np.linalg.solve(curve, slope)
    return weights


def _report(collection: str, examples: list[Example], weights: Vector) -> None:
    """How well the weights part one collection, and the threshold for each cost."""
    logits, answered = _matrix(examples) @ weights, np.array([e.answered for e in examples])
    right, wrong = logits[answered], logits[~answered]
    area = float(np.mean([np.mean((right > value) + 0.5 * (right == value)) for value in wrong])) if len(wrong) else 1.0
    print(f"{collection}: {len(right)} answerable, {len(wrong)} not; area under the curve {area:.3f}")
    for cost in _COSTS:
        least = float(np.quantile(right, cost))
        print(
            f"  least_confidence {least:.2f}: {cost:.0%} of the answerable silenced, {np.mean(wrong < least):.0%} of the rest"
        )


if __name__ == "__main__":
    raise SystemExit(main())
