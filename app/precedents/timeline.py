"""When a wording was used, and where: a chart by year, the first use marked."""

from __future__ import annotations

from html import escape
from typing import Any

import streamlit as st

from app.texts import Texts
from indexer.precedents import Genealogy, Node

__all__ = ["chart", "timeline"]

_ROW_HEIGHT, _HEAD_HEIGHT = 26, 70  # pixels


def timeline(tree: Genealogy, texts: Texts) -> None:
    """Draw the chart for the notices whose year is known, and say how many there are without."""
    dated = [node for node in tree.nodes if node.day]
    if not dated:
        return
    st.html(f'<h3 class="tw-section">{escape(texts("precedents_timeline"))}</h3>')
    st.vega_lite_chart(chart(tree, texts), width="stretch", alt=_alternative(tree, texts))
    undated = len(tree.nodes) - len(dated)
    if undated:
        st.html(f'<div class="tw-meta">{escape(texts("precedents_undated_ones", n=undated))}</div>')


def chart(tree: Genealogy, texts: Texts) -> dict[str, Any]:
    """The chart as a Vega-Lite specification: a point for each year and place, the first use larger, and named."""
    points = list({(_year(node), _place(node, texts)): _point(node, tree, texts) for node in reversed(tree.nodes) if node.day}.values())  # fmt: skip
    points.sort(key=lambda point: point["year"])
    places = list(dict.fromkeys(point["place"] for point in points))
    years = [point["year"] for point in points]
    first = texts("precedents_first_use")
    again = texts("precedents_later_use")
    place = {"field": "place", "type": "nominal", "sort": places, "title": None, "axis": {"labelLimit": 130}}
    return {
        "data": {"values": points},
        "height": _HEAD_HEIGHT + _ROW_HEIGHT * len(places),
        "encoding": {
            "x": {
                "field": "year", "type": "quantitative", "title": texts("precedents_year"),
                "scale": {"domain": [min(years) - 1, max(years) + 1]}, "axis": {"format": "d", "tickMinStep": 1},
            },
            "y": place,
        },
        "layer": [
            {
                "mark": {"type": "point", "filled": True, "size": 150, "opacity": 1},
                "encoding": {
                    "shape": {
                        "field": "use", "type": "nominal", "title": None, "legend": {"orient": "top"},
                        "scale": {"domain": [first, again], "range": ["diamond", "circle"]},
                    },
                    "color": {
                        "field": "use", "type": "nominal", "title": None, "legend": {"orient": "top"},
                        "scale": {"domain": [first, again], "range": ["#c0392b", "#5b8dc9"]},
                    },
                    "tooltip": [
                        {"field": "year", "title": texts("precedents_year")},
                        {"field": "place", "title": texts("place")},
                        {"field": "title", "title": texts("source_title")},
                    ],
                },
            },
        ],
    }  # fmt: skip


def _point(node: Node, tree: Genealogy, texts: Texts) -> dict[str, Any]:
    use = "precedents_first_use" if node == tree.earliest else "precedents_later_use"
    return {"year": _year(node), "place": _place(node, texts), "title": node.title, "use": texts(use)}


def _alternative(tree: Genealogy, texts: Texts) -> str:
    """What the chart shows, in words."""
    said = "；".join(f"{_year(node)} {_place(node, texts)}" for node in tree.nodes if node.day)
    return texts("precedents_timeline_alt", uses=said)


def _year(node: Node) -> int:
    return int((node.day or "0")[:4])


def _place(node: Node, texts: Texts) -> str:
    return node.place or texts("precedents_no_place")
