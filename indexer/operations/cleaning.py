"""Older generations that nobody reads any more, and what killed builds left: every build removes them, and so can anyone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from indexer.errors import IndexMissing
from indexer.index.generations import BUILDING, build_command, build_lock, generations_in, sweep

__all__ = ["Removed", "clean", "size_of"]


@dataclass(frozen=True, slots=True)
class Removed:
    """A folder that is gone."""

    name: str
    n_bytes: int


def clean(index_dir: Path | str) -> tuple[list[Removed], list[str]]:
    """What was removed, and the names of older generations that stay because they are being read.

    Raises IndexMissing where there is no index, UsageError while a build is running.
    """
    directory = Path(index_dir)
    if not directory.is_dir():  # the lock would make the folder
        raise IndexMissing(f"{directory}: there is no index here; build one: {build_command(directory)}")
    with build_lock(directory):
        sizes = {name: size_of(directory / name) for name in [*generations_in(directory), BUILDING]}
        live, *_ = generations_in(directory)
        had_leftovers = (directory / BUILDING).is_dir()
        gone = sweep(directory) + ([BUILDING] if had_leftovers else [])
        kept = [name for name in generations_in(directory) if name != live]
    return [Removed(name, sizes[name]) for name in gone], kept


def size_of(folder: Path) -> int:
    """The bytes of all files below the folder; 0 where there is none."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
