"""Pools and judgements kept on disk beside an index: `pools.jsonl` and `judgements.jsonl`, which are only ever added to.

    pools.jsonl        pool_id, name, at, generation, depth, questions [{query_id, query, clauses}]
    judgements.jsonl   pool_id, query_id, clause_id, judge, grade (null takes it back), at, generation, settles

Of several lines of a judge on one clause the last counts. A line that `settles` decides where judges differ. Several
judges, sessions and processes may write at the same time.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from eval.judgements.journal import append, entries
from eval.judgements.pool import GRADES, Pooled
from indexer.errors import UsageError

__all__ = ["LONGEST_NAME", "JudgementStore", "Kept", "KeptPool", "PoolQuestion", "name_of_judge"]

LONGEST_NAME = 40
Place = tuple[str, str]  # query_id, clause_id


@dataclass(frozen=True, slots=True)
class PoolQuestion:
    """A question with the clauses to be judged for it, in an order that tells nothing of ranks."""

    query_id: str
    query: str
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeptPool:
    """What is judged together, by whoever takes part."""

    pool_id: str
    name: str
    at: str  # ISO 8601, UTC
    generation: str  # of the index that it was drawn from
    depth: int
    questions: tuple[PoolQuestion, ...]

    @property
    def places(self) -> list[Place]:
        """Every clause to be judged with its question, in order."""
        return [(question.query_id, clause_id) for question in self.questions for clause_id in question.clauses]

    @property
    def texts(self) -> dict[str, str]:
        """query_id → the question."""
        return {question.query_id: question.query for question in self.questions}


@dataclass(frozen=True, slots=True)
class Kept:
    """What was judged of one pool."""

    pool: KeptPool
    grades: Mapping[str, Mapping[Place, int]]  # judge → place → grade; judges in the order of their first line
    settled: Mapping[Place, int]  # decided where judges differ
    damaged: int = 0  # lines of the file that are no entry

    def open_places(self, judge: str) -> list[Place]:
        """What the judge has not judged yet, in order."""
        done = self.grades.get(judge, {})
        return [place for place in self.pool.places if place not in done]


class JudgementStore:
    """The pools and judgements beside an index."""

    def __init__(self, folder: Path) -> None:
        """`folder` is that of the index."""
        self.pools_path = folder / "pools.jsonl"
        self.judgements_path = folder / "judgements.jsonl"

    def add_pool(self, rows: Sequence[Pooled], *, name: str, depth: int, generation: str) -> KeptPool:
        """Keep a pool; the same clauses for the same questions are the pool that is there already.

        Raises UsageError where there is nothing to judge.
        """
        if not rows:
            raise UsageError("no clause was found for these questions that nobody has judged; choose other questions")
        questions: dict[str, list[str]] = {}
        texts = {row.query_id: row.query for row in rows}
        for row in rows:
            questions.setdefault(row.query_id, []).append(row.clause_id)
        drawn = tuple(PoolQuestion(query_id, texts[query_id], tuple(found)) for query_id, found in questions.items())
        pool_id = hashlib.sha256(repr(drawn).encode()).hexdigest()[:10]
        there = self.pools().get(pool_id)
        if there:
            return there
        pool = KeptPool(
            pool_id,
            " ".join(name.split())[:LONGEST_NAME] or drawn[0].query[:LONGEST_NAME],
            _now(),
            generation,
            depth,
            drawn,
        )
        append(self.pools_path, asdict(pool))
        return pool

    def pools(self) -> dict[str, KeptPool]:
        """pool_id → pool, the newest first."""
        found = [pool for entry in entries(self.pools_path)[0] if (pool := _pool(entry))]
        return {pool.pool_id: pool for pool in reversed(found)}

    def kept(self, pool: KeptPool) -> Kept:
        """What was judged of a pool so far."""
        grades: dict[str, dict[Place, int]] = {}
        settled: dict[Place, int] = {}
        lines, damaged = entries(self.judgements_path)
        for entry in lines:
            if entry.get("pool_id") != pool.pool_id:
                continue
            judged = settled if entry.get("settles") else grades.setdefault(str(entry.get("judge")), {})
            place, grade = (str(entry.get("query_id")), str(entry.get("clause_id"))), entry.get("grade")
            if grade in GRADES:
                judged[place] = int(grade)
            else:
                judged.pop(place, None)
        return Kept(pool, grades, settled, damaged)

    def record(
        self,
        pool: KeptPool,
        place: Place,
        grade: int | None,
        *,
        judge: str,
        generation: str,
        settles: bool = False,
    ) -> None:
        """Add a judgement, or with None take it back; raises UsageError for what is not in the pool, a grade or a name."""
        if place not in pool.places:
            raise UsageError(f"{place[1]} is not to be judged for {place[0]} in the pool {pool.pool_id}")
        if grade is not None and grade not in GRADES:
            raise UsageError(f"grade {grade!r} is none of {', '.join(map(str, GRADES))}")
        entry: dict[str, Any] = {
            "pool_id": pool.pool_id,
            "query_id": place[0],
            "clause_id": place[1],
            "judge": name_of_judge(judge),
            "grade": grade,
            "at": _now(),
            "generation": generation,
        }
        append(self.judgements_path, entry | ({"settles": True} if settles else {}))


def name_of_judge(name: str) -> str:
    """A judge's name as it is kept: one line, one width, not too long; raises UsageError for none."""
    kept = " ".join(unicodedata.normalize("NFKC", name).split())[:LONGEST_NAME]
    if not kept:
        raise UsageError("a judge needs a name; judgements are kept under it")
    return kept


def _pool(entry: Mapping[str, Any]) -> KeptPool | None:
    """The pool of an entry; None for an entry of another shape."""
    try:
        questions = tuple(
            PoolQuestion(str(one["query_id"]), str(one["query"]), tuple(map(str, one["clauses"])))
            for one in entry["questions"]
        )
        return KeptPool(
            str(entry["pool_id"]),
            str(entry["name"]),
            str(entry["at"]),
            str(entry["generation"]),
            int(entry["depth"]),
            questions,
        )
    except (KeyError, TypeError, ValueError):
        return None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
