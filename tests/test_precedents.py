"""Precedents of a draft: how they are labelled, collapsed, traced and compared, and what is refused."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.precedents.judgements import load_wordings
from indexer.__main__ import main
from indexer.build import build
from indexer.errors import UsageError
from indexer.index import Index
from indexer.notices import parse
from indexer.precedents import (
    ClausePrecedents,
    differences,
    draft_of_file,
    draft_of_text,
    families_of,
    notices_on,
    precedents,
    precedents_of_clauses,
)
from indexer.precedents.alignment import likeness, shared_letters, shared_runs
from indexer.precedents.boilerplate import is_boilerplate, topic_words, unrelated
from indexer.precedents.families import clauses_of, families
from indexer.precedents.genealogy import cites
from indexer.precedents.wording import wording_of
from indexer.records import Filters
from indexer.sources import read
from tests import precedent_corpus
from tests.precedent_corpus import precedent_index, write_notices


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with precedent_index(tmp_path_factory.mktemp("precedents")) as opened:
        yield opened


SHARED = "每个街道至少建设一处社区食堂,与便民服务中心统一规划、统一装修、统一管理。"
SUBSIDY = "对为75周岁以上老年人供餐的食堂,按每人每餐5元给予补助,资金由县级财政统筹安排。"
VOLUNTEERS = "组织低龄老年人为行动不便的邻居送餐上门。"


def label(own: str, other: str) -> str:
    return likeness(wording_of(own), wording_of(other)).label


def place_of(found: ClausePrecedents, index: Index, clause_id: str) -> str:
    return str(index.notice(clause_id.partition(":")[0]).place)


# --- wording and labels --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "other"),
    [
        (
            "每个街道建设一处食堂,由市民政局统筹使用。",
            "每个街道建设一处食堂，由省民政厅统筹使用。",
        ),  # who does it, and widths
        ("全市老年食堂覆盖率2025年底前达到90%。", "全省老年食堂覆盖率2023年底前达到90%。"),  # level and year
        (
            "保障用地。闲置厂房可以优先改作食堂使用。",
            "落实用地政策。闲置厂房可以优先改作食堂使用。",
        ),  # the run-in title
        ("对食堂后厨安装视频监控。", "对食堂后厨安装视频监控,台账保存不少于半年。"),  # the other goes on
        ("食堂后厨安装视频监控。市教育局牵头,市民政局配合。", "食堂后厨安装视频监控。"),  # only assigns
        (
            "产权归区、县人民政府,任何单位不得改变用途、转租转让。",
            "产权归县级人民政府,任何单位不得改变用途、转租转让。",
        ),
    ],
)
def test_what_differs_between_places_by_nature_is_no_difference(own: str, other: str) -> None:
    assert label(own, other) == "verbatim"


@pytest.mark.parametrize(
    ("own", "other"),
    [
        ("按每人每餐3元给予运营补助,资金由市县统筹。", "按每人每餐2元给予运营补助,资金由市县统筹。"),  # a figure
        ("2024年6月底前完成食堂后厨监控的安装。", "2024年9月底前完成食堂后厨监控的安装。"),  # a month
        ("经营者得转租、转借社区食堂用房。", "经营者不得转租、转借社区食堂用房。"),  # a negation
        ("食堂后厨安装视频监控,台账保存一年,并接入平台。", "食堂后厨安装视频监控,台账保存一年。"),  # something added
    ],
)
def test_wording_with_something_of_substance_changed_is_adapted(own: str, other: str) -> None:
    assert label(own, other) == "adapted"


@pytest.mark.parametrize(
    ("own", "other"),
    [
        ("鼓励食堂为高龄老人送饭到家,由志愿者轮流承担。", "组织低龄老年人为行动不便的邻居送餐上门。"),
        ("开通山区到县城的无人机航线。", "食堂后厨安装视频监控,台账保存不少于半年。"),
        ("，。", "食堂后厨安装视频监控。"),
    ],
)
def test_the_same_matter_in_other_words_is_only_similar(own: str, other: str) -> None:
    assert label(own, other) == "similar"


def test_a_part_that_was_moved_is_shared() -> None:
    first, second = "食堂后厨安装视频监控系统", "食材进货台账保存不少于半年"
    assert shared_letters(first + second, second + first) >= 0.9 * len(first + second)
    assert shared_letters(first, second) == 0


@given(st.text("食堂后厨安装视频监控台账", max_size=40), st.text("食堂后厨安装视频监控台账", max_size=40))
def test_shared_runs_stand_in_both_texts_and_never_overlap(one: str, other: str) -> None:
    runs = shared_runs(one, other)
    for a, b, size in runs:
        assert one[a : a + size] == other[b : b + size]
    for side in (0, 1):
        spans = sorted((run[side], run[side] + run[2]) for run in runs)
        assert all(end <= start for (_, end), (start, _) in zip(spans, spans[1:], strict=False))


def test_every_figure_of_a_wording_is_kept_beside_it() -> None:
    wording = wording_of("对65周岁以上老年人每餐补助3元,三年内建成1.2万处,覆盖率达到90%。")
    assert wording.figures == ("65", "3", "三", "1.2万", "90%")


# --- precedents of a clause ----------------------------------------------------------------------


def test_identical_wordings_are_one_precedent_that_names_the_others(index: Index) -> None:
    first = precedents(index, SHARED).precedents[0]
    assert first.label == "verbatim"
    assert first.share == 1.0
    assert [index.notice(one.partition(":")[0]).level for one in (first.clause_id, *first.also_in)] == [
        "province",
        "city",
    ]


def test_a_changed_figure_makes_an_adaptation_with_its_share(index: Index) -> None:
    found = [each for each in precedents(index, SUBSIDY).precedents if each.label == "adapted"]
    assert len(found) == 2
    assert all(0.4 <= each.share < 1 for each in found)


def test_the_earliest_source_is_the_earliest_dated_clause(index: Index) -> None:
    earliest = precedents(index, SHARED).earliest
    assert earliest is not None
    assert earliest.day == "2020-04-02"


def test_a_citation_shows_what_was_handed_down(index: Index) -> None:
    edges = precedents(index, SHARED).genealogy.edges
    assert [(edge.kind, edge.evidence) for edge in edges] == [("handed_down", "cites")]


def test_the_same_level_elsewhere_and_later_took_over(index: Index) -> None:
    edges = precedents(index, VOLUNTEERS).genealogy.edges
    assert [(edge.kind, edge.evidence) for edge in edges] == [("taken_over", "date_and_level")]


def test_nothing_alike_has_neither_source_nor_genealogy(index: Index) -> None:
    found = precedents(index, "小微企业首次贷款由合作银行在三个工作日内办结。")
    assert {each.label for each in found.precedents} == {"similar"}
    assert found.earliest is None
    assert found.genealogy.nodes == ()


def test_filters_choose_what_is_listed_and_leave_the_source(index: Index) -> None:
    found = precedents(index, SHARED, filters=Filters(places=("云泽",)))
    assert {place_of(found, index, each.clause_id) for each in found.precedents} == {"云泽市"}
    assert found.earliest is not None
    assert found.earliest.place == "江澜省"


def test_a_filter_by_unit_takes_any_of_its_names(index: Index) -> None:
    found = precedents(index, SHARED, filters=Filters(units=("市民政部门",)))
    assert found.precedents
    for each in found.precedents:
        assert any("民政" in unit.name for unit in index.clause(each.clause_id).units)


def test_a_field_of_policy_is_named_by_titles(index: Index) -> None:
    assert len(notices_on(index, "社区食堂")) == 3
    with pytest.raises(UsageError, match="养蜂"):
        notices_on(index, "养蜂")


def test_boilerplate_is_marked_and_stands_behind_substance(index: Index) -> None:
    found = precedents(index, "本意见自2026年1月1日起施行,有效期3年。")
    assert found.boilerplate
    assert found.genealogy.edges == ()
    mixed = precedents(index, SHARED, k=50)
    assert not mixed.boilerplate
    marks = [each.boilerplate for each in mixed.precedents]
    assert any(marks)
    assert marks == sorted(marks)


def test_results_repeat_exactly(index: Index) -> None:
    assert precedents(index, SUBSIDY) == precedents(index, SUBSIDY)


@pytest.mark.parametrize(("text", "k"), [("", 3), ("  ", 3), (SHARED, 0)])
def test_an_empty_text_and_a_k_below_one_are_refused(index: Index, text: str, k: int) -> None:
    with pytest.raises(UsageError):
        precedents(index, text, k=k)


# --- drafts --------------------------------------------------------------------------------------


def test_a_draft_is_cut_into_clauses_and_a_sentence_is_one() -> None:
    assert [clause.text for clause in draft_of_text(SHARED).clauses] == [SHARED]
    several = draft_of_text(f"一、布点\n{SHARED}\n二、补助\n{SUBSIDY}").clauses
    assert [clause.text for clause in several] == [SHARED, SUBSIDY]


def test_a_drafts_own_notice_is_no_precedent_of_it(index: Index, tmp_path: Path) -> None:
    path = tmp_path / "draft.txt"
    path.write_text(precedent_corpus.CITY, encoding="utf-8")
    draft = draft_of_file(path)
    found = precedents_of_clauses(index, draft.clauses, without=frozenset({draft.doc_id}))
    assert len(found) == len(draft.clauses) > 3
    assert not [one for each in found for one in each.precedents if one.clause_id.startswith(draft.doc_id)]


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02\x03" * 40])
def test_a_draft_that_cannot_be_read_is_a_mistake_of_the_callers(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "draft.txt"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"draft\.txt"):
        draft_of_file(path)


def test_a_notice_cites_another_by_number_and_not_a_third(index: Index) -> None:
    heads = {str(notice.place): notice for notice in index.notices()}
    assert cites(heads["云泽市"], heads["江澜省"])
    assert not cites(heads["望津市"], heads["江澜省"])
    assert not cites(heads["江澜省"], heads["云泽市"])


# --- differences ---------------------------------------------------------------------------------


def test_differences_are_whole_words() -> None:
    stretches = [(each.kind, each.text) for each in differences("每人每餐补助2元。", "每人每餐补贴2元。")]
    assert stretches == [("equal", "每人每餐"), ("delete", "补助"), ("insert", "补贴"), ("equal", "2元。")]


def test_widths_are_no_difference() -> None:
    assert [each.kind for each in differences("食堂，后厨", "食堂,后厨")] == ["equal"]


@given(st.text("食堂后厨安装视频监控,。的3年", max_size=30), st.text("食堂后厨安装视频监控,。的3年", max_size=30))
def test_differences_give_both_texts_back(baseline: str, text: str) -> None:
    found = differences(baseline, text)
    assert "".join(each.text for each in found if each.kind != "insert") == baseline
    assert "".join(each.text for each in found if each.kind != "delete") == text


# --- boilerplate and families --------------------------------------------------------------------


def test_boilerplate_needs_unrelated_notices_and_no_amounts() -> None:
    ending = [wording_of("本意见自2020年1月1日起施行,有效期3年。")] * 3
    grant = [wording_of("对新评定的企业一次性奖励20万元,分两年兑现。")] * 3
    apart = ["关于发展夜市的意见", "关于低空物流试点的意见", "关于养老照护的意见"]
    assert is_boilerplate(ending, apart)
    assert not is_boilerplate(grant, apart)
    assert not is_boilerplate(ending, ["关于社区养老的意见", "关于居家养老的意见", "关于养老照护的意见"])
    assert not is_boilerplate(ending[:2], apart[:2])


def test_what_titles_share_with_the_wording_is_specific() -> None:
    care = [wording_of("养老机构用水用电执行居民生活类价格。")] * 4
    titles = ["关于养老院的意见", "关于物价的意见", "关于水务的意见", "关于养老产业的意见"]
    assert unrelated(titles) >= 3
    assert not is_boilerplate(care, titles)


def test_titles_of_one_matter_are_told_by_their_words() -> None:
    assert topic_words("江澜省人民政府关于印发促进物流业发展若干措施的通知") == {"物流业"}
    assert unrelated(["关于促进物流业发展的意见", "关于现代物流降本的通知", "关于印发工作要点的通知"]) == 1


def test_families_say_size_spread_and_first_appearance(index: Index) -> None:
    found = {family.text: family for family in families_of(index)}
    shared = next(family for text, family in found.items() if SHARED in text)
    assert (shared.n_notices, shared.n_wordings, shared.first_day) == (2, 1, "2020-04-02")
    assert dict(shared.places) == {"江澜省": 1, "云泽市": 1}
    assert shared.years == ((2020, 1), (2021, 1))
    assert not shared.boilerplate
    ending = next(family for text, family in found.items() if "起施行" in text)
    assert ending.n_notices == 5
    assert ending.boilerplate


def test_families_do_not_depend_on_the_order_of_clauses(index: Index) -> None:
    clauses = list(clauses_of(index))
    shuffled = clauses[:]
    random.Random(7).shuffle(shuffled)
    assert families(clauses) == families(shuffled)


def test_only_families_of_enough_notices_are_listed(index: Index) -> None:
    assert [family.n_notices for family in families_of(index, least=3)] == [5]


# --- command line --------------------------------------------------------------------------------


def lines_of(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index with the bundled encoder, which the command line opens by itself."""
    folder = tmp_path_factory.mktemp("built")
    build([write_notices(folder / "notices")], folder / "index")
    return folder / "index"


def test_the_command_writes_an_object_a_clause(
    built: Path, index: Index, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_text(f"一、布点\n{SHARED}\n二、补助\n{SUBSIDY}", encoding="utf-8")
    baseline = precedents(index, SHARED).precedents[0].clause_id
    arguments = ["--index", str(built), "--json", "-k", "2", "--baseline", baseline]
    assert main(["precedents", "--file", str(draft), *arguments]) == 0
    first, second = lines_of(capsys)
    assert first["text"] == SHARED
    assert second["text"] == SUBSIDY
    assert set(first) == {
        "number",
        "headings",
        "text",
        "boilerplate",
        "precedents",
        "earliest",
        "genealogy",
        "baseline",
    }


def test_the_command_lists_families(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["families", "--index", str(built), "--json", "--least", "5"]) == 0
    (only,) = lines_of(capsys)
    assert (only["n_notices"], only["boilerplate"]) == (5, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "give either a text or --file"),
        (["甲", "--file", "x.txt"], "give either a text or --file"),
        (["--file", "missing.txt"], "no such file"),
        ([SHARED, "-k", "0"], "-k must be 1 or more"),
        ([SHARED, "--baseline", "nothing:1"], "no such clause"),
        ([SHARED, "--field", "养蜂"], "in its title"),
        (["。。"], "empty"),
    ],
)
def test_mistakes_are_one_line_and_status_two(
    built: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(["precedents", *arguments, "--index", str(built), "--json"]) == 2
    written = capsys.readouterr()
    assert written.out == ""
    assert said in written.err
    assert written.err.count("\n") == 1


# --- the judged wordings -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def clauses_of_samples() -> dict[str, list[str]]:
    samples = Path(__file__).resolve().parents[1] / "corpus" / "samples"
    docs = {wording.clause.doc for wording in load_wordings()} | {
        judgement.doc for wording in load_wordings() for judgement, _ in wording.pairs
    }
    files = {path.stem.split("_")[0]: path for path in samples.iterdir()}
    return {doc: [clause.text for clause in parse(read(files[doc])).clauses] for doc in docs}


def test_judged_labels_are_given_in_nineteen_of_twenty_held_back_pairs(
    clauses_of_samples: dict[str, list[str]],
) -> None:
    from eval.gold import Judgement, squeeze

    def text_of(judgement: Judgement) -> str:
        quote = squeeze(judgement.quote)
        return next(text for text in clauses_of_samples[judgement.doc] if quote in squeeze(text))

    pairs = [
        (label(text_of(wording.clause), text_of(judgement)), judged)
        for wording in load_wordings(split="test")
        for judgement, judged in wording.pairs
    ]
    assert len(pairs) > 100
    assert sum(given == judged for given, judged in pairs) >= 0.95 * len(pairs)
