"""Sheets of pooled clauses for a judge: TSV, which spreadsheets open, or JSON lines; written, and read back with grades.

TSV has a header line and a byte order mark, without which Excel shows no Chinese. Tabs and line breaks within a text
become blanks. A judge fills the column `grade` with 0, 1 or 2 and may leave lines out.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from eval.gold import json_object
from eval.judgements.pool import GRADES, Pooled
from eval.trec import Grades, read_qrels, text_of
from indexer.errors import UsageError
from indexer.exports.csv_text import neutral

__all__ = ["Sheet", "read_judgements", "sheet_text", "write_sheet"]

COLUMNS = ("grade", *(field.name for field in fields(Pooled) if field.name != "grade"))
_NEEDED = ("query_id", "clause_id", "grade")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one judge said."""

    grades: Grades
    places: Mapping[tuple[str, str], str]  # (query_id, clause_id) → file:line
    blank: int = 0  # lines without a grade


def write_sheet(path: Path, rows: Sequence[Pooled]) -> None:
    """Write the rows with an empty column for the grade; the ending .jsonl gives JSON lines, any other TSV."""
    records = [{name: asdict(row)[name] for name in COLUMNS} for row in rows]
    if path.suffix == ".jsonl":
        lines = [json.dumps(record, ensure_ascii=False) + "\n" for record in records]
        path.write_text("".join(lines), encoding="utf-8")
        return
    path.write_text(sheet_text(rows), encoding="utf-8-sig", newline="")


def sheet_text(rows: Sequence[Pooled]) -> str:
    """The rows as TSV with their header line; a text that a spreadsheet would take for a formula has an apostrophe."""
    stream = io.StringIO()
    sheet = csv.writer(stream, dialect="excel-tab", lineterminator="\n")
    sheet.writerow(COLUMNS)
    for row in rows:
        record = asdict(row)
        cells = ("" if record[name] is None else " ".join(str(record[name]).split()) for name in COLUMNS)
        sheet.writerow([neutral(cell) for cell in cells])
    return stream.getvalue()


def read_judgements(path: Path) -> Sheet:
    """The grades of a sheet, or of a qrels file; raises UsageError that names the file and line for anything else.

    TSV is told by its header line, JSON lines by the ending or the first character; every other text is qrels.
    """
    text = text_of(path, what="a judged sheet or a qrels file")
    if path.suffix == ".jsonl" or text.lstrip().startswith("{"):
        return _sheet(path, _json_records(path, text))
    if "\t" in text.partition("\n")[0] and "grade" in text.partition("\n")[0].split("\t"):
        return _sheet(path, _tsv_records(path, text))
    if path.suffix == ".tsv":
        raise UsageError(f"{path}:1: no column grade in the header; keep the header line as pool wrote it")
    grades = read_qrels(path)
    places = {(query_id, clause_id): str(path) for query_id, judged in grades.items() for clause_id in judged}
    return Sheet(grades, places)


def _sheet(path: Path, records: Iterator[tuple[str, Mapping[str, Any]]]) -> Sheet:
    grades: dict[str, dict[str, int]] = {}
    places: dict[tuple[str, str], str] = {}
    blank = n_records = 0
    for where, record in records:
        n_records += 1
        missing = [name for name in _NEEDED if name not in record]
        if missing:
            raise UsageError(f"{where}: no {' and no '.join(missing)}; keep the columns as pool wrote them")
        said = "" if record["grade"] is None else str(record["grade"]).strip()
        if not said:
            blank += 1
            continue
        key = str(record["query_id"]).strip(), str(record["clause_id"]).strip()
        if not all(key):
            raise UsageError(f"{where}: a grade without query_id and clause_id; restore them from the pool")
        if key in places:
            raise UsageError(f"{where}: {key[1]} was judged for {key[0]} at {places[key]} already; keep one line")
        grades.setdefault(key[0], {})[key[1]] = _grade(said, where)
        places[key] = where
    if not n_records:
        raise UsageError(f"{path}: holds no line to judge; give a sheet as python -m eval pool writes it")
    return Sheet(grades, places, blank)


def _grade(said: str, where: str) -> int:
    if not said.removesuffix(".0").isdecimal() or int(said.removesuffix(".0")) not in GRADES:
        raise UsageError(f"{where}: grade {said!r} is none of {', '.join(map(str, GRADES))}; correct the line")
    return int(said.removesuffix(".0"))


def _tsv_records(path: Path, text: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    rows = csv.reader(text.split("\n"), dialect="excel-tab")
    header = next(rows)
    for number, row in enumerate(rows, start=2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) > len(header):
            raise UsageError(f"{path}:{number}: {len(row)} columns instead of {len(header)}; correct the line")
        yield f"{path}:{number}", dict(zip(header, row, strict=False))


def _json_records(path: Path, text: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        yield f"{path}:{number}", json_object(line, f"{path}:{number}")
