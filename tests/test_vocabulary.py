"""What an archive calls things: the same from the file that a build writes as made in memory, and what is found in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from indexer.errors import IndexDamaged, UsageError
from indexer.index import Index
from indexer.vocabulary import VOCABULARY, Vocabulary, vocabulary_of, write_vocabulary
from indexer.vocabulary.stored import open_vocabulary, vocabulary_in_memory
from tests.plan_fixture import plan_index

TABLES = ("terms", "phrases", "patterns", "pairs", "titles", "runs", "numbers")


@dataclass
class Names:
    """Names without an archive."""

    of_titles: list[str] = field(default_factory=list)
    of_units: list[str] = field(default_factory=list)
    of_headings: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)

    def titles(self) -> list[tuple[str, str]]:
        return [(f"d{at}", title) for at, title in enumerate(self.of_titles)]

    def doc_numbers(self) -> list[tuple[str, str]]:
        return [(f"d{at}", number) for at, number in enumerate(self.numbers)]

    def places(self) -> list[str]:
        return ["云泽市"]

    def unit_names(self) -> list[str]:
        return self.of_units

    def headings(self) -> list[str]:
        return self.of_headings


def vocabulary(**names: list[str]) -> Vocabulary:
    return vocabulary_in_memory(Names(**names))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with plan_index(tmp_path_factory.mktemp("vocabulary")) as opened:
        yield opened


def test_a_build_writes_what_would_be_made_in_memory(index: Index) -> None:
    path = index.file(VOCABULARY)
    assert path is not None
    stored, made = vocabulary_of(index), vocabulary_in_memory(index)
    for table in TABLES:
        rows = [sorted(one._rows(f"SELECT * FROM {table}")) for one in (stored, made)]
        assert rows[0] == rows[1] != []


def test_of_two_terms_equally_like_both_are_given() -> None:
    found = vocabulary(of_units=["建设", "建社"], of_headings=["建设 建设 建社 建社"])
    assert found.like("建射") == {"建设", "建社"}


def test_longer_terms_are_like_a_word_of_their_length_with_half_of_it() -> None:
    found = vocabulary(of_units=["养老服务", "养老事务所"])
    assert found.like("养老条务") == {"养老服务"}


def test_a_word_is_not_like_itself() -> None:
    assert "民政局" not in vocabulary(of_units=["民政局"]).like("民政局")


def test_a_phrase_is_a_term_where_several_headings_have_it() -> None:
    found = vocabulary(of_headings=["夜间经济发展", "发展夜间经济"])
    assert found.count("夜间经济") == 2
    assert found.count("经济发展") == 0


def test_pairs_are_of_names_titles_and_headings() -> None:
    found = vocabulary(of_titles=["关于物流的通知"], of_units=["民政局"], of_headings=["护理员培训"])
    assert found.pairs({"物流", "政局", "理员", "流员"}) == {"物流", "政局", "理员"}


def test_a_number_is_found_at_the_end_of_what_was_asked() -> None:
    found = vocabulary(of_titles=["甲", "乙"], numbers=["云政办发〔2021〕18号", "政办发〔2021〕18号"])
    assert found.numbered("按云政办发202118号") == ("云政办发〔2021〕18号", ("d0", "d1"))
    assert found.numbered("云政办发202119号") is None


def test_a_part_that_three_titles_have_hints_at_none() -> None:
    three = [f"云泽市夜间经济发展{kind}" for kind in ("方案", "意见", "办法")]
    assert vocabulary(of_titles=three[:2]).title_asked("夜间经济发展谁来抓") is not None
    assert vocabulary(of_titles=three).title_asked("夜间经济发展谁来抓") is None


def test_nothing_is_named_in_an_empty_archive() -> None:
    found = vocabulary()
    assert found.title_asked("《夜间经济发展行动方案》谁来抓") is None
    assert found.pairs({"夜间"}) == set()


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / VOCABULARY
    path.write_bytes(b"no vocabulary" * 100)
    with pytest.raises(IndexDamaged, match=VOCABULARY):
        open_vocabulary(path).count("养老")


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=VOCABULARY):
        write_vocabulary(tmp_path / "gone" / VOCABULARY, Names())


def test_many_threads_may_ask(index: Index) -> None:
    from concurrent.futures import ThreadPoolExecutor

    assert sqlite3.threadsafety == 3
    found = vocabulary_of(index)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: found.title_asked("《夜间经济发展行动方案》里夜市归谁?"), range(200)))
    assert answers[0] is not None
    assert set(answers) == {answers[0]}
