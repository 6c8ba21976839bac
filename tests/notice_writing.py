"""Notices written by the tests: text to RawNotice, and random well-formed notices whose truth is known."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass

from indexer.records import Block, RawNotice, Source

UNITS = (
    "市民政局",
    "市财政局",
    "市商务局",
    "市教育局",
    "市卫生健康委",
    "市发展改革委",
    "市文化广电旅游局",
    "云泽海关",
    "市总工会",
)
TOPICS = ("养老服务", "物流配送", "文旅融合", "人才安居", "数字政务", "商贸流通", "职业培训", "托育服务")
VERBS = ("加快发展", "规范管理", "持续优化", "统筹推进", "大力培育")
NUMERALS = "一二三四五六七八九十"


def raw_notice(text: str, path: str = "notice.txt") -> RawNotice:
    """The text as a reader would hand it over, a block a line."""
    source = Source(path, None, hashlib.sha256(text.encode()).hexdigest(), "text/plain")
    return RawNotice(source, tuple(Block(line) for line in text.split("\n") if line.strip()))


@dataclass(frozen=True)
class WrittenClause:
    """A clause that the generator wrote: a sentence that stands once in the text, and its units."""

    sentence: str
    units: tuple[tuple[str, str], ...]  # (name, role)


@dataclass(frozen=True)
class WrittenNotice:
    """A random notice and the truth about it."""

    text: str
    clauses: tuple[WrittenClause, ...]


def write_notice(seed: int) -> WrittenNotice:
    """A well-formed notice: letter, plan, two levels of numbering, unit lines or brackets in one of several styles."""
    rng = random.Random(seed)
    wide = rng.random() < 0.5
    colon, left, right, comma = ("：", "（", "）", "，") if wide else (":", "(", ")", ",")
    style = rng.choice(["line", "bracket", "two_roles", "two_lines"])
    flat = rng.random() < 0.3 and style in ("line", "two_lines")
    lines = [
        "云泽市人民政府办公室关于印发云泽市公共服务提升方案的通知",
        f"各县{left}市、区{right}人民政府{comma}市政府各部门{colon}",
        f"《云泽市公共服务提升方案》已经市政府同意{comma}现印发给你们{comma}请认真组织实施。",
        "云泽市人民政府办公室",
        "2023年5月16日",
        "云泽市公共服务提升方案",
    ]
    clauses = [WrittenClause("现印发给你们", ())]
    serial = 0
    for i in range(rng.randint(2, 5)):
        lines.append(f"{NUMERALS[i]}、{rng.choice(VERBS)}{rng.choice(TOPICS)}工作")
        for j in range(rng.randint(1, 4)):
            serial += 1
            topic = rng.choice(TOPICS)
            sentence = f"第{serial}批{topic}项目建成{rng.randint(2, 90)}个以上{comma}增长{rng.randint(1, 9)}.{rng.randint(1, 9)}%。"
            title = f"{rng.choice(VERBS)}{topic}。" if rng.random() < 0.6 else ""
            names = rng.sample(UNITS, rng.randint(1, 4))
            units, tail = _unit_text(rng, style, names, colon, left, right)
            lines.append(
                f"{left}{NUMERALS[j]}{right}{title}{sentence}{tail if style in ('bracket', 'two_roles') else ''}"
            )
            if style in ("line", "two_lines"):
                lines += tail.split("\n")
            clauses.append(WrittenClause(sentence, units))
    return WrittenNotice(" ".join(lines) if flat else "\n".join(lines), tuple(clauses))


def _unit_text(
    rng: random.Random, style: str, names: list[str], colon: str, left: str, right: str
) -> tuple[tuple[tuple[str, str], ...], str]:
    listed = "、".join(names)
    if style == "line":
        return tuple((n, "responsible") for n in names), f"责任单位{colon}{listed}"
    if style == "bracket":
        return tuple(
            (n, "responsible") for n in names
        ), f"{left}{rng.choice(['责任单位', '责任部门'])}{colon}{listed}{right}"
    lead, others = names[0], names[1:]
    roles = ((lead, "lead"), *((n, "support") for n in others))
    rest = "、".join(others)
    if style == "two_lines":
        return roles, f"牵头单位{colon}{lead}" + (f"\n配合单位{colon}{rest}" if others else "")
    semicolon = "；" if colon == "：" else ";"
    return roles, f"{left}牵头单位{colon}{lead}" + (f"{semicolon}配合单位{colon}{rest}" if others else "") + right
