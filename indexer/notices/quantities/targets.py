"""Quantities to be reached or paid, quoted as phrases, with what they count.

A target is a piece between commas and stops that holds a quantity; in an enumeration each part with its own quantity is
one. What only describes (购买90平方米以下住房的), names (500强) or times (10个工作日内完成初审) is none.

Figures, written by `python -m eval.rules --write`:

quantity        P 0.859 (1522/1771)  R 0.860 (1529/1778)  generated P 0.998 (14496/14531)  R 0.997 (14496/14533)
paid            P 0.799 (283/354)  R 0.805 (277/344)  generated P 0.992 (369/372)  R 0.997 (369/370)
comparison      P 1.000 (4/4)  R 0.833 (5/6)  generated P – (0/0)  R – (0/0)
written_figure  P 0.500 (12/24)  R 0.367 (11/30)  generated P – (0/0)  R – (0/0)
promised        P 0.548 (17/31)  R 0.302 (19/63)  generated P – (0/0)  R – (0/0)
bounded         P 0.651 (41/63)  R 0.691 (38/55)  generated P 1.000 (393/393)  R 1.000 (393/393)
"""

from __future__ import annotations

import re
from bisect import bisect_left

from indexer.notices.quantities.figures import fold_digits
from indexer.notices.quantities.measures import (
    WRITTEN,
    each_quantity,
    in_reading_order,
    read_quantities,
    spans_of_time,
    unit_of,
)
from indexer.notices.quantities.phrases import PAID, phrases
from indexer.notices.quantities.times import in_title
from indexer.records import Target

__all__ = ["TARGET_RULES", "find_targets"]

TARGET_RULES = (
    "quantity",  # 新增养老床位3万张, 增长9.5%以上, 投资占比不低于2/3; not 招引500强企业, 第3条, 30周年
    "paid",  # 给予最高20万元奖励, 每人每餐补助5元; not 购买住房面积在90平方米以下的
    "comparison",  # 增速高于全市平均; not 高于市场价的部分
    "written_figure",  # 每个街道至少设立一处助浴点, 提高三到五个百分点; not 一批, 三大行动, 一人一议
    "promised",  # 投诉24小时内受理, 资金5个工作日内拨付; not 应当在10个工作日内作出决定
    "bounded",  # 租赁期限不少于8年, 最长不超过7天; not 期限不超过一年的贷款
)

# Besides figures: a comparison, a bound, a promise, a Chinese numeral with a measure word.
_SIGN = re.compile(
    r"[高快优好低]于|超过|不[得应]?[少低短超多]|至少|最[长多]|[短缩减长][至到]|[日时钟][之以]?内|一[个家处所]以上|"
    r"[两二三四五六七八九十][个家名项户套间张条座处所台辆件场次成万百千到小]"
)
# Where such a sign may begin: by its first two characters, which pass over a text several times as fast as the signs do.
_MAY_BE_SIGN = re.compile(
    "[高快优好低超不至最短缩减长日时钟两二三四五六七八九十一]"
    "(?=[于过得应少低短超多长至到之以内个家处所名项户套间张条座台辆件场次成万百千小])"
)
_LONGEST_TARGET = 90
_COMPARED = re.compile(
    r"(?:增速|速度|增长|增幅|占比|比重|水平)[^,，。;；]{0,24}?(?:高于|快于|不低于|超过|优于|好于)[^,，。;；]{0,24}?(?:增速|速度|平均|水平|增幅|增长)"
    r"|(?:高于|快于|不低于|优于)[^,，。;；]{0,16}?(?:增速|速度|平均水平|平均增速|增幅)"
)
_BOUNDED = re.compile(
    r"(?:不(?:得|应)?(?:少于|低于|短于|超过|多于)|至少|最[长多]|(?:缩短|压缩|压减|缩减|减)[至到]|延长[至到])[^,，。;；\d]{0,2}?"
    r"(?:\d{1,3}(?:\.\d+)?|[一二两三四五六七八九十]{1,3})(?:年|个月|个?工作日|日|天|个?小时|分钟)"
)
# Chinese figures count behind a comparison or an act: 不少于两次, 至少建成一处, 开通两条专线; not 一批, 每季度召开一次会议.
_WRITTEN_AIM = re.compile(
    r"(?:不(?:得)?(?:少于|低于|超过)|至少|超过|达到|突破|提高|增长|降低|力争|争取|确保)[^,，、。;；一]{0,8}$"
    r"|(?:开通|新增|新建|打造|建成|建设|培育|引进|形成|创建|举办|设立|共建|与)[^,，。;；一二三四五六七八九十两]{0,12}$"
)
_MEETING = re.compile(
    r"(?:研究|召开|督导|督查|检查|通报|调度|汇报|会商|会议)[^,，]{0,3}[一1]次|[一1]次[^,，]{0,8}(?:会议|督导|督查|检查|研究)"
)
# 自受理之日起10个工作日内, 有效期5年, 下设5个工作组, 应当在15日内: quantities of rules, not of aims.
_TERMS = re.compile(
    r"之日起|有效期|下设|设立?\d+个(?:工作)?(?:组|专班)|应当?在|合同签订|会同有关部门在|处罚|罚款|违约金|第\d+[届次条期]|"
    r"\d+[个项条]方面|计征|连续\d"
)
_MAY_BE_TERM = re.compile("[日期设应合会罚违第方征续]")  # some character of every such word
# 投诉24小时内受理, 材料5个工作日内办结: a time promised to those who ask.
_PROMISED = re.compile(
    r"(?:工作日|小时|分钟)(?:之|以)?内[^,，]{0,6}(?:办结|办理|受理|回应|响应|反馈|答复|告知|拨付|核实|上门|兑付|到达|审批|完成审)"
)
_RATE = re.compile(r"(?:率|比例|比重|占比)(?:达到?|不低于|不超过|降至|提高到|控制在|为)")
_CONDITION_HEAD = re.compile(
    r"(?:对(?![应接标外口])|每(?:完成|增加|新增|达)|以上\d|上述|允许未|\d+(?:至\d+)?平方米|凡|若|如|经|自|因|当|超过|针对|根据|按照《|属于|符合)"
)
_CONDITION_END = ("的", "者", "后", "期间", "前提下", "基础上", "情况下", "条件下", "的比例", "的)", "的）")
_LAST_OF_WHEN = frozenset("时上下")
_WHEN = re.compile(r"(?<![小课])时$|(?:面积|缴存额|基数|年龄|周期|金额|收入)[^,，]{0,6}[在为]\d[^,，]{0,12}以[上下]$")
# 年营业收入1亿元以上的企业 says whom a rule is for; 培育100家…的企业 counts them.
_WHOM = re.compile(
    r"的(?:[^的,，\d]{0,4}(?:企业|家庭|机构|单位)|项目|个人|人员|职工|楼盘|部分|住房|房屋|商品房|土地)[)）]?$"
)
_COUNTED = re.compile(
    r"(?:培育|新增|引进|建成|打造|建设|认定|选择|扶持|培养|创建|新建|支持|确定|遴选|推出|形成)[^,，。的]{0,4}\d"
)
_AT_LEAST = re.compile("(?:至少|不少于|不低于)[^,\uff0c。;\uff1b]{0,6}$")
# Units of time and of rank: 6个月, 3天, 2期, 5轮 aim at nothing by themselves.
_TIME_UNIT = frozenset("个月 个工作日 工作日 个小时 小时 分钟 个课时 课时 天 期 届 节 度 轮 字 面 例 段 组".split())


def find_targets(text: str, at: int = 0, *, folded: str | None = None) -> tuple[Target, ...]:
    """The quantitative targets of a clause in order, verbatim: 全市养老床位突破3万张, 力争新增3家, 增速高于全市平均.

    Not dates, document numbers, ranks (500强), time limits of a procedure, conditions (…的). The text starts at `at`;
    `folded` is what `fold_digits` makes of it, where that is known.
    """
    if folded is None:
        folded = fold_digits(text)
    places = [m for m in each_quantity(folded) if unit_of(m) not in _TIME_UNIT]
    if places and "《" in folded:
        places = [m for m in places if not in_title(folded, m.start())]
    signs = _signs(folded)
    if not places and not signs:
        return ()
    ends = {m.start(): m.end() for m in places}
    starts = list(ends)
    marks = sorted({*starts, *signs})
    found: list[Target] = []
    for start, end in phrases(folded, marks, ends):
        held = places[bisect_left(starts, start) : bisect_left(starts, end)]
        piece = folded[start:end]
        rule = _rule(piece, "quantity" if held else None)
        if rule is None:
            continue
        if rule == "written_figure":
            quantities = read_quantities(piece, in_reading_order(held, WRITTEN.finditer(piece)), 0)
        elif rule in ("bounded", "promised"):
            quantities = read_quantities(piece, spans_of_time(piece), 0)
        else:
            quantities = read_quantities(folded, held, start)
        found.append(Target(text[start:end], at + start, at + end, quantities, rule))
    return tuple(found)


def _signs(text: str) -> list[int]:
    """Where the signs stand, none inside another."""
    found: list[int] = []
    read = 0
    for at in [m.start() for m in _MAY_BE_SIGN.finditer(text)]:
        if at >= read and (sign := _SIGN.match(text, at)):
            found.append(at)
            read = sign.end()
    return found


def _rule(piece: str, rule: str | None) -> str | None:
    """The rule by which a piece is a target; `rule` is given where it holds a quantity in arabic figures."""
    if not 3 <= len(piece) <= _LONGEST_TARGET or not (rule := rule or _holds(piece)):
        return None
    if (
        piece.endswith(_CONDITION_END)
        or (piece[-1] in _LAST_OF_WHEN and _WHEN.search(piece))
        or (_MAY_BE_TERM.search(piece) and _TERMS.search(piece))
        or _is_meeting(piece)
    ):
        return None
    if _WHOM.search(piece) and not _COUNTED.search(piece):
        return None
    paid = PAID.search(piece)
    if _CONDITION_HEAD.match(piece) and not paid and not _RATE.search(piece):
        return None
    return "paid" if paid and rule == "quantity" else rule


def _is_meeting(piece: str) -> bool:
    return "次" in piece and _MEETING.search(piece) is not None


def _holds(piece: str) -> str | None:
    """The rule by which a piece without arabic figures of its own may be a target."""
    if _COMPARED.search(piece):
        return "comparison"
    if _BOUNDED.search(piece):
        return "bounded"
    if _PROMISED.search(piece):
        return "promised"
    return "written_figure" if _has_written(piece) else None


def _has_written(piece: str) -> bool:
    return any(
        (m["low"] not in "一十百千" or piece.startswith("以上", m.end()) or _at_least(piece, m.start()))
        and _WRITTEN_AIM.search(piece, max(0, m.start() - 24), m.start())
        for m in WRITTEN.finditer(piece)
        if m["unit"] not in _TIME_UNIT and piece[m.start() - 1 : m.start()] not in ("第", "每")
    )


def _at_least(piece: str, at: int) -> bool:
    return _AT_LEAST.search(piece, max(0, at - 12), at) is not None
