"""The cases of a TOML file, each checked to say something: a case that nothing could break is refused."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from eval.trec import text_of
from indexer.errors import UsageError
from indexer.records import LEVELS, Filters, Silence

__all__ = ["BUNDLED", "Case", "CaseWords", "Find", "load_cases"]

BUNDLED = Path(__file__).parent / "cases.toml"
ANSWERED = "answered"
_KEYS = set(
    "name kind holds query repeat filters k least_hits every_place every_level every_years every_unit every_doc finds within "
    "same_as least_shared outcome gap zh".split()
)
_FILTERS = {"place", "years", "level", "unit"}


@dataclass(frozen=True, slots=True)
class Find:
    """A clause that must be among the first hits: the notice whose file begins with `doc`, the clause with `quote`."""

    doc: str
    quote: str


@dataclass(frozen=True, slots=True)
class CaseWords:
    """What a case is called and holds, in one language."""

    name: str
    kind: str
    holds: str
    gap: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One question with everything that must hold of its hits; what is None or empty is not asked."""

    name: str
    kind: str  # what sort of behaviour: document number, place filter, …
    holds: str  # what it holds, in a sentence
    query: str
    filters: Filters = Filters()
    k: int = 10
    least_hits: int = 0
    every_place: str | None = None  # every hit's notice is from there
    every_level: str | None = None  # every hit's notice is of a body of this level
    every_years: tuple[int, int] | None = None  # every hit's notice is of these years
    every_unit: str | None = None  # every hit's clause names the unit
    every_doc: str | None = None  # every hit is of this notice
    finds: tuple[Find, ...] = ()
    within: int = 10  # … among so many first hits
    same_as: str | None = None  # another way to ask the same
    least_shared: int = 0  # hits that both have in common
    outcome: str | None = None  # `answered`, or the reason for silence
    gap: str | None = None  # why it is known not to hold yet
    zh: CaseWords | None = None  # the same in Chinese, where the file says it

    def words(self, language: str) -> CaseWords:
        """What the case is called and holds, in Chinese for `zh` where the file says it, else as written."""
        own = CaseWords(self.name, self.kind, self.holds, self.gap)
        return self.zh or own if language == "zh" else own

    @property
    def every(self) -> bool:
        """Whether it asks something of every hit."""
        return any(value is not None for value in self.of_every_hit)

    @property
    def of_every_hit(self) -> tuple[object, ...]:
        """What it asks of every hit; None where it does not."""
        return self.every_place, self.every_level, self.every_years, self.every_unit, self.every_doc


def load_cases(path: Path = BUNDLED) -> tuple[Case, ...]:
    """The cases of the file; raises UsageError for a malformed case, a repeated name, or one that checks nothing."""
    text = text_of(path, what="a TOML file of cases")
    try:
        records = tomllib.loads(text).get("case", [])
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: not TOML ({error}); correct the file") from error
    if not isinstance(records, list) or not records:
        raise UsageError(f"{path}: holds no [[case]]; see eval/README.md")
    cases = tuple(_case(record, f"{path}: case {number}") for number, record in enumerate(records, 1))
    names = [case.name for case in cases]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UsageError(f"{path}: two cases are named {twice}; names must differ")
    return cases


def _case(record: Any, where: str) -> Case:  # noqa: ANN401 (a TOML value)
    missing = [key for key in ("name", "kind", "holds", "query") if not _is_text(record, key)]
    if missing:
        raise UsageError(f"{where}: no {missing[0]!r}; every case has a name, a kind, a query and what it holds")
    where = f"{where} ({record['name']})"
    unknown = set(record) - _KEYS
    if unknown:
        raise UsageError(f"{where}: unknown key {sorted(unknown)[0]!r}; known are {', '.join(sorted(_KEYS))}")
    values = {
        key: value for key, value in record.items() if key not in ("repeat", "filters", "finds", "every_years", "zh")
    }
    try:
        case = Case(
            **{**values, "query": record["query"] * int(record.get("repeat", 1))},
            filters=_filters(record.get("filters", {}), where),
            finds=tuple(Find(str(find["doc"]), str(find["quote"])) for find in record.get("finds", ())),
            every_years=_years(record.get("every_years"), where),
            zh=CaseWords(**record["zh"]) if "zh" in record else None,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"{where}: a value is missing or of another type ({error}); see eval/README.md") from error
    _reject_vacuous(case, where)
    return case


def _is_text(record: Any, key: str) -> bool:  # noqa: ANN401 (a TOML value)
    return isinstance(record, dict) and isinstance(record.get(key), str) and bool(record[key].strip())


def _filters(record: Any, where: str) -> Filters:  # noqa: ANN401 (a TOML value)
    if not isinstance(record, dict) or set(record) - _FILTERS:
        raise UsageError(f"{where}: filters are a table of {', '.join(sorted(_FILTERS))}; correct the case")
    level = record.get("level")
    if level is not None and level not in LEVELS:
        raise UsageError(f"{where}: unknown level {level!r}; one of {', '.join(LEVELS)}")
    return Filters(
        places=(record["place"],) if "place" in record else (),
        years=_years(record.get("years"), where),
        levels=(level,) if level else (),
        units=(record["unit"],) if "unit" in record else (),
    )


def _years(value: Any, where: str) -> tuple[int, int] | None:  # noqa: ANN401 (a TOML value)
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 2 or not all(isinstance(year, int) for year in value):
        raise UsageError(f"{where}: years are [first, last], not {value!r}; correct the case")
    return value[0], value[1]


def _reject_vacuous(case: Case, where: str) -> None:
    """Refuse a case that holds whatever is found, and one that holds where nothing is."""
    if case.outcome not in (None, ANSWERED, *get_args(Silence)):
        raise UsageError(f"{where}: unknown outcome {case.outcome!r}; {ANSWERED}, or a reason for silence")
    if (case.same_as is None) != (case.least_shared == 0):
        raise UsageError(f"{where}: same_as and least_shared go together; give both or neither")
    if case.every and not case.least_hits:
        raise UsageError(
            f"{where}: what is asked of every hit holds of none; say with least_hits how many there must be"
        )
    if not (case.every or case.finds or case.same_as or case.outcome or case.least_hits):
        raise UsageError(f"{where}: checks nothing; give least_hits, every_…, finds, same_as or outcome")
    if case.within > case.k or case.least_hits > case.k or case.least_shared > case.k:
        raise UsageError(f"{where}: asks for more than the {case.k} hits it looks at; raise k")
