"""`python -m eval`: score the parser, retrieval and the answers against gold records, and print what was found."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from eval.gold import SPLITS, Gold, load_gold
from eval.tables import Table, as_markdown, as_text
from indexer.errors import TiaowenError, UsageError

if TYPE_CHECKING:
    from indexer.index import Encoder, Index

_ROOT = Path(__file__).parent


class _OneLineParser(argparse.ArgumentParser):
    """An argument parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        """Leave with one line that says what is wrong."""
        raise UsageError(f"{message}; see python -m eval --help")


def _parser() -> argparse.ArgumentParser:
    parser = _OneLineParser(prog="python -m eval", description="Score the parser, retrieval and the answers.")
    add = parser.add_argument
    add("what", nargs="?", default="all", choices=("structure", "retrieval", "answers", "all"))
    add("--gold", type=Path, default=_ROOT / "gold", help="gold records (default: eval/gold)")
    add(
        "--corpus",
        type=Path,
        default=_ROOT.parent / "corpus" / "samples",
        help="the judged notices (default: corpus/samples)",
    )
    add(
        "--distractors",
        type=Path,
        nargs="+",
        default=[],
        metavar="DIR",
        help="further notices to index, in which nothing is judged: the answers must be found among them",
    )
    add("--index", type=Path, help="an index over the corpus (default: one is built and thrown away)")
    add("--encoder", help="embedding model by name or path (default: the bundled one)")
    add("--split", choices=SPLITS, default="all", help="which questions (default: all)")
    add("--misses", action="store_true", help="print every deviation and every question's score")
    add("--report", type=Path, metavar="FILE", help="write the tables to this Markdown file too")
    add("--runs", type=Path, metavar="DIR", help="write TREC run files and judgements here")
    add("--json", action="store_true", help="print JSON values instead of tables")
    return parser


@contextmanager
def _index(options: argparse.Namespace, encoder: Encoder) -> Iterator[Index]:
    """The index asked for, or one built from the corpus in a folder that is removed afterwards."""
    from indexer.build import build
    from indexer.index import open_index

    with tempfile.TemporaryDirectory(prefix="tiaowen-eval-") as folder:
        if options.index is None:
            report = build([options.corpus, *options.distractors], Path(folder), encoder=encoder)
            for skipped in report.skipped:
                print(f"skipped {skipped.path}: {skipped.reason}", file=sys.stderr)
        with open_index(options.index or Path(folder), encoder) as index:
            yield index


@dataclass(slots=True)
class _Scores:
    """What was measured: tables, longer tables for the report, the same as JSON values."""

    tables: list[Table] = field(default_factory=list)
    appendix: list[Table] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)


def _structure(gold: Gold, options: argparse.Namespace, scores: _Scores) -> None:
    from eval.report import structure_tables, structure_values
    from eval.structure import score_structure

    report = score_structure(gold, options.corpus)
    if options.misses and not options.json:
        print("\n".join(report.misses))
    scores.tables += structure_tables(report)
    scores.values["structure"] = structure_values(report)


def _searches(gold: Gold, options: argparse.Namespace, scores: _Scores) -> None:
    """Retrieval and answers, which share one index."""
    from eval.answers import explain_answers, score_answers
    from eval.judging import judge
    from eval.report import (
        answer_tables,
        answer_values,
        index_table,
        per_query_table,
        retrieval_tables,
        retrieval_values,
    )
    from eval.retrieval import MODES, retrievable, score_retrieval, write_runs
    from eval.windows import windows_runs
    from indexer.index import load_encoder

    if not gold.queries:
        raise UsageError(f"no queries_*.jsonl in {gold.folder}; python -m eval structure needs none")
    encoder = load_encoder(options.encoder)
    with _index(options, encoder) as index:
        judged = judge(gold.queries, index)
        scores.tables.append(index_table(index.manifest))
        if options.what in ("retrieval", "all"):
            windows = windows_runs(index, retrievable(gold.queries), judged, encoder)
            retrieval, runs = score_retrieval(index, gold.queries, judged, more=windows)
            scores.tables += retrieval_tables(retrieval)
            scores.appendix.append(per_query_table(retrieval))
            scores.values["retrieval"] = retrieval_values(retrieval)
            if options.misses and not options.json:
                print("\n".join(f"UNRESOLVED {line}" for line in retrieval.unresolved))
            if options.runs:
                write_runs(options.runs, {mode: runs[mode] for mode in MODES}, judged)
        if options.what in ("answers", "all"):
            answers = score_answers(index, gold.queries, judged)
            if options.misses and not options.json:
                print("\n".join(explain_answers(answers)))
            scores.tables += answer_tables(answers)
            scores.values["answers"] = answer_values(answers)


def run(arguments: list[str]) -> int:
    """Print the scores asked for; the exit status."""
    options = _parser().parse_args(arguments)
    gold = load_gold(options.gold, split=options.split)
    if options.report and not options.report.absolute().parent.is_dir():
        raise UsageError(f"no folder {options.report.parent} for the report; make it first")
    scores = _Scores()
    for wanted, scorer in ((("structure", "all"), _structure), (("retrieval", "answers", "all"), _searches)):
        if options.what in wanted:
            scorer(gold, options, scores)
    everything = scores.tables + scores.appendix
    if options.json:
        print(json.dumps(scores.values, ensure_ascii=False, indent=1))
    else:
        print(as_text(everything if options.misses else scores.tables))
    if options.report:
        command = " ".join(["python -m eval", *arguments])
        options.report.write_text(as_markdown(everything, heading="Scores", command=command), encoding="utf-8")
    return 0


def main() -> int:
    """Exit status: 0, or 2 with one line on stderr for a mistake of the caller's."""
    try:
        status = run(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:  # the reader (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except TiaowenError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return status


if __name__ == "__main__":
    sys.exit(main())
