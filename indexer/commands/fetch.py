"""The command `fetch`: its options, and its report in lines for a person."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.commands.encoder import count

if TYPE_CHECKING:
    from indexer.sources.crawler.crawl import FetchReport
    from indexer.sources.crawler.frontier import Result

__all__ = ["add_options", "report_lines", "run_fetch"]

DEFAULT_SOURCES = Path("corpus/sources.toml")
_MOST_SHOWN = 20  # pages gone, pages refused, and pages of a source failed for one reason, that are named


def add_options(parser: argparse.ArgumentParser, *, given_path: Callable[[str], Path]) -> None:
    """Add what the command takes."""
    parser.add_argument(
        "--sources", type=given_path, default=DEFAULT_SOURCES, metavar="FILE", help=f"({DEFAULT_SOURCES})"
    )
    parser.add_argument("--into", type=given_path, required=True, metavar="DIR", help="where the files are kept")
    parser.add_argument(
        "--limit", type=count, metavar="N", help="ask for N pages at most; the next call goes on from there"
    )


def run_fetch(options: argparse.Namespace, progress: Callable[[str, int, int], None]) -> tuple[Iterator[str], int]:
    """Fetch; gives the lines to be said and the exit status, 1 where a page failed."""
    from indexer.sources.crawler.crawl import fetch

    report = fetch(options.sources, options.into, limit=options.limit, progress=progress)
    return report_lines(report, options.sources, options.into), 1 if report.failed else 0


def report_lines(report: FetchReport, sources: Path, into: Path) -> Iterator[str]:
    """What came of a run: failures with their reasons, what is gone, what robots.txt forbids, and the sum."""
    same: Counter[tuple[str, str]] = Counter()
    for failure in report.failed:
        same[failure.source, failure.reason] += 1
        if same[failure.source, failure.reason] <= _MOST_SHOWN:
            yield f"failed {failure.url} [{failure.source}]: {failure.reason}"
    for (source, reason), n in same.items():
        if n > _MOST_SHOWN:
            yield f"failed {n - _MOST_SHOWN} more [{source}]: {reason}"
    yield from _shown("gone", report.gone)
    yield from _shown("refused by robots.txt", report.refused)
    if report.contact_unset:
        yield f'{sources}: `contact` is still the placeholder; write your own, so that a site can reach you: contact = "…"'
    if report.continued:
        yield "continued the run that was broken off"
    if report.left:
        why = f" ({report.stopped})" if report.stopped else ""
        yield f"{report.left} pages are left{why}; run the same command again to go on"
    yield (
        f"{report.new} new, {report.changed} changed, {report.unchanged} unchanged, {len(report.gone)} gone, "
        f"{len(report.refused)} refused by robots.txt, {len(report.failed)} failed in {into} "
        f"({report.listings} listing pages read, {report.asked} pages asked for, {report.seconds:.1f} s)"
    )


def _shown(word: str, results: tuple[Result, ...]) -> Iterator[str]:
    for result in results[:_MOST_SHOWN]:
        yield f"{word} {result.url} [{result.source}]"
    if len(results) > _MOST_SHOWN:
        yield f"{word}: {len(results) - _MOST_SHOWN} more"
