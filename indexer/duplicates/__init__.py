"""Which pages show the same notice, which of them it is read from, and which notices correct or repeal which."""

from __future__ import annotations

from indexer.duplicates.grouping import Group, Grouping, group, group_apart
from indexer.duplicates.links import links_between
from indexer.duplicates.lookup import Standing, standing_of
from indexer.duplicates.pages import OTHER_DECIMALS, Page, content_of, page_of
from indexer.duplicates.preference import preference

__all__ = [
    "OTHER_DECIMALS",
    "Group",
    "Grouping",
    "Page",
    "Standing",
    "content_of",
    "group",
    "group_apart",
    "links_between",
    "page_of",
    "preference",
    "standing_of",
]
