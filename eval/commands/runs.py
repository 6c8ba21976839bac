"""`compare`, `ablation`, `overlap`: which of several systems is better, which part of ours matters, are two indexes alike."""

from __future__ import annotations

import argparse
from pathlib import Path

from eval.commands.options import add_gold_options, add_index_options, add_output_options
from eval.scores import Scores, check_outputs, show
from indexer.errors import UsageError

__all__ = ["add_commands"]


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The three commands and their options."""
    summary = "compare TREC runs on a qrels file, each with the first, by paired randomisation"
    parser = commands.add_parser("compare", help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
    parser.set_defaults(command=compare_runs)
    parser.add_argument("runs", type=Path, nargs="+", metavar="RUN", help="run files; the first is the baseline")
    parser.add_argument("--qrels", type=Path, required=True, metavar="FILE", help="the judgements")
    add_output_options(parser)

    summary = "switch off each part of search and of the planner in turn, and say what is lost"
    parser = commands.add_parser("ablation", help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
    parser.set_defaults(command=ablation)
    parser.add_argument("--qrels", type=Path, metavar="FILE", help="further judgements of clauses")
    for add in (add_gold_options, add_index_options, add_output_options):
        add(parser)

    summary = "ask the same questions of an index in a folder and of one in Milvus, and say what both have in common"
    parser = commands.add_parser("overlap", help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
    parser.set_defaults(command=overlap_of_indexes)
    for add in (add_gold_options, add_index_options, add_output_options):
        add(parser)


def overlap_of_indexes(options: argparse.Namespace, command: str) -> int:
    """Build both over the same notices, four times each, and ask both; --index is where the one in Milvus goes."""
    import tempfile

    from eval.archive import asked_sets, judged_queries
    from eval.distractors import write_distractors
    from eval.overlap import build_times, overlap, overlap_table, overlap_values, sizes_table, times_table
    from indexer.address import MilvusAddress
    from indexer.commands.encoder import settings_of
    from indexer.index import load_encoder, open_index
    from indexer.index.milvus_index import MilvusIndex
    from indexer.index.milvus_sizes import bytes_per_clause
    from indexer.records import Query
    from indexer.sources import find_files

    check_outputs(options, "report", "html")
    if options.index is not None and not isinstance(options.index, MilvusAddress):
        raise UsageError(f"{options.index}: is a folder; name a place in Milvus, or none for one in milvus-lite")
    sets = asked_sets(options)
    encoder = load_encoder(options.encoder, settings_of(options))
    encoder.encode_queries(["条文"])
    with tempfile.TemporaryDirectory(prefix="tiaowen-eval-") as scratch:
        written = write_distractors(options.distractors, Path(scratch) / "distractors", most=options.most_distractors)
        files = find_files([*(each.corpus for each in sets), *written.paths])
        folder, milvus = f"{scratch}/index", str(options.index or f"milvus-lite:{scratch}/lite")
        times = {name: build_times(files, where, encoder) for name, where in (("folder", folder), ("milvus", milvus))}
        with open_index(folder, encoder) as one, open_index(milvus, encoder) as other:
            found = overlap(one, other, [Query(each.text, each.query_id) for each in judged_queries(sets)])
            scores = Scores(values={"overlap": overlap_values(found)})
            scores.add(overlap_table(found, ("folder", "milvus")), times_table(times))
            if isinstance(other, MilvusIndex):
                scores.add(sizes_table(bytes_per_clause(other)))
    show(scores, options, heading="An index in a folder and one in Milvus", command=command)
    return 0


def compare_runs(options: argparse.Namespace, command: str) -> int:
    """Show every run against the first."""
    from eval.comparison import compare, comparison_table, comparison_values
    from eval.trec import read_qrels, read_run

    check_outputs(options, "report", "html")
    if len(options.runs) < 2:
        raise UsageError("one run is nothing to compare; give two or more, the baseline first")
    names = [path.stem for path in options.runs]
    if len(set(names)) < len(names):  # runs/a/hybrid.run and runs/b/hybrid.run
        names = [str(path) for path in options.runs]
    if len(set(names)) < len(names):
        raise UsageError("a run is named twice; give two different ones")
    grades = read_qrels(options.qrels)
    found = compare(grades, {name: read_run(path) for name, path in zip(names, options.runs, strict=True)})
    scores = Scores(values={"comparison": {one.name: comparison_values(one) for one in found}})
    scores.add(*(comparison_table(one) for one in found))
    show(scores, options, heading="Comparison of runs", command=command)
    return 0


def ablation(options: argparse.Namespace, command: str) -> int:
    """Show what each part contributes."""
    from eval.ablation import ablate, ablation_table, ablation_values
    from eval.archive import asked_sets, opened
    from eval.report import index_table

    check_outputs(options, "report", "html")
    with opened(asked_sets(options), options) as searched:
        rows = ablate(searched.index, searched.queries, searched.judged)
        scores = Scores(values={"ablation": ablation_values(rows)})
        scores.add(index_table(searched.index.manifest), ablation_table(rows))
    show(scores, options, heading="Ablation", command=command)
    return 0
