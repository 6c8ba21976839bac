"""Questions with their judgements from files of the caller's own: no folder and no notices, the index has those.

A file is told by what it holds: JSON lines of gold questions (`qid`, with quotes) or of plain ones (`query_id`, `text`), a
table of `id<TAB>question` lines, judged sheets as `python -m eval pool` writes them, or TREC qrels.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.gold import GoldQuery, json_object, load_gold, read_question
from eval.judgements.agreement import merged
from eval.judgements.sheets import Sheet, read_judgements
from eval.judging import Judged, judge, with_grades
from eval.sets import OWN
from eval.trec import Grades, text_of
from indexer.errors import UsageError

if TYPE_CHECKING:
    from indexer.index import Index

__all__ = ["Fitted", "QuestionSet", "bundled", "fit", "holds_samples", "pasted", "plain_question", "read_question_set"]

_KINDS = "questions as JSON lines or id<TAB>question, judged sheets, or qrels"


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions, and judgements of clauses beside what the questions quote."""

    queries: tuple[GoldQuery, ...]
    grades: Grades

    @property
    def key(self) -> str:
        """The same for the same questions and judgements, whatever the files were called."""
        parts = (
            sorted(map(repr, self.queries)),
            sorted((q, sorted(judged.items())) for q, judged in self.grades.items()),
        )
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]

    @property
    def n_judgements(self) -> int:
        """Judged quotes and clauses."""
        quoted = sum(len(query.relevant) + len(query.nonrelevant) for query in self.queries)
        return quoted + sum(map(len, self.grades.values()))


@dataclass(frozen=True, slots=True)
class Fitted:
    """A question set on an index: its judgements as clauses, and how many of them the archive lacks."""

    queries: tuple[GoldQuery, ...]
    judged: Judged
    absent: int


def bundled() -> QuestionSet:
    """The questions over the sample notices."""
    return QuestionSet(load_gold(OWN[0]).queries, {})


def holds_samples(index: Index) -> bool:
    """Whether every sample notice is in the index: the bundled questions and cases are about them."""
    wanted = {path.name for path in OWN[1].iterdir() if path.is_file()}
    held = {Path(source.path).name for head in index.notices() for source in index.sources(head.doc_id)}
    return wanted <= held


def plain_question(query_id: str, text: str, *, collection: str) -> GoldQuery:
    """A question of which nothing is judged yet."""
    return read_question({"qid": query_id, "query": text, "type": "content"}, collection, collection=collection)


def pasted(text: str) -> tuple[GoldQuery, ...]:
    """One question a line, each once; its id is made from its words, so that it is the same one everywhere."""
    lines = dict.fromkeys(filter(None, (" ".join(line.split()) for line in text.splitlines())))
    return tuple(
        plain_question("p" + hashlib.sha256(line.encode()).hexdigest()[:8], line, collection="pasted") for line in lines
    )


def read_question_set(paths: Iterable[Path]) -> QuestionSet:
    """What the files hold together; raises UsageError for none, for an unreadable one and for an id that stands twice."""
    queries: dict[str, GoldQuery] = {}
    from_sheets: dict[str, GoldQuery] = {}
    sheets: list[Sheet] = []
    for path in paths:
        records = _records(path)
        if records is None or any("grade" in record for _, record in records):
            sheets.append(read_judgements(path))
            for _, record in records or ():
                if record.get("query"):
                    query_id, text = str(record.get("query_id")), str(record["query"])
                    from_sheets.setdefault(query_id, plain_question(query_id, text, collection=path.stem))
            continue
        for where, record in records:
            query = _question(record, where, collection=path.stem)
            if query.query_id in queries:
                raise UsageError(f"{where}: the question id {query.query_id} stands twice; ids must differ")
            queries[query.query_id] = query
    chosen = queries or from_sheets
    if not chosen:
        raise UsageError(f"no question in these files; give {_KINDS}")
    grades = merged(sheets, different="refuse") if sheets else {}
    return QuestionSet(tuple(chosen.values()), grades)


def fit(questions: QuestionSet, index: Index) -> Fitted:
    """The judgements as clauses of the index; raises UsageError where they are about other notices, or there are none."""
    judged = judge(questions.queries, index)
    ours = {query.query_id for query in questions.queries}
    wanted = {clause_id for query_id in ours for clause_id in questions.grades.get(query_id, ())}
    if questions.grades and not wanted:
        asked, known = next(iter(ours)), next(iter(questions.grades))
        raise UsageError(f"no question is judged: the questions have ids like {asked}, the judgements like {known}")
    held = _held(index, wanted)
    if wanted and not held:
        raise UsageError(
            f"none of the {len(wanted)} judged clauses is in this archive; open the index that they were judged on"
        )
    if not wanted and not any(query.relevant for query in questions.queries):
        raise UsageError("nothing is judged about these questions; add a qrels file or a judged sheet")
    return Fitted(questions.queries, with_grades(judged, questions.grades), len(wanted - held))


def _held(index: Index, clause_ids: Iterable[str]) -> set[str]:
    """Those of the clauses that the index has."""
    found: set[str] = set()
    for clause_id in clause_ids:
        try:
            found.add(index.clause(clause_id).clause_id)
        except UsageError:
            continue
    return found


# --- reading -------------------------------------------------------------------------------------


def _records(path: Path) -> list[tuple[str, Mapping[str, Any]]] | None:
    """`file:line` and the record of every line of JSON or of `id<TAB>question`; None for qrels and sheets of tables."""
    text = text_of(path, what=_KINDS)
    lines = [(f"{path}:{number}", line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if not lines:
        raise UsageError(f"{path}: is empty; give {_KINDS}")
    if lines[0][1].lstrip().startswith("{"):
        return [(where, json_object(line, where)) for where, line in lines]
    header = lines[0][1].rstrip("\r").split("\t")
    if "grade" in header:
        return [(where, dict(zip(header, line.rstrip("\r").split("\t"), strict=False))) for where, line in lines[1:]]
    if len(header) == 2:
        return [(where, _pair(line, where)) for where, line in _without_header(lines)]
    return None


def _without_header(lines: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    first = lines[0][1].split("\t")[0].strip().lower()
    return lines[1:] if first in ("id", "qid", "query_id") else lines


def _pair(line: str, where: str) -> Mapping[str, Any]:
    query_id, tab, text = line.strip("\r\n").partition("\t")
    if not tab or not query_id.strip() or not text.strip():
        raise UsageError(f"{where}: expected id<TAB>question; correct the line")
    return {"query_id": query_id.strip(), "text": text.strip()}


def _question(record: Mapping[str, Any], where: str, *, collection: str) -> GoldQuery:
    if "qid" in record:
        return read_question(record, where, collection=collection)
    query_id, text = record.get("query_id"), record.get("text") or record.get("query")
    if not query_id or not isinstance(text, str) or not text.strip():
        raise UsageError(f"{where}: no query_id with a text; give {_KINDS}")
    return plain_question(str(query_id), text.strip(), collection=collection)
