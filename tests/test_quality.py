"""Floors below which quality must not fall, on the reference notices beside the project (`pytest -m shared`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.gold import Gold, load_gold
from eval.judging import Judged, judge
from eval.retrieval import RetrievalReport, mean, score_retrieval
from eval.structure import StructureReport, score_structure
from indexer.build import build
from indexer.index import Index, open_index

SHARED = Path(__file__).resolve().parents[2] / "shared"
DOCS = ("000", "002", "004")

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not (SHARED / "gold").is_dir(), reason="the reference notices are not beside the project"),
]


@pytest.fixture(scope="module")
def gold() -> Gold:
    return load_gold(SHARED / "gold")


@pytest.fixture(scope="module")
def structure(gold: Gold) -> StructureReport:
    return score_structure(gold, SHARED / "seeds")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("quality")
    build([SHARED / "seeds"], folder)
    with open_index(folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def judged(gold: Gold, index: Index) -> Judged:
    return judge(gold.queries, index)


@pytest.fixture(scope="module")
def retrieval(gold: Gold, index: Index, judged: Judged) -> RetrievalReport:
    queries = [query for query in gold.queries if query.collection == "queries_dev"]
    return score_retrieval(index, queries, judged)[0]


@pytest.mark.parametrize("doc", DOCS)
def test_clauses_are_found_in_each_notice(structure: StructureReport, doc: str) -> None:
    assert structure.by_doc[doc]["clauses"].f1 >= 0.92


@pytest.mark.parametrize("doc", DOCS)
def test_units_are_found_with_their_roles_in_each_notice(structure: StructureReport, doc: str) -> None:
    assert structure.by_doc[doc]["units + roles"].f1 >= 0.92


def test_almost_every_judged_quote_stands_in_a_clause(gold: Gold, judged: Judged) -> None:
    n_judged = sum(len(query.relevant) + len(query.nonrelevant) for query in gold.queries)
    assert len(judged.unresolved) <= 0.02 * n_judged


def test_hybrid_retrieval_ranks_answers_high(retrieval: RetrievalReport) -> None:
    assert mean(retrieval.values("hybrid", "nDCG@10")) >= 0.74


def test_hybrid_retrieval_beats_words_alone(retrieval: RetrievalReport) -> None:
    assert mean(retrieval.values("hybrid", "nDCG@10")) > mean(retrieval.values("lexical", "nDCG@10"))
