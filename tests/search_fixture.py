"""Indexes over the three notices of `search_corpus`.

`conftest.py` has the fixtures, so that every test file can take them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from indexer.build import BuildReport, build
from indexer.index import Index, open_index
from tests.hash_encoder import HashEncoder
from tests.search_corpus import write_corpus


def small_index(folder: Path) -> Index:
    """The index of the three notices, built below the folder."""
    write_corpus(folder / "notices")
    build([folder / "notices"], folder / "index", encoder=HashEncoder(dim=256))
    return open_index(folder / "index", HashEncoder(dim=256))


@contextmanager
def built(notices: Path, folder: Path, encoder: HashEncoder) -> Iterator[Index]:
    """The index of the notices, built in the folder and opened."""
    build([notices], folder, encoder=encoder)
    with open_index(folder, encoder) as index:
        yield index


# --- an archive that a test may change ---------------------------------------------------------


@pytest.fixture
def notices(tmp_path: Path) -> Path:
    """A folder of the three notices."""
    return write_corpus(tmp_path / "notices")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Where their index goes."""
    return tmp_path / "index"


@pytest.fixture
def small_archive(notices: Path) -> Path:
    """A folder with three notices in `notices` and their index in `index`."""
    build_small(notices.parent)
    return notices.parent


def build_small(folder: Path) -> BuildReport:
    """A build of the notices of a small archive."""
    return build([folder / "notices"], folder / "index", encoder=HashEncoder())


def open_small(folder: Path) -> Index:
    """The index of a small archive."""
    return open_index(folder / "index", HashEncoder())
