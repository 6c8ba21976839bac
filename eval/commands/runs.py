"""`compare` and `ablation`: which of several systems is better, and which part of ours matters."""

from __future__ import annotations

import argparse
from pathlib import Path

from eval.commands.options import add_gold_options, add_index_options, add_output_options
from eval.scores import Scores, check_outputs, show
from indexer.errors import UsageError

__all__ = ["add_commands"]


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The two commands and their options."""
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
