"""Collections, roles, keys, logins, and where a server may listen."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from indexer.__main__ import main
from indexer.access import LOCAL, Access, Reader, RestrictedIndex, assignment_of, for_reader, read_access
from indexer.access import keys as keys_module
from indexer.access.collections import collection_of, misplaced
from indexer.access.configuration import CollectionRules, LoginRules
from indexer.access.keys import expiry_of, has_keys, list_keys, make_key, reader_of_key, revoke_key
from indexer.access.listening import OPEN, admitted_as, is_loopback
from indexer.access.login import reader_of_claims
from indexer.access.roles import ALLOWED, ROLE_NAMES
from indexer.build import build, rebuild
from indexer.corrections import correct, list_corrections, take_back
from indexer.errors import AccessDenied, LoginRefused, UsageError
from indexer.index import Index, open_index
from indexer.records import Query
from indexer.search import search
from indexer.uploads import admit, stage, withdraw
from tests.hash_encoder import HashEncoder
from tests.restricted_fixture import ALLOTMENT, HIDDEN, write_hidden, write_more
from tests.search_corpus import LANCHUAN, write_corpus

ENCODER = HashEncoder(dim=256)
PUBLIC = Reader("甲", ("reader",), frozenset({"public"}))
EDITOR = Reader("乙", ("editor",), frozenset({"public"}))


@pytest.fixture(autouse=True)
def _not_told_to_be_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(OPEN, raising=False)


def write_access(directory: Path, text: str) -> Access:
    directory.mkdir(exist_ok=True)
    (directory / "access.toml").write_text(text, encoding="utf-8")
    return read_access(directory)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an index over notices that all may see and others; nothing is set up."""
    folder = tmp_path_factory.mktemp("archive")
    write_hidden(folder / "notices" / "内部")
    write_more(write_corpus(folder / "notices"))
    build([folder / "notices"], folder / "index", encoder=ENCODER)
    return folder


@pytest.fixture
def index(archive: Path, tmp_path: Path) -> Iterator[Index]:
    """The index, in a folder of this test's own."""
    subprocess.run(["cp", "-r", archive / "index", tmp_path / "index"], check=True)
    with open_index(tmp_path / "index", ENCODER) as opened:
        yield opened


# --- collections ---------------------------------------------------------------------------------


def test_without_any_rule_marked_notices_are_restricted_and_all_others_public(index: Index) -> None:
    assignment = assignment_of(index.archive, read_access(index.directory))
    titles = {head.doc_id: head.title for head in index.notices()}
    assert {titles[doc_id] for doc_id, name in assignment.by_doc_id.items() if name == "restricted"} == {
        ALLOTMENT.splitlines()[0]
    }
    assert set(assignment.by_doc_id.values()) == {"public", "restricted"}


RULES = Access(
    collection=(
        CollectionRules("人事", folders=("人事", "/data/hr/")),
        CollectionRules("public", folders=("公开",), issuers=("市民政局",), files=("公报*.html",)),
        CollectionRules("public", doc_ids=("aaaaaaaaaaaa",)),
        CollectionRules("人事", issuers=("市委组织部",)),
        CollectionRules("草案", files=("*草案*.docx",)),
    )
)


@pytest.mark.parametrize(
    ("path", "more", "expected"),
    [
        ("notices/a.txt", {}, "public"),
        ("notices/人事/a.txt", {}, "人事"),
        ("人事/2024/a.txt", {}, "人事"),
        ("/data/hr/a.txt", {}, "人事"),
        ("/data/hr2/a.txt", {}, "public"),
        ("data/hr/a.txt", {}, "public"),
        ("notices/人事.zip!/a.txt", {}, "public"),
        ("notices/人事任免/a.txt", {}, "public"),
        ("人事", {}, "public"),  # the file itself
        ("人事/草案一.docx", {}, "草案"),
        ("notices/a.txt", {"issuers": ("市委组织部",)}, "人事"),
        ("notices/a.txt", {"disclosure": "依申请公开"}, "restricted"),
        ("notices/a.txt", {"disclosure": "不予公开"}, "restricted"),
        ("notices/a.txt", {"disclosure": "主动公开"}, "public"),
        ("公开/a.txt", {"disclosure": "不予公开"}, "restricted"),
        ("notices/a.txt", {"issuers": ("市民政局",), "disclosure": "依申请公开"}, "restricted"),
        ("notices/公报3.html", {"disclosure": "依申请公开"}, "public"),
        ("人事/a.txt", {"disclosure": "不予公开"}, "人事"),
        ("人事/a.txt", {"doc_id": "aaaaaaaaaaaa", "disclosure": "不予公开"}, "public"),
    ],
)
def test_the_first_rule_that_says_anything_decides(path: str, more: dict[str, object], expected: str) -> None:
    assert collection_of(RULES, path=path, **more) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("colection = 1", "colection"),
        ('default = ""', "empty name"),
        ("[reads]\nking = ['public']", "king"),
        ("[reads]\nreader = ['nope']", "no collection nope"),
        ("[[collection]]\nfolders = ['a']", "name"),
        ("[[collection]]\nname = 'a'\nfolders = 'a'", "folders"),
        ("default = ", "access.toml"),
    ],
)
def test_a_wrong_file_is_refused_in_one_line_and_nothing_is_shown(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        write_access(tmp_path / "index", text)
    assert "\n" not in str(caught.value)
    with pytest.raises(UsageError):
        admitted_as("127.0.0.1", tmp_path / "index")


def test_what_is_assigned_counts_at_once_without_a_build(index: Index) -> None:
    generation = index.generation
    write_access(index.directory, "[[collection]]\nname = 'inner'\nfolders = ['内部']\n")
    view = for_reader(index, PUBLIC)
    assert isinstance(view, RestrictedIndex)
    assert not any(source.path.count("内部") for source, _, _ in view.files())
    assert view.skipped() == []
    assert index.generation == generation
    write_access(index.directory, "[[collection]]\nname = 'inner'\nfolders = ['nowhere']\n")
    assert for_reader(index, PUBLIC).manifest.n_notices == index.manifest.n_notices - 1  # the one that is marked
    assert for_reader(index, Reader("丙", ("reader",), frozenset({"public", "restricted"}))) is index
    assert for_reader(index, LOCAL) is index


def test_a_reader_of_a_role_reads_its_collections_and_an_admin_all() -> None:
    access = Access(collection=(CollectionRules("inner"),), reads={"editor": ("public", "inner")})
    assert access.names == ("public", "inner", "restricted")
    assert access.reader("a", ("reader",)).collections == {"public"}
    assert access.reader("a", ("reader", "editor")).collections == {"public", "inner"}
    assert access.reader("a", ("admin",)).collections == {"public", "inner", "restricted"}


def test_pages_of_two_collections_are_one_notice_only_where_the_text_is_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "notices"
    (folder / "内部").mkdir(parents=True)
    longer = LANCHUAN.replace("促进设计成果与企业对接。", "促进设计成果与企业对接，内部掌握。")
    (folder / "内部" / "a.txt").write_text(LANCHUAN, encoding="utf-8")
    (folder / "内部" / "b.txt").write_text(longer, encoding="utf-8")
    (folder / "b.txt").write_text(LANCHUAN, encoding="utf-8")
    (folder / "内部" / "0.txt").write_text(LANCHUAN.replace("2家", "2.0家").replace("50万", "5.0万"), encoding="utf-8")
    write_access(tmp_path / "index", "[[collection]]\nname = 'inner'\nfolders = ['内部']\n")
    build([folder], tmp_path / "index", encoder=ENCODER)
    build([folder / "b.txt"], tmp_path / "alone", encoder=ENCODER)
    with open_index(tmp_path / "index", ENCODER) as index, open_index(tmp_path / "alone", ENCODER) as alone:
        view = for_reader(index, PUBLIC)
        assert view.notices() == alone.notices()
        assert (view.files(), view.skipped(), view.duplicates()) == (alone.files(), [], [])
        question = Query("设计领军人才安家补助")
        assert search(view, question) == search(alone, question)
        whole = {source.path.removeprefix(f"{folder}/"): kept for source, _, kept in index.files()}
        assert whole["b.txt"]
        assert not whole["内部/a.txt"]


def test_a_notice_read_from_a_less_open_page_is_hidden_until_a_build_and_the_check_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "notices"
    (folder / "a内部").mkdir(parents=True)
    for path in (folder / "a内部" / "a.txt", folder / "b.txt"):
        path.write_text(LANCHUAN, encoding="utf-8")
    build([folder], tmp_path / "index", encoder=ENCODER)
    write_access(tmp_path / "index", "[[collection]]\nname = 'inner'\nfolders = ['a内部']\n")
    with open_index(tmp_path / "index", ENCODER) as index:
        assert for_reader(index, PUBLIC).notices() == []
        access = read_access(index.directory)
        (found,) = misplaced(index.archive, assignment_of(index.archive, access), access)
        assert (found.collection, found.other_collection) == ("inner", "public")
    assert main(["access", "check", "--index", str(tmp_path / "index")]) == 1
    assert f"python -m indexer build {folder} --index" in capsys.readouterr().out
    report = rebuild(tmp_path / "index", encoder=ENCODER)
    assert (report.unchanged, report.encoded) == (False, 0)
    with open_index(tmp_path / "index", ENCODER) as index:
        assert [source.path for source, _, _ in for_reader(index, PUBLIC).files()] == [str(folder / "b.txt")]
    assert rebuild(tmp_path / "index", encoder=ENCODER).unchanged
    assert main(["access", "check", "--index", str(tmp_path / "index")]) == 0


def test_files_refused_for_their_mark_are_not_for_everybody_to_know_of(tmp_path: Path) -> None:
    folder = write_corpus(tmp_path / "notices")
    (folder / "密.txt").write_text("机密★1年\n" + LANCHUAN, encoding="utf-8")
    (folder / "空.txt").write_bytes(b"")
    build([folder], tmp_path / "index", encoder=ENCODER)
    with open_index(tmp_path / "index", ENCODER) as index:
        assert len(index.skipped()) == 2
        assert [Path(file.path).name for file in for_reader(index, PUBLIC).skipped()] == ["空.txt"]


# --- roles ---------------------------------------------------------------------------------------


def test_every_role_may_read_and_only_admins_everything() -> None:
    assert all({"read", "export"} <= ALLOWED[role] for role in ROLE_NAMES)
    assert {role for role in ROLE_NAMES if "edit" in ALLOWED[role]} == {"editor", "admin"}
    assert {role for role in ROLE_NAMES if "evaluate" in ALLOWED[role]} == {"evaluator", "admin"}
    assert {role for role in ROLE_NAMES if "administer" in ALLOWED[role]} == {"admin"}


def test_the_library_refuses_what_a_role_may_not(index: Index, tmp_path: Path) -> None:
    doc_id = index.notices()[0].doc_id
    staged = stage("新.txt", LANCHUAN.replace("2016", "2018").encode(), index=index)
    for refused in (
        lambda: correct(index, doc_id, field="kind", after="函", by="甲", reader=PUBLIC),
        lambda: take_back(index.directory, "0" * 12, by="甲", reader=PUBLIC),
        lambda: admit(staged, index.directory, by="甲", reader=PUBLIC),
        lambda: withdraw("a", index.directory, by="甲", reader=PUBLIC),
        lambda: build([tmp_path], index.directory, reader=PUBLIC),
        lambda: rebuild(index.directory, reader=PUBLIC),
        lambda: for_reader(index, Reader("无", (), frozenset({"public"}))),
    ):
        with pytest.raises(AccessDenied, match="may not") as caught:
            refused()
        assert "\n" not in str(caught.value)
    assert correct(index, doc_id, field="kind", after="函", by="乙", reader=EDITOR).made_by == "乙"


def test_corrections_of_what_may_not_be_seen_are_neither_listed_nor_taken_back(index: Index) -> None:
    write_access(index.directory, "[[collection]]\nname = 'inner'\nfolders = ['内部']\n")
    view = for_reader(index, EDITOR)
    seen = view.archive.doc_ids()
    hidden = next(head.doc_id for head in index.notices() if head.doc_id not in seen)
    with pytest.raises(UsageError, match="no such notice"):
        correct(view, hidden, field="kind", after="函", by="乙", reader=EDITOR)
    made = correct(index, hidden, field="kind", after="函", by="管理员")
    own = correct(view, min(seen), field="kind", after="函", by="乙", reader=EDITOR)
    assert [each.correction for each in list_corrections(index.directory, among=seen)] == [own]
    absent = _line(lambda: take_back(index.directory, "0" * 12, by="乙", among=seen))
    assert _line(lambda: take_back(index.directory, made.correction_id, by="乙", among=seen)) == absent.replace(
        "0" * 12, made.correction_id
    )


def _line(call: Callable[[], object]) -> str:
    with pytest.raises(UsageError) as caught:
        call()
    return str(caught.value)


# --- keys ----------------------------------------------------------------------------------------


def test_a_key_is_shown_once_kept_as_a_hash_and_opens_what_it_says(tmp_path: Path) -> None:
    write_access(tmp_path, "[[collection]]\nname = 'inner'\n[reads]\nreader = ['public', 'inner']\n")
    made = make_key(tmp_path, name="检索程序", roles=("reader",))
    scoped = make_key(tmp_path, name="编", roles=("editor", "evaluator"), collections=("restricted",))
    expected = Reader("检索程序", ("reader",), frozenset({"public", "inner"}), key_id=made.key.key_id)
    assert reader_of_key(tmp_path, made.token) == expected
    assert reader_of_key(tmp_path, f" {scoped.token}\n").collections == {"restricted"}
    stored = (tmp_path / "keys.jsonl").read_text()
    assert made.token not in stored
    assert made.token.rpartition("_")[2] not in stored
    assert stat.S_IMODE((tmp_path / "keys.jsonl").stat().st_mode) == 0o600
    assert has_keys(tmp_path)


def test_a_key_that_does_not_hold_is_refused_in_one_line_that_never_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = make_key(tmp_path, name="a", roles=("reader",))
    gone = make_key(tmp_path, name="b", roles=("reader",))
    late = make_key(tmp_path, name="c", roles=("reader",), expires_at=expiry_of("12h"))
    revoke_key(tmp_path, gone.key.key_id)
    after = (datetime.now(UTC) + timedelta(days=1)).isoformat(timespec="seconds")
    monkeypatch.setattr(keys_module, "now", lambda: after)
    wrong = kept.token[:-1] + ("A" if kept.token[-1] != "A" else "B")
    said = {_line(lambda: reader_of_key(tmp_path, token)) for token in (wrong, gone.token, late.token, "", "x", "龘")}  # noqa: B023
    assert len(said) == 1
    assert reader_of_key(tmp_path, kept.token).name == "a"
    with pytest.raises(UsageError, match="revoked before"):
        revoke_key(tmp_path, gone.key.key_id)


def test_the_last_use_of_a_key_is_written_down_without_a_line_for_every_request(tmp_path: Path) -> None:
    made = make_key(tmp_path, name="a", roles=("reader",))
    assert list_keys(tmp_path)[0].used_at is None
    for _ in range(50):
        reader_of_key(tmp_path, made.token)
    assert list_keys(tmp_path)[0].used_at is not None
    assert len((tmp_path / "keys.jsonl").read_text().splitlines()) == 2


def test_a_key_opens_on_though_its_use_cannot_be_written_down(tmp_path: Path, unprivileged: tuple[str, ...]) -> None:
    made = make_key(tmp_path, name="a", roles=("reader",))
    (tmp_path / "keys.jsonl").chmod(0o400)
    tmp_path.chmod(0o500)
    program = (
        "import sys; from indexer.access.keys import reader_of_key; print(reader_of_key(sys.argv[1], sys.argv[2]).name)"
    )
    done = subprocess.run(
        [*unprivileged, sys.executable, "-c", program, str(tmp_path), made.token],
        capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )  # fmt: skip
    tmp_path.chmod(0o700)
    assert (done.stdout, done.returncode) == ("a\n", 0), done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        {"name": "", "roles": ("reader",)},
        {"name": "a", "roles": ()},
        {"name": "a", "roles": ("king",)},
        {"name": "a", "roles": ("reader",), "collections": ("nope",)},
        {"name": "a", "roles": ("reader",), "expires_at": "2001-01-01T00:00:00+00:00"},
    ],
)
def test_a_key_that_makes_no_sense_is_not_made(tmp_path: Path, arguments: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        make_key(tmp_path, **arguments)  # type: ignore[arg-type]
    assert not (tmp_path / "keys.jsonl").exists()


def test_terms_of_a_key_are_read_or_refused() -> None:
    assert expiry_of("never") is None
    assert expiry_of("2031-02-03") == "2031-02-04T00:00:00+00:00"
    days = datetime.fromisoformat(expiry_of("90d") or "") - datetime.now(UTC)
    assert timedelta(days=89, hours=23) < days <= timedelta(days=90)
    for wrong in ("", "90", "0d", "d", "2031-2-31", "-3d", "x"):
        with pytest.raises(UsageError, match="write 90d"):
            expiry_of(wrong)


# --- logins --------------------------------------------------------------------------------------

SIGNED_IN: dict[str, object] = {"iat": int(time.time())}
LOGIN = Access(
    collection=(CollectionRules("inner"),),
    login=LoginRules(roles={"编辑组": "editor", "评测": "evaluator"}, collections={"人事处": ("inner",)}),
)


def test_claims_give_roles_and_collections() -> None:
    claims = {**SIGNED_IN, "email": "li@example.gov.cn", "groups": ["编辑组", "人事处", "别的"]}
    assert reader_of_claims(claims, LOGIN) == Reader("li@example.gov.cn", ("editor",), frozenset({"public", "inner"}))
    assert reader_of_claims({**SIGNED_IN, "email": "a", "groups": "评测"}, LOGIN).roles == ("evaluator",)


@pytest.mark.parametrize(
    ("claim", "held"),
    [
        ("realm_access.roles", {"realm_access": {"roles": ["编辑组"]}}),
        ("https://example.cn/roles", {"https://example.cn/roles": ["编辑组"]}),
    ],
)
def test_a_claim_may_stand_inside_another_or_have_dots_in_its_name(claim: str, held: dict[str, object]) -> None:
    access = Access(login=LoginRules(claim=claim, roles={"编辑组": "editor"}))
    assert reader_of_claims({**SIGNED_IN, "email": "a", **held}, access).roles == ("editor",)
    for other in ({"realm_access": ["编辑组"]}, {"roles": ["编辑组"]}, {"realm_access": {"groups": ["编辑组"]}}):
        with pytest.raises(LoginRefused, match="no role"):
            reader_of_claims({**SIGNED_IN, "email": "a", **other}, access)


@pytest.mark.parametrize("hours", [-1, 0, 1.9, 2.1, 24 * 365])
def test_a_sign_in_counts_for_some_hours(hours: float) -> None:
    access = Access(login=LoginRules(roles={"编辑组": "editor"}, hours=2))
    claims = {"email": "a", "groups": ["编辑组"], "iat": time.time() - hours * 3600}
    if 0 <= hours < 2:
        assert reader_of_claims(claims, access).roles == ("editor",)
    else:
        with pytest.raises(LoginRefused) as caught:
            reader_of_claims(claims, access)
        assert (caught.value.reason, caught.value.name) == ("over", "a")


@pytest.mark.parametrize("hours", ["0", "721", '"12"'])
def test_hours_beyond_reason_are_refused(tmp_path: Path, hours: str) -> None:
    (tmp_path / "access.toml").write_text(f"[login]\nhours = {hours}\n", encoding="utf-8")
    with pytest.raises(UsageError, match="hours"):
        read_access(tmp_path)


def test_whoever_is_refused_reads_whom_to_ask() -> None:
    access = Access(login=LoginRules(contact="信息中心"))
    with pytest.raises(LoginRefused, match="ask 信息中心") as caught:
        reader_of_claims({**SIGNED_IN, "email": "a"}, access)
    assert (caught.value.reason, caught.value.name, caught.value.contact) == ("no_role", "a", "信息中心")


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"email": "a"},
        {"email": "a", "groups": ["别的"]},
        {"email": "", "groups": ["编辑组"]},
        {"email": 3, "groups": ["编辑组"]},
        {"email": "a", "email_verified": False, "groups": ["编辑组"]},
        {"email": "a", "groups": {"编辑组": 1}},
        {"email": "a", "groups": ["编辑组"], "iat": None},
        {"email": "a", "groups": ["编辑组"], "iat": "now"},
        {"email": "a", "groups": ["编辑组"], "iat": True},
    ],
)
def test_whoever_has_no_role_is_not_let_in(claims: dict[str, object]) -> None:
    with pytest.raises(AccessDenied):
        reader_of_claims({**SIGNED_IN, **claims}, LOGIN)


# --- listening -----------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "127.3.2.1", "::1", "[::1]", "localhost", "LOCALHOST"])
def test_whoever_is_at_this_machine_may_do_everything_where_nothing_is_set_up(tmp_path: Path, host: str) -> None:
    assert is_loopback(host)
    assert admitted_as(host, tmp_path) == LOCAL


@pytest.mark.parametrize("host", [None, "", "0.0.0.0", "::", "10.1.2.3", "example.org", "localhost.example.org"])
def test_elsewhere_one_has_to_say_who_may_come_in(
    tmp_path: Path, host: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageError, match="TIAOWEN_OPEN=1") as caught:
        admitted_as(host, tmp_path)
    assert "\n" not in str(caught.value)
    assert admitted_as(host, tmp_path, open_anyway=True) == LOCAL
    monkeypatch.setenv(OPEN, "1")
    assert admitted_as(host, tmp_path) == LOCAL
    monkeypatch.delenv(OPEN)
    make_key(tmp_path, name="a", roles=("reader",))
    assert admitted_as(host, tmp_path) is None
    assert admitted_as(host, tmp_path, open_anyway=True) == Reader("", ("reader",), frozenset({"public"}))


def test_where_access_is_set_up_each_has_to_show_who_they_are_also_at_this_machine(tmp_path: Path) -> None:
    write_access(tmp_path, "")
    assert admitted_as("127.0.0.1", tmp_path) is None
    write_access(tmp_path, "open = true")
    assert admitted_as("0.0.0.0", tmp_path) == Reader("", ("reader",), frozenset({"public"}))


def test_a_revoked_key_leaves_the_archive_guarded(tmp_path: Path) -> None:
    revoke_key(tmp_path, make_key(tmp_path, name="a", roles=("reader",)).key.key_id)
    assert admitted_as("127.0.0.1", tmp_path) is None


# --- the command line ----------------------------------------------------------------------------


def test_the_commands_assign_list_and_make_keys(index: Index, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--index", str(index.directory)]

    def run(*arguments: str) -> tuple[int, list[dict[str, object]], str]:
        status = main([*arguments, *where])
        out, err = capsys.readouterr()
        return status, [json.loads(line) for line in out.splitlines()], err

    assert run("access", "list")[1][0] == {
        "collection": "public", "n_notices": 7, "roles": ["reader", "editor", "evaluator", "admin"],
        "rules": ["whatever nothing else is said of"],
    }  # fmt: skip
    assert run("access", "assign", "人事", "--folder", "内部", "--file", 'a"b\\.txt')[0] == 0
    assert {row["collection"]: row["n_notices"] for row in run("access", "list")[1]} == {
        "public": 5, "人事": 3, "restricted": 0,
    }  # fmt: skip
    assert len(run("access", "list", "--collection", "人事")[1]) == len(HIDDEN)
    status, made, _ = run("keys", "create", "--name", "a", "--role", "reader", "--collections", "public,人事")
    assert status == 0
    assert reader_of_key(index.directory, str(made[0]["token"])).collections == {"public", "人事"}
    assert "token" not in run("keys", "list")[1][0]
    assert "sha256" not in run("keys", "list")[1][0]
    assert run("keys", "revoke", str(made[0]["key_id"]))[0] == 0
    assert run("stats")[1][0]["collections"] == {"public": 5, "人事": 3}
    for wrong in (
        ("access", "assign", "人事"), ("access", "list", "--collection", "nope"), ("keys", "revoke", "nope"),
        ("keys", "create", "--name", "a", "--role", "king"), ("keys", "create", "--name", "a", "--role", "reader", "--expires", "x"),
    ):  # fmt: skip
        status, _, err = run(*wrong)
        assert (status, err.count("\n")) == (2, 1)


def test_the_check_names_rules_that_fit_nothing(index: Index, capsys: pytest.CaptureFixture[str]) -> None:
    write_access(
        index.directory,
        "[[collection]]\nname='a'\nfolders=['内部','没有']\nissuers=['没有局']\nfiles=['*.doc']\ndoc_ids=['nope']\n",
    )
    assert main(["access", "check", "--index", str(index.directory)]) == 1
    out = capsys.readouterr().out
    assert [word in out for word in ("没有 ", "没有局", "*.doc", "nope", "内部 ")] == [True, True, True, True, False]
