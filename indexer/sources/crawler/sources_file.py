"""What `sources.toml` says: where to look for notices, what their links look like, and how to behave there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn, cast
from urllib.parse import urlsplit

from indexer.errors import UsageError
from indexer.records import LEVELS, Level

__all__ = ["CONTACT_UNSET", "CrawlPlan", "CrawlSource", "Limits", "host_of", "read_sources", "site_of"]

DELAY_SECONDS = 2.0  # between two requests to one site
LEAST_DELAY_SECONDS = 1.0  # less is for tests against this very machine alone
FIRST_NUMBER = 2  # of a numbered listing: the start page is mostly the first without a number
MOST_LISTINGS = 50
CONTACT_UNSET = "contact-not-set@example.org"

# What most sites' attachments end in; formats that are not read are fetched all the same and refused by name later.
ATTACHMENT = r"(?i)\.(?:pdf|docx?|wps|xlsx?|et|zip|rar|ofd|txt)(?:$|[?#])"

_LOOPBACK = frozenset({"127.0.0.1", "localhost"})
_PORTS = {"http": 80, "https": 443}
_NAME = re.compile(r"[^\x00-\x1f/\\:*?\"<>|.~][^\x00-\x1f/\\:*?\"<>|]{0,59}")


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how much; the same for all sources of a file."""

    page_seconds: float = 60.0  # for one request, from connecting to the last byte
    page_mb: float = 50.0
    run_minutes: float = 480.0
    run_mb: float = 4096.0
    retries: int = 3  # after the first request, where the site fails or does not answer
    back_off_seconds: float = 5.0  # before the first of them; doubled before each further one


@dataclass(frozen=True, slots=True)
class CrawlSource:
    """One column of one site."""

    name: str  # also the folder its files go into
    start: tuple[str, ...]
    detail: re.Pattern[str]  # found in the address of a notice's page
    next: re.Pattern[str] | None = None  # found in the address, or is the text, of the link to the next listing page
    pages: str | None = None  # or the address of listing page {n}
    first: int = FIRST_NUMBER  # what {n} begins with, after the start page
    last: int = MOST_LISTINGS
    attachment: re.Pattern[str] = re.compile(ATTACHMENT)
    hosts: tuple[str, ...] = ()  # further hosts whose pages belong to the source
    private_hosts: tuple[str, ...] = ()  # hosts that may have a private address
    place: str | None = None
    level: Level | None = None
    delay: float = DELAY_SECONDS
    max_listings: int = MOST_LISTINGS  # listing pages followed from a start page
    depth: int = 0  # how many steps from notice to notice are followed, where notices link to others

    def allows(self, url: str) -> bool:
        """Whether the address is a web address on one of the source's sites."""
        parts = urlsplit(url)
        own = {site_of(start) for start in self.start} | {host.lower() for host in self.hosts}
        return parts.scheme in _PORTS and site_of(url) in own


@dataclass(frozen=True, slots=True)
class CrawlPlan:
    """All of a sources file."""

    path: str
    contact: str
    sources: tuple[CrawlSource, ...]
    limits: Limits = field(default_factory=Limits)
    verify_certificates: bool = True

    @property
    def private_hosts(self) -> frozenset[str]:
        """The hosts, in lower case, that may have a private address."""
        return frozenset(host.lower() for source in self.sources for host in source.private_hosts)

    @property
    def hosts(self) -> frozenset[str]:
        """All hosts, without ports."""
        return frozenset(host for source in self.sources for host in _hosts(source))

    def source(self, name: str) -> CrawlSource | None:
        """The source of that name."""
        return next((source for source in self.sources if source.name == name), None)

    def delay_at(self, host: str) -> float:
        """Seconds between two requests to the host: of several sources there, the longest."""
        return max((source.delay for source in self.sources if host in _hosts(source)), default=DELAY_SECONDS)


def host_of(url: str) -> str:
    """The host of an address, in lower case, without port."""
    return (urlsplit(url).hostname or "").lower()


def site_of(url: str) -> str:
    """Host and port of an address, as a source names them: without the port where it is the scheme's own."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        return ""
    host = (parts.hostname or "").lower()
    return host if port in (None, _PORTS.get(parts.scheme)) else f"{host}:{port}"


def read_sources(path: Path) -> CrawlPlan:
    """The plan that a file describes; raises UsageError with file, source and key for the first mistake in it."""
    try:
        given = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}); name one with --sources") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        reason = "not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
        raise UsageError(f"{path}: not TOML ({reason})") from error
    top = _Table(f"{path}", given)
    contact = top.text("contact") or CONTACT_UNSET
    verify = top.flag("verify_certificates", default=True)
    limits = _limits(top.table("limits"))
    sources = tuple(_source(table) for table in top.tables("source"))
    top.refuse_others()
    names = [source.name for source in sources]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"{path}: source {name}: name: is given twice")
    return CrawlPlan(str(path), contact, sources, limits, verify)


def _limits(table: _Table) -> Limits:
    default = Limits()
    limits = Limits(
        page_seconds=table.number("page_seconds", default.page_seconds, least=0.1),
        page_mb=table.number("page_mb", default.page_mb, least=0.001),
        run_minutes=table.number("run_minutes", default.run_minutes, least=0.01),
        run_mb=table.number("run_mb", default.run_mb, least=0.001),
        retries=table.whole("retries", default.retries, least=0),
        back_off_seconds=table.number("back_off_seconds", default.back_off_seconds, least=0),
    )
    table.refuse_others()
    return limits


def _source(table: _Table) -> CrawlSource:
    name = table.text("name") or table.refuse("name", "is missing")
    table.where = f"{table.where.rpartition(': ')[0]}: source {name}"
    if not _NAME.fullmatch(name) or name != name.strip():
        table.refuse("name", 'is also a folder: at most 60 characters, no / \\ : * ? " < > |, no dot in front')
    level = table.text("level")
    if level is not None and level not in LEVELS:
        table.refuse("level", f"{level} is none of {', '.join(LEVELS)}")
    source = CrawlSource(
        name=name,
        start=table.texts("start") or table.refuse("start", "is missing: the addresses of the first listing pages"),
        detail=table.pattern("detail") or table.refuse("detail", "is missing: a pattern of the notices' addresses"),
        next=table.pattern("next"),
        pages=table.text("pages"),
        first=table.whole("first", FIRST_NUMBER, least=1),
        last=table.whole("last", MOST_LISTINGS, least=1),
        attachment=table.pattern("attachment") or re.compile(ATTACHMENT),
        hosts=table.texts("hosts"),
        private_hosts=table.texts("private_hosts"),
        place=table.text("place"),
        level=level,
        delay=table.number("delay", DELAY_SECONDS, least=0),
        max_listings=table.whole("max_listings", MOST_LISTINGS, least=1),
        depth=table.whole("depth", 0, least=0),
    )
    table.refuse_others()
    _check(source, table)
    return source


def _check(source: CrawlSource, table: _Table) -> None:
    """Raises UsageError where keys that are right by themselves do not go together."""
    for url in source.start:
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname or not site_of(url):
            table.refuse("start", f"{url} is no address that begins with http:// or https://")
    for key, hosts in (("hosts", source.hosts), ("private_hosts", source.private_hosts)):
        for host in hosts:
            if "/" in host or not host.strip():
                table.refuse(key, f"{host!r} is no host; give www.example.org or www.example.org:8080")
    if source.next and source.pages:
        table.refuse("pages", "goes without `next`; give one of them")
    if source.pages is not None:
        if source.pages.count("{n}") != 1:
            table.refuse("pages", "must hold {n} once, where the number of the page stands")
        if not source.allows(source.pages.replace("{n}", "1")):
            table.refuse("pages", "is on another site than the start pages; name its host in `hosts`")
    if source.delay < LEAST_DELAY_SECONDS and not _hosts(source) <= _LOOPBACK:
        table.refuse("delay", f"must be {LEAST_DELAY_SECONDS:g} second or more")


def _hosts(source: CrawlSource) -> set[str]:
    """The hosts of a source, without ports."""
    return {host_of(url) for url in source.start} | {host.lower().partition(":")[0] for host in source.hosts}


class _Table:
    """A table of the file whose keys are taken out one by one; what is left over is a mistake."""

    def __init__(self, where: str, given: Mapping[str, Any]) -> None:
        self.where = where
        self._given = dict(given)

    def refuse(self, key: str, what: str) -> NoReturn:
        """Raises UsageError that names file, source and key."""
        raise UsageError(f"{self.where}: {key}: {what}")

    def refuse_others(self) -> None:
        """Raises UsageError for a key that nobody asked for."""
        for key in self._given:
            self.refuse(key, "is no key of this file; look at its spelling")

    def text(self, key: str) -> str | None:
        value = self._take(key, None, str, "a text in quotes")
        if value is not None and not value.strip():
            self.refuse(key, "is empty")
        return cast("str | None", value)

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._given.pop(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self.refuse(key, 'must be a list of texts, ["…", "…"]')
        return tuple(value)

    def pattern(self, key: str) -> re.Pattern[str] | None:
        value = self.text(key)
        try:
            return re.compile(value) if value is not None else None
        except re.error as error:
            self.refuse(key, f"is no regular expression ({error})")

    def number(self, key: str, default: float, *, least: float) -> float:
        return float(self._at_least(key, self._take(key, default, (int, float), "a number"), least))

    def whole(self, key: str, default: int, *, least: int) -> int:
        return int(self._at_least(key, self._take(key, default, int, "a whole number"), least))

    def flag(self, key: str, *, default: bool) -> bool:
        return bool(self._take(key, default, bool, "true or false"))

    def table(self, key: str) -> _Table:
        return _Table(f"{self.where}: {key}", self._take(key, {}, dict, f"a table, [{key}]"))

    def tables(self, key: str) -> list[_Table]:
        value = self._given.pop(key, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value) or not value:
            self.refuse(key, f"is missing: one or more tables, [[{key}]]")
        return [_Table(f"{self.where}: {key} {number}", one) for number, one in enumerate(value, 1)]

    def _take(self, key: str, default: Any, kind: type | tuple[type, ...], words: str) -> Any:  # noqa: ANN401
        value = self._given.pop(key, default)
        if value is not default and (not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool)):
            self.refuse(key, f"must be {words}")
        return value

    def _at_least(self, key: str, value: float, least: float) -> float:
        if not least <= value < float("inf"):
            self.refuse(key, f"must be {least:g} or more")
        return value
