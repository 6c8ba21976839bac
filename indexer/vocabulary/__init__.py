"""What an archive calls things: written once a generation, looked up by every question.

terms.py    the words of titles, headings, units and places, and which of them are like a word
titles.py   which notices a text names by their titles
stored.py   both, and the numbers of notices, in one file of SQLite
writing.py  how that file is written, anew or as a change of the one before
"""

from indexer.vocabulary.stored import VOCABULARY, Vocabulary, vocabulary_of
from indexer.vocabulary.terms import ASKING, cut
from indexer.vocabulary.titles import TitleAsked
from indexer.vocabulary.writing import write_vocabulary

__all__ = ["ASKING", "VOCABULARY", "TitleAsked", "Vocabulary", "cut", "vocabulary_of", "write_vocabulary"]
