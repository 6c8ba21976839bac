"""The command line: parse, build, fetch, search, ask, precedents, families, duties, check-draft,
serve, mcp, corrections, saved, access, keys, audit, doctor, stats, gc, export, import.

Machine output goes to stdout, everything else to stderr.

Stdout is UTF-8 whatever the locale, as JSON is.
Exit status: 0 done; 1 done with something left out, a draft that has errors, an index that is damaged, or a stdout that
cannot be written; 2 a mistake in the call; 3 `saved news` found nothing new.
"""

from __future__ import annotations

import argparse
import io
import logging
import os
import sys
from collections.abc import Callable, Sequence
from typing import cast

from indexer.commands.command_line import command_line
from indexer.commands.output import output
from indexer.errors import EncoderError, IndexMismatch, IndexMissing, IndexUnreachable, TiaowenError, UsageError
from indexer.logs import form_of, in_one_line, logged
from indexer.threads import limit_threads

__all__ = ["main"]

_LOG = logging.getLogger("indexer")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    if sys.stdout is None:
        print("standard output is closed; give a file, or /dev/null", file=sys.stderr)
        return 2
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    try:
        try:
            options = command_line(__doc__).parse_args(arguments)
            limit_threads(getattr(options, "threads", None))
            with logged(sys.stderr, form_of(options.log or os.environ.get("TIAOWEN_LOG") or "text")):
                status = _run(options)
        finally:  # also after --help and after a mistake: a flush that fails at exit says so at length
            with output():
                sys.stdout.flush()
    except BrokenPipeError:  # the reader (head, less) has seen enough
        return 0
    except TiaowenError as error:  # of the call itself, or of an output that cannot be written
        print(in_one_line(str(error)), file=sys.stderr)
        return 2 if isinstance(error, UsageError) else 1
    return status


def _run(options: argparse.Namespace) -> int:
    """Do what the command does; what it raises becomes one line and the exit status."""
    try:
        return cast("Callable[[argparse.Namespace], int]", options.command)(options)
    except BrokenPipeError:
        raise
    except KeyboardInterrupt:
        _LOG.error("stopped")
        return 130
    except (UsageError, IndexMissing, IndexMismatch, IndexUnreachable, EncoderError) as error:
        _LOG.error("%s", error)
        return 2
    except TiaowenError as error:
        _LOG.error("%s", error)
        return 1


if __name__ == "__main__":
    sys.exit(main())
