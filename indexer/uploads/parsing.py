"""What somebody hands in, parsed in a process of its own: whatever it says, whoever asked goes on.

A build parses by itself, for speed: its files come from folders that somebody chose, or were parsed here before. What
comes from a reader of the app, or from an address, may be written to keep the parser busy for ever.
"""

from __future__ import annotations

from typing import TypeAlias

from indexer.errors import SecretNotice, UnreadableNotice
from indexer.records import Notice, RawNotice
from indexer.sources.bounded import Reader, reader_of

__all__ = ["Parsed", "notice_parser", "parse_bounded"]

# A notice, or in one line why there is none and whether that is for a classification mark.
Parsed: TypeAlias = Notice | tuple[str, bool]


def notice_parser() -> Reader[Parsed | str]:
    """A process that parses one notice after another."""
    return reader_of("indexer.uploads.parsing_process", Parsed | str)  # type: ignore[arg-type]


_PARSER = notice_parser()


def parse_bounded(raw: RawNotice, *, parser: Reader[Parsed | str] = _PARSER) -> Notice:
    """The notice that the blocks spell, as `parse` gives it; raises UnreadableNotice where a limit is reached, too."""
    path = raw.source.path
    found = parser.ask(path, (raw,))
    if isinstance(found, Notice):
        return found
    reason, is_secret = found if isinstance(found, tuple) else (found, False)
    raise (SecretNotice if is_secret else UnreadableNotice)(path, reason)
