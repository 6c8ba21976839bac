"""How well generated notices are read: the measures of the gold notices, recall by form, and what the seeds show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from eval.deviations import explain
from eval.fields import FIELDS, score_notice
from eval.generated.truth import WrittenClause, WrittenNotice
from eval.generated.writer import write_notice
from eval.gold import squeeze
from eval.headers import explain_header, score_header
from eval.matching import Alignment, Tally, align
from indexer.records import Clause, Notice

__all__ = ["GeneratedReport", "score_generated"]

_SHOWN = 30  # failing seeds that are explained


@dataclass(frozen=True, slots=True)
class GeneratedReport:
    """Scores over generated notices; reads like the report of `eval.structure`, with the forms beside it."""

    n_notices: int
    total: Mapping[str, Tally]  # field → tally; the fields are FIELDS
    by_layout: Mapping[str, Tally]  # layout → clauses
    by_kind: Mapping[str, Tally]  # kind of document → clauses
    by_form: Mapping[str, Tally]  # form of a unit → units with roles found, of those written (said = judged)
    by_numbering: Mapping[str, Tally]  # kind of label → clauses found, of those written (said = judged)
    values: Mapping[str, Tally]  # last days of deadlines, numbers of targets: right of those whose words were found
    header_accuracy: Mapping[str, tuple[int, int]]  # element → (right, judged)
    alignments: tuple[Alignment, ...]  # by notice, for a table of rules
    failures: tuple[str, ...]  # the first failing seeds, one line each
    n_failing: int
    misses: tuple[str, ...] = ()  # one line a deviation, of every failing notice


@dataclass(slots=True)
class _Counts:
    """Tallies by name, added up."""

    tallies: dict[str, Tally] = field(default_factory=dict)

    def add(self, name: str, tally: Tally) -> None:
        self.tallies[name] = self.tallies.get(name, Tally()) + tally


def score_generated(n: int, first_seed: int = 0, *, explained: bool = False) -> GeneratedReport:
    """Scores of the parser on the notices of `n` seeds from `first_seed`; with `explained`, every deviation in words.

    A notice fails when a clause, a unit or a role is wrong; persons, spans and header elements are counted only.
    About 20 ms a notice.
    """
    from indexer.notices import parse

    total, layouts, kinds, forms, labels, values = (_Counts() for _ in range(6))
    headers: Counter[str] = Counter()
    right: Counter[str] = Counter()
    alignments: list[Alignment] = []
    failures: list[str] = []
    misses: list[str] = []
    failing = 0
    for seed in range(first_seed, first_seed + n):
        written = write_notice(seed)
        notice = parse(written.raw)
        tallies = score_notice(written.judged, notice.clauses)
        alignment = align(written.judged, notice.clauses)
        alignments.append(alignment)
        for name in FIELDS:
            total.add(name, tallies[name])
        layouts.add(written.layout, tallies["clauses"])
        kinds.add(written.kind, tallies["clauses"])
        _count_forms(written, alignment, forms, labels, values)
        elements = score_header(written.header, notice)
        headers.update(elements)
        right.update(name for name, is_right in elements.items() if is_right)
        if any(tallies[name].f1 < 1 for name in ("clauses", "units", "units + roles", "inherited units")):
            failing += 1
            if len(failures) < _SHOWN:
                failures.append(_one_line(written, notice, tallies))
        if explained:
            lines = explain(written.judged, notice) + explain_header(written.header, notice, elements)
            misses += [f"{seed} {written.kind}/{written.layout} {line}" for line in lines]
    return GeneratedReport(
        n,
        total.tallies,
        layouts.tallies,
        kinds.tallies,
        forms.tallies,
        labels.tallies,
        values.tallies,
        {name: (right[name], count) for name, count in sorted(headers.items())},
        tuple(alignments),
        tuple(failures),
        failing,
        tuple(misses),
    )


def _one_line(written: WrittenNotice, notice: Notice, tallies: Mapping[str, Tally]) -> str:
    """A failing seed with its first deviation, clauses before units."""
    lines = [line for line in explain(written.judged, notice) if "CLAUSE" in line or "UNIT" in line]
    first = lines[0] if lines else f"inherited units: {tallies['inherited units']}"
    more = f" (+{len(lines) - 1})" if len(lines) > 1 else ""
    return f"{written.seed} {written.kind}/{written.layout} {first}{more}"


def _count_forms(
    written: WrittenNotice, alignment: Alignment, forms: _Counts, labels: _Counts, values: _Counts
) -> None:
    found = {gold.quote: clause for gold, clause in alignment.pairs}
    for truth, gold in zip(written.written, written.judged, strict=True):
        clause = found.get(gold.quote)
        labels.add(truth.numbering, _share(clause is not None))
        for form, is_right in _units_right(truth, clause):
            forms.add(form, _share(is_right))
        if clause is not None:
            _count_values(truth, clause, values)


def _share(is_right: bool) -> Tally:
    return Tally(int(is_right), 1, 1)


def _units_right(truth: WrittenClause, clause: Clause | None) -> Iterator[tuple[str, bool]]:
    """Form → whether the unit was found with its role; of inherited ones the name is enough."""
    said = {(squeeze(unit.surface), unit.role) for unit in clause.units} if clause else set()
    names = {surface for surface, _ in said}
    for unit in truth.units:
        name = squeeze(unit.name)
        yield unit.form, name in names if unit.inherited else (name, unit.role) in said


def _count_values(truth: WrittenClause, clause: Clause, values: _Counts) -> None:
    """Meanings of spans that were found: the last day of a deadline, number, unit and direction of a target."""
    if truth.deadline and clause.deadline and squeeze(truth.deadline.text) == squeeze(clause.deadline.text):
        values.add("deadline: last day", _share(clause.deadline.ends_on == truth.deadline.ends_on))
    spans = {squeeze(target.text): target for target in clause.targets}
    for wanted in truth.targets:
        target = spans.get(squeeze(wanted.text))
        if target is None:
            continue
        quantity = target.quantities[-1] if target.quantities else None
        same = quantity is not None and abs(quantity.value - wanted.value) < 1e-6 * max(1.0, abs(wanted.value))
        values.add("target: number", _share(same))
        if quantity is not None:
            values.add("target: unit", _share(squeeze(quantity.unit) == squeeze(wanted.unit)))
            if wanted.direction:
                values.add("target: direction", _share(quantity.direction == wanted.direction))
