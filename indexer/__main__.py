"""The command line: parse, build, fetch, search, ask, precedents, families, duties, check-draft,
serve, mcp, corrections, saved, access, keys, audit, doctor, stats, gc, export, import.

Machine output goes to stdout, everything else to stderr.

Stdout is UTF-8 whatever the locale, as JSON is.
Exit status: 0 done; 1 done with something left out, a draft that has errors, an index that is damaged, or a stdout that
cannot be written; 2 a mistake in the call; 3 `saved news` found nothing new.
"""

from __future__ import annotations

import argparse
import io
import json
import logging
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, cast

from indexer.address import IndexAddress, index_address
from indexer.commands.access import COMMANDS as GUARDS
from indexer.commands.access import add_guard_options
from indexer.commands.check_draft import add_options as add_check_options
from indexer.commands.duties import add_options as add_duties_options
from indexer.commands.encoder import add_settings, add_threads, settings_of
from indexer.commands.fetch import add_options as add_fetch_options
from indexer.commands.given import encodable, filters_of, queries_of, reranker_of
from indexer.commands.mcp import add_mcp_options
from indexer.commands.operations import COMMANDS as OPERATIONS
from indexer.commands.operations import add_operation_options
from indexer.commands.precedents import add_draft_options, add_family_options
from indexer.commands.saved import add_saved_options, run_saved
from indexer.commands.serve import add_serve_options
from indexer.errors import (
    EncoderError,
    IndexMismatch,
    IndexMissing,
    IndexUnreachable,
    TiaowenError,
    UnreadableNotice,
    UsageError,
)
from indexer.found import clauses_and_notices, links_and_titles
from indexer.logs import LOG_FORMS, form_of, in_one_line, logged, told
from indexer.plain_text import answer_lines, hit_lines, notice_lines, understood_line
from indexer.records import Query
from indexer.threads import limit_threads

if TYPE_CHECKING:  # heavy modules are imported where a command needs them, so that --help stays instant
    from indexer.records import Mode

__all__ = ["main"]

_LOG = logging.getLogger("indexer")
_SAID_EVERY_S = 5.0  # progress in a log
DEFAULT_INDEX = Path("embeddings/index")


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are one line."""

    def error(self, message: str) -> NoReturn:
        """Exit with status 2 and one line."""
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    if sys.stdout is None:
        print("standard output is closed; give a file, or /dev/null", file=sys.stderr)
        return 2
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    try:
        try:
            options = _parser().parse_args(arguments)
            limit_threads(getattr(options, "threads", None))
            with logged(sys.stderr, form_of(options.log or os.environ.get("TIAOWEN_LOG") or "text")):
                status = _run(options)
        finally:  # also after --help and after a mistake: a flush that fails at exit says so at length
            with _output():
                sys.stdout.flush()
    except BrokenPipeError:  # the reader (head, less) has seen enough
        return 0
    except TiaowenError as error:  # of the call itself, or of an output that cannot be written
        print(in_one_line(str(error)), file=sys.stderr)
        return 2 if isinstance(error, UsageError) else 1
    return status


def _run(options: argparse.Namespace) -> int:
    """Do what the command does; what it raises becomes one line and the exit status."""
    try:
        return cast("Callable[[argparse.Namespace], int]", options.command)(options)
    except BrokenPipeError:
        raise
    except KeyboardInterrupt:
        _LOG.error("stopped")
        return 130
    except (UsageError, IndexMissing, IndexMismatch, IndexUnreachable, EncoderError) as error:
        _LOG.error("%s", error)
        return 2
    except TiaowenError as error:
        _LOG.error("%s", error)
        return 1


# --- the commands --------------------------------------------------------------------------------


def _parse(options: argparse.Namespace) -> int:
    """Write each file's notice; files that cannot be read are named on stderr and the rest goes on."""
    from indexer.json_shapes import notice_object
    from indexer.notices import parse
    from indexer.sources import find_files, read

    skipped = 0
    for path in find_files([Path(name) for name in options.files]):
        try:
            notice = parse(read(path))
        except UnreadableNotice as error:
            _say(str(error))
            skipped += 1
            continue
        if _wants_json(options):
            _write_json(notice_object(notice))
        else:
            _write("\n".join(notice_lines(notice)))
    return 1 if skipped else 0


def _build(options: argparse.Namespace) -> int:
    """Build or update an index, or follow the folders; exit status 1 where files were skipped."""
    from indexer.commands.build import follow_folders, report_lines, stages_of

    folders, spread = [Path(name) for name in options.folders], stages_of(options)
    if options.watch:
        return follow_folders(folders, options.index, options.encoder, _say, settings=settings_of(options))
    from indexer.build import build

    with _ProgressBar() as bar, spread as stages:
        report = build(
            folders,
            options.index,
            encoder=options.encoder,
            settings=settings_of(options),
            progress=bar.show,
            stages=stages,
        )
    for line in report_lines(report, options.index):
        _say(line)
    return 1 if report.skipped else 0


def _fetch(options: argparse.Namespace) -> int:
    """Fetch notices from the sites of a sources file; exit status 1 where a page failed."""
    from indexer.commands.fetch import run_fetch

    with _ProgressBar() as bar:
        lines, status = run_fetch(options, bar.show)
    for line in lines:
        _say(line)
    return status


def _search(options: argparse.Namespace) -> int:
    """Write the hits of one question, or of each in a file."""
    queries, filters = queries_of(options), filters_of(options)
    from indexer.index import open_index
    from indexer.json_shapes import search_object
    from indexer.search import plan, search_batch

    with open_index(options.index, reranker=reranker_of(options)) as index:
        asked = [
            Query(text=text, query_id=str(query_id), filters=filters, as_is=options.as_is) for query_id, text in queries
        ]
        found = search_batch(index, asked, k=options.k, mode=cast("Mode", options.mode))
        if len(asked) == 1 and _is_read():
            _say(understood_line(plan(index, asked[0])))
        for (query_id, text), hits in zip(queries, found, strict=True):
            clauses, notices = clauses_and_notices(index, hits)
            if _wants_json(options):
                links = links_and_titles(index, notices)
                shown = search_object(str(query_id), text, hits, clauses=clauses, notices=notices, links=links)
                _write_json(shown | {"query_id": query_id})
            else:
                _write("\n".join(hit_lines(hits, clauses, notices)))
    return 0


def _ask(options: argparse.Namespace) -> int:
    """Write the answer to one question, or to each in a file; with --llm also what a language model makes of it."""
    queries, filters = queries_of(options), filters_of(options)
    from indexer.commands.written import endpoint_asked, rewrite
    from indexer.index import open_index
    from indexer.json_shapes import answer_object, written_object
    from indexer.search import ask

    endpoint = endpoint_asked(os.environ) if options.llm else None
    with open_index(options.index, reranker=reranker_of(options)) as index:
        for query_id, text in queries:
            query = Query(text=text, query_id=str(query_id), filters=filters, as_is=options.as_is)
            answer = ask(index, query, k=options.k)
            if _is_read():
                _say(understood_line(answer.plan))
            clauses, notices = clauses_and_notices(index, answer.hits)
            if not _wants_json(options):
                _write("\n".join(answer_lines(answer, clauses, notices)))
            show = None if _wants_json(options) else _write
            written = rewrite(index, answer, endpoint, show=show, say=_say) if endpoint else None
            if _wants_json(options):
                shown = answer_object(answer, clauses=clauses, notices=notices, links=links_and_titles(index, notices))
                if options.llm:
                    shown["written"] = written_object(written) if written else None
                _write_json(shown | {"query_id": query_id})
    return 0


def _duties(options: argparse.Namespace) -> int:
    """Write the tasks of a unit, of notices or of an archive, to stdout or into a file."""
    from indexer.commands.duties import run_duties

    for shown in run_duties(options, filters_of(options), json=_wants_json(options), write=_write, say=_say):
        _write(shown if isinstance(shown, str) else json.dumps(shown, ensure_ascii=False))
    return 0


def _check_draft(options: argparse.Namespace) -> int:
    """Write what to look at in a draft; exit status 1 where something is wrong."""
    from indexer.commands.check_draft import run_check

    shown, status = run_check(options, json=_wants_json(options))
    for each in shown:
        _write(each if isinstance(each, str) else json.dumps(each, ensure_ascii=False))
    return status


def _precedents(options: argparse.Namespace) -> int:
    """Write the precedents of each clause of a draft."""
    filters = filters_of(options)
    if options.text is not None:
        encodable(options.text, "the text")
    from indexer.commands.precedents import look_up, precedent_lines
    from indexer.index import open_index
    from indexer.json_precedents import precedent_object

    with open_index(options.index) as index:
        for found, baseline in look_up(index, options, filters):
            if _wants_json(options):
                _write_json(precedent_object(found, index, baseline))
            else:
                _write("\n".join(precedent_lines(found, index, baseline)))
    return 0


def _families(options: argparse.Namespace) -> int:
    """Write the families of clauses that share wording."""
    from indexer.commands.precedents import family_lines
    from indexer.index import open_index
    from indexer.json_precedents import family_object
    from indexer.precedents import families_of

    with open_index(options.index) as index:
        for family in families_of(index, least=options.least):
            if _wants_json(options):
                _write_json(family_object(family))
            else:
                _write("\n".join(family_lines(family)))
    return 0


def _serve(options: argparse.Namespace) -> int:
    """Answer other programs over HTTP until a signal comes."""
    from indexer.commands.serve import run_serve

    return run_serve(options, _say)


def _mcp(options: argparse.Namespace) -> int:
    """Answer an assistant until it goes."""
    from indexer.commands.mcp import run_mcp

    return run_mcp(options, _say)


def _corrections(options: argparse.Namespace) -> int:
    """Write what was corrected by hand, and what became of it."""
    from indexer.commands.corrections import run_corrections

    for shown in run_corrections(options, json=_wants_json(options), say=_say):
        _write(shown if isinstance(shown, str) else json.dumps(shown, ensure_ascii=False))
    return 0


def _saved(options: argparse.Namespace) -> int:
    """Save a question, list or remove saved ones, or write what is new for them."""
    shown, status = run_saved(options, json=options.action != "feed" and _wants_json(options), say=_say)
    for each in shown:
        _write(each if isinstance(each, str) else json.dumps(each, ensure_ascii=False))
    return status


def _guard(options: argparse.Namespace) -> int:
    """Say who may read what, by which key, and what was asked; exit status 1 where a check found something."""
    from indexer.commands.access import run_guard

    lines, status = run_guard(options.guard, options, json=_wants_json(options))
    for shown in lines:
        _write(shown if isinstance(shown, str) else json.dumps(shown, ensure_ascii=False))
    return status


def _operation(options: argparse.Namespace) -> int:
    """Check, count, clean, pack or unpack."""
    from indexer.commands.operations import run_operation

    lines, status = run_operation(options.operation, options, json=_wants_json(options))
    for shown in lines:
        _write(shown if isinstance(shown, str) else json.dumps(shown, ensure_ascii=False))
    return status


# --- what is written -----------------------------------------------------------------------------


def _wants_json(options: argparse.Namespace) -> bool:
    """Machine output where it was asked for, or where no person is looking."""
    return bool(options.json) or not sys.stdout.isatty()


def _is_read() -> bool:
    """Whether a person is looking at what is said beside the output."""
    return sys.stderr.isatty()


def _write_json(value: object) -> None:
    _write(json.dumps(value, ensure_ascii=False))


def _write(text: str) -> None:
    with _output():
        print(text, flush=sys.stdout.isatty())


@contextmanager
def _output() -> Iterator[None]:
    """Writing to stdout; raises BrokenPipeError where the reader has gone, else TiaowenError for one that fails."""
    try:
        yield
    except OSError as error:
        # What is still buffered would fail once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            raise
        raise TiaowenError(f"standard output cannot be written ({error.strerror}); the output is incomplete") from error


def _say(line: str) -> None:
    _LOG.info("%s", line)


class _ProgressBar:
    """A bar on stderr that follows the stages of a build; in a log of JSON lines a record every few seconds."""

    def __init__(self) -> None:
        from tqdm import tqdm

        self._said = ("", 0.0)
        self._bar = tqdm(
            file=sys.stderr,
            dynamic_ncols=True,
            leave=False,
            disable=not sys.stderr.isatty() or _LOG.isEnabledFor(logging.DEBUG),
        )

    def __enter__(self) -> _ProgressBar:
        return self

    def __exit__(self, *exception: object) -> None:
        self._bar.close()

    def show(self, stage: str, done: int, total: int) -> None:
        """Show how far a stage is."""
        self._bar.set_description(stage)
        self._bar.total = total
        self._bar.n = done
        self._bar.refresh()
        if self._bar.disable and (stage != self._said[0] or time.monotonic() - self._said[1] > _SAID_EVERY_S):
            self._said = (stage, time.monotonic())
            _LOG.debug("%s %d of %d", stage, done, total, extra=told(stage=stage, done=done, total=total))


# --- the options ---------------------------------------------------------------------------------


def _given(text: str) -> str:
    """The value of an option, which is not empty."""
    if not text.strip():
        raise argparse.ArgumentTypeError("must not be empty")
    return text


def _given_path(text: str) -> Path:
    """A path that was named: an empty one would be the current folder."""
    return Path(_given(text))


def _given_index(text: str) -> IndexAddress:
    """The address of an index that was named."""
    return index_address(_given(text))


def _parser() -> _Parser:
    parser = _Parser(prog="python -m indexer", description=__doc__)
    parser.add_argument(
        "--log", choices=LOG_FORMS, help="what is said beside the output: lines (text), or one JSON object a line"
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND", parser_class=_Parser)

    parse = commands.add_parser("parse", help="read notices and write their elements, clauses and units")
    parse.add_argument(
        "files", nargs="+", type=_given, metavar="FILE", help="files or folders: html, pdf, docx, xlsx, text"
    )
    parse.set_defaults(command=_parse)

    build = commands.add_parser("build", help="build or update an index from folders of notices")
    build.add_argument(
        "folders", nargs="+", type=_given, metavar="FOLDER", help="folders (searched recursively) or files"
    )
    build.add_argument(
        "--encoder", type=_given, metavar="NAME|PATH", help="sentence-transformers model; default: the bundled one"
    )
    add_settings(build)
    build.add_argument(
        "--watch", action="store_true", help="go on: build again whenever files have changed (Ctrl-C ends)"
    )
    build.add_argument(
        "--ray", nargs="?", const="own", type=_given, metavar="ADDRESS",
        help="read and encode by Ray: on a cluster, or without an address by one for this build alone",
    )  # fmt: skip
    build.set_defaults(command=_build)

    fetch = commands.add_parser("fetch", help="fetch notices from the sites of a sources file, politely")
    add_fetch_options(fetch, given_path=_given_path)
    fetch.set_defaults(command=_fetch)

    search = commands.add_parser("search", help="find clauses by meaning and words")
    search.add_argument("--mode", choices=("hybrid", "lexical", "dense"), default="hybrid", help="legs asked (hybrid)")
    search.set_defaults(command=_search)
    ask = commands.add_parser("ask", help="answer a question with located quotations, or say why not")
    ask.add_argument(
        "--llm", action="store_true", help="have the language model of TIAOWEN_LLM_URL and _MODEL rewrite the answer"
    )
    ask.set_defaults(command=_ask)
    duties = commands.add_parser("duties", help="list the tasks of a unit, of a notice or of the archive; export them")
    add_duties_options(duties, given=_given)
    duties.set_defaults(command=_duties)
    check = commands.add_parser("check-draft", help="check citations, numbers, numbering, units, deadlines of a draft")
    add_check_options(check, given_path=_given_path)
    check.set_defaults(command=_check_draft)
    precedents = commands.add_parser("precedents", help="find who wrote a draft's clauses before, and from where")
    add_draft_options(precedents, given_path=_given_path)
    precedents.set_defaults(command=_precedents)
    families = commands.add_parser("families", help="list the clauses of the archive that share wording")
    add_family_options(families)
    families.set_defaults(command=_families)
    serve = commands.add_parser("serve", help="answer other programs over HTTP: JSON, OpenAPI, metrics")
    add_serve_options(serve, given=_given)
    serve.set_defaults(command=_serve)
    mcp = commands.add_parser("mcp", help="answer assistants by the Model Context Protocol: stdin and stdout, or HTTP")
    add_mcp_options(mcp, given=_given)
    mcp.set_defaults(command=_mcp)
    corrections = commands.add_parser("corrections", help="list what was corrected by hand, by whom, and if it applies")
    corrections.set_defaults(command=_corrections)
    saved = commands.add_parser("saved", help="keep questions, and tell what is new for them, also as a feed")
    actions = add_saved_options(saved, given=_given, given_path=_given_path)
    saved.set_defaults(command=_saved)
    guards: list[_Parser] = []
    for name, summary in GUARDS.items():
        guard = commands.add_parser(name, help=summary)
        guards += add_guard_options(name, guard, given_path=_given_path)
        guard.set_defaults(command=_guard, guard=name)
    operations = []
    for name, summary in OPERATIONS.items():
        operation = commands.add_parser(name, help=summary)
        add_operation_options(name, operation, given_path=_given_path)
        operation.set_defaults(command=_operation, operation=name)
        operations.append(operation)
    for command in (search, ask):
        command.add_argument("--queries", type=Path, metavar="FILE", help='JSON lines {"query_id": …, "text": …}')
        command.add_argument(
            "--as-is", action="store_true", help="search for the text as it stands: read no place, year, unit … from it"
        )
        command.add_argument(
            "--reranker", type=_given, metavar="NAME|PATH", help="cross-encoder that orders what was found; slower"
        )
    for command in (search, ask, precedents):
        command.add_argument("text", nargs="?", metavar="TEXT", help="a question, key words or a drafted sentence")
        command.add_argument("-k", type=int, default=10, metavar="N", help="clauses wanted (10)")
        command.add_argument(
            "--unit", type=_given, action="append", default=[], metavar="NAME", help="only clauses of this unit"
        )
    for command in (search, ask, precedents, duties, actions[0]):
        command.add_argument(
            "--place", type=_given, action="append", default=[], metavar="NAME", help="only notices from there"
        )
        command.add_argument("--year", metavar="2013-2023", help="only notices of these years")
        command.add_argument("--level", action="append", default=[], metavar="LEVEL", help="nation, 省级, 市级, 区县 …")
    for command in (build, search, ask, precedents, serve, mcp):
        add_threads(command)
    for command in (
        build, search, ask, precedents, families, duties, check, serve, mcp, corrections, *actions, *guards, *operations
    ):  # fmt: skip
        command.add_argument(
            "--index",
            type=_given_index,
            default=DEFAULT_INDEX,
            metavar="DIR",
            help=f"folder, milvus://host:port/name or milvus-lite:PATH ({DEFAULT_INDEX})",
        )
    for command in (parse, search, ask, precedents, families, corrections, *guards, *operations):
        command.add_argument("--json", action="store_true", help="one JSON object a line (the default in a pipe)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
