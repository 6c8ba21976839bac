"""What the command line takes: its commands, their options, and what each option may say."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NoReturn

from indexer.address import IndexAddress, index_address
from indexer.commands.access import COMMANDS as GUARDS
from indexer.commands.access import add_guard_options
from indexer.commands.check_draft import add_options as add_check_options
from indexer.commands.duties import add_options as add_duties_options
from indexer.commands.encoder import add_settings, add_threads
from indexer.commands.fetch import add_options as add_fetch_options
from indexer.commands.mcp import add_mcp_options
from indexer.commands.operations import COMMANDS as OPERATIONS
from indexer.commands.operations import add_operation_options
from indexer.commands.precedents import add_draft_options, add_family_options
from indexer.commands.run import (
    ask_command,
    build_command,
    check_draft_command,
    corrections_command,
    duties_command,
    families_command,
    fetch_command,
    guard_command,
    mcp_command,
    operation_command,
    parse_command,
    precedents_command,
    saved_command,
    search_command,
    serve_command,
)
from indexer.commands.saved import add_saved_options
from indexer.commands.serve import add_serve_options
from indexer.logs import LOG_FORMS

__all__ = ["DEFAULT_INDEX", "command_line"]

DEFAULT_INDEX = Path("embeddings/index")


class OneLineParser(argparse.ArgumentParser):
    """A parser whose complaints are one line."""

    def error(self, message: str) -> NoReturn:
        """Exit with status 2 and one line."""
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")


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


def command_line(description: str | None = None) -> OneLineParser:
    """The parser of all commands and their options; each sets `command` to what does it."""
    parser = OneLineParser(prog="python -m indexer", description=description)
    parser.add_argument(
        "--log", choices=LOG_FORMS, help="what is said beside the output: lines (text), or one JSON object a line"
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND", parser_class=OneLineParser)

    parse = commands.add_parser("parse", help="read notices and write their elements, clauses and units")
    parse.add_argument(
        "files", nargs="+", type=_given, metavar="FILE", help="files or folders: html, pdf, docx, xlsx, text"
    )
    parse.set_defaults(command=parse_command)

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
    build.set_defaults(command=build_command)

    fetch = commands.add_parser("fetch", help="fetch notices from the sites of a sources file, politely")
    add_fetch_options(fetch, given_path=_given_path)
    fetch.set_defaults(command=fetch_command)

    search = commands.add_parser("search", help="find clauses by meaning and words")
    search.add_argument("--mode", choices=("hybrid", "lexical", "dense"), default="hybrid", help="legs asked (hybrid)")
    search.set_defaults(command=search_command)
    ask = commands.add_parser("ask", help="answer a question with located quotations, or say why not")
    ask.add_argument(
        "--llm", action="store_true", help="have the language model of TIAOWEN_LLM_URL and _MODEL rewrite the answer"
    )
    ask.set_defaults(command=ask_command)
    duties = commands.add_parser("duties", help="list the tasks of a unit, of a notice or of the archive; export them")
    add_duties_options(duties, given=_given)
    duties.set_defaults(command=duties_command)
    check = commands.add_parser("check-draft", help="check citations, numbers, numbering, units, deadlines of a draft")
    add_check_options(check, given_path=_given_path)
    check.set_defaults(command=check_draft_command)
    precedents = commands.add_parser("precedents", help="find who wrote a draft's clauses before, and from where")
    add_draft_options(precedents, given_path=_given_path)
    precedents.set_defaults(command=precedents_command)
    families = commands.add_parser("families", help="list the clauses of the archive that share wording")
    add_family_options(families)
    families.set_defaults(command=families_command)
    serve = commands.add_parser("serve", help="answer other programs over HTTP: JSON, OpenAPI, metrics")
    add_serve_options(serve, given=_given)
    serve.set_defaults(command=serve_command)
    mcp = commands.add_parser("mcp", help="answer assistants by the Model Context Protocol: stdin and stdout, or HTTP")
    add_mcp_options(mcp, given=_given)
    mcp.set_defaults(command=mcp_command)
    corrections = commands.add_parser("corrections", help="list what was corrected by hand, by whom, and if it applies")
    corrections.set_defaults(command=corrections_command)
    saved = commands.add_parser("saved", help="keep questions, and tell what is new for them, also as a feed")
    actions = add_saved_options(saved, given=_given, given_path=_given_path)
    saved.set_defaults(command=saved_command)
    guards: list[OneLineParser] = []
    for name, summary in GUARDS.items():
        guard = commands.add_parser(name, help=summary)
        guards += add_guard_options(name, guard, given_path=_given_path)
        guard.set_defaults(command=guard_command, guard=name)
    operations = []
    for name, summary in OPERATIONS.items():
        operation = commands.add_parser(name, help=summary)
        add_operation_options(name, operation, given_path=_given_path)
        operation.set_defaults(command=operation_command, operation=name)
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
