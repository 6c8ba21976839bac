"""The encoder's tokenizer: words and characters with their frequencies, segmented by the likeliest path.

The tokenizer is a `tokenizers` Unigram model over words that jieba's dictionary and its model of unknown words
find in the corpora. The likeliest path through word frequencies is jieba's own rule, so that the saved
`tokenizer.json` cuts as jieba does and needs neither jieba nor Python code to load.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import rjieba
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from indexer.errors import UsageError

__all__ = ["UNKNOWN", "build_tokenizer", "contained_tokens", "count_tokens", "tokenizer_words"]

UNKNOWN = "[UNK]"

# Punctuation, symbols and space carry no topic and are dropped before segmentation: （一）, 《…》, 、, %, |.
SEPARATORS = r"[\p{P}\p{S}\p{Z}\p{C}]+"

# A character never seen this often keeps no vector of its own: its few contexts would only teach noise.
MIN_CHARACTER_COUNT = 3
MIN_WORD_COUNT = 6
LONGEST_WORD = 8


def _is_separator(character: str) -> bool:
    return unicodedata.category(character)[0] in "PSZC"


def count_tokens(texts: Iterable[str]) -> tuple[Counter[str], Counter[str]]:
    """How often each word of two characters and more, and each character, stands in the texts (NFKC, lower case)."""
    words: Counter[str] = Counter()
    characters: Counter[str] = Counter()
    for text in texts:
        normal = unicodedata.normalize("NFKC", text).lower()
        characters.update(normal)
        words.update(rjieba.cut(normal))
    for token in [token for token in words if len(token) < 2 or any(map(_is_separator, token))]:
        del words[token]
    for character in [character for character in characters if _is_separator(character)]:
        del characters[character]
    return words, characters


def build_tokenizer(words: Counter[str], characters: Counter[str], *, size: int) -> Tokenizer:
    """A Unigram tokenizer of at most `size` tokens: every frequent character, then the most frequent words.

    A word's score is the logarithm of its share of all words; a character's is that of its share as a word of its
    own, floored at half an occurrence, so that a known word always beats its spelling by characters.
    Ties in frequency are broken by the token itself, so that the same corpora give the same file.
    Raises UsageError where the characters alone do not fit.
    """
    kept_characters = sorted(c for c, n in characters.items() if n >= MIN_CHARACTER_COUNT)
    room = size - 1 - len(kept_characters)
    if room < 0:
        raise UsageError(
            f"a vocabulary of {size} has no room for {len(kept_characters)} characters; raise --vocabulary"
        )
    candidates = [(w, n) for w, n in words.items() if n >= MIN_WORD_COUNT and len(w) <= LONGEST_WORD]
    kept_words = sorted(candidates, key=lambda pair: (-pair[1], pair[0]))[:room]
    total = sum(words.values()) + sum(characters.values())
    in_words: Counter[str] = Counter()
    for word, n in kept_words:
        for character in word:
            in_words[character] += n
    scored = [(UNKNOWN, math.log(0.01 / total))]
    scored += [(c, math.log(max(characters[c] - in_words[c], 0.5) / total)) for c in kept_characters]
    scored += [(w, math.log(n / total)) for w, n in kept_words]
    tokenizer = Tokenizer(models.Unigram(scored, unk_id=0, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(SEPARATORS), behavior="removed")
    return tokenizer


def tokenizer_words(tokenizer: Tokenizer) -> list[str]:
    """The tokens in the order of their ids."""
    vocabulary = tokenizer.get_vocab()
    return sorted(vocabulary, key=lambda token: vocabulary[token])


def contained_tokens(
    tokens: Sequence[str], *, share: float
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Rows, columns and weights of the composition matrix: a word is itself plus `share` of the mean of its parts.

    住房公积金 contains 住房, 公积金, 住, 房, …: a word seen rarely in training thereby starts from its parts. The
    matrix is multiplied into the table when training ends, so that nothing of it is left at run time.
    """
    index = {token: i for i, token in enumerate(tokens)}
    rows: list[int] = []
    columns: list[int] = []
    weights: list[float] = []
    for i, token in enumerate(tokens):
        rows.append(i)
        columns.append(i)
        weights.append(1.0)
        if i == 0 or len(token) < 2:
            continue
        spans = ((a, b) for a in range(len(token)) for b in range(a + 1, len(token) + 1) if b - a < len(token))
        parts = sorted({index[token[a:b]] for a, b in spans if token[a:b] in index})
        rows += [i] * len(parts)
        columns += parts
        weights += [share / len(parts)] * len(parts)
    return np.array(rows), np.array(columns), np.array(weights, dtype=np.float32)
