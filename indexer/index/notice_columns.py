"""What filters ask of notices, in columns: a filter is a comparison of a few arrays, however many notices there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import compress
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from indexer.index.place_names import Parts, covering_regions, regions_of
from indexer.records import Filters

__all__ = ["NoticeColumns", "NoticeValues", "Rows", "rows_in_runs"]

# Row numbers of clauses, sorted.
Rows: TypeAlias = npt.NDArray[np.int64]
# first_row, n_clauses, year, level, kind, province, city, district of a notice with clauses.
NoticeValues: TypeAlias = tuple[int, int, int | None, str | None, str | None, str | None, str | None, str | None]

_NO_YEAR = -1


class NoticeColumns:
    """The notices of an archive that have clauses, each with the run of rows its clauses take."""

    def __init__(self, notices: Iterable[NoticeValues]) -> None:
        """The notices in any order."""
        found = sorted(notices)
        self._first = np.array([values[0] for values in found], dtype=np.int64)
        self._count = np.array([values[1] for values in found], dtype=np.int64)
        self._year = np.array([_NO_YEAR if values[2] is None else values[2] for values in found], dtype=np.int32)
        self._level, self._levels = _coded([values[3] for values in found])
        self._kind, self._kinds = _coded([values[4] for values in found])
        self._place, self._places = _coded([values[5:] for values in found])
        self._parts: list[Parts] = list(dict.fromkeys(values[5:] for values in found))  # by its number
        self._n_places = Counter(region for place in self._parts for region in regions_of(place))

    def rows(self, filters: Filters, places: Collection[Parts]) -> Rows:
        """The rows of the notices of these years, levels and kinds, and from one of the `places` where the filters name any."""
        passes = self._passing(filters, places)
        return rows_in_runs(self._first[passes], self._count[passes])

    def regions(self, filters: Filters, places: Collection[Parts]) -> frozenset[str]:
        """The regions that cover the places which the same notices are from (`covering_regions`)."""
        found = np.zeros(len(self._parts), dtype=np.bool_)
        found[self._place[self._passing(filters, places)]] = True
        return covering_regions(list(compress(self._parts, found)), self._n_places)

    def _passing(self, filters: Filters, places: Collection[Parts]) -> npt.NDArray[np.bool_]:
        """Which of the notices pass."""
        passes = np.ones(len(self._first), dtype=np.bool_)
        if filters.years is not None:
            passes &= (self._year >= max(filters.years[0], 0)) & (self._year <= filters.years[1])
        if filters.levels:
            passes &= _among(self._level, self._levels, filters.levels)
        if filters.kinds:
            passes &= _among(self._kind, self._kinds, filters.kinds)
        if filters.places:
            passes &= _among(self._place, self._places, places)
        return passes


def rows_in_runs(first: npt.NDArray[np.int64], count: npt.NDArray[np.int64]) -> Rows:
    """Every row of the runs, which begin at `first` and have `count` rows each."""
    before = np.cumsum(count) - count
    found: Rows = np.repeat(first - before, count) + np.arange(int(count.sum()), dtype=np.int64)
    return found


def _coded(values: Sequence[object]) -> tuple[npt.NDArray[np.int32], dict[object, int]]:
    """Each value as a number, and the number of each value."""
    codes: dict[object, int] = {}
    coded = [codes.setdefault(value, len(codes)) for value in values]
    return np.array(coded, dtype=np.int32), codes


def _among(coded: npt.NDArray[np.int32], codes: dict[object, int], wanted: Collection[object]) -> npt.NDArray[np.bool_]:
    """Which of the coded values are among those wanted."""
    chosen = np.zeros(len(codes) + 1, dtype=np.bool_)
    chosen[[codes[value] for value in wanted if value in codes]] = True
    found: npt.NDArray[np.bool_] = chosen[coded]
    return found
