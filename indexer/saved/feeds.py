"""What is new for an owner's saved questions, as RSS 2.0 and as JSON Feed 1.1.

A feed holds the clauses that are news, and those that were and are still in the archive, the latest first: that somebody
has looked at them in the app takes nothing away from a reader of feeds. An item keeps its id for as long as its clause
has the same text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from typing import Final, Literal, TypeAlias
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree

from msgspec import Struct

from indexer.access import Reader
from indexer.errors import UsageError
from indexer.exports.sheets import writable
from indexer.index import Index
from indexer.plain_text import units_text
from indexer.records import Clause, Notice
from indexer.saved.news import news
from indexer.saved.owners import question_of, seen_by
from indexer.saved.store import OnFile, Removed, SavedQuestion, State, read_saved

__all__ = ["MOST_ITEMS", "Feed", "FeedForm", "app_url", "clause_url", "feed"]

FeedForm: TypeAlias = Literal["rss", "json"]
MOST_ITEMS = 100
_MEDIA_TYPES: Final[dict[FeedForm, str]] = {"rss": "application/rss+xml", "json": "application/feed+json"}
_STATES: Final[dict[State, str]] = {"new": "新增", "changed": "修改"}


class Feed(Struct, frozen=True):
    """A feed as it is served or written into a file."""

    content: bytes
    media_type: str
    n_items: int
    clause_ids: tuple[str, ...]
    changed_at: str  # when it last became another, ISO 8601; later than that it is the same


class _Item(Struct, frozen=True):
    """A clause of the feed, with the question that it is for."""

    question: SavedQuestion
    clause: Clause
    notice: Notice  # its head
    state: State
    url: str
    at: str  # when the first generation was built that had its notice

    @property
    def key(self) -> str:
        """The same for as long as question and wording are."""
        words = hashlib.sha256(self.clause.text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
        return f"tiaowen:{self.question.question_id}:{self.clause.clause_id}:{words}"

    @property
    def title(self) -> str:
        """What is new, in a line: the notice with its 文号."""
        number = f" {self.notice.doc_number}" if self.notice.doc_number else ""
        return f"[{_STATES[self.state]}] {self.notice.title}{number}"

    @property
    def text(self) -> str:
        """The clause below its headings, then its units, its notice's number, and the question."""
        lines = (
            " › ".join(self.clause.headings),
            self.clause.text,
            units_text(self.clause),
            self.notice.doc_number or "",
        )
        return "\n".join([*filter(None, lines), f"保存的问题：{self.question.text}"])

    @property
    def tags(self) -> list[str]:
        """The place and the units."""
        return list(dict.fromkeys(filter(None, [str(self.notice.place), *(u.name for u in self.clause.units)])))


def feed(
    index: Index,
    form: FeedForm,
    *,
    url: str,
    owner: str | None = None,
    question_id: str | None = None,
    reader: Reader | None = None,
) -> Feed:
    """The feed of an owner's questions, of one question, or of all that the reader may see.

    `url` is the address of the app, to which items lead. Raises UsageError for an address that is none, and where the file
    of questions cannot be read; NotInArchive for a question that is unknown or another's.
    """
    base = app_url(url)
    whole = read_saved(index.directory)
    on_file = seen_by(whole, reader)
    questions = on_file.of(owner) if question_id is None else [question_of(on_file, question_id, reader)]
    items = _items(index, on_file, questions, base)
    title = f"条文 · {owner} 保存的问题" if owner else "条文 · 保存的问题"
    content = _rss(items, title, base) if form == "rss" else _json_feed(items, title, base)
    clause_ids = tuple(dict.fromkeys(item.clause.clause_id for item in items))
    return Feed(
        content, _MEDIA_TYPES[form], len(items), clause_ids, _changed_at(index, on_file, whole.removed.values())
    )


def app_url(given: str) -> str:
    """The address of the app without a slash at its end; raises UsageError for one that is no http(s) address."""
    try:
        parts = urlsplit(given.strip())
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and not (parts.query or parts.fragment)
    except ValueError:
        whole = False
    if not whole:
        raise UsageError(f"{given or 'no address'}: give the app's address as people open it, https://host/path")
    return given.strip().rstrip("/")


def clause_url(base: str, clause: Clause) -> str:
    """The address at which the app shows the clause in its notice."""
    return f"{base}/archive?{urlencode({'notice': clause.doc_id, 'clause': clause.clause_id})}"


def _changed_at(index: Index, on_file: OnFile, removed: Iterable[Removed]) -> str:
    """The latest moment of all that a feed is made of."""
    moments = [question.created_at for question in on_file.questions.values()]
    moments += [seen.made_at for each in on_file.seen.values() for seen in each]
    return max([index.manifest.built_at, *moments, *(each.made_at for each in removed)])


def _items(index: Index, on_file: OnFile, questions: list[SavedQuestion], base: str) -> list[_Item]:
    """The items, those of the notices that came last first."""
    heads = {head.doc_id: head for head in index.notices()}
    built = on_file.first_built()
    found = [
        _Item(
            question, clause, heads[clause.doc_id], state, clause_url(base, clause),
            built.get(clause.doc_id, index.manifest.built_at),
        )
        for question in questions
        for clause, state in _clauses(index, question, on_file)
    ]  # fmt: skip
    found.sort(key=lambda item: item.at, reverse=True)
    return list({item.key: item for item in found}.values())[:MOST_ITEMS]


def _clauses(index: Index, question: SavedQuestion, on_file: OnFile) -> Iterator[tuple[Clause, State]]:
    """What is news for the question, then what was, the latest first, as far as the archive has it."""
    for each in news(index, question, on_file):
        yield each.clause, each.state
    for seen in reversed(on_file.seen[question.question_id]):
        for told in seen.told:
            clause = _clause(index, told.clause_id)
            if clause is not None:
                yield clause, told.state


def _clause(index: Index, clause_id: str) -> Clause | None:
    """The clause; None where the archive has it no more."""
    try:
        return index.clause(clause_id)
    except UsageError:
        return None


# --- the two forms -----------------------------------------------------------------------------------


def _rss(items: list[_Item], title: str, base: str) -> bytes:
    """RSS 2.0 (rssboard.org/rss-specification), UTF-8."""
    root = ElementTree.Element("rss", version="2.0")
    channel = ElementTree.SubElement(root, "channel")
    _put(channel, "title", title)
    _put(channel, "link", base)
    _put(channel, "description", "与保存的问题相符的新条文")
    _put(channel, "language", "zh-CN")
    if items:
        _put(channel, "lastBuildDate", format_datetime(_moment(items[0].at)))
    for item in items:
        entry = ElementTree.SubElement(channel, "item")
        _put(entry, "title", item.title)
        _put(entry, "link", item.url)
        # The text is plain, and a description is read as HTML.
        _put(entry, "description", _as_html(item.text))
        for tag in item.tags:
            _put(entry, "category", tag)
        _put(entry, "guid", item.key).set("isPermaLink", "false")
        _put(entry, "pubDate", format_datetime(_moment(item.at)))
    content: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def _put(parent: ElementTree.Element, name: str, text: str) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, name)
    child.text = writable(text)
    return child


def _as_html(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _json_feed(items: list[_Item], title: str, base: str) -> bytes:
    """JSON Feed 1.1 (jsonfeed.org/version/1.1)."""
    content = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": base,
        "language": "zh-CN",
        "items": [_json_item(item) for item in items],
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def _json_item(item: _Item) -> dict[str, object]:
    """One item; what the standard has no word for is below `_tiaowen`."""
    return {
        "id": item.key,
        "url": item.url,
        "title": item.title,
        "content_text": item.text,
        "date_published": _moment(item.at).isoformat(),
        "tags": item.tags,
        "_tiaowen": {
            "state": item.state,
            "question_id": item.question.question_id,
            "question": item.question.text,
            "clause_id": item.clause.clause_id,
            "doc_number": item.notice.doc_number,
            "units": [{"name": unit.name, "role": unit.role} for unit in item.clause.units],
        },
    }


def _moment(at: str) -> datetime:
    moment = datetime.fromisoformat(at)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
