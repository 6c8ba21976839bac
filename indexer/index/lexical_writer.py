"""Writing the lexical leg: all clauses anew, or what changed beside the files of the leg before.

Tantivy's files never change once they are written. A change therefore links the earlier leg's files, marks the clauses that
are gone, adds those that are new, and notes which row each clause has now (`lexical_rows.py`).
"""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import tantivy

from indexer.index.changes import Changes
from indexer.index.generations import link_or_copy, not_written
from indexer.index.lexical_rows import Rows, read_rows, write_rows
from indexer.index.passage import IndexedClause
from indexer.index.terms import ANYWHERE, BOUNDED, FIELDS, anywhere, field_texts

__all__ = ["change_lexical", "write_lexical"]

_WRITER_BYTES = 128_000_000

# Tantivy says of the file system what it says of everything else, as a ValueError; these words are in no other complaint.
# Where its writing thread fails, the next call only learns that it is gone.
_OF_FILES = re.compile(r"os error \d|\bio ?error\b|index writer was killed", re.IGNORECASE)
_REASON = re.compile(r"(\w[\w ]+) \(os error|message: \"([^\"]+)\"")


def write_lexical(
    directory: Path, clauses: Iterable[Sequence[IndexedClause]], *, progress: Callable[[int], None]
) -> None:
    """Write the tantivy index of all clauses into an empty folder; `progress` is told the number of clauses done.

    Raises UsageError where the folder cannot be written.
    """
    try:
        writer, schema = _new_writer(directory)
        done = 0
        for batch in clauses:
            _add(writer, schema, [(clause.row, clause) for clause in batch])
            done += len(batch)
            progress(done)
        _finish(writer)
    except ValueError as error:
        raise _as_of_files(directory, error) from error


def change_lexical(
    directory: Path,
    earlier: Path,
    changes: Changes,
    *,
    gone: Iterable[Sequence[IndexedClause]],
    new: Iterable[Sequence[IndexedClause]],
) -> bool:
    """Write the leg into an empty folder as a change of the earlier one's; gives whether that could be done.

    Not where too much has changed, or where tantivy has put files together meanwhile and dropped what was gone from them:
    the folder is empty again then. Raises UsageError where the folder cannot be written.
    """
    try:
        before = read_rows(earlier, len(changes.moved))
        if not before.keys.bear(changes):
            return False
        _link(earlier, directory)
        index = tantivy.Index.open(str(directory))
        writer = index.writer(_WRITER_BYTES, 1)
        keys = before.keys.of(np.flatnonzero(changes.moved < 0))
        if len(keys):
            writer.delete_documents_by_query(tantivy.Query.term_set_query(index.schema, "row", keys.tolist()))
        key = len(before.keys)
        for batch in new:
            _add(writer, index.schema, list(enumerate(batch, key)))
            key += len(batch)
        _finish(writer)
        now = before.keys.after(changes)
        if _n_marked(directory) != len(now) - now.n_clauses:
            _empty(directory)
            return False
        write_rows(directory, Rows(now, _gone_now(before, gone)))
    except ValueError as error:
        raise _as_of_files(directory, error) from error
    except OSError as error:
        raise not_written(directory, error.strerror) from error
    return True


def _gone_now(before: Rows, gone: Iterable[Sequence[IndexedClause]]) -> dict[str, dict[str, int]]:
    """In how many clauses that are gone each term stands, by field."""
    counted = {field: Counter(terms) for field, terms in before.gone.items()}
    for batch in gone:
        for clause in batch:
            for field, text in field_texts(clause).items():
                counted.setdefault(field, Counter()).update(text.split(" ") if text else ())
    return {field: dict(terms) for field, terms in counted.items()}


def _new_writer(directory: Path) -> tuple[tantivy.IndexWriter, tantivy.Schema]:
    builder = tantivy.SchemaBuilder().add_unsigned_field("row", indexed=True, fast=True)
    for field in (*FIELDS, ANYWHERE):
        # Cut into tokens beforehand, joined by spaces. Which clauses have a term is all that counts: no positions, and what
        # a clause says again is not written again. Frequencies, all 1, where tantivy wants them to pass over clauses.
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq" if field in BOUNDED else "basic")
    tantivy.Index(builder.build(), path=str(directory))
    _leave_lengths_out(directory)
    index = tantivy.Index.open(str(directory))
    # One thread: clauses lie in the order of their rows, and the same archive gives the same index.
    return index.writer(_WRITER_BYTES, 1), index.schema


def _leave_lengths_out(directory: Path) -> None:
    """Have the empty index not note how long fields are, which tantivy offers in its schema and its Python package does not.

    A long clause counts like a short one.
    """
    path = directory / "meta.json"
    meta = json.loads(path.read_text(encoding="utf-8"))
    for field in meta["schema"]:
        if indexing := field["options"].get("indexing"):
            indexing["fieldnorms"] = False
    path.write_text(json.dumps(meta), encoding="utf-8")


def _add(writer: tantivy.IndexWriter, schema: tantivy.Schema, clauses: Sequence[tuple[int, IndexedClause]]) -> None:
    """Add each clause under its number."""
    for key, clause in clauses:
        texts = field_texts(clause)
        # Not Document(row=…): keyword integers are taken as signed and stop the writer for good.
        writer.add_document(
            tantivy.Document.from_dict({"row": key, **texts, ANYWHERE: anywhere(texts, clause.marks)}, schema)
        )


def _finish(writer: tantivy.IndexWriter) -> None:
    writer.commit()
    writer.wait_merging_threads()


def _as_of_files(directory: Path, error: ValueError) -> Exception:
    """The error as one of a folder that cannot be written, where tantivy complains of that; else the error itself."""
    if _OF_FILES.search(str(error)) is None:
        return error
    found = _REASON.search(str(error))
    return not_written(directory, found[1] or found[2] if found else "tantivy's writer broke off")


def _link(earlier: Path, directory: Path) -> None:
    """Have the earlier leg's files in the folder as well: as links where they never change, else as copies."""
    for file in sorted(earlier.iterdir()):
        if file.suffix in (".json", ".npy", ".msgpack", ".lock"):
            if file.suffix == ".json":
                shutil.copyfile(file, directory / file.name)
            continue
        link_or_copy(file, directory / file.name)


def _n_marked(directory: Path) -> int:
    """How many clauses that are gone the files still hold."""
    segments = json.loads((directory / "meta.json").read_text(encoding="utf-8"))["segments"]
    return sum(segment["deletes"]["num_deleted_docs"] for segment in segments if segment.get("deletes"))


def _empty(directory: Path) -> None:
    shutil.rmtree(directory)
    directory.mkdir()
