"""Options that several commands share: what is judged, what is searched, and where the outcome goes."""

from __future__ import annotations

import argparse
from pathlib import Path

from eval.gold import SPLITS
from indexer.address import index_address
from indexer.commands.encoder import add_settings, add_threads

__all__ = ["add_gold_options", "add_index_options", "add_output_options", "at_least_one"]


def add_gold_options(parser: argparse.ArgumentParser) -> None:
    """What is judged."""
    group = parser.add_argument_group("what is judged")
    group.add_argument(
        "--gold",
        type=Path,
        action="append",
        metavar="DIR",
        help="gold records; may be given several times (default: eval/gold, and for structure eval/second/gold too)",
    )
    group.add_argument(
        "--corpus",
        type=Path,
        action="append",
        metavar="DIR",
        help="the judged notices, one for each --gold (default: the folder corpus beside it, else corpus/samples)",
    )
    group.add_argument("--split", choices=SPLITS, default="all", help="which questions (default: all)")


def add_index_options(parser: argparse.ArgumentParser) -> None:
    """What is searched."""
    group = parser.add_argument_group("what is searched")
    group.add_argument(
        "--index", type=index_address, metavar="DIR", help="an index (default: one is built and thrown away)"
    )
    group.add_argument("--encoder", metavar="NAME", help="embedding model by name or path (default: the bundled one)")
    add_settings(group)
    group.add_argument("--reranker", metavar="NAME", help="cross-encoder by name or path (default: none)")
    add_threads(group)
    group.add_argument(
        "--distractors",
        type=Path,
        nargs="+",
        default=[],
        metavar="PATH",
        help="further notices to index, in which nothing is judged: folders, files, or corpora of JSON lines "
        "(FILE.jsonl, FILE.jsonl.gz, one object with title and text a line)",
    )
    group.add_argument(
        "--most-distractors",
        type=at_least_one,
        metavar="N",
        help="at most N notices of each such corpus (default: all)",
    )


def add_output_options(parser: argparse.ArgumentParser) -> None:
    """Where the outcome goes."""
    group = parser.add_argument_group("where the outcome goes")
    group.add_argument("--json", action="store_true", help="print JSON values instead of tables")
    group.add_argument("--misses", action="store_true", help="print every deviation and every question's score")
    group.add_argument("--report", type=Path, metavar="FILE", help="write the tables to this Markdown file too")
    group.add_argument(
        "--html", type=Path, metavar="FILE", help="write tables and charts to this HTML file, which needs nothing else"
    )


def at_least_one(word: str) -> int:
    """A whole number from 1; argparse names the option of a word that is none."""
    number = int(word) if word.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{word!r} is no whole number from 1")
    return number
