"""Every way to see or change another reader's saved questions, tried: by the library, by keys, by feeds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from indexer.access import LOCAL, Reader, for_reader
from indexer.access.keys import make_feed_key, make_key, reader_of_feed_key, reader_of_key, revoke_key
from indexer.audit import chain_of
from indexer.build import build
from indexer.errors import AccessDenied, NotInArchive, UsageError
from indexer.saved import (
    SavedQuestion,
    feed,
    mark_seen,
    may_change,
    note_generation,
    read_saved,
    remove,
    save,
    seen_by,
)
from tests.saved_fixture import QINGYAN, TRAINING, Growing
from tests.test_access_attacks import everything, visited
from tests.test_saved import URL

WANG, LI, NOBODY = (Reader(name, ("reader",), frozenset({"public"})) for name in ("王芳", "李明", ""))
ADMIN = Reader("管理", ("admin",), frozenset({"public", "restricted"}))
SECRET = "哪些单位要裁撤？"


@pytest.fixture
def growing(tmp_path: Path) -> Growing:
    """An archive with a question from before access was set up."""
    made = Growing(tmp_path)
    with made.opened() as index:
        save(index, "物流补贴多少？", owner="王芳", reader=LOCAL)
    (made.directory / "access.toml").write_text("", encoding="utf-8")
    return made


def saved(growing: Growing, reader: Reader, text: str = SECRET, *, shared: bool = False) -> SavedQuestion:
    with growing.opened() as index:
        return save(for_reader(index, reader), text, owner=reader.name, reader=reader, shared=shared)


def texts(growing: Growing, reader: Reader | None) -> list[str]:
    return [each.text for each in seen_by(read_saved(growing.directory), reader).of(None)]


def test_a_question_is_seen_by_its_owner_and_administrators_alone(growing: Growing) -> None:
    question = saved(growing, WANG)
    assert (question.reader, question.owner, question.shared) == ("王芳", "王芳", False)
    assert texts(growing, WANG) == texts(growing, ADMIN) == texts(growing, None) == ["物流补贴多少？", SECRET]
    assert texts(growing, LI) == texts(growing, NOBODY) == ["物流补贴多少？"]


def test_a_question_that_is_shared_is_seen_by_all_and_changed_by_its_owner_alone(growing: Growing) -> None:
    question = saved(growing, WANG, shared=True)
    assert SECRET in texts(growing, LI)
    assert [may_change(question, reader) for reader in (WANG, ADMIN, None, LI, NOBODY)] == [True] * 3 + [False] * 2
    with pytest.raises(AccessDenied, match="belongs to 王芳"):
        remove(growing.directory, question.question_id, by="李明", reader=LI)
    with growing.opened() as index, pytest.raises(AccessDenied, match="belongs to 王芳"):
        mark_seen(index, question.question_id, by="李明", reader=LI)
    remove(growing.directory, question.question_id, by="王芳", reader=WANG)
    assert SECRET not in texts(growing, LI)


def test_a_question_from_before_is_readable_by_all_and_changed_by_administrators(growing: Growing) -> None:
    [before] = read_saved(growing.directory).of(None)
    assert before.reader is None
    with pytest.raises(AccessDenied):
        remove(growing.directory, before.question_id, by="王芳", reader=WANG)
    remove(growing.directory, before.question_id, by="管理", reader=ADMIN)


def test_what_is_tried_on_anothers_question_is_answered_as_for_one_that_does_not_exist(growing: Growing) -> None:
    question = saved(growing, WANG)
    gone = saved(growing, WANG, "食堂由谁开办？")
    remove(growing.directory, gone.question_id, by="王芳", reader=WANG)
    file = (growing.directory / "saved.jsonl").read_bytes()
    with growing.opened() as index:
        tries: list[Callable[[str], object]] = [
            lambda each: remove(growing.directory, each, by="李明", reader=LI),
            lambda each: mark_seen(index, each, by="李明", reader=LI),
            lambda each: feed(index, "rss", url=URL, question_id=each, reader=LI),
        ]
        for attempt in tries:
            said = set()
            for question_id in (question.question_id, gone.question_id, "0123456789ab"):
                with pytest.raises(NotInArchive) as refused:
                    attempt(question_id)
                said.add(str(refused.value).replace(question_id, "ID"))
            assert len(said) == 1
    assert (growing.directory / "saved.jsonl").read_bytes() == file


def test_nobody_saves_under_anothers_name_or_under_none(growing: Growing) -> None:
    with growing.opened() as index:
        with pytest.raises(AccessDenied, match="under one's own name"):
            save(index, SECRET, owner="王芳", reader=LI)
        with pytest.raises(AccessDenied, match="nobody is known here by name"):
            save(index, SECRET, owner="王芳", reader=NOBODY)
        by_command = save(index, SECRET, owner="王芳")
    assert by_command.reader == "王芳"
    assert SECRET not in texts(growing, LI)


def test_no_feed_holds_a_word_of_anothers_question(growing: Growing) -> None:
    question = saved(growing, WANG, TRAINING)
    growing.add("青砚2024.txt", QINGYAN)
    with growing.opened() as index:
        note_generation(index)
        for form in ("rss", "json"):
            own, others = (feed(index, form, url=URL, reader=reader) for reader in (WANG, LI))  # type: ignore[arg-type]
            assert TRAINING in own.content.decode()
            assert TRAINING not in others.content.decode()
            assert question.question_id not in others.content.decode()
        assert feed(index, "rss", url=URL, owner="王芳", reader=LI).n_items == 0


def test_what_is_saved_and_removed_is_written_down(growing: Growing) -> None:
    question = saved(growing, WANG, shared=True)
    remove(growing.directory, question.question_id, by="管理", reader=ADMIN)
    events = [event for event in chain_of(growing.directory).events() if event.deed.startswith("question")]
    assert [(event.deed, event.who, event.what, event.question) for event in events] == [
        ("question_saved", "王芳", f"{question.question_id} shared", SECRET),
        ("question_removed", "管理", question.question_id, None),
    ]


# --- keys for feeds ------------------------------------------------------------------------------


def test_a_key_for_feeds_opens_nothing_else_and_falls_with_the_key_that_it_was_made_by(growing: Growing) -> None:
    folder = growing.directory
    parent = make_key(folder, name="王芳", roles=("editor",), collections=("public",))
    reader = reader_of_key(folder, parent.token)
    made = make_feed_key(folder, reader)
    known = reader_of_feed_key(folder, made.token)
    assert (known.name, known.roles, known.collections) == ("王芳", ("reader",), frozenset({"public"}))
    for wrong in (parent.token, made.token[:-1] + ("A" if made.token[-1] != "A" else "B"), "tf_x", ""):
        with pytest.raises(AccessDenied, match="unknown, revoked or has expired"):
            reader_of_feed_key(folder, wrong)
    for wrong in (made.token, made.token.replace("tf_", "tw_")):
        with pytest.raises(AccessDenied, match="unknown, revoked or has expired"):
            reader_of_key(folder, wrong)
    assert made.token not in (folder / "keys.jsonl").read_text(encoding="utf-8")
    revoke_key(folder, parent.key.key_id)
    with pytest.raises(AccessDenied, match="unknown, revoked or has expired"):
        reader_of_feed_key(folder, made.token)


def test_a_key_for_feeds_reads_what_its_owner_may_read_at_the_moment(growing: Growing) -> None:
    folder = growing.directory
    reader = reader_of_key(folder, make_key(folder, name="王芳", roles=("reader",)).token)
    made = make_feed_key(folder, reader)
    assert reader_of_feed_key(folder, made.token).collections == {"public"}
    (folder / "access.toml").write_text('[reads]\nreader = ["restricted"]\n', encoding="utf-8")
    assert reader_of_feed_key(folder, made.token).collections == {"restricted"}


def test_a_name_has_no_more_keys_for_feeds_than_anybody_needs_and_nobody_has_none(growing: Growing) -> None:
    for _ in range(20):
        made = make_feed_key(growing.directory, WANG)
    with pytest.raises(UsageError, match="has 20 keys for feeds already"):
        make_feed_key(growing.directory, WANG)
    revoke_key(growing.directory, made.key.key_id)
    make_feed_key(growing.directory, WANG)
    with pytest.raises(UsageError, match="nobody is known here by name"):
        make_feed_key(growing.directory, NOBODY)


# --- the app -------------------------------------------------------------------------------------


def test_no_page_shows_anothers_question_and_the_buttons_to_change_it_are_its_owners(
    growing: Growing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One process, one cache: the owner's page is drawn first. A link with the id shows nothing more."""
    monkeypatch.setenv("TIAOWEN_API_URL", "https://api.example.cn")
    with growing.opened() as index:
        private = save(for_reader(index, WANG), SECRET, owner="王芳", reader=WANG)
        shared = save(for_reader(index, WANG), TRAINING, owner="王芳", reader=WANG, shared=True)
    build([growing.notices], growing.directory)  # by the bundled encoder, with which the app asks
    keys = {name: make_key(growing.directory, name=name, roles=("reader",)).token for name in ("王芳", "李明")}

    def page(name: str, **address: str) -> AppTest:
        return visited(growing.directory, monkeypatch, "ask", address, keys[name])

    own, others = (everything(page(name)) for name in ("王芳", "李明"))
    assert SECRET in own
    assert SECRET not in others
    assert TRAINING in others
    assert SECRET not in everything(page("李明", saved=private.question_id))
    for name, there in (("王芳", True), ("李明", False)):
        opened = {button.key for button in page(name, saved=shared.question_id).button}
        assert ("remove question now" in opened) is there
    made = page("王芳").button(key="make feed").click().run()
    addresses = [code.value for code in made.code if "/feeds/tf_" in code.value]
    assert [each.rpartition("/")[2] for each in addresses] == ["rss", "json"]
    assert all(each.startswith("https://api.example.cn/feeds/tf_") for each in addresses)
    assert reader_of_feed_key(growing.directory, addresses[0].split("/")[-2]).name == "王芳"
    deeds = [(event.deed, event.who) for event in chain_of(growing.directory).events()]
    assert ("key_made", "王芳") in deeds
