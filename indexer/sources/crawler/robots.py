"""What a site's robots.txt allows (RFC 9309), asked once a run for each site.

A file that is not there (4xx) forbids nothing; one that cannot be had (5xx, no answer) forbids everything until it can.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from protego import Protego
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http.request import NO_CALLBACK

from indexer.sources.crawler.sources_file import host_of, site_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

__all__ = ["IS_ROBOTS", "RefusedByRobots", "RobotsGuard", "RobotsUnreachable"]

IS_ROBOTS = "is_robots"  # marks the request for robots.txt itself
PRODUCT = "tiaowen"  # the name by which a robots.txt speaks of this crawler
_MOST_REDIRECTS = 5  # RFC 9309, 2.3.1.2
_MOST_BYTES = 512 * 1024  # RFC 9309, 2.5 asks for 500 KiB at least
_LONGEST_DELAY = 60.0  # seconds; a Crawl-delay beyond this is kept to as this


class RefusedByRobots(IgnoreRequest):
    """The site's robots.txt forbids the address."""

    def __init__(self) -> None:
        super().__init__("robots.txt forbids it")


class RobotsUnreachable(IgnoreRequest):
    """The site's robots.txt cannot be had, so nothing there may be asked for."""

    def __init__(self, why: str) -> None:
        super().__init__(f"robots.txt cannot be had ({why}), so nothing is asked for there")


class RobotsGuard:
    """Refuses requests that the site's robots.txt forbids, and keeps to its Crawl-delay."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._asked: dict[str, asyncio.Task[Protego]] = {}  # by scheme, host and port

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsGuard:
        """The guard for a crawler."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises RefusedByRobots or RobotsUnreachable."""
        if request.meta.get(IS_ROBOTS):
            return
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc.lower()}"
        if origin not in self._asked:
            self._asked[origin] = asyncio.ensure_future(self._robots(origin))
        robots = await self._asked[origin]
        if not robots.can_fetch(request.url, PRODUCT):
            raise RefusedByRobots

    async def _robots(self, origin: str) -> Protego:
        """The rules of a site; raises RobotsUnreachable."""
        response = await self._answer(f"{origin}/robots.txt")
        if response.status >= 500 or response.status == 429:
            raise RobotsUnreachable(f"HTTP {response.status}")
        text = response.body[:_MOST_BYTES].decode("utf-8", "replace") if response.status == 200 else ""
        robots = Protego.parse(text)
        self._slow_down(host_of(origin), robots.crawl_delay(PRODUCT) or 0.0)
        return robots

    async def _answer(self, url: str) -> Response:
        """The answer to a request for robots.txt, behind redirects that stay on the site."""
        engine = self._crawler.engine
        if engine is None:
            raise RobotsUnreachable("the crawl has ended")
        for _ in range(_MOST_REDIRECTS + 1):
            meta = {IS_ROBOTS: True, "download_slot": host_of(url)}
            try:
                response = await engine.download_async(Request(url, meta=meta, callback=NO_CALLBACK))
            except IgnoreRequest:
                raise
            except Exception as error:  # whatever the network can fail with
                raise RobotsUnreachable(type(error).__name__) from error
            location = response.headers.get("Location")
            if response.status not in {301, 302, 303, 307, 308} or location is None:
                return response
            target = urljoin(url, location.decode("latin-1"))
            if site_of(target) != site_of(url) and host_of(target) != host_of(url):
                return response  # to somewhere else: there is no robots.txt here
            url = target
        return response

    def _slow_down(self, host: str, delay: float) -> None:
        """Keep at least `delay` seconds between two requests to the host."""
        engine = self._crawler.engine
        if engine is None or delay <= 0:
            return
        downloader = engine.downloader
        wanted = min(delay, _LONGEST_DELAY)
        kept = downloader.per_slot_settings.setdefault(host, {})
        kept["delay"] = max(float(kept.get("delay", 0.0)), wanted)
        if host in downloader.slots:
            downloader.slots[host].delay = max(downloader.slots[host].delay, wanted)
