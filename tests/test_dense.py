"""The dense leg gives exactly the nearest clauses, with and without a filter, and keeps vectors by passage."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from indexer.errors import EncoderError, IndexDamaged
from indexer.index.dense import Dense, checked
from indexer.index.dense_writer import Earlier, write_dense
from indexer.index.passage import IndexedClause, passage_sha256, passage_text

Vectors = npt.NDArray[np.float32]
DIM = 8


def clauses(texts: Sequence[str]) -> list[IndexedClause]:
    """A clause a text, in rows from 0."""
    return [
        IndexedClause(row, "标题", ("一、",), text, (), "", passage_sha256(passage_text("标题", ("一、",), text)))
        for row, text in enumerate(texts)
    ]


def unit_vectors(n: int, *, seed: int = 0) -> Vectors:
    """Random unit vectors."""
    vectors = np.random.default_rng(seed).standard_normal((n, DIM), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def leg(path: Path, vectors: Vectors) -> Dense:
    """A leg that holds the vectors in their order."""
    given = iter(range(len(vectors)))
    write_dense(
        path,
        [clauses([f"条文{row}" for row in range(len(vectors))])],
        dim=DIM,
        encode=lambda texts: vectors[[next(given) for _ in texts]],
        previous=None,
        progress=lambda done: None,
    )
    return Dense(path)


def test_results_are_those_of_comparing_every_vector(tmp_path: Path) -> None:
    vectors, queries = unit_vectors(300), unit_vectors(5, seed=1)
    dense = leg(tmp_path / "v", vectors)
    assert (dense.n_clauses, dense.dim) == (300, DIM)
    for query in queries:
        expected = np.argsort(-(vectors @ query))[:10]
        found = dense.search(query, 10)
        assert [row for row, _ in found] == expected.tolist()
        assert [score for _, score in found] == pytest.approx((vectors @ query)[expected].tolist(), abs=1e-5)


@pytest.mark.parametrize("n_allowed", [1, 7, 40, 299])
def test_a_filter_gives_exactly_the_nearest_of_the_allowed(tmp_path: Path, n_allowed: int) -> None:
    vectors, query = unit_vectors(300), unit_vectors(1, seed=2)[0]
    dense = leg(tmp_path / "v", vectors)
    allowed = np.sort(np.random.default_rng(3).choice(300, n_allowed, replace=False)).astype(np.int64)
    scores = vectors[allowed] @ query
    expected = allowed[np.argsort(-scores)][:10]
    assert [row for row, _ in dense.search(query, 10, allowed=allowed)] == expected.tolist()


def test_ties_are_ordered_by_row_whatever_k_is(tmp_path: Path) -> None:
    vectors = np.repeat(unit_vectors(3), 40, axis=0)  # forty of each
    dense = leg(tmp_path / "v", vectors)
    order = [row for row, _ in dense.search(vectors[0], 120)]
    assert order[:40] == list(range(40))
    for k in (1, 5, 39, 40, 41, 80):
        assert [row for row, _ in dense.search(vectors[0], k)] == order[:k]


def test_asking_for_more_than_there_is_or_for_nothing(tmp_path: Path) -> None:
    dense = leg(tmp_path / "v", unit_vectors(3))
    query = unit_vectors(1, seed=2)[0]
    assert len(dense.search(query, 10)) == 3
    assert dense.search(query, 0) == []
    assert dense.search(query, 10, allowed=np.empty(0, dtype=np.int64)) == []


def test_a_leg_without_clauses_finds_nothing(tmp_path: Path) -> None:
    write_dense(tmp_path / "v", [], dim=DIM, encode=unit_vectors, previous=None, progress=lambda done: None)  # type: ignore[arg-type]
    assert Dense(tmp_path / "v").search(unit_vectors(1)[0], 10) == []


def test_equal_passages_keep_their_vectors_and_only_the_others_are_encoded(tmp_path: Path) -> None:
    first = clauses(["甲方案", "乙方案", "丙方案"])
    before = unit_vectors(3)
    write_dense(
        tmp_path / "1", [first], dim=DIM, encode=lambda texts: before, previous=None, progress=lambda done: None
    )
    second = clauses(["丙方案", "丁方案", "甲方案"])
    row_of = {clause.passage_sha256: clause.row for clause in first}
    asked: list[str] = []
    done: list[int] = []

    def encode(texts: Sequence[str]) -> Vectors:
        asked.extend(texts)
        return unit_vectors(len(texts), seed=9)

    counts = write_dense(
        tmp_path / "2",
        [second[:2], second[2:]],
        dim=DIM,
        encode=encode,
        previous=Earlier(Dense(tmp_path / "1"), row_of),
        progress=done.append,
    )
    assert counts == (1, 2)
    assert asked == ["标题\n一、\n丁方案"]
    assert done == [2, 3, 3]
    after = Dense(tmp_path / "2").vectors([0, 1, 2])
    assert np.array_equal(np.concatenate(after), [before[2], unit_vectors(1, seed=9)[0], before[0]])


LONG = "第一句说养老服务的补贴标准由谁来定、怎么发放、何时发到老人手里。第二句说物流企业可以申请多少奖励、什么时候向哪个部门提出申请。"


def test_a_clause_of_several_sentences_is_found_by_its_best_one(tmp_path: Path) -> None:
    vectors = unit_vectors(5)
    written = clauses([LONG, "短句。"])
    asked: list[str] = []

    def encode(texts: Sequence[str]) -> Vectors:
        asked.extend(texts)
        return vectors[: len(texts)]

    write_dense(tmp_path / "v", [written], dim=DIM, encode=encode, previous=None, progress=lambda done: None)
    assert asked == [
        *(f"标题\n一、\n{part}" for part in (LONG, LONG[: LONG.index("第二句")], LONG[LONG.index("第二句") :])),
        "标题\n一、\n短句。",
    ]
    dense = Dense(tmp_path / "v")
    assert dense.n_clauses == 2
    for query in vectors[:4]:
        best = {0: max(vectors[:3] @ query), 1: vectors[3] @ query}
        found = dense.search(query, 2)
        assert dict(found) == pytest.approx(best, abs=1e-5)
        assert found[0][1] >= found[1][1]
    assert [row for row, _ in dense.search(vectors[2], 1)] == [0]
    assert [row for row, _ in dense.search(vectors[2], 2, allowed=np.array([1]))] == [1]


@pytest.mark.parametrize("k", [1, 3, 10, 60])
def test_no_clause_is_lost_where_each_has_many_vectors(tmp_path: Path, k: int) -> None:
    texts = [f"{LONG}{LONG}{row}" for row in range(60)]
    vectors = unit_vectors(60 * 5)
    write_dense(
        tmp_path / "v", [clauses(texts)], dim=DIM, encode=lambda t: vectors, previous=None, progress=lambda done: None
    )
    query = unit_vectors(1, seed=4)[0]
    best = (vectors @ query).reshape(60, 5).max(axis=1)
    assert [row for row, _ in Dense(tmp_path / "v").search(query, k)] == np.argsort(-best)[:k].tolist()


@pytest.mark.parametrize(
    "vectors",
    [
        np.zeros((2, DIM + 1), dtype=np.float32),
        np.zeros((1, DIM), dtype=np.float32),
        np.zeros((2, DIM), dtype=np.float64),
        np.ones((2, DIM), dtype=np.float32),
        np.full((2, DIM), np.nan, dtype=np.float32),
    ],
    ids=["dimension", "count", "type", "length", "not a number"],
)
def test_wrong_vectors_are_refused(vectors: Vectors) -> None:
    with pytest.raises(EncoderError):
        checked(vectors, n=2, dim=DIM)


def test_a_text_without_known_tokens_may_give_zeros() -> None:
    assert not checked(np.zeros((2, DIM), dtype=np.float32), n=2, dim=DIM).any()


def test_a_file_that_faiss_cannot_read_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "vectors.faiss").write_bytes(b"nonsense" * 10)
    with pytest.raises(IndexDamaged, match=r"vectors\.faiss"):
        Dense(tmp_path / "vectors.faiss")
