"""What one notice of the archive does to another: repeals, replaces, corrects, amends it, or is a version of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from indexer.duplicates.pages import Page
from indexer.duplicates.titles import core_of, core_of_key, named_in, number_key, numbers_in, title_key
from indexer.records import Link, Relation

__all__ = ["INVERSE", "links_between"]

INVERSE: dict[Relation, Relation] = {
    "repeals": "repealed_by", "replaces": "replaced_by", "corrects": "corrected_by", "amends": "amended_by",
    "repealed_by": "repeals", "replaced_by": "replaces", "corrected_by": "corrects", "amended_by": "amends",
    "other_version": "other_version",
}  # fmt: skip

# Rule `correction_title`: 关于更正云泽政发〔2021〕3号文件有关内容的通知, 《……》勘误. Not 关于印发更正登记办法的通知: there 更正 is
# what the document is about, and stands behind 印发.
_CORRECTS = re.compile(r"关于(?:对.{2,60})?(?:更正|勘误)|(?:更正|勘误)(?:通知|公告|说明|启事|函)?$")
# Rule `amendment_title`: 关于修改《……办法》的决定. Not 关于印发……（修订）的通知, which puts itself in another's place.
_AMENDS = re.compile(r"关于(?:对.{2,60}(?:进行|作)(?:部分)?)?(?:修改|修订|修正|调整).*(?:决定|通知|公告)$")
# Rule `revised_title`: the later of two versions says so itself: ……（更正版）, ……（修订稿）.
_REVISED = re.compile(r"[(\uff08](?:更正|修订|修正|修改|勘误|订正)(?:版|稿|本|后)?[)\uff09]")


def links_between(pages: Iterable[Page], versions: Iterable[tuple[Page, Page]]) -> list[Link]:
    """Every link between the notices of the pages (one page a notice), each in both directions, sorted.

    `versions` are pairs of pages that show the same document with other figures. What a notice names is looked up by
    its 发文字号, else by its title; a title that two notices bear in the same right is not linked.
    """
    known = _Named(pages)
    found: set[tuple[str, str, Relation]] = set()
    for page in known.pages:
        for relation, other in _statements(page, known):
            found.add((page.text_id, other.text_id, relation))
    linked = {frozenset((one, other)) for one, other, _ in found}
    for first, second in versions:
        if frozenset((first.text_id, second.text_id)) not in linked:
            found.add((first.text_id, second.text_id, _order(first, second)))
    both = found | {(other, one, INVERSE[relation]) for one, other, relation in found}
    return [Link(*link) for link in sorted(both)]


def _statements(page: Page, known: _Named) -> Iterator[tuple[Relation, Page]]:
    """What the notice itself says of others in the archive."""
    for repeal in page.repeals:
        for other in known.find(repeal.title, repeal.doc_number, page):
            yield repeal.relation, other
    relation: Relation | None = (
        "corrects" if _CORRECTS.search(page.title) else "amends" if _AMENDS.search(page.title) else None
    )
    if relation is None:
        return
    named = [known.find("", number, page) for number in numbers_in(page.title)]
    named += [known.find(title, None, page) for title in named_in(page.title)]
    if relation == "corrects" and not any(named):
        # The title says only that something is corrected (关于更正有关数据的通知): the first document cited is meant.
        named = [found for title, number in page.cites if (found := known.find(title, number, page))][:1]
    for found in named:
        for other in found:
            yield relation, other


def _order(one: Page, other: Page) -> Relation:
    """What the first version is to the second: the later one corrects the earlier, where it shows which is later."""
    revised = bool(_REVISED.search(one.title)), bool(_REVISED.search(other.title))
    if revised[0] != revised[1]:
        return "corrects" if revised[0] else "corrected_by"
    for a, b in ((one.issued_on, other.issued_on), (one.published_on, other.published_on)):
        if a and b and a != b:
            return "corrects" if a > b else "corrected_by"
    return "other_version"


class _Named:
    """Notices by their 发文字号 and by their titles."""

    def __init__(self, pages: Iterable[Page]) -> None:
        self.pages = sorted(pages, key=lambda page: page.text_id)
        self._by_number: dict[str, list[Page]] = {}
        self._by_title: dict[str, list[Page]] = {}
        for page in self.pages:
            if page.number:
                self._by_number.setdefault(page.number, []).append(page)
            title = title_key(page.title)
            for key in {title, core_of_key(title)}:
                self._by_title.setdefault(key, []).append(page)

    def find(self, title: str, number: str | None, of: Page) -> Sequence[Page]:
        """The notices meant by a title and a number in the text of another: several only as versions of one."""
        if number:
            found = self._others(self._by_number.get(number_key(number), ()), of)
            if found:
                return found
        if not title:
            return ()
        whole = self._others(self._by_title.get(title_key(title), ()), of)
        about = [
            page
            for page in self._others(self._by_title.get(core_of(title), ()), of)
            if any(issuer in title for issuer in page.issuers) or set(page.issuers) & set(of.issuers)
        ]
        for found in (whole, about):
            if number:  # a notice with a number of its own would have been found by it
                found = [page for page in found if page.number is None]
            if found and len({page.number for page in found}) == 1:
                return found
        return ()

    def _others(self, pages: Iterable[Page], of: Page) -> list[Page]:
        """The pages but the one that speaks, without those that are later than it."""
        return [
            page for page in pages if page.text_id != of.text_id and not (page.date and of.date and page.date > of.date)
        ]
