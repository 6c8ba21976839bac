"""Whether two pages show the same notice, two versions of it, or two notices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Literal, TypeAlias

from indexer.duplicates.content import figures, is_foreign
from indexer.duplicates.pages import Page
from indexer.duplicates.titles import core_of, years_in

__all__ = ["Verdict", "compare", "may_be_related"]

Verdict: TypeAlias = Literal["same", "version", "other"]

# Shares of the shorter content. A re-post brings few sentences of its own; what two formats of one file make of its
# letters differs by less still; two versions of a notice have most of their text in common.
_MOST_FOREIGN = 0.25
_MOST_ADDED = 0.05
_MOST_SLIPS = 0.01
_MOST_REVISED = 0.5
_LEAST_KEPT = 0.4  # of the longer content, where one leaves the end out
_SLIP = 4  # characters that may differ however short the notice is
_SENTENCE = 12  # characters from which a line says by itself what its figures are of
_REMARK = 60  # characters of a remark above the text or below it, which may name a day
_MOST_ORDERED = 4_000_000  # pairs of lines that are put in order; beyond, lines are compared wherever they stand


@dataclass(slots=True)
class _Differences:
    """What two contents do not share, counted in characters."""

    foreign: int = 0  # furniture on either side
    added: int = 0  # remarks on either side that state no figure
    reworded: int = 0  # letters where both say something else
    at_end: list[int] = field(default_factory=lambda: [0, 0])  # by which the one goes on behind the end of the other
    revised: int = 0  # around figures that differ, or that stand on one side only


def may_be_related(one: Page, other: Page) -> bool:
    """Whether the headers allow the pages to show one notice or versions of it; cheap, asked before `compare`.

    They do not where both have a 发文字号 and these differ, or the titles name different years. Without a number in
    common, they do not where the issuers differ, or the places: what a district adopts of a city's plan is its own.
    """
    if one.doc_number and other.doc_number and (number := one.number) and (other_number := other.number):
        return number == other_number
    years = years_in(one.title), years_in(other.title)
    if all(years) and years[0] != years[1]:
        return False
    return _agree(one.issuers, other.issuers) and _same_place(one, other)


def compare(one: Page, other: Page, lines: Sequence[str], other_lines: Sequence[str]) -> Verdict:
    """What the second page is to the first, by their headers and the lines of their content (`content.lines`).

    `same`: they differ by furniture, by slips of single letters, or one breaks off. `version`: the same document with
    other figures or sentences. `other`: two notices, such as two years' plans that share most of their text.
    """
    if not may_be_related(one, other):
        return "other"
    found = _differences(lines, other_lines)
    shorter, longer = sorted((max(1, one.n_characters), max(1, other.n_characters)))
    same_document = _same_document(one, other)
    breaks_off = same_document and not min(found.at_end) and shorter >= _LEAST_KEPT * longer
    slips = _SLIP + (_MOST_SLIPS * shorter if same_document else 0)
    if (
        (breaks_off or not any(found.at_end))
        and not found.revised
        and found.foreign <= _MOST_FOREIGN * shorter
        and found.added <= _MOST_ADDED * shorter + _SLIP
        and found.reworded <= slips
        and not (found.reworded and one.units_sha256 != other.units_sha256)
    ):
        return "same"
    changed = found.revised + found.reworded + found.added
    revised = same_document and changed <= _MOST_REVISED * shorter and _same_year(one, other)
    return "version" if revised else "other"


def _same_document(one: Page, other: Page) -> bool:
    """Whether the headers name one document: by its number, else by its title, of which one may be cut."""
    if one.number and one.number == other.number:
        return True
    cores = sorted((core_of(one.title), core_of(other.title)), key=len)
    return len(cores[0]) >= 6 and cores[0] in cores[1] and bool(one.issuers or other.issuers)


def _same_year(one: Page, other: Page) -> bool:
    """Whether the dates allow versions of one document: what comes back every year under one title is no version."""
    numbered = one.number is not None and one.number == other.number
    return numbered or not one.date or not other.date or one.date[:4] == other.date[:4]


def _agree(issuers: Sequence[str], others: Sequence[str]) -> bool:
    """Whether the issuers may be the same: none known on one side, or one named more fully than another."""
    if not issuers or not others:
        return True
    return any(a.endswith(b) or b.endswith(a) for a in issuers for b in others)


def _same_place(one: Page, other: Page) -> bool:
    """Whether the places may be the same: where both name a province, a city or a district, they name the same."""
    a, b = one.place, other.place
    if one.level and other.level and one.level != other.level:
        return False
    pairs = ((a.province, b.province), (a.city, b.city), (a.district, b.district))
    return all(x is None or y is None or x == y for x, y in pairs)


def _differences(lines: Sequence[str], others: Sequence[str]) -> _Differences:
    """What the two do not share, passage by passage.

    Formats read tables in another order and repeat merged cells or not: lines that only stand elsewhere are shared, and
    so are lines that one side has once more. A short cell with a figure is bound to its place: 20万元 and 30万元 swapped
    are two figures that differ.
    """
    found = _Differences()
    passages = list(_passages(lines, others))
    moved = _count(a for a, _, _, _ in passages) & _count(b for _, b, _, _ in passages)
    for line in [line for line in moved if len(line) < _SENTENCE and figures(line)]:
        del moved[line]
    left, right = moved.copy(), moved.copy()
    both = set(lines).intersection(others)
    for mine, theirs, first, last in passages:
        a, b = _without(mine, left), _without(theirs, right)
        if not a or not b:
            a, b = ([line for line in side if line not in both] for side in (a, b))
        _judge(a, b, first, last, found)
    return found


def _passages(lines: Sequence[str], others: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str], bool, bool]]:
    """(lines of the one, lines of the other, nothing shared before, nothing shared behind) where they differ."""
    n, m = len(lines), len(others)
    start = 0
    while start < min(n, m) and lines[start] == others[start]:
        start += 1
    end = 0
    while end < min(n, m) - start and lines[n - 1 - end] == others[m - 1 - end]:
        end += 1
    mine, theirs = lines[start : n - end], others[start : m - end]
    if len(mine) * len(theirs) > _MOST_ORDERED:
        yield mine, theirs, False, False
        return
    for kind, a, b, c, d in SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
        if kind != "equal":
            yield mine[a:b], theirs[c:d], not (start or a or c), not end and b == len(mine) and d == len(theirs)


def _count(passages: Iterable[Sequence[str]]) -> Counter[str]:
    return Counter(line for passage in passages for line in passage)


def _without(lines: Sequence[str], moved: Counter[str]) -> list[str]:
    """The lines, less those that are still to be left out; these are counted down."""
    kept = []
    for line in lines:
        if moved[line]:
            moved[line] -= 1
        else:
            kept.append(line)
    return kept


def _judge(mine: list[str], theirs: list[str], first: bool, last: bool, found: _Differences) -> None:
    """Count one passage that differs; `first` and `last` say that nothing shared stands before it, or behind."""
    for side in (mine, theirs):
        found.foreign += sum(len(line) for line in side if is_foreign(line))
    a, b = ("".join(line for line in side if not is_foreign(line)) for side in (mine, theirs))
    if a == b:
        return
    shorter, longer = sorted((a, b), key=len)
    if shorter in longer:
        before, _, behind = longer.partition(shorter) if shorter else ("", "", longer)
        whose = 0 if longer == a else 1
        if not shorter and first:
            before, behind = behind, ""
        _judge_piece(before, first, False, whose, found)
        _judge_piece(behind, False, last, whose, found)
    elif figures(a) != figures(b):
        found.revised += len(longer)
    else:
        found.reworded += _letters_changed(a, b)


def _judge_piece(piece: str, first: bool, last: bool, side: int, found: _Differences) -> None:
    """Count what only one side has."""
    if is_foreign(piece):
        found.foreign += len(piece)
    elif (first or last) and len(piece) <= _REMARK:
        found.added += len(piece)
    elif last:
        found.at_end[side] += len(piece)
    elif figures(piece):
        found.revised += len(piece)
    else:
        found.added += len(piece)


def _letters_changed(one: str, other: str) -> int:
    """How many letters one would have to change, about: pairs of letters that only one side has, halved."""
    pairs = [Counter(_pairs(text)) for text in (one, other)]
    return (sum((pairs[0] - pairs[1]).values()) + sum((pairs[1] - pairs[0]).values()) + 1) // 4 + 1


def _pairs(text: str) -> Iterator[str]:
    return (text[at : at + 2] for at in range(len(text) - 1))
