"""Figures that must not be fallen short of: a small TOML or JSON file, held against what was measured.

The tables below `at_least` and `at_most` have the keys of what `--json` prints:

    [at_least.retrieval.runs.hybrid]
    "nDCG@10" = 0.75

    [at_most.answers]
    false_silence_share = 0.1
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from eval.tables import Table
from eval.trec import text_of
from indexer.errors import UsageError

__all__ = ["Floor", "Held", "floors_table", "hold", "load_floors"]

Bound: TypeAlias = Literal["at_least", "at_most"]
BOUNDS: tuple[Bound, ...] = get_args(Bound)


@dataclass(frozen=True, slots=True)
class Floor:
    """A figure and its bound; `keys` lead to it in the JSON values."""

    keys: tuple[str, ...]
    bound: Bound
    limit: float

    @property
    def name(self) -> str:
        """The keys as one word."""
        return " › ".join(self.keys)


@dataclass(frozen=True, slots=True)
class Held:
    """A floor and what was measured; None where this call did not measure that part."""

    floor: Floor
    measured: float | None

    @property
    def holds(self) -> bool:
        """Whether the figure is within its bound; one that was not measured breaks nothing."""
        if self.measured is None:
            return True
        least = self.floor.bound == "at_least"
        return self.measured >= self.floor.limit if least else self.measured <= self.floor.limit

    @property
    def line(self) -> str:
        """The outcome in one line."""
        bound = f"{self.floor.bound.replace('_', ' ')} {self.floor.limit:g}"
        if self.measured is None:
            return f"not measured: {self.floor.name} ({bound})"
        return f"{'holds' if self.holds else 'FAILS'}: {self.floor.name} is {self.measured:g}, {bound}"


def load_floors(path: Path) -> list[Floor]:
    """The floors of a file, in its order; raises UsageError for a file without one, another key or no number."""
    text = text_of(path, what="a TOML or JSON file of floors")
    try:
        record = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except (json.JSONDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path}: cannot be read ({error}); correct the file") from error
    if not isinstance(record, dict) or not record or set(record) - set(BOUNDS):
        raise UsageError(f"{path}: expected the tables at_least and at_most; see eval/README.md")
    floors = [
        Floor(keys, bound, limit)
        for bound in BOUNDS
        for keys, limit in _limits(record.get(bound, {}), (), f"{path}: {bound}")
    ]
    if not floors:
        raise UsageError(f"{path}: no figure below at_least or at_most; see eval/README.md")
    return floors


def _limits(
    value: Any,  # noqa: ANN401 (a TOML or JSON value)
    keys: tuple[str, ...],
    where: str,
) -> Iterator[tuple[tuple[str, ...], float]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _limits(inner, (*keys, str(key)), where)
    elif isinstance(value, int | float) and not isinstance(value, bool) and keys:
        yield keys, float(value)
    else:
        raise UsageError(f"{where} {' › '.join(keys)}: {value!r} is no number; give the bound of a figure")


def hold(floors: list[Floor], values: Mapping[str, Any]) -> list[Held]:
    """Each floor against the JSON values.

    A part of the values that this call did not measure at all (the first key) is not held; raises UsageError for a key
    that a measured part does not have.
    """
    return [Held(floor, _measured(floor, values) if floor.keys[0] in values else None) for floor in floors]


def _measured(floor: Floor, values: Mapping[str, Any]) -> float:
    found: Any = values
    for depth, key in enumerate(floor.keys):
        if not isinstance(found, Mapping) or key not in found:
            known = ", ".join(found) if isinstance(found, Mapping) else "no keys"
            raise UsageError(f"no figure {floor.name}: there is no {key!r} at place {depth + 1}, only {known[:200]}")
        found = found[key]
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise UsageError(f"{floor.name} is no single figure; name one below it, as --json prints them")
    return float(found)


def floors_table(held: list[Held]) -> Table:
    """One row a floor."""
    rows = tuple(
        (
            one.floor.name,
            "–" if one.measured is None else f"{one.measured:.3f}",
            f"{one.floor.bound.replace('_', ' ')} {one.floor.limit:g}",
            "not measured" if one.measured is None else ("holds" if one.holds else "FAILS"),
        )
        for one in held
    )
    return Table("Floors", ("figure", "measured", "bound", "outcome"), rows, words=1)
