"""Where a wording comes from, drawn: a lane a level, a row a notice, an arrow from each to what was taken from it.

Beside the drawing each row says the same in words, so that nobody needs to see it. It is a picture in the page itself,
because Streamlit takes drawings out of HTML; its colours stand out from the light and from the dark background.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from app.precedents.timeline import timeline
from app.texts import Texts
from indexer.index import Index
from indexer.precedents import ClausePrecedents, Edge, Genealogy, Kind, Node
from indexer.records import LEVELS, Level, Notice

__all__ = ["drawing", "lineage"]

ROW, LANE, RADIUS = 104, 38, 8  # in pixels; rows are as high and lanes as wide in the style sheet
_INK, _FIRST, _BACKGROUND = "#7d838c", "#d0453f", "#8882"
# How each kind of arrow is drawn: its dashes and its width.
_LINES: Mapping[Kind, tuple[str, float]] = {
    "handed_down": ("", 2.2),
    "renewed": ("", 4.5),
    "taken_over": ("9 5", 2.2),
    "taken_up": ("9 4 2 4", 2.2),
    "unknown": ("2 5", 2.0),
}


def lineage(index: Index, found: ClausePrecedents, texts: Texts) -> None:
    """Draw where the clause's wording comes from, and when who used it."""
    tree = found.genealogy
    if not tree.nodes:
        st.html(f'<div class="tw-silence">{escape(texts("precedents_no_lineage"))}</div>')
        return
    if found.boilerplate:
        st.info(texts("precedents_lineage_boilerplate"), icon=":material/info:")
    if found.earliest is not None:
        first = found.earliest
        st.html(
            f'<div class="tw-first">{escape(texts("precedents_first", day=first.day, place=first.place or first.title))}</div>'
        )
    st.html(f'<h3 class="tw-section">{escape(texts("precedents_tree"))}</h3>{_legend(tree, texts)}')
    heads = {notice.doc_id: notice for notice in index.notices()}
    st.html(drawing(tree, heads, texts))
    timeline(tree, texts)


def drawing(tree: Genealogy, heads: Mapping[str, Notice], texts: Texts) -> str:
    """The rows with the lanes beside them, as HTML."""
    lanes = _lanes(tree.nodes)
    names = "".join(f"<span>{escape(_lane_name(level, texts))}</span>" for level in lanes)
    places = {node.clause_id: (_x(lanes.index(node.level)), _y(at)) for at, node in enumerate(tree.nodes)}
    arrows = "".join(_arrow(places[edge.parent], places[edge.child], edge.kind) for edge in tree.edges)
    marks = "".join(_mark(*places[node.clause_id], node.level, first=node == tree.earliest) for node in tree.nodes)
    picture = _picture(arrows + marks, len(lanes) * LANE, len(tree.nodes) * ROW)
    rows = "".join(_row(node, tree, heads, texts) for node in tree.nodes)
    return (
        f'<div class="tw-tree" tabindex="0" role="group" aria-label="{escape(texts("precedents_tree"))}">'
        f'<div><div class="tw-lanes" aria-hidden="true">{names}</div>{picture}</div><ol>{rows}</ol></div>'
    )


def _picture(shapes: str, width: int, height: int) -> str:
    """The shapes as a picture without words of its own."""
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">{shapes}</svg>'
    data = b64encode(svg.encode()).decode()
    return f'<img alt="" width="{width}" height="{height}" src="data:image/svg+xml;base64,{data}">'


def _row(node: Node, tree: Genealogy, heads: Mapping[str, Notice], texts: Texts) -> str:
    """One notice in words: when, where, which, and from whom it took the wording."""
    by_id = {each.clause_id: each for each in tree.nodes}
    edge = next((edge for edge in tree.edges if edge.child == node.clause_id), None)
    notice = heads[node.doc_id]
    if node == tree.earliest:
        origin = texts("precedents_is_first")
    elif edge is None:
        origin = texts("precedents_no_parent")
    else:
        origin = _origin(edge, by_id[edge.parent], texts)
    year = node.day[:4] if node.day else texts("precedents_undated")
    place = node.place or texts("precedents_no_place")
    which = " ".join(part for part in (notice.doc_number, node.title) if part)
    return (
        f'<li><div class="tw-when"><b>{escape(year)}</b> {escape(place)}</div>'
        f'<div class="tw-which" title="{escape(which)}">{escape(which)}</div>'
        f'<div class="tw-origin">{escape(origin)}</div></li>'
    )


def _origin(edge: Edge, parent: Node, texts: Texts) -> str:
    """云泽市 2016 → 沿用，相同文字 83%（引用了该文件）."""
    where = " ".join(part for part in (parent.place, (parent.day or "")[:4]) if part) or parent.title
    return texts(
        "precedents_from", kind=texts(f"precedents_kind_{edge.kind}"), where=where, share=f"{edge.share:.0%}",
        evidence=texts(f"precedents_evidence_{edge.evidence}"),
    )  # fmt: skip


def _legend(tree: Genealogy, texts: Texts) -> str:
    """The kinds of arrows that are there, each drawn and named."""
    kinds = dict.fromkeys(edge.kind for edge in tree.edges)
    lines = "".join(
        f"<span>{_picture(_line('M2 7 H34', kind) + _head(42, 7, sideways=True), 44, 14)}"
        f"{escape(texts(f'precedents_kind_{kind}'))}：{escape(texts(f'precedents_kind_{kind}_meaning'))}</span>"
        for kind in kinds
    )
    return f'<div class="tw-legend tw-kinds">{lines}</div>' if lines else ""


def _arrow(start: tuple[int, int], end: tuple[int, int], kind: Kind) -> str:
    """From a notice down to one that took its wording; in the same lane around those in between."""
    (x1, y1), (x2, y2) = start, end
    y1, y2 = y1 + RADIUS + 2, y2 - RADIUS - 9
    aside = LANE // 2 if x1 == x2 and y2 - y1 > ROW else 0
    path = f"M{x1} {y1} C{x1 + aside} {y1 + 30}, {x2 + aside} {y2 - 30}, {x2} {y2}"
    return _line(path, kind) + _head(x2, y2 + 7)


def _line(path: str, kind: Kind) -> str:
    dashes, width = _LINES[kind]
    return f'<path d="{path}" fill="none" stroke="{_INK}" stroke-width="{width}" stroke-dasharray="{dashes}"></path>'


def _head(x: int, y: int, *, sideways: bool = False) -> str:
    """The point of an arrow, its tip at x and y."""
    points = f"{x},{y} {x - 9},{y - 5} {x - 9},{y + 5}" if sideways else f"{x},{y} {x - 5},{y - 9} {x + 5},{y - 9}"
    return f'<polygon points="{points}" fill="{_INK}"></polygon>'


def _mark(x: int, y: int, level: Level | None, *, first: bool) -> str:
    """A notice: a shape a level, filled and ringed where it is the first."""
    ink = _FIRST if first else _INK
    style = f'fill="{_FIRST if first else _BACKGROUND}" stroke="{ink}" stroke-width="2"'
    r = RADIUS
    ring = f'<circle cx="{x}" cy="{y}" r="{r + 5}" fill="none" stroke="{ink}" stroke-width="1.5"/>' if first else ""
    if level in ("nation", "province"):
        return f'{ring}<rect x="{x - r}" y="{y - r}" width="{2 * r}" height="{2 * r}" {style}/>'
    if level == "city":
        return f'{ring}<circle cx="{x}" cy="{y}" r="{r}" {style}/>'
    points = f"{x},{y - r} {x + r},{y} {x},{y + r} {x - r},{y}"
    return f'{ring}<polygon points="{points}" {style}/>'


def _lanes(nodes: Sequence[Node]) -> list[Level | None]:
    """The levels that occur, from the top; last those of which it is not known."""
    found = {node.level for node in nodes}
    lanes: list[Level | None] = [level for level in LEVELS if level in found]
    return [*lanes, None] if None in found else lanes


def _lane_name(level: Level | None, texts: Texts) -> str:
    return texts(f"level_{level}") if level else texts("precedents_no_level")


def _x(lane: int) -> int:
    return LANE // 2 + lane * LANE


def _y(row: int) -> int:
    return row * ROW + 24
