"""What is known about a generated notice: its lines before layout, its clauses, and the whole with its truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from eval.generated.assignments import WrittenUnit
from eval.generated.quantities import WrittenDeadline, WrittenTarget
from eval.gold import GoldClause, squeeze
from indexer.records import RawNotice, Table

__all__ = ["Line", "LineKind", "WrittenClause", "WrittenNotice", "spot"]

LineKind = Literal["title", "meta", "heading", "paragraph", "units", "signature", "list", "furniture", "table"]
_QUOTE = 14  # characters; longer where that many stand elsewhere too


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph, or a table, before a layout turns it into physical lines."""

    kind: LineKind
    text: str = ""
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class WrittenClause:
    """One clause as the writer knows it: its first and last words as long as they run, and everything it assigns."""

    path: tuple[str, ...]
    first: str  # the text from the clause's own beginning, without a run-in title, to the end of that paragraph
    last: str  # the paragraph or cell that ends the clause
    numbering: str  # the kind of its label, or letter, preamble, intro, row
    units: tuple[WrittenUnit, ...] = ()
    deadline: WrittenDeadline | None = None
    targets: tuple[WrittenTarget, ...] = ()
    persons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WrittenNotice:
    """A generated notice: what a reader would hand over, and the truth about it.

    `judged[i]` is the gold record of `written[i]`, which also has forms, numbering and normalised values.
    """

    seed: int
    kind: str  # plan, opinions, measures, …
    layout: str  # paragraphs, wrapped, one_line, grid, pipes, cells
    raw: RawNotice
    written: tuple[WrittenClause, ...]
    judged: tuple[GoldClause, ...]
    header: Mapping[str, object]

    @property
    def title(self) -> str:
        """The notice's title, unbroken."""
        return str(self.header["title"])


def spot(clause: WrittenClause, doc: str, whole: str) -> GoldClause:
    """The gold record of a clause of the notice whose squeezed text is `whole`, with quotes that stand once in it.

    Raises ValueError where no such quote exists or a unit is not in the text: the writer made a mistake.
    """
    for unit in clause.units:
        if squeeze(unit.name) not in whole:
            raise ValueError(f"the unit {unit.name} is not in the notice")
    own = [unit for unit in clause.units if not unit.inherited]
    return GoldClause(
        doc=doc,
        path=clause.path,
        quote=_once(squeeze(clause.first).rstrip("。;"), whole),
        end_quote=_end(squeeze(clause.last), whole),
        units=tuple(dict.fromkeys((unit.name, unit.role) for unit in own)),
        inherited=tuple(dict.fromkeys(unit.name for unit in clause.units if unit.inherited)),
        persons=clause.persons,
        deadline=clause.deadline.text if clause.deadline else None,
        targets=tuple(target.text for target in clause.targets),
    )


def _once(words: str, whole: str) -> str:
    """The first words that stand once and unbroken; a page number may break the very first ones."""
    for start in range(0, len(words), 4):
        for length in (_QUOTE, 2 * _QUOTE, len(words) - start):
            quote = words[start : start + length]
            if whole.count(quote) == 1:
                return quote
    raise ValueError(f"not once in the notice: {words}")


def _end(words: str, whole: str) -> str:
    """The last words, up to a page number that breaks them."""
    for length in range(min(_QUOTE, len(words)), 1, -1):
        if words[-length:].rstrip("。;") in whole:
            return words[-length:]
    raise ValueError(f"not in the notice: {words}")
