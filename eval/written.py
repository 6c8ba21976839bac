"""The parser on generated notices: their scores, and what stands behind each rule there."""

from __future__ import annotations

from dataclasses import dataclass

from eval.evidence import Evidence, RuleRow, gather, rows_of
from eval.forms import Unit, unit_forms
from eval.generated.scoring import GeneratedReport, score_generated
from eval.generated.truth import WrittenNotice
from eval.generated.writer import write_notice
from eval.gold import squeeze
from eval.pages import Page, page_of, stretches
from eval.rules import rule_names

__all__ = ["Generated", "score_written"]

_LOOSE = {"prose", "group"}  # the writer knows no finer form
_CALLED = {
    "section_wide": "heading"
}  # units on the line below a heading hold for the section, and belong to the heading


@dataclass(frozen=True, slots=True)
class Generated:
    """Scores on generated notices, and the evidence of the rules."""

    scores: GeneratedReport
    rules: tuple[RuleRow, ...]


def score_written(count: int) -> Generated:
    """Scores and evidence on the notices of the first `count` seeds."""
    scores = score_generated(count)
    evidence = Evidence()
    for seed, alignment in enumerate(scores.alignments):
        written = write_notice(seed)
        page = page_of(written.raw)
        evidence.add(gather(f"g{seed}", page, written.judged, alignment, forms=_forms(written, page)))
    return Generated(scores, rows_of(evidence, rule_names()))


def _forms(written: WrittenNotice, page: Page) -> list[dict[Unit, str]]:
    """For each judged clause the forms of its units as the writer wrote them.

    The page tells what the writer does not keep apart: kinds of prose, and a labelled bracket that begins a line.
    """
    places = stretches(page, written.judged)
    told = {place.gold: forms for place, forms in zip(places, unit_forms(page, places), strict=True)}
    known: list[dict[Unit, str]] = []
    for clause, gold in zip(written.written, written.judged, strict=True):
        forms = dict(told.get(gold, {}))
        for unit in clause.units:
            key = (squeeze(unit.name), "inherited" if unit.inherited else str(unit.role))
            on_a_line = unit.form == "unit_bracket" and forms.get(key) == "unit_line"
            if unit.form not in _LOOSE and not on_a_line:
                forms[key] = _CALLED.get(unit.form, unit.form)
        known.append(forms)
    return known
