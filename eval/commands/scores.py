"""`structure`, `retrieval`, `answers`, `cases` and `all`: what a system reaches, and whether that is enough."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from eval.archive import Searched, asked_sets, opened, opened_index
from eval.behaviour.cases import BUNDLED, load_cases
from eval.commands.options import add_gold_options, add_index_options, add_output_options
from eval.floors import floors_table, hold, load_floors
from eval.scores import Scores, check_outputs, show
from eval.sets import OWN, JudgedSet, load_sets
from eval.trec import Grades, Run
from indexer.commands.encoder import settings_of
from indexer.errors import UsageError

__all__ = ["add_commands"]

PARTS = {
    "structure": "score the parser: clauses, units and roles, persons, deadlines, targets, headers, rules",
    "retrieval": "score search: measures by leg with intervals, what lost relevant clauses, windows as a baseline",
    "answers": "score answers: units, quotations, silence with its reasons, coverage against error",
    "cases": "check behaviour that anyone would expect, case by case; exit status 1 where one fails",
    "all": "all of these (the default)",
}


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The five commands with the options that each of them has."""
    for name, summary in PARTS.items():
        parser = commands.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
        parser.set_defaults(command=run, what=name)
        if name != "cases":
            add_gold_options(parser)
        else:
            parser.add_argument(
                "--corpus", type=Path, metavar="DIR", help="the notices that the cases ask (default: corpus/samples)"
            )
        if name in ("structure", "all"):
            _add_structure_options(parser)
        if name in ("retrieval", "all"):
            _add_run_options(parser)
        if name in ("retrieval", "answers", "all"):
            _add_qrels_option(parser)
        if name in ("cases", "all"):
            parser.add_argument(
                "--cases", type=Path, metavar="FILE", help="a TOML file of cases (default: eval/behaviour/cases.toml)"
            )
        if name != "structure":
            add_index_options(parser)
        add_output_options(parser)
        parser.add_argument(
            "--fail-below",
            type=Path,
            metavar="FILE",
            help="a TOML or JSON file of bounds (eval/floors.toml); one line each, and exit status 1 where one is broken",
        )


def _add_structure_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--generated", type=int, default=0, metavar="N", help="score rules on N generated notices too")
    parser.add_argument("--rules", type=Path, metavar="FILE", help="write the table of rules to this Markdown file")


def _add_run_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--runs", type=Path, metavar="DIR", help="write TREC run files and judgements here")
    parser.add_argument(
        "--baseline", type=Path, metavar="RUN", help="an earlier TREC run; compare the hybrid run with it, by measure"
    )


def _add_qrels_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--qrels", type=Path, metavar="FILE", help="further judgements of clauses, as the command qrels writes them"
    )


def run(options: argparse.Namespace, command: str) -> int:
    """Measure, show, and hold against the floors; exit status 1 where a floor is broken or a case of `cases` fails."""
    check_outputs(options, "report", "html", "rules")
    floors = load_floors(options.fail_below) if options.fail_below else []
    scores = Scores()
    failed = False
    if options.what == "cases":
        failed = _cases_alone(options, scores)
    if options.what in ("structure", "all"):
        sets = load_sets(options.gold or (), options.corpus or (), split=options.split)
        _structure(sets, options, scores, command)
    if options.what in ("retrieval", "answers", "all"):
        _searches(asked_sets(options), options, scores)
    try:
        held = hold(floors, scores.values)
    except UsageError:  # what was measured is not lost to a mistake in the bounds
        show(scores, options, heading="Scores", command=command)
        raise
    if held:
        scores.add(floors_table(held))
    show(scores, options, heading="Scores", command=command)
    for one in held:
        print(one.line, file=sys.stderr)
    return 1 if failed or not all(one.holds for one in held) else 0


def _structure(sets: Sequence[JudgedSet], options: argparse.Namespace, scores: Scores, command: str) -> None:
    from eval.structure import joined, score_structure
    from eval.structure_report import generated_tables, rule_tables, rules_page, structure_tables, structure_values
    from eval.written import score_written

    report = joined([score_structure(each.gold, each.corpus, name=each.name) for each in sets])
    generated = score_written(options.generated) if options.generated else None
    rules = generated.rules if generated else None
    scores.misses += report.misses
    scores.misses += [f"generated {line}" for line in (generated.scores.failures if generated else ())]
    tables = [*structure_tables(report), *(generated_tables(generated) if generated else ())]
    scores.tables += [*tables, *rule_tables(report, rules)]
    scores.report += [*tables, *rule_tables(report, rules, quoting=False)]
    scores.values["structure"] = structure_values(report, generated)
    if options.rules:
        options.rules.write_text(rules_page(report, rules, command=command), encoding="utf-8")


def _searches(sets: Sequence[JudgedSet], options: argparse.Namespace, scores: Scores) -> None:
    """Retrieval, answers and cases, which share one index."""
    from eval.report import index_table

    with opened(sets, options) as searched:
        scores.add(index_table(searched.index.manifest))
        if options.what in ("retrieval", "all"):
            _retrieval(searched, options, scores)
        if options.what in ("answers", "all"):
            _answers(searched, scores)
        if options.what == "all" and _asks_the_samples(sets, options):
            _cases(searched, options, scores)


def _retrieval(searched: Searched, options: argparse.Namespace, scores: Scores) -> None:
    from eval.misses import find_misses, miss_tables, miss_values
    from eval.report import per_query_table, retrieval_tables, retrieval_values
    from eval.retrieval import MODES, retrievable, score_retrieval, write_runs
    from eval.windows import windows_runs

    index, judged = searched.index, searched.judged
    asked = retrievable(searched.queries, judged.grades)
    # Further judgements are of clauses: windows, which are judged by quotes, cannot be compared under them.
    windows = {} if options.qrels else windows_runs(index, asked, judged, searched.encoder)
    report, runs = score_retrieval(index, searched.queries, judged, more=windows)
    modes: dict[str, Run] = {mode: runs[mode] for mode in MODES}
    misses = find_misses(index, asked, judged, modes)
    summary, all_misses = miss_tables(misses)
    scores.add(*retrieval_tables(report), summary)
    scores.appendix += [per_query_table(report), all_misses]
    scores.values["retrieval"] = {**retrieval_values(report), "misses": miss_values(misses)}
    scores.misses += [f"UNRESOLVED {line}" for line in report.unresolved]
    if options.runs:
        write_runs(options.runs, modes, judged)
    if options.baseline:
        _against_baseline(
            options.baseline, {q.query_id: judged.grades[q.query_id] for q in asked}, modes["hybrid"], scores
        )


def _against_baseline(path: Path, grades: Grades, hybrid: Run, scores: Scores) -> None:
    """The hybrid run against an earlier one, by measure."""
    from eval.comparison import compare, comparison_table, comparison_values
    from eval.trec import read_run

    [compared] = compare(grades, {f"earlier {path.stem}": read_run(path), "hybrid": hybrid})
    scores.add(comparison_table(compared))
    scores.values["baseline"] = comparison_values(compared)


def _answers(searched: Searched, scores: Scores) -> None:
    from eval.answers import explain_answers, score_answers
    from eval.coverage import coverage_table, coverage_values, ranked_by_confidence
    from eval.report import answer_tables, answer_values

    answers = score_answers(searched.index, searched.queries, searched.judged)
    said = [row.query.query_id for row in answers.rows if row.abstained is None]
    coverage = ranked_by_confidence(searched.index, searched.queries, searched.judged, answered=said)
    scores.misses += explain_answers(answers)
    scores.add(*answer_tables(answers), coverage_table(coverage))
    scores.values["answers"] = answer_values(answers)
    scores.values["coverage"] = coverage_values(coverage)


# --- cases ---------------------------------------------------------------------------------------


def _asks_the_samples(sets: Sequence[JudgedSet], options: argparse.Namespace) -> bool:
    """Whether the cases are about what is searched: the bundled ones are about the samples alone."""
    only_samples = [each.corpus.resolve() for each in sets] == [OWN[1].resolve()]
    return options.cases is not None or (only_samples and options.index is None and not options.distractors)


def _cases(searched: Searched, options: argparse.Namespace, scores: Scores) -> bool:
    """Whether a case failed."""
    from eval.behaviour.checks import case_lines, case_table, case_values, check_cases

    checked = check_cases(searched.index, load_cases(options.cases or BUNDLED))
    scores.add(case_table(checked))
    scores.misses += case_lines(checked)
    scores.values["cases"] = case_values(checked)
    return any(one.failed for one in checked)


def _cases_alone(options: argparse.Namespace, scores: Scores) -> bool:
    """The cases on an index of their own; whether one failed."""
    from eval.judging import Judged
    from indexer.index import load_encoder

    load_cases(options.cases or BUNDLED)  # a malformed file is said before anything is built
    encoder = load_encoder(options.encoder, settings_of(options))
    if options.corpus is not None and not options.corpus.exists():
        raise UsageError(f"no folder {options.corpus}; give the notices that the cases ask with --corpus")
    with opened_index([options.corpus or OWN[1]], options, encoder) as index:
        return _cases(Searched((), Judged({}, {}, (), {}), index, encoder), options, scores)
