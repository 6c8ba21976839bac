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
FLOORS = {"clauses": 0.98, "units + roles": 0.98, "persons": 0.95, "deadlines (exact)": 0.95}

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
@pytest.mark.parametrize(("field", "floor"), FLOORS.items())
def test_what_a_notice_says_is_found_in_each(structure: StructureReport, doc: str, field: str, floor: float) -> None:
    assert structure.by_doc[doc][field].f1 >= floor


def test_header_elements_are_right(structure: StructureReport) -> None:
    accuracy = structure.header_accuracy
    assert sum(right for right, _ in accuracy.values()) >= 0.95 * sum(judged for _, judged in accuracy.values())


def test_no_unit_rule_that_fires_often_errs_often(structure: StructureReport) -> None:
    often = [row for row in structure.rules if row.kind == "units" and row.fired >= 20]
    assert often
    assert [(row.rule, row.precision) for row in often if row.precision is None or row.precision < 0.95] == []


def test_the_page_tells_the_form_of_almost_every_unit(structure: StructureReport) -> None:
    units = [row for row in structure.rules if row.kind == "units"]
    unclear = sum(row.judged for row in units if row.rule == "unclear")
    assert unclear <= 0.01 * sum(row.judged for row in units)


def test_almost_every_judged_quote_stands_in_a_clause(gold: Gold, judged: Judged) -> None:
    n_judged = sum(len(query.relevant) + len(query.nonrelevant) for query in gold.queries)
    assert len(judged.unresolved) <= 0.02 * n_judged


def test_hybrid_retrieval_ranks_answers_high(retrieval: RetrievalReport) -> None:
    assert mean(retrieval.values("hybrid", "nDCG@10")) >= 0.74


def test_hybrid_retrieval_beats_words_alone(retrieval: RetrievalReport) -> None:
    assert mean(retrieval.values("hybrid", "nDCG@10")) > mean(retrieval.values("lexical", "nDCG@10"))
