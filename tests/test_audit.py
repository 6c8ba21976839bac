"""Who asked what: a chain of lines that shows a change, several writers, months that are dropped, and what is not kept."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from indexer.__main__ import main
from indexer.access import Reader
from indexer.audit import Deed, Event, chain_of, is_audited, note, noting
from indexer.audit.noting import months_before
from indexer.build import build
from indexer.corrections import correct, read_corrections, take_back
from indexer.errors import AuditFault, UsageError
from indexer.index import Index
from indexer.uploads import admit, stage, withdraw
from tests.hash_encoder import HashEncoder
from tests.search_corpus import YANHU, write_corpus
from tests.search_fixture import small_index

READER = Reader("李敏", ("reader",), frozenset({"public"}))


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    """A small index of which access is set up."""
    with small_index(tmp_path) as opened:
        (opened.directory / "access.toml").write_text("")
        yield opened


def set_up(index: Index, text: str) -> None:
    (index.directory / "access.toml").write_text(f"[audit]\n{text}\n", encoding="utf-8")


def event(at: str = "2026-03-04T05:06:07+00:00", question: str = "问") -> Event:
    return Event(at, "李敏", ("reader",), "api", "asked", "000001-a", question)


def segment(index: Index) -> Path:
    (found,) = (index.directory / "audit").glob("*.jsonl")
    return found


# --- what is kept --------------------------------------------------------------------------------


def test_a_question_is_kept_with_who_when_over_what_and_what_was_shown(index: Index) -> None:
    note(index, READER, "asked", via="app", question="谁负责养老?", shown=["a:1", "b:2"])
    note(index, READER, "exported", via="api", what="tiaowen.xlsx", shown=[f"a:{n}" for n in range(2000)])
    asked, exported = chain_of(index.directory).events()
    assert (asked.who, asked.roles, asked.via, asked.deed) == ("李敏", ("reader",), "app", "asked")
    assert (asked.question, asked.shown, asked.generation) == ("谁负责养老?", ("a:1", "b:2"), index.generation)
    assert (exported.what, exported.n_shown, len(exported.shown)) == ("tiaowen.xlsx", 2000, noting.MOST_SHOWN)
    assert stat.S_IMODE((index.directory / "audit").stat().st_mode) == 0o700
    assert stat.S_IMODE(segment(index).stat().st_mode) == 0o600


def test_nothing_is_kept_where_nothing_is_set_up_unless_it_is_asked_for(index: Index) -> None:
    (index.directory / "access.toml").unlink()
    assert not is_audited(index.directory)
    note(index, READER, "asked", via="app", question="问")
    assert not (index.directory / "audit").exists()
    set_up(index, "enabled = false")
    note(index, READER, "asked", via="app", question="问")
    assert not (index.directory / "audit").exists()
    set_up(index, "enabled = true")
    note(index, READER, "asked", via="app", question="问")
    assert len(list(chain_of(index.directory).events())) == 1


def test_names_are_hashed_or_left_out_and_questions_left_out_as_is_set_up(index: Index) -> None:
    set_up(index, 'names = "keyed"\nquestions = false')
    for name in ("李敏", "王芳", "李敏"):
        note(index, Reader(name, ("reader",), None), "asked", via="app", question="秘密问题")
    set_up(index, 'names = "none"')
    note(index, READER, "asked", via="app", question="问")
    events = list(chain_of(index.directory).events())
    assert events[0].who == events[2].who != events[1].who
    assert [len(each.who) for each in events] == [16, 16, 16, 0]
    assert [each.question for each in events] == [None, None, None, "问"]
    stored = segment(index).read_text(encoding="utf-8")
    assert not any(word in stored for word in ("李敏", "王芳", "秘密问题"))
    assert stat.S_IMODE((index.directory / "audit" / "names.key").stat().st_mode) == 0o600


# --- the chain -----------------------------------------------------------------------------------


def test_a_line_that_is_changed_taken_out_put_in_or_moved_breaks_the_chain(index: Index) -> None:
    chain = chain_of(index.directory)
    for n in range(6):
        chain.append(event(question=f"问题{n}"))
    path = segment(index)
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    assert chain.check().broken == chain.check().torn == ()
    assert chain.check().n_events == 6
    for name, changed in {
        "changed": [*lines[:3], lines[3].replace("问题2".encode(), "问题9".encode()), *lines[4:]],
        "taken out": [*lines[:3], *lines[4:]],
        "first taken out": lines[1:],
        "put in": [*lines[:3], lines[2], *lines[3:]],
        "moved": [*lines[:3], lines[4], lines[3], *lines[5:]],
        "not JSON": [*lines[:3], b"{}x\n", *lines[4:]],
    }.items():
        path.write_bytes(b"".join(changed))
        assert chain.check().broken != (), name
        assert chain.check().broken[0].startswith("2026-03.jsonl:"), name
    path.write_bytes(b"".join(lines[:-1]))  # no break: that is what the last hash is noted elsewhere for
    assert chain.check().broken == ()
    path.write_bytes(whole)
    assert chain.check().last != "0" * 64


def test_the_chain_goes_on_behind_a_line_that_a_writer_was_killed_in(index: Index) -> None:
    chain = chain_of(index.directory)
    chain.append(event())
    with segment(index).open("ab") as file:
        file.write(b'{"before":"abc","ev')
    chain.append(event(question="后"))
    found = chain.check()
    assert (found.n_events, found.broken, len(found.torn)) == (2, (), 1)


WRITES = """
import sys
from indexer.audit import chain_of
from tests.test_audit import event
for n in range(15):
    chain_of(sys.argv[1]).append(event(question=f"{sys.argv[2]} {n} " + "长" * (n * 300)))
"""


def test_several_processes_write_one_chain(index: Index, root: Path) -> None:
    running = [
        subprocess.Popen([sys.executable, "-c", WRITES, str(index.directory), str(n)], cwd=root) for n in range(3)
    ]
    assert [each.wait() for each in running] == [0, 0, 0]
    found = chain_of(index.directory).check()
    assert (found.n_events, found.broken, found.torn) == (45, (), ())


# --- months --------------------------------------------------------------------------------------


def filled(index: Index) -> None:
    for month in ("2026-01", "2026-02", "2026-04"):
        for day in ("03", "04"):
            chain_of(index.directory).append(event(at=f"{month}-{day}T00:00:00+00:00"))


def test_months_are_dropped_whole_and_the_chain_still_holds(index: Index) -> None:
    filled(index)
    chain = chain_of(index.directory)
    before = chain.check()
    assert [each.month for each in chain.drop_before("2026-04")] == ["2026-01", "2026-02"]
    after = chain.check()
    assert (after.n_events, after.n_segments, after.n_dropped, after.broken) == (2, 1, 2, ())
    assert after.last == before.last
    assert [each.n_events for each in chain.dropped()] == [2, 2]
    chain.append(event(at="2026-05-01T00:00:00+00:00"))
    assert chain.check().broken == ()
    assert [each.month for each in chain.drop_before("2027-01")] == ["2026-04"]  # never the latest
    assert chain.check().broken == ()


def test_a_month_that_is_removed_without_being_dropped_shows(index: Index) -> None:
    filled(index)
    (index.directory / "audit" / "2026-02.jsonl").unlink()
    assert chain_of(index.directory).check().broken != ()


def test_a_broken_chain_is_evidence_and_is_not_dropped(index: Index) -> None:
    filled(index)
    path = index.directory / "audit" / "2026-01.jsonl"
    path.write_bytes(path.read_bytes().replace("问".encode(), "闻".encode()))
    with pytest.raises(UsageError, match="broken"):
        chain_of(index.directory).drop_before("2026-04")
    for wrong in ("2026", "2026-13", "2026-1", "x"):
        with pytest.raises(UsageError, match="no month"):
            chain_of(index.directory).drop_before(wrong)


def test_old_months_go_by_themselves_where_that_is_set_up(index: Index) -> None:
    filled(index)
    set_up(index, "keep_months = 3")
    note(index, READER, "asked", via="app", question="问")
    chain = chain_of(index.directory)
    assert all(month >= months_before(chain.months()[-1], 3) for month in chain.months())
    assert len(chain.dropped()) == 3
    assert chain.check().broken == ()
    assert (months_before("2026-03", 3), months_before("2026-03", 15)) == ("2025-12", "2024-12")


def test_a_clock_that_goes_back_writes_into_the_latest_month(index: Index) -> None:
    filled(index)
    chain_of(index.directory).append(event(at="2025-12-31T00:00:00+00:00"))
    assert chain_of(index.directory).months() == ["2026-01", "2026-02", "2026-04"]
    assert chain_of(index.directory).check().broken == ()


# --- what cannot be written ----------------------------------------------------------------------


def test_what_cannot_be_written_down_is_refused_in_one_line(index: Index) -> None:
    (index.directory / "audit").write_bytes(b"")
    with pytest.raises(AuditFault, match="so nothing is shown") as caught:
        note(index, READER, "asked", via="app", question="问")
    assert "\n" not in str(caught.value)
    (index.directory / "audit").unlink()
    (index.directory / "audit").mkdir()
    (index.directory / "audit" / "2026-01.jsonl").mkdir()
    with pytest.raises(AuditFault, match="so nothing is shown"):
        chain_of(index.directory).append(event(at="2026-01-01T00:00:00+00:00"))


# --- the command line ----------------------------------------------------------------------------


def test_the_commands_verify_list_export_and_forget(
    index: Index, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--index", str(index.directory)]
    filled(index)

    def run(*arguments: str) -> tuple[int, list[dict[str, object]]]:
        status = main(["audit", *arguments, *where])
        return status, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    status, (verified,) = run("verify")
    assert (status, verified["n_events"], verified["broken"]) == (0, 6, [])
    assert [str(each["at"])[:10] for each in run("list", "-n", "2")[1]] == ["2026-04-04", "2026-04-03"]
    assert run("list", "--who", "别人")[1] == []
    assert run("export", str(tmp_path / "out.jsonl"))[1][0]["n_events"] == 7  # with itself
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 7
    assert run("export", str(tmp_path / "out.jsonl"))[0] == 2
    assert [each["month"] for each in run("forget", "--before", "2026-02")[1]] == ["2026-01"]
    assert run("forget", "--before", "x")[0] == 2
    path = index.directory / "audit" / "2026-02.jsonl"
    path.write_bytes(path.read_bytes().replace("问".encode(), "闻".encode()))
    assert run("verify")[0] == 1


# --- what is changed -----------------------------------------------------------------------------


def test_every_deed_is_explained() -> None:
    page = (Path(__file__).parent.parent / "docs" / "audit.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([a-z_]+)` \|", page, re.MULTILINE)) == set(get_args(Deed))


def test_a_chain_that_an_earlier_version_wrote_holds_and_goes_on(index: Index) -> None:
    """Lines as they were written before changes were: with the deed of that time, chained by hand."""
    folder = index.directory / "audit"
    folder.mkdir(mode=0o700)
    before, lines = "0" * 64, []
    for at in (None, "2026-01-02T03:04:05+00:00", "2026-01-02T03:04:06+00:00"):
        told = {"at": at, "who": "李敏", "roles": ["editor"], "via": "app", "deed": "changed", "generation": "000001-a"}
        line = json.dumps({"before": before} | ({"event": told} if at else {}), separators=(",", ":")).encode()
        lines.append(line)
        before = hashlib.sha256(line).hexdigest()
    (folder / "2026-01.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    note(index, READER, "signed_in", what="key")
    checked = chain_of(index.directory).check()
    assert (checked.broken, checked.torn, checked.n_events) == ((), (), 3)
    assert [event.deed for event in chain_of(index.directory).events()] == ["changed", "changed", "signed_in"]


def test_corrections_are_written_down_before_they_are_kept(index: Index) -> None:
    editor = Reader("王芳", ("editor",), None)
    doc_id = index.notices()[0].doc_id
    made = correct(index, doc_id, field="title", after="另一个标题", by="王芳", reader=editor)
    with pytest.raises(UsageError, match="corrected to that already"):
        correct(index, doc_id, field="title", after="另一个标题", by="王芳", reader=editor)
    take_back(index.directory, made.correction_id, by="王芳", reader=editor)
    corrected, taken_back = chain_of(index.directory).events()
    assert (corrected.deed, corrected.who, corrected.via, corrected.shown) == ("corrected", "王芳", "app", (doc_id,))
    assert corrected.what == f"title of {doc_id}"
    assert (taken_back.deed, taken_back.what) == ("correction_taken_back", made.correction_id)
    shutil.rmtree(index.directory / "audit")
    (index.directory / "audit").write_text("no folder", encoding="utf-8")
    with pytest.raises(AuditFault):
        correct(index, doc_id, field="title", after="第三个标题", by="王芳", reader=editor)
    assert [each.after for each in read_corrections(index.directory).corrections] == ["另一个标题"]


def test_commands_that_change_something_are_written_down_with_who_is_logged_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOGNAME", "zhang")
    notices, directory = write_corpus(tmp_path / "notices"), tmp_path / "index"
    directory.mkdir()
    named = ["--index", str(directory)]
    assert main(["keys", "create", "--name", "检索程序", "--role", "reader", *named]) == 0
    key_id = json.loads(capsys.readouterr().out)["key_id"]
    assert main(["access", "assign", "人事", "--folder", "人事", *named]) == 0
    build([notices], directory, encoder=HashEncoder(dim=256))
    build([notices], directory, encoder=HashEncoder(dim=256))  # nothing has changed
    assert main(["export", str(tmp_path / "archive.tar.gz"), *named]) == 0
    assert main(["duties", "--archive", "--csv", str(tmp_path / "tasks.csv"), *named]) == 0
    assert main(["keys", "revoke", key_id, *named]) == 0
    assert main(["audit", "export", str(tmp_path / "audit.jsonl"), *named]) == 0
    events = list(chain_of(directory).events())
    assert [(event.deed, event.what) for event in events] == [
        ("key_made", f"{key_id} (reader)"),
        ("access_changed", "人事: 人事"),
        ("built", f"3 files read; {notices}"),
        ("exported", "archive.tar.gz"),
        ("exported", "tasks.csv"),
        ("key_revoked", f"{key_id} (reader)"),
        ("exported", "audit.jsonl"),
    ]
    assert {(event.who, event.via) for event in events} == {("zhang", "command")}
    assert chain_of(directory).check().broken == ()


def test_uploads_are_written_down(index: Index, tmp_path: Path) -> None:
    editor = Reader("王芳", ("editor",), None)
    staged = stage("新通知.txt", YANHU.encode())
    kept = admit(staged, index.directory, by="王芳", reader=editor)
    withdraw(kept, index.directory, by="王芳", reader=editor)
    assert [(event.deed, event.what) for event in chain_of(index.directory).events()] == [
        ("upload_kept", "新通知.txt"),
        ("upload_withdrawn", "新通知.txt"),
    ]
