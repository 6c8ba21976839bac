"""How tasks are spread: over units and years as a heat map, over units as bars by role, over fields."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from html import escape
from typing import TypeAlias, TypeVar

import streamlit as st

from app.duties import address
from app.duties.html_tables import heat_table, plain_table
from app.duties.more import more_button, n_drawn
from app.parts.plain_label import plain_label
from app.texts import Texts
from indexer.duties import ListedTask, UnitLoad
from indexer.records import ROLES

__all__ = ["field_heat", "field_sums", "unit_bars", "unit_heat", "unit_label"]

# Units shown at first, and how many more at a time.
AT_FIRST, MORE = 20, 30
# Years that have a column of their own; an archive's first decades are seldom asked for.
_MOST_YEARS = 20

_Row: TypeAlias = tuple[str, Counter[int | None]]
_Shown = TypeVar("_Shown")


def unit_label(name: str, seat: str) -> str:
    """A unit with its seat: 市民政局 · 云泽市."""
    return f"{name} · {seat}" if seat else name


def unit_heat(units: Sequence[UnitLoad], texts: Texts) -> None:
    """Units by the years of the notices; those with most tasks first."""
    by_size = sorted(units, key=lambda unit: (-unit.n_tasks, unit.name, unit.seat))
    rows = [(unit_label(unit.name, unit.seat), unit.years) for unit in by_size]
    st.subheader(texts("duties_heat_units"), anchor=False)
    _first(rows, "heat", texts, draw=lambda some: _heat(some, texts("duties_unit"), texts("duties_heat_units"), texts))


def field_heat(tasks: Sequence[ListedTask], texts: Texts) -> None:
    """Fields by the years of the notices."""
    by_field: dict[str, Counter[int | None]] = {}
    for each in tasks:
        by_field.setdefault(each.field, Counter())[each.notice.year] += 1
    rows = sorted(by_field.items(), key=lambda pair: (-pair[1].total(), pair[0]))
    st.subheader(texts("duties_heat_fields"), anchor=False)
    _heat(rows, texts("duties_field"), texts("duties_heat_fields"), texts)


def field_sums(tasks: Sequence[ListedTask], texts: Texts) -> None:
    """How many tasks each field has."""
    counts = Counter(each.field for each in tasks)
    rows = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    most = rows[0][1] if rows else 1
    st.subheader(texts("duties_fields_title"), anchor=False)
    lines = "".join(
        f'<div class="tw-bar-row"><div class="tw-bar-name">{escape(name)}</div>'
        f'<div class="tw-bar"><span class="tw-bar-field" style="width: {100 * n / most:.1f}%"></span></div>'
        f'<div class="tw-bar-n">{n}</div></div>'
        for name, n in rows
    )
    st.html(f'<div class="tw-bars">{lines}</div>')


def unit_bars(units: Sequence[UnitLoad], texts: Texts, *, title: str) -> None:
    """Units with their tasks by role as bars; a unit's name opens its tasks."""
    st.subheader(title, anchor=False)
    if not units:
        st.html(f'<div class="tw-silence">{escape(texts("duties_load_none"))}</div>')
        return
    legend = "".join(
        f'<span><span class="tw-swatch tw-bar-{role}"></span>{escape(texts(f"role_{role}"))}</span>' for role in ROLES
    )
    st.html(f'<div class="tw-keys">{legend}<span>{escape(texts("duties_load_note"))}</span></div>')
    most = max(unit.n_tasks for unit in units)
    _first(units, "bars", texts, draw=lambda some: _bars(some, most, texts))
    with st.expander(texts("duties_as_table"), key="load table"):
        heads = [texts("duties_unit"), *(texts(f"role_{role}") for role in ROLES), texts("duties_all")]
        shown = units[: n_drawn("bars", AT_FIRST)]
        rows = [[unit_label(u.name, u.seat), *(u.roles[role] for role in ROLES), u.n_tasks] for u in shown]
        st.html(plain_table(heads, rows, caption=title))


def _bars(units: Sequence[UnitLoad], most: int, texts: Texts) -> None:
    with st.container(key="bars", gap=None):
        for unit in units:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.button(
                    plain_label(unit_label(unit.name, unit.seat)), key=f"unit {unit.name} {unit.seat}", type="tertiary",
                    on_click=address.open_unit, args=(unit.name, unit.seat),
                )  # fmt: skip
                st.html(_bar(unit, most, texts))


def _bar(unit: UnitLoad, most: int, texts: Texts) -> str:
    """One bar in parts by role; what it shows is said for those who do not see it."""
    said = texts("duties_load_row", **{role: unit.roles[role] for role in ROLES})
    parts = "".join(
        f'<span class="tw-bar-{role}" style="width: {100 * unit.roles[role] / most:.2f}%"></span>'
        for role in ROLES
        if unit.roles[role]
    )
    figures = " · ".join(f"{texts(f'role_{role}')} {unit.roles[role]}" for role in ROLES if unit.roles[role])
    return (
        f'<div class="tw-bar-row"><div class="tw-bar" role="img" aria-label="{escape(said)}">{parts}</div>'
        f'<div class="tw-bar-n">{escape(figures)}</div></div>'
    )


def _heat(rows: Sequence[_Row], corner: str, caption: str, texts: Texts) -> None:
    years = sorted({year for _, counts in rows for year in counts if year is not None})
    columns: list[tuple[str, Callable[[Counter[int | None]], int]]] = []
    if len(years) > _MOST_YEARS:
        early = years[:-_MOST_YEARS]
        columns.append((f"{early[0]}—{early[-1]}", lambda counts: sum(counts[year] for year in early)))
    columns += [(str(year), lambda counts, year=year: counts[year]) for year in years[-_MOST_YEARS:]]  # type: ignore[misc]
    if any(counts[None] for _, counts in rows):
        columns.append((texts("duties_no_year"), lambda counts: counts[None]))
    cells = [(name, [count(counts) for _, count in columns]) for name, counts in rows]
    st.html(heat_table(corner, [head for head, _ in columns], cells, caption=caption, total=texts("duties_all")))
    st.html(f'<div class="tw-legend">{escape(texts("duties_heat_note"))}</div>')


def _first(rows: Sequence[_Shown], name: str, texts: Texts, *, draw: Callable[[Sequence[_Shown]], None]) -> None:
    """Draw the first rows, and a button for more of them."""
    n_shown = n_drawn(name, AT_FIRST)
    draw(rows[:n_shown])
    more_button(name, n_shown, len(rows), texts, step=MORE, label="duties_more_units")
