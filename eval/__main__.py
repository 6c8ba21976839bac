"""`python -m eval`: score the parser, retrieval and the answers against gold records, compare systems, judge what was found.

Exit status: 0 done; 1 a floor of --fail-below is broken or a case of `cases` fails; 2 a mistake in the call.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import NoReturn

from eval.commands import encoder, judging, precedents, runs, scores, tasks
from indexer.errors import TiaowenError, UsageError
from indexer.threads import limit_threads

__all__ = ["main", "run"]

_DEFAULT = "all"


class _OneLineParser(argparse.ArgumentParser):
    """An argument parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        """Leave with one line that says what is wrong."""
        raise UsageError(f"{message}; see {self.prog} --help")


def _parser() -> argparse.ArgumentParser:
    parser = _OneLineParser(
        prog="python -m eval",
        description="Score the parser, retrieval and the answers; compare systems; judge what was found.",
        epilog="Without a command: all. Each command has --help; what the files look like is in eval/README.md.",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in (scores, tasks, precedents, encoder, runs, judging):
        module.add_commands(commands)
    return parser


def run(arguments: list[str]) -> int:
    """Do what is asked; the exit status."""
    named = bool(arguments) and (not arguments[0].startswith("-") or arguments[0] in ("-h", "--help"))
    options = _parser().parse_args(arguments if named else [_DEFAULT, *arguments])
    if hasattr(options, "threads"):
        limit_threads(options.threads)
    status: int = options.command(options, " ".join(["python -m eval", *arguments]))
    return status


def main() -> int:
    """The exit status; 2 with one line on stderr for a mistake of the caller's."""
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
