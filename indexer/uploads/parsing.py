"""What somebody hands in, parsed in a process of its own: whatever it says, whoever asked goes on.

A build parses by itself, for speed: its files come from folders that somebody chose, or were parsed here before. What
comes from a reader of the app, or from an address, may be written to keep the parser busy for ever.

`python -m indexer.uploads.parsing MEMORY_BYTES SECONDS` is that process.
"""

from __future__ import annotations

from typing import TypeAlias

from indexer.errors import SecretNotice, UnreadableNotice
from indexer.records import Notice, RawNotice
from indexer.sources.bounded import Reader, reader_of

__all__ = ["notice_parser", "parse_bounded"]

# A notice, or in one line why there is none and whether that is for a classification mark.
_Parsed: TypeAlias = Notice | tuple[str, bool]


def notice_parser() -> Reader[_Parsed | str]:
    """A process that parses one notice after another."""
    return reader_of("indexer.uploads.parsing", _Parsed | str)  # type: ignore[arg-type]


_PARSER = notice_parser()


def parse_bounded(raw: RawNotice, *, parser: Reader[_Parsed | str] = _PARSER) -> Notice:
    """The notice that the blocks spell, as `parse` gives it; raises UnreadableNotice where a limit is reached, too."""
    path = raw.source.path
    found = parser.ask(path, (raw,))
    if isinstance(found, Notice):
        return found
    reason, is_secret = found if isinstance(found, tuple) else (found, False)
    raise (SecretNotice if is_secret else UnreadableNotice)(path, reason)


def _answer(raw: RawNotice) -> tuple[_Parsed | str, bool]:
    from indexer.sources.bounded_process import broken_off

    return broken_off(lambda: _parsed(raw))


def _parsed(raw: RawNotice) -> _Parsed:
    from indexer.notices import parse

    try:
        return parse(raw)
    except SecretNotice as error:
        return error.reason, True


if __name__ == "__main__":
    from indexer.sources.bounded_process import main

    main(_answer)
