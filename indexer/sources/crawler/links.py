"""Which links of a page are followed: notices, attachments, the next page of a listing."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from urllib.parse import unquote, urldefrag

from scrapy.http import TextResponse
from scrapy.link import Link
from scrapy.linkextractors import LinkExtractor

from indexer.sources.crawler.frontier import Found, Kind, Page
from indexer.sources.crawler.sources_file import CrawlSource

__all__ = ["links_of", "normal", "rules_of"]

_EXTRACTOR = LinkExtractor(tags=("a", "area"), deny_extensions=(), unique=True, strip=True)
_SESSION = re.compile(r"(?i);jsessionid=[^?#/]*")
_LONGEST_TEXT = 200


def rules_of(source: CrawlSource, kind: Kind) -> str:
    """A digest of the rules by which links of such a page are read: a page is read again when they have changed."""
    rules = [source.attachment.pattern, str(source.depth)]
    if kind == "listing":
        rules += [source.detail.pattern, source.next.pattern if source.next else "", source.pages or ""]
        rules += [str(source.first), str(source.last), str(source.max_listings)]
    elif source.depth:
        rules.append(source.detail.pattern)
    return hashlib.sha256("\n".join(rules).encode()).hexdigest()[:16]


def normal(url: str) -> str:
    """The address without a fragment or a session's number, under which a page is known."""
    return _SESSION.sub("", urldefrag(url).url)


def links_of(source: CrawlSource, page: Page, response: TextResponse) -> list[Found]:
    """What is to be asked for because the page links to it, on the source's own sites, in the page's order."""
    found = {one.url: one for one in _followed(source, page, response)}
    found.pop(page.url, None)
    return list(found.values())


def _followed(source: CrawlSource, page: Page, response: TextResponse) -> Iterator[Found]:
    n_details = 0
    for link in _EXTRACTOR.extract_links(response):
        url = normal(link.url)
        if not source.allows(url):
            continue
        text = " ".join(link.text.split())[:_LONGEST_TEXT]
        if page.kind == "listing" and _is_next(source, page, link, text):
            yield Found(url, source.name, "listing", page.url, text, number=page.number + 1)
        elif source.detail.search(url) and (page.kind == "listing" or page.depth < source.depth):
            n_details += 1
            depth = 0 if page.kind == "listing" else page.depth + 1
            yield Found(url, source.name, "detail", page.url, text, depth=depth)
        elif page.kind == "detail" and source.attachment.search(unquote(url)):
            yield Found(url, source.name, "attachment", page.url, text)
    if page.kind == "listing" and source.pages is not None and n_details:
        yield from _numbered(source, page)


def _is_next(source: CrawlSource, page: Page, link: Link, text: str) -> bool:
    """Whether the link leads to the next page of the listing: the pattern is its whole text, or in its address."""
    if source.next is None or page.number + 1 >= source.max_listings:
        return False
    return bool(source.next.fullmatch(text) or source.next.search(link.url))


def _numbered(source: CrawlSource, page: Page) -> Iterator[Found]:
    """The next numbered page of a listing that had notices on this one."""
    number = page.number + 1 if page.number else source.first
    if source.pages is not None and number <= source.last and number - source.first + 1 < source.max_listings:
        url = source.pages.replace("{n}", str(number))
        yield Found(url, source.name, "listing", page.url, "", number=number)
