"""Draws words for one notice without drawing any twice: titles, sentences with their deadline and targets, units."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from eval.generated.numbering import chinese
from eval.generated.places import Government, unit_names
from eval.generated.policies import POLICIES, Goal
from eval.generated.quantities import WrittenDeadline, WrittenTarget, deadline, target

__all__ = ["Content", "Vocabulary"]

_OPENERS = "聚焦{topic}短板 围绕{topic}重点环节 结合{place}实际 突出问题导向 坚持试点先行 强化部门协同 回应群众关切 对照先进地区做法".split()
_VERBS = "加快推进 统筹推进 持续优化 规范提升 稳步发展 系统谋划".split()
_OBJECTS = "{topic}工作 {topic}能力建设 {topic}体系建设 {topic}试点".split()
_REFERENCES = (
    "按照本方案第三条第（二）项的原则安排资金，不得挪作他用",
    "对照《江澜省公共服务条例》第十二条第一款规定，理顺内部流程",
    "促进一、二、三产业融合，延长产业链条",
    "参照（一）类标准执行，不足部分自行解决",
    "评分结果按1.2的系数折算，计入年度总分",
)
# Sentences that name bodies and assign nothing; {p} is 省, 市, 区 or 县.
_MENTIONS = (
    "实施情况每半年向{p}政府报告，并抄送{p}人大常委会",
    "鼓励骨干企业牵头成立联合体，高校院所参与攻关",
    "资金使用接受审计监督，绩效结果报{p}政府备案",
    "领导小组办公室设在{p}政府办公室，日常工作另行通知",
    "各责任单位要制定年度计划，细化到月并挂图推进",
    "工作成效列入督查范围，结果在{p}政府网站公布",
    "支持协会牵头制定团体标准，推动行业自律",
)


@dataclass(frozen=True, slots=True)
class Content:
    """Sentences of a passage, each with its full stop, and what they say of time and amount."""

    text: str
    deadline: WrittenDeadline | None = None
    targets: tuple[WrittenTarget, ...] = ()


class Vocabulary:
    """The words of one notice; every draw is used up, so that each sentence stands once."""

    def __init__(self, rng: random.Random, government: Government, year: int, month: int) -> None:
        self._rng = rng
        self.government = government
        self.year = year
        self.month = month  # of issue
        first, *others = rng.sample(POLICIES, len(POLICIES))
        self.policy = first
        self._measures = [m for p in (first, *others) for m in rng.sample(p.measures, len(p.measures))]
        self._goals = [g for p in (first, *others) for g in rng.sample(p.goals, len(p.goals))]
        titles = [*first.titles, *(t for p in others[:2] for t in p.titles)]
        rng.shuffle(titles)
        self._titles = titles
        self._topics = [t for p in (first, *others) for t in p.topics]
        self._mentions = rng.sample(_MENTIONS, len(_MENTIONS))
        self._references = rng.sample(_REFERENCES, len(_REFERENCES))
        self._units = unit_names(rng, government)
        self._compound = self._compounds()
        self._turns = 0

    def _compounds(self) -> Iterator[str]:
        for verb in self._rng.sample(_VERBS, len(_VERBS)):
            for topic in self._topics:
                yield verb + self._rng.choice(_OBJECTS).format(topic=topic)

    def topic(self) -> str:
        """A topic of this notice's field."""
        return self._rng.choice(self.policy.topics)

    def title(self) -> str:
        """A heading that has not been used."""
        if self._titles and self._rng.random() < 0.7:
            return self._titles.pop()
        return next(self._compound)

    def measure(self) -> str:
        """A sentence without full stop, at least one comma inside."""
        words = (
            self._measures.pop(0) if self._measures else f"开展第{self._turn()}轮{self.topic()}评估，总结可复制的做法"
        )
        if self._rng.random() < 0.3:
            opener = self._rng.choice(_OPENERS).format(topic=self.topic(), place=self.government.seat)
            return f"{opener}，{words}"
        return words

    def take_units(self, count: int) -> list[str]:
        """`count` different unit names."""
        return self._rng.sample(self._units, min(count, len(self._units)))

    def reserve(self, name: str) -> None:
        """Keeps a unit that a statement for all clauses names out of the clauses' own lists."""
        self._units = [unit for unit in self._units if unit != name]

    def goals(self, count: int, *, with_deadline: bool) -> Content:
        """A sentence of countable goals: 到2025年底，新建…35个以上，培训…400人次。"""
        targets = tuple(target(self._rng, self._next_goal()) for _ in range(count))
        by = deadline(self._rng, self.year, self.month) if with_deadline else None
        words = "，".join(t.text for t in targets)
        return Content(f"{by.text}，{words}。" if by else f"{words}。", by, targets)

    def _next_goal(self) -> Goal:
        return self._goals.pop(0) if self._goals else Goal(f"打造第{self._turn()}批{self.topic()}示范点", "个", 3, 30)

    def _turn(self) -> str:
        """The next ordinal, for a long notice that has used up what is written."""
        self._turns += 1
        return chinese(self._turns)

    def passage(self, sentences: int, *, goals: bool, mentions: bool = False, untitled: bool = False) -> Content:
        """Some sentences; goals stand at the end or in the middle, never in front of all others.

        An `untitled` passage begins with a sentence too long to be taken for a title.
        """
        rng = self._rng
        words = [self._sentence() for _ in range(sentences)]
        if untitled:
            words[0] = f"{self.measure()}，{self.measure()}。"
        said = Content("")
        if goals:
            said = self.goals(rng.randint(1, 2), with_deadline=rng.random() < 0.6)
            words.insert(rng.randint(1, len(words)), said.text)
        if mentions and self._mentions and rng.random() < 0.5:
            words.append(self._mentions.pop().format(p=self.government.prefix) + "。")
        elif self._references and rng.random() < 0.06:
            words.append(self._references.pop() + "。")
        return Content("".join(words), said.deadline, said.targets)

    def _sentence(self) -> str:
        rng = self._rng
        roll = rng.random()
        if roll < 0.05:
            return f"一是{self.measure()}；二是{self.measure()}；三是{self.measure()}。"
        if roll < 0.25:
            return f"{self.measure()}；{self.measure()}。"
        return f"{self.measure()}。"
