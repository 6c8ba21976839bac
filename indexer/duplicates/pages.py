"""A page as far as recognising its notice elsewhere needs it: what its header says, and a sketch of its content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Struct
from rensa import RMinHash

from indexer.duplicates.content import is_foreign, lines
from indexer.duplicates.titles import number_key
from indexer.records import Notice, Place, Repeal

__all__ = ["OTHER_DECIMALS", "PERMUTATIONS", "Page", "content_of", "page_of", "sketch_of"]

PERMUTATIONS = 128
# What is said of a page that is left out because it may be another's text or not.
OTHER_DECIMALS = "has the same letters and digits as"
_SEED = 1
_SHINGLE = 5  # characters: about three words of Chinese


class Page(Struct, frozen=True):
    """One file that shows a notice. Everything but the path is of the page itself, whatever else is in the archive."""

    path: str
    text_id: str  # the doc_id of the notice as this page has it
    title: str
    issuers: tuple[str, ...]
    doc_number: str | None
    issued_on: str | None
    published_on: str | None
    retrieved_at: str | None
    place: Place
    level: str | None
    url: str | None
    site: str | None  # the site's name, where the page declares it
    n_characters: int  # of the content, without blanks and punctuation
    n_foreign: int  # lines of the content that look like furniture
    n_elements: int  # elements of the header that were found: a re-post loses some
    repeals: tuple[Repeal, ...]
    cites: tuple[tuple[str, str | None], ...]
    units_sha256: str  # of the units made responsible, with their roles
    sketch: bytes  # MinHash of the content, for `RMinHash.__setstate__`
    disclosure: str | None = None  # 公开方式

    @property
    def number(self) -> str | None:
        """The 发文字号 as a key: brackets and blanks play no part."""
        return number_key(self.doc_number) if self.doc_number else None

    @property
    def date(self) -> str:
        """The day by which versions are put in order, ISO 8601; empty where none is known."""
        return self.issued_on or self.published_on or ""

    def facts(self) -> str:
        """All but path, text_id and sketch as JSON, for the archive."""
        values = msgspec.to_builtins(self)
        for name in ("path", "text_id", "sketch"):
            del values[name]
        return json.dumps(values, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_facts(cls, path: str, text_id: str, facts: str, sketch: bytes) -> Page:
        """The page whose `facts` these are."""
        return msgspec.convert({**msgspec.json.decode(facts), "path": path, "text_id": text_id, "sketch": sketch}, cls)


def page_of(notice: Notice, metadata: Mapping[str, str]) -> Page:
    """What is kept of a page to recognise its notice; `metadata` is what the page declares about itself."""
    content = lines(content_of(notice))
    elements = (
        notice.doc_number, notice.issuers, notice.issued_on, notice.index_number, notice.addressees, notice.published_on,
        _is_whole(notice),
    )  # fmt: skip
    return Page(
        path=notice.source.path,
        text_id=notice.doc_id,
        title=notice.title,
        issuers=notice.issuers,
        doc_number=notice.doc_number,
        issued_on=notice.issued_on,
        published_on=notice.published_on,
        retrieved_at=notice.source.retrieved_at,
        place=notice.place,
        level=notice.level,
        url=notice.source.url,
        site=metadata.get("site"),
        n_characters=sum(map(len, content)),
        n_foreign=sum(map(is_foreign, content)),
        n_elements=sum(map(bool, elements)),
        repeals=notice.repeals,
        cites=tuple((cite.title, cite.doc_number) for cite in notice.cites),
        units_sha256=_units_sha256(notice),
        sketch=sketch_of(content),
        disclosure=notice.disclosure,
    )


def content_of(notice: Notice) -> str:
    """The notice from its first clause to its last unit, line by line: no title, no dates, no signature.

    What a re-post changes stands outside of it, and what a correction changes inside. The whole body where there is no
    clause.
    """
    if not notice.clauses:
        return notice.body
    ends = [clause.end for clause in notice.clauses]
    ends += [unit.end for clause in notice.clauses for unit in clause.units]
    start = notice.body.rfind("\n", 0, min(clause.start for clause in notice.clauses)) + 1
    return notice.body[start : max(ends)]


def sketch_of(content: Sequence[str]) -> bytes:
    """The MinHash of the runs of five characters in the content's lines (`content.lines`)."""
    text = "".join(content)
    sketch = RMinHash(PERMUTATIONS, _SEED)
    sketch.update({text[at : at + _SHINGLE] for at in range(max(1, len(text) - _SHINGLE + 1))})
    state: bytes = sketch.__getstate__()
    return state


def restored(sketch: bytes) -> RMinHash:
    """The MinHash whose state this is."""
    empty = RMinHash(PERMUTATIONS, _SEED)
    empty.__setstate__(sketch)
    return empty


def _is_whole(notice: Notice) -> bool:
    """Whether the title begins with who issued it: re-posts cut that off."""
    return any(notice.title.startswith(issuer[:4]) for issuer in notice.issuers)


def _units_sha256(notice: Notice) -> str:
    units = sorted((unit.surface, unit.role) for clause in notice.clauses for unit in clause.units)
    return hashlib.sha256(json.dumps(units).encode()).hexdigest()[:16]
