"""What the structure scores look like: tables for the terminal and the report, the table of rules, and plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eval.charts import Bar, BarChart
from eval.evidence import KINDS, Example, RuleRow
from eval.fields import FIELDS
from eval.matching import Tally
from eval.structure import StructureReport
from eval.tables import Table, as_markdown
from eval.written import Generated

__all__ = ["generated_tables", "rule_tables", "rules_page", "structure_tables", "structure_values"]

_NONE = "–"
_BY_SET = (
    "clauses",
    "units",
    "units + roles",
    "persons",
    "deadlines (exact)",
    "targets (exact)",
    "targets (overlapping)",
)
_BY_NOTICE = ("clauses", "units", "units + roles", "persons", "deadlines (exact)", "targets (overlapping)")
_HEADINGS = {
    "units": "Rules for units",
    "deadlines": "Rules for deadlines",
    "targets": "Rules for targets",
    "persons": "Rules for persons",
    "numbering": "Rules for numbering",
}


def structure_tables(report: StructureReport) -> list[Table]:
    """Clause, unit and span scores together, by set and by notice, and header elements."""
    by_doc = tuple((doc, *(_f1(tallies[name]) for name in _BY_NOTICE)) for doc, tallies in report.by_doc.items())
    wrong = {
        element: ", ".join(doc for doc, found in report.headers.items() if not found.get(element, True))
        for element in report.header_accuracy
    }
    tables = [
        Table(
            "Structure, all judged notices",
            _FIELD_COLUMNS,
            _field_rows(report.total),
            "A missed clause's units count as missed, a spurious clause's units as wrong.",
            chart=BarChart("F1", tuple(Bar(name, tally.f1) for name, tally in report.total.items())),
        )
    ]
    if len(report.sets) > 1:
        totals = {name: report.total_of(docs) for name, docs in report.sets.items()}
        rows = tuple(
            (name, str(len(report.sets[name])), *(_f1(tallies[field]) for field in _BY_SET))
            for name, tallies in totals.items()
        )
        tables.append(Table("F1 by set", ("set", "notices", *_BY_SET), rows))
    tables.append(Table("Meaning of spans", ("what", "share", "of those said"), _value_rows(report.values)))
    tables.append(Table("F1 by notice", ("notice", *_BY_NOTICE), by_doc))
    return [*tables, _header_table("Header elements", report.header_accuracy, wrong)]


_FIELD_COLUMNS = ("what", "precision", "recall", "F1", "right", "said", "judged")


def _field_rows(total: Mapping[str, Tally]) -> tuple[tuple[str, ...], ...]:
    """Scores with their counts; – where nothing was judged and nothing said."""
    rows = []
    for name in FIELDS:
        tally = total[name]
        shares = (tally.precision, tally.recall, tally.f1)
        scores = [f"{share:.3f}" if tally.said or tally.judged else _NONE for share in shares]
        rows.append((name, *scores, str(tally.right), str(tally.said), str(tally.judged)))
    return tuple(rows)


def _value_rows(values: Mapping[str, Tally]) -> tuple[tuple[str, ...], ...]:
    return tuple((name, f"{tally.recall:.3f}", str(tally.said)) for name, tally in values.items())


def _header_table(title: str, accuracy: Mapping[str, tuple[int, int]], wrong: Mapping[str, str] | None = None) -> Table:
    columns = ("element", "accuracy", "right", "judged")
    rows = [(name, f"{right / judged:.3f}", str(right), str(judged)) for name, (right, judged) in accuracy.items()]
    if wrong is None:
        return Table(title, columns, tuple(rows))
    return Table(title, (*columns, "wrong in"), tuple((*row, wrong[row[0]]) for row in rows), words=1)


def generated_tables(generated: Generated) -> list[Table]:
    """Scores on generated notices, whose truth is known because they were written from it, and their header elements."""
    scores = generated.scores
    note = f"{scores.n_notices} notices of eval/generated; in {scores.n_failing} a clause, a unit or a role is wrong."
    layouts = tuple((name, *_scores(tally)) for name, tally in scores.by_layout.items())
    columns = ("layout", "precision", "recall", "F1", "clauses judged")
    return [
        Table("Structure, generated notices", _FIELD_COLUMNS, _field_rows(scores.total), note),
        Table("Clauses of generated notices by layout", columns, layouts),
        Table("Meaning of spans, generated notices", ("what", "right", "of those found"), _value_rows(scores.values)),
        _header_table("Header elements, generated notices", scores.header_accuracy),
    ]


def _scores(tally: Tally) -> list[str]:
    return [f"{tally.precision:.3f}", f"{tally.recall:.3f}", _f1(tally), str(tally.judged)]


def _f1(tally: Tally) -> str:
    return f"{tally.f1:.3f}" if tally.judged or tally.said else _NONE


# --- rules ---------------------------------------------------------------------------------------


def rule_tables(
    report: StructureReport, generated: Sequence[RuleRow] | None = None, *, quoting: bool = True
) -> list[Table]:
    """One table a kind of rule, then the rules that the judged notices do not exercise.

    With `generated`, the same figures over generated notices stand beside. Without `quoting`, words of notices that are
    no part of the project are left out.
    """
    beside = {(row.kind, row.rule): row for row in generated or ()}
    rules = report.rules
    known = {(row.kind, row.rule) for row in rules}
    rows = [*rules, *(RuleRow(*key, named=False) for key in beside if key not in known)]
    tables = [
        _rule_table(kind, [row for row in rows if row.kind == kind], beside, report, quoting=quoting) for kind in KINDS
    ]
    return [*(table for table in tables if table.rows), _unproven_table(rows, beside)]


def _rule_table(
    kind: str,
    rows: Sequence[RuleRow],
    beside: dict[tuple[str, str], RuleRow],
    report: StructureReport,
    *,
    quoting: bool,
) -> Table:
    columns = ["rule", "precision", "recall"] + (["generated precision", "generated recall"] if beside else [])
    cells = []
    for row in rows:
        line = [row.rule if row.named else f"({row.rule})", *_figures(row)]
        other = beside.get((row.kind, row.rule), RuleRow(row.kind, row.rule))
        if beside:
            line += _figures(other)
        shown = _deviation(row, report.outside, quoting=quoting) or _deviation(other, frozenset(), quoting=True)
        cells.append((*line, shown))
    return Table(_HEADINGS[kind], (*columns, "a miss, else a false one"), tuple(cells), words=1)


def _figures(row: RuleRow) -> list[str]:
    """Precision as right of fired, recall as found of judged: 0.971 (134/138)."""
    precision = _NONE if row.precision is None else f"{row.precision:.3f}"
    recall = _NONE if row.recall is None else f"{row.recall:.3f}"
    return [f"{precision} ({row.right}/{row.fired})", f"{recall} ({row.found}/{row.judged})"]


def _deviation(row: RuleRow, outside: frozenset[str], *, quoting: bool) -> str:
    """One of the row's examples in words, a miss before a false one: what was judged and what was said instead."""
    kind, examples = ("missed", row.misses) if row.misses else ("false", row.falses)
    if not examples:
        return ""
    chosen = next((example for example in examples if example.doc not in outside), examples[0])
    if not quoting and chosen.doc in outside:
        return f"{kind} in {chosen.place}"
    return f"{kind} in {chosen.place}: {_difference(chosen)}"


def _difference(example: Example) -> str:
    return f"judged {example.judged or 'nothing'}, said {example.said or 'nothing'}"


def _unproven_table(rows: Sequence[RuleRow], beside: dict[tuple[str, str], RuleRow]) -> Table:
    """Rules without precision or recall on judged notices, with what is lacking."""
    lines = []
    for row in rows:
        if row.proven or not row.named:
            continue
        other = beside.get((row.kind, row.rule))
        lacking = (
            "never fired, nothing judged"
            if not (row.fired or row.judged)
            else ("never fired" if not row.fired else "nothing judged in its form")
        )
        only = "generated notices exercise it" if other is not None and other.proven else ""
        lines.append((f"{row.kind}: {row.rule}", lacking, only) if beside else (f"{row.kind}: {row.rule}", lacking))
    columns = ("rule", "judged notices", "generated notices") if beside else ("rule", "judged notices")
    return Table("Unproven rules", columns, tuple(lines), "No figure of theirs says anything.", words=len(columns) - 1)


def rules_page(report: StructureReport, generated: Sequence[RuleRow] | None, *, command: str) -> str:
    """The table of rules as a Markdown page."""
    page = as_markdown(rule_tables(report, generated, quoting=False), heading="Rules of the parser", command=command)
    heading, _, rest = page.partition("\n\n")
    notices = f"{len(report.by_doc)} judged notices, {report.total['clauses'].judged} clauses"
    return f"{heading}\n\n{_HOW_TO_READ} The figures rest on {notices}.\n\n{rest}"


_HOW_TO_READ = (
    "Precision is counted by the rule that the parser names: right of what it said. Recall is counted by the form in which "
    "a judged unit, date or number stands on the page, told by eval/forms.py and eval/wordings.py without the parser: of what "
    "is written so, what was found, by whichever rule; a form in brackets has no rule of its own. – is a figure that nothing "
    "stands behind. Words of notices that are no part of the project are not quoted."
)


# --- plain values, for --json --------------------------------------------------------------------


def _tally_values(tally: Tally) -> dict[str, float]:
    return {
        "precision": round(tally.precision, 4),
        "recall": round(tally.recall, 4),
        "f1": round(tally.f1, 4),
        "right": tally.right,
        "said": tally.said,
        "judged": tally.judged,
    }


def _row_values(row: RuleRow) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "rule": row.rule,
        "fired": row.fired,
        "right": row.right,
        "precision": None if row.precision is None else round(row.precision, 4),
        "judged": row.judged,
        "found": row.found,
        "recall": None if row.recall is None else round(row.recall, 4),
        "misses": [_example_values(example) for example in row.misses],
        "false": [_example_values(example) for example in row.falses],
    }


def _example_values(example: Example) -> dict[str, str]:
    return {"doc": example.doc, "number": example.number, "judged": example.judged, "said": example.said}


def structure_values(report: StructureReport, generated: Generated | None = None) -> dict[str, Any]:
    """The structure report as JSON values."""
    values: dict[str, Any] = {
        "total": {name: _tally_values(tally) for name, tally in report.total.items()},
        "by_set": {
            name: {field: _tally_values(tally) for field, tally in report.total_of(docs).items()}
            for name, docs in report.sets.items()
        },
        "by_notice": {
            doc: {name: _tally_values(tally) for name, tally in tallies.items()}
            for doc, tallies in report.by_doc.items()
        },
        "values": {name: {"given": tally.right, "said": tally.said} for name, tally in report.values.items()},
        "header": {element: {"right": r, "judged": n} for element, (r, n) in report.header_accuracy.items()},
        "rules": [_row_values(row) for row in report.rules],
        "misses": list(report.misses),
    }
    if generated is not None:
        values["generated"] = {
            "notices": generated.scores.n_notices,
            "failing": generated.scores.n_failing,
            "total": {name: _tally_values(tally) for name, tally in generated.scores.total.items()},
            "values": {name: {"right": t.right, "found": t.said} for name, t in generated.scores.values.items()},
            "header": {name: {"right": r, "judged": n} for name, (r, n) in generated.scores.header_accuracy.items()},
            "rules": [_row_values(row) for row in generated.rules],
        }
    return values
