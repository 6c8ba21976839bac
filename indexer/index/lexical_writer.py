"""Writing the lexical leg: all clauses anew, or what changed beside the files of the leg before.

Tantivy's files never change once they are written. A change therefore links the earlier leg's files, marks the clauses that
are gone, adds those that are new, and notes which row each clause has now (`lexical_rows.py`).
"""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import tantivy

from indexer.index.changes import Changes
from indexer.index.generations import link_or_copy, not_written
from indexer.index.lexical_rows import Gone, Rows, read_rows, write_rows
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

    Not where too much has changed, or where it cannot be told which clauses that are gone tantivy still counts: the folder is
    empty again then. Raises UsageError where the folder cannot be written.
    """
    try:
        before = read_rows(earlier, len(changes.moved))
        if not before.keys.bear(changes):
            return False
        _link(earlier, directory)
        index = tantivy.Index.open(str(directory))
        writer = index.writer(_WRITER_BYTES, 1)
        rows = np.flatnonzero(changes.moved < 0)
        keys = before.keys.of(rows)
        came_from = dict(zip(rows.tolist(), _segments_of(index, directory, keys), strict=True))
        if len(keys):
            writer.delete_documents_by_query(tantivy.Query.term_set_query(index.schema, "row", keys.tolist()))
        key = len(before.keys)
        for batch in new:
            _add(writer, index.schema, list(enumerate(batch, key)))
            key += len(batch)
        _finish(writer)
        # What tantivy has put together meanwhile it has dropped from its counts, too.
        marked = _marked(directory)
        counted = {segment: found for segment, found in _gone_now(before, came_from, gone).items() if segment in marked}
        if any(n != (counted[segment].n if segment in counted else 0) for segment, n in marked.items()):
            _empty(directory)
            return False
        write_rows(directory, Rows(before.keys.after(changes), counted))
    except ValueError as error:
        raise _as_of_files(directory, error) from error
    except OSError as error:
        raise not_written(directory, error.strerror) from error
    return True


def _segments_of(index: tantivy.Index, directory: Path, keys: npt.NDArray[np.int64]) -> list[str]:
    """The segment that each of the keys stands in."""
    if not len(keys):
        return []
    segments = list(_marked(directory))  # which tantivy numbers in this order
    searcher = index.searcher()
    wanted = tantivy.Query.term_set_query(index.schema, "row", keys.tolist())
    addresses = [address for _, address in searcher.search(wanted, len(keys), count=False).hits]
    found = dict(zip(searcher.fast_field_values("row", addresses), addresses, strict=True))
    return [segments[found[key].segment_ord] for key in keys.tolist()]


def _gone_now(before: Rows, came_from: Mapping[int, str], gone: Iterable[Sequence[IndexedClause]]) -> dict[str, Gone]:
    """What is gone by segment; `came_from` has the segments of the clauses that go now, by the rows they had."""
    numbers: Counter[str] = Counter()
    terms: dict[str, dict[str, Counter[str]]] = {}
    for batch in gone:
        for clause in batch:
            segment = came_from[clause.row]
            numbers[segment] += 1
            fields = terms.setdefault(segment, {})
            for field, text in field_texts(clause).items():
                fields.setdefault(field, Counter()).update(text.split(" ") if text else ())
    now = {
        segment: Gone(n, {field: dict(of) for field, of in terms[segment].items()}) for segment, n in numbers.items()
    }
    return {
        segment: before.gone.get(segment, Gone()).plus(now.get(segment, Gone())) for segment in {**before.gone, **now}
    }


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


def _marked(directory: Path) -> dict[str, int]:
    """By segment, in tantivy's order, how many clauses that are gone its files still hold."""
    segments = json.loads((directory / "meta.json").read_text(encoding="utf-8"))["segments"]
    return {
        segment["segment_id"]: segment["deletes"]["num_deleted_docs"] if segment.get("deletes") else 0
        for segment in segments
    }


def _empty(directory: Path) -> None:
    shutil.rmtree(directory)
    directory.mkdir()
