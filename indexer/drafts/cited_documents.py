"""Documents that a draft cites: whether the archive has them under that number and title, and whether they are in force."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, TypeAlias

from msgspec import Struct

from indexer.drafts.findings import Draft, Finding, finding
from indexer.duplicates.titles import core_of, number_key, title_key
from indexer.notices.header.cites import titles_in_marks
from indexer.notices.header.docnumbers import number_spans
from indexer.records import Link, Notice, Relation

__all__ = ["CitedDocument", "State", "check_citations", "cited_documents"]

State: TypeAlias = Literal[
    "in_force", "ended", "corrected", "other_title", "other_number", "not_in_archive", "not_covered"
]

_ENDED: tuple[Relation, ...] = ("repealed_by", "replaced_by")
_SAID = {"repealed_by": "废止", "replaced_by": "替代"}
_LETTERS_AND_YEAR = re.compile(r"^(.+?)〔(\d{4})〕第?(\d+)号$")
_SHORTEST_CORE = 6  # characters of what a title is about, for telling that two titles speak of one document


class CitedDocument(Struct, frozen=True):
    """One document that the draft cites, with where, and what the archive says of it.

    in_force        the archive has it, and nothing that ends it by the draft's day
    ended           repealed or replaced by then; `by` says by which notice
    corrected       corrected by then
    other_title     the archive has the number for another title
    other_number    the archive has the title under another number
    not_in_archive  the archive has the series of the number (云泽政办发) or the title's issuer, but not this one
    not_covered     the archive has nothing of who issued it: laws, documents of other places; not checked
    """

    title: str
    doc_number: str | None
    start: int
    end: int
    state: State
    doc_id: str | None = None
    by: Notice | None = None
    relation: Relation | None = None
    found: Notice | None = None


class _Archive:
    """The heads of the archive by number and by title; the draft itself, should it be there, is left out."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        own = draft.notice
        self.heads = [
            head
            for head in draft.index.notices()
            if head.doc_id != own.doc_id and not (own.doc_number and head.doc_number == own.doc_number)
        ]
        self.by_number = {number_key(head.doc_number): head for head in self.heads if head.doc_number}
        self.by_title = {title_key(head.title): head for head in self.heads}
        self.by_core: dict[str, list[Notice]] = {}
        for head in self.heads:
            self.by_core.setdefault(core_of(head.title), []).append(head)
        self.series = {m[1] for head in self.heads if (m := _LETTERS_AND_YEAR.match(head.doc_number or ""))}
        self.issuers = {issuer for head in self.heads for issuer in head.issuers}

    def titled(self, title: str) -> Notice | None:
        """The only notice with the title, whole or without 关于印发 … 的通知 around it."""
        whole = self.by_title.get(title_key(title))
        core = self.by_core.get(core_of(title), [])
        if whole is not None or len(core) != 1 or len(core_of(title)) < _SHORTEST_CORE:
            return whole
        return core[0]

    def covers(self, title: str, number: str | None) -> bool:
        """Whether the archive has other documents of who issued the one cited."""
        series = _LETTERS_AND_YEAR.match(number or "")
        if series:
            return series[1] in self.series
        return any(title.startswith(issuer) for issuer in self.issuers)


def cited_documents(draft: Draft) -> Iterator[CitedDocument]:
    """Every document that the draft relies on as existing, with what the archive says of it, in the order of the text."""
    archive = _Archive(draft)
    spans = {title_key(title): (start, end) for title, start, end in reversed(titles_in_marks(draft.body))}
    cited: list[CitedDocument] = []
    numbers: set[str] = set()
    for cite in draft.notice.cites:
        span = spans.get(title_key(cite.title))
        if span is not None:
            if cite.doc_number:
                numbers.add(number_key(cite.doc_number))
            cited.append(_judged(archive, cite.title, cite.doc_number, span))
    own = number_key(draft.notice.doc_number or "")
    text = (
        draft.notice.clauses[0].start if draft.notice.clauses else 0
    )  # before it stand the draft's own title and number
    for number, start, end in number_spans(draft.body):  # named without a title: 按照云泽政发〔2021〕3号文件要求
        if start >= text and number_key(number) not in numbers | {own}:
            numbers.add(number_key(number))
            cited.append(_judged(archive, "", number, (start, end)))
    yield from sorted(cited, key=lambda each: each.start)


def _judged(archive: _Archive, title: str, number: str | None, span: tuple[int, int]) -> CitedDocument:
    by_number = archive.by_number.get(number_key(number)) if number else None
    by_title = archive.titled(title) if title else None
    found = by_number or by_title
    if found is None:
        state: State = "not_in_archive" if archive.covers(title, number) else "not_covered"
        return CitedDocument(title, number, *span, state=state)
    if by_number is not None and title and not _may_be_title_of(title, by_number):
        return CitedDocument(title, number, *span, state="other_title", doc_id=found.doc_id, found=found)
    if by_number is None and number and found.doc_number:
        return CitedDocument(title, number, *span, state="other_number", doc_id=found.doc_id, found=found)
    ending = _ending(archive.draft, found)
    if ending is None:
        return CitedDocument(title, number, *span, state="in_force", doc_id=found.doc_id, found=found)
    link, by = ending
    state = "ended" if link.relation in _ENDED else "corrected"
    return CitedDocument(
        title, number, *span, state=state, doc_id=found.doc_id, by=by, relation=link.relation, found=found
    )


def _may_be_title_of(title: str, notice: Notice) -> bool:
    """Whether a cited title can be that of the notice: the same, or one within the other without what is around them."""
    cited, own = core_of(title), core_of(notice.title)
    return cited in own or own in cited or title_key(title) in title_key(notice.title)


def _ending(draft: Draft, cited: Notice) -> tuple[Link, Notice] | None:
    """What ended or corrected the cited notice by the draft's day; what ends it counts before what corrects it."""
    own = [*draft.notice.repeals]
    if any(repeal.doc_number and repeal.doc_number == cited.doc_number for repeal in own) or any(
        repeal.title and title_key(repeal.title) in title_key(cited.title) for repeal in own
    ):
        return None  # the draft itself ends it
    day = draft.day.isoformat()
    links = [
        (link, by)
        for link in draft.index.links_of(cited.doc_id)
        if link.relation in (*_ENDED, "corrected_by")
        and link.other_doc_id != draft.notice.doc_id
        and (by := draft.index.notice(link.other_doc_id)).doc_number != (draft.notice.doc_number or "-")
        and (by.issued_on or by.published_on or "") <= day
    ]
    return min(links, key=lambda pair: (pair[0].relation not in _ENDED, pair[1].doc_id), default=None)


def check_citations(draft: Draft) -> Iterator[Finding]:
    """Cited documents that are ended, wrongly named, or missing where the archive should have them.

    cited_ended           repealed or replaced by the draft's day
    cited_corrected       corrected by then: the correction should be read
    cited_other_title     the number belongs to another document
    cited_other_number    the document has another number
    cited_not_in_archive  nothing under that number or title, though the archive has others of its series or issuer
    Must not match: laws and documents of bodies that the archive has nothing of, documents ended later than the draft or by
    the draft itself, documents still to be written, the draft's own number.
    """
    for cited in cited_documents(draft):
        span = (cited.start, cited.end)
        named = _name(cited.found) if cited.found else ""
        if cited.state == "ended" and cited.by and cited.relation:
            said = _SAID[cited.relation]
            message = f"引用的文件已被{_name(cited.by)}{said}"
            advice = "改引现行文件，或者删去这处引用"
            yield finding(draft, span, rule="cited_ended", severity="error", message=message, advice=advice)
        elif cited.state == "corrected" and cited.by:
            message = f"引用的文件已由{_name(cited.by)}更正"
            yield finding(
                draft, span, rule="cited_corrected", severity="note", message=message, advice="按更正后的内容核对"
            )
        elif cited.state == "other_title":
            message = f"{cited.doc_number}是{named}的文号，与引用的标题不符"
            yield finding(
                draft, span, rule="cited_other_title", severity="error", message=message, advice="核对标题和文号"
            )
        elif cited.state == "other_number" and cited.found:
            message = f"{named}的文号是{cited.found.doc_number}，不是{cited.doc_number}"
            yield finding(draft, span, rule="cited_other_number", severity="error", message=message, advice="核对文号")
        elif cited.state == "not_in_archive":
            message = f"档案中没有{cited.doc_number or '这个标题的文件'}"
            advice = "核对文号和标题；确有此件的，先收入档案"
            yield finding(draft, span, rule="cited_not_in_archive", severity="note", message=message, advice=advice)


def _name(notice: Notice) -> str:
    return f"《{notice.title}》" + (f"（{notice.doc_number}）" if notice.doc_number else "")
