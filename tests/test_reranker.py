"""A cross-encoder orders what both legs found, where one is named; a wrong one is named in one line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.__main__ import main
from indexer.build import build
from indexer.errors import EncoderError
from indexer.index import Index, Reranker, open_index
from indexer.records import Query
from indexer.search import ask, search
from tests.hash_encoder import HashEncoder
from tests.search_corpus import write_corpus
from tests.small_models import save_cross_encoder

QUESTION = Query("养老机构的补贴由谁发放?")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_cross_encoder(tmp_path_factory.mktemp("models") / "reranker")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reranked")
    write_corpus(folder / "notices")
    build([folder / "notices"], folder / "index", encoder=HashEncoder(dim=256))
    return folder / "index"


@pytest.fixture(scope="module")
def plain(folder: Path) -> Iterator[Index]:
    with open_index(folder, HashEncoder(dim=256)) as index:
        yield index


@pytest.fixture(scope="module")
def reranked(folder: Path, model: Path) -> Iterator[Index]:
    with open_index(folder, HashEncoder(dim=256), reranker=Reranker(str(model))) as index:
        yield index


def test_relevance_lies_between_0_and_1_and_repeats(model: Path) -> None:
    reranker = Reranker(str(model))
    found = reranker.relevance("养老补贴", ["养老服务由民政局负责", "码头岸电", "茶园采摘"])
    assert all(0 <= value <= 1 for value in found)
    assert len(set(found)) == 3
    assert found == pytest.approx(reranker.relevance("养老补贴", ["养老服务由民政局负责", "码头岸电", "茶园采摘"]))
    assert reranker.relevance("养老补贴", []) == []


def test_clauses_come_in_the_rerankers_order_and_none_is_lost(plain: Index, reranked: Index) -> None:
    before, after = search(plain, QUESTION, k=8), search(reranked, QUESTION, k=8)
    ids = [hit.clause_id for hit in after]
    assert ids != [hit.clause_id for hit in before]
    relevance = reranked.relevance(QUESTION.text, ids)
    assert relevance is not None
    assert ids == sorted(ids, key=lambda clause_id: -relevance[clause_id])
    assert [hit.score for hit in after] == sorted((hit.score for hit in after), reverse=True)


def test_one_leg_alone_is_not_reranked(plain: Index, reranked: Index) -> None:
    found = [[h.clause_id for h in search(index, QUESTION, mode="lexical")] for index in (plain, reranked)]
    assert found[0] == found[1]


def test_silence_is_decided_as_without_it(plain: Index, reranked: Index) -> None:
    asked = Query("火星基地的氧气由谁供应?")
    assert ask(plain, asked).abstained == ask(reranked, asked).abstained == "not_in_archive"


def test_an_index_without_a_reranker_says_nothing(plain: Index) -> None:
    assert plain.relevance("养老", [hit.clause_id for hit in search(plain, QUESTION)]) is None


def test_a_model_that_cannot_be_used_is_named_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="no such folder"):
        Reranker(str(tmp_path / "nowhere"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(EncoderError, match="cannot be loaded"):
        Reranker(str(tmp_path / "empty")).relevance("养老", ["补贴"])
    two = Reranker(str(save_cross_encoder(tmp_path / "two", labels=2)))
    with pytest.raises(EncoderError, match="no single number"):
        two.relevance("养老", ["补贴"])


def test_the_command_line_takes_one(model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_corpus(tmp_path / "notices")
    build([tmp_path / "notices"], tmp_path / "index")
    command = ["search", "养老机构补贴", "--index", str(tmp_path / "index"), "--json"]
    assert main(command) == 0
    plain = capsys.readouterr().out
    assert main([*command, "--reranker", str(model)]) == 0
    assert capsys.readouterr().out != plain
    assert main([*command, "--reranker", str(tmp_path / "nowhere")]) == 2
    assert "no such folder" in capsys.readouterr().err
