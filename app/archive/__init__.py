"""The page for the archive itself: which notices are here and what was understood of them; adding, correcting, building.

| module | shows or does |
|---|---|
| `address` | what the page's address says: the part of the page, a choice by name, the notice and clause being read |
| `catalogue`, `notice_list` | the notices with their facts, found, filtered and sorted |
| `reading`, `notice_head`, `remarks`, `chosen_clause` | one notice as a document |
| `correcting`, `corrections_list` | corrections by hand |
| `adding`, `preview` | files and addresses taken in |
| `building`, `build_panel`, `pending` | one build for all sessions, and what waits for one |
| `left_out` | files that did not enter, duplicates, uploads |
"""

from __future__ import annotations

from collections.abc import Callable

from app.archive.adding import adding
from app.archive.address import View, chosen_view, forget_notice, read_notice, view_switch
from app.archive.build_panel import build_panel
from app.archive.corrections_list import corrections_list
from app.archive.left_out import left_out
from app.archive.notice_list import notice_list
from app.archive.pending import pending_line
from app.archive.reading import reading
from app.texts import Texts
from indexer.index import Index

__all__ = ["page"]

_DRAWN: dict[View, Callable[[Index, Texts], None]] = {
    "list": notice_list,
    "add": adding,
    "corrections": corrections_list,
    "build": build_panel,
    "left": left_out,
}


def page(index: Index, texts: Texts) -> None:
    """Draw the notice that the address names, else the part of the page that it names."""
    doc_id = read_notice()
    if doc_id is not None:
        reading(index, doc_id, texts)
        return
    forget_notice()
    view = chosen_view()
    view_switch(texts)
    if view != "build":
        pending_line(index, texts)
    _DRAWN[view](index, texts)
