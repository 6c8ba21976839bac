"""Archives for measuring are the same for the same seed, vary by their rules, and say where their documents are missing."""

from __future__ import annotations

import itertools
import random
import re
from pathlib import Path

import pytest

from bench.archives import documents, texts, write_archive
from bench.scale_report import exponent
from bench.variation import Document, varied
from indexer.errors import UsageError
from indexer.notices import parse
from indexer.notices.places import is_known_name
from indexer.sources import read

PARAGRAPHS = tuple(
    f"第{numeral}条 云南省昆明市在2019年安排{number * 111}万元加强养老服务。第一句说明补助的对象。第二句说明补助的标准。"
    for number, numeral in enumerate("一二三四五六七八九十", 1)
)
DOCUMENT = Document("laws", "昆明市养老服务条例", PARAGRAPHS)


def test_the_same_seed_gives_the_same_notice_and_another_seed_another() -> None:
    first, again, other = (varied(DOCUMENT, random.Random(seed), number=1) for seed in ("1", "1", "2"))
    assert first == again != other


def test_places_and_years_are_moved_together_and_other_words_stay() -> None:
    _, text = varied(DOCUMENT, random.Random("3"), number=1)
    moved = re.findall(r"条 ([一-鿿]+?(?:省|区))([一-鿿]+?[市州盟])在(\d{4})年", text)
    assert len({(province, city) for province, city, _ in moved}) == 1
    assert all(is_known_name(part) for part in moved[0][:2])
    assert len({year for _, _, year in moved}) == 1
    assert "养老服务" in text


def test_an_archive_is_the_beginning_of_a_larger_one(shared: Path) -> None:
    found = documents(shared / "corpora")
    first = list(itertools.islice(texts(found, seed=5), 40))
    assert first == list(itertools.islice(texts(found, seed=5), 60))[:40]
    assert first != list(itertools.islice(texts(found, seed=6), 40))
    assert len({text.split("\n")[0] for text in first}) > 35


def test_written_files_are_notices_with_clauses_units_and_places(shared: Path, tmp_path: Path) -> None:
    written = write_archive(tmp_path, 500, corpora=shared / "corpora")
    files = sorted(tmp_path.rglob("*.txt"))
    assert written.files == len(files)
    notices = [parse(read(file)) for file in files]
    clauses = [clause for notice in notices for clause in notice.clauses]
    assert 350 < len(clauses) < 750
    assert sum(bool(clause.units) for clause in clauses) > len(clauses) / 10
    assert sum(notice.place.city is not None for notice in notices) > 0.9 * len(notices)
    assert sum(notice.doc_number is not None for notice in notices) > 0.9 * len(notices)


def test_missing_documents_are_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"notices\.jsonl\.gz: is not there"):
        write_archive(tmp_path / "out", 10, corpora=tmp_path)


@pytest.mark.parametrize(
    ("sizes", "slope"),
    [([(10, 5), (1000, 500)], 1.0), ([(10, 7), (100, 7), (1000, 7)], 0.0), ([(10, 1), (1000, 10_000)], 2.0)],
)
def test_growth_is_told_as_the_slope_on_logarithmic_axes(sizes: list[tuple[float, float]], slope: float) -> None:
    assert exponent(sizes) == pytest.approx(slope)


def test_one_size_has_no_growth() -> None:
    assert exponent([(10, 5)]) is None
