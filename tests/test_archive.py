"""The archive gives back what was put in, whole, and its filters pass exactly what they say."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from indexer.errors import IndexDamaged, UnreadableNotice, UsageError
from indexer.index.archive import Archive
from indexer.index.archive_writer import ArchiveWriter
from indexer.index.passage import passage, passage_sha256
from indexer.index.place_names import is_at
from indexer.index.rows import StoredPage
from indexer.records import (
    LEVELS,
    ROLES,
    Cite,
    Clause,
    Column,
    Deadline,
    Filters,
    Link,
    Notice,
    Place,
    Quantity,
    Repeal,
    Source,
    Target,
    UnitMention,
)
from tests.thoroughness import few_or_many
from tests.written_notices import ELDERLY, HOUSING, LOGISTICS, WRITTEN, notice, rows_of, unit


def write(path: Path, *notices: Notice) -> Archive:
    """An archive of the notices."""
    with ArchiveWriter(path) as writer:
        for written in notices:
            writer.add(written)
        writer.finish()
    return Archive(path)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An archive of the three written notices."""
    opened = write(tmp_path / "archive.sqlite", *WRITTEN)
    yield opened
    opened.close()


# --- round trip --------------------------------------------------------------------------------

TEXT = st.text(max_size=12)
MAYBE = st.none() | TEXT
COUNT = st.integers(min_value=0, max_value=2**40)
DATES = st.none() | st.dates().map(lambda date: date.isoformat())
VALUES = st.floats(allow_nan=False, allow_infinity=False)


def tuples(values: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    """Up to three of the values."""
    return st.lists(values, max_size=3).map(tuple)


UNITS = st.builds(
    UnitMention, TEXT, TEXT, st.sampled_from(ROLES), st.booleans(), COUNT, COUNT, TEXT, tuples(TEXT), st.booleans()
)
DEADLINES = st.builds(
    Deadline, TEXT, COUNT, COUNT, st.sampled_from(["date", "period"]), DATES, DATES, st.booleans(), TEXT
)
QUANTITIES = st.builds(Quantity, VALUES, st.none() | VALUES, TEXT, st.sampled_from(["at_least", "exactly"]))
TARGETS = st.builds(Target, TEXT, COUNT, COUNT, tuples(QUANTITIES), TEXT)
REPEALS = st.builds(Repeal, TEXT, MAYBE, st.sampled_from(["repeals", "replaces"]))


@st.composite
def notices(draw: st.DrawFn) -> Notice:
    """Any notice at all, with clause ids that begin with its own id."""
    doc_id = draw(st.text(alphabet="0123456789abcdef", min_size=12, max_size=12))
    numbers = draw(st.lists(st.from_regex(r"[0-9]{1,2}(\.[0-9]{1,2})?", fullmatch=True), max_size=3, unique=True))
    clauses = tuple(
        draw(
            st.builds(
                Clause,
                clause_id=st.just(f"{doc_id}:{number}"),
                doc_id=st.just(doc_id),
                number=TEXT,
                headings=tuples(TEXT),
                text=TEXT,
                start=COUNT,
                end=COUNT,
                units=tuples(UNITS),
                persons=tuples(TEXT),
                deadline=st.none() | DEADLINES,
                targets=tuples(TARGETS),
                columns=tuples(st.builds(Column, TEXT, COUNT, COUNT)),
            )
        )
        for number in numbers
    )
    return draw(
        st.builds(
            Notice,
            doc_id=st.just(doc_id),
            title=TEXT,
            kind=MAYBE,
            issuers=tuples(TEXT),
            doc_number=MAYBE,
            index_number=MAYBE,
            addressees=tuples(TEXT),
            issued_on=DATES,
            published_on=DATES,
            place=st.builds(Place, MAYBE, MAYBE, MAYBE),
            level=st.none() | st.sampled_from(LEVELS),
            cites=tuples(st.builds(Cite, TEXT, MAYBE)),
            attachments=tuples(TEXT),
            body=TEXT,
            clauses=st.just(clauses),
            warnings=tuples(TEXT),
            source=st.builds(Source, TEXT, MAYBE, TEXT, TEXT, MAYBE),
            disclosure=MAYBE,
            repeals=tuples(REPEALS),
        )
    )


@settings(max_examples=few_or_many(30, 60))
@given(notices())
def test_any_notice_comes_back_equal_and_is_copied_equal(written: Notice) -> None:
    with TemporaryDirectory() as folder:
        first = write(Path(folder, "first"), written)
        assert first.notice(written.doc_id) == written
        assert first.notices() == [replace(written, body="", clauses=())]
        assert first.clauses([clause.clause_id for clause in written.clauses]) == list(written.clauses)
        first.close()
        with ArchiveWriter(Path(folder, "second"), previous=Path(folder, "first")) as writer:
            writer.copy([written.doc_id])
            writer.add_source(written.source, written.doc_id, kept=True)
            writer.finish()
        second = Archive(Path(folder, "second"))
        assert second.notice(written.doc_id) == written
        second.close()


def test_the_corpus_hash_does_not_depend_on_order_or_place_of_files_but_on_every_field(tmp_path: Path) -> None:
    def corpus(name: str, *written: Notice) -> str:
        with ArchiveWriter(tmp_path / name) as writer:
            for one in written:
                writer.add(one)
            return writer.finish()

    same = corpus("a", *WRITTEN)
    moved = replace(ELDERLY, source=replace(ELDERLY.source, path="elsewhere.txt"))
    assert corpus("b", HOUSING, moved, LOGISTICS) == same
    assert corpus("c", HOUSING, LOGISTICS) != same
    assert corpus("d", HOUSING, LOGISTICS, replace(ELDERLY, kind=None)) != same
    other_role = replace(ELDERLY.clauses[1], units=(unit("市民政局", "support"),))
    changed = replace(ELDERLY, clauses=(ELDERLY.clauses[0], other_role, ELDERLY.clauses[2]))
    assert corpus("e", HOUSING, LOGISTICS, changed) != same


def test_rows_count_clauses_in_the_order_of_their_ids(archive: Archive) -> None:
    ids = sorted(clause.clause_id for written in WRITTEN for clause in written.clauses)
    assert archive.clause_ids(range(len(ids))) == ids
    assert archive.clause_ids([2, 0]) == [ids[2], ids[0]]
    batches = list(archive.indexed.all(size=2))
    assert [len(batch) for batch in batches] == [2, 2, 2, 1]
    indexed = [clause for batch in batches for clause in batch]
    assert [clause.row for clause in indexed] == list(range(7))
    lead = next(clause for clause in indexed if clause.text == LOGISTICS.clauses[0].text)
    assert lead.units == ("区发改局", "区发展改革局")
    assert lead.place == "江澜省云泽市砚湖区"
    assert lead.passage_sha256 == passage_sha256(passage(LOGISTICS, LOGISTICS.clauses[0]))
    assert archive.rows_of_passages({lead.passage_sha256, "none"}) == {lead.passage_sha256: lead.row}
    assert archive.passages(np.array([lead.row])) == {lead.passage_sha256}


def test_clauses_come_in_the_order_asked_for_and_an_unknown_id_is_an_error(archive: Archive) -> None:
    asked = [LOGISTICS.clauses[1].clause_id, ELDERLY.clauses[0].clause_id, LOGISTICS.clauses[1].clause_id]
    assert [clause.clause_id for clause in archive.clauses(asked)] == asked
    assert archive.clauses([]) == []
    with pytest.raises(UsageError, match="no such clause"):
        archive.clauses(["000000000000:1"])
    with pytest.raises(UsageError, match="no such notice"):
        archive.notice("000000000000")


def test_a_passage_is_title_headings_and_text_without_empty_parts() -> None:
    clause = ELDERLY.clauses[1]
    assert (
        passage(ELDERLY, clause)
        == "云泽市养老服务提升行动方案\n一、主要任务\n（一）养老服务队伍\n每个街道建成一家区域养老服务中心。"
    )
    assert passage(replace(ELDERLY, title=""), replace(clause, headings=())) == clause.text


@pytest.mark.parametrize("clause_id", ["ffffffffffff:1", f"{ELDERLY.doc_id}:1"])
def test_a_notice_with_foreign_or_repeated_clause_ids_is_refused(tmp_path: Path, clause_id: str) -> None:
    wrong = replace(ELDERLY, clauses=(ELDERLY.clauses[0], replace(ELDERLY.clauses[1], clause_id=clause_id)))
    with ArchiveWriter(tmp_path / "archive.sqlite") as writer:
        with pytest.raises(UnreadableNotice, match="clause id"):
            writer.add(wrong)
        writer.add(ELDERLY)  # nothing of the refused notice was stored
        writer.finish()


# --- filters -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filters", "passing"),
    [
        (Filters(places=("云泽市",)), (ELDERLY, LOGISTICS)),
        (Filters(places=("砚湖",)), (LOGISTICS,)),
        (Filters(places=("枫林县", "砚湖区")), (HOUSING, LOGISTICS)),
        (Filters(places=("不存在",)), ()),
        (Filters(years=(2023, 2023)), (ELDERLY,)),
        (Filters(years=(2021, 2023)), (ELDERLY, LOGISTICS)),
        (Filters(years=(1900, 2100)), (ELDERLY, LOGISTICS)),  # HOUSING has no date
        (Filters(levels=("district", "county")), (LOGISTICS, HOUSING)),
        (Filters(kinds=("通知", "细则")), (ELDERLY, HOUSING)),
        (Filters(doc_ids=(HOUSING.doc_id, "000000000000")), (HOUSING,)),
        (Filters(places=("云泽",), levels=("district",), years=(2020, 2022), kinds=("办法",)), (LOGISTICS,)),
        (Filters(places=("云泽",), levels=("county",)), ()),
    ],
)
def test_filters_on_the_notice_pass_all_its_clauses(
    archive: Archive, filters: Filters, passing: tuple[Notice, ...]
) -> None:
    allowed = archive.allowed(filters)
    assert allowed is not None
    assert allowed.tolist() == rows_of(archive, *passing)


def test_no_filter_restricts_nothing(archive: Archive) -> None:
    assert archive.allowed(Filters()) is None


def test_a_unit_passes_by_its_exact_canonical_name_and_joins_other_filters(archive: Archive) -> None:
    def passing(filters: Filters) -> list[str]:
        rows = archive.allowed(filters)
        assert rows is not None
        return archive.clause_ids(rows.tolist())

    assert passing(Filters(units=("市民政局",))) == [clause.clause_id for clause in ELDERLY.clauses[:2]]
    assert passing(Filters(units=("民政局",))) == []
    assert passing(Filters(units=("区发改局",))) == []  # a surface; the name is 区发展改革局
    both = Filters(units=("市财政局", "县财政局"))
    assert sorted(passing(both)) == sorted([ELDERLY.clauses[0].clause_id, HOUSING.clauses[0].clause_id])
    assert passing(replace(both, places=("枫林",))) == [HOUSING.clauses[0].clause_id]


def test_clauses_of_units_are_in_the_order_of_the_text_and_under_the_filter(archive: Archive) -> None:
    assert archive.clauses_of_units(["市民政局"]) == list(ELDERLY.clauses[:2])
    assert archive.clauses_of_units([]) == []
    allowed = archive.allowed(Filters(places=("枫林",)))
    assert archive.clauses_of_units(["市财政局", "县财政局"], allowed=allowed) == [HOUSING.clauses[0]]


PLACE = ("江澜省", "云泽市", "砚湖区")


@pytest.mark.parametrize(
    "name",
    ["云泽", "云泽市", "江澜", "江澜省云泽市", "江澜云泽", "云泽砚湖区", "砚湖", "江澜省云泽市砚湖区", " 云泽 市 "],
)
def test_a_place_is_found_by_part_of_its_name_with_or_without_suffix(name: str) -> None:
    assert is_at(PLACE, name)


@pytest.mark.parametrize("name", ["云泽县", "砚湖县", "砚湖市", "江澜市", "", "  ", "云泽市南屏区", "省砚湖"])
def test_a_place_is_not_found_by_another_suffix_or_another_part(name: str) -> None:
    assert not is_at(PLACE, name)


def test_a_place_stored_without_suffix_is_found_with_one_and_an_unknown_place_never() -> None:
    assert is_at((None, "云泽", None), "云泽市")
    assert not is_at((None, "云泽", None), "云泽县")
    assert not is_at((None, None, None), "云泽")


# --- what the archive knows --------------------------------------------------------------------


def test_names_are_listed_once_and_sorted(archive: Archive) -> None:
    assert archive.unit_names() == sorted({"市民政局", "市财政局", "区发展改革局", "区财政局", "县财政局"})


def test_all_files_of_a_notice_are_kept_first_the_one_it_was_read_from(tmp_path: Path) -> None:
    other = Source("a/same.html", "https://example.org/1", "ff", "text/html", "2024-01-01")
    with ArchiveWriter(tmp_path / "archive.sqlite") as writer:
        writer.add(ELDERLY)
        writer.add_source(other, ELDERLY.doc_id, kept=False)
        writer.finish()
    archive = Archive(tmp_path / "archive.sqlite")
    assert archive.sources(ELDERLY.doc_id) == [ELDERLY.source, other]
    assert archive.notice(ELDERLY.doc_id).source == ELDERLY.source
    assert archive.n_notices == 1


# --- safety ------------------------------------------------------------------------------------


def test_many_threads_read_at_once_and_get_what_one_gets(archive: Archive) -> None:
    expected = [archive.notice(written.doc_id) for written in WRITTEN]
    wrong: list[object] = []

    def read() -> None:
        for _ in range(30):
            found = [archive.notice(written.doc_id) for written in WRITTEN]
            if found != expected:
                wrong.append(found)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_reading_after_close_says_so(archive: Archive) -> None:
    archive.close()
    with pytest.raises(UsageError, match="closed"):
        archive.notices()


def test_a_file_that_is_no_archive_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "archive.sqlite"
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(IndexDamaged, match=r"archive\.sqlite"):
        Archive(path)


def test_a_filter_of_very_many_values_is_no_error(archive: Archive) -> None:
    many = tuple(f"{number:012x}" for number in range(50_000))
    allowed = archive.allowed(Filters(doc_ids=(*many, ELDERLY.doc_id)))
    assert allowed is not None
    assert len(allowed) == len(ELDERLY.clauses)


def test_a_notice_without_clauses_is_kept(tmp_path: Path) -> None:
    empty = notice("云泽市关于调整办公时间的通知", [])
    archive = write(tmp_path / "archive.sqlite", empty, ELDERLY)
    assert archive.notice(empty.doc_id) == empty
    allowed = archive.allowed(Filters(doc_ids=(empty.doc_id,)))
    assert allowed is not None
    assert allowed.tolist() == []


# --- pages and links ---------------------------------------------------------------------------


def test_links_and_pages_come_back_and_a_removed_notice_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "archive.sqlite"
    links = [
        Link(ELDERLY.doc_id, LOGISTICS.doc_id, "repeals"),
        Link(LOGISTICS.doc_id, ELDERLY.doc_id, "repealed_by"),
    ]
    page = StoredPage("b.txt", "0123456789ab", '{"title":"通知"}', b"\x00sketch")
    with ArchiveWriter(path) as writer:
        for written in (HOUSING, ELDERLY, LOGISTICS):
            writer.add(written)
        writer.remove(HOUSING.doc_id)
        writer.add_page(page, "第一条\n第二条")
        writer.add_page(StoredPage("a.txt", page.text_id, page.facts, page.sketch), "另一页")
        assert writer.content("b.txt") == "第一条\n第二条"
        writer.remove_page("a.txt")
        writer.add_links(links)
        writer.finish()
    archive = Archive(path)
    assert archive.n_notices == archive.n_sources == 2
    assert archive.n_clauses == len(ELDERLY.clauses) + len(LOGISTICS.clauses)
    assert [clause.row for batch in archive.indexed.all() for clause in batch] == list(range(archive.n_clauses))
    assert archive.links_of(ELDERLY.doc_id) == links[:1]
    assert sorted(archive.links(), key=str) == sorted(links, key=str)
    assert archive.links_of(HOUSING.doc_id) == []
    assert list(archive.pages()) == [page]
    archive.close()
    with ArchiveWriter(tmp_path / "next.sqlite", previous=path) as writer:
        writer.copy_pages(["b.txt"])
        assert writer.content("b.txt") == "第一条\n第二条"
