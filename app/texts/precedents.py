"""Texts of the page for precedents of a draft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["TEXTS"]

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # --- what of the page is shown
    "precedents_shows": ("查看", "Show"),
    "precedents_show_clauses": ("逐条先例", "Precedents"),
    "precedents_show_check": ("草稿检查", "Draft check"),
    "precedents_show_basket": ("篮子", "Basket"),
    # --- giving a draft
    "precedents_paste": ("粘贴草稿", "Paste a draft"),
    "precedents_paste_hint": (
        "整份草稿、几条或一句话都可以",
        "A whole draft, a few clauses or one sentence, in Chinese",
    ),
    "precedents_look": ("查找先例", "Look for precedents"),
    "precedents_upload": (
        "或上传文件（Word、PDF、网页、文本、Excel）",
        "Or upload a file (Word, PDF, web page, text, Excel)",
    ),
    "precedents_kept": (
        "草稿只在您自己的会话里使用，不进文件库，也不给别人看。{n} 字以内的文字会写进网址，可以收藏；更长的和文件，刷新或关闭页面后要重新给出。",
        "A draft is used in your session alone: it does not enter the archive and nobody else sees it. A text of up to {n} "
        "characters stands in the address; a longer one or a file has to be given again after a reload.",
    ),
    "precedents_example": ("用一份示例草稿试试", "Try it with an example draft"),
    "precedents_file": ("选择文件", "Choose a file"),
    "precedents_drop": ("也可以把文件拖到这里，最大 {n} MB", "or drop it here, up to {n} MB"),
    "precedents_gain_who": ("谁先写过", "Who wrote it before"),
    "precedents_gain_who_text": (
        "逐条列出照搬、改写、相近的先例，地区、年份、文号都在",
        "For each clause the verbatim, adapted and similar precedents, with place, year and number",
    ),
    "precedents_gain_where": ("从哪里来", "Where it came from"),
    "precedents_gain_where_text": (
        "逐词对照差别，看一个写法最早出自哪里、谁取自谁",
        "Differences word by word, the first use of a wording, and who took it from whom",
    ),
    "precedents_gain_check": ("印发前查一遍", "A check before it is issued"),
    "precedents_gain_check_text": (
        "引用的文件是否有效，文号、序号、机构名、期限、数字对不对",
        "Whether cited notices are in force; numbers, numbering, names of units, deadlines and figures",
    ),
    "precedents_lost": (
        "刷新后草稿没有留下：它太长，不能写进网址，程序也不保存草稿。请重新粘贴或上传，筛选和视图都还在。",
        "The draft did not survive the reload: it is too long for the address, and drafts are not stored. Paste or upload "
        "it again; filters and views are as they were.",
    ),
    "precedents_unreadable": ("这份草稿读不了", "This draft cannot be read"),
    "precedents_unreadable_hint": (
        "请另存为 Word（.docx）、PDF 或文本再上传，或者直接粘贴文字。程序的说明是：",
        "Save it as Word (.docx), PDF or text, or paste its text. The program says:",
    ),
    "precedents_secret": (
        "草稿带有密级标志，按规定不能在这里处理。",
        "The draft carries a classification mark and must not be processed here.",
    ),
    "precedents_no_clauses": ("草稿里没有可以查的文字。", "There is no text in the draft to look up."),
    "precedents_pasted": ("粘贴的草稿", "Pasted draft"),
    "precedents_size": ("{clauses} 条，{characters} 字", "{clauses} clauses, {characters} characters"),
    "precedents_in_session": (
        "只在本次会话里，刷新页面后要重新给出",
        "In this session alone; give it again after a reload",
    ),
    "precedents_other": ("换一份草稿", "Another draft"),
    "precedents_draft": ("草稿", "Draft"),
    "precedents_own_notice": (
        "文件库里已有这份文件，不算作它自己的先例：",
        "The archive holds this notice; it is no precedent of itself:",
    ),
    # --- the draft at a glance
    "precedents_working_first": ("正在查这一条…", "Looking this clause up…"),
    "precedents_working": ("正在查第 {done} 条，共 {total} 条", "Looking up clause {done} of {total}"),
    "precedents_clauses": ("草稿条文", "Clauses of the draft"),
    "precedents_clause": ("第 {n} 条", "Clause {n}"),
    "precedents_position": ("第 {at} 条，共 {n} 条", "{at} of {n}"),
    "precedents_before": ("上一条", "Previous"),
    "precedents_after": ("下一条", "Next"),
    "precedents_n_verbatim": ("{n} 条有照搬", "{n} with verbatim precedents"),
    "precedents_n_adapted": ("{n} 条有改写", "{n} with adapted ones"),
    "precedents_n_similar": ("{n} 条只有相近", "{n} with similar ones only"),
    "precedents_n_none": ("{n} 条没有先例", "{n} without precedents"),
    "precedents_n_boilerplate": ("{n} 条套话", "{n} boilerplate"),
    "precedents_n_findings": ("检查发现 {n} 处", "{n} findings of the check"),
    "precedents_no_findings": ("检查没有发现问题", "no findings of the check"),
    "precedents_findings_here": ("检查 {n} 处", "{n} to check"),
    "precedents_verbatim": ("照搬", "Verbatim"),
    "precedents_adapted": ("改写", "Adapted"),
    "precedents_similar": ("相近", "Similar"),
    "precedents_none": ("没有先例", "No precedent"),
    "precedents_boilerplate": ("套话", "Boilerplate"),
    # --- one clause
    "precedents_views": ("这一条的", "Of this clause"),
    "precedents_view_list": ("先例", "Precedents"),
    "precedents_view_compare": ("对照", "Compare"),
    "precedents_view_lineage": ("来龙去脉", "Lineage"),
    "precedents_verbatim_meaning": (
        "每句都在对方原样出现，数字也相同；对方另有的文字加了下划线",
        "every sentence stands there word for word, figures included; what the other says beside is underlined",
    ),
    "precedents_adapted_meaning": (
        "大部分文字相同；对方多出或不同的文字加了下划线",
        "much of the wording is the same; what the other says differently is underlined",
    ),
    "precedents_similar_meaning": ("少量文字相同", "some wording in common"),
    "precedents_share": ("相同文字 {share}", "{share} shared"),
    "precedents_none_found": ("没有照搬、改写或相近的写法。", "No verbatim, adapted or similar wording was found."),
    "precedents_none_hint": (
        "可以放宽左侧的筛选；下面若有说同类事的条文，可以参考。",
        "Widen the filters at the side, or see below for clauses on the same matter.",
    ),
    "precedents_other_words": ("说的事相近、文字不同：{n} 条", "On a like matter, in other words: {n}"),
    "precedents_more": ("显示其余 {n} 条", "Show {n} more"),
    "precedents_also_in": ("另有 {n} 处写法相同", "The same wording in {n} more places"),
    "precedents_from_basket": ("篮子里的条文", "From the basket"),
    "precedents_from_basket_hint": (
        "您放入篮子的，按相同文字多少排列",
        "put there by you, the most shared wording first",
    ),
    # --- comparing
    "precedents_compare": ("对照", "Compare"),
    "precedents_baseline": ("基准", "Baseline"),
    "precedents_compared": ("对照文字", "Compared with"),
    "precedents_swap": ("互换", "Swap"),
    "precedents_deleted": ("只在基准里", "only in the baseline"),
    "precedents_inserted": ("只在对照文字里", "only in the other"),
    "precedents_alike": (
        "{label}：基准的文字有 {share} 见于对照文字（地名、单位、年份、文号不计）",
        "{label}: {share} of the baseline’s wording stands in the other (places, units, years and numbers aside)",
    ),
    "precedents_nothing_to_compare": (
        "没有可以对照的先例。可以先把别处的条文放入篮子，再在“篮子”里加进来。",
        "There is no precedent to compare with. Put clauses into the basket and add them from there.",
    ),
    # --- lineage
    "precedents_no_lineage": (
        "没有照搬或改写的先例，说不出来历。",
        "There are no verbatim or adapted precedents to trace.",
    ),
    "precedents_lineage_boilerplate": (
        "这是套话，各处都写，不追溯谁取自谁。",
        "This is boilerplate: everybody writes it, and nobody took it from anybody.",
    ),
    "precedents_first": ("最早见于 {day}，{place}", "First used on {day}, {place}"),
    "precedents_tree": ("谁取自谁", "Who took it from whom"),
    "precedents_is_first": ("首次使用", "first use"),
    "precedents_no_parent": ("看不出取自哪里", "no source to be told"),
    "precedents_from": (
        "← {where}：{kind}，相同文字 {share}（{evidence}）",
        "← {where}: {kind}, {share} shared ({evidence})",
    ),
    "precedents_kind_handed_down": ("下沿", "handed down"),
    "precedents_kind_taken_over": ("借鉴", "taken over"),
    "precedents_kind_renewed": ("沿用", "renewed"),
    "precedents_kind_taken_up": ("上采", "taken up"),
    "precedents_kind_unknown": ("来路不明", "unknown"),
    "precedents_kind_handed_down_meaning": ("上级写过", "from a level above"),
    "precedents_kind_taken_over_meaning": ("同级的别处写过", "from another place of the level"),
    "precedents_kind_renewed_meaning": ("本地以前写过", "from the same place, earlier"),
    "precedents_kind_taken_up_meaning": ("下级先写", "from a level below"),
    "precedents_kind_unknown_meaning": ("更早且文字相同", "earlier and alike"),
    "precedents_evidence_cites": ("有引用", "cites it"),
    "precedents_evidence_date_and_level": ("据时间层级推断", "by date and level"),
    "precedents_no_level": ("不明", "n/a"),
    "precedents_no_place": ("地区不明", "place unknown"),
    "precedents_undated": ("日期不明", "undated"),
    "precedents_timeline": ("哪年在哪里用过", "When and where it was used"),
    "precedents_timeline_alt": ("按年份和地区的使用情况：{uses}", "Uses by year and place: {uses}"),
    "precedents_undated_ones": ("另有 {n} 处没有日期，不在图上", "{n} without a date are not in the chart"),
    "precedents_year": ("年份", "Year"),
    "precedents_first_use": ("首次使用", "first use"),
    "precedents_later_use": ("后来使用", "later use"),
    # --- the check
    "precedents_text": ("草稿全文", "Text of the draft"),
    "precedents_findings": ("检查结果", "Findings"),
    "precedents_severity": ("只看", "Show only"),
    "precedents_error": ("错误", "Error"),
    "precedents_warning": ("提醒", "Warning"),
    "precedents_note": ("提示", "Note"),
    "precedents_finding_label": ("第 {n} 处，{severity}，转到说明", "Finding {n}, {severity}, go to its explanation"),
    "precedents_line": ("第 {n} 行", "line {n}"),
    "precedents_check_clean": ("按 {n} 条规则检查，没有发现问题。", "Checked by {n} rules; nothing was found."),
    "precedents_check_judged": (
        "以草稿自己的日期为准，没有日期的按今天。检查只提示要看的地方，是否修改由您决定。",
        "Judged by the draft’s own date, else by today’s. The check says where to look; whether to change it is yours. "
        "Its remarks are in Chinese, as the draft is.",
    ),
    "precedents_rule_cited_ended": ("引用的文件已失效", "cites a notice that has ended"),
    "precedents_rule_cited_corrected": ("引用的文件已更正", "cites a notice that was corrected"),
    "precedents_rule_cited_other_title": ("文号与标题不符", "number belongs to another title"),
    "precedents_rule_cited_other_number": ("标题与文号不符", "title has another number"),
    "precedents_rule_cited_not_in_archive": ("引用的文件查不到", "cites a notice not in the archive"),
    "precedents_rule_number_brackets": ("文号括号", "brackets of a number"),
    "precedents_rule_number_year": ("文号年份", "year of a number"),
    "precedents_rule_number_ordinal": ("文号序号", "serial of a number"),
    "precedents_rule_number_zero": ("文号虚位", "leading zero of a number"),
    "precedents_rule_number_other_year": ("文号与日期不符", "number of another year"),
    "precedents_rule_numbering_skipped": ("序号跳号", "numbering skips"),
    "precedents_rule_numbering_repeated": ("序号重复", "numbering repeats"),
    "precedents_rule_numbering_level": ("序号层级", "level of numbering"),
    "precedents_rule_former_unit_name": ("旧机构名", "former name of a unit"),
    "precedents_rule_task_without_unit": ("任务没有责任单位", "task without a unit"),
    "precedents_rule_deadline_past": ("期限已过", "deadline has passed"),
    "precedents_rule_figure_differs": ("前后数字不一", "figures differ"),
    # --- the basket
    "precedents_basket_empty": ("篮子是空的。", "The basket is empty."),
    "precedents_basket_hint": (
        "在问答或先例里点“放入篮子”，条文就会出现在这里，可以排序、加批注、导出。",
        "Click “Put into the basket” at a clause on any page; here clauses are put in order, noted on and exported.",
    ),
    "precedents_notes_kept": (
        "批注写进 Word；顺序和条文保存在网址里，批注只在本次会话里。",
        "Notes go into the Word document. Clauses and order stand in the address, notes in this session alone.",
    ),
    "precedents_note_hint": ("例如：补助标准参照这一条", "such as: take the rate of this one"),
    "precedents_own_note": ("批注", "Note"),
    "precedents_up": ("上移", "Up"),
    "precedents_down": ("下移", "Down"),
    "precedents_own_on": ("加为草稿的先例", "Insert as precedents of the draft"),
    "precedents_own_off": ("不再加为先例", "No longer as precedents"),
    # --- files
    "precedents_downloads": ("下载全部先例", "Download all precedents"),
    "precedents_word": ("Word（带脚注）", "Word with footnotes"),
    "precedents_workbook": ("Excel 对照表", "Excel table"),
}
