"""Measures an encoder on written queries: `python -m embeddings.evaluate --queries FILE [--encoder NAME|PATH] …`.

Each query has one right clause among those of the file; nDCG@10 and R@10 are those of ir_measures. Beside the
vectors alone stand BM25 over words and character bigrams, and the mix of the two, so that the card shows what the
encoder adds. A statute benchmark in the BEIR layout (corpus, queries, qrels) can be measured as well.
"""

from __future__ import annotations

import csv
import gzip
import json
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import ir_measures
import numpy as np
import numpy.typing as npt
import rjieba
import typer
from ir_measures import R, nDCG

from embeddings.pairs import KINDS, read_queries
from indexer.errors import TiaowenError, UsageError
from indexer.index.encoder import Encoder, load_encoder

Scores = npt.NDArray[np.float32]

MEASURES = (nDCG @ 10, R @ 10)

# BM25's usual constants for short passages (Anserini). The mix weighs both legs equally, each divided by the
# query's best score first; nothing here is fitted to the queries that are measured.
K1 = 0.9
B = 0.4
DENSE_WEIGHT = 0.5
RESULTS = 100


@dataclass(frozen=True, slots=True)
class Task:
    """Texts to search, queries by kind, and the ids of each query's right texts with their grades."""

    name: str
    ids: tuple[str, ...]
    texts: tuple[str, ...]
    queries: Mapping[str, tuple[tuple[str, str], ...]]  # kind → (query_id, text)
    qrels: Mapping[str, Mapping[str, int]]


def written_task(file: Path, distractors: Path | None = None) -> Task:
    """The written queries of a file against its clauses (title and text), and against those of `distractors`."""
    queries = read_queries(file)
    clauses = {q.clause_id: f"{q.clause_title} {q.clause_text}" for q in queries}
    if distractors is not None:
        clauses |= {f"other-{q.clause_id}": f"{q.clause_title} {q.clause_text}" for q in read_queries(distractors)}
    return Task(
        name=file.name if distractors is None else f"{file.name} among the clauses of {distractors.name}",
        ids=tuple(clauses),
        texts=tuple(clauses.values()),
        queries={kind: tuple((q.query_id, q.text) for q in queries if q.kind == kind) for kind in KINDS},
        qrels={q.query_id: {q.clause_id: 1} for q in queries},
    )


def beir_task(folder: Path) -> Task:
    """A benchmark folder in the BEIR layout: corpus.jsonl.gz, queries.jsonl.gz, qrels.tsv."""
    try:
        corpus = _read_jsonl(folder / "corpus.jsonl.gz")
        queries = _read_jsonl(folder / "queries.jsonl.gz")
        qrels: dict[str, dict[str, int]] = defaultdict(dict)
        with (folder / "qrels.tsv").open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream, delimiter="\t"):
                qrels[row["query-id"]][row["corpus-id"]] = int(row["score"])
        return Task(
            name=folder.name,
            ids=tuple(d["_id"] for d in corpus),
            texts=tuple(f"{d['title']} {d['text']}" for d in corpus),
            queries={"all": tuple((q["_id"], q["text"]) for q in queries)},
            qrels=qrels,
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{folder}: not a benchmark in the BEIR layout ({error}); mend --benchmark") from error


def _read_jsonl(file: Path) -> list[dict[str, str]]:
    with gzip.open(file, "rt", encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


# --- the two legs ----------------------------------------------------------------------------------


def lexical_tokens(text: str) -> list[str]:
    """Words and character bigrams of the text, without punctuation."""
    normal = unicodedata.normalize("NFKC", text).lower()
    tokens = [word for word in rjieba.cut(normal) if any(c.isalnum() for c in word)]
    return tokens + [normal[i : i + 2] for i in range(len(normal) - 1) if normal[i : i + 2].isalnum()]


class BM25:
    """BM25 over words and bigrams in memory: a reference to measure against, not the index's lexical leg."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Counts the tokens of the texts."""
        postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        lengths = np.zeros(len(texts), dtype=np.float32)
        for row, text in enumerate(texts):
            counts = Counter(lexical_tokens(text))
            lengths[row] = sum(counts.values())
            for token, n in counts.items():
                postings[token].append((row, n))
        self._n = len(texts)
        norm = K1 * (1 - B + B * lengths / lengths.mean())
        self._weights: dict[str, tuple[npt.NDArray[np.int64], Scores]] = {}
        for token, found in postings.items():
            rows = np.array([row for row, _ in found])
            counts_here = np.array([n for _, n in found], dtype=np.float32)
            rarity = np.log(1 + (self._n - len(found) + 0.5) / (len(found) + 0.5))
            self._weights[token] = rows, (rarity * counts_here / (counts_here + norm[rows])).astype(np.float32)

    def scores(self, queries: Sequence[str]) -> Scores:
        """One row a query, one column a text."""
        scores = np.zeros((len(queries), self._n), dtype=np.float32)
        for i, query in enumerate(queries):
            for token in lexical_tokens(query):
                if token in self._weights:
                    rows, weights = self._weights[token]
                    scores[i, rows] += weights
        return scores


def mixed(lexical: Scores, dense: Scores, *, weight: float = DENSE_WEIGHT) -> Scores:
    """The weighted sum of both legs, each divided by the query's best score."""

    def by_best(scores: Scores) -> Scores:
        shares: Scores = scores / np.maximum(scores.max(axis=1, keepdims=True), 1e-9)
        return shares

    mix: Scores = (1 - weight) * by_best(lexical) + weight * by_best(dense)
    return mix


def measure(task: Task, kind: str, scores: Scores) -> dict[str, float]:
    """nDCG@10 and R@10 of the scores; ties go to the smaller id, a query without a result counts 0."""
    run = []
    order_of_ids = np.argsort(np.argsort(np.array(task.ids)))
    wanted = {query_id: task.qrels[query_id] for query_id, _ in task.queries[kind] if query_id in task.qrels}
    for (query_id, _), row in zip(task.queries[kind], scores, strict=True):
        best = np.lexsort((order_of_ids, -row))[:RESULTS]
        run += [
            ir_measures.ScoredDoc(query_id, task.ids[i], float(RESULTS - n)) for n, i in enumerate(best) if row[i] > 0
        ]
    qrels = [ir_measures.Qrel(q, d, grade) for q, found in wanted.items() for d, grade in found.items()]
    values = ir_measures.calc_aggregate(MEASURES, qrels, run)
    return {str(measure): float(values[measure]) for measure in MEASURES}


def evaluate(task: Task, encoder: Encoder, *, legs: Sequence[str]) -> dict[str, dict[str, dict[str, float]]]:
    """leg → kind of query → measure → value, for the legs among `dense`, `bm25` and `mix`."""
    vectors = encoder.encode_clauses(task.texts)
    bm25 = BM25(task.texts) if {"bm25", "mix"} & set(legs) else None
    found: dict[str, dict[str, dict[str, float]]] = {leg: {} for leg in legs}
    for kind, queries in task.queries.items():
        texts = [text for _, text in queries]
        dense: Scores = encoder.encode_queries(texts) @ vectors.T
        scores = {"dense": dense}
        if bm25 is not None:
            scores["bm25"] = bm25.scores(texts)
            scores["mix"] = mixed(scores["bm25"], dense)
        for leg in legs:
            found[leg][kind] = measure(task, kind, scores[leg])
    return found


def table(task: Task, found: Mapping[str, Mapping[str, Mapping[str, float]]]) -> list[str]:
    """The values as lines of a Markdown table, with the mean over the kinds in the last column."""
    kinds = list(task.queries)
    header = ["leg", "measure", *kinds, *(["mean"] if len(kinds) > 1 else [])]
    lines = [f"{task.name}: {sum(map(len, task.queries.values()))} queries, {len(task.ids)} texts", ""]
    lines += ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    for leg, by_kind in found.items():
        for name in map(str, MEASURES):
            values = [by_kind[kind][name] for kind in kinds]
            cells = [f"{value:.3f}" for value in [*values, *([sum(values) / len(values)] if len(kinds) > 1 else [])]]
            lines.append("| " + " | ".join([leg, name, *cells]) + " |")
    return [*lines, ""]


def main(
    queries: Annotated[Path | None, typer.Option(help="Written queries with their clauses (.jsonl).")] = None,
    distractors: Annotated[Path | None, typer.Option(help="Also measure among this file's clauses.")] = None,
    benchmark: Annotated[Path | None, typer.Option(help="A folder in the BEIR layout; vectors alone.")] = None,
    encoder: Annotated[str | None, typer.Option(help="Model by name or folder; the bundled one if not given.")] = None,
) -> None:
    """Print nDCG@10 and R@10 of an encoder, of BM25 and of their mix, as Markdown tables."""
    try:
        if queries is None and benchmark is None:
            raise UsageError("nothing to measure; give --queries FILE or --benchmark FOLDER")
        tasks: list[tuple[Task, tuple[str, ...]]] = []
        if queries is not None:
            tasks.append((written_task(queries), ("dense", "bm25", "mix")))
            if distractors is not None:
                tasks.append((written_task(queries, distractors), ("dense", "bm25", "mix")))
        if benchmark is not None:
            tasks.append((beir_task(benchmark), ("dense",)))
        model = load_encoder(encoder)
        for task, legs in tasks:
            typer.echo("\n".join(table(task, evaluate(task, model, legs=legs))))
    except TiaowenError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)


if __name__ == "__main__":
    typer.run(main)
