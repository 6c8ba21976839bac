"""Texts of the page for the tasks of units."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["TEXTS"]

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # --- what is looked at
    "duties_view": ("按什么查看", "View"),
    "duties_view_unit": ("一个单位", "One unit"),
    "duties_view_notice": ("一份文件", "One notice"),
    "duties_view_archive": ("整个文件库", "The whole archive"),
    "duties_show": ("怎么看", "Show as"),
    "duties_show_list": ("清单", "List"),
    "duties_show_time": ("时限", "Deadlines"),
    "duties_show_spread": ("分布", "Spread"),
    "duties_counting": ("正在统计文件库里的任务", "Counting the tasks of the archive"),
    # --- choosing a unit
    "duties_unit": ("单位名称", "Unit"),
    "duties_unit_hint": (
        "输入名称、简称或旧称，如 市发改委",
        "Type a name, a short name or a former one, such as 市发改委",
    ),
    "duties_unit_help": (
        "可以输入文件里出现过的任何写法，也可以输入简称和旧称。后面的地名是单位所在地。",
        "Any spelling that occurs in a notice, a short name or a former name will do. The place behind it is the unit’s seat.",
    ),
    "duties_most_tasks": ("任务较多的单位", "Units with many tasks"),
    "duties_which_unit": ("“{name}”可能是下面几个单位，请选一个", "“{name}” may be any of these units; choose one"),
    "duties_which_place": ("有 {n} 个地区都有“{name}”，请选一个", "There is a “{name}” in {n} places; choose one"),
    "duties_all_places": ("各地合计", "All places together"),
    "duties_no_unit": ("文件库里没有“{name}”", "There is no “{name}” in the archive"),
    "duties_no_unit_hint": ("名字相近的单位：", "Units with names like it:"),
    "duties_no_unit_check": (
        "请检查名称是否写对，或换一个写法再查。",
        "Check the spelling, or try another form of the name.",
    ),
    "duties_n": ("{n} 项", "{n}"),
    "duties_here_none": (
        "在所选的地区、年份和层级里，这个单位没有任务。",
        "The unit has no tasks within the place, years and level chosen.",
    ),
    # --- names of a unit
    "duties_names": ("按哪些名称查到", "Names under which tasks were found"),
    "duties_name": ("名称", "Name"),
    "duties_relation": ("与所查名称的关系", "Relation to the name asked for"),
    "duties_same": ("同一单位", "the same unit"),
    "duties_former": ("曾用名", "former name"),
    "duties_successor": ("后来的名称", "later name"),
    "duties_possible": ("可能是同一单位，请核对", "may be the same unit; please check"),
    "duties_notices_of": ("文件年份", "Years of the notices"),
    "duties_reform": ("全国机构改革", "National reforms"),
    "duties_since": ("{year} 年起用", "since {year}"),
    "duties_until": ("{year} 年停用", "until {year}"),
    "duties_function": ("职能：{function}", "Function: {function}"),
    # --- choosing a notice
    "duties_notice": ("文件", "Notice"),
    "duties_notice_hint": ("输入标题或文号里的几个字", "Type a few characters of the title or the number"),
    "duties_no_notice": ("文件库里没有“{name}”", "There is no “{name}” in the archive"),
    "duties_several_notices": ("有 {n} 份文件符合“{name}”，请选一份", "{n} notices fit “{name}”; choose one"),
    "duties_no_notice_hint": (
        "请检查标题或文号，或从列表里选。",
        "Check the title or number, or choose from the list.",
    ),
    "duties_latest": ("近期有任务的文件", "Recent notices with tasks"),
    "duties_notice_empty": (
        "这份文件没有把任务交给哪个单位，所以没有分解表。",
        "This notice assigns nothing to any unit, so there is no breakdown.",
    ),
    "duties_read_notice": ("看原文", "Read the notice"),
    # --- what is found
    "duties_total": ("{n} 项任务", "{n} tasks"),
    "duties_units_total": ("{n} 个单位", "{n} units"),
    "duties_notices_total": ("{n} 份文件", "{n} notices"),
    "duties_ended_total": ("{n} 项来自失效文件", "{n} from notices no longer in force"),
    "duties_without_unit": ("{n} 项没有写明单位", "{n} name no unit"),
    "duties_shown": ("显示 {shown} 项，共 {n} 项", "{shown} of {n} shown"),
    "duties_nothing": ("没有符合条件的任务", "No task fits"),
    "duties_nothing_hint": ("放宽上面的条件，或者清除筛选。", "Widen the conditions above, or clear them."),
    "duties_clear": ("清除这些条件", "Clear these conditions"),
    "duties_archive_empty": (
        "收录的文件里没有交给单位的任务。",
        "No notice of the archive assigns a task to a unit.",
    ),
    # --- filters of the ledger
    "duties_find": ("在任务里查找", "Find in the tasks"),
    "duties_find_hint": ("任务、单位、责任人、文件", "task, unit, person, notice"),
    "duties_role": ("角色", "Role"),
    "duties_role_of_unit": ("本单位的角色", "The unit’s role"),
    "duties_due": ("期限状态", "Time limit"),
    "duties_field": ("领域", "Field"),
    "duties_field_any": ("领域：不限", "Field: any"),
    "duties_overdue": ("已过", "Past"),
    "duties_ahead": ("未到", "To come"),
    "duties_open": ("没有截止日", "No last day"),
    "duties_undated": ("未写期限", "No limit named"),
    "duties_in_force": ("不看失效文件", "Only notices in force"),
    "duties_unassigned": ("只看没有写明单位的", "Only those without a unit"),
    # --- the table
    "duties_table": ("任务清单，{n} 项", "Tasks: {n}"),
    "duties_number": ("序号", "No."),
    "duties_task": ("任务", "Task"),
    "duties_measures": ("具体举措", "Measures"),
    "duties_partners": ("共同承担的单位", "With"),
    "duties_limit": ("时限", "Limit"),
    "duties_last_day": ("截止日", "Last day"),
    "duties_state": ("状态", "State"),
    "duties_year": ("年份", "Year"),
    "duties_validity": ("文件效力", "Validity"),
    "duties_repealed": ("已废止", "repealed"),
    "duties_replaced": ("已被替代", "replaced"),
    "duties_where": ("出处", "Where"),
    "duties_more": ("再显示 {n} 项", "Show {n} more"),
    "duties_choose_row": (
        "点一行，看条文和依据；点列名排序。",
        "Click a row for its clause and source; click a heading to sort.",
    ),
    "duties_first": ("逐条看", "One by one"),
    # --- one task
    "duties_previous": ("上一条", "Previous"),
    "duties_next": ("下一条", "Next"),
    "duties_close": ("收起", "Close"),
    "duties_position": ("第 {at} 条，共 {n} 条", "{at} of {n}"),
    "duties_member": ("作为“{group}”的成员", "as a member of “{group}”"),
    "duties_ended_by": ("这份文件{state}，见《{title}》", "This notice is {state}; see 《{title}》"),
    "duties_gone": (
        "链接里的任务不在这个清单里，可能被筛选掉了。",
        "The task of the link is not in this list; a filter may leave it out.",
    ),
    "duties_no_units": ("没有写明单位", "no unit named"),
    # --- time limits
    "duties_time_title": ("时限分布（按月）", "Deadlines by month"),
    "duties_time_alt": (
        "按月的时限图：{n} 项任务有截止日，从 {first} 到 {last}；已过 {overdue} 项，未到 {ahead} 项；最多的月份是 {most}，{count} 项。",
        "Deadlines by month: {n} tasks with a last day, from {first} to {last}; {overdue} past, {ahead} to come; "
        "most in {most}: {count}.",
    ),
    "duties_time_none": ("这些任务都没有写明截止日。", "None of these tasks names a last day."),
    "duties_time_note": (
        "“已过”指截止日早于今天（{today}）。任务有没有完成，文件里没有记载。",
        "“Past” means that the last day lies before today ({today}). Whether a task was done stands in no notice.",
    ),
    "duties_today": ("今天", "today"),
    "duties_month": ("月份", "Month"),
    "duties_tasks_axis": ("任务数", "Tasks"),
    "duties_time_list": (
        "有截止日的任务（未到的在前，已过的由近到远）",
        "Tasks with a last day: to come first, then the latest past",
    ),
    "duties_as_table": ("用表格看同样的数字", "The same figures as a table"),
    # --- spread
    "duties_heat_units": ("各单位各年任务数", "Tasks by unit and year"),
    "duties_heat_fields": ("各领域各年任务数", "Tasks by field and year"),
    "duties_heat_note": (
        "年份是文件的年份；颜色越深，任务越多。",
        "Years are those of the notices; the darker, the more tasks.",
    ),
    "duties_no_year": ("无年份", "no year"),
    "duties_all": ("合计", "All"),
    "duties_load": ("各单位承担的任务", "Tasks by unit"),
    "duties_load_partners": ("一起承担任务的单位", "Units that share the tasks"),
    "duties_load_note": (
        "先按牵头数，再按总数排列；点单位名看它的全部任务。",
        "By tasks led, then by all; click a unit for all its tasks.",
    ),
    "duties_load_row": (
        "牵头 {lead}，责任 {responsible}，配合 {support}",
        "lead {lead}, responsible {responsible}, support {support}",
    ),
    "duties_load_none": ("没有可以统计的单位。", "There are no units to count."),
    "duties_more_units": ("再显示 {n} 个", "Show {n} more"),
    "duties_fields_title": ("各领域任务数", "Tasks by field"),
    # --- files
    "duties_export": ("导出当前清单", "Export this list"),
    "duties_excel": ("Excel", "Excel"),
    "duties_word": ("Word", "Word"),
    "duties_csv": ("CSV", "CSV"),
    "duties_markdown": ("Markdown", "Markdown"),
    "duties_calendar": ("日历", "Calendar"),
    "duties_calendar_none": (
        "这些任务都没有截止日，没有可以放进日历的内容",
        "None of these tasks has a last day to put into a calendar",
    ),
    "duties_calendar_left_out": (
        "没有截止日的 {n} 项不会放进日历",
        "{n} without a last day will not be in the calendar",
    ),
    "duties_export_large": (
        "任务较多，生成 Excel 和 Word 可能要几分钟；先筛选会快得多。",
        "Excel and Word may take minutes for so many tasks; filter first.",
    ),
}
