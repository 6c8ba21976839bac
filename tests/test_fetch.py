"""The crawler against a real web server on this machine: what it asks for, what it keeps, and what a kill costs."""

from __future__ import annotations

import hashlib
import json
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from indexer.errors import UsageError
from indexer.sources import find_files, read
from indexer.sources.crawler.provenance import read_provenance, with_provenance
from indexer.sources.crawler.sources_file import read_sources
from tests.fetch_process import Fetched, Fetching
from tests.fetch_site import Answer, Asked, Site, column, notice_path, serving

ROOT = Path(__file__).resolve().parents[1]
EVERYTHING = {
    *(notice_path(number) for number in range(1, 10)), "/zc/fj/P2.pdf", "/zc/fj/P5.pdf",
    "/zc/index.html", "/zc/index_2.html", "/zc/index_3.html",
}  # fmt: skip

SOURCE = """
contact = "archive@example.org"
[limits]
page_seconds = {page_seconds}
page_mb = {page_mb}
retries = {retries}
back_off_seconds = 0.05

[[source]]
name = "云泽市政策文件"
start = ["{address}/zc/index.html"]
detail = '/zc/(?:20\\d\\d|nb)/t\\d+_\\d+\\.html'
place = "江澜省云泽市"
level = "city"
private_hosts = ["127.0.0.1"]
delay = {delay}
{more}
"""


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(column()) as served:
        yield served


def sources(site: Site, folder: Path, *, more: str = "next = '下一页'", **values: float) -> Path:
    """A sources file for the site."""
    defaults = {"page_seconds": 5, "page_mb": 1, "retries": 2, "delay": 0}
    path = folder / "sources.toml"
    path.write_text(SOURCE.format(address=site.address, more=more, **{**defaults, **values}), encoding="utf-8")
    return path


def start(described: Path, into: Path, *arguments: str, as_people_do: bool = False) -> Fetching:
    """The command, going on."""
    return Fetching(["fetch", "--sources", str(described), "--into", str(into), *arguments], as_people_do=as_people_do)


def fetch(described: Path, into: Path, *arguments: str) -> Fetched:
    """What the command gives."""
    return start(described, into, *arguments).wait()


def records(into: Path) -> dict[str, dict[str, Any]]:
    """The provenance records by the path of the address, of the files that are kept now."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in into.glob("*/**/.provenance/*.json")
             if ".earlier" not in path.parts]  # fmt: skip
    return {"/" + record["url"].split("/", 3)[3]: record for record in found}


def file_of(into: Path, path: str) -> Path:
    """The file of an address."""
    record = records(into)[path]
    (found,) = [file for file in find_files([into]) if (known := read_provenance(file)) and known.url == record["url"]]
    return found


# --- one run -------------------------------------------------------------------------------------


def test_a_run_keeps_every_notice_and_attachment_unchanged_with_its_record(site: Site, tmp_path: Path) -> None:
    done = fetch(sources(site, tmp_path), tmp_path / "raw")
    assert done.status == 0, done.stderr
    assert "11 new, 0 changed, 0 unchanged, 0 gone, 1 refused by robots.txt, 0 failed" in done.stderr
    assert "/zc/nb/t20230102_98.html" in done.stderr
    assert Counter(site.paths()) == Counter(EVERYTHING)
    files = find_files([tmp_path / "raw"])
    assert len(files) == 11
    assert {file.suffix for file in files} == {".html", ".pdf"}
    assert {file.parent.name for file in files} == {"2020", "2021", "2022"}
    kept = records(tmp_path / "raw")
    for path in EVERYTHING - {"/zc/index.html", "/zc/index_2.html", "/zc/index_3.html"}:
        record, body = kept[path], site.pages[path].body
        assert file_of(tmp_path / "raw", path).read_bytes() == body
        assert record["sha256"] == hashlib.sha256(body).hexdigest()
        assert record["size"] == len(body)
        assert record["status"] == 200
        assert record["etag"]
        assert record["last_modified"] == "Tue, 17 Jan 2023 08:00:00 GMT"
        assert (record["source"], record["place"], record["level"]) == ("云泽市政策文件", "江澜省云泽市", "city")
        assert record["fetched_at"].endswith("+00:00")
    page, attachment = kept[notice_path(2)], kept["/zc/fj/P2.pdf"]
    assert (page["media_type"], page["charset"]) == ("text/html", "utf-8")
    assert page["linked_by"] == f"{site.address}/zc/index.html"
    assert page["link_text"] == "关于第2项工作的通知"
    assert (attachment["media_type"], attachment["linked_by"]) == ("application/pdf", site.address + notice_path(2))
    assert attachment["link_text"] == "附件：任务分工表"


def test_the_site_is_asked_one_request_at_a_time_with_the_delay_between(site: Site, tmp_path: Path) -> None:
    done = fetch(sources(site, tmp_path, delay=0.1), tmp_path / "raw")
    assert done.status == 0, done.stderr
    assert site.at_once == 1
    times = [asked.at for asked in site.log]
    assert times[-1] - times[0] > 0.095 * (len(times) - 1)
    assert site.log[0].path == "/robots.txt"
    assert Counter(asked.path for asked in site.log)["/robots.txt"] == 1
    assert {asked.user_agent for asked in site.log} == {"tiaowen (archive of policy notices; archive@example.org)"}
    assert next(asked.referer for asked in site.log if asked.path.endswith("P2.pdf")) == site.address + notice_path(2)


def test_a_crawl_delay_in_robots_txt_is_kept_to(site: Site, tmp_path: Path) -> None:
    site.pages["/robots.txt"].body += b"Crawl-delay: 0.3\n"
    fetch(sources(site, tmp_path), tmp_path / "raw", "--limit", "4")
    times = [asked.at for asked in site.log]
    assert len(times) == 5
    assert times[4] - times[1] > 0.85  # three waits of 0.3 s; the first page was asked for with robots.txt


def test_numbered_listing_pages_end_where_the_site_has_no_more(site: Site, tmp_path: Path) -> None:
    described = sources(site, tmp_path, more=f'pages = "{site.address}/zc/index_{{n}}.html"')
    done = fetch(described, tmp_path / "raw")
    assert done.status == 0, done.stderr
    assert Counter(site.paths()) == Counter(EVERYTHING | {"/zc/index_4.html"})
    assert "11 new" in done.stderr


def test_a_redirect_leads_to_a_page_of_its_own_that_is_fetched_once(site: Site, tmp_path: Path) -> None:
    site.pages[notice_path(1)] = Answer(status=301, headers={"Location": notice_path(4)})
    site.pages[notice_path(7)] = Answer(status=302, headers={"Location": "/zc/2023/moved.html"})
    site.page("/zc/2023/moved.html", "搬走的通知")
    done = fetch(sources(site, tmp_path), tmp_path / "raw")
    assert done.status == 0, done.stderr
    assert Counter(site.paths()) == Counter(EVERYTHING | {"/zc/2023/moved.html"})
    kept = records(tmp_path / "raw")
    assert kept["/zc/2023/moved.html"]["linked_by"] == site.address + notice_path(7)
    assert notice_path(1) not in kept
    assert notice_path(4) in kept


def test_a_site_that_fails_is_asked_again_and_a_page_that_never_answers_is_named(site: Site, tmp_path: Path) -> None:
    site.pages[notice_path(3)].failures = [500, 503]
    site.pages[notice_path(5)].hold = threading.Event()
    site.pages[notice_path(6)].dribble = True
    site.pages[notice_path(8)].failures = [500] * 9
    began = time.monotonic()
    done = fetch(sources(site, tmp_path, page_seconds=0.3), tmp_path / "raw")
    assert time.monotonic() - began < 10
    assert done.status == 1
    assert Counter(site.paths())[notice_path(3)] == 3
    assert "7 new" in done.stderr  # one attachment stands on the page that never answers
    assert "3 failed" in done.stderr
    lines = {line.split(" ")[1]: line for line in done.stderr.splitlines() if line.startswith("failed ")}
    assert "did not answer in full within 0.3 s (3 times)" in lines[site.address + notice_path(5)]
    assert "did not answer in full within 0.3 s (3 times)" in lines[site.address + notice_path(6)]
    assert "HTTP 500" in lines[site.address + notice_path(8)]


def test_a_site_that_answers_no_more_is_left_alone_until_the_next_run(site: Site, tmp_path: Path) -> None:
    site.page("/zc/index.html", "云泽市政策文件", *((notice_path(number), str(number)) for number in range(1, 10)))
    for number in range(1, 10):
        site.pages[notice_path(number)].hold = threading.Event()
    described, into = sources(site, tmp_path, page_seconds=0.2, retries=0), tmp_path / "raw"
    done = fetch(described, into)
    assert done.status == 1
    assert "5 failed" in done.stderr
    assert "4 pages are left (no answer from 127.0.0.1); run the same command again to go on" in done.stderr
    assert len([path for path in site.paths() if "/t20" in path]) == 5
    for number in range(1, 10):
        site.pages[notice_path(number)].hold = None
    again = fetch(described, into)
    assert again.status == 0, again.stderr
    assert "11 new, 0 changed, 0 unchanged" in again.stderr


def test_what_is_too_large_or_of_another_kind_is_refused_and_the_rest_goes_on(site: Site, tmp_path: Path) -> None:
    site.pages[notice_path(1)].body = b"<html>" + b" " * 300_000
    site.pages[notice_path(3)] = Answer(b"<html>" + b" " * 5_000_000, compress=True)
    site.pages[notice_path(4)] = Answer(b"\0" * 1000, "video/mp4")
    site.pages[notice_path(6)] = Answer(b"  \n")
    site.pages["/zc/fj/P2.pdf"] = Answer(b"<html>404</html>")
    site.pages["/zc/fj/P5.pdf"] = Answer(b"{}", "application/json")
    site.pages[notice_path(7)] = Answer(b"no", status=403)
    done = fetch(sources(site, tmp_path, page_mb=0.2), tmp_path / "raw")
    assert done.status == 1
    failed = {line.split(" ")[1].removeprefix(site.address): line.partition("]: ")[2]
              for line in done.stderr.splitlines() if line.startswith("failed ")}  # fmt: skip
    assert failed == {
        notice_path(1): "is larger than 0.2 MB, the most that is fetched",
        notice_path(3): "is larger than 0.2 MB once unpacked, the most that is kept",
        notice_path(4): "is a picture, sound or video, which is not fetched",
        notice_path(6): "an empty answer",
        "/zc/fj/P2.pdf": "a web page came instead of the attachment",
        "/zc/fj/P5.pdf": "is of the type application/json, which is not fetched",
        notice_path(7): "HTTP 403",
    }
    assert "4 new" in done.stderr


def test_a_page_in_gb18030_is_kept_as_it_is_and_its_links_are_read(site: Site, tmp_path: Path) -> None:
    page = site.pages["/zc/index.html"]
    head = '<meta http-equiv="Content-Type" content="text/html; charset=gb2312">'
    page.body = page.body.decode().replace("<head>", f"<head>{head}").replace("第2项", "第2项镕").encode("gb18030")
    page.media_type = "text/html"
    site.pages[notice_path(2)].body = site.pages[notice_path(2)].body.decode().encode("gb18030")
    done = fetch(sources(site, tmp_path), tmp_path / "raw")
    assert "11 new" in done.stderr
    assert records(tmp_path / "raw")[notice_path(2)]["link_text"] == "关于第2项镕工作的通知"
    assert file_of(tmp_path / "raw", notice_path(2)).read_bytes() == site.pages[notice_path(2)].body


# --- where it does not go ------------------------------------------------------------------------


def test_redirects_to_other_sites_and_to_private_addresses_are_refused(site: Site, tmp_path: Path) -> None:
    port = site.address.rpartition(":")[2]
    site.pages[notice_path(1)] = Answer(status=302, headers={"Location": "http://elsewhere.invalid/zc/2023/t1_1.html"})
    site.pages[notice_path(2)] = Answer(status=302, headers={"Location": f"http://localhost:{port}{notice_path(3)}"})
    site.pages[notice_path(4)] = Answer(status=302, headers={"Location": "http://169.254.169.254/latest"})
    site.pages[notice_path(5)] = Answer(status=302, headers={"Location": "file:///etc/passwd"})
    site.pages[notice_path(6)] = Answer(status=302, headers={"Location": "/zc/nb/t20230102_97.html"})
    described = sources(site, tmp_path, more=f"next = '下一页'\nhosts = [\"localhost:{port}\"]")
    done = fetch(described, tmp_path / "raw")
    assert done.status == 1
    assert "elsewhere.invalid/zc/2023/t1_1.html, a site that the source does not name" in done.stderr
    assert "http://169.254.169.254/latest, a site that the source does not name" in done.stderr
    assert "file:///etc/passwd, a site that the source does not name" in done.stderr
    assert "localhost has the address " in done.stderr
    assert "which is not public" in done.stderr
    assert "2 refused by robots.txt, 4 failed" in done.stderr
    assert not [path for path in site.paths() if path.startswith("/zc/nb/")]


def test_a_host_with_a_private_address_is_not_asked_unless_it_is_named(site: Site, tmp_path: Path) -> None:
    described = sources(site, tmp_path)
    described.write_text(described.read_text(encoding="utf-8").replace('private_hosts = ["127.0.0.1"]', ""), "utf-8")
    done = fetch(described, tmp_path / "raw")
    assert done.status == 1
    assert "127.0.0.1 has the address 127.0.0.1, which is not public" in done.stderr
    assert site.log == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True), ("2001:4860:4860::8888", True),
        ("127.0.0.1", False), ("10.1.2.3", False), ("172.16.0.1", False), ("192.168.1.1", False), ("0.0.0.0", False),
        ("169.254.169.254", False), ("100.64.0.1", False), ("224.0.0.1", False), ("255.255.255.255", False),
        ("::1", False), ("fe80::1%eth0", False), ("fd00::1", False), ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False), ("no address", False),
    ],
)  # fmt: skip
def test_addresses_on_the_public_network_are_told_from_others(address: str, *, public: bool) -> None:
    from indexer.sources.crawler.addresses import is_public

    assert is_public(address) is public


def test_a_connection_goes_to_a_public_address_only() -> None:
    from twisted.internet.error import DNSLookupError

    from indexer.sources.crawler.addresses import GuardedResolver

    resolver = GuardedResolver.__new__(GuardedResolver)
    resolver.allowed = frozenset({"intranet.example.org"})
    assert resolver._checked("8.8.8.8", "www.example.org") == "8.8.8.8"
    assert resolver._checked("10.0.0.1", "intranet.example.org") == "10.0.0.1"
    with pytest.raises(DNSLookupError, match="not public"):
        resolver._checked("10.0.0.1", "www.example.org")


def test_a_site_whose_robots_txt_cannot_be_had_is_left_alone(site: Site, tmp_path: Path) -> None:
    site.pages["/robots.txt"].failures = [503] * 9
    done = fetch(sources(site, tmp_path), tmp_path / "raw")
    assert done.status == 1
    assert "robots.txt cannot be had (HTTP 503), so nothing is asked for there" in done.stderr
    assert site.paths() == []
    site.pages["/robots.txt"].failures = []
    assert fetch(sources(site, tmp_path), tmp_path / "raw").status == 0


def test_a_robots_txt_behind_a_redirect_holds_and_one_that_is_missing_forbids_nothing(
    site: Site, tmp_path: Path
) -> None:
    site.pages["/r.txt"] = site.pages.pop("/robots.txt")
    site.pages["/robots.txt"] = Answer(status=301, headers={"Location": "/r.txt"})
    assert "1 refused by robots.txt" in fetch(sources(site, tmp_path), tmp_path / "raw").stderr
    del site.pages["/robots.txt"]
    site.page("/zc/nb/t20230102_98.html", "不再禁止")
    assert (
        "1 new, 0 changed, 11 unchanged, 0 gone, 0 refused" in fetch(sources(site, tmp_path), tmp_path / "raw").stderr
    )


# --- further runs --------------------------------------------------------------------------------


def test_a_second_run_fetches_only_what_changed(site: Site, tmp_path: Path) -> None:
    described, into = sources(site, tmp_path), tmp_path / "raw"
    assert fetch(described, into).status == 0
    before = file_of(into, notice_path(4))
    old = before.read_bytes()
    site.forget()
    site.page(notice_path(4), "关于第4项工作的通知（更正）", text="一、市教育局负责。")
    del site.pages[notice_path(8)]
    site.page(
        "/zc/index_3.html",
        "云泽市政策文件",
        (notice_path(7), "7"),
        (notice_path(9), "9"),
        ("/zc/2023/t20230601_10.html", "新"),
    )
    site.page("/zc/2023/t20230601_10.html", "新的通知")
    done = fetch(described, into)
    assert done.status == 0, done.stderr
    assert "1 new, 1 changed, 9 unchanged, 1 gone" in done.stderr
    assert set(site.paths(200)) == {notice_path(4), "/zc/index_3.html", "/zc/2023/t20230601_10.html"}
    assert set(site.paths(404)) == {notice_path(8)}
    assert len(site.paths(304)) == 11
    assert file_of(into, notice_path(4)) == before
    assert before.read_bytes() == site.pages[notice_path(4)].body
    assert records(into)[notice_path(4)]["replaces"] == hashlib.sha256(old).hexdigest()
    assert [path.read_bytes() for path in before.parent.glob(".earlier/*.html")] == [old]
    assert records(into)[notice_path(8)]["gone_at"]
    assert file_of(into, notice_path(8)).is_file()

    site.forget()  # and a third: what is gone is not asked for again, until it is linked again
    assert "0 new, 0 changed, 11 unchanged, 0 gone" in fetch(described, into).stderr
    assert site.paths(200, 404) == []
    site.page(notice_path(8), "关于第8项工作的通知", text="回来了。")
    site.page("/zc/index_3.html", "云泽市政策文件", (notice_path(8), "8"))
    assert "0 new, 1 changed, 11 unchanged, 0 gone" in fetch(described, into).stderr
    assert records(into)[notice_path(8)]["gone_at"] is None


def test_a_site_without_validators_is_compared_by_content(site: Site, tmp_path: Path) -> None:
    for answer in site.pages.values():
        answer.validators = False
    described, into = sources(site, tmp_path), tmp_path / "raw"
    fetch(described, into)
    fetched_at = {path: record["fetched_at"] for path, record in records(into).items()}
    site.pages[notice_path(1)].body += b"<!-- changed -->"
    done = fetch(described, into)
    assert "0 new, 1 changed, 10 unchanged" in done.stderr
    assert {path for path, record in records(into).items() if record["replaces"]} == {notice_path(1)}
    assert fetched_at.keys() == records(into).keys()


def test_links_are_read_anew_where_the_sources_file_has_changed(site: Site, tmp_path: Path) -> None:
    described, into = sources(site, tmp_path), tmp_path / "raw"
    text = described.read_text(encoding="utf-8")
    described.write_text(text.replace("(?:20\\d\\d|nb)", "2021"), encoding="utf-8")
    assert "3 new" in fetch(described, into).stderr
    described.write_text(text, encoding="utf-8")
    assert "8 new, 0 changed, 3 unchanged" in fetch(described, into).stderr


def test_a_file_that_was_lost_is_fetched_again(site: Site, tmp_path: Path) -> None:
    described, into = sources(site, tmp_path), tmp_path / "raw"
    fetch(described, into)
    file = file_of(into, notice_path(2))
    file.unlink()
    assert "11 unchanged" not in fetch(described, into).stderr
    assert file.read_bytes() == site.pages[notice_path(2)].body


# --- broken off ----------------------------------------------------------------------------------


@pytest.mark.parametrize("held", ["/zc/index.html", notice_path(2), "/zc/fj/P2.pdf"])
def test_a_kill_loses_nothing_and_nothing_is_fetched_twice(site: Site, tmp_path: Path, held: str) -> None:
    gate = site.pages[held].hold = threading.Event()
    described, into = sources(site, tmp_path, page_seconds=30), tmp_path / "raw"
    process = start(described, into)
    deadline = time.monotonic() + 30
    while not [asked for asked in site.log if asked.path == held]:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send(signal.SIGKILL)
    assert process.wait().status == -signal.SIGKILL
    first = list(site.log)
    site.forget()
    site.pages[held].hold = None
    done = fetch(described, into)
    gate.set()
    assert done.status == 0, done.stderr
    assert "continued the run that was broken off" in done.stderr
    assert "11 new, 0 changed, 0 unchanged, 0 gone, 1 refused by robots.txt, 0 failed" in done.stderr
    answered = [asked for asked in [*first, *site.log] if asked.status and asked.path != "/robots.txt"]
    # The server log: all of it once, among it nothing forbidden; the page that was held was answered once, after the kill.
    assert_once(answered, EVERYTHING)
    assert [asked.path for asked in first if not asked.status] == [held]
    assert len(find_files([into])) == 11
    assert {path for path in records(into)} == EVERYTHING - {"/zc/index.html", "/zc/index_2.html", "/zc/index_3.html"}


def test_killed_again_and_again_it_comes_to_its_end(site: Site, tmp_path: Path) -> None:
    described, into = sources(site, tmp_path, delay=0.05), tmp_path / "raw"
    statuses = []
    for n_more in (2, 3, 5, None):
        process = start(described, into)
        so_far = len(site.paths())
        while n_more is not None and process.is_running() and len(site.paths()) < so_far + n_more:
            time.sleep(0.005)
        if n_more is not None:
            process.send(signal.SIGKILL)
        statuses.append(process.wait().status)
    assert statuses == [-signal.SIGKILL] * 3 + [0]
    asked = Counter(site.paths())
    assert set(asked) == EVERYTHING
    # What had just been answered may not have been written down when the kill came: one page a kill at most.
    assert sum(asked.values()) <= len(EVERYTHING) + 3
    assert len(find_files([into])) == 11
    for path, record in records(into).items():
        assert record["sha256"] == hashlib.sha256(site.pages[path].body).hexdigest()
    assert not list(into.rglob("*.part"))


def test_a_limit_of_pages_is_kept_to_and_the_next_call_goes_on(site: Site, tmp_path: Path) -> None:
    described, into = sources(site, tmp_path), tmp_path / "raw"
    first = fetch(described, into, "--limit", "5")
    assert first.status == 0
    assert "(--limit 5); run the same command again to go on" in first.stderr
    assert len(site.paths()) == 5
    assert fetch(described, into).status == 0
    assert_once([asked for asked in site.log if asked.path != "/robots.txt"], EVERYTHING)


def test_an_interrupt_ends_it_in_order(site: Site, tmp_path: Path) -> None:
    described, into = sources(site, tmp_path, delay=0.1), tmp_path / "raw"
    process = start(described, into, as_people_do=True)
    while len(site.paths()) < 3:
        time.sleep(0.01)
    process.send(signal.SIGINT)
    assert process.wait() == Fetched(130, "stopped\n")
    assert fetch(described, into).status == 0
    assert_once([asked for asked in site.log if asked.path != "/robots.txt"], EVERYTHING)


def test_two_fetches_do_not_write_to_one_folder(site: Site, tmp_path: Path) -> None:
    gate = site.pages["/zc/index.html"].hold = threading.Event()
    described, into = sources(site, tmp_path), tmp_path / "raw"
    first = start(described, into)
    while not site.log:
        time.sleep(0.01)
    second = fetch(described, into)
    gate.set()
    assert second.status == 2
    assert second.stderr == f"{into}: another fetch is writing there; wait for it or give another folder\n"
    assert first.wait().status == 0


def test_a_folder_that_cannot_be_used_is_named_in_one_line(site: Site, tmp_path: Path) -> None:
    described, into = sources(site, tmp_path), tmp_path / "raw"
    into.write_text("", encoding="utf-8")
    assert fetch(described, into).status == 2
    into.unlink()
    (into / ".fetch").mkdir(parents=True)
    (into / ".fetch" / "frontier.sqlite").write_bytes(b"no database" * 100)
    done = fetch(described, into)
    assert done.status == 1
    assert "is damaged (file is not a database); delete it: the files stay" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert site.log == []


def assert_once(answered: list[Asked], expected: set[str]) -> None:
    """Every path was answered once, and no other."""
    assert Counter(asked.path for asked in answered) == Counter(expected)


# --- what becomes of it --------------------------------------------------------------------------


def test_a_fetched_file_is_read_with_its_address_and_time(site: Site, tmp_path: Path) -> None:
    fetch(sources(site, tmp_path), tmp_path / "raw")
    file = file_of(tmp_path / "raw", notice_path(3))
    raw = with_provenance(file, read(file))
    assert raw.source.url == site.address + notice_path(3)
    assert raw.source.retrieved_at == records(tmp_path / "raw")[notice_path(3)]["fetched_at"]
    metadata = dict(raw.metadata)
    assert metadata["crawl_source"] == "云泽市政策文件"
    assert (metadata["crawl_place"], metadata["crawl_level"]) == ("江澜省云泽市", "city")
    assert metadata["linked_by"] == f"{site.address}/zc/index.html"
    file.write_bytes(file.read_bytes() + b"<p>edited</p>")
    edited = with_provenance(file, read(file))
    assert edited.source.url is None
    assert "is not the file that was fetched from" in edited.warnings[-1]


def test_files_of_an_archive_have_the_archives_record(tmp_path: Path) -> None:
    (tmp_path / ".provenance").mkdir()
    record = {"url": "https://www.example.org/a.zip", "fetched_at": "2025-01-02T03:04:05+00:00", "status": 200,
              "sha256": "0" * 64, "size": 1, "media_type": "application/zip", "charset": None, "content_encoding": None,
              "etag": None, "last_modified": None, "source": "x", "place": None, "level": None, "linked_by": None,
              "link_text": ""}  # fmt: skip
    (tmp_path / ".provenance" / "a.zip.json").write_text(json.dumps(record), encoding="utf-8")
    found = read_provenance(tmp_path / "a.zip!" / "附件.docx")
    assert found is not None
    assert found.url == "https://www.example.org/a.zip"
    assert read_provenance(tmp_path / "b.zip!" / "附件.docx") is None


@pytest.mark.parametrize(
    ("url", "media_type", "disposition", "stem", "ending"),
    [
        ("https://e.org/zc/t20230517_12.html", "text/html", "", "t20230517_12", ".html"),
        ("https://e.org/zc/", "text/html", "", "zc", ".html"),
        ("https://e.org/", "text/html", "", "index", ".html"),
        ("https://e.org/%E9%99%84%E4%BB%B6%201.docx", "application/octet-stream", "", "附件-1", ".docx"),
        ("https://e.org/down.jsp?id=7", "application/octet-stream", 'attachment; filename="%E9%99%84.xls"', "down", ".xls"),
        ("https://e.org/down.jsp?id=7", "application/pdf", "", "down", ".pdf"),
        ("https://e.org/..%2f..%2fetc%2fpasswd", "application/octet-stream", "", "passwd", ".bin"),
        ("https://e.org/.provenance", "text/html", "", "provenance", ".html"),
        ("https://e.org/" + "长" * 200 + ".pdf", "application/pdf", "", "长" * 40, ".pdf"),
    ],
)  # fmt: skip
def test_the_name_of_a_file_comes_from_its_address(
    url: str, media_type: str, disposition: str, stem: str, ending: str
) -> None:
    from indexer.sources.crawler.raw_files import file_name

    name = file_name(url, media_type, disposition=disposition)
    assert name.startswith(f"{stem}-")
    assert name.endswith(ending)
    assert "/" not in name
    assert len(name.encode()) < 200


@pytest.mark.parametrize(
    ("url", "year"),
    [
        ("https://e.org/art/2023/5/17/art_1.html", "2023"),
        ("https://e.org/zc/202305/t20230517_123456.html", "2023"),
        ("https://e.org/zc/t20230517_12.html", "2023"),
        ("https://e.org/zc/content_5612019.html", None),
        ("https://e.org/zc/20231.html?year=2019", None),
        ("https://e.org/2019index/a.html", "2019"),
    ],
)
def test_the_year_of_a_page_is_read_from_its_address(url: str, year: str | None) -> None:
    from indexer.sources.crawler.raw_files import year_of

    assert year_of(url) == year


# --- the sources file ----------------------------------------------------------------------------

GOOD = """
[[source]]
name = "甲"
start = ["https://www.example.org/zc/"]
detail = 't\\d+_\\d+\\.html'
"""


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a = ", "not TOML"),
        ("", "source: is missing"),
        ("contact = 3\n" + GOOD, "contact: must be a text in quotes"),
        ("agent = 'x'\n" + GOOD, "agent: is no key of this file"),
        ("[limits]\npage_mb = 0\n" + GOOD, "limits: page_mb: must be 0.001 or more"),
        ("[limits]\nseconds = 1\n" + GOOD, "limits: seconds: is no key"),
        (GOOD.replace('name = "甲"', ""), "source 1: name: is missing"),
        (GOOD.replace("甲", "../甲"), "name: is also a folder"),
        (GOOD.replace("甲", ".fetch"), "name: is also a folder"),
        (GOOD + GOOD, "source 甲: name: is given twice"),
        (GOOD.replace("https", "ftp"), "source 甲: start: ftp://www.example.org/zc/ is no address"),
        (GOOD.replace("['", "'"), "source 甲: start"),
        (GOOD.replace("t\\d+_", "t(\\d+_"), "source 甲: detail: is no regular expression"),
        (GOOD + "deley = 3\n", "source 甲: deley: is no key of this file"),
        (GOOD + "delay = 0\n", "source 甲: delay: must be 1 second or more"),
        (GOOD + "delay = '3'\n", "source 甲: delay: must be a number"),
        (GOOD + "delay = true\n", "source 甲: delay: must be a number"),
        (GOOD + "level = 'state'\n", "source 甲: level: state is none of nation, province"),
        (GOOD + "pages = 'https://www.example.org/zc/index.html'\n", "source 甲: pages: must hold {n} once"),
        (GOOD + "pages = 'https://www.example.com/{n}.html'\n", "source 甲: pages: is on another site"),
        (GOOD + "next = '下一页'\npages = 'https://www.example.org/{n}.html'\n", "source 甲: pages: goes without"),
        (GOOD + "hosts = ['https://www.example.com/']\n", "source 甲: hosts: 'https://www.example.com/' is no host"),
        (GOOD + "max_listings = 1.5\n", "source 甲: max_listings: must be a whole number"),
    ],
)
def test_a_mistake_in_the_sources_file_is_one_line_with_source_and_key(
    tmp_path: Path, text: str, complaint: str
) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(
        text.replace('["https', '"https').replace('/"]', '/"') if complaint.endswith(": start") else text, "utf-8"
    )
    with pytest.raises(UsageError) as raised:
        read_sources(path)
    assert str(raised.value).startswith(f"{path}: ")
    assert complaint in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_mistake_in_the_sources_file_is_exit_status_2(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(GOOD + "deley = 3\n", encoding="utf-8")
    done = fetch(path, tmp_path / "raw")
    assert done == Fetched(2, f"{path}: source 甲: deley: is no key of this file; look at its spelling\n")
    assert fetch(tmp_path / "none.toml", tmp_path / "raw").status == 2


def test_the_projects_own_sources_are_described_without_mistakes() -> None:
    plan = read_sources(ROOT / "corpus" / "sources.toml")
    assert 5 <= len(plan.sources) <= 10
    for source in plan.sources:
        assert source.delay >= 2
        assert source.place
        assert source.level
        assert not source.private_hosts
        assert source.next or source.pages
