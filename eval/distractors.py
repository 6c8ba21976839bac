"""Notices in which nothing is judged, to be indexed beside the judged ones: folders and files, or a corpus in JSON lines.

A corpus has one notice a line, `{"title": …, "text": …}`, in FILE.jsonl or FILE.jsonl.gz. Each becomes a plain text of
its title and text, and is read as any other notice.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from indexer.errors import UsageError

__all__ = ["ENDINGS", "Written", "read_corpus", "write_distractors"]

ENDINGS = (".jsonl", ".jsonl.gz")


@dataclass(frozen=True, slots=True)
class Written:
    """What is to be built: paths, and for a notice taken from a corpus which line of which file it was."""

    paths: tuple[Path, ...]
    lines: dict[str, str] = field(default_factory=dict)  # path of the text file → corpus.jsonl.gz:12

    def where(self, path: str) -> str:
        """Where a file came from, to be named to the user."""
        return self.lines.get(path, path)


def write_distractors(paths: Sequence[Path], folder: Path, *, most: int | None = None) -> Written:
    """The paths to build, corpora among them written to `folder` as text files, at most `most` notices of each.

    Raises UsageError for a corpus that is missing, that holds no notice, or a line that is none.
    """
    built: list[Path] = []
    lines: dict[str, str] = {}
    for number, path in enumerate(paths):
        if not path.name.endswith(ENDINGS):
            built.append(path)
            continue
        texts = folder / f"{number:02d}-{path.name.split('.')[0]}"
        texts.mkdir(parents=True)
        for where, title, text in islice(read_corpus(path), most):
            # A name that no judged notice's can be the beginning of: files are told by how their names begin.
            file = texts / f"distractor-{where.rpartition(':')[2].zfill(6)}.txt"
            file.write_text(text if text.startswith(title) else f"{title}\n{text}", encoding="utf-8")
            lines[str(file)] = where
        if not any(texts.iterdir()):
            raise UsageError(f"{path}: holds no notice; give lines of JSON with a text")
        built.append(texts)
    return Written(tuple(built), lines)


def read_corpus(path: Path) -> Iterator[tuple[str, str, str]]:
    """`file:line`, title and text of every notice, in order; blank lines are passed over."""
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    where = f"{path}:{number}"
                    yield where, *_notice(line, where)
    except FileNotFoundError as error:
        raise UsageError(f"no file {path}; give a corpus of JSON lines, or a folder of notices") from error
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read ({error}); give JSON lines in UTF-8, plain or as .gz") from error


def _notice(line: str, where: str) -> tuple[str, str]:
    try:
        record: Any = json.loads(line)
    except json.JSONDecodeError as error:
        raise UsageError(f"{where}: not JSON ({error.msg}); correct the line") from error
    text = record.get("text") if isinstance(record, dict) else None
    if not isinstance(text, str) or not text.strip():
        raise UsageError(f"{where}: no text in the record; a line is a JSON object with title and text")
    return str(record.get("title") or "").strip(), text
