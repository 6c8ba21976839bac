"""The lexical leg finds Chinese words in every field, exactly under a filter, and repeats to the letter."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from indexer.errors import IndexDamaged, UsageError
from indexer.index.lexical import FIELDS, MAX_TERMS, Lexical
from indexer.index.lexical_writer import write_lexical
from indexer.index.passage import IndexedClause
from indexer.index.terms import Occurrences, counted, field_texts, shares
from indexer.index.tokens import term_weights, tokens


def clause(
    row: int, text: str, *, title: str = "", headings: Sequence[str] = (), units: Sequence[str] = (), place: str = ""
) -> IndexedClause:
    """A clause with what matters to the lexical leg."""
    return IndexedClause(row, title, tuple(headings), text, tuple(units), place, "", (place, place[:3] + "*"))


def leg(folder: Path, clauses: Sequence[IndexedClause]) -> Lexical:
    """The lexical leg of the clauses."""
    folder.mkdir()
    write_lexical(folder, [clauses], progress=lambda done: None)
    return Lexical(folder)


def rows(hits: Sequence[tuple[int, float]]) -> list[int]:
    """The rows of the hits, in their order."""
    return [row for row, _ in hits]


WORDS = [
    "养老",
    "服务",
    "物流",
    "补贴",
    "培训",
    "住房",
    "公积金",
    "学校",
    "医院",
    "河道",
    "道路",
    "绿化",
    "安全",
    "检查",
]


def many(n: int) -> list[IndexedClause]:
    """Clauses of random words, the same ones every time; many are alike, so that scores tie."""
    draw = random.Random(7)
    return [clause(row, "".join(draw.choices(WORDS, k=draw.choice([2, 2, 3, 6])))) for row in range(n)]


# --- tokens ------------------------------------------------------------------------------------


def test_a_text_gives_words_pairs_numbers_and_latin_words() -> None:
    found = tokens("建设养老服务体系，Ａ级 PM2.5 降９.５％")
    assert {"养老", "服务", "体系", "服务体系", "老服", "a", "级", "pm2.5", "9.5%", "9.5", "降"} <= set(found)
    assert not [token for token in found if not token.strip() or any(mark in token for mark in " ，")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("粮", ["粮"]),
        ("粮食", ["粮食"]),  # a word that is a pair is counted once
        ("，。！ 🙂", []),
        ("", []),
        ("x" * 65, []),
        ("Ⅳ类", ["iv", "类"]),  # NFKC before anything else
    ],
)
def test_tokens_of_small_texts(text: str, expected: list[str]) -> None:
    assert sorted(tokens(text)) == sorted(expected)


def test_particles_are_no_words_but_stay_in_pairs() -> None:
    found = tokens("对企业的补贴")
    assert "的" not in found
    assert "的补" in found


def test_a_word_of_a_question_weighs_more_than_a_pair_that_bridges_two() -> None:
    weights = term_weights("养老服务体系，9.5%的粮")
    assert set(weights) == set(tokens("养老服务体系，9.5%的粮"))
    assert weights["养老"] == weights["服务体系"] == weights["9.5%"] > weights["老服"] == weights["粮"]
    assert term_weights("，。") == {}


# --- finding -----------------------------------------------------------------------------------


def test_a_rare_word_counts_more_than_a_common_one_wherever_it_stands_and_once(tmp_path: Path) -> None:
    index = leg(
        tmp_path / "lexical",
        [
            clause(0, "养老养老养老养老"),
            clause(1, "养老", title="养老", headings=["养老"]),
            clause(2, "住房", title="粮食"),
            clause(3, "养老住房"),
            clause(4, "住房"),
        ],
    )
    one = {field: 1.0 for field in FIELDS}
    found = dict(index.search("养老粮食", 10, weights=one))
    assert found[0] == found[1] == found[3] < found[2]
    in_title = dict(index.search("养老粮食", 10, weights=one | {"title": 0.5}))
    assert in_title[2] == pytest.approx(found[2] / 2, abs=1e-3)
    assert in_title[1] == found[1]  # the text has it too, and counts more


def test_every_field_is_searched_and_weights_choose(tmp_path: Path) -> None:
    index = leg(
        tmp_path / "lexical",
        [
            clause(0, "无关内容", title="养老服务方案"),
            clause(1, "无关内容", headings=["一、任务", "（一）养老服务"]),
            clause(2, "发展养老服务"),
            clause(3, "无关内容", units=["市养老服务中心"]),
            clause(4, "无关内容", place="云泽市养老区"),
            clause(5, "无关内容"),
        ],
    )
    assert index.n_clauses == 6
    assert set(rows(index.search("养老", 10))) == {0, 1, 2, 3, 4}
    for row, field in enumerate(FIELDS):
        assert rows(index.search("养老", 10, weights={field: 1.0})) == [{0: 0, 1: 1, 2: 2, 3: 3, 4: 4}[row]]
    doubled = index.search("养老", 1, weights={"text": 2.0})[0][1]
    assert doubled == pytest.approx(2 * index.search("养老", 1, weights={"text": 1.0})[0][1], abs=1e-3)
    assert index.search("养老", 10, weights={"text": 0.0}) == []


@pytest.mark.parametrize("weights", [{"body": 1.0}, {"text": -1.0}])
def test_a_wrong_field_or_weight_is_an_error(tmp_path: Path, weights: dict[str, float]) -> None:
    index = leg(tmp_path / "lexical", [clause(0, "养老")])
    with pytest.raises(UsageError, match="fields are"):
        index.search("养老", 10, weights=weights)


def test_a_word_inside_a_longer_run_is_found_and_a_repeated_word_counts_once(tmp_path: Path) -> None:
    index = leg(tmp_path / "lexical", [clause(0, "加快推进社区居家养老服务设施布点"), clause(1, "修订物流补贴办法")])
    assert rows(index.search("养老", 10)) == [0]
    assert index.search("养老 养老 养老", 10) == index.search("养老", 10)


def test_nothing_is_found_for_unknown_words_marks_or_no_results_wanted(tmp_path: Path) -> None:
    index = leg(tmp_path / "lexical", [clause(0, "养老服务")])
    assert index.search("火箭", 10) == []
    assert index.search("？！", 10) == []
    assert index.search("养老", 0) == []
    assert index.search("养老", 10, allowed=np.empty(0, dtype=np.int64)) == []


def test_an_index_of_no_clauses_finds_nothing(tmp_path: Path) -> None:
    assert leg(tmp_path / "lexical", []).search("养老", 10) == []


def test_of_a_very_long_text_the_rarest_terms_are_looked_up(tmp_path: Path) -> None:
    rare = [clause(row, f"w{row} w{row}") for row in range(MAX_TERMS)]
    index = leg(tmp_path / "lexical", [*rare, *(clause(MAX_TERMS + row, "养老") for row in range(20))])
    question = "养老 " + " ".join(f"w{row}" for row in range(MAX_TERMS))
    assert set(rows(index.search(question, 1000))) == set(range(MAX_TERMS))
    assert len(index.search(question.removesuffix(f" w{MAX_TERMS - 1}"), 1000)) == MAX_TERMS - 1 + 20


# --- exactness ---------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.002, 0.02, 0.3, 0.9])
def test_a_filter_gives_the_best_of_the_allowed_with_the_same_scores(tmp_path: Path, share: float) -> None:
    index = leg(tmp_path / "lexical", many(1500))
    everything = index.search("养老服务补贴", 1500)
    allowed = np.flatnonzero(np.random.default_rng(1).random(1500) < share).astype(np.int64)
    passing = set(allowed.tolist())
    for k in (1, 10, 200):
        expected = [hit for hit in everything if hit[0] in passing][:k]
        assert index.search("养老服务补贴", k, allowed=allowed) == expected


def test_allowed_rows_that_rank_last_are_found_all_the_same(tmp_path: Path) -> None:
    best, last = "养老服务补贴", "服务安全检查道路绿化住房学校医院"
    index = leg(tmp_path / "lexical", [clause(row, best if row < 1000 else last) for row in range(2000)])
    allowed = np.arange(1000, 2000, dtype=np.int64)
    assert rows(index.search(best, 20, allowed=allowed)) == list(range(1000, 1020))


HALF = {field: 1.0 if field == "text" else 0.5 for field in FIELDS}  # what questions are asked with: two lists a term


def test_scores_are_the_sums_of_what_terms_count_to_the_last_digit(tmp_path: Path) -> None:
    clauses = [
        clause(row, text, title="".join(random.Random(row).choices(WORDS, k=2)), place=f"云泽市{row % 3}区")
        for row, text in ((each.row, each.text * (1 + each.row % 4)) for each in many(600))
    ]
    index = leg(tmp_path / "lexical", clauses)
    for question in ("养老服务补贴", "住房公积金由医院检查", "云泽市道路", "绿化"):
        counts = shares(question, Occurrences(600, index.occurrences), FIELDS)
        expected = {}
        for one in clauses:
            has = {field: set(text.split(" ")) for field, text in field_texts(one).items()}
            best = (max((HALF[f] for f in FIELDS if term in has[f]), default=0.0) for term in counts)
            score = sum(counted(weight, share) for weight, (share, _) in zip(best, counts.values(), strict=True))
            expected[one.row] = round(score, 5)
        ranked = sorted((row for row, score in expected.items() if score), key=lambda row: (-expected[row], row))
        for k in (1, 7, 50, 600):
            assert index.search(question, k, weights=HALF) == [(row, expected[row]) for row in ranked[:k]]


@pytest.mark.parametrize("share", [0.01, 0.2, 1.0])
def test_marks_named_beside_a_filter_change_nothing_but_the_time(tmp_path: Path, share: float) -> None:
    draw = random.Random(3)
    places = ["江澜省云泽市", "江澜省云泽市砚湖区", "望津市", "", "江澜省 白沙市", *["河原省"] * 7]
    clauses = [clause(one.row, one.text, place=draw.choice(places)) for one in many(3000)]
    index = leg(tmp_path / "lexical", clauses)
    for chosen in (
        ["望津市"],
        ["江澜省云泽市", "江澜省云泽市砚湖区"],
        ["江澜省 白沙市", "无此市"],
        ["无此市"],
        places,
        places[:3],
    ):
        of_places = [one.row for one in clauses if one.place in chosen]
        allowed = np.array(sorted(draw.sample(of_places, int(share * len(of_places)))), dtype=np.int64)
        for question in ("养老服务补贴", "望津市学校", "绿化"):
            for k in (1, 10, 400):
                with_marks = index.search(question, k, allowed=allowed, marks=chosen, weights=HALF)
                assert with_marks == index.search(question, k, allowed=allowed, weights=HALF)


def test_ties_are_ordered_by_row_whatever_k_is(tmp_path: Path) -> None:
    index = leg(tmp_path / "lexical", many(1500))
    for text in ("养老", "公积金", "养老服务 物流"):
        everything = index.search(text, 1500)
        assert everything == sorted(everything, key=lambda hit: (-hit[1], hit[0]))
        for k in (1, 2, 3, 10, 50, 333):
            assert index.search(text, k) == everything[:k]


def test_many_threads_find_what_one_finds(tmp_path: Path) -> None:
    index = leg(tmp_path / "lexical", many(800))
    expected = {word: index.search(word, 20) for word in WORDS}
    wrong: list[str] = []

    def search() -> None:
        wrong.extend(word for _ in range(5) for word in WORDS if index.search(word, 20) != expected[word])

    threads = [threading.Thread(target=search) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_folder_that_tantivy_cannot_read_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged, match="lexical"):
        Lexical(tmp_path / "lexical")
    leg(tmp_path / "lexical", [clause(0, "养老")])
    (tmp_path / "lexical" / "meta.json").write_text("{}")
    with pytest.raises(IndexDamaged, match="lexical"):
        Lexical(tmp_path / "lexical")


READ = """
import sys
from pathlib import Path
from indexer.index.lexical import Lexical
index = Lexical(Path(sys.argv[1]))
print([row for row, _ in index.search("养老", 5)], index.frequencies("补贴"))
"""


@pytest.mark.parametrize("locked", [True, False], ids=["lock file there", "lock file gone"])
def test_an_index_that_the_reader_cannot_write_is_searched(
    tmp_path: Path, unprivileged: Sequence[str], root: Path, locked: bool
) -> None:
    folder = tmp_path / "lexical"
    leg(folder, [clause(0, "养老服务"), clause(1, "养老补贴"), clause(2, "住房")])
    time.sleep(1)  # by then tantivy's watching thread, which would make the lock file anew, has ended
    for file in folder.iterdir():
        if file.suffix == ".lock" and not locked:
            file.unlink()
        else:
            file.chmod(0o444)
    folder.chmod(0o555)
    before = sorted(file.name for file in folder.iterdir())
    (tmp_path / "links").mkdir()
    done = subprocess.run(
        [*unprivileged, sys.executable, "-c", READ, str(folder)],
        cwd=root, env={**os.environ, "TMPDIR": str(tmp_path / "links"), "PYTHONIOENCODING": "utf-8"},
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    folder.chmod(0o755)
    assert (done.stdout, done.stderr) == ("[0, 1] {'补贴': 1}\n", "")
    assert sorted(file.name for file in folder.iterdir()) == before
    assert list((tmp_path / "links").iterdir()) == []


def test_terms_are_counted_by_the_clauses_that_have_them(tmp_path: Path) -> None:
    index = leg(
        tmp_path / "lexical", [clause(0, "养老服务"), clause(1, "养老补贴", headings=["一、补贴"]), clause(2, "养老")]
    )
    found = index.frequencies("养老补贴火箭")
    assert (found["养老"], found["补贴"], found["火箭"]) == (3, 1, 0)
