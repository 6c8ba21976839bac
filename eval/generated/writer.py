"""Writes a whole notice from a seed: kind of document, letter, text, attachments, page; nothing but the seed decides."""

from __future__ import annotations

import hashlib
import random
from dataclasses import replace

from eval.generated import assignments, numbering
from eval.generated import header as head
from eval.generated.assignments import WrittenUnit
from eval.generated.layouts import lay_out
from eval.generated.numbering import LEVEL_PLANS
from eval.generated.passages import Text, write_articles, write_sections
from eval.generated.tables import write_table
from eval.generated.truth import Line, WrittenClause, WrittenNotice, spot
from eval.generated.wording import Vocabulary
from eval.gold import squeeze
from indexer.records import Block, RawNotice, Source

__all__ = ["KINDS", "write_notice"]

KINDS: dict[str, int] = {  # kind → how often
    "plan": 8,
    "points": 2,
    "opinions": 3,
    "measures": 4,
    "division": 4,
    "outline": 1,
    "rules": 3,
    "letter": 2,
    "joint": 2,
    "gazette": 1,
    "bare": 2,
}
_PLANS = ("cn/bracket", "cn/bracket", "cn/bracket", "cn/bracket/arabic", "cn/bracket/arabic", "cn/arabic", "cn/bracket/arabic/round", "cn/arabic/round", "cn/bracket/arabic/round/circled", "cn", "bracket/arabic")  # fmt: skip
_WITH_LETTER = ("plan", "points", "division", "outline", "rules", "joint", "gazette")
_TITLE_MODES = (
    ("run_in",),
    ("run_in",),
    ("run_in", "none"),
    ("own_line",),
    ("own_line", "run_in"),
    ("none",),
    ("none", "run_in"),
    ("colon",),
)


def write_notice(seed: int) -> WrittenNotice:
    """The notice of this seed with its truth; the same seed gives the same notice on every machine."""
    rng = random.Random(seed)
    kind = rng.choices(list(KINDS), weights=list(KINDS.values()))[0]
    layout = rng.choices(["paragraphs", "wrapped", "one_line"], weights=(6, 2, 1))[0]
    tables = rng.choice(["grid", "grid", "pipes", "cells"])
    if kind == "division":
        layout = "paragraphs"
    notice = _Draft(rng, kind, layout, tables)
    notice.write()
    width = rng.choices(["full", "half", "figures"], weights=(7, 3, 0.5))[0]
    if notice.tabular:
        layout = tables
    layout, blocks = lay_out(notice.lines, rng, form=layout, width=width)
    whole = _whole(blocks)
    doc = f"g{seed}"
    digest = hashlib.sha256(whole.encode()).hexdigest()
    raw = RawNotice(Source(f"{doc}.txt", None, digest, "text/plain"), blocks)
    written = tuple(notice.dated(clause) for clause in notice.clauses)
    judged = tuple(spot(clause, doc, whole) for clause in written)
    return WrittenNotice(seed, kind, layout, raw, written, judged, notice.judged_header())


def _whole(blocks: tuple[Block, ...]) -> str:
    """Everything the notice says, squeezed; a merged cell once."""
    said: list[str] = []
    for block in blocks:
        if block.table is None:
            said.append(block.text)
        else:
            said += [cell.text for row in block.table.rows for cell in row if not cell.merged]
    return squeeze("\n".join(said))


class _Draft:
    """One notice in the making: header, lines and clauses in reading order."""

    def __init__(self, rng: random.Random, kind: str, layout: str, tables: str) -> None:
        self.rng = rng
        self.kind = kind
        self.one_line = layout == "one_line"
        self.plain = layout != "paragraphs"  # no tables
        self.table_form = tables
        self.tabular = False
        self.header = head.choose_header(rng, kind)
        self.words = Vocabulary(rng, self.header.government, self.header.year, int(self.header.written_date[5:7]))
        self.lines: list[Line] = []
        self.clauses: list[WrittenClause] = []
        self.signed = False
        self.attachments: list[str] = []

    def write(self) -> None:
        """Everything from the page's first line to its last."""
        rng, header = self.rng, self.header
        page = head.dress(rng, header)
        if self.kind == "gazette":
            self.lines.append(
                Line("furniture", f"{header.government.name}人民政府公报 {header.year}年第{rng.randint(1, 12)}期")
            )
        self.lines += page.top
        self.lines += head.title_lines(rng, header.title, one_line=self.one_line)
        if header.number and self.kind not in ("measures", "bare"):
            number = header.number if rng.random() < 0.7 else f"（{header.number}）"
            self.lines.append(Line("meta", number))
        attachments = self.attachments = self._attachments()
        if self.kind in _WITH_LETTER:
            self._letter(attachments)
        if self.kind == "letter" or self.kind == "opinions":
            self.lines.append(head.addressee_line(header))
        if self.kind == "division":
            self._division()
        else:
            self._text()
        if self.kind in ("opinions", "letter"):
            self._sign()
        if self.kind not in _WITH_LETTER:
            self._list(attachments)
        for place, title in enumerate(attachments):
            self._attachment(title, place, len(attachments))
        self.lines += page.bottom

    def dated(self, clause: WrittenClause) -> WrittenClause:
        """The clause; what 9月底前 means stays open where nothing in the notice gives its year."""
        by = clause.deadline
        if by is None or not by.yearless or self.signed or self.header.published:
            return clause
        return replace(clause, deadline=replace(by, ends_on=None))

    def judged_header(self) -> dict[str, object]:
        """The header as a judge writes it; elements the notice leaves open are not judged."""
        header = self.header
        meta: dict[str, object] = {
            "title": header.title,
            "region": header.government.region,
            "level": header.government.level,
            "cites": [{"title": title} for title in header.cites],
            "furniture": list(header.furniture),
        }
        if self.kind not in ("measures", "bare"):
            meta["issuer"] = list(header.issuers)
            meta["doc_number"] = header.number
        if self.signed:
            meta["written_date"] = header.written_date
            meta["addressees"] = list(header.addressees)
        if header.published:
            meta["published_date"] = header.published
        if header.index_number:
            meta["index_number"] = header.index_number
        return meta

    # --- the letter ----------------------------------------------------------------------------

    def _letter(self, attachments: list[str]) -> None:
        rng, header = self.rng, self.header
        self.lines.append(head.addressee_line(header))
        words = head.letter_words(rng, header)
        self.lines.append(Line("paragraph", words))
        self.clauses.append(WrittenClause((), words, words, "letter"))
        self._list(attachments)
        self._sign()
        if self.kind != "division":
            self.lines += head.title_lines(rng, header.subject, one_line=self.one_line)

    def _sign(self) -> None:
        self.signed = True
        self.lines += head.signature(self.rng, self.header, one_line=self.one_line)

    # --- the text ------------------------------------------------------------------------------

    def _text(self) -> None:
        rng = self.rng
        text = self._new_text()
        if self.kind == "rules":
            write_articles(text)
        else:
            self._preamble(text)
            plan = "chapter/section/cn/bracket" if self.kind == "outline" and rng.random() < 0.4 else None
            if self.kind == "outline" and plan is None:
                plan = "chapter/cn"
            if self.kind in ("measures", "letter") and rng.random() < 0.5:
                plan = rng.choice(["cn", "cn", "arabic", "bracket"])
            write_sections(text, LEVEL_PLANS[plan or rng.choice(_PLANS)])
        self.lines += text.lines
        self.clauses += text.clauses

    def _new_text(self) -> Text:
        rng = self.rng
        style = assignments.choose_style(rng)
        text = Text(
            rng,
            self.words,
            style,
            numbering.choose_style(rng),
            assigned=rng.choice([0.0, 0.8, 1.0, 1.0, 1.0, 1.0]),
            title_modes=rng.choice(_TITLE_MODES),
        )
        if self.one_line and style.separator == " ":
            text.units = replace(style, separator="、")
        stated = style.forms == ("unit_bracket",) and rng.random() < 0.12
        if stated and self.kind != "rules" and not self.attachments:
            text.statement, text.assigned = True, 1.0
            text.units = replace(text.units, on_own_line=False)
        return text

    def _preamble(self, text: Text) -> None:
        rng = self.rng
        words = head.preamble_words(rng, self.header, self.words)
        if self.kind in ("letter", "opinions"):
            end = "现就有关事项通知如下：" if self.kind == "letter" else "提出以下意见。"
            words = words[: words.rindex("，") + 1] + end
        labelled = {"unit_line", "unit_bracket"} & set(text.units.forms)
        if labelled and not text.statement and rng.random() < 0.08:
            text.group = "专班成员单位"
            names = "、".join(self.words.take_units(4))
            words = f"{words[:-1]}。成立由{names}组成的工作专班（以下简称专班成员单位）。"
        text.paragraph(words)
        text.clauses.append(WrittenClause((), words, words, "preamble"))

    # --- tables and attachments ----------------------------------------------------------------

    def _division(self) -> None:
        marker = self.rng.choice([None, "附件", "附件："])
        if marker:
            self.lines.append(Line("title", marker))
        self.lines += [Line("title", self.header.subject)]
        self._table((self.header.subject,))

    def _table(self, path: tuple[str, ...]) -> None:
        rng = self.rng
        self.tabular = True
        above: tuple[WrittenUnit, ...] = ()
        roll = rng.random()
        if roll < 0.15:
            name = self.words.take_units(1)[0]
            above = (WrittenUnit(name, "lead", "caption"),)
            said = f"总牵头单位：{name}"
            self.lines.append(Line("units", rng.choice([said, f"（{said}）"])))
        elif roll < 0.25:
            name = self.header.government.parts[0]
            above = (WrittenUnit(name, "responsible", "document_wide", inherited=True),)
            self.lines.append(Line("units", f"{name}对表中各项任务均承担落实责任，不再逐行列出。"))
        for unit in above:
            self.words.reserve(unit.name)
        table = write_table(rng, self.words, form=self.table_form, path=path, above=above)
        self.lines += table.lines
        self.clauses += table.clauses

    def _attachments(self) -> list[str]:
        rng = self.rng
        if self.one_line or self.kind in ("division", "rules", "bare") or rng.random() < 0.75:
            return []
        names = ("重点任务清单", "责任分工表", "年度工作安排", "补助标准说明", "项目申报指南")
        return [f"{self.words.policy.name}{name}" for name in rng.sample(names, rng.choice([1, 1, 2, 3]))]

    def _list(self, titles: list[str]) -> None:
        """附件：1.… with the further ones on lines of their own."""
        if len(titles) == 1:
            self.lines.append(Line("list", f"附件：{titles[0]}"))
            return
        for place, title in enumerate(titles, start=1):
            self.lines.append(Line("list", f"{'附件：' if place == 1 else ''}{place}.{title}"))

    def _attachment(self, title: str, place: int, count: int) -> None:
        rng = self.rng
        marker = "附件" + (str(place + 1) if count > 1 else "")
        self.lines += [Line("title", marker), Line("title", title)]
        path = (f"{marker} {title}",)
        if not self.plain and title[-1] in "单表" and rng.random() < 0.8:
            self._table(path)
            return
        text = self._new_text()
        text.statement = False
        text.assigned = rng.choice([0.0, 1.0])
        write_sections(text, LEVEL_PLANS[rng.choice(["cn", "cn/bracket", "arabic", "cn/arabic"])], path)
        self.lines += text.lines
        self.clauses += text.clauses
