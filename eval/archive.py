"""The index that questions are asked of: one that is there, or one built from the judged notices and thrown away."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from eval.distractors import write_distractors
from eval.gold import GoldQuery
from eval.judging import Judged, judge, with_grades
from eval.sets import JudgedSet, load_sets, queries_of
from eval.trec import read_qrels
from indexer.commands.encoder import settings_of
from indexer.errors import UsageError

if TYPE_CHECKING:
    from indexer.index import Encoder, Index

__all__ = ["Searched", "asked_sets", "judged_queries", "opened", "opened_index"]


@dataclass(frozen=True, slots=True)
class Searched:
    """Questions, what is judged about them as clauses, and the index they are asked of."""

    queries: tuple[GoldQuery, ...]
    judged: Judged
    index: Index
    encoder: Encoder


@contextmanager
def opened(sets: Sequence[JudgedSet], options: argparse.Namespace) -> Iterator[Searched]:
    """The questions of the sets, judged on the index that the options ask for; raises UsageError without questions."""
    from indexer.index import load_encoder

    queries = judged_queries(sets)
    further = read_qrels(options.qrels) if getattr(options, "qrels", None) else {}
    encoder = load_encoder(options.encoder, settings_of(options))
    with opened_index([each.corpus for each in sets], options, encoder) as index:
        yield Searched(queries, with_grades(judge(queries, index), further), index, encoder)


def judged_queries(sets: Sequence[JudgedSet]) -> tuple[GoldQuery, ...]:
    """The questions of the sets; raises UsageError where there is none."""
    queries = queries_of(sets)
    if not queries:
        raise UsageError(f"no queries_*.jsonl in {sets[0].gold.folder}; python -m eval structure needs none")
    return queries


def asked_sets(options: argparse.Namespace) -> list[JudgedSet]:
    """The sets whose questions are asked: those named, else the samples (the second set's are asked by name only)."""
    sets = load_sets(options.gold or (), options.corpus or (), split=options.split)
    return sets if options.gold or options.corpus else sets[:1]


@contextmanager
def opened_index(corpora: Sequence[Path], options: argparse.Namespace, encoder: Encoder) -> Iterator[Index]:
    """The index that is named, or one over the corpora and the distractors, in a folder that is removed afterwards.

    What could not be indexed is named on stderr.
    """
    from indexer.build import build
    from indexer.index import Reranker, open_index

    if options.index is not None and options.distractors:
        raise UsageError("--distractors are indexed with the corpus; leave --index or --distractors out")
    with tempfile.TemporaryDirectory(prefix="tiaowen-eval-") as scratch:
        folder = Path(scratch)
        if options.index is None:
            written = write_distractors(options.distractors, folder / "distractors", most=options.most_distractors)
            report = build([*corpora, *written.paths], folder / "index", encoder=encoder)
            for skipped in report.skipped:
                print(f"skipped {written.where(skipped.path)}: {skipped.reason}", file=sys.stderr)
        reranker = Reranker(options.reranker) if options.reranker else None
        with open_index(options.index or folder / "index", encoder, reranker=reranker) as index:
            yield index
