"""Writing the vocabulary of an archive: all of it, or what changed in a copy of the one before.

What is counted is counted on: a title or heading that came or went changes the counts of its words and of nothing else.
Titles and their runs are few and written anew, for a place that came or went may be part of any title.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

from msgspec.structs import astuple

from indexer.characters import simplified
from indexer.duplicates.titles import number_key, title_key
from indexer.index.archive import Archive
from indexer.index.changes import Before
from indexer.index.generations import not_written
from indexer.notices.places import gazetteer_of, place_of, stem_of
from indexer.vocabulary.terms import counts_of, patterns_of, phrase_as_term, runs_in, runs_of_names, terms_of
from indexer.vocabulary.titles import own_words, rare_runs

__all__ = ["Named", "fill", "write_vocabulary"]

# `phrases` counts those as well that are too rare to be terms, and `headings` says in how many clauses' paths each stands:
# what the next build needs to count on. The latter is empty where there will be none.
_SCHEMA = """
CREATE TABLE terms (term TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE phrases (phrase TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE headings (heading TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE patterns (pattern TEXT NOT NULL, term TEXT NOT NULL, PRIMARY KEY (pattern, term)) WITHOUT ROWID;
CREATE TABLE pairs (pair TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE numbers (key TEXT NOT NULL, doc_id TEXT NOT NULL, number TEXT NOT NULL, PRIMARY KEY (key, doc_id)) WITHOUT ROWID;
"""
_TITLES = """
CREATE TABLE titles (number INTEGER PRIMARY KEY, doc_id TEXT NOT NULL, key TEXT NOT NULL, words TEXT NOT NULL);
CREATE TABLE runs (run TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (run, number)) WITHOUT ROWID;
"""
_BY_WORDS = "CREATE INDEX titles_by_words ON titles (words)"


class Named(Protocol):
    """What has names: an archive, or the part of one that may be seen."""

    def titles(self) -> list[tuple[str, str]]:
        """The doc_id and the title of every notice, by doc_id."""
        ...

    def doc_numbers(self) -> list[tuple[str, str]]:
        """The doc_id and the 发文字号 of every notice that has one, by doc_id."""
        ...

    def places(self) -> list[str]:
        """The full names of all places that notices are from, sorted."""
        ...

    def unit_names(self) -> list[str]:
        """The canonical names of all units, sorted."""
        ...

    def headings(self) -> list[str]:
        """Every heading that a clause stands under, once, sorted."""
        ...


def fill(connection: sqlite3.Connection, named: Named) -> None:
    """Write the vocabulary of what has names into an empty database."""
    titles = named.titles()
    names = _names(named)
    runs = runs_in([*(title for _, title in titles), *named.headings()])
    runs.update(names)
    counts = counts_of(runs)
    terms = terms_of(counts, names)
    connection.executescript(_SCHEMA)
    connection.execute("BEGIN")
    for table, rows in (
        ("terms", sorted(terms.items())),
        ("phrases", sorted(counts.phrases.items())),
        ("patterns", sorted(_patterns(terms))),
        ("pairs", sorted(counts.pairs.items())),
        ("numbers", sorted(_numbers(named.doc_numbers()))),
    ):
        _insert(connection, table, rows)
    _write_titles(connection, titles, named.places())
    connection.execute("COMMIT")


def write_vocabulary(path: Path, archive: Archive, before: Before | None = None) -> None:
    """Write the vocabulary of an archive into a file that does not exist yet, from the one `before` where there is one.

    Raises UsageError where it cannot be written.
    """
    try:
        if before is not None:
            shutil.copyfile(before.file, path)
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            if before is not None:
                _change(connection, archive, before)
            else:
                fill(connection, archive)
                _insert(connection, "headings", sorted(archive.headings_counted().items()))
    except sqlite3.OperationalError as error:
        raise not_written(path, error) from error
    except OSError as error:
        raise not_written(path, error.strerror) from error


def _change(connection: sqlite3.Connection, archive: Archive, before: Before) -> None:
    """Make the vocabulary of the archive before that of the archive."""
    earlier, gone, new = before.archive, before.gone, before.new
    connection.execute("BEGIN")
    headings = Counter(archive.headings_counted(new))
    headings.subtract(earlier.headings_counted(gone))
    texts: list[tuple[int, Iterable[str]]] = [
        (1, (title for _, title in archive.titles(new))),
        (-1, (title for _, title in earlier.titles(gone))),
        *_came_and_went(_count_on(connection, "headings", "heading", headings)),
    ]
    names, names_before = _names(archive), _names(earlier)
    runs: Counter[str] = Counter()
    for n, of_texts in texts:
        for run, times in runs_in(of_texts).items():
            runs[run] += n * times
    runs.update(names - names_before)
    runs.subtract(names_before - names)
    counts = counts_of({run: n for run, n in runs.items() if n})
    terms = Counter(counts.words)
    for phrase, (was, now) in _count_on(connection, "phrases", "phrase", counts.phrases).items():
        terms[phrase] += phrase_as_term(now) - phrase_as_term(was)
    terms.update(names - names_before)
    terms.subtract(names_before - names)
    (_, came), (_, went) = _came_and_went(_count_on(connection, "terms", "term", terms))
    _insert(connection, "patterns", sorted(_patterns(came)))
    connection.executemany("DELETE FROM patterns WHERE pattern = ? AND term = ?", sorted(_patterns(went)))
    _count_on(connection, "pairs", "pair", counts.pairs)
    connection.executemany(
        "DELETE FROM numbers WHERE key = ? AND doc_id = ? AND number = ?", _numbers(earlier.doc_numbers(gone))
    )
    _insert(connection, "numbers", sorted(_numbers(archive.doc_numbers(new))))
    connection.execute("DROP TABLE titles")
    connection.execute("DROP TABLE runs")
    _write_titles(connection, archive.titles(), archive.places())
    connection.execute("COMMIT")


def _write_titles(connection: sqlite3.Connection, titles: Sequence[tuple[str, str]], places: Sequence[str]) -> None:
    known = gazetteer_of(places)
    words = [own_words(title, known) for _, title in titles]
    for statement in _TITLES.strip().splitlines():
        connection.execute(statement)
    rows = [
        (number, doc_id, title_key(title), own)
        for number, ((doc_id, title), own) in enumerate(zip(titles, words, strict=True))
    ]
    _insert(connection, "titles", rows)
    runs = rare_runs(words)
    _insert(connection, "runs", sorted((run, number) for run, numbers in runs.items() for number in numbers))
    connection.execute(_BY_WORDS)


def _names(named: Named) -> set[str]:
    """The names of units, and of places in full, in parts and by their stems, as runs of Chinese characters."""
    parts = {part for name in named.places() for part in astuple(place_of(name)) if part}
    return runs_of_names([*named.unit_names(), *parts, *map(stem_of, parts)])


def _patterns(terms: Iterable[str]) -> set[tuple[str, str]]:
    return {(pattern, term) for term in terms for pattern in patterns_of(term)}


def _numbers(numbers: Iterable[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """The rows of the doc_ids and their 发文字号."""
    return [(number_key(simplified(number)), doc_id, number) for doc_id, number in numbers]


def _count_on(
    connection: sqlite3.Connection, table: str, key: str, by: Mapping[str, int]
) -> dict[str, tuple[int, int]]:
    """Let what a table counts be so many more or fewer; gives for each that changes what it was and what it is now."""
    wanted = {name: n for name, n in by.items() if n}
    found = connection.execute(
        f"SELECT {key}, n FROM {table} WHERE {key} IN (SELECT value FROM json_each(?))",
        (json.dumps(list(wanted), ensure_ascii=False),),
    )
    counted = dict(found.fetchall())
    changed = {name: (counted.get(name, 0), counted.get(name, 0) + n) for name, n in sorted(wanted.items())}
    connection.executemany(f"DELETE FROM {table} WHERE {key} = ?", ((name,) for name in changed))
    _insert(connection, table, [(name, now) for name, (_, now) in changed.items() if now])
    return changed


def _came_and_went(
    changed: Mapping[str, tuple[int, int]],
) -> tuple[tuple[int, Collection[str]], tuple[int, Collection[str]]]:
    """Of what is counted: (1, what was not there before), (−1, what is no longer there)."""
    came = [name for name, (was, _) in changed.items() if not was]
    went = [name for name, (_, now) in changed.items() if not now]
    return (1, came), (-1, went)


def _insert(connection: sqlite3.Connection, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
