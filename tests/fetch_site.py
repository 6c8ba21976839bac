"""A policy column of a fictional city as a real web server on this machine, with a log of what was asked for."""

from __future__ import annotations

import gzip
import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\nstartxref\n0\n%%EOF\n"


@dataclass
class Answer:
    """What the site gives for a path."""

    body: bytes = b""
    media_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    validators: bool = True  # ETag and Last-Modified, and 304 where they match
    failures: list[int] = field(default_factory=list)  # statuses given first, one a request
    hold: threading.Event | None = None  # nothing is sent until it is set
    dribble: bool = False  # a byte now and then, without end
    compress: bool = False


@dataclass(frozen=True)
class Asked:
    """A request as the server saw it."""

    path: str
    status: int  # 0 while nothing was sent
    at: float  # monotonic, seconds
    conditional: bool
    user_agent: str
    referer: str


class Site:
    """The pages of the server, which a test may change, and its log."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer] = {}
        self.log: list[Asked] = []
        self.at_once = 0  # the most requests that were being answered at one time
        self.closing = threading.Event()
        self._lock = threading.Lock()
        self._now = 0
        self.address = ""

    def page(self, path: str, title: str, *links: tuple[str, str], text: str = "") -> None:
        """Put a page there that links to others."""
        anchors = "".join(f'<p><a href="{href}">{words}</a></p>' for href, words in links)
        html = f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p>{anchors}</body></html>"
        self.pages[path] = Answer(html.encode())

    def paths(self, *statuses: int) -> list[str]:
        """The paths asked for and answered with one of these statuses, in order; all without any; never robots.txt."""
        with self._lock:
            return [one.path for one in self.log
                    if (not statuses or one.status in statuses) and one.path != "/robots.txt"]  # fmt: skip

    def forget(self) -> None:
        """Begin the log anew."""
        with self._lock:
            self.log.clear()

    def note(self, asked: Asked) -> None:
        with self._lock:
            self.log.append(asked)

    @contextmanager
    def counted(self) -> Iterator[None]:
        with self._lock:
            self._now += 1
            self.at_once = max(self.at_once, self._now)
        try:
            yield
        finally:
            with self._lock:
                self._now -= 1


class _Server(ThreadingHTTPServer):
    """A server that knows its site."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, site: Site) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.site = site

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing on stderr where a client goes away."""


class _Handler(BaseHTTPRequestHandler):
    """Answers from the site's pages."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet
    server: _Server

    def do_GET(self) -> None:  # noqa: N802 - the base class's name
        with self.server.site.counted():
            try:
                self._answer()
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

    def _answer(self) -> None:
        site = self.server.site
        answer = site.pages.get(self.path, Answer(b"<h1>404</h1>", status=404, validators=False))
        if answer.hold is not None:
            self._note(0)
            while not answer.hold.wait(0.05):
                if site.closing.is_set():
                    return
        if answer.failures:
            self._send(answer.failures.pop(0), {}, b"")
        elif answer.dribble:
            self._dribble()
        else:
            self._give(answer)

    def _give(self, answer: Answer) -> None:
        headers = {"Content-Type": answer.media_type, **answer.headers}
        if answer.validators and answer.status == 200:
            headers["ETag"] = f'"{hashlib.sha256(answer.body).hexdigest()[:16]}"'
            headers["Last-Modified"] = "Tue, 17 Jan 2023 08:00:00 GMT"
            if self.headers.get("If-None-Match") == headers["ETag"]:
                self._send(304, {"ETag": headers["ETag"]}, None)
                return
        if answer.compress:
            headers["Content-Encoding"] = "gzip"
        self._send(answer.status, headers, gzip.compress(answer.body) if answer.compress else answer.body)

    def _dribble(self) -> None:
        self._note(200)
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        while not self.server.site.closing.wait(0.1):
            self.wfile.write(b" ")
            self.wfile.flush()

    def _send(self, status: int, headers: dict[str, str], body: bytes | None) -> None:
        self._note(status)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if body is not None:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body or b"")
        self.wfile.flush()

    def _note(self, status: int) -> None:
        self.server.site.note(
            Asked(
                self.path, status, time.monotonic(),
                conditional="If-None-Match" in self.headers or "If-Modified-Since" in self.headers,
                user_agent=self.headers.get("User-Agent", ""), referer=self.headers.get("Referer", ""),
            )
        )  # fmt: skip

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Nothing on stderr."""


@contextmanager
def serving(site: Site) -> Iterator[Site]:
    """The site, answering at `site.address` while the block runs."""
    server = _Server(site)
    site.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


def column() -> Site:
    """Three listing pages with three notices each, two of which have an attachment; robots.txt forbids /zc/nb/."""
    site = Site()
    site.pages["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /zc/nb/\n", "text/plain", validators=False)
    for page in (1, 2, 3):
        links = [(notice_path(number), f"关于第{number}项工作的通知") for number in range(3 * page - 2, 3 * page + 1)]
        links.append(("/about.html", "关于我们"))
        links.append(("http://elsewhere.invalid/zc/2023/t20230101_99.html", "外站通知"))
        if page == 2:
            links.append(("/zc/nb/t20230102_98.html", "内部通知"))
        if page < 3:
            links.append((f"index_{page + 1}.html", "下一页"))
        site.page("/zc/index.html" if page == 1 else f"/zc/index_{page}.html", "云泽市政策文件", *links)
    for number in range(1, 10):
        attached = [(f"/zc/fj/P{number}.pdf", "附件：任务分工表")] if number in (2, 5) else []
        site.page(
            notice_path(number),
            f"关于第{number}项工作的通知",
            ("/zc/index.html", "返回"),
            *attached,
            text=notice_text(number),
        )
        if attached:
            site.pages[f"/zc/fj/P{number}.pdf"] = Answer(PDF + str(number).encode(), "application/pdf")
    return site


def notice_path(number: int) -> str:
    """Where a notice of the column is."""
    return f"/zc/20{20 + number % 3}/t20{20 + number % 3}0105_{number}.html"


def notice_text(number: int) -> str:
    """What it says."""
    return f"一、市民政局牵头做好第{number}项工作，市财政局配合，年底前完成。"
