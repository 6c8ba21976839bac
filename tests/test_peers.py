"""Others beside us: ours is measured as the scoring programme measures it, and missing packages are named."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bench import peers
from eval.gold import load_gold
from eval.judging import judge
from eval.retrieval import mean, score_retrieval
from indexer.build import build
from indexer.index import open_index
from tests.hash_encoder import HashEncoder
from tests.judged_fixture import write_gold
from tests.search_corpus import write_corpus

ENCODER = HashEncoder(dim=256)


def test_ours_is_measured_as_the_scoring_programme_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "PEERS", ())
    corpus, queries = write_corpus(tmp_path / "corpus"), load_gold(write_gold(tmp_path / "gold")).queries
    (tmp_path / "work").mkdir()
    found, report = peers.compare([corpus], queries, ENCODER, tmp_path / "work")
    build([corpus], tmp_path / "index", encoder=ENCODER)
    with open_index(tmp_path / "index", ENCODER) as index:
        expected, _ = score_retrieval(index, queries, judge(queries, index))
    assert 0 < mean(report.values(peers.OWN, "nDCG@10")) == mean(expected.values("hybrid", "nDCG@10"))
    assert found[0].disk_bytes > 0 < min(found[0].times)
    shown = list(peers.tables(found, report, 24))
    assert shown[0].rows[0][0] == peers.OWN


def test_a_package_that_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "bm25s", None)
    monkeypatch.setattr(sys, "argv", ["peers"])
    assert peers.main() == 2
    said = capsys.readouterr().err
    assert "bm25s" in said
    assert "requirements-peers.txt" in said
    assert said.count("\n") == 1
