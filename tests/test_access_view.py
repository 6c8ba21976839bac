"""A view of an index gives what an index gives that was built from the visible files alone, whoever asks for what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest

from indexer.access import RestrictedIndex, Visible, restricted
from indexer.build import build
from indexer.drafts import check_draft, cited_documents, read_draft
from indexer.duties import duties_of_unit, endings, find_notice, find_unit, load_of_archive, unit_choices
from indexer.errors import TiaowenError, UsageError
from indexer.index import Index, local, open_index
from indexer.operations import statistics_of
from indexer.precedents import draft_of_text, families_of, own_notices, precedents, raw_text
from indexer.records import Filters, Mode, Query
from indexer.search import ask, plan, search
from indexer.search.facets import facets
from indexer.uploads import stage
from indexer.vocabulary import vocabulary_of
from tests.hash_encoder import HashEncoder
from tests.restricted_fixture import (
    ALLOTMENT,
    DECISION,
    GREENING_ANEW,
    HIDDEN,
    TELLTALE,
    seen,
    without_hidden,
    write_hidden,
    write_more,
)
from tests.search_corpus import write_corpus

ENCODER = HashEncoder(dim=256)

QUESTIONS = (
    "谁负责培训养老护理员?",
    "社区食堂每家补贴多少钱?",
    "夜间经济专项资金怎么分配?",
    "市灯笼街指挥部负责哪些工作?",
    "市审计局负责哪些工作?",
    "鹤岭县关闭苗圃由谁负责?",
    "《云泽市绿化管理办法》规定行道树枯死多少天内补种?",
    "云泽政办函〔2024〕3号规定了什么?",
    "2009年设计公司",
    "江澜省养老床位",
    "云泽市2024年社区食堂",
    "灯笼街改照",  # a slip of the pen
    "市财政局和市商务局各负责什么",
    "各地的社区食堂怎么做",
)
FILTERS = (
    Filters(),
    Filters(places=("江澜",)),
    Filters(places=("云泽",)),
    Filters(places=("鹤岭县",)),
    Filters(years=(2005, 2012)),
    Filters(years=(2024, 2024)),
    Filters(kinds=("决定", "意见")),
    Filters(levels=("county",)),
    Filters(units=("市财政局", "市园林局")),
)
DRAFT = """云泽市人民政府办公室关于印发灯笼街改造方案的通知
云泽政办发〔2025〕2号
各区人民政府:
根据《鹤岭县人民政府关于关闭鹤岭苗圃的决定》(鹤政发〔2009〕4号)、《砚湖区夜间经济发展行动方案》(砚湖政办发〔2023〕7号)和云泽政办函〔2024〕3号,制定本方案。
一、灯笼街改造
1.补贴社区食堂。从灯笼街专项中列支380万元,社区食堂每家补贴9.5万元。
责任单位:市灯笼街指挥部
云泽市人民政府办公室
2025年3月3日
"""
TODAY = date(2025, 5, 1)


@pytest.fixture(scope="module", params=["folder", "milvus-lite"])
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Index, Index]]:
    """The view of an index over all notices, and an index over those that may be seen."""
    folder = tmp_path_factory.mktemp("both")
    address = f"milvus-lite:{folder / 'lite'}" if request.param == "milvus-lite" else str(folder / "index")
    notices, hidden = write_more(write_corpus(folder / "notices")), write_hidden(folder / "hidden")
    (notices / "空.txt").write_bytes(b"")
    build([notices, hidden], address, encoder=ENCODER)
    build([notices], folder / "alone", encoder=ENCODER)
    with open_index(address, ENCODER) as whole, open_index(folder / "alone", ENCODER) as alone:
        yield without_hidden(whole, hidden), alone


def told(call: Callable[[], object]) -> object:
    """What a call gives, or says in an error, in values that can be compared."""
    try:
        return _rounded(msgspec.to_builtins(call(), enc_hook=repr, str_keys=True))
    except TiaowenError as error:
        return f"{type(error).__name__}: {error}"


def _rounded(value: Any) -> Any:  # noqa: ANN401 (JSON)
    """Sums of float32 depend on the order of what is added up."""
    if isinstance(value, float):
        return pytest.approx(value, abs=2e-6)
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    return [_rounded(each) for each in value] if isinstance(value, list | tuple) else value


def document(text: str) -> str:
    """The doc_id of a notice."""
    return draft_of_text(text).doc_id


LISTS: Mapping[str, Callable[[Index], object]] = {
    "notices": lambda i: i.notices(),
    "whole notices": lambda i: [i.notice(head.doc_id) for head in i.notices()],
    "files": lambda i: i.files(),
    "sources": lambda i: [i.sources(head.doc_id) for head in i.notices()],
    "pages": lambda i: [(page.path, page.text_id, page.facts) for page in i.pages()],
    "skipped": lambda i: i.skipped(),
    "duplicates": lambda i: i.duplicates(),
    "links": lambda i: (i.links(), [i.links_of(head.doc_id) for head in i.notices()]),
    "contents": lambda i: i.contents(),
    "units": lambda i: (i.unit_names(), i.member_names()),
    "headings": lambda i: i.headings(),
    "places": lambda i: (i.places(), [i.lies_in(h.place, name) for h in i.notices() for name in ("江澜", "鹤岭", "云泽")]),
    "years and kinds": lambda i: (i.years(), i.kinds()),
    "manifest": lambda i: (i.manifest.n_notices, i.manifest.n_clauses, i.manifest.corpus_sha256),
    "vocabulary": lambda i: (sorted(vocabulary_of(i).terms().items()), vocabulary_of(i).all_pairs()),
    "statistics": lambda i: {
        name: value
        for name, value in msgspec.to_builtins(statistics_of(i)).items()
        if name not in ("generation", "built_at", "n_bytes", "bytes_per_clause")
    },
    "tasks": lambda i: load_of_archive(i),
    "endings": lambda i: endings(i),
    "choices": lambda i: unit_choices(load_of_archive(i), i.member_names()),
    "families": lambda i: families_of(i),
    "catalogued": lambda i: [sorted(i.doc_ids(filters)) for filters in FILTERS],
    "named clauses": lambda i: i.clauses_of_units(["市财政局", "市灯笼街指挥部", "市商务局"]),
    "members": lambda i: i.clauses_of_members(["市审计局", "市灯笼街指挥部"]),
    "draft": lambda i: check_draft(read_draft(raw_text(DRAFT), i, today=TODAY)),
    "cited": lambda i: list(cited_documents(read_draft(raw_text(DRAFT), i, today=TODAY))),
    "own": lambda i: own_notices(i, draft_of_text(ALLOTMENT)),
}  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_every_list_is_that_of_an_index_without_the_others(both: tuple[Index, Index], name: str) -> None:
    view, alone = both
    assert isinstance(view, RestrictedIndex)
    assert told(lambda: LISTS[name](view)) == told(lambda: LISTS[name](alone))


@pytest.mark.parametrize("filters", FILTERS, ids=str)
@pytest.mark.parametrize("mode", ["hybrid", "lexical", "dense"])
def test_questions_find_the_same_clauses_with_the_same_scores(
    both: tuple[Index, Index], filters: Filters, mode: Mode
) -> None:
    view, alone = both
    for question in QUESTIONS:
        query = Query(question, filters=filters)
        assert told(partial(search, view, query, k=20, mode=mode)) == told(
            partial(search, alone, query, k=20, mode=mode)
        )
    as_it_stands = Query(DRAFT, filters=filters, as_is=True)  # more terms than are looked up
    assert told(lambda: search(view, as_it_stands, mode=mode)) == told(lambda: search(alone, as_it_stands, mode=mode))


@pytest.mark.parametrize("question", QUESTIONS)
def test_questions_are_read_answered_and_counted_alike(both: tuple[Index, Index], question: str) -> None:
    query = Query(question)
    for call in (
        lambda i: plan(i, query),
        lambda i: ask(i, query),
        lambda i: i.frequencies(question),
        lambda i: sorted(i.passing([clause.clause_id for h in i.notices() for clause in i.notice(h.doc_id).clauses], FILTERS[2])),
        lambda i: facets(i, query, i.clauses([hit.clause_id for hit in search(i, query)])),
        lambda i: facets(i, Query(question, filters=FILTERS[2]), []),
        lambda i: precedents(i, question),
    ):  # fmt: skip
        found, due = (told(partial(call, index)) for index in both)
        assert found == due


@pytest.mark.parametrize(
    "read",
    [
        lambda i: i.clause(f"{document(ALLOTMENT)}:1"),
        lambda i: i.clauses([i.clauses_of_units(["市商务局"])[0].clause_id, f"{document(ALLOTMENT)}:1", "none:1"]),
        lambda i: i.clauses(["none:1", f"{document(ALLOTMENT)}:1"]),
        lambda i: i.wordings(["none:1", f"{document(ALLOTMENT)}:1"]),
        lambda i: i.wordings([f"{document(ALLOTMENT)}:1"]),
        lambda i: i.notice(document(DECISION)),
        lambda i: (i.links_of(document(ALLOTMENT)), i.sources(document(ALLOTMENT)), i.corrections_of(document(DECISION))),
        lambda i: i.doc_ids(Filters(doc_ids=(document(ALLOTMENT),))),
        lambda i: search(i, Query("社区食堂", filters=Filters(doc_ids=(document(ALLOTMENT),)))),
        lambda i: ask(i, Query("社区食堂", filters=Filters(doc_ids=(document(ALLOTMENT),)))),
        lambda i: find_unit(i, "市灯笼街指挥部"),
        lambda i: find_unit(i, "灯笼街指挥"),
        lambda i: duties_of_unit(i, find_unit(i, "市财政局")),
        lambda i: find_notice(i, "云泽政办函〔2024〕3号"),
        lambda i: find_notice(i, "关闭鹤岭苗圃"),
        lambda i: find_notice(i, document(DECISION)),
    ],
)  # fmt: skip
def test_what_may_not_be_seen_is_not_told_from_what_does_not_exist(
    both: tuple[Index, Index], read: Callable[[Index], object]
) -> None:
    view, alone = both
    assert told(lambda: read(view)) == told(lambda: read(alone))


@pytest.mark.parametrize("text", [*HIDDEN.values(), GREENING_ANEW])
def test_an_upload_is_new_to_whoever_may_not_see_the_notice(both: tuple[Index, Index], text: str) -> None:
    found, due = (stage("a.txt", text.encode(), index=index) for index in both)
    assert (found.held, found.same_text, found.takes_over) == (due.held, due.same_text, due.takes_over)
    assert found.links == due.links


def test_the_whole_index_does_tell_what_the_view_does_not(both: tuple[Index, Index]) -> None:
    """Otherwise the other tests here would hold of anything."""
    view, alone = both
    assert isinstance(view, RestrictedIndex)
    whole = view._whole
    differing = {name for name, read in LISTS.items() if told(partial(read, whole)) != told(partial(read, alone))}
    assert differing == set(LISTS) - {"duplicates"}
    assert [
        q for q in QUESTIONS if told(partial(search, whole, Query(q))) == told(partial(search, alone, Query(q)))
    ] == []
    said = str([told(partial(read, whole)) for read in LISTS.values()])
    assert [word for word in TELLTALE if word not in said] == []
    # One title, two notices: only without the other does it name one.
    assert len(whole.links()) != len(view.links()) + 2


def test_a_view_of_everything_is_the_index_itself_and_views_are_made_once(both: tuple[Index, Index]) -> None:
    alone = both[1]
    assert restricted(alone, seen(alone, lambda path: True)) is alone
    some = seen(alone, lambda path: "绿化" in path)
    assert restricted(alone, some) is restricted(alone, some)
    assert restricted(alone, some).generation != alone.generation


def test_whoever_may_see_nothing_finds_nothing(both: tuple[Index, Index]) -> None:
    whole = both[0]._whole  # type: ignore[attr-defined]
    nothing = restricted(whole, Visible(frozenset(), frozenset(), frozenset()))
    assert (nothing.manifest.n_notices, nothing.manifest.n_clauses) == (0, 0)
    assert [*nothing.notices(), *nothing.files(), *nothing.skipped(), *nothing.links(), *nothing.unit_names()] == []
    for question in QUESTIONS:
        assert search(nothing, Query(question)) == []
        assert ask(nothing, Query(question)).abstained == "not_in_archive"
        assert set(nothing.frequencies(question).values()) == {0}
    assert nothing.clauses_of_units(["市财政局"]) == []
    assert len(nothing.doc_ids(Filters(places=("云泽",)))) == 0


def test_a_scope_of_the_index_is_refused_by_its_view(both: tuple[Index, Index]) -> None:
    view = both[0]
    foreign = view._whole.allowed(Filters(places=("云泽",)))  # type: ignore[attr-defined]
    for asked in (
        lambda: view.lexical("社区食堂", 5, allowed=foreign),
        lambda: view.dense("社区食堂", 5, allowed=foreign),
        lambda: view.clauses_of_units(["市财政局"], allowed=foreign),
    ):
        with pytest.raises(TypeError, match="another index"):
            asked()


def test_a_view_that_was_closed_says_so(tmp_path: Path) -> None:
    build([write_corpus(tmp_path / "notices")], tmp_path / "index", encoder=ENCODER)
    view = restricted(
        whole := open_index(tmp_path / "index", ENCODER), seen(whole, lambda path: "澜川" in path)
    )  # fmt: skip
    clause_id = view.lexical("设计", 1)[0][0]
    view.close()
    with pytest.raises(UsageError, match="closed"):
        view.clauses([clause_id])


def test_of_many_visible_clauses_the_nearest_are_found_by_reading_on(
    both: tuple[Index, Index], monkeypatch: pytest.MonkeyPatch
) -> None:
    view, alone = both
    for question in QUESTIONS:
        for filters in FILTERS:
            for k in (1, 3, 50):
                monkeypatch.setattr(local, "FEW_ROWS", 0)
                monkeypatch.setattr(local, "MOST_READ_ON", 1000)
                read_on = told(lambda: view.dense(question, k, allowed=view.allowed(filters)))  # noqa: B023
                monkeypatch.setattr(local, "FEW_ROWS", 1000)
                assert read_on == told(lambda: alone.dense(question, k, allowed=alone.allowed(filters)))  # noqa: B023
