"""The pass over a body: line by line into clauses with what belongs to them, tables, and lines of their own."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from itertools import pairwise
from operator import attrgetter

from indexer.layout.blocks import Block, ClauseBlock, Line
from indexer.layout.grids import JOINT, Span, grid_of
from indexer.layout.lines import bare, heading_level, kind_of_line
from indexer.records import Clause, Notice

__all__ = ["lay_out"]

# Between two rows of a table at most so many headings stand in a row.
_MOST_SECTIONS = 3
_CLOSES = "）)】]。；;，, \u3000"


def lay_out(notice: Notice) -> tuple[Block, ...]:
    """The blocks of the notice's body, in its order; every character but blanks at the ends of lines is in one of them."""
    setting = _Setting(notice)
    at = 0
    while at < len(setting.lines):
        at = setting.take(at)
    return tuple(setting.blocks)


class _Setting:
    """The blocks so far, and what tells to which of them a line belongs."""

    def __init__(self, notice: Notice) -> None:
        self.blocks: list[Block] = []
        self.lines: list[Span] = [m.span() for m in re.finditer(r"[^\n]+", notice.body) if m.group().strip()]
        self._notice = notice
        self._body = notice.body
        self._clauses = sorted(notice.clauses, key=attrgetter("start"))
        self._starts = [clause.start for clause in self._clauses]
        self._plain = [clause for clause in self._clauses if not clause.columns]
        self._next = 0  # of those, the first that no block has yet
        self._cells = sorted({(c.start, c.end) for clause in self._clauses for c in clause.columns})
        self._cell_starts = [start for start, _ in self._cells]
        self._unit_starts = sorted({unit.start for clause in self._clauses for unit in clause.units})
        self._title = bare(notice.title)  # what of it no line has shown yet
        self._above: tuple[str, ...] = ()  # the headings of the clause before

    def take(self, at: int) -> int:
        """Put the line into a block, with those that go with it; gives the number of the line behind them."""
        first = self._table_begins(at)
        if first is not None:
            return self._grid(at, first)
        if self._next < len(self._plain) and self._plain[self._next].start < self.lines[at][1]:
            return self._clause_lines(at)
        self._line(*self.lines[at])
        return at + 1

    # --- clauses -------------------------------------------------------------------------------

    def _clause_lines(self, at: int) -> int:
        """The clauses of the line, with the lines that they go on in and their unit line."""
        group = [self._plain[self._next]]
        begin, end = self.lines[at]
        at += 1
        while True:
            while at < len(self.lines) and self.lines[at][0] < group[-1].end:
                end = self.lines[at][1]
                at += 1
            follower = self._next + len(group)
            if follower >= len(self._plain) or self._plain[follower].start >= end:
                break
            group.append(self._plain[follower])
        while at < len(self.lines) and self._is_unit_line_of(group[-1], *self.lines[at]):
            end = self.lines[at][1]
            at += 1
        cuts = [begin, *(self._behind(a, b) for a, b in pairwise(group)), end]
        for clause, (start, stop) in zip(group, pairwise(cuts), strict=True):
            self.blocks.append(ClauseBlock(clause, start, stop))
        self._next += len(group)
        self._above = group[-1].headings
        return at

    def _behind(self, before: Clause, after: Clause) -> int:
        """Where in a line the one clause ends with its unit bracket, and the other begins with its label."""
        at = max([before.end, *(unit.end for unit in before.units if before.end <= unit.start < after.start)])
        closing = self._body.rfind("\n", before.end, after.start)
        if closing >= at:
            return closing + 1
        while at < after.start and self._body[at] in _CLOSES:
            at += 1
        return at

    def _is_unit_line_of(self, clause: Clause, start: int, end: int) -> bool:
        """Whether the line says who does what the clause before it says, and nothing else."""
        follower = self._next_plain(clause)
        if self._is_cell(start, end) or (follower is not None and follower.start < end):
            return False
        named = any(start <= unit.start < end for unit in clause.units)
        return named and self._level(start, end) is None

    def _next_plain(self, clause: Clause) -> Clause | None:
        place = bisect_right(self._starts, clause.start)
        return self._clauses[place] if place < len(self._clauses) else None

    # --- lines outside of clauses --------------------------------------------------------------

    def _line(self, start: int, end: int) -> None:
        text = self._body[start:end]
        plain = bare(text)
        if plain and self._title.startswith(plain) and not self._next:
            self._title = self._title[len(plain) :]
            self.blocks.append(Line("title", start, end))
        elif (level := self._level(start, end)) is not None and not self._lists_attachment(start, end):
            self.blocks.append(Line("heading", start, end, level))
        elif self._names_units(start, end):
            self.blocks.append(Line("unit_line", start, end))
        elif self._lists_attachment(start, end):
            self.blocks.append(Line("attachment", start, end))
        else:
            at_end = bisect_left(self._starts, end) >= len(self._starts)
            self.blocks.append(Line(kind_of_line(self._notice, text, at_end=at_end), start, end))

    def _lists_attachment(self, start: int, end: int) -> bool:
        """Whether the line goes on with a list of attachments: 2.工作专班方案 below 附件:1.任务清单."""
        last = self.blocks[-1] if self.blocks else None
        text = bare(self._body[start:end])
        return (
            isinstance(last, Line)
            and last.kind == "attachment"
            and any(bare(a) in text for a in self._notice.attachments)
        )

    def _level(self, start: int, end: int) -> int | None:
        """The level of a heading, None where the line is none."""
        place = bisect_left(self._starts, end)
        below = self._clauses[place].headings if place < len(self._clauses) else ()
        return heading_level(self._body[start:end], below=below, above=self._above)

    def _names_units(self, start: int, end: int) -> bool:
        return bisect_left(self._unit_starts, start) < bisect_left(self._unit_starts, end)

    # --- tables --------------------------------------------------------------------------------

    def _table_begins(self, at: int) -> int | None:
        """The line behind the names of a table's columns where one begins here; None where none does."""
        if self._is_cell(*self.lines[at]):
            return at
        names = self._names_below(at)
        first = at
        while names and first < len(self.lines) and bare(self._body[slice(*self.lines[first])]) in names:
            first += 1
        if first == at or first == len(self.lines):
            return None
        return first if self._is_cell(*self.lines[first]) or self._sections(first) else None

    def _names_below(self, at: int) -> set[str]:
        """The names of the columns of the next cell; none where a clause lies in between."""
        place = bisect_left(self._cell_starts, self.lines[at][1])
        if place >= len(self._cells):
            return set()
        row = self._row_with(self._cells[place])
        upcoming = self._plain[self._next].start if self._next < len(self._plain) else len(self._body)
        if row.start > upcoming:
            return set()
        return {part for column in row.columns for part in (bare(column.name), *bare(column.name).split(JOINT)) if part}

    def _row_with(self, cell: Span) -> Clause:
        """The first row that has the cell."""
        place = bisect_left(self._starts, cell[0])
        for clause in self._clauses[max(0, place - 1) :]:
            if any((column.start, column.end) == cell for column in clause.columns):
                return clause
        raise AssertionError(f"a cell at {cell} without a row")

    def _grid(self, at: int, first: int) -> int:
        header = self.lines[at:first]
        end = first
        sections: list[Span] = []
        while end < len(self.lines):
            between = [] if self._is_cell(*self.lines[end]) else self._sections(end)
            if between is None:
                break
            sections += between
            end += len(between) or 1
        begin, stop = self.lines[at][0], self.lines[end - 1][1]
        rows = [c for c in self._clauses if c.columns and begin <= max(column.start for column in c.columns) < stop]
        self.blocks.append(grid_of(self._body, rows, header=header, sections=sections))
        self._above = rows[-1].headings
        return end

    def _sections(self, at: int) -> list[Span] | None:
        """The headings from here to the next row of the same table; None where the table ends here."""
        found: list[Span] = []
        while at < len(self.lines) and not self._is_cell(*self.lines[at]):
            upcoming = self._plain[self._next].start if self._next < len(self._plain) else len(self._body)
            if len(found) == _MOST_SECTIONS or upcoming < self.lines[at][1] or self._level(*self.lines[at]) is None:
                return None
            found.append(self.lines[at])
            at += 1
        return found if at < len(self.lines) else None

    def _is_cell(self, start: int, end: int) -> bool:
        """Whether the line lies in a cell of a table's row."""
        place = bisect_right(self._cell_starts, start) - 1
        return place >= 0 and self._cells[place][1] >= end
