"""Which notices a question names by their titles: in 《…》, by the title's own words, or by a part that few titles have."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from indexer.duplicates.titles import core_of, named_in, title_key
from indexer.notices.places import find_places
from indexer.records import Effect

__all__ = ["TitleAsked", "Titles", "titles_of"]

_HAN = re.compile(r"[\u4e00-\u9fff]+")
# A title is recognised by runs of so many characters: four are a topic (养老服务), which many titles share.
_RUN = 5
# Without 《》 a title is named outright by so many of its own characters …
_SHORTEST_OUTRIGHT = 8
# … that end as a document's name does: 夜间经济发展行动方案.
_DOCUMENT = re.compile(
    r"(?:方案|意见|办法|规划|计划|要点|细则|规定|条例|措施|清单|台账|决定|通知|公告|纲要|任务分解表?)$"
)
# A part of a title hints at it only where so few notices' titles have that part.
_FEW = 2
_QUOTED_SHORTEST = 4
# A province, a prefecture and a county in full take no more characters than this.
_LONGEST_PLACE = 30
# 2023年云泽市…, …行动方案(2023-2025年): the years around a title's own words.
_YEARS_AROUND = re.compile(r"^(?:19|20)\d{2}年?度?|(?:(?:19|20)\d{2}年?){1,2}$")


class TitleAsked(Struct, frozen=True):
    """Notices that a question names by `words` of their titles."""

    words: str
    doc_ids: tuple[str, ...]
    effect: Effect  # filter where the title is named outright, else boost
    rule: str


class Titles(Struct, frozen=True):
    """The titles of an archive, ready to be looked up."""

    keys: tuple[str, ...]  # whole titles
    names: tuple[str, ...]  # what they are about, without issuer, place and years
    doc_ids: tuple[str, ...]
    runs: dict[str, tuple[int, ...]]  # runs of characters of the names → positions of their titles

    def asked(self, text: str, topic: str | None = None) -> TitleAsked | None:
        """The notices that a simplified question names by title; None for none. `topic` is the text without its places.

        Rule `title_quoted`: what stands in 《》 is in a title. Rule `title_in_full`: a title's own words stand in the
        question. Rule `title_in_part`: five characters or more that at most two titles have. Must not match a
        topic (养老服务), nor a document that only clauses name, nor several titles of equal right with one part.
        """
        for words in named_in(text):
            found = self._with(title_key(words)) or self._with(core_of(words))
            if found:
                return self._titles(words, found, "filter", "title_quoted")
        key = title_key(text)
        candidates = {row for at in range(len(key) - _RUN + 1) for row in self.runs.get(key[at : at + _RUN], ())}
        full = [row for row in candidates if self._in_full(self.names[row], key)]
        if full:
            longest = max((self.names[row] for row in full), key=lambda name: (len(name), name))
            rows = [row for row in sorted(full) if self.names[row] == longest]
            return self._titles(longest, rows, "filter", "title_in_full")
        return self._in_part(title_key(text if topic is None else topic))

    def _in_full(self, name: str, key: str) -> bool:
        return len(name) >= _SHORTEST_OUTRIGHT and name in key and _DOCUMENT.search(name) is not None

    def _in_part(self, key: str) -> TitleAsked | None:
        """The notices of the longest run that at most a few titles have."""
        best: tuple[str, tuple[int, ...]] = ("", ())
        for at in range(len(key) - _RUN + 1):
            rows = self.runs.get(key[at : at + _RUN], ())
            if not 0 < len(rows) <= _FEW:
                continue
            end = at + _RUN
            while end < len(key) and all(key[at : end + 1] in self.names[row] for row in rows):
                end += 1
            if end - at > len(best[0]):
                best = key[at:end], rows
        return self._titles(best[0], best[1], "boost", "title_in_part") if best[1] else None

    def _with(self, key: str) -> list[int]:
        return [row for row, title in enumerate(self.keys) if key in title] if len(key) >= _QUOTED_SHORTEST else []

    def _titles(self, words: str, rows: Sequence[int], effect: Effect, rule: str) -> TitleAsked:
        return TitleAsked(words, tuple(sorted({self.doc_ids[row] for row in rows})), effect, rule)


def titles_of(titles: Sequence[tuple[str, str]], places: Sequence[str]) -> Titles:
    """The titles (doc_id, title) of an archive, to be asked many times; `places` are those of the archive."""
    names = [_own_words(title, places) for _, title in titles]
    runs: dict[str, dict[int, None]] = {}
    for row, name in enumerate(names):
        for run in _HAN.findall(name):
            for at in range(len(run) - _RUN + 1):
                runs.setdefault(run[at : at + _RUN], {})[row] = None
    return Titles(
        keys=tuple(title_key(title) for _, title in titles),
        names=tuple(names),
        doc_ids=tuple(doc_id for doc_id, _ in titles),
        runs={run: tuple(rows) for run, rows in runs.items()},
    )


def _own_words(title: str, places: Sequence[str]) -> str:
    """A title as a key without what other titles share: who issued it, where, for which years."""
    name = _YEARS_AROUND.sub("", core_of(title))
    place = next(iter(find_places(name[:_LONGEST_PLACE], known=places)), None)
    if place is not None and place.start == 0:
        name = name[place.end :]
    return _YEARS_AROUND.sub("", name)
