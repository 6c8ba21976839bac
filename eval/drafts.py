"""How often each rule of the draft check is right, and how often it finds a fault that was put in.

Precision: every sample is checked as a draft against the archive of the samples, and each finding judged by a person
(`draft_findings.jsonl` in the gold folder): a fault of the text, a true statement that is no fault, or wrong. Recall: into
the text of each sample a seeded choice puts one fault of one rule; found is what the rule reports on that line and did
not report before.
"""

from __future__ import annotations

import json
import random
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from eval.draft_mutations import MUTATIONS
from eval.sets import JudgedSet
from eval.tables import Table
from indexer.drafts import RULES, Draft, Finding, check_draft, read_draft
from indexer.index import Index
from indexer.records import Block, RawNotice, Source

__all__ = ["DraftScores", "draft_tables", "score_drafts"]

_TODAY = date(2026, 1, 1)  # for samples without a date
_SEED = 20_240_601
_PER_SAMPLE = 2  # faults of a rule put into one sample, at most
_JUDGED_FILE = "draft_findings.jsonl"
_VERDICTS = ("fault", "true", "wrong")


@dataclass(slots=True)
class DraftScores:
    """By rule: findings on the samples by verdict, and faults put in and found."""

    verdicts: dict[str, Counter[str]] = field(default_factory=lambda: {rule: Counter() for rule in RULES})
    put_in: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list)  # findings, and faults that were missed
    n_samples: int = 0


def score_drafts(judged_set: JudgedSet) -> DraftScores:
    """The scores of every rule over the samples of one set."""
    from eval.gold import corpus_files
    from indexer.build import build
    from indexer.index import open_index
    from indexer.sources import read

    scores = DraftScores()
    judged = _verdicts(judged_set.gold.folder / _JUDGED_FILE)
    with tempfile.TemporaryDirectory(prefix="tiaowen-eval-") as folder:
        build([judged_set.corpus], Path(folder))
        with open_index(Path(folder)) as index:
            for path in corpus_files(judged_set.corpus):
                scores.n_samples += 1
                raw = read(path)
                draft = read_draft(raw, index, today=_TODAY)
                for each in check_draft(draft):
                    verdict = judged.get((path.stem, each.rule, each.quotation), "not judged")
                    scores.verdicts[each.rule][verdict] += 1
                    scores.lines.append(
                        f"{path.stem} line {each.line} {each.rule} [{verdict}]: {each.quotation} — {each.message}"
                    )
                _put_in_faults(scores, path.stem, draft, index)
    return scores


def _verdicts(path: Path) -> dict[tuple[str, str, str], str]:
    if not path.is_file():
        return {}
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return {(record["doc"], record["rule"], record["quotation"]): record["verdict"] for record in records}


def _put_in_faults(scores: DraftScores, name: str, draft: Draft, index: Index) -> None:
    base = _as_text(draft.body, name, index)
    before = {_key(each) for each in check_draft(base)}
    for rule, mutate in MUTATIONS.items():
        chance = random.Random(f"{_SEED} {name} {rule}")
        texts: set[str] = set()
        for _ in range(_PER_SAMPLE):
            mutated = mutate(base, chance)
            if mutated is None or mutated.text in texts:
                continue
            texts.add(mutated.text)
            scores.put_in[rule] += 1
            after = [each for each in check_draft(_as_text(mutated.text, name, index)) if _key(each) not in before]
            if any(each.rule == rule and each.line == mutated.line for each in after):
                scores.found[rule] += 1
            else:
                shown = mutated.text.split("\n")[mutated.line - 1][:60]
                scores.lines.append(f"{name} missed {rule} on line {mutated.line}: {shown}")


def _key(each: Finding) -> tuple[str, str, str]:
    return each.rule, each.quotation, each.message


def _as_text(text: str, name: str, index: Index) -> Draft:
    """The text as the draft that a text file of it would be."""
    source = Source(path=f"{name}.txt", url=None, sha256="", media_type="text/plain")
    raw = RawNotice(source, tuple(Block(text=line) for line in text.split("\n") if line.strip()))
    return read_draft(raw, index, today=_TODAY)


def draft_tables(sets: Sequence[JudgedSet]) -> tuple[list[Table], dict[str, Any], list[str]]:
    """Tables for the terminal, the same as JSON values, and a line for each finding and each miss."""
    tables: list[Table] = []
    values: dict[str, Any] = {}
    lines: list[str] = []
    columns = ("rule", "findings", "fault", "true", "wrong", "not judged", "put in", "found", "recall")
    for each in sets:
        scores = score_drafts(each)
        lines += scores.lines
        note = (
            f"{scores.n_samples} samples, each checked as a draft. A fault is one of the text; true, a right statement that is no "
            f"fault (the archive lacks what is cited). Faults were put in with the seed {_SEED}, at most {_PER_SAMPLE} a rule and sample."
        )
        tables.append(Table(f"Draft check, {each.name}", columns, tuple(_rows(scores)), note=note))
        values[each.name] = {
            rule: dict(scores.verdicts[rule]) | {"put_in": scores.put_in[rule], "found": scores.found[rule]}
            for rule in RULES
        }
    return tables, values, lines


def _rows(scores: DraftScores) -> Iterator[tuple[str, ...]]:
    for rule in RULES:
        verdicts, put_in, found = scores.verdicts[rule], scores.put_in[rule], scores.found[rule]
        recall = f"{found / put_in:.3f}" if put_in else "–"
        counts = (*(verdicts[verdict] for verdict in (*_VERDICTS, "not judged")), put_in, found)
        yield (rule, str(verdicts.total()), *map(str, counts), recall)
