"""Every way to learn of a notice that one may not see, tried: by the library's functions, by the app's pages, by what is kept.

What an index says of itself is compared word for word in `test_access_view.py`; here words that stand in hidden notices
alone are looked for in whatever a reader is given.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path

import msgspec
import pytest
from streamlit.testing.v1 import AppTest

from indexer.access import Reader, for_reader
from indexer.access.keys import make_key
from indexer.audit import chain_of
from indexer.drafts import check_draft, read_draft
from indexer.duties import duties_of_unit, find_unit, load_of_archive
from indexer.errors import TiaowenError
from indexer.exports import csv_text, hits_sheet
from indexer.exports.hits import FoundClause
from indexer.index import Index, open_index
from indexer.layout import lay_out
from indexer.precedents import draft_of_text, families_of, precedents, raw_text
from indexer.records import Filters, Query
from indexer.search import ask, plan, search
from indexer.search.facets import facets
from indexer.validity import validity_of
from indexer.vocabulary import vocabulary_of
from tests.app_fixture import _page
from tests.restricted_fixture import ALLOTMENT, DECISION, HIDDEN, TELLTALE, build_guarded
from tests.search_corpus import YANHU

READER = Reader("甲", ("reader",), frozenset({"public"}))
# None of these says a word of a hidden notice; the whole archive answers each of them by one.
QUESTIONS = (
    "社区食堂每家补贴多少钱?",
    "谁负责养老护理员培训?",
    "市财政局负责哪些工作?",
    "云泽市2024年的资金怎么分配?",
    "设计公司什么时候退出?",
    "行道树枯死多少天内补种?",
)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index of which a part is for few, by its rules."""
    return build_guarded(tmp_path_factory.mktemp("guarded"))


@pytest.fixture(scope="module")
def whole(guarded: Path) -> Iterator[Index]:
    with open_index(guarded) as index:
        yield index


@pytest.fixture(scope="module")
def view(whole: Index) -> Index:
    return for_reader(whole, READER)


def given(index: Index, question: str) -> Iterator[object]:
    """All that somebody is given who asks the question in every way there is."""
    query = Query(question)
    hits = search(index, query, k=50)
    clauses = index.clauses([hit.clause_id for hit in hits])
    notices = {clause.doc_id: index.notice(clause.doc_id) for clause in clauses}
    yield from (plan(index, query), ask(index, query, k=50), hits, clauses, precedents(index, question, k=20))
    yield facets(index, query, clauses)
    yield [lay_out(notice) for notice in notices.values()]
    yield [(validity_of(index.links_of(doc_id)), index.sources(doc_id)) for doc_id in notices]
    found = [FoundClause(hit, clause, notices[clause.doc_id]) for hit, clause in zip(hits, clauses, strict=True)]
    yield csv_text(hits_sheet(question, found))


def lists(index: Index) -> Iterator[object]:
    """All that an archive lists."""
    vocabulary = vocabulary_of(index)
    yield from (index.notices(), index.files(), index.skipped(), index.duplicates(), index.links(), index.headings())
    yield from (index.unit_names(), index.member_names(), index.places(), index.years(), index.kinds())
    yield from (families_of(index), load_of_archive(index), sorted(vocabulary.terms()), vocabulary.all_pairs())
    yield index.manifest.paths


def leaks(values: object) -> list[str]:
    text = str(msgspec.to_builtins(values, enc_hook=repr, str_keys=True))
    return [word for word in TELLTALE if word in text]


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_question_brings_up_a_word_of_what_may_not_be_seen(view: Index, whole: Index, question: str) -> None:
    assert leaks(list(given(view, question))) == []
    assert leaks(list(given(whole, question))) != []


def test_no_list_holds_a_word_of_what_may_not_be_seen(view: Index, whole: Index) -> None:
    assert leaks(list(lists(view))) == []
    assert leaks(list(lists(whole))) == list(TELLTALE)


def said(call: Callable[[], object]) -> str:
    """What a call says when it fails, else what it gives."""
    try:
        return str(call())
    except TiaowenError as error:
        return f"{type(error).__name__}: {error}"


def test_an_id_that_one_guesses_is_answered_as_one_that_does_not_exist(view: Index) -> None:
    hidden, absent = draft_of_text(ALLOTMENT).doc_id, "0123456789ab"
    guesses: list[Callable[[str], object]] = [
        lambda each: view.clause(f"{each}:1.1"), lambda each: view.notice(each), lambda each: view.links_of(each),
        lambda each: view.sources(each), lambda each: view.corrections_of(each), lambda each: view.stored_corrections(each),
        lambda each: view.doc_ids(Filters(doc_ids=(each,))), lambda each: view.archive.kept_instead(each),
        lambda each: search(view, Query("社区食堂", filters=Filters(doc_ids=(each,)))),
        lambda each: ask(view, Query("社区食堂", filters=Filters(doc_ids=(each,)))),
        lambda each: len(view.allowed(Filters(doc_ids=(each,))) or ()),
    ]  # fmt: skip
    for guess in guesses:
        assert said(lambda: guess(hidden)).replace(hidden, absent) == said(lambda: guess(absent))  # noqa: B023


def test_a_unit_that_one_guesses_is_answered_as_one_that_does_not_exist(view: Index, whole: Index) -> None:
    def asked(name: str) -> str:
        return said(lambda: duties_of_unit(view, find_unit(view, name)))

    assert asked("市园林局").replace("园林", "龘龘") == asked("市龘龘局")
    assert "UnitUnsettled" not in said(lambda: duties_of_unit(whole, find_unit(whole, "市园林局")))


def test_a_slip_of_the_pen_is_not_mended_into_a_hidden_word(view: Index, whole: Index) -> None:
    assert plan(view, Query("灯笼接指挥部")).corrections == ()
    assert plan(view, Query("灯笼街指挥部的任务")).units == plan(view, Query("龘龘街指挥部的任务")).units


def test_a_draft_that_cites_a_hidden_notice_is_told_nothing_of_it(view: Index, whole: Index) -> None:
    def told(index: Index, number: str) -> str:
        draft = (
            "云泽市人民政府关于做好养老服务的通知\n云泽政发〔2025〕2号\n各区人民政府:\n"
            f"根据《云泽市某方案》({number})和《砚湖区夜间经济发展行动方案》(砚湖政办发〔2023〕7号)制定本通知。\n"
            "一、工作\n1.开办食堂。开办社区食堂。\n责任单位:市民政局\n云泽市人民政府\n2025年3月3日\n"
        )
        return str(check_draft(read_draft(raw_text(draft), index, today=date(2025, 4, 1))))

    assert told(view, "云泽政办函〔2024〕3号") == told(view, "云泽政办函〔2024〕8号").replace("8号", "3号")
    assert told(whole, "云泽政办函〔2024〕3号") != told(view, "云泽政办函〔2024〕3号")
    notice = draft_of_text(YANHU).doc_id
    assert whole.links_of(notice) != []
    assert view.links_of(notice) == []


def test_a_guess_of_hidden_words_takes_no_longer_than_one_of_words_that_are_nowhere(view: Index) -> None:
    """Medians of many tries, within a factor that noise does not reach and a look at a hidden clause would not exceed."""

    def median(text: str) -> float:
        taken = []
        for _ in range(31):
            started = time.perf_counter()
            view.lexical(text, 10)
            view.frequencies(text)
            taken.append(time.perf_counter() - started)
        return sorted(taken)[15]

    hidden, absent = median("灯笼街专项资金"), median("龘龘街龘龘龘龘")
    assert hidden < 5 * absent + 0.005


# --- the app -------------------------------------------------------------------------------------

PAGES: list[tuple[str, dict[str, str]]] = [
    ("ask", {}),
    *(("ask", {"q": question}) for question in QUESTIONS[:3]),
    ("precedents", {}),
    ("duties", {}),
    ("duties", {"view": "archive"}),
    ("duties", {"view": "unit", "unit": "市财政局"}),
    ("archive", {}),
    ("archive", {"view": "left"}),
    ("archive", {"view": "corrections"}),
    ("archive", {"view": "add"}),
    ("archive", {"view": "build"}),
    ("archive", {"notice": draft_of_text(ALLOTMENT).doc_id}),
    ("archive", {"notice": draft_of_text(DECISION).doc_id}),
    ("archive", {"notice": draft_of_text(YANHU).doc_id}),
    ("evaluate", {"view": "judge"}),
]


@pytest.fixture(scope="module")
def keys(guarded: Path) -> Mapping[str, str]:
    return {
        role: make_key(guarded, name=f"{role}的密钥", roles=(role,)).token for role in ("reader", "editor", "admin")
    }  # type: ignore[arg-type]


def visited(
    directory: Path, patch: pytest.MonkeyPatch, page: str, address: Mapping[str, str], key: str | None
) -> AppTest:
    patch.setenv("TIAOWEN_INDEX", str(directory))
    app = AppTest.from_function(_page, default_timeout=120, kwargs={"name": page})
    for name, value in address.items():
        app.query_params[name] = value
    if key:
        app.session_state["key signed in with"] = key
    return app.run()


def everything(app: AppTest) -> str:
    """All that the browser is sent."""
    assert not app.exception
    found = []
    blocks = list(app._tree.children.values())
    while blocks:
        node = blocks.pop()
        blocks += list(getattr(node, "children", {}).values())
        if (proto := getattr(node, "proto", None)) is not None:
            found.append(str(proto.SerializeToString(), "utf-8", "replace"))
    return "\n".join(found)


def test_no_page_sends_a_reader_a_word_of_what_an_admin_has_just_seen(
    guarded: Path, keys: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One process, one cache: the admin's pages are drawn first."""
    admin = "".join(everything(visited(guarded, monkeypatch, *page, keys["admin"])) for page in PAGES)
    assert [word for word in TELLTALE if word not in admin] == []
    for role, pages in (("reader", PAGES), ("editor", PAGES[-8:])):
        for page, address in pages:
            shown = everything(visited(guarded, monkeypatch, page, address, keys[role]))
            assert [word for word in TELLTALE if word in shown] == [], (role, page, address)


def test_whoever_has_not_shown_who_they_are_is_shown_nothing(guarded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for page, address in (PAGES[1], PAGES[-2]):
        for key in (None, "tw_00000000_" + "A" * 43):
            shown = everything(visited(guarded, monkeypatch, page, address, key))
            assert [word for word in (*TELLTALE, "社区食堂", "夜市", "市民政局") if word in shown] == []
    assert visited(guarded, monkeypatch, "ask", {}, None).text_input(key="key given").label == "密钥"


def test_a_page_and_buttons_that_a_role_may_not_use_are_not_there(
    guarded: Path, keys: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluate = everything(visited(guarded, monkeypatch, "evaluate", {}, keys["editor"]))
    assert "没有这一页的权限" in evaluate
    notice = {"notice": draft_of_text(YANHU).doc_id}
    for role, there in (("reader", False), ("editor", True)):
        keys_shown = {button.key for button in visited(guarded, monkeypatch, "archive", notice, keys[role]).button}
        assert ("correct header" in keys_shown) is there
    for role, there in (("reader", False), ("editor", True)):
        build_page = visited(guarded, monkeypatch, "archive", {"view": "build"}, keys[role])
        assert ("build" in {button.key for button in build_page.button}) is there


def test_a_revoked_key_shows_nothing_from_the_next_click_on(guarded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from indexer.access.keys import revoke_key

    made = make_key(guarded, name="一时", roles=("admin",))
    app = visited(guarded, monkeypatch, "ask", {"q": QUESTIONS[0]}, made.token)
    assert "社区食堂" in everything(app)
    revoke_key(guarded, made.key.key_id)
    assert [word for word in TELLTALE if word in everything(app.run())] == []


def test_questions_and_notices_read_in_the_app_are_in_the_audit(
    guarded: Path, keys: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = len(list(chain_of(guarded).events()))
    app = visited(guarded, monkeypatch, "ask", {"q": QUESTIONS[1]}, keys["reader"])
    app.run()  # nothing new is asked
    visited(guarded, monkeypatch, "archive", {"notice": draft_of_text(YANHU).doc_id}, keys["reader"])
    asked, read = list(chain_of(guarded).events())[before:]
    assert (asked.who, asked.deed, asked.question, asked.via) == ("reader的密钥", "asked", QUESTIONS[1], "app")
    assert asked.n_shown == len(asked.shown) > 0
    assert (read.deed, read.shown) == ("read", (draft_of_text(YANHU).doc_id,))
    assert chain_of(guarded).check().broken == ()


def test_nothing_is_answered_where_it_cannot_be_written_down(
    guarded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(guarded, tmp_path / "index")
    shutil.rmtree(tmp_path / "index" / "audit", ignore_errors=True)
    (tmp_path / "index" / "audit").write_bytes(b"")  # no folder can be made there
    made = make_key(tmp_path / "index", name="a", roles=("reader",))
    shown = everything(visited(tmp_path / "index", monkeypatch, "ask", {"q": QUESTIONS[0]}, made.token))
    assert "cannot be written down" in shown
    assert "晚间照护" not in shown


def test_the_fixture_hides_what_it_says() -> None:
    assert all(any(word in text for text in (*HIDDEN.values(), "灯笼街名单.txt")) for word in TELLTALE)
