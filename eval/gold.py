"""Gold records: what people judged about notices and questions, read from one folder of JSON files.

One format serves every gold folder:

- `clauses_*.jsonl`   one clause a line: doc, path, quote, end_quote, responsible, lead, support, inherited, persons,
                      deadline, targets
- `docmeta_*.json`    one notice a file: doc, title, issuer, doc_number, … (an element that is absent is not scored,
                      an element that is null must not be found)
- `queries_*.jsonl`   one question a line: qid, type, query, relevant [{doc, quote, grade}], nonrelevant, answer_units,
                      answer_text, reason, …; `split` is `tune` or `test`, or stands in the file's name
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexer.errors import UsageError
from indexer.records import Role

__all__ = [
    "SPLITS",
    "Gold",
    "GoldClause",
    "GoldQuery",
    "Judgement",
    "corpus_files",
    "files_of_docs",
    "json_object",
    "load_gold",
    "read_question",
    "squeeze",
]

SPLITS = ("tune", "test", "all")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))


@dataclass(frozen=True, slots=True)
class GoldClause:
    """One judged clause: where it begins and ends, and what is assigned in it."""

    doc: str
    path: tuple[str, ...]
    quote: str  # stands once in the notice, after a run-in title
    end_quote: str  # ends the clause, before its unit line
    units: tuple[tuple[str, Role], ...]
    inherited: tuple[str, ...]  # units that apply by a statement outside the clause
    persons: tuple[str, ...]
    deadline: str | None
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """One clause judged for one question: 2 answers it, 1 partly, 0 does not."""

    doc: str
    quote: str
    grade: int


@dataclass(frozen=True, slots=True)
class GoldQuery:
    """One question with everything judged about it."""

    query_id: str
    text: str
    type: str  # unit, content, target, precedent, duties, conflict, unanswerable
    relevant: tuple[Judgement, ...]
    nonrelevant: tuple[Judgement, ...]
    also: tuple[Judgement, ...]  # duties: clauses that may be returned without harm
    answer_units: tuple[str, ...]
    answer_texts: tuple[str, ...]  # the shortest verbatim answer; one a notice for questions across notices
    reason: str | None  # unanswerable: why nothing should be said
    split: str | None
    collection: str  # the stem of the file it was read from

    @property
    def answerable(self) -> bool:
        """Whether the archive holds an answer."""
        return self.type != "unanswerable"


@dataclass(frozen=True, slots=True)
class Gold:
    """Everything judged in one folder."""

    folder: Path
    clauses: Mapping[str, tuple[GoldClause, ...]]  # by doc
    headers: Mapping[str, Mapping[str, Any]]  # by doc, as written in docmeta_*.json
    queries: tuple[GoldQuery, ...]

    @property
    def docs(self) -> list[str]:
        """Every notice with judged clauses or a judged header."""
        return sorted({*self.clauses, *self.headers})


def squeeze(text: str) -> str:
    """`text` without white space and invisible characters, full-width forms folded (NFKC): as quotes are compared."""
    return "".join(unicodedata.normalize("NFKC", text.translate(_INVISIBLE)).split())


def load_gold(folder: Path, *, split: str = "all") -> Gold:
    """What the folder's files hold; raises UsageError for a missing or empty folder and a malformed record."""
    if not folder.is_dir():
        raise UsageError(f"no gold folder at {folder}; give one with --gold")
    clauses: dict[str, list[GoldClause]] = {}
    for path in sorted(folder.glob("clauses_*.jsonl")):
        for where, record in _lines(path):
            clause = _clause(record, where)
            clauses.setdefault(clause.doc, []).append(clause)
    headers: dict[str, Mapping[str, Any]] = {}
    for path in sorted(folder.glob("docmeta_*.json")):
        record = json_object(path.read_text(encoding="utf-8"), str(path))
        headers[str(_need(record, "doc", str(path)))] = record
    queries = [
        read_question(record, where, collection=path.stem)
        for path in sorted(folder.glob("queries_*.jsonl"))
        for where, record in _lines(path)
    ]
    _reject_repeats(queries, folder)
    chosen = [query for query in queries if split == "all" or query.split == split]
    if queries and not chosen:
        raise UsageError(f"no question of the split {split} in {folder}; the splits there are {_named_splits(queries)}")
    if not clauses and not headers and not queries:
        raise UsageError(f"no clauses_*.jsonl, docmeta_*.json or queries_*.jsonl in {folder}; see eval/README.md")
    return Gold(folder, {doc: tuple(found) for doc, found in sorted(clauses.items())}, headers, tuple(chosen))


def corpus_files(corpus: Path) -> list[Path]:
    """Every notice file below `corpus`, sorted; raises UsageError when there is none."""
    from indexer.sources import find_files

    files = list(find_files([corpus]))
    if not files:
        raise UsageError(f"no notice below {corpus}; give the folder of the judged notices with --corpus")
    return files


def files_of_docs(docs: Iterable[str], files: Sequence[Path]) -> dict[str, Path]:
    """doc → the file whose stem is `doc`, else the only one whose name starts with it: 000 → 000_9d29.txt.

    Raises UsageError where a judged notice has no file, or more than one.
    """
    found: dict[str, Path] = {}
    for doc in docs:
        candidates = [path for path in files if path.stem == doc] or [p for p in files if p.name.startswith(doc)]
        if len(candidates) != 1:
            what = "no file" if not candidates else f"{len(candidates)} files"
            raise UsageError(f"{what} for the judged notice {doc}; --gold and --corpus must belong together")
        found[doc] = candidates[0]
    return found


# --- reading the records -----------------------------------------------------------------------


def _lines(path: Path) -> Iterable[tuple[str, Mapping[str, Any]]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            where = f"{path}:{number}"
            yield where, json_object(line, where)


def json_object(text: str, where: str) -> Mapping[str, Any]:
    """The object that the text is; raises UsageError that begins with `where`."""
    try:
        record = json.loads(text)
    except json.JSONDecodeError as error:
        raise UsageError(f"{where}: not JSON ({error.msg}); correct the record") from error
    if not isinstance(record, dict):
        raise UsageError(f"{where}: expected a JSON object; correct the record")
    return record


def _need(record: Mapping[str, Any], key: str, where: str) -> Any:  # noqa: ANN401 (a JSON value)
    if key not in record:
        raise UsageError(f"{where}: no {key!r} in the record; see eval/README.md")
    return record[key]


def _strings(record: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return tuple(str(value) for value in record.get(key) or ())


def _clause(record: Mapping[str, Any], where: str) -> GoldClause:
    roles: tuple[Role, ...] = ("lead", "responsible", "support")
    return GoldClause(
        doc=str(_need(record, "doc", where)),
        path=_strings(record, "path"),
        quote=str(_need(record, "quote", where)),
        end_quote=str(_need(record, "end_quote", where)),
        units=tuple((surface, role) for role in roles for surface in _strings(record, role)),
        inherited=_strings(record, "inherited"),
        persons=_strings(record, "persons"),
        deadline=record.get("deadline"),
        targets=_strings(record, "targets"),
    )


def _judgements(record: Mapping[str, Any], key: str, where: str, *, grade: int) -> tuple[Judgement, ...]:
    return tuple(
        Judgement(str(_need(entry, "doc", where)), str(_need(entry, "quote", where)), int(entry.get("grade", grade)))
        for entry in record.get(key) or ()
    )


def read_question(record: Mapping[str, Any], where: str, *, collection: str) -> GoldQuery:
    """The question of one record of queries_*.jsonl; raises UsageError that begins with `where`."""
    text = record.get("answer_text")
    by_doc = record.get("answer_text_by_doc") or {}
    named = next((split for split in ("tune", "test") if split in collection.split("_")), None)
    return GoldQuery(
        query_id=str(_need(record, "qid", where)),
        text=str(_need(record, "query", where)),
        type=str(_need(record, "type", where)),
        relevant=_judgements(record, "relevant", where, grade=1),
        nonrelevant=_judgements(record, "nonrelevant", where, grade=0),
        also=_judgements(record, "also", where, grade=1),
        answer_units=_strings(record, "answer_units"),
        answer_texts=tuple(str(value) for value in by_doc.values()) or ((str(text),) if text else ()),
        reason=record.get("reason"),
        split=record.get("split") or named,
        collection=collection,
    )


def _reject_repeats(queries: Sequence[GoldQuery], folder: Path) -> None:
    seen: set[str] = set()
    for query in queries:
        if query.query_id in seen:
            raise UsageError(f"{folder}: the question id {query.query_id} stands twice; ids must differ")
        seen.add(query.query_id)


def _named_splits(queries: Sequence[GoldQuery]) -> str:
    return ", ".join(sorted({query.split or "none" for query in queries}))
