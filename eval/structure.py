"""How well notices are taken apart: every judged notice parsed afresh and compared with its gold records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from eval.deviations import explain
from eval.fields import FIELDS, RuleRow, rule_rows, score_notice
from eval.gold import Gold, corpus_files, files_of_docs
from eval.headers import explain_header, score_header
from eval.matching import Alignment, Tally, align

__all__ = ["StructureReport", "score_structure"]


@dataclass(frozen=True, slots=True)
class StructureReport:
    """Scores of every judged notice, by notice and together."""

    by_doc: Mapping[str, Mapping[str, Tally]]  # doc → field → tally
    headers: Mapping[str, Mapping[str, bool]]  # doc → element → right
    rules: tuple[RuleRow, ...]
    misses: tuple[str, ...] = ()  # one line a deviation

    @property
    def total(self) -> dict[str, Tally]:
        """The tallies of all notices added up."""
        return {name: sum((tallies[name] for tallies in self.by_doc.values()), Tally()) for name in FIELDS}

    @property
    def header_accuracy(self) -> dict[str, tuple[int, int]]:
        """Element → (right, judged) over all notices."""
        accuracy: dict[str, tuple[int, int]] = {}
        for elements in self.headers.values():
            for element, right in elements.items():
                so_far = accuracy.get(element, (0, 0))
                accuracy[element] = (so_far[0] + right, so_far[1] + 1)
        return accuracy


def score_structure(gold: Gold, corpus: Path) -> StructureReport:
    """Scores of the parser on every judged notice; parses the files of `corpus` afresh."""
    from indexer.notices import parse
    from indexer.sources import read

    by_doc: dict[str, dict[str, Tally]] = {}
    headers: dict[str, dict[str, bool]] = {}
    alignments: list[Alignment] = []
    misses: list[str] = []
    for doc, path in files_of_docs(gold.docs, corpus_files(corpus)).items():
        notice = parse(read(path))
        if doc in gold.clauses:
            judged = gold.clauses[doc]
            by_doc[doc] = score_notice(judged, notice.clauses)
            alignments.append(align(judged, notice.clauses))
            misses += [f"{doc} {line}" for line in explain(judged, notice)]
        if doc in gold.headers:
            headers[doc] = score_header(gold.headers[doc], notice)
            misses += [f"{doc} {line}" for line in explain_header(gold.headers[doc], notice, headers[doc])]
    return StructureReport(by_doc, headers, rule_rows(alignments), tuple(misses))
