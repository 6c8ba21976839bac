"""Where words that somebody quotes stand in a clause: the notice's own words, by their place in its body.

Only what changes no word is overlooked: white space, the width of ASCII characters, and which quotation marks are used.
NFKC would do more, and make 10² into 102.
"""

from __future__ import annotations

from collections.abc import Iterator

from indexer.records import Clause, Notice, Statement
from indexer.search.sentences import verified

__all__ = ["LEAST_CHARACTERS", "located"]

# A quotation of fewer letters and figures stands in every clause and shows nothing; 市民政局 has four.
LEAST_CHARACTERS = 4
_QUOTES = str.maketrans("“”„‟「」『』\uff02‘’\uff07", '""""""""' + "\"'''")


def located(notice: Notice, clause: Clause, quotation: str) -> Statement | None:
    """The verified statement of what is quoted from the clause, or from a unit named for it; None where it is not there.

    Of several places the first counts.
    """
    wanted = "".join(character for _, character in _bare(quotation))
    if sum(character.isalnum() for character in wanted) < LEAST_CHARACTERS:
        return None
    for start, end in ((clause.start, clause.end), *((unit.start, unit.end) for unit in clause.units)):
        places = list(_bare(notice.body[start:end]))
        at = "".join(character for _, character in places).find(wanted)
        if at >= 0:
            return verified(notice, clause, start + places[at][0], start + places[at + len(wanted) - 1][0] + 1)
    return None


def _bare(text: str) -> Iterator[tuple[int, str]]:
    """Each character that counts, of one width, with its place; one for one, so that the places hold."""
    for place, character in enumerate(text):
        if not character.isspace() and character not in "\u200b\ufeff":
            half = chr(ord(character) - 0xFEE0) if "\uff01" <= character <= "\uff5e" else character
            yield place, half.translate(_QUOTES)
