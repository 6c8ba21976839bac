"""The dense leg of a large archive: nearly all of the nearest, exact scores, exact under a selective filter."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from indexer.errors import IndexDamaged
from indexer.index import dense as dense_module
from indexer.index import dense_vectors
from indexer.index.changes import Changes
from indexer.index.dense import Dense
from indexer.index.dense_inverted import EXACT_SHARE
from indexer.index.dense_vectors import StoredVectors, VectorFile, Vectors
from indexer.index.dense_writer import Earlier, write_dense
from indexer.index.passage import IndexedClause

N = 20_000
DIM = 32
PARTS = ("1.faiss", "1.npy", "1.1.npy", "1.rows.npy")


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


class Changing:
    """A leg of clauses that come and go, with the vector of each by its name."""

    def __init__(self, folder: Path, vectors: Vectors) -> None:
        folder.mkdir()
        self.folder, self.vector_of = folder, {str(row): vector for row, vector in enumerate(vectors)}
        self.names = list(self.vector_of)
        self.leg = written(folder / "0.faiss", self.names, self.vector_of.__getitem__, None)
        self.encoded: list[str] = []

    def change(self, turn: int, names: Sequence[str], new: Mapping[str, Vectors]) -> Dense:
        """The leg once it has these clauses; only the new ones' vectors may be asked for."""
        self.vector_of |= new
        row_of = {name: row for row, name in enumerate(names)}
        known = {name: row for row, name in enumerate(self.names)}
        changes = Changes(
            np.array([row_of.get(name, -1) for name in self.names], dtype=np.int64),
            np.array([row for row, name in enumerate(names) if name not in known], dtype=np.int64),
        )
        added = [clause for batch in batches(names) for clause in batch if clause.text not in known]
        path = self.folder / f"{turn}.faiss"
        counts = write_dense(
            path,
            [added] if added else [],
            dim=DIM,
            encode=lambda texts: np.stack([self.vector_of[text.split("\n")[1]] for text in texts]),
            previous=Earlier(self.leg, known, changes),
            progress=lambda done: None,
        )
        assert counts == (len(added), len(names) - len(added))
        self.names, self.leg = list(names), Dense(path)
        return self.leg

    def anew(self) -> Dense:
        """A leg of the clauses there are, written in one go."""
        return written(self.folder / "anew.faiss", self.names, self.vector_of.__getitem__, None)

    def files(self, turn: int) -> dict[str, int]:
        """The vectors in each file, by what distinguishes its name."""
        found = sorted(self.folder.glob(f"{turn}*.npy"))
        return {
            file.name.removeprefix(f"{turn}."): StoredVectors(file).n for file in found if ".rows." not in file.name
        }


def assert_alike(changed: Dense, anew: Dense, queries: Sequence[Vectors]) -> None:
    assert changed.n_clauses == anew.n_clauses
    everything = range(anew.n_clauses)
    assert np.array_equal(np.concatenate(changed.vectors(everything)), np.concatenate(anew.vectors(everything)))
    few = np.arange(0, anew.n_clauses, 100)
    both = []
    for query in queries:
        assert changed.search(query, 10, allowed=few) == anew.search(query, 10, allowed=few)
        mine, theirs = dict(changed.search(query, 10)), dict(anew.search(query, 10))
        both.append(len(mine.keys() & theirs.keys()) / 10)
        assert all(mine[row] == theirs[row] for row in mine.keys() & theirs.keys())
    assert np.mean(both) >= 0.97


def test_changes_one_after_another_answer_like_a_new_leg_and_write_only_what_is_new(
    vectors: Vectors, tmp_path: Path
) -> None:
    leg = Changing(tmp_path / "leg", vectors)
    fresh: Vectors = np.empty((0, DIM), dtype=np.float32)
    for turn in (1, 2, 3):
        fresh = clouds(200, seed=7 + turn)
        names = [name for row, name in enumerate(leg.names) if row % 100 != turn]  # a hundredth is gone …
        names[50:50] = [f"new{turn}-{number}" for number in range(200)]  # … and others stand in between
        leg.change(turn, names, {f"new{turn}-{number}": vector for number, vector in enumerate(fresh)})
        assert (tmp_path / "leg" / "0.npy").samefile(tmp_path / "leg" / f"{turn}.npy")
        assert leg.files(turn) == {"npy": N, "1.npy": 200 * turn}
        assert all(leg.leg.search(fresh[number], 1)[0][0] == 50 + number for number in range(200))
    assert_alike(leg.leg, leg.anew(), [*clouds(60, seed=8), *fresh[:20]])


def test_a_change_that_is_small_beside_the_last_one_stands_in_a_file_of_its_own(
    vectors: Vectors, tmp_path: Path
) -> None:
    leg = Changing(tmp_path / "leg", vectors)
    fresh = clouds(1_003, seed=7)
    for turn, (first, end) in enumerate([(0, 1_000), (1_000, 1_002), (1_002, 1_003)], 1):
        new = {f"new{number}": fresh[number] for number in range(first, end)}
        leg.change(turn, [*leg.names, *new], new)
    assert leg.files(2) == {"npy": N, "1.npy": 1_000, "2.npy": 2}
    assert leg.files(3) == {"npy": N, "1.npy": 1_000, "2.npy": 3}
    assert (tmp_path / "leg" / "2.1.npy").samefile(tmp_path / "leg" / "3.1.npy")
    assert_alike(leg.leg, leg.anew(), clouds(40, seed=8))


def test_clauses_that_go_are_found_no_more_and_nothing_is_written_for_them(vectors: Vectors, tmp_path: Path) -> None:
    leg = Changing(tmp_path / "leg", vectors)
    leg.change(1, [name for row, name in enumerate(leg.names) if row % 10], {})
    assert leg.files(1) == {"npy": N}
    assert_alike(leg.leg, leg.anew(), clouds(40, seed=8))
    assert [row for row, _ in leg.leg.search(vectors[1], 1)] == [0]


def test_where_too_much_is_gone_or_new_the_vectors_are_written_in_order_again(vectors: Vectors, tmp_path: Path) -> None:
    leg = Changing(tmp_path / "leg", vectors)
    leg.change(1, leg.names[N // 8 :], {})
    leg.change(2, leg.names[N // 8 :], {})  # with those that went before a quarter
    assert leg.files(1) == {"npy": N}
    assert leg.files(2) == {"npy": N - 2 * (N // 8)}
    fresh = clouds(3_000, seed=7)
    new = {f"new{number}": vector for number, vector in enumerate(fresh)}
    leg.change(3, [*leg.names[:5], *new, *leg.names[5:]], new)
    assert leg.files(3) == {"npy": N - 2 * (N // 8) + 3_000}
    assert_alike(leg.leg, leg.anew(), clouds(40, seed=8))


def test_a_change_that_makes_another_number_of_lists_due_trains_them_anew(tmp_path: Path) -> None:
    leg = Changing(tmp_path / "leg", clouds(8_150))
    fresh = clouds(200, seed=7)
    assert leg.leg.inverted is not None
    before = leg.leg.inverted.index.nlist
    new = {f"new{number}": vector for number, vector in enumerate(fresh)}
    leg.change(1, [*leg.names[100:], *new], new)
    assert leg.files(1) == {"npy": 8_150, "1.npy": 200}
    assert leg.leg.inverted.index.nlist == 2 * before
    assert_alike(leg.leg, leg.anew(), clouds(40, seed=8))


def test_an_archive_that_shrinks_below_the_limit_is_compared_vector_by_vector_again(
    leg: Dense, vectors: Vectors, tmp_path: Path
) -> None:
    names = [str(row) for row in range(0, N, 40)]
    moved = np.full(N, -1, dtype=np.int64)
    moved[::40] = np.arange(len(names))
    changes = Changes(moved, np.empty(0, dtype=np.int64))
    write_dense(
        tmp_path / "v.faiss", [], dim=DIM, encode=clouds, previous=Earlier(leg, {}, changes), progress=lambda done: None
    )
    small = Dense(tmp_path / "v.faiss")
    assert small.inverted is None
    assert np.array_equal(np.concatenate(small.vectors(range(len(names)))), vectors[::40])
    assert [file.name for file in tmp_path.iterdir()] == ["v.faiss"]


@pytest.mark.parametrize("name", PARTS)
@pytest.mark.parametrize("damage", ["missing", "cut off", "empty"])
def test_a_damaged_part_is_named(tmp_path: Path, vectors: Vectors, name: str, damage: str) -> None:
    leg = Changing(tmp_path / "v", vectors[:1_200])
    leg.change(1, [*leg.names, "new"], {"new": vectors[1_200]})
    assert sorted(file.name for file in (tmp_path / "v").iterdir() if file.name.startswith("1")) == sorted(PARTS)
    part = tmp_path / "v" / name
    content = part.read_bytes()
    part.unlink()
    if damage != "missing":
        part.write_bytes(b"" if damage == "empty" else content[: len(content) - 100])
    # That a further file is missing shows where vectors are counted; a build's manifest names it.
    named = "1.rows.npy" if (name, damage) == ("1.1.npy", "missing") else name
    with pytest.raises(IndexDamaged, match=named.replace(".", r"\.")):
        Dense(tmp_path / "v" / "1.faiss")


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda told: np.where([[True, False]], told // 2, told),
        lambda told: told + np.array([1, 0], dtype=np.int32),
        lambda told: told * np.array([1, -1], dtype=np.int32),
        lambda told: told * np.array([1, 2], dtype=np.int32),
        lambda told: told[1:],
        lambda told: told.astype(np.int64),
        lambda told: told[:, 0],
    ],
    ids=["two in a row", "no first row", "fewer than none", "more than there are", "a row too few", "type", "shape"],
)
def test_rows_that_cannot_be_are_named(
    tmp_path: Path, vectors: Vectors, spoilt: Callable[[npt.NDArray[np.int32]], npt.NDArray[np.generic]]
) -> None:
    leg = Changing(tmp_path / "v", vectors[:1_200])
    path = tmp_path / "v" / "0.rows.npy"
    np.save(path, spoilt(np.load(path)))
    with pytest.raises(IndexDamaged, match=r"0\.rows\.npy"):
        Dense(tmp_path / "v" / "0.faiss")
    assert leg.leg.n_clauses == 1_200


def test_vectors_in_several_files_are_read_as_if_they_stood_in_one(tmp_path: Path, vectors: Vectors) -> None:
    for number, (first, end) in enumerate([(0, 100), (100, 103), (103, 200)]):
        with VectorFile(tmp_path / f"{number}.npy", DIM) as file:
            file.append(vectors[first:end])
    stored = StoredVectors(*(tmp_path / f"{number}.npy" for number in range(3)))
    assert (stored.n, stored.counts) == (200, [100, 3, 97])
    for wanted in (
        np.arange(200),
        np.array([5, 99, 100, 102, 103, 199]),
        np.array([150, 101, 3, 4, 102]),
        np.arange(0),
    ):
        assert np.array_equal(stored.at(wanted), vectors[wanted])
    assert np.array_equal(np.concatenate(list(stored.batches(64))), vectors[:200])
    for first, n in ((0, 200), (99, 5), (101, 1), (150, 20), (100, 3)):
        with VectorFile(tmp_path / "run.npy", DIM) as file:
            file.append_run(stored, first, n)
        assert np.array_equal(np.load(tmp_path / "run.npy"), vectors[first : first + n])


def test_files_of_vectors_of_different_lengths_are_refused(tmp_path: Path) -> None:
    for number in range(2):
        with VectorFile(tmp_path / f"{number}.npy", 4 + number) as file:
            file.append(np.zeros((3, 4 + number), dtype=np.float32))
    with pytest.raises(IndexDamaged, match=r"1\.npy: holds vectors of 5 dimensions instead of 4"):
        StoredVectors(tmp_path / "0.npy", tmp_path / "1.npy")


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
