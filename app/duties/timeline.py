"""Time limits by month as a chart: one stem a month and kind, past ones with a triangle, those to come with a dot."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import streamlit as st

from app.duties.conditions import due_text, due_word
from app.duties.html_tables import plain_table
from app.duties.today import today
from app.texts import Texts
from indexer.duties import ListedTask, MonthLoad, by_month, due_of

if TYPE_CHECKING:
    import altair as alt

__all__ = ["by_day", "timeline"]

# Red and blue as the roles have them, lighter on a dark ground: at least 3:1 (WCAG 2.1, 1.4.11).
_COLOURS = {"light": ("#9f1d20", "#2f6db5"), "dark": ("#f08a84", "#7fb2ec")}

_HEADROOM = 1.12  # above the highest stem, for its mark


def by_day(tasks: Sequence[ListedTask]) -> list[ListedTask]:
    """The tasks with a last day: those to come first, the nearest first; then the past ones, the latest first."""
    dated = [(each.task.deadline.ends_on, each) for each in tasks if each.task.deadline and each.task.deadline.ends_on]
    coming = sorted((pair for pair in dated if due_of(pair[1].task, today()) == "ahead"), key=lambda pair: pair[0])
    past = [pair for pair in dated if due_of(pair[1].task, today()) == "overdue"]
    return [each for _, each in [*coming, *sorted(past, key=lambda pair: pair[0], reverse=True)]]


def timeline(tasks: Sequence[ListedTask], texts: Texts) -> None:
    """The chart with its description, and the same figures as a table."""
    months = by_month(tasks, today=today())
    st.subheader(texts("duties_time_title"), anchor=False)
    st.altair_chart(_chart(months, texts), width="stretch", alt=_alternative(months, texts))
    st.html(f'<div class="tw-legend">{escape(texts("duties_time_note", today=today().isoformat()))}</div>')
    with st.expander(texts("duties_as_table"), key="months table"):
        heads = [texts("duties_month"), due_text("overdue", texts), due_text("ahead", texts), texts("duties_all")]
        rows = [[m.month, m.overdue or "", m.ahead or "", m.overdue + m.ahead] for m in reversed(months)]
        st.html(plain_table(heads, rows, caption=texts("duties_time_title")))


def _alternative(months: Sequence[MonthLoad], texts: Texts) -> str:
    """The chart in words."""
    most = max(months, key=lambda month: (month.overdue + month.ahead, month.month))
    overdue, ahead = sum(month.overdue for month in months), sum(month.ahead for month in months)
    return texts(
        "duties_time_alt", n=overdue + ahead, first=months[0].month, last=months[-1].month, overdue=overdue,
        ahead=ahead, most=most.month, count=most.overdue + most.ahead,
    )  # fmt: skip


def _chart(months: Sequence[MonthLoad], texts: Texts) -> alt.LayerChart | alt.FacetChart:
    import altair as alt

    words = [due_word("overdue", texts), due_word("ahead", texts)]
    rows: list[dict[str, Any]] = [
        {"month": f"{month.month}-01", "label": month.month, "n": n, "due": word}
        for month in months
        for word, n in zip(words, (month.overdue, month.ahead), strict=True)
        if n
    ]
    most = max(row["n"] for row in rows)
    kind = st.context.theme.type or "light"
    colours = list(_COLOURS.get(kind, _COLOURS["light"]))
    legend = alt.Legend(title=None, orient="top")  # one for colour and shape together
    colour = alt.Color("due:N", scale=alt.Scale(domain=words, range=colours), legend=legend)
    x = alt.X("month:T", title=None, axis=alt.Axis(format="%Y-%m", labelOverlap=True, tickCount=8, grid=False))
    y = alt.Y(
        "n:Q",
        title=texts("duties_tasks_axis"),
        axis=alt.Axis(tickMinStep=1),
        scale=alt.Scale(domain=[0, most * _HEADROOM], nice=False),
    )
    points = alt.Chart(alt.InlineData(values=rows)).encode(
        x=x, y=y, color=colour,
        tooltip=[
            alt.Tooltip("label:N", title=texts("duties_month")), alt.Tooltip("due:N", title=texts("duties_due")),
            alt.Tooltip("n:Q", title=texts("duties_tasks_axis")),
        ],
    )  # fmt: skip
    shape = alt.Shape("due:N", scale=alt.Scale(domain=words, range=["triangle-up", "circle"]), legend=legend)
    now = alt.Chart(alt.InlineData(values=[{"at": today().isoformat(), "word": texts("duties_today")}])).encode(
        x="at:T"
    )
    ink = "#ececec" if kind == "dark" else "#1f2328"
    return alt.layer(
        points.mark_rule(strokeWidth=2, opacity=0.6).encode(y2=alt.datum(0)),
        points.mark_point(filled=True, size=70, opacity=1).encode(shape=shape),
        now.mark_rule(strokeDash=[4, 3], color=ink),
        now.mark_text(align="right", baseline="top", dx=-5, color=ink).encode(text="word:N", y=alt.value(0)),
    ).properties(height=260)
