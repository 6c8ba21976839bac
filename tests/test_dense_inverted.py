"""The dense leg of a large archive: nearly all of the nearest, exact scores, exact under a selective filter."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from indexer.errors import IndexDamaged
from indexer.index import dense as dense_module
from indexer.index import dense_vectors
from indexer.index.dense import Dense, Earlier, write_dense
from indexer.index.dense_inverted import EXACT_SHARE
from indexer.index.dense_vectors import StoredVectors, VectorFile, Vectors
from indexer.index.passage import IndexedClause

N = 20_000
DIM = 32
PARTS = ("v.faiss", "v.npy", "v.rows.npy")


def clouds(n: int, *, seed: int = 0) -> Vectors:
    """Unit vectors around 200 topics, as clauses lie around theirs."""
    rng = np.random.default_rng(seed)
    topics = np.random.default_rng(99).standard_normal((200, DIM))
    vectors = topics[rng.integers(0, 200, n)] + 0.6 * rng.standard_normal((n, DIM))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32)


def batches(names: Sequence[str]) -> Iterator[list[IndexedClause]]:
    """A short clause a name, in rows from 0; its hash is its name."""
    for first in range(0, len(names), 2048):
        yield [
            IndexedClause(row, "标题", (), name, (), "", name)
            for row, name in enumerate(names[first : first + 2048], first)
        ]


def written(path: Path, names: Sequence[str], vector_of: Callable[[str], Vectors], previous: Earlier | None) -> Dense:
    """The leg of these clauses."""
    write_dense(
        path,
        batches(names),
        dim=DIM,
        encode=lambda texts: np.stack([vector_of(text.split("\n")[1]) for text in texts]),
        previous=previous,
        progress=lambda done: None,
    )
    return Dense(path)


@pytest.fixture(autouse=True)
def _inverted_from_a_thousand_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dense_module, "EXACT_UP_TO", 1_000)


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    return clouds(N)


@pytest.fixture(scope="module")
def leg(tmp_path_factory: pytest.TempPathFactory, vectors: Vectors) -> Iterator[Dense]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dense_module, "EXACT_UP_TO", 1_000)
        path = tmp_path_factory.mktemp("inverted") / "v.faiss"
        yield written(path, [str(row) for row in range(N)], lambda name: vectors[int(name)], None)


def test_nearly_all_of_the_nearest_are_found_with_exact_scores(leg: Dense, vectors: Vectors) -> None:
    assert leg.inverted is not None
    found = []
    for query in clouds(100, seed=1):
        scores = vectors @ query
        hits = leg.search(query, 10)
        assert [score for _, score in hits] == pytest.approx([scores[row] for row, _ in hits], abs=2e-6)
        found.append(len({row for row, _ in hits} & set(np.argsort(-scores)[:10].tolist())) / 10)
    assert np.mean(found) >= 0.97


def test_a_selective_filter_is_answered_exactly(leg: Dense, vectors: Vectors) -> None:
    rng = np.random.default_rng(3)
    for query in clouds(20, seed=2):
        allowed = np.sort(rng.choice(N, int(EXACT_SHARE * N), replace=False)).astype(np.int64)
        expected = allowed[np.argsort(-(vectors[allowed] @ query), kind="stable")][:10]
        assert [row for row, _ in leg.search(query, 10, allowed=allowed)] == expected.tolist()


@pytest.mark.parametrize("share", [0.05, 0.3, 0.9])
def test_a_filter_that_lets_many_pass_gives_nearly_all_of_the_nearest_and_no_others(
    leg: Dense, vectors: Vectors, share: float
) -> None:
    rng = np.random.default_rng(4)
    found = []
    for query in clouds(30, seed=5):
        allowed = np.sort(rng.choice(N, int(share * N), replace=False)).astype(np.int64)
        expected = allowed[np.argsort(-(vectors[allowed] @ query))][:10]
        rows = [row for row, _ in leg.search(query, 10, allowed=allowed)]
        assert np.isin(rows, allowed).all()
        found.append(len(set(rows) & set(expected.tolist())) / 10)
    assert np.mean(found) >= 0.97


def test_asking_for_every_clause_of_a_filter_gives_each_once(leg: Dense) -> None:
    allowed = np.arange(50, dtype=np.int64) * 7
    rows = [row for row, _ in leg.search(clouds(1, seed=6)[0], 200, allowed=allowed)]
    assert sorted(rows) == allowed.tolist()


def test_a_change_keeps_vectors_to_the_last_bit_and_answers_like_a_new_index(
    leg: Dense, vectors: Vectors, tmp_path: Path
) -> None:
    fresh = clouds(200, seed=7)
    names = [str(row) for row in range(N) if row % 100]  # a hundredth is gone …
    names[50:50] = [f"new{number}" for number in range(200)]  # … and others stand in between

    def vector_of(name: str) -> Vectors:
        return fresh[int(name[3:])] if name.startswith("new") else vectors[int(name)]

    changed = written(tmp_path / "v.faiss", names, vector_of, Earlier(leg, {str(row): row for row in range(N)}))
    anew = written(tmp_path / "anew.faiss", names, vector_of, None)
    everything = list(range(len(names)))
    assert np.array_equal(np.concatenate(changed.vectors(everything)), np.concatenate(anew.vectors(everything)))
    assert (tmp_path / "v.npy").read_bytes() == (tmp_path / "anew.npy").read_bytes()
    both = []
    for query in [*clouds(60, seed=8), *fresh[:20]]:
        mine, theirs = dict(changed.search(query, 10)), dict(anew.search(query, 10))
        both.append(len(mine.keys() & theirs.keys()) / 10)
        assert all(mine[row] == theirs[row] for row in mine.keys() & theirs.keys())
    assert np.mean(both) >= 0.97
    assert all(changed.search(fresh[number], 1)[0][0] == 50 + number for number in range(200))


def test_an_archive_that_shrinks_below_the_limit_is_compared_vector_by_vector_again(
    leg: Dense, vectors: Vectors, tmp_path: Path
) -> None:
    names = [str(row) for row in range(0, N, 40)]
    small = written(
        tmp_path / "v.faiss", names, lambda name: vectors[int(name)], Earlier(leg, {str(row): row for row in range(N)})
    )
    assert small.inverted is None
    assert np.array_equal(np.concatenate(small.vectors(range(len(names)))), vectors[::40])
    assert [file.name for file in tmp_path.iterdir()] == ["v.faiss"]


@pytest.mark.parametrize("name", PARTS)
@pytest.mark.parametrize("damage", ["missing", "cut off", "empty"])
def test_a_damaged_part_is_named(tmp_path: Path, vectors: Vectors, name: str, damage: str) -> None:
    written(tmp_path / "v.faiss", [str(row) for row in range(1_200)], lambda name: vectors[int(name)], None)
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(PARTS)
    part = tmp_path / name
    content = part.read_bytes()
    part.unlink()
    if damage != "missing":
        part.write_bytes(b"" if damage == "empty" else content[: len(content) - 100])
    with pytest.raises(IndexDamaged, match=name.replace(".", r"\.")):
        Dense(tmp_path / "v.faiss")


def test_a_file_of_vectors_gives_back_what_was_put_in_and_numpy_reads_it(tmp_path: Path, vectors: Vectors) -> None:
    with VectorFile(tmp_path / "some.npy", DIM) as file:
        file.append(vectors[:7])
        file.append(vectors[7:1000])
    assert np.array_equal(np.load(tmp_path / "some.npy"), vectors[:1000])
    stored = StoredVectors(tmp_path / "some.npy")
    wanted = np.array([5, 6, 7, 900, 3, 4])
    assert np.array_equal(stored.at(wanted), vectors[wanted])
    assert stored.at(np.empty(0, dtype=np.int64)).shape == (0, DIM)


@pytest.mark.parametrize("how", ["by the system", "the system has no such call", "the system will not"])
def test_a_run_of_vectors_is_copied_from_another_file(
    tmp_path: Path, vectors: Vectors, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    if how == "the system has no such call":
        monkeypatch.delattr(os, "copy_file_range", raising=False)
    elif how == "the system will not":
        monkeypatch.setattr(os, "copy_file_range", refuse, raising=False)
    monkeypatch.setattr(dense_vectors, "_MOST_COPIED", 1_000)  # so that a run takes several calls
    with VectorFile(tmp_path / "from.npy", DIM) as file:
        file.append(vectors[:100])
    stored = StoredVectors(tmp_path / "from.npy")
    with VectorFile(tmp_path / "to.npy", DIM) as file:
        file.append_run(stored, 90, 10)
        file.append(vectors[100:103])
        file.append_run(stored, 0, 90)
        file.append(vectors[103:105])
    expected = np.concatenate([vectors[90:100], vectors[100:103], vectors[:90], vectors[103:105]])
    assert np.array_equal(np.load(tmp_path / "to.npy"), expected)


@pytest.mark.skipif(not hasattr(os, "copy_file_range"), reason="needs a system that copies between files")
def test_a_disk_that_is_full_is_not_taken_for_a_system_that_cannot_copy(
    tmp_path: Path, vectors: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with VectorFile(tmp_path / "from.npy", DIM) as file:
        file.append(vectors[:10])
    monkeypatch.setattr(os, "copy_file_range", full)
    with VectorFile(tmp_path / "to.npy", DIM) as file, pytest.raises(OSError, match="No space left"):
        file.append_run(StoredVectors(tmp_path / "from.npy"), 0, 10)
