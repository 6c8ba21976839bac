"""Which of the clauses found only repeat one before them: the same task in a notice's body and in its attachment.

Both stay among the hits, since either may be the one that is cited; a reader sees the second one as a line below the first.
"""

from __future__ import annotations

from collections.abc import Sequence

from indexer.records import Clause

__all__ = ["repeated", "says_the_same"]

# Shorter texts (一次性补贴) have too few pairs of characters to tell that they are the same task.
LEAST_PAIRS = 8
SHARE = 0.9


def repeated(clauses: Sequence[Clause]) -> dict[str, str]:
    """For each clause that repeats one before it in the same notice, by clause_id, the first that it repeats."""
    first_of: dict[str, str] = {}
    leading: list[Clause] = []
    for clause in clauses:
        first = next((one for one in leading if one.doc_id == clause.doc_id and says_the_same(one, clause)), None)
        if first is None:
            leading.append(clause)
        else:
            first_of[clause.clause_id] = first.clause_id
    return first_of


def says_the_same(first: Clause, second: Clause) -> bool:
    """Two clauses of one notice that say the same: the shorter one's pairs of characters stand in the other to nine tenths."""
    pairs = [{text[i : i + 2] for i in range(len(text) - 1)} for text in (first.text, second.text)]
    shorter, longer = sorted(pairs, key=len)
    return len(shorter) >= LEAST_PAIRS and len(shorter & longer) >= SHARE * len(shorter)
