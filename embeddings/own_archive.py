"""A user's archive as something to learn from and to be measured by, without anyone's labels.

The documents' own structure gives the pairs: a heading announces its clauses, a sentence belongs to its clause, the cells
of a row to one another, a cited title to the clause that cites it. Notices are held out whole, together with their
versions: what is measured was not learned from.
"""

from __future__ import annotations

import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from embeddings.evaluate import Task
from embeddings.pairs import Passage
from indexer.errors import TiaowenError
from indexer.index.archive import Archive
from indexer.index.archive_writer import ArchiveWriter
from indexer.index.passage import SENTENCE_END, passage_text
from indexer.reading import files_in, read_notices
from indexer.records import Clause, Notice

__all__ = ["LEAST_CLAUSES", "LEAST_NOTICES", "TooSmall", "held_out", "passages_of", "read_archive", "tasks"]

# With fewer, a fifth of the notices gives too few questions to tell a better model from a lucky one.
LEAST_NOTICES = 40
LEAST_CLAUSES = 500

HELD_OUT = 0.2
MOST_QUERIES = 1000  # of a kind: enough for an interval of about ±0.02

SHORTEST_SENTENCE = 12
SHORTEST_HEADING = 4
CITED = re.compile(r"《([^《》]{6,})》")
LABEL = re.compile(r"^(?:第[一二三四五六七八九十百零\d]+[编章节条]|[（(]?[一二三四五六七八九十\d]+[)）、.．])\s*")


class TooSmall(TiaowenError):
    """The archive has too few notices or clauses to adapt to, and to measure by."""


@dataclass(frozen=True, slots=True)
class OwnArchive:
    """The notices of an archive, each once, and the groups that are held out or learned from together."""

    notices: tuple[Notice, ...]
    groups: tuple[tuple[str, ...], ...]  # doc_ids of notices that are versions of one another; else one alone
    skipped: int  # files that could not be read

    @property
    def n_clauses(self) -> int:
        """How many clauses the notices have."""
        return sum(len(notice.clauses) for notice in self.notices)


def read_archive(paths: Sequence[Path], *, progress: Callable[[str, int, int], None]) -> OwnArchive:
    """The notices of the files and folders, each once; raises TooSmall for too few, NothingToIndex for none."""
    with tempfile.TemporaryDirectory(prefix="tiaowen-adapt-") as scratch:
        file = Path(scratch) / "archive.sqlite"
        with ArchiveWriter(file) as writer:
            reading = read_notices(files_in(paths, Path(scratch)), writer, None, progress)
            writer.finish()
        with closing(Archive(file)) as archive:
            heads = archive.notices()
            notices = tuple(archive.notice(head.doc_id) for head in heads)
            linked = {head.doc_id: [link.other_doc_id for link in archive.links_of(head.doc_id)] for head in heads}
    found = OwnArchive(notices, _components(linked), len(reading.skipped))
    if len(found.groups) < LEAST_NOTICES or found.n_clauses < LEAST_CLAUSES:
        raise TooSmall(
            f"{', '.join(map(str, paths))}: {len(notices)} notices with {found.n_clauses} clauses are too few to learn "
            f"from and to measure by (at least {LEAST_NOTICES} and {LEAST_CLAUSES}); the bundled encoder stays as it is"
        )
    return found


def _components(linked: dict[str, list[str]]) -> tuple[tuple[str, ...], ...]:
    """The doc_ids in groups that links connect, by the first of each."""
    groups: list[tuple[str, ...]] = []
    seen: set[str] = set()
    for doc_id in sorted(linked):
        if doc_id in seen:
            continue
        group, waiting = {doc_id}, [doc_id]
        while waiting:
            new = [other for other in linked[waiting.pop()] if other not in group]
            group.update(new)
            waiting += new
        seen |= group
        groups.append(tuple(sorted(group)))
    return tuple(groups)


def held_out(archive: OwnArchive, *, seed: int) -> frozenset[str]:
    """The doc_ids that nothing is learned from: a fifth of the groups, drawn by the seed."""
    order = np.random.default_rng([seed, 11]).permutation(len(archive.groups))
    chosen = order[: round(len(order) * HELD_OUT)]
    return frozenset(doc_id for row in chosen for doc_id in archive.groups[row])


# --- to learn from ---------------------------------------------------------------------------------


def passages_of(notices: Sequence[Notice]) -> list[Passage]:
    """What the pairs are drawn from: each clause under its headings, in sentences or, a table's row, in cells.

    A clause that cites a title stands there once more, under that title and without it.
    """
    found = []
    for notice in notices:
        for clause in notice.clauses:
            sentences = _parts(notice, clause)
            found.append(Passage(notice.title, "".join(map(_bare, clause.headings)), sentences))
            cited = CITED.search(clause.text)
            if cited:
                rest = tuple(sentence.replace(cited.group(0), "") for sentence in sentences)
                found.append(Passage("", cited.group(1), rest))
    return found


def _parts(notice: Notice, clause: Clause) -> tuple[str, ...]:
    cells = [notice.body[column.start : column.end] for column in clause.columns]
    if len(cells) > 1:
        return tuple(cell for cell in cells if cell.strip())
    return tuple(part for part in SENTENCE_END.split(clause.text) if part.strip())


def _bare(heading: str) -> str:
    return LABEL.sub("", heading)


# --- to be measured by -----------------------------------------------------------------------------


def tasks(archive: OwnArchive, asked: frozenset[str], *, seed: int) -> tuple[Task, ...]:
    """Look-ups among all clauses of the archive whose answers stand in the notices held out.

    sentence → clause: one sentence of a clause asks for the clause that it was taken out of. heading → clause: the last
    heading asks for the clauses below it, while no clause shows any heading. A sentence or heading that stands in
    another clause or notice too asks for nothing.
    """
    clauses = [(notice, clause) for notice in archive.notices for clause in notice.clauses]
    return _sentence_task(clauses, asked, seed), _heading_task(clauses, asked, seed)


def _sentence_task(clauses: Sequence[tuple[Notice, Clause]], asked: frozenset[str], seed: int) -> Task:
    rng = np.random.default_rng([seed, 12])
    everywhere: Counter[str] = Counter(
        sentence for _, clause in clauses for sentence in set(SENTENCE_END.split(clause.text))
    )
    queries: list[tuple[str, str]] = []
    texts: dict[str, tuple[str, str]] = {}
    for notice, clause in clauses:
        text = clause.text
        parts = SENTENCE_END.split(text)
        alone = [part for part in parts if len(part) >= SHORTEST_SENTENCE and everywhere[part] == 1]
        if clause.doc_id in asked and alone:
            sentence = alone[int(rng.integers(len(alone)))]
            rest = text.replace(sentence, "")
            if len(rest) >= SHORTEST_SENTENCE:
                queries.append((clause.clause_id, sentence))
                text = rest
        texts[clause.clause_id] = (passage_text(notice.title, clause.headings, ""), text)
    chosen = _at_most(queries, rng)
    return Task(
        name="sentence → its clause",
        ids=tuple(texts),
        texts=tuple(texts.values()),
        queries={"sentence": chosen},
        qrels={clause_id: {clause_id: 1} for clause_id, _ in chosen},
    )


def _heading_task(clauses: Sequence[tuple[Notice, Clause]], asked: frozenset[str], seed: int) -> Task:
    below: dict[tuple[str, str], list[str]] = defaultdict(list)
    for _, clause in clauses:
        if clause.headings:
            below[clause.doc_id, _bare(clause.headings[-1])].append(clause.clause_id)
    notices_of = Counter(heading for _, heading in below)
    queries, qrels = [], {}
    for (doc_id, heading), clause_ids in below.items():
        if doc_id in asked and notices_of[heading] == 1 and len(heading) >= SHORTEST_HEADING:
            query_id = f"{clause_ids[0]}#{heading}"
            queries.append((query_id, heading))
            qrels[query_id] = dict.fromkeys(clause_ids, 1)
    chosen = _at_most(queries, np.random.default_rng([seed, 13]))
    return Task(
        name="heading → the clauses below it",
        ids=tuple(clause.clause_id for _, clause in clauses),
        texts=tuple((notice.title, clause.text) for notice, clause in clauses),
        queries={"heading": chosen},
        qrels={query_id: qrels[query_id] for query_id, _ in chosen},
    )


def _at_most(queries: Sequence[tuple[str, str]], rng: np.random.Generator) -> tuple[tuple[str, str], ...]:
    rows = sorted(rng.permutation(len(queries))[:MOST_QUERIES])
    return tuple(queries[row] for row in rows)
