"""How judged deadlines, targets and numbers are worded, told from the page and the gold record alone, as eval.forms does."""

from __future__ import annotations

import re

from eval.forms import UNCLEAR, in_table, places_before, under_heading
from eval.gold import GoldClause, squeeze
from eval.pages import Page, Stretch

__all__ = [
    "TABLE_ROW",
    "UNNUMBERED",
    "deadline_form",
    "label_of",
    "numbering_style",
    "style_of_label",
    "target_form",
]

TABLE_ROW, UNNUMBERED = "table_row", "unnumbered"

# --- deadlines and targets -----------------------------------------------------------------------

_FEAST = "节|汛|学期|开学|[暑寒]假|假期|采暖|供暖|入冬"
_COUNT = r"[一二两三四五六七八九十\d]{1,3}"
# By the words of the deadline; the first that fits.
_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("since_issue", re.compile(r".*之日起.*内$")),
    ("from_now", re.compile(r".*(?:即日|之日)起?[至到]")),
    ("stretch", re.compile(r"(?![到至]).*[年月日\d][起]?[-—–~至到]+.*[年月日]")),
    ("yearly", re.compile(r"每年.*前$")),
    ("feast", re.compile(rf".*(?:{_FEAST}).*前$")),
    ("until", re.compile(r"(?:截至|截止|延长|延续|到|至)")),
    ("before", re.compile(r".*前$")),
    ("end_of", re.compile(r".*(?:[底末旬]|期末)$")),
    ("plan_period", re.compile(r".*五[”\"]?(?:规划)?(?:期间)?$")),
    ("within_years", re.compile(rf"(?:今后|未来)?{_COUNT}年(?:时间)?内?$")),
    ("within_year", re.compile(r".*年内$")),
    ("whole_year", re.compile(r".*全年$")),
    ("quarter_heads", re.compile(r".*(?:季度|半年)$")),
    ("month_heads", re.compile(r".*月(?:份|初)?$")),
    ("year_heads", re.compile(r"(?:\d{4}|今|本|当|明|次)年度?$")),
)
_DEADLINE_LABEL = re.compile(r"(?:时限|期限|时间|进度|节点)[^:;。]{0,4}:[^:。]{0,12}$")
_VALID = re.compile(r"(?:有效期?限?|执行|施行|实施|试行|期限?)[^,。;]{0,6}[至到]$")
_STRETCH_END = re.compile(r"[年月日]起?[-—–~至到]+$")
_TASKS = re.compile(r"的?(?:主要|重点)?(?:工作)?(?:目标|任务|重点|安排)")


def deadline_form(page: Page, place: Stretch, deadline: str) -> str:
    """How a judged deadline is written: `cell` in a table's cell or behind 完成时限:, else by its words and their place."""
    row = page.row(place.start)
    if row is not None and deadline in row.cells:
        return "cell"
    at = page.text.find(deadline, place.start, place.end)
    if at < 0:
        at = page.text.find(deadline, place.end, place.after)
        if at >= 0 and (
            _DEADLINE_LABEL.search(page.text[place.end : at]) or in_table(page, place) or at in page.starts
        ):
            return "cell"
        at = next((a for a in places_before(page, deadline, place.start) if under_heading(place, page, a)), at)
        if at < 0:
            return "cell" if in_table(page, place) else UNCLEAR
    if _VALID.search(page.text[max(0, at - 12) : at]):
        return "valid_until"
    if _STRETCH_END.search(page.text[max(0, at - 12) : at]):
        return "stretch"
    shape = next((shape for shape, pattern in _SHAPES if pattern.match(deadline)), UNCLEAR)
    tasks = shape == "year_heads" and _TASKS.match(page.text, at + len(deadline))
    return "year_of_tasks" if tasks else shape


_PAID = re.compile(r"补贴|奖|补助|资助|贴息|给予|发放|加发|补")
_MONEY = re.compile(r"元|%|倍|折|百分点")
_TIME = re.compile(
    r"(?:少于|低于|超过|多于|至少|最[长多]|缩短|压缩|延长)[^,;]{0,6}?(?:\d|[一二两三四五六七八九十半])(?:年|个月|个?工作日|日|天|个?小时|分钟)"
)
_PROMISED = re.compile(r"(?:工作日|小时|分钟)(?:之|以)?内")
_COVERED = re.compile(r"全覆盖|覆盖[^,]{0,6}全|全面覆盖")
_FIGURE = re.compile(r"\d|百分之|分之")
_COMPARED = re.compile(r"高于|快于|低于|优于|超过")


def target_form(target: str) -> str:
    """How a judged target is worded: paid, bounded, promised, quantity, coverage, comparison or written_figure."""
    if _PAID.search(target) and _MONEY.search(target) and _FIGURE.search(target):
        return "paid"
    if _TIME.search(target):
        return "bounded"
    if _PROMISED.search(target):
        return "promised"
    if _FIGURE.search(target):
        return "quantity"
    if _COVERED.search(target):
        return "coverage"
    return "comparison" if _COMPARED.search(target) else "written_figure"


# --- numbering -----------------------------------------------------------------------------------

_CN = "一二三四五六七八九十百零〇"
_STYLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("part", re.compile(rf"第[{_CN}\d]+编")),
    ("chapter", re.compile(rf"第[{_CN}\d]+章")),
    ("section", re.compile(rf"第[{_CN}\d]+节")),
    ("article", re.compile(rf"第[{_CN}\d]+条")),
    ("paragraph", re.compile(rf"第[{_CN}\d]+款")),
    ("point", re.compile(rf"第[{_CN}\d]+项")),
    ("box", re.compile(rf"专栏[{_CN}\d]+")),
    ("cn_paren", re.compile(rf"[(〔][{_CN}]+[)〕]")),
    ("cn", re.compile(rf"[{_CN}]+[、.,]")),
    ("ar_paren", re.compile(r"[(]\d+[)]")),
    ("ar", re.compile(r"\d+[.、](?!\d[^\d年])")),
    ("ar_half", re.compile(r"\d+\)")),
)
_CIRCLED = re.compile("[①-⑳]")


def style_of_label(label: str) -> str:
    """The numbering style that a heading or a number is written in: cn for 一、, cn_paren for （一）; unnumbered without."""
    return _styled(label)[0]


def label_of(heading: str) -> str:
    """The number that opens a heading, squeezed: （一）加快建设 → (一); empty without one."""
    return _styled(heading)[1]


def _styled(text: str) -> tuple[str, str]:
    if _CIRCLED.match(text.strip()):
        return "circled", text.strip()[0]
    squeezed = squeeze(text)
    found = ((style, pattern.match(squeezed)) for style, pattern in _STYLES)
    return next(((style, match.group(0)) for style, match in found if match), (UNNUMBERED, ""))


def numbering_style(gold: GoldClause, *, in_table: bool) -> str:
    """The style of the innermost number that a judged clause stands under; `table_row` in a table."""
    if in_table:
        return TABLE_ROW
    return style_of_label(gold.path[-1]) if gold.path else UNNUMBERED
