"""A notice's body as a document is set: headings by level, clauses with their unit lines, tables as grids, and the rest.

Every line of the body goes to one block, in the order of the body, so that whoever sets the notice shows all of it and
nothing twice.

| module | idea |
|---|---|
| `blocks` | what there is: lines, clauses, grids, and the stretches of the body that each holds |
| `lines` | which part a line outside of clauses plays: title, heading, unit line, date … |
| `grids` | rows of a table as a grid: columns in their order, merged cells once |
| `setting` | the pass over the body |
"""

from __future__ import annotations

from indexer.layout.blocks import Block, ClauseBlock, Grid, GridCell, GridRow, Line, LineKind, spans
from indexer.layout.setting import lay_out

__all__ = ["Block", "ClauseBlock", "Grid", "GridCell", "GridRow", "Line", "LineKind", "lay_out", "spans"]
