"""An index over the three notices of `search_corpus`."""

from __future__ import annotations

from pathlib import Path

from indexer.build import build
from indexer.index import Index, open_index
from tests.hash_encoder import HashEncoder
from tests.search_corpus import write_corpus


def small_index(folder: Path) -> Index:
    """The index of the three notices, built below the folder."""
    write_corpus(folder / "notices")
    build([folder / "notices"], folder / "index", encoder=HashEncoder(dim=256))
    return open_index(folder / "index", HashEncoder(dim=256))
