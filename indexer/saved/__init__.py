"""Questions that people save, and what is new for them: clauses that match and were not in the archive when they last looked.

owners.py     whose questions somebody may see and change
store.py      what is on file: `saved.jsonl` beside the index, which outlasts every generation
matching.py   which clauses match a question, by a measured rule
news.py       saving a question; what is new or changed for it; marking that as seen
feeds.py      what is new as RSS and as JSON Feed
"""

from indexer.saved.feeds import Feed, FeedForm, app_url, feed
from indexer.saved.matching import Matched, MatchParameters, matched_clauses
from indexer.saved.news import LONGEST_QUESTION, NewClause, mark_seen, news, note_generation, remove, save
from indexer.saved.owners import may_change, question_of, seen_by
from indexer.saved.store import SAVED, OnFile, SavedQuestion, Seen, Told, read_saved

__all__ = [
    "LONGEST_QUESTION",
    "SAVED",
    "Feed",
    "FeedForm",
    "MatchParameters",
    "Matched",
    "NewClause",
    "OnFile",
    "SavedQuestion",
    "Seen",
    "Told",
    "app_url",
    "feed",
    "mark_seen",
    "matched_clauses",
    "may_change",
    "news",
    "note_generation",
    "question_of",
    "read_saved",
    "remove",
    "save",
    "seen_by",
]
