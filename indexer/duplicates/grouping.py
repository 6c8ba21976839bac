"""Pages put together by the notice that they show, in about as many steps as there are pages.

MinHash with banded look-up (rensa) names the few pages that may show the same; `comparison` then decides on their text.
rensa, because it makes sketches many times faster than datasketch does, and imports no scipy.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rensa import RMinHash, RMinHashLSH

from indexer.duplicates.comparison import compare, may_be_related
from indexer.duplicates.content import lines
from indexer.duplicates.pages import PERMUTATIONS, Page, restored
from indexer.duplicates.preference import best, preference

__all__ = ["LEAST_ALIKE", "Group", "Grouping", "group", "group_apart"]

# 32 bands of 4: two pages that share 60 % of their shingles meet in a band with a probability of 98.8 %, at 20 % with
# 5 %. Whoever meets must also be alike by the whole sketch before texts are read.
_BANDS = 32
LEAST_ALIKE = 0.45
_MOST_COMPARED = 12  # pages whose text is read for one page, the most alike first
_MOST_LOOKED_AT = 100  # pages whose header is looked at for that
_TEXTS_HELD = 512
# A page with less content than this is the same as another only if its whole text is: too little tells it apart.
_LEAST_CHARACTERS = 40


@dataclass(frozen=True, slots=True)
class Group:
    """A notice and every page that shows it; `pages` begins with the one to read it from, the others follow by path."""

    pages: tuple[Page, ...]

    @property
    def kept(self) -> Page:
        """The page to read the notice from."""
        return self.pages[0]


@dataclass(frozen=True, slots=True)
class Grouping:
    """Every page in one group, by the path of the page kept; and pairs of groups that are versions of a document."""

    groups: tuple[Group, ...]
    versions: tuple[tuple[Page, Page], ...]  # of kept pages


def group(pages: Iterable[Page], content: Callable[[Page], str]) -> Grouping:
    """The pages by the notice that they show; `content` gives a page's content when it is needed.

    The same pages give the same groups, in whatever order they come. Each page is compared with the longest page of a
    group, so that a page that breaks off joins the whole one.
    """
    held = lru_cache(maxsize=_TEXTS_HELD)(lambda page: lines(content(page)))
    heads = _Heads()
    members: list[list[Page]] = []
    versions: set[tuple[int, int]] = set()
    for same_text in _by_text(pages):
        page = same_text[0]
        sketch = restored(page.sketch)
        related: list[int] = []
        for head in heads.like(page, sketch):
            verdict = compare(heads.pages[head], page, held(heads.pages[head]), held(page))
            if verdict == "same":
                members[head] += same_text
                break
            if verdict == "version":
                related.append(head)
        else:
            versions |= {(head, len(members)) for head in related}
            heads.add(page, sketch)
            members.append(list(same_text))
    kept = [best(found) for found in members]
    groups = [
        Group((first, *sorted((page for page in found if page is not first), key=lambda page: page.path)))
        for first, found in zip(kept, members, strict=True)
    ]
    return Grouping(
        groups=tuple(sorted(groups, key=lambda found: found.kept.path)),
        versions=tuple((kept[one], kept[other]) for one, other in sorted(versions)),
    )


def group_apart(pages: Iterable[Page], content: Callable[[Page], str], rank: Callable[[Page], int]) -> Grouping:
    """As `group`, for pages that not everybody may see; `rank` is 0 for the most open ones.

    Pages of one rank are compared with one another alone: what shows a notice, and which page it is read from, does not
    depend on pages that fewer people may see. The very same text is one notice whatever the rank, read from the most open
    page that has it.
    """
    ranked: dict[str, dict[int, list[Page]]] = {}
    for page in pages:
        ranked.setdefault(page.text_id, {}).setdefault(rank(page), []).append(page)
    compared: dict[int, list[Page]] = {}
    others: dict[str, list[Page]] = {}
    for text_id, by_rank in ranked.items():
        least = min(by_rank)
        compared.setdefault(least, []).extend(by_rank.pop(least))
        others[text_id] = [page for found in by_rank.values() for page in found]
    parts = [group(compared[each], content) for each in sorted(compared)]
    groups = [_with_others(found, others) for part in parts for found in part.groups]
    return Grouping(
        groups=tuple(sorted(groups, key=lambda found: found.kept.path)),
        versions=tuple(pair for part in parts for pair in part.versions),
    )


def _with_others(found: Group, others: Mapping[str, Sequence[Page]]) -> Group:
    """The group with the other pages that have one of its texts."""
    more = [page for text_id in {page.text_id for page in found.pages} for page in others[text_id]]
    return Group((found.kept, *sorted([*found.pages[1:], *more], key=lambda page: page.path)))


def _by_text(pages: Iterable[Page]) -> list[list[Page]]:
    """Pages with the very same text together, the best first; the longest text first."""
    same: dict[str, list[Page]] = {}
    for page in pages:
        same.setdefault(page.text_id, []).append(page)
    found = [sorted(pages, key=preference) if len(pages) > 1 else pages for pages in same.values()]
    return sorted(found, key=lambda pages: (-pages[0].n_characters, preference(pages[0])))


class _Heads:
    """The longest page of each group so far, found by likeness and by number."""

    def __init__(self) -> None:
        self.pages: list[Page] = []
        self._sketches: list[RMinHash] = []
        self._bands = RMinHashLSH(LEAST_ALIKE, PERMUTATIONS, _BANDS)
        self._by_number: dict[str, list[int]] = {}

    def add(self, page: Page, sketch: RMinHash) -> None:
        """Take the page in."""
        self._bands.insert(len(self.pages), sketch)
        if page.number:
            self._by_number.setdefault(page.number, []).append(len(self.pages))
        self.pages.append(page)
        self._sketches.append(sketch)

    def like(self, page: Page, sketch: RMinHash) -> Sequence[int]:
        """The pages that may show the same notice: first those with the same 发文字号, then the most alike."""
        if page.n_characters < _LEAST_CHARACTERS:
            return ()
        numbered = self._by_number.get(page.number, []) if page.number else []
        rest = set(self._bands.query(sketch)).difference(numbered)
        # By likeness first, for it is told faster: notices of one template may be thousands.
        alike = [(sketch.jaccard(self._sketches[head]), -head) for head in rest]
        nearest = heapq.nlargest(_MOST_LOOKED_AT, [found for found in alike if found[0] >= LEAST_ALIKE])
        related = [-head for _, head in nearest if may_be_related(self.pages[-head], page)]
        return [*numbered[:_MOST_COMPARED], *related[:_MOST_COMPARED]]
