"""Plain words for official ones: `plain_words.tsv`, and how a text is put into them.

Documents say 餐饮服务 and 义务教育, people ask about 饭馆 and 上小学, and no document holds both. Replacing official
words by plain ones on one side of a training pair teaches the encoder that they mean the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.errors import UsageError

__all__ = ["PLAIN_WORDS", "PlainWords", "in_plain_words", "read_plain_words"]

Ids = npt.NDArray[np.int64]

PLAIN_WORDS = Path(__file__).resolve().parent / "plain_words.tsv"

# token number of an official word's first token → (the word's tokens, its plain words' tokens), longest word first
PlainWords = Mapping[int, Sequence[tuple[tuple[int, ...], Sequence[Ids]]]]


@dataclass(frozen=True, slots=True)
class PlainRow:
    """An official word and the plain words people say for it."""

    official: str
    plain: tuple[str, ...]


def read_plain_words(file: Path = PLAIN_WORDS) -> list[PlainRow]:
    """The rows of the lexicon: official word, tab, plain words separated by spaces; lines with # are comments.

    Raises UsageError for a missing file and for a line of another shape.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: cannot be read ({error}); restore the file") from error
    rows = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        official, _, plain = line.partition("\t")
        if not official.strip() or not plain.strip():
            raise UsageError(f"{file}:{number}: not an official word, a tab and its plain words; mend the line")
        rows.append(PlainRow(official.strip(), tuple(plain.split())))
    return rows


def in_plain_words(ids: Ids, plain_words: PlainWords, rng: np.random.Generator, *, share: float) -> Ids:
    """The text with a random share of its official words replaced by one of their plain words each."""
    parts: list[Ids] = []
    done = position = 0
    while position < len(ids):
        for official, choices in plain_words.get(int(ids[position]), ()):
            end = position + len(official)
            if tuple(ids[position:end]) == official and rng.random() < share:
                parts += [ids[done:position], choices[int(rng.integers(len(choices)))]]
                done = position = end
                break
        else:
            position += 1
    return np.concatenate([*parts, ids[done:]]) if parts else ids
