"""How alike two indexes answer: for each question, the share of clauses that both have among their first ten."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, get_args

from eval.tables import Table
from indexer.records import Mode, Query

if TYPE_CHECKING:
    from indexer.index import Encoder, Index

__all__ = [
    "BuildTimes",
    "Overlap",
    "build_times",
    "overlap",
    "overlap_table",
    "overlap_values",
    "sizes_table",
    "times_table",
]

DEPTH = 10


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two indexes have in common for one way of searching."""

    mode: Mode
    n_queries: int
    mean: float  # of the shares at ten
    least: float  # that of the question with the smallest share
    same_order: int  # questions with the same clauses in the same order
    seconds: tuple[float, float]  # median for one question, of each index


def overlap(one: Index, other: Index, queries: Sequence[Query]) -> list[Overlap]:
    """The overlap in each mode. Both indexes must hold the same notices; a question that finds nothing in both is alike."""
    from indexer.search import search

    found = []
    for mode in get_args(Mode):
        shares, same, times = [], 0, ([], [])  # type: tuple[list[float], int, tuple[list[float], list[float]]]
        for query in queries:
            ranked = []
            for index, spent in zip((one, other), times, strict=True):
                started = time.perf_counter()
                hits = search(index, query, k=DEPTH, mode=mode)
                spent.append(time.perf_counter() - started)
                ranked.append([hit.clause_id for hit in hits])
            longest = max(map(len, ranked))
            shares.append(len(set(ranked[0]) & set(ranked[1])) / longest if longest else 1.0)
            same += ranked[0] == ranked[1]
        found.append(
            Overlap(
                mode, len(queries), sum(shares) / len(shares), min(shares), same, (median(times[0]), median(times[1]))
            )
        )
    return found


def overlap_table(found: Sequence[Overlap], names: tuple[str, str]) -> Table:
    """A row a way of searching."""
    return Table(
        f"Overlap of the first {DEPTH}: {names[0]} and {names[1]}",
        ("mode", "questions", "mean overlap", "least", "same order", f"ms ({names[0]})", f"ms ({names[1]})"),
        tuple(
            (
                each.mode,
                str(each.n_queries),
                f"{each.mean:.3f}",
                f"{each.least:.2f}",
                str(each.same_order),
                *(f"{1000 * seconds:.1f}" for seconds in each.seconds),
            )
            for each in found
        ),
    )


def overlap_values(found: Sequence[Overlap]) -> dict[str, Any]:
    """The same as numbers, by mode."""
    return {
        each.mode: {"queries": each.n_queries, "overlap": each.mean, "least": each.least, "same_order": each.same_order}
        for each in found
    }


@dataclass(frozen=True, slots=True)
class BuildTimes:
    """How long an index takes to be built, in seconds, and for how many clauses."""

    n_clauses: int
    whole: float
    unchanged: float
    less: float  # without one file in a hundred
    more: float  # with it again


def build_times(files: Sequence[Path], address: str, encoder: Encoder) -> BuildTimes:
    """The times of four builds of the files into the same place, where nothing may be before.

    The encoder is loaded, so that its loading is in none of them.
    """
    from indexer.build import build

    kept = [file for number, file in enumerate(files) if number % 100 != 50 % len(files)]
    runs = [build(chosen, address, encoder=encoder) for chosen in (files, files, kept, files)]
    whole, unchanged, less, more = (run.seconds for run in runs)
    return BuildTimes(runs[-1].n_clauses, whole, unchanged, less, more)


def times_table(found: dict[str, BuildTimes]) -> Table:
    """A row an index."""
    return Table(
        "Builds",
        ("index", "clauses", "whole (s)", "ms a clause", "unchanged (s)", "1 % of files less (s)", "1 % more (s)"),
        tuple(
            (
                name,
                str(each.n_clauses),
                f"{each.whole:.1f}",
                f"{1000 * each.whole / max(each.n_clauses, 1):.2f}",
                *(f"{seconds:.2f}" for seconds in (each.unchanged, each.less, each.more)),
            )
            for name, each in found.items()
        ),
    )


def sizes_table(sizes: dict[str, float]) -> Table:
    """What a clause takes in Milvus."""
    return Table(
        "In Milvus, for each clause", ("part", "mean"), tuple((name, f"{size:.1f}") for name, size in sizes.items())
    )
