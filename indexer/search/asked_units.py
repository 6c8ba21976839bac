"""Which units of the archive a question asks about: by name, by a short or spoken name, or by what they look after."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from weakref import WeakKeyDictionary

from indexer.index import Index
from indexer.notices.agencies import find_units, functions_of, is_unit_name, same_agency
from indexer.search.questions import excepted_units

__all__ = ["Register", "described_units", "named_units", "register_of", "same_units", "unknown_units"]

# 各区县政府 is asked about as 区县政府, 市旅游局 as 旅游局.
_ADDRESSED = re.compile(r"^(?:各|[市区县省镇](?![县市区直委]))")
# Names of units in speech, and what the archive may call them.
_SPOKEN_UNITS = (("央行", "人民银行"), ("城管", "综合行政执法局"), ("交警", "公安局"), ("派出所", "公安局"))
# 管园林绿化的那个局: a unit described by what it looks after.
_DESCRIBED_UNIT = re.compile(
    r"(?:管|负责|主管|分管|抓)(?:着)?([一-鿿、]{2,14}?)的(?:那个|那家|这个)?(?:局|部门|单位|委|口子|办)"
)
_SHORTEST_FORM = 3


@dataclass(frozen=True, slots=True)
class Register:
    """The archive's unit names, by the forms in which a question may have them and by the agency's function."""

    names: tuple[str, ...]
    forms: dict[str, tuple[str, ...]]
    groups: dict[str, tuple[str, ...]]
    longest: int


@lru_cache(maxsize=4)
def _read(names: tuple[str, ...], places: tuple[str, ...]) -> Register:
    """Read once for an archive, so that a question costs the same whatever the number of units.

    A name that is a place as well (砚湖区 as a unit) is left out: in a question it says where, not who.
    """
    endings = {place[at:] for place in places for at in range(len(place))}
    forms: dict[str, list[str]] = {}
    groups: dict[str, list[str]] = {}
    for name in names:
        if name in endings:
            continue
        for form in {name, _ADDRESSED.sub("", name)}:
            if len(form) >= _SHORTEST_FORM:
                forms.setdefault(form, []).append(name)
        for group in _groups(name):
            groups.setdefault(group, []).append(name)
    return Register(
        names,
        {form: tuple(found) for form, found in forms.items()},
        {group: tuple(found) for group, found in groups.items()},
        max(map(len, forms), default=0),
    )


_REGISTERS: WeakKeyDictionary[Index, Register] = WeakKeyDictionary()


def register_of(index: Index) -> Register:
    """The unit names of the open index, read at the first call; a generation never changes."""
    found = _REGISTERS.get(index)
    if found is None:
        found = _REGISTERS[index] = _read(tuple(index.unit_names()), tuple(index.places()))
    return found


def _register(names: Sequence[str] | Register, places: Sequence[str] = ()) -> Register:
    return names if isinstance(names, Register) else _read(tuple(names), tuple(places))


def _groups(name: str) -> tuple[str, ...]:
    """What names of one agency share: a function, several of a joint, split or ambiguous name; the last characters of a
    name without one."""
    return functions_of(name) or (name[-_SHORTEST_FORM:],)


def same_units(unit: str, names: Sequence[str] | Register, places: Sequence[str] = ()) -> list[str]:
    """The archive's names that may mean the same agency as this one, itself included where the archive has it."""
    register = _register(names, places)
    candidates = dict.fromkeys(name for group in _groups(unit) for name in register.groups.get(group, ()))
    return [name for name in candidates if name == unit or same_agency(unit, name)]


def named_units(text: str, names: Sequence[str] | Register, places: Sequence[str] = ()) -> dict[str, tuple[str, ...]]:
    """Units as a question calls them, whole or without a leading 市, 区 or 各, each with the archive's names for it.

    A longer name hides the shorter ones inside it; a unit that is excepted (除了民政部门) is not asked about.
    """
    for stem in excepted_units(text):
        text = text.replace(stem, " ")
    register = _register(names, places)
    spans = [
        (start, start + length)
        for start in range(len(text))
        for length in range(_SHORTEST_FORM, min(register.longest, len(text) - start) + 1)
        if text[start : start + length] in register.forms
    ]
    outer = [span for span in spans if not any(_covers(other, span) for other in spans)]
    asked = {text[start:end]: register.forms[text[start:end]] for start, end in outer}
    for word, official in _SPOKEN_UNITS:
        if word in text:
            asked[word] = tuple(same_units(official, register))
    for unit, start, end in find_units(text):
        if any(s <= start and end <= e for s, e in outer):
            continue
        inside = [asked.pop(text[s:e], ()) for s, e in outer if start <= s and e <= end]  # 云泽市民政局 has 市民政局
        asked[unit] = tuple(dict.fromkeys([*same_units(unit, register), *(name for part in inside for name in part)]))
    return {word: found for word, found in asked.items() if found}


def unknown_units(text: str) -> tuple[str, ...]:
    """A unit that opens the question with its level and that the archive does not name: 市外星人管理局有哪些任务."""
    opening = _OPENING_UNIT.match(text)
    return (opening.group(1),) if opening and is_unit_name(opening.group(1)) else ()


# A place may stand before the unit; behind it the question goes on with what is asked of it.
_OPENING_UNIT = re.compile(
    r"[一-鿿]{0,6}?([省市区县](?!里)[一-鿿]{1,14}?(?:局|委|办|厅))(?=有|要|的|都|今年|主要|承担|负责|领|干|做|\d|,|，)"
)


def _covers(outer: tuple[int, int], inner: tuple[int, int]) -> bool:
    return outer != inner and outer[0] <= inner[0] and inner[1] <= outer[1]


def described_units(text: str, names: Sequence[str] | Register) -> tuple[str, ...]:
    """Archive names that contain every character of a description such as 管园林绿化的那个局; none without one."""
    described = _DESCRIBED_UNIT.search(text)
    wanted = set(described.group(1)) - set("、和与及") if described else set()
    if not wanted:
        return ()
    return tuple(sorted(name for name in _register(names).names if wanted <= set(name)))
