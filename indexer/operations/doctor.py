"""Whether this machine and an index are in order: each check says what it found and, where something is wrong, what mends it.

A `fault` keeps the program from doing its work; a `lack` leaves one thing out (old Office files, scans, browser tests).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Literal, TypeAlias

from indexer.address import IndexAddress, index_address
from indexer.errors import IndexMissing, TiaowenError
from indexer.index import load_encoder
from indexer.index.generations import BUILDING, generations_in, open_live, verify
from indexer.index.opening import live_manifest
from indexer.operations.cleaning import size_of

__all__ = ["Check", "Verdict", "examine"]

Verdict: TypeAlias = Literal["ok", "lack", "fault"]

_PYTHON = (3, 11)
_PINNED = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^;\s]+)(?!.*extra)")
# A build writes the next generation beside the live one; the rest is room for tantivy's merges.
_ROOM = 2.5
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_DISTRIBUTION = "tiaowen"


@dataclass(frozen=True, slots=True)
class Check:
    """What one check found."""

    name: str
    verdict: Verdict
    found: str
    mend: str = ""  # empty where nothing is to be done


def examine(index: IndexAddress | str, *, thorough: bool = True) -> list[Check]:
    """All checks, in a fixed order; nothing is changed. `thorough` hashes every file of an index in a folder."""
    address = index_address(index)
    of_index: Sequence[Callable[[], Iterator[Check]]] = (lambda: _in_milvus(address),)
    if isinstance(address, Path):
        directory = address
        of_index = (
            lambda: _index(directory, thorough=thorough),
            lambda: _leftovers(directory),
            lambda: _disk(directory),
        )
    checks: Sequence[Callable[[], Iterator[Check]]] = (
        _python,
        _packages,
        _bundled_encoder,
        *of_index,
        _fonts,
        _programs,
    )
    return [each for check in checks for each in check()]


def _python() -> Iterator[Check]:
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] >= _PYTHON:
        yield Check("python", "ok", found)
    else:
        yield Check("python", "fault", found, f"install Python {'.'.join(map(str, _PYTHON))} or later")


def _packages() -> Iterator[Check]:
    """The packages that are installed against those the program was tested with."""
    try:
        wanted = [match.groups() for line in requires(_DISTRIBUTION) or () if (match := _PINNED.match(line))]
    except PackageNotFoundError:
        yield Check("packages", "lack", "the program is not installed as a package", "pip install -e .")
        return
    wrong = []
    for name, pinned in wanted:
        try:
            installed = version(name).partition("+")[0]
        except PackageNotFoundError:
            installed = "missing"
        if installed != pinned:
            wrong.append(f"{name} {installed} instead of {pinned}")
    if wrong:
        yield Check("packages", "fault", "; ".join(wrong), "pip install --requirement requirements.txt")
    else:
        yield Check("packages", "ok", f"{len(wanted)} as pinned")


def _bundled_encoder() -> Iterator[Check]:
    try:
        encoder = load_encoder(None)
        vector = encoder.encode_queries(["条文"])
    except TiaowenError as error:
        yield Check("encoder", "fault", str(error), "put embeddings/encoder/ back: git checkout embeddings/encoder")
        return
    yield Check("encoder", "ok", f"bundled, {vector.shape[1]} dimensions")


def _index(directory: Path, *, thorough: bool) -> Iterator[Check]:
    try:
        generation = open_live(directory)
    except IndexMissing as error:
        yield Check("index", "lack", *_parted(error))
        return
    except TiaowenError as error:
        yield Check("index", "fault", *_parted(error))
        return
    try:
        verify(generation, thorough=thorough)
    except TiaowenError as error:
        yield Check("index", "fault", *_parted(error))
        return
    finally:
        generation.release()
    manifest = generation.manifest
    how = "every file as its checksum says" if thorough else "every file of its size"
    yield Check(
        "index", "ok", f"{manifest.n_notices} notices, {manifest.n_clauses} clauses, {generation.path.name}, {how}"
    )


def _in_milvus(address: IndexAddress) -> Iterator[Check]:
    """Whether Milvus answers and holds an index that this program reads."""
    try:
        manifest = live_manifest(address)
    except TiaowenError as error:
        verdict: Verdict = "lack" if isinstance(error, IndexMissing) else "fault"
        yield Check("index", verdict, *_parted(error))
        return
    yield Check("index", "ok", f"{manifest.n_notices} notices, {manifest.n_clauses} clauses in {address}")


def _parted(error: TiaowenError) -> tuple[str, str]:
    """What is wrong, and what mends it, of the error's one line."""
    wrong, _, mend = str(error).partition("; ")
    return wrong, mend


def _leftovers(directory: Path) -> Iterator[Check]:
    """Older generations and what killed builds left."""
    try:
        _, *older = generations_in(directory)
    except TiaowenError:
        return
    names = [*older, *([BUILDING] if (directory / BUILDING).is_dir() else [])]
    n_bytes = sum(size_of(directory / name) for name in names)
    if names:
        found = f"{len(names)} older generations or leftovers, {_megabytes(n_bytes)}"
        yield Check("leftovers", "lack", found, f"python -m indexer gc --index {directory}")
    else:
        yield Check("leftovers", "ok", "none")


def _disk(directory: Path) -> Iterator[Check]:
    """Whether the next build has room, and may write."""
    there = next(folder for folder in (directory, *directory.resolve().parents) if folder.is_dir())
    if not os.access(there, os.W_OK | os.X_OK):
        yield Check("disk", "fault", f"{there} cannot be written", "give its owner, or another folder by --index")
        return
    free = shutil.disk_usage(there).free
    try:
        live, *_ = generations_in(directory)
        needed = int(size_of(directory / live) * _ROOM)
    except TiaowenError:
        needed = 0
    found = f"{_megabytes(free)} free, the next build needs about {_megabytes(needed)}"
    if free < needed:
        yield Check("disk", "fault", found, f"make room on the disk of {there}")
    else:
        yield Check("disk", "ok", found)


def _fonts() -> Iterator[Check]:
    """Chinese fonts matter where pages are printed or photographed on this machine; readers bring their own."""
    if shutil.which("fc-list") is None:
        yield Check("fonts", "lack", "fc-list is not there to look", "apt-get install fontconfig fonts-noto-cjk")
        return
    done = subprocess.run(["fc-list", ":lang=zh", "family"], capture_output=True, text=True, check=False, timeout=60)
    families = {line.split(",")[0] for line in done.stdout.splitlines() if line}
    if families:
        yield Check("fonts", "ok", f"{len(families)} Chinese font families")
    else:
        yield Check("fonts", "lack", "no Chinese font for screenshots", "apt-get install fonts-noto-cjk")


def _programs() -> Iterator[Check]:
    """Programs that do one thing each, where they are installed."""
    for name, commands, serves, package in (
        ("browser", _BROWSERS, "tests in a browser and screenshots", "chromium"),
        ("libreoffice", ("soffice", "libreoffice"), "doc, wps and xls files", "libreoffice-nogui"),
        ("ocrmypdf", ("ocrmypdf",), "scanned PDF files", "ocrmypdf tesseract-ocr-chi-sim"),
    ):
        path = next(filter(None, map(shutil.which, commands)), None)
        if path:
            yield Check(name, "ok", path)
        else:
            yield Check(name, "lack", f"not installed; it serves {serves}", f"apt-get install {package}")


def _megabytes(n_bytes: int) -> str:
    return f"{n_bytes / 1_000_000:,.1f} MB"
