"""Text to RawNotice, as a reader of plain text would hand it over."""

from __future__ import annotations

import hashlib

from indexer.records import Block, RawNotice, Source


def raw_notice(text: str, path: str = "notice.txt") -> RawNotice:
    """The text a block a line, without the empty ones."""
    source = Source(path, None, hashlib.sha256(text.encode()).hexdigest(), "text/plain")
    return RawNotice(source, tuple(Block(line) for line in text.split("\n") if line.strip()))
