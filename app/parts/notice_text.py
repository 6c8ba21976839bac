"""A notice as a set document in HTML: headings, clauses with their units in the margin, tables, and all the rest of it.

Every character of the body is shown once, escaped. What is not of the body (units beside a clause, marks of corrections)
stands in elements of the class `tw-beside`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import urlencode

from msgspec import Struct

from app.parts.chips import unit_chips
from app.parts.marking import Mark, marked
from app.texts import Texts
from indexer.layout import Block, ClauseBlock, Grid, GridCell, GridRow, Line, lay_out, spans
from indexer.records import ROLES, Clause, Notice, UnitMention

__all__ = ["Entry", "anchor_of", "notice_html", "outline"]

# Headings are h3 and below: a page's own is h1, the notice's title h2.
_FIRST_HEADING = 2
# An outline without headings lists clauses; of these the beginning.
_ENTRY_CHARACTERS = 24
_DEEPEST_ENTRY = 3


class Entry(Struct, frozen=True):
    """A line of the outline: its level from 1, what it says, and the id of the place it leads to."""

    level: int
    text: str
    anchor: str


def notice_html(
    notice: Notice,
    texts: Texts,
    *,
    here: str | None = None,
    window: tuple[int, int] | None = None,
    chosen: bool = False,
    corrected: Mapping[str, str] | None = None,
) -> str:
    """The body, the clause of the id `here` marked; with `window` only blocks that touch that stretch of the body.

    With `chosen` each clause's number is a link to it that a script may follow without loading anew (`data-clause`).
    `corrected` says of clauses, by id, who corrected their units and when.
    """
    setting = _Setting(notice, texts, here=here, chosen=chosen, corrected=corrected or {})
    blocks = [block for block in lay_out(notice) if window is None or _touches(block, window)]
    return "".join(map(setting.block, blocks))


def anchor_of(start: int) -> str:
    """The id of the block that begins there."""
    return f"at-{start}"


def outline(notice: Notice) -> list[Entry]:
    """Headings, titles of plans and attachments, headings in tables; the clauses' beginnings where there are none."""
    blocks = lay_out(notice)
    named = any(isinstance(block, Line) and block.kind == "heading" for block in blocks)
    entries: list[Entry] = []
    for block in blocks:
        if isinstance(block, Grid):
            entries += _grid_entries(notice, block, level=2 if named else 1)
        elif isinstance(block, ClauseBlock):
            if not named:
                entries.append(Entry(1, _short(notice.body[block.start : block.end]), anchor_of(block.start)))
        elif block.kind in ("heading", "part") and block.level <= _DEEPEST_ENTRY:
            text = _short(notice.body[block.start : block.end])
            entries.append(Entry(max(block.level, 1), text, anchor_of(block.start)))
    return entries


def _grid_entries(notice: Notice, grid: Grid, *, level: int) -> list[Entry]:
    """The headings between the rows; without any, the groups that rows stand in."""
    between = [row.cells[0] for row in grid.rows if row.clause is None and row.cells]
    if between:
        return [
            Entry(level, _short(notice.body[c.start : c.end]), anchor_of(c.start)) for c in between if c is not None
        ]
    groups: dict[str, int] = {}
    for row in grid.rows:
        if row.clause is not None and row.clause.headings:
            groups.setdefault(row.clause.headings[-1], row.clause.start)
    return [Entry(level, _short(heading), anchor_of(start)) for heading, start in groups.items()]


def _short(text: str) -> str:
    line = " ".join(text.split("\n")[0].split())
    return line if len(line) <= _ENTRY_CHARACTERS else line[: _ENTRY_CHARACTERS - 1] + "…"


def _touches(block: Block, window: tuple[int, int]) -> bool:
    held = spans(block)
    return bool(held) and held[0][0] < window[1] and held[-1][1] > window[0]


class _Setting:
    """What every block is set with."""

    def __init__(
        self, notice: Notice, texts: Texts, *, here: str | None, chosen: bool, corrected: Mapping[str, str]
    ) -> None:
        self._notice = notice
        self._texts = texts
        self._here = here
        self._chosen = chosen
        self._corrected = corrected

    def block(self, block: Block) -> str:
        """The block as HTML."""
        if isinstance(block, ClauseBlock):
            return self._clause(block)
        if isinstance(block, Grid):
            return self._grid(block)
        return self._line(block)

    # --- lines ---------------------------------------------------------------------------------

    def _line(self, line: Line) -> str:
        text = escape(self._notice.body[line.start : line.end])
        if line.kind == "heading":
            level = min(line.level + _FIRST_HEADING, 6)
            return f'<h{level} class="tw-set-heading" id="{anchor_of(line.start)}">{text}</h{level}>'
        if line.kind == "part":
            return f'<h3 class="tw-set-part" id="{anchor_of(line.start)}">{text}</h3>'
        return f'<p class="tw-set-{line.kind}">{text}</p>'

    # --- clauses -------------------------------------------------------------------------------

    def _clause(self, block: ClauseBlock) -> str:
        clause = block.clause
        label = self._label(clause, escape(self._notice.body[block.start : clause.start]))
        text = self._marked(clause.start, clause.end, clause)
        behind = self._notice.body[clause.end : block.end]
        tail = f'<span class="tw-set-units">{escape(behind)}</span>' if behind.strip() else escape(behind)
        beside = self._beside(clause, clause.units)
        return (
            f'<div class="tw-set-clause{self._mark_here(clause)}" id="{anchor_of(block.start)}">'
            f'<div class="tw-set-text">{label}{text}{tail}</div>{beside}</div>'
        )

    def _label(self, clause: Clause, text: str) -> str:
        """What stands before the clause, as the link that chooses it."""
        if not self._chosen:
            return text
        address = urlencode({"notice": clause.doc_id, "clause": clause.clause_id})
        hint = escape(self._texts("choose_clause", number=clause.number or "¶"))
        chosen = ' aria-current="true"' if clause.clause_id == self._here else ""
        return (
            f'<a class="tw-choose" href="?{escape(address)}" target="_self" data-clause="{escape(clause.clause_id)}" '
            f'title="{hint}"{chosen}>{text or self._pilcrow(hint)}</a>'
        )

    @staticmethod
    def _pilcrow(hint: str) -> str:
        """The sign of a clause without a number, which is no text of the notice."""
        return f'<span class="tw-beside tw-set-pilcrow" role="img" aria-label="{hint}"></span>'

    def _mark_here(self, clause: Clause) -> str:
        return " tw-here" if clause.clause_id == self._here else ""

    def _beside(self, clause: Clause, units: Sequence[UnitMention]) -> str:
        """The units in the margin, and who corrected them."""
        by = self._corrected.get(clause.clause_id)
        hint = f'<div class="tw-corrected">{escape(by)}</div>' if by else ""
        chips = unit_chips(units, self._texts)
        return f'<div class="tw-beside tw-set-margin">{chips}{hint}</div>' if chips or hint else ""

    def _marked(self, start: int, end: int, clause: Clause) -> str:
        """The stretch with deadline, targets and units of the clause underlined."""
        marks: list[Mark] = []
        if clause.deadline:
            marks.append((clause.deadline.start, clause.deadline.end, "due"))
        marks += [(target.start, target.end, "goal") for target in clause.targets]
        marks += [(unit.start, unit.end, f"named-{unit.role}") for unit in clause.units]
        inside = [(a - start, b - start, style) for a, b, style in marks if start <= a and b <= end]
        return marked(self._notice.body[start:end], inside)

    # --- tables --------------------------------------------------------------------------------

    def _grid(self, grid: Grid) -> str:
        named = any(found for _, found in grid.columns)
        head = "".join(
            f'<th scope="col"{"" if found else " class=tw-beside"}>'
            + escape("\n".join(self._notice.body[a:b] for a, b in found) or name or "—")
            + "</th>"
            for name, found in grid.columns
        )
        rows = "".join(self._row(row, grid) for row in grid.rows)
        quiet = "" if named else ' class="tw-beside"'
        return (
            f'<div class="tw-set-grid"><table><thead{quiet}><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
        )

    def _row(self, row: GridRow, grid: Grid) -> str:
        if row.clause is None:
            cells = [cell for cell in row.cells if cell is not None]
            text = "".join(escape(self._notice.body[cell.start : cell.end]) for cell in cells)
            start = cells[0].start if cells else 0
            return f'<tr><th scope="rowgroup" colspan="{len(grid.columns)}" id="{anchor_of(start)}">{text}</th></tr>'
        return self._clause_row(row.clause, row, grid)

    def _clause_row(self, clause: Clause, row: GridRow, grid: Grid) -> str:
        parts: list[str] = []
        linked = False
        for (name, _), cell in zip(grid.columns, row.cells, strict=True):
            if cell is None:
                continue
            # A merged cell belongs to several rows: the link to this one stands in the first cell of its own.
            own = not linked and cell.rows == 1 and cell.end > cell.start
            linked = linked or own
            parts.append(self._cell(clause, cell, name, link=own))
        beside = self._elsewhere(clause) + self._beside(clause, ())
        if beside and parts:
            parts[-1] = parts[-1].removesuffix("</td>") + beside + "</td>"
        return f'<tr class="tw-set-row{self._mark_here(clause)}" id="{anchor_of(clause.start)}">{"".join(parts)}</tr>'

    def _elsewhere(self, clause: Clause) -> str:
        """Units that no cell of the row names, in one quiet line: they are the same for many rows."""
        named = [unit for unit in clause.units if not _in_row(unit, clause)]
        lines = [
            f"{self._texts(f'role_{role}')}{self._texts('inherited') if inherited else ''}: " + "、".join(surfaces)
            for role in ROLES
            for inherited in (False, True)
            if (surfaces := [u.surface for u in named if (u.role, u.inherited) == (role, inherited)])
        ]
        hint = escape(self._texts("inherited_meaning"))
        text = "<br>".join(map(escape, lines))
        return f'<div class="tw-beside tw-set-elsewhere" title="{hint}">{text}</div>' if lines else ""

    def _cell(self, clause: Clause, cell: GridCell, name: str, *, link: bool) -> str:
        down = f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
        text = self._marked(cell.start, cell.end, clause)
        chooser = self._label(clause, "") if link else ""
        return f'<td{down} data-column="{escape(name)}">{chooser}{text}</td>'


def _in_row(unit: UnitMention, clause: Clause) -> bool:
    """Whether a cell of the row names the unit."""
    return any(column.start <= unit.start and unit.end <= column.end for column in clause.columns)
