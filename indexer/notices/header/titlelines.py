"""What a document's title looks like, and which 文种 it ends in.

The kinds are those of 《党政机关公文处理工作条例》 (2012) and the names that issued plans, rules and lists carry. Each
recogniser looks at one string and knows nothing of its neighbours.
"""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["KINDS", "clean_title", "is_title", "kind_of_title", "split_title_and_rest"]

_SPACE = " \t\u00a0\u3000\u2002\u2003\u2009\u200b\ufeff"
_EDGE = _SPACE + "\r\n|｜"
_CJK = r"\u3400-\u4dbf\u4e00-\u9fff\u3007\u25cb"

KINDS = (
    "通知 意见 通告 公告 决定 决议 命令 议案 报告 请示 批复 函 纪要 公报 通报 "
    "方案 办法 措施 要点 规划 计划 规定 细则 条例 规则 准则 规程 章程 政策 清单 分工 分解 分解表 任务书 行动 纲要 "
    "指南 指引 导则 标准 目录 预案 举措 安排 制度 规范 意见书 倡议书 公约 通则 守则 条 令 答复"
).split()
_KINDS = tuple(sorted(KINDS, key=len, reverse=True))
_KIND_SIGN = re.compile("[" + "".join(sorted({kind[-1] for kind in KINDS})) + "]")  # some character of every title
_WEAK_KINDS = frozenset("行动 制度 安排 条 令 标准 规范 函 分解 分工 目录 报告 政策 计划 答复".split())
_OPENERS = {")": "(\uff08", "\uff09": "(\uff08", "〕": "〔[", "]": "〔["}
_LONGEST_REMARK = 30  # (征求意见稿), (2023年修订), (2023—2027年)
# No title ends in one of these; a line that does is a sentence, a label or a list.
_NO_END = frozenset("。；;：:！!？?，,、")
_TITLE_SIGN = re.compile(r"关于|印发|转发|批转|(?:19|20)\d\d年|“?十[一二三四五]五|若干|实施|工作|[省市区县州盟旗乡镇]")
_NUMBERED = re.compile(
    r"[(\uff08]?[一二三四五六七八九十百\d]{1,4}[)\uff09、.\uff0e]|第[一二三四五六七八九十百\d]{1,4}[章节条款]|附[件表录]|[①-⑳]"
)
_NO_HEAD = re.compile(r"(?:根据|按照|为|为了|经|现将|特|本|请|要|并|对|在|以|由|将|制定|制订|出台|研究|落实|完善|加强)")
_WEAK_HEAD = re.compile(rf"(?:关于|[{_CJK}]{{1,12}}(?:省|市|区|县|州|人民政府|办公[室厅]|委员会)|(?:19|20)\d\d年)")
_ASIDE = re.compile(r"《[^《》]*》|“[^“”]*”|[(\uff08][^()\uff08\uff09]*[)\uff09]")
_SENTENCE_MARK = re.compile(r"[。;；！!？?|]|[:\uff1a]$|,|，")
_LABELS = re.compile(r"(?:责任|牵头|配合|完成时)(?:单位|部门|间)")

_ANGLED = re.compile(r"[<＜][^<>＜＞]{4,100}[>＞]")  # 印发<…办法>的通知: angle brackets in place of 《》, no breadcrumb
_CRUMB = re.compile(r"[>＞»›]")
_HEAD_BRACKET = re.compile(r"^【[^】]{1,120}】")
_FIELD_NAME = re.compile(r"^(?:标题|名称|文件名称|政策名称)[:\uff1a]\s?")
_SITE_MARK = re.compile(r"\s?(?:[_—|｜]|-{1,2})\s?")
_SITE_SIGN = re.compile("[_—|｜-]")
_ANY_SPACE = re.compile(rf"[{_SPACE}\r\n]")
_WIDE = rf"{_CJK}\u3001-\u303f\uff00-\uffef“”‘’—"
_LINE_BREAK = re.compile(rf"(?<=[{_WIDE}\d])[{_SPACE}\r\n]+(?=[{_WIDE}\d])")
_YEAR_HEAD = re.compile(rf"^(\d{{4}})[{_SPACE}]+(?=年)")
_LONGEST = 400


@lru_cache(maxsize=1 << 13)
def clean_title(text: str) -> str:
    """A title as the notice writes it: without web residue, wrapping 《》 and the spaces of a line break.

    `【江澜省云泽市】《…》` gives the inner title, `首页 > 政策 > 关于…` its last part, `…的通知 | |` loses the bars,
    and `…的通知_云泽市人民政府` the site's name. Inner spaces go only between two Chinese characters or marks.
    """
    text = text.strip(_EDGE)
    if _holds_crumb(text) and not _ANGLED.search(text):
        text = _CRUMB.split(text)[-1].strip(_SPACE)
    if text.startswith("【"):
        text = _HEAD_BRACKET.sub("", text)
    if text.startswith(("标题", "名称", "文件名称", "政策名称")):
        text = _FIELD_NAME.sub("", text)
    if _SITE_SIGN.search(text):
        head, mark, tail = _SITE_MARK.sub("\n", text).partition("\n")
        if mark and _kind_at_end(head) and not _kind_at_end(tail):
            text = text[: len(head)]
    if _ANY_SPACE.search(text):
        text = _YEAR_HEAD.sub(r"\1", _LINE_BREAK.sub("", text)).strip(_SPACE)
    if text.startswith("《") and text.endswith("》") and text.count("《") == 1:
        return text[1:-1]
    if text.endswith("》") and "《" not in text:  # what is left of a mark that the site opened elsewhere
        text = text[:-1]
    return text.removeprefix("】")


def _kind_at_end(title: str) -> str | None:
    """The 文种 in which `title` ends, remarks in brackets behind it set aside."""
    while title and (openers := _OPENERS.get(title[-1])):
        at = max(title.rfind(sign, max(0, len(title) - _LONGEST_REMARK - 2)) for sign in openers)
        inner = title[at + 1 : -1]
        if at < 0 or not inner or not _NO_BRACKET.fullmatch(inner):
            return None
        title = title[:at]
    if not title.endswith(_KINDS):
        return None
    return next(kind for kind in _KINDS if title.endswith(kind))


_NO_BRACKET = re.compile(r"[^()\uff08\uff09〔〕\[\]]*")


def kind_of_title(title: str) -> str | None:
    """The 文种 a title ends in, a bracketed remark after it set aside: …的通知 → 通知, …若干措施(试行) → 措施.

    None where the ending is no known kind.
    """
    return _kind_at_end(clean_title(title).rstrip("》〉"))


def is_title(text: str) -> bool:
    """Whether the whole string reads as a document's title: 云泽市…关于印发…的通知, 2013年度…工作要点, …若干措施(试行).

    Must not match: a numbered heading (一、工作方案), a sentence, a truncated repeat (…的通), 责任单位 lines, 附件1….
    """
    if not 6 <= len(text) <= _LONGEST or text[-1] in _NO_END or _opens_numbered(text) or not _KIND_SIGN.search(text):
        return False
    return _is_title(text)


def _opens_numbered(text: str) -> bool:
    """Whether a number opens the text and its title alike: most paragraphs of a notice, which are no titles.

    Cleaning keeps what opens a text without blanks, unless it is the residue of the page before a mark of `_CRUMB`.
    """
    return _NUMBERED.match(text) is not None and not _holds_crumb(text)


def _holds_crumb(text: str) -> bool:
    return ">" in text or "＞" in text or "»" in text or "›" in text


@lru_cache(maxsize=1 << 13)
def _is_title(text: str) -> bool:
    if text.lstrip().startswith("|"):
        return False
    title = clean_title(text)
    if not 6 <= len(title) <= 150 or title[-1] in _NO_END:
        return False
    kind = _kind_at_end(title.rstrip("》〉"))
    if kind is None or _NUMBERED.match(title) or _NO_HEAD.match(title):
        return False
    outside = _ASIDE.sub("", title)
    if _SENTENCE_MARK.search(outside) or _LABELS.search(outside):
        return False
    return bool(_TITLE_SIGN.search(title) if kind not in _WEAK_KINDS else _WEAK_HEAD.match(title))


_GAP = re.compile(rf"[{_SPACE}|｜\r\n]+")


def split_title_and_rest(text: str) -> tuple[str, str] | None:
    """A leading title and what follows it on the same line; None where the line does not begin with a title.

    For notices that a page puts on one line: `…的通知 各区县人民政府: …` gives both sides, cut at white space or a bar.
    Must not match: a sentence that ends in 通知, a title with nothing after it.
    """
    for gap in _GAP.finditer(text[:300]):
        if is_title(text[: gap.start()]):
            return clean_title(text[: gap.start()]), text[gap.end() :]
    return None
