"""Notices put together by hand, for tests of what is stored; places and units are invented."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from indexer.index.archive import Archive
from indexer.records import Cite, Clause, Level, Notice, Place, Role, Source, UnitMention

YUNZE = Place("江澜省", "云泽市")
YANHU = Place("江澜省", "云泽市", "砚湖区")
FENGLIN = Place("江澜省", "青砚市", "枫林县")


def unit(name: str, role: Role = "responsible", *, surface: str | None = None) -> UnitMention:
    """A mention of the unit at no particular place."""
    surface = surface or name
    return UnitMention(surface, name, role, False, 0, len(surface), "written_by_hand")


def notice(
    title: str,
    clauses: Sequence[str | tuple[str, Sequence[UnitMention]]],
    *,
    headings: tuple[str, ...] = (),
    place: Place = YUNZE,
    level: Level | None = "city",
    kind: str | None = "通知",
    issued_on: str | None = "2023-04-10",
    path: str | None = None,
) -> Notice:
    """A notice whose body is its clauses, one a line, numbered from 1."""
    texts = [clause if isinstance(clause, str) else clause[0] for clause in clauses]
    units = [() if isinstance(clause, str) else tuple(clause[1]) for clause in clauses]
    body = "\n".join(texts)
    doc_id = hashlib.sha256((title + body).encode()).hexdigest()[:12]
    cut, start = [], 0
    for number, (text, mentions) in enumerate(zip(texts, units, strict=True), 1):
        cut.append(
            Clause(f"{doc_id}:{number}", doc_id, f"{number}.", headings, text, start, start + len(text), units=mentions)
        )
        start += len(text) + 1
    return Notice(
        doc_id=doc_id,
        title=title,
        kind=kind,
        issuers=("云泽市人民政府办公室",),
        doc_number="云泽政办发〔2023〕7号",
        index_number=None,
        addressees=("各区、县人民政府",),
        issued_on=issued_on,
        published_on=None,
        place=place,
        level=level,
        cites=(Cite("江澜省养老服务条例", None),),
        attachments=(),
        body=body,
        clauses=tuple(cut),
        warnings=(),
        source=Source(path or f"notices/{doc_id}.txt", None, hashlib.sha256(body.encode()).hexdigest(), "text/plain"),
    )


ELDERLY = notice(
    "云泽市养老服务提升行动方案",
    [
        (
            "培训养老护理员三千人次，建立护理员等级与补贴挂钩的办法。",
            [unit("市民政局", "lead"), unit("市财政局", "support")],
        ),
        ("每个街道建成一家区域养老服务中心。", [unit("市民政局")]),
        "各地要加强组织领导，按月通报进展。",
    ],
    headings=("一、主要任务", "（一）养老服务队伍"),
)
LOGISTICS = notice(
    "砚湖区现代物流业扶持办法",
    [
        ("物流企业购置新能源货车，每辆补助2.5万元。", [unit("区发展改革局", "lead", surface="区发改局")]),
        ("对获评国家4A级的物流企业奖励20万元，增长9.5%以上的另行奖励。", [unit("区财政局")]),
    ],
    place=YANHU,
    level="district",
    kind="办法",
    issued_on="2021-12-31",
)
HOUSING = notice(
    "枫林县住房公积金缴存管理细则",
    [("住房公积金贷款的最高额度为六十万元。", [unit("县财政局")]), "逾期不缴的，责令限期缴存。"],
    place=FENGLIN,
    level="county",
    kind="细则",
    issued_on=None,
)
WRITTEN = (ELDERLY, LOGISTICS, HOUSING)


def rows_of(archive: Archive, *notices: Notice) -> list[int]:
    """The rows of all clauses of the notices, sorted, told from the ids alone."""
    order = sorted(clause.clause_id for clause in archive_clauses(archive))
    return sorted(order.index(clause.clause_id) for notice in notices for clause in notice.clauses)


def archive_clauses(archive: Archive) -> list[Clause]:
    """Every clause of the archive, by notice and in the order of the text."""
    return [clause for head in archive.notices() for clause in archive.notice(head.doc_id).clauses]
