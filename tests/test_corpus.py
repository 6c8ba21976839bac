"""The corpus of our own: files are what the written notices make, and the gold data belongs to them."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from corpus.make import main, outdated
from corpus.making.files import SAMPLES, is_up_to_date, made
from corpus.making.source import DEMONSTRATION, Grid, read_written, written_notices
from eval.gold import Gold, files_of_docs, load_gold, squeeze
from indexer.sources import read

ROOT = Path(__file__).resolve().parent.parent
GOLD = ROOT / "eval" / "gold"
NOTICES = {notice.doc: notice for notice in written_notices()}

# Large places that would creep in first; every place in the corpus is invented.
REAL_PLACES = (
    "北京 上海 天津 重庆 浙江 江苏 广东 山东 福建 四川 杭州 嘉兴 宁波 南京 苏州 深圳 广州 武汉 长三角 珠三角".split()
)


@cache
def gold() -> Gold:
    return load_gold(GOLD)


@cache
def text_of(path: Path) -> str:
    """Everything that the reader gives of a file, as quotes are compared."""
    parts: list[str] = []
    for block in read(path).blocks:
        rows = block.table.rows if block.table is not None else ()
        parts += [block.text, *("".join(cell.text for cell in row if not cell.merged) for row in rows)]
    return squeeze("".join(parts))


def files() -> list[Path]:
    return sorted(path for path in SAMPLES.iterdir() if path.name.startswith("s"))


# --- making ------------------------------------------------------------------------------------


def test_the_sample_files_are_what_the_written_notices_make() -> None:
    assert outdated(list(NOTICES.values())) == []


@pytest.mark.parametrize("doc", ["s15", "s18", "s26", "s39", "s46", "s47"])
def test_making_twice_gives_the_same_bytes(doc: str) -> None:
    assert made(NOTICES[doc]) == made(NOTICES[doc])


@pytest.mark.parametrize("doc", ["s15", "s18", "s22", "s39", "s47"])
def test_a_file_of_other_text_is_out_of_date(doc: str, tmp_path: Path) -> None:
    written = ROOT / "corpus" / "written" / f"{NOTICES[doc].name}.txt"
    changed = tmp_path / written.name
    changed.write_text(
        written.read_text(encoding="utf-8").replace("单位", "部门", 1).replace("2024年", "2029年"), "utf-8"
    )
    assert not is_up_to_date(read_written(changed), (SAMPLES / NOTICES[doc].file_name).read_bytes())


def test_the_command_makes_compares_and_names_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["s48", "s47", "--into", str(tmp_path)]) == 0
    assert main(["s48", "s47", "--into", str(tmp_path), "--check"]) == 0
    (tmp_path / NOTICES["s48"].file_name).write_text("<p>一、</p>", encoding="utf-8")
    capsys.readouterr()
    assert main(["s48", "s47", "--into", str(tmp_path), "--check"]) == 1
    assert capsys.readouterr().out == f"not up to date: {NOTICES['s48'].file_name}\n"
    assert main(["s99"]) == 2


def test_merged_cells_are_read_and_must_be_rectangles(tmp_path: Path) -> None:
    notice = NOTICES["s47"]
    head = (ROOT / "corpus" / "written" / f"{notice.name}.txt").read_text(encoding="utf-8").split("\n---\n")[0]
    path = tmp_path / f"{notice.name}.txt"

    def parts(*rows: str) -> list[Grid]:
        path.write_text("\n".join([head, "---", "{table}", *rows, "{/table}"]), encoding="utf-8")
        return [part for part in read_written(path).parts if isinstance(part, Grid)]

    (grid,) = parts("序号 | 任务 | 单位", r"1 | 建站。\n挂牌。 | 市民政局", "^ | 培训。 | <")
    assert [(cell.text, cell.n_rows, cell.n_columns) for cell in grid.cells if cell.row] == [
        ("1", 2, 1), ("建站。\n挂牌。", 1, 1), ("市民政局", 1, 1), ("培训。", 1, 2),
    ]  # fmt: skip
    with pytest.raises(ValueError, match="no rectangle"):
        parts("序号 | 任务", "1 | <", "^ | 培训。")
    with pytest.raises(ValueError, match="differ in length"):
        parts("序号 | 任务", "1")


# --- what the corpus holds ---------------------------------------------------------------------


def test_ids_are_unique_and_each_written_notice_has_one_file() -> None:
    docs = [path.name.split("_")[0] for path in files()]
    assert [doc for doc, n in Counter(docs).items() if n > 1] == []
    assert len(NOTICES) == len(written_notices())
    assert set(NOTICES) <= set(docs)


def test_every_format_is_there() -> None:
    assert Counter(path.suffix for path in files()).keys() == {".txt", ".html", ".pdf", ".docx", ".xlsx"}


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_every_file_says_that_it_is_invented(path: Path) -> None:
    if path.suffix in (".pdf", ".docx", ".xlsx"):  # in the furniture, which readers leave out
        assert DEMONSTRATION in furniture(path)
    else:
        encoding = "gb18030" if b"gb2312" in path.read_bytes()[:500] else "utf-8"
        assert squeeze(DEMONSTRATION) in squeeze(path.read_text(encoding=encoding))


def furniture(path: Path) -> str:
    """The text at the head and foot of a file's pages."""
    if path.suffix == ".xlsx":
        import openpyxl

        return str(openpyxl.load_workbook(path).active.oddHeader.center.text)
    if path.suffix == ".docx":
        import docx

        return docx.Document(str(path)).sections[0].header.paragraphs[0].text
    import pypdf

    return pypdf.PdfReader(path).pages[-1].extract_text()


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_no_real_place_is_named(path: Path) -> None:
    assert [place for place in REAL_PLACES if place in text_of(path)] == []


def test_the_corpus_is_as_large_as_its_card_says() -> None:
    n_clauses = sum(map(len, gold().clauses.values()))
    assert len(gold().clauses) >= 48
    assert n_clauses >= 1_500
    assert f"{n_clauses:,} judged clauses" in (ROOT / "corpus" / "README.md").read_text(encoding="utf-8")
    assert sum(path.stat().st_size for path in files()) < 3_000_000


def test_the_card_names_every_file() -> None:
    card = (ROOT / "corpus" / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in files() if f"| `{path.name}` |" not in card] == []


# --- gold over it ------------------------------------------------------------------------------


def test_every_written_notice_is_judged_and_every_judged_notice_has_its_file() -> None:
    assert set(NOTICES) - set(gold().clauses) == set()
    assert set(NOTICES) - set(gold().headers) == set()
    assert set(files_of_docs(gold().docs, files())) == set(gold().docs)


@pytest.mark.parametrize("doc", sorted(NOTICES))
def test_quotes_stand_once_in_what_the_reader_gives(doc: str) -> None:
    text = text_of(SAMPLES / NOTICES[doc].file_name)
    clauses = gold().clauses[doc]
    assert [clause.quote for clause in clauses if text.count(squeeze(clause.quote)) != 1] == []
    assert [clause.end_quote for clause in clauses if squeeze(clause.end_quote) not in text] == []


@pytest.mark.parametrize("doc", sorted(NOTICES))
def test_judged_headers_are_what_was_written(doc: str) -> None:
    meta, notice = gold().headers[doc], NOTICES[doc]
    shows_site = notice.format in ("html", "gb18030.html", "txt")
    assert squeeze(str(meta["title"])) == squeeze(notice.title)
    assert (meta["doc_number"] or "") == notice.doc_number
    assert (meta["index_number"] or "") == notice.index_number
    assert (meta["written_date"] or "") == notice.issued_on
    assert (meta["published_date"] or "") == (notice.published_on if shows_site else "")
