"""A way to search, as numbers that can be varied; its run over questions, and a key that names it in a link or a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast
from urllib.parse import parse_qs, urlencode

from eval.gold import GoldQuery
from eval.retrieval import DEPTH, MODES
from indexer.errors import UsageError
from indexer.records import LEVELS, Filters, Level, Mode, Query

if TYPE_CHECKING:
    from indexer.index import Index

__all__ = ["Configuration", "Progress", "ranked"]

Progress = Callable[[int, int], None]  # questions done, of how many
_DENSE_WEIGHT = 0.5  # of SearchParameters; a test holds them equal, as importing it here would load the index


@dataclass(frozen=True, slots=True)
class Configuration:
    """What is varied between two runs; the rest is as search has it by itself."""

    mode: Mode = "hybrid"
    dense_weight: float = _DENSE_WEIGHT  # counts in hybrid alone
    depth: int = DEPTH  # clauses asked for
    filters: Filters = Filters()  # places, years, levels, units

    @property
    def key(self) -> str:
        """The configuration in one word, as it stands in an address: `hybrid`, `hybrid&dense_weight=0.3&place=…`."""
        rows: list[tuple[str, str]] = []
        if self.mode == "hybrid" and self.dense_weight != _DENSE_WEIGHT:
            rows.append(("dense_weight", f"{self.dense_weight:g}"))
        if self.depth != DEPTH:
            rows.append(("depth", str(self.depth)))
        rows += [("place", place) for place in self.filters.places]
        if self.filters.years:
            rows.append(("years", "{}-{}".format(*self.filters.years)))
        rows += [("level", level) for level in self.filters.levels]
        rows += [("unit", unit) for unit in self.filters.units]
        return "&".join([self.mode, *([urlencode(rows)] if rows else [])])

    @classmethod
    def parse(cls, key: str) -> Configuration:
        """The configuration of a key; raises UsageError for anything that is none."""
        mode, _, rest = key.partition("&")
        values = parse_qs(rest)
        try:
            years = [int(year) for year in values["years"][0].split("-")] if "years" in values else None
            found = cls(
                mode=cast("Mode", mode),
                dense_weight=float(values.get("dense_weight", [str(_DENSE_WEIGHT)])[0]),
                depth=int(values.get("depth", [str(DEPTH)])[0]),
                filters=Filters(
                    places=tuple(values.get("place", ())),
                    years=(years[0], years[1]) if years else None,
                    levels=tuple(cast("list[Level]", values.get("level", []))),
                    units=tuple(values.get("unit", ())),
                ),
            )
        except (ValueError, IndexError) as error:
            raise UsageError(f"{key!r} names no configuration ({error}); measure a run anew") from error
        found.check()
        return found

    def check(self) -> None:
        """Raise UsageError for a value that search does not take."""
        if self.mode not in MODES:
            raise UsageError(f"unknown mode {self.mode!r}; one of {', '.join(MODES)}")
        if not 0 <= self.dense_weight <= 1:
            raise UsageError(f"the weight of the dense leg is between 0 and 1, not {self.dense_weight:g}")
        if not 1 <= self.depth <= DEPTH:
            raise UsageError(f"a run has 1 to {DEPTH} clauses a question, not {self.depth}")
        if not set(self.filters.levels) <= set(LEVELS):
            raise UsageError(f"unknown level; one of {', '.join(LEVELS)}")


def ranked(
    index: Index, queries: Sequence[GoldQuery], configuration: Configuration, *, progress: Progress = lambda *_: None
) -> dict[str, list[tuple[str, float]]]:
    """query_id → (clause_id, score), best first: the run of the configuration."""
    from indexer.search import SearchParameters, search

    configuration.check()
    parameters = replace(SearchParameters(), dense_weight=configuration.dense_weight)
    run: dict[str, list[tuple[str, float]]] = {}
    for done, query in enumerate(queries):
        progress(done, len(queries))
        asked = Query(query.text, query.query_id, configuration.filters)
        hits = search(index, asked, k=configuration.depth, mode=configuration.mode, parameters=parameters)
        run[query.query_id] = [(hit.clause_id, hit.score) for hit in hits]
    return run
