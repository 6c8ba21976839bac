"""The words of a text as the lexical leg counts them: dictionary words, character bigrams, numbers and Latin words."""

from __future__ import annotations

import operator
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

__all__ = ["term_weights", "tokens"]

# Han characters in a row, without any mark between them; 〇 is the zero of written years.
_HAN = "々〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
_RUN = re.compile(
    rf"(?P<han>[{_HAN}]+)"
    r"|(?P<latin>[a-z0-9]+(?:\.[0-9]+)*%?)"  # 5g, pm2.5, 9.5%, 2013
    rf"|(?P<other>[^\W_a-z0-9{_HAN}]+)"  # any other script
)
# Characters that join words and mean nothing by themselves. As single words they would match nearly every clause; in
# words (和谐, 对外) and bigrams they are kept.
_PARTICLES = frozenset("的了和与及或在对为由以并等将把被从向于之其该各")
# How much a word of the dictionary, a number or a Latin word counts in a question beside a mere pair of neighbours: most
# pairs bridge two words (服务机构 has 务机) and say little.
_WORD = 3.0
# A longer run of Latin letters or digits is no word (a hash, a picture in base64).
_LONGEST = 64


def tokens(text: str) -> list[str]:
    """The tokens of the text in reading order, repeats included; never with white space inside.

    NFKC and lower case first, so that ＡＢＣ and abc, and ９.５％ and 9.5%, are the same. A run of Han characters
    gives its dictionary words (compounds also by their parts: 服务体系 gives 服务, 体系 and 服务体系) and every pair of
    neighbours; a pair that is a word is counted once. A percentage also counts as its number.
    """
    return [token for token, _ in _weighed(text)]


def term_weights(text: str) -> dict[str, float]:
    """The terms of a question in reading order, and how much each counts: a word more than a mere pair of neighbours."""
    weights: dict[str, float] = {}
    for token, weight in _weighed(text):
        weights[token] = max(weight, weights.get(token, 0.0))
    return weights


def _weighed(text: str) -> Iterator[tuple[str, float]]:
    """The tokens in reading order, each with what it counts in a question."""
    for run in _RUN.finditer(unicodedata.normalize("NFKC", text).lower()):
        if run["han"]:
            yield from _han_tokens(run["han"])
        elif len(run[0]) <= _LONGEST:
            yield run[0], _WORD
            if run[0].endswith("%"):
                yield run[0].removesuffix("%"), 1.0


def _han_tokens(run: str) -> Iterator[tuple[str, float]]:
    """The words of the run that are not pairs of characters, then its pairs; a run of one character is itself."""
    if len(run) == 1:
        yield run, 1.0
        return
    words = _words(run)
    for word in words:
        if len(word) > 2:
            yield word, _WORD
        elif len(word) == 1 and word not in _PARTICLES:
            yield word, 1.0
    known = set(words)
    yield from ((pair, _WORD if pair in known else 1.0) for pair in map(operator.add, run, run[1:]))


@lru_cache(maxsize=4096)
def _words(run: str) -> tuple[str, ...]:
    """The words of the run; what a question is looked up by is cut many times."""
    # The dictionary is loaded by the first call.
    import rjieba

    return tuple(rjieba.cut_for_search(run))
