"""One more page against the pages of an archive: whether its notice is there already, and how it would be linked."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from indexer.duplicates.grouping import LEAST_ALIKE, group
from indexer.duplicates.links import links_between
from indexer.duplicates.pages import Page, restored
from indexer.records import Link

__all__ = ["Standing", "standing_of"]

_MOST_COMPARED = 24  # pages whose text is read, the most alike first


@dataclass(frozen=True, slots=True)
class Standing:
    """What a page is to an archive."""

    same: Page | None  # the page of the archive that shows the same notice
    takes_over: bool  # the notice would be read from this page instead
    links: tuple[Link, ...]  # of its notice to others; none where the archive has the notice already


def standing_of(
    page: Page, pages: Sequence[Page], notices: Sequence[Page], *, content: Callable[[Page], str]
) -> Standing:
    """What the page is to an archive whose files are `pages`, and whose notices are read from `notices`, one each.

    By the rules of `group` and `links_between`, as a build over all of them would see it; `content` gives a page's
    content when it is needed. In about as many steps as there are pages, none of which reads a text.
    """
    near = _near(page, pages)
    grouping = group([page, *near], content)
    own = next(found for found in grouping.groups if any(member is page for member in found.pages))
    others = [member for member in own.pages if member is not page]
    if others:
        same_text = [member for member in others if member.text_id == page.text_id]
        return Standing((same_text or others)[0], own.kept is page, ())
    # Of a pair of versions the other may be a page that the archive's notice is not read from.
    kept = {each.text_id: each for each in notices}
    versions = [
        (page, kept.get(other.text_id, other))
        for pair in grouping.versions
        for one, other in (pair, pair[::-1])
        if one is page
    ]
    links = links_between([page, *notices], versions)
    return Standing(None, False, tuple(link for link in links if link.doc_id == page.text_id))


def _near(page: Page, pages: Sequence[Page]) -> list[Page]:
    """The pages that may show the same notice: the same text, the same 发文字号, a content that is much alike."""
    sketch = restored(page.sketch)
    sure = [other for other in pages if other.text_id == page.text_id or (page.number and other.number == page.number)]
    known = {other.path for other in sure}
    alike = (
        (likeness, at)
        for at, other in enumerate(pages)
        if other.path not in known and (likeness := sketch.jaccard(restored(other.sketch))) >= LEAST_ALIKE
    )
    nearest = [pages[at] for _, at in heapq.nlargest(_MOST_COMPARED, alike)]
    return [*sure[:_MOST_COMPARED], *nearest]
