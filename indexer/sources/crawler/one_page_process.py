"""The process that `one_page` starts: fetches one address with Scrapy and says in JSON where it is, or why not.

python -m indexer.sources.crawler.one_page_process, with a `OnePage` as JSON on its standard input
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from indexer.errors import TiaowenError
from indexer.sources.crawler.crawl import FetchReport, fetch_plan
from indexer.sources.crawler.frontier import Found
from indexer.sources.crawler.links import normal
from indexer.sources.crawler.one_page import OnePage
from indexer.sources.crawler.sources_file import CrawlPlan, CrawlSource, Limits

__all__ = ["main"]

_NAME = "page"
_NOTHING = re.compile(r"(?!)")  # no link is followed


@dataclass(frozen=True, slots=True)
class _Anywhere(CrawlSource):
    """One page, which may redirect to another site; each site is asked for its robots.txt and its address is checked."""

    def allows(self, url: str) -> bool:
        """Whether it is a web address."""
        return urlsplit(url).scheme in ("http", "https")


def main() -> None:
    """Fetch what standard input names, and write what came of it."""
    asked = OnePage(**json.load(sys.stdin))
    try:
        report = fetch_plan(_plan(asked), [Found(normal(asked.url), _NAME, "detail")], Path(asked.into))
        said = _said(report, Path(asked.into))
    except TiaowenError as error:
        said = {"reason": str(error)}
    json.dump(said, sys.stdout)


def _plan(asked: OnePage) -> CrawlPlan:
    source = _Anywhere(
        _NAME, (asked.url,), _NOTHING, attachment=_NOTHING, private_hosts=tuple(asked.private_hosts), delay=0.0
    )
    limits = Limits(
        page_seconds=asked.seconds,
        page_mb=asked.megabytes,
        run_minutes=asked.seconds / 60,
        run_mb=asked.megabytes,
        retries=0,
    )
    return CrawlPlan(asked.url, asked.contact, (source,), limits)


def _said(report: FetchReport, into: Path) -> dict[str, str]:
    """Where the file is, relative to the folder, or why there is none."""
    for results, word in ((report.refused, ""), (report.failed, ""), (report.gone, "is not there: ")):
        for result in results:
            return {"reason": f"{word}{result.reason}"}
    files = [file for file in into.rglob("*") if file.is_file() and not _is_hidden(file, into)]
    if len(files) != 1:
        return {"reason": f"was not answered{f' ({report.stopped})' if report.stopped else ''}"}
    return {"path": files[0].relative_to(into).as_posix()}


def _is_hidden(file: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(folder).parts)


if __name__ == "__main__":
    main()
