"""What single clauses of a draft lack or say wrongly: a responsible unit, a deadline that lies ahead."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexer.drafts.findings import Draft, Finding, finding
from indexer.duties.tasks import headings_above, is_unassigned, section_shares

__all__ = ["check_deadlines", "check_responsibility"]

_NEAR = 60  # characters behind a date that say whether it is a condition
_STATUS = re.compile("截至|截止")
_CONDITION = re.compile(
    r"[^，,。；;]{0,8}?(?:建成|竣工|取得|批准|登记|注册|出让|投产|印发|出台|认定)[^，,。；;]{0,3}的"
    r"|建成、[^，,。；;]{0,40}的"
)


def check_responsibility(draft: Draft) -> Iterator[Finding]:
    """task_without_unit: an item names no responsible unit where nearly all items of its section do.

    What counts as such an item, and what does not, says `indexer.duties.tasks.is_unassigned`.
    """
    clauses = draft.notice.clauses
    shares, above = section_shares(clauses), headings_above(clauses)
    for clause in clauses:
        if is_unassigned(clause, shares, above):
            message = "这一条没有写明责任单位，而同一部分的其他条款都写明了"
            span = (clause.start, clause.end)
            advice = "写明牵头单位或责任单位；确实不需要的，说明理由"
            yield finding(draft, span, rule="task_without_unit", severity="warning", message=message, advice=advice)


def check_deadlines(draft: Draft) -> Iterator[Finding]:
    """deadline_past: the last day of a clause's deadline lies before the draft's day.

    The draft's day is its own date, else today. Only numbered items and rows of tables have deadlines to meet; preambles
    and aims tell what was. Must not match: a deadline that ends on that day, a period without days (每年3月底前), what was
    built or done by then (2000年底前建成的小区, 截至2022年底), a clause that names no year of its own in a draft without date
    (the year would be guessed).
    """
    undated = draft.notice.issued_on is None
    for clause in draft.notice.clauses:
        deadline = clause.deadline
        if deadline is None or deadline.ends_on is None or (undated and deadline.year_assumed):
            continue
        before, behind = draft.body[max(0, deadline.start - 2) : deadline.end], draft.body[deadline.end :][:_NEAR]
        if not (clause.number or clause.columns) or _STATUS.search(before) or _CONDITION.match(behind):
            continue
        if deadline.ends_on < draft.day.isoformat():
            message = (
                f"完成时限（{deadline.ends_on}）早于{'今天' if undated else '成文日期'}（{draft.day.isoformat()}）"
            )
            span = (deadline.start, deadline.end)
            advice = "核对年份和日期"
            yield finding(draft, span, rule="deadline_past", severity="warning", message=message, advice=advice)
