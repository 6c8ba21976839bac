"""Measures an encoder on written queries: `python -m embeddings.evaluate --queries FILE [--encoder NAME|PATH] …`.

Each query has one right clause among those of the file; nDCG@10 and R@10 are those of ir_measures. Beside the
vectors alone stand BM25 over words and character bigrams, and the mix of the two, so that the card shows what the
encoder adds. A statute benchmark in the BEIR layout (corpus, queries, qrels) can be measured as well.
"""

from __future__ import annotations

import csv
import gzip
import json
import math
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

from embeddings.pairs import KINDS, passages, read_corpora, read_queries
from eval.intervals import bootstrap_interval
from indexer.errors import TiaowenError, UsageError
from indexer.index.encoder import Encoder, load_encoder
from indexer.index.passage import passage_text, views
from indexer.search.retrieve import DEFAULTS, fuse

Scores = npt.NDArray[np.float32]

MEASURES = (nDCG @ 10, R @ 10)

# BM25's usual constants for short passages (Anserini); nothing here is fitted to the queries that are measured.
K1 = 0.9
B = 0.4
RESULTS = DEFAULTS.depth

DISTRACTORS = 20_000
SEED = 1


@dataclass(frozen=True, slots=True)
class Task:
    """Texts to search, queries by kind, and the ids of each query's right texts with their grades."""

    name: str
    ids: tuple[str, ...]
    texts: tuple[tuple[str, str], ...]  # title and text
    queries: Mapping[str, tuple[tuple[str, str], ...]]  # kind → (query_id, text)
    qrels: Mapping[str, Mapping[str, int]]


def written_task(file: Path, others: Mapping[str, tuple[str, str]] | None = None) -> Task:
    """The written queries of a file against its clauses (title and text), and against `others` by id."""
    queries = read_queries(file)
    clauses = {q.clause_id: (q.clause_title, q.clause_text) for q in queries} | dict(others or {})
    return Task(
        name=file.name,
        ids=tuple(clauses),
        texts=tuple(clauses.values()),
        queries={kind: tuple((q.query_id, q.text) for q in queries if q.kind == kind) for kind in KINDS},
        qrels={q.query_id: {q.clause_id: 1} for q in queries},
    )


def distractors(
    files: Sequence[Path], corpora: Path | None, *, asked: Path, n: int = DISTRACTORS
) -> dict[str, tuple[str, str]]:
    """The clauses of the files of queries, and `n` passages of the corpora; none from a document that `asked` asks for."""
    titles = {query.clause_title for query in read_queries(asked)}
    found = {
        f"{file.name}-{q.clause_id}": (q.clause_title, q.clause_text) for file in files for q in read_queries(file)
    }
    if corpora is not None:
        titles |= {title for title, _ in found.values()}
        documents = [document for document in read_corpora(corpora) if document.title not in titles]
        texts = sorted({(d.title, "".join(p.sentences)) for d in documents for p in passages(d)})
        chosen = np.random.default_rng(SEED).permutation(len(texts))[:n]
        found |= {f"corpora-{i}": texts[i] for i in chosen}
    return found


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
            texts=tuple((d["title"], d["text"]) for d in corpus),
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


_NOWHERE: tuple[npt.NDArray[np.int64], Scores] = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32))


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
            share = counts_here / (counts_here + norm[rows])
            self._weights[token] = rows, (self._rarity(len(found)) * share).astype(np.float32)

    def _rarity(self, frequency: int) -> float:
        return math.log(1 + (self._n - frequency + 0.5) / (frequency + 0.5))

    def scores(self, queries: Sequence[str]) -> Scores:
        """One row a query, one column a text, as a share of the greatest score that a text could have."""
        scores = np.zeros((len(queries), self._n), dtype=np.float32)
        for i, query in enumerate(queries):
            whole = 0.0
            for token in lexical_tokens(query):
                rows, weights = self._weights.get(token, _NOWHERE)
                scores[i, rows] += weights
                whole += self._rarity(len(rows))
            scores[i] /= whole or 1.0
        return scores


def mixed(lexical: Scores, dense: Scores) -> Scores:
    """Both legs fused as a search fuses them, from the best of each; 0 for a text that neither leg has among these."""
    mix = np.zeros_like(dense)
    for row, (words, meaning) in enumerate(zip(lexical, dense, strict=True)):
        legs = [[(str(i), float(scores[i])) for i in _best(scores) if scores[i] > 0] for scores in (words, meaning)]
        found = fuse(legs[0], legs[1], "hybrid")
        least = min(found.values(), default=0.0)
        for i, score in found.items():
            mix[row, int(i)] = score - least + 1.0
    return mix


def _best(scores: Scores) -> npt.NDArray[np.int64]:
    """The places of the `RESULTS` best scores, best first."""
    best = np.argpartition(-scores, RESULTS)[:RESULTS] if len(scores) > RESULTS else np.arange(len(scores))
    return best[np.argsort(-scores[best], kind="stable")]


def measure(task: Task, kind: str, scores: Scores) -> dict[str, list[float]]:
    """nDCG@10 and R@10 of each query; ties go to the smaller id, a query without a result counts 0."""
    run = []
    order_of_ids = np.argsort(np.argsort(np.array(task.ids)))
    asked = [query_id for query_id, _ in task.queries[kind]]
    wanted = {query_id: task.qrels[query_id] for query_id in asked if query_id in task.qrels}
    for query_id, row in zip(asked, scores, strict=True):
        best = _best(row)
        best = best[np.lexsort((order_of_ids[best], -row[best]))]
        run += [
            ir_measures.ScoredDoc(query_id, task.ids[i], float(RESULTS - n)) for n, i in enumerate(best) if row[i] > 0
        ]
    qrels = [ir_measures.Qrel(q, d, grade) for q, found in wanted.items() for d, grade in found.items()]
    values: dict[str, dict[str, float]] = {str(measure): dict.fromkeys(wanted, 0.0) for measure in MEASURES}
    for value in ir_measures.iter_calc(MEASURES, qrels, run):
        values[str(value.measure)][value.query_id] = float(value.value)
    return {name: list(by_query.values()) for name, by_query in values.items()}


def evaluate(task: Task, encoder: Encoder) -> dict[str, dict[str, dict[str, list[float]]]]:
    """leg → kind of query → measure → value of each query, for the legs `bm25`, `dense` and `mix`."""
    viewed = [views(title, (), text) for title, text in task.texts]
    starts = np.cumsum([0, *map(len, viewed[:-1])])
    vectors = encoder.encode_clauses([view for of_text in viewed for view in of_text])
    bm25 = BM25([passage_text(title, (), text) for title, text in task.texts])
    found: dict[str, dict[str, dict[str, list[float]]]] = {"bm25": {}, "dense": {}, "mix": {}}
    for kind, queries in task.queries.items():
        texts = [text for _, text in queries]
        asked = encoder.encode_queries(texts)
        dense = np.concatenate(
            [
                np.maximum.reduceat(part @ vectors.T, starts, axis=1)
                for part in np.array_split(asked, len(asked) // 100 + 1)
            ]
        )
        lexical = bm25.scores(texts)
        for leg, scores in (("bm25", lexical), ("dense", dense), ("mix", mixed(lexical, dense))):
            found[leg][kind] = measure(task, kind, scores)
    return found


def table(task: Task, found: Mapping[str, Mapping[str, Mapping[str, Sequence[float]]]]) -> list[str]:
    """The means as lines of a Markdown table; the last column is the mean of the kinds with its 95 % interval."""
    kinds = list(task.queries)
    lines = [f"{task.name}: {sum(map(len, task.queries.values()))} queries, {len(task.ids)} texts", ""]
    lines += ["| leg | measure | " + " | ".join([*kinds, "mean", "95 %"]) + " |", "|" + " --- |" * (len(kinds) + 4)]
    for leg, by_kind in found.items():
        for name in map(str, MEASURES):
            means = [float(np.mean(by_kind[kind][name])) for kind in kinds]
            low, high = bootstrap_interval([value for kind in kinds for value in by_kind[kind][name]])
            cells = [f"{value:.3f}" for value in [*means, sum(means) / len(means)]]
            lines.append("| " + " | ".join([leg, name, *cells, f"{low:.3f}–{high:.3f}"]) + " |")
    return [*lines, ""]


def main(
    queries: Annotated[Path | None, typer.Option(help="Written queries with their clauses (.jsonl).")] = None,
    among: Annotated[list[Path] | None, typer.Option(help="Also measure among the clauses of these files.")] = None,
    corpora: Annotated[Path | None, typer.Option(help="… and among 20,000 passages of the public documents.")] = None,
    benchmark: Annotated[Path | None, typer.Option(help="A folder in the BEIR layout.")] = None,
    encoder: Annotated[str | None, typer.Option(help="Model by name or folder; the bundled one if not given.")] = None,
) -> None:
    """Print nDCG@10 and R@10 of BM25, of an encoder and of their mix, as Markdown tables."""
    try:
        if queries is None and benchmark is None:
            raise UsageError("nothing to measure; give --queries FILE or --benchmark FOLDER")
        tasks: list[Task] = []
        if queries is not None:
            tasks.append(written_task(queries))
            if among or corpora:
                tasks.append(written_task(queries, distractors(among or [], corpora, asked=queries)))
        if benchmark is not None:
            tasks.append(beir_task(benchmark))
        model = load_encoder(encoder)
        for task in tasks:
            typer.echo("\n".join(table(task, evaluate(task, model))))
    except TiaowenError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error


if __name__ == "__main__":
    typer.run(main)
