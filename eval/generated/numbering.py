"""Labels of the levels of a document after GB/T 9704-2012, section 7.3.3, and of regulations: 一、（一）1.（1）①, 第一章, 第一条."""

from __future__ import annotations

import random
from dataclasses import dataclass

__all__ = ["LEVEL_PLANS", "NumberStyle", "chinese", "choose_style", "label"]

_DIGITS = "零一二三四五六七八九"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩"
_REGULATION = {"part": "编", "chapter": "章", "section": "节", "article": "条"}

# The kinds of label from the top down; the last one carries content.
LEVEL_PLANS: dict[str, tuple[str, ...]] = {
    "cn": ("cn",),
    "cn/bracket": ("cn", "bracket"),
    "cn/bracket/arabic": ("cn", "bracket", "arabic"),
    "cn/bracket/arabic/round": ("cn", "bracket", "arabic", "round"),
    "cn/bracket/arabic/round/circled": ("cn", "bracket", "arabic", "round", "circled"),
    "cn/arabic": ("cn", "arabic"),
    "cn/arabic/round": ("cn", "arabic", "round"),
    "bracket/arabic": ("bracket", "arabic"),
    "bracket": ("bracket",),
    "arabic": ("arabic",),
    "chapter/section/cn/bracket": ("chapter", "section", "cn", "bracket"),
    "chapter/cn": ("chapter", "cn"),
}


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """How one document writes its labels."""

    dot: str  # after an arabic number: . ． 、
    gap: str  # between label and words
    runs_on: bool  # （一）…（九） goes on across the sections above
    skips: bool  # a number is left out now and then


def choose_style(rng: random.Random) -> NumberStyle:
    """The labels of one document."""
    return NumberStyle(
        dot=rng.choice([".", ".", ".", "\uff0e", "、"]),
        gap=rng.choice(["", "", "", "", " "]),
        runs_on=rng.random() < 0.25,
        skips=rng.random() < 0.1,
    )


def chinese(number: int) -> str:
    """1 to 99 in Chinese numerals: 十二, 二十."""
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def label(kind: str, number: int, style: NumberStyle) -> str:
    """The label of the `number`th passage of its kind, from 1."""
    if kind in _REGULATION:
        return f"第{chinese(number)}{_REGULATION[kind]}"
    if kind == "cn":
        return chinese(number) + "、" + style.gap
    if kind == "bracket":
        return f"（{chinese(number)}）" + style.gap
    if kind == "arabic":
        return f"{number}{style.dot}" + style.gap
    if kind == "round":
        return f"（{number}）" + style.gap
    return _CIRCLED[number - 1] + style.gap
