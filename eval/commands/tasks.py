"""`duties`, `drafts` and `alerts`: exported breakdowns, the draft check, news for saved questions, held against gold records."""

from __future__ import annotations

import argparse

from eval.archive import asked_sets
from eval.commands.options import add_gold_options, add_output_options
from eval.scores import Scores, check_outputs, show
from eval.sets import load_sets

__all__ = ["add_commands"]

PARTS = {
    "duties": "compare exported breakdowns of tasks with the gold data cell by cell, and the policy fields of tasks",
    "drafts": "score the draft check: findings on the judged notices, and faults put into them",
    "alerts": "score what saved questions tell: notices are held out, come in, and what is announced is held against judgements",
}


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The three commands with their options."""
    for name, summary in PARTS.items():
        parser = commands.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
        add_gold_options(parser)
        add_output_options(parser)
        parser.set_defaults(command=run, what=name)


def run(options: argparse.Namespace, command: str) -> int:
    """Measure and show; the exit status."""
    from eval.alerts import alert_tables
    from eval.drafts import draft_tables
    from eval.duties import duty_tables

    check_outputs(options, "report", "html")
    if options.what == "duties":
        tables, values, misses = duty_tables(load_sets(options.gold or (), options.corpus or (), split=options.split))
    else:
        tables_of = draft_tables if options.what == "drafts" else alert_tables
        tables, values, misses = tables_of(asked_sets(options))
    scores = Scores(values={options.what: values}, misses=misses)
    scores.add(*tables)
    show(scores, options, heading=options.what.capitalize(), command=command)
    return 0
