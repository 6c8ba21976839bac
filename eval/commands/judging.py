"""`pool`, `qrels` and `agreement`: what is to be judged, the judgements read back, whether two judges agree."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from eval.commands.options import add_gold_options, add_index_options, add_output_options, at_least_one
from eval.scores import Scores, check_outputs, show
from eval.trec import read_run, write_qrels

__all__ = ["add_commands"]


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The three commands and their options."""
    summary = "write the unjudged clauses among the first of several runs to a sheet for a judge"
    parser = commands.add_parser("pool", help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
    parser.set_defaults(command=write_pool)
    parser.add_argument(
        "runs", type=Path, nargs="*", metavar="RUN", help="run files (default: the three modes, asked now)"
    )
    parser.add_argument("--into", type=Path, required=True, metavar="FILE", help="the sheet: FILE.tsv or FILE.jsonl")
    parser.add_argument(
        "--depth", type=at_least_one, default=10, metavar="N", help="first clauses of each run (default: 10)"
    )
    parser.add_argument("--qrels", type=Path, metavar="FILE", help="judgements that are there already")
    add_gold_options(parser)
    add_index_options(parser)

    summary = "read judged sheets back into a qrels file"
    parser = commands.add_parser("qrels", help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
    parser.set_defaults(command=collect_qrels)
    parser.add_argument("sheets", type=Path, nargs="+", metavar="FILE", help="judged sheets, or qrels files")
    parser.add_argument("--into", type=Path, required=True, metavar="FILE", help="the qrels file to write")
    parser.add_argument(
        "--different",
        choices=("refuse", "lower", "higher"),
        default="refuse",
        help="what counts where two sheets judge a clause differently (default: refuse)",
    )

    summary = "say how far two judges agree: Cohen's κ, plain and weighted"
    parser = commands.add_parser("agreement", help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
    parser.set_defaults(command=show_agreement)
    parser.add_argument("first", type=Path, metavar="A", help="a judged sheet, or a qrels file")
    parser.add_argument("second", type=Path, metavar="B", help="the other judge's")
    add_output_options(parser)


def write_pool(options: argparse.Namespace, command: str) -> int:
    """Write the sheet, and say how much there is to judge."""
    from eval.archive import asked_sets, opened
    from eval.judgements.pool import pool
    from eval.judgements.sheets import write_sheet
    from eval.retrieval import MODES, retrieve

    check_outputs(options, "into")
    named = {str(path): read_run(path) for path in options.runs}
    with opened(asked_sets(options), options) as searched:
        asked = [query for query in searched.queries if query.type != "duties"]
        runs = named or {mode: retrieve(searched.index, asked, mode) for mode in MODES}
        texts = {query.query_id: query.text for query in searched.queries}
        rows = pool(searched.index, texts, runs, searched.judged.grades, depth=options.depth)
    write_sheet(options.into, rows)
    n_queries = len({row.query_id for row in rows})
    print(f"{options.into}: {len(rows)} clauses to judge for {n_queries} questions", file=sys.stderr)
    return 0


def collect_qrels(options: argparse.Namespace, command: str) -> int:
    """Write the qrels file, and say how much is judged."""
    from eval.judgements.agreement import merged
    from eval.judgements.sheets import read_judgements

    check_outputs(options, "into")
    sheets = [read_judgements(path) for path in options.sheets]
    grades = merged(sheets, different=options.different)
    write_qrels(options.into, grades)
    judged, blank = sum(map(len, grades.values())), sum(sheet.blank for sheet in sheets)
    print(
        f"{options.into}: {judged} judgements of {len(grades)} questions; {blank} lines without a grade",
        file=sys.stderr,
    )
    return 0


def show_agreement(options: argparse.Namespace, command: str) -> int:
    """Show κ and the grades given; with --misses also each clause that was judged differently."""
    from eval.judgements.agreement import agreement, agreement_tables, agreement_values, disagreements
    from eval.judgements.sheets import read_judgements

    check_outputs(options, "report", "html")
    first, second = read_judgements(options.first), read_judgements(options.second)
    found = agreement(first, second)
    scores = Scores(misses=disagreements(first, second), values={"agreement": agreement_values(found)})
    scores.add(*agreement_tables(found))
    show(scores, options, heading="Agreement of two judges", command=command)
    return 0
