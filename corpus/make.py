"""`python -m corpus.make`: write the file of every written notice to `corpus/samples`; `--check` only compares.

    python -m corpus.make                 make all files
    python -m corpus.make s16 s18         make these
    python -m corpus.make --check         exit 1 where a file is missing or is not what would be made
    python -m corpus.make --into FOLDER   write them elsewhere

Needs what requirements-dev.txt lists.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from corpus.making.files import SAMPLES, is_up_to_date, made
from corpus.making.source import Written, written_notices

__all__ = ["main", "outdated"]


def outdated(notices: Sequence[Written], folder: Path = SAMPLES) -> list[str]:
    """The names of files that are missing in the folder or are not what would be made."""
    return [
        notice.file_name
        for notice in notices
        if not (folder / notice.file_name).is_file()
        or not is_up_to_date(notice, (folder / notice.file_name).read_bytes())
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Make or compare files as the command line says; 0 where all is well, 1 where a file is not up to date."""
    options = _options().parse_args(arguments)
    notices = [notice for notice in written_notices() if not options.docs or notice.doc in options.docs]
    if unknown := set(options.docs) - {notice.doc for notice in notices}:
        sys.stderr.write(f"no written notice {', '.join(sorted(unknown))}; see corpus/written\n")
        return 2
    if options.check:
        wrong = outdated(notices, options.into)
        sys.stdout.writelines(f"not up to date: {name}\n" for name in wrong)
        return 1 if wrong else 0
    options.into.mkdir(parents=True, exist_ok=True)
    total = 0
    for notice in notices:
        content = made(notice)
        (options.into / notice.file_name).write_bytes(content)
        total += len(content)
        sys.stdout.write(f"{len(content):>8,}  {notice.file_name}\n")
    sys.stdout.write(f"{total:>8,}  bytes in {len(notices)} files\n")
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m corpus.make", description="Make the sample files of written notices."
    )
    parser.add_argument("docs", nargs="*", metavar="DOC", help="s15, s16, …; all without")
    parser.add_argument("--check", action="store_true", help="write nothing, name the files that are not up to date")
    parser.add_argument("--into", type=Path, default=SAMPLES, metavar="FOLDER", help="default: corpus/samples")
    return parser


if __name__ == "__main__":
    sys.exit(main())
