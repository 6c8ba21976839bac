"""`python -m eval`: score the parser, retrieval and the answers against gold records, and print what was found."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from eval.gold import SPLITS
from eval.sets import JudgedSet, load_sets, queries_of
from eval.tables import Table, as_markdown, as_text
from indexer.errors import TiaowenError, UsageError

if TYPE_CHECKING:
    from indexer.index import Encoder, Index


class _OneLineParser(argparse.ArgumentParser):
    """An argument parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        """Leave with one line that says what is wrong."""
        raise UsageError(f"{message}; see python -m eval --help")


def _parser() -> argparse.ArgumentParser:
    parser = _OneLineParser(
        prog="python -m eval",
        description="Score the parser, retrieval and the answers.",
        epilog="python -m eval precedents scores precedents; its options: python -m eval precedents --help",
    )
    add = parser.add_argument
    add("what", nargs="?", default="all", choices=("structure", "retrieval", "answers", "all"))
    add(
        "--gold",
        type=Path,
        action="append",
        metavar="DIR",
        help="gold records; may be given several times (default: eval/gold, and for structure eval/second/gold too)",
    )
    add(
        "--corpus",
        type=Path,
        action="append",
        metavar="DIR",
        help="the judged notices, one for each --gold (default: the folder corpus beside it, else corpus/samples)",
    )
    add("--generated", type=int, default=0, metavar="N", help="score rules on N generated notices too (structure)")
    add("--rules", type=Path, metavar="FILE", help="write the table of rules to this Markdown file (structure)")
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
def _index(sets: Sequence[JudgedSet], options: argparse.Namespace, encoder: Encoder) -> Iterator[Index]:
    """The index asked for, or one built from the judged notices in a folder that is removed afterwards."""
    from indexer.build import build
    from indexer.index import open_index

    with tempfile.TemporaryDirectory(prefix="tiaowen-eval-") as folder:
        if options.index is None:
            report = build([*(each.corpus for each in sets), *options.distractors], Path(folder), encoder=encoder)
            for skipped in report.skipped:
                print(f"skipped {skipped.path}: {skipped.reason}", file=sys.stderr)
        with open_index(options.index or Path(folder), encoder) as index:
            yield index


@dataclass(slots=True)
class _Scores:
    """What was measured: tables for the terminal and for the report, longer ones, the same as JSON values."""

    tables: list[Table] = field(default_factory=list)
    report: list[Table] = field(default_factory=list)  # quotes nothing from notices outside the project
    appendix: list[Table] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)


def _structure(sets: Sequence[JudgedSet], options: argparse.Namespace, scores: _Scores, command: str) -> None:
    from eval.structure import joined, score_structure
    from eval.structure_report import generated_tables, rule_tables, rules_page, structure_tables, structure_values
    from eval.written import score_written

    report = joined([score_structure(each.gold, each.corpus, name=each.name) for each in sets])
    generated = score_written(options.generated) if options.generated else None
    rules = generated.rules if generated else None
    if options.misses and not options.json:
        print("\n".join(report.misses))
        print("\n".join(f"generated {line}" for line in (generated.scores.failures if generated else ())))
    tables = [*structure_tables(report), *(generated_tables(generated) if generated else ())]
    scores.tables += [*tables, *rule_tables(report, rules)]
    scores.report += [*tables, *rule_tables(report, rules, quoting=False)]
    scores.values["structure"] = structure_values(report, generated)
    if options.rules:
        options.rules.write_text(rules_page(report, rules, command=command), encoding="utf-8")


def _searches(sets: Sequence[JudgedSet], options: argparse.Namespace, scores: _Scores) -> None:
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

    queries = queries_of(sets)
    if not queries:
        raise UsageError(f"no queries_*.jsonl in {sets[0].gold.folder}; python -m eval structure needs none")
    encoder = load_encoder(options.encoder)
    with _index(sets, options, encoder) as index:
        judged = judge(queries, index)
        tables = [index_table(index.manifest)]
        if options.what in ("retrieval", "all"):
            windows = windows_runs(index, retrievable(queries), judged, encoder)
            retrieval, runs = score_retrieval(index, queries, judged, more=windows)
            tables += retrieval_tables(retrieval)
            scores.appendix.append(per_query_table(retrieval))
            scores.values["retrieval"] = retrieval_values(retrieval)
            if options.misses and not options.json:
                print("\n".join(f"UNRESOLVED {line}" for line in retrieval.unresolved))
            if options.runs:
                write_runs(options.runs, {mode: runs[mode] for mode in MODES}, judged)
        if options.what in ("answers", "all"):
            answers = score_answers(index, queries, judged)
            if options.misses and not options.json:
                print("\n".join(explain_answers(answers)))
            tables += answer_tables(answers)
            scores.values["answers"] = answer_values(answers)
        scores.tables += tables
        scores.report += tables


def run(arguments: list[str]) -> int:
    """Print the scores asked for; the exit status."""
    if arguments[:1] == ["precedents"]:
        from eval.precedents.command import run as run_precedents

        return run_precedents(arguments[1:])
    options = _parser().parse_args(arguments)
    sets = load_sets(options.gold or (), options.corpus or (), split=options.split)
    for page in (options.report, options.rules):
        if page and not page.absolute().parent.is_dir():
            raise UsageError(f"no folder {page.parent} for {page.name}; make it first")
    command = " ".join(["python -m eval", *arguments])
    scores = _Scores()
    if options.what in ("structure", "all"):
        _structure(sets, options, scores, command)
    if options.what in ("retrieval", "answers", "all"):
        asked = (
            sets if options.gold or options.corpus else sets[:1]
        )  # the second set's questions are asked by name only
        _searches(asked, options, scores)
    if options.json:
        print(json.dumps(scores.values, ensure_ascii=False, indent=1))
    else:
        print(as_text(scores.tables + (scores.appendix if options.misses else [])))
    if options.report:
        text = as_markdown(scores.report + scores.appendix, heading="Scores", command=command)
        options.report.write_text(text, encoding="utf-8")
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
