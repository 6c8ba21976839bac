"""One run of the crawler over all sources of a file, and its report."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from scrapy.crawler import CrawlerProcess

from indexer.errors import TiaowenError
from indexer.sources.crawler.addresses import PRIVATE_HOSTS, AddressGuard, GuardedResolver
from indexer.sources.crawler.back_off import BackOff
from indexer.sources.crawler.frontier import Found, Frontier, Result
from indexer.sources.crawler.links import normal
from indexer.sources.crawler.raw_files import RawFiles
from indexer.sources.crawler.robots import RobotsGuard
from indexer.sources.crawler.sources_file import CONTACT_UNSET, CrawlPlan, CrawlSource, read_sources
from indexer.sources.crawler.spider import FrontierScheduler, NoticeSpider

__all__ = ["FetchReport", "Progress", "fetch", "fetch_plan"]

# Told the stage, how many pages of the run are done, and how many pages are known in all.
Progress: TypeAlias = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class FetchReport:
    """What a run found; where it continued one that was broken off, of both together."""

    continued: bool
    asked: int  # pages asked for by this process
    listings: int
    new: int
    changed: int
    unchanged: int
    gone: tuple[Result, ...]
    refused: tuple[Result, ...]  # by robots.txt
    failed: tuple[Result, ...]
    left: int  # pages known and not yet asked for: the next call continues with them
    stopped: str | None  # why there are any: the limit that was reached, or the sites that do not answer
    contact_unset: bool  # the sources file does not say whom a site can write to
    seconds: float


def fetch(sources: Path, into: Path, *, limit: int | None = None, progress: Progress | None = None) -> FetchReport:
    """Fetch what the sources list into a folder: on the first run everything, later what is new or has changed.

    `limit` is how many pages are asked for at most; the next call goes on from there, as it does after a kill. It can
    be called once in a process, for the loop that Scrapy runs in cannot be started again.

    Raises UsageError for a mistake in the sources file and where another fetch writes into the folder, TiaowenError
    where that cannot be written, KeyboardInterrupt where the user stopped it.
    """
    plan = read_sources(sources)
    starts = [start for source in plan.sources for start in _starts(source)]
    return fetch_plan(plan, starts, into, limit=limit, progress=progress)


def fetch_plan(
    plan: CrawlPlan,
    starts: Sequence[Found],
    into: Path,
    *,
    limit: int | None = None,
    progress: Progress | None = None,
) -> FetchReport:
    """As `fetch`, from a plan that is made already, beginning with these pages."""
    started = time.perf_counter()
    tell = progress or (lambda *_: None)
    frontier = Frontier(into, [source.name for source in plan.sources])
    try:
        continued = frontier.begin(starts)
        spider, was_stopped = _crawl(plan, frontier, into, limit, tell)
        _, left = frontier.progress()
        if left == 0 or not (spider.stopped or was_stopped or spider.fault):
            frontier.end()
        counts = frontier.counts()
        report = FetchReport(
            continued=continued,
            asked=spider.n_asked,
            listings=counts.get("listed", 0),
            new=counts.get("new", 0),
            changed=counts.get("changed", 0),
            unchanged=counts.get("unchanged", 0),
            gone=tuple(frontier.results("gone")),
            refused=tuple(frontier.results("robots")),
            failed=tuple(frontier.results("failed")),
            left=left,
            stopped=spider.stopped or _silent(spider),
            contact_unset=CONTACT_UNSET in plan.contact,
            seconds=time.perf_counter() - started,
        )
    finally:
        frontier.close()
    if isinstance(spider.fault, TiaowenError):
        raise spider.fault
    if spider.fault is not None:
        raise TiaowenError(f"{into}: cannot be written ({spider.fault}); free some space or give another folder")
    if was_stopped:
        raise KeyboardInterrupt
    return report


def _silent(spider: NoticeSpider) -> str | None:
    """The sites that were left alone, in words."""
    hosts = sorted(spider.resting())
    return f"no answer from {', '.join(hosts)}" if hosts else None


def _starts(source: CrawlSource) -> list[Found]:
    return [Found(normal(url), source.name, "listing") for url in source.start]


def _crawl(
    plan: CrawlPlan, frontier: Frontier, into: Path, limit: int | None, tell: Progress
) -> tuple[NoticeSpider, bool]:
    """Let Scrapy empty the frontier; gives the spider, and whether the user stopped it."""
    logging.getLogger("scrapy").setLevel(logging.CRITICAL)
    logging.getLogger("twisted").setLevel(logging.CRITICAL)
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    process = CrawlerProcess(_settings(plan))
    crawler = process.create_crawler(NoticeSpider)
    process.crawl(
        crawler,
        plan=plan,
        frontier=frontier,
        files=RawFiles(into),
        tell=lambda done, total: tell("fetch", done, total),
        limit=limit,
    )
    process.start()
    spider = crawler.spider
    if not isinstance(spider, NoticeSpider):
        raise TiaowenError("Scrapy did not start; its installation is damaged")
    return spider, spider.end_reason == "shutdown"


def _settings(plan: CrawlPlan) -> dict[str, Any]:
    """Scrapy's settings: one request at a time to a site, nothing that phones or listens, and our own middlewares."""
    limits = plan.limits
    return {
        "USER_AGENT": f"tiaowen (archive of policy notices; {plan.contact})",
        "SCHEDULER": FrontierScheduler,
        "DNS_RESOLVER": GuardedResolver,
        PRIVATE_HOSTS: sorted(plan.private_hosts),
        # Only what is named here is loaded: no cookies, no proxy (a connection through one would go to addresses that are
        # not checked here), no console, no remote control; redirects are answers, whose targets become pages.
        "DOWNLOADER_MIDDLEWARES_BASE": {},
        "DOWNLOADER_MIDDLEWARES": {
            AddressGuard: 90,
            RobotsGuard: 100,
            "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
            "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
            "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
            BackOff: 550,
            "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": 590,
        },
        "SPIDER_MIDDLEWARES_BASE": {},
        "EXTENSIONS_BASE": {},
        "DOWNLOAD_HANDLERS_BASE": dict.fromkeys(
            ("http", "https"), "scrapy.core.downloader.handlers.http11.HTTP11DownloadHandler"
        ),
        "RETRIES": limits.retries,
        "BACK_OFF_SECONDS": limits.back_off_seconds,
        "CONCURRENT_REQUESTS": 0,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY_JITTER": 0.0,
        "DOWNLOAD_SLOTS": {host: {"concurrency": 1, "delay": plan.delay_at(host)} for host in plan.hosts},
        "DOWNLOAD_TIMEOUT": limits.page_seconds,
        "DOWNLOAD_MAXSIZE": int(limits.page_mb * 1_000_000),
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_VERIFY_CERTIFICATES": plan.verify_certificates,
        "DNS_TIMEOUT": min(limits.page_seconds, 30.0),
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
            "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
        },
        "LOG_ENABLED": False,
        "LOG_INSTALL_ROOT_HANDLER": False,
    }
