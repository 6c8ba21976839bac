"""Sections and numbered passages of a generated text: headings, introductions, passages with their units."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from eval.generated.assignments import Assignment, UnitStyle, WrittenUnit, assign, listed, units_of
from eval.generated.numbering import NumberStyle, label
from eval.generated.truth import Line, WrittenClause
from eval.generated.wording import Content, Vocabulary

__all__ = ["Text", "write_articles", "write_sections"]

_SCOPED = ("unit_bracket", "plain_bracket")
_BELOW = {2: (2, 4), 3: (1, 3), 4: (1, 2), 5: (1, 2)}  # levels left → least and most passages under a heading
_REGULATION_GAPS = ("　", " ")


@dataclass(slots=True)
class Text:
    """A text in the making: its lines and clauses so far, and what holds for the rest of it."""

    rng: random.Random
    words: Vocabulary
    units: UnitStyle
    numbers: NumberStyle
    assigned: float  # share of task passages that name units
    title_modes: tuple[str, ...]  # run_in, own_line, none
    lines: list[Line] = field(default_factory=list)
    clauses: list[WrittenClause] = field(default_factory=list)
    above: tuple[WrittenUnit, ...] = ()  # inherited by every clause from here on
    statement: bool = False  # the next bracket makes a statement for the whole document
    group: str | None = None  # a group of units that the text has defined
    running: int = 0  # the last number where numbers run on across sections

    def paragraph(self, text: str) -> None:
        """Adds a paragraph of running text."""
        self.lines.append(Line("paragraph", text))


def write_sections(text: Text, kinds: Sequence[str], path: tuple[str, ...] = ()) -> None:
    """Three to five sections in the numbering `kinds`, the first general, the last on support, tasks between them."""
    rng = text.rng
    single = len(kinds) == 1
    count = rng.randint(5, 9) if single else rng.randint(2, 4)
    number = 0
    for place in range(count):
        number += 2 if text.numbers.skips and rng.random() < 0.2 else 1
        general = place == 0 and not single and kinds[0] != "bracket" and rng.random() < 0.5
        closing = place == count - 1 and not text.above and not text.statement and rng.random() < 0.4
        marked = label(kinds[0], number, text.numbers) + _gap(text, kinds[0])
        if single:
            _passage(text, kinds[0], marked, path, assigned=rng.random() < text.assigned and not closing)
        elif general:
            _general(text, kinds[0], marked, path)
        else:
            depth = rng.randint(2, len(kinds)) if kinds[0] == "cn" and rng.random() < 0.2 else len(kinds)
            _section(text, kinds[:depth], marked, path, assigned=not closing)


def _gap(text: Text, kind: str) -> str:
    return text.rng.choice(_REGULATION_GAPS) if kind in ("part", "chapter", "section", "article") else ""


def _general(text: Text, kind: str, marked: str, path: tuple[str, ...]) -> None:
    """A first section of one or two paragraphs under a bare heading, no units."""
    rng = text.rng
    title = rng.choice(["总体要求", "指导思想", "工作目标", "主要目标"])
    text.lines.append(Line("heading", marked + title))
    if title in ("工作目标", "主要目标"):
        content = text.words.goals(rng.randint(2, 3), with_deadline=True)
    else:
        content = text.words.passage(rng.randint(1, 2), goals=rng.random() < 0.4)
    _add(text, kind, (*path, marked + title), [content], title="")


def _section(text: Text, kinds: Sequence[str], marked: str, path: tuple[str, ...], *, assigned: bool) -> None:
    """A heading with passages or further headings below it."""
    rng = text.rng
    title = text.words.title()
    where = (*path, marked + title)
    outer = text.above
    inherited = assigned and len(kinds) > 1 and not outer and not text.statement and rng.random() < 0.06
    if inherited:
        _inherit(text, marked + title, rng.choice(["heading", "section_wide"]))
        assigned = False
    elif not outer and not text.statement and rng.random() < 0.2:
        _introduction(text, kinds[0], marked, title, where)
    else:
        text.lines.append(Line("heading", marked + title))
    runs = kinds[1] == "bracket" and text.numbers.runs_on and not path
    number = text.running if runs else 0
    for _ in range(rng.randint(*_BELOW[len(kinds)])):
        number += 2 if text.numbers.skips and rng.random() < 0.15 else 1
        below = label(kinds[1], number, text.numbers) + _gap(text, kinds[1])
        if len(kinds) > 2 and rng.random() < 0.75:
            _section(text, kinds[1:], below, where, assigned=assigned)
        else:
            _passage(text, kinds[1], below, where, assigned=assigned and rng.random() < text.assigned)
    if runs:
        text.running = number
    if inherited:
        text.above = outer


def _inherit(text: Text, heading: str, form: str) -> None:
    """A heading whose units hold for everything below it, in its own bracket or on the line behind it."""
    rng = text.rng
    names = text.words.take_units(rng.randint(1, 2))
    for name in names:
        text.words.reserve(name)
    style = replace(text.units, separator="、", mixes=False)
    said = f"{rng.choice(['责任单位', '牵头单位'])}：{listed(rng, names, style)}"
    if form == "heading":
        left, right = style.brackets
        text.lines.append(Line("heading", f"{heading}{left}{said}{right}"))
    else:
        text.lines += [Line("heading", heading), Line("units", said)]
    text.above = tuple(replace(unit, inherited=True) for unit in units_of(names, "responsible", form))


def _introduction(text: Text, kind: str, marked: str, title: str, where: tuple[str, ...]) -> None:
    """A heading and the words that introduce what stands below it, on the same line or the next."""
    words = Content(text.words.measure() + text.rng.choice(["。", "，重点做好以下工作：", "。具体任务如下："]))
    if kind not in ("chapter", "section", "part") and text.rng.random() < 0.35:
        _add(text, "intro", where, [words], title=f"{marked}{title}。")
    else:
        text.lines.append(Line("heading", marked + title))
        _add(text, "intro", where, [words], title="")


# --- passages with content ---------------------------------------------------------------------


def _passage(text: Text, kind: str, marked: str, path: tuple[str, ...], *, assigned: bool) -> None:
    """A numbered passage with content: one clause, or several where it holds several brackets."""
    rng = text.rng
    mode = rng.choice(text.title_modes)
    title = text.words.title() if mode != "none" else ""
    if mode == "own_line":
        text.lines.append(Line("heading", marked + title))
        front = ""
    elif mode == "colon":
        front = f"{marked}{title}："
    else:
        front = f"{marked}{title}。" if title else marked
    where = (*path, marked + title)
    scoped = assigned and not text.units.on_own_line and set(text.units.forms) <= set(_SCOPED) and rng.random() < 0.12
    if scoped:
        _scopes(text, kind, where, front, untitled=mode == "none")
        return
    contents = [
        text.words.passage(rng.randint(1, 3), goals=rng.random() < 0.45, mentions=not assigned, untitled=mode == "none")
    ]
    while rng.random() < 0.08 and len(contents) < 3:
        contents.append(text.words.passage(1, goals=False))
    assignment = _assignment(text) if assigned else Assignment()
    _add(text, kind, where, contents, title=front, assignment=assignment)


def _assignment(text: Text) -> Assignment:
    rng, style = text.rng, text.units
    take = text.words.take_units
    if text.statement:
        return _statement(text)
    if text.group and style.forms[0] in ("unit_line", "unit_bracket") and rng.random() < 0.3:
        return _to_group(text, text.group)
    return assign(rng, style, take, year=text.words.year, month=text.words.month)


def _statement(text: Text) -> Assignment:
    """A bracket that names its own units and says who has to carry out everything from here on."""
    rng = text.rng
    text.statement = False
    names = [name for name in text.words.take_units(4) if not name.startswith("各")]
    body = text.words.government.parts[0]
    text.words.reserve(body)
    said = rng.choice(
        [f"以下均需{body}落实，不再列出", f"以下各项均需{body}落实，不再逐一列出", f"以下均由{body}负责落实，不再列出"]
    )
    left, right = text.units.brackets
    text.above = (WrittenUnit(body, "responsible", "document_wide", inherited=True),)
    style = replace(text.units, separator="、")
    return Assignment(
        inline=f"{left}责任单位：{listed(rng, names, style)}；{said}{right}",
        units=units_of(names, "responsible", "unit_bracket"),
    )


def _to_group(text: Text, group: str) -> Assignment:
    rng = text.rng
    names = [*text.words.take_units(rng.randint(0, 2)), group]
    units = tuple(WrittenUnit(name, "responsible", "group" if name == group else "unit_line") for name in names)
    said = f"责任单位：{'、'.join(names)}"
    if text.units.forms[0] == "unit_line":
        return Assignment(lines=(said,), units=units)
    left, right = text.units.brackets
    return Assignment(inline=f"{left}{said}{right}", units=units)


def _scopes(text: Text, kind: str, where: tuple[str, ...], front: str, *, untitled: bool) -> None:
    """One paragraph with two or three brackets; each closes the sentences since the last one."""
    rng = text.rng
    paragraph = front
    for _ in range(rng.randint(2, 3)):
        content = text.words.passage(rng.randint(1, 2), goals=rng.random() < 0.3, untitled=untitled)
        assignment = _assignment(text)
        paragraph += _closed(text, content.text, assignment)
        text.clauses.append(
            WrittenClause(
                where,
                content.text,
                content.text,
                f"{kind}, scoped",
                assignment.units + text.above,
                assignment.deadline or content.deadline,
                content.targets,
            )
        )
    text.paragraph(paragraph)


def _closed(text: Text, content: str, assignment: Assignment) -> str:
    """The content with its bracket, before or behind the full stop."""
    if assignment.inline and text.units.inside:
        return content.removesuffix("。") + assignment.inline + "。"
    return content + assignment.inline


def _add(
    text: Text,
    numbering: str,
    path: tuple[str, ...],
    contents: list[Content],
    *,
    title: str,
    assignment: Assignment | None = None,
) -> None:
    """Adds one clause of one or more paragraphs, and the lines or the bracket that assign it."""
    said = assignment or Assignment()
    paragraphs = [content.text for content in contents]
    if said.prose:
        paragraphs[-1] += said.prose + "。"
    first, last = paragraphs[0], paragraphs[-1]
    paragraphs[-1] = _closed(text, paragraphs[-1], said)
    paragraphs[0] = title + paragraphs[0]
    for words in paragraphs:
        text.paragraph(words)
    text.lines += [Line("units", line) for line in said.lines]
    deadline = said.deadline or next((c.deadline for c in contents if c.deadline), None)
    targets = tuple(target for content in contents for target in content.targets)
    text.clauses.append(
        WrittenClause(path, first, last, numbering, said.units + text.above, deadline, targets, said.persons)
    )


# --- regulations -------------------------------------------------------------------------------


def write_articles(text: Text) -> None:
    """Chapters of articles, numbered through, some with paragraphs (款), some with items (项) below them."""
    rng = text.rng
    gap = rng.choice(_REGULATION_GAPS)
    parts = rng.random() < 0.1
    sections = rng.random() < 0.15
    article = 0
    names = ["总则", *(text.words.title() for _ in range(rng.randint(1, 3))), "附则"]
    for number, name in enumerate(names, start=1):
        path: tuple[str, ...] = ()
        if parts and number in (1, 3):
            path = (f"第{'一' if number == 1 else '二'}编{gap}{text.words.title()}",)
            text.lines.append(Line("heading", path[0]))
        chapter = label("chapter", number, text.numbers) + gap + name
        text.lines.append(Line("heading", chapter))
        where = (*path, chapter)
        if sections and name not in ("总则", "附则"):
            section = label("section", 1, text.numbers) + gap + text.words.title()
            text.lines.append(Line("heading", section))
            where = (*where, section)
        for _ in range(rng.randint(2, 3)):
            article += 1
            _article(text, label("article", article, text.numbers) + gap, where, last=name == "附则")


def _article(text: Text, marked: str, path: tuple[str, ...], *, last: bool) -> None:
    rng = text.rng
    if not last and rng.random() < 0.35:
        opening = Content(
            text.words.measure() + rng.choice(["，应当符合下列条件：", "，具体包括：", "，有下列情形之一的除外："])
        )
        where = (*path, marked)
        _add(text, "article", where, [opening], title=marked)
        count = rng.randint(2, 4)
        for number in range(1, count + 1):
            item = label("bracket", number, text.numbers)
            words = Content(text.words.measure() + ("。" if number == count else "；"))
            _add(text, "bracket of article", (*where, item), [words], title=item)
        return
    contents = [text.words.passage(rng.randint(1, 2), goals=False, mentions=True)]
    while rng.random() < 0.25 and len(contents) < 3:
        contents.append(text.words.passage(1, goals=False))
    _add(text, "article", (*path, marked), contents, title=marked)
