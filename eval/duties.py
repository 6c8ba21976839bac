"""How exports of tasks agree with the gold data, cell by cell, and how often a task's policy field is right.

Every judged notice is parsed, its breakdown of tasks written as a workbook, the workbook opened again and each row
compared with the judged clause it stands for. A judged task without a row has all its cells wrong, and so has a row that
stands for no judged clause; an empty cell is right where nothing is judged.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from eval.gold import GoldClause, corpus_files, files_of_docs, squeeze
from eval.matching import Tally, align
from eval.sets import JudgedSet
from eval.tables import Table
from indexer.records import Notice, Role

__all__ = ["CELLS", "DutyScores", "FieldScores", "duty_tables", "score_duties", "score_fields"]

_COLUMNS: Mapping[str, Role] = {"牵头单位": "lead", "责任单位": "responsible", "配合单位": "support"}
CELLS = (*_COLUMNS, "完成时限", "责任人")
_LIMIT = re.compile(r"^完成时限：(.*)$", re.MULTILINE)
_INHERITED = "（统一规定）"
_FIELDS_FILE = "policy_fields.jsonl"


@dataclass(frozen=True, slots=True)
class DutyScores:
    """Cells of one notice by column: right, in the workbook, judged; filled cells are those that say or should say something."""

    cells: Mapping[str, Tally]
    filled: Mapping[str, Tally]
    misses: tuple[str, ...]

    @property
    def total(self) -> Tally:
        """All cells, empty ones too."""
        return sum(self.cells.values(), Tally())

    @property
    def total_filled(self) -> Tally:
        """Cells that say something or should."""
        return sum(self.filled.values(), Tally())


@dataclass(frozen=True, slots=True)
class FieldScores:
    """How many judged tasks have their field by each rule."""

    judged: int
    right: Mapping[str, int]


def score_duties(judged_set: JudgedSet) -> dict[str, DutyScores]:
    """By doc, the cells of each judged notice."""
    from indexer.notices import parse
    from indexer.sources import read

    gold = judged_set.gold
    files = files_of_docs(gold.clauses, corpus_files(judged_set.corpus))
    return {doc: _score(gold.clauses[doc], parse(read(path)), doc) for doc, path in files.items()}


def _score(judged: Sequence[GoldClause], notice: Notice, doc: str) -> DutyScores:
    rows = _rows_of_workbook(notice)
    aligned = {clause.clause_id: gold for gold, clause in align(judged, notice.clauses).pairs}
    cells = dict.fromkeys(CELLS, Tally())
    filled = dict.fromkeys(CELLS, Tally())
    misses: list[str] = []
    met: set[int] = set()
    for clause_id, row in rows.items():
        gold = aligned.get(clause_id)
        if gold is not None:
            met.add(id(gold))
        for name in CELLS:
            said, wanted = _said(row, name, gold), _wanted(gold, name)
            right = gold is not None and said == wanted
            cells[name] += Tally(right, 1, 1)
            if said or wanted:
                filled[name] += Tally(right, bool(said), bool(wanted))
            if not right:
                misses.append(f"{doc} {clause_id} {name}: {sorted(said)} for {sorted(wanted)}")
    for gold in judged:
        if gold.units and id(gold) not in met:
            misses.append(f"{doc} no row for {gold.quote}")
            for name in CELLS:
                cells[name] += Tally(0, 1, 1)
                filled[name] += Tally(0, 0, bool(_wanted(gold, name)))
    return DutyScores(cells, filled, tuple(misses))


def _rows_of_workbook(notice: Notice) -> dict[str, dict[str, str]]:
    """clause_id → the cells of its row, read from the workbook as a spreadsheet reads them."""
    from openpyxl import load_workbook

    from indexer.duties import tasks_of
    from indexer.exports import breakdown_sheets, write_workbook
    from indexer.exports.workbook import HEADER_ROW

    tasks = tasks_of(notice)
    book = load_workbook(BytesIO(write_workbook(breakdown_sheets([(notice, tasks)]))))
    lines = list(book.worksheets[1].iter_rows(min_row=HEADER_ROW, values_only=True))
    header, body = [str(name) for name in lines[0]], lines[1:]
    return {
        task.clause_id: {name: "" if cell is None else str(cell) for name, cell in zip(header, line, strict=True)}
        for task, line in zip(tasks, body, strict=True)
    }


def _said(row: Mapping[str, str], name: str, gold: GoldClause | None) -> set[str]:
    if name == "完成时限":
        found = _LIMIT.search(row["目标与时限"])
        return {squeeze(found[1])} if found else set()
    if name not in _COLUMNS:
        return _names(row[name])
    cell = row.get(name, "")
    if cell.startswith("（未明确"):
        return set()
    own, allowed = set(_wanted(gold, name)), _names("、".join(gold.inherited)) if gold else set()
    said: set[str] = set()
    for part in cell.split("、"):
        bare = squeeze(part.removesuffix("等").removesuffix(_INHERITED))
        # judged apart from the roles: may stand, and is not asked for
        if bare and not (part.endswith(_INHERITED) and bare in allowed and bare not in own):
            said.add(bare)
    return said


def _wanted(gold: GoldClause | None, name: str) -> set[str]:
    if gold is None:
        return set()
    if name in _COLUMNS:
        return _names("、".join(surface for surface, role in gold.units if role == _COLUMNS[name]))
    if name == "完成时限":
        return {squeeze(gold.deadline)} if gold.deadline else set()
    return {squeeze(person) for person in gold.persons}


def _names(text: str) -> set[str]:
    """The names of a list, cut at 、 on both sides alike: 各区、县人民政府 holds one."""
    return {squeeze(name) for name in text.split("、") if name.strip()}


# --- policy fields -------------------------------------------------------------------------------


def score_fields(judged_set: JudgedSet) -> FieldScores | None:
    """The rules against `policy_fields.jsonl` of the gold folder; None where there is none."""
    from indexer.duties.fields import field_named, field_of_first_unit, field_of_notice, field_of_task
    from indexer.duties.tasks import tasks_of
    from indexer.notices import parse
    from indexer.sources import read

    path = judged_set.gold.folder / _FIELDS_FILE
    if not path.is_file():
        return None
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    judged = {record["clause_id"]: record["field"] for record in records}
    files = files_of_docs(sorted({record["doc"] for record in records}), corpus_files(judged_set.corpus))
    right = dict.fromkeys(("name and unit", "unit alone", "name alone", "most tasks of the notice"), 0)
    found = 0
    for file in files.values():
        tasks = tasks_of(parse(read(file)))
        main = field_of_notice(tasks)
        for task in tasks:
            if task.clause_id in judged:
                found += 1
                said = (
                    field_of_task(task, notice_field=main),
                    field_of_first_unit(task) or main,
                    field_named(task),
                    main,
                )
                for rule, field in zip(right, said, strict=True):
                    right[rule] += field == judged[task.clause_id]
    return FieldScores(max(found, len(judged)), right)


# --- tables --------------------------------------------------------------------------------------


def duty_tables(sets: Sequence[JudgedSet]) -> tuple[list[Table], dict[str, Any], list[str]]:
    """Tables for the terminal, the same as JSON values, and a line for each cell that differs."""
    rows: list[tuple[str, ...]] = []
    values: dict[str, Any] = {}
    misses: list[str] = []
    for each in sets:
        scores = score_duties(each)
        for doc, score in scores.items():
            values[doc] = {"cells": _share(score.total), "filled_f1": score.total_filled.f1}
            misses += score.misses
            if len(scores) <= 10:
                rows.append(_row(doc, [score]))
        rows.append(_row(f"{each.name}, {len(scores)} notices", list(scores.values())))
    note = "Share of cells that equal the gold table; in brackets F1 over the cells that say or should say something."
    tables = [Table("Breakdowns of tasks in XLSX", ("notice", "all cells", *CELLS), tuple(rows), note=note)]
    fields = [(each.name, found) for each in sets if (found := score_fields(each)) is not None]
    if fields:
        rules = list(fields[0][1].right)
        lines = tuple(
            (name, str(found.judged), *(f"{found.right[rule] / found.judged:.3f}" for rule in rules))
            for name, found in fields
        )
        tables.append(Table("Policy field of a task, share right by rule", ("set", "tasks", *rules), lines))
        values["fields"] = {name: {rule: n / found.judged for rule, n in found.right.items()} for name, found in fields}
    return tables, values, misses


def _share(tally: Tally) -> float:
    return tally.right / tally.judged if tally.judged else 1.0


def _row(name: str, scores: Sequence[DutyScores]) -> tuple[str, ...]:
    def shown(cells: Tally, filled: Tally) -> str:
        return f"{_share(cells):.3f} ({filled.f1:.3f})"

    total = shown(sum((s.total for s in scores), Tally()), sum((s.total_filled for s in scores), Tally()))
    columns = (
        shown(sum((s.cells[name] for s in scores), Tally()), sum((s.filled[name] for s in scores), Tally()))
        for name in CELLS
    )
    return (name, total, *columns)
