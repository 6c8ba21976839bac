"""What a site's answer means, and what is written down and kept because of it."""

from __future__ import annotations

import hashlib

from scrapy.http import Response, TextResponse

from indexer.sources.crawler.frontier import Found, Frontier, Outcome, Page, Reply, now
from indexer.sources.crawler.links import links_of, normal, rules_of
from indexer.sources.crawler.provenance import Provenance
from indexer.sources.crawler.raw_files import ENDINGS, RawFiles
from indexer.sources.crawler.sources_file import CrawlPlan, CrawlSource

__all__ = ["Judge", "media_type_of"]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({404, 410})
_MOST_HOPS = 5
_UNDECLARED = frozenset({"", "application/octet-stream", "application/x-download", "application/force-download"})
_HTML = frozenset({"text/html", "application/xhtml+xml"})


class Judge:
    """Judges answers by the plan, and writes to the frontier and the folder of files."""

    def __init__(self, plan: CrawlPlan, frontier: Frontier, files: RawFiles) -> None:
        self.plan = plan
        self.frontier = frontier
        self.files = files

    def is_known(self, page: Page) -> bool:
        """Whether what the page said last time is still at hand: its file, or its links read by the same rules."""
        source = self.plan.source(page.source)
        if source is None or page.rules != rules_of(source, page.kind):
            return False
        return page.kind == "listing" or self.files.has(page.path)

    def judge(self, page: Page, response: Response) -> None:
        """Write down what the answer to a request for a page means. Raises OSError where a file cannot be kept."""
        source = self.plan.source(page.source)
        if source is None:
            self.frontier.finish(page, "failed", reason="its source is no more in the sources file")
        elif response.status == 304 and self.is_known(page):
            if page.path is not None:
                self.files.note_back(page.path)
            self.frontier.finish(page, "listed" if page.kind == "listing" else "unchanged")
        elif response.status in _REDIRECTS:
            self._move(source, page, response)
        elif response.status in _GONE:
            self._lose(page, response.status)
        elif response.status != 200:
            self.frontier.finish(page, "failed", reason=f"HTTP {response.status}")
        elif not response.body.strip():
            self.frontier.finish(page, "failed", reason="an empty answer")
        elif page.kind == "listing":
            self._list(source, page, response)
        else:
            self._keep(source, page, response)

    def _move(self, source: CrawlSource, page: Page, response: Response) -> None:
        """A redirect: its target becomes a page, if it is on one of the source's sites."""
        location = (response.headers.get("Location") or b"").decode("utf-8", "replace").strip()
        target = normal(response.urljoin(location)) if location else ""
        if not target or target == page.url:
            self.frontier.finish(page, "failed", reason=f"HTTP {response.status}, a redirect to nowhere")
        elif not source.allows(target):
            self.frontier.finish(page, "failed", reason=f"redirects to {target}, a site that the source does not name")
        elif page.hops >= _MOST_HOPS:
            self.frontier.finish(page, "failed", reason=f"more than {_MOST_HOPS} redirects")
        else:
            moved = Found(
                target, page.source, page.kind, page.url, page.link_text, page.number, page.depth, page.hops + 1
            )
            self.frontier.finish(page, "moved", reason=target, found=[moved])

    def _lose(self, page: Page, status: int) -> None:
        """A page that is not there: a notice gone, the end of a numbered listing, or a start page that has moved."""
        if page.kind != "listing":
            if page.path is not None:
                self.files.note_gone(page.path, now())
            self.frontier.finish(page, "gone", reason=f"HTTP {status}")
        elif page.number:
            self.frontier.finish(page, "listed", reason="behind the last page")
        else:
            self.frontier.finish(page, "failed", reason=f"HTTP {status}; look whether the column has moved")

    def _list(self, source: CrawlSource, page: Page, response: Response) -> None:
        """A listing page: what it links to becomes pages."""
        found = links_of(source, page, response) if isinstance(response, TextResponse) else []
        if not any(one.kind == "detail" for one in found) and not page.number:
            self.frontier.finish(page, "failed", reason="no link on it matches `detail`", found=found)
            return
        reply = Reply(*_validators(response), rules=rules_of(source, "listing"))
        self.frontier.finish(page, "listed", reply=reply, found=found)

    def _keep(self, source: CrawlSource, page: Page, response: Response) -> None:
        """A notice or an attachment: its bytes are kept, and what it links to becomes pages."""
        declared = response.headers.get("Content-Type") or b""
        media_type = media_type_of(declared)
        if media_type not in ENDINGS and media_type not in _UNDECLARED:
            self.frontier.finish(page, "failed", reason=f"is of the type {media_type}, which is not fetched")
            return
        if page.kind == "attachment" and media_type in _HTML:
            self.frontier.finish(page, "failed", reason="a web page came instead of the attachment")
            return
        sha256 = hashlib.sha256(response.body).hexdigest()
        etag, last_modified = _validators(response)
        is_same = sha256 == page.sha256 and self.files.has(page.path)
        path = page.path
        if is_same and path is not None:
            self.files.note_back(path)
        else:
            record = Provenance(
                url=page.url,
                fetched_at=now(),
                status=response.status,
                sha256=sha256,
                size=len(response.body),
                media_type=media_type,
                charset=_charset(declared),
                content_encoding=_encoding(response),
                etag=etag,
                last_modified=last_modified,
                source=source.name,
                place=source.place,
                level=source.level,
                linked_by=page.linked_by,
                link_text=page.link_text,
            )
            disposition = (response.headers.get("Content-Disposition") or b"").decode("utf-8", "replace")
            path = self.files.keep(response.body, record, disposition=disposition)
        found = links_of(source, page, response) if isinstance(response, TextResponse) and media_type in _HTML else []
        reply = Reply(etag, last_modified, rules_of(source, page.kind), sha256, path)
        outcome: Outcome = "unchanged" if is_same else "new" if page.sha256 is None else "changed"
        self.frontier.finish(page, outcome, reply=reply, found=found)


def media_type_of(declared: bytes) -> str:
    """The media type of a Content-Type header, in lower case, without parameters."""
    return declared.decode("latin-1").partition(";")[0].strip().lower()


def _charset(declared: bytes) -> str | None:
    _, found, charset = declared.decode("latin-1").lower().partition("charset=")
    return charset.partition(";")[0].strip("\"' ") or None if found else None


def _encoding(response: Response) -> str | None:
    return (response.headers.get("Content-Encoding") or b"").decode("latin-1") or None


def _validators(response: Response) -> tuple[str | None, str | None]:
    """ETag and Last-Modified, for the next conditional request."""
    etag = (response.headers.get("ETag") or b"").decode("latin-1") or None
    return etag, (response.headers.get("Last-Modified") or b"").decode("latin-1") or None
