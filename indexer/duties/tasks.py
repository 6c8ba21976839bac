"""The tasks of a notice: what is to be done, by when, by whom, and where it is said.

A clause is a task where it names a unit, or where it should have named one: `is_unassigned`. Letters, preambles, aims and
measures of support that name nobody are no tasks.

Figures of `is_unassigned` stand in eval/drafts.md (rule task_without_unit), written by `python -m eval drafts`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from indexer.notices.numbering import ATTACHMENT, read_label
from indexer.notices.page.tables import column_role
from indexer.records import Clause, Column, Deadline, Notice, Role, UnitMention

__all__ = [
    "Task",
    "headings_above",
    "is_unassigned",
    "place_in_notice",
    "section_shares",
    "task_of",
    "tasks_of",
]

# Rule `section_assigns_units`: so many clauses of a section name a unit, at least, and such a share of them: then one that
# names none was left without by mistake. Not: 保障措施 of which one item in three names who funds it.
_FEWEST_ASSIGNED = 3
_ASSIGNED_SHARE = 0.75
# Rule `goal_column`: what a row is to reach (年度目标, 量化目标, 预期成效); 目标任务 and 办理目标 name the task itself.
_GOAL_COLUMN = re.compile(r"目标(?!任务)|指标|成效|成果")
# Rule `heading_of_aims`: sections that say what for, not what to do.
_AIMS = re.compile(r"(?:总体|指导|工作|办理)?(?:要求|思想|思路|原则|目标)$")
_EDGE = " \t\u3000\xa0。：:；;"
# Rule `says_who_itself`: an item that sets up its own body, or whose sentence begins with who is to act, lacks no unit line:
# 成立区…领导小组，办公室设在区住建局; 各市、县人民政府要…; 本措施自…起施行.
_SETS_UP = re.compile(
    r"(?:成立|组建|设立|建立)[^。；;]{0,40}(?:领导小组|专班|指挥部|委员会|联席会议|协调小组|工作组)|办公室设在"
)
_ACTS = re.compile(
    r"^(?:各(?:级|地|市|县|区|镇|乡|街道|有关|相关|责任|成员|部门|单位)[^，,。；;]{0,24}(?:要|应|须|负责|按照)|本[^，,。]{2,8}自)"
)
# Rule `column_names_the_task`: 任务名称 | 具体内容: the first column of the text is its title where it is short.
_NAMING_COLUMN = re.compile(r"名称|任务|项目|事项|工程|举措$|环节|对象")
_LONGEST_NAME = 24
_LONGEST_PHRASE = 30
_PHRASE = re.compile(r"[^，,。；;：:\n]+")


class Task(Struct, frozen=True):
    """One task of a notice, as a row of a breakdown of tasks (任务分解表) has it.

    The texts are quotations of the notice; nothing is reworded.
    """

    serial: int  # 序号, counted from 1 in the notice
    clause_id: str
    doc_id: str
    name: str  # 重点任务: the title of the item, or of the heading above it
    measures: str  # 具体举措
    goals: tuple[str, ...]  # 目标: a table's column of goals, else the quantitative phrases
    deadline: Deadline | None
    units: tuple[UnitMention, ...]
    persons: tuple[str, ...]
    place: str  # 出处 in the notice: 三、（一）1.（2）, 附件1第5项, 附件第3行
    headings: tuple[str, ...]
    of_table: bool = False  # a row of a table: line breaks part cells

    def of_role(self, role: Role) -> tuple[UnitMention, ...]:
        """The units in one role, in the order of the text, each name once."""
        first: dict[str, UnitMention] = {}
        for unit in self.units:
            if unit.role == role:
                first.setdefault(unit.surface, unit)
        return tuple(first.values())


def tasks_of(notice: Notice) -> tuple[Task, ...]:
    """The tasks of the notice in the order of its text; none for a notice that assigns nothing."""
    shares = section_shares(notice.clauses)
    above = headings_above(notice.clauses)
    chosen = [clause for clause in notice.clauses if clause.units or is_unassigned(clause, shares, above)]
    return tuple(task_of(clause, notice.body, serial=serial) for serial, clause in enumerate(chosen, 1))


def task_of(clause: Clause, body: str, *, serial: int = 1) -> Task:
    """The clause as a task; `body` is the text of its notice, in which its columns lie."""
    name, measures = _name_and_measures(clause, body)
    goals = tuple(_said(column, body) for column in _inside(clause) if _is_goal(column)) if clause.columns else ()
    return Task(
        serial=serial,
        clause_id=clause.clause_id,
        doc_id=clause.doc_id,
        name=name,
        measures=measures,
        goals=goals or tuple(dict.fromkeys(target.text for target in clause.targets)),
        deadline=clause.deadline,
        units=clause.units,
        persons=clause.persons,
        place=place_in_notice(clause.headings, clause_id=clause.clause_id),
        headings=clause.headings,
        of_table=bool(clause.columns),
    )


# --- tasks that name no unit ---------------------------------------------------------------------


def section_shares(clauses: Sequence[Clause]) -> Mapping[str, tuple[int, int]]:
    """By section (see `_section`): how many of its items name a unit, and how many items it has."""
    shares: dict[str, tuple[int, int]] = {}
    for clause in clauses:
        if _is_item(clause):
            named, total = shares.get(_section(clause), (0, 0))
            shares[_section(clause)] = (named + bool(_own_units(clause)), total + 1)
    return shares


def headings_above(clauses: Sequence[Clause]) -> frozenset[tuple[str, ...]]:
    """The headings below which other clauses stand: a clause of such headings only leads in to its items."""
    return frozenset(clause.headings[:depth] for clause in clauses for depth in range(1, len(clause.headings)))


def is_unassigned(
    clause: Clause, shares: Mapping[str, tuple[int, int]], above: frozenset[tuple[str, ...]] = frozenset()
) -> bool:
    """Whether the clause names no unit where nearly all items of its section do (rule `section_assigns_units`).

    Must not match: letters and preambles, sections of aims, text that leads in to items below it, a section in which
    few items name units, an item that says itself who acts; one with units from a statement for the whole notice has units.
    """
    if clause.units or not _is_item(clause) or clause.headings in above or clause.text.rstrip()[-1:] in "：:":
        return False
    _, behind = _title_and_text(clause)
    if _SETS_UP.search(clause.text) or _ACTS.match(behind):
        return False
    named, total = shares.get(_section(clause), (0, 0))
    return named >= _FEWEST_ASSIGNED and named >= _ASSIGNED_SHARE * total


def _own_units(clause: Clause) -> tuple[UnitMention, ...]:
    return tuple(unit for unit in clause.units if not unit.inherited)


def _is_item(clause: Clause) -> bool:
    """Whether the clause is a numbered item or a row of a table, below a heading that speaks of tasks."""
    aims = any(_AIMS.search(_bare(heading)) for heading in clause.headings)
    return bool(clause.headings) and bool(clause.number or clause.columns) and not aims


def _section(clause: Clause) -> str:
    """The outermost heading; in an attachment with the one below it: the rows of a table stand together."""
    first = clause.headings[0]
    if ATTACHMENT.match(first):
        return first if clause.columns else "\n".join(clause.headings[:2])
    return first


# --- what a row says -----------------------------------------------------------------------------


def _name_and_measures(clause: Clause, body: str) -> tuple[str, str]:
    if clause.columns:
        return _of_row(clause, body)
    title, behind = _title_and_text(clause)
    return title or _phrase(behind), behind


def _of_row(clause: Clause, body: str) -> tuple[str, str]:
    """The name and the measures that the columns of a table's row say."""
    titles = [_said(column, body) for column in clause.columns if column.end <= clause.start and _is_title(column)]
    titles = [title for title in titles if not title.isdecimal()]
    inside = _inside(clause)
    named = len(inside) > 1 and _NAMING_COLUMN.search(inside[0].name) and not _is_goal(inside[0])
    first = _said(inside[0], body) if named else ""
    if 0 < len(first) <= _LONGEST_NAME and "。" not in first:
        titles, inside = [*titles[-1:], first], inside[1:]
    measures = "\n".join(_said(column, body) for column in inside if not _is_goal(column))
    measures = measures or "\n".join(_said(column, body) for column in inside)
    name = "：".join(dict.fromkeys(titles[-2:])) or _nearest_title(clause.headings)
    return name or _phrase(measures or clause.text), measures or clause.text


def _title_and_text(clause: Clause) -> tuple[str, str]:
    """The title of a clause that is no row, or of the heading above it, and its text without a title that runs in."""
    own = _bare(clause.headings[-1]) if clause.headings else ""
    behind = clause.text[len(own) :].lstrip(_EDGE) if own and clause.text.startswith(own) else clause.text
    return _nearest_title(clause.headings), behind or clause.text


def _phrase(text: str) -> str:
    """The first phrase of a text, for a task without any title above it."""
    found = _PHRASE.search(text)
    return found[0].strip()[:_LONGEST_PHRASE] if found else ""


def _inside(clause: Clause) -> list[Column]:
    """The columns that make the clause's text."""
    return [column for column in clause.columns if clause.start <= column.start and column.end <= clause.end]


def _is_title(column: Column) -> bool:
    return column_role(column.name) != "number"


def _is_goal(column: Column) -> bool:
    return _GOAL_COLUMN.search(column.name) is not None and "举措" not in column.name and "内容" not in column.name


def _said(column: Column, body: str) -> str:
    return body[column.start : column.end].strip()


def _nearest_title(headings: Sequence[str]) -> str:
    """The innermost heading that has a title; (2) alone is named by what stands above it, but not by an attachment's."""
    own = (heading for heading in reversed(headings) if not ATTACHMENT.match(heading))
    return next((title for heading in own if (title := _bare(heading))), "")


def _bare(heading: str) -> str:
    """A heading without its label and marks: (1)加强物流平台建设。 → 加强物流平台建设."""
    label = read_label(heading)
    text = heading[len(label.text) :] if label else re.sub(r"^\d{1,3}(?:\s+|$)", "", heading)
    return text.strip(_EDGE).partition("\u3000")[0]


# --- where it is said ----------------------------------------------------------------------------

_ROW = re.compile(r"^(\d{1,3})(?:\s|$)")
_ROW_ID = re.compile(r"[:.]r(\d+)$")
_FULL_WIDTH = str.maketrans("()", "（）")


def place_in_notice(headings: Sequence[str], *, clause_id: str = "") -> str:
    """The path of labels that leads to a clause, brackets full-width as GB/T 9704 writes them.

    三、…, (一)…, 1.…, (2)… → 三、（一）1.（2）; 附件1 …, 二、…, 5 … → 附件1二、第5项. Empty for a letter or preamble. With its
    `clause_id` a row without 序号 is told by its place in the table: 附件第3行.
    """
    parts: list[str] = []
    for heading in headings:
        attachment, label, row = ATTACHMENT.match(heading), read_label(heading), _ROW.match(heading)
        if attachment:
            parts.append("附件" + (attachment[1] or ""))
        elif label:
            parts.append(label.text.strip())
        elif row:
            parts.append(f"第{row[1]}项")
    unnumbered = _ROW_ID.search(clause_id)
    if unnumbered:
        parts.append(f"第{unnumbered[1]}行")
    return "".join(parts).translate(_FULL_WIDTH).rstrip("、.．")
