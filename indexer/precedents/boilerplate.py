"""Wording that stands in notices on anything: 本通知自印发之日起施行, 各地要高度重视, 请认真贯彻执行."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from indexer.duplicates.titles import core_of
from indexer.notices.agencies import find_units
from indexer.notices.places import find_places
from indexer.precedents.alignment import shared_runs
from indexer.precedents.wording import FIGURE, Wording

__all__ = ["LEAST_UNRELATED", "MOST_ON_TOPIC", "is_boilerplate", "topic_words", "unrelated"]

# Notices on different matters in which a wording must stand. Two may be a coincidence of titles (养老服务 and 托育服务 share
# clauses on the safety of premises).
LEAST_UNRELATED = 3
# The share of notices that may have a topic word in what they have in common: one of a hundred titles has 会议 or 施行.
MOST_ON_TOPIC = 0.2

# Words of titles that say nothing about the matter: kinds of document, what is done with it, and what all policy does.
_GENERAL = frozenset(
    "关于 印发 转发 发布 公布 的 通知 意见 方案 办法 措施 规定 细则 规划 计划 决定 条例 要点 清单 公告 函 批复 报告 台账 目录 纲要 "
    "实施 实行 执行 贯彻 落实 开展 组织 做好 加快 加强 推进 推动 促进 支持 深化 完善 健全 建立 进一步 切实 全面 大力 积极 有关 相关 "
    "若干 重点 任务 分解 分工 责任 工作 行动 专项 年度 三年 五年 近期 当前 新 高质量 优化 提升 提质 增效 加大 力度 扩大 规范 强化 "
    "发展 建设 改革 创新 管理 服务 体系 机制 体制 政策 事项 问题 情况 目标 试行 暂行 修订 政府 人民政府 办公室 办公厅 全省 全市 "
    "中华人民共和国 国家 地方性 法规 人民代表大会 常务委员会 修改 修正".split()
)
# A word of two letters at least that is no number: not 第三次, 十三件.
_WORD = re.compile(r"(?!第?[一二三四五六七八九十百]+[次届件项号]?$)[\u4e00-\u9fff]{2,}")
# A figure that is no term, date or ordinal: those stand in any notice (有效期5年, 第26次常务会议).
_AMOUNT = re.compile(f"(?<!第){FIGURE}(?![年月日天周]|个月|个工作日|工作日|周年)")


def is_boilerplate(wordings: Sequence[Wording], titles: Sequence[str]) -> bool:
    """Whether a wording is boilerplate: `wordings` that share their text, and the titles of all notices they stand in.

    Rule `boilerplate`: they stand in at least LEAST_UNRELATED notices no two of which are on the same matter (no topic words of
    their titles alike), and what most of them share says nothing specific: no amount, share or count, and for at most
    MOST_ON_TOPIC of the notices a pair of letters of a topic word of the title. So 本意见自…起施行，有效期5年 is; not 对新评定的…奖励20万元 (an
    amount), nor 养老机构用水、用电执行居民价格 (养老 stands in the titles), however widespread.
    """
    if unrelated(titles) < LEAST_UNRELATED:
        return False
    core = _core(wordings)
    if _AMOUNT.search(core):
        return False
    on_topic = sum(any(pair in core for pair in _pairs(title)) for title in titles)
    return on_topic <= MOST_ON_TOPIC * len(titles)


def unrelated(titles: Iterable[str]) -> int:
    """How many of the notices can be named no two of which are on the same matter, by their titles, in their order.

    Two titles whose topic words have a pair of letters in common are on the same matter: 物流业 and 现代物流. A title without
    topic words (关于印发2023年工作要点的通知) counts for none.
    """
    taken: set[str] = set()
    count = 0
    for title in dict.fromkeys(titles):
        pairs = _pairs(title)
        if pairs and taken.isdisjoint(pairs):
            taken |= pairs
            count += 1
    return count


def _pairs(title: str) -> set[str]:
    return {word[at : at + 2] for word in topic_words(title) for at in range(len(word) - 1)} - _GENERAL


@lru_cache(maxsize=65536)
def topic_words(title: str) -> frozenset[str]:
    """The words of a title that tell its matter: no places, units, kinds of document or words of all policy.

    >>> sorted(topic_words("江澜省人民政府办公厅关于加快推进养老服务体系建设的实施意见"))
    ['养老']
    """
    # The dictionary is loaded by the first call.
    import rjieba

    core = core_of(title)
    for spans in (
        [(start, end) for _, start, end in find_units(core)],
        [(found.start, found.end) for found in find_places(core)],
    ):
        for start, end in spans:
            core = f"{core[:start]}{' ' * (end - start)}{core[end:]}"
    return frozenset(word for word in rjieba.cut(core) if _WORD.fullmatch(word) and word not in _GENERAL)


def _core(wordings: Sequence[Wording]) -> str:
    """The template of the first wording, as far as at least half of the others share it, stretches apart by blanks."""
    first, *others = wordings
    counts = [0] * len(first.template)
    for other in others:
        for start, _, size in shared_runs(first.template, other.template):
            for at in range(start, start + size):
                counts[at] += 1
    least = len(others) / 2
    return "".join(letter if count >= least else " " for letter, count in zip(first.template, counts, strict=True))
