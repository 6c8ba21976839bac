"""Figures of one task that differ between the parts of a draft: its text and its attachments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from indexer.drafts.findings import Draft, Finding, finding
from indexer.notices.numbering import ATTACHMENT
from indexer.records import Clause, Quantity

__all__ = ["LEAST_LIKENESS", "check_figures"]

# Share of common pairs of characters (Dice), figures left out, from which two phrases speak of one thing.
LEAST_LIKENESS = 0.6
_FEWEST_CHARACTERS = 5  # of such a phrase; a shorter one says too little
_STOPS = re.compile(r"[。；;，,：:\n]")
_NOT_SUBJECT = re.compile(r"[\d.%％‰\s（）()“”、]|以上|以下|左右|不少于|不低于|达到|力争|累计|完成|新增|给予")
# Over how long a quantity is counted: 三年新建28家 is no other telling of 新建10家.
_SPAN = re.compile(r"[两二三四五六]年|每年|每季度|每月|年均|累计|到20\d\d年")
_YEAR = re.compile(r"(?:19|20)\d{2}(?=年)")


class _Figure(Struct, frozen=True):
    """One quantity of a target: what it counts, in which year, and where it stands."""

    clause: Clause
    subject: str
    quantity: Quantity
    years: frozenset[str]
    spans: frozenset[str]
    start: int
    end: int
    text: str


def check_figures(draft: Draft) -> Iterator[Finding]:
    """figure_differs: a quantity of the text differs from that of the same task in an attachment.

    Two quantities belong together where unit and direction agree, what stands around them is alike (LEAST_LIKENESS), and
    they name no different years or spans; each is compared with the one most like it, and is fine where any like it
    agrees. Must not match: 2023年 and 到2025年 (other years), 三年 and one year, a sum and its shares in several rows, the
    bands of a scale.
    """
    clauses = draft.notice.clauses
    text = [f for clause in clauses if not _in_attachment(clause) for f in _figures(clause, draft.body)]
    attached = [f for clause in clauses if _in_attachment(clause) for f in _figures(clause, draft.body)]
    for one in text:
        alike = _alike(one, attached)
        if not alike or any(_equal(one.quantity, other.quantity) for other in alike):
            continue
        shares = len({(other.quantity.value, other.quantity.upper) for other in alike}) > 1
        if shares or one not in _alike(alike[0], text)[:1]:
            continue
        other = alike[0]
        line = draft.body.count("\n", 0, other.start) + 1
        message = f"正文为“{one.text}”，附件（第{line}行）为“{other.text}”"
        span = (one.start, one.end)
        yield finding(
            draft, span, rule="figure_differs", severity="error", message=message, advice="核对后统一正文和附件的数字"
        )


def _in_attachment(clause: Clause) -> bool:
    return bool(clause.headings) and ATTACHMENT.match(clause.headings[0]) is not None


def _figures(clause: Clause, body: str) -> list[_Figure]:
    found: list[_Figure] = []
    for target in clause.targets:
        start = max((m.end() for m in _STOPS.finditer(body, clause.start, target.start)), default=clause.start)
        stop = _STOPS.search(body, target.end, clause.end)
        around = body[start : stop.start() if stop else clause.end]
        if len(target.quantities) != 1:  # 补助2万元、4万元: which of them would be compared is open
            continue
        subject = _NOT_SUBJECT.sub("", around)
        years = frozenset(_YEAR.findall(around) or _YEAR.findall(clause.deadline.text if clause.deadline else ""))
        if len(subject) >= _FEWEST_CHARACTERS:
            span = frozenset(_SPAN.findall(around))
            found.append(
                _Figure(clause, subject, target.quantities[0], years, span, target.start, target.end, target.text)
            )
    return found


def _alike(one: _Figure, others: Sequence[_Figure]) -> list[_Figure]:
    """The figures of the same kind that are like this one, the most alike first."""
    scored = [(_likeness(one.subject, other.subject), other) for other in others if _comparable(one, other)]
    return [other for score, other in sorted(scored, key=lambda pair: -pair[0]) if score >= LEAST_LIKENESS]


def _comparable(one: _Figure, other: _Figure) -> bool:
    years_agree = not one.years or not other.years or bool(one.years & other.years)
    return one.quantity.unit == other.quantity.unit and years_agree and one.spans == other.spans


def _equal(one: Quantity, other: Quantity) -> bool:
    return (one.value, one.upper) == (other.value, other.upper)


def _likeness(one: str, other: str) -> float:
    """Dice's coefficient of the pairs of neighbouring characters."""
    a, b = ({text[i : i + 2] for i in range(len(text) - 1)} for text in (one, other))
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0
