"""What each command does: from its options to its exit status, with what it writes and says."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, cast

from indexer.commands.encoder import settings_of
from indexer.commands.given import encodable, filters_of, queries_of, reranker_of
from indexer.commands.output import ProgressBar, is_read, say, wants_json, write, write_all, write_json
from indexer.errors import UnreadableNotice
from indexer.found import clauses_and_notices, links_and_titles
from indexer.plain_text import answer_lines, hit_lines, notice_lines, understood_line
from indexer.records import Query

if TYPE_CHECKING:  # heavy modules are imported where a command needs them, so that --help stays instant
    import argparse

    from indexer.records import Mode


def parse_command(options: argparse.Namespace) -> int:
    """Write each file's notice; files that cannot be read are named on stderr and the rest goes on."""
    from indexer.json_shapes import notice_object
    from indexer.notices import parse
    from indexer.sources import find_files, read

    skipped = 0
    for path in find_files([Path(name) for name in options.files]):
        try:
            notice = parse(read(path))
        except UnreadableNotice as error:
            say(str(error))
            skipped += 1
            continue
        if wants_json(options):
            write_json(notice_object(notice))
        else:
            write("\n".join(notice_lines(notice)))
    return 1 if skipped else 0


def build_command(options: argparse.Namespace) -> int:
    """Build or update an index, or follow the folders; exit status 1 where files were skipped."""
    from indexer.commands.build import follow_folders, report_lines, stages_of

    folders, spread = [Path(name) for name in options.folders], stages_of(options)
    if options.watch:
        return follow_folders(folders, options.index, options.encoder, say, settings=settings_of(options))
    from indexer.build import build

    with ProgressBar() as bar, spread as stages:
        report = build(
            folders,
            options.index,
            encoder=options.encoder,
            settings=settings_of(options),
            progress=bar.show,
            stages=stages,
        )
    for line in report_lines(report, options.index):
        say(line)
    return 1 if report.skipped else 0


def fetch_command(options: argparse.Namespace) -> int:
    """Fetch notices from the sites of a sources file; exit status 1 where a page failed."""
    from indexer.commands.fetch import run_fetch

    with ProgressBar() as bar:
        lines, status = run_fetch(options, bar.show)
    for line in lines:
        say(line)
    return status


def search_command(options: argparse.Namespace) -> int:
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
        if len(asked) == 1 and is_read():
            say(understood_line(plan(index, asked[0])))
        for (query_id, text), hits in zip(queries, found, strict=True):
            clauses, notices = clauses_and_notices(index, hits)
            if wants_json(options):
                links = links_and_titles(index, notices)
                shown = search_object(str(query_id), text, hits, clauses=clauses, notices=notices, links=links)
                write_json(shown | {"query_id": query_id})
            else:
                write("\n".join(hit_lines(hits, clauses, notices)))
    return 0


def ask_command(options: argparse.Namespace) -> int:
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
            if is_read():
                say(understood_line(answer.plan))
            clauses, notices = clauses_and_notices(index, answer.hits)
            if not wants_json(options):
                write("\n".join(answer_lines(answer, clauses, notices)))
            show = None if wants_json(options) else write
            written = rewrite(index, answer, endpoint, show=show, say=say) if endpoint else None
            if wants_json(options):
                shown = answer_object(answer, clauses=clauses, notices=notices, links=links_and_titles(index, notices))
                if options.llm:
                    shown["written"] = written_object(written) if written else None
                write_json(shown | {"query_id": query_id})
    return 0


def duties_command(options: argparse.Namespace) -> int:
    """Write the tasks of a unit, of notices or of an archive, to stdout or into a file."""
    from indexer.commands.duties import run_duties

    write_all(run_duties(options, filters_of(options), json=wants_json(options), write=write, say=say))
    return 0


def check_draft_command(options: argparse.Namespace) -> int:
    """Write what to look at in a draft; exit status 1 where something is wrong."""
    from indexer.commands.check_draft import run_check

    shown, status = run_check(options, json=wants_json(options))
    write_all(shown)
    return status


def precedents_command(options: argparse.Namespace) -> int:
    """Write the precedents of each clause of a draft."""
    filters = filters_of(options)
    if options.text is not None:
        encodable(options.text, "the text")
    from indexer.commands.precedents import look_up, precedent_lines
    from indexer.index import open_index
    from indexer.json_precedents import precedent_object

    with open_index(options.index) as index:
        for found, baseline in look_up(index, options, filters):
            if wants_json(options):
                write_json(precedent_object(found, index, baseline))
            else:
                write("\n".join(precedent_lines(found, index, baseline)))
    return 0


def families_command(options: argparse.Namespace) -> int:
    """Write the families of clauses that share wording."""
    from indexer.commands.precedents import family_lines
    from indexer.index import open_index
    from indexer.json_precedents import family_object
    from indexer.precedents import families_of

    with open_index(options.index) as index:
        for family in families_of(index, least=options.least):
            if wants_json(options):
                write_json(family_object(family))
            else:
                write("\n".join(family_lines(family)))
    return 0


def serve_command(options: argparse.Namespace) -> int:
    """Answer other programs over HTTP until a signal comes."""
    from indexer.commands.serve import run_serve

    return run_serve(options, say)


def mcp_command(options: argparse.Namespace) -> int:
    """Answer an assistant until it goes."""
    from indexer.commands.mcp import run_mcp

    return run_mcp(options, say)


def corrections_command(options: argparse.Namespace) -> int:
    """Write what was corrected by hand, and what became of it."""
    from indexer.commands.corrections import run_corrections

    write_all(run_corrections(options, json=wants_json(options), say=say))
    return 0


def saved_command(options: argparse.Namespace) -> int:
    """Save a question, list or remove saved ones, or write what is new for them."""
    from indexer.commands.saved import run_saved

    shown, status = run_saved(options, json=options.action != "feed" and wants_json(options), say=say)
    write_all(shown)
    return status


def guard_command(options: argparse.Namespace) -> int:
    """Say who may read what, by which key, and what was asked; exit status 1 where a check found something."""
    from indexer.commands.access import run_guard

    lines, status = run_guard(options.guard, options, json=wants_json(options))
    write_all(lines)
    return status


def operation_command(options: argparse.Namespace) -> int:
    """Check, count, clean, pack or unpack."""
    from indexer.commands.operations import run_operation

    lines, status = run_operation(options.operation, options, json=wants_json(options))
    write_all(lines)
    return status
