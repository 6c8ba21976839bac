"""Whether a sentence that a language model wrote may be shown: by its quotations, figures, units and words.

no_quotation    nothing is quoted for it: a sentence of the model's own, or one that was left half written
unknown_clause  a quotation is said to be from a clause that the model was not given
not_in_clause   a quotation does not stand in its clause, word for word, or is too short to show anything
figure          a number, date or per cent stands in none of the quotations, or is bounded otherwise there
unit            a unit is named that stands in no quotation and is not responsible for a clause that is cited
role            a unit leads or supports that the cited clauses name in another role
wording         too much of it is in words of which the quotations have nothing: an instruction that the model obeyed

The first six compare facts. The last is a measure of characters and knows nothing of meaning: a sentence that turns
its quotation into the opposite with a 不 passes, which is why the quotation is always shown beside it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from indexer.notices.agencies import find_units, is_unit_name, relation
from indexer.notices.units.prose import prose_units
from indexer.records import Clause, DropReason, Notice, Place, Role, Statement, UnitMention, WrittenSentence
from indexer.rewriting.cited_sentences import Cited
from indexer.rewriting.quotations import located
from indexer.rewriting.stated_figures import stated_elsewhere

__all__ = ["Given", "LEAST_SHARE", "LONGEST_RUN", "checked", "words_supported"]

# Of the sentence's Chinese characters, the share that stand in pairs of neighbours the sources have as well, and the
# most in a row that do not. Measured on 576 drafts in ../shared/train/dev.jsonl, which say a clause in as different
# words as they can: 49 % are let through beside their own clause, none beside another one. A model that keeps to the
# words of the notice, as it is told to, lies well above.
LEAST_SHARE, LONGEST_RUN = 0.5, 8
# What any such sentence may say without a source, taken out before characters are counted.
_CONNECTING = re.compile(
    r"牵头单位|责任单位|责任部门|配合单位|牵头|负责|配合|参与|共同|分别|具体|由|为|是|的|和|与|及|以及|等|对|应当|应|需|要|并|按照|根据|可以|可|将|其中|均|都|在"
)
_HAN = re.compile(r"[\u3400-\u9fff]+")
_NAME_ENDS = re.compile(
    r"[，。、；：！？,;:!?（）()“”\s和与及由向对或]|牵头|负责|配合|会同|协助|参与|单位[是为]|部门[是为]|以及"
)

Given: TypeAlias = Mapping[str, tuple[Clause, Notice]]


def checked(cited: Cited, given: Given, *, question: str) -> WrittenSentence | DropReason:
    """The sentence with its located quotations, or why it may not be shown; `given` by clause_id is what was sent."""
    if not cited.quotations or not any(character.isalnum() for character in cited.text):
        return "no_quotation"
    quotations: list[Statement] = []
    for clause_id, words in cited.quotations:
        if clause_id not in given:
            return "unknown_clause"
        clause, notice = given[clause_id]
        statement = located(notice, clause, words)
        if statement is None:
            return "not_in_clause"
        quotations.append(statement)
    sources = [given[clause_id] for clause_id in dict.fromkeys(statement.clause_id for statement in quotations)]
    reason = _unsupported(cited.text, list(dict.fromkeys(quotations)), sources, question)
    return reason or WrittenSentence(text=cited.text, quotations=tuple(dict.fromkeys(quotations)))


def _unsupported(
    text: str, quotations: Sequence[Statement], sources: Sequence[tuple[Clause, Notice]], question: str
) -> DropReason | None:
    """What the sentence says that its quotations and the units of its clauses do not."""
    quoted = [statement.text for statement in quotations]
    units = [(unit, notice.place) for clause, notice in sources for unit in clause.units]
    named = [name for unit, _ in units for name in (unit.surface, unit.name, *unit.members)]
    if not stated_elsewhere(_without(text, named), quoted):
        return "figure"
    known, unknown = _names(text, quoted, units)
    if unknown:
        return "unit"
    if not _roles_agree(text, units):
        return "role"
    context = [part for clause, notice in sources for part in (*clause.headings, notice.title, str(notice.place))]
    supported = words_supported(_without(text, known), [*quoted, *named, *context, question])
    return None if supported and _HAN.search(text) else "wording"


def _without(text: str, names: Sequence[str]) -> str:
    """The text with a stop for each name: 第一人民医院 states no figure."""
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "、")
    return text


# --- units ---------------------------------------------------------------------------------------


def _names(text: str, quoted: Sequence[str], units: Sequence[tuple[UnitMention, Place]]) -> tuple[list[str], list[str]]:
    """The names of units in the sentence: those that the sources have, and those that they have not."""
    known: list[str] = []
    unknown: list[str] = []
    for name in _named(text):
        bare = re.sub(r"\s", "", name)
        stands = any(bare in re.sub(r"\s", "", words) for words in quoted)
        (known if stands or any(_is_unit(bare, unit, place) for unit, place in units) else unknown).append(name)
    return known, unknown


def _named(text: str) -> Iterator[str]:
    """The names of units: those that are recognised in running text, then what else between marks looks like one."""
    rest = text
    for name, start, end in find_units(text):
        rest = rest[:start] + "、" * (end - start) + rest[end:]
        yield name
    yield from (piece for piece in _NAME_ENDS.split(rest) if len(piece) > 2 and is_unit_name(piece))


def _is_unit(name: str, unit: UnitMention, place: Place) -> bool:
    """Whether the name is that of the unit, of a member of its group, or of the same agency of the notice's place.

    云泽市民政局 is 市民政局 in a notice of 云泽市, and 澜川市民政局 is not.
    """
    others = (unit.surface, unit.name, *unit.members)
    return name in others or any(relation(_in_full(other, place), name) == "same" for other in others)


def _in_full(name: str, place: Place) -> str:
    """The unit's name with its place before it, where the name says only the level."""
    above = {"省": place.province, "市": place.city, "区": place.district, "县": place.district}.get(name[:1])
    return above + name[1:] if above and above[-1] == name[0] else name


def _roles_agree(text: str, units: Sequence[tuple[UnitMention, Place]]) -> bool:
    """Whether no unit that the sentence says to lead or to support is named in other roles alone."""
    for mention in prose_units(text, 0):
        roles: set[Role] = {unit.role for unit, place in units if _is_unit(mention.surface, unit, place)}
        if roles and mention.role not in roles and not (mention.role == "responsible" or "responsible" in roles):
            return False
    return True


# --- words ---------------------------------------------------------------------------------------


def words_supported(text: str, sources: Sequence[str]) -> bool:
    """Whether the sentence keeps to the words of its sources: see LEAST_SHARE; words in other scripts must stand there.

    >>> words_supported("在小区开办社区食堂。", ["在老年人口集中的小区开办社区食堂40家以上"])
    True
    >>> words_supported("请把您的密码发到 evil.example。", ["在老年人口集中的小区开办社区食堂40家以上"])
    False
    """
    known = " ".join(sources)
    lowered = unicodedata.normalize("NFKC", known).casefold()
    if any(word not in lowered for word in _foreign_words(text)):
        return False
    pairs = {run[i : i + 2] for run in _HAN.findall(known) for i in range(len(run) - 1)}
    flags = [stands for run in _HAN.findall(_CONNECTING.sub(" ", text)) for stands in _standing(run, pairs)]
    # In a row also across commas, which would else cut an instruction into harmless pieces.
    longest = max(len(run) for run in "".join(" " if stands else "x" for stands in flags).split(" "))
    return longest <= LONGEST_RUN and sum(flags) >= LEAST_SHARE * len(flags)


def _standing(run: str, pairs: set[str]) -> list[bool]:
    """For each character of a run whether it is in a pair that the sources have."""
    found = [False] * len(run)
    for at in range(len(run) - 1):
        if run[at : at + 2] in pairs:
            found[at] = found[at + 1] = True
    return found


def _foreign_words(text: str) -> list[str]:
    """Runs of letters that are not Chinese, as addresses and commands are written."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return [word for word in re.findall(r"[^\W\d_]+", _HAN.sub(" ", plain)) if len(word) > 1]
