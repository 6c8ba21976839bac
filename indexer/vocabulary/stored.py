"""The vocabulary of an archive as a file of SQLite, so that an archive of any size is asked without being read first.

A build writes it beside the archive (`writing.py`). What has none (a part that a reader may see, an archive in Milvus) gets one in memory
when it is first asked; either is read in the same way.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from indexer.index import Index
from indexer.index.sqlite_file import SqliteFile
from indexer.vocabulary.terms import patterns_of
from indexer.vocabulary.titles import TitleAsked, title_asked
from indexer.vocabulary.writing import Named, fill

__all__ = ["VOCABULARY", "Vocabulary", "open_vocabulary", "vocabulary_in_memory", "vocabulary_of"]

VOCABULARY = "vocabulary.sqlite"  # in a generation

# A list of values as one bound parameter.
_LISTED = "(SELECT value FROM json_each(?))"
_SHORTEST_NUMBER = 4  # of a 发文字号 as a key: 〔2021〕1号 without its letters is shorter than any


class Vocabulary:
    """The terms, titles and numbers of an archive, read-only; safe under threads where its `rows` are."""

    def __init__(self, rows: Callable[..., list[Any]]) -> None:
        """`rows` gives what a statement with its values does."""
        self._rows = rows

    def count(self, term: str) -> int:
        """In how many titles, headings and names the term stands; 0 for what is no term of the archive."""
        found = self._rows("SELECT n FROM terms WHERE term = ?", term)
        return int(found[0][0]) if found else 0

    def like(self, word: str) -> set[str]:
        """The terms that may be meant by the word: one character off, or for four and more with a half in common."""
        found = self._rows(f"SELECT term FROM patterns WHERE pattern IN {_LISTED}", _json(patterns_of(word)))
        return {term for (term,) in found} - {word}

    def pairs(self, pairs: Collection[str]) -> set[str]:
        """Those of the pairs of characters that stand side by side in a title, a heading or a name."""
        return {pair for (pair,) in self._rows(f"SELECT pair FROM pairs WHERE pair IN {_LISTED}", _json(pairs))}

    def title_asked(self, text: str, topic: str | None = None) -> TitleAsked | None:
        """The notices that a simplified question names by title; see `titles.title_asked`."""
        return title_asked(self, text, topic)

    def numbered(self, asked: str) -> tuple[str, tuple[str, ...]] | None:
        """The 发文字号 and the doc_ids of the notices that bear it; `asked` is a key, of which the number may be the end."""
        ends = [asked[at:] for at in range(len(asked) - _SHORTEST_NUMBER + 1)]
        found = self._rows(
            f"SELECT number, doc_id FROM numbers WHERE key IN {_LISTED} ORDER BY length(key) DESC, doc_id", _json(ends)
        )
        return (found[0][0], tuple(dict.fromkeys(doc_id for _, doc_id in found))) if found else None

    # --- titles by number, see `StoredTitles` --------------------------------------------------

    def with_part(self, key: str) -> list[int]:
        """The titles that have the key in them; looks at every one."""
        return [
            number for (number,) in self._rows("SELECT number FROM titles WHERE instr(key, ?) ORDER BY number", key)
        ]

    def with_words(self, words: Sequence[str]) -> dict[str, list[int]]:
        """The titles whose own words are just one of these, by their words."""
        found: dict[str, list[int]] = {}
        rows = self._rows(f"SELECT words, number FROM titles WHERE words IN {_LISTED} ORDER BY number", _json(words))
        for own, number in rows:
            found.setdefault(own, []).append(number)
        return found

    def with_rare_runs(self, runs: Sequence[str]) -> dict[str, dict[int, str]]:
        """Of the runs of characters those that few titles have, with these titles and their own words."""
        found: dict[str, dict[int, str]] = {}
        for run, number, own in self._rows(
            f"SELECT r.run, r.number, t.words FROM runs r JOIN titles t ON t.number = r.number WHERE r.run IN {_LISTED}",
            _json(runs),
        ):
            found.setdefault(run, {})[number] = own
        return found

    def doc_ids(self, numbers: Collection[int]) -> tuple[str, ...]:
        """The notices that bear the titles, sorted."""
        found = self._rows(
            f"SELECT DISTINCT doc_id FROM titles WHERE number IN {_LISTED} ORDER BY doc_id", _json(numbers)
        )
        return tuple(doc_id for (doc_id,) in found)

    def terms(self) -> dict[str, int]:
        """Every term, with the number of titles, headings and names it stands in."""
        return dict(self._rows("SELECT term, n FROM terms"))

    def all_pairs(self) -> list[str]:
        """Every pair of characters that stand side by side, sorted."""
        return [pair for (pair,) in self._rows("SELECT pair FROM pairs ORDER BY pair")]


_VOCABULARIES: WeakKeyDictionary[Index, Vocabulary] = WeakKeyDictionary()


def vocabulary_of(index: Index) -> Vocabulary:
    """The vocabulary of the open index, opened or made at the first call; a generation never changes."""
    found = _VOCABULARIES.get(index)
    if found is None:
        path = index.file(VOCABULARY)
        found = vocabulary_in_memory(index) if path is None else open_vocabulary(path)
        _VOCABULARIES[index] = found
    return found


def open_vocabulary(path: Path) -> Vocabulary:
    """The vocabulary that a build has written; asking raises IndexDamaged where the file is none."""
    return Vocabulary(SqliteFile(path).rows)


def vocabulary_in_memory(named: Named) -> Vocabulary:
    """The vocabulary of what has names, made now."""
    connection = sqlite3.connect(":memory:", check_same_thread=False)  # SQLite lets one thread ask at a time
    fill(connection, named)
    return Vocabulary(lambda sql, *values: connection.execute(sql, values).fetchall())


def _json(values: Iterable[object] | Iterator[object]) -> str:
    return json.dumps(list(values), ensure_ascii=False)
