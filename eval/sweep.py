"""`python -m eval.sweep`: nDCG@10 of retrieval under other parameters, to choose the defaults of `SearchParameters`.

The questions are the tune questions of the gold data over the project's samples and, where the folder beside the project
is there, written questions (in staff wording, and in a hurry) over public clauses, each with the one clause it is about.
"""

from __future__ import annotations

import argparse
import math
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from eval.gold import load_gold
from eval.judging import judge
from eval.public import public_archive
from indexer.build import build
from indexer.index import Encoder, load_encoder, open_index
from indexer.records import Query
from indexer.search.plan import plan
from indexer.search.retrieve import SearchParameters, retrieve

_ROOT = Path(__file__).parent.parent
_DEFAULT = SearchParameters()
_DENSE_WEIGHTS = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 1.0)
_HEADING_WEIGHTS = (0.0, 0.25, 0.5, 1.0)
_PLACE_BOOSTS = (0.0, 1.0, 2.0, 3.0, 4.0)


def main() -> int:
    """Print one line a setting: the mean of each collection of questions."""
    parser = argparse.ArgumentParser(prog="python -m eval.sweep", description=__doc__)
    parser.add_argument("--gold", type=Path, default=_ROOT / "eval" / "gold")
    parser.add_argument("--corpus", type=Path, default=_ROOT / "corpus" / "samples")
    parser.add_argument("--public", type=Path, default=_ROOT.parent / "shared" / "train", help="left out where absent")
    options = parser.parse_args()
    encoder = load_encoder()
    settings = _settings()
    columns = {"tune": _gold_scores(options.gold, options.corpus, encoder, settings)}
    if options.public.is_dir():
        columns |= _public_scores(options.public, encoder, settings)
    print(f"{'setting':<24}" + "".join(f"{name:>8}" for name in columns))
    for name in settings:
        print(f"{name:<24}" + "".join(f"{scores[name]:>8.3f}" for scores in columns.values()))
    return 0


def _settings() -> dict[str, SearchParameters]:
    """The defaults with one parameter changed at a time."""
    settings = {f"dense weight {weight}": replace(_DEFAULT, dense_weight=weight) for weight in _DENSE_WEIGHTS}
    for weight in _HEADING_WEIGHTS:
        fields = tuple((field, weight if field == "headings" else value) for field, value in _DEFAULT.field_weights)
        settings[f"heading weight {weight}"] = replace(_DEFAULT, field_weights=fields)
    for weight in _PLACE_BOOSTS:
        settings[f"place boost {weight}"] = replace(_DEFAULT, boosts=replace(_DEFAULT.boosts, places=weight))
    return settings


def _gold_scores(
    gold: Path, corpus: Path, encoder: Encoder, settings: Mapping[str, SearchParameters]
) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="tiaowen-sweep-") as folder:
        build([corpus], Path(folder), encoder=encoder)
        with open_index(Path(folder), encoder) as index:
            asked = [query for query in load_gold(gold, split="tune").queries if query.relevant]
            grades = judge(asked, index).grades
            plans = [plan(index, Query(query.text, query.query_id)) for query in asked]
            scores: dict[str, float] = {}
            for name, parameters in settings.items():
                values = [
                    _ndcg([hit.clause_id for hit in retrieve(index, p, parameters=parameters).hits], grades[q.query_id])
                    for p, q in zip(plans, asked, strict=True)
                ]
                scores[name] = sum(values) / len(values)
            return scores


def _public_scores(
    folder: Path, encoder: Encoder, settings: Mapping[str, SearchParameters]
) -> dict[str, dict[str, float]]:
    columns: dict[str, dict[str, float]] = {"staff": {}, "short": {}}
    with public_archive(folder, encoder) as public:
        for kind, scores in columns.items():
            plans = [
                (plan(public.index, Query(row[kind], row["cid"])), public.doc_ids[row["cid"]])
                for row in public.questions
            ]
            for name, parameters in settings.items():
                values = []
                for planned, wanted in plans:
                    hits = retrieve(public.index, planned, k=20, parameters=parameters).hits
                    documents = list(dict.fromkeys(hit.clause_id.partition(":")[0] for hit in hits))
                    values.append(_ndcg(documents, {wanted: 1}))
                scores[name] = sum(values) / len(values)
    return columns


def _ndcg(ranked: Sequence[str], grades: Mapping[str, int], *, k: int = 10) -> float:
    """nDCG@k with linear gains, as trec_eval has it."""
    gained = sum(grades.get(one, 0) / math.log2(rank + 1) for rank, one in enumerate(ranked[:k], 1))
    ideal = sorted((grade for grade in grades.values() if grade > 0), reverse=True)[:k]
    best = sum(grade / math.log2(rank + 1) for rank, grade in enumerate(ideal, 1))
    return gained / best if best else 0.0


if __name__ == "__main__":
    raise SystemExit(main())
