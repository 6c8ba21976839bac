"""How a generated notice makes units responsible: lines, brackets with and without labels, prose; each with its truth."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from eval.generated.quantities import WrittenDeadline, cell_deadline, person
from indexer.records import Role

__all__ = ["FORMS", "Assignment", "UnitStyle", "WrittenUnit", "assign", "choose_style", "listed", "units_of"]

FORMS = ("unit_line", "unit_bracket", "plain_bracket", "prose")

_SINGLE = ("责任单位", "责任单位", "责任单位", "责任部门", "牵头单位", "牵头部门")
_PAIRS: tuple[tuple[str, str], ...] = (
    ("牵头单位", "配合单位"),
    ("牵头单位", "配合单位"),
    ("牵头单位", "参与单位"),
    ("牵头部门", "配合部门"),
    ("牵头单位", "责任单位"),
    ("主办单位", "协办单位"),
    ("责任单位", "配合单位"),
)
_ROLE_OF: dict[str, Role] = {"责任": "responsible", "牵头": "lead", "主办": "lead"}
_OPEN_ENDS = ("等", "等有关部门", "等部门", "等相关单位")


@dataclass(frozen=True, slots=True)
class WrittenUnit:
    """A unit of the truth: its name as written, its role and the form in which it was written."""

    name: str
    role: Role
    form: str
    inherited: bool = False


@dataclass(frozen=True, slots=True)
class UnitStyle:
    """How one document names its units."""

    forms: tuple[str, ...]  # the forms that its clauses use
    label: str
    pair: tuple[str, str]
    paired: float  # share of clauses that name two roles
    separator: str
    mixes: bool  # one 、 of a long list is a comma
    brackets: tuple[str, str]
    inside: bool  # the bracket stands before the full stop
    on_own_line: bool  # a bracket begins a line of its own
    with_deadline: bool  # 完成时限 stands beside the units
    with_person: bool  # 责任人 stands beside the units
    two_lines: bool
    elides: bool = False  # 市民政局、财政局: the prefix stands once
    colon: str = "："


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who is responsible, as words at the end of a passage (`inline`) or as lines of their own behind it."""

    inline: str = ""
    lines: tuple[str, ...] = ()
    prose: str = ""
    units: tuple[WrittenUnit, ...] = ()
    deadline: WrittenDeadline | None = None
    persons: tuple[str, ...] = ()


def choose_style(rng: random.Random) -> UnitStyle:
    """The way in which one document names its units; most documents keep to one form."""
    main = rng.choices(FORMS, weights=(4, 5, 4, 1))[0]
    second = rng.choice(FORMS)
    return UnitStyle(
        forms=(main,) if rng.random() < 0.75 else (main, main, second),
        label=rng.choice(_SINGLE),
        pair=rng.choice(_PAIRS),
        paired=rng.choice([0.0, 0.5, 1.0]),
        separator=rng.choices(["、", "，", " "], weights=(16, 2, 1))[0],
        mixes=rng.random() < 0.25,
        brackets=rng.choice([("（", "）")] * 6 + [("〔", "〕"), ("[", "]")]),
        inside=rng.random() < 0.2,
        on_own_line=rng.random() < 0.15,
        with_deadline=rng.random() < 0.15,
        with_person=rng.random() < 0.12,
        two_lines=rng.random() < 0.5,
        elides=rng.random() < 0.08,
    )


def listed(rng: random.Random, names: list[str], style: UnitStyle) -> str:
    """The names with this document's separators."""
    words = list(names)
    separators = [style.separator] * (len(words) - 1)
    if style.mixes and style.separator == "、" and len(separators) > 1:
        separators[rng.randrange(len(separators))] = "，"
    return "".join(word + separator for word, separator in zip(words, [*separators, ""], strict=True))


def _elided(names: list[str], style: UnitStyle) -> list[str]:
    """The offices behind the first without its prefix, where the document writes them so."""
    if not style.elides or not names or names[0][0] not in "省市区县" or names[0][-1] not in "局厅委":
        return names
    prefix = names[0][0]
    offices = [name[1:] if name[0] == prefix and name[-1] in "局厅委" else name for name in names[1:]]
    return [names[0], *offices]


def units_of(names: list[str], role: Role, form: str) -> tuple[WrittenUnit, ...]:
    """One record a name."""
    return tuple(WrittenUnit(name, role, form) for name in names)


def _role(label: str) -> Role:
    return _ROLE_OF.get(label[:2], "support")


def assign(
    rng: random.Random, style: UnitStyle, take: Callable[[int], list[str]], *, year: int, month: int
) -> Assignment:
    """An assignment in one of the document's forms; `take(n)` draws n unit names."""
    form = rng.choice(style.forms)
    if form == "prose":
        return _prose(rng, style, take)
    if form == "plain_bracket":
        return _bracketed(rng, style, _plain(rng, style, take))
    labelled = _labelled(rng, style, take, form)
    deadline = cell_deadline(rng, year, month) if style.with_deadline else None
    persons = (person(rng),) if style.with_person and form == "unit_line" else ()
    parts = list(labelled[0])
    if deadline is not None:
        parts.append(f"{rng.choice(['完成时限', '完成时间'])}{style.colon}{deadline.text}")
    parts += [f"责任人{style.colon}{name}" for name in persons]
    if form == "unit_line":
        lines = tuple(parts) if style.two_lines or persons else ("；".join(parts),)
        return Assignment(lines=lines, units=labelled[1], deadline=deadline, persons=persons)
    bracketed = _bracketed(rng, style, ("；".join(parts), labelled[1]))
    return replace(bracketed, deadline=deadline)


def _labelled(
    rng: random.Random, style: UnitStyle, take: Callable[[int], list[str]], form: str
) -> tuple[tuple[str, ...], tuple[WrittenUnit, ...]]:
    """Labels with their units: 责任单位：…, or 牵头单位：… and 配合单位：…"""
    if rng.random() < style.paired:
        first, second = style.pair
        leads, others = _two(take, rng.choice([1, 1, 1, 2]), rng.randint(1, 4))
        leads, others = _elided(leads, style), _elided(others, style)
        units = units_of(leads, _role(first), form) + units_of(others, _role(second), form)
        end = _open_end(rng)
        return (
            f"{first}{style.colon}{listed(rng, leads, style)}",
            f"{second}{style.colon}{listed(rng, others, style)}{end}",
        ), units
    names = _elided(take(rng.randint(1, 5)), style)
    end = _open_end(rng) if len(names) > 1 else ""
    if len(names) > 1 and style.label.startswith("责任") and rng.random() < 0.04:
        end = rng.choice(["按职责分工负责", "按照职责分工负责"])
    text = f"{style.label}{style.colon}{listed(rng, names, style)}{end}"
    return (text,), units_of(names, _role(style.label), form)


def _two(take: Callable[[int], list[str]], first: int, second: int) -> tuple[list[str], list[str]]:
    """Two lists without a common name."""
    names = take(first + second)
    return names[:first], names[first:]


def _open_end(rng: random.Random) -> str:
    return rng.choice(_OPEN_ENDS) if rng.random() < 0.06 else ""


def _plain(
    rng: random.Random, style: UnitStyle, take: Callable[[int], list[str]]
) -> tuple[str, tuple[WrittenUnit, ...]]:
    """Units with a verb instead of a label: 甲牵头，乙、丙配合; 甲、乙按职责分工负责."""
    form = "plain_bracket"
    style = replace(style, separator="、")
    leads, others = _two(take, rng.choice([1, 1, 2]), rng.randint(1, 4))
    first, second = "、".join(leads), listed(rng, others, style)
    end = _open_end(rng)
    choice = rng.randrange(6)
    if choice == 0:
        return f"{first}牵头，{second}{end}配合", units_of(leads, "lead", form) + units_of(others, "support", form)
    if choice == 1:
        verb = rng.choice(["按职责分工负责", "按照职责分工负责", "分别负责"])
        return f"{first}牵头，{second}{end}{verb}", units_of(leads, "lead", form) + units_of(
            others, "responsible", form
        )
    if choice == 2:
        verb = rng.choice(["参与", "协同", "协办"])
        return f"{first}牵头，{second}{end}{verb}", units_of(leads, "lead", form) + units_of(others, "support", form)
    if choice == 3:
        return f"{second}{end}按职责分工负责", units_of(others, "responsible", form)
    if choice == 4:
        return f"{first}牵头", units_of(leads, "lead", form)
    return f"{second}负责", units_of(others, "responsible", form)


def _bracketed(rng: random.Random, style: UnitStyle, words: tuple[str, tuple[WrittenUnit, ...]]) -> Assignment:
    left, right = style.brackets
    text = left + words[0] + right
    if style.on_own_line:
        return Assignment(lines=(text,), units=words[1])
    return Assignment(inline=text, units=words[1])


def _prose(rng: random.Random, style: UnitStyle, take: Callable[[int], list[str]]) -> Assignment:
    """Running text that assigns the clause's own task: 由甲牵头，会同乙、丙制定细则."""
    lead, others = _two(take, 1, rng.randint(1, 3))
    second = "、".join(others)
    both = units_of(lead, "lead", "prose") + units_of(others, "support", "prose")
    text, units = rng.choice(
        [
            (f"此项工作由{lead[0]}牵头，{second}配合", both),
            (f"由{lead[0]}牵头，会同{second}制定年度清单并组织实施", both),
            (f"由{lead[0]}牵头组织实施，{second}配合", both),
            (f"由{lead[0]}会同{others[0]}制定年度清单并组织实施", both[:2]),
            (f"此项工作由{lead[0]}负责", units_of(lead, "responsible", "prose")),
            (f"具体由{lead[0]}牵头推进", units_of(lead, "lead", "prose")),
        ]
    )
    return Assignment(prose=text, units=units)
