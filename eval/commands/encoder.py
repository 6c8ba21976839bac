"""`encoder`: whether a model can be used here, and what an archive's figures become with it."""

from __future__ import annotations

import argparse
import sys

from eval.archive import asked_sets
from eval.commands.options import add_gold_options, add_output_options
from eval.scores import Scores, check_outputs, show
from indexer.commands.encoder import add_settings, add_threads, settings_of

__all__ = ["add_commands"]

SUMMARY = "check an embedding model, and compare search with it and with the bundled one"


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command with its options."""
    parser = commands.add_parser("encoder", help=SUMMARY, description=f"{SUMMARY[0].upper()}{SUMMARY[1:]}.")
    parser.add_argument("model", nargs="?", metavar="NAME|PATH", help="a model by name, or its folder")
    add_gold_options(parser)
    add_settings(parser)
    add_threads(parser)
    add_output_options(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace, command: str) -> int:
    """The check of one encoder beside the bundled one; exit status 1 where something does not hold that must."""
    from eval.encoders import checked

    check_outputs(options, "report", "html")
    found = checked(asked_sets(options), options.model, settings_of(options))
    scores = Scores(values={"encoder": found.values})
    scores.add(*found.tables)
    show(scores, options, heading="Encoder", command=command)
    for line in found.advice:
        print(line, file=sys.stderr)
    return 0 if found.passed else 1
