"""Texts of the page for questions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["TEXTS"]

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # --- the question
    "question": ("问题", "Question"),
    "question_hint": (
        "例如：某项工作由谁牵头？补贴多少？也可以粘贴一句草稿，查找相近写法",
        "A question in Chinese, or a drafted sentence to find similar wording",
    ),
    "ask": ("查询", "Ask"),
    "ask_history": ("问过的问题", "Asked before"),
    "ask_history_clear": ("清空记录", "Clear this list"),
    "working": ("正在查找…", "Searching…"),
    "opening": ("正在打开索引…", "Opening the index…"),
    "question_without_words": (
        "问题里没有文字，请写一句话，例如“老旧住宅加装电梯由谁牵头？”",
        "There are no words in this question; write a sentence, such as “老旧住宅加装电梯由谁牵头？”",
    ),
    "question_too_long": (
        "问题太长了：{n} 个字，最多 {limit} 个。请只留一句话或一段草稿。",
        "This is too long: {n} characters, at most {limit}. Keep one sentence or one paragraph.",
    ),
    # --- before the first question
    "try": ("可以这样问", "You can ask"),
    "own_words_units": ("某项工作由谁牵头、谁配合？", "Who leads a task, and who supports it?"),
    "own_words_duties": ("某个单位有哪些任务？", "What are the tasks of a unit?"),
    "own_words_targets": ("补贴多少？什么时候完成？", "How much is paid? By when?"),
    # --- what was understood
    "understood": ("理解为", "Understood as"),
    "part_intent": ("问", "Asks"),
    "part_topic": ("查找词", "Looking for"),
    "part_title": ("文件", "Notice"),
    "part_correction": ("已按「{meant}」查找", "Searched for 「{meant}」"),
    "correction_undo": ("仍按原文查", "search as typed"),
    "effect_boost": ("优先", "preferred"),
    "effect_missing": ("没有收录", "not in the archive"),
    "undo_reading": ("点击撤销这一理解，再查一次", "Take this reading back and ask again"),
    "undo_filter": ("只在这里面查。点击撤销，再查一次", "Only these are searched. Take back and ask again"),
    "undo_boost": ("排在前面，不排除别的。点击撤销，再查一次", "These rank higher. Take back and ask again"),
    "undo_missing": ("点击撤销，仍在全部公文里查", "Take back and search all the same"),
    "part_fixed": ("没有可以撤销的", "There is nothing to take back"),
    "undone": ("已撤销", "Taken back:"),
    "restore": ("点击恢复，再查一次", "Bring back and ask again"),
    "scope": ("范围", "Scope"),
    "intent_units": ("谁负责", "who is responsible"),
    "intent_duties": ("单位的任务", "a unit’s tasks"),
    "intent_targets": ("多少、何时", "how much, by when"),
    "intent_measures": ("怎么做", "what is to be done"),
    "intent_comparison": ("各地对比", "comparison of places"),
    "intent_wording": ("相近写法", "similar wording"),
    # --- saved questions
    "saved": ("保存的问题", "Saved questions"),
    "saved_of": ("谁保存的", "Saved by"),
    "saved_of_all": ("所有人", "everybody"),
    "saved_new": ("{n} 条新条文", "{n} new"),
    "saved_keep": ("保存这个问题", "Save this question"),
    "saved_keep_hint": (
        "连同现在的筛选条件一起保存。以后有相符的新条文入库，会在首页和订阅源里提示。",
        "With the filters chosen now. New clauses that match will be told on this page and in the feed.",
    ),
    "saved_keep_now": ("保存", "Save"),
    "saved_feed": ("订阅", "Feed"),
    "saved_feed_hint": (
        "把地址放进阅读器，有新条文时会收到。谁有这个地址，谁就能读到您保存的问题和新条文，请勿转发。",
        "Put the address into a reader of feeds, and new clauses come there. Whoever has it reads your saved questions and "
        "their news: pass it on to nobody.",
    ),
    "saved_feed_make": ("生成订阅地址", "Make the addresses"),
    "saved_feed_once": ("只显示这一次：RSS 与 JSON Feed", "Shown this once: RSS and JSON Feed"),
    "saved_feed_revoke": ("作废 {date} 的地址（最近使用 {used}）", "Revoke the address of {date} (last used {used})"),
    "saved_share": ("所有读者都能看到", "All readers may see it"),
    "saved_shared": ("共享", "shared"),
    "saved_kept": ("已保存", "Saved"),
    "saved_by": ("{who} 保存于 {date}", "Saved by {who} on {date}"),
    "saved_since": ("{date} {who} 看过之后，有 {n} 条新条文", "{n} new clauses since {who} looked on {date}"),
    "saved_quiet": ("{date} {who} 看过之后，没有新条文", "Nothing new since {who} looked on {date}"),
    "saved_state_new": ("新增", "new"),
    "saved_state_changed": ("有修改", "changed"),
    "saved_more": ("其余 {n} 条新条文", "{n} more new clauses"),
    "saved_seen": ("都看过了", "Mark as seen"),
    "saved_seen_now": ("已标为看过", "Marked as seen"),
    "saved_remove": ("不再保存", "Remove"),
    "saved_remove_now": ("删除这个保存的问题", "Remove this saved question"),
    # --- the clauses below the answer
    "ask_nearest": ("相近条文", "Nearest clauses"),
    "ask_listed": ("这些任务的条文，共 {n} 条", "The {n} clauses of these tasks"),
    "ask_shown": ("共 {n} 条，显示前 {shown} 条", "{n} listed, the first {shown} shown"),
    "ask_more": ("再显示一些（还有 {n} 条）", "Show more ({n} left)"),
    "ask_export": ("导出 {n} 条", "Export all {n}"),
    "ask_excel": ("Excel 表格", "Excel table"),
    "ask_csv": ("CSV 表格", "CSV table"),
    "ask_markdown": ("Markdown 表格", "Markdown table"),
    "facet_label": ("{name}：查到的条数", "{name}: clauses found"),
    "facet_legend": ("数字是查到的条数，至多数前 {n} 条", "Figures count the clauses found, the first {n} at most"),
    "facet_more": ("更多（共 {n} 个）", "More ({n})"),
    "facet_less": ("收起", "Fewer"),
    # --- the answer
    "answer_units": ("责任单位", "Units responsible"),
    "answer_duties": ("{units}的任务，共 {n} 条", "Tasks of {units}: {n}"),
    "answer_targets": ("数字与期限", "Figures and dates"),
    "answer_measures": ("条文这样规定", "What the clauses say"),
    "answer_comparison": ("各地规定", "What each place says"),
    "answer_wording": ("相近写法", "Similar wording elsewhere"),
    "answer_silent": ("没有答案", "No answer"),
    "silence_not_in_archive": (
        "收录的公文里没有找到这方面的规定。",
        "The archive holds nothing on this.",
    ),
    "silence_unknown_place": (
        "收录的公文里没有“{places}”的文件。",
        "The archive holds no notice from {places}.",
    ),
    "silence_no_unit_named": (
        "找到了相关条文，但条文没有写明由哪个单位负责。",
        "There are clauses on this, but they do not name a unit responsible.",
    ),
    "repeated": ("同一公文另一处写法相同：", "The same notice says it again:"),
    "compare_place": ("地方", "Place"),
    "compare_says": ("规定", "What it says"),
    "compare_source": ("出处", "Source"),
    "conflict_figures": ("同一份公文里前后数字不一致", "This notice gives two different figures"),
    "conflict_units": ("同一份公文里责任单位前后不一致", "This notice names different units for one task"),
    "silence_conflicting_units": (
        "几处条文写的责任单位不一致，请对照下面的条文判断。",
        "Clauses disagree on the unit responsible; compare them below.",
    ),
    "silence_insufficient_match": (
        "相近的条文没有写到所问的内容，例如具体的数额或时间。",
        "The nearest clauses do not state what was asked, such as an amount or a date.",
    ),
    "silence_see_below": ("最接近的条文，供参考", "The nearest clauses"),
    "silence_advice": (
        "可以换个说法，点 ✕ 撤销上面的一项理解，或放宽筛选。",
        "Say it in other words, take back (✕) one of the readings above, or widen the filters.",
    ),
    "ask_ledger": ("在责任页排序、筛选、导出", "Sort, filter and export on the duties page"),
    "more_duties": ("显示其余 {n} 条", "Show {n} more"),
    # --- the answer in a model's words
    "written_switch": ("用语言模型改写答案", "Have a language model rewrite the answer"),
    "written_switch_help": (
        "问题和检索到的条文会发送给 {host} 上的模型 {model}；不打开就不发送。",
        "The question and the clauses found are sent to the model {model} at {host}; nothing is sent while this is off.",
    ),
    "written_title": ("模型改写", "In a model’s words"),
    "written_label": ("由语言模型 {model} 撰写", "written by the language model {model}"),
    "written_meaning": (
        "只显示引文与原文逐字相符、数字和单位有依据的句子；是否说对，请看引文。",
        "Only sentences are shown whose quotations stand in the notices and whose figures and units are backed by them; "
        "whether they are right, judge by the quotations.",
    ),
    "written_working": ("模型正在撰写…", "The model is writing…"),
    "written_dropped": ("另有 {n} 句没有通过核对，未显示。", "Not shown, since they could not be verified: {n}."),
    "written_again": ("重新改写", "Ask the model again"),
    "written_stands": ("下面的答案不依赖模型，照常有效。", "The answer below needs no model and stands."),
    "written_unreachable": ("连接不上语言模型。", "The language model cannot be reached."),
    "written_timeout": ("语言模型没有在限定时间内写完。", "The language model did not finish in time."),
    "written_key_refused": ("语言模型不接受所设的密钥。", "The language model refuses the key that is set."),
    "written_not_found": ("没有所设的语言模型或地址。", "There is no such language model or address."),
    "written_busy": ("语言模型正忙，请稍后再试。", "The language model is busy; try again later."),
    "written_http_error": ("语言模型的服务出错。", "The language model’s server reports an error."),
    "written_redirected": (
        "语言模型的地址转向了别处，没有跟随。",
        "The model’s address leads elsewhere and was not followed.",
    ),
    "written_not_understood": ("语言模型的回复无法识别。", "The language model’s reply cannot be read."),
    "written_cut_off": ("语言模型的回复中断，没有写完。", "The language model’s reply broke off."),
    "written_too_long": (
        "语言模型写得太长，其余部分没有读取。",
        "The language model wrote too much; the rest was not read.",
    ),
    "written_declined": ("语言模型认为这些条文不足以回答。", "The language model says that the clauses do not answer."),
    "written_nothing_verified": (
        "语言模型写的句子都没有通过核对。",
        "None of the language model’s sentences could be verified.",
    ),
}
