"""How well notices are taken apart: every judged notice parsed afresh and compared with its gold records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from eval.deviations import explain
from eval.evidence import Evidence, RuleRow, gather, rows_of
from eval.fields import FIELDS, score_notice
from eval.gold import Gold, corpus_files, files_of_docs
from eval.headers import explain_header, score_header
from eval.matching import Tally, align
from eval.pages import page_of
from eval.rules import rule_names
from indexer.records import Clause

__all__ = ["StructureReport", "joined", "score_structure"]

VALUES = ("deadlines with a last day", "targets with a number")
_PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class StructureReport:
    """Scores of every judged notice, by notice and together."""

    by_doc: Mapping[str, Mapping[str, Tally]]  # doc → field → tally
    headers: Mapping[str, Mapping[str, bool]]  # doc → element → right
    evidence: Evidence
    misses: tuple[str, ...] = ()  # one line a deviation
    sets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # name of a set → its docs
    values: Mapping[str, Tally] = field(default_factory=dict)  # spans that were given a meaning, of those said
    outside: frozenset[str] = frozenset()  # docs that are no part of the project, whose words no report may quote

    @property
    def total(self) -> dict[str, Tally]:
        """The tallies of all notices added up."""
        return self.total_of(list(self.by_doc))

    def total_of(self, docs: Sequence[str]) -> dict[str, Tally]:
        """The tallies of some notices added up."""
        return {name: sum((self.by_doc[doc][name] for doc in docs), Tally()) for name in FIELDS}

    @property
    def header_accuracy(self) -> dict[str, tuple[int, int]]:
        """Element → (right, judged) over all notices."""
        accuracy: dict[str, tuple[int, int]] = {}
        for elements in self.headers.values():
            for element, right in elements.items():
                so_far = accuracy.get(element, (0, 0))
                accuracy[element] = (so_far[0] + right, so_far[1] + 1)
        return accuracy

    @property
    def rules(self) -> tuple[RuleRow, ...]:
        """The evidence of every rule of the parser, exercised or not."""
        return rows_of(self.evidence, rule_names())


def score_structure(gold: Gold, corpus: Path, *, name: str = "") -> StructureReport:
    """Scores of the parser on every judged notice; parses the files of `corpus` afresh. `name` is the set's."""
    from indexer.notices import parse
    from indexer.sources import read

    by_doc: dict[str, dict[str, Tally]] = {}
    headers: dict[str, dict[str, bool]] = {}
    evidence = Evidence()
    misses: list[str] = []
    values = Tally(), Tally()
    files = files_of_docs(gold.docs, corpus_files(corpus))
    for doc, path in files.items():
        raw = read(path)
        notice = parse(raw)
        if doc in gold.clauses:
            judged = gold.clauses[doc]
            by_doc[doc] = score_notice(judged, notice.clauses)
            evidence.add(gather(doc, page_of(raw), judged, align(judged, notice.clauses)))
            misses += [f"{doc} {line}" for line in explain(judged, notice)]
            values = values[0] + _dated(notice.clauses), values[1] + _quantified(notice.clauses)
        if doc in gold.headers:
            headers[doc] = score_header(gold.headers[doc], notice)
            misses += [f"{doc} {line}" for line in explain_header(gold.headers[doc], notice, headers[doc])]
    outside = frozenset(doc for doc, path in files.items() if not path.resolve().is_relative_to(_PROJECT))
    return StructureReport(
        by_doc,
        headers,
        evidence,
        tuple(misses),
        {name or corpus.name: tuple(by_doc)},
        dict(zip(VALUES, values, strict=True)),
        outside,
    )


def _dated(clauses: Sequence[Clause]) -> Tally:
    """Deadlines with a last day on the calendar, of those said."""
    deadlines = [clause.deadline for clause in clauses if clause.deadline]
    return Tally(sum(deadline.ends_on is not None for deadline in deadlines), len(deadlines), len(deadlines))


def _quantified(clauses: Sequence[Clause]) -> Tally:
    """Targets with a number that was understood, of those said."""
    targets = [target for clause in clauses for target in clause.targets]
    return Tally(sum(bool(target.quantities) for target in targets), len(targets), len(targets))


def joined(reports: Sequence[StructureReport]) -> StructureReport:
    """The reports of several sets as one."""
    evidence = Evidence()
    for report in reports:
        evidence.add(report.evidence)
    return StructureReport(
        {doc: tallies for report in reports for doc, tallies in report.by_doc.items()},
        {doc: elements for report in reports for doc, elements in report.headers.items()},
        evidence,
        tuple(line for report in reports for line in report.misses),
        {name: docs for report in reports for name, docs in report.sets.items()},
        {name: sum((report.values.get(name, Tally()) for report in reports), Tally()) for name in VALUES},
        frozenset().union(*(report.outside for report in reports)),
    )
