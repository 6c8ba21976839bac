"""TREC run and qrels files, read and written: `qid Q0 docno rank score tag` and `qid 0 docno grade`.

The documents are clauses, so docno is a clause_id. Ranks decide in a run that is read, as its scores may be of any unit;
where two lines give one rank, the higher score is first, then the smaller id.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from indexer.errors import UsageError

__all__ = ["Grades", "Run", "qrels_text", "read_qrels", "read_run", "run_text", "text_of", "write_qrels", "write_run"]

Run: TypeAlias = Mapping[str, Sequence[tuple[str, float]]]  # query_id → (clause_id, score), best first
Grades: TypeAlias = Mapping[str, Mapping[str, int]]  # query_id → clause_id → grade, 0 for judged and not relevant

_RUN = "qid Q0 docno rank score tag"
_QRELS = "qid 0 docno grade"


def read_run(path: Path) -> dict[str, list[tuple[str, float]]]:
    """query_id → (clause_id, score), best first; raises UsageError that names the line for anything else."""
    rows: dict[str, dict[str, tuple[int, float]]] = {}
    for where, fields in _fields(path, _RUN):
        query_id, _, clause_id, rank, score, _ = fields
        found = rows.setdefault(query_id, {})
        if clause_id in found:
            raise UsageError(f"{where}: {clause_id} stands twice for {query_id}; keep its better rank")
        found[clause_id] = (_whole(rank, where, "rank"), _number(score, where))
    if not rows:
        raise UsageError(f"{path}: holds no line {_RUN}; give a run file as --runs writes it")
    return {
        query_id: [
            (clause_id, score)
            for clause_id, (_, score) in sorted(found.items(), key=lambda row: (row[1][0], -row[1][1], row[0]))
        ]
        for query_id, found in rows.items()
    }


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """query_id → clause_id → grade; raises UsageError that names the line for anything else."""
    grades: dict[str, dict[str, int]] = {}
    for where, (query_id, _, clause_id, grade) in _fields(path, _QRELS):
        judged = grades.setdefault(query_id, {})
        value = _whole(grade, where, "grade")
        if judged.get(clause_id, value) != value:
            raise UsageError(f"{where}: {clause_id} has another grade for {query_id} further up; keep one of them")
        judged[clause_id] = value
    if not grades:
        raise UsageError(f"{path}: holds no line {_QRELS}; give a qrels file")
    return grades


def write_run(path: Path, run: Run, *, tag: str) -> None:
    """Write a run file; `tag` names the run in its last column."""
    path.write_text(run_text(run, tag=tag), encoding="utf-8")


def run_text(run: Run, *, tag: str) -> str:
    """The lines of a run file."""
    return "".join(
        f"{query_id} Q0 {_one_word(clause_id)} {rank} {score:.6f} {_one_word(tag)}\n"
        for query_id, rows in run.items()
        for rank, (clause_id, score) in enumerate(rows, start=1)
    )


def write_qrels(path: Path, grades: Grades) -> None:
    """Write a qrels file, in the order of the questions and of their judgements."""
    path.write_text(qrels_text(grades), encoding="utf-8")


def qrels_text(grades: Grades) -> str:
    """The lines of a qrels file."""
    return "".join(
        f"{query_id} 0 {_one_word(clause_id)} {grade}\n"
        for query_id, judged in grades.items()
        for clause_id, grade in judged.items()
    )


def text_of(path: Path, *, what: str) -> str:
    """The text of a file that the caller named, without a byte order mark; raises UsageError where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 text; give {what}") from error
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}); give {what}") from error


def _fields(path: Path, form: str) -> Iterator[tuple[str, list[str]]]:
    """`file:line` and the columns of every line that is not blank."""
    n_columns = len(form.split())
    for number, line in enumerate(text_of(path, what=f"a file of lines {form}").split("\n"), start=1):
        fields = line.split()
        if fields and len(fields) != n_columns:
            raise UsageError(
                f"{path}:{number}: {len(fields)} columns instead of {n_columns} ({form}); correct the line"
            )
        if fields:
            yield f"{path}:{number}", fields


def _whole(word: str, where: str, what: str) -> int:
    try:
        return int(word)
    except ValueError as error:
        raise UsageError(f"{where}: {what} {word!r} is no whole number; correct the line") from error


def _number(word: str, where: str) -> float:
    try:
        value = float(word)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise UsageError(f"{where}: score {word!r} is no number; correct the line")
    return value


def _one_word(name: str) -> str:
    """A name without white space, which parts the columns: ids of quotes that stand in no clause may hold some."""
    return "".join(name.split())
