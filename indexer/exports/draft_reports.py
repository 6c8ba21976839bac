"""What is known of a draft, for files: its precedents as a sheet or as quotations, and what a check found in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from indexer.drafts.findings import Finding, Severity
from indexer.duties.tasks import place_in_notice
from indexer.exports.breakdown import units_text
from indexer.exports.citations import Quotation, Section, citation
from indexer.exports.sheets import Sheet, SheetColumn, Value
from indexer.precedents.alignment import Label
from indexer.precedents.results import ClausePrecedents, Precedent
from indexer.records import LEVEL_NAMES, Clause, Notice

__all__ = ["LABEL_NAMES", "SEVERITY_NAMES", "FoundPrecedent", "finding_sheet", "precedent_sections", "precedent_sheet"]  # fmt: skip

LABEL_NAMES: Mapping[Label, str] = {"verbatim": "照搬", "adapted": "改写", "similar": "相近"}
SEVERITY_NAMES: Mapping[Severity, str] = {"error": "错误", "warning": "提醒", "note": "提示"}


class FoundPrecedent(Struct, frozen=True):
    """A precedent with its clause and its notice; `also_in` are the notices of other clauses with the same wording."""

    precedent: Precedent
    clause: Clause
    notice: Notice
    also_in: tuple[Notice, ...] = ()


def precedent_sheet(title: str, found: Sequence[tuple[ClausePrecedents, Sequence[FoundPrecedent]]]) -> Sheet:
    """A row for each precedent of each clause; a clause without any has a row of its own that says so."""
    columns = (
        SheetColumn("序号", 6, "number", centred=True), SheetColumn("草稿条文", 20), SheetColumn("草稿原文", 50),
        SheetColumn("关系", 8, centred=True), SheetColumn("相同文字（%）", 10, "number", centred=True), SheetColumn("先例原文", 50),
        SheetColumn("地区", 16), SheetColumn("年份", 8, "number", centred=True), SheetColumn("层级", 8, centred=True),
        SheetColumn("文号", 22), SheetColumn("文件", 40), SheetColumn("位置", 12), SheetColumn("牵头单位", 18),
        SheetColumn("责任单位", 24), SheetColumn("配合单位", 24), SheetColumn("同文另见", 30),
    )  # fmt: skip
    rows: list[tuple[Value, ...]] = []
    for serial, (clause, precedents) in enumerate(found, 1):
        own: tuple[Value, ...] = (serial, _name(clause), clause.text)
        if not precedents:
            rows.append((*own, "没有先例", *[None] * (len(columns) - 4)))
        rows += [(*own, *_cells(each)) for each in precedents]
    note = f"{len(found)}条草稿条文，{sum(len(precedents) for _, precedents in found)}条先例；地名、单位、年份、文号不计入相同文字"
    return Sheet("先例", f"{title}先例对照表", columns, tuple(rows), note=note)


def precedent_sections(found: Sequence[tuple[ClausePrecedents, Sequence[FoundPrecedent]]]) -> list[Section]:
    """A section a clause of the draft: its text, then its precedents as quotations, the kind and the share before each."""
    return [
        Section(
            f"{serial}. {_name(clause)}",
            clause.text if precedents else f"{clause.text}\n（没有先例）",
            tuple(_quotation(each) for each in precedents),
        )
        for serial, (clause, precedents) in enumerate(found, 1)
    ]


def finding_sheet(title: str, findings: Sequence[Finding]) -> Sheet:
    """A row a finding, in the order of the text."""
    columns = (
        SheetColumn("序号", 6, "number", centred=True), SheetColumn("程度", 8, centred=True), SheetColumn("行", 6, "number", centred=True),
        SheetColumn("原文", 40), SheetColumn("问题", 40), SheetColumn("建议", 40),
    )  # fmt: skip
    rows = tuple(
        (serial, SEVERITY_NAMES[each.severity], each.line, each.quotation, each.message, each.advice)
        for serial, each in enumerate(findings, 1)
    )
    counts = "，".join(
        f"{name}{n}处"
        for severity, name in SEVERITY_NAMES.items()
        if (n := sum(each.severity == severity for each in findings))
    )
    return Sheet("检查", f"{title}检查结果", columns, rows, note=counts or "没有发现问题")


def _cells(each: FoundPrecedent) -> tuple[Value, ...]:
    notice, clause = each.notice, each.clause
    return (
        LABEL_NAMES[each.precedent.label],
        round(each.precedent.share * 100),
        clause.text,
        str(notice.place),
        notice.year,
        LEVEL_NAMES[notice.level] if notice.level else "",
        notice.doc_number or "",
        notice.title,
        place_in_notice(clause.headings, clause_id=clause.clause_id),
        *(
            units_text(unit for unit in clause.units if unit.role == role)
            for role in ("lead", "responsible", "support")
        ),
        "、".join(_short(other) for other in each.also_in),
    )


def _quotation(each: FoundPrecedent) -> Quotation:
    source = citation(each.notice, place_in_notice(each.clause.headings, clause_id=each.clause.clause_id))
    lead_in = f"{LABEL_NAMES[each.precedent.label]} {each.precedent.share:.0%}　{_short(each.notice)}"
    also = (f"同文另见：{'、'.join(_short(other) for other in each.also_in)}",) if each.also_in else ()
    return Quotation(each.clause.text, source, lead_in=lead_in, remarks=also)


def _short(notice: Notice) -> str:
    """A notice in few words: 云泽市 2023 云泽政办发〔2023〕24号; its title where it has no number."""
    facts = (str(notice.place), str(notice.year or ""), notice.doc_number or notice.title)
    return " ".join(fact for fact in facts if fact)


def _name(clause: ClausePrecedents) -> str:
    return clause.headings[-1] if clause.headings else clause.number or "（无标题）"
