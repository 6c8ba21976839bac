"""Files handed in: looked at without keeping anything, admitted and withdrawn with who and when, in every build after."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from indexer.__main__ import main
from indexer.build import build, rebuild
from indexer.errors import SecretNotice, UnreadableNotice, UsageError
from indexer.index import Index
from indexer.sources import find_files, read
from indexer.sources.crawler.provenance import read_provenance, record_path
from indexer.uploads import Staged, admit, admitted, fetch_one, safe_name, stage, withdraw, withdrawn
from tests.fetch_site import Answer, Site, column, notice_path, serving
from tests.hash_encoder import HashEncoder
from tests.search_corpus import LANCHUAN, YANHU
from tests.search_fixture import build_small, open_small

NEW = """\
云泽市民政局关于开展社区助餐服务的通知
云民发〔2024〕3号
各区民政局:
一、布局助餐点。每个社区设助餐点一处以上。(责任单位:市民政局)
二、给予补贴。对助餐点每年补贴3万元。(责任单位:市财政局)
云泽市民政局
2024年2月1日
"""
SAMPLES = Path(__file__).resolve().parent.parent / "corpus" / "samples"


@pytest.fixture
def index(small_archive: Path) -> Iterator[Index]:
    with open_small(small_archive) as found:
        yield found


@pytest.fixture(autouse=True)
def private(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go, so that a test sees what is left there."""
    small_archive = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr(tempfile, "tempdir", str(small_archive))
    return small_archive


# --- looked at ---------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["txt", "html", "docx", "pdf", "xlsx"])
def test_each_format_is_read_as_a_build_reads_it_and_found_again_in_the_index(
    small_archive: Path, index: Index, private: Path, ending: str
) -> None:
    sample = next(iter(sorted(SAMPLES.glob(f"*.{ending}"))))
    staged = stage(sample.name, sample.read_bytes(), index=index)
    assert (staged.held, staged.links, staged.uploaded_as, staged.url) == (None, (), None, None)
    assert list(private.iterdir()) == []
    file = admit(staged, small_archive / "index", by="李敏")
    assert file.read_bytes() == sample.read_bytes()
    report = build_small(small_archive)
    assert (report.n_notices, report.parsed, report.skipped) == (4, 1, ())
    with open_small(small_archive) as again:
        notice = again.notice(staged.notice.doc_id)
        assert (notice.title, notice.clauses, notice.body) == (
            staged.notice.title,
            staged.notice.clauses,
            staged.notice.body,
        )
        assert notice.source.path == file.as_posix()
        assert stage(sample.name, sample.read_bytes(), index=again).held == notice.doc_id


def test_what_the_archive_has_already_is_told(small_archive: Path, index: Index) -> None:
    held = next(head.doc_id for head in index.notices() if head.year == 2016)
    other = stage("again.txt", LANCHUAN.replace("\n", "\r\n").encode("gb18030"), index=index)
    assert (other.held, other.same_text) == (held, True)
    page = stage("转载.txt", f"来源:云泽在线\n{LANCHUAN}扫一扫在手机打开当前页\n".encode(), index=index)
    assert (page.held, page.same_text) == (held, False)
    assert (page.takes_over, page.links) == (False, ())
    assert stage("new.txt", NEW.encode(), index=index).held is None


def test_a_page_that_the_notice_would_be_read_from_instead_is_told(tmp_path: Path) -> None:
    (tmp_path / "notices").mkdir()
    repost = LANCHUAN.replace("澜政发〔2016〕22号\n", "") + "扫一扫在手机打开当前页\n本网转载此文仅供参考\n"
    (tmp_path / "notices" / "转载.txt").write_text(repost, encoding="utf-8")
    build_small(tmp_path)
    with open_small(tmp_path) as index:
        staged = stage("原件.txt", LANCHUAN.encode(), index=index)
        assert (staged.held, staged.same_text, staged.takes_over) == (index.notices()[0].doc_id, False, True)
    admit(staged, tmp_path / "index", by="李敏")
    assert build_small(tmp_path).n_notices == 1
    with open_small(tmp_path) as index:
        assert index.notices()[0].doc_id == staged.notice.doc_id


def test_what_it_would_be_linked_to_is_told_as_the_next_build_links_it(small_archive: Path, index: Index) -> None:
    repealed = next(head.doc_id for head in index.notices() if head.year == 2016)
    text = (
        "澜川市人民政府关于废止部分文件的通知\n澜政发〔2020〕5号\n各区、县人民政府:\n"
        "一、经研究,澜政发〔2016〕22号文件自发文之日起废止。\n二、各部门要做好衔接工作。(责任单位:市司法局)\n澜川市人民政府\n2020年3月1日\n"
    )
    staged = stage("废止.txt", text.encode(), index=index)
    assert [(link.relation, link.other_doc_id) for link in staged.links] == [("repeals", repealed)]
    corrected = stage("更正.txt", YANHU.replace("特色夜市3条", "特色夜市5条").encode(), index=index)
    assert corrected.held is None
    assert [link.relation for link in corrected.links] == ["other_version"]
    for each in (staged, corrected):
        admit(each, small_archive / "index", by="李敏")
    build_small(small_archive)
    with open_small(small_archive) as again:
        for each in (staged, corrected):
            assert again.links_of(each.notice.doc_id) == list(each.links)


@pytest.mark.parametrize(
    ("name", "content", "error", "reason"),
    [
        ("空.txt", b"", UnreadableNotice, "is empty"),
        ("图.png", b"\x89PNG\r\n\x1a\n" + bytes(100), UnreadableNotice, "picture|not read|image"),
        ("坏.docx", b"PK\x03\x04" + bytes(50), UnreadableNotice, "damaged|ZIP|broken"),
        ("密.txt", ("机密★1年\n" + NEW).encode(), SecretNotice, "classified"),
    ],
)
def test_what_cannot_be_taken_in_is_refused_and_nothing_is_kept(
    small_archive: Path, private: Path, name: str, content: bytes, error: type[UnreadableNotice], reason: str
) -> None:
    with pytest.raises(error, match=reason) as refused:
        stage(name, content)
    assert str(refused.value).startswith(f"{name}: ")
    assert "\n" not in str(refused.value)
    assert str(private) not in str(refused.value)
    assert list(private.iterdir()) == []
    assert not (small_archive / "index" / "uploads").exists()


# --- names -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("关于养老服务的通知（2024）.docx", "关于养老服务的通知（2024）.docx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\文件\\通知.pdf", "通知.pdf"),
        ("通\u202e知\x00\n.txt", "通知.txt"),
        (".profile", "profile"),
        ("~$通知.docx", "通知.docx"),
        ('a<b>:"c|?*.txt', "a-b-c-.txt"),
        ("   ", "upload"),
        ("..", "upload"),
        ("", "upload"),
        ("通知.txt. . ", "通知.txt"),
    ],
)
def test_a_name_is_made_safe_and_chinese_stays(name: str, safe: str) -> None:
    assert safe_name(name) == safe
    assert safe_name(safe) == safe


def test_a_long_name_is_cut_at_a_character_and_keeps_its_ending() -> None:
    name = safe_name("关于" * 200 + ".docx")
    assert name.endswith("关于.docx") or name.endswith("关.docx")
    assert 140 < len(name.encode()) <= 160


# --- admitted, withdrawn -----------------------------------------------------------------------


def test_an_upload_is_kept_with_who_when_and_where_from(small_archive: Path, index: Index) -> None:
    url = "https://mz.yunze.example/2024/t20240201_3.html"
    file = admit(stage("助餐.txt", NEW.encode(), url=url), small_archive / "index", by=" 李敏 ")
    assert file == (small_archive / "index" / "uploads" / "助餐.txt").resolve()
    record = read_provenance(file)
    assert record is not None
    assert (record.url, record.uploaded_by, record.status) == (url, "李敏", 0)
    assert record.uploaded_at
    assert record.uploaded_at.endswith("+00:00")
    (listed,) = admitted(small_archive / "index")
    assert (listed.path, listed.uploaded_by, listed.url, listed.state) == (file, "李敏", url, "waiting")
    build_small(small_archive)
    (listed,) = admitted(small_archive / "index")
    with open_small(small_archive) as again:
        assert (listed.state, again.notice(listed.doc_id or "").source.url) == ("live", url)
    assert read(file).warnings == ()


def test_one_of_the_same_name_gets_a_number(small_archive: Path) -> None:
    staged = stage("助餐.txt", NEW.encode())
    with ThreadPoolExecutor(4) as pool:
        files = list(pool.map(lambda _: admit(staged, small_archive / "index", by="李敏"), range(4)))
    assert sorted(file.name for file in files) == ["助餐-2.txt", "助餐-3.txt", "助餐-4.txt", "助餐.txt"]
    assert all(file.read_bytes() == NEW.encode() and record_path(file).is_file() for file in files)


def test_the_very_same_file_among_the_uploads_is_told(small_archive: Path, index: Index) -> None:
    file = admit(stage("助餐.txt", NEW.encode()), small_archive / "index", by="李敏")
    assert stage("另一个名字.txt", NEW.encode(), index=index).uploaded_as == file
    assert stage("另一个名字.txt", NEW.encode() + b"\n", index=index).uploaded_as is None


def test_every_build_includes_uploads_and_nothing_else_of_its_own_folder(
    small_archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    admit(stage("助餐.txt", NEW.encode()), small_archive / "index", by="李敏")
    (small_archive / "index" / "其他.txt").write_text(NEW.replace("2024", "2022"), encoding="utf-8")
    assert build_small(small_archive).n_notices == 4
    assert build_small(small_archive).unchanged
    assert build([small_archive], small_archive / "index", encoder=HashEncoder()).unchanged
    monkeypatch.chdir(small_archive)
    # Named otherwise, what was uploaded is known all the same.
    assert build([small_archive / "notices"], "index", encoder=HashEncoder()).unchanged
    assert rebuild("index", encoder=HashEncoder()).unchanged
    assert build([], "index", encoder=HashEncoder()).n_notices == 1


def test_the_command_line_includes_uploads(small_archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    admit(stage("助餐.txt", NEW.encode()), small_archive / "own", by="李敏")
    assert main(["build", str(small_archive / "notices"), "--index", str(small_archive / "own")]) == 0
    assert "4 notices" in capsys.readouterr().err
    (listed,) = admitted(small_archive / "own")
    assert listed.state == "live"


def test_an_upload_that_a_build_cannot_read_is_listed_with_the_reason(small_archive: Path) -> None:
    file = admit(stage("助餐.txt", NEW.encode()), small_archive / "index", by="李敏")
    file.write_bytes(b"")
    build_small(small_archive)
    (listed,) = admitted(small_archive / "index")
    assert (listed.state, listed.doc_id) == ("left_out", None)
    assert listed.reason == "is empty"


def test_what_is_withdrawn_is_kept_aside_and_out_of_the_next_build(small_archive: Path) -> None:
    file = admit(stage("助餐.txt", NEW.encode()), small_archive / "index", by="李敏")
    assert build_small(small_archive).n_notices == 4
    kept = withdraw(file, small_archive / "index", by="王芳")
    assert kept.read_bytes() == NEW.encode()
    assert not file.exists()
    assert not record_path(file).exists()
    (aside,) = withdrawn(small_archive / "index")
    assert (aside.withdrawn_by, aside.uploaded_by, aside.waits_for_build) == ("王芳", "李敏", True)
    assert build_small(small_archive).n_notices == 3
    (aside,) = withdrawn(small_archive / "index")
    assert not aside.waits_for_build
    assert admitted(small_archive / "index") == []
    assert find_files([small_archive / "index" / "uploads"]) == []


def test_only_uploads_are_withdrawn(small_archive: Path) -> None:
    file = admit(stage("助餐.txt", NEW.encode()), small_archive / "index", by="李敏")
    (file.parent / "链接.txt").symlink_to(small_archive / "notices" / "澜川2016.txt")
    for path in (
        small_archive / "notices" / "澜川2016.txt",
        file.parent / ".." / "CURRENT",
        file.parent / "链接.txt",
        record_path(file),
        file.parent,
    ):
        with pytest.raises(UsageError, match="uploads of this index|no such upload"):
            withdraw(path, small_archive / "index", by="王芳")
    with pytest.raises(UsageError, match="no such upload"):
        withdraw(file.with_name("没有.txt"), small_archive / "index", by="王芳")
    for wrong in ("", "甲\n乙"):
        with pytest.raises(UsageError, match="author"):
            withdraw(file, small_archive / "index", by=wrong)
        with pytest.raises(UsageError, match="author"):
            admit(stage("助餐.txt", NEW.encode()), small_archive / "index", by=wrong)
    assert file.exists()
    assert (small_archive / "notices" / "澜川2016.txt").exists()


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be written") as refused:
        admit(stage("助餐.txt", NEW.encode()), tmp_path / "index", by="李敏")
    assert "\n" not in str(refused.value)


# --- an address --------------------------------------------------------------------------------


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(column()) as served:
        yield served


def fetched(url: str, *, allowed: bool = True, seconds: float = 20.0) -> Staged:
    return fetch_one(url, private_hosts=["127.0.0.1"] if allowed else [], seconds=seconds)


def test_a_page_is_fetched_alone_and_admitted_with_its_address(site: Site, small_archive: Path, private: Path) -> None:
    url = site.address + notice_path(2)
    staged = fetched(url)
    assert site.paths() == [notice_path(2)]  # no attachment, no link
    assert (staged.url, staged.notice.title) == (url, "关于第2项工作的通知")
    assert list(private.iterdir()) == []
    record = read_provenance(admit(staged, small_archive / "index", by="李敏"))
    assert record is not None
    assert (record.url, record.status, record.uploaded_by) == (url, 200, "李敏")
    build_small(small_archive)
    with open_small(small_archive) as index:
        notice = index.notice(staged.notice.doc_id)
        assert (notice.source.url, notice.source.retrieved_at) == (url, record.fetched_at)


def test_redirects_are_followed_to_where_the_page_is(site: Site) -> None:
    site.pages["/old"] = Answer(status=301, headers={"Location": notice_path(1)})
    assert fetched(site.address + "/old").url == site.address + notice_path(1)


@pytest.mark.parametrize("target", ["http://10.0.0.1/x", "http://[::1]/x", "http://localhost/x", "file:///etc/passwd"])
def test_redirects_to_private_addresses_are_refused(site: Site, target: str) -> None:
    site.pages["/away"] = Answer(status=302, headers={"Location": target})
    with pytest.raises(UnreadableNotice, match="not public|redirects to file:") as refused:
        fetched(site.address + "/away")
    assert "\n" not in str(refused.value)
    assert site.paths() == ["/away"]


@pytest.mark.parametrize("port", [22, 25, 6379])
def test_ports_of_other_services_are_refused_on_public_hosts_too(port: int) -> None:
    with pytest.raises(UnreadableNotice, match="port of another service than the web"):
        fetch_one(f"http://8.8.8.8:{port}/")


@pytest.mark.parametrize("host", ["127.0.0.1", "10.1.2.3", "[::1]", "[::ffff:10.1.2.3]", "2130706433"])
def test_private_addresses_are_refused(site: Site, host: str) -> None:
    port = site.address.rpartition(":")[2]
    with pytest.raises(UnreadableNotice, match="not public"):
        fetched(f"http://{host}:{port}{notice_path(1)}", allowed=False)
    assert site.log == []


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://127.0.0.1/x",
        "通知",
        "",
        "http://",
        "http://[",
        "javascript:1",
        "http://a b/",
        "http://a\n/",
    ],
)
def test_what_is_no_web_address_is_a_mistake_of_the_call(url: str) -> None:
    with pytest.raises(UsageError, match="no address that begins"):
        fetch_one(url)


def test_a_password_in_an_address_is_refused() -> None:
    with pytest.raises(UsageError, match="without") as refused:
        fetch_one("http://someone:secret@www.example.org/")
    assert "secret" not in str(refused.value)


def test_what_cannot_be_had_is_one_line(site: Site) -> None:
    site.pages["/picture"] = Answer(b"\x89PNG", "image/png")
    site.pages["/slow"] = Answer(dribble=True)
    site.pages["/secret.txt"] = Answer(("机密★1年\n" + NEW).encode(), "text/plain; charset=utf-8")
    for path, reason, seconds in (
        ("/zc/nb/t20230102_98.html", "robots.txt forbids it", 20),
        ("/none", "HTTP 404", 20),
        ("/picture", "picture", 20),
        ("/slow", "did not answer in full within 1 s", 1),
        ("/secret.txt", "classified", 20),
    ):
        with pytest.raises(UnreadableNotice, match=reason) as refused:
            fetched(site.address + path, seconds=seconds)
        assert "\n" not in str(refused.value)


def test_a_record_of_an_older_program_is_still_read(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(NEW, encoding="utf-8")
    admit(stage("a.txt", NEW.encode()), tmp_path / "index", by="李敏")
    known = json.loads(record_path(tmp_path / "index" / "uploads" / "a.txt").read_bytes())
    older = {name: value for name, value in known.items() if not name.startswith(("uploaded_", "withdrawn_"))}
    record_path(file).parent.mkdir()
    record_path(file).write_text(
        json.dumps({**older, "status": 200, "url": "http://www.example.org/"}), encoding="utf-8"
    )
    assert read(file).source.url == "http://www.example.org/"
