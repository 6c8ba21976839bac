"""Judged wording of the samples: which clauses have it, who had it first, and from whom it was taken.

`gold.jsonl` has one clause a line, written from the texts of the notices, never from what the program says:

| key | what stands there |
|---|---|
| `split` | `tune` for choosing numbers (care for the aged, tourism), `test` for reporting (all other fields) |
| `doc`, `quote` | the clause that is looked up like a draft |
| `pairs` | clauses of other notices, each with its `label` from the looked-up clause's side: `verbatim` every sentence stands there with the same figures, places, units, levels, years, run-in titles and who does it aside; `adapted` the wording was taken and something of substance changed, added, dropped or put in another order; `similar` the same matter in words of its own |
| `earliest` | the earliest dated clause that has the wording, verbatim or adapted; null where that might be doubted |
| `parent` | the notice that it was taken from, and how (`Edge.kind`); null where that might be doubted |
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.gold import Judgement
from indexer.errors import UsageError
from indexer.precedents import LABELS, Label
from indexer.precedents.genealogy import KINDS, Kind

__all__ = ["GOLD", "JudgedWording", "load_wordings"]

GOLD = Path(__file__).parent / "gold.jsonl"


@dataclass(frozen=True, slots=True)
class JudgedWording:
    """One clause with everything judged about its wording; grades of the judgements mean nothing here."""

    split: str
    clause: Judgement
    pairs: tuple[tuple[Judgement, Label], ...]
    earliest: Judgement | None
    parent: tuple[str, Kind] | None  # doc of the gold records


def load_wordings(path: Path = GOLD, *, split: str = "all") -> list[JudgedWording]:
    """The judged wordings of a split; raises UsageError for a record that is malformed."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            found.append(_wording(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(f"{path}:{number}: not a judged wording ({error}); correct the record") from error
    return [wording for wording in found if split in ("all", wording.split)]


def _wording(record: Mapping[str, Any]) -> JudgedWording:
    parent = record["parent"]
    if parent is not None and parent["kind"] not in KINDS:
        raise ValueError(f"no such kind {parent['kind']}")
    return JudgedWording(
        split=record["split"],
        clause=_judgement(record),
        pairs=tuple((_judgement(pair), LABELS[LABELS.index(pair["label"])]) for pair in record["pairs"]),
        earliest=_judgement(record["earliest"]) if record["earliest"] else None,
        parent=(parent["doc"], parent["kind"]) if parent else None,
    )


def _judgement(record: Mapping[str, Any]) -> Judgement:
    return Judgement(record["doc"], record["quote"], 1)
