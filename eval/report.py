"""What the scores look like: tables of the retrieval and answer reports, and the same as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eval.answers import AnswerReport
from eval.charts import Bar, BarChart, Interval, IntervalChart
from eval.gold import GoldQuery
from eval.intervals import bootstrap_interval
from eval.matching import Tally
from eval.retrieval import MEASURES, MODES, RetrievalReport, judged_warnings, mean
from eval.tables import Table
from indexer.records import Manifest

__all__ = [
    "answer_tables",
    "answer_values",
    "index_table",
    "per_query_table",
    "retrieval_tables",
    "retrieval_warnings",
    "retrieval_values",
]


def index_table(manifest: Manifest) -> Table:
    """What was searched: without it no retrieval figure means anything."""
    rows = (
        ("encoder", f"{manifest.encoder} {manifest.encoder_sha256[:12]}, {manifest.dim} dimensions"),
        ("archive", f"{manifest.n_notices} notices, {manifest.n_clauses} clauses, {manifest.corpus_sha256[:12]}"),
    )
    return Table("Index", ("part", "identity"), rows, words=1)


def retrieval_tables(report: RetrievalReport) -> list[Table]:
    """Measures by run with intervals and p, then nDCG@10 by collection and by type of question."""
    rows = []
    for run in report.scores:
        low, high = report.interval(run, "nDCG@10")
        cells = [f"{mean(report.values(run, name)):.3f}" for name in MEASURES]
        p = "" if run == "lexical" else f"{report.p_value(run, 'lexical'):.4f}"
        rows.append((run, cells[0], f"{low:.3f}-{high:.3f}", *cells[1:], p))
    columns = ("run", "nDCG@10", "95 % interval", *MEASURES[1:], "p against lexical")
    note = f"{len(report.queries)} questions; one without a result scores 0. Windows have judgements of their own."
    if report.unresolved:
        note += f" {len(report.unresolved)} judged quotes stand in no clause and count as not found."
    note = " ".join([note, *retrieval_warnings(report)])
    chart = IntervalChart(
        "nDCG@10 with its 95 % interval",
        tuple(
            Interval(run, mean(report.values(run, "nDCG@10")), *report.interval(run, "nDCG@10"))
            for run in report.scores
        ),
    )
    collections = sorted({query.collection for query in report.queries})
    types = sorted({query.type for query in report.queries})
    return [
        Table("Retrieval", columns, tuple(rows), note, chart=chart),
        _ndcg_by("collection", collections, report),
        _ndcg_by("type", types, report),
    ]


def retrieval_warnings(report: RetrievalReport) -> list[str]:
    """What to keep in mind about the three modes: too few of their first clauses judged."""
    return judged_warnings({mode: mean(report.values(mode, "Judged@10")) for mode in MODES if mode in report.scores})


def _ndcg_by(attribute: str, names: Sequence[str], report: RetrievalReport) -> Table:
    rows = []
    bars = []
    for name in names:
        chosen = [query for query in report.queries if getattr(query, attribute) == name]
        means = {run: mean(report.values(run, "nDCG@10", chosen)) for run in report.scores}
        rows.append((name, str(len(chosen)), *(f"{value:.3f}" for value in means.values())))
        bars.append(Bar(name, means["hybrid"], f"{len(chosen)} questions"))
    chart = BarChart(f"nDCG@10 of the hybrid run by {attribute}", tuple(bars))
    return Table(
        f"nDCG@10 by {attribute}", (attribute, "questions", *report.scores), tuple(rows), chart=chart if rows else None
    )


def per_query_table(report: RetrievalReport) -> Table:
    """nDCG@10 of every question by mode, worst hybrid first, with the ranks of the first relevant clause."""

    def cells(query: GoldQuery) -> tuple[str, ...]:
        ranks = [str(report.first_relevant[mode][query.query_id] or "-") for mode in MODES]
        scores = [f"{report.scores[mode]['nDCG@10'][query.query_id]:.3f}" for mode in MODES]
        return (query.query_id, *scores, *ranks)

    ordered = sorted(report.queries, key=lambda query: report.scores["hybrid"]["nDCG@10"][query.query_id])
    columns = ("question", *MODES, *(f"first relevant, {mode}" for mode in MODES))
    return Table("nDCG@10 by question", columns, tuple(cells(query) for query in ordered))


def answer_tables(report: AnswerReport) -> list[Table]:
    """Units, duties and statements, then silence with its reasons."""
    low, high = bootstrap_interval(report.unit_f1)
    units = sum((row.units for row in report.rows if row.units), Tally())
    duties = report.duties
    found, judged_texts = report.texts
    relevant = sum(row.relevant_statements for row in report.answerable)
    shown = sum(row.statements for row in report.answerable)
    conflicts, elsewhere = report.conflicts_found, report.conflicts_elsewhere
    answers = (
        (
            "units named: F1, mean of questions",
            f"{mean(report.unit_f1):.3f}",
            f"{low:.3f}-{high:.3f}",
            str(len(report.unit_f1)),
        ),
        ("units named: precision, all together", f"{units.precision:.3f}", "", str(units.said)),
        ("units named: recall, all together", f"{units.recall:.3f}", "", str(units.judged)),
        (
            "duties listed: recall, mean of questions",
            f"{mean([tally.recall for tally in duties]):.3f}",
            "",
            str(len(duties)),
        ),
        (
            "duties listed: precision, mean of questions",
            f"{mean([t.precision for t in duties]):.3f}",
            "",
            str(len(duties)),
        ),
        ("statements located", _share(report.located.right, report.located.said), "", str(report.located.said)),
        ("statements from a clause judged relevant", _share(relevant, shown), "", str(shown)),
        ("judged verbatim answer inside a statement", _share(found, judged_texts), "", str(judged_texts)),
        ("contradictions asked about, both places shown", _share(*conflicts), "", str(conflicts[1])),
        ("other questions where one is shown", _share(*elsewhere), "", str(elsewhere[1])),
    )
    silence = [
        ("silent on unanswerable questions", _share(*report.silent), str(report.silent[1])),
        ("silent on answerable questions (false silence)", _share(*report.false_silence), str(report.false_silence[1])),
        ("silence with the judged reason", _share(*report.reason_accuracy), str(report.reason_accuracy[1])),
    ]
    reasons = tuple(
        (reason, str(count), str(silent), "" if reason == "-" else str(right))
        for reason, (count, silent, right) in report.reasons.items()
    )
    return [
        Table("Answers", ("what", "value", "95 % interval", "of"), answers),
        Table("Silence", ("what", "share", "of"), tuple(silence), chart=_silence_chart(report)),
        Table("Silence by judged reason", ("reason", "questions", "silent", "for that reason"), reasons),
    ]


def _silence_chart(report: AnswerReport) -> BarChart:
    shares = {"unanswerable": report.silent, "answerable (false silence)": report.false_silence}
    bars = tuple(Bar(name, part / whole, f"of {whole}") for name, (part, whole) in shares.items() if whole)
    return BarChart("Share of questions met with silence", bars)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "none"


def _ratio(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


# --- plain values, for --json ------------------------------------------------------------------


def retrieval_values(report: RetrievalReport) -> dict[str, Any]:
    """The retrieval report as JSON values, with every question."""
    return {
        "runs": {
            run: {
                **{name: round(mean(report.values(run, name)), 4) for name in MEASURES},
                "interval": [round(bound, 4) for bound in report.interval(run, "nDCG@10")],
                "p_against_lexical": round(report.p_value(run, "lexical"), 4),
            }
            for run in report.scores
        },
        "queries": {
            query.query_id: {run: round(report.scores[run]["nDCG@10"][query.query_id], 4) for run in report.scores}
            for query in report.queries
        },
        "unresolved": list(report.unresolved),
        "warnings": retrieval_warnings(report),
    }


def answer_values(report: AnswerReport) -> dict[str, Any]:
    """The answer report as JSON values, with every question."""
    return {
        "unit_f1": round(mean(report.unit_f1), 4),
        "duties_recall": round(mean([tally.recall for tally in report.duties]), 4),
        "duties_precision": round(mean([tally.precision for tally in report.duties]), 4),
        "statements_located": [report.located.right, report.located.said],
        "texts_found": list(report.texts),
        "located_share": _ratio(report.located.right, report.located.said),
        "texts_found_share": _ratio(*report.texts),
        "conflicts_found": list(report.conflicts_found),
        "conflicts_elsewhere": list(report.conflicts_elsewhere),
        "silent": list(report.silent),
        "silent_share": _ratio(*report.silent),
        "false_silence": list(report.false_silence),
        "false_silence_share": _ratio(*report.false_silence),
        "reason_accuracy": list(report.reason_accuracy),
        "reason_accuracy_share": _ratio(*report.reason_accuracy),
        "queries": {
            row.query.query_id: {
                "abstained": row.abstained,
                "unit_f1": round(row.units.f1, 4) if row.units else None,
                "duties_recall": round(row.duties.recall, 4) if row.duties else None,
                "located": [row.located, row.statements],
                "texts_found": [row.texts_found, len(row.query.answer_texts)],
            }
            for row in report.rows
        },
    }
