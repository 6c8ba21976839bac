"""What the caller gave: questions from the command line or a file, filters, a reranker; a mistake is one line."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.errors import UsageError
from indexer.named_filters import filters_named
from indexer.records import Filters

if TYPE_CHECKING:  # heavy, and not needed to read options
    from indexer.index import Reranker

__all__ = ["add_proxied_option", "encodable", "filters_of", "queries_of", "reranker_of"]


def add_proxied_option(parser: argparse.ArgumentParser) -> None:
    """Add --proxied, which both servers take."""
    parser.add_argument(
        "--proxied",
        action="store_true",
        help="others reach it through a proxy: let nobody in without a key, here either",
    )


def queries_of(options: argparse.Namespace) -> list[tuple[str | int, str]]:
    """(query_id as given, text) of every question asked; raises UsageError for none, both ways at once, or a bad file."""
    if options.k < 1:
        raise UsageError(f"-k must be 1 or more, not {options.k}")
    if options.queries is not None and options.text is not None:
        raise UsageError("give either a question or --queries FILE, not both")
    if options.queries is not None:
        return _read_queries(options.queries)
    if options.text is None:
        raise UsageError("nothing asked; give a question or --queries FILE")
    if not options.text.strip():
        raise UsageError("the question is empty")
    return [("q", encodable(options.text, "the question"))]


def _read_queries(path: Path) -> list[tuple[str | int, str]]:
    """The questions of a JSON-lines file; a bad line is named by its number."""
    try:
        # At \n alone: U+2028 and U+0085, where splitlines() splits too, may stand in a JSON string.
        lines = path.read_bytes().decode("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise UsageError(f"{path}: cannot be read ({reason}); give a JSON-lines file") from error
    queries = [_read_query(line, f"{path}:{number}") for number, line in enumerate(lines, 1) if line.strip()]
    if not queries:
        raise UsageError(f"{path}: holds no question")
    return queries


def _read_query(line: str, where: str) -> tuple[str | int, str]:
    """(query_id as given, text) of one JSON line; raises UsageError that begins with `where`."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "a number too long or brackets too deep"
        raise UsageError(f"{where}: not JSON ({reason}); one object a line") from error
    if not isinstance(value, dict) or not isinstance(value.get("text"), str) or not value["text"].strip():
        raise UsageError(f'{where}: needs {{"query_id": …, "text": …}} with a text that is not empty')
    query_id = value.get("query_id")
    if isinstance(query_id, bool) or not isinstance(query_id, str | int):
        raise UsageError(f'{where}: needs a "query_id" that is a string or an integer')
    encodable(str(query_id), f'{where}: the "query_id"')
    return query_id, encodable(value["text"], f'{where}: the "text"')


def encodable(text: str, name: str) -> str:
    """The text as given; raises UsageError for half a surrogate pair, which bytes that are not UTF-8 become as well."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise UsageError(f"{name} has no valid character at position {error.start + 1}; give it in UTF-8") from error
    return text


def filters_of(options: argparse.Namespace) -> Filters:
    """The filters given as options; raises UsageError for a year or level that does not exist."""
    return filters_named(
        places=[encodable(name, "--place") for name in options.place],
        year=options.year,
        levels=options.level,
        units=[encodable(name, "--unit") for name in options.unit],
    )


def reranker_of(options: argparse.Namespace) -> Reranker | None:
    """The cross-encoder that is named, if one is."""
    from indexer.index import Reranker

    return Reranker(options.reranker) if options.reranker else None
