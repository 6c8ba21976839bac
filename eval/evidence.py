"""What stands behind each rule: how often it fired and was right, how much that is written in its form was found.

Precision is counted by the rule that the parser names, recall by the form that `eval.forms` and `eval.wordings` tell from
the page. A rule that never fired, or whose form nobody wrote, has no precision or recall: that is None, never 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from eval.forms import UNCLEAR, in_table, person_form, unit_forms
from eval.gold import GoldClause, squeeze
from eval.matching import Alignment
from eval.pages import Page, Stretch, stretches
from eval.wordings import TABLE_ROW, UNNUMBERED, deadline_form, label_of, numbering_style, style_of_label, target_form
from indexer.records import Clause

__all__ = ["KINDS", "Evidence", "Example", "RuleRow", "gather", "rows_of"]

KINDS = ("units", "deadlines", "targets", "persons", "numbering")

Key = tuple[str, str]  # kind, rule


@dataclass(frozen=True, slots=True)
class Example:
    """One deviation: in which notice, under which number, what was judged and what was said."""

    doc: str
    number: str
    judged: str  # empty where nothing was
    said: str  # empty where nothing was

    @property
    def place(self) -> str:
        """Notice and number: s04 （一）."""
        return f"{self.doc} {self.number}".strip()


@dataclass(frozen=True, slots=True)
class RuleRow:
    """The evidence of one rule, or of a form that no rule is named for."""

    kind: str
    rule: str
    fired: int = 0
    right: int = 0
    judged: int = 0
    found: int = 0
    misses: tuple[Example, ...] = ()  # things judged and not found, of each notice the first
    falses: tuple[Example, ...] = ()  # things said and not judged, likewise
    named: bool = True  # a rule of the parser is named so

    @property
    def precision(self) -> float | None:
        """Share of what the rule said that is right; None where it never fired."""
        return self.right / self.fired if self.fired else None

    @property
    def recall(self) -> float | None:
        """Share of what is written in its form that was found; None where nothing is."""
        return self.found / self.judged if self.judged else None

    @property
    def proven(self) -> bool:
        """Whether the notices exercise the rule: it fired, and something is written in its form."""
        return bool(self.fired and self.judged)


@dataclass(slots=True)
class Evidence:
    """Counts of all rules, to be added up over notices."""

    counts: dict[Key, list[int]] = field(default_factory=dict)  # fired, right, judged, found
    misses: dict[Key, dict[str, Example]] = field(default_factory=dict)  # by notice, the first of each
    falses: dict[Key, dict[str, Example]] = field(default_factory=dict)

    def said(self, kind: str, rule: str, example: Example, *, right: bool) -> None:
        """Count what a rule said."""
        row = self.counts.setdefault((kind, rule), [0, 0, 0, 0])
        row[0] += 1
        row[1] += right
        if not right:
            self.falses.setdefault((kind, rule), {}).setdefault(example.doc, example)

    def judged(self, kind: str, form: str, example: Example, *, found: bool) -> None:
        """Count what is written in a form."""
        row = self.counts.setdefault((kind, form), [0, 0, 0, 0])
        row[2] += 1
        row[3] += found
        if not found:
            self.misses.setdefault((kind, form), {}).setdefault(example.doc, example)

    def add(self, other: Evidence) -> None:
        """Take the counts of other notices in."""
        for key, row in other.counts.items():
            own = self.counts.setdefault(key, [0, 0, 0, 0])
            self.counts[key] = [a + b for a, b in zip(own, row, strict=True)]
        for own_examples, examples in ((self.misses, other.misses), (self.falses, other.falses)):
            for key, by_doc in examples.items():
                own_examples[key] = {**by_doc, **own_examples.get(key, {})}


def rows_of(evidence: Evidence, names: Mapping[str, Sequence[str]]) -> tuple[RuleRow, ...]:
    """One row a rule: by kind, the parser's own names in their order, then forms that no rule is named for."""
    keys = [(kind, rule) for kind in KINDS for rule in names.get(kind, ())]
    keys += sorted((key for key in evidence.counts if key not in set(keys)), key=lambda key: (KINDS.index(key[0]), key))
    keys.sort(key=lambda key: KINDS.index(key[0]))
    return tuple(_row(evidence, kind, rule, named=rule in names.get(kind, ())) for kind, rule in keys)


def _row(evidence: Evidence, kind: str, rule: str, *, named: bool) -> RuleRow:
    key = (kind, rule)
    fired, right, judged, found = evidence.counts.get(key, [0, 0, 0, 0])
    misses = tuple(evidence.misses.get(key, {}).values())
    falses = tuple(evidence.falses.get(key, {}).values())
    return RuleRow(kind, rule, fired, right, judged, found, misses, falses, named)


# --- one notice ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Pair:
    """A clause that was judged, said, or both, and where it stands on the page."""

    doc: str
    gold: GoldClause | None
    clause: Clause | None
    place: Stretch | None

    def example(self, judged: str, said: str) -> Example:
        """A deviation in this clause."""
        number = self.clause.clause_id.partition(":")[2] if self.clause else ""
        if not number and self.gold:
            number = label_of(self.gold.path[-1]) if self.gold.path else ""
        return Example(self.doc, number, judged, said)


def gather(
    doc: str,
    page: Page,
    judged: Sequence[GoldClause],
    alignment: Alignment,
    *,
    forms: Sequence[Mapping[Key, str]] | None = None,
) -> Evidence:
    """The evidence of one notice: judged clauses aligned with those said, and the page that both were read from.

    `forms` gives for each judged clause the forms of its units, by (surface, role), where the writer of the notice knows
    them; without it they are told from the page.
    """
    evidence = Evidence()
    places = {place.gold: place for place in stretches(page, judged)}
    if forms is None:
        told = dict(zip(places, unit_forms(page, list(places.values())), strict=True))
    else:
        told = {gold: dict(known) for gold, known in zip(judged, forms, strict=True)}
    pairs = [_Pair(doc, gold, clause, places.get(gold)) for gold, clause in alignment.pairs]
    pairs += [_Pair(doc, gold, None, places.get(gold)) for gold in alignment.missed]
    pairs += [_Pair(doc, None, clause, None) for clause in alignment.spurious]
    for pair in pairs:
        own = told.get(pair.gold, {}) if pair.gold else {}
        _units(evidence, pair, own)
        _deadline(evidence, pair, page)
        _targets(evidence, pair)
        _persons(evidence, pair, page)
        _numbering(evidence, pair, page, own)
    return evidence


def _units(evidence: Evidence, pair: _Pair, forms: Mapping[Key, str]) -> None:
    mentions = pair.clause.units if pair.clause else ()
    said = {(squeeze(unit.surface), str(unit.role)) for unit in mentions}
    names = {surface for surface, _ in said}
    roles = {(squeeze(surface), str(role)) for surface, role in pair.gold.units} if pair.gold else set()
    inherited = {squeeze(name) for name in pair.gold.inherited} if pair.gold else set()
    for surface, role, rule in sorted({(squeeze(u.surface), str(u.role), u.rule) for u in mentions}):
        right = (surface, role) in roles or surface in inherited
        judged = ", ".join(sorted(r for name, r in roles if name == surface))
        example = pair.example(f"{surface} as {judged}" if judged else "", f"{surface} as {role}")
        evidence.said("units", rule, example, right=right)
    for surface, role in sorted(roles):
        other = ", ".join(sorted(r for name, r in said if name == surface))
        example = pair.example(f"{surface} as {role}", f"{surface} as {other}" if other else "")
        form = forms.get((surface, role), UNCLEAR)
        evidence.judged("units", form, example, found=(surface, role) in said)
    for surface in sorted(inherited):
        form = forms.get((surface, "inherited"), UNCLEAR)
        evidence.judged("units", form, pair.example(f"{surface} inherited", ""), found=surface in names)


def _deadline(evidence: Evidence, pair: _Pair, page: Page) -> None:
    judged = squeeze(pair.gold.deadline or "") if pair.gold else ""
    deadline = pair.clause.deadline if pair.clause else None
    said = squeeze(deadline.text) if deadline else ""
    example = pair.example(judged, said)
    if deadline:
        evidence.said("deadlines", deadline.rule or "unnamed", example, right=said == judged)
    if judged and pair.gold:
        form = deadline_form(page, pair.place, judged) if pair.place else UNCLEAR
        evidence.judged("deadlines", form, example, found=said == judged)


def _targets(evidence: Evidence, pair: _Pair) -> None:
    judged = {squeeze(target) for target in pair.gold.targets} if pair.gold else set()
    targets = pair.clause.targets if pair.clause else ()
    said = {squeeze(target.text) for target in targets}
    for text, rule in sorted({(squeeze(target.text), target.rule or "unnamed") for target in targets}):
        near = _overlapping(text, judged - said)
        evidence.said("targets", rule, pair.example(near, text), right=text in judged)
    for text in sorted(judged):
        form = target_form(text)
        evidence.judged("targets", form, pair.example(text, _overlapping(text, said - judged)), found=text in said)


def _overlapping(text: str, others: Iterable[str]) -> str:
    return next((other for other in sorted(others) if other in text or text in other), "")


def _persons(evidence: Evidence, pair: _Pair, page: Page) -> None:
    judged = {squeeze(person) for person in pair.gold.persons} if pair.gold else set()
    said = {squeeze(person) for person in pair.clause.persons} if pair.clause else set()
    for name in sorted(said | judged):
        form = person_form(page, pair.place, name) if pair.place else UNCLEAR
        example = pair.example(name if name in judged else "", name if name in said else "")
        if name in said:
            evidence.said("persons", form, example, right=name in judged)
        if name in judged:
            evidence.judged("persons", form, example, found=name in said)


def _numbering(evidence: Evidence, pair: _Pair, page: Page, forms: Mapping[Key, str]) -> None:
    wanted = said = ""
    number = squeeze(pair.clause.number) if pair.clause else ""
    label = squeeze(pair.gold.path[-1]) if pair.gold and pair.gold.path else ""
    if pair.gold:
        cells = pair.place is not None and (in_table(page, pair.place) or "table_column" in forms.values())
        wanted = numbering_style(pair.gold, in_table=cells)
    if pair.clause:
        said = style_of_label(pair.clause.number)
        if wanted == TABLE_ROW or (pair.clause.columns and not pair.gold):
            said = TABLE_ROW  # a row's number is a cell of it, whatever it looks like
    if said == UNNUMBERED and pair.place and page.text.find(label[:6], pair.place.before, pair.place.start) < 0:
        wanted = UNNUMBERED  # a paragraph behind the last item, which the judges put under that item
    right = wanted == said and (wanted in (TABLE_ROW, UNNUMBERED) or label.startswith(number))
    example = pair.example(
        (label[:16] or "no number") if pair.gold else "no clause",
        (number or "no number") if pair.clause else "no clause",
    )
    if said:
        evidence.said("numbering", said, example, right=right)
    if wanted:
        evidence.judged("numbering", wanted, example, found=right)
