"""The numbers that Word puts before paragraphs: they are nowhere in the text, only in the lists it belongs to.

After ISO/IEC 29500-1, 17.9: a paragraph names a list (num) and a level; the list's definition (abstractNum) says with
what each level starts, how its number is written and what stands around it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from indexer.sources.docx_xml import child, children, integer, value

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["Numbering", "written_number"]

_DEEPEST = 9  # levels of a list
_LARGEST = 99_999  # a number beyond this is written in figures, whatever the format
# Rule `label_gap`: behind a label that ends in one of these the text follows at once, as notices are printed
# (`一、总体要求`, `（一）目标`, `1.任务`); behind another (`第一条`, `1.1`) one blank stands for the tab that Word sets.
_CLOSED = tuple("、，：；。.．,:;)）】〕]》")


@dataclass(frozen=True, slots=True)
class _Level:
    """One level of a list: its first number, how it is written (numFmt), and the text around it (lvlText)."""

    start: int = 1
    style: str = "decimal"
    text: str = ""
    in_figures: bool = False  # isLgl: all numbers of this label in figures
    restart: int | None = None  # lvlRestart: the level (from 1) after which the count begins again; 0 is never


@dataclass(slots=True)
class _List:
    """A list's definition with its count so far; numbered paragraphs of one definition count on through the document."""

    levels: dict[int, _Level]
    count: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Word's lists with their counts; asked once for each numbered paragraph, in the order of the document."""

    def __init__(self, numbering: _Element | None, styles: _Element | None) -> None:
        self._styles = _numbered_styles(styles)
        self._lists: dict[str, _List] = {}  # by abstractNumId
        self._nums: dict[str, tuple[str, dict[int, _Level], dict[int, int]]] = {}
        self._restarted: set[tuple[str, int]] = set()
        self._level_of_style: dict[tuple[str, str], int] = {}
        if numbering is not None:
            self._read(numbering)

    def label(self, paragraph: _Element) -> str:
        """The label that Word shows before the paragraph, with the gap behind it; empty where it shows none."""
        properties = child(paragraph, "pPr")
        style = value(child(properties, "pStyle")) or self._styles.default
        own = child(properties, "numPr")
        num, level = self._styles.of(style)
        if own is not None:
            num = value(child(own, "numId")) or num
            level = integer(child(own, "ilvl"), level or 0)
        if not num or num == "0" or num not in self._nums:
            return ""
        if level is None:
            level = self._level_of_style.get((self._nums[num][0], style), 0)
        return self._next(num, min(max(level, 0), _DEEPEST - 1))

    def _next(self, num: str, level: int) -> str:
        """Count one paragraph of the list at the level, and the label it gets."""
        definition, overrides, starts = self._nums[num]
        numbers = self._lists[definition]
        levels = numbers.levels | overrides
        own = levels.get(level)
        if own is None:
            return ""
        if level in starts and (num, level) not in self._restarted:
            self._restarted.add((num, level))
            numbers.count[level] = starts[level]
        else:
            numbers.count[level] = numbers.count[level] + 1 if level in numbers.count else own.start
        for deeper in range(level + 1, _DEEPEST):
            restart = levels[deeper].restart if deeper in levels else None
            if restart is None or (restart and level < restart):
                numbers.count.pop(deeper, None)
        if own.style == "bullet":
            return ""
        label = own.text
        for i in range(_DEEPEST):
            if f"%{i + 1}" in label:
                at = levels.get(i, _Level())
                number = numbers.count.get(i, at.start)
                style = "decimal" if own.in_figures and at.style != "none" else at.style
                label = label.replace(f"%{i + 1}", written_number(number, style))
        label = label.strip()
        return label if not label or label.endswith(_CLOSED) else f"{label} "

    def _read(self, numbering: _Element) -> None:
        links: dict[str, str] = {}  # abstractNumId → the style that stands for its definition
        owners: dict[str, str] = {}  # that style → the abstractNumId that defines it
        for definition in children(numbering, "abstractNum"):
            key = value(definition, "abstractNumId")
            self._lists[key] = _List({})
            for level in children(definition, "lvl"):
                at = integer(level, 0, "ilvl")
                self._lists[key].levels[at] = _level(level)
                if style := value(child(level, "pStyle")):
                    self._level_of_style[key, style] = at
            if link := value(child(definition, "numStyleLink")):
                links[key] = link
            if link := value(child(definition, "styleLink")):
                owners[link] = key
        for num in children(numbering, "num"):
            key = value(child(num, "abstractNumId"))
            key = owners.get(links[key], key) if key in links else key
            if key in self._lists:
                self._nums[value(num, "numId")] = (key, *_overrides(num))


def _overrides(num: _Element) -> tuple[dict[int, _Level], dict[int, int]]:
    """The levels that a list has instead of its definition's, and the numbers with which levels begin again."""
    levels: dict[int, _Level] = {}
    starts: dict[int, int] = {}
    for override in children(num, "lvlOverride"):
        at = integer(override, 0, "ilvl")
        if (level := child(override, "lvl")) is not None:
            levels[at] = _level(level)
        if (start := child(override, "startOverride")) is not None:
            starts[at] = integer(start, 1)
    return levels, starts


def _level(level: _Element) -> _Level:
    style = child(level, "numFmt")
    if style is None:  # written for a later version, with the plain one as the fallback
        style = next((e for e in level.iter() if isinstance(e.tag, str) and e.tag.endswith("}numFmt")), None)
    restart = child(level, "lvlRestart")
    legal = child(level, "isLgl")
    return _Level(
        start=integer(child(level, "start"), 0),
        style=value(style) or "decimal",
        text=value(child(level, "lvlText")),
        in_figures=legal is not None and value(legal) not in {"0", "false", "off"},
        restart=None if restart is None else integer(restart, 0),
    )


@dataclass(slots=True)
class _Styles:
    """Which paragraph styles are numbered, by list and level, and which style a paragraph has that names none."""

    default: str = ""
    numbered: dict[str, tuple[str, int | None]] = field(default_factory=dict)
    based_on: dict[str, str] = field(default_factory=dict)

    def of(self, style: str) -> tuple[str, int | None]:
        """The list and level of a style or of the nearest style it is based on; ("", None) where none is numbered."""
        seen: set[str] = set()
        while style and style not in seen:
            if style in self.numbered:
                return self.numbered[style]
            seen.add(style)
            style = self.based_on.get(style, "")
        return "", None


def _numbered_styles(styles: _Element | None) -> _Styles:
    found = _Styles()
    for style in children(styles, "style"):
        if value(style, "type") not in {"", "paragraph"}:
            continue
        name = value(style, "styleId")
        if value(style, "default") in {"1", "true", "on"}:
            found.default = name
        found.based_on[name] = value(child(style, "basedOn"))
        number = child(child(style, "pPr"), "numPr")
        if number is not None:
            level = child(number, "ilvl")
            num = value(child(number, "numId"))
            if num:
                found.numbered[name] = (num, None if level is None else integer(level, 0))
    return found


# --- how numbers are written ---------------------------------------------------------------------

_DIGITS = "〇一二三四五六七八九"
_FORMAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
          (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip


def written_number(number: int, style: str) -> str:
    """The number as Word writes it in a format of ST_NumberFormat; in figures where the format is not known."""
    if style == "none":
        return ""
    if not 0 <= number <= _LARGEST:
        return str(number)
    return _WRITTEN.get(style, str)(number)


def _counted(
    number: int, *, digits: str = _DIGITS, zero: str = "〇", units: str = "十百千", one_ten: bool = False
) -> str:
    """12 → 十二, 105 → 一百〇五, 20000 → 二万; `one_ten` writes 12 as 一十二."""
    if number == 0:
        return zero
    if number >= 10_000:
        rest = number % 10_000
        low = _counted(rest, digits=digits, zero=zero, units=units, one_ten=True) if rest else ""
        return (
            _counted(number // 10_000, digits=digits, zero=zero, units=units)
            + "万"
            + (zero if 0 < rest < 1000 else "")
            + low
        )
    out = ""
    figures = str(number)
    for i, figure in enumerate(figures):
        place = len(figures) - 1 - i
        if figure == "0":
            if int(figures[i:]) and not out.endswith(zero):
                out += zero
            continue
        out += digits[int(figure)] + (units[place - 1] if place else "")
    return out[1:] if 10 <= number < 20 and not one_ten else out


def _enclosed(first: int, n: int) -> Callable[[int], str]:
    """Characters that hold a number in a circle or in brackets, in figures beyond the last there is."""
    return lambda number: chr(first + number - 1) if 1 <= number <= n else str(number)


def _circled(number: int) -> str:
    for first, low, high in ((0x2460, 1, 20), (0x3251, 21, 35), (0x32B1, 36, 50)):
        if low <= number <= high:
            return chr(first + number - low)
    return str(number)


def _letters(number: int) -> str:
    """27 → AA, 28 → BB, as Word counts on."""
    return chr(65 + (number - 1) % 26) * ((number - 1) // 26 + 1) if 0 < number <= 780 else str(number)


def _roman(number: int) -> str:
    out = ""
    for worth, sign in _ROMAN:
        out, number = out + sign * (number // worth), number % worth
    return out


def _cycle(signs: str) -> Callable[[int], str]:
    return lambda number: signs[number - 1] if 1 <= number <= len(signs) else str(number)


def _digit_by_digit(number: int) -> str:
    return "".join(_DIGITS[int(figure)] for figure in str(number))


def _formal(number: int) -> str:
    return _counted(number, digits=_FORMAL, zero="零", units="拾佰仟", one_ten=True)


_WRITTEN: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda number: f"{number:02d}",
    "decimalFullWidth": lambda number: str(number).translate({0x30 + i: 0xFF10 + i for i in range(10)}),
    "decimalFullWidth2": lambda number: str(number).translate({0x30 + i: 0xFF10 + i for i in range(10)}),
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedFullstop": _enclosed(0x2488, 20),
    "decimalEnclosedParen": _enclosed(0x2474, 20),
    "ideographEnclosedCircle": _enclosed(0x3280, 10),
    "chineseCounting": _counted,
    "chineseCountingThousand": lambda number: _counted(number, zero="零"),
    "japaneseCounting": lambda number: _counted(number, zero="〇"),
    "taiwaneseCounting": lambda number: _counted(number, zero="零"),
    "taiwaneseCountingThousand": lambda number: _counted(number, zero="零"),
    "koreanDigital2": _digit_by_digit,
    "japaneseDigitalTenThousand": _digit_by_digit,
    "taiwaneseDigital": _digit_by_digit,
    "ideographDigital": _digit_by_digit,
    "chineseLegalSimplified": _formal,
    "ideographLegalTraditional": _formal,
    "ideographTraditional": _cycle(_STEMS),
    "ideographZodiac": _cycle(_BRANCHES),
    "upperLetter": _letters,
    "lowerLetter": lambda number: _letters(number).lower(),
    "upperRoman": _roman,
    "lowerRoman": lambda number: _roman(number).lower(),
}
