"""What was understood of a question, as chips: a click takes one back and asks again without it, another brings it back.

What is taken back stands in the address (`without`), so that a link opens on the same answer. A chip says what the part
does in words and in its icon, never by colour alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Final, cast, get_args

import streamlit as st

from app.parts.plain_label import plain_label
from app.texts import Texts
from indexer.records import LEVELS, Effect, Intent, Part, PartKind, Plan

__all__ = ["forget_taken_back", "plan_chips", "take_back", "taken_back"]

_WITHOUT = "without"  # the name in the address
_ICONS: Final[Mapping[Effect, str]] = {
    "reading": ":material/lightbulb:",
    "filter": ":material/filter_alt:",
    "boost": ":material/trending_up:",
    "missing": ":material/error:",
}


def taken_back() -> tuple[str, ...]:
    """The keys of the parts that the address takes back."""
    return tuple(dict.fromkeys(st.query_params.get_all(_WITHOUT)))


def forget_taken_back() -> None:
    """Take nothing back any more: another question is asked."""
    st.query_params.pop(_WITHOUT, None)


def plan_chips(planned: Plan, texts: Texts) -> None:
    """One chip for each part of the plan, then one for each part that was taken back."""
    with st.container(key="plan", horizontal=True, gap="xsmall", vertical_alignment="center"):
        st.html(f'<span class="tw-understood">{escape(texts("understood"))}</span>', width="content")
        for part in planned.parts:
            _chip(part, texts)
        for key in planned.query.without:
            kind, _, value = key.partition(":")
            if kind in _NAMES:
                _restore(key, _name(cast("PartKind", kind), value, texts), texts)


def _chip(part: Part, texts: Texts) -> None:
    """A chip that takes its part back; plain where there is nothing to fall back on."""
    label = _name(part.kind, part.value, texts)
    if part.kind == "correction":
        label += " · " + texts("correction_undo")
    if part.effect in ("boost", "missing"):
        label += " · " + texts(f"effect_{part.effect}")
    fixed = part.key in ("intent:measures", *st.query_params.get_all(_WITHOUT))
    if not fixed and part.kind != "correction":
        label += " ✕"
    _button(
        label, key=f"part {part.key}", hint=texts("part_fixed" if fixed else f"undo_{part.effect}"),
        icon=_ICONS[part.effect], act=None if fixed else lambda: take_back([*taken_back(), part.key]),
    )  # fmt: skip


def _restore(key: str, label: str, texts: Texts) -> None:
    _button(
        texts("undone") + " " + label, key=f"restore {key}", hint=texts("restore"), icon=":material/undo:",
        act=lambda: take_back([other for other in taken_back() if other != key]),
    )  # fmt: skip


def _button(label: str, *, key: str, hint: str, icon: str, act: Callable[[], None] | None) -> None:
    st.button(label, key=key, help=hint, icon=icon, on_click=act, disabled=act is None, type="secondary")


def take_back(keys: Sequence[str]) -> None:
    """Have the address take back the parts of these keys, and no others."""
    if keys:
        st.query_params[_WITHOUT] = list(keys)
    else:
        forget_taken_back()


# --- names -----------------------------------------------------------------------------------------

_NAMES: Final[Mapping[PartKind, str]] = {
    "intent": "part_intent",
    "topic": "part_topic",
    "place": "place",
    "year": "filter_years",
    "level": "level",
    "unit": "filter_units",
    "doc_number": "doc_number",
    "title": "part_title",
    "correction": "part_correction",
}


def _name(kind: PartKind, value: str, texts: Texts) -> str:
    """A part in words: its kind in bold, then what was read."""
    if kind == "correction":
        return texts("part_correction", meant=plain_label(value.partition("→")[2]))
    shown = value
    if kind == "intent" and value in get_args(Intent):
        shown = texts(f"intent_{value}")
    elif kind == "level" and value in LEVELS:
        shown = texts(f"level_{value}")
    return f"**{texts(_NAMES[kind])}** {plain_label(shown)}".rstrip()
