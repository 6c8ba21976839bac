"""Charts of figures: means with intervals, error against share answered, differences by question; each says itself in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from eval.charts import Interval
    from eval.comparison import QueryDifference
    from eval.coverage import Coverage

__all__ = ["coverage_chart", "difference_chart", "interval_chart"]

# Readable on white and on the dark theme's ground; better and worse differ in place and in shape of the mark as well.
_INK, _WORSE = "#3f7fc4", "#c4554d"
_ROW = 34  # pixels


def interval_chart(rows: Sequence[Interval], *, title: str, alt: str, zero: bool = False) -> None:
    """A dot with its interval for each row; of differences, on both sides of a line at 0."""
    import altair as alt_

    values = [{"label": row.label, "value": row.value, "low": row.low, "high": row.high} for row in rows]
    low, high = min(row.low for row in rows), max(row.high for row in rows)
    room = max(0.01, (high - low) * 0.08)
    ends = [min(low, 0) - room, max(high, 0) + room] if zero else [max(0.0, low - room), min(1.0, high + room)]
    base = alt_.Chart(alt_.InlineData(values=values)).encode(
        y=alt_.Y("label:N", sort=None, title=None, axis=alt_.Axis(labelLimit=180)),
        tooltip=[
            alt_.Tooltip("label:N", title=title),
            alt_.Tooltip("value:Q", format=".3f", title="="),
            alt_.Tooltip("low:Q", format=".3f", title="≥"),
            alt_.Tooltip("high:Q", format=".3f", title="≤"),
        ],
    )
    x = alt_.X("low:Q", scale=alt_.Scale(domain=ends, nice=True, zero=zero), title=title, axis=alt_.Axis(tickCount=8))
    layers: list[alt_.Chart] = [
        base.mark_rule(color=_INK, strokeWidth=2).encode(x=x, x2="high:Q"),
        base.mark_point(color=_INK, filled=True, size=90, opacity=1).encode(x=alt_.X("value:Q", title=title)),
    ]
    if zero:
        line = alt_.Chart(alt_.InlineData(values=[{"at": 0}])).mark_rule(strokeDash=[4, 4], color="gray")
        layers.insert(0, line.encode(x=alt_.X("at:Q", title=title)))
    chart = alt_.layer(*layers).properties(height=_ROW * len(rows) + 40)
    st.altair_chart(chart, width="stretch", alt=alt)


def coverage_chart(coverage: Coverage, *, x: str, y: str, system: str, alt: str) -> None:
    """Error among the answered by share answered, and where the system stands."""
    import altair as alt_

    points = [{"x": point.coverage, "y": point.error} for point in coverage.curve if point.coverage >= 0.05]
    mark = [{"x": coverage.system.coverage, "y": coverage.system.error, "name": system}]
    axes = {
        "x": alt_.X("x:Q", title=x, axis=alt_.Axis(format="%"), scale=alt_.Scale(domain=[0, 1])),
        "y": alt_.Y("y:Q", title=y, axis=alt_.Axis(format="%"), scale=alt_.Scale(zero=True)),
    }
    tooltip = [alt_.Tooltip("x:Q", format=".1%", title=x), alt_.Tooltip("y:Q", format=".1%", title=y)]
    line = alt_.Chart(alt_.InlineData(values=points)).mark_line(color=_INK).encode(**axes, tooltip=tooltip)
    place = alt_.Chart(alt_.InlineData(values=mark))
    dot = place.mark_point(color=_WORSE, filled=True, size=110, shape="diamond", opacity=1).encode(
        **axes, tooltip=tooltip
    )
    name = place.mark_text(dy=-14, color=_WORSE, fontSize=13).encode(**axes, text="name:N")
    st.altair_chart(alt_.layer(line, dot, name).properties(height=260), width="stretch", alt=alt)


def difference_chart(rows: Sequence[QueryDifference], *, x: str, y: str, alt: str) -> None:
    """One bar for each question that differs, losses below the line first and gains above it last."""
    import altair as alt_

    values = [
        {"n": number, "d": row.difference, "id": row.query_id, "worse": row.difference < 0}
        for number, row in enumerate(rows, 1)
    ]
    chart = (
        alt_.Chart(alt_.InlineData(values=values))
        .mark_bar()
        .encode(
            x=alt_.X("n:O", title=x, axis=alt_.Axis(labels=False, ticks=False)),
            y=alt_.Y("d:Q", title=y),
            color=alt_.Color("worse:N", scale=alt_.Scale(domain=[True, False], range=[_WORSE, _INK]), legend=None),
            tooltip=[alt_.Tooltip("id:N", title=x), alt_.Tooltip("d:Q", format="+.3f", title=y)],
        )
        .properties(height=200)
    )
    st.altair_chart(chart, width="stretch", alt=alt)
