"""The register of agency functions and their succession: which name was borne when, and what it became.

Read from `agencies.toml` beside this module on first use. The names and years are facts from the reform plans of the
State Council (1998, 2003, 2008, 2013, 2018) and of the Party and the State (2018, 2023); localities followed a year or two
later, which `LAG` allows for.

Succession is a graph. A node is a function (all its present names are one node) or one of its former names; an edge leads
from a name to what followed it. Merged bodies lead to one node and stay apart from each other: 工商 → 市场监管 ← 质监. A
body that was split leads to each of its successors, and its name stands for all of them: 经贸 → 经济和信息化, 商务.
A body of several functions (教育体育局) is several nodes at once; a short name of several meanings (经委) is a node of its
own that leads to all it may mean. Nothing is picked among several.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from msgspec import Struct

__all__ = ["ENDINGS", "LAG", "Core", "DatedName", "Register", "functions_at", "leads_to", "register"]

LAG = 2  # years in which a locality may still bear a name after the reform that ended it

_OFFICE = ("主管部门", "委员会", "办公室", "办公厅", "部门", "总局", "分局", "支局", "局", "厅", "委", "办", "署")
_SERVICE = (*_OFFICE, "服务中心", "管理中心", "事务中心", "发展中心")
ENDINGS: Mapping[str, tuple[str, ...]] = {
    "office": _OFFICE,
    "ministry": _OFFICE,
    "party": ("部门", "部"),
    "cabinet": ("办公室", "办公厅", "办"),
    "service": _SERVICE,
    "centre": (*_SERVICE, "中心"),
    "fund": (*_SERVICE, "中心", "分中心", "管理分中心"),
    "corps": (*_OFFICE, "总队", "支队", "大队"),
    "archive": (*_OFFICE, "馆"),
    "zone": (*_OFFICE, "部"),
    "body": (),
}


class DatedName(Struct, frozen=True):
    """One name that a body bore or bears, with its spellings, and the years between which it did.

    Years are those of the national reform; None where no reform set them. `until` is the reform that ended the name,
    `lingered` the year by which the last local bodies had given it up.
    """

    short: str
    spellings: tuple[str, ...]
    nodes: tuple[str, ...]  # where it stands in the succession: several for a body of several functions
    since: int | None = None
    until: int | None = None
    lingered: int | None = None
    ambiguous: bool = False  # stands for any of its functions, not for all

    @property
    def functions(self) -> tuple[str, ...]:
        """The functions it stands for, or may stand for, by their present names."""
        return functions_at(self.nodes)

    def borne_in(self, year: int) -> bool:
        """Whether some body may have borne the name in that year."""
        last = self.lingered or (self.until + LAG if self.until else None)
        return (self.since is None or self.since <= year) and (last is None or year <= last)


class Core(Struct, frozen=True):
    """One spelling of a name without its ending: the name, and the endings it may have."""

    short: str  # 发展改革 for 发展和改革
    tails: tuple[str, ...]  # empty where the name is whole
    ministry: bool  # of the nation it may end in 部
    name: DatedName

    @property
    def nodes(self) -> tuple[str, ...]:
        """Where the name stands in the succession."""
        return self.name.nodes


class Register(Struct, frozen=True):
    """All names by spelling, all names in the order of the file, and what follows what."""

    functions: tuple[str, ...]
    cores: dict[str, Core]
    names: tuple[DatedName, ...]
    follows: dict[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def register() -> Register:
    """The register of `agencies.toml`.

    ValueError where a spelling stands twice, or a name follows one that the register does not have.
    """
    source = tomllib.loads(Path(__file__).with_name("agencies.toml").read_text("utf-8"))
    functions = tuple(agency["function"] for agency in source["agency"])
    follows: dict[str, tuple[str, ...]] = {}
    cores: dict[str, Core] = {}
    names: list[DatedName] = []
    for name, kind in _names(source, follows):
        names.append(name)
        for core in _spelled(name, kind):
            spelling = core[0]
            if spelling in cores:
                raise ValueError(f"agencies.toml: {spelling} stands twice")
            cores[spelling] = core[1]
    unknown = {node for name in names for node in name.nodes} | {n for after in follows.values() for n in after}
    unknown -= {*functions, *follows}
    if unknown:
        raise ValueError(f"agencies.toml: no such name: {' '.join(sorted(unknown))}")
    return Register(functions, cores, tuple(names), follows)


def _names(source: dict[str, Any], follows: dict[str, tuple[str, ...]]) -> Iterator[tuple[DatedName, str]]:
    """Every name of the file with the kind of its endings; what follows what is written into `follows`."""
    since: dict[str, int] = {}
    for agency in source["agency"]:
        function, kind = agency["function"], agency.get("tail", "office")
        if "since" in agency:
            since[function] = agency["since"]
        if "into" in agency:
            follows[function] = tuple(agency["into"].split())
        for place, names in enumerate(agency["names"]):
            began = agency.get("since") if place else agency.get("since", agency.get("renamed"))
            yield _dated(names, (function,), since=began), kind
        for former in agency.get("former", ()):
            node = former["names"].split()[0].rstrip("$")
            follows[node] = tuple(former.get("into", function).split())
            years = (former.get("since"), former["until"], former.get("lingered"))
            yield _dated(former["names"], (node,), *years), kind
    for joint in source["joint"]:
        nodes = tuple(joint["of"].split())
        began = joint.get("since") or max((since[node] for node in nodes if node in since), default=None)
        for names in joint["names"]:
            yield _dated(names, nodes, began, joint.get("until")), joint.get("tail", "office")
    for unclear in source["ambiguous"]:
        node = unclear["names"].split()[0].rstrip("$")
        follows[node] = tuple(unclear["may"].split())
        yield _dated(unclear["names"], (node,), ambiguous=True), "office"


def _dated(
    names: str,
    nodes: tuple[str, ...],
    since: int | None = None,
    until: int | None = None,
    lingered: int | None = None,
    *,
    ambiguous: bool = False,
) -> DatedName:
    spellings = tuple(names.split())
    return DatedName(spellings[0].rstrip("$"), spellings, nodes, since, until, lingered, ambiguous)


def _spelled(name: DatedName, kind: str) -> Iterator[tuple[str, Core]]:
    """The spellings of a name, each with its core; a spelling that is whole is short for whole ones only."""
    tails = ENDINGS[kind]
    first_is_whole = name.spellings[0].endswith("$") or not tails
    for spelling in name.spellings:
        whole = spelling.endswith("$") or not tails
        bare = spelling.rstrip("$")
        short = bare if name.ambiguous or whole != first_is_whole else name.short
        yield bare, Core(short, () if whole else tails, kind == "ministry", name)


@lru_cache(maxsize=2**12)
def functions_at(nodes: tuple[str, ...]) -> tuple[str, ...]:
    """The functions that names of these nodes stand for today, each once."""
    return tuple(dict.fromkeys(_functions(nodes)))


def _functions(nodes: Iterable[str]) -> Iterator[str]:
    known = register()
    for node in nodes:
        if node in known.functions:
            yield node
        yield from _functions(known.follows.get(node, ()))


@lru_cache(maxsize=2**14)
def leads_to(earlier: str, later: str) -> bool:
    """Whether `earlier` is `later`, or became it by one reform or several."""
    return earlier == later or any(leads_to(node, later) for node in register().follows.get(earlier, ()))
