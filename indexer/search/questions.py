"""What the words of a question ask for: its intent, the kind of fact wanted, and the topic that is left without them.

Every rule is a named pattern. Questions are matched after `characters.simplified`, so punctuation is half-width.
"""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

from indexer.records import Role

__all__ = [
    "Fact",
    "asks",
    "asks_only_facts",
    "excepted_units",
    "facts_asked",
    "has_topic",
    "roles_asked",
    "topic_of",
    "unit_kind_asked",
]

Fact: TypeAlias = Literal["money", "share", "count", "time", "area", "person", "year"]

# --- intent rules: the name of a rule, and what it matches ---------------------------------------

_RULES: dict[str, re.Pattern[str]] = {
    # 谁负责…, 归哪个局管, 找哪家, 涉及哪几个局委; must not match 是哪位领导 (a person) or 谁可以享受 (who is eligible)
    "asks_who": re.compile(
        r"(?<=[找由归跟向问给让])谁|谁(?!都?(?:能|可以|能够|有资格)?(?:享受|申请|申领|领取|拿到|报名))"
        r"|哪(?:一)?(?:个|些|几个|几家|家|几)?(?:责任|牵头|主管|职能|政府|成员|配合|参与|参加|承办|主办)?"
        r"(?:部门|单位|局委|委局|机关|机构|局|厅|委(?!员)|办(?!法|理)|街道|乡镇|镇|衙门|口子)"
        r"|哪(?:几|两|三)?家(?:来|牵头|负责|承担|配合|办|管|主|单位|去|抓)"
        r"|(?:责任|牵头|主管|负责|配合|参与|承办)(?:单位|部门)(?:是|有|$|\?)"
        r"|(?:牵头|责任|主管|负责)(?:部门|单位)$|\s(?:牵头|负责|主管|归口)$|找哪|哪里(?:投诉|举报|申请|办理)|是哪几家"
    ),
    # 南太湖新区管委会…也要扛责任吗: a yes-or-no question about responsibility
    "asks_whether_responsible": re.compile(
        r"(?:管委会|政府|局|委|办|部门|单位).*(?:责任|负责|牵头|管)(?:吗|么|不)\W*$"
        r"|(?:管委会|政府|局|委|办|部门|单位|街道|开发区).*(?:是不是|要不要).*(?:负责|牵头|管|扛|落实)"
    ),
    # 市旅游局领了几项任务, 要做什么, 承担哪些; counts only where a unit is named as well
    "asks_duties": re.compile(
        r"任务|职责|分工|(?:做|干|办|抓|管|落实|推进|完成|配合|参与|承担|负责|牵头)(?:了|过)?(?:的)?(?:是)?(?:些)?"
        r"(?:什么|啥|哪些|哪几|几[项件个条])|(?:活|工作|事|事项|项目)(?:儿)?(?:都|一共|总共)?(?:有|包括|是)(?:哪些|哪几|几[项件个条]|什么|啥)|(?:要|该|得)(?:做|干|抓|管|落实|配合|负责|牵头|承担|参与)(?:的)?(?:是)?(?:哪|什么|啥)"
        r"|(?:领|分|派|摊|担)(?:了|到|上)?(?:的)?(?:几|哪|什么|啥)|哪些(?:活|事|工作|项目|责任)"
        r"|几(?:项|件|桩)|什么(?:活|事)|啥(?:活|事)"
    ),
    # 多少钱, 几家, 占多大比例, 最晚什么时候, 哪一年; must not match 哪几个 (which ones)
    "asks_how_much": re.compile(
        r"多少|(?<!哪)(?<![十百千第])几(?:个(?!局|部门|单位|街道)|家(?!单位|部门)|项|条|名|亩|成|点|月|号|年|次|天|倍|人|亿|万|块|时|分|折|位)"
        r"|多(?:大|高|快|长|久|重)|百分之几|什么时候|啥时候|何时|哪(?:一)?年|哪(?:一)?天|哪个月|期限|截止"
    ),
    # 各地分别…, 对比一下, 有什么不同
    "asks_across_places": re.compile(
        r"各地|各市|各个?(?:地方|城市|地区|区县)(?!政府|要|都要)|不同(?:的)?(?:地方|城市|地区)"
        r"|(?:哪些|哪几个|几个)(?:地方|城市)|比较(?:一下|下)?\W*$|对比|比一比|相比|有(?:什么|何|啥)(?:不同|区别|差别|异同)"
    ),
    # 到底是30个还是28个, 正文和附件一样吗, 哪个对: whether two places of a notice agree; must not match 还是找谁 (an alternative
    # of persons) or 一样能享受吗 (the same for two groups)
    "asks_whether_consistent": re.compile(
        r"到底|究竟|\d+[^,?\d]{0,6}还是[^,?\d]{0,4}\d|一样(?:不|吗|么)|(?:不|怎么)(?:一样|一致|一家|是一个)|对得上|对不上|矛盾|哪个(?:对|准)"
        r"|(?:正文|前面|前后).{0,6}(?:附件|附表|表|后面|后)"
    ),
    # any sign that a question is asked: a pasted draft has none
    "asks_anything": re.compile(
        r"[?]|谁|哪|什么|啥|怎么|怎样|咋|如何|多少|几[个家项条块天]|吗|呢|么$|何时|为何|是否|能不能|可不可以|有没有|要不要|会不会|是不是|给不给|比一比|对比一下"
    ),
    # 议案由谁总牵头, 整个方案归谁牵头: who leads the whole, which is said in prose and not in a unit line
    "asks_who_leads_all": re.compile(r"总牵头|挑头|总负责|(?:议案|方案|整个|全部).{0,8}(?:谁|哪).{0,6}(?:牵头|领头)"),
    # 组长是谁, 哪位领导, 主任叫什么: a person, not a unit
    "asks_person": re.compile(
        r"哪(?:位|几位|些|个|几个)(?:领导|同志|代表|负责人|人才|专家|市长|区长|县长|主任|局长|人)"
        r"|(?:组长|主任|局长|主席|书记|市长|区长|县长|负责人|召集人|联系人|总指挥|领军人才|人才)(?:是|叫|由|为)?(?:谁|哪位|什么名字|啥名)"
    ),
}


def asks(rule: str, text: str) -> bool:
    """Whether the named rule matches a simplified question.

    >>> asks("asks_who", "老招牌老店由谁来抓?"), asks("asks_how_much", "有哪几个文件?")
    (True, False)
    """
    return _RULES[rule].search(text) is not None


# --- the kind of fact wanted ---------------------------------------------------------------------

_FACTS: dict[Fact, re.Pattern[str]] = {
    "money": re.compile(
        r"多少(?:钱|元|万|亿|资金|经费|补贴|补助|奖金|美元|贷款)|几(?:块|万|亿|千|百)(?:元|块|钱|$|\?)"
        r"|(?:奖励|补贴|补助|奖|补|发|罚|收费|安家费|经费|资金|投资|砸|花|挣|贷|减免)(?:标准|金额|额度|总额)?"
        r"(?:是|能|可以|要|给|拿|分|到)*(?:多少|几)(?![个家名项%成])"
        r"|(?:预算|资金|补贴|奖励|补助).*各?(?:分|拿|给|奖|补)(?:到)?多少|(?:补贴|奖励|补助|收费)标准"
    ),
    "share": re.compile(
        r"百分之几|多大(?:的)?(?:比例|比重|份额)|(?:占比|比重|比例|份额|增速|增幅|利率|增长率).{0,8}?(?:多少|几|多大|多高)|几个(?:百分)?点|(?:提高|提|涨|增长?|降)几点|几成|(?:增长|提高|上升|涨|降).{0,4}(?:多少|几)(?![个家名])"
    ),
    "time": re.compile(
        r"什么时候|啥时候|何时|几(?:月|号|时|点(?!几))(?!份?额)|哪(?:一)?(?:天|个月)|最晚|最迟|期限|截止|多久(?!.{0,3}[一次])|时间表"
    ),
    "year": re.compile(r"哪(?:一)?年|到几几年"),
    "area": re.compile(r"(?:占地|面积|用地|土地|亩).{0,10}(?:多少|多大|几)|多少(?:亩|平方|公顷|公里|地)"),
    "person": _RULES["asks_person"],
    "count": re.compile(
        r"多少(?:家|个|项|名|人|户|件|所|处|场|次|辆|套|张|条|座|种|旅客|游客|企业|项目)"
        r"|(?<!哪)几(?:个(?!局|部门|单位|街道)|家|名|所|处|场|座|次)"
    ),
}


# Any sign of a question beside the facts: 要覆盖到啥程度,几月前完成 asks for more than a time.
_OTHER_QUESTION = re.compile(r"谁|哪|什么|啥|怎|如何|吗|呢|能不能|有没有|是否|是不是|要不要|可不可以")


def asks_only_facts(text: str) -> bool:
    """Whether a simplified question wants nothing but the facts of `facts_asked`.

    >>> asks_only_facts("首店奖励多少钱?"), asks_only_facts("首店奖励多少钱,怎么申请?")
    (True, False)
    """
    if not facts_asked(text):
        return False
    for pattern in _FACTS.values():
        text = pattern.sub(" ", text)
    return _OTHER_QUESTION.search(text) is None


def facts_asked(text: str) -> tuple[Fact, ...]:
    """The kinds of fact that a simplified question wants, in a fixed order; none for how and which.

    >>> facts_asked("在砚湖区开一家首店,奖励多少钱?")
    ('money',)
    """
    return tuple(fact for fact, pattern in _FACTS.items() if pattern.search(text))


# --- the role asked for --------------------------------------------------------------------------

_ROLE_WORDS: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("lead", re.compile(r"牵头|挑头|领头|带头|主办|召集|总负责")),
    ("support", re.compile(r"配合|协办|协助|参与|参加|搭把手|帮忙")),
    ("responsible", re.compile(r"负责|责任|主管|主抓|归口")),
)


def roles_asked(text: str) -> tuple[Role, ...]:
    """The roles that a simplified question names; empty where it names none.

    >>> roles_asked("创意街由谁牵头建,哪个街道要配合?")
    ('lead', 'support')
    """
    return tuple(role for role, pattern in _ROLE_WORDS if pattern.search(text))


# 除了民政部门还要…: the unit that is known already
_EXCEPTED = re.compile(r"除了?([^,。?]{2,14}?)(?:以外|之外|外|,|还)")
# 哪个街道, 哪个区县: the kind of unit wanted; 局, 委 and 办 are said of any department and restrict nothing
_UNIT_KIND = re.compile(r"哪(?:一)?(?:个|些|几个)(街道|镇|乡|银行|公司|集团|学校|医院|管委会|协会)")


def excepted_units(text: str) -> tuple[str, ...]:
    """Stems of the units that a question excepts, as they may stand in a name.

    >>> excepted_units("除了教育部门还有谁参加?")
    ('教育',)
    """
    return tuple(
        stem
        for match in _EXCEPTED.finditer(text)
        for part in re.split(r"[、和与及]", match.group(1))
        if (stem := re.sub(r"(?:部门|局|委|厅|办|单位)$", "", part.strip()))
    )


def unit_kind_asked(text: str) -> str | None:
    """The ending that names of the wanted units have (街道), or None where any unit will do."""
    match = _UNIT_KIND.search(text)
    return match.group(1) if match else None


# --- the topic -----------------------------------------------------------------------------------

# The words that make a question, longest first where one contains another. What they leave is what a clause may say.
_WHO_PHRASE = (
    r"(?:是|由|归|找|向|跟|和|让|请|给|该|属于|具体)*(?:谁|(?:哪(?:一)?(?:个|些|几个|几家|两家|三家|家|几|里)?(?:责任|牵头|主管|职能|政府|成员)?"
    r"(?:部门|单位|局委|局|厅|委(?!员)|机构|街道)))(?:们)?(?:家)?(?:来|去|在)?(?:主要|具体|共同)?"
    r"(?:负责|牵头|主管|主抓|承担|配合|挑头|领头|管|抓|办|做|搞|推进|推|落实|打交道|对接|聊)?(?:的|呢|啊)?"
)
_QUESTION_WORDS = re.compile(
    "|".join(
        (
            _WHO_PHRASE,
            r"(?:请问|想问(?:一下)?|问一下|想知道|想了解|我想|帮我查|查一下|麻烦|听说)",
            r"(?:责任|牵头|主管|负责|配合|参与|主办)(?:单位|部门)(?:是|有)?",
            r"\s(?:牵头|负责|主管|归口)$",
            r"哪(?:几|两|三)?家(?:来|去)?(?:牵头|负责|承担|配合|办|管|抓)?",
            r"(?:都|分别|各|到底|究竟|具体|一共|总共|打算|准备)?(?:有|是|要|该|想)?(?:哪(?:一)?(?:些|几个|几家|几项|几条|几|个|家|里|位|年|种)|什么|啥|怎么样|怎样|怎么|咋|如何|为什么|为何|多少|何时|多久)",
            r"(?:什么|啥)时候|几时|多大|多高|多长时间|百分之几|最晚|最迟",
            r"(?<![十百千第两])几(?:个|家|项|条|名|成|件|次)?",
            r"有没有|能不能|可不可以|可以不可以|是不是|要不要|会不会|给不给|撑不撑|行不行|是否|能否|可否",
            r"(?:正文|前面|文件)?(?:和|跟|与)?(?:附件|附表|后面)?(?:说|写)的(?:是)?(?:不是)?(?:一个数|一样)",
            r"(?:正文|前面)(?:和|跟|与)(?:附件|附表|后面)(?:对得上|对不上|一样|一致)?",
            r"(?:比较|对比|比一比|相比)(?:一下|下)?|各地(?:方)?|各个地方|不同(?:的)?地方|分别",
            r"(?:吗|呢|吧|呀|啊|么|嘛)(?=\W|$)",
        )
    )
)
_FILLERS = re.compile(
    r"(?:上头|有何|这(?:件)?事|那(?:件)?事|这些|那些|这个|那个|那种|这种|那件|这件|这块|这方面|的话|这次|那年|那会儿|一下|咱们|我们|他们|当地)"
)


# A 的 that has lost what stood before it: 各地的护理员 → 的护理员. No word begins with it but 的士 and 的确.
_LOOSE = re.compile(r"(?:^|(?<=\s))的(?![士确])")
# What may be left over of a question that names nothing: 怎么样的, 是, 了.
_SAYS_NOTHING = re.compile(r"[\W_的地得是了着过就都也还又再和与及或在对为由以被把要会能可请问说讲]+")


def topic_of(text: str) -> str:
    """What is left of a simplified question without the words that ask; the question itself where nothing is left.

    A blank stands for what was taken out, so that no word is made of what stood on its two sides.

    >>> topic_of("河道清淤和护岸修补,各地由谁来抓?")
    '河道清淤和护岸修补'
    """
    return _bare(text) or text


def has_topic(text: str) -> bool:
    """Whether a simplified text says more than that something is asked.

    >>> has_topic("请问一下这个是怎么样的呢?"), has_topic("冷库?")
    (False, True)
    """
    return _SAYS_NOTHING.sub("", _bare(text)) != ""


def _bare(text: str) -> str:
    bare = _FILLERS.sub(" ", _QUESTION_WORDS.sub(" ", text))
    return " ".join(_LOOSE.sub(" ", re.sub(r"[?!,;:。、…]", " ", bare)).split())
