"""Deadlines and quantitative targets in a clause, quoted as they stand.

Both functions give (text, start, end) with `text == clause[start:end]`; damaged forms (202312月底前, 到年) are kept
as written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from indexer.notices.numbering import chinese_number

__all__ = ["find_deadline", "find_targets", "fold_digits"]

Located = tuple[str, int, int]

# --- deadlines -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _DeadlineRule:
    """A form of deadline: its pattern (the first group, where there is one, is the quotation) and its weight.

    Among all deadlines of a clause the latest date wins; between equal dates the heavier rule, then the first.
    """

    name: str
    pattern: re.Pattern[str]
    weight: int


_Y = r"(?:19|20)\d\d"
_M = r"(?:1[0-2]|0?[1-9]|十[一二]?)"
_D = r"(?:3[01]|[12]\d|0?[1-9]|三十一?|二?十[一二三四五六七八九]?)"
_DAY = rf"(?:{_Y}[ ]?年|今年|当年|本年度?|明年|次年)?[ ]?{_M}[ ]?月[ ]?{_D}[ ]?日"
_MONTH = rf"(?:{_Y}[ ]?年|今年|当年|明年|次年)?[ ]?{_M}[ ]?月"
_QUARTER = rf"(?:{_Y}[ ]?年|今年|明年)?第?[一二三四1-4]季度"
_PLAN = r"[“\"]?十[一二三四五六]五[”\"]?(?:规划)?"
_UNTIL = r"(?:截至|截止到|截止至|截止于|截止|延长至|延续至|到|至)"
# What makes a year name something else: 达到2019年水平, 恢复至2019年同期, 2013年度申报.
_NOT_LEVEL = r"(?!度|水平|同期|以来|起[,，至到实]|版|制)"
_SEGMENT = r"(?:^|(?<=[。;；,，:：、\n\r\s（(]))"
_VERBS = (
    r"力争|争取|确保|完成|新增|新建|实现|建成|基本|累计|计划|组织|开展|培育|创建|争创|引进|"
    r"取得|达到|打造|推动|推进|启动|全面|举办|形成|力促|努力|举行|"
    r"出台|制定|编制|研究|实施|建立|全市|全省|全区|全县|全州|我市|我区|我县|我省|所有|各"
)

_RULES = (
    # 到2027年, 至2025年12月31日, 到2025年底, 到“十二五”期末; not 达到2022年水平, 恢复到2019年同期.
    _DeadlineRule(
        "until",
        re.compile(
            rf"(?<![达提回直])({_UNTIL}[ ]?(?:{_DAY}止?|{_MONTH}(?:份|底|末|上旬|中旬|"
            rf"下旬)?(?:之前|以前|前|止)?|{_Y}[ ]?年(?:年?底|年?末)?(?:之前|以前|前|止)?|"
            rf"{_PLAN}(?:期末|末|期间|时期末)|{_QUARTER}(?:末|底)?|(?:今年|明年|当年)?年(?:底|"
            rf"末)(?:前)?|本世纪中叶|年(?=[,，])))(?:\(含\))?{_NOT_LEVEL}"
        ),
        3,
    ),
    # 2023年底前, 12月底前, 6月30日前, 2025年以前, 202312月底前; not 交付前, 2024年3月31日之前供应的.
    _DeadlineRule(
        "before",
        re.compile(
            rf"((?:{_DAY}|{_Y}{_M}月(?:底|末)?|{_MONTH}(?:底|末|初|上旬|中旬|下旬)?|{_Y}"
            rf"[ ]?年(?:年?底|年?末)?|{_QUARTER}(?:末|底)?|(?:今年|当年|明年|每)?年底|本?月底|"
            rf"{_PLAN}(?:期末|末)|春节|国庆节?|汛期)(?:\(含\)|（含）)?(?:之前|以前|前))(?!已|的|到期|"
            rf"取得|供应|出让|拿地|批准|办理过|签订的|购买的|置|期|三|五|十|列|后)"
        ),
        3,
    ),
    # 2025年底, 2024年12月底, 9月底开工; not 每年年底, 上年底.
    _DeadlineRule(
        "end_of",
        re.compile(
            rf"((?:{_Y}[ ]?年(?:年?底|年?末)|{_Y}{_M}月(?:底|末)|{_MONTH}(?:底|末|上旬|中旬|"
            rf"下旬)|{_PLAN}(?:期末|末)))(?![前之以]|余额|存量|对|数|起)"
        ),
        2,
    ),
    # (2010年11月至12月) in a heading; not (2023-2027年) of a plan's title.
    _DeadlineRule(
        "stage",
        re.compile(
            rf"[(（]({_Y}[ ]?年[ ]?{_M}[ ]?月(?:{_D}日)?(?:[—–~～\-至到]+(?:{_Y}[ ]?年)?"
            rf"[ ]?{_M}[ ]?月(?:{_D}日)?)?(?:底|上旬|中旬|下旬)?(?:前)?)[)）]"
        ),
        2,
    ),
    # 2023年,… and 2013年力争… at the head of a segment, 力争2023年新增…; not 编制2012年报告, 2013年度, 2013年是….
    _DeadlineRule(
        "year_heads",
        re.compile(rf"{_SEGMENT}(?:力争|确保|争取|预计|计划|在)?({_Y}[ ]?年)(?=[,，:：]|[ ]?(?:{_VERBS})|$)"),
        1,
    ),
    _DeadlineRule("year_aimed", re.compile(rf"(?:力争|确保|争取|预计)({_Y}[ ]?年)(?!度|第|前|底|末|全)"), 1),
    # 2010年的主要工作任务 as a heading.
    _DeadlineRule(
        "year_of_tasks",
        re.compile(
            rf"^[^,，。;；]{{0,6}}?({_Y}[ ]?年)(?=的?(?:主要|重点)?(?:工作)?(?:目标|任务|重点|"
            rf"安排)(?:任务|和|及|$|[。]))"
        ),
        1,
    ),
    # 2023全年, 2023年全年 anywhere; 全年 before a verb or a number; not 全年目标, 全年平均.
    _DeadlineRule("whole_year", re.compile(rf"({_Y}[ ]?年?全年)(?!目标|任务|平均|计划)"), 1),
    _DeadlineRule("this_year", re.compile(rf"{_SEGMENT}(?:力争|确保|争取|在)?(全年)(?=[,，]|[ ]?(?:{_VERBS})|$)"), 0),
    # 年内; not 三年内, 1年内.
    _DeadlineRule(
        "within_year", re.compile(r"((?<![\d一二两三四五六七八九十几多每数半周])(?:今|本)?年内)(?!部|生)"), 0
    ),
    # 五年内 at the head of a sentence sets a limit; 在1年内出售 is a condition.
    _DeadlineRule(
        "within_years",
        re.compile(
            r"(?:^|(?<=[。;；\n\r]))\s?((?:今后|未来|"
            r"力争)?[一二两三四五六七八九十\d]{1,2}年内)(?=[^,，。]{0,4}(?:力争|培|完成|建|新|"
            r"引|实现|达|打造|培训))"
        ),
        0,
    ),
    # 4月上旬, 7月, 四季度 at the head of a text or alone in a cell.
    _DeadlineRule(
        "month_heads",
        re.compile(
            rf"(?:^|(?<=[。;；\n\r]))[ ]?[(（]?((?:{_MONTH}(?:份|初|上旬|中旬|下旬|底|末)?|"
            rf"{_QUARTER}|(?:上|下)半年)(?:[—–~～\-至到]+{_M}月)?)(?=[,，:：)）]|$|[ ](?![\d]))"
        ),
        0,
    ),
    _DeadlineRule(
        "quarter_heads", re.compile(rf"{_SEGMENT}({_QUARTER})(?=[^,，。度营收销的增]{{2}})(?!营业|销售|以)"), 0
    ),
)
_PLAN_END = {"十一五": 2010, "十二五": 2015, "十三五": 2020, "十四五": 2025, "十五五": 2030, "十六五": 2035}
_FAR = (9999, 13, 32)
_TIME_SIGN = re.compile(r"[年月度]|季度|五[”\"]?")


def find_deadline(text: str) -> Located | None:
    """The latest date or period that limits the clause, verbatim: 到2027年, 2023年底前, 年内, 202312月底前.

    Not durations (三年行动计划, 1年内出售), not years that name something else (编制2012年报告, 2013年度申报,
    撤地建市30周年), not frequencies (每年, 按月). None where nothing limits it.
    """
    found = _latest(fold_digits(text))
    return (text[found[1] : found[2]], found[1], found[2]) if found else None


_FULL_WIDTH = str.maketrans("０１２３４５６７８９％．", "0123456789%.")
_WRITTEN = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_WRITTEN_YEAR = re.compile(r"[一二][九〇○零][〇○零一二三四五六七八九]{2}(?=年)")
_WRITTEN_MONTH = re.compile(
    r"(?<![十一二三四五六七八九第])[一二三四五六七八九](?=月(?!份?额|均|度))|(?<=月)[一二三四五六七八九](?=日)"
)


def fold_digits(text: str) -> str:
    """The text with full-width figures and the Chinese figures of dates as arabic ones, every character in its place.

    ２０２２年６月底前 → 2022年6月底前, 二〇二二年五月 → 2022年5月; 十月 and 十二日 keep their length and so stay.
    """
    text = _WRITTEN_YEAR.sub(lambda m: m.group(0).translate(_WRITTEN), text.translate(_FULL_WIDTH))
    return _WRITTEN_MONTH.sub(lambda m: m.group(0).translate(_WRITTEN), text)


def _latest(text: str) -> Located | None:
    best: tuple[tuple[int, int, int], int, int, Located] | None = None
    quoted = _quoted(text)
    for rule in _RULES:
        for found in rule.pattern.finditer(text):
            start, end = found.span(1)
            if quoted[start] or _is_frequency(text, start):
                continue
            quotation = text[start:end].strip()
            start = text.index(quotation, start)
            key = (_date_key(quotation), rule.weight, -start, (quotation, start, start + len(quotation)))
            if best is None or key[:3] > best[:3]:
                best = key
    return best[3] if best else None


def _is_frequency(text: str, start: int) -> bool:
    return text[max(0, start - 1) : start] in ("每", "上", "去", "近", "历", "往")


def _date_key(quotation: str) -> tuple[int, int, int]:
    """(year, month, day) for ordering; what is missing counts as the latest, a missing year as the year at hand."""
    plan = re.search(r"十[一二三四五六]五", quotation)
    if plan:
        return _PLAN_END[plan[0]], 12, 31
    year_found = re.findall(_Y, quotation)
    year = int(year_found[-1]) if year_found else 0
    rest = quotation[quotation.rindex(year_found[-1]) + 4 :] if year_found else quotation
    months = re.findall(rf"({_M})[ ]?月", rest)
    days = re.findall(rf"月[ ]?({_D})[ ]?日", rest)
    quarter = re.search(r"([一二三四1-4])季度", rest)
    if quarter:
        return (
            year,
            3
            * (
                "一二三四".find(quarter[1]) + 1 or int(quarter[1])
                if quarter[1].isdigit()
                else "一二三四".index(quarter[1]) + 1
            ),
            31,
        )
    month = chinese_number(months[-1]) if months else 12
    tenth = {"初": 5, "上旬": 10, "中旬": 20}
    day = chinese_number(days[-1]) if days else next((d for word, d in tenth.items() if word in rest), 31)
    return year, month, day


def _quoted(text: str) -> list[bool]:
    """For each character whether it stands inside 《》."""
    inside, depth = [], 0
    for char in text:
        depth += char == "《"
        inside.append(depth > 0)
        if char == "》" and depth:
            depth -= 1
    inside.append(False)
    return inside


# --- targets -------------------------------------------------------------------------------------

_UNIT = (
    r"(?:个百分点|个工作日|个小时|百分点|亿元|万元|千元|亿美元|万美元|亿人次|万人次|人次|万人|"
    r"万户|万套|万个|万辆|万吨|万亩|万平方米|万标箱|亿千瓦时|万千瓦|"
    r"平方公里|平方米|立方米|公里|千米|标箱|千瓦时|千瓦|公顷|美元|场次|户次|件次|余家|余个|"
    r"余项|余名|多家|多个|个|家|名|项|户|套|间|张|条|座|处|所|台|辆|件|场|次|亩|吨|人|"
    r"元|亿|万|%|％|‰|倍|艘|架|班|种|类|天|支|只|批|对|款|部|篇|册|宗|起|米|位|片|棵|株|头|床|班次|TEU|MW|GW)"
)
_NUMBER = r"\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_QUANTITY = re.compile(
    rf"(?<![\d.第\-A-Za-z“\"])(?:{_NUMBER})(?:[ ]?[~～\-—至到][ ]?(?:{_NUMBER}))?[ ]?(?:余|"
    rf"多)?(?:{_UNIT})(?!级|强|周年|大类)"
    r"|百分之[一二三四五六七八九十百点零]{1,6}|"
    r"[零一二三四五六七八九十]点[零一二三四五六七八九]{1,3}|\d{1,2}/\d{1,2}(?![\d/])"
    r"|(?<=[达到过取有增成于])[一二两三四五六七八九十百千]{1,5}(?:个百分点|亿元|万元|家|名|项|倍|万人次)"
)
_COMPARED = re.compile(
    r"(?:增速|速度|增长|增幅|占比|比重|水平)[^,，。;；]{0,24}?(?:高于|快于|不低于|超过|优于|"
    r"好于)[^,，。;；]{0,24}?(?:增速|速度|平均|水平|增幅|增长)"
    r"|(?:高于|快于|不低于|优于)[^,，。;；]{0,16}?(?:增速|速度|平均水平|平均增速|增幅)"
)
_CHINESE_COUNT = re.compile(
    r"(?:力争|争取|确保|至少)[^,，。;；]{0,12}?[一二两三四五六七八九十百千]{1,4}(?:家|项|名|座|所|亿|万)(?!批|起)"
)
# Money paid out, conditions and rates are terms of a policy, not targets of an administration.
_TERMS = re.compile(
    r"补贴|奖励|补助|给予|资助|首付|利率|税率|额度|缴纳|缴存|减按|每套|每人|每户|每平方米|"
    r"/平方米|元/|不超过[\d.]+[万亿]?元|最高[不可为]?[超过]*[\d.]+|"
    r"周岁|满\d|以下的|处罚|罚款|违约金|保证金|收取|贴息|免征|减免|购房款|评价价格|总额\d|"
    r"有效期|期限|下设|设立?\d+个(?:工作)?(?:组|专班)"
)
_LEAD_TIME = re.compile(
    rf"(?:(?:到|至|在)?(?:{_Y}[ ]?年(?:底|末)?(?:之?前)?|{_PLAN}(?:期末|末|期间))(?:[,，]|"
    rf"(?=全[市省区县]))|其中[,，:：]?|包括|分别为|以及|并且?|同时|即)"
)
# 建设服务半径覆盖全部社区的综合养老中心1家以上: the description before the last 的 is left out where the quantity
# closes the piece.
_DESCRIBED = re.compile(
    rf"[^\n]{{8,60}}的(?=(?:(?!达|提高|超过|突破|增长|增加|比|不低|实现|完成|"
    rf"累计)[^的\n\d]){{4,20}}\d+(?:\.\d+)?(?:{_UNIT})(?:以上|左右)?[ ]?\Z)"
)
_BULLET = re.compile(r"\s*(?:\d{1,2}[.．、](?!\d)|[(（]\d{1,2}[)）]|[①-⑳]|[一二三四五六七八九]是)\s*")


# A piece shorter than this holds no target, one longer is no piece of prose; without one of these signs it has no
# quantity.
_SHORTEST, _LONGEST = 4, 400
_SIGN = re.compile(r"[\d一二两三四五六七八九十百千零]|[高快优好低少]于|超过")


def find_targets(text: str) -> list[Located]:
    """The quantitative targets of a clause, verbatim, in order: 全市养老床位突破3万张, 力争新增3家,
    增速高于全市平均.

    A target is a comma-to-comma piece that holds a quantity; in an enumeration each part with its own quantity is one.
    Not dates, document numbers, ranks (500强), durations, subsidies and rates of a policy (给予20万元奖励),
    conditions (…的).
    """
    return [(text[a:b], a, b) for _, a, b in _targets(fold_digits(text))]


def _targets(text: str) -> list[Located]:
    targets: list[Located] = []
    for start, end in _pieces(text):
        if end - start < _SHORTEST or not _SIGN.search(text, start, end):
            continue
        bullet = _BULLET.match(text, start, end)
        start = bullet.end() if bullet else start
        lead = _LEAD_TIME.match(text, start, end)
        start = lead.end() if lead else start
        piece = text[start:end]
        described = _DESCRIBED.match(piece)
        if described:
            start, piece = start + described.end(), piece[described.end() :]
        stripped = piece.strip()
        start += len(piece) - len(piece.lstrip())
        if stripped and _is_target(stripped):
            targets.append((stripped, start, start + len(stripped)))
    return targets


def _is_target(piece: str) -> bool:
    if len(piece) > 90 or piece.endswith(("的", "者")) or _TERMS.search(piece) or re.match(r"[对凡若如]", piece):
        return False
    bare = re.sub(r"《[^《》]*》", "", piece)
    return bool(_QUANTITY.search(bare) or _COMPARED.search(bare) or _CHINESE_COUNT.search(bare))


_OPENING, _CLOSING = "(（《“〔[【", ")）》”〕]】"
_ENDS_WITH_QUANTITY = re.compile(rf"(?:{_UNIT})(?:以上|以下|左右|以内)?$")


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Spans between commas and stops outside brackets and quotation marks; 、 parts only where each has its
    quantity."""
    start, depth = 0, 0
    for at, char in enumerate(text):
        if char in _OPENING:
            depth += 1
        elif char in _CLOSING and depth:
            depth -= 1
        elif char in "。;；\n\r" or (depth == 0 and _is_comma(text, at)):
            yield from _enumerated(text, start, at)
            start = at + 1
            depth = 0
    yield from _enumerated(text, start, len(text))


def _is_comma(text: str, at: int) -> bool:
    char = text[at]
    if char == ":" or char == "：":
        return True
    return char in ",，!！?？" and not (
        text[at - 1 : at].isdigit() and text[at + 1 : at + 4].isdigit() and len(text[at + 1 : at + 4]) == 3
    )


def _enumerated(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if not _SHORTEST <= end - start <= _LONGEST:
        return
    if text.find("、", start, end) < 0:
        yield start, end
        return
    cuts = [start - 1, *(at for at in range(start, end) if text[at] == "、"), end]
    parts = [(a + 1, b) for a, b in zip(cuts, cuts[1:], strict=False)]
    own = [bool(_QUANTITY.search(text, a, b)) and bool(_ENDS_WITH_QUANTITY.search(text, a, b)) for a, b in parts]
    if sum(own) < 2:
        yield start, end
        return
    held = start
    for (_, b), quantified in zip(parts, own, strict=True):
        if quantified:
            yield held, b
            held = b + 1
    if held < end:
        yield held, end
