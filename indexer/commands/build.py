"""The command `build`: its report in lines for a person, and following folders until it is interrupted."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import TYPE_CHECKING

from indexer.commands.corrections import unapplied_lines
from indexer.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from indexer.address import IndexAddress
    from indexer.build import BuildReport, Stages
    from indexer.index.encoder_settings import EncoderSettings
    from indexer.watch import Rebuild

__all__ = ["follow_folders", "rebuild_line", "report_lines", "stages_of"]

_MOST_NAMED = 3  # files that the line on a rebuild names


def stages_of(options: argparse.Namespace) -> AbstractContextManager[Stages | None]:
    """Where the build reads and encodes, for as long as it does: None is in this process."""
    if options.ray is None:
        return nullcontext()
    if options.watch:
        raise UsageError("--watch follows folders in this process; leave out --ray, or --watch")
    from indexer.ray_stages import ray_stages

    return ray_stages(options.ray)


def report_lines(report: BuildReport, index_dir: IndexAddress) -> Iterator[str]:
    """What was left out, what is kept once, and the totals."""
    for skipped in report.skipped:
        yield f"skipped {skipped.path}: {skipped.reason}"
    for duplicate in report.duplicates:
        yield f"kept once {duplicate.path}: {duplicate.reason}"
    if report.links:
        yield f"{report.links} pairs of notices of which one repeals, replaces, corrects or is a version of the other"
    if report.split:
        yield f"{report.split} texts are longer than the encoder takes at once; each was encoded in parts"
    yield from report.corrections_damaged
    yield from unapplied_lines(report.corrections)
    yield totals(report, index_dir)


def totals(report: BuildReport, index_dir: IndexAddress) -> str:
    """What is live, and what it took."""
    return (
        f"{report.n_notices} notices, {report.n_clauses} clauses in {index_dir} "
        f"({report.encoded} encoded, {report.reused} kept, {len(report.skipped)} files skipped, {report.seconds:.1f} s)"
    )


def rebuild_line(rebuild: Rebuild, index_dir: IndexAddress) -> str:
    """One line on a rebuild: how many files changed, what is live now, and which of the changed files were skipped."""
    n = len(rebuild.changed)
    files = f"{n} file{'' if n == 1 else 's'} changed"
    if rebuild.report is None:
        return f"{files}: not built: {rebuild.error}"
    # A file of an archive is named archive.zip!/file.
    skipped = [file for file in rebuild.report.skipped if file.path.split("!/")[0] in rebuild.changed]
    named = "".join(f"; skipped {file.path}: {file.reason}" for file in skipped[:_MOST_NAMED])
    more = f"; {len(skipped) - _MOST_NAMED} more skipped" if len(skipped) > _MOST_NAMED else ""
    return f"{files}: {totals(rebuild.report, index_dir)}{named}{more}"


def follow_folders(
    paths: Sequence[Path],
    index_dir: IndexAddress,
    encoder: str | None,
    say: Callable[[str], None],
    *,
    settings: EncoderSettings | None = None,
) -> int:
    """Build, then follow the folders until Ctrl-C or a request to end (SIGTERM); exit status 0.

    A rebuild that is interrupted leaves the index as it was before.
    """
    from indexer.watch import follow

    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    said = ""
    try:
        for rebuild in follow(paths, index_dir, encoder=encoder, settings=settings):
            line = rebuild_line(rebuild, index_dir)
            if rebuild.error is None or line != said:  # the same mistake is said once
                say(line)
            said = line
    except KeyboardInterrupt:
        say("stopped")
    finally:
        signal.signal(signal.SIGTERM, before)
    return 0
