"""The file of saved questions: `saved.jsonl` in the index's folder, to which lines are only ever added.

    saved       a question: id, text, filters, what is taken back of its plan, owner, when
    removed     who removed which question, and when
    generation  a generation that was looked at, with the notices that no earlier line lists
    seen        up to which generation a question's news were looked at, what was news then, and which clauses near the
                question are known since; clauses that an earlier line of the question has are not said again

A clause is known by two keys: its place (title of the notice, and its number) and its words (that title, and its text), so
that one that was renumbered or read anew is told from one that was changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal, TypeAlias, TypeVar

import msgspec
from msgspec import Struct

from indexer import journal
from indexer.address import IndexAddress, folder_of
from indexer.records import Filters, Query

__all__ = [
    "SAVED",
    "ListedGeneration",
    "OnFile",
    "Removed",
    "SavedQuestion",
    "Seen",
    "State",
    "Told",
    "append",
    "read_saved",
]

SAVED = "saved.jsonl"
State: TypeAlias = Literal["new", "changed"]


class SavedQuestion(Struct, frozen=True, tag_field="line", tag="saved"):
    """A question with its filters, as its owner saved it."""

    question_id: str  # twelve hex digits
    text: str
    filters: Filters
    without: tuple[str, ...]  # keys of parts of the plan that are taken back
    owner: str
    created_at: str  # ISO 8601, UTC
    reader: str | None = None  # by which name its owner had shown who they are; None: nobody had to
    shared: bool = False  # with all readers

    @property
    def query(self) -> Query:
        """The question as it is asked."""
        return Query(self.text, self.question_id, filters=self.filters, without=self.without)


class Removed(Struct, frozen=True, tag_field="line", tag="removed"):
    """Who removed a question, and when."""

    question_id: str
    made_at: str  # ISO 8601, UTC
    made_by: str


class ListedGeneration(Struct, frozen=True, tag_field="line", tag="generation"):
    """A generation that was looked at, and the notices that it has and no earlier line lists."""

    generation: str
    built_at: str  # ISO 8601, UTC
    doc_ids: tuple[str, ...]


class Told(Struct, frozen=True):
    """A clause that was news for a question."""

    clause_id: str
    state: State


class Seen(Struct, frozen=True, tag_field="line", tag="seen"):
    """Up to which generation the news of a question were looked at."""

    question_id: str
    generation: str
    made_at: str  # ISO 8601, UTC
    made_by: str
    told: tuple[Told, ...] = ()  # what was news then
    clauses: tuple[tuple[str, str], ...] = ()  # place key and words key of those near the question


Line: TypeAlias = SavedQuestion | Removed | ListedGeneration | Seen
_Made = TypeVar("_Made")
_DECODER = msgspec.json.Decoder(Line)


class OnFile(Struct):
    """All that is on file; a question that was removed is only in `removed`."""

    questions: dict[str, SavedQuestion] = {}  # by question_id, in the order in which they were saved
    removed: dict[str, Removed] = {}
    seen: dict[str, list[Seen]] = {}  # by question_id, in order; the first is of when it was saved
    generations: dict[str, ListedGeneration] = {}  # in order
    damaged: tuple[str, ...] = ()  # one line for each line of the file that is kept out

    def of(self, owner: str | None) -> list[SavedQuestion]:
        """The questions of an owner, or all of them, in order."""
        return [question for question in self.questions.values() if owner in (None, question.owner)]

    def doc_ids(self, up_to: str | None = None) -> frozenset[str]:
        """Every notice that a generation listed so far had, or one of those up to the one named."""
        names = list(self.generations)
        last = names.index(up_to) + 1 if up_to in self.generations else len(names) if up_to is None else 0
        return frozenset(doc_id for name in names[:last] for doc_id in self.generations[name].doc_ids)

    def first_built(self) -> Mapping[str, str]:
        """By doc_id, when the first generation was built that is known to have had the notice."""
        return {doc_id: each.built_at for each in reversed(self.generations.values()) for doc_id in each.doc_ids}

    def known(self, question_id: str) -> tuple[dict[str, str], frozenset[str]]:
        """Of the clauses that were near the question: by place the words, and all words there ever were."""
        pairs = [pair for seen in self.seen.get(question_id, ()) for pair in seen.clauses]
        return dict(pairs), frozenset(words for _, words in pairs)


def read_saved(index_dir: IndexAddress | str) -> OnFile:
    """What is on file for the index; nothing where there is no file yet. Raises UsageError where it cannot be read."""
    path = folder_of(index_dir) / SAVED
    return _on_file(path, journal.stored(path))


def append(folder: Path, make: Callable[[OnFile], tuple[_Made, Sequence[Line]]]) -> _Made:
    """Add the lines that `make` gives for what is on file; gives what it made besides, once they are on disk.

    Raises UsageError where the file cannot be written, and whatever `make` raises.
    """
    path = folder / SAVED

    def lines(stored: bytes) -> tuple[_Made, list[bytes]]:
        made, added = make(_on_file(path, stored))
        return made, [msgspec.json.encode(line) for line in added]

    return journal.append(path, lines)


def _on_file(path: Path, stored: bytes) -> OnFile:
    """What the lines say; one that is not whole or says something else is named and kept out."""
    found = OnFile()
    damaged: list[str] = []
    for line in _lines(path, stored, damaged):
        match line:
            case SavedQuestion():
                found.questions[line.question_id] = line
            case Removed():
                found.removed[line.question_id] = line
                found.questions.pop(line.question_id, None)
            case ListedGeneration():
                found.generations.setdefault(line.generation, line)
            case Seen():
                found.seen.setdefault(line.question_id, []).append(line)
    found.damaged = tuple(damaged)
    return found


def _lines(path: Path, stored: bytes, damaged: list[str]) -> Iterable[Line]:
    for number, line in enumerate(stored.split(b"\n"), 1):
        if line.strip():
            try:
                yield _DECODER.decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                damaged.append(f"{path}:{number}: is no whole line of a saved question; it is kept out")
