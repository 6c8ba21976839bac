"""Documents that a notice refers to as existing.

A title in 《》 is a citation unless the words before it announce that the document is still to be written, or it is the
document being issued, a certificate or a contract.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from indexer.notices.blanks import without_blanks
from indexer.notices.header.docnumbers import find_doc_numbers, find_order, number_spans
from indexer.records import Cite

__all__ = ["find_cites", "is_generic", "numbers_behind", "titles_in_marks"]

_IN_MARKS = r"[^《》\n]{0,200}+"
_MARKED = re.compile(rf"《({_IN_MARKS}(?:《{_IN_MARKS}(?:《{_IN_MARKS}》{_IN_MARKS}){{0,3}}+》{_IN_MARKS}){{0,5}}+)》")
# 文种 and names of laws that a cited document ends in; 《不动产权证》, 《买卖合同》, 《统计资料》 are no documents of policy.
_DOCUMENT = re.compile(
    r"(?:通知|意见|方案|办法|规划|条例|法|规定|决定|决议|措施|要点|纲要|计划|细则|标准|规范|"
    r"议案|批复|公告|通告|政策|政策意见|若干|行动|章程|规则|准则|规程|导则|指南|指引|"
    r"报告|公报|纪要|安排|清单|目录|办法书|总规|意见书|条|函|令|解释|通报|倡议|战略|宣言|公约|"
    r"协定|制度|机制|体系|举措|工程|方略)"
    r"(?:[(\uff08〔\[【][^()\uff08\uff09〔〕\[\]【】]{1,30}[)\uff09〕\]】]){0,2}$"
)
# Forms and certificates of a single case that end like documents: 《缓缴申请报告》, 《资格确认函》.
_OF_ONE_CASE = re.compile(
    r"(?:申请|检测|检验|鉴定|体检|验收|测绘|审计)报告$|(?:确认|承诺|证明|保|告知|委托|介绍)函$|同意书$"
)
_GENERIC = re.compile(
    r"(?:本|该|此)?(?:实施|工作|行动|总体|专项|若干|指导|政策|若干政策|具体)?(?:意见|方案|通知|办法|规划|纲要|措施|要点|"
    r"计划|细则|规定|条例|规划纲要|若干措施|若干意见|政策措施|清单|通告|公告|决定|决议|政策|报告|目录|条例草案)"
)
# Words directly before 《 that make a document one still to be written. 修订完善《…》 and 印发的《…》 speak of existing ones.
_DRAFTING = re.compile(
    r"(?:制[定订]|出台|起草|编制|拟[定订]|草拟|研究[制起提]?[定订草出]?|编写|编印|编撰|形成|"
    r"发布|推出|签订|签署|颁布|印发|完成|填写|填报|报送|提交|出具|办理|取得|核发|领取|"
    r"换发|申请|提供)(?:并?(?:实施|落实|印发|出台|下发|发布|实行|执行|好|完善))?(?:[^《》。;；,，]{0,8})?[《“]?$"
)
_EXISTING = re.compile(
    r"(?:根据|按照|依据|依照|遵照|参照|对照|落实|贯彻|执行|围绕|实施|组织实施|修订|修改|"
    r"修订完善|完善|废止|符合|遵循|用好|用足|结合|严格执行|按|依|以|"
    r"印发的|出台的|发布的|制定的|下发的|转发的|上级|省|市|国家|国务院)[^《》。;；,，]{0,12}$"
)
_SPEAKS_OF_EXISTING = re.compile(
    r"(?:修[订改]|完善|落实|贯彻|执行|实施|根据|按照|依据|围绕|印发的|出台的|制[定订]的|发布的)(?:好|和|、|完善)?$"
)
_DRAFTED_AND_CARRIED_OUT = re.compile(r"(?:制[定订]|出台|起草|编制)(?:并|和|、)?(?:组织)?(?:实施|完善|落实)$")
_DONE = re.compile(
    r"(?:已经?|先后|相继|此前|近日|日前)(?:[^《》。;；,，]{0,8})?(?:印发|出台|发布|制[定订]|颁布|公布|下发|编制)[^《》。;；,，]{0,4}$|"
    r"(?:印发|出台|发布|制[定订]|颁布|公布|下发)了$"
)
_ENUMERATED = re.compile(r"^(?:[(\uff08][^()\uff08\uff09]{0,60}[)\uff09])?\s*(?:、|和|及|与|以及|或|或者)?\s*$")
_ISSUED = re.compile(
    r"[(\uff08]?[^。,，《》]{0,16}(?:已经|业经|经)[^。《》]{0,24}(?:同意|审议|通过|批准)|(?:印发|转发|"
    r"下发|公布|发布)给你们|[^。]{0,6}现(?:予以?)?(?:印发|公布|发布|转发)"
)
_ISSUING = re.compile(r"(?:现将|现把|兹将|将)[^《》。]{0,12}$")
_THEN_ISSUED = re.compile(r"[^。]{0,20}印发")
_ALIAS = re.compile(r"(?:以下)?(?:统一|简)称(?:为)?[:\uff1a]?$")
# Up to the last 号 before the bracket closes, or before a comma: (江政发〔2019〕8号、江政发〔2019〕9号), (…8号,以下简称…)
_NUMBER_BRACKET = re.compile(r"[(\uff08\[【〔](?P<inner>[^《》。\n]{2,120}?号)(?=[)\uff09\]】〕,，;；]|第|以下|文|\s)")
_NUMBER_BEFORE = 44
_LINK = re.compile(r"[)\uff09〕\]】]?(?:文件?)?(?:印发的?|下发的?)?$")


class _Marked(Struct):
    """A title in 《》 with what stands around it."""

    title: str
    start: int
    end: int
    before: str
    numbers: list[str]
    inherits: bool  # enumerated with the title before it
    drafted: bool = False


def titles_in_marks(text: str) -> list[tuple[str, int, int]]:
    """Every outermost 《…》 with the title inside and its span, marks included; nested 《〈…〉》 count as one.

    A mark left open ends at the line, and gives nothing.
    """
    return [(found[1], found.start(), found.end()) for found in _MARKED.finditer(text)] if "《" in text else []


def numbers_behind(body: str, end: int) -> list[str]:
    """The 文号 in the bracket that follows a title: （江政发〔2023〕8号）, （江澜省人民政府令第12号）."""
    bracket = _NUMBER_BRACKET.match(body, end) if body[end : end + 1] in _OPENS else None
    if bracket is None:
        return []
    numbers = find_doc_numbers(bracket["inner"])
    order = None if numbers else find_order(bracket["inner"])
    return [order] if order else numbers


_OPENS = frozenset("(\uff08[【〔")


def is_generic(title: str) -> bool:
    """Whether a title in marks only stands for a document named elsewhere: 《实施方案》, 《通知》, 《若干措施》."""
    return bool(_GENERIC.fullmatch(title)) or len(title) < 3


def find_cites(body: str, *, own_titles: Iterable[str] = (), own_year: int | None = None) -> tuple[Cite, ...]:
    """The documents cited in `body`, in order, each once, with the 文号 that stands in brackets behind or before it.

    根据《…》(江政发〔2023〕8号), 落实《…》, 修订完善《…》 are citations; so is an earlier edition of the notice's own title
    whose number is older than `own_year`. Not: 制订《…》 and what is enumerated after it (still to be drafted),
    《…》已经市政府同意 (being issued), 《商品房买卖合同》, 以下简称《实施方案》 and later uses of that name.
    """
    marked = _with_numbers(_marked(body), body)
    if not marked:
        return ()
    own = [forms for title in own_titles for forms in [_own_forms(title)] if forms[0]]
    aliases = {_key(m.title) for m in marked if _ALIAS.search(m.before)}
    cites: dict[str, Cite] = {}
    for m in marked:
        title = without_blanks(m.title).replace("\u200b", "")
        numbered = bool(m.numbers)
        if (m.drafted and not numbered) or _key(title) in aliases or is_generic(title):
            continue
        if _ISSUED.match(body, m.end) or not (numbered or _is_document(title)):
            continue
        if _is_own(title, own) and not _is_older(m.numbers, own_year):
            continue
        if _ISSUING.search(m.before) and _THEN_ISSUED.match(body, m.end, m.end + 24):
            continue
        known = cites.get(_key(title))
        if known is None or (known.doc_number is None and numbered):
            cites[_key(title)] = Cite(title, m.numbers[0] if numbered else None)
    return tuple(cites.values())


def _marked(body: str) -> list[_Marked]:
    """The titles in marks in order, each knowing whether it is still to be drafted; an enumeration hands that on."""
    marked: list[_Marked] = []
    for title, start, end in titles_in_marks(body):
        earlier = marked[-1] if marked else None
        between = body[earlier.end : start] if earlier and start - earlier.end <= 70 else "。"
        inherits = "\n" not in between and bool(_ENUMERATED.match(between))
        before = body[max(0, start - 24) : start].rpartition("\n")[2]
        m = _Marked(title, start, end, before, numbers_behind(body, end), inherits)
        m.drafted = earlier.drafted if inherits and earlier else _is_drafted(before)
        marked.append(m)
    return marked


def _with_numbers(marked: list[_Marked], body: str) -> list[_Marked]:
    """The same titles with the numbers that stand before them, and those that several share in one bracket.

    江政发〔2019〕8号《…》; 《…》《…》(江政发〔2019〕8号、江政发〔2019〕9号): as many numbers as titles go to them in order.
    """
    for i, m in enumerate(marked):
        if len(m.numbers) > 1:
            first = i
            while first > 0 and marked[first].inherits and not marked[first - 1].numbers:
                first -= 1
            if i - first + 1 == len(m.numbers) > 1:
                for title, number in zip(marked[first : i + 1], list(m.numbers), strict=True):
                    title.numbers = [number]
        elif not m.numbers and "号" in (before := body[max(0, m.start - _NUMBER_BEFORE) : m.start].rpartition("\n")[2]):
            spans = number_spans(before)
            if spans and _LINK.fullmatch(before[spans[-1][2] :]) and "》" not in before:
                m.numbers = [spans[-1][0]]
    return marked


def _is_drafted(before: str) -> bool:
    if _SPEAKS_OF_EXISTING.search(before):
        return bool(_DRAFTED_AND_CARRIED_OUT.search(before))
    found = _DRAFTING.search(before)
    if not found or _DONE.search(before):
        return False
    existing = _EXISTING.search(before)
    return not (existing and existing.start() > found.start())


def _is_document(title: str) -> bool:
    bare = title.rstrip("〉")
    return bool(_DOCUMENT.search(bare)) and not _OF_ONE_CASE.search(bare)


# --- the notice's own title ------------------------------------------------------------------------

_CITY_HEAD = re.compile(r"^[\u4e00-\u9fff]{2,6}?[省市州](?=[\u4e00-\u9fff]{1,4}?[市区县])")
_PLACE_HEAD = re.compile(r"^(?:[\u4e00-\u9fff]{2,6}?[省市州])?(?:[\u4e00-\u9fff]{1,4}?[市区县])?")
_YEARS_END = re.compile(r"(?:19|20)\d\d(?:(?:19|20)\d\d)?年$")
_EDITION = re.compile(r"关于|的|试行|修订|征求意见稿")
_MARKS = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d")
_LONGEST_OWN = 300
_YEAR = re.compile(r"(?:19|20)\d\d")


def _is_own(title: str, own: list[tuple[list[str], str]]) -> bool:
    if not own:
        return False
    key = _plain_key(title)
    return any(
        key in (*placed, bare) or any(form in key and len(_DIGITS.sub("", form)) >= 12 for form in placed)
        for placed, bare in own
    )


def _is_older(numbers: list[str], year: int | None) -> bool:
    found = _YEAR.search(numbers[0]) if numbers else None
    return bool(found and year and int(found[0]) < year)


def _own_forms(title: str) -> tuple[list[str], str]:
    """How the document's own title may come back: with its place (the city may be missing, and the years), and without.

    Without the place only equality counts: 云泽市砚湖区's plan is not 云泽市's plan of the same name.
    """
    key = _plain_key(title[:_LONGEST_OWN])
    if len(key) < 6:
        return [], ""
    placed = [key, _CITY_HEAD.sub("", key)]
    placed += [_YEARS_END.sub("", form) for form in placed]
    return list(dict.fromkeys(placed)), _PLACE_HEAD.sub("", key)


def _plain_key(title: str) -> str:
    return _EDITION.sub("", _key(title))


def _key(title: str) -> str:
    """A title without marks and blanks, for comparing: quotation marks differ from page to page."""
    return _MARKS.sub("", title)
