"""Deadlines, targets and persons as generated notices write them, each with what it means."""

from __future__ import annotations

import calendar
import random
from dataclasses import dataclass

from eval.generated.policies import Goal
from indexer.records import Direction

__all__ = ["WrittenDeadline", "WrittenTarget", "cell_deadline", "deadline", "person", "target"]

_SURNAMES = "陆何周宋梁方韩卢钱雷蒋俞季丁骆陈许顾沈温"
_GIVEN = "明远 倩 岩 晨 志铭 越 柏松 珂 敏 一舟 澄 望舒 亦安 启东 知夏 若川 景行 芷 怀瑾 南星".split()
_FACTORS = {"万": 10_000, "亿": 100_000_000}
_ABOVE: tuple[tuple[str, str, Direction], ...] = (
    ("", "以上", "at_least"),
    ("不少于", "", "at_least"),
    ("不低于", "", "at_least"),
    ("超过", "", "at_least"),
    ("", "左右", "about"),
)


@dataclass(frozen=True, slots=True)
class WrittenDeadline:
    """A deadline as written, and the last day it allows; None where the words leave it open."""

    text: str
    ends_on: str | None
    yearless: bool = False  # 9月底前: the notice's own year is meant


@dataclass(frozen=True, slots=True)
class WrittenTarget:
    """A countable goal as written, with its number, unit and, where the words say so, direction."""

    text: str
    value: float  # multiplied out: 3万人 is 30000 人
    unit: str
    direction: Direction | None


def _month_end(year: int, month: int) -> str:
    return f"{year}-{month:02d}-{calendar.monthrange(year, month)[1]:02d}"


def _this_year(rng: random.Random, year: int, first: int) -> WrittenDeadline:
    month = rng.randint(first, 12)
    return WrittenDeadline(f"{month}月底前", _month_end(year, month), yearless=True)


def deadline(rng: random.Random, year: int, month: int = 1) -> WrittenDeadline:
    """A deadline to open a sentence with: 2024年6月底前, 到2025年, 年底前; none without a year before `month`."""
    first = month
    later = year + rng.randint(0, 3)
    month = rng.randint(2, 11)
    day = rng.choice([10, 15, 20, 25])
    return rng.choice(
        [
            WrittenDeadline(f"{later}年底前", f"{later}-12-31"),
            WrittenDeadline(f"到{later}年底", f"{later}-12-31"),
            WrittenDeadline(f"到{later}年", f"{later}-12-31"),
            WrittenDeadline(f"{later}年{month}月底前", _month_end(later, month)),
            WrittenDeadline(f"{later}年12月底前", f"{later}-12-31"),
            WrittenDeadline(f"{later}年{month}月{day}日前", f"{later}-{month:02d}-{day:02d}"),
            WrittenDeadline("年底前", f"{year}-12-31", yearless=True),
            _this_year(rng, year, first),
            WrittenDeadline(f"{later}年", f"{later}-12-31"),
        ]
    )


def cell_deadline(rng: random.Random, year: int, month: int = 1) -> WrittenDeadline:
    """A deadline as a cell or a line 完成时限 has it: 2024年12月, 长期坚持; none without a year before `month`."""
    first = month
    month = rng.randint(2, 12)
    return rng.choice(
        [
            WrittenDeadline(f"{year}年{month}月", _month_end(year, month)),
            WrittenDeadline(f"{year}年{month}月底前", _month_end(year, month)),
            WrittenDeadline(f"{year}年12月底", f"{year}-12-31"),
            WrittenDeadline(f"{year + 1}年6月30日前", f"{year + 1}-06-30"),
            _this_year(rng, year, first),
            WrittenDeadline(f"{year}年底前", f"{year}-12-31"),
            WrittenDeadline("长期坚持", None),
        ]
    )


def target(rng: random.Random, goal: Goal) -> WrittenTarget:
    """A goal with its number: 新建老年助餐点35个以上, 增长6.5%."""
    whole = goal.low == int(goal.low) and goal.high == int(goal.high)
    value = float(rng.randint(int(goal.low), int(goal.high))) if whole else round(rng.uniform(goal.low, goal.high), 1)
    number = str(int(value)) if whole else str(value)
    before, after, direction = _comparison(rng, goal.words)
    text = f"{goal.words}{before}{number}{goal.unit}{after}"
    factor = _FACTORS.get(goal.unit[0], 1) if len(goal.unit) > 1 else 1
    return WrittenTarget(text, value * factor, goal.unit[1:] if factor > 1 else goal.unit, direction)


def _comparison(rng: random.Random, words: str) -> tuple[str, str, Direction | None]:
    """What stands before and behind the number, and the direction where the words alone give it."""
    choices: list[tuple[str, str, Direction | None]]
    if words.endswith("增长"):
        choices = [("", "", "increase"), ("", "以上", None), ("", "左右", None)]
        return rng.choice(choices)
    if words.endswith("下降"):
        choices = [("", "", "decrease"), ("", "左右", None)]
        return rng.choice(choices)
    if words.endswith("压缩至"):
        choices = [("", "", None), ("", "以内", "at_most")]
        return rng.choice(choices)
    if words.endswith(("达到", "突破", "稳定在")) or rng.random() < 0.4:
        return "", "", None
    return rng.choice(_ABOVE)


def person(rng: random.Random) -> str:
    """A person's name; one of two characters may have a space inside, as tables align them."""
    surname, given = rng.choice(_SURNAMES), rng.choice(_GIVEN)
    if len(given) == 1 and rng.random() < 0.5:
        return f"{surname} {given}"
    return surname + given
