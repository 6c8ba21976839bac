"""Saving a question, what is news for it, and marking that as seen.

A clause is news where it matches the question and its notice was in none of the generations up to the one last seen. One
whose words stood under the same title before is none: its notice was only read anew or renumbered. One that takes the
place of other words, which are gone, is changed.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from collections.abc import Iterable, Sequence

from msgspec import Struct

from indexer.access import Reader
from indexer.access.listening import is_guarded
from indexer.address import IndexAddress, folder_of
from indexer.audit import Via, note
from indexer.authorship import checked_author, checked_line, now
from indexer.duplicates.titles import title_key
from indexer.errors import AccessDenied, UsageError
from indexer.index import Index
from indexer.records import Clause, Filters, Hit
from indexer.saved.matching import Matched, matched_clauses
from indexer.saved.owners import check_change, question_of, seen_by
from indexer.saved.store import (
    Line,
    ListedGeneration,
    OnFile,
    Removed,
    SavedQuestion,
    Seen,
    State,
    Told,
    append,
    read_saved,
)
from indexer.search.retrieve import check_request

__all__ = ["LONGEST_QUESTION", "NewClause", "mark_seen", "news", "note_generation", "remove", "save"]

LONGEST_QUESTION = 1000  # characters, as many as the app asks at once


class NewClause(Struct, frozen=True):
    """A clause that is news for a question."""

    clause: Clause
    hit: Hit
    state: State


def save(
    index: Index,
    text: str,
    *,
    owner: str,
    filters: Filters | None = None,
    without: Sequence[str] = (),
    reader: Reader | None = None,
    shared: bool = False,
    via: Via | None = None,
) -> SavedQuestion:
    """Save a question for its owner; what the archive holds by now is no news for it.

    Where access is set up it is the owner's alone unless it is `shared`, and a reader saves under their own name. Raises
    UsageError for an empty question, one that is too long or of several lines, one that the owner has saved with the same
    filters already, and an empty owner; AccessDenied for a reader who is not known by name.
    """
    author, belongs_to = _owner(index, owner, reader)
    bare = checked_line("question", text, longest=LONGEST_QUESTION)
    question = SavedQuestion(
        secrets.token_hex(6), bare, filters or Filters(), tuple(without), author, now(), belongs_to, shared
    )
    check_request(question.query)
    keys = _all_keys(index, matched_clauses(index, question.query))

    def made(on_file: OnFile) -> tuple[SavedQuestion, Sequence[Line]]:
        for other in on_file.of(author):
            same = (bare, question.filters, question.without, belongs_to)
            if (other.text, other.filters, other.without, other.reader) == same:
                raise UsageError(f"{author} has saved this question already, as {other.question_id}")
        seen = Seen(question.question_id, _name(index), question.created_at, author, clauses=tuple(keys.values()))
        what = f"{question.question_id}{' shared' if shared else ''}"
        note(index, reader, "question_saved", via=via, question=bare, what=what)
        return question, [*_listing(index, on_file), question, seen]

    return append(index.directory, made)


def remove(
    index_dir: IndexAddress | str, question_id: str, *, by: str, reader: Reader | None = None, via: Via | None = None
) -> Removed:
    """Remove a saved question.

    Raises NotInArchive for an id that is unknown or another's, AccessDenied for a question that the reader may only see,
    and UsageError for an empty name of who does it.
    """
    author = checked_author(by)

    def made(on_file: OnFile) -> tuple[Removed, Sequence[Line]]:
        check_change(question_of(on_file, question_id, reader), reader)
        note(index_dir, reader, "question_removed", via=via, what=question_id)
        removed = Removed(question_id, now(), author)
        return removed, [removed]

    folder = folder_of(index_dir)
    if not folder.is_dir():
        raise UsageError(f"{folder}: there is no such folder; give that of the index")
    question_of(read_saved(index_dir), question_id, reader)  # before a file is made for it
    return append(folder, made)


def news(index: Index, question: SavedQuestion, on_file: OnFile) -> list[NewClause]:
    """The clauses that are news for the question, nearest first; each wording of a notice once."""
    return _news(index, question, on_file, matched_clauses(index, question.query))


def mark_seen(index: Index, question_id: str, *, by: str, reader: Reader | None = None) -> list[NewClause]:
    """What was news for the question until now, and is none any more; raises as `remove`."""
    author = checked_author(by)
    question = question_of(read_saved(index.directory), question_id, reader)
    check_change(question, reader)
    near = matched_clauses(index, question.query)
    keys = _all_keys(index, near)

    def made(on_file: OnFile) -> tuple[list[NewClause], Sequence[Line]]:
        question_of(on_file, question_id, reader)
        found = _news(index, question, on_file, near)
        if not found and on_file.seen[question_id][-1].generation == _name(index):
            return found, []
        places, _ = on_file.known(question_id)
        further = tuple((place, words) for place, words in keys.values() if places.get(place) != words)
        told = tuple(Told(each.clause.clause_id, each.state) for each in found)
        return found, [
            *_listing(index, on_file),
            Seen(question_id, _name(index), now(), author, told=told, clauses=further),
        ]

    return append(index.directory, made)


def note_generation(index: Index, *, reader: Reader | None = None) -> OnFile:
    """What is on file as the reader may see it, the open generation listed in it: from now on it is known when each notice came in."""
    on_file = read_saved(index.directory)
    if not on_file.questions or _name(index) in on_file.generations:
        return seen_by(on_file, reader)

    def made(on_file: OnFile) -> tuple[None, Sequence[Line]]:
        return None, _listing(index, on_file)

    append(index.directory, made)
    return seen_by(read_saved(index.directory), reader)


def _news(index: Index, question: SavedQuestion, on_file: OnFile, near: Sequence[Matched]) -> list[NewClause]:
    """As `news`, of the clauses near the question."""
    old_notices = on_file.doc_ids(up_to=on_file.seen[question.question_id][-1].generation)
    places, known = on_file.known(question.question_id)
    keys = _all_keys(index, near)
    here = {words for _, words in keys.values()}
    found: list[NewClause] = []
    told = set(known)
    for each in near:
        place, words = keys[each.clause.clause_id]
        if not each.matches or each.clause.doc_id in old_notices or words in told:
            continue
        told.add(words)
        changed = place in places and places[place] not in here
        found.append(NewClause(each.clause, each.hit, "changed" if changed else "new"))
    return found


def _owner(index: Index, owner: str, reader: Reader | None) -> tuple[str, str | None]:
    """Whose a question is to be, and by which name it is theirs alone; raises as `save`."""
    author = checked_author(owner)
    if not is_guarded(index.directory):
        return author, None
    if reader is None:
        return author, author
    if not reader.name:
        raise AccessDenied("nobody is known here by name; sign in, or show a key, to save questions")
    if author != reader.name:
        raise AccessDenied(f"{author}: questions are saved under one's own name, which is {reader.name}")
    return author, reader.name


def _name(index: Index) -> str:
    """What tells the open generation from every other, also of an archive that was begun anew."""
    return f"{index.generation} {index.manifest.built_at}"


def _listing(index: Index, on_file: OnFile) -> list[ListedGeneration]:
    """The line for the open generation; none where it is listed already."""
    if _name(index) in on_file.generations:
        return []
    further = {head.doc_id for head in index.notices()} - on_file.doc_ids()
    return [ListedGeneration(_name(index), index.manifest.built_at, tuple(sorted(further)))]


# --- the keys of clauses -----------------------------------------------------------------------------


def _all_keys(index: Index, near: Iterable[Matched]) -> dict[str, tuple[str, str]]:
    """By clause_id the keys of its place and of its words."""
    titles = {head.doc_id: title_key(head.title) for head in index.notices()}
    found: dict[str, tuple[str, str]] = {}
    for clause in (each.clause for each in near):
        title, number = titles[clause.doc_id], clause.clause_id.partition(":")[2]
        words = "".join(unicodedata.normalize("NFKC", clause.text).split())
        found[clause.clause_id] = (_digest(title, number), _digest(title, words))
    return found


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:12]
