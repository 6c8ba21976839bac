"""Whose saved questions somebody may see, and which of them they may change.

Where access is set up a question belongs to whoever saved it, known by the name that their key or login has: they alone see
it, unless they share it with all readers; an administrator sees and changes all. One that was saved before access was set
up, when nobody had to show who they are, is readable by all. None for a reader is this machine's own command line.
"""

from __future__ import annotations

import msgspec

from indexer.access import Reader
from indexer.errors import AccessDenied, NotInArchive
from indexer.saved.store import OnFile, SavedQuestion

__all__ = ["check_change", "may_change", "may_see", "question_of", "seen_by"]


def may_see(question: SavedQuestion, reader: Reader | None) -> bool:
    """Whether the reader may see the question."""
    return question.reader is None or question.shared or may_change(question, reader)


def may_change(question: SavedQuestion, reader: Reader | None) -> bool:
    """Whether the reader may remove the question and mark its news as seen."""
    return _sees_all(reader) or (reader is not None and bool(reader.name) and question.reader == reader.name)


def seen_by(on_file: OnFile, reader: Reader | None) -> OnFile:
    """What is on file as the reader may see it: questions of others do not exist, nor does what became of them."""
    if _sees_all(reader):
        return on_file
    questions = {name: each for name, each in on_file.questions.items() if may_see(each, reader)}
    seen = {name: each for name, each in on_file.seen.items() if name in questions}
    return msgspec.structs.replace(on_file, questions=questions, removed={}, seen=seen)


def question_of(on_file: OnFile, question_id: str, reader: Reader | None) -> SavedQuestion:
    """The question of the id; raises NotInArchive where there is none, or none that the reader may see."""
    shown = seen_by(on_file, reader)
    if question_id in shown.questions and question_id in shown.seen:
        return shown.questions[question_id]
    if question_id in shown.removed:
        raise NotInArchive(f"{question_id}: was removed by {shown.removed[question_id].made_by}")
    raise NotInArchive(f"{question_id}: no such saved question; see those that are listed")


def check_change(question: SavedQuestion, reader: Reader | None) -> None:
    """Raise AccessDenied where the reader may see the question and not change it."""
    if not may_change(question, reader):
        raise AccessDenied(f"{question.question_id}: belongs to {question.owner}; save the question for yourself")


def _sees_all(reader: Reader | None) -> bool:
    return reader is None or reader.may("administer")
