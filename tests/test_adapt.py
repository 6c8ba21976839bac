"""Adapting the bundled encoder to an archive: what is held out, when it is kept, and that nothing else is changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from embeddings.adapt import DEFAULTS, MARGIN, Adapter, Change, Verdict, adapt
from embeddings.own_archive import OwnArchive, TooSmall, held_out, passages_of, read_archive, tasks
from embeddings.train import adapt_to
from eval.sets import JudgedSet, load_sets
from indexer.errors import UsageError
from indexer.index.encoder import BUNDLED, load_encoder
from indexer.notices import parse
from indexer.records import Block, Notice, RawNotice, Source
from tests.judged_fixture import write_judged_set
from tests.search_corpus import write_corpus

SMALL = replace(DEFAULTS, steps=4, batch=8, pool_age=2)
WORKS = ("码头岸电改造", "茶园采摘推广", "河道清淤疏浚", "老年助餐配送", "夜间公交加密", "口袋公园建设")


def notice_of(number: int) -> Notice:
    """An invented notice with six tasks that name its number, so that no two of its sentences are the same elsewhere."""
    lines = [f"云泽市第{number}片区重点工作的通知", "各镇街："]
    for place, work in enumerate(WORKS, 1):
        lines += [
            f"{'一二三四五六'[place - 1]}、第{number}片区{work}",
            f"在第{number}片区选取{number + place}处开展{work}。依据《云泽市第{number}片区{work}办法》安排{number}万元资金。",
        ]
    raw = RawNotice(
        Source(f"n{number}.txt", None, f"{number:064x}", "text/plain"), tuple(Block(line) for line in lines)
    )
    return parse(raw)


@pytest.fixture(scope="module")
def archive() -> OwnArchive:
    notices = tuple(notice_of(number) for number in range(10, 30))
    first, second, *rest = sorted(notice.doc_id for notice in notices)
    return OwnArchive(notices, ((first, second), *((doc_id,) for doc_id in rest)), 0)


@pytest.fixture
def sets(tmp_path: Path) -> list[JudgedSet]:
    gold, corpus = write_judged_set(tmp_path)
    return load_sets([gold], [corpus])


# --- what is learned from, and what is held out ----------------------------------------------------


def test_notices_are_held_out_whole_and_with_their_versions(archive: OwnArchive) -> None:
    drawn = [held_out(archive, seed=seed) for seed in range(12)]
    assert all(3 <= len(asked) <= 5 for asked in drawn)
    pair = set(archive.groups[0])
    assert all(asked & pair in (set(), pair) for asked in drawn)
    assert any(asked & pair for asked in drawn)
    assert len(set(drawn)) > 1
    assert drawn[0] == held_out(archive, seed=0)


def test_nothing_is_asked_of_what_was_learned_from(archive: OwnArchive) -> None:
    asked = held_out(archive, seed=0)
    for task in tasks(archive, asked, seed=0):
        answers = {clause_id for grades in task.qrels.values() for clause_id in grades}
        assert answers
        assert {clause_id.split(":")[0] for clause_id in answers} <= asked
        assert len(task.ids) == archive.n_clauses


def test_a_question_does_not_stand_where_it_was_taken_from(archive: OwnArchive) -> None:
    for task in tasks(archive, held_out(archive, seed=0), seed=0):
        texts = dict(zip(task.ids, task.texts, strict=True))
        for kind, queries in task.queries.items():
            for query_id, text in queries:
                for clause_id in task.qrels[query_id]:
                    context, clause = texts[clause_id]
                    assert text not in (clause if kind == "sentence" else context), kind


def test_a_sentence_that_stands_twice_asks_for_nothing(archive: OwnArchive) -> None:
    twin = replace_title(archive.notices[0])
    both = OwnArchive((*archive.notices, twin), (*archive.groups, (twin.doc_id,)), 0)
    asked = frozenset({archive.notices[0].doc_id, twin.doc_id})
    assert all(not queries for task in tasks(both, asked, seed=0) for queries in task.queries.values())


def replace_title(notice: Notice) -> Notice:
    """The same notice as another one: a copy under another doc_id."""
    from msgspec.structs import replace as changed

    clauses = tuple(
        changed(clause, doc_id="copy", clause_id=f"copy:{clause.clause_id.split(':')[1]}") for clause in notice.clauses
    )
    return changed(notice, doc_id="copy", clauses=clauses)


def test_a_cited_title_announces_the_clause_that_cites_it(archive: OwnArchive) -> None:
    found = passages_of(archive.notices[:1])
    cited = [passage for passage in found if passage.heading.endswith("办法")]
    assert len(cited) == len(WORKS)
    assert all(passage.heading not in "".join(passage.sentences) for passage in cited)


def test_an_archive_of_a_few_notices_is_too_small_and_says_so_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_corpus(tmp_path / "notices")
    with pytest.raises(TooSmall, match="too few to learn from"):
        read_archive([tmp_path / "notices"], progress=lambda *_: None)
    assert adapt_to([tmp_path / "notices"], tmp_path / "out", seed=0) == 1
    assert "the bundled encoder stays as it is" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


# --- the verdict -----------------------------------------------------------------------------------


def change(what: str, gain: float, *, width: float = 0.01) -> Change:
    return Change(what, 100, None, 0.5, 0.5 + gain, gain - width, gain + width)


@pytest.mark.parametrize(
    ("own", "dense", "keep"),
    [
        (0.02, 0.0, True),
        (0.02, 0.02, True),
        (0.02, -0.5 * MARGIN, True),  # within chance
        (0.005, 0.0, False),  # the interval reaches below 0
        (-0.02, 0.02, False),
        (0.02, -1.5 * MARGIN, False),
    ],
)
def test_an_adapted_encoder_is_kept_only_if_better_here_and_not_worse_elsewhere(
    own: float, dense: float, keep: bool
) -> None:
    verdict = Verdict((change("all", own),), (change("hybrid", 0.0), change("lexical", 0.0), change("dense", dense)))
    assert verdict.keep == keep


def test_a_loss_beyond_chance_is_worse_however_small() -> None:
    verdict = Verdict((change("all", 0.02),), (change("dense", -0.008, width=0.002),))
    assert verdict.worse_elsewhere
    assert "sample notices" in verdict.reason


# --- the whole -------------------------------------------------------------------------------------


def test_what_is_not_better_changes_nothing(archive: OwnArchive, sets: list[JudgedSet], tmp_path: Path) -> None:
    out = tmp_path / "out"
    before = load_encoder().sha256
    found = adapt(archive, out, sets, parameters=replace(SMALL, rate=1e-9))
    assert not found.verdict.keep
    assert not found.verdict.better
    assert not out.exists()
    assert not (tmp_path / "out.training").exists()
    assert load_encoder().sha256 == before


def test_what_is_better_is_written_as_a_model_that_says_where_it_comes_from(
    archive: OwnArchive, sets: list[JudgedSet], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Verdict, "keep", property(lambda _: True))
    found = adapt(archive, tmp_path / "out", sets, parameters=SMALL)
    adapted = load_encoder(str(tmp_path / "out"))
    assert adapted.dim == load_encoder().dim
    assert found.record["adapted_from"] == load_encoder().sha256 != adapted.sha256
    asked, bundled = ["码头岸电谁来改造"], load_encoder()
    assert adapted.encode_queries(asked)[0] @ bundled.encode_queries(asked)[0] > 0.9  # it stays near


def test_an_interrupted_adaptation_ends_where_an_undisturbed_one_does(
    archive: OwnArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from embeddings import learning
    from embeddings.adapt import adapted_table

    monkeypatch.setattr(learning, "CHECKPOINT_STEPS", 2)
    asked = held_out(archive, seed=0)
    whole, _, _ = adapted_table(archive, asked, SMALL, tmp_path / "whole")
    losses: list[int] = []
    loss = Adapter._archive_loss

    def interrupted(self: Adapter, *arguments: object) -> object:
        losses.append(1)
        if len(losses) == 4:
            raise KeyboardInterrupt
        return loss(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Adapter, "_archive_loss", interrupted)
    with pytest.raises(KeyboardInterrupt):
        adapted_table(archive, asked, SMALL, tmp_path / "part")
    part, _, _ = adapted_table(archive, asked, SMALL, tmp_path / "part")
    assert len(losses) == 4 + 2
    assert (part == whole).all()


def test_a_folder_that_is_no_model_is_never_replaced(
    archive: OwnArchive, sets: list[JudgedSet], tmp_path: Path
) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "file").write_text("keep", encoding="utf-8")
    with pytest.raises(UsageError, match="is no model"):
        adapt(archive, tmp_path / "precious", sets, parameters=SMALL)
    assert (BUNDLED / "modules.json").is_file()
