"""The JSON objects of `precedents` and `families`: what was found for a clause of a draft, and what clauses share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from indexer.index import Index
from indexer.precedents import ClausePrecedents, Difference, Edge, Family, Node, Precedent, differences
from indexer.records import Clause, Notice

__all__ = ["family_object", "precedent_object"]

JsonObject: TypeAlias = dict[str, Any]


def precedent_object(found: ClausePrecedents, index: Index, baseline: Clause | None) -> JsonObject:
    """The precedents of one clause of a draft, as `precedents` writes them."""
    ids = [clause_id for each in found.precedents for clause_id in (each.clause_id, *each.also_in)]
    clauses, notices = _found(index, ids)
    compared_with = found.text if baseline is None else baseline.text
    return {
        "number": found.number,
        "headings": list(found.headings),
        "text": found.text,
        "boilerplate": found.boilerplate,
        "precedents": [
            _precedent_object(each, clauses, notices)
            | {"diff": _diff_objects(differences(compared_with, clauses[each.clause_id].text))}
            for each in found.precedents
        ],
        "earliest": _node_object(found.earliest) if found.earliest else None,
        "genealogy": {
            "nodes": [_node_object(node) for node in found.genealogy.nodes],
            "edges": [_edge_object(edge) for edge in found.genealogy.edges],
        },
        "baseline": None
        if baseline is None
        else {
            "clause_id": baseline.clause_id,
            "text": baseline.text,
            "diff": _diff_objects(differences(baseline.text, found.text)),
        },
    }


def _precedent_object(each: Precedent, clauses: Mapping[str, Clause], notices: Mapping[str, Notice]) -> JsonObject:
    clause = clauses[each.clause_id]
    others = [clauses[clause_id] for clause_id in each.also_in]
    return {
        "rank": each.rank,
        "score": each.score,
        "label": each.label,
        "share": each.share,
        "share_of_found": each.share_of_found,
        "boilerplate": each.boilerplate,
        **_clause_object(clause, notices[clause.doc_id]),
        "headings": list(clause.headings),
        "text": clause.text,
        "units": [{"name": unit.name, "surface": unit.surface, "role": unit.role} for unit in clause.units],
        "n_notices": len({clause.doc_id, *(other.doc_id for other in others)}),
        "also_in": [_clause_object(other, notices[other.doc_id]) for other in others],
    }


def _clause_object(clause: Clause, notice: Notice) -> JsonObject:
    return {
        "clause_id": clause.clause_id,
        "doc_id": clause.doc_id,
        "title": notice.title,
        "place": str(notice.place),
        "level": notice.level,
        "issued_on": notice.issued_on,
        "published_on": notice.published_on,
        "source_path": notice.source.path,
    }


def _node_object(node: Node) -> JsonObject:
    return {
        "clause_id": node.clause_id,
        "doc_id": node.doc_id,
        "title": node.title,
        "place": node.place,
        "level": node.level,
        "day": node.day,
    }


def _edge_object(edge: Edge) -> JsonObject:
    return {
        "child": edge.child,
        "parent": edge.parent,
        "kind": edge.kind,
        "evidence": edge.evidence,
        "share": edge.share,
    }


def _diff_objects(stretches: Sequence[Difference]) -> list[JsonObject]:
    return [{"kind": each.kind, "text": each.text} for each in stretches]


def _found(index: Index, clause_ids: Sequence[str]) -> tuple[dict[str, Clause], dict[str, Notice]]:
    """The clauses by clause_id, and the heads of all notices by doc_id."""
    clauses = {clause.clause_id: clause for clause in index.clauses(list(dict.fromkeys(clause_ids)))}
    return clauses, {notice.doc_id: notice for notice in index.notices()}


def family_object(family: Family) -> JsonObject:
    """One family, as `families` writes it."""
    return {
        "family_id": family.family_id,
        "text": family.text,
        "n_clauses": len(family.clause_ids),
        "n_notices": family.n_notices,
        "n_wordings": family.n_wordings,
        "first_day": family.first_day,
        "places": [{"place": place, "n_notices": count} for place, count in family.places],
        "years": [{"year": year, "n_notices": count} for year, count in family.years],
        "boilerplate": family.boilerplate,
        "clause_ids": list(family.clause_ids),
    }
