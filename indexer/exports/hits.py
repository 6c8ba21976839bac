"""What a sheet of found clauses says: where each stands, what it says, who does it by when, and why it was found."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from indexer.exports.breakdown import ROLE_NAMES, last_day, units_text
from indexer.exports.citations import in_title_marks
from indexer.exports.sheets import Sheet, SheetColumn, Value
from indexer.records import LEVEL_NAMES, Clause, Hit, Notice, Role, UnitMention

__all__ = ["FoundClause", "hits_sheet"]

_COLUMNS = (
    SheetColumn("序号", 6, "number", centred=True),
    SheetColumn("文件", 40),
    SheetColumn("文号", 22),
    SheetColumn("地区", 16),
    SheetColumn("年份", 7, "number", centred=True),
    SheetColumn("层级", 7, centred=True),
    SheetColumn("标题路径", 30),
    SheetColumn("条文", 60),
    *(SheetColumn(f"{name}单位", 20) for name in ROLE_NAMES.values()),
    SheetColumn("时限", 14),
    SheetColumn("截止日", 12, "date", centred=True),
    SheetColumn("指标", 24),
    SheetColumn("用词排名", 7, "number", centred=True),
    SheetColumn("语义排名", 7, "number", centred=True),
    SheetColumn("条文编号", 24),
)
_PATH = " › "


class FoundClause(Struct, frozen=True):
    """A hit with the clause it found and the head of the clause's notice."""

    hit: Hit
    clause: Clause
    notice: Notice


def hits_sheet(question: str, found: Sequence[FoundClause]) -> Sheet:
    """One row a clause in the order of the ranks; a rank that a leg did not give is an empty cell.

    Clauses of a unit's tasks are listed, not ranked: both of their ranks are empty.
    """
    note = f"问题：{question}　共{len(found)}条"
    return Sheet("查到的条文", "查到的条文", _COLUMNS, tuple(_row(each) for each in found), note=note)


def _row(found: FoundClause) -> tuple[Value, ...]:
    hit, clause, notice = found.hit, found.clause, found.notice
    return (
        hit.rank,
        in_title_marks(notice.title),
        notice.doc_number or "",
        str(notice.place),
        notice.year,
        LEVEL_NAMES[notice.level] if notice.level else "",
        _PATH.join(clause.headings) or clause.number,
        clause.text,
        *(units_text(_of_role(clause, role)) for role in ROLE_NAMES),
        clause.deadline.text if clause.deadline else "",
        last_day(clause.deadline),
        "；".join(dict.fromkeys(target.text for target in clause.targets)),
        hit.lexical_rank,
        hit.dense_rank,
        clause.clause_id,
    )


def _of_role(clause: Clause, role: Role) -> Sequence[UnitMention]:
    """The units in one role, each name once, the first mention of it."""
    first: dict[str, UnitMention] = {}
    for unit in clause.units:
        if unit.role == role:
            first.setdefault(unit.surface, unit)
    return list(first.values())
