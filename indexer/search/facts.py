"""Where a text states a fact of the kind a question wants: an amount of money, a share, a count, a time, a person.

A near miss (首店奖励多少钱, where the clause only says how many shops are wanted) is told from an answer by the kind of
fact, not by the words, which are the same. What the question itself states (880万元…各分多少) is no answer to it.
"""

from __future__ import annotations

import re

from indexer.notices.quantities.figures import fold_digits
from indexer.search.questions import Fact

__all__ = ["find_facts", "shares_figure", "states"]

_NUMBER = r"(?:\d[\d,.]*(?:\s*[-—~～至到]\s*\d[\d,.]*)?|[零〇一二两三四五六七八九十百千万亿半几]+)\s*(?:[十百千万亿]+)?"
_SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范"
    "金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_POST = r"(?:组长|副组长|主任|局长|召集人|负责人|联系人|总指挥|书记|市长|区长|县长|秘书长)"

# A figure by which a question points at one sentence: 95亿元, 3000亩; a year or a bare small number does not.
_FIGURE = re.compile(r"\d[\d.]*(?:[万亿千百]+[元亩家个]?|元|亩|家|%|个(?!月))")

_PATTERNS: dict[Fact, re.Pattern[str]] = {
    "money": re.compile(rf"{_NUMBER}\s*(?:余|多)?(?:个)?(?:元|美元|欧元|块钱|亿元|万元)"),
    "share": re.compile(
        rf"{_NUMBER}\s*(?:%|‰|%|个?百分点|个点|成(?![立为员果长效本])|倍)|百分之{_NUMBER}|[千万]分之{_NUMBER}"
    ),
    "count": re.compile(
        rf"{_NUMBER}\s*(?:余|多)?\s*(?:家|个(?!百分点|方面|统一)|项|名|人次?|户|件|所|处|场|次|辆|套|张|条|座|种|批|艘|班|类|级|位|支|期|只|台|间|村|镇)"
    ),
    "time": re.compile(
        r"\d{1,2}\s*[时点](?:\d|半|前|至|以前|之前|[,。;]|$)|\d{1,2}\s*月(?:\d{1,2}\s*[日号])?|[一二三四五六七八九十]+月(?:份|底|初|中旬|上旬|下旬)?|年内|年底|年末|年初|[上下]半年|季度|月底|期末"
        r"|\d+\s*(?:个)?(?:工作日|小时|天|日内|月内)|到\s*\d{4}\s*年|\d{4}\s*年(?:底|末)?(?:前|以前|之前)|每(?:年|月|季|周|半年)|长期|持续"
    ),
    "year": re.compile(r"(?:19|20)\d{2}\s*年|“十[一二三四五]五”(?:期)?末"),
    "area": re.compile(rf"{_NUMBER}\s*(?:亩|平方米|平米|公顷|平方公里|平方千米)"),
    "person": re.compile(
        rf"[{_SURNAMES}][一-鿿]{{1,2}}\s*(?:同志)?\s*(?:任|为|担任)[^,。;]{{0,10}}?{_POST}|{_POST}\s*[:\uff1a由为]\s*[{_SURNAMES}][一-鿿\s]{{1,3}}"
    ),
}


def find_facts(fact: Fact, text: str, asked: str = "") -> list[tuple[int, int]]:
    """The spans of the text that state such a fact, except those that the question already states.

    Of persons only those in the post asked about: 办公室主任是谁 is not answered by who 任组长.

    >>> text = "新引进首店10家以上,给予一次性奖励20万元。"
    >>> [text[a:b] for a, b in find_facts("money", text)]
    ['20万元']
    """
    known = re.sub(r"\s", "", asked)
    post = re.search(_POST, asked) if fact == "person" else None
    return [
        match.span()
        for match in _PATTERNS[fact].finditer(fold_digits(text))
        if re.sub(r"\s", "", match.group()) not in known and (post is None or _holds_post(match.group(), post.group()))
    ]


def _holds_post(named: str, post: str) -> bool:
    return re.search(rf"(?<!副){post}", named) is not None


def shares_figure(text: str, asked: str) -> bool:
    """Whether the text has one of the figures by which the question points at it.

    >>> shares_figure("安排养老预算880万元", "880万元预算里人才分多少?")
    True
    """
    bare = re.sub(r"\s", "", text)
    return any(re.sub(r"\s", "", figure) in bare for figure in _FIGURE.findall(asked))


def states(facts: tuple[Fact, ...], text: str, asked: str = "") -> bool:
    """Whether the text states a fact of at least one of the kinds wanted; True where none is wanted.

    Where the question and a sentence of the text share a figure (增加值95亿元,要到哪一年), the fact must stand in one
    such sentence: another year elsewhere in the clause is no answer.
    """
    if not facts:
        return True
    sentences = re.split(r"[。;；\n]", text)
    sharing = [sentence for sentence in sentences if shares_figure(sentence, asked)]
    return any(find_facts(fact, sentence, asked) for sentence in (sharing or sentences) for fact in facts)
