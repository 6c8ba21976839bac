"""The commands `precedents` and `families`: their options, and what they find as JSON objects or as lines for a person."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from indexer.errors import UsageError

if TYPE_CHECKING:  # loaded where a command runs, so that --help stays instant
    from indexer.index import Index
    from indexer.precedents import ClausePrecedents, Family
    from indexer.precedents.genealogy import Kind
    from indexer.records import Clause, Filters

__all__ = [
    "add_draft_options",
    "add_family_options",
    "family_lines",
    "look_up",
    "precedent_lines",
]

JsonObject: TypeAlias = dict[str, Any]

_KINDS: Mapping[Kind, str] = {
    "handed_down": "下沿",
    "taken_over": "横向借鉴",
    "renewed": "沿用",
    "taken_up": "上采",
    "unknown": "来路不明",
}
_MOST_SHOWN = 5  # places or years of a family that a line names


def add_draft_options(parser: argparse.ArgumentParser, *, given_path: Callable[[str], Path]) -> None:
    """Add what `precedents` takes beside the filters, -k, --index and --json."""
    parser.add_argument("--file", type=given_path, metavar="DRAFT", help="a draft: text, html, pdf, docx, xlsx")
    parser.add_argument(
        "--kind", action="append", default=[], metavar="NAME", help="only notices of this 文种: 意见, 方案 …"
    )
    parser.add_argument(
        "--field", metavar="WORD", help="only notices whose titles name this field of policy: 养老, 物流 …"
    )
    parser.add_argument(
        "--baseline", metavar="CLAUSE_ID", help="show what the draft and each precedent change of this clause"
    )


def add_family_options(parser: argparse.ArgumentParser) -> None:
    """Add what `families` takes beside --index and --json."""
    parser.add_argument("--least", type=_count, default=2, metavar="N", help="only families in N notices or more (2)")


def look_up(
    index: Index, options: argparse.Namespace, filters: Filters
) -> Iterator[tuple[ClausePrecedents, Clause | None]]:
    """The precedents of each clause of the text or file given, with the baseline clause where one was named.

    Raises UsageError for neither or both of them, a draft that cannot be read, and a baseline that does not exist.
    """
    from msgspec.structs import replace

    from indexer.precedents import draft_of_file, draft_of_text, precedents_of_draft

    if (options.text is None) == (options.file is None):
        raise UsageError("give either a text or --file DRAFT")
    if options.k < 1:
        raise UsageError(f"-k must be 1 or more, not {options.k}")
    draft = draft_of_text(options.text) if options.file is None else draft_of_file(options.file)
    baseline = index.clause(options.baseline) if options.baseline else None
    filters = replace(filters, kinds=tuple(options.kind))
    for found in precedents_of_draft(index, draft, k=options.k, filters=filters, field=options.field):
        yield found, baseline


def precedent_lines(found: ClausePrecedents, index: Index, baseline: Clause | None) -> Iterator[str]:
    """The precedents of one clause of a draft for a person at a terminal: 〔-deleted-〕 and 〔+inserted+〕 words marked."""

    from indexer.exports.draft_reports import LABEL_NAMES
    from indexer.json_precedents import precedent_object

    shown = precedent_object(found, index, baseline)
    yield f"{found.number}{found.text}" + ("  (套话)" if found.boilerplate else "")
    if shown["baseline"]:
        yield f"  对照 {shown['baseline']['clause_id']}: {_marked(shown['baseline']['diff'])}"
    for each in shown["precedents"]:
        where = "  ".join(filter(None, (each["place"], each["issued_on"], each["title"])))
        more = f"  另见于 {each['n_notices'] - 1} 个文件" if each["n_notices"] > 1 else ""
        plain = "  (套话)" if each["boilerplate"] else ""
        yield f"{each['rank']:>3}. {LABEL_NAMES[each['label']]} {each['share']:.0%}  {where}{more}{plain}"
        yield f"     [{each['clause_id']}] {_marked(each['diff']) if each['label'] != 'similar' or baseline else each['text']}"
    if found.earliest:
        yield f"  最早出处 {found.earliest.day}  {found.earliest.place}  {found.earliest.title} [{found.earliest.clause_id}]"
    nodes = {node.clause_id: node for node in found.genealogy.nodes}
    for edge in found.genealogy.edges:
        child, parent = nodes[edge.child], nodes[edge.parent]
        evidence = "引用" if edge.evidence == "cites" else "按日期和层级"
        yield f"  {parent.place} {parent.day} → {child.place} {child.day}  {_KINDS[edge.kind]}({evidence})"
    yield ""


def _marked(stretches: Sequence[JsonObject]) -> str:
    marks = {"equal": "{}", "delete": "〔-{}-〕", "insert": "〔+{}+〕"}
    return "".join(marks[each["kind"]].format(each["text"]) for each in stretches)


def family_lines(family: Family) -> Iterator[str]:
    """One family for a person at a terminal."""
    places = "、".join(f"{place} {count}" for place, count in family.places[:_MOST_SHOWN])
    years = "、".join(f"{year} {count}" for year, count in family.years[:_MOST_SHOWN])
    plain = "  (套话)" if family.boilerplate else ""
    yield f"{family.n_notices} 个文件 {len(family.clause_ids)} 条  始见 {family.first_day or '日期不明'}{plain}  [{family.family_id}]"
    yield f"  {family.text}"
    yield f"  {places}  {years}"


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be 1 or more, not {text}")
    return int(text)
