"""The order in which pages are asked for, and what happens where there is no answer."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from scrapy import Request, Spider, signals
from scrapy.core.scheduler import BaseScheduler
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest, StopDownload
from scrapy.http import Response
from twisted.python.failure import Failure

from indexer.errors import TiaowenError
from indexer.sources.crawler.addresses import RefusedAddress
from indexer.sources.crawler.answers import Judge, media_type_of
from indexer.sources.crawler.back_off import OVERLOADED, PASSING
from indexer.sources.crawler.frontier import Frontier, Outcome, Page
from indexer.sources.crawler.raw_files import RawFiles
from indexer.sources.crawler.robots import RefusedByRobots, RobotsUnreachable
from indexer.sources.crawler.sources_file import CrawlPlan, host_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

__all__ = ["FrontierScheduler", "NoticeSpider", "Tell"]

# Told how many pages of the run are done, and how many pages are known in all.
Tell: TypeAlias = Callable[[int, int], None]

PAGE = "page"  # under which a request carries its `Page`
_MOST_SILENT = 5  # pages in a row that a site does not answer, after which it is left alone until the next run


class NoticeSpider(Spider):
    """Visits the pages of a frontier and keeps what they hold."""

    name = "tiaowen"

    def __init__(self, *, plan: CrawlPlan, frontier: Frontier, files: RawFiles, tell: Tell, limit: int | None) -> None:
        super().__init__()
        self.plan = plan
        self.frontier = frontier
        self._judge = Judge(plan, frontier, files)
        self.limit = limit
        self.n_asked = 0  # pages asked for by this process
        self.n_bytes = 0
        self.held: dict[str, str] = {}  # pages given out and not finished, with their hosts
        self.silent: dict[str, int] = {}  # how many pages in a row a host has not answered
        self.stopped: str | None = None  # why no more pages are given out
        self.fault: Exception | None = None  # what keeps this process from going on
        self.end_reason = ""  # why Scrapy ended: finished, or shutdown by the user
        self._tell = tell
        self._until = time.monotonic() + plan.limits.run_minutes * 60

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: object, **kwargs: object) -> NoticeSpider:
        """The spider, listening to what it must know of its requests."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.look_at_headers, signals.headers_received)
        crawler.signals.connect(spider.blame_page, signals.spider_error)
        return spider

    def closed(self, reason: str) -> None:
        """Take note of why it ended."""
        self.end_reason = reason

    # --- what is asked for ---------------------------------------------------------------------

    def next_request(self) -> Request | None:
        """The request for the next page whose site is not being asked already."""
        try:
            return self._next_request()
        except TiaowenError as error:
            self.fault = error
            return None

    def has_next(self) -> bool:
        """Whether there is a page that can be asked for now or once the others are finished."""
        try:
            return self._may_go_on() and self.frontier.next_page(set(self.held), self.resting()) is not None
        except TiaowenError as error:
            self.fault = error
            return False

    def _next_request(self) -> Request | None:
        while self._may_go_on():
            page = self.frontier.next_page(set(self.held), self.resting() | set(self.held.values()))
            if page is None:
                return None
            source = self.plan.source(page.source)
            if source is not None and source.allows(page.url):
                return self._request(page)
            self.frontier.finish(page, "failed", reason="is on no site that the source names")
        return None

    def resting(self) -> set[str]:
        """The hosts that are left alone because they do not answer."""
        return {host for host, n in self.silent.items() if n >= _MOST_SILENT}

    def _may_go_on(self) -> bool:
        limits = self.plan.limits
        if self.limit is not None and self.n_asked >= self.limit:
            self.stopped = f"--limit {self.limit}"
        elif time.monotonic() > self._until:
            self.stopped = f"run_minutes = {limits.run_minutes:g}"
        elif self.n_bytes > limits.run_mb * 1_000_000:
            self.stopped = f"run_mb = {limits.run_mb:g}"
        return self.stopped is None and self.fault is None

    def _request(self, page: Page) -> Request:
        self.n_asked += 1
        host = host_of(page.url)
        self.held[page.url] = host
        headers = {"Referer": page.linked_by} if page.linked_by else {}
        if self._judge.is_known(page):
            headers |= {"If-None-Match": page.etag} if page.etag else {}
            headers |= {"If-Modified-Since": page.last_modified} if page.last_modified else {}
        return Request(
            page.url,
            headers=headers,
            callback=self.received,
            errback=self.failed,
            dont_filter=True,
            meta={PAGE: page, "download_slot": host},
        )

    # --- what comes back -----------------------------------------------------------------------

    def look_at_headers(self, headers: object, request: Request) -> None:
        """Break off what is not going to be kept, before its body comes."""
        page = request.meta.get(PAGE)
        declared = getattr(headers, "get", lambda _: None)(b"Content-Type")
        if isinstance(page, Page) and isinstance(declared, bytes):
            media_type = media_type_of(declared)
            if media_type.startswith(("video/", "audio/", "image/")):
                raise StopDownload(fail=True)

    def received(self, response: Response) -> None:
        """Write down what an answer means."""
        page: Page = response.meta[PAGE]
        self._count_silence(page, response.status in OVERLOADED)
        self.n_bytes += len(response.body)
        try:
            self._judge.judge(page, response)
            self._release(page)
        except (OSError, TiaowenError) as error:
            self.fault = error

    def failed(self, failure: Failure) -> None:
        """Write down why there is no answer."""
        page: Page = failure.request.meta[PAGE]  # type: ignore[attr-defined]
        error = failure.value
        if isinstance(error, RefusedByRobots):
            self._give_up(page, "robots", str(error))
        else:
            self._count_silence(page, isinstance(error, (*PASSING, RobotsUnreachable)))
            self._give_up(page, "failed", self._why(error))

    def blame_page(self, failure: Failure, response: Response) -> None:
        """A page whose answer could not be worked through is a failure of that page alone."""
        page: Page = response.meta[PAGE]
        if page.url in self.held:
            self._give_up(page, "failed", f"cannot be read ({type(failure.value).__name__})")

    def _give_up(self, page: Page, outcome: Outcome, reason: str) -> None:
        """Write down that a page gave nothing; where not even that can be written, the run ends."""
        try:
            self.frontier.finish(page, outcome, reason=reason)
            self._release(page)
        except TiaowenError as error:
            self.fault = error

    def _count_silence(self, page: Page, is_silent: bool) -> None:
        host = host_of(page.url)
        self.silent[host] = self.silent.get(host, 0) + 1 if is_silent else 0

    def _release(self, page: Page) -> None:
        self.held.pop(page.url, None)
        done, left = self.frontier.progress()
        self._tell(done, done + left)

    def _why(self, error: BaseException | None) -> str:
        """A failure in words for the summary."""
        limits = self.plan.limits
        if isinstance(error, StopDownload):
            return "is a picture, sound or video, which is not fetched"
        if isinstance(error, DownloadCancelledError):
            return f"is larger than {limits.page_mb:g} MB, the most that is fetched"
        if isinstance(error, RefusedAddress | RobotsUnreachable):
            return str(error)
        if isinstance(error, IgnoreRequest):  # Scrapy's own, of an answer that grew too large when it was unpacked
            return f"is larger than {limits.page_mb:g} MB once unpacked, the most that is kept"
        name = type(error).__name__
        reasons = {
            "DownloadTimeoutError": f"did not answer in full within {limits.page_seconds:g} s",
            "CannotResolveHostError": "the host has no address",
            "DownloadConnectionRefusedError": "the site refuses the connection",
            "ResponseDataLossError": "the answer was cut off",
            "DownloadFailedError": "the connection broke",
        }
        times = f" ({limits.retries + 1} times)" if limits.retries and isinstance(error, PASSING) else ""
        return reasons.get(name, name) + times


class FrontierScheduler(BaseScheduler):
    """Gives Scrapy's engine the pages of the spider's frontier; nothing that must last is kept here."""

    def open(self, spider: Spider) -> None:
        """Take the spider whose frontier is to be emptied."""
        if not isinstance(spider, NoticeSpider):
            raise TypeError("this scheduler knows NoticeSpider only")
        self._spider = spider
        self._again: deque[Request] = deque()

    def has_pending_requests(self) -> bool:
        """Whether there is anything to be asked for."""
        return bool(self._again) or self._spider.has_next()

    def enqueue_request(self, request: Request) -> bool:
        """Take back a request that is to be made again after its site failed."""
        self._again.append(request)
        return True

    def next_request(self) -> Request | None:
        """The next request whose site is free."""
        return self._again.popleft() if self._again else self._spider.next_request()
