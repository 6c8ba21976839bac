"""What a file says about itself, believed only as far as its text bears it out."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.records import Block

__all__ = ["own_title"]

_TITLE_WITHIN = 2_000  # characters of the text in which the title must stand
_SHORTEST = 6  # characters; 通知 or 文档1 is no title


def own_title(title: str, blocks: Sequence[Block]) -> str | None:
    """The title of a file's properties where the beginning of its text says it too, else None.

    Rule `title_left_behind`: a file made from another keeps the other's title; more than its text says is not believed.
    """
    bare = "".join(title.split())
    start = "".join("".join(block.text.split()) for block in blocks[:40])[:_TITLE_WITHIN]
    return title.strip() if len(bare) >= _SHORTEST and bare in start else None
