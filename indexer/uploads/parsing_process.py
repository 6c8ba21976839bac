"""The process that `parsing` starts: parses notices from its standard input until that ends, within its memory.

python -m indexer.uploads.parsing_process MEMORY_BYTES SECONDS
"""

from __future__ import annotations

from indexer.errors import SecretNotice
from indexer.notices import parse
from indexer.records import RawNotice
from indexer.sources.bounded_process import broken_off, main
from indexer.uploads.parsing import Parsed

__all__: list[str] = []


def _answer(raw: RawNotice) -> tuple[Parsed | str, bool]:
    return broken_off(lambda: _parsed(raw))


def _parsed(raw: RawNotice) -> Parsed:
    try:
        return parse(raw)
    except SecretNotice as error:
        return error.reason, True


if __name__ == "__main__":
    main(_answer)
