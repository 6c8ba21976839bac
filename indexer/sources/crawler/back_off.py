"""A site that fails or does not answer is asked again, after a wait that doubles each time."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

__all__ = ["OVERLOADED", "PASSING", "BackOff"]

# Failures that may pass: a server that is overloaded or restarting, a connection that broke.
OVERLOADED = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 524})
PASSING = (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
_LONGEST_WAIT = 300.0  # seconds, also where the site asks for more by Retry-After


class BackOff:
    """Repeats requests whose failure may pass; its settings are `retries` and `back_off_seconds`."""

    def __init__(self, retries: int, first_wait: float) -> None:
        self._retries = retries
        self._first_wait = first_wait

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> BackOff:
        """The middleware for a crawler's settings."""
        return cls(crawler.settings.getint("RETRIES"), crawler.settings.getfloat("BACK_OFF_SECONDS"))

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        """The request again, after a wait, where the site failed; else, or after the last time, the response."""
        if response.status not in OVERLOADED:
            return response
        return await self._again(request, response.headers.get("Retry-After")) or response

    async def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """The request again, after a wait, where the connection failed."""
        return await self._again(request, None) if isinstance(exception, PASSING) else None

    async def _again(self, request: Request, retry_after: bytes | None) -> Request | None:
        n_before = int(request.meta.get("n_retries", 0))
        if n_before >= self._retries:
            return None
        wait = max(self._first_wait * 2**n_before, _seconds(retry_after))
        await asyncio.sleep(min(wait, _LONGEST_WAIT))
        again = request.replace(dont_filter=True)
        again.meta["n_retries"] = n_before + 1
        return again


def _seconds(retry_after: bytes | None) -> float:
    """How long a Retry-After header asks to wait, as seconds or as a date; 0 where it says nothing legible."""
    text = (retry_after or b"").decode("latin-1").strip()
    if text.isdecimal():
        return float(text[:9])
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    return max((until - datetime.now(UTC)).total_seconds(), 0.0) if until.tzinfo else 0.0
