"""Documents that a notice refers to as existing.

A title in 《》 is a citation unless the words before it announce that the document is still to be written, or it is the
document being issued, a certificate or a contract.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from indexer.notices.elements import find_doc_numbers
from indexer.records import Cite

__all__ = ["find_cites", "titles_in_marks"]

_BLANKS = re.compile(r"[\s\u3000\u200b]+")
# 文种 and names of laws that a cited document ends in; 《不动产权证》, 《买卖合同》, 《统计资料》 are no documents of
# policy.
_DOCUMENT = re.compile(
    r"(?:通知|意见|方案|办法|规划|条例|法|规定|决定|决议|措施|要点|纲要|计划|细则|标准|规范|"
    r"议案|批复|公告|通告|政策|政策意见|若干|行动|章程|规则|准则|规程|导则|指南|指引|"
    r"报告|公报|纪要|安排|清单|目录|办法书|总规|意见书|条|函|令|解释|通报|倡议|战略|宣言|公约|"
    r"协定|制度|机制|体系|举措|工程|方略)"
    r"(?:[(（〔\[【][^()（）〔〕\[\]【】]{1,30}[)）〕\]】]){0,2}$"
)
_GENERIC = re.compile(
    r"^(?:本|该|此)?(?:实施|工作|行动|总体|专项)?(?:意见|方案|通知|办法|规划|纲要|措施|要点|"
    r"计划|细则|规定|条例|规划纲要|若干措施|若干意见|清单|通告|公告|决定|政策|报告)$"
)
# Words directly before 《 that make a document one still to be written. 修订完善《…》 and 印发的《…》 speak of
# existing ones.
_DRAFTING = re.compile(
    r"(?:制[定订]|出台|起草|编制|拟[定订]|草拟|研究[制起提]?[定订草出]?|编写|编印|编撰|形成|"
    r"发布|推出|签订|签署|颁布|印发|完成|填写|填报|报送|提交|出具|办理|取得|核发|领取|"
    r"换发|申请|提供)(?:并?(?:实施|落实|印发|出台|下发|发布|实行|执行|好|了|完善))?(?:[^《》。;；,，]{0,8})?[《“]?$"
)
_EXISTING = re.compile(
    r"(?:根据|按照|依据|依照|遵照|参照|对照|落实|贯彻|执行|围绕|实施|组织实施|修订|修改|"
    r"修订完善|完善|废止|符合|遵循|用好|用足|结合|严格执行|按|依|以|"
    r"印发的|出台的|发布的|制定的|下发的|转发的|上级|省|市|国家|国务院)[^《》。;；,，]{0,12}$"
)
_ENUMERATED = re.compile(r"^(?:[(（][^()（）]{0,60}[)）])?\s*(?:、|和|及|与|以及|或|或者)?\s*$")
_ISSUED = re.compile(
    r"[(（]?[^。,，《》]{0,16}(?:已经|业经|经)[^。《》]{0,24}(?:同意|审议|通过|批准)|(?:印发|转发|"
    r"下发|公布|发布)给你们|[^。]{0,6}现(?:予以?)?(?:印发|公布|发布|转发)"
)
_ISSUING = re.compile(r"(?:现将|现把|兹将|将)[^《》。]{0,12}$")
_ALIAS = re.compile(r"(?:以下)?(?:统一|简)称[:：]?$")
_NUMBER_BRACKET = re.compile(r"[(（\[【][^()（）【】]{0,8}?[^()（）]{0,60}?号[^()（）]{0,12}[)）\]】]")


def titles_in_marks(text: str) -> list[tuple[str, int, int]]:
    """Every outermost 《…》 with the title inside and its span, marks included; nested 《〈…〉》 count as one.

    A mark left open ends at the line, and gives nothing.
    """
    found: list[tuple[str, int, int]] = []
    depth, start = 0, 0
    for at, char in enumerate(text):
        if char == "《":
            if depth == 0:
                start = at
            depth += 1
        elif char == "》" and depth:
            depth -= 1
            if depth == 0:
                found.append((text[start + 1 : at], start, at + 1))
        elif char == "\n" or (depth and at - start > 200):
            depth = 0
    return found


def find_cites(body: str, *, own_titles: Iterable[str] = ()) -> tuple[Cite, ...]:
    """The documents cited in `body`, in order, each once, with the 文号 that stands in brackets behind it.

    根据《…》(江政发〔2023〕8号), 落实《…》, 修订完善《…》 are citations. Not: 制订《…》 and what is enumerated after it
    (still to be drafted), 《…》已经市政府同意 (being issued), 《商品房买卖合同》, 以下简称《实施方案》.
    """
    own = [forms for title in own_titles for forms in [_own_forms(title)] if forms[0]]
    cites: dict[str, Cite] = {}
    earlier_end, earlier_drafted = -1, False
    for title, start, end in titles_in_marks(body):
        between = body[earlier_end:start] if 0 <= start - earlier_end <= 70 else "。"
        inherits = earlier_end >= 0 and bool(_ENUMERATED.match(between)) and "\n" not in between
        before = body[max(0, start - 24) : start].split("\n")[-1]
        bracket = _NUMBER_BRACKET.match(body, end, end + 90)
        numbers = find_doc_numbers(bracket[0][1:-1]) if bracket else []
        drafted = earlier_drafted if inherits else _is_drafted(before)
        counts = bool(numbers) or not drafted
        earlier_end, earlier_drafted = end, drafted
        clean = _BLANKS.sub("", title)
        if (
            not counts
            or _is_own(clean, own)
            or _ISSUED.match(body, end)
            or _is_no_document(clean, before, bool(numbers))
        ):
            continue
        if _ISSUING.search(before) and re.match(r"[^。]{0,20}印发", body[end : end + 24]):
            continue
        known = cites.get(_key(clean))
        if known is None or (known.doc_number is None and numbers):
            cites[_key(clean)] = Cite(clean, numbers[0] if numbers else None)
    return tuple(cites.values())


def _is_drafted(before: str) -> bool:
    if re.search(
        r"(?:修[订改]|完善|落实|贯彻|执行|实施|根据|按照|依据|围绕|印发的|出台的|制[定订]的|发布的)(?:好|和|、|完善)?$",
        before,
    ):
        return bool(re.search(r"(?:制[定订]|出台|起草|编制)(?:并|和|、)?(?:组织)?(?:实施|完善|落实)$", before))
    found = _DRAFTING.search(before)
    existing = _EXISTING.search(before)
    return bool(found) and not (existing and found and existing.start() > found.start())


def _is_own(title: str, own: list[tuple[list[str], str]]) -> bool:
    key = _plain_key(title)
    return any(
        key in (*placed, bare) or any(len(re.sub(r"\d", "", form)) >= 12 and form in key for form in placed)
        for placed, bare in own
    )


_CITY_HEAD = re.compile(r"^[\u4e00-\u9fff]{2,6}?[省市州](?=[\u4e00-\u9fff]{1,4}?[市区县])")
_PLACE_HEAD = re.compile(r"^(?:[\u4e00-\u9fff]{2,6}?[省市州])?(?:[\u4e00-\u9fff]{1,4}?[市区县])?")
_YEARS_END = re.compile(r"(?:19|20)\d\d(?:(?:19|20)\d\d)?年$")


def _own_forms(title: str) -> tuple[list[str], str]:
    """How the document's own title may come back: with its place (the city may be missing, and the years), and without.

    Without the place only equality counts: 云泽市砚湖区's plan is not 云泽市's plan of the same name.
    """
    key = _plain_key(title)
    if len(key) < 6:
        return [], ""
    placed = [key, _CITY_HEAD.sub("", key)]
    placed += [_YEARS_END.sub("", form) for form in placed]
    return list(dict.fromkeys(placed)), _PLACE_HEAD.sub("", key)


def _plain_key(title: str) -> str:
    return re.sub(r"关于|的|试行|修订|征求意见稿", "", _key(title))


def _is_no_document(title: str, before: str, numbered: bool) -> bool:
    if _ALIAS.search(before) or _GENERIC.match(title) or len(title) < 3:
        return True
    return not numbered and not _DOCUMENT.search(title.rstrip("〉"))


def _key(title: str) -> str:
    """A title without marks and blanks, for comparing: quotation marks differ from page to page."""
    return re.sub(r"[\W_]+", "", title)
