"""The same notice as text, page, PDF and Word file is the same notice: same clauses, same units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from notice_files import write_docx, write_html, write_pdf

from indexer.notices import parse
from indexer.records import Notice
from indexer.sources import read

LEAST_F1 = 0.98
# Notices of the samples whose text is set in paragraphs; s01 stands on one line, as a page left it, which no printed
# file does.
NOTICES = [
    path for path in sorted((Path(__file__).parent.parent / "corpus" / "samples").glob("*.txt"))
    if path.read_text(encoding="utf-8").count("\n") > 20
]  # fmt: skip
WRITERS: dict[str, Callable[[Path, list[str]], Path]] = {"html": write_html, "pdf": write_pdf, "docx": write_docx}


def bare(text: str) -> str:
    return "".join(text.split())


def f1(expected: Counter[object], found: Counter[object]) -> float:
    return 2 * sum((expected & found).values()) / (sum(expected.values()) + sum(found.values()))


def clauses(notice: Notice) -> Counter[object]:
    return Counter((bare(clause.text), tuple(map(bare, clause.headings))) for clause in notice.clauses)


def units(notice: Notice) -> Counter[object]:
    return Counter((bare(clause.text), unit.name, unit.role) for clause in notice.clauses for unit in clause.units)


def test_there_are_eight_notices() -> None:
    assert len(NOTICES) >= 8


@pytest.mark.parametrize("ending", WRITERS)
@pytest.mark.parametrize("path", NOTICES, ids=lambda path: path.stem)
def test_every_format_gives_the_same_clauses_and_units(tmp_path: Path, path: Path, ending: str) -> None:
    raw = read(path)
    expected = parse(raw)
    written = WRITERS[ending](tmp_path / f"notice.{ending}", [block.text for block in raw.blocks])
    found = parse(read(written))
    assert f1(clauses(expected), clauses(found)) >= LEAST_F1
    assert f1(units(expected), units(found)) >= LEAST_F1
    assert (found.title, found.doc_number, found.issued_on) == (expected.title, expected.doc_number, expected.issued_on)
