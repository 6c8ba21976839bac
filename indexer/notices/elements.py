"""Recognisers for the named elements of a notice: title, number, addressees, signature, date.

Each one looks at one paragraph or one string and knows nothing of its neighbours. Elements and their forms follow
GB/T 9704-2012 (版头: 发文字号; 主体: 标题, 主送机关, 署名, 成文日期); what pages add to them is listed at each rule.
"""

from __future__ import annotations

import re
from datetime import date

__all__ = [
    "BODY_END",
    "KINDS",
    "clean_title",
    "find_doc_numbers",
    "is_addressees_line",
    "is_date_line",
    "is_doc_number_line",
    "is_month_line",
    "is_signature",
    "is_title",
    "kind_of_title",
    "names_in",
    "parse_date",
    "split_names",
    "split_signature",
    "split_title_and_rest",
]

_OPEN, _CLOSE = "〔[［【(（", "〕]］】)）"
_SPACE = " \t\u00a0\u3000\u2002\u2003\u2009\u200b\ufeff"
_CJK = r"\u3400-\u4dbf\u4e00-\u9fff\u3007\u25cb"

# --- dates ---------------------------------------------------------------------------------------

_FIGURES = {c: str(i) for i, c in enumerate("零一二三四五六七八九")} | dict.fromkeys("○〇OoΟО０0", "0")
_FIGURES |= {chr(ord("０") + i): str(i) for i in range(10)} | {str(i): str(i) for i in range(10)}
_DATE = re.compile(
    r"(?<![\d零一二三四五六七八九〇○])(?P<y>[\d０-９零一二三四五六七八九○〇OoΟО]{4})[ \u00a0\u3000]{0,4}[年\-/.．]"
    r"[ \u00a0\u3000]{0,4}(?P<m>[\d０-９]{1,2}|[正元一二三四五六七八九十]{1,2})[ \u00a0\u3000]{0,4}[月\-/.．]"
    r"[ \u00a0\u3000]{0,4}(?P<d>[\d０-９]{1,2}|[一二三四五六七八九十廿]{1,3})(?=\d\d:\d\d|[^\d０-９]|$)"
)
_DATE_LINE = re.compile(
    r"[(（]?[\d０-９零一二三四五六七八九○〇OoΟО]{0,4}[年\-/.．][\d０-９正元一二三四五六七八九十]{0,2}[月\-/.．]"
    r"[\d０-９一二三四五六七八九十廿]{0,3}日?[)）]?"
)
_MONTH_LINE = re.compile(r"[(（]?[\d零一二三四五六七八九○〇OoΟО]{4}年[\d正元一二三四五六七八九十]{1,2}月份?[)）]?")


def _counting(text: str) -> int | None:
    """The number below 100 that figures or Chinese numerals spell: 10, 十, 二十一, 廿三; None for nonsense."""
    if text in ("正", "元"):
        return 1
    text = text.replace("廿", "二十")
    if "十" in text:
        tens, _, ones = text.partition("十")
        if len(tens) > 1 or len(ones) > 1 or "十" in ones:
            return None
        return int(_FIGURES[tens] if tens else "1") * 10 + int(_FIGURES[ones] if ones else "0")
    return int("".join(_FIGURES[c] for c in text))


def parse_date(text: str) -> str | None:
    """The first full date in `text` as ISO 8601 (2013年4月10日, 二○一○年四月七日, 2022-12-12 10:28); None without a
    day.

    Must not match: 2010年4月 (no day), 2023年13月1日 (no such month), 1.2.3, the figures of an index number.
    """
    for found in _DATE.finditer(text):
        year = int("".join(_FIGURES[c] for c in found["y"]))
        month, day = _counting(found["m"]), _counting(found["d"])
        if month is None or day is None or not 1949 <= year <= 2100:
            continue
        try:
            return date(year, month, day).isoformat()
        except ValueError:  # 2月30日: not a date, the next one may be
            continue
    return None


def is_date_line(text: str) -> bool:
    """Whether the whole paragraph is a date of signing, blanks included: 2013年4月10日, 二○一○年四月七日, 2023年 月 日.

    Must not match: 2013年 (a heading), (2010年4月) (see `is_month_line`), 3.1.2 (a number).
    """
    bare = _without_spaces(text) if len(text) <= 60 else text
    if len(bare) > 24 or not _DATE_LINE.fullmatch(bare):
        return False
    return parse_date(bare) is not None or ("年" in bare and "月" in bare and bare.rstrip(")）").endswith("日"))


def is_month_line(text: str) -> bool:
    """Whether the whole paragraph is a year and month, as under a plan's title: (2010年4月)."""
    return len(text) <= 40 and bool(_MONTH_LINE.fullmatch(_without_spaces(text)))


# --- 发文字号 ------------------------------------------------------------------------------------

_SERIAL = re.compile(
    rf"[{re.escape(_OPEN)}][ \u3000]{{0,2}}(?P<year>\d{{4}}|(?=[{re.escape(_CLOSE)}]))"
    rf"[ \u3000]{{0,2}}[{re.escape(_CLOSE)}]"
    r"[ \u3000]{0,2}(?P<nth>第?)[ \u3000]{0,2}(?P<no>\d{1,5})[ \u3000]{0,2}号"
)
_ORDER = re.compile(
    r"(?:政府|国务院|主席|国家|委员会|部|总局|署|发改委)?令[ \u3000]{0,2}第[ \u3000]{0,2}(\d{1,4})[ \u3000]{0,2}号"
)
_LETTERS = re.compile(rf"[{_CJK}A-Za-z]")
# Words of the sentence that run into a number's letters: 根据浙政办发〔2023〕8号.
_LEAD_IN = re.compile(
    r".*(?:根据|按照|依据|依照|落实|贯彻|执行|参照|遵照|文件|以及|见|详见|文号|字号|编号|号|即|原|转发|印发的)"
)
_MAX_LETTERS = 14


def find_doc_numbers(text: str) -> list[str]:
    """Every 发文字号 in `text`, in order, brackets normalised to 〔〕 and inner spaces removed.

    江政办发[2023]8号 and 江政办发(2023)8号 become 江政办发〔2023〕8号. A scrubbed year stays empty: 〔〕475号.
    Must not match: (2023)第1期, 〔2023〕8号 without letters before it, an index number.
    """
    return [number for number, _, _ in _doc_number_spans(text)]


def _doc_number_spans(text: str) -> list[tuple[str, int, int]]:
    spans: list[tuple[str, int, int]] = []
    for found in _SERIAL.finditer(text):
        start = found.start()
        while start > 0 and text[start - 1] in " \u3000" and found.start() - start < 2:
            start -= 1
        end_letters = start
        while start > 0 and end_letters - start < _MAX_LETTERS and _LETTERS.match(text[start - 1]):
            start -= 1
        letters = text[start:end_letters]
        lead_in = _LEAD_IN.match(letters)
        if lead_in:
            start, letters = start + lead_in.end(), letters[lead_in.end() :]
        letters = letters.lstrip("和与及以")
        if letters:
            number = f"{letters}〔{found['year']}〕{found['nth']}{found['no']}号"
            spans.append((number, end_letters - len(letters), found.end()))
    return spans


def is_doc_number_line(text: str) -> bool:
    """Whether the whole paragraph is a 发文字号, in brackets or with 签发人 or not: (青政办发〔2010〕57号), 第12号.

    Must not match: a paragraph that cites a number, 附件1, 《…》(青政发〔2010〕5号).
    """
    if len(text) > 60:
        return False
    bare = re.sub(r"签发人[:\uff1a].*", "", _without_spaces(text))
    bare = re.sub(r"^(?:发文字号|文件编号|文号|字号)[:\uff1a]?", "", bare)
    if bare[:1] in "(（[" and bare[-1:] in ")）]" and bare:
        inner = bare[1:-1]
        bare = inner if _doc_number_spans(inner) or _ORDER.fullmatch(inner) else bare
    spans = _doc_number_spans(bare)
    if len(spans) == 1:
        return spans[0][1] == 0 and spans[0][2] == len(bare)
    return bool(_ORDER.fullmatch(bare) or re.fullmatch(r"第\d{1,4}号", bare))


# --- titles --------------------------------------------------------------------------------------

# 文种 of GB/T 9704 and 《党政机关公文处理工作条例》 first, then the names that issued plans and rules carry.
KINDS = (
    "通知 意见 通告 公告 决定 决议 命令 议案 报告 请示 批复 函 纪要 公报 通报 "
    "方案 办法 措施 要点 规划 计划 规定 细则 条例 规则 准则 规程 章程 政策 清单 分工 分解 分解表 任务书 行动 纲要 "
    "指南 指引 导则 标准 目录 预案 举措 安排 制度 规范 意见书 倡议书 公约 通则 守则 条 令"
).split()
_KIND_AT_END = re.compile(
    "(" + "|".join(sorted(KINDS, key=len, reverse=True)) + ")"
    r"(?:[(（〔\[][^()（）〔〕\[\]]{1,30}[)）〕\]])*$"
)
_WEAK_KINDS = {"行动", "制度", "安排", "条", "令", "标准", "规范", "函", "分解", "分工", "目录", "报告", "政策", "计划"}
_TITLE_SIGN = re.compile(r"关于|印发|转发|批转|(?:19|20)\d\d年|“?十[一二三四五]五|若干|实施|工作|[省市区县州盟旗乡镇]")
_NUMBERED = re.compile(
    r"[(（]?[一二三四五六七八九十百\d]{1,4}[)）、.．]|第[一二三四五六七八九十百\d]{1,4}[章节条款]|附[件表录]|[①-⑳]"
)
_SENTENCE_MARK = re.compile(r"[。;；！!？?|]|[:\uff1a]$|,|，")


_ANGLED = re.compile(r"[<＜][^<>＜＞]{4,100}[>＞]")  # 印发<…办法>的通知: angle brackets in place of 《》, no breadcrumb


def _without_spaces(text: str) -> str:
    return text.translate({ord(c): None for c in _SPACE + "\r\n"})


def clean_title(text: str) -> str:
    """A title as the notice writes it: without web residue, wrapping 《》 and the spaces of a line break.

    `【江澜省云泽市】《…》` gives the inner title, `首页 > 政策 > 关于…` its last part, `…的通知 | |` loses the bars,
    and `…的通知_云泽市人民政府` the site's name. Inner spaces go only between two Chinese characters or marks.
    """
    text = text.strip(_SPACE + "\r\n|｜")
    if not _ANGLED.search(text):
        text = re.split(r"[>＞»›]", text)[-1].strip(_SPACE)
    text = re.sub(r"^【[^】]{1,30}】", "", text)
    text = re.sub(r"^(?:标题|名称|文件名称|政策名称)[:\uff1a]\s?", "", text)
    head, mark, tail = re.sub(r"\s?(?:[_—|｜]|-{1,2})\s?", "\n", text).partition("\n")
    if mark and _KIND_AT_END.search(head) and not _KIND_AT_END.search(tail):
        text = text[: len(head)]
    wide = rf"{_CJK}\u3001-\u303f\uff00-\uffef“”‘’—"
    text = re.sub(rf"(?<=[{wide}\d])[{_SPACE}\r\n]+(?=[{wide}\d])", "", text)
    text = re.sub(rf"^(\d{{4}})[{_SPACE}]+(?=年)", r"\1", text).strip(_SPACE)
    if text.startswith("《") and text.endswith("》") and text.count("《") == 1:
        text = text[1:-1]
    return text


def kind_of_title(title: str) -> str | None:
    """The 文种 a title ends in, a bracketed remark after it set aside: …的通知 → 通知, …若干措施(试行) → 措施.

    None where the ending is no known kind.
    """
    found = _KIND_AT_END.search(clean_title(title).rstrip("》〉"))
    return found[1] if found else None


def is_title(text: str) -> bool:
    """Whether the whole string reads as a document's title: 云泽市…关于印发…的通知, 2013年度…工作要点, …若干措施(试行).

    Must not match: a numbered heading (一、工作方案), a sentence, a truncated repeat (…的通), 责任单位 lines, 附件1….
    """
    title = clean_title(text) if len(text) <= 400 and not text.lstrip().startswith("|") else ""
    if not 6 <= len(title) <= 150 or _NUMBERED.match(title):
        return False
    kind = kind_of_title(title)
    if kind is None or re.match(
        r"(?:根据|按照|为|为了|经|现将|特|本|请|要|并|对|在|以|由|将|制定|制订|出台|研究|落实|完善|加强)", title
    ):
        return False
    outside = re.sub(r"《[^《》]*》|“[^“”]*”|[(（][^()（）]*[)）]", "", title)
    if _SENTENCE_MARK.search(outside) or re.search(r"(?:责任|牵头|配合|完成时)(?:单位|部门|间)", outside):
        return False
    return bool(_TITLE_SIGN.search(title)) if kind not in _WEAK_KINDS else _is_weak_title(title)


def _is_weak_title(title: str) -> bool:
    """Whether a title whose kind is an everyday word has the rest of a title: 关于…, a place or a year at its head."""
    return bool(
        re.match(rf"(?:关于|[{_CJK}]{{1,12}}(?:省|市|区|县|州|人民政府|办公[室厅]|委员会)|(?:19|20)\d\d年)", title)
    )


def split_title_and_rest(text: str) -> tuple[str, str] | None:
    """A leading title and what follows it on the same line; None where the line does not begin with a title.

    For notices that a page puts on one line: `…的通知 各区县人民政府: …` gives both sides, cut at white space or a bar.
    Must not match: a sentence that ends in 通知, a title with nothing after it.
    """
    for gap in re.finditer(rf"[{_SPACE}|｜\r\n]+", text[:300]):
        if is_title(text[: gap.start()]):
            return clean_title(text[: gap.start()]), text[gap.end() :]
    return None


# --- 主送 and 署名 -------------------------------------------------------------------------------

_BODY_TAIL = (
    "人民政府|政府|管理委员会|管委会|委员会|办公室|办公厅|办事处|办|厅|局|委|部|署|行|院|厂|社|站|处|室|中心|支队|大队|总队|"
    "部门|机构|单位|企业|公司|集团|学校|高校|院校|大学|学院|医院|协会|联合会|总会|学会|商会|总工会|分会|园区|开发区|新区|团体|"
    "乡镇|街道|街镇|镇街|工商联|残联|妇联|团委|科协|文联|侨联|社联|法院|检察院|领导小组|指挥部|联席会议|专班|度假区|管理区|新城|港区|景区|保税区"
)
_ADDRESSEE_PART = re.compile(rf"(?:{_BODY_TAIL})[)）]?$")
_ADDRESSEE_HEAD = re.compile(
    rf"^(?:主送[:\uff1a])?(?:各|全[省市区县]|有关|中央|省|市|区|县|州|厅|局|委|驻|机关|本|"
    rf"国务院|[{_CJK}]{{2,24}}(?:政府|委员会|管委会|局|厅|公司|区|市|县|办))"
)
_NOT_ADDRESSEES = re.compile(
    r"^(?:成员|责任|牵头|配合|协办|主办|承办|参与|参加|联系|支持|负责)|责任单位|责任部门|"
    r"牵头单位|配合单位|负责单位|抄送|解读"
    r"|联系人|来源|发布|印发|信息|索引|如下|包括|附件|根据|按照|作者"
)
_SIGNATURE_TAIL = re.compile(
    r"(?:人民政府|管理委员会|委员会|办公室|办公厅|办事处|厅|局|部|院|署|行|分行|支行|中心|"
    r"公司|总队|支队|领导小组|指挥部|联席会议|管委会|总工会|联合会|协会|委|办|会)$"
)
_NOT_SIGNATURE = re.compile(
    r"^(?:各|责任|牵头|配合|协办|由|为|和|与|加快|推进|推动|建设|支持|设立|引进|培育|成立|"
    r"组建|报|送)|单位|部门|关于|印发|以及|会同|《|》|来源|发布机构|作者"
)


def is_addressees_line(text: str) -> bool:
    """Whether the whole paragraph is the 主送 line: bodies and groups of bodies, closed by a colon.

    各县(市、区)人民政府,市政府各部门、直属各单位: matches.
    Must not match: 责任单位:…, 成员单位:, …通知如下:, 抄送:…, 信息来源:.
    """
    bare = _without_spaces(text) if len(text) <= 600 else text
    if len(bare) > 400 or not bare.endswith((":", "：")) or "。" in bare or _NOT_ADDRESSEES.search(bare):
        return False
    parts = split_names(bare.rstrip(":："))
    if len(bare) < 5 or not parts or not _ADDRESSEE_PART.search(parts[-1]):
        return False
    return bool(_ADDRESSEE_HEAD.match(bare)) or all(_ADDRESSEE_PART.search(part) for part in parts)


def split_names(text: str) -> list[str]:
    """The names in a list, split at 、 , ， ; ； and white space outside brackets; a closing 等 or colon set aside.

    各县(市、区)人民政府,市政府各部门、直属各单位 gives three: brackets are never split.
    """
    names: list[str] = []
    depth, name = 0, ""
    for char in text.strip(_SPACE + "\r\n:：。"):
        if char in _OPEN:
            depth += 1
        elif char in _CLOSE and depth:
            depth -= 1
        if not depth and (char in "、,，;；\n" or (char in _SPACE and name)):
            names.append(name)
            name = ""
        elif char not in _SPACE:
            name += char
    names.append(name)
    return [name for name in names if name]


def is_signature(text: str) -> bool:
    """Whether the whole paragraph is the name of the issuing body, or of several: 云泽市人民政府办公室, 市商务局
    市财政局.

    Must not match: 各区县人民政府, 责任单位 lines, a title, a sentence. A table cell that holds a unit's name looks
    the same:
    the caller knows where the paragraph stands.
    """
    if len(text) > 300 or re.search(r"[。;；:：!！?？|]", text):
        return False
    words = text.split()
    if words and all(len(word) == 1 for word in words):  # letter-spaced: 云 泽 市 人 民 政 府
        words = ["".join(words)]
    names = [name for word in words for name in split_names(word)]
    return bool(names) and all(
        4 <= len(name) <= 40 and _SIGNATURE_TAIL.search(name) and not _NOT_SIGNATURE.search(name) for name in names
    )


def split_signature(text: str) -> tuple[str, str] | None:
    """The signature and the date of a paragraph that holds both: 云泽市人民政府办公室 2023年4月3日; else None.

    Must not match: a date line alone, a sentence that ends in a date.
    """
    if len(text) > 360:
        return None
    for found in _DATE.finditer(text):
        head, tail = text[: found.start()].strip(_SPACE), text[found.start() :].strip(_SPACE)
        if is_signature(head) and is_date_line(tail):
            return head, tail
    return None


# The endings of the name of a body that issues.
BODY_END = re.compile(
    r"(?:人民政府|政府|委员会|办公室|办公厅|办事处|厅|局|部|院|署|行|分行|支行|中心|公司|总队|"
    r"支队|领导小组|指挥部|联席会议|管委会|总工会|联合会|协会|委|办)$"
)


def names_in(text: str) -> list[str]:
    """The bodies a signature line names; letter-spaced names are closed up, glued ones cut before a repeated place."""
    words = text.split()
    if words and all(len(word) == 1 for word in words):
        words = ["".join(words)]
    names: list[str] = []
    for word in words:
        for name in split_names(word):
            names += _unglued(name)
    return names


def _unglued(name: str) -> list[str]:
    """云泽市商务局云泽市财政局 is two names: cut where the place at the head comes again after a body's ending."""
    for national in ("中国人民银行", "中国银行保险监督管理委员会", "国家金融监督管理总局", "国家税务总局"):
        before, found, after = name.partition(national)
        if found and BODY_END.search(before):
            return _unglued(before) + _unglued(national + after)
    head = re.match(r"[\u4e00-\u9fff]{2,4}?[省市区县州]", name)
    if head is None:
        return [name]
    cuts = [0]
    at = name.find(head[0], len(head[0]))
    while at > 0:
        cut = at - len("中共") if name.endswith("中共", 0, at) else at
        if BODY_END.search(name[cuts[-1] : cut]):
            cuts.append(cut)
        at = name.find(head[0], at + len(head[0]))
    return [name[a:b] for a, b in zip(cuts, [*cuts[1:], len(name)], strict=True)]
