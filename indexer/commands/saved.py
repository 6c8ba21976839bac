"""The command `saved`: questions kept with their filters, and what is new for them, as lines, JSON or feeds."""

from __future__ import annotations

import argparse
import getpass
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from indexer.address import folder_of
from indexer.commands.given import encodable, filters_of
from indexer.errors import UsageError

if TYPE_CHECKING:  # loaded where it is needed, so that --help stays instant
    from indexer.index import Index
    from indexer.saved import NewClause, OnFile, SavedQuestion

__all__ = ["NOTHING_NEW", "add_saved_options", "run_saved"]

NOTHING_NEW: Final = 3  # exit status of `saved news`; no other outcome has it
_URL = "TIAOWEN_URL"
Shown = dict[str, Any] | str
_Parser = TypeVar("_Parser", bound=argparse.ArgumentParser)


def add_saved_options(
    parser: _Parser, *, given: Callable[[str], str], given_path: Callable[[str], Path]
) -> list[_Parser]:
    """The actions of the command; gives the parsers of all, and that of `add` first, which also takes filters."""
    actions = parser.add_subparsers(title="actions", required=True, metavar="ACTION", dest="action")
    add = actions.add_parser("add", help="save a question; what the archive holds by now is no news for it")
    add.add_argument("text", type=given, metavar="TEXT", help="the question, as for ask")
    add.add_argument(
        "--unit", type=given, action="append", default=[], metavar="NAME", help="only clauses of this unit"
    )
    add.add_argument(
        "--without", type=given, action="append", default=[], metavar="KEY", help="what is taken back of its plan"
    )
    add.add_argument("--shared", action="store_true", help="for all readers to see, where access is set up")
    listed = actions.add_parser("list", help="list saved questions")
    remove = actions.add_parser("remove", help="remove a saved question")
    remove.add_argument("id", type=given, metavar="ID", help="as list shows it")
    news = actions.add_parser("news", help=f"what is new since it was last seen; exit status {NOTHING_NEW}: nothing is")
    news.add_argument("ids", nargs="*", type=given, metavar="ID", help="of these questions alone")
    news.add_argument("--mark-seen", action="store_true", help="and from now on it is no news any more")
    feed = actions.add_parser("feed", help="write what is new as a feed, for a reader of feeds")
    form = feed.add_mutually_exclusive_group(required=True)
    form.add_argument("--rss", type=given_path, metavar="FILE", help="as RSS 2.0")
    form.add_argument("--json", type=given_path, metavar="FILE", dest="json_feed", help="as JSON Feed 1.1")
    feed.add_argument("--url", metavar="URL", help=f"address of the app, to which items lead (default: {_URL})")
    for action in (add, remove, news):
        action.add_argument("--by", type=given, metavar="NAME", help="who does it (default: the login name)")
    for action in (listed, news, feed):
        action.add_argument("--of", type=given, metavar="OWNER", help="questions of this owner alone")
    for action in (add, listed, remove, news):
        action.add_argument("--json", action="store_true", help="one JSON object a line (the default in a pipe)")
    return [add, listed, remove, news, feed]


def run_saved(options: argparse.Namespace, *, json: bool, say: Callable[[str], None]) -> tuple[list[Shown], int]:
    """What is to be written, and the exit status; damaged lines of the file are said."""
    from indexer.saved import read_saved

    folder = folder_of(options.index)
    if not folder.is_dir():
        raise UsageError(f"{folder}: there is no such folder; give that of the index by --index")
    on_file = read_saved(options.index)
    for damaged in on_file.damaged:
        say(damaged)
    if options.action == "list":
        return [_question_object(each) if json else _question_line(each) for each in on_file.of(options.of)], 0
    if options.action == "remove":
        from indexer.saved import remove

        removed = remove(options.index, options.id, by=_who(options))
        return [msgspec.to_builtins(removed) if json else f"{removed.question_id} removed"], 0
    from indexer.index import open_index

    with open_index(options.index) as index:
        if options.action == "add":
            return [_add(index, options, json=json)], 0
        if options.action == "feed":
            return [_feed(index, options)], 0
        shown = list(_news(index, options, json=json))
    return shown, 0 if shown else NOTHING_NEW


def _add(index: Index, options: argparse.Namespace, *, json: bool) -> Shown:
    from indexer.saved import save

    text = encodable(options.text, "the question")
    question = save(
        index,
        text,
        owner=_who(options),
        filters=filters_of(options),
        without=tuple(dict.fromkeys(options.without)),
        shared=options.shared,
    )
    return _question_object(question) if json else _question_line(question)


def _news(index: Index, options: argparse.Namespace, *, json: bool) -> Iterator[Shown]:
    """For each question with news its line and its clauses; as JSON an object a question."""
    from indexer.saved import mark_seen, news, note_generation

    on_file = note_generation(index)
    for question in _chosen(on_file, options):
        if options.mark_seen:
            found = mark_seen(index, question.question_id, by=_who(options))
        else:
            found = news(index, question, on_file)
        if found and json:
            yield _question_object(question) | {"news": [_news_object(index, each) for each in found]}
        elif found:
            yield "\n".join([_question_line(question), *(_news_lines(index, each) for each in found)])


def _chosen(on_file: OnFile, options: argparse.Namespace) -> list[SavedQuestion]:
    """The questions asked about; raises UsageError for an id that is none."""
    questions = on_file.of(options.of)
    unknown = set(options.ids) - {question.question_id for question in questions}
    if unknown:
        raise UsageError(f"{min(unknown)}: no such saved question; see `python -m indexer saved list`")
    return [question for question in questions if not options.ids or question.question_id in options.ids]


def _feed(index: Index, options: argparse.Namespace) -> str:
    """Write the feed into its file, which appears whole or not at all; gives a line that says so."""
    from indexer.audit import note
    from indexer.saved import feed, note_generation

    url = options.url or os.environ.get(_URL)
    if not url:
        raise UsageError(f"items lead to the app: give its address by --url or {_URL}")
    note_generation(index)
    path = options.rss or options.json_feed
    note(index, None, "exported", what=path.name)
    made = feed(index, "rss" if options.rss else "json", url=url, owner=options.of)
    unfinished = path.with_name(f".{path.name}.part")
    try:
        unfinished.write_bytes(made.content)
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise UsageError(f"{path}: cannot be written ({error.strerror}); give another file") from error
    return f"{path}: {made.n_items} item{'' if made.n_items == 1 else 's'}"


def _who(options: argparse.Namespace) -> str:
    """Who does it; raises UsageError where nobody is named and the login name is unknown."""
    if options.by:
        return encodable(options.by, "--by")
    try:
        return getpass.getuser()
    except (KeyError, OSError) as error:
        raise UsageError("who does it is not known; give a name by --by") from error


# --- what is written -----------------------------------------------------------------------------


def _question_object(question: SavedQuestion) -> dict[str, Any]:
    shown: dict[str, Any] = msgspec.to_builtins(question)
    return {key: value for key, value in shown.items() if key != "line"}


def _question_line(question: SavedQuestion) -> str:
    """A question in a line: id, when, whose, text, and what it is restricted to."""
    chosen = question.filters
    years = f"{chosen.years[0]}-{chosen.years[1]}" if chosen.years else ""
    scope = [*chosen.places, years, *chosen.levels, *chosen.kinds, *chosen.units, *(f"-{k}" for k in question.without)]
    restricted = f"  [{' '.join(filter(None, scope))}]" if any(scope) else ""
    return f"{question.question_id}  {question.created_at}  {question.owner}  {question.text}{restricted}"


def _news_object(index: Index, each: NewClause) -> dict[str, Any]:
    from indexer.json_shapes import hit_object

    return {"state": each.state} | hit_object(each.hit, each.clause, index.notice(each.clause.doc_id))


def _news_lines(index: Index, each: NewClause) -> str:
    from indexer.plain_text import units_text

    notice = index.notice(each.clause.doc_id)
    head = " ".join(filter(None, (notice.title, notice.doc_number)))
    lines = [f"  {'*' if each.state == 'new' else '~'} {head}  [{each.clause.clause_id}]", f"    {each.clause.text}"]
    return "\n".join([*lines, *([f"    → {units_text(each.clause)}"] if each.clause.units else [])])
