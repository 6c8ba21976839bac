"""What every index does alike, wherever it is kept: in a folder, in milvus-lite, on a Milvus server."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from indexer.build import BuildReport, build, rebuild
from indexer.corrections import correct, list_corrections
from indexer.errors import IndexMismatch, IndexMissing, UsageError
from indexer.index import Index, milvus_index, open_index
from indexer.index.live_archive import live_archive
from indexer.index.opening import live_generation
from indexer.records import Filters, Notice, Query
from indexer.search import ask, search
from tests.hash_encoder import HashEncoder
from tests.milvus_server import milvus_server
from tests.restricted_fixture import without_hidden, write_hidden
from tests.search_corpus import LANCHUAN, YANHU, YUNZE, write_corpus
from tests.search_fixture import built

ROOT = Path(__file__).resolve().parent.parent
KINDS = ["folder", "milvus-lite", "milvus"]
ENCODER = HashEncoder(dim=256)

# A group with its members, a repeal of another notice, a name with quotation marks and a backslash.
GROUP = """\
云泽市人民政府办公室关于印发云泽市"无废\\城市"建设工作方案的通知
云泽政办发〔2022〕40号
各县(市、区)人民政府,市政府各部门:
为推进"无废\\城市"建设,制定本方案。
一、工作任务
1.推进垃圾分类。到2023年底,生活垃圾分类覆盖率达到98%。
责任单位:工作专班成员单位
2.回收再生资源。建设回收站点60个。
责任单位:市商务局、市供销社
二、工作专班
工作专班成员单位：市生态环境局、市综合执法局、市商务局。
三、附则
《2021年度云泽市养老服务工作要点及责任分解》(云泽政办发〔2021〕18号)同时废止。
云泽市人民政府办公室
2022年6月2日
"""

QUESTIONS = [
    "谁负责培训养老护理人员?",
    "工业设计领军人才补助多少钱?",
    "砚湖区夜市街区由哪个部门牵头?",
    "社区食堂",
    "市商务局负责哪些工作?",
    "垃圾分类覆盖率目标是多少",
    "云泽市2021年养老床位",
]

FILTERS = [
    Filters(places=("云泽",)),
    Filters(places=("砚湖区", "澜川市")),
    Filters(places=("云泽县",)),
    Filters(years=(2016, 2021)),
    Filters(levels=("district",)),
    Filters(units=("市商务局",)),
    Filters(units=('没有"这样\\的单位',)),
    Filters(kinds=("通知",)),
    Filters(kinds=("意见", "通知"), years=(2022, 2030)),
    Filters(places=("云泽",), units=("市民政局", "区民政局")),
]


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a Milvus server."""
    with milvus_server(tmp_path_factory.mktemp("server")) as found:
        yield found


NAMES = itertools.count()


def address_of(kind: str, folder: Path, port: int) -> str:
    """Where an index of the kind is; nobody else is there."""
    if kind == "folder":
        return str(folder / "index")
    return (
        f"milvus-lite:{folder / 'lite'}"
        if kind == "milvus-lite"
        else f"milvus://127.0.0.1:{port}/notices_{next(NAMES)}"
    )


@pytest.fixture(autouse=True)
def _edits_of_servers_stay_in_the_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def write_notices(folder: Path) -> Path:
    """Four notices, one of them on two pages, and a file that holds none."""
    write_corpus(folder)
    (folder / "无废2022.txt").write_text(GROUP, encoding="utf-8")
    (folder / "转载.txt").write_text("来源:云泽在线\n" + LANCHUAN + "扫一扫在手机打开当前页\n", encoding="utf-8")
    (folder / "空.txt").write_bytes(b"")
    return folder


@pytest.fixture(scope="module")
def notices(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_notices(tmp_path_factory.mktemp("notices"))


@pytest.fixture(scope="module")
def local(notices: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """The index in a folder, to which the others are compared."""
    with built(notices, tmp_path_factory.mktemp("local"), ENCODER) as found:
        yield found


@pytest.fixture(scope="module", params=[*KINDS, *(f"{kind}, in part" for kind in KINDS)])
def index(
    request: pytest.FixtureRequest, notices: Path, tmp_path_factory: pytest.TempPathFactory, port: int
) -> Iterator[Index]:
    """An index over the notices, or over more notices, of which these may be seen; nobody writes to it."""
    folder = tmp_path_factory.mktemp("kept")
    kind, _, part = request.param.partition(", ")
    address = address_of(kind, folder, port)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_DATA_HOME", str(folder / "data"))
        hidden = write_hidden(folder / "hidden")
        build([notices, *([hidden] if part else [])], address, encoder=ENCODER)
        with open_index(address, ENCODER) as opened:
            yield without_hidden(opened, hidden)


@pytest.fixture(params=["folder", "milvus-lite"])
def address(request: pytest.FixtureRequest, tmp_path: Path, port: int) -> str:
    """Where nothing is yet; a kind may be asked for. A server is what milvus-lite is, seen from elsewhere."""
    return address_of(request.param, tmp_path, port)


def make(folder: Path, address: str, encoder: HashEncoder = ENCODER) -> BuildReport:
    return build([folder], address, encoder=encoder)


def whole(index: Index) -> list[Notice]:
    """Every notice with body and clauses."""
    return [index.notice(head.doc_id) for head in index.notices()]


def contents_of(address: str) -> tuple[object, ...]:
    """All that an index says."""
    with open_index(address, ENCODER) as index:
        return (
            whole(index), index.files(), index.skipped(), index.duplicates(), index.links(), index.headings(),
            index.manifest.corpus_sha256, index.lexical("养老 夜市 商务", 50), index.dense("养老服务", 50),
            index.frequencies("养老服务补贴"),
        )  # fmt: skip


# --- reading -------------------------------------------------------------------------------------


def test_notices_clauses_and_units_come_back_as_they_were_parsed(index: Index, local: Index) -> None:
    assert whole(index) == whole(local)
    assert index.notices() == local.notices()
    assert all(not head.body and not head.clauses for head in index.notices())
    for notice in whole(index):
        assert [index.clause(clause.clause_id) for clause in notice.clauses] == list(notice.clauses)
        assert all(notice.body[clause.start : clause.end] == clause.text for clause in notice.clauses)


def test_clauses_come_in_the_order_asked_for_and_as_often(index: Index) -> None:
    ids = [clause.clause_id for notice in whole(index) for clause in notice.clauses]
    asked = [ids[3], ids[0], ids[3]]
    assert [clause.clause_id for clause in index.clauses(asked)] == asked
    assert index.clauses([]) == []
    assert index.wordings(ids) == [(clause.text, bool(clause.units)) for clause in index.clauses(ids)]
    assert index.wordings(asked) == [index.wordings(ids)[n] for n in (3, 0, 3)]
    assert index.wordings([]) == []
    with pytest.raises(UsageError, match="none:1: no such clause"):
        index.wordings([ids[0], "none:1"])


@pytest.mark.parametrize("read", [lambda i: i.clause("no:1"), lambda i: i.notice("no"), lambda i: i.page_content("no")])
def test_what_is_not_in_the_archive_is_named_in_one_line(index: Index, read: Callable[[Index], object]) -> None:
    with pytest.raises(UsageError, match="no such") as caught:
        read(index)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "read",
    [
        lambda i: i.files(), lambda i: i.skipped(), lambda i: i.duplicates(), lambda i: i.links(), lambda i: i.contents(),
        lambda i: i.unit_names(), lambda i: i.member_names(), lambda i: i.places(), lambda i: i.years(),
        lambda i: i.kinds(), lambda i: i.headings(), lambda i: list(i.pages()),
        lambda i: [i.page_content(source.path) for source, _, _ in i.files()],
        lambda i: [i.sources(head.doc_id) for head in i.notices()],
        lambda i: [i.links_of(head.doc_id) for head in i.notices()],
        lambda i: [i.lies_in(head.place, name) for head in i.notices() for name in ("云泽", "砚湖", "江澜省")],
        lambda i: (i.manifest.corpus_sha256, i.manifest.n_notices, i.manifest.n_clauses, i.manifest.dim),
    ],
)  # fmt: skip
def test_lists_are_those_of_the_index_in_a_folder(index: Index, local: Index, read: Callable[[Index], object]) -> None:
    found = read(index)
    assert found
    assert found == read(local)


def test_places_years_and_kinds_are_listed_once_and_sorted(index: Index) -> None:
    assert index.places() == ["云泽市", "云泽市砚湖区", "澜川市"]
    assert index.years() == [2016, 2021, 2022, 2023]
    assert index.kinds() == ["意见", "通知"]


def test_clauses_are_found_by_their_units_and_by_members_of_groups(index: Index) -> None:
    found = index.clauses_of_units(["市商务局", "区民政局"])
    assert found
    assert all({"市商务局", "区民政局"} & {unit.name for unit in clause.units} for clause in found)
    every = [clause for notice in whole(index) for clause in notice.clauses]
    assert len(found) == sum(bool({"市商务局", "区民政局"} & {unit.name for unit in clause.units}) for clause in every)
    assert found == sorted(found, key=lambda clause: (clause.doc_id, clause.start))
    members = index.clauses_of_members(["市生态环境局"])
    assert [clause.text[:6] for clause in members] == ["推进垃圾分类"]
    inside = index.allowed(Filters(years=(2021, 2021)))
    assert {clause.doc_id for clause in index.clauses_of_units(["市商务局"], allowed=inside)} == {
        head.doc_id for head in index.notices() if head.year == 2021
    }
    assert index.clauses_of_members(["市生态环境局"], allowed=inside) == []
    assert index.clauses_of_units([]) == index.clauses_of_units(["没有这个局"]) == []


# --- filters -------------------------------------------------------------------------------------


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_a_filter_lets_the_same_clauses_through(index: Index, local: Index, filters: Filters) -> None:
    ids = [clause.clause_id for notice in whole(local) for clause in notice.clauses]
    inside, expected = index.allowed(filters), local.allowed(filters)
    assert inside is not None
    assert expected is not None
    passing = expected.among(ids)
    assert inside.among(ids) == index.passing(ids, filters) == passing
    assert len(inside) == len(passing)
    assert index.doc_ids(filters) == {clause_id.partition(":")[0] for clause_id in passing}
    for leg in (index.lexical, index.dense):
        found = {clause_id for clause_id, _ in leg("市商务局养老夜市设计通知", 50, allowed=inside)}
        assert found <= passing
    assert len(index.dense("养老服务", 50, allowed=inside)) == len(passing)


def test_no_filter_restricts_nothing(index: Index) -> None:
    assert index.allowed(Filters()) is None
    assert index.passing(["a:1"], Filters()) == {"a:1"}
    assert len(index.doc_ids(Filters())) == index.manifest.n_notices


def test_two_scopes_together_hold_the_clauses_of_either(index: Index) -> None:
    ids = [clause.clause_id for notice in whole(index) for clause in notice.clauses]
    one, other = index.allowed(Filters(years=(2016, 2016))), index.allowed(Filters(units=("市商务局",)))
    assert one is not None
    assert other is not None
    both = one | other
    assert both.among(ids) == one.among(ids) | other.among(ids)
    assert len(both) == len(both.among(ids)) > max(len(one), len(other))


# --- searching -----------------------------------------------------------------------------------


@pytest.mark.parametrize("weights", [None, {"text": 1.0}, {"title": 0.5, "headings": 0.5, "text": 1.0, "units": 0.5}])
def test_the_legs_rank_and_score_as_those_of_the_folder(
    index: Index, local: Index, weights: dict[str, float] | None
) -> None:
    for question in QUESTIONS:
        for found, expected in (
            (index.lexical(question, 50, weights=weights), local.lexical(question, 50, weights=weights)),
            (index.lexical(question, 3, weights=weights), local.lexical(question, 3, weights=weights)),
            (index.dense(question, 50), local.dense(question, 50)),
            (index.dense(question, 4), local.dense(question, 4)),
        ):
            # Sums of float32 depend on the order of what is added up.
            assert found == [(clause_id, pytest.approx(score, abs=2e-6)) for clause_id, score in expected]
        assert index.frequencies(question) == local.frequencies(question)


def test_questions_are_answered_alike(index: Index, local: Index) -> None:
    for question in QUESTIONS:
        found, expected = search(index, Query(question)), search(local, Query(question))
        assert [hit.clause_id for hit in found] == [hit.clause_id for hit in expected]
        assert [hit.score for hit in found] == [pytest.approx(hit.score, abs=1e-5) for hit in expected]
        answered, due = ask(index, Query(question)), ask(local, Query(question))
        assert (answered.kind, answered.abstained, answered.units, answered.statements) == (
            due.kind, due.abstained, due.units, due.statements,
        )  # fmt: skip


def test_nothing_is_near_to_nothing(index: Index) -> None:
    assert index.dense("x", 5) == index.dense("养老", 0) == []
    assert index.lexical("", 5) == index.lexical("zzzz", 5) == index.lexical("养老", 0) == []
    assert set(index.frequencies("龘龘").values()) == {0}
    with pytest.raises(UsageError, match="no such field"):
        index.lexical("养老", 5, weights={"body": 1.0})


def test_many_ask_at_once(index: Index) -> None:
    expected = [search(index, Query(question)) for question in QUESTIONS]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda question: search(index, Query(question)), QUESTIONS * 3)) == expected * 3


# --- building ------------------------------------------------------------------------------------


def test_there_is_nothing_before_the_first_build(address: str) -> None:
    with pytest.raises(IndexMissing, match="build one: `python -m indexer build FOLDER --index ") as caught:
        open_index(address, ENCODER)
    assert "\n" not in str(caught.value)


def test_a_build_after_a_change_gives_what_a_build_from_nothing_gives(address: str, tmp_path: Path) -> None:
    folder = write_notices(tmp_path / "notices")
    make(folder, address)
    before = live_generation(address)
    counted = HashEncoder(dim=256)
    assert make(folder, address, counted).unchanged
    assert live_generation(address) == before
    (folder / "云泽2021.txt").write_text(YUNZE.replace("900人次", "950人次"), encoding="utf-8")
    (folder / "砚湖2023.txt").unlink()
    (folder / "空.txt").unlink()
    (folder / "新.txt").write_text(YANHU.replace("夜间", "周末").replace("7号", "9号"), encoding="utf-8")
    report = make(folder, address, counted)
    assert not report.unchanged
    assert report.parsed == 2
    assert live_generation(address) != before
    fresh = str(tmp_path / "fresh")
    from_nothing = make(folder, fresh)
    assert contents_of(address) == contents_of(fresh)
    assert (report.n_notices, report.n_clauses) == (from_nothing.n_notices, from_nothing.n_clauses)
    # Only what is new was encoded, and what stayed kept its vectors.
    assert 0 < counted.calls < ENCODER_CALLS_OF_ALL
    assert report.encoded + report.reused == report.n_clauses
    assert report.reused > report.encoded


ENCODER_CALLS_OF_ALL = (
    40  # texts of all four notices; one for a clause and one more for each of its groups of sentences
)


def test_what_is_removed_is_gone_from_everywhere(address: str, tmp_path: Path) -> None:
    folder = write_notices(tmp_path / "notices")
    make(folder, address)
    (folder / "砚湖2023.txt").unlink()
    make(folder, address)
    with open_index(address, ENCODER) as index:
        assert {head.year for head in index.notices()} == {2016, 2021, 2022}
        assert "区商务局" not in index.unit_names()
        assert index.frequencies("夜市")["夜市"] == 0
        assert index.lexical("夜市", 5) == []
        assert index.allowed(Filters(places=("砚湖",))) is not None
        assert len(index.doc_ids(Filters(places=("砚湖",)))) == 0
        assert not any("砚湖" in source.path for source, _, _ in index.files())
    make(folder, address)


def test_another_encoder_makes_everything_anew_and_the_old_one_is_refused(address: str, tmp_path: Path) -> None:
    folder = write_notices(tmp_path / "notices")
    make(folder, address)
    other = HashEncoder(salt="2", dim=32)
    report = make(folder, address, other)
    assert (report.parsed, report.encoded, report.reused) == (0, report.n_clauses, 0)
    with open_index(address, other) as index:
        assert index.manifest.dim == 32
        assert index.dense("养老服务", 3)
        assert len(whole(index)) == 4
    with pytest.raises(IndexMismatch, match="build the index again") as caught:
        open_index(address, ENCODER)
    assert "\n" not in str(caught.value)


def test_corrections_by_hand_are_applied_and_listed(address: str, tmp_path: Path) -> None:
    folder = write_notices(tmp_path / "notices")
    make(folder, address)
    with open_index(address, ENCODER) as index:
        doc_id = next(head.doc_id for head in index.notices() if head.year == 2016)
        correct(index, doc_id, field="level", after="province", by="李敏")
        assert index.corrections_of(doc_id) == []
    assert [each.state for each in list_corrections(address)] == ["waiting"]
    report = rebuild(address, encoder=ENCODER)
    assert (report.encoded, [each.state for each in report.corrections]) == (0, ["applied"])
    with open_index(address, ENCODER) as index:
        assert index.notice(doc_id).level == "province"
        assert [(each.field, each.before, each.after) for each in index.corrections_of(doc_id)] == [
            ("level", "city", "province")
        ]
        assert index.doc_ids(Filters(levels=("province",))) == {doc_id}
    assert [each.state for each in list_corrections(address)] == ["applied"]


def test_long_texts_and_odd_characters_come_back_whole(address: str, tmp_path: Path) -> None:
    folder = tmp_path / "notices"
    write_corpus(folder)
    long = "养老服务设施建设'\"\\%_😀" * 4000
    (folder / "长.txt").write_text(YUNZE.replace("定期通报进展情况", long), encoding="utf-8")
    make(folder, address)
    with open_index(address, ENCODER) as index:
        notice = next(notice for notice in whole(index) if len(notice.body) > 50_000)
        clause = max(notice.clauses, key=lambda clause: len(clause.text))
        assert len(clause.text) > 40_000
        assert notice.body[clause.start : clause.end] == clause.text == index.clause(clause.clause_id).text


def test_an_index_that_was_closed_says_so(address: str, tmp_path: Path) -> None:
    make(write_corpus(tmp_path / "notices"), address)
    index = open_index(address, ENCODER)
    clause_id = index.lexical("养老", 1)[0][0]
    index.close()
    with pytest.raises(UsageError, match="closed"):
        index.clauses([clause_id])


KILLED = """
import os, signal, sys
from indexer.build import build
from tests.hash_encoder import HashEncoder
folder, address, stage, at = sys.argv[1:]
def progress(name, done, total):
    if name == stage and done >= min(int(at), total):
        os.kill(os.getpid(), signal.SIGKILL)
build([folder], address, encoder=HashEncoder(dim=256), progress=progress)
"""


@pytest.mark.parametrize(
    ("address", "stage", "at"),
    [
        ("milvus-lite", "vectors", 1),
        ("milvus", "vectors", 1),
        ("milvus", "publish", 0),
        ("milvus", "publish", 1),
    ],
    indirect=["address"],
)
def test_a_killed_build_leaves_the_old_index_answering_and_the_next_one_succeeds(
    address: str, tmp_path: Path, stage: str, at: int
) -> None:
    folder = write_notices(tmp_path / "notices")
    make(folder, address)
    before, generation = contents_of(address), live_generation(address)
    (folder / "澜川2016.txt").write_text(LANCHUAN.replace("50万元", "60万元"), encoding="utf-8")
    (folder / "砚湖2023.txt").unlink()
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder), address, stage, str(at)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    if (stage, at) != ("publish", 1):  # by then it is live
        assert live_generation(address) == generation
        assert contents_of(address) == before
    make(folder, address)
    fresh = str(tmp_path / "fresh")
    make(folder, fresh)
    assert contents_of(address) == contents_of(fresh)


def test_what_did_not_change_goes_on_being_found_while_a_build_goes_live(address: str, tmp_path: Path) -> None:
    folder = write_notices(tmp_path / "notices")
    make(folder, address)
    with open_index(address, ENCODER) as index:
        question, expected = Query("工业设计领军人才补助多少钱?"), "安家补助"
        stop, seen, failed = threading.Event(), [], []

        def go_on_asking() -> None:
            while not stop.is_set():
                try:
                    seen.append(search(index, question)[0].clause_id)
                except Exception as error:  # whatever it is, it is the test's to show
                    failed.append(error)

        thread = threading.Thread(target=go_on_asking)
        thread.start()
        (folder / "砚湖2023.txt").unlink()
        make(folder, address)
        stop.set()
        thread.join()
        assert failed == []
        assert len(set(seen)) == 1
        assert expected in index.clause(seen[0]).text


@pytest.mark.parametrize("address", KINDS, indirect=True)
def test_two_builds_at_once_are_refused(address: str, tmp_path: Path) -> None:
    folder = write_notices(tmp_path / "notices")
    make(folder, address)
    (folder / "砚湖2023.txt").unlink()
    refused = []

    def second(stage: str, done: int, total: int) -> None:
        if not refused:
            with pytest.raises(UsageError, match="another build is writing") as caught:
                make(folder, address)
            refused.append(str(caught.value))

    assert build([folder], address, encoder=ENCODER, progress=second).n_notices == 3
    assert "\n" not in refused[0]


def test_a_generation_stays_readable_for_one_build_more_and_then_says_that_it_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(milvus_index, "CHECK_SECONDS", 0.0)
    address = address_of("milvus-lite", tmp_path, 0)
    folder = write_notices(tmp_path / "notices")
    make(folder, address)
    with open_index(address, ENCODER) as index:
        expected = whole(index), search(index, Query("夜市街区由谁牵头?"))
        (folder / "砚湖2023.txt").unlink()
        make(folder, address)
        assert (whole(index), search(index, Query("夜市街区由谁牵头?"))) == expected
        (folder / "澜川2016.txt").unlink()
        make(folder, address)
        with pytest.raises(IndexMissing, match="open it again"):
            search(index, Query("夜市街区由谁牵头?"))
    with open_index(address, ENCODER) as index:  # another set of collections leaves the old one for a build as well
        expected = whole(index), search(index, Query("养老床位"))
        make(folder, address, HashEncoder(salt="2"))
        assert (whole(index), search(index, Query("养老床位"))) == expected


def test_the_archive_tells_under_which_id_another_page_of_a_notice_is_kept(address: str, tmp_path: Path) -> None:
    make(write_notices(tmp_path / "notices"), address)
    with live_archive(address) as archive:
        assert archive is not None
        texts = {page.path: page.text_id for page in archive.pages()}
        kept = {source.path: doc_id for source, doc_id, _ in archive.all_sources()}
        assert len(set(texts.values())) > len(set(kept.values()))
        assert {path: archive.kept_instead(text_id) for path, text_id in texts.items()} == kept
        assert archive.kept_instead("no") is None
