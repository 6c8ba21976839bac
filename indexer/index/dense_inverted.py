"""The nearest of many vectors: an inverted file of one-bit codes (IVF, RaBitQ) finds candidates, exact vectors decide.

Vectors are put into lists by the nearest of `n_lists` centroids, and a query is compared with the codes of the nearest
lists only: a bit for each number of a vector (Gao and Long, RaBitQ, 2024), 40 bytes for the 256 of the bundled encoder. What
comes of that is compared once more with the vectors as the encoder gave them, which lie beside in
a file of their own: scores are exact, and only which vectors are compared is approximate. Vectors that were there before a
build keep their list and their code, so that a change costs what changed.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from indexer.errors import IndexDamaged
from indexer.index.dense_vectors import Positions, StoredVectors, Vectors

__all__ = ["EXACT_SHARE", "InvertedVectors", "Kept", "inverted", "lists_probed", "searching"]

# A query looks into one of so many lists, and into so many at least; `python -m bench.crossover` measures what others find.
ONE_OF_LISTS = 16
FEWEST_PROBED = 64
# Candidates for each result wanted, and the fewest: the codes' order is not quite the vectors' own.
CANDIDATES = 1.5
FEWEST_CANDIDATES = 600
# Bits of each number of a query that codes are compared with.
QUERY_BITS = 4
# A filter that lets no more than this share of the vectors pass is answered exactly: each of them is compared.
EXACT_SHARE = 0.02
# Vectors for each list that the centroids are computed from, and how often they are moved.
TRAINED_ON = 48
ROUNDS = 8

_BATCH = 65_536


def lists_probed(n_lists: int) -> int:
    """Into how many of its lists a query of an inverted file looks."""
    return min(n_lists, max(FEWEST_PROBED, n_lists // ONE_OF_LISTS))


def searching(n_probed: int, selector: faiss.IDSelector | None = None) -> faiss.SearchParameters:
    """What FAISS is told: into how many lists to look, and which vectors pass."""
    # The package's type stubs do not know the keywords that its own constructor takes.
    parameters = faiss.IVFRaBitQSearchParameters(nprobe=n_probed, sel=selector)  # type: ignore[call-arg]
    parameters.qb = QUERY_BITS
    return parameters


@dataclass(frozen=True, slots=True)
class Kept:
    """An earlier inverted file, and by position where each of its vectors stands now; −1 for one that is gone."""

    earlier: InvertedVectors
    moved: Positions


def n_lists(n: int) -> int:
    """How many lists so many vectors are put into: the power of two next to √n, from 16 on.

    More lists make a search cheaper and a build dearer: each vector is compared with each centroid.
    """
    return max(16, 1 << round(math.log2(max(n, 1)) / 2))


class InvertedVectors:
    """The inverted file, memory-mapped, with the exact vectors. Safe under threads."""

    def __init__(self, index: faiss.IndexIVF, exact: StoredVectors, n: int, path: Path) -> None:
        """`index` as FAISS read it from the path; raises IndexDamaged unless it holds `n` vectors of those in `exact`."""
        if (index.ntotal, index.d) != (n, exact.dim):
            raise IndexDamaged(
                f"{path}: holds {index.ntotal} vectors of {index.d} dimensions, the files of exact ones {n} of "
                f"{exact.dim}; build the index again"
            )
        self.index = index
        self.exact = exact
        self._lock = threading.Lock()
        self._passing: tuple[Positions, npt.NDArray[np.uint8]] | None = None
        self.n, self.dim = n, exact.dim

    def nearest(self, query: Vectors, wanted: int, positions: Positions | None) -> tuple[Positions, Vectors]:
        """The positions of the nearest vectors with their exact scores, best first; at most `wanted`."""
        if positions is not None and len(positions) <= EXACT_SHARE * self.n:
            candidates = positions
        else:
            candidates = self._candidates(query, max(FEWEST_CANDIDATES, math.ceil(CANDIDATES * wanted)), positions)
        scores = _inner_products(self.exact.at(candidates), query)
        if wanted < len(scores):
            # Whatever ties with the last one is left to the caller, who asks for more.
            best = np.argpartition(-scores, wanted - 1)[:wanted]
            candidates, scores = candidates[best], scores[best]
        order = np.lexsort((candidates, -scores))
        return candidates[order], scores[order]

    def at(self, positions: Positions) -> Vectors:
        """The vectors as the encoder gave them."""
        return self.exact.at(positions)

    def _candidates(self, query: Vectors, wanted: int, positions: Positions | None) -> Positions:
        """About so many positions near the query, sorted, by the codes of the lists nearest to it."""
        usual = lists_probed(int(self.index.nlist))
        probed, selector = usual, None
        if positions is not None:
            # The nearest that pass lie farther away the fewer pass, but among the nearer lists all the same.
            probed = math.ceil(usual * math.sqrt(self.n / len(positions)))
            bitmap = self._bitmap(positions)
            selector = faiss.IDSelectorBitmap(bitmap)  # type: ignore[call-arg, arg-type]
        parameters = searching(min(probed, int(self.index.nlist)), selector)
        _, found = self.index.search(query.reshape(1, -1), min(wanted, self.n), params=parameters)
        return np.sort(found[0][found[0] >= 0])

    def _bitmap(self, positions: Positions) -> npt.NDArray[np.uint8]:
        """One bit a vector, set for those that pass; that of the last filter is kept, for one question asks it again."""
        with self._lock:
            if self._passing is None or self._passing[0] is not positions:
                bits = np.zeros(self.exact.n, dtype=bool)
                bits[positions] = True
                self._passing = positions, np.packbits(bits, bitorder="little")
            return self._passing[1]


def _inner_products(vectors: Vectors, query: Vectors) -> Vectors:
    """The query's inner product with each vector, to the last bit what a flat index gives: BLAS sums by place in the block."""
    scores, query = np.empty(len(vectors), dtype=np.float32), np.ascontiguousarray(query)
    if len(vectors):
        pointers = faiss.swig_ptr(scores), faiss.swig_ptr(query), faiss.swig_ptr(vectors)
        faiss.fvec_inner_products_ny(*pointers, vectors.shape[1], len(vectors))  # type: ignore[attr-defined]
    return scores


def inverted(exact: StoredVectors, *, kept: Kept | None = None, positions: Positions | None = None) -> faiss.IndexIVF:
    """The inverted file of all the vectors, or of those at the `positions`, sorted; their ids are their positions.

    With `kept`, centroids are those of the earlier file, and vectors that were in it keep their codes;
    not where there are so many more or fewer now that the number of lists is another. What has to be computed is
    computed from vectors at even distances, so that the same vectors give the same file.
    """
    held = np.arange(exact.n) if positions is None else positions
    lists = n_lists(len(held))
    if kept is None or int(kept.earlier.index.nlist) != lists:
        index, new = _trained(exact, held, lists), held
    else:
        index, is_known = _with_codes(kept, exact.n)
        new = held[~is_known[held]]
    for first in range(0, len(new), _BATCH):
        batch = new[first : first + _BATCH]
        index.add_with_ids(exact.at(batch), batch)
    return index


def _trained(exact: StoredVectors, positions: Positions, lists: int) -> faiss.IndexIVF:
    index = faiss.IndexIVFRaBitQ(faiss.IndexFlatIP(exact.dim), exact.dim, lists, faiss.METRIC_INNER_PRODUCT)
    index.cp.niter = ROUNDS
    index.cp.spherical = True
    index.cp.max_points_per_centroid = TRAINED_ON
    index.cp.min_points_per_centroid = 1
    n = min(len(positions), TRAINED_ON * lists)
    at = np.unique(np.linspace(0, len(positions) - 1, n).astype(np.int64))
    index.train(exact.at(positions[at]))
    return index


def _emptied(index: faiss.IndexIVF) -> faiss.IndexIVF:
    """An index with the same centroids, from which codes are reckoned, and nothing in it."""
    made = faiss.IndexIVFRaBitQ(faiss.clone_index(index.quantizer), index.d, index.nlist, index.metric_type)
    made.is_trained = True
    return made


def _with_codes(kept: Kept, n: int) -> tuple[faiss.IndexIVF, npt.NDArray[np.bool_]]:
    """The codes of vectors that stay in the lists they are in; and by position, of `n`, whether it is one of theirs."""
    index = _emptied(kept.earlier.index)
    lists = index.invlists
    assert lists is not None
    is_known = np.zeros(n, dtype=np.bool_)
    for number, ids, codes in _lists(kept.earlier.index):
        now = kept.moved[ids]
        stays = now >= 0
        ids_now, codes_now = np.ascontiguousarray(now[stays]), np.ascontiguousarray(codes[stays])
        if len(ids_now):
            lists.add_entries(number, len(ids_now), faiss.swig_ptr(ids_now), faiss.swig_ptr(codes_now))
            is_known[ids_now] = True
    index.ntotal = int(is_known.sum())
    return index, is_known


def _lists(index: faiss.IndexIVF) -> Iterator[tuple[int, Positions, npt.NDArray[np.uint8]]]:
    """Each list that is not empty: its number, its ids and its codes."""
    lists = index.invlists
    assert lists is not None
    for number in range(index.nlist):
        size = lists.list_size(number)
        if size:
            ids = faiss.rev_swig_ptr(lists.get_ids(number), size).astype(np.int64)
            codes = faiss.rev_swig_ptr(lists.get_codes(number), size * index.code_size).reshape(size, -1)
            yield number, ids, codes
