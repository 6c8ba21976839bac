"""From how many vectors on the inverted file is faster than comparing every vector, and what it finds of the nearest.

`python -m bench.crossover INDEX` takes the vectors of a built index of the bundled encoder, in samples of growing size, and
staff questions of the folder beside the project; it prints one JSON object a line: for each size the milliseconds of both
kinds at the median and the 95th percentile, and for each number of lists looked into the share of the ten and of the two
hundred nearest vectors that is found. `--report bench/crossover.md` writes a table besides. It stands behind `dense.EXACT_UP_TO` and `dense_inverted.FEWEST_PROBED`.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import faiss
import numpy as np

from bench.load_report import LoadReport
from bench.questions import staff_questions
from eval.tables import Table
from indexer.errors import TiaowenError
from indexer.index import dense_inverted, load_encoder
from indexer.index.dense import Dense
from indexer.index.dense_inverted import InvertedVectors, inverted
from indexer.index.dense_vectors import StoredVectors, VectorFile, Vectors
from indexer.index.generations import VECTORS, open_live

SIZES = (25_000, 50_000, 100_000, 250_000)
PROBED = (8, 16, 32, 64)
WANTED = 408  # vectors that a search for 200 clauses asks for
NEAREST = (10, 200)


def measured(vectors: Vectors, queries: Vectors, folder: Path) -> Iterator[dict[str, float]]:
    """The figures of comparing every vector, then those of the inverted file by the number of lists looked into."""
    with VectorFile(folder / "exact.npy", vectors.shape[1]) as file:
        file.append(vectors)
    exact = StoredVectors(folder / "exact.npy")
    flat = faiss.IndexFlatIP(exact.dim)
    flat.add(vectors)
    found, times = [], []
    for query in queries:
        started = time.perf_counter()
        found.append(flat.search(query.reshape(1, -1), WANTED)[1][0])
        times.append(time.perf_counter() - started)
    yield {"vectors": exact.n, "compared": exact.n, **_percentiles(times)}
    faiss.write_index(inverted(exact), str(folder / "inverted.faiss"))
    index = faiss.read_index(str(folder / "inverted.faiss"), faiss.IO_FLAG_MMAP_IFC)
    searched = InvertedVectors(index, exact, exact.n, folder / "inverted.faiss")
    for probed in PROBED:
        dense_inverted.FEWEST_PROBED, dense_inverted.ONE_OF_LISTS = probed, sys.maxsize
        yield {"vectors": exact.n, "lists": index.nlist, "probed": probed, **_recall(searched, queries, found)}


def _recall(
    searched: InvertedVectors, queries: Vectors, nearest: list[np.ndarray[tuple[int], np.dtype[np.int64]]]
) -> dict[str, float]:
    times, shares = [], []
    for query, true in zip(queries, nearest, strict=True):
        started = time.perf_counter()
        positions, _ = searched.nearest(query, WANTED, None)
        times.append(time.perf_counter() - started)
        shares.append([len(np.intersect1d(positions[:k], true[:k])) / k for k in NEAREST])
    means = np.mean(shares, axis=0)
    return {
        **{f"recall@{k}": round(float(mean), 4) for k, mean in zip(NEAREST, means, strict=True)},
        **_percentiles(times),
    }


def _percentiles(times: list[float]) -> dict[str, float]:
    median, late = np.percentile(times, [50, 95])
    return {"p50_ms": round(1000 * float(median), 2), "p95_ms": round(1000 * float(late), 2)}


def table(found: Sequence[dict[str, float]]) -> Table:
    """The figures as the report has them, a row for each way of searching so many vectors."""
    columns = ("vectors", "searched", "p50", "p95", *(f"recall@{k}" for k in NEAREST))
    rows = tuple(
        (
            f"{each['vectors']:,.0f}",
            f"{each['probed']:.0f} of {each['lists']:.0f} lists" if "lists" in each else "every vector",
            f"{each['p50_ms']:.2f}",
            f"{each['p95_ms']:.2f}",
            *(f"{each.get(f'recall@{k}', 1.0):.3f}" for k in NEAREST),
        )
        for each in found
    )
    note = f"Milliseconds for the {WANTED} nearest vectors by one thread; recall of the {' and '.join(map(str, NEAREST))} truly nearest."
    return Table("Comparing every vector, and looking into lists", columns, rows, note)


def main() -> int:
    """Print the figures; 2 where the index or the questions are not at hand."""
    parser = argparse.ArgumentParser(prog="python -m bench.crossover", description=__doc__)
    parser.add_argument("index", type=Path, help="a built index, of 100,000 clauses or more")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write a table there as well")
    given = parser.parse_args()
    asked = ["INDEX", *(["--report", str(given.report)] if given.report else [])]
    report = LoadReport(
        "From how many vectors on lists pay", command=shlex.join(["python", "-m", "bench.crossover", *asked])
    )
    try:
        with open_live(given.index).lease as lease:
            leg = Dense(Path(lease.name).parent / VECTORS)
        questions = staff_questions(150)
    except TiaowenError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    queries = load_encoder().encode_queries(questions)
    faiss.omp_set_num_threads(1)
    found = []
    for size in SIZES:
        rows = np.unique(np.linspace(0, leg.n_clauses - 1, min(size, leg.n_clauses)).astype(np.int64))
        vectors = np.concatenate(leg.vectors(rows.tolist()))[:size]
        with tempfile.TemporaryDirectory() as folder:
            for figures in measured(vectors, queries, Path(folder)):
                sys.stdout.write(json.dumps(figures) + "\n")
                found.append(figures)
    if given.report:
        report.write(given.report, [table(found)])
    return 0


if __name__ == "__main__":
    sys.exit(main())
