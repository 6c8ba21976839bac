"""What each part of search contributes: the part switched off, and the paired difference from the full system.

A part is a leg, a number or a field's weight of `SearchParameters` (whatever fields that has), or something the planner
read in the question. Parts that are fixed when the index is built stay on: the context in a clause's vector and its
views by groups of sentences.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec.structs import replace

from eval.charts import Interval, IntervalChart
from eval.comparison import difference_cells
from eval.gold import GoldQuery
from eval.intervals import Difference, paired_difference
from eval.judging import Judged
from eval.retrieval import DEPTH, judged_warnings, mean, measure, retrievable
from eval.tables import Table
from indexer.errors import UsageError
from indexer.records import Filters, Mode, Plan, Query

if TYPE_CHECKING:
    from indexer.index import Index
    from indexer.search import SearchParameters

__all__ = ["Ablated", "Variant", "ablate", "ablation_table", "ablation_values", "parameter_variants", "variants"]

MEASURE = "nDCG@10"
Parameters = TypeVar("Parameters")


@dataclass(frozen=True, slots=True)
class Variant:
    """The system with one part switched off."""

    name: str
    kind: str  # leg, parameter or planner
    mode: Mode = "hybrid"
    parameters: SearchParameters | None = None  # None: the defaults
    plan: Callable[[Plan], Plan] | None = None  # None: as planned


@dataclass(frozen=True, slots=True)
class Ablated:
    """A variant's scores beside the full system's."""

    variant: Variant
    scores: Mapping[str, float]  # measure → mean
    difference: Difference  # of nDCG@10, without the part less with it


# --- what can be switched off --------------------------------------------------------------------


def variants(parameters: SearchParameters) -> list[Variant]:
    """Every part that can be switched off, one at a time."""
    legs = [
        Variant("dense leg", "leg", mode="lexical"),
        Variant("lexical leg", "leg", mode="dense"),
    ]
    numbers = [Variant(name, "parameter", parameters=changed) for name, changed in parameter_variants(parameters)]
    planner = [Variant(name, "planner", plan=change) for name, change in _PLANNER.items()]
    return [*legs, *numbers, *planner]


def parameter_variants(parameters: Parameters, path: str = "") -> Iterator[tuple[str, Parameters]]:
    """The parameters with one of them off: a switch turned, a weight (alone or by field) at 0, in every field they have.

    Whole numbers are depths and counts, which have no off; parameters within parameters are taken apart likewise.
    """
    for field in dataclasses.fields(parameters):  # type: ignore[arg-type]  # a dataclass, whichever
        value = getattr(parameters, field.name)
        for name, changed in _off(value):
            full = f"{path}{field.name}{name}"
            try:
                yield full, dataclasses.replace(parameters, **{field.name: changed})  # type: ignore[type-var]
            except ValueError:  # what the parameters themselves refuse is no variant
                continue


def _off(value: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 (any parameter)
    """What a parameter's value is changed to, with what to write behind the parameter's name."""
    if isinstance(value, bool):
        if value:
            yield " off", False
    elif isinstance(value, float):
        if value:
            yield " 0", 0.0
    elif _is_weights(value):
        for row, (name, weight) in enumerate(value):
            if weight:
                yield f": {name} 0", (*value[:row], (name, 0.0), *value[row + 1 :])
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for name, changed in parameter_variants(value, path="."):
            yield name, changed


def _is_weights(value: Any) -> bool:  # noqa: ANN401 (any parameter)
    """Whether a value is a tuple of (name, weight)."""
    return isinstance(value, tuple) and all(
        isinstance(row, tuple) and len(row) == 2 and isinstance(row[0], str) and isinstance(row[1], int | float)
        for row in value
    )


def _places_as_words(planned: Plan) -> Plan:
    """No place filter; the names of the places are words of the topic again."""
    topic = " ".join((planned.topic, *planned.filters.places))
    return replace(planned, topic=topic, filters=replace(planned.filters, places=()))


def _whole_question(planned: Plan) -> Plan:
    """The whole question as the topic, its own words and all."""
    return replace(planned, topic=planned.query.text)


def _unplanned(planned: Plan) -> Plan:
    """The question as it is: no filter, no unit, the whole text as topic."""
    return Plan(query=planned.query, intent="measures", topic=planned.query.text, filters=Filters())


_PLANNER: dict[str, Callable[[Plan], Plan]] = {
    "place filter": _places_as_words,
    "year filter": lambda planned: replace(planned, filters=replace(planned.filters, years=None)),
    "document number filter": lambda planned: replace(planned, filters=replace(planned.filters, doc_ids=())),
    "units asked about": lambda planned: replace(planned, units=()),
    "question words stripped": _whole_question,
    "all planning": _unplanned,
}


# --- measuring -----------------------------------------------------------------------------------


def ablate(
    index: Index, queries: Sequence[GoldQuery], judged: Judged, chosen: Sequence[Variant] | None = None
) -> list[Ablated]:
    """The full system first, then each variant against it, over the questions whose ranking is scored."""
    from indexer.search import SearchParameters, plan

    asked = retrievable(queries, judged.grades)
    if not asked:
        raise UsageError("no question with a relevant clause; ablation needs some")
    grades = {query.query_id: judged.grades[query.query_id] for query in asked}
    plans = [plan(index, Query(query.text, query.query_id)) for query in asked]
    full = Variant("nothing", "full")
    every = [full, *(variants(SearchParameters()) if chosen is None else chosen)]
    scores = {variant.name: measure(grades, _run(index, plans, variant)) for variant in every}
    whole = [scores[full.name][MEASURE][query_id] for query_id in grades]
    return [
        Ablated(
            variant,
            {name: mean(list(values.values())) for name, values in scores[variant.name].items()},
            paired_difference([scores[variant.name][MEASURE][query_id] for query_id in grades], whole),
        )
        for variant in every
    ]


def _run(index: Index, plans: Sequence[Plan], variant: Variant) -> dict[str, list[tuple[str, float]]]:
    from indexer.search import SearchParameters
    from indexer.search.retrieve import retrieve

    parameters = variant.parameters or SearchParameters()
    return {
        planned.query.query_id: [
            (hit.clause_id, hit.score)
            for hit in retrieve(
                index,
                variant.plan(planned) if variant.plan else planned,
                k=DEPTH,
                mode=variant.mode,
                parameters=parameters,
            ).hits
        ]
        for planned in plans
    }


# --- showing -------------------------------------------------------------------------------------


def ablation_table(rows: Sequence[Ablated]) -> Table:
    """The full system, then what is lost or gained without each part."""
    cells = [
        (
            row.variant.name,
            *(f"{row.scores[name]:.3f}" for name in (MEASURE, "R@100")),
            *(difference_cells(row.difference) if row.variant.kind != "full" else ("", "", "")),
            *((str(row.difference.better), str(row.difference.worse)) if row.variant.kind != "full" else ("", "")),
            row.variant.kind,
        )
        for row in rows
    ]
    chart = IntervalChart(
        f"{MEASURE} without the part, less the full system's",
        tuple(
            Interval(row.variant.name, row.difference.mean, row.difference.low, row.difference.high)
            for row in rows
            if row.variant.kind != "full"
        ),
        zero=True,
    )
    note = (
        "The difference is what switching the part off does to nDCG@10, by paired randomisation over the same questions; "
        "p is of each row alone. Title, headings and views within a clause's vector are fixed when the index is built."
    )
    warnings = judged_warnings({"full system": rows[0].scores["Judged@10"]}) if rows else []
    columns = ("switched off", MEASURE, "R@100", "difference", "95 % interval", "p", "better", "worse", "kind")
    return Table("Ablation", columns, tuple(cells), " ".join([note, *warnings]), words=1, chart=chart)


def ablation_values(rows: Sequence[Ablated]) -> dict[str, Any]:
    """The variants as JSON values."""
    return {
        row.variant.name: {
            **{name: round(value, 4) for name, value in row.scores.items()},
            "difference": round(row.difference.mean, 4),
            "low": round(row.difference.low, 4),
            "high": round(row.difference.high, 4),
            "p": round(row.difference.p, 4),
        }
        for row in rows
    }
