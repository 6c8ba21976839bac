"""What saved questions tell of notices that an archive did not have: is it what they asked for, and is it all of that?

The judged notices are dealt into a few parts. For each part an archive is built without it, every question is saved there,
the archive is built again with it, and what is then news for each question is held against the judgements. So every clause
is new once. A clause that nobody judged for a question counts as wrong, though some are right: precision is a lower bound.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.gold import GoldQuery, corpus_files
from eval.judging import Judged, judge
from eval.sets import JudgedSet
from eval.tables import Table

__all__ = ["PARTS", "Announced", "alert_tables", "announcements"]

PARTS = 5
_FIRST = (1, 3, 10)  # of a ranking, for comparison: whatever is among its first so many is announced
_UNANSWERABLE = "unanswerable"


@dataclass(frozen=True, slots=True)
class Announced:
    """By query_id the clauses that were announced once their notice came in."""

    clauses: Mapping[str, frozenset[str]]
    first: Mapping[int, Mapping[str, frozenset[str]]]  # by depth, what a ranking has first


@dataclass(frozen=True, slots=True)
class _Tally:
    """Announcements for some questions against what is judged."""

    questions: int
    announced: int
    right: int
    relevant: int
    right_answers: int  # of grade 2
    answers: int
    asked_in_vain: int  # questions for which something was announced and nothing is relevant
    in_vain: int  # questions for which nothing is relevant

    def cells(self) -> tuple[str, ...]:
        """The tally as cells of a table."""
        shares = (
            _share(self.right, self.announced),
            _share(self.right, self.relevant),
            _share(self.right_answers, self.answers),
            _share(2 * self.right, self.announced + self.relevant),
        )
        vain = f"{self.asked_in_vain} of {self.in_vain}"
        return (str(self.questions), str(self.announced), *("–" if x is None else f"{x:.3f}" for x in shares), vain)


def announcements(judged_set: JudgedSet) -> tuple[Announced, Judged]:
    """What is announced for each question of the set, and its judgements on the clauses."""
    from indexer.build import build
    from indexer.index import load_encoder, open_index
    from indexer.saved import SAVED, matched_clauses, news, read_saved, save

    encoder = load_encoder()
    files = corpus_files(judged_set.corpus)
    queries = judged_set.gold.queries
    told: dict[str, set[str]] = {query.query_id: set() for query in queries}
    with tempfile.TemporaryDirectory(prefix="tiaowen-eval-") as scratch:
        folder = Path(scratch)
        for part in range(PARTS):
            (folder / SAVED).unlink(missing_ok=True)
            build([path for number, path in enumerate(files) if number % PARTS != part], folder, encoder=encoder)
            with open_index(folder, encoder) as index:
                ids = {query.query_id: save(index, query.text, owner=query.query_id).question_id for query in queries}
            build(files, folder, encoder=encoder)
            on_file = read_saved(folder)
            with open_index(folder, encoder) as index:
                for query_id, question_id in ids.items():
                    found = news(index, on_file.questions[question_id], on_file)
                    told[query_id].update(each.clause.clause_id for each in found)
        with open_index(folder, encoder) as index:
            judged = judge(queries, index)
            first: dict[int, dict[str, frozenset[str]]] = {depth: {} for depth in _FIRST}
            for query_id, question_id in ids.items():
                ranked = [
                    each.clause.clause_id for each in matched_clauses(index, on_file.questions[question_id].query)
                ]
                for depth in _FIRST:
                    first[depth][query_id] = frozenset(ranked[:depth])
    return Announced({query_id: frozenset(found) for query_id, found in told.items()}, first), judged


def alert_tables(sets: Sequence[JudgedSet]) -> tuple[list[Table], dict[str, Any], list[str]]:
    """Tables for the terminal, the same as JSON values, and a line for each deviation."""
    tables: list[Table] = []
    values: dict[str, Any] = {}
    lines: list[str] = []
    columns = ("questions", "n", "announced", "precision", "recall", "recall of answers", "F1", "announced in vain")
    for each in sets:
        announced, judged = announcements(each)
        rows: list[tuple[str, ...]] = []
        for name, queries in _groups(each.gold.queries):
            tally = _tally(queries, announced.clauses, judged)
            rows.append((name, *tally.cells()))
            values.setdefault(each.name, {})[name] = _values(tally)
        tables.append(Table(f"Announced clauses, {each.name}", columns, tuple(rows), note=_note(judged)))
        tables.append(_comparison(each, announced, judged, columns))
        lines += list(_deviations(each.gold.queries, announced.clauses, judged))
    return tables, values, lines


def _groups(queries: Sequence[GoldQuery]) -> Iterable[tuple[str, list[GoldQuery]]]:
    """The questions by split, then those of the test split by type."""
    for split in ("tune", "test"):
        if some := [query for query in queries if query.split == split]:
            yield split, some
    for kind in sorted({query.type for query in queries}):
        if some := [query for query in queries if query.type == kind and query.split in ("test", None)]:
            yield f"test, {kind}", some


def _tally(queries: Sequence[GoldQuery], announced: Mapping[str, frozenset[str]], judged: Judged) -> _Tally:
    right = right_answers = n_announced = relevant = answers = vain = asked_in_vain = 0
    for query in queries:
        grades = judged.grades[query.query_id]
        found = {c for c in announced[query.query_id] if grades.get(c, 0) or c not in judged.allowed[query.query_id]}
        n_announced += len(found)
        right += sum(grades.get(clause_id, 0) > 0 for clause_id in found)
        right_answers += sum(grades.get(clause_id, 0) > 1 for clause_id in found)
        relevant += sum(grade > 0 for grade in grades.values())
        answers += sum(grade > 1 for grade in grades.values())
        if query.type == _UNANSWERABLE:
            vain += 1
            asked_in_vain += bool(found)
    return _Tally(len(queries), n_announced, right, relevant, right_answers, answers, asked_in_vain, vain)


def _comparison(each: JudgedSet, announced: Announced, judged: Judged, columns: tuple[str, ...]) -> Table:
    """The rule beside rankings of which the first few are announced, on the test questions."""
    test = [query for query in each.gold.queries if query.split in ("test", None)]
    rows = [("by the rule", *_tally(test, announced.clauses, judged).cells())]
    for depth, first in announced.first.items():
        rows.append((f"first {depth} of the ranking", *_tally(test, first, judged).cells()))
    note = "Test questions. The weights of the rule and its least sum were fitted on the tune questions."
    return Table(f"Rule against ranking, {each.name}", ("announced", *columns[1:]), tuple(rows), note=note)


def _note(judged: Judged) -> str:
    return (
        f"{PARTS} archives, each without a part of the {len(judged.doc_ids)} judged notices that then came in. Recall of answers: of "
        "the clauses of grade 2. Announced in vain: of the unanswerable questions, those for which something was announced, "
        "mostly the clause nearest to what they ask, which lacks the figure, the unit or the year."
    )


def _deviations(queries: Sequence[GoldQuery], announced: Mapping[str, frozenset[str]], judged: Judged) -> Iterable[str]:
    for query in queries:
        grades = judged.grades[query.query_id]
        wanted = {clause_id for clause_id, grade in grades.items() if grade}
        for clause_id in sorted(wanted - announced[query.query_id]):
            yield f"{query.query_id} not announced {clause_id} (grade {grades[clause_id]}): {query.text}"
        for clause_id in sorted(announced[query.query_id] - wanted - judged.allowed[query.query_id]):
            yield f"{query.query_id} announced {clause_id}, which is not judged relevant: {query.text}"


def _values(tally: _Tally) -> dict[str, Any]:
    return {
        "questions": tally.questions,
        "announced": tally.announced,
        "precision": _share(tally.right, tally.announced),
        "recall": _share(tally.right, tally.relevant),
        "recall_answers": _share(tally.right_answers, tally.answers),
        "announced_in_vain": tally.asked_in_vain,
        "unanswerable": tally.in_vain,
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
